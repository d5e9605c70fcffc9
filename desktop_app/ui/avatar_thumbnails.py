# SPDX-License-Identifier: GPL-3.0-or-later
"""Small pictures of what a choice would look like, drawn by the rig on the current look."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QTransform
from PySide6.QtWidgets import QWidget

from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.avatar.pose import Pose
from desktop_app.domain.errors import LookError
from desktop_app.ui.avatar_controls import THUMBNAIL
from desktop_app.ui.avatar_face import FacePainter, face_painter
from desktop_app.ui.avatar_layers import painting

_CLOSE_UPS = {
    "face": (0.14, 0.13, 0.72), "eyes": (0.29, 0.29, 0.42), "brows": (0.29, 0.26, 0.42), "mouth": (0.36, 0.43, 0.28),
    "nose": (0.32, 0.36, 0.36), "glasses": (0.18, 0.20, 0.64), "earrings": (0.16, 0.24, 0.68),
    "beard": (0.18, 0.28, 0.64), "hat": (0.10, 0.0, 0.80), "hearing_aid": (0.16, 0.20, 0.68),
}  # fmt: skip
"""Left, top and width of what a thumbnail shows of the whole picture; the rest of the slots show nearly all."""


class Thumbnails:
    """Draws them one by one."""

    def __init__(self, library: AvatarLibrary, seen_on: QWidget) -> None:
        """seen_on: the widget whose screen says how fine they are."""
        self._library, self._seen_on = library, seen_on
        self._painters: dict[tuple[int, int], FacePainter] = {}

    def draw(self, look: Look, slot: str) -> QImage:
        """What a choice would look like; what it has in common with the picture before is not drawn again."""
        left, top, width = _CLOSE_UPS.get(slot, (0.06, 0.0, 0.88))
        scale = self._seen_on.devicePixelRatioF()
        whole = round(THUMBNAIL.width() / width)
        size = (whole, round(whole * 4 / 3))
        picture = QImage(QSize(*size) * scale, QImage.Format.Format_RGB32)
        picture.fill(Qt.GlobalColor.gray)
        try:
            avatar = face_painter(look, self._library, *size, scale, earlier=self._painters.get(size))
        except LookError:
            return picture  # a broken part stays gray; choosing it says why
        self._painters[size] = avatar
        with painting(picture, QTransform.fromScale(scale, scale)) as painter:
            avatar.paint(painter, Pose())
        x, y = round(left * picture.width()), round(top * picture.height())
        part = picture.copy(x, y, round(THUMBNAIL.width() * scale), round(THUMBNAIL.height() * scale))
        part.setDevicePixelRatio(scale)
        return part
