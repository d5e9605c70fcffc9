# SPDX-License-Identifier: GPL-3.0-or-later
"""What does not change from frame to frame: pieces of the avatar as images, moved by one affine each."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from desktop_app.avatar.palette import Palette
from desktop_app.avatar.parts import Layer
from desktop_app.avatar.rig import Rig, body_at_breath, dome
from desktop_app.avatar.shapes import Shape
from desktop_app.ui.avatar_paths import draw_shapes, transform_of

BREATH_PHASES = 9
"""Pages of the breathing flipbook: a plain copy costs a sixth of a resampled one."""


def new_image(width: int, height: int, opaque: bool = False) -> QImage:
    kind = QImage.Format.Format_RGB32 if opaque else QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(max(1, width), max(1, height), kind)
    image.fill(QColor(0, 0, 0) if opaque else QColor(0, 0, 0, 0))
    return image


@contextmanager
def painting(image: QImage, transform: QTransform | None = None) -> Iterator[QPainter]:
    """A painter with soft edges that lets go of the image whatever happens; Qt crashes where one does not."""
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        if transform is not None:
            painter.setTransform(transform)
        yield painter
    finally:
        painter.end()


@dataclass(slots=True)
class Baked:
    """An image of a piece of the template."""

    image: QImage
    rect: QRectF
    """Where it lies on the template."""
    density: float
    """Image pixels per template pixel."""

    def draw(self, painter: QPainter, move: QTransform, view: QTransform) -> None:
        place = QTransform(1 / self.density, 0, 0, 1 / self.density, self.rect.x(), self.rect.y())
        painter.setTransform(place * move * view)
        painter.drawImage(0, 0, self.image)


def bake(rect: QRectF, density: float, draw: Callable[[QPainter], None]) -> Baked:
    """Draws a piece of the template once."""
    rect = rect.adjusted(-2, -2, 2, 2)
    image = new_image(math.ceil(rect.width() * density), math.ceil(rect.height() * density))
    place = QTransform.fromTranslate(-rect.x(), -rect.y()) * QTransform.fromScale(density, density)
    with painting(image, place) as painter:
        draw(painter)
    return Baked(image, rect, density)


def bake_shapes(
    shapes: Sequence[Shape], palette: Palette, density: float, visible: QRectF, covered: Sequence[Shape] = ()
) -> Baked | None:
    """The shapes, but for what lies under something else; None where nothing of them can be seen."""
    rect = bounds_of(shapes).intersected(visible)
    if rect.isEmpty():
        return None

    def draw(painter: QPainter) -> None:
        draw_shapes(painter, palette, shapes)
        if covered:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
            draw_shapes(painter, palette, covered)

    return bake(rect, density, draw)


def bounds_of(shapes: Iterable[Shape]) -> QRectF:
    rect = QRectF()
    for shape in shapes:
        left, top, right, bottom = shape.bounds()
        rect = rect.united(QRectF(left, top, right - left, bottom - top))
    return rect


@dataclass(slots=True)
class HairPiece:
    """A lock that bends with the head: the affine that fits best where a grid of its points goes."""

    baked: Baked
    points: NDArray[np.float64]
    depths: NDArray[np.float64]
    sways: NDArray[np.float64]
    fit: NDArray[np.float64]
    move: QTransform

    @classmethod
    def of(
        cls,
        shapes: Sequence[Shape],
        layer: Layer,
        palette: Palette,
        density: float,
        visible: QRectF,
        covered: Sequence[Shape] = (),
    ) -> HairPiece | None:
        baked = bake_shapes(shapes, palette, density, visible, covered)
        if baked is None:
            return None
        box = bounds_of(shapes)
        grid = [
            (box.x() + box.width() * fx, box.y() + box.height() * fy)
            for fy in (0.05, 0.3, 0.55, 0.8, 0.97)
            for fx in (0.12, 0.5, 0.88)
        ]
        points = np.array(grid, dtype=np.float64)
        depths = np.array([layer.depth + layer.bulge * dome(x, y) for x, y in grid])
        sways = np.full(len(grid), layer.sway)
        fit = np.linalg.pinv(np.column_stack([points, np.ones(len(grid))]))
        return cls(baked, points, depths, sways, fit, QTransform())

    def follow(self, rig: Rig) -> None:
        moved = rig.displaced(self.points, self.depths, self.sways)
        (a, b), (c, d), (e, f) = (self.fit @ moved).tolist()
        self.move = QTransform(a, b, c, d, e, f)


class BreathingBook:
    """A torso as a flipbook in device pixels."""

    def __init__(self, shapes: Sequence[Shape], palette: Palette, view: QTransform, width: int, height: int) -> None:
        self._shapes, self._palette, self._view = shapes, palette, view
        box = view.mapRect(bounds_of(shapes)).adjusted(-6, -8, 6, 8).intersected(QRectF(0, 0, width, height))
        self.rect = box.toAlignedRect() if shapes else QRect()
        self._pages: dict[int, QImage] = {}

    def draw(self, painter: QPainter, breath: float) -> None:
        """Draws onto an image in device pixels."""
        if not self._shapes or self.rect.isEmpty():
            return
        last = BREATH_PHASES - 1
        phase = min(last, max(0, round((breath + 1) / 2 * last)))
        if phase not in self._pages:
            self._pages[phase] = self._page(2 * phase / last - 1)
        painter.resetTransform()
        painter.drawImage(QPointF(self.rect.topLeft()), self._pages[phase])

    def _page(self, breath: float) -> QImage:
        image = new_image(self.rect.width(), self.rect.height())
        place = QTransform.fromTranslate(-self.rect.x(), -self.rect.y())
        with painting(image, transform_of(body_at_breath(breath)) * self._view * place) as painter:
            draw_shapes(painter, self._palette, self._shapes)
        return image
