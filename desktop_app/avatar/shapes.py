# SPDX-License-Identifier: GPL-3.0-or-later
"""What everything of the avatar is drawn with: filled and stroked outlines, whose colors may be roles of a palette."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

TEMPLATE_WIDTH, TEMPLATE_HEIGHT = 600.0, 800.0
"""The canvas that every part is drawn on."""

Point = tuple[float, float]
Coordinates = NDArray[np.float64]
"""Shape (points,)."""

Warp = Callable[[Coordinates, Coordinates], tuple[Coordinates, Coordinates]]
"""Moves points of the template, x and y, e.g. to make room for broad shoulders."""

Stop = tuple[float, str, float]
"""Offset 0…1, color, opacity 0…1. A color is "#rrggbb" or a role such as "hair.base"."""


@dataclass(frozen=True, slots=True)
class Subpath:
    """A start point followed by cubic curves, three points each."""

    points: tuple[Point, ...]
    closed: bool = True


@dataclass(frozen=True, slots=True)
class LinearGradient:
    start: Point
    end: Point
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class RadialGradient:
    center: Point
    radius: float
    stops: tuple[Stop, ...]
    squash: float = 1.0
    """Height of the ellipse over its width."""


Paint = str | LinearGradient | RadialGradient


@dataclass(frozen=True, slots=True)
class Shape:
    """One outline with its paint."""

    subpaths: tuple[Subpath, ...]
    fill: Paint | None = None
    fill_opacity: float = 1.0
    stroke: str | None = None
    stroke_width: float = 1.0
    stroke_opacity: float = 1.0
    clip: tuple[Subpath, ...] | None = None
    casts_shadow: bool = False
    """Whether it darkens the face beneath it (a fringe does)."""

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of its control points, half the stroke included."""
        left, top, right, bottom = bounds(self.subpaths)
        margin = self.stroke_width / 2 if self.stroke else 0.0
        return left - margin, top - margin, right + margin, bottom + margin


def warped(shapes: Iterable[Shape], warp: Warp) -> list[Shape]:
    """The same shapes on a bent template, gradients included; all points are moved at once."""
    shapes = list(shapes)
    clips = {id(shape.clip): shape.clip for shape in shapes if shape.clip is not None}
    outlines = [sub for shape in shapes for sub in shape.subpaths] + [sub for clip in clips.values() for sub in clip]
    axes = [axis for shape in shapes for axis in _axis(shape.fill)]
    moved = _moved([*(point for sub in outlines for point in sub.points), *axes], warp)
    bent = {id(shape): _bent(shape.subpaths, moved) for shape in shapes}
    bent_clips = {key: _bent(clip, moved) for key, clip in clips.items()}
    return [
        replace(
            shape,
            subpaths=bent[id(shape)],
            fill=_turned(shape.fill, moved),
            clip=bent_clips[id(shape.clip)] if shape.clip is not None else None,
        )
        for shape in shapes
    ]


def _moved(points: Sequence[Point], warp: Warp) -> Iterator[Point]:
    if not points:
        return iter(())
    x, y = np.array(points, dtype=np.float64).T
    to_x, to_y = warp(x, y)
    return zip(to_x.tolist(), to_y.tolist(), strict=True)


def _bent(subpaths: Iterable[Subpath], moved: Iterator[Point]) -> tuple[Subpath, ...]:
    return tuple(Subpath(tuple(islice(moved, len(sub.points))), sub.closed) for sub in subpaths)


def _axis(fill: Paint | None) -> tuple[Point, ...]:
    """The points that a gradient hangs on."""
    if isinstance(fill, LinearGradient):
        return fill.start, fill.end
    return (fill.center,) if isinstance(fill, RadialGradient) else ()


def _turned(fill: Paint | None, moved: Iterator[Point]) -> Paint | None:
    if isinstance(fill, LinearGradient):
        return replace(fill, start=next(moved), end=next(moved))
    return replace(fill, center=next(moved)) if isinstance(fill, RadialGradient) else fill


def warp_subpaths(subpaths: Iterable[Subpath], warp: Warp) -> tuple[Subpath, ...]:
    subpaths = tuple(subpaths)
    return _bent(subpaths, _moved([point for sub in subpaths for point in sub.points], warp))


def bounds(subpaths: Iterable[Subpath]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of all control points."""
    points = [point for sub in subpaths for point in sub.points]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def curve(*numbers: float, closed: bool = False) -> Subpath:
    """A subpath from flat numbers: x, y of the start, then six per cubic."""
    return Subpath(tuple(zip(numbers[::2], numbers[1::2], strict=True)), closed)


def reversed_points(points: Sequence[Point]) -> tuple[Point, ...]:
    """The same cubics walked backwards."""
    return tuple(reversed(points))


def joined(forth: Sequence[Point], back: Sequence[Point]) -> Subpath:
    """The closed outline between two curves that run in the same direction."""
    back = reversed_points(back)
    start, end = forth[-1], back[0]
    bridge = (start, end, end) if start != end else ()
    return Subpath((*forth, *bridge, *back[1:]), True)


def smooth(points: Sequence[Point], tension: float = 6.0) -> tuple[Point, ...]:
    """A soft curve through the points (Catmull-Rom) as start point and cubics."""
    last = len(points) - 1
    out = [points[0]]
    for i in range(last):
        before, here, there = points[max(i - 1, 0)], points[i], points[i + 1]
        after = points[min(i + 2, last)]
        out.append((here[0] + (there[0] - before[0]) / tension, here[1] + (there[1] - before[1]) / tension))
        out.append((there[0] - (after[0] - here[0]) / tension, there[1] - (after[1] - here[1]) / tension))
        out.append(there)
    return tuple(out)


def smooth_loop(points: Sequence[Point]) -> tuple[Point, ...]:
    """A closed soft curve through the points."""
    padded = smooth([points[-1], *points, points[0], points[1]])
    return padded[3:-3]


_KAPPA = 0.5522847498


def ellipse(cx: float, cy: float, rx: float, ry: float) -> Subpath:
    kx, ky = _KAPPA * rx, _KAPPA * ry
    return curve(
        cx + rx, cy, cx + rx, cy + ky, cx + kx, cy + ry, cx, cy + ry, cx - kx, cy + ry, cx - rx, cy + ky,
        cx - rx, cy, cx - rx, cy - ky, cx - kx, cy - ry, cx, cy - ry, cx + kx, cy - ry, cx + rx, cy - ky, cx + rx, cy,
        closed=True,
    )  # fmt: skip


def mirrored(shape: Shape, axis_x: float = TEMPLATE_WIDTH / 2) -> Shape:
    return warped([shape], lambda x, y: (2 * axis_x - x, y))[0]
