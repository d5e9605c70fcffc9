# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns the companion's voice down while the person may be speaking, and up again, without a click."""

from __future__ import annotations

import numpy as np

from desktop_app.domain.audio import Samples

DUCKED_GAIN = 10 ** (-18 / 20)
_RAMP_SECONDS = 0.02


class Ducking:
    """A gain that glides between 1 and DUCKED_GAIN within 20 ms of sound."""

    def __init__(self) -> None:
        self.ducked = False
        """Where it glides to; may be set from another thread."""
        self._gain = 1.0

    def apply(self, samples: Samples, rate_hz: int) -> Samples:
        """The next samples as they are to be heard."""
        target = DUCKED_GAIN if self.ducked else 1.0
        if self._gain == target:
            return samples if target == 1.0 else samples * np.float32(target)
        step = (1.0 - DUCKED_GAIN) / (_RAMP_SECONDS * rate_hz)
        ramp = self._gain + np.copysign(step, target - self._gain) * np.arange(1, len(samples) + 1)
        ramp = np.maximum(ramp, target) if target < self._gain else np.minimum(ramp, target)
        if len(ramp):
            self._gain = float(ramp[-1])
        return np.asarray(samples * ramp, np.float32)
