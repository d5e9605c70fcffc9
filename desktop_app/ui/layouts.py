# SPDX-License-Identifier: GPL-3.0-or-later
"""The few ways in which the window's parts are set out: rows, columns, scrolling pages and lines of text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

Margins = tuple[int, int, int, int]
"""Left, top, right, bottom."""

_NONE: Margins = (0, 0, 0, 0)


def row(spacing: int, *, within: QWidget | None = None, margins: Margins = _NONE) -> QHBoxLayout:
    layout = QHBoxLayout(within) if within is not None else QHBoxLayout()
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    return layout


def column(spacing: int, *, within: QWidget | None = None, margins: Margins = _NONE) -> QVBoxLayout:
    layout = QVBoxLayout(within) if within is not None else QVBoxLayout()
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    return layout


def scrolling(page: QWidget, area: QScrollArea | None = None) -> QScrollArea:
    """Lets a page scroll up and down without a background of its own."""
    if area is None:
        area = QScrollArea()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what it holds is reached by Tab, and brings itself into view
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    page.setAutoFillBackground(False)  # a scroll area turns it on for the page it is given
    area.viewport().setAutoFillBackground(False)
    return area


def text_line(text: str = "", *, quiet: bool = False, bold: bool = False, scale: float = 1.0) -> QLabel:
    """Plain text that wraps; never read as HTML, whatever it says."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("quiet", quiet)
    font = label.font()
    font.setBold(bold)
    font.setPointSizeF(font.pointSizeF() * scale)
    label.setFont(font)
    return label
