# SPDX-License-Identifier: GPL-3.0-or-later
"""The card with the companion's face: it hears the events, and looks where the pointer goes."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QCursor, QPainter, QPainterPath, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.avatar.look import Look
from desktop_app.domain.events import Event
from desktop_app.ui.avatar_view import AvatarView

CORNER_RADIUS = 18

_GAZE_INTERVAL_MS = 80
_BORED_AFTER_LOOKS = 30
"""A pointer that rests this many intervals is no longer looked at."""

_EYE_HEIGHT = 0.4
"""How far down the card the eyes are."""


class Stage(QWidget):
    """Wraps the avatar in a rounded card."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = AvatarView()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._view)
        self._corners = tuple(_Corner(self, right, bottom) for right in (False, True) for bottom in (False, True))
        self._look = Look()
        self._pointer = QPoint()
        self._rested = _BORED_AFTER_LOOKS
        self._gaze_timer = QTimer(self)
        self._gaze_timer.timeout.connect(self._follow_pointer)
        self._gaze_timer.start(_GAZE_INTERVAL_MS)

    @property
    def look(self) -> Look:
        return self._look

    def set_look(self, look: Look) -> None:
        self._look = look
        self._view.set_look(look)

    def on_event(self, event: Event) -> None:
        self._view.animator.on_event(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 150)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for corner in self._corners:
            corner.place()

    def _follow_pointer(self) -> None:
        if not self.isVisible():
            return
        pointer = QCursor.pos()
        self._rested = self._rested + 1 if pointer == self._pointer else 0
        self._pointer = pointer
        window = self.window()
        if self._rested >= _BORED_AFTER_LOOKS or not window.frameGeometry().contains(pointer):
            self._view.animator.look_at(0.0, 0.0)
            return
        away = QPointF(self.mapFromGlobal(pointer)) - QPointF(self.width() / 2, self.height() * _EYE_HEIGHT)
        self._view.animator.look_at(away.x() / max(1, window.width()), away.y() / max(1, window.height()))


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
