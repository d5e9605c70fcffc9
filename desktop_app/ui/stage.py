# SPDX-License-Identifier: GPL-3.0-or-later
"""The rounded card with the companion's face."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.avatar.animator import Animator
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.domain.events import Event
from desktop_app.ui.avatar_view import AvatarView
from desktop_app.ui.corners import round_off
from desktop_app.ui.layouts import column


class Stage(QWidget):
    """Wraps the avatar, which hears every event."""

    look_changed = Signal(object)
    """Look."""

    def __init__(self, avatars: AvatarLibrary, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = AvatarView(avatars, look)
        self._view.setMinimumSize(QSize(160, 150))
        column(0, within=self).addWidget(self._view)
        round_off(self)

    @property
    def look(self) -> Look:
        return self._view.look

    @property
    def animator(self) -> Animator:
        """What moves the face: whoever else shows it shows the same mood and the same words."""
        return self._view.animator

    def set_look(self, look: Look) -> None:
        """Raises LookError if a part of it is broken; the old look stays."""
        self._view.set_look(look)
        self.look_changed.emit(look)

    def refresh(self) -> None:
        """Shows what has changed in the parts' files."""
        self._view.update()

    def on_event(self, event: Event) -> None:
        self._view.animator.on_event(event)

    def sizeHint(self) -> QSize:
        return self._view.minimumSize()  # the window's proportions decide, not the picture's
