# SPDX-License-Identifier: GPL-3.0-or-later
"""What does not change from frame to frame: pieces of the avatar as images, moved by one affine each."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from desktop_app.avatar.palette import Palette
from desktop_app.avatar.parts import Layer
from desktop_app.avatar.rig import Rig, body_at_breath, dome
from desktop_app.ui.avatar_paths import Sketch, transform_of

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

    def draw(self, painter: QPainter, move: QTransform) -> None:
        """Moves it from the template to where the painter paints."""
        place = QTransform(1 / self.density, 0, 0, 1 / self.density, self.rect.x(), self.rect.y())
        painter.setTransform(place * move)
        painter.drawImage(0, 0, self.image)


def bake(rect: QRectF, density: float, draw: Callable[[QPainter], None]) -> Baked:
    """Draws a piece of the template once; what stays empty around it is not kept, for every pixel costs each frame."""
    rect = rect.adjusted(-2, -2, 2, 2)
    image = new_image(math.ceil(rect.width() * density), math.ceil(rect.height() * density))
    place = QTransform.fromTranslate(-rect.x(), -rect.y()) * QTransform.fromScale(density, density)
    with painting(image, place) as painter:
        draw(painter)
    drawn = drawn_rect(image)
    if drawn != image.rect():
        image = image.copy(drawn)
        rect = QRectF(
            rect.x() + drawn.x() / density, rect.y() + drawn.y() / density,
            drawn.width() / density, drawn.height() / density,
        )  # fmt: skip
    return Baked(image, rect, density)


def drawn_rect(image: QImage) -> QRect:
    """The part of a premultiplied image that is not clear, with one pixel around it that keeps its edges soft."""
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    if not len(rows):
        return QRect(0, 0, 1, 1)
    left, top, right, bottom = int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])
    return QRect(left - 1, top - 1, right - left + 3, bottom - top + 3).intersected(image.rect())


def bake_sketch(
    sketch: Sketch, palette: Palette, density: float, visible: QRectF, covered: Sketch | None = None
) -> Baked | None:
    """The sketch, but for what lies under something else; None where nothing of it can be seen."""
    rect = sketch.rect().intersected(visible)
    if rect.isEmpty():
        return None

    def draw(painter: QPainter) -> None:
        sketch.draw(painter, palette)
        if covered is not None:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
            covered.draw(painter, palette)

    return bake(rect, density, draw)


@dataclass(slots=True)
class HairPiece:
    """A lock that bends with the head: the affine that fits best where a grid of its points goes."""

    baked: Baked
    points: NDArray[np.float64]
    """Shape (grid, 2), on the template."""

    depths: NDArray[np.float64]
    sways: NDArray[np.float64]
    fit: NDArray[np.float64]
    """Shape (3, grid): from where the points go to the affine."""

    move: QTransform

    @classmethod
    def of(
        cls,
        sketch: Sketch,
        layer: Layer,
        palette: Palette,
        density: float,
        visible: QRectF,
        covered: Sketch | None = None,
    ) -> HairPiece | None:
        baked = bake_sketch(sketch, palette, density, visible, covered)
        if baked is None:
            return None
        box = sketch.rect()
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


class Hair:
    """All locks by layer; they follow the head together, which costs one calculation instead of one each."""

    def __init__(self, layers: Mapping[str, Sequence[HairPiece]]) -> None:
        self._layers = layers
        self._pieces = [piece for pieces in layers.values() for piece in pieces]
        if self._pieces:
            self._points = np.concatenate([piece.points for piece in self._pieces])
            self._depths = np.concatenate([piece.depths for piece in self._pieces])
            self._sways = np.concatenate([piece.sways for piece in self._pieces])
            self._fits = np.stack([piece.fit for piece in self._pieces])

    def __getitem__(self, layer: str) -> Sequence[HairPiece]:
        return self._layers[layer]

    def follow(self, rig: Rig) -> None:
        """Moves every lock to where this pose has it."""
        if not self._pieces:
            return
        moved = rig.displaced(self._points, self._depths, self._sways).reshape(len(self._pieces), -1, 2)
        for piece, ((a, b), (c, d), (e, f)) in zip(self._pieces, (self._fits @ moved).tolist(), strict=True):
            piece.move = QTransform(a, b, c, d, e, f)


class BreathingBook:
    """A torso as a flipbook in device pixels."""

    def __init__(self, sketches: Sequence[Sketch], palette: Palette, view: QTransform, width: int, height: int) -> None:
        self._sketches, self._palette, self._view = sketches, palette, view
        covered = QRectF()
        for sketch in sketches:
            covered = covered.united(sketch.rect())
        box = view.mapRect(covered).adjusted(-6, -8, 6, 8).intersected(QRectF(0, 0, width, height))
        self.rect = box.toAlignedRect() if not covered.isEmpty() else QRect()
        self._pages: dict[int, tuple[QPoint, QImage]] = {}

    def draw(self, painter: QPainter, breath: float) -> None:
        """Draws onto an image in device pixels."""
        if self.rect.isEmpty():
            return
        last = BREATH_PHASES - 1
        phase = min(last, max(0, round((breath + 1) / 2 * last)))
        if phase not in self._pages:
            self._pages[phase] = self._page(2 * phase / last - 1)
        painter.resetTransform()
        painter.drawImage(*self._pages[phase])

    def _page(self, breath: float) -> tuple[QPoint, QImage]:
        image = new_image(self.rect.width(), self.rect.height())
        place = QTransform.fromTranslate(-self.rect.x(), -self.rect.y())
        with painting(image, transform_of(body_at_breath(breath)) * self._view * place) as painter:
            for sketch in self._sketches:
                sketch.draw(painter, self._palette)
        drawn = drawn_rect(image)
        return self.rect.topLeft() + drawn.topLeft(), image.copy(drawn)
