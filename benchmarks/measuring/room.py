# SPDX-License-Identifier: GPL-3.0-or-later
"""A room with a loudspeaker and a microphone, and in it the engine's own hearing, in simulated time.

The companion talks on and on; what it plays reaches the microphone late, with the room's reverberation and the
loudspeaker's distortion, and others speak into it. Canceller, detector, ears, policy and Hearing are the product's own.
Time passes frame by frame; only what the ears compute takes its real, measured time and delays what follows from it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from benchmarks.measuring.spoken import starter_voice
from desktop_app.adapters.clock_frames import FrameClock
from desktop_app.adapters.detector_silero import SileroDetector
from desktop_app.adapters.ducking import Ducking
from desktop_app.adapters.echo_livekit import LivekitEchoCanceller
from desktop_app.domain.audio import FRAME_SAMPLES, LISTENING_RATE_HZ, AudioFrame, Samples, Speech, Utterance
from desktop_app.domain.conversation import Transcription
from desktop_app.domain.errors import VoiceError
from desktop_app.domain.settings import BargeIn
from desktop_app.domain.state import CompanionState
from desktop_app.engine.endpointing import FixedEndpointing
from desktop_app.engine.hearing import BargedIn, Hearing, Perceived
from desktop_app.engine.listener import SpeechEnded
from desktop_app.engine.turn import words_between
from desktop_app.ports import Transcriber, Workshop

FRAME_SECONDS = FRAME_SAMPLES / LISTENING_RATE_HZ
PERSON_DB = -26.0
"""How loud a person is at the microphone while speaking, in dB of full scale."""
DEVICE_SECONDS = 0.03
"""What sound needs through a real microphone's buffers; it counts towards every decision."""

_ROOM_NOISE_DB = -66.0
_OUTPUT_SECONDS = 0.02
_LOUDSPEAKER_LEVEL = 0.1
_DISTORTION = 1.5
"""tanh(1.5 x) / 1.5: a small loudspeaker turned up."""
_ECHO_BEFORE_SECONDS, _ECHO_AFTER_SECONDS = 2.0, 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Something that a voice says, 16 kHz at a speaking level of 1."""

    speech: Speech
    samples: Samples


@dataclass(slots=True, eq=False)
class Overlapped:
    """What became of one stretch of sound over the companion's voice; seconds count from the stretch's beginning."""

    ducked_at_seconds: list[float] = field(default_factory=list)
    stopped_at_seconds: float | None = None
    utterance: Utterance | None = None
    """What the person was heard to say after the companion had stopped."""
    looks_seconds: list[float] = field(default_factory=list)
    """What the ears took."""


class Room:
    """The way from a loudspeaker to a microphone: 30 ms, then walls."""

    def __init__(self, seed: int, reverberation_seconds: float = 0.3) -> None:
        chance = np.random.default_rng(seed)
        taps = round(reverberation_seconds * LISTENING_RATE_HZ)
        walls = 0.5 * chance.standard_normal(taps) * np.exp(-6.9 * np.arange(taps) / taps)  # −60 dB at its end
        walls[0] = 3.0  # the direct way
        walls /= np.sqrt(np.sum(walls**2))
        response = np.concatenate([np.zeros(round(chance.uniform(0.02, 0.06) * LISTENING_RATE_HZ)), walls])
        self._length = len(response) + FRAME_SAMPLES - 1
        self._size = 1 << self._length.bit_length()
        self._spectrum = np.fft.rfft(response, self._size)
        self._ringing = np.zeros(self._length - FRAME_SAMPLES)

    def heard(self, played: Samples) -> Samples:
        """The next 10 ms at the microphone."""
        whole = np.fft.irfft(np.fft.rfft(played, self._size) * self._spectrum, self._size)[: self._length]
        whole[: len(self._ringing)] += self._ringing
        self._ringing = whole[FRAME_SAMPLES:]
        return np.asarray(whole[:FRAME_SAMPLES], np.float32)


class Stage:
    """The engine's hearing in such a room, with a companion that never stops of itself."""

    def __init__(self, ears: Transcriber, lines: Sequence[Line], leak_db: float, seed: int) -> None:
        """leak_db is how much louder the companion is at the microphone than the person."""
        self._ears = ears
        self._lines = lines
        self._leak = 10 ** ((PERSON_DB + leak_db) / 20)
        self._chance = np.random.default_rng(seed)
        self._room = Room(seed)
        self._clock = FrameClock()
        self._ducking = Ducking()
        self._echo = LivekitEchoCanceller()
        self._computed = asyncio.Event()
        self._computed.set()
        self._waiting: list[tuple[float, asyncio.Future[None]]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._line = -1
        self._cursor = 0
        self._outcome = Overlapped()
        self._began_seconds = 0.0
        self._hearing = Hearing(
            cast("Workshop", self),  # of which it needs only the two methods below
            BargeIn.OPEN,
            lambda event: None,
            self._perceive,
            FixedEndpointing(0.6),
            self._look,
            self._being_said,
            self._duck,
            self._spawn,
        )

    def detector(self) -> SileroDetector:
        return SileroDetector()

    async def echo_canceller(self) -> tuple[LivekitEchoCanceller, None]:
        await self._echo.load()
        return self._echo, None

    async def hear_alone(self, near: Samples) -> None:
        """Lets this be said while the companion is silent, and waits for its end: the person is known from then on."""
        await self._hearing.prepare()
        self._hearing.companion = CompanionState.LISTENING
        near = near * np.float32(10 ** (PERSON_DB / 20))
        whole = np.concatenate([near, np.zeros(LISTENING_RATE_HZ, np.float32)])
        for start in range(0, len(whole) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
            await self._pass(whole[start : start + FRAME_SAMPLES])

    async def overlap(self, near: Samples) -> Overlapped:
        """Lets this be heard over the companion; near is at a speaking level of 1."""
        await self._hearing.prepare()
        self._outcome = Overlapped()
        self._began_seconds = self._clock.now_seconds()
        self._hearing.companion = CompanionState.SPEAKING
        near = near * np.float32(10 ** (PERSON_DB / 20))
        for start in range(0, len(near) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
            await self._pass(near[start : start + FRAME_SAMPLES])
        silence = np.zeros(FRAME_SAMPLES, np.float32)
        if self._outcome.stopped_at_seconds is not None:
            while self._outcome.utterance is None:
                await self._pass(silence)
        while self._tasks:
            await self._pass(silence)
        return self._outcome

    async def _pass(self, near: Samples) -> None:
        """Ten milliseconds of the room."""
        now_seconds = self._clock.now_seconds()
        played = self._ducking.apply(self._played(), LISTENING_RATE_HZ) * np.float32(_LOUDSPEAKER_LEVEL)
        self._echo.played(played, LISTENING_RATE_HZ, now_seconds + _OUTPUT_SECONDS)
        bent = np.tanh(_DISTORTION * played) / (_DISTORTION * _LOUDSPEAKER_LEVEL)
        noise = self._chance.standard_normal(FRAME_SAMPLES) * 10 ** (_ROOM_NOISE_DB / 20)
        heard = np.asarray(self._room.heard(bent) * self._leak + near + noise, np.float32)
        self._clock.advance_to(now_seconds + FRAME_SECONDS)
        self._hearing.hear(AudioFrame(heard, self._clock.now_seconds()))
        await self._settle()

    def _played(self) -> Samples:
        if self._hearing.companion is not CompanionState.SPEAKING:
            self._line = -1  # it begins anew
            return np.zeros(FRAME_SAMPLES, np.float32)
        if self._line < 0 or self._cursor + FRAME_SAMPLES > len(self._lines[self._line].samples):
            self._line, self._cursor = int(self._chance.integers(len(self._lines))), 0
        samples = self._lines[self._line].samples[self._cursor : self._cursor + FRAME_SAMPLES]
        self._cursor += FRAME_SAMPLES
        return samples

    def _being_said(self) -> str:
        if self._line < 0:
            return ""
        speech, at_seconds = self._lines[self._line].speech, self._cursor / LISTENING_RATE_HZ
        start_seconds, end_seconds = at_seconds - _ECHO_BEFORE_SECONDS, at_seconds + _ECHO_AFTER_SECONDS
        return " ".join(words_between(speech, speech.text, start_seconds, end_seconds))

    def _perceive(self, perceived: Perceived) -> None:
        match perceived:
            case BargedIn():
                self._outcome.stopped_at_seconds = self._passed_seconds() + DEVICE_SECONDS
                self._hearing.companion = CompanionState.LISTENING
            case SpeechEnded(utterance):
                self._outcome.utterance = utterance
            case _:
                pass

    def _duck(self, ducked: bool) -> float:
        self._ducking.ducked = ducked
        if ducked:
            self._outcome.ducked_at_seconds.append(self._passed_seconds() + DEVICE_SECONDS)
        return _OUTPUT_SECONDS

    def _passed_seconds(self) -> float:
        return self._clock.now_seconds() - self._began_seconds

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _look(self, samples: Samples) -> Transcription:
        """What the ears make of it, when they would have been done with it."""
        asked_at_seconds, began, computed = self._clock.now_seconds(), time.perf_counter(), time.process_time()
        self._computed.clear()
        try:
            transcription = await self._ears.transcribe(samples, "en")
        finally:
            self._computed.set()
        # Whatever else this computer does makes the clock's time longer, several cores the processor's.
        took_seconds = min(time.perf_counter() - began, time.process_time() - computed)
        self._outcome.looks_seconds.append(took_seconds)
        due: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked_at_seconds + took_seconds, due))
        await due
        return transcription

    async def _settle(self) -> None:
        """Lets everybody react to the moment, however long computing takes."""
        for _ in range(3):
            await asyncio.sleep(0)
        await self._computed.wait()
        now_seconds = self._clock.now_seconds()
        for at_seconds, due in self._waiting:
            if at_seconds <= now_seconds and not due.done():
                due.set_result(None)
        self._waiting = [waiting for waiting in self._waiting if not waiting[1].done()]
        for _ in range(3):
            await asyncio.sleep(0)


async def lines_of(voice_id: str, texts: Sequence[str]) -> list[Line]:
    """What a starter voice makes of these texts. Raises VoiceError."""
    import soxr

    synthesizer = starter_voice(voice_id)
    lines = []
    try:
        for text in texts:
            speech = await synthesizer.synthesize(text)
            if speech is None:
                raise VoiceError("voice.nothing_to_say", f"“{voice_id}” cannot say “{text}”.")
            sound = await speech.sound()
            samples = np.asarray(soxr.resample(sound.samples, sound.rate_hz, LISTENING_RATE_HZ), np.float32)
            lines.append(Line(speech, at_speaking_level(samples)))
    finally:
        await synthesizer.close()
    return lines


def at_speaking_level(samples: Samples) -> Samples:
    """The same sound with an RMS of 1 where it is not silent."""
    levels = _levels(samples)
    return samples / np.float32(np.sqrt(np.mean(levels[levels > 0.1 * levels.max()] ** 2)) + 1e-9)


def from_onset(samples: Samples) -> Samples:
    """Without what comes before the voice is within 20 dB of its speaking level, and after it for good."""
    loud = np.flatnonzero(_levels(at_speaking_level(samples)) > 0.1)
    return samples[loud[0] * FRAME_SAMPLES : (loud[-1] + 1) * FRAME_SAMPLES]


def _levels(samples: Samples) -> Samples:
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return np.asarray(np.sqrt(np.mean(np.square(frames), axis=1)), np.float32)
