# SPDX-License-Identifier: GPL-3.0-or-later
"""The room behind the companion, in the light of the hour."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QTransform

from desktop_app.avatar.daylight import TINTS, Daylight
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.avatar.palette import Palette, mix
from desktop_app.avatar.shapes import TEMPLATE_HEIGHT, TEMPLATE_WIDTH
from desktop_app.ui.avatar_layers import new_image, painting
from desktop_app.ui.avatar_paths import Sketch, color_of


def wall(
    library: AvatarLibrary, look: Look, palette: Palette, light: Daylight, width: int, height: int, scale: float
) -> QImage:
    """The look's background, covering all of width × height at so many pixels each. Raises LookError."""
    image = new_image(math.ceil(width * scale), math.ceil(height * scale), opaque=True)
    image.fill(color_of(palette, "sky.base"))
    cover = max(width / TEMPLATE_WIDTH, height / TEMPLATE_HEIGHT) * scale
    left, top = (image.width() - TEMPLATE_WIDTH * cover) / 2, (image.height() - TEMPLATE_HEIGHT * cover) / 2
    with painting(image, QTransform(cover, 0, 0, cover, left, top)) as painter:
        for layer in ("wall", "dark" if light is Daylight.NIGHT else "light"):
            for piece in library.shapes(look, "background", layer):
                Sketch(piece).draw(painter, palette)
        if light in TINTS:
            painter.resetTransform()
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
            painter.fillRect(image.rect(), _tint(light, image.height()))
    return image


def _tint(light: Daylight, height: int) -> QLinearGradient:
    tint = QLinearGradient(QPointF(0, 0), QPointF(0, height))
    for place, (color, strength) in enumerate(TINTS[light]):
        tint.setColorAt(place, QColor(mix("#ffffff", color, strength)))
    return tint
