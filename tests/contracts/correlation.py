# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of a sound is found again in another, and where."""

from __future__ import annotations

import numpy as np

from desktop_app.domain.audio import Samples


def best_match(heard: Samples, said: Samples) -> tuple[float, int]:
    """The correlation of `said` with the place in `heard` that resembles it most (1 is identical), and that place."""
    size = 1 << (len(heard) + len(said) - 1).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size))
    place = int(np.argmax(np.fft.irfft(spectrum, size)[: len(heard)]))
    found = heard[place : place + len(said)]
    known = said[: len(found)]
    return float(np.dot(found, known) / (np.linalg.norm(found) * np.linalg.norm(known) + 1e-12)), place
