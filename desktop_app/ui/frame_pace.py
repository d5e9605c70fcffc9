# SPDX-License-Identifier: GPL-3.0-or-later
"""How many frames a second the face gets: as many as its motion needs, fewer where the computer is slow."""

from __future__ import annotations

import math

LIVELY_MILLISECONDS = 16
"""Lips and following eyes: sixty frames a second."""
CALM_MILLISECONDS = 33
_SLOWEST_MILLISECONDS = 200
_SHARE = 0.6
"""What painting may take of the window's time: the rest is for keys, clicks and words."""
_SMOOTHING = 0.2


class FramePace:
    """Learns from frames what one costs. Since the next one is asked for only then, frames never pile up."""

    def __init__(self) -> None:
        self._cost_seconds = 0.0

    def painted(self, seconds: float) -> None:
        """Takes note of how long one frame took."""
        self._cost_seconds += _SMOOTHING * (seconds - self._cost_seconds)

    def milliseconds(self, *, lively: bool) -> int:
        """How long a frame should last."""
        wanted = LIVELY_MILLISECONDS if lively else CALM_MILLISECONDS
        affordable = math.ceil(1000 * self._cost_seconds / _SHARE)
        return min(max(wanted, affordable), _SLOWEST_MILLISECONDS)
