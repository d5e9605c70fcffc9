# SPDX-License-Identifier: GPL-3.0-or-later
"""The person's voice from a real microphone: 16 kHz mono frames, resampled where a device insists on its own."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from typing import Any

import numpy as np

from desktop_app.adapters import portaudio
from desktop_app.domain.audio import FRAME_SAMPLES, LISTENING_RATE_HZ, AudioFrame, Samples
from desktop_app.ports import Clock

_BLOCK_SECONDS = 0.01
_LATENCY_SECONDS = 0.02
_LONGEST_AGE_SECONDS = 0.5
_MOST_WAITING_BLOCKS = 1000
"""Ten seconds: a consumer that is further behind loses the oldest sound."""

_RATES_HZ = (LISTENING_RATE_HZ, 0, 48_000, 44_100)
"""Sound servers resample once and well, and 38 ms sooner than by way of the 44.1 kHz that they call a device's own;
what refuses our rate (Windows, bare ALSA devices) is opened at its own."""

_QUALITY = "MQ"
"""soxr's medium quality: the band of speech is untouched and it looks 12 ms ahead, a third of what HQ needs."""


class PortAudioMicrophone:
    """A device chosen by its name or a part of it; an empty or unknown name means the system's default."""

    def __init__(self, device: str, clock: Clock) -> None:
        self._wanted = device
        self._clock = clock
        self._name = device or "default"
        self.silent_seconds = 0.0
        """For how long the device has delivered nothing but zeros: a sign that it is switched off or forbidden."""

    @property
    def name(self) -> str:
        return self._name

    async def frames(self) -> AsyncGenerator[AudioFrame]:
        source = _Source(self._clock)
        opened = await portaudio.open_stream(
            "microphone",
            self._wanted,
            rates_hz=_RATES_HZ,
            block_seconds=_BLOCK_SECONDS,
            latency_seconds=_LATENCY_SECONDS,
            callback=source.captured,
            finished=source.finished,
        )
        try:
            self._name = opened.device.name
            self.silent_seconds = 0.0
            framer = _Framer(opened.rate_hz)
            while True:
                block, captured_at_seconds = await source.next_block(self._name)
                samples = np.frombuffer(block, np.float32).reshape(-1, opened.channels).mean(axis=1, dtype=np.float32)
                is_silent = not samples.any()
                self.silent_seconds = self.silent_seconds + len(samples) / opened.rate_hz if is_silent else 0.0
                for frame in framer.frames(samples, captured_at_seconds):
                    yield frame
        finally:
            await portaudio.close_stream(opened)


class _Source:
    """Takes blocks from PortAudio's thread to the engine's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._blocks: deque[tuple[bytes, float]] = deque(maxlen=_MOST_WAITING_BLOCKS)
        self._arrived = asyncio.Event()
        self._has_finished = False

    def captured(self, block: Any, frames: int, times: Any, status: Any) -> None:
        """On PortAudio's thread: copies and signals, nothing else."""
        age_seconds = times.currentTime - times.inputBufferAdcTime  # of the first sample
        if not 0.0 < age_seconds < _LONGEST_AGE_SECONDS:  # some drivers do not know
            age_seconds = _BLOCK_SECONDS
        captured_at_seconds = self._clock.now_seconds() - max(0.0, age_seconds - _BLOCK_SECONDS)
        self._blocks.append((bytes(block), captured_at_seconds))
        self._signal()

    def finished(self) -> None:
        """On PortAudio's thread: the stream has ended, by itself or because it was closed."""
        self._has_finished = True
        self._signal()

    def _signal(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._arrived.set)

    async def next_block(self, name: str) -> tuple[bytes, float]:
        """The next block and when its last sample was captured."""
        while not self._blocks:
            if self._has_finished:
                raise portaudio.gone("microphone", name)
            self._arrived.clear()
            try:
                async with asyncio.timeout(portaudio.STALLED_AFTER_SECONDS):
                    await self._arrived.wait()
            except TimeoutError:
                if not self._blocks:
                    raise portaudio.stalled("microphone", name) from None
        return self._blocks.popleft()


class _Framer:
    """Resamples blocks of any length and cuts them into frames of exactly 10 ms, each with its time."""

    def __init__(self, rate_hz: int) -> None:
        import soxr

        self._resampler = soxr.ResampleStream(rate_hz, LISTENING_RATE_HZ, 1, dtype="float32", quality=_QUALITY)
        self._rate_hz = rate_hz
        self._taken_samples = 0
        self._given_samples = 0
        self._rest: Samples = np.zeros(0, np.float32)
        self._last_seconds = float("-inf")

    def frames(self, samples: Samples, captured_at_seconds: float) -> list[AudioFrame]:
        self._taken_samples += len(samples)
        self._rest = np.concatenate([self._rest, self._resampler.resample_chunk(samples)])
        frames = []
        while len(self._rest) >= FRAME_SAMPLES:
            frame, self._rest = self._rest[:FRAME_SAMPLES], self._rest[FRAME_SAMPLES:]
            self._given_samples += FRAME_SAMPLES
            behind_seconds = self._taken_samples / self._rate_hz - self._given_samples / LISTENING_RATE_HZ
            self._last_seconds = max(self._last_seconds, captured_at_seconds - behind_seconds)
            frames.append(AudioFrame(frame, self._last_seconds))
        return frames
