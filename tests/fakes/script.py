# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted conversation with the real engine and a fake behind every port, under virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from desktop_app.domain import events
from desktop_app.domain.commands import Command
from desktop_app.domain.events import Event, Notice
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings
from desktop_app.engine.engine import Engine
from tests import virtual_time
from tests.fakes.clock import FakeClock
from tests.fakes.ears import FakeDetector, FakeMicrophone, FakeTranscriber, Says
from tests.fakes.memory import FakeMemoryStore, FakePersonaLibrary, FakeSettingsStore
from tests.fakes.mind import Answer, FakeChatModel
from tests.fakes.voice import FakeSpeaker, FakeSynthesizer

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
    notices: dict[str, Notice] = field(default_factory=dict)
    given_speakers: list[FakeSpeaker] = field(default_factory=list)

    def microphone(self, settings: Settings) -> FakeMicrophone:
        return self.ears

    def detector(self) -> FakeDetector:
        return FakeDetector()

    def speaker(self, settings: Settings) -> FakeSpeaker:
        speaker = self.speakers.pop(0) if self.speakers else FakeSpeaker(name=settings.loudspeaker or "default")
        self.given_speakers.append(speaker)
        return speaker

    def silent_speaker(self) -> FakeSpeaker:
        return FakeSpeaker(name="silent")

    async def transcriber(self, settings: Settings, persona: Persona) -> tuple[FakeTranscriber, Notice | None]:
        return self.transcribing, self.notices.get("ears")

    async def synthesizer(self, settings: Settings, persona: Persona) -> tuple[FakeSynthesizer, Notice | None]:
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
        self.timeline: list[tuple[float, Event]] = []
        self.at_moments: list[tuple[float, Callable[[], None]]] = []
        """What else happens to the world, and when."""

    def run(self) -> Conversation:
        virtual_time.run(self._run())
        return self

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        engine = Engine(
            self.workshop,
            self.memory,
            self.personas,
            self.settings_store,
            FakeClock(),
            self.settings,
            self.persona,
        )
        engine.subscribe(lambda event: self.timeline.append((loop.time() - began, event)))
        for moment, command in self.commands:
            loop.call_at(began + moment, engine.submit, command)
        for moment, change in self.at_moments:
            loop.call_at(began + moment, change)
        loop.call_at(began + self.lasts_seconds, engine.shutdown)
        await engine.run()

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
            if not isinstance(event, events.ComponentReady | events.FactsChanged | events.EngineStarted)
            and not isinstance(event, events.TranscriptChanged)
        ]
