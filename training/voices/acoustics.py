# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech as the network learns it: voiced and noise spectrum in mel bands and pitch, 172 times a second."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 22050
HOP_SAMPLES = 256  # one frame: the unit of durations
SUBFRAME_SAMPLES = 128  # two sub-frames a frame: the unit of spectra, short enough for a plosive burst
VOICED_BANDS = 64
NOISE_BANDS = 32
FEATURES = VOICED_BANDS + NOISE_BANDS + 1  # … and the natural logarithm of the pitch
FFT_SAMPLES = 1024
BINS = FFT_SAMPLES // 2 + 1
WINDOW_SAMPLES = 2 * SUBFRAME_SAMPLES
POWER_FLOOR = -16.0  # natural logarithm of power: -69 dB

Array = NDArray[np.float64]


def _mel(frequency_hz: Array) -> Array:
    return 2595.0 * np.log10(1.0 + frequency_hz / 700.0)


def _band_centers_hz(bands: int) -> Array:
    mels = np.linspace(_mel(np.array(40.0)), _mel(np.array(SAMPLE_RATE_HZ / 2)), bands)
    return np.asarray(700.0 * (10.0 ** (mels / 2595.0) - 1.0))


@cache
def _bands_from_bins(bands: int) -> Array:
    """[BINS, bands] triangles that sum to one: power spectrum → power per band."""
    edges = np.concatenate([[0.0], _band_centers_hz(bands), [SAMPLE_RATE_HZ / 2 + 400.0]])
    frequency = np.arange(BINS) * SAMPLE_RATE_HZ / FFT_SAMPLES
    weights = np.zeros((BINS, bands))
    for band in range(bands):
        low, center, high = edges[band : band + 3]
        rising, falling = (frequency - low) / max(center - low, 1.0), (high - frequency) / (high - center)
        weights[:, band] = np.maximum(0.0, np.minimum(rising, falling))
        if weights[:, band].sum() < 1e-3:  # narrower than a bin
            weights[np.argmin(np.abs(frequency - center)), band] = 1.0
    return np.asarray(weights / weights.sum(0))


def bins_from_bands(bands: int) -> Array:
    """[bands, BINS] linear interpolation on the mel axis: log power per band → log power per bin."""
    centers = _mel(_band_centers_hz(bands))
    frequency = _mel(np.arange(BINS) * SAMPLE_RATE_HZ / FFT_SAMPLES)
    return np.stack([np.interp(frequency, centers, row) for row in np.eye(bands)])


def analyzed(
    voiced: Array, noise: Array, frames: int, f0_floor_hz: float, f0_ceiling_hz: float
) -> tuple[NDArray[np.float32], NDArray[np.bool_]] | None:
    """Features of a sentence from its two exact parts; None where there is no pitch at all."""
    import pyworld

    subframes = frames * HOP_SAMPLES // SUBFRAME_SAMPLES
    seconds = (np.arange(subframes) + 0.5) * SUBFRAME_SAMPLES / SAMPLE_RATE_HZ
    signal = np.ascontiguousarray(voiced, dtype=np.float64)
    period_milliseconds = 1000 * SUBFRAME_SAMPLES / SAMPLE_RATE_HZ
    coarse, times = pyworld.dio(
        signal, SAMPLE_RATE_HZ, f0_floor=f0_floor_hz, f0_ceil=f0_ceiling_hz, frame_period=period_milliseconds
    )
    f0 = pyworld.stonemask(signal, coarse, times, SAMPLE_RATE_HZ)
    f0 = np.pad(f0, (0, max(0, subframes - len(f0))))[:subframes]
    is_voiced = f0 > 0
    if is_voiced.sum() < 3:
        return None
    log_f0 = np.interp(np.arange(subframes), np.flatnonzero(is_voiced), np.log(f0[is_voiced]))
    envelope = pyworld.cheaptrick(
        signal, np.exp(log_f0), seconds, SAMPLE_RATE_HZ, q1=-0.15, f0_floor=65.0, fft_size=FFT_SAMPLES
    )
    voiced_power = np.log(np.maximum(envelope @ _bands_from_bins(VOICED_BANDS), 1e-12))

    window = np.hanning(WINDOW_SAMPLES + 1)[:WINDOW_SAMPLES]
    lead = (WINDOW_SAMPLES - SUBFRAME_SAMPLES) // 2
    padded = np.pad(noise, (lead, WINDOW_SAMPLES))
    positions = np.arange(subframes)[:, None] * SUBFRAME_SAMPLES + np.arange(WINDOW_SAMPLES)
    power = np.abs(np.fft.rfft(padded[positions] * window, FFT_SAMPLES)) ** 2 / np.sum(window**2)
    bands = power @ _bands_from_bins(NOISE_BANDS)
    smooth = np.pad(bands, ((1, 1), (0, 0)))
    bands = 0.25 * smooth[:-2] + 0.5 * smooth[1:-1] + 0.25 * smooth[2:]  # the periodogram of noise is itself noisy
    noise_power = np.log(np.maximum(bands, 1e-12))
    features = np.concatenate(
        [np.maximum(voiced_power, POWER_FLOOR), np.maximum(noise_power, POWER_FLOOR), log_f0[:, None]], axis=1
    )
    return features.astype(np.float32), is_voiced
