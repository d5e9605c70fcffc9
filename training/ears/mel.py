# SPDX-License-Identifier: GPL-3.0-or-later
"""Log-mel power as faster-whisper computes it, kept before its level clamp so that sounds can still be mixed."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
HOP_SAMPLES = 320
FRAME_SECONDS = HOP_SAMPLES / SAMPLE_RATE_HZ
POWER_FLOOR = 1e-10
_WINDOW_SAMPLES = 400

FloatArray = NDArray[np.floating[Any]]  # float32 in memory, float16 on disk


@cache
def mel_filters() -> FloatArray:
    """The 80 filters of faster-whisper itself."""
    from faster_whisper.feature_extractor import FeatureExtractor

    extractor = FeatureExtractor(feature_size=80, hop_length=HOP_SAMPLES)
    return np.asarray(extractor.mel_filters, np.float32)


def log_mel_power(samples: FloatArray) -> FloatArray:
    """Samples at 16 kHz to log10 mel power [frames, 80]."""
    window = np.hanning(_WINDOW_SAMPLES + 1)[:-1].astype(np.float32)
    half = _WINDOW_SAMPLES // 2
    padded = np.pad(samples, (half, half), mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW_SAMPLES)[::HOP_SAMPLES]
    spectrum = np.fft.rfft(frames * window, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)[:-1]
    return np.asarray(np.log10(np.maximum(power @ mel_filters().T, POWER_FLOOR)), np.float32)


def as_features(log_power: FloatArray) -> FloatArray:
    """What the model is given: levels clamped to 8 decades below the loudest, then scaled."""
    clamped = np.maximum(log_power, log_power.max() - 8.0)
    return np.asarray((clamped + 4.0) / 4.0, np.float32)
