# SPDX-License-Identifier: GPL-3.0-or-later
"""Whichever body a look asks for: drawn from parts, or made of pictures."""

from __future__ import annotations

import math
from typing import TypeAlias

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from desktop_app.avatar.backend import AvatarBackend
from desktop_app.avatar.daylight import Daylight
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.avatar.pose import Pose
from desktop_app.ui.avatar_layers import new_image, painting
from desktop_app.ui.avatar_painter import AvatarPainter
from desktop_app.ui.picture_painter import PicturePainter

FacePainter: TypeAlias = AvatarBackend[QPainter, QRect]
"""A body that Qt paints."""


def face_painter(
    look: Look,
    library: AvatarLibrary,
    width: int,
    height: int,
    scale: float = 1.0,
    *,
    light: Daylight = Daylight.DAY,
    background: bool = True,
    earlier: FacePainter | None = None,
) -> FacePainter:
    """What the earlier one has drawn is used again where it fits. Raises LookError."""
    if look.pictures:
        return PicturePainter(look, library, width, height, scale, light=light, background=background)
    kept = earlier if isinstance(earlier, AvatarPainter) else None
    return AvatarPainter(look, library, width, height, scale, light=light, background=background, earlier=kept)


def render(
    look: Look,
    library: AvatarLibrary,
    pose: Pose,
    width: int,
    height: int,
    scale: float = 1.0,
    background: str = "look",
    *,
    light: Daylight = Daylight.DAY,
) -> QImage:
    """One picture: on the look's own background, on none ("none"), or on a color ("#rrggbb"). Raises LookError."""
    own = background == "look"
    face = face_painter(look, library, width, height, scale, light=light, background=own)
    image = new_image(math.ceil(width * scale), math.ceil(height * scale), opaque=background != "none")
    if background not in ("look", "none"):
        image.fill(QColor(background))
    with painting(image, QTransform.fromScale(scale, scale)) as painter:
        face.paint(painter, pose)
    return image
