# SPDX-License-Identifier: GPL-3.0-or-later
"""The avatar editor in a window of its own; the face in the main window follows every change."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.ui.avatar_editor import AvatarEditor


class FaceDialog(QDialog):
    """Closing it without saving brings the old look back."""

    look_changed = Signal(object)
    saved = Signal(object)

    def __init__(self, avatars: AvatarLibrary, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Face and clothes"))
        self._editor = AvatarEditor(avatars, look)
        self._editor.look_changed.connect(self.look_changed)
        self._editor.saved.connect(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._editor)

    def _save(self, look: Look) -> None:
        self.saved.emit(look)
        self.accept()
