# SPDX-License-Identifier: GPL-3.0-or-later
"""All companions with all their expressions and mouth shapes on one sheet, to be looked at."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.mixer import Mixer
from desktop_app.avatar.pose import Pose
from desktop_app.domain.audio import Viseme
from desktop_app.domain.conversation import Expression
from desktop_app.domain.errors import LookError
from desktop_app.ui.avatar_face import FacePainter, face_painter
from desktop_app.ui.avatar_layers import new_image, painting
from desktop_app.ui.avatar_poster import ensure_application, parse_size

_LARGEST_PIXELS = 16_384
_CAPTION_HEIGHT = 16
_PAPER, _INK = "#f4f1ec", "#3a3540"


def columns() -> list[tuple[str, Pose]]:
    """Every expression and every mouth shape with its name, in the order of the sheet."""
    found = []
    for expression in Expression:
        mixer = Mixer()
        mixer.express(expression)
        found.append((expression.value, mixer.pose()))
    for viseme in Viseme:
        mixer = Mixer()
        mixer.add_visemes({viseme: 1.0})
        found.append((viseme.value, mixer.pose()))
    return found


def write_sheet(library: AvatarLibrary, output: Path, size: str = "120x160", scale: float = 1.0) -> Path:
    """One row per companion, one column per expression and viseme. Raises LookError."""
    width, height = parse_size(size)
    presets, poses = library.presets(), columns()
    across, down = width * len(poses), (height + _CAPTION_HEIGHT) * len(presets)
    if max(across, down) * scale > _LARGEST_PIXELS:
        raise LookError(
            "look.poster", f"The sheet would be {across * scale:.0f} × {down * scale:.0f} pixels.", "Make size smaller."
        )
    ensure_application()
    sheet = new_image(round(across * scale), round(down * scale), opaque=True)
    sheet.fill(QColor(_PAPER))
    with painting(sheet) as painter:
        for row, preset in enumerate(presets):
            avatar = face_painter(library.look(preset.id), library, width, height, scale)
            for column, (name, pose) in enumerate(poses):
                cell = QRectF(column * width, row * (height + _CAPTION_HEIGHT), width, height + _CAPTION_HEIGHT)
                painter.setTransform(QTransform.fromScale(scale, scale))
                _paint_caption(painter, cell, f"{preset.name} · {name}")
                _paint_face(painter, cell, avatar, pose, scale)
    if not sheet.save(str(output)):
        raise LookError("look.poster", f"The sheet could not be written to {output}.", "Choose a .png file.")
    return output


def _paint_caption(painter: QPainter, cell: QRectF, text: str) -> None:
    font = painter.font()
    font.setPixelSize(10)
    painter.setFont(font)
    painter.setPen(QColor(_INK))
    strip = QRectF(cell.left() + 3, cell.bottom() - _CAPTION_HEIGHT, cell.width() - 6, _CAPTION_HEIGHT)
    painter.drawText(strip, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    painter.setPen(Qt.PenStyle.NoPen)


def _paint_face(painter: QPainter, cell: QRectF, avatar: FacePainter, pose: Pose, scale: float) -> None:
    width, height = avatar.size
    picture = QImage(round(width * scale), round(height * scale), QImage.Format.Format_RGB32)
    with painting(picture, QTransform.fromScale(scale, scale)) as face:
        avatar.paint(face, pose)
    painter.drawImage(QRectF(cell.x(), cell.y(), width, height), picture)
