# SPDX-License-Identifier: GPL-3.0-or-later
"""How things that hang or follow move: springs solved exactly, so that they are stable at any frame rate."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(slots=True)
class Spring:
    """A damped spring that pulls a value towards a target."""

    frequency_hz: float
    damping_ratio: float
    """Below 1 it swings, at 1 it settles fastest without swinging, above it creeps."""

    value: float = 0.0
    velocity: float = 0.0

    def step(self, target: float, seconds: float) -> float:
        """The value after so many seconds with the target held still: the closed solution, not a numeric one."""
        omega = 2 * math.pi * self.frequency_hz
        zeta = self.damping_ratio
        offset, velocity = self.value - target, self.velocity
        fade = math.exp(-min(zeta * omega * seconds, 700.0))
        if abs(zeta - 1.0) < 1e-6:
            slope = velocity + omega * offset
            position = (offset + slope * seconds) * fade
            self.velocity = (velocity - omega * slope * seconds) * fade
        elif zeta < 1.0:
            swing = omega * math.sqrt(1 - zeta * zeta)
            c, s = math.cos(swing * seconds), math.sin(swing * seconds)
            slope = (velocity + zeta * omega * offset) / swing
            position = (offset * c + slope * s) * fade
            self.velocity = (velocity * c - (offset * omega * omega + zeta * omega * velocity) / swing * s) * fade
        else:
            root = math.sqrt(zeta * zeta - 1)
            fast, slow = -omega * (zeta + root), -omega * (zeta - root)
            a = (velocity - slow * offset) / (fast - slow)
            b = offset - a
            fade_fast = math.exp(max(fast * seconds, -700.0))
            fade_slow = math.exp(max(slow * seconds, -700.0))
            position = a * fade_fast + b * fade_slow
            self.velocity = a * fast * fade_fast + b * slow * fade_slow
        self.value = target + position
        return self.value


def approach(value: float, target: float, rate_per_second: float, seconds: float) -> float:
    """Moves a value towards a target by an exponential fade; the same whatever the steps."""
    return target + (value - target) * math.exp(-rate_per_second * seconds)


def smoothstep(low: float, high: float, x: float) -> float:
    """0 below low, 1 above high, soft in between."""
    t = min(1.0, max(0.0, (x - low) / (high - low)))
    return t * t * (3 - 2 * t)
