# SPDX-License-Identifier: GPL-3.0-or-later
"""From a voice's raw sound to the pieces that are heard: one gain, soft peaks, no silence around the words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from desktop_app.domain.audio import PhonemeTiming, Samples, SoundPiece

_TARGET_LOUDNESS = 10 ** (-20 / 20)
"""RMS of the speaking parts, −20 dBFS: about as loud as other speech on a computer."""

_LIMIT_ABOVE = 0.7
_CEILING = 0.98
_SILENCE_BELOW = 10 ** (-50 / 20)
_LEAD_IN_SECONDS = 0.04
_TAIL_SECONDS = 0.12
_PLANNED_TAIL_SECONDS = 0.25
"""Kept after the last phoneme where the sound's end is not there yet: voices time their last sound a little early."""

_STEP_SECONDS = 0.005
_LEAST_FIRST_SECONDS = 0.12
_HELD_BACK_SECONDS = 0.045
"""A loudspeaker that resamples keeps the last 20–42 ms until it knows what follows (up to 116 ms at 8 kHz)."""

_GROWTH = 2.0
"""The next bit of a sound may take this many times as long as the last one, and must be there in time."""


@dataclass(frozen=True, slots=True, eq=False)
class RawSpeech:
    """What a voice makes of a text: planned to the sample, and made into sound bit by bit."""

    rate_hz: int
    length_samples: int
    phonemes: tuple[PhonemeTiming, ...]
    sound: Iterator[Samples]


@dataclass(frozen=True, slots=True, eq=False)
class TrimmedSpeech:
    """A speech without the silence around it; its pieces are made as they are asked for, the first is there."""

    duration_seconds: float
    phonemes: tuple[PhonemeTiming, ...]
    first: SoundPiece
    following: Iterator[SoundPiece]


def trimmed(raw: RawSpeech, gain: float, now_seconds: Callable[[], float] = time.perf_counter) -> TrimmedSpeech | None:
    """Makes the beginning of a speech; None if all of it is nothing but silence.

    A slow voice makes more of it beforehand, so that what follows is there in time.
    """
    head: Samples = np.zeros(0, np.float32)
    start = None
    began_seconds = now_seconds()
    for sound in raw.sound:
        made_at_seconds = now_seconds()
        took_seconds, began_seconds = made_at_seconds - began_seconds, made_at_seconds
        head = np.concatenate([head, _limited(sound * np.float32(gain))])
        start = _first_sound(head, raw.rate_hz)
        if start is not None and (len(head) - start) / raw.rate_hz >= _enough_seconds(took_seconds):
            break
    if start is None:
        return None
    end = _last_sound(head, raw.rate_hz) if len(head) == raw.length_samples else _planned_end(raw)
    length = max(end, start + 1) - start
    first = SoundPiece(head[start : start + length], raw.rate_hz, is_last=len(head) - start >= length)
    return TrimmedSpeech(
        length / raw.rate_hz,
        tuple(_moved(timing, start / raw.rate_hz, length / raw.rate_hz) for timing in raw.phonemes),
        first,
        _following(raw, gain, length - len(first.samples)),
    )


def _enough_seconds(took_seconds: float) -> float:
    """What the first piece has to last if the last bit of it took that long to make."""
    return max(_LEAST_FIRST_SECONDS, _HELD_BACK_SECONDS + _GROWTH * took_seconds)


def _following(raw: RawSpeech, gain: float, left_samples: int) -> Iterator[SoundPiece]:
    while left_samples > 0:
        samples = _limited(next(raw.sound) * np.float32(gain))[:left_samples]
        left_samples -= len(samples)
        yield SoundPiece(samples, raw.rate_hz, is_last=left_samples == 0)


def steady_gain(samples: Samples, rate_hz: int) -> float:
    """The one factor that brings a voice, of which this is a sample, to the target loudness."""
    levels = _step_levels(samples, rate_hz)
    if not len(levels) or levels.max() < 1e-4:
        return 1.0
    speaking = levels[levels > levels.max() * 0.05]
    return float(np.clip(_TARGET_LOUDNESS / np.sqrt(np.mean(speaking**2)), 0.1, 10.0))


def _limited(samples: Samples) -> Samples:
    """Bends peaks above the limit softly, each sample by itself, so that a fixed gain never clips."""
    excess = np.abs(samples) - _LIMIT_ABOVE
    room = _CEILING - _LIMIT_ABOVE
    bent = np.sign(samples) * (_LIMIT_ABOVE + room * np.tanh(np.maximum(excess, 0) / room))
    limited: Samples = np.where(excess > 0, bent, samples).astype(np.float32)
    return limited


def _step_levels(samples: Samples, rate_hz: int) -> Samples:
    """RMS of every 5 ms."""
    step = max(1, int(rate_hz * _STEP_SECONDS))
    whole = samples[: len(samples) // step * step].reshape(-1, step)
    levels: Samples = np.sqrt(np.mean(whole**2, axis=1)) if len(whole) else np.zeros(0, np.float32)
    return levels


def _first_sound(samples: Samples, rate_hz: int) -> int | None:
    """Where the words begin, with a little silence before them; None if they have not begun."""
    loud = np.flatnonzero(_step_levels(samples, rate_hz) > _SILENCE_BELOW)
    step = max(1, int(rate_hz * _STEP_SECONDS))
    return max(0, int(loud[0]) * step - int(_LEAD_IN_SECONDS * rate_hz)) if len(loud) else None


def _last_sound(samples: Samples, rate_hz: int) -> int:
    """Where the words have ended, with a little silence after them."""
    loud = np.flatnonzero(_step_levels(samples, rate_hz) > _SILENCE_BELOW)
    step = max(1, int(rate_hz * _STEP_SECONDS))
    return min(len(samples), (int(loud[-1]) + 1) * step + int(_TAIL_SECONDS * rate_hz))


def _planned_end(raw: RawSpeech) -> int:
    """Where the words will have ended, by their timings."""
    ends = [timing.end_seconds for timing in raw.phonemes if timing.sounds]
    if not ends:
        return raw.length_samples
    return min(raw.length_samples, round((ends[-1] + _PLANNED_TAIL_SECONDS) * raw.rate_hz))


def _moved(timing: PhonemeTiming, back_seconds: float, duration_seconds: float) -> PhonemeTiming:
    """The same phoneme in a speech of that duration which begins that much later."""
    begins, ends = (
        min(max(seconds - back_seconds, 0.0), duration_seconds)
        for seconds in (timing.start_seconds, timing.end_seconds)
    )
    return PhonemeTiming(timing.symbol, begins, ends - begins)
