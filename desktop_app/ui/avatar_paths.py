# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes for Qt: outlines become painter paths, roles become brushes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QRadialGradient,
    QTransform,
)

from desktop_app.avatar.affine import Affine
from desktop_app.avatar.palette import Palette
from desktop_app.avatar.shapes import LinearGradient, Paint, Shape, Stop, Subpath


def transform_of(affine: Affine) -> QTransform:
    return QTransform(affine.a, affine.b, affine.c, affine.d, affine.e, affine.f)


def path_of(subpaths: Iterable[Subpath]) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for sub in subpaths:
        points = sub.points
        path.moveTo(*points[0])
        for i in range(1, len(points) - 2, 3):
            (ax, ay), (bx, by), (cx, cy) = points[i : i + 3]
            path.cubicTo(ax, ay, bx, by, cx, cy)
        if sub.closed:
            path.closeSubpath()
    return path


def color_of(palette: Palette, color: str, opacity: float = 1.0) -> QColor:
    """A role or "#rrggbb" as a Qt color; a role that no palette knows shows in magenta rather than not at all."""
    return _color(color if color.startswith("#") else palette.get(color, "#ff00ff"), opacity)


@lru_cache(4096)
def _color(code: str, opacity: float) -> QColor:
    result = QColor(code)
    result.setAlphaF(min(1.0, max(0.0, opacity)))
    return result


def brush_of(palette: Palette, paint: Paint, opacity: float = 1.0) -> QBrush:
    if isinstance(paint, str):
        return QBrush(color_of(palette, paint, opacity))
    if isinstance(paint, LinearGradient):
        linear = QLinearGradient(QPointF(*paint.start), QPointF(*paint.end))
        linear.setStops(_stops(palette, paint.stops, opacity))
        return QBrush(linear)
    x, y = paint.center
    radial = QRadialGradient(QPointF(0, 0), paint.radius)
    radial.setStops(_stops(palette, paint.stops, opacity))
    brush = QBrush(radial)
    brush.setTransform(QTransform(1, 0, 0, paint.squash, x, y))
    return brush


def _stops(palette: Palette, stops: Sequence[Stop], opacity: float) -> list[tuple[float, QColor]]:
    return [(offset, color_of(palette, color, share * opacity)) for offset, color, share in stops]


class Sketch:
    """Shapes made ready for Qt: the outlines are built once and can be drawn in any palette."""

    def __init__(self, shapes: Iterable[Shape]) -> None:
        self.shapes = tuple(shapes)
        self._paths = [path_of(shape.subpaths) for shape in self.shapes]
        self._clips = {id(shape.clip): path_of(shape.clip) for shape in self.shapes if shape.clip is not None}

    def rect(self) -> QRectF:
        """What it covers on the template, control points and half the strokes included."""
        rect = QRectF()
        for shape, path in zip(self.shapes, self._paths, strict=True):
            margin = shape.stroke_width / 2 if shape.stroke else 0.0
            rect = rect.united(path.controlPointRect().adjusted(-margin, -margin, margin, margin))
        return rect

    def draw(self, painter: QPainter, palette: Palette) -> None:
        """Draws on the template's canvas; neighbors that share a clip are clipped once."""
        clip: tuple[Subpath, ...] | None = None
        painter.setPen(Qt.PenStyle.NoPen)
        for shape, path in zip(self.shapes, self._paths, strict=True):
            if shape.clip is not clip:
                if clip is not None:
                    painter.restore()
                clip = shape.clip
                if clip is not None:
                    painter.save()
                    painter.setClipPath(self._clips[id(clip)], Qt.ClipOperation.IntersectClip)
            if shape.fill is not None and shape.fill_opacity > 0:
                painter.fillPath(path, brush_of(palette, shape.fill, shape.fill_opacity))
            if shape.stroke is not None and shape.stroke_opacity > 0:
                pen = QPen(color_of(palette, shape.stroke, shape.stroke_opacity), shape.stroke_width)
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                painter.strokePath(path, pen)
        if clip is not None:
            painter.restore()
