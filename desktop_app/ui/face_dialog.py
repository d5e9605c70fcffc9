# SPDX-License-Identifier: GPL-3.0-or-later
"""The avatar editor in a window of its own; the face in the main window follows every change."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QMessageBox, QVBoxLayout, QWidget

from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.ui.avatar_editor import AvatarEditor

_SETTLES_MS = 200
"""The editor has its own picture; the one in the main window follows when a slider rests."""


class FaceDialog(QDialog):
    """Closing it without saving brings the old look back."""

    look_changed = Signal(object)
    """Look, shortly after a change."""

    saved = Signal(object)
    """Look, to be kept."""

    def __init__(
        self, avatars: AvatarLibrary, look: Look, *, reduced_motion: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Face and clothes"))
        self._editor = AvatarEditor(avatars, look, reduced_motion=reduced_motion)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLES_MS)
        self._settled.timeout.connect(lambda: self.look_changed.emit(self._editor.look))
        self._editor.look_changed.connect(lambda _: self._settled.start())
        self._editor.saved.connect(self._save)
        self._editor.cancelled.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._editor)
        self.resize(self._editor.sizeHint())  # Qt itself would start with two thirds of the screen at most

        self._editor.begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Cancel):
            self._leave()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if event.spontaneous() and self._editor.has_changes:  # by hand, not because the program ends
            event.ignore()
            self._leave()
        else:
            super().closeEvent(event)

    def _leave(self) -> None:
        """Escape and the window's own button are pressed by mistake, too: what was changed is not lost unasked."""
        if not self._editor.has_changes:
            self.reject()
            return
        buttons = QMessageBox.StandardButton
        question = QMessageBox(self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setWindowTitle(self.windowTitle())
        question.setText(self.tr("Keep this look?"))
        question.setInformativeText(self.tr("What you have changed is not saved yet."))
        question.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        question.setDefaultButton(buttons.Save)
        question.button(buttons.Save).clicked.connect(self._editor.save)
        question.button(buttons.Discard).clicked.connect(self.reject)
        question.open()

    def _save(self, look: Look) -> None:
        self._settled.stop()
        self.look_changed.emit(look)
        self.saved.emit(look)
        self.accept()
