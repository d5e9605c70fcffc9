# SPDX-License-Identifier: GPL-3.0-or-later
"""A synthesizer that speaks a word in 0.3 s, piece by piece, and a loudspeaker that plays on the loop's clock."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import numpy as np

from desktop_app.domain.audio import PhonemeTiming, SoundPiece, Speech
from desktop_app.domain.errors import CompanionError, LoudspeakerError

WORD_SECONDS = 0.3
_RATE_HZ = 1000


@dataclass(slots=True, eq=False)
class FakeSynthesizer:
    takes_seconds: float = 0.05
    piece_takes_seconds: float = 0.01
    name: str = "fake voice"
    is_starter: bool = True
    failures: dict[str, CompanionError] = field(default_factory=dict)
    """Sentences that cannot be spoken."""
    breaks: dict[str, CompanionError] = field(default_factory=dict)
    """Sentences of which the third word cannot be spoken."""
    spoken: list[str] = field(default_factory=list)
    under_way: set[str] = field(default_factory=set)
    """Sentences whose pieces are being made."""
    pieces_made: int = 0
    closed: bool = False

    async def synthesize(self, text: str) -> Speech | None:
        if self.closed:
            raise RuntimeError("this voice is closed")
        await asyncio.sleep(self.takes_seconds)
        if text in self.failures:
            raise self.failures[text]
        self.spoken.append(text)
        words = text.split()
        phonemes: list[PhonemeTiming] = []
        for index, _ in enumerate(words):
            if index:
                phonemes.append(PhonemeTiming(" ", index * WORD_SECONDS, 0.0))
            phonemes.append(PhonemeTiming("a", index * WORD_SECONDS, WORD_SECONDS))
        return Speech(text, len(words) * WORD_SECONDS, tuple(phonemes), self._pieces(text, len(words)))

    async def _pieces(self, text: str, words: int) -> AsyncGenerator[SoundPiece]:
        """A word is a piece; the first is there already."""
        self.under_way.add(text)
        try:
            for word in range(words):
                if word:
                    await asyncio.sleep(self.piece_takes_seconds)
                if word == 2 and text in self.breaks:
                    raise self.breaks[text]
                self.pieces_made += 1
                samples = np.full(round(WORD_SECONDS * _RATE_HZ), 0.1, np.float32)
                yield SoundPiece(samples, _RATE_HZ, is_last=word == words - 1)
        finally:
            self.under_way.discard(text)

    async def close(self) -> None:
        self.closed = True


async def soundless() -> AsyncGenerator[SoundPiece]:
    """The pieces of a speech that nobody is going to hear."""
    pieces: tuple[SoundPiece, ...] = ()
    for piece in pieces:
        yield piece


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Enqueued sound on its way to the ear."""

    heard_at_seconds: float
    start_seconds: float
    end_seconds: float

    def heard_until(self, now_seconds: float) -> float:
        return min(self.start_seconds + now_seconds - self.heard_at_seconds, self.end_seconds)


@dataclass(slots=True)
class FakeSpeaker:
    """Plays in loop time; `failures` are raised by open, `dies_at` by reached."""

    name: str = "fake loudspeaker"
    failures: list[LoudspeakerError] = field(default_factory=list)
    dies_at_position_seconds: float | None = None
    delay_seconds: float = 0.0
    """How long after it was enqueued a sound is heard at the earliest, as with a wireless loudspeaker."""
    keeps_seconds: float = 0.0
    """How much of an unfinished sound is kept back until its next piece is there, as a resampler does."""
    is_open: bool = False
    closed: bool = False
    ducked: bool = False
    enqueued_at_seconds: list[float] = field(default_factory=list)
    """When (loop time) sound arrived."""
    duckings: list[tuple[float, bool]] = field(default_factory=list)
    """When (loop time) it was turned down (True) or up again."""
    holes_seconds: list[float] = field(default_factory=list)
    """Silences that were heard in the midst of a sound."""
    _enqueued_seconds: float = 0.0
    _stretches: list[_Stretch] = field(default_factory=list)
    _in_midst: bool = False
    _stopped_at_seconds: float = 0.0
    """The position at the last stop; before any sound that is heard, the position at all."""
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by the next piece or stop()."""

    async def open(self) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.is_open = True

    def enqueue(self, piece: SoundPiece) -> float:
        assert self.is_open, "nobody may play on a loudspeaker that is not open"
        now = asyncio.get_running_loop().time()
        self.enqueued_at_seconds.append(now)
        start = self._enqueued_seconds
        self._enqueued_seconds += piece.duration_seconds
        self._play_until(self._enqueued_seconds - (0.0 if piece.is_last else self.keeps_seconds), now)
        self._in_midst = not piece.is_last
        self._news()
        return start

    def position_seconds(self) -> float:
        now = asyncio.get_running_loop().time()
        heard = [stretch.heard_until(now) for stretch in self._stretches if stretch.heard_at_seconds <= now]
        return heard[-1] if heard else self._stopped_at_seconds

    async def reached(self, position_seconds: float) -> None:
        stopped = self._stopped
        while position_seconds - self.position_seconds() > 1e-9 and not stopped.is_set():
            if position_seconds > self._enqueued_seconds + 1e-9:
                return  # it was dropped already
            if self.dies_at_position_seconds is not None and position_seconds > self.dies_at_position_seconds:
                raise LoudspeakerError("loudspeaker.stalled", "The loudspeaker stopped answering.")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(self._heard_at_seconds(position_seconds)):
                    await self._changed.wait()

    def set_ducked(self, ducked: bool) -> float:
        if ducked != self.ducked:
            self.ducked = ducked
            self.duckings.append((asyncio.get_running_loop().time(), ducked))
        return 0.0

    def stop(self) -> None:
        self._stopped_at_seconds = self._enqueued_seconds = self.position_seconds()
        self._stretches.clear()
        self._in_midst = False
        self._stopped.set()
        self._stopped = asyncio.Event()
        self._news()

    async def close(self) -> None:
        self.closed = True
        self.is_open = False

    def _play_until(self, until_seconds: float, now_seconds: float) -> None:
        last = self._stretches[-1] if self._stretches else None
        from_seconds = last.end_seconds if last else self._stopped_at_seconds
        if until_seconds <= from_seconds:
            return
        earliest_seconds = now_seconds + self.delay_seconds
        silent_from_seconds = last.heard_at_seconds + last.end_seconds - last.start_seconds if last else 0.0
        if last and self._in_midst and earliest_seconds > silent_from_seconds + 1e-9:
            self.holes_seconds.append(earliest_seconds - silent_from_seconds)
        self._stretches.append(_Stretch(max(earliest_seconds, silent_from_seconds), from_seconds, until_seconds))

    def _heard_at_seconds(self, position_seconds: float) -> float | None:
        """None while that depends on a piece that is not there yet."""
        for stretch in self._stretches:
            if position_seconds <= stretch.end_seconds + 1e-9:
                return stretch.heard_at_seconds + position_seconds - stretch.start_seconds
        return None

    def _news(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
