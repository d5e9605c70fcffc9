# SPDX-License-Identifier: GPL-3.0-or-later
"""The companion's voice on a real loudspeaker: gapless, silent at a word, and sure of what has been heard.

A callback and not a blocking writer fills the device: it is told when each block will be heard, so the position is
exact, and it can fade out within the next 5 ms block. With 15 ms in the device, stop() is heard within 25 ms.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from desktop_app.adapters import portaudio
from desktop_app.adapters.ducking import Ducking
from desktop_app.domain.audio import Samples, SoundPiece
from desktop_app.domain.errors import CompanionError, LoudspeakerError
from desktop_app.ports import Clock

_RATE_HZ = 48_000
_BLOCK_SECONDS = 0.005
_LATENCY_SECONDS = 0.015
_LONGEST_DELAY_SECONDS = 1.0
_MOST_MARKS = 2000
"""Ten seconds of blocks: only the latest matter."""

_LOOK_AGAIN_SECONDS = 0.005
_NEGLIGIBLE_SECONDS = 1e-8


@dataclass(slots=True, eq=False)
class _Item:
    """A piece at the device's rate and where it lies in the enqueued sound."""

    samples: Samples
    position_seconds: float
    duration_seconds: float


@dataclass(frozen=True, slots=True)
class _Mark:
    """A stretch of enqueued sound that was handed to the device, and when its first sample is heard."""

    heard_at_seconds: float
    start_seconds: float
    end_seconds: float


class _Sound:
    """A sound whose pieces are still coming, on its way to the device's rate."""

    def __init__(self, position_seconds: float, rate_hz: int, device_rate_hz: int) -> None:
        import soxr

        self.end_seconds = position_seconds
        """Where what has been made of it so far ends; the resampler keeps a few ms until it knows what follows."""
        self._device_rate_hz = device_rate_hz
        self._resampler = soxr.ResampleStream(rate_hz, device_rate_hz, 1, dtype="float32")

    def resampled(self, piece: SoundPiece, until_seconds: float) -> _Item | None:
        """What can be played of it now; the sound's last piece ends at that position, whatever was rounded."""
        samples = np.asarray(self._resampler.resample_chunk(piece.samples, last=piece.is_last), np.float32)
        start_seconds = self.end_seconds
        self.end_seconds = until_seconds if piece.is_last else start_seconds + len(samples) / self._device_rate_hz
        return _Item(samples, start_seconds, self.end_seconds - start_seconds) if len(samples) else None


class _Playlist:
    """What is to be played until the next stop(); the engine's thread appends, PortAudio's takes away."""

    def __init__(self, position_seconds: float) -> None:
        self.position_seconds = position_seconds
        self.enqueued_seconds = position_seconds
        self.items: deque[_Item] = deque()
        self.marks: deque[_Mark] = deque(maxlen=_MOST_MARKS)
        self.stopped = asyncio.Event()
        self._unfinished: _Sound | None = None

    def append(self, piece: SoundPiece, device_rate_hz: int) -> float:
        """Returns the position of the piece's first sample."""
        position_seconds = self.enqueued_seconds
        sound = self._unfinished or _Sound(position_seconds, piece.rate_hz, device_rate_hz)
        self.enqueued_seconds += piece.duration_seconds
        if item := sound.resampled(piece, self.enqueued_seconds):
            self.items.append(item)
        self._unfinished = None if piece.is_last else sound
        return position_seconds


class PortAudioSpeaker:
    """A device chosen by its name or a part of it; an empty or unknown name means the system's default."""

    def __init__(
        self,
        device: str,
        clock: Clock,
        *,
        latency_seconds: float = _LATENCY_SECONDS,
        played: Callable[[Samples, int, float], None] | None = None,
    ) -> None:
        """played is told, on PortAudio's thread, of every block as it is heard (EchoCanceller.played)."""
        self._wanted = device
        self._clock = clock
        self._played = played
        self._ducking = Ducking()
        self._latency_seconds = latency_seconds
        self._name = device or "default"
        self._opened: portaudio.OpenStream | None = None
        self._trouble: CompanionError | None = None
        self._playlist = _Playlist(0.0)
        self._called_at_seconds = 0.0
        self._has_finished = False
        self.underflows = 0
        """How often the device ran dry because the computer was too busy."""
        self._delay_seconds = 0.0
        """From the callback to the ear, as of its last call."""
        # Only the callback touches these.
        self._current_playlist = self._playlist
        self._item: _Item | None = None
        self._cursor = 0

    @property
    def name(self) -> str:
        return self._name

    async def open(self) -> None:
        await self.close()
        self._trouble = None
        self._has_finished = False
        self._called_at_seconds = self._clock.now_seconds()
        self._opened = await portaudio.open_stream(
            "loudspeaker",
            self._wanted,
            rates_hz=(_RATE_HZ, 0),
            block_seconds=_BLOCK_SECONDS,
            latency_seconds=self._latency_seconds,
            callback=self._fill,
            finished=self._finished,
        )
        self._called_at_seconds = self._clock.now_seconds()
        self._name = self._opened.device.name

    def enqueue(self, piece: SoundPiece) -> float:
        return self._playlist.append(piece, self._working().rate_hz)

    def position_seconds(self) -> float:
        playlist, now_seconds = self._playlist, self._clock.now_seconds()
        marks = playlist.marks
        while len(marks) > 1 and marks[1].heard_at_seconds <= now_seconds:
            marks.popleft()
        if marks:
            first = marks[0]
            since_seconds = max(0.0, now_seconds - first.heard_at_seconds)
            heard_seconds = min(first.start_seconds + since_seconds, first.end_seconds)
            playlist.position_seconds = max(playlist.position_seconds, heard_seconds)
        return playlist.position_seconds

    async def reached(self, position_seconds: float) -> None:
        playlist = self._playlist
        while not playlist.stopped.is_set() and position_seconds <= playlist.enqueued_seconds + _NEGLIGIBLE_SECONDS:
            self._working()
            due_seconds = self._heard_at_seconds(playlist, position_seconds)
            if due_seconds is None:
                # Not yet in the device's hands. It takes at least as long as the sound before it lasts, so sleeping
                # that long and looking again comes out exactly, without anything from the callback's thread.
                wait_seconds = max(position_seconds - self.position_seconds(), _LOOK_AGAIN_SECONDS)
            else:
                wait_seconds = due_seconds - self._clock.now_seconds()
                if wait_seconds <= 0:
                    return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(wait_seconds, portaudio.STALLED_AFTER_SECONDS)):
                    await playlist.stopped.wait()

    def set_ducked(self, ducked: bool) -> float:
        self._ducking.ducked = ducked
        return self._delay_seconds

    def stop(self) -> None:
        stopped = self._playlist
        self._playlist = _Playlist(self.position_seconds())  # the callback notices, fades out and goes on with it
        stopped.stopped.set()

    async def close(self) -> None:
        self.stop()
        opened, self._opened = self._opened, None
        if opened is not None:
            await portaudio.close_stream(opened)

    def _working(self) -> portaudio.OpenStream:
        """The open stream; raises LoudspeakerError if there is none or the device has stopped calling back."""
        if self._opened is None:
            raise LoudspeakerError("loudspeaker.closed", "The loudspeaker is not open.")
        if self._trouble is None and self._has_finished:
            self._trouble = portaudio.gone("loudspeaker", self._name)
        silent_seconds = self._clock.now_seconds() - self._called_at_seconds
        if self._trouble is None and silent_seconds > portaudio.STALLED_AFTER_SECONDS:
            self._trouble = portaudio.stalled("loudspeaker", self._name)
        if self._trouble is not None:
            raise self._trouble
        return self._opened

    @staticmethod
    def _heard_at_seconds(playlist: _Playlist, position_seconds: float) -> float | None:
        """When the sample at a position is heard (at the very end: when the last one has been); None if unknown."""
        is_end = position_seconds >= playlist.enqueued_seconds - _NEGLIGIBLE_SECONDS
        for mark in list(playlist.marks):
            reaches_seconds = mark.end_seconds + (_NEGLIGIBLE_SECONDS if is_end else -_NEGLIGIBLE_SECONDS)
            if position_seconds <= reaches_seconds:
                return mark.heard_at_seconds + max(0.0, position_seconds - mark.start_seconds)
        if is_end and not playlist.items and position_seconds <= playlist.position_seconds + _NEGLIGIBLE_SECONDS:
            return float("-inf")  # nothing is enqueued and all of it has been heard
        return None

    # --- on PortAudio's thread ---------------------------------------------------------------------------------------

    def _fill(self, block: Any, frames: int, times: Any, status: Any) -> None:
        now_seconds = self._clock.now_seconds()
        self._called_at_seconds = now_seconds
        if status.output_underflow:
            self.underflows += 1
        sound: Samples = np.zeros(frames, np.float32)
        delay_seconds = min(max(times.outputBufferDacTime - times.currentTime, 0.0), _LONGEST_DELAY_SECONDS)
        self._delay_seconds = delay_seconds
        if self._current_playlist is not self._playlist:
            self._fade_out(sound, now_seconds + delay_seconds)
            self._current_playlist = self._playlist
        else:
            self._play(sound, now_seconds + delay_seconds)
        if opened := self._opened:  # until then there is nothing to play
            sound = self._ducking.apply(sound, opened.rate_hz)
            if self._played:
                self._played(sound, opened.rate_hz, now_seconds + delay_seconds)
        view: Samples = np.frombuffer(block, np.float32).reshape(frames, -1)
        view[:] = sound[:, None]

    def _play(self, sound: Samples, heard_at_seconds: float) -> None:
        playlist = self._current_playlist
        filled = 0
        while filled < len(sound):
            if self._item is None:
                if not playlist.items:
                    return
                self._item, self._cursor = playlist.items.popleft(), 0
            item = self._item
            piece = item.samples[self._cursor : self._cursor + len(sound) - filled]
            sound[filled : filled + len(piece)] = piece
            seconds_per_sample = item.duration_seconds / len(item.samples)
            start_seconds = item.position_seconds + self._cursor * seconds_per_sample
            self._cursor += len(piece)
            end_seconds = item.position_seconds + self._cursor * seconds_per_sample
            mark_at_seconds = heard_at_seconds + filled * seconds_per_sample
            playlist.marks.append(_Mark(mark_at_seconds, start_seconds, end_seconds))
            filled += len(piece)
            if self._cursor >= len(item.samples):
                self._item = None

    def _fade_out(self, sound: Samples, heard_at_seconds: float) -> None:
        """The last block of what was stopped."""
        if self._item is not None:
            self._play(sound, heard_at_seconds)
            sound *= np.linspace(1.0, 0.0, len(sound), dtype=np.float32)
            self._item = None

    def _finished(self) -> None:
        self._has_finished = True
