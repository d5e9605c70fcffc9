# SPDX-License-Identifier: GPL-3.0-or-later
"""How what is drawn for the template fits other heads and bodies: warps that can be told apart and remembered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop_app.avatar.head import chin_drop
from desktop_app.avatar.look import Look
from desktop_app.avatar.rig import CENTER_X
from desktop_app.avatar.shapes import Coordinates

_SHOULDERS_RISE = 19.0
"""A neck shorter than the template's looks less like a mannequin."""

Moved = tuple[Coordinates, Coordinates]


def _step(low: float, high: float, x: Coordinates) -> Coordinates:
    """0 below low, 1 above high, soft in between."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t))


@dataclass(frozen=True, slots=True)
class HeadFit:
    """Makes room for a broader face in hair, hats and glasses; hair on the shoulders stays."""

    width: float = 1.0
    chin_drop: float = 0.0
    """Template pixels that a beard is lowered by where it hangs from the chin."""

    @classmethod
    def of(cls, look: Look, *, beard: bool = False) -> HeadFit:
        return cls(1 + 0.055 * look.slider("face_width"), chin_drop(look) if beard else 0.0)

    @property
    def is_template(self) -> bool:
        return self == HeadFit()

    def __call__(self, x: Coordinates, y: Coordinates) -> Moved:
        wide = 1 + (self.width - 1) * (1 - _step(430, 560, y))
        return CENTER_X + (x - CENTER_X) * wide, y + self.chin_drop * np.clip((y - 400) / 72, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class BodyFit:
    """Makes room for a stronger neck and broader shoulders in clothes, and brings the shoulders up to the head."""

    neck: float
    shoulders: float
    is_template = False

    @classmethod
    def of(cls, look: Look) -> BodyFit:
        return cls(look.slider("neck"), look.slider("shoulders"))

    def __call__(self, x: Coordinates, y: Coordinates) -> Moved:
        low = _step(525, 605, y)
        factor = (1 + 0.22 * self.neck) * (1 - low) + (1 + 0.13 * self.shoulders) * low
        rise = 4.0 * self.shoulders * _step(520, 600, y) * (1 - _step(640, 790, y))
        return CENTER_X + (x - CENTER_X) * factor, y - rise - _SHOULDERS_RISE


@dataclass(frozen=True, slots=True)
class NoseFit:
    """A wider and longer nose."""

    width: float
    drop: float
    is_template = False

    @classmethod
    def of(cls, look: Look) -> NoseFit:
        drop = 2.0 * look.slider("face_length") + 6.0 * look.slider("nose_length")
        return cls(1 + 0.24 * look.slider("nose_width"), drop)

    def __call__(self, x: Coordinates, y: Coordinates) -> Moved:
        return CENTER_X + (x - CENTER_X) * self.width, y + self.drop * np.clip((y - 320) / 70, 0.0, 1.0)


Fit = HeadFit | BodyFit | NoseFit
