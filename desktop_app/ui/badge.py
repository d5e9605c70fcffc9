# SPDX-License-Identifier: GPL-3.0-or-later
"""A small pill that names a part at work: the chat model, or the starter that stands in."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

_LONGEST = 22
_SHORTEST_PIXELS = 44


class Badge(QPushButton):
    """Shows one short name, or its beginning where there is no room; the whole one in its tooltip.

    Hidden until there is one.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("badge", True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 0.88)
        self.setFont(font)
        self.hide()

    def show_name(self, name: str, explanation: str) -> None:
        self.setText(name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…")
        self.setAccessibleName(name)
        self.setAccessibleDescription(explanation)
        self.setToolTip(f"{name}\n{explanation}")
        self.show()

    def minimumSizeHint(self) -> QSize:
        return QSize(_SHORTEST_PIXELS, super().minimumSizeHint().height())

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        super().initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self).width()
        option.text = self.fontMetrics().elidedText(option.text, Qt.TextElideMode.ElideRight, room)
