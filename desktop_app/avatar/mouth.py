# SPDX-License-Identifier: GPL-3.0-or-later
"""The mouth: lips, teeth and tongue from a few numbers, closed without a gap and round without a corner."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.avatar.head import mouth_line
from desktop_app.avatar.look import Look
from desktop_app.avatar.pose import Pose
from desktop_app.avatar.rig import CENTER_X
from desktop_app.avatar.shapes import (
    LinearGradient,
    Point,
    Shape,
    Subpath,
    curve,
    ellipse,
    joined,
    reversed_points,
)

_Curve = tuple[Point, ...]

CLOSED_BELOW = 0.05
"""Lips part only beyond this."""
_TEETH_FROM = 0.06
"""A narrower slit is only dark."""


@dataclass(frozen=True, slots=True)
class MouthState:
    """What the mouth does, rounded so that a resting mouth is drawn once."""

    opening: float
    rounding: float
    wide: float
    corner: float
    bend: float
    skew: float
    press: float
    bite: float
    upper_lip: float
    upper_teeth: float
    lower_teeth: float
    tongue: float

    @classmethod
    def of(cls, pose: Pose, look: Look) -> MouthState:
        smile = look.slider("smile") * (1 - 0.8 * min(1.0, pose.mouth_round))  # rounded lips do not smile
        quiet = 1 - min(1.0, 2 * pose.mouth_open)
        return cls(
            round(pose.mouth_open, 2), round(pose.mouth_round, 2), round(pose.mouth_wide, 2),
            round(pose.mouth_corner + 1.6 * smile, 2), round(pose.mouth_bend + 1.1 * smile * quiet, 2),
            round(pose.mouth_skew, 2), round(pose.mouth_press, 2), round(pose.mouth_bite, 2), round(pose.upper_lip, 2),
            round(pose.upper_teeth, 2), round(pose.lower_teeth, 2), round(pose.tongue, 2),
        )  # fmt: skip


class _Mouth:
    def __init__(self, look: Look, state: MouthState, jaw: float) -> None:
        self._look, self._state = look, state
        self._x0, self._y0 = CENTER_X, mouth_line(look) + 0.12 * jaw
        s, r = state, state.rounding
        self._half = 28.5 * (1 + 0.20 * look.slider("mouth_width")) * (1 + s.wide) * (1 - 0.46 * r)
        corner = s.corner * (1 - 0.75 * r * min(1.0, 2 * s.opening))
        self._corner = corner
        self._left_y, self._right_y = -5.0 * corner - 3 * s.skew, -5.0 * corner + 3 * s.skew
        open_ = max(0.0, s.opening - CLOSED_BELOW) / (1 - CLOSED_BELOW)
        self._open = open_
        bend = 2.5 * s.bend * (1 - r)
        self._top = -6.5 * open_ + bend - 2 * s.upper_lip * open_ - 8 * r * open_
        self._bottom = (open_ * (19 + 2 * r) + bend) * (1 - 0.35 * s.bite)
        if not open_:
            self._bottom = self._top = bend
        self.inner_upper, self.inner_lower = self._inner()

    def _place(self, points: _Curve) -> _Curve:
        return tuple((self._x0 + x, self._y0 + y) for x, y in points)

    def _inner(self) -> tuple[_Curve, _Curve]:
        """The edges of the lips towards the mouth's inside, left to right: a lens that rounds to an ellipse."""
        w, r, top, bottom = self._half, self._state.rounding, self._top, self._bottom
        left, right = self._left_y, self._right_y

        def upper(corner: float) -> float:
            return (0.55 * corner + 0.8 * top) * (1 - r) + (corner + (top - corner) * 0.55) * r

        def lower(corner: float) -> float:
            return (0.4 * corner + 0.78 * bottom) * (1 - r) + (corner + (bottom - corner) * 0.55) * r

        dip = top + 0.35 * (1 - min(1.0, self._open)) * (1 - r)
        k1, k2 = 0.52 + 0.48 * r, 0.26 + 0.29 * r
        k3, k4 = 0.64 + 0.36 * r, 0.36 + 0.19 * r
        up = ((-w, left), (-w * k1, upper(left)), (-w * k2, 1.02 * top), (0.0, dip),
              (w * k2, 1.02 * top), (w * k1, upper(right)), (w, right))  # fmt: skip
        if not self._open:
            return up, up
        low = ((-w, left), (-w * k3, lower(left)), (-w * k4, bottom), (0.0, bottom),
               (w * k4, bottom), (w * k3, lower(right)), (w, right))  # fmt: skip
        return up, low

    def shapes(self) -> list[Shape]:
        look, s, w = self._look, self._state, self._half
        press, r = s.press, s.rounding
        full = (1 + 0.42 * look.slider("lip_fullness")) * (1 - 0.28 * look.slider("age"))
        ratio = 0.34 * look.slider("upper_lip")
        rise = (5.4 + 1.8 * r) * full * (1 + ratio) * (1 - 0.5 * press) * (1 - 0.10 * max(0.0, self._corner))
        drop = (7.4 + 2.2 * r) * full * (1 - ratio) * (1 - 0.42 * press) * (1 - 0.12 * max(0.0, self._corner))
        drop *= 1 - 0.45 * s.bite
        bow = (0.35 + 0.6 * look.slider("cupid_bow")) * (1 - 0.5 * r)
        outer_upper = self._outer_upper(rise, bow)
        outer_lower = self._outer_lower(drop)
        shapes = self._shade_below(drop)
        if self._open:
            shapes += self._inside()
        shapes += self._lips(outer_upper, outer_lower, rise, drop)
        return shapes + self._line() + self._corners(w)

    def _outer_upper(self, rise: float, bow: float) -> _Curve:
        w, top = self._half, self._top
        notch = top - rise * (1.08 - 0.40 * bow)

        def half(corner: float) -> tuple[Point, ...]:
            return (
                (w + 0.6, corner), (0.62 * w, 0.5 * corner + top - 0.60 * rise), (0.38 * w, top - 1.10 * rise),
                (0.17 * w, top - 1.08 * rise), (0.09 * w, top - 1.06 * rise), (0.04 * w, notch), (0.0, notch),
            )  # fmt: skip

        right = half(self._right_y)
        left = tuple((-x, y) for x, y in half(self._left_y))
        return (*left, *reversed_points(right)[1:])

    def _outer_lower(self, drop: float) -> _Curve:
        w, bottom = self._half, self._bottom
        return (
            (-w, self._left_y), (-0.72 * w, 0.3 * self._left_y + bottom + 0.52 * drop), (-0.42 * w, bottom + drop),
            (0.0, bottom + drop), (0.42 * w, bottom + drop), (0.72 * w, 0.3 * self._right_y + bottom + 0.52 * drop),
            (w, self._right_y),
        )  # fmt: skip

    def _shade_below(self, drop: float) -> list[Shape]:
        y, w = self._bottom + drop, self._half
        shade = curve(-0.52 * w, y + 2.2, -0.25 * w, y + 8, 0.3 * w, y + 8.5, 0.58 * w, y + 2.0,
                      0.28 * w, y + 3.6, -0.25 * w, y + 3.6, -0.52 * w, y + 2.2, closed=True)  # fmt: skip
        return [Shape((Subpath(self._place(shade.points)),), "skin.deep", 0.42)]

    def _inside(self) -> list[Shape]:
        s, w, top, bottom = self._state, self._half, self._top, self._bottom
        x0, y0 = self._x0, self._y0
        up, low = self._place(self.inner_upper), self._place(self.inner_lower)
        hole = (joined(up, low),)
        shapes = [
            Shape(hole, LinearGradient((x0, y0 + top), (x0, y0 + bottom + 2), (
                (0, "#34101a", 1), (0.6, "#64202c", 1), (1, "#84323c", 1)))),
        ]  # fmt: skip
        if s.tongue > 0 or self._open > 0.35:
            y = y0 + bottom - (4 + 9 * s.tongue) * min(1.0, self._open + 0.3)
            shapes.append(
                Shape((ellipse(x0, y + 7, 0.62 * w, 9 + 2 * s.tongue),), LinearGradient((x0, y - 4), (x0, y + 12), (
                    (0, "#dd7d84", 1), (1, "#ad4d5a", 1))), clip=hole)
            )  # fmt: skip
        if s.upper_teeth > 0 and self._open > _TEETH_FROM:
            deep = (2.3 + 6.0 * min(1.0, s.upper_teeth)) * min(1.0, 0.45 + self._open)
            edge = tuple((x0 + (x - x0) * 0.97, y + deep * (1 - 0.35 * abs((x - x0) / w) ** 2)) for x, y in up)
            teeth = joined(tuple((x, y - 3) for x, y in up), edge)
            shapes.append(
                Shape((teeth,), LinearGradient((x0, y0 + top), (x0, y0 + top + deep), (
                    (0, "#cfc3c9", 1), (0.45, "#f6f2f1", 1), (1, "#ece6e4", 1))), clip=hole)
            )  # fmt: skip
        if s.lower_teeth > 0 and self._open > _TEETH_FROM:
            high = 4.2 * s.lower_teeth
            edge = tuple((x0 + (x - x0) * 0.7, y - high) for x, y in low)
            shapes.append(Shape((joined(edge, tuple((x, y + 3) for x, y in low)),), "#e2dada", clip=hole))
        return shapes

    def _lips(self, outer_upper: _Curve, outer_lower: _Curve, rise: float, drop: float) -> list[Shape]:
        color = self._look.slider("lip_color")
        opacity = 0.62 + 0.38 * color
        x0, y0, w = self._x0, self._y0, self._half
        top, bottom = y0 + self._top, y0 + self._bottom
        upper = joined(self._place(outer_upper), self._place(self.inner_upper))
        lower = joined(self._place(self.inner_lower), self._place(outer_lower))
        gloss = ellipse(x0 - 0.13 * w, bottom + 0.46 * drop, 0.22 * w, 0.15 * drop)
        return [
            Shape((upper,), LinearGradient((x0, top - rise), (x0, top + 1.5), (
                (0, "lip.base", 0.72 * opacity), (0.5, "lip.base", opacity), (1, "lip.deep", opacity)))),
            Shape((lower,), LinearGradient((x0, bottom), (x0, bottom + drop), (
                (0, "lip.deep", 0.9 * opacity), (0.28, "lip.base", opacity), (0.62, "lip.light", 0.95 * opacity),
                (1, "lip.base", 0.55 * opacity)))),
            Shape((gloss,), "lip.shine", 0.26 + 0.4 * color),
        ]  # fmt: skip

    def _line(self) -> list[Shape]:
        up = self._place(self.inner_upper)
        if not self._open:
            weight = (0.2, 1.0, 1.5, 1.7, 1.5, 1.0, 0.2)
            under = tuple((x, y + thick) for (x, y), thick in zip(up, weight, strict=True))
            over = tuple((x, y - 0.35) for x, y in up)
            return [Shape((joined(over, under),), "lip.line", 0.9)]
        low = self._place(self.inner_lower)
        return [
            Shape((joined(tuple((x, y - 0.9) for x, y in up), up),), "lip.line", 0.85),
            Shape((Subpath(low, False),), stroke="lip.line", stroke_width=0.8, stroke_opacity=0.35),
        ]

    def _corners(self, w: float) -> list[Shape]:
        """A soft dimple on either side."""
        flat = 1 - self._state.rounding
        shapes = []
        for side, y in ((-1, self._left_y), (1, self._right_y)):
            rise = self._corner
            local = (
                (-2.0, -0.3), (1.0, -0.6 - 0.2 * rise), (2.2 * flat, -0.7 * rise), (3.2 * flat, -1.5 * rise),
                (2.2 * flat, 0.9 - 0.6 * rise), (0.6, 1.2), (-2.0, 0.9),
            )  # fmt: skip
            points = tuple((side * (w + dx), y + dy) for dx, dy in local)
            shapes.append(Shape((Subpath(self._place(points), True),), "lip.line", 0.62))
        return shapes


def mouth(look: Look, state: MouthState, jaw: float = 0.0) -> list[Shape]:
    """The mouth on the template."""
    return _Mouth(look, state, jaw).shapes()
