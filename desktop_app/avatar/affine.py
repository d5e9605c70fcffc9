# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves, turns, scales and shears of the plane, as SVG writes them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

from desktop_app.avatar.shapes import Coordinates

Number = TypeVar("Number", float, Coordinates)


@dataclass(frozen=True, slots=True)
class Affine:
    """x' = a·x + c·y + e, y' = b·x + d·y + f, as in SVG."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def __call__(self, x: Number, y: Number) -> tuple[Number, Number]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def after(self, first: Affine) -> Affine:
        """This one applied to what the first one made."""
        return Affine(
            self.a * first.a + self.c * first.b,
            self.b * first.a + self.d * first.b,
            self.a * first.c + self.c * first.d,
            self.b * first.c + self.d * first.d,
            self.a * first.e + self.c * first.f + self.e,
            self.b * first.e + self.d * first.f + self.f,
        )

    @property
    def mean_scale(self) -> float:
        return math.sqrt(abs(self.a * self.d - self.b * self.c))

    @classmethod
    def about(cls, x: float, y: float, linear: Affine) -> Affine:
        """The linear part around a point that stays where it is."""
        return cls(e=x, f=y).after(linear).after(cls(e=-x, f=-y))

    @classmethod
    def rotation(cls, degrees: float) -> Affine:
        cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        return cls(cosine, sine, -sine, cosine)


IDENTITY = Affine()
