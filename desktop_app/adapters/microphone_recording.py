# SPDX-License-Identifier: GPL-3.0-or-later
"""A person on record: recordings stand in for the microphone, in real time or as fast as they are listened to."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from desktop_app.adapters.clock_frames import FrameClock, wait_until
from desktop_app.adapters.sound_timeline import SoundTimeline
from desktop_app.domain.audio import FRAME_SAMPLES, LISTENING_RATE_HZ, AudioFrame, Samples
from desktop_app.ports import Clock

_FRAME_SECONDS = FRAME_SAMPLES / LISTENING_RATE_HZ


class RecordingMicrophone:
    """Says the clips it is given, in order, with silence before, after and whenever it has nothing to say.

    On a real clock frames come every 10 ms; on a FrameClock as fast as they are taken, each moving that clock on.
    Closing the frames and asking for them again goes on where the person had got to. Use it from the engine's thread.
    """

    def __init__(
        self,
        clock: Clock,
        clips: Sequence[Samples] = (),
        *,
        name: str = "recording",
        lead_in_seconds: float = 0.5,
        tail_seconds: float = 2.0,
        goes_on: bool = False,
    ) -> None:
        self._clock = clock
        self._name = name
        self._tail_seconds = tail_seconds
        self._goes_on = goes_on
        self._waiting: deque[Samples] = deque()
        self._current: Samples = np.zeros(0, np.float32)
        self._silent = asyncio.Event()
        self._awake = asyncio.Event()
        self._awake.set()
        self._holders = 0
        self._free = asyncio.Event()
        self._free.set()
        self.ended = asyncio.Event()
        """Set when the recording and the silence after it are over."""
        self.heard = SoundTimeline()
        """What has been said so far and when, for writing the conversation down."""
        for clip in (_silence(lead_in_seconds), *clips):
            self.say(clip)

    @property
    def name(self) -> str:
        return self._name

    def say(self, samples: Samples, rate_hz: int = LISTENING_RATE_HZ) -> None:
        """Appends a clip to what is to be said."""
        if rate_hz != LISTENING_RATE_HZ:
            import soxr

            samples = np.asarray(soxr.resample(samples, rate_hz, LISTENING_RATE_HZ), np.float32)
        if len(samples):
            self._waiting.append(samples.astype(np.float32))
            self._silent.clear()

    async def said(self) -> None:
        """Returns when everything has been said."""
        await self._silent.wait()

    def rest(self) -> None:
        """Holds the recording until resume(): the person waits for an answer.

        On a real clock they are silent meanwhile; on a FrameClock no frames come at all, so that nothing depends on
        how long thinking takes.
        """
        self._awake.clear()

    def resume(self) -> None:
        self._awake.set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """On a FrameClock no frames come meanwhile; unlike rest(), any number may hold it at once."""
        self._holders += 1
        self._free.clear()
        try:
            yield
        finally:
            self._holders -= 1
            if not self._holders:
                self._free.set()

    async def frames(self) -> AsyncGenerator[AudioFrame]:
        captured_at_seconds = self._clock.now_seconds()
        left_seconds = self._tail_seconds
        while self._goes_on or self._has_more or left_seconds > 0:
            captured_at_seconds = await self._next_capture(captured_at_seconds)
            if not self._awake.is_set():
                samples = _silence(_FRAME_SECONDS)
            elif self._has_more:
                samples = self._take(captured_at_seconds)
                left_seconds = self._tail_seconds
            else:
                self._silent.set()
                samples = _silence(_FRAME_SECONDS)
                left_seconds -= _FRAME_SECONDS
            yield AudioFrame(samples, captured_at_seconds)
        self.ended.set()

    async def _next_capture(self, last_seconds: float) -> float:
        """Waits for the moment at which the next frame is complete."""
        if isinstance(self._clock, FrameClock):
            await self._awake.wait()
            await self._free.wait()
            last_seconds = max(last_seconds, self._clock.now_seconds())  # what was played meanwhile took time as well
        due_seconds = last_seconds + _FRAME_SECONDS
        await wait_until(self._clock, due_seconds)
        return due_seconds

    @property
    def _has_more(self) -> bool:
        return len(self._current) > 0 or bool(self._waiting)

    def _take(self, captured_at_seconds: float) -> Samples:
        while len(self._current) < FRAME_SAMPLES and self._waiting:
            self._current = np.concatenate([self._current, self._waiting.popleft()])
        frame: Samples = np.zeros(FRAME_SAMPLES, np.float32)
        taken = self._current[:FRAME_SAMPLES]
        frame[: len(taken)] = taken
        self._current = self._current[FRAME_SAMPLES:]
        self.heard.add(captured_at_seconds - _FRAME_SECONDS, frame, LISTENING_RATE_HZ)
        return frame


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * LISTENING_RATE_HZ), np.float32)
