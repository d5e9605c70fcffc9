# SPDX-License-Identifier: GPL-3.0-or-later
"""Thirty sounds in which nobody speaks, always the same: ten kinds, three of each, from a breath to half a minute."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.audio import LISTENING_RATE_HZ, Samples

_Wave = NDArray[np.float64]
_Kind = Callable[[np.random.Generator, _Wave], _Wave]
"""Given chance and the moments of its samples in seconds, a sound of any loudness."""

_TAKES = ((1.2, -35.0), (5.0, -20.0), (12.0, -8.0))
"""Seconds and peak (dBFS) of each kind's three sounds."""


def nonspeech_clips() -> list[tuple[str, Samples]]:
    """(name, 16 kHz sound); the seed of each is its place in the list."""
    clips = []
    for kind_index, kind in enumerate(_KINDS):
        for take_index, (seconds, peak_db) in enumerate(_TAKES):
            generator = np.random.default_rng(100 * kind_index + take_index)
            lasts_seconds = 30.0 if kind is _digital_silence and take_index == 2 else seconds
            moments = np.arange(round(lasts_seconds * LISTENING_RATE_HZ)) / LISTENING_RATE_HZ
            wave = kind(generator, moments)
            peak = float(np.abs(wave).max())
            samples = (wave * (10 ** (peak_db / 20) / peak if peak else 0.0)).astype(np.float32)
            clips.append((f"{kind.__name__.strip('_')}-{take_index + 1}", samples))
    return clips


def _digital_silence(generator: np.random.Generator, moments: _Wave) -> _Wave:
    return np.zeros_like(moments)


def _tilted(generator: np.random.Generator, count: int, tilt: float) -> _Wave:
    """Noise whose amplitude falls with frequency to the power of tilt: 0 white, ½ pink, 1 brown."""
    spectrum = np.fft.rfft(generator.standard_normal(count))
    frequencies_hz = np.maximum(np.fft.rfftfreq(count, 1 / LISTENING_RATE_HZ), 20.0)
    return np.fft.irfft(spectrum / frequencies_hz**tilt, count)


def _white(generator: np.random.Generator, moments: _Wave) -> _Wave:
    return _tilted(generator, len(moments), 0.0)


def _pink(generator: np.random.Generator, moments: _Wave) -> _Wave:
    return _tilted(generator, len(moments), 0.5)


def _brown(generator: np.random.Generator, moments: _Wave) -> _Wave:
    return _tilted(generator, len(moments), 1.0)


def _hum(generator: np.random.Generator, moments: _Wave) -> _Wave:
    """The mains and a transformer, with a little hiss."""
    base_hz = generator.choice([50.0, 60.0])
    tones = sum(np.sin(2 * np.pi * base_hz * n * moments + generator.uniform(0, 6)) / n**1.3 for n in range(1, 12))
    return np.asarray(tones + 0.02 * generator.standard_normal(len(moments)))


def _knocks(generator: np.random.Generator, moments: _Wave) -> _Wave:
    """Keys, cups and knocks: short bursts, each with a ring of its own."""
    sound = 0.001 * generator.standard_normal(len(moments))
    for start_seconds in np.cumsum(generator.exponential(0.35, int(moments[-1] / 0.2) + 2)):
        since = moments - start_seconds
        decay = np.where(since >= 0, np.exp(-np.maximum(since, 0) * generator.uniform(25, 120)), 0.0)
        ring = np.sin(2 * np.pi * generator.uniform(180, 3500) * since)
        sound += generator.uniform(0.2, 1) * decay * (ring + 0.7 * generator.standard_normal(len(moments)))
    return sound


def _beeps(generator: np.random.Generator, moments: _Wave) -> _Wave:
    """An alarm or a telephone's keys."""
    pitches_hz = generator.uniform(400, 2500, 24)
    pitch_hz = pitches_hz[(moments / 0.22).astype(int) % len(pitches_hz)]
    is_on = moments % 0.22 < 0.14
    return np.sin(2 * np.pi * np.cumsum(pitch_hz) / LISTENING_RATE_HZ) * is_on


def _music(generator: np.random.Generator, moments: _Wave) -> _Wave:
    """Chords with overtones that ring out, and a drum."""
    sound = np.zeros_like(moments)
    beat_seconds = generator.uniform(0.3, 0.6)
    root_hz = generator.uniform(110, 260)
    for beat in range(int(moments[-1] / beat_seconds) + 1):
        since = moments - beat * beat_seconds
        alive = (since >= 0) & (since < 2.5)
        ringing = since[alive]
        for step in generator.choice([0, 3, 4, 7, 10, 12, 16], 3, replace=False):
            pitch_hz = root_hz * 2 ** (step / 12)
            for n in range(1, 6):
                sound[alive] += np.sin(2 * np.pi * n * pitch_hz * ringing) * np.exp(-ringing * (1.5 + n)) / n
        sound[alive] += 0.8 * generator.standard_normal(len(ringing)) * np.exp(-ringing * 40)
    return sound


def _traffic(generator: np.random.Generator, moments: _Wave) -> _Wave:
    """Wind and cars: deep noise that swells and goes."""
    swell = 0.15 + np.sin(2 * np.pi * generator.uniform(0.08, 0.3) * moments + generator.uniform(0, 6)) ** 2
    return _tilted(generator, len(moments), 0.8) * swell


def _murmur(generator: np.random.Generator, moments: _Wave) -> _Wave:
    """Noise with the long-term spectrum and the rhythm of syllables, and no speech in it."""
    count = len(moments)
    spectrum = np.fft.rfft(generator.standard_normal(count))
    frequencies_hz = np.fft.rfftfreq(count, 1 / LISTENING_RATE_HZ)
    voice_like = 1 / (1 + (frequencies_hz / 600.0) ** 2) * (frequencies_hz > 90)
    rhythm = 0.1 + np.abs(np.sin(2 * np.pi * 2.0 * moments + 0.8 * np.sin(2 * np.pi * 0.6 * moments)))
    return np.fft.irfft(spectrum * voice_like, count) * rhythm


_KINDS: tuple[_Kind, ...] = (
    _digital_silence,
    _white,
    _pink,
    _brown,
    _hum,
    _knocks,
    _beeps,
    _music,
    _traffic,
    _murmur,
)
