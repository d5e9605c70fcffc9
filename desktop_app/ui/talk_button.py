# SPDX-License-Identifier: GPL-3.0-or-later
"""The round button to talk: mutes and unmutes, or is held to talk, with the microphone's level as a glow around it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop_app.ui.icons import paint_icon

_DIAMETER = 56
_GLOW = 14
"""How far the loudest voice glows."""

_FALL = 0.75
"""How much of the last level is left at the next one: rises at once, falls softly."""


class TalkButton(QAbstractButton):
    """Truth comes from the engine: a click is a wish, and the drawing changes when MuteChanged says so."""

    mute_wished = Signal(bool)
    held = Signal(bool)

    def __init__(self, parent: QWidget | None = None, diameter: int = _DIAMETER) -> None:
        super().__init__(parent)
        self._diameter, self._glow = diameter, _GLOW * diameter // _DIAMETER
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._is_muted = False
        self._is_held_to_talk = False
        self._is_resting = False
        self._level = 0.0
        self._is_speech = False
        self.clicked.connect(self._on_clicked)
        self.pressed.connect(lambda: self._on_held(True))
        self.released.connect(lambda: self._on_held(False))
        self._say_what_it_does()

    def set_muted(self, muted: bool) -> None:
        self._is_muted = muted
        self._level = 0.0
        self._say_what_it_does()

    def set_resting(self, resting: bool) -> None:
        """Whether nothing is heard for now: the companion speaks, or there is no microphone."""
        if resting is not self._is_resting:
            self._is_resting = resting
            self.update()

    def set_held_to_talk(self, held_to_talk: bool) -> None:
        self._is_held_to_talk = held_to_talk
        self._say_what_it_does()

    def set_level(self, level: float, speech_probability: float) -> None:
        self._level = max(level, self._level * _FALL)
        self._is_speech = speech_probability >= 0.5
        self.update()

    def sizeHint(self) -> QSize:
        side = self._diameter + 2 * self._glow
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colors, roles = self.palette(), QPalette.ColorRole
        middle = QRectF(self.rect()).center()
        listens = self._listens()

        if listens:
            glow = QColor(colors.color(roles.Highlight if self._is_speech else roles.Dark))
            glow.setAlphaF(0.38 if self._is_speech else 0.25)
            painter.setBrush(glow)
            self._circle(painter, middle, self._diameter / 2 + 2 + (self._glow - 2) * min(1.0, self._level))

        fill = colors.color(roles.Highlight if listens else roles.Button)
        if self.underMouse() and not listens and self.isEnabled():
            fill = colors.color(roles.Midlight)
        painter.setBrush(fill)
        if not listens:
            painter.setPen(QPen(colors.color(roles.Dark), 1.5))
        self._circle(painter, middle, self._diameter / 2 - (2 if self.isDown() else 0))

        ink = roles.HighlightedText if listens else roles.ButtonText if self.isEnabled() else roles.PlaceholderText
        drawing = QRectF(0, 0, 0.46 * self._diameter, 0.46 * self._diameter)
        drawing.moveCenter(middle)
        paint_icon(painter, "microphone-off" if self._is_muted else "microphone", drawing, colors.color(ink))

        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colors.color(roles.WindowText), 2))
            self._circle(painter, middle, self._diameter / 2 + 4)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    @staticmethod
    def _circle(painter: QPainter, middle: QPointF, radius: float) -> None:
        painter.drawEllipse(middle, radius, radius)

    def _listens(self) -> bool:
        if not self.isEnabled() or self._is_muted:
            return False
        return self.isDown() if self._is_held_to_talk else not self._is_resting

    def _on_clicked(self) -> None:
        if not self._is_held_to_talk:
            self.mute_wished.emit(not self._is_muted)
        elif self._is_muted:
            self.mute_wished.emit(False)

    def _on_held(self, held: bool) -> None:
        if self._is_held_to_talk and not self._is_muted:
            self.held.emit(held)
        self.update()

    def _say_what_it_does(self) -> None:
        if self._is_muted:
            name, tip = self.tr("Unmute"), self.tr("Listen again (Ctrl+M)")
        elif self._is_held_to_talk:
            name, tip = self.tr("Hold to talk"), self.tr("Hold to talk (Space)")
        else:
            name, tip = self.tr("Mute"), self.tr("Stop listening (Ctrl+M)")
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.update()
