# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own small drawings, tinted to whatever color they are shown in."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QKeySequence, QPainter, QPaintEvent, QPalette, QPixmap, QShortcut
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QToolButton, QWidget

from desktop_app import bundle

_PIXMAP_SCALES = (1, 2, 3)


@cache
def _source(name: str) -> str:
    return (bundle.ICONS / f"{name}.svg").read_text(encoding="utf-8")


def paint_icon(painter: QPainter, name: str, rect: QRectF, color: QColor) -> None:
    """Draws an icon sharply at any scale."""
    tinted = _source(name).replace("currentColor", color.name())
    QSvgRenderer(QByteArray(tinted.encode())).render(painter, rect)


def icon(name: str, color: QColor, size: int = 22) -> QIcon:
    """An icon for a Qt control, with pixmaps for screens of every density."""
    result = QIcon()
    for scale in _PIXMAP_SCALES:
        pixmap = QPixmap(QSize(size, size) * scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_icon(painter, name, QRectF(0, 0, size * scale, size * scale), color)
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        result.addPixmap(pixmap)
    return result


class Drawing(QWidget):
    """A small picture beside words that say the same."""

    def __init__(self, name: str, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_icon(painter, self._name, QRectF(self.rect()), self.palette().color(QPalette.ColorRole.Text))


class IconButton(QToolButton):
    """A button that is only a drawing; its words are in the tooltip and the accessible name."""

    def __init__(self, name: str, words: str, shortcut: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setIconSize(QSize(22, 22))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(words)
        self.setToolTip(words)
        if shortcut:
            QShortcut(shortcut, self, self.click)  # a button's own shortcut would click only after 100 ms
            keys = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
            self.setToolTip(f"{words} ({keys})")
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.EnabledChange):
            self._tint()

    def _tint(self) -> None:
        role = QPalette.ColorRole.HighlightedText if self.property("filled") is True else QPalette.ColorRole.ButtonText
        if not self.isEnabled():
            role = QPalette.ColorRole.PlaceholderText
        self.setIcon(icon(self._name, self.palette().color(role), self.iconSize().width()))
