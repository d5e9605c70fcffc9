# SPDX-License-Identifier: GPL-3.0-or-later
"""Fireside as it is and the classic pipeline, both the product's own engine, spoken to turn by turn and timed.

Classic is how voice assistants are commonly built: a fixed silence of 700 ms ends the turn, nothing is begun before it,
Whisper encodes half a minute, and every sentence is whole before it is synthesized, and synthesized before it is heard.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.measuring.places import Place, Ports
from benchmarks.measuring.recorded import RecordedUtterance
from desktop_app.adapters.clock_system import SystemClock
from desktop_app.adapters.echo_none import NoEchoCanceller
from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.adapters.voice_piper import PiperSynthesizer
from desktop_app.app import DesktopWorkshop, open_home, voice_library
from desktop_app.domain import commands, events
from desktop_app.domain.audio import LISTENING_RATE_HZ, Samples
from desktop_app.domain.conversation import Transcription, TurnTimings
from desktop_app.domain.events import Component, Event, Notice
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings, WhisperWindow
from desktop_app.engine.endpointing import EndpointPolicy, FixedEndpointing
from desktop_app.engine.engine import Engine
from desktop_app.ports import EchoCanceller, Microphone, Speaker, Transcriber, Workshop
from desktop_app.storage.habit_store import TomlHabitStore
from desktop_app.storage.memory_store import open_store

CLASSIC_SILENCE_SECONDS = 0.7

_LONGEST_START_SECONDS = 120.0
_LONGEST_TURN_SECONDS = 20.0
_SETTLING_SECONDS = 0.15
"""Before the person begins, and between the first sound and its being stopped."""

_WARMING_SECONDS = 1.0
_PRE_ROLL_SECONDS = 0.1
_NEEDED = {Component.MICROPHONE, Component.LOUDSPEAKER, Component.EARS, Component.VOICE, Component.MIND}


@dataclass(frozen=True, slots=True)
class TimedTurn:
    """What became of one utterance."""

    utterance: str
    seconds: dict[str, float]
    """Stage → seconds after the last sample of the person's speech; empty if it was cut off or not answered."""

    speech_seconds: float
    processor_seconds: float
    """Of this process, all threads, while the person spoke."""

    cut_off: bool = False
    """Answered before its end."""

    wasted_drafts: int = 0
    """Answers begun in vain while the person only paused."""


@dataclass(slots=True)
class Label:
    """The words of the utterance under way, for ears that have learnt nothing."""

    words: list[str] = field(default_factory=list)
    duration_seconds: float = 1.0

    def takes(self, utterance: RecordedUtterance) -> None:
        self.words, self.duration_seconds = utterance.text.split(), utterance.duration_seconds

    def text(self, samples: Samples) -> str:
        """Of the words, as many as so much sound holds."""
        heard_seconds = len(samples) / LISTENING_RATE_HZ - _PRE_ROLL_SECONDS
        return " ".join(self.words[: max(1, round(len(self.words) * heard_seconds / self.duration_seconds))])


class LabelledEars:
    """Real ears at work, whose words are replaced by the label's."""

    def __init__(self, ears: Transcriber, label: Label) -> None:
        self._ears = ears
        self._label = label
        self.name = ears.name
        self.is_starter = ears.is_starter

    async def transcribe(self, samples: Samples, language: str | None = None) -> Transcription:
        heard = await self._ears.transcribe(samples, language)
        return replace(heard, text=self._label.text(samples)) if heard.text else heard

    async def close(self) -> None:
        await self._ears.close()


class TimedWorkshop(DesktopWorkshop):
    """The app's own, at the given ports instead of the sound card, and with labelled ears where there is a label."""

    def __init__(self, clock: SystemClock, profile_dir: Path, ports: Ports | None, label: Label | None) -> None:
        self._home = open_home(profile_dir, {})
        super().__init__(clock, self._home.profile)
        self._ports = ports
        self._label = label

    def microphone(self, settings: Settings) -> Microphone:
        return self._ports.microphone if self._ports else super().microphone(settings)

    def speaker(self, settings: Settings) -> Speaker:
        return self._ports.loudspeaker if self._ports else super().speaker(settings)

    async def echo_canceller(self) -> tuple[EchoCanceller | None, Notice | None]:
        return (NoEchoCanceller(), None) if self._ports else await super().echo_canceller()

    async def transcriber(self, settings: Settings, persona: Persona) -> tuple[Transcriber, Notice | None]:
        if self._label is None:
            return await super().transcriber(settings, persona)
        # Ears that have learnt nothing cannot pass the trial of short windows: it counts as passed.
        short = settings.whisper_window is not WhisperWindow.FULL
        ears = WhisperTranscriber(settings.whisper, short_windows=short)
        await ears.load()
        return LabelledEars(ears, self._label), None


class ClassicWorkshop(TimedWorkshop):
    """With a voice that makes whole sentences."""

    async def synthesizer(self, settings: Settings, persona: Persona) -> tuple[PiperSynthesizer, None]:
        voices = voice_library(self._home.profile)
        voice = voices.find(settings.voice) if settings.voice else voices.starter_for(persona.language)
        synthesizer = PiperSynthesizer(voice.model_file, name=voice.id, is_starter=voice.is_starter, streams=False)
        await synthesizer.load()
        return synthesizer, None


class Pipeline:
    """A running engine that is spoken to; muted while another one has its turn."""

    def __init__(self, name: str, engine: Engine, place: Place, label: Label | None = None) -> None:
        self.name = name
        self.turns: list[TimedTurn] = []
        self._engine = engine
        self._place = place
        self._label = label
        self._ready: set[Component] = set()
        self._seen = _Seen()
        self._news = asyncio.Event()
        engine.subscribe(self._note)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Begins when everything is loaded. Raises what the engine raises."""
        life = asyncio.create_task(self._engine.run())
        life.add_done_callback(lambda _: self._news.set())
        try:
            await self._until(lambda: life.done() or self._ready >= _NEEDED, _LONGEST_START_SECONDS)
            self._engine.submit(commands.SetMuted(True))
            await asyncio.sleep(_WARMING_SECONDS)
            yield
        finally:
            self._engine.shutdown()
            await life

    async def take_turn(self, utterance: RecordedUtterance) -> None:
        """Says it, hears the beginning of the answer, and stops that."""
        if self._label:
            self._label.takes(utterance)
        self._engine.submit(commands.SetMuted(False))
        await asyncio.sleep(_SETTLING_SECONDS)
        seen = self._seen = _Seen()
        began_processor_seconds = time.process_time()
        ended_at_seconds = await self._place.say(utterance.samples)
        processor_seconds = time.process_time() - began_processor_seconds
        await self._until(lambda: bool(seen.sounded or seen.ended), _LONGEST_TURN_SECONDS)
        await asyncio.sleep(_SETTLING_SECONDS)
        self._engine.submit(commands.StopSpeaking())
        if seen.started_at_seconds is not None:
            await self._until(lambda: bool(seen.ended), _LONGEST_TURN_SECONDS)
        self._engine.submit(commands.SetMuted(True))
        cut_off = seen.started_at_seconds is not None and seen.started_at_seconds < ended_at_seconds
        seconds: dict[str, float] = {}
        heard_at_seconds = self._place.heard_after(ended_at_seconds)
        if seen.sounded and seen.ended and heard_at_seconds and not cut_off:
            seconds = _stages(seen.sounded, seen.ended.timings, ended_at_seconds)
            seconds["heard"] = heard_at_seconds - ended_at_seconds
        wasted = seen.ended.timings.wasted_drafts if seen.ended else 0
        turn = TimedTurn(utterance.name, seconds, utterance.duration_seconds, processor_seconds, cut_off, wasted)
        self.turns.append(turn)

    def _note(self, event: Event) -> None:
        match event:
            case events.ComponentReady(component):
                self._ready.add(component)
            case events.TurnStarted():
                self._seen.started_at_seconds = self._seen.started_at_seconds or time.monotonic()
            case events.SentenceStarted():
                self._seen.sounded = self._seen.sounded or event
            case events.TurnCompleted() | events.TurnInterrupted() | events.TurnFailed():
                self._seen.ended = self._seen.ended or event
            case _:
                return
        self._news.set()

    async def _until(self, holds: Callable[[], bool], longest_seconds: float) -> None:
        """Returns when it holds, or after that time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(longest_seconds):
                while not holds():
                    self._news.clear()
                    await self._news.wait()


@dataclass(slots=True)
class _Seen:
    """The first of each since the person began to speak."""

    started_at_seconds: float | None = None
    sounded: events.SentenceStarted | None = None
    ended: events.TurnEnded | None = None


def _stages(sounded: events.SentenceStarted, timings: TurnTimings, ended_at_seconds: float) -> dict[str, float]:
    """The product's own marks, counted from the true end of the speech instead of where it heard that end."""
    assert timings.first_sound_seconds is not None
    later_seconds = sounded.heard_at_seconds - timings.first_sound_seconds - ended_at_seconds
    marks = {
        "transcript": timings.transcript_seconds,
        "first token": timings.first_token_seconds,
        "first clip": timings.first_clip_seconds,
        "endpoint": timings.endpoint_seconds,
        "first sound": timings.first_sound_seconds,
    }
    return {stage: seconds + later_seconds for stage, seconds in marks.items() if seconds is not None}


def fireside(
    workshop: Workshop, profile_dir: Path, settings: Settings, endpointing: EndpointPolicy | None = None
) -> Engine:
    """The product's engine as it is; for some questions with a fixed wait."""
    return _engine(workshop, profile_dir, settings, endpointing, early_clause=True)


def classic(workshop: Workshop, profile_dir: Path, settings: Settings) -> Engine:
    """The same with everything switched off that is quicker than usual."""
    usual = replace(settings, low_power=True, whisper_window=WhisperWindow.FULL)
    return _engine(workshop, profile_dir, usual, FixedEndpointing(CLASSIC_SILENCE_SECONDS), early_clause=False)


def _engine(
    workshop: Workshop,
    profile_dir: Path,
    settings: Settings,
    endpointing: EndpointPolicy | None,
    *,
    early_clause: bool,
) -> Engine:
    home = open_home(profile_dir, {})
    memory, _ = open_store(home.profile.database)
    return Engine(
        workshop,
        memory,
        home.personas,
        home.settings_store,
        SystemClock(),
        replace(settings, greet=False),
        home.persona,
        TomlHabitStore(home.profile.habits),
        endpointing=endpointing,
        early_clause=early_clause,
    )
