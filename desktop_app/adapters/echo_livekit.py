# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the companion's own voice out of what the microphone hears: WebRTC's AEC3, as livekit packs it.

Only the AudioProcessingModule is used, which needs no server: nothing here connects to anything. What is played waits
in a queue until the next frame of the microphone; the two need not match in number, as in WebRTC itself, where they
come from two threads. Delay, its jumps and the drift of two clocks are AEC3's own business; it is told an estimate.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np

from desktop_app.domain.audio import LISTENING_RATE_HZ, AudioFrame, Samples
from desktop_app.domain.errors import MicrophoneError
from desktop_app.domain.events import NO_CANCELLER

_FRAMES_PER_SECOND = 100
"""The module takes exactly 10 ms at a time."""
_LONGEST_QUEUE_SECONDS = 0.5
"""What was played while nobody listened is of no use any more."""
_STARVED_AFTER_FRAMES = 10
"""A loudspeaker that is silent may not call at all; after so many frames silence is filled in for it."""
_LONGEST_DELAY_SECONDS = 0.5
_FULL_SCALE = 32767.0


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    samples: Samples
    rate_hz: int
    heard_at_seconds: float


class LivekitEchoCanceller:
    """`played` may be called from any thread; all else belongs to the engine's. Costs 2 % of a core."""

    def __init__(self) -> None:
        self._rtc: Any = None
        self._module: Any = None
        self._played: deque[_Block] = deque()
        self._rest: Samples = np.zeros(0, np.float32)
        self._rest_rate_hz = LISTENING_RATE_HZ
        self._starved_frames = _STARVED_AFTER_FRAMES

    async def load(self) -> None:
        """Loads the library, beside the loop. Raises MicrophoneError if it does not work on this computer."""
        try:
            self._rtc = await asyncio.to_thread(_livekit)
            self.reset()
        except (ImportError, OSError, AttributeError, RuntimeError, TypeError) as error:
            self._rtc = None
            raise MicrophoneError(
                NO_CANCELLER,
                "The part that takes the companion's own voice out of the microphone could not be loaded.",
                "You take turns, one at a time, until Fireside is installed again.",
            ) from error

    def played(self, samples: Samples, rate_hz: int, heard_at_seconds: float) -> None:
        self._played.append(_Block(samples.copy(), rate_hz, heard_at_seconds))

    def cancel(self, frame: AudioFrame) -> AudioFrame:
        self._listen_to_what_was_played(frame.captured_at_seconds)
        near = self._frame(frame.samples, LISTENING_RATE_HZ)
        self._module.process_stream(near)
        samples = np.frombuffer(near.data, np.int16).astype(np.float32) / np.float32(_FULL_SCALE)
        return AudioFrame(samples, frame.captured_at_seconds)

    def reset(self) -> None:
        # Noise suppression would weaken the person's voice where both speak, and gain control would raise the echo.
        self._module = self._rtc.AudioProcessingModule(echo_cancellation=True, high_pass_filter=True)
        self._played.clear()
        self._rest = np.zeros(0, np.float32)
        self._starved_frames = _STARVED_AFTER_FRAMES

    def _listen_to_what_was_played(self, captured_at_seconds: float) -> None:
        heard_at_seconds = None
        while self._played:
            block = self._played.popleft()
            if block.heard_at_seconds < captured_at_seconds - _LONGEST_QUEUE_SECONDS:
                continue
            heard_at_seconds = block.heard_at_seconds
            self._add(block)
        if heard_at_seconds is not None:
            self._starved_frames = 0
            delay_seconds = min(max(heard_at_seconds - captured_at_seconds, 0.0), _LONGEST_DELAY_SECONDS)
            self._module.set_stream_delay_ms(round(1000 * delay_seconds))
            return
        self._starved_frames += 1
        if self._starved_frames > _STARVED_AFTER_FRAMES:
            silence = np.zeros(self._rest_rate_hz // _FRAMES_PER_SECOND, np.float32)
            self._module.process_reverse_stream(self._frame(silence, self._rest_rate_hz))

    def _add(self, block: _Block) -> None:
        """Cuts what was played into the module's frames, at the loudspeaker's own rate."""
        if block.rate_hz != self._rest_rate_hz:
            self._rest, self._rest_rate_hz = np.zeros(0, np.float32), block.rate_hz
        samples = np.concatenate([self._rest, block.samples])
        length = block.rate_hz // _FRAMES_PER_SECOND
        while len(samples) >= length:
            self._module.process_reverse_stream(self._frame(samples[:length], block.rate_hz))
            samples = samples[length:]
        self._rest = samples

    def _frame(self, samples: Samples, rate_hz: int) -> Any:
        whole = np.clip(np.round(samples * _FULL_SCALE), -32768, 32767).astype(np.int16)
        return self._rtc.AudioFrame(bytearray(whole.tobytes()), rate_hz, 1, len(whole))


def _livekit() -> Any:
    from livekit import rtc

    rtc.AudioProcessingModule(echo_cancellation=True)  # loads the native part as well
    return rtc
