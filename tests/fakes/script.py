# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted conversation with the real engine and a fake behind every port, under virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from desktop_app.domain import events
from desktop_app.domain.commands import Command
from desktop_app.domain.errors import CompanionError
from desktop_app.domain.events import Event, Notice
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings
from desktop_app.engine.endpointing import Endpointing, EndpointPolicy
from desktop_app.engine.engine import Engine
from tests.fakes.clock import FakeClock
from tests.fakes.ears import FakeDetector, FakeEchoCanceller, FakeMicrophone, FakeTranscriber, Says
from tests.fakes.memory import FakeHabitStore, FakeMemoryStore, FakePersonaLibrary, FakeSettingsStore
from tests.fakes.mind import Answer, FakeChatModel
from tests.fakes.voice import FakeSpeaker, FakeSynthesizer
from tests.standins import virtual_time

_Event = TypeVar("_Event")

EMBER = Persona("ember", "Ember", "en", "Warm and curious.", "Short sentences.", "Hello there.")


@dataclass(slots=True)
class FakeWorkshop:
    """Hands out the fakes; a test changes them beforehand."""

    ears: FakeMicrophone
    transcribing: FakeTranscriber
    model: FakeChatModel = field(default_factory=FakeChatModel)
    starter: FakeChatModel = field(default_factory=lambda: FakeChatModel(name="starter mind", is_starter=True))
    voice: FakeSynthesizer = field(default_factory=FakeSynthesizer)
    speakers: list[FakeSpeaker] = field(default_factory=list)
    """What the next calls of speaker() give; then fresh ones."""
    echo: FakeEchoCanceller = field(default_factory=FakeEchoCanceller)
    notices: dict[str, Notice] = field(default_factory=dict)
    """By ears, voice or echo; with one about echo there is no canceller."""
    loading_seconds: float = 0.0
    """How long ears and voices take to load, each."""
    missing: dict[str, CompanionError] = field(default_factory=dict)
    """Ears ("ears") or voice ("voice") that cannot be made, not even the starter."""
    speaker_delay_seconds: float = 0.0
    speaker_keeps_seconds: float = 0.0
    """What becomes FakeSpeaker.delay_seconds and keeps_seconds of every loudspeaker."""
    given_speakers: list[FakeSpeaker] = field(default_factory=list)
    given_ears: list[FakeTranscriber] = field(default_factory=list)
    given_voices: list[FakeSynthesizer] = field(default_factory=list)

    def microphone(self, settings: Settings) -> FakeMicrophone:
        return self.ears

    def detector(self) -> FakeDetector:
        return FakeDetector()

    async def echo_canceller(self) -> tuple[FakeEchoCanceller | None, Notice | None]:
        return (None if "echo" in self.notices else self.echo), self.notices.get("echo")

    def speaker(self, settings: Settings) -> FakeSpeaker:
        speaker = self.speakers.pop(0) if self.speakers else FakeSpeaker(name=settings.loudspeaker or "default")
        speaker.delay_seconds, speaker.keeps_seconds = self.speaker_delay_seconds, self.speaker_keeps_seconds
        self.given_speakers.append(speaker)
        return speaker

    def silent_speaker(self) -> FakeSpeaker:
        speaker = FakeSpeaker(name="silent")
        self.given_speakers.append(speaker)
        return speaker

    async def transcriber(self, settings: Settings, persona: Persona) -> tuple[FakeTranscriber, Notice | None]:
        await asyncio.sleep(self.loading_seconds)
        if "ears" in self.missing:
            raise self.missing["ears"]
        if self.transcribing in self.given_ears:
            self.transcribing = replace(self.transcribing, closed=False)
        self.given_ears.append(self.transcribing)
        return self.transcribing, self.notices.get("ears")

    async def synthesizer(self, settings: Settings, persona: Persona) -> tuple[FakeSynthesizer, Notice | None]:
        await asyncio.sleep(self.loading_seconds)
        if "voice" in self.missing:
            raise self.missing["voice"]
        if self.voice in self.given_voices:
            self.voice = replace(self.voice, closed=False, spoken=[], under_way=set())
        self.given_voices.append(self.voice)
        return self.voice, self.notices.get("voice")

    def chat_model(self, settings: Settings) -> FakeChatModel:
        return self.model

    def starter_mind(self) -> FakeChatModel:
        return self.starter


class Conversation:
    """Set up, change what should be different, `run`, and look at what happened."""

    def __init__(
        self,
        says: Sequence[Says] = (),
        answers: Sequence[Answer] = (),
        commands: Sequence[tuple[float, Command]] = (),
        lasts_seconds: float = 30.0,
        settings: Settings | None = None,
        persona: Persona = EMBER,
    ) -> None:
        self.settings = settings or Settings(greet=False)
        self.persona = persona
        self.commands = commands
        self.lasts_seconds = lasts_seconds
        self.workshop = FakeWorkshop(FakeMicrophone(says, lasts_seconds), FakeTranscriber(says))
        self.workshop.model.answers = list(answers)
        self.memory = FakeMemoryStore()
        self.personas = FakePersonaLibrary({persona.id: persona})
        self.settings_store = FakeSettingsStore(self.settings)
        self.habit_store = FakeHabitStore()
        self.endpointing: EndpointPolicy = Endpointing()
        self.began_seconds = 0.0
        """In loop time."""
        self.timeline: list[tuple[float, Event]] = []
        self.at_moments: list[tuple[float, Callable[[], None]]] = []
        """What else happens to the world, and when."""

    def run(self) -> Conversation:
        virtual_time.run(self._run())
        return self

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        began = self.began_seconds = loop.time()
        engine = self.engine()
        engine.subscribe(lambda event: self.timeline.append((loop.time() - began, event)))
        for moment, command in self.commands:
            loop.call_at(began + moment, engine.submit, command)
        for moment, change in self.at_moments:
            loop.call_at(began + moment, change)
        loop.call_at(began + self.lasts_seconds, engine.shutdown)
        await engine.run()

    def engine(self) -> Engine:
        """The real engine on the fakes; call it on the loop that runs it."""
        return Engine(
            self.workshop,
            self.memory,
            self.personas,
            self.settings_store,
            FakeClock(),
            self.settings,
            self.persona,
            self.habit_store,
            endpointing=self.endpointing,
        )

    # --- what happened ----------------------------------------------------------------------------------------------

    @property
    def events(self) -> list[Event]:
        """All events but the meters."""
        return [event for _, event in self.timeline if not isinstance(event, events.LevelChanged)]

    def all(self, kind: type[_Event]) -> list[_Event]:
        return [event for event in self.events if isinstance(event, kind)]

    def moment(self, kind: type[Event], index: int = 0) -> float:
        """When the index-th event of a kind happened, in seconds."""
        return [moment for moment, event in self.timeline if isinstance(event, kind)][index]

    @property
    def said(self) -> list[str]:
        """The sentences of the companion that began to be heard."""
        return [event.text for event in self.all(events.SentenceStarted)]

    @property
    def history(self) -> list[tuple[str, str]]:
        """What was kept: (speaker, text)."""
        return [(message.speaker, message.text) for _, message in self.memory.messages]

    @property
    def story(self) -> list[str]:
        """The names of what happened in the turns, in order."""
        return [
            type(event).__name__
            for event in self.events
            if not isinstance(event, events.ComponentReady | events.ConversationResumed | events.FactsChanged)
            and not isinstance(event, events.EngineStarted)
            and not isinstance(event, events.TranscriptChanged)
        ]
