# SPDX-License-Identifier: GPL-3.0-or-later
"""The round button: wishes go out, the drawing follows what the engine says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.ui.talk_button import TalkButton
from desktop_app.ui.theme import LIGHT, palette_of


@pytest.fixture
def button(qtbot: QtBot) -> TalkButton:
    button = TalkButton()
    button.setPalette(palette_of(LIGHT))
    button.resize(button.sizeHint())
    qtbot.addWidget(button)
    return button


def ember_pixels(button: TalkButton) -> int:
    """How much of the drawing is ember or its glow."""
    image = button.grab().toImage()
    hue = QColor(LIGHT.ember).hue()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(1 for pixel in pixels if abs(pixel.hue() - hue) < 12 and pixel.saturation() > 60 and pixel.value() > 170)


def test_a_click_wishes_to_mute_and_the_next_one_after_muting_to_listen_again(button: TalkButton) -> None:
    wishes: list[bool] = []
    button.mute_wished.connect(wishes.append)
    button.click()
    assert wishes == [True]
    button.click()  # the engine has not said MuteChanged: still the same wish
    assert wishes == [True, True]
    button.set_muted(True)
    button.click()
    assert wishes == [True, True, False]
    assert button.accessibleName() == "Unmute"


@pytest.mark.parametrize("way", ["mouse", "space"])
def test_held_to_talk_it_tells_when_it_goes_down_and_up(button: TalkButton, way: str) -> None:
    held: list[bool] = []
    wishes: list[bool] = []
    button.held.connect(held.append)
    button.mute_wished.connect(wishes.append)
    button.set_held_to_talk(True)
    if way == "mouse":
        QTest.mousePress(button, Qt.MouseButton.LeftButton)
    else:
        QTest.keyPress(button, Qt.Key.Key_Space)
    assert held == [True]
    if way == "mouse":
        QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    else:
        QTest.keyRelease(button, Qt.Key.Key_Space)
    assert held == [True, False]
    assert wishes == []


def test_held_to_talk_and_muted_a_click_unmutes_first(button: TalkButton) -> None:
    held: list[bool] = []
    wishes: list[bool] = []
    button.held.connect(held.append)
    button.mute_wished.connect(wishes.append)
    button.set_held_to_talk(True)
    button.set_muted(True)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (held, wishes) == ([], [False])


def test_the_glow_grows_with_the_voice_and_falls_softly(button: TalkButton) -> None:
    quiet = ember_pixels(button)
    button.set_level(0.9, 0.95)
    loud = ember_pixels(button)
    button.set_level(0.0, 0.95)
    fading = ember_pixels(button)
    for _ in range(40):
        button.set_level(0.0, 0.0)
    assert quiet < fading < loud
    assert ember_pixels(button) == quiet


def test_it_glows_only_while_it_listens(button: TalkButton) -> None:
    assert ember_pixels(button) > 500
    button.set_muted(True)
    assert ember_pixels(button) == 0
    button.set_muted(False)
    button.set_resting(True)
    assert ember_pixels(button) == 0
    button.set_resting(False)
    button.setEnabled(False)
    assert ember_pixels(button) == 0
    button.setEnabled(True)
    button.set_held_to_talk(True)
    assert ember_pixels(button) == 0
    button.setDown(True)
    assert ember_pixels(button) > 500


def test_its_colors_are_those_of_the_palette(button: TalkButton) -> None:
    middle_left = button.grab().toImage().pixelColor(button.width() // 2 - 20, button.height() // 2)
    assert middle_left == button.palette().color(QPalette.ColorRole.Highlight)
