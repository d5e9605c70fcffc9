# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyes and brows: drawn anew for every pose, since nothing else on a face says as much."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from desktop_app.avatar.head import width_factor
from desktop_app.avatar.look import Look
from desktop_app.avatar.pose import Pose
from desktop_app.avatar.rig import CENTER_X, EYE_Y
from desktop_app.avatar.shapes import (
    LinearGradient,
    Point,
    RadialGradient,
    Shape,
    Subpath,
    ellipse,
    joined,
    reversed_points,
    smooth,
)

_Curve = tuple[Point, ...]

# Local to one eye: x grows outwards, to the temple.
_UPPER_OPEN: _Curve = ((-28, 5), (-23, -7), (-11, -16.4), (2, -16.4), (15, -16.4), (25, -10.5), (30, -2))
_UPPER_SHUT: _Curve = ((-28, 6), (-20, 10), (-9, 12.5), (4, 12.5), (15, 12.5), (25, 8.5), (30.5, 3))
_UPPER_SMILE: _Curve = ((-28, 8.5), (-21, 0.5), (-9, -4), (2, -4), (13, -4), (24, 0.5), (30, 7))
_LOWER_OPEN: _Curve = ((-28, 5), (-22, 11.5), (-10, 14.9), (3, 14.9), (15, 14.9), (27, 8.2), (30, -2))
_LOWER_SHUT: _Curve = ((-28, 6), (-20, 10.8), (-9, 13.2), (4, 13.2), (15, 13.2), (25, 9.2), (30.5, 3))
_LOWER_SMILE: _Curve = ((-28, 8.5), (-21, 1.2), (-9, -3.2), (2, -3.2), (13, -3.2), (24, 1.2), (30, 7))
_CREASE: _Curve = ((-25, -7), (-19, -18.5), (-7, -25), (5, -25), (18, -25), (27.5, -18.5), (32.5, -8.5))

IRIS_RADIUS = 17.2


def eye_center(look: Look, side: int) -> Point:
    """side is +1 for the companion's left eye (the viewer's right)."""
    return CENTER_X + side * _gap(look), EYE_Y


def _gap(look: Look) -> float:
    """From the face's middle to that of an eye."""
    return (50.5 + 5.0 * look.slider("eye_spacing")) * width_factor(look)


def _between(first: _Curve, second: _Curve, share: float) -> _Curve:
    return tuple(
        (x1 + (x2 - x1) * share, y1 + (y2 - y1) * share) for (x1, y1), (x2, y2) in zip(first, second, strict=True)
    )


@dataclass(frozen=True, slots=True)
class EyeState:
    """What one eye does, rounded so that a resting eye is drawn once."""

    opening: float
    smile: float
    wide: float
    gaze_x: float
    gaze_y: float
    pupil: float
    shine: float
    tear: float

    @classmethod
    def of(cls, pose: Pose, side: int) -> EyeState:
        opening = pose.eye_left if side > 0 else pose.eye_right
        return cls(
            round(opening, 2), round(pose.smile_eyes, 2), round(pose.wide, 2), round(pose.gaze_x + 0.15 * pose.yaw, 2),
            round(pose.gaze_y, 2), round(pose.pupil, 2), round(pose.shine, 1), round(pose.tear, 1),
        )  # fmt: skip


class _Eye:
    """One eye in one state."""

    def __init__(self, look: Look, side: int, state: EyeState) -> None:
        self._look, self._side, self._state = look, side, state
        self._x, self._y = eye_center(look, side)
        heavy = min(1.0, look.slider("lid_weight") + 0.35 * look.slider("age"))
        self._heavy = heavy
        self._opening = max(0.0, state.opening + 0.22 * state.wide) * (1 - 0.24 * heavy)
        self._openness = min(1.0, self._opening)
        upper_shut = _between(_UPPER_SHUT, _UPPER_SMILE, state.smile)
        lower_shut = _between(_LOWER_SHUT, _LOWER_SMILE, state.smile)
        upper = _between(upper_shut, _UPPER_OPEN, self._openness)
        if self._opening > 1:
            lift = 15 * (self._opening - 1)
            upper = tuple((x, y - lift * math.sin(math.pi * min(1.0, max(0.0, (x + 30) / 60)))) for x, y in upper)
        lower_open = min(1.0, 1.15 * self._openness) * (1 - 0.42 * state.smile)
        lower = _between(lower_shut, _LOWER_OPEN, lower_open)
        fold = look.slider("inner_fold")
        (corner_x, corner_y), *lower_rest = lower
        lower = ((corner_x + 1.5 * fold, corner_y + 4.0 * fold), *lower_rest)
        self.upper, self.lower = self._placed(self._folded(upper)), self._placed(lower)
        self.hole = (joined(self.upper, self.lower),)

    def _folded(self, points: _Curve) -> _Curve:
        """A fold of the upper lid over the inner corner."""
        fold = self._look.slider("inner_fold")
        first, second, third, *rest = points
        return (
            (first[0] + 1.5 * fold, first[1] + 4.0 * fold),
            (second[0] - 0.5 * fold, second[1] + 7.5 * fold * self._openness),
            (third[0] - 1.0 * fold, third[1] + 1.5 * fold * self._openness),
            *rest,
        )

    def _placed(self, points: _Curve) -> _Curve:
        look = self._look
        width = 1.03 * (1 + 0.14 * look.slider("eye_width"))
        height = 0.95 * (1 + 0.30 * look.slider("eye_height"))
        tilt = 0.03 + 0.17 * look.slider("eye_tilt")
        return tuple((self._x + self._side * x * width, self._y + y * height - tilt * x) for x, y in points)

    def shapes(self) -> list[Shape]:
        shapes = self._lid()
        if self._openness > 0.06:
            shapes += self._ball()
        return shapes + self._lashes() + self._crease()

    def _lid(self) -> list[Shape]:
        """The upper lid's skin, darker where it turns in, and what is painted on it."""
        look, x, y, side = self._look, self._x, self._y, self._side
        crease = self._placed(_CREASE)
        lid = (joined(crease, self.upper),)
        shapes = [
            Shape(lid, LinearGradient((x, y - 28), (x, y - 6), (
                (0, "skin.deep", 0.0), (0.55, "skin.deep", 0.20), (1, "skin.deep", 0.42)))),
        ]  # fmt: skip
        shadow = look.slider("eyeshadow")
        if shadow > 0:
            wide = self._placed(tuple((px * 1.06, py * 1.18 - 2) for px, py in _CREASE))
            shapes.append(
                Shape((joined(wide, self.upper),), LinearGradient((x - 24 * side, y - 30), (x + 36 * side, y - 6), (
                    (0, "lidshadow.base", 0.0), (0.45, "lidshadow.base", 0.40 * shadow),
                    (1, "lidshadow.base", 0.72 * shadow))))
            )  # fmt: skip
        return shapes

    def _ball(self) -> list[Shape]:
        look, state, side = self._look, self._state, self._side
        hole = self.hole
        box = (ellipse(self._x, self._y, 44, 36),)
        shapes = [
            Shape(box, LinearGradient((self._x, self._y - 18), (self._x, self._y + 16), (
                (0, "#b3a7b4", 1), (0.32, "#e6dfe4", 1), (0.62, "#fbf8f7", 1), (1, "#e6dbdd", 1))), clip=hole),
        ]  # fmt: skip
        x = self._x + 8.0 * state.gaze_x - 1.0 * side
        y = self._y + 5.8 * state.gaze_y - 0.6
        r = IRIS_RADIUS * (1 + 0.13 * look.slider("iris_size"))
        rx, ry = r * (1 - 0.07 * abs(state.gaze_x)), r * 1.06

        def disc(radius: float, fill: str | LinearGradient | RadialGradient, opacity: float = 1.0) -> Shape:
            return Shape((ellipse(x, y, rx * radius, ry * radius),), fill, opacity, clip=hole)

        shapes += [
            disc(1.0, "iris.line"),
            disc(0.91, LinearGradient((x, y - ry), (x, y + ry), (
                (0, "iris.line", 1), (0.30, "iris.deep", 1), (0.60, "iris.base", 1), (1, "iris.light", 1)))),
            self._rays(x, y, rx, ry),
            disc(0.74, RadialGradient((x, y + 0.62 * ry), 0.8 * rx, (
                (0, "iris.shine", 0.75), (0.5, "iris.shine", 0.28), (1, "iris.shine", 0)), 0.62)),
            disc(0.60, RadialGradient((x, y), 0.6 * rx, ((0.55, "iris.line", 0.55), (1, "iris.line", 0)), 1.06)),
            disc(0.41 * state.pupil, "#0c0910"),
        ]  # fmt: skip
        fall = max(3.0, 8.0 * self._openness)
        shadow = joined(self.upper, tuple((px, py + fall) for px, py in self.upper))
        glint = 1 + 0.3 * state.shine
        shapes += [
            Shape((shadow,), "#2a1a34", 0.34, clip=hole),
            Shape((ellipse(x - 0.34 * rx, y - 0.36 * ry, 4.3 * glint, 5.0 * glint),), "#ffffff", 0.95, clip=hole),
            Shape((ellipse(x + 0.40 * rx, y + 0.42 * ry, 2.3 * glint, 2.2 * glint),), "#ffffff", 0.7, clip=hole),
        ]
        if state.tear > 0:
            shapes.append(Shape((ellipse(self._x, self._y + 14, 21, 3.8),), "#e4f3ff", 0.75 * state.tear, clip=hole))
        corner_x, corner_y = self.upper[0]
        if look.slider("inner_fold") < 0.5:
            shapes.append(Shape((ellipse(corner_x + 2.8 * side, corner_y, 2.5, 1.7),), "skin.blush", 0.7, clip=hole))
        return shapes

    @staticmethod
    def _rays_angles() -> list[float]:
        return [math.pi * (0.10 + 0.80 * i / 10) for i in range(11)]

    def _rays(self, x: float, y: float, rx: float, ry: float) -> Shape:
        """Fine lighter lines in the lower half of the iris."""
        rays = []
        for angle in self._rays_angles():
            c, s = math.cos(angle), math.sin(angle)
            inner, outer = (x + 0.46 * rx * c, y + 0.46 * ry * s), (x + 0.84 * rx * c, y + 0.84 * ry * s)
            rays.append(Subpath((inner, inner, outer, outer), closed=False))
        return Shape(tuple(rays), stroke="iris.shine", stroke_width=0.9, stroke_opacity=0.30, clip=self.hole)

    def _lashes(self) -> list[Shape]:
        look, side, upper, lower = self._look, self._side, self.upper, self.lower
        amount = max(look.slider("lashes"), 0.9 * look.slider("eyeliner"))
        openness = self._openness
        thick = (1.9 + 2.6 * amount + 1.2 * look.slider("eyeliner")) * (0.8 + 0.2 * openness)
        wing_x = side * (1.2 + 4.6 * amount + 4.0 * look.slider("eyeliner"))
        wing_y = (-0.8 - 2.6 * amount - 2.2 * look.slider("eyeliner")) if openness > 0.3 else 0.8 + amount
        rise = (0.15, 0.5, 0.85, 1.0, 1.0, 0.8)
        top = [(px, py - thick * share) for (px, py), share in zip(upper[:6], rise, strict=True)]
        tip = (upper[6][0] + wing_x, upper[6][1] + wing_y)
        back = reversed_points(tuple((px, py + 0.5) for px, py in upper))
        edge = (*top, tip, tip, back[0], back[0], *back[1:])
        shapes = [
            Shape((Subpath(edge, True),), "lash.base"),
            Shape((Subpath(lower, False),), stroke="skin.line", stroke_width=1.1, stroke_opacity=0.42),
        ]
        outer_half = lower[3:]
        shapes.append(
            Shape(
                (Subpath(outer_half, False),),
                stroke="lash.base",
                stroke_width=0.8 + 0.7 * amount,
                stroke_opacity=0.25 + 0.35 * amount,
            )
        )
        if amount > 0.55:
            shapes += self._single_lashes(upper, thick, amount)
        return shapes

    def _single_lashes(self, upper: _Curve, thick: float, amount: float) -> list[Shape]:
        side, up = self._side, 1.0 if self._openness > 0.3 else -0.6
        out = []
        for (px, py), dx, dy in ((upper[5], 6.0, -4.6), ((upper[4]), 3.6, -4.4)):
            root_x, root_y = px, py - thick * 0.7
            x, y = side * dx, dy * up
            points = (
                (-1.8 * side, 0.0), (0.0, 0.0), (0.5 * x, 0.3 * y), (amount * x, amount * y),
                (0.6 * x, 0.1 * y + 1), (2.0 * side, 1.0), (2.0 * side, 1.4),
            )  # fmt: skip
            out.append(Subpath(tuple((root_x + px, root_y + py) for px, py in points)))
        return [Shape(tuple(out), "lash.base")]

    def _crease(self) -> list[Shape]:
        look, state = self._look, self._state
        strength = look.slider("lid_crease")
        shapes = []
        if strength > 0:
            sink = 7.0 * (1 - self._openness) + 4.0 * self._heavy
            line = self._placed(tuple((x, y + sink) for x, y in _CREASE))
            fine = tuple((x, y + (1.5 if 1 < i < 5 else 0.4)) for i, (x, y) in enumerate(line))
            shapes.append(Shape((joined(line, fine),), "skin.line", 0.42 * strength))
        if state.smile > 0.2 and self._openness > 0.3:
            pouch = self._placed(((-19, 20), (-9, 24), (8, 24), (20, 18)))
            under = tuple((x, y + (1.6 if 0 < i < 3 else 0.2)) for i, (x, y) in enumerate(pouch))
            shapes.append(Shape((joined(pouch, under),), "skin.deep", 0.55 * state.smile))
        return shapes


def eye(look: Look, side: int, state: EyeState) -> list[Shape]:
    """One eye on the template."""
    return _Eye(look, side, state).shapes()


def eye_hole(look: Look, side: int, state: EyeState) -> tuple[Subpath, ...]:
    """The opening between the lids."""
    return _Eye(look, side, state).hole


@dataclass(frozen=True, slots=True)
class BrowState:
    """What one brow does, rounded like an eye."""

    raised: float
    anger: float
    worry: float

    @classmethod
    def of(cls, pose: Pose, side: int) -> BrowState:
        raised = pose.brow_left if side > 0 else pose.brow_right
        return cls(round(25 * raised) / 25, round(25 * pose.brow_anger) / 25, round(25 * pose.brow_worry) / 25)


def brow(look: Look, side: int, state: BrowState) -> list[Shape]:
    """One brow on the template."""
    raised = state.raised
    x0 = CENTER_X + side * (_gap(look) + 1)
    y0 = 289 - 8.5 * raised - 8.0 * look.slider("brow_height") + 2.0 * look.slider("lid_weight")
    thick = 1 + (0.75 if look.slider("brow_thickness") > 0 else 0.55) * look.slider("brow_thickness")
    arch = 0.85 + 0.7 * look.slider("brow_arch")
    long = 1 + 0.14 * look.slider("brow_length")
    angle = math.radians(13 * state.anger)
    worry = -8.5 * state.worry
    inner = 3.7 - 3.0 * max(0.0, arch - 0.85)
    spine = (
        (-27.5, inner + worry), (-22, inner - 2.6 + 0.9 * worry), (-11, -1.8 * arch + 0.5 * worry),
        (3, -5.8 * arch + 0.1 * worry), (16, -6.2 * arch), (36, 3.6),
    )  # fmt: skip
    halves = (1.3, 2.9, 3.6, 3.6, 2.7, 0.25)

    def place(x: float, y: float) -> Point:
        x *= long
        turned_x, turned_y = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
        return x0 + side * turned_x, y0 + turned_y

    top = smooth([place(x, y - half * thick) for (x, y), half in zip(spine, halves, strict=True)])
    low = smooth([place(x, y + half * thick * 0.86) for (x, y), half in zip(spine, halves, strict=True)])
    fade = LinearGradient(place(-28, 3), place(36, 0), (
        (0, "brow.base", 0.35), (0.14, "brow.base", 0.82), (0.5, "brow.deep", 0.95),
        (1, "brow.base", 0.9)))  # fmt: skip
    hairs = []
    for step in range(13):
        share = step / 12
        x = -25 + 42 * share
        y, half = _on_spine(spine, halves, x)
        lean, rise = 1.5 + 4.5 * share, half * thick * (1.15 - 0.6 * share)
        root, tip = place(x - 0.5 * lean, y + 0.7 * half * thick), place(x + lean, y - rise)
        hairs.append(Subpath((root, root, tip, tip), closed=False))
    return [
        Shape((joined(top, low),), fade),
        Shape(tuple(hairs), stroke="brow.deep", stroke_width=0.9, stroke_opacity=0.45),
    ]


def _on_spine(spine: _Curve, halves: tuple[float, ...], x: float) -> tuple[float, float]:
    """Height and half thickness of a brow at a place along it."""
    for ((x1, y1), h1), ((x2, y2), h2) in pairwise(zip(spine, halves, strict=True)):
        if x <= x2:
            share = max(0.0, (x - x1) / (x2 - x1))
            return y1 + (y2 - y1) * share, h1 + (h2 - h1) * share
    return spine[-1][1], halves[-1]
