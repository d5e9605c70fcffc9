# SPDX-License-Identifier: GPL-3.0-or-later
"""The rounded card with the companion's face."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop_app.avatar.animator import Animator
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.domain.events import Event
from desktop_app.ui.avatar_view import AvatarView
from desktop_app.ui.layouts import column

CORNER_RADIUS = 18


class Stage(QWidget):
    """Wraps the avatar, which hears every event."""

    look_changed = Signal(object)
    """Look."""

    def __init__(self, avatars: AvatarLibrary, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = AvatarView(avatars, look)
        self._view.setMinimumSize(QSize(160, 150))
        column(0, within=self).addWidget(self._view)
        self._corners = tuple(_Corner(self, right, bottom) for right in (False, True) for bottom in (False, True))

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for corner in self._corners:
            corner.place()


class _Corner(QWidget):
    """Rounds one corner of the card by painting the window over it; a mask would leave steps."""

    def __init__(self, card: QWidget, right: bool, bottom: bool) -> None:
        super().__init__(card)
        self._card = card
        self._right, self._bottom = right, bottom
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(CORNER_RADIUS, CORNER_RADIUS)

    def place(self) -> None:
        x = self._card.width() - CORNER_RADIUS if self._right else 0
        y = self._card.height() - CORNER_RADIUS if self._bottom else 0
        self.move(x, y)
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        diameter = 2.0 * CORNER_RADIUS
        outside = QPainterPath()
        outside.addRect(QRectF(self.rect()))
        disc = QPainterPath()
        disc.addEllipse(
            QRectF(-CORNER_RADIUS if self._right else 0, -CORNER_RADIUS if self._bottom else 0, diameter, diameter)
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(outside - disc, self.palette().color(QPalette.ColorRole.Window))
