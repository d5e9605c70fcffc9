# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether Qt can reach a screen at all; where it cannot, Qt ends the process, so try it in one of its own."""

from __future__ import annotations


def open_screen() -> str:
    """Opens Qt's way to the screen and describes it."""
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    size = application.primaryScreen().size()
    return f"{application.platformName()}, {size.width()} × {size.height()}"
