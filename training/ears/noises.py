# SPDX-License-Identifier: GPL-3.0-or-later
"""Sounds that are not speech: what the starter ears must answer with nothing, and what is mixed under speech."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.signal import fftconvolve, lfilter

from training.ears.clips import Clip
from training.ears.mel import SAMPLE_RATE_HZ, FloatArray, log_mel_power

Generator = np.random.Generator


def _seconds(count: int) -> FloatArray:
    return (np.arange(count) / SAMPLE_RATE_HZ).astype(np.float32)


def white(generator: Generator, count: int) -> FloatArray:
    """Hiss."""
    return np.asarray(generator.standard_normal(count), np.float32)


def colored(generator: Generator, count: int) -> FloatArray:
    """Wind, traffic, fans: noise with a random tilt and a resonance, swelling slowly."""
    tilt, radius, angle = generator.uniform(-0.2, 0.99), generator.uniform(0, 0.97), generator.uniform(0.02, 2.5)
    noise = lfilter([1.0], [1.0, -tilt], generator.standard_normal(count))
    noise = lfilter([1.0], [1.0, -2 * radius * np.cos(angle), radius**2], noise)
    swell = 1 + generator.uniform(0, 0.9) * np.sin(2 * np.pi * generator.uniform(0.05, 1.5) * _seconds(count))
    return np.asarray(noise * swell, np.float32)


def speech_shaped(generator: Generator, count: int) -> FloatArray:
    """Noise with the spectrum and the rhythm of syllables, but no phonemes."""
    noise = lfilter([1.0], [1.0, -0.9], generator.standard_normal(count))
    rhythm = np.abs(lfilter([0.002], [1.0, -0.998], generator.standard_normal(count)))
    return np.asarray(noise * (rhythm / (rhythm.max() + 1e-9)) ** generator.uniform(0.3, 1.5), np.float32)


def hum(generator: Generator, count: int) -> FloatArray:
    """Mains hum and motors."""
    base = generator.choice([50.0, 60.0, 100.0, 120.0, generator.uniform(40, 300)])
    time = _seconds(count)
    tones = sum(np.sin(2 * np.pi * base * k * time + generator.uniform(0, 6)) / k for k in range(1, 9))
    return np.asarray(tones + 0.05 * generator.standard_normal(count), np.float32)


def music(generator: Generator, count: int) -> FloatArray:
    """Notes and chords with overtones that ring and fade."""
    sound = np.zeros(count, np.float32)
    at = 0
    beat = int(SAMPLE_RATE_HZ * generator.uniform(0.12, 0.7))
    root = generator.uniform(90, 400)
    while at < count:
        length = min(count - at, int(beat * generator.choice([1, 1, 2, 4]) * 1.5))
        time = _seconds(length)
        for step in generator.choice([0, 2, 4, 5, 7, 9, 11, 12, 16, 19], size=generator.integers(1, 5)):
            pitch = root * 2 ** (step / 12)
            for overtone in range(1, generator.integers(2, 9)):
                wave = np.sin(2 * np.pi * pitch * overtone * time) / overtone ** generator.uniform(0.5, 2)
                sound[at : at + length] += (wave * np.exp(-time * generator.uniform(0.5, 8))).astype(np.float32)
        if generator.random() < 0.3:
            hit = generator.standard_normal(length) * np.exp(-time * generator.uniform(20, 80))
            sound[at : at + length] += hit.astype(np.float32) * 2
        at += beat
    return sound


def clicks(generator: Generator, count: int) -> FloatArray:
    """Keys, knocks, dishes: short bursts that ring."""
    sound = generator.standard_normal(count).astype(np.float32) * 0.002
    for _ in range(generator.integers(1, 4 + count // 4000)):
        at = int(generator.integers(0, count))
        length = min(count - at, int(SAMPLE_RATE_HZ * generator.uniform(0.003, 0.15)))
        time = _seconds(length)
        ring = generator.standard_normal(length) + np.sin(2 * np.pi * generator.uniform(200, 4000) * time) * 2
        fade = np.exp(-time * generator.uniform(15, 150)) * generator.uniform(0.1, 1)
        sound[at : at + length] += (ring * fade).astype(np.float32)
    return sound


def tones(generator: Generator, count: int) -> FloatArray:
    """Telephone keys, beeps, alarms and sweeps."""
    sound = np.zeros(count, np.float32)
    at = 0
    keys = generator.random() < 0.5
    while at < count:
        length = min(count - at, int(SAMPLE_RATE_HZ * generator.uniform(0.05, 0.6)))
        time = _seconds(length)
        low = generator.choice([697, 770, 852, 941]) if keys else generator.uniform(150, 3500)
        high = generator.choice([1209, 1336, 1477, 1633]) if keys else low * generator.uniform(1, 2)
        sweep = 0.0 if keys else generator.uniform(-1, 1) * 500 * float(generator.random() < 0.4)
        sound[at : at + length] = np.sin(2 * np.pi * (low + sweep * time) * time) + np.sin(2 * np.pi * high * time)
        at += length + int(SAMPLE_RATE_HZ * generator.uniform(0.02, 0.4))
    return sound


def silence(generator: Generator, count: int) -> FloatArray:
    """Nothing, or the last bit of a sound card."""
    return np.asarray(generator.standard_normal(count) * generator.choice([0, 1e-5, 3e-5, 1e-4]), np.float32)


KINDS: tuple[Callable[[Generator, int], FloatArray], ...] = (
    white, colored, colored, speech_shaped, speech_shaped, hum, music, music, clicks, tones, silence,
)  # fmt: skip


def noise_samples(generator: Generator, seconds: float) -> FloatArray:
    """One sound of a random kind at a random level, in a room now and then."""
    count = int(seconds * SAMPLE_RATE_HZ)
    kind = KINDS[generator.integers(len(KINDS))]
    sound = kind(generator, count)
    if kind is not silence:
        if generator.random() < 0.3:
            sound = sound + kind(generator, count) * generator.uniform(0, 1)
        if generator.random() < 0.25:
            room = generator.standard_normal(4000) * np.exp(-np.arange(4000) / generator.uniform(300, 1500))
            sound = fftconvolve(sound, room)[:count].astype(np.float32)
        sound = sound / (np.abs(sound).max() + 1e-9) * 10 ** (generator.uniform(-60, -1) / 20)
    return np.round(sound * 32767).astype(np.float32) / 32767


def noise_clips(generator: Generator) -> Iterator[Clip]:
    """Endless clips without speech."""
    while True:
        samples = noise_samples(generator, float(generator.uniform(0.5, 12)))
        log_power = log_mel_power(samples)
        nothing = np.zeros(len(log_power), np.uint8)
        yield Clip("", log_power.astype(np.float16), nothing, np.zeros(1, np.float32))
