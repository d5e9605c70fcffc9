# SPDX-License-Identifier: GPL-3.0-or-later
"""Both themes can be read: the contrast of every pair that the window shows, computed as WCAG 2.2 does."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from desktop_app.domain.settings import Theme
from desktop_app.ui.theme import DARK, LIGHT, ThemeSwitch, Tokens, style_sheet_of

TEXT_PAIRS = [
    ("text", "window"),
    ("text", "surface"),
    ("text", "raised"),
    ("text", "hover"),
    ("text", "warm"),
    ("text", "notice"),
    ("muted", "window"),
    ("muted", "surface"),
    ("muted", "raised"),
    ("muted", "warm"),
    ("muted", "notice"),
    ("on_ember", "ember"),
    ("on_ember", "ember_hover"),
    ("window", "text"),
]
CONTROL_PAIRS = [
    ("border", "window"),
    ("border", "surface"),
    ("ember", "window"),
    ("ember", "surface"),
    ("ember", "raised"),
    ("notice_border", "notice"),
]


def contrast(first: str, second: str) -> float:
    def luminance(color: str) -> float:
        def linear(channel: float) -> float:
            return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

        light = QColor(color)
        return 0.2126 * linear(light.redF()) + 0.7152 * linear(light.greenF()) + 0.0722 * linear(light.blueF())

    bright, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_the_measure_itself_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), TEXT_PAIRS)
def test_text_has_the_contrast_that_wcag_aa_asks_for(tokens: Tokens, ink: str, paper: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, paper)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), CONTROL_PAIRS)
def test_outlines_of_controls_and_focus_can_be_seen(tokens: Tokens, edge: str, ground: str) -> None:
    assert contrast(getattr(tokens, edge), getattr(tokens, ground)) >= 3.0


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_names_only_colors_of_its_theme(tokens: Tokens) -> None:
    named = {getattr(tokens, name) for name in Tokens.__slots__}
    assert set(re.findall(r"#[0-9a-f]{6}\b", style_sheet_of(tokens))) <= named


def test_choosing_a_theme_dresses_the_application(theme: ThemeSwitch, qapp: QApplication) -> None:
    assert theme.tokens is LIGHT
    theme.choose(Theme.DARK)
    assert theme.tokens is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.window)
    assert DARK.surface in qapp.styleSheet()
    theme.choose(Theme.SYSTEM)
    assert theme.tokens in (LIGHT, DARK)
    theme.choose(Theme.LIGHT)
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.window)
