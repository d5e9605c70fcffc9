# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own drawings: every file is sound, and takes the color of whatever it is shown on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from desktop_app import bundle
from desktop_app.ui.icons import IconButton, icon
from desktop_app.ui.theme import DARK, LIGHT, palette_of

DRAWINGS = sorted(bundle.ICONS.glob("*.svg"))
OF_ONE_COLOR = [path for path in DRAWINGS if "currentColor" in path.read_text(encoding="utf-8")]


def ink(image: QImage) -> set[str]:
    """The colors of everything that is not see-through."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_every_drawing_can_be_read_and_is_small(qtbot: QtBot, path: Path) -> None:
    drawing = QSvgRenderer(str(path))
    assert drawing.isValid()
    assert drawing.viewBoxF().width() == drawing.viewBoxF().height() or path.stem == "flame"
    assert path.stat().st_size < 2_500


@pytest.mark.parametrize("path", OF_ONE_COLOR, ids=lambda path: path.stem)
def test_a_drawing_has_the_color_it_is_asked_for_at_every_density(qtbot: QtBot, path: Path) -> None:
    shown = icon(path.stem, QColor("#b8431a"), 22)
    for scale in (1, 2, 3):
        pixmap = shown.pixmap(QSize(22, 22), float(scale))
        assert pixmap.width() == 22 * scale
        assert ink(pixmap.toImage()) <= {"#b8431a"}
    assert ink(shown.pixmap(QSize(22, 22), 3.0).toImage()) == {"#b8431a"}


def test_a_button_follows_the_theme_and_tells_what_it_does(qtbot: QtBot) -> None:
    button = IconButton("settings", "Settings", "Ctrl+,")
    qtbot.addWidget(button)
    for tokens in (LIGHT, DARK):
        button.setPalette(palette_of(tokens))
        image = button.icon().pixmap(QSize(22, 22), 3.0).toImage()
        assert ink(image) == {QColor(tokens.text).name()}
        assert button.palette().color(QPalette.ColorRole.ButtonText) == QColor(tokens.text)
    assert button.accessibleName() == "Settings"
    assert button.toolTip() == "Settings (Ctrl+,)"
