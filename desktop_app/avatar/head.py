# SPDX-License-Identifier: GPL-3.0-or-later
"""The head without its moving features: outline, light from the upper left, ears, and what years and sun leave."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import pairwise

from desktop_app.avatar.look import Look
from desktop_app.avatar.rig import CENTER_X, EYE_Y, MOUTH_Y
from desktop_app.avatar.shapes import (
    LinearGradient,
    Point,
    RadialGradient,
    Shape,
    Stop,
    Subpath,
    ellipse,
    joined,
    smooth,
)
from desktop_app.avatar.svg_paths import parse_path

HALF_WIDTH = 104.0


def half_width(look: Look) -> float:
    """Half the face's width at the cheekbones."""
    return HALF_WIDTH * (1 + 0.055 * look.slider("face_width"))


def chin_drop(look: Look) -> float:
    """How far below the template's chin this one ends."""
    return 8.0 * look.slider("face_length") + 6.0 * look.slider("chin_length")


def outline(look: Look, jaw: float = 0.0) -> Subpath:
    """The face from crown to chin; jaw lowers the chin, as an opening mouth does."""
    wide = half_width(look)
    square, chin, cheeks = look.slider("jaw"), look.slider("chin_width"), look.slider("cheeks")
    drop = chin_drop(look) + jaw
    half = [
        (0.47, 161.0),
        (0.82, 203.0),
        (0.965, 270.0),
        (1.0 + 0.012 * cheeks, 342.0),
        (0.945 + 0.035 * square + 0.03 * cheeks, 387.0 + 0.2 * drop),
        (0.775 + 0.125 * square + 0.025 * cheeks, 421.0 + 6 * square + 0.45 * drop),
        (0.495 + 0.145 * square + 0.035 * chin, 449.5 + 5 * square + 0.75 * drop),
        (0.225 + 0.055 * square + 0.075 * chin, 467.0 + 1.5 * square + 0.97 * drop),
    ]
    right = [(CENTER_X + part * wide, y) for part, y in half]
    left = [(2 * CENTER_X - x, y) for x, y in reversed(right)]
    loop = [(CENTER_X, 150.0), *right, (CENTER_X, 472.5 + drop), *left]
    return Subpath(_smooth_loop(loop), True)


def _smooth_loop(points: Sequence[Point]) -> tuple[Point, ...]:
    """A closed soft curve through the points."""
    padded = smooth([points[-1], *points, points[0], points[1]])
    return padded[3:-3]


def face(look: Look, jaw: float = 0.0) -> list[Shape]:
    """The face's skin, lit and shaded; what lies on it is clipped to it."""
    shape = (outline(look, jaw),)
    wide, drop = half_width(look), chin_drop(look) + jaw
    chin_y = 472 + drop

    def layer(fill: LinearGradient | RadialGradient, opacity: float = 1.0) -> Shape:
        return Shape(shape, fill=fill, fill_opacity=opacity)

    def spot(x: float, y: float, rx: float, ry: float, role: str, opacity: float) -> Shape:
        stops: tuple[Stop, ...] = ((0.0, role, 1.0), (0.45, role, 0.62), (1.0, role, 0.0))
        return Shape(
            (ellipse(x, y, rx, ry),), RadialGradient((x, y), rx, stops, ry / rx), fill_opacity=opacity, clip=shape
        )

    left, right = CENTER_X - wide, CENTER_X + wide
    shapes = [
        layer(
            LinearGradient(
                (260, 165), (320, chin_y),
                ((0, "skin.base", 1), (0.3, "skin.light", 1), (0.6, "skin.base", 1), (0.86, "skin.base", 1),
                 (1, "skin.shade", 1)),
            )
        ),
        layer(
            LinearGradient(
                (left, 310), (right, 334),
                ((0, "skin.shade", 0.55), (0.10, "skin.shade", 0.12), (0.22, "skin.shade", 0), (0.60, "skin.shade", 0),
                 (0.80, "skin.shade", 0.34), (0.93, "skin.deep", 0.52), (1, "skin.deep", 0.40)),
            )
        ),
        spot(CENTER_X - 34, 232, 62, 46, "skin.shine", 0.34),
        spot(CENTER_X - 0.56 * wide, 372, 34, 22, "skin.shine", 0.32),
        spot(CENTER_X + 0.62 * wide, 398, 40, 52, "skin.deep", 0.16 + 0.1 * max(0.0, -look.slider("cheeks"))),
        spot(CENTER_X - 0.80 * wide, 412, 30, 50, "skin.deep", 0.12 + 0.1 * max(0.0, -look.slider("cheeks"))),
        spot(CENTER_X, chin_y - 14, 26, 13, "skin.light", 0.55),
        spot(CENTER_X + 8, chin_y + 4, 74, 20, "skin.deep", 0.36),
    ]  # fmt: skip
    for side in (-1, 1):  # eye sockets
        x = CENTER_X + side * 46 * (1 + 0.055 * look.slider("face_width"))
        shapes.append(spot(x, EYE_Y - 14, 44, 24, "skin.deep", 0.20 if side < 0 else 0.27))
    shapes += _vitiligo(look, shape)
    shapes += _stubble(look, shape, chin_y)
    shapes += _freckles(look, shape)
    shapes += _years(look)
    return shapes


def face_edge(look: Look, jaw: float = 0.0) -> list[Shape]:
    """The ink line around the face, drawn after all that lies on it."""
    return [Shape((outline(look, jaw),), stroke="skin.line", stroke_width=1.5, stroke_opacity=0.62)]


def _stubble(look: Look, clip: tuple[Subpath, ...], chin_y: float) -> list[Shape]:
    amount = look.slider("stubble")
    if amount <= 0:
        return []
    return [  # several thin layers make a soft edge
        Shape(_beard_area(look, chin_y, inset), "hair.deep", 0.15 * amount, clip=clip) for inset in (0.0, 5.0, 10.0)
    ]


def _beard_area(look: Look, chin_y: float, inset: float) -> tuple[Subpath, ...]:
    """Where a beard grows: along the jaw, around the mouth and over the upper lip."""
    wide, y = half_width(look), mouth_line(look)

    def place(x: float, py: float) -> Point:
        return CENTER_X + x, py

    low = [place(1.1 * wide, 350 + inset), place(1.1 * wide, chin_y + 30), place(0, chin_y + 40)]
    high = [
        place((0.95 + 0.001 * inset) * wide, 352 + inset),
        place(0.88 * wide, 388 + inset),
        place(0.64 * wide, 414 + inset),
        place(42 - 0.3 * inset, y - 9 + 0.5 * inset),
        place(22, y - 15 + 0.4 * inset),
        place(6, y - 18 + 0.4 * inset),
    ]
    inner = smooth([*high, *((2 * CENTER_X - x, py) for x, py in reversed(high))])
    outer = [*low, *((2 * CENTER_X - x, py) for x, py in reversed(low[:-1]))]
    edge: list[Point] = [outer[0]]
    for before, here in pairwise(outer):
        edge += [before, here, here]
    return (joined(inner, tuple(edge)), ellipse(CENTER_X, y + 1, 25, 7 + 0.2 * inset))


def _freckles(look: Look, clip: tuple[Subpath, ...]) -> list[Shape]:
    amount = look.slider("freckles")
    if amount <= 0:
        return []
    chance = random.Random(5)
    spots = []
    for _ in range(44):
        side = chance.choice((-1, 1))
        x, y = CENTER_X + side * abs(chance.gauss(38, 19)), 368 + chance.gauss(0, 9)
        size = chance.uniform(0.7, 1.5)
        spots.append(ellipse(x, y, size, size * 0.85))
    return [Shape(tuple(spots), fill="skin.deep", fill_opacity=0.62 * amount, clip=clip)]


_PALE_PATCHES: Sequence[tuple[float, float, float, float, int]] = (
    (-47, 330, 46, 34, 3), (50, 322, 40, 36, 5), (10, 430, 40, 25, 7), (-62, 404, 24, 20, 11), (66, 412, 20, 28, 13),
    (30, 212, 46, 26, 17), (-78, 262, 22, 30, 19), (-22, 462, 30, 14, 23), (88, 366, 16, 22, 29),
)  # fmt: skip
"""Beside the face's middle, height, half width, half height, and how the edge wanders: about mirrored, as it grows."""


def _vitiligo(look: Look, clip: tuple[Subpath, ...]) -> list[Shape]:
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
        patches.append(Subpath(_smooth_loop(edge), True))
    return [Shape((patch,), "skin.pale", 0.88, "skin.pale", 3.0, 0.4, clip=clip) for patch in patches]


def _years(look: Look) -> list[Shape]:
    """Lines that a life of smiling and thinking leaves."""
    age = look.slider("age")
    if age <= 0:
        return []
    wide = half_width(look)
    eye = 0.49 * wide
    beside_the_face: list[tuple[list[Point], float, float]] = [  # points on one side, opacity, width
        ([(20, 388), (31, 402), (38, 422)], 0.62, 2.2),
        ([(eye - 22, EYE_Y + 26), (eye, EYE_Y + 31), (eye + 20, EYE_Y + 26)], 0.5, 1.8),
        *(([(0.82 * wide, EYE_Y + rise), (0.93 * wide, EYE_Y + 1.9 * rise)], 0.45, 1.4) for rise in (-6, 1, 8)),
        ([(5, 296), (6, 306), (4, 313)], 0.4, 1.4),
    ]
    if age > 0.45:
        beside_the_face.append(([(33, 436), (36, 446), (35, 456)], 0.4, 1.8))
    lines = [
        ([(CENTER_X + side * x, y) for x, y in points], opacity, width)
        for points, opacity, width in beside_the_face
        for side in (-1, 1)
    ]
    for y in (236.0, 252.0, 267.0)[: 1 + round(2 * age)]:
        bow = [(CENTER_X - 52, y + 4), (CENTER_X - 20, y), (CENTER_X + 18, y + 0.5), (CENTER_X + 50, y + 5)]
        lines.append((bow, 0.42, 1.5))
    return [
        Shape((_tapered(smooth(points), width * (0.5 + 0.5 * age)),), "skin.deep", min(1.0, 1.5 * opacity * age))
        for points, opacity, width in lines
    ]


def _tapered(line: Sequence[Point], width: float) -> Subpath:
    """A crease: pointed at both ends, thickest in the middle."""
    last = len(line) - 1
    below = tuple((x, y + width * (1 - abs(2 * i / last - 1))) for i, (x, y) in enumerate(line))
    return joined(line, below)


_EAR = parse_path("M0 314C8 298 23 300 24 318C25 336 17 350 13 362C10 373 1 373 -4 362Z")
_EAR_FOLD = parse_path("M4 318C9 308 18 309 18 321C18 334 11 342 9 355C6 350 9 340 10 331C10 324 7 321 4 318Z")


def ears(look: Look) -> list[Shape]:
    wide, size = half_width(look), 1 + 0.16 * look.slider("ears")
    shapes = []
    for side, lit in ((-1, "skin.light"), (1, "skin.base")):

        def place(x: float, y: float, side: int = side) -> Point:
            return CENTER_X + side * (wide - 5 + x * size), 338 + (y - 338) * size

        skin = LinearGradient((0, 300), (20, 372), ((0, lit, 1), (1, "skin.shade", 1)))
        edge = Shape(_EAR, stroke="skin.line", stroke_width=1.4, stroke_opacity=0.6)
        shapes += [shape.warped(place) for shape in (Shape(_EAR, skin), Shape(_EAR_FOLD, "skin.deep", 0.5), edge)]
    return shapes


def earlobe(look: Look) -> Point:
    """Where the companion's left earring hangs; the right one mirrors it."""
    return CENTER_X + half_width(look) + 3, 338 + 30 * (1 + 0.16 * look.slider("ears"))


def mouth_line(look: Look) -> float:
    """The height of the mouth."""
    return (
        MOUTH_Y + 4.5 * look.slider("face_length") + 5 * look.slider("mouth_height") + 1.5 * look.slider("nose_length")
    )
