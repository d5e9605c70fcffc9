# SPDX-License-Identifier: GPL-3.0-or-later
"""A loudspeaker without a device: plays in real time, or at once on a FrameClock, and can write down what was heard."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass

import numpy as np

from desktop_app.adapters.clock_frames import FrameClock
from desktop_app.adapters.ducking import Ducking
from desktop_app.adapters.sound_timeline import SoundTimeline
from desktop_app.domain.audio import Samples, SoundPiece
from desktop_app.domain.errors import LoudspeakerError
from desktop_app.ports import Clock

_FADE_SECONDS = 0.01
_NEGLIGIBLE_SECONDS = 1e-8
"""A thousandth of a sample: sums of durations in another order must not keep anybody waiting."""


@dataclass(slots=True, eq=False)
class _Playing:
    """A piece and where it lies: on the clock, and in the sequence of all enqueued sound."""

    piece: SoundPiece
    started_at_seconds: float
    position_seconds: float

    @property
    def ended_at_seconds(self) -> float:
        return self.started_at_seconds + self.piece.duration_seconds


class RecordingSpeaker:
    """Knows from the clock alone what has been heard: nothing runs while it plays."""

    def __init__(self, clock: Clock, *, name: str = "recording", records: bool = True) -> None:
        self._clock = clock
        self._records = records
        self._name = name
        self._is_open = False
        self._playing: deque[_Playing] = deque()
        self._enqueued_seconds = 0.0
        self._stopped = asyncio.Event()
        self._awaited: list[float] = []
        self._heard = SoundTimeline()
        self._ducking = Ducking()
        self._duckings: deque[tuple[float, bool]] = deque()
        """When it was turned down or up, as far as that has not been written down yet."""

    @property
    def name(self) -> str:
        return self._name

    @property
    def heard(self) -> SoundTimeline:
        """What has been heard to its end so far and when, for writing the conversation down."""
        self._settle()
        return self._heard

    async def open(self) -> None:
        self._is_open = True

    def enqueue(self, piece: SoundPiece) -> float:
        if not self._is_open:
            raise LoudspeakerError("loudspeaker.closed", "The loudspeaker is not open.")
        self._settle()
        position_seconds = self._enqueued_seconds
        last = self._playing[-1] if self._playing else None
        started_at_seconds = last.ended_at_seconds if last else self._clock.now_seconds()
        self._playing.append(_Playing(piece, started_at_seconds, position_seconds))
        self._enqueued_seconds += piece.duration_seconds
        return position_seconds

    def position_seconds(self) -> float:
        self._settle()
        if not self._playing:
            return self._enqueued_seconds
        first = self._playing[0]
        return first.position_seconds + max(0.0, self._clock.now_seconds() - first.started_at_seconds)

    async def reached(self, position_seconds: float) -> None:
        stopped = self._stopped  # the one that the next stop() sets
        nearly_seconds = position_seconds - _NEGLIGIBLE_SECONDS
        self._awaited.append(position_seconds)
        try:
            while not stopped.is_set() and self.position_seconds() < nearly_seconds < self._enqueued_seconds:
                due_seconds = self._heard_at_seconds(position_seconds)
                if isinstance(self._clock, FrameClock):
                    # Whoever waits for the earliest position moves the clock; the others get their turn in order.
                    await asyncio.sleep(0)
                    if position_seconds <= min(self._awaited):
                        self._clock.advance_to(due_seconds)
                else:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(due_seconds - self._clock.now_seconds()):
                            await stopped.wait()
        finally:
            self._awaited.remove(position_seconds)

    def set_ducked(self, ducked: bool) -> float:
        self._settle()
        if self._records:
            self._duckings.append((self._clock.now_seconds(), ducked))
        return 0.0

    def stop(self) -> None:
        position_seconds = self.position_seconds()
        if self._playing:
            first = self._playing[0]
            heard = round((position_seconds - first.position_seconds) * first.piece.rate_hz)
            self._note(first, _faded(self._rest_of_sound(), first.piece.rate_hz, heard))
            self._playing.clear()
        self._enqueued_seconds = position_seconds
        self._stopped.set()
        self._stopped = asyncio.Event()

    async def close(self) -> None:
        self.stop()
        self._is_open = False

    def _settle(self) -> None:
        """Moves what has been played to its end into the record."""
        now_seconds = self._clock.now_seconds() + _NEGLIGIBLE_SECONDS
        while self._playing and self._playing[0].ended_at_seconds <= now_seconds:
            done = self._playing.popleft()
            self._note(done, done.piece.samples)

    def _rest_of_sound(self) -> Samples:
        """What is playing and what continues it."""
        pieces: list[Samples] = []
        for playing in self._playing:
            pieces.append(playing.piece.samples)
            if playing.piece.is_last:
                break
        return np.concatenate(pieces)

    def _note(self, playing: _Playing, samples: Samples) -> None:
        if self._records:
            self._heard.add(playing.started_at_seconds, self._as_heard(playing, samples), playing.piece.rate_hz)

    def _as_heard(self, playing: _Playing, samples: Samples) -> Samples:
        """Turned down where it was."""
        rate_hz, pieces, done = playing.piece.rate_hz, [], 0
        ended_at_seconds = playing.started_at_seconds + len(samples) / rate_hz
        while self._duckings and self._duckings[0][0] < ended_at_seconds:
            at_seconds, ducked = self._duckings.popleft()
            until = max(done, round((at_seconds - playing.started_at_seconds) * rate_hz))
            pieces.append(self._ducking.apply(samples[done:until], rate_hz))
            self._ducking.ducked, done = ducked, until
        return np.concatenate([*pieces, self._ducking.apply(samples[done:], rate_hz)])

    def _heard_at_seconds(self, position_seconds: float) -> float:
        """When an enqueued position is heard."""
        for playing in self._playing:
            if position_seconds <= playing.position_seconds + playing.piece.duration_seconds:
                return playing.started_at_seconds + (position_seconds - playing.position_seconds)
        return self._clock.now_seconds()


def _faded(samples: Samples, rate_hz: int, heard_samples: int) -> Samples:
    """The beginning of a sound that was stopped there, with the short fade that a loudspeaker makes."""
    fade = np.linspace(1.0, 0.0, round(_FADE_SECONDS * rate_hz), dtype=np.float32)
    heard = samples[: heard_samples + len(fade)].copy()
    tail = heard[heard_samples:]
    tail *= fade[: len(tail)]
    return heard
