# SPDX-License-Identifier: GPL-3.0-or-later
"""How what is drawn for the template fits other heads and bodies: warps that can be told apart and remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop_app.avatar.head import HALF_WIDTH, chin_drop, contour, half_width, mouth_line, width_factor
from desktop_app.avatar.look import Look
from desktop_app.avatar.rig import CENTER_X, MOUTH_Y
from desktop_app.avatar.shapes import Coordinates, Point

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

    @classmethod
    def of(cls, look: Look) -> HeadFit:
        return cls(width_factor(look))

    @property
    def is_template(self) -> bool:
        return self == HeadFit()

    def __call__(self, x: Coordinates, y: Coordinates) -> Moved:
        wide = 1 + (self.width - 1) * (1 - _step(430, 560, y))
        return CENTER_X + (x - CENTER_X) * wide, y


_HEIGHTS = np.arange(300.0, 640.0, 4.0)
_DRAWN_FOR = ((1.0, 342.0), (0.9555, 387.0), (0.8125, 422.8), (0.5385, 451.0), (0.2415, 467.5), (0.0, 472.5))
"""The jaw that beards are drawn on: shares of the half width, and heights."""


@dataclass(frozen=True, slots=True)
class BeardFit:
    """Brings a beard from the template's jaw to another one; about the mouth it stays as wide as it is."""

    wider: tuple[float, ...]
    """By how much the jaw is wider than the template's, as a share, at _HEIGHTS."""
    drops: tuple[float, ...]
    """Template pixels that it lies lower, at _HEIGHTS."""
    lips: float
    """Template pixels that the mouth lies lower."""
    is_template = False

    @classmethod
    def of(cls, look: Look) -> BeardFit:
        drops = chin_drop(look) * np.clip((_HEIGHTS - 400) / 72, 0.0, 1.0)
        mine = _shares_at(contour(look), _HEIGHTS + drops) * half_width(look)
        wider = mine / (_shares_at(_DRAWN_FOR, _HEIGHTS) * HALF_WIDTH) - 1
        return cls(tuple(wider.tolist()), tuple(drops.tolist()), mouth_line(look) - MOUTH_Y)

    def __call__(self, x: Coordinates, y: Coordinates) -> Moved:
        beside = np.abs(x - CENTER_X)
        near_the_edge = np.clip((beside - 22) / 40, 0.0, 1.0)
        near_the_lips = np.clip(1 - np.abs(y - MOUTH_Y) / 50, 0.0, 1.0) * np.clip(1 - beside / 60, 0.0, 1.0)
        fitted_x = CENTER_X + (x - CENTER_X) * (1 + np.interp(y, _HEIGHTS, self.wider) * near_the_edge)
        return fitted_x, y + np.interp(y, _HEIGHTS, self.drops) + self.lips * near_the_lips


def _shares_at(jaw: Sequence[Point], heights: Coordinates) -> Coordinates:
    """How wide a jaw is at these heights, as shares of its half width; below the chin as wide as just above it."""
    shares, ys = np.array(jaw, dtype=np.float64).T
    return np.asarray(np.maximum(0.22, np.interp(heights, ys, shares)))


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
        drop = 3.0 * look.slider("face_length") + 8.0 * look.slider("nose_length")
        return cls(1 + 0.28 * look.slider("nose_width"), drop)

    def __call__(self, x: Coordinates, y: Coordinates) -> Moved:
        return CENTER_X + (x - CENTER_X) * self.width, y + self.drop * np.clip((y - 320) / 70, 0.0, 1.0)


Fit = HeadFit | BeardFit | BodyFit | NoseFit
