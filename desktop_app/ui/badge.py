# SPDX-License-Identifier: GPL-3.0-or-later
"""A small pill that names a part at work: the chat model, or the starter that stands in."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

_LONGEST = 22


class Badge(QPushButton):
    """Shows one short name, the whole one in its tooltip; hidden until there is one."""

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
