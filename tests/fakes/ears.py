# SPDX-License-Identifier: GPL-3.0-or-later
"""A microphone, a detector and a transcriber that agree on a code: each scripted phrase is a level of its own."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

import numpy as np

from desktop_app.domain.audio import FRAME_SAMPLES, LISTENING_RATE_HZ, AudioFrame, Samples
from desktop_app.domain.conversation import Transcription
from desktop_app.domain.errors import CompanionError, MicrophoneError

_FRAME_SECONDS = FRAME_SAMPLES / LISTENING_RATE_HZ
_STEP = 1 / 256


@dataclass(frozen=True, slots=True)
class Says:
    """The person says these words between two moments (seconds since the conversation began); "" is a cough."""

    words: str
    start_seconds: float
    end_seconds: float


@dataclass(slots=True)
class FakeMicrophone:
    """Yields a frame every 10 ms of loop time until `lasts_seconds`, with the scripted speech in it."""

    script: Sequence[Says]
    lasts_seconds: float
    fails_at_seconds: Sequence[float] = ()
    """Moments at which the device goes away (each once)."""
    name: str = "fake microphone"
    _failed: set[float] = field(default_factory=set)
    _began: float | None = None

    async def frames(self) -> AsyncGenerator[AudioFrame]:
        loop = asyncio.get_running_loop()
        if self._began is None:
            self._began = loop.time()
        began = self._began
        due = loop.time()
        while (now := due - began) < self.lasts_seconds:
            due += _FRAME_SECONDS
            await asyncio.sleep(due - loop.time())
            for moment in self.fails_at_seconds:
                if moment <= now and moment not in self._failed:
                    self._failed.add(moment)
                    raise MicrophoneError("microphone.stalled", "The microphone stopped answering.")
            yield AudioFrame(self._samples(now), due)

    def _samples(self, now: float) -> Samples:
        level = 0.0
        for index, says in enumerate(self.script):
            if says.start_seconds <= now < says.end_seconds:
                level = 0.25 + index * _STEP
        return _frame(level)


@functools.cache
def _frame(level: float) -> Samples:
    return np.full(FRAME_SAMPLES, level, np.float32)


class FakeDetector:
    """Speech is whatever is not silent."""

    def probability(self, frame: AudioFrame) -> float:
        return 0.95 if frame.samples[0] > 0.1 else 0.02

    def reset(self) -> None:
        pass


class FakeEchoCanceller:
    """Takes away exactly what was played as that frame was heard, as it would be heard in a room without walls."""

    def __init__(self) -> None:
        self._played: dict[int, Samples] = {}

    def played(self, samples: Samples, rate_hz: int, heard_at_seconds: float) -> None:
        """Only frames of the microphone's own kind: 160 samples at 16 kHz."""
        assert (len(samples), rate_hz) == (FRAME_SAMPLES, LISTENING_RATE_HZ)
        self._played[round(heard_at_seconds / _FRAME_SECONDS) + 1] = samples.copy()

    def cancel(self, frame: AudioFrame) -> AudioFrame:
        echo = self._played.pop(round(frame.captured_at_seconds / _FRAME_SECONDS), None)
        return frame if echo is None else AudioFrame(frame.samples - echo, frame.captured_at_seconds)

    def reset(self) -> None:
        self._played.clear()


@dataclass(slots=True, eq=False)
class FakeTranscriber:
    """Reads the phrase back from its level."""

    script: Sequence[Says]
    takes_seconds: float = 0.2
    name: str = "fake ears"
    is_starter: bool = True
    failures: list[CompanionError] = field(default_factory=list)
    """Raised one after the other before it works again."""
    heard: list[Samples] = field(default_factory=list)
    closed: bool = False
    told_calm: list[tuple[float, bool]] = field(default_factory=list)
    """When it was told that nobody speaks (loop time), or that somebody begins."""
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    def set_calm(self, calm: bool) -> None:
        self.told_calm.append((asyncio.get_running_loop().time(), calm))

    async def transcribe(self, samples: Samples, language: str | None = None) -> Transcription:
        if self.closed:
            raise RuntimeError("these ears are closed")
        async with self._one_at_a_time:  # as the one worker thread of the real ones
            await asyncio.sleep(self.takes_seconds)
        self.heard.append(samples)
        if self.failures:
            raise self.failures.pop(0)
        voiced = samples[samples > 0.1]
        levels = dict.fromkeys(voiced[np.flatnonzero(np.diff(voiced, prepend=0.0))].tolist())
        words = [self.script[round((level - 0.25) / _STEP)].words for level in levels]
        return Transcription(" ".join(filter(None, words)), language or "en")

    async def close(self) -> None:
        self.closed = True
