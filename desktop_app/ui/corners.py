# SPDX-License-Identifier: GPL-3.0-or-later
"""Rounds the corners of a card by painting the window over them; a mask would leave steps."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

CORNER_RADIUS = 18


def round_off(card: QWidget) -> None:
    """From now on, whatever the card's size."""
    for right in (False, True):
        for bottom in (False, True):
            _Corner(card, right, bottom)


class _Corner(QWidget):
    def __init__(self, card: QWidget, right: bool, bottom: bool) -> None:
        super().__init__(card)
        self._card = card
        self._right, self._bottom = right, bottom
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(CORNER_RADIUS, CORNER_RADIUS)
        card.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            x = self._card.width() - CORNER_RADIUS if self._right else 0
            y = self._card.height() - CORNER_RADIUS if self._bottom else 0
            self.move(x, y)
            self.raise_()
        return False

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
