# SPDX-License-Identifier: GPL-3.0-or-later
"""What sun, years and a razor leave on a skin: stubble, freckles, a beauty mark, vitiligo and wrinkles."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.avatar.look import Look
from desktop_app.avatar.rig import CENTER_X, EYE_Y
from desktop_app.avatar.shapes import (
    Point,
    RadialGradient,
    Shape,
    Stop,
    Subpath,
    ellipse,
    joined,
    smooth,
    smooth_loop,
)

_Stroke = tuple[Sequence[Point], float, float]
"""Points, opacity and width of one crease."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """The face that the marks are left on, in template pixels."""

    outline: tuple[Subpath, ...]
    half_width: float
    mouth_y: float
    chin_y: float


def marks(look: Look, face: Canvas) -> list[Shape]:
    """Everything that lies on the skin, from below to above."""
    return [
        *_vitiligo(look, face),
        *_stubble(look, face),
        *_freckles(look, face),
        *_beauty_mark(look, face),
        *_tired_eyes(look, face),
        *_years(look, face),
    ]


def soft_spot(
    x: float, y: float, rx: float, ry: float, role: str, opacity: float, clip: tuple[Subpath, ...] | None
) -> Shape:
    """A round of color without an edge."""
    stops: tuple[Stop, ...] = ((0.0, role, 1.0), (0.45, role, 0.62), (1.0, role, 0.0))
    return Shape((ellipse(x, y, rx, ry),), RadialGradient((x, y), rx, stops, ry / rx), fill_opacity=opacity, clip=clip)


def _stubble(look: Look, face: Canvas) -> list[Shape]:
    """A shadow without an edge, and the short hairs that make it: along the jaw, on the chin, above the lip."""
    amount = look.slider("stubble")
    if amount <= 0:
        return []
    wide, y, chin = face.half_width, face.mouth_y, face.chin_y
    places = (  # beside the middle, height, half width, half height, strength
        (0.88 * wide, y - 16, 24, 56, 0.6), (0.66 * wide, y + 22, 44, 40, 0.8), (0.30 * wide, chin - 14, 54, 34, 0.85),
        (12.0, y - 13, 30, 11, 0.4), (34.0, y + 6, 15, 24, 0.5),
    )  # fmt: skip
    shadow = [
        soft_spot(CENTER_X + side * x, py, rx, ry, "hair.deep", 0.62 * amount * strength, face.outline)
        for x, py, rx, ry, strength in places
        for side in (-1, 1)
    ]
    return [*shadow, _bristles(amount, face)]


def _bristles(amount: float, face: Canvas) -> Shape:
    chance = random.Random(11)
    wide, y, chin = face.half_width, face.mouth_y, face.chin_y
    hairs: list[Subpath] = []
    while len(hairs) < 240 + round(400 * amount):
        x, py = chance.uniform(-wide, wide), chance.uniform(y - 48, chin + 4)
        beside = abs(x) / wide
        line = y - 22 + 34 * math.exp(-(((beside - 0.48) / 0.2) ** 2)) - 46 * max(0.0, beside - 0.78) / 0.22
        on_lips = (x / 30) ** 2 + ((py - y - 1) / 12) ** 2 < 1
        if on_lips or chance.random() > (py - line) / 26:
            continue
        lean = 1.1 * x / wide + chance.uniform(-0.6, 0.6)
        start, end = (CENTER_X + x, py), (CENTER_X + x + lean, py + chance.uniform(1.1, 2.1))
        hairs.append(Subpath((start, start, end, end), closed=False))
    return Shape(
        tuple(hairs), stroke="hair.line", stroke_width=0.6, stroke_opacity=0.22 + 0.2 * amount, clip=face.outline
    )


def _freckles(look: Look, face: Canvas) -> list[Shape]:
    """Over the nose and the cheeks, a few on the forehead; larger ones are paler."""
    amount = look.slider("freckles")
    if amount <= 0:
        return []
    chance = random.Random(5)
    small: list[Subpath] = []
    large: list[Subpath] = []
    for _ in range(26 + round(50 * amount)):
        side = chance.choice((-1, 1))
        x, y = CENTER_X + side * abs(chance.gauss(30, 24)), 366 + chance.gauss(0, 11)
        size = chance.uniform(0.7, 1.9)
        (large if size > 1.4 else small).append(ellipse(x, y, size, size * 0.85))
    small += (
        ellipse(CENTER_X + chance.gauss(0, 40), 268 + chance.gauss(0, 20), 0.9, 0.8) for _ in range(round(12 * amount))
    )
    return [
        Shape(tuple(spots), fill="skin.deep", fill_opacity=opacity * (0.4 + 0.6 * amount), clip=face.outline)
        for spots, opacity in ((small, 0.8), (large, 0.55))
    ]


def _beauty_mark(look: Look, face: Canvas) -> list[Shape]:
    amount = look.slider("beauty_mark")
    if amount <= 0:
        return []
    x, y, size = CENTER_X - 0.43 * face.half_width, face.mouth_y - 20, 1.6 + 1.2 * amount
    return [Shape((ellipse(x, y, size, size),), "skin.line", 0.85)]


_PALE_PATCHES: Sequence[tuple[float, float, float, float, int]] = (
    (-47, 330, 46, 34, 3), (50, 322, 40, 36, 5), (10, 430, 40, 25, 7), (-62, 404, 24, 20, 11), (66, 412, 20, 28, 13),
    (30, 212, 46, 26, 17), (-78, 262, 22, 30, 19), (-22, 462, 30, 14, 23), (88, 366, 16, 22, 29),
)  # fmt: skip
"""Beside the face's middle, height, half width, half height, and how the edge wanders: about mirrored, as it grows."""


def _vitiligo(look: Look, face: Canvas) -> list[Shape]:
    """Pale patches with wandering edges; more of it means more and larger ones."""
    amount = look.slider("vitiligo")
    if amount <= 0:
        return []
    patches = []
    for x, y, rx, ry, chance in _PALE_PATCHES[: 3 + round(6 * amount)]:
        size = 0.5 + 0.5 * amount
        edge = []
        for step in range(24):
            angle = math.tau * step / 24
            wander = 0.12 * math.sin(3 * angle + chance) + 0.09 * math.sin(5 * angle + 2 * chance)
            reach = size * (0.94 + wander)
            edge.append((CENTER_X + x + rx * reach * math.cos(angle), y + ry * reach * math.sin(angle)))
        patches.append(Subpath(smooth_loop(edge), True))
    return [
        Shape((patch,), "skin.pale", 0.62, "skin.pale", width, opacity, clip=face.outline)
        for patch in patches
        for width, opacity in ((5.0, 0.16), (1.8, 0.45))
    ]


def _tired_eyes(look: Look, face: Canvas) -> list[Shape]:
    """Shade and a fold under the eyes, from short nights or long years."""
    amount = min(1.0, look.slider("eye_bags") + 0.45 * look.slider("age"))
    if amount <= 0:
        return []
    shapes = []
    for side in (-1, 1):
        x = CENTER_X + side * 0.46 * face.half_width
        fold = smooth([(x - 21, EYE_Y + 22), (x - 8, EYE_Y + 28.5), (x + 8, EYE_Y + 28.5), (x + 21, EYE_Y + 22)])
        shapes += [
            soft_spot(x - 5 * side, EYE_Y + 20, 26, 11, "skin.deep", 0.42 * amount, face.outline),
            Shape((_tapered(fold, 1.8),), "skin.line", 0.36 * amount),
            soft_spot(x, EYE_Y + 35, 22, 8, "skin.light", 0.34 * amount, face.outline),
        ]
    return shapes


def _years(look: Look, face: Canvas) -> list[Shape]:
    """Lines that a life of smiling and thinking leaves, and softer flesh along the jaw."""
    age = look.slider("age")
    if age <= 0:
        return []
    wide, mouth = face.half_width, face.mouth_y
    beside: list[_Stroke] = [  # points on one side
        ([(21, 388), (31, 400), (40, mouth - 4), (43, mouth + 6)], 0.75, 2.8),
        *(([(0.79 * wide, EYE_Y + rise), (0.93 * wide, EYE_Y + 2.0 * rise)], 0.55, 1.6) for rise in (-7, 1, 9)),
        ([(6, 292), (7.5, 303), (5, 312)], 0.5, 1.6),
    ]
    if age > 0.45:
        beside += [
            ([(37, mouth + 13), (41, mouth + 24), (38, mouth + 36)], 0.55, 2.2),
            ([(0.60 * wide, 372), (0.66 * wide, 392), (0.62 * wide, 412)], 0.3, 1.6),
        ]
    if age > 0.75:
        beside += [
            ([(x, mouth - 18), (0.9 * x, mouth - 11)], 0.4, 1.1) for x in (6, 13, 20)
        ] + [([(0.72 * wide, EYE_Y + 30), (0.84 * wide, EYE_Y + 36)], 0.35, 1.3)]  # fmt: skip
    lines: list[_Stroke] = [
        ([(CENTER_X + side * x, y) for x, y in points], opacity, width)
        for points, opacity, width in beside
        for side in (-1, 1)
    ]
    for index, y in enumerate((236.0, 252.0, 267.0)[: 1 + round(2 * age)]):
        reach = 56 - 7 * index
        bow = [(CENTER_X - reach, y + 4), (CENTER_X - 22, y), (CENTER_X + 16, y + 1), (CENTER_X + reach - 4, y + 5)]
        lines.append((bow, 0.5, 1.8))
    creases = [
        Shape((_tapered(smooth(points), width * (0.5 + 0.5 * age)),), role, min(1.0, share * opacity * age))
        for points, opacity, width in lines
        for role, share in (("skin.deep", 1.2), ("skin.line", 0.5))
    ]
    flesh = [
        soft_spot(CENTER_X + side * x, y, rx, ry, role, opacity * age, face.outline)
        for side in (-1, 1)
        for x, y, rx, ry, role, opacity in (
            (0.50 * wide, mouth + 4, 26, 34, "skin.deep", 0.2),
            (0.66 * wide, mouth + 26, 24, 20, "skin.light", 0.24),
            (0.44 * wide, mouth + 32, 18, 18, "skin.deep", 0.24),
        )
    ]
    return flesh + creases


def _tapered(line: Sequence[Point], width: float) -> Subpath:
    """A crease: pointed at both ends, thickest in the middle."""
    last = len(line) - 1
    below = tuple((x, y + width * (1 - abs(2 * i / last - 1))) for i, (x, y) in enumerate(line))
    return joined(line, below)
