# SPDX-License-Identifier: GPL-3.0-or-later
"""Paints a companion made of pictures: it breathes, sways, nods with its voice and fades between expressions."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QLinearGradient, QPainter, QTransform

from desktop_app.avatar.backend import Capabilities
from desktop_app.avatar.daylight import Daylight
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.avatar.picture_set import LARGEST_PICTURE_PIXELS
from desktop_app.avatar.pose import Pose
from desktop_app.domain.conversation import Expression
from desktop_app.domain.errors import LookError
from desktop_app.ui.avatar_layers import new_image, painting
from desktop_app.ui.avatar_paths import color_of

_MOVED_ENOUGH = 0.22
"""Device pixels below which the last frame still stands."""
_OVERSCAN = 1.10
"""Pictures are kept a little larger than the window, so that the edges of a full page never show."""
_FADE_STEPS = 24


class PicturePainter:
    """One set of pictures at one size."""

    def __init__(
        self,
        look: Look,
        library: AvatarLibrary,
        width: int,
        height: int,
        scale: float = 1.0,
        *,
        light: Daylight = Daylight.DAY,
        background: bool = True,
    ) -> None:
        """Raises LookError where a picture is missing or broken."""
        self._width, self._height, self._scale = width, height, scale
        self._pixels = (math.ceil(width * scale), math.ceil(height * scale))
        self._canvas = (math.ceil(self._pixels[0] * _OVERSCAN), math.ceil(self._pixels[1] * _OVERSCAN))
        self._palette = look.palette(dark=light is Daylight.NIGHT)
        self._has_wall = background
        files = library.picture_set(look.pictures).files
        self._pictures = {expression: self._load(path) for expression, path in files.items()}
        self._mixed: tuple[tuple[tuple[Expression, int], ...], QImage] | None = None
        self._shown: tuple[object, list[QPointF]] | None = None
        self.frames_per_composition = 1

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in logical pixels."""
        return self._width, self._height

    def capabilities(self) -> Capabilities:
        return Capabilities(visemes=False, expressions=len(self._pictures) > 1, looks=False)

    def changed_rect(self, pose: Pose) -> QRect:
        """All of it if this pose moves or changes the picture, else nothing."""
        everything = QRect(0, 0, self._width, self._height)
        if self._shown is None:
            return everything
        weights, corners = self._shown
        moved = zip(self._corners(pose), corners, strict=True)
        if weights != self._weights(pose) or any((a - b).manhattanLength() > _MOVED_ENOUGH for a, b in moved):
            return everything
        return QRect()

    def paint(self, painter: QPainter, pose: Pose) -> None:
        """Paints one frame at 0, 0 of the painter's present coordinates."""
        weights = self._weights(pose)
        picture = self._mixture(weights)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._has_wall:
            painter.fillRect(QRectF(0, 0, self._width, self._height), self._wall())
        painter.setTransform(self._motion(pose) * painter.transform())
        wide, high = self._canvas[0] / self._scale, self._canvas[1] / self._scale
        painter.drawImage(QRectF((self._width - wide) / 2, (self._height - high) / 2, wide, high), picture)
        painter.restore()
        self._shown = (weights, self._corners(pose))

    # --- pictures ------------------------------------------------------------------------------------------------

    def _load(self, path: Path) -> QImage:
        """The picture in the window's shape: all of a cut-out figure, standing on the ground; else filling it."""
        reader = QImageReader(str(path))
        reader.setAutoTransform(True)
        given = reader.size()
        if max(given.width(), given.height()) > LARGEST_PICTURE_PIXELS:
            raise LookError("look.pictures", f"{path.name}: expected at most {LARGEST_PICTURE_PIXELS} pixels a side.")
        image = reader.read()
        if image.isNull():
            raise LookError("look.pictures", f"{path.name}: not a picture that can be read.")
        cut_out = image.hasAlphaChannel()
        fit = min if cut_out else max
        space = self._pixels if cut_out else self._canvas
        factor = fit(space[0] / image.width(), space[1] / image.height())
        size = QSize(max(1, round(image.width() * factor)), max(1, round(image.height() * factor)))
        small = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        placed = new_image(*self._canvas)
        x = (self._canvas[0] - size.width()) / 2
        ground = (self._canvas[1] + self._pixels[1]) / 2
        y = ground - size.height() if cut_out else (self._canvas[1] - size.height()) / 2
        with painting(placed) as painter:
            painter.drawImage(QPointF(x, y), small)
        return placed

    def _weights(self, pose: Pose) -> tuple[tuple[Expression, int], ...]:
        """How much of which picture, in steps; what has no picture of its own is neutral."""
        shares = {
            expression: max(0.0, weight)
            for expression, weight in pose.expressions.items()
            if expression in self._pictures and expression is not Expression.NEUTRAL
        }
        total = max(1.0, sum(shares.values()))
        steps = [(expression, round(_FADE_STEPS * share / total)) for expression, share in shares.items()]
        kept = [(expression, step) for expression, step in steps if step]
        rest = _FADE_STEPS - sum(step for _, step in kept)
        return (*kept, (Expression.NEUTRAL, rest)) if rest > 0 else tuple(kept)

    def _mixture(self, weights: tuple[tuple[Expression, int], ...]) -> QImage:
        if self._mixed is None or self._mixed[0] != weights:
            if len(weights) == 1:
                mixed = self._pictures[weights[0][0]]
            else:
                mixed, so_far = new_image(*self._canvas), 0
                with painting(mixed) as painter:
                    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
                    for expression, step in weights:  # each to its share of all before it: no ghost, no gap
                        so_far += step
                        painter.setOpacity(step / so_far)
                        painter.drawImage(0, 0, self._pictures[expression])
            self._mixed = (weights, mixed)
        return self._mixed[1]

    def _wall(self) -> QLinearGradient:
        wall = QLinearGradient(QPointF(0, 0), QPointF(0, self._height))
        wall.setColorAt(0, color_of(self._palette, "sky.light"))
        wall.setColorAt(1, color_of(self._palette, "sky.shade"))
        return wall

    # --- motion --------------------------------------------------------------------------------------------------

    def _motion(self, pose: Pose) -> QTransform:
        """All of it stands on the middle of the lower edge, which never lifts; pixels count at 640 in height."""
        stretch = 1 + 0.005 * pose.breath + 0.012 * pose.mouth_open - 0.012 * pose.pitch
        lean = -0.012 * pose.yaw - 0.0018 * pose.roll
        foot = QTransform.fromTranslate(-self._width / 2, -self._height)
        back = QTransform.fromTranslate(self._width / 2 + 0.4 * pose.x * self._height / 640, self._height)
        return foot * QTransform(1, 0, lean, stretch, 0, 0) * back

    def _corners(self, pose: Pose) -> list[QPointF]:
        motion = self._motion(pose)
        return [
            motion.map(QPointF(x, y)) * self._scale
            for x in (0.0, float(self._width))
            for y in (0.0, float(self._height))
        ]
