# SPDX-License-Identifier: GPL-3.0-or-later
"""From spectra and pitch to sound, without learning: a pulse train and noise through moving filters.

Written in operations that ONNX has, so that the whole voice is one file. The noise is computed from the sample
number, so the same text always gives the same sound.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.voices.acoustics import (
    BINS,
    FFT_SAMPLES,
    NOISE_BANDS,
    SAMPLE_RATE_HZ,
    SUBFRAME_SAMPLES,
    VOICED_BANDS,
    WINDOW_SAMPLES,
    bins_from_bands,
)

HIGHEST_HARMONIC_HZ = 10200.0
BREATH_FROM_HZ = 3000.0  # above, part of the voiced sound is noise, as in a throat
GATE_LOG_POWER = -14.0  # what lies below is the floor of the training features, not sound
GATE_DEPTH = 8.0
CEILING = 0.95  # the limiter's asymptote
FLUTTER = 0.010  # of the pitch, at the default noise scale
DEFAULT_NOISE_SCALE = 0.667
_PRIME = 2147483647


def white_noise(count: int, offset: int) -> Tensor:
    """`count` numbers of mean 0 and variance 1 that depend on nothing but their position (integer hash)."""
    n = torch.arange(count, dtype=torch.int64) + offset
    mixed = (n * n) % _PRIME
    mixed = (mixed * n) % _PRIME
    mixed = (mixed * mixed + n) % _PRIME
    mixed = (mixed * mixed) % _PRIME
    return (mixed.to(torch.float32) * (1.0 / _PRIME) - 0.5) * math.sqrt(12.0)


def _minimum_phase_from_log_magnitude() -> np.ndarray:
    """[BINS, BINS]: the phase of the minimum-phase filter is linear in its log magnitude (cepstral folding)."""
    identity = np.eye(BINS)
    whole = np.concatenate([identity, identity[1:-1][::-1]], 0)
    cepstrum = np.fft.ifft(whole, axis=0).real
    fold = np.zeros(FFT_SAMPLES)
    fold[1 : FFT_SAMPLES // 2], fold[FFT_SAMPLES // 2 + 1 :] = 1.0, -1.0
    return np.fft.fft(cepstrum * fold[:, None], axis=0).imag[:BINS]


class Vocoder(nn.Module):
    """Features of one utterance [subframes, FEATURES] (log power, log pitch) → samples."""

    def __init__(self, breath: float, gain: float = 1.0) -> None:
        super().__init__()
        self.breath = breath
        self.gain = gain
        voiced_bins = bins_from_bands(VOICED_BANDS)
        constants = {
            "voiced_bins": voiced_bins,
            "noise_bins": bins_from_bands(NOISE_BANDS),
            "voiced_phase": voiced_bins @ _minimum_phase_from_log_magnitude().T,
        }
        angle = np.outer(np.arange(FFT_SAMPLES), np.arange(BINS)) % FFT_SAMPLES * (2 * math.pi / FFT_SAMPLES)
        constants |= {"cosine_basis": np.cos(angle), "sine_basis": np.sin(angle)}
        for name, value in constants.items():
            self.register_buffer(name, torch.tensor(value, dtype=torch.float32))

    def _pulses(self, f0_hz: Tensor) -> Tensor:
        """Band-limited pulse train of constant power per hertz, in closed form (no partials near Nyquist)."""
        steps = torch.arange(SUBFRAME_SAMPLES)
        triangle = torch.cat([steps + 0.5, SUBFRAME_SAMPLES - 0.5 - steps]).float() / SUBFRAME_SAMPLES
        f0 = functional.pad(f0_hz[None, None], (1, 1), mode="replicate")
        f0 = functional.conv_transpose1d(f0, triangle[None, None], stride=SUBFRAME_SAMPLES)[0, 0]
        start = SUBFRAME_SAMPLES + SUBFRAME_SAMPLES // 2
        f0 = f0[start : start + f0_hz.shape[0] * SUBFRAME_SAMPLES]
        turns = torch.cumsum(f0.double() / SAMPLE_RATE_HZ, 0)
        phase = (turns - torch.floor(turns)).float() * (2 * math.pi)
        harmonics = torch.floor(HIGHEST_HARMONIC_HZ / f0)
        denominator = torch.sin(phase / 2)
        at_pulse = (denominator.abs() < 1e-4).float()
        ratio = torch.sin((harmonics + 0.5) * phase) / (2 * denominator + at_pulse)
        pulses = (ratio - 0.5) * (1 - at_pulse) + harmonics * at_pulse
        return pulses * torch.sqrt(4 * f0 / SAMPLE_RATE_HZ)

    def _spectra(self, excitation: Tensor, subframes: int) -> tuple[Tensor, Tensor]:
        """Windowed spectra (real, imaginary), one per sub-frame, centered on it."""
        half = SUBFRAME_SAMPLES // 2
        padded = functional.pad(excitation[None, None], (half, WINDOW_SAMPLES - SUBFRAME_SAMPLES))[0, 0]
        blocks = padded[: (subframes + 1) * SUBFRAME_SAMPLES].reshape(-1, SUBFRAME_SAMPLES)
        window = 0.5 - 0.5 * torch.cos(2 * math.pi * torch.arange(WINDOW_SAMPLES).float() / WINDOW_SAMPLES)
        frames = torch.cat([blocks[:-1], blocks[1:]], 1) * window
        return frames @ self.cosine_basis[:WINDOW_SAMPLES], -(frames @ self.sine_basis[:WINDOW_SAMPLES])

    def forward(self, features: Tensor, noise_scale: Tensor) -> Tensor:
        subframes = features.shape[0]
        voiced = features[:, :VOICED_BANDS]
        noise = features[:, VOICED_BANDS : VOICED_BANDS + NOISE_BANDS]
        voiced = voiced - GATE_DEPTH * torch.sigmoid((GATE_LOG_POWER - voiced) * 2)
        noise = noise - GATE_DEPTH * torch.sigmoid((GATE_LOG_POWER - noise) * 2)

        wander = white_noise(subframes, 7919)[None, None]
        smooth = torch.hann_window(33, periodic=False)[None, None] / 4.0
        wander = functional.conv1d(functional.pad(wander, (16, 16)), smooth)[0, 0]
        f0_hz = torch.exp(features[:, -1] + wander * (FLUTTER / DEFAULT_NOISE_SCALE) * noise_scale)

        pulse_real, pulse_imaginary = self._spectra(self._pulses(f0_hz), subframes)
        hiss = white_noise(subframes * SUBFRAME_SAMPLES, 1)
        hiss_real, hiss_imaginary = self._spectra(hiss, subframes)
        magnitude = torch.exp((voiced @ self.voiced_bins) * 0.5)
        phase = (voiced @ self.voiced_phase) * 0.5
        noise_magnitude = torch.exp((noise @ self.noise_bins) * 0.5)
        frequency = torch.arange(BINS).float() * (SAMPLE_RATE_HZ / FFT_SAMPLES)
        breath = self.breath * torch.sigmoid((frequency - BREATH_FROM_HZ) / 700.0) * noise_scale / DEFAULT_NOISE_SCALE
        noise_magnitude = noise_magnitude + magnitude * breath
        magnitude = magnitude * torch.sqrt((1 - breath * breath).clamp(min=0.1))

        filter_real, filter_imaginary = torch.cos(phase) * magnitude, torch.sin(phase) * magnitude
        real = pulse_real * filter_real - pulse_imaginary * filter_imaginary + hiss_real * noise_magnitude
        imaginary = pulse_real * filter_imaginary + pulse_imaginary * filter_real + hiss_imaginary * noise_magnitude
        weight = torch.full((BINS,), 2.0 / FFT_SAMPLES)
        weight = torch.cat([weight[:1] * 0.5, weight[1:-1], weight[-1:] * 0.5])
        frames = (real * weight) @ self.cosine_basis.T - (imaginary * weight) @ self.sine_basis.T

        parts = FFT_SAMPLES // SUBFRAME_SAMPLES  # overlap-add
        frames = frames.reshape(subframes, parts, SUBFRAME_SAMPLES)
        summed = sum(functional.pad(frames[:, j], (0, 0, j, parts - j)) for j in range(parts))
        samples = summed.reshape(-1)[SUBFRAME_SAMPLES // 2 :][: subframes * SUBFRAME_SAMPLES]
        samples = samples * self.gain
        # a limiter that is silent at speech level: within 1 % up to 0.57, never beyond the ceiling
        square = (samples / CEILING) ** 2
        return samples * torch.pow(1 + square**4, -0.125)
