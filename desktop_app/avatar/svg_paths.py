# SPDX-License-Identifier: GPL-3.0-or-later
"""Outlines as drawing programs write them: path data, basic shapes and transforms become cubic curves."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from desktop_app.avatar.affine import IDENTITY, Affine
from desktop_app.avatar.shapes import Point, Subpath, ellipse

_SEPARATORS = re.compile(r"[\s,]*")
_NEXT_NUMBER = re.compile(r"[\s,]*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_TRANSFORM = re.compile(r"\s*(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^)]*)\)[\s,]*")
_COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}

_BIGGEST_COORDINATE = 100_000.0
MOST_POINTS = 120_000
"""In a whole file."""


class OutlineError(ValueError):
    """What an outline holds that it should not, in words for the person who drew it."""


def parse_transform(text: str) -> Affine:
    result, position = IDENTITY, 0
    while position < len(text):
        match = _TRANSFORM.match(text, position)
        if match is None:
            if text[position:].strip():
                raise OutlineError(f"transform '{text[:60]}': expected matrix, translate, scale, rotate or skew")
            break
        n = [float(number) for number in _NUMBER.findall(match.group(2))]
        result = result.after(_single_transform(match.group(1), n))
        position = match.end()
    return result


def _single_transform(name: str, n: Sequence[float]) -> Affine:
    if name == "matrix" and len(n) == 6:
        return Affine(*n)
    if name == "translate" and len(n) in (1, 2):
        return Affine(e=n[0], f=n[1] if len(n) == 2 else 0.0)
    if name == "scale" and len(n) in (1, 2):
        return Affine(a=n[0], d=n[-1])
    if name == "rotate" and len(n) in (1, 3):
        turn = Affine.rotation(n[0])
        if len(n) == 1:
            return turn
        return Affine.about(n[1], n[2], turn)
    if name == "skewX" and len(n) == 1:
        return Affine(c=math.tan(math.radians(n[0])))
    if name == "skewY" and len(n) == 1:
        return Affine(b=math.tan(math.radians(n[0])))
    raise OutlineError(f"transform {name}({', '.join(map(str, n))}): wrong number of values")


def parse_path(data: str) -> tuple[Subpath, ...]:
    """Path data ("M10 20C…Z") as cubic subpaths."""
    return _PathReader(data).read()


class _PathReader:
    def __init__(self, data: str) -> None:
        self._data = data
        self._position = 0
        self._done: list[Subpath] = []
        self._points: list[Point] = []
        self._count = 0
        self._here: Point = (0.0, 0.0)
        self._start: Point = (0.0, 0.0)
        self._control: tuple[str, Point] | None = None
        """The last curve's kind and control point: S and T go on from it."""

    def read(self) -> tuple[Subpath, ...]:
        command = ""
        while self._skip_separators():
            letter = self._data[self._position]
            if letter.upper() in _COUNTS:
                command = letter
                self._position += 1
            elif not command or command in "Zz":
                raise OutlineError(f"path data: unexpected '{self._data[self._position :][:12]}'")
            self._step(command, [self._number(command, index) for index in range(_COUNTS[command.upper()])])
            if command in "Mm":
                command = "l" if command == "m" else "L"
        self._finish(closed=False)
        return tuple(self._done)

    def _skip_separators(self) -> bool:
        """Whether anything follows."""
        separators = _SEPARATORS.match(self._data, self._position)
        self._position = separators.end() if separators else self._position
        return self._position < len(self._data)

    def _number(self, command: str, index: int) -> float:
        if command in "Aa" and index in (3, 4):
            self._skip_separators()
            if self._data[self._position : self._position + 1] in ("0", "1"):
                self._position += 1  # an arc's flags may stand without anything between: "a5 5 0 01.5.5"
                return float(self._data[self._position - 1])
        match = _NEXT_NUMBER.match(self._data, self._position)
        if match is None:
            self._skip_separators()
            found = self._data[self._position :][:12]
            what = f"unexpected '{found}'; " if found and found[0].upper() not in _COUNTS else ""
            raise OutlineError(f"path data: {what}'{command}' needs {_COUNTS[command.upper()]} numbers")
        self._position = match.end()
        value = float(match.group(1))
        if not -_BIGGEST_COORDINATE < value < _BIGGEST_COORDINATE:
            raise OutlineError("path data: a number is far off the canvas")
        return value

    def _finish(self, closed: bool) -> None:
        if len(self._points) > 1:
            self._done.append(Subpath(tuple(self._points), closed))
        self._points = []

    def _step(self, command: str, n: list[float]) -> None:
        kind = command.upper()
        ox, oy = self._here if command.islower() else (0.0, 0.0)
        if kind == "Z":
            self._finish(closed=True)
            self._here, self._control = self._start, None
            return
        if kind == "M":
            self._finish(closed=False)
            self._here = self._start = (n[0] + ox, n[1] + oy)
            self._points = [self._here]
            self._control = None
            return
        if not self._points:
            self._points = [self._here]
        x0, y0 = self._here
        if kind in "LHV":
            x = x0 if kind == "V" else n[0] + ox
            y = n[0] + oy if kind == "V" else y0 if kind == "H" else n[1] + oy
            self._cubic((x0 + (x - x0) / 3, y0 + (y - y0) / 3), (x0 + (x - x0) / 1.5, y0 + (y - y0) / 1.5), (x, y))
        elif kind in "CS":
            first = (n[0] + ox, n[1] + oy) if kind == "C" else self._reflected("C")
            second, end = (n[-4] + ox, n[-3] + oy), (n[-2] + ox, n[-1] + oy)
            self._cubic(first, second, end)
            self._control = ("C", second)
        elif kind in "QT":
            q = (n[0] + ox, n[1] + oy) if kind == "Q" else self._reflected("Q")
            x, y = n[-2] + ox, n[-1] + oy
            self._cubic(
                (x0 + (q[0] - x0) / 1.5, y0 + (q[1] - y0) / 1.5),
                (x + (q[0] - x) / 1.5, y + (q[1] - y) / 1.5),
                (x, y),
            )
            self._control = ("Q", q)
        else:
            for first, second, end in _arc((x0, y0), n[0], n[1], n[2], n[3] != 0, n[4] != 0, (n[5] + ox, n[6] + oy)):
                self._cubic(first, second, end)

    def _cubic(self, first: Point, second: Point, end: Point) -> None:
        self._count += 3
        if self._count > MOST_POINTS:
            raise OutlineError(f"path data: more than {MOST_POINTS} points")
        self._points += [first, second, end]
        self._here = end
        self._control = None

    def _reflected(self, kind: str) -> Point:
        x, y = self._here
        if self._control is None or self._control[0] != kind:
            return x, y
        return 2 * x - self._control[1][0], 2 * y - self._control[1][1]


def _arc(
    start: Point, rx: float, ry: float, tilt_degrees: float, large: bool, sweep: bool, end: Point
) -> list[tuple[Point, Point, Point]]:
    """An elliptical arc as cubics (SVG 1.1, appendix F.6)."""
    rx, ry = abs(rx), abs(ry)
    if start == end:
        return []
    if rx < 1e-9 or ry < 1e-9:
        return [(start, end, end)]
    cosine, sine = math.cos(math.radians(tilt_degrees)), math.sin(math.radians(tilt_degrees))
    dx, dy = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x1, y1 = cosine * dx + sine * dy, -sine * dx + cosine * dy
    size = (x1 / rx) ** 2 + (y1 / ry) ** 2
    if size > 1:
        rx, ry = rx * math.sqrt(size), ry * math.sqrt(size)
    below = (rx * y1) ** 2 + (ry * x1) ** 2
    factor = math.sqrt(max(0.0, ((rx * ry) ** 2 - below) / below)) * (-1 if large == sweep else 1)
    cx1, cy1 = factor * rx * y1 / ry, -factor * ry * x1 / rx
    cx = cosine * cx1 - sine * cy1 + (start[0] + end[0]) / 2
    cy = sine * cx1 + cosine * cy1 + (start[1] + end[1]) / 2
    begin = math.atan2((y1 - cy1) / ry, (x1 - cx1) / rx)
    turn = math.atan2((-y1 - cy1) / ry, (-x1 - cx1) / rx) - begin
    if sweep and turn < 0:
        turn += 2 * math.pi
    elif not sweep and turn > 0:
        turn -= 2 * math.pi
    pieces = max(1, math.ceil(abs(turn) / (math.pi / 2) - 1e-6))
    step = turn / pieces
    pull = 4 / 3 * math.tan(step / 4)
    to_page = Affine(cosine * rx, sine * rx, -sine * ry, cosine * ry, cx, cy)
    out: list[tuple[Point, Point, Point]] = []
    for i in range(pieces):
        a, b = begin + i * step, begin + (i + 1) * step
        out.append(
            (
                to_page(math.cos(a) - pull * math.sin(a), math.sin(a) + pull * math.cos(a)),
                to_page(math.cos(b) + pull * math.sin(b), math.sin(b) - pull * math.cos(b)),
                to_page(math.cos(b), math.sin(b)),
            )
        )
    return out


def parse_basic_shape(tag: str, attributes: Mapping[str, str]) -> tuple[Subpath, ...]:
    """rect, circle, ellipse, line, polyline or polygon as cubic subpaths."""

    def number(name: str, default: float = 0.0) -> float:
        return parse_length(attributes.get(name, str(default)))

    if tag == "circle":
        return (ellipse(number("cx"), number("cy"), number("r"), number("r")),)
    if tag == "ellipse":
        return (ellipse(number("cx"), number("cy"), number("rx"), number("ry")),)
    if tag == "rect":
        x, y, width, height = number("x"), number("y"), number("width"), number("height")
        rx = number("rx", number("ry")) if "rx" in attributes or "ry" in attributes else 0.0
        ry = min(number("ry", rx), height / 2)
        rx = min(rx, width / 2)
        corner = f"a{rx} {ry} 0 0 1 "
        return parse_path(
            f"M{x + rx} {y}H{x + width - rx}{corner}{rx} {ry}V{y + height - ry}{corner}{-rx} {ry}"
            f"H{x + rx}{corner}{-rx} {-ry}V{y + ry}{corner}{rx} {-ry}Z"
        )
    if tag == "line":
        return parse_path(f"M{number('x1')} {number('y1')}L{number('x2')} {number('y2')}")
    points = attributes.get("points", "")
    return parse_path(f"M{points}" + ("Z" if tag == "polygon" else "")) if points.strip() else ()


_PIXELS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


def parse_length(text: str) -> float:
    """Pixels, 96 to the inch. Raises OutlineError."""
    match = _NUMBER.match(text.strip())
    unit = text.strip()[match.end() :].strip() if match else ""
    if match is None or unit not in _PIXELS:
        raise OutlineError(f"'{text[:30]}': expected a number in px")
    return float(match.group()) * _PIXELS[unit]
