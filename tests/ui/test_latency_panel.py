# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel says in one sentence where the time went, draws it to scale, and can be read without eyes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.domain.conversation import PromptReading, TurnTimings
from desktop_app.domain.turn_stages import Stage
from desktop_app.ui.latency_panel import SHOWN_TURNS, LatencyPanel, TurnBar, colors_on, where_the_time_went
from desktop_app.ui.theme import DARK, LIGHT, Tokens, palette_of
from tests.ui.test_theme import contrast

QUICK = TurnTimings(0.35, 0.25, 0.30, 0.34, 0.38)
SLOW_MODEL = TurnTimings(0.35, 0.25, 2.45, 2.6, 2.65, 1, PromptReading(900, 1.2, on_processor=True))
UNHEARD = TurnTimings(0.35)


def panel_of(qtbot: QtBot, *turns: TurnTimings) -> LatencyPanel:
    panel = LatencyPanel(turns)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def bars(panel: LatencyPanel) -> list[TurnBar]:
    return [bar for bar in panel.findChildren(TurnBar) if bar.isVisible()]


def words(panel: LatencyPanel) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


@pytest.mark.parametrize(
    ("timings", "sentence"),
    [
        (SLOW_MODEL, "The model runs on the CPU: 2.1 s to its first word."),
        (TurnTimings(0.35, 0.25, 2.45, 2.6, 2.65), "The model took longest: 2.1 s to its first word."),
        (QUICK, "Waiting to be sure that you had finished took longest: 0.35 s."),
        (TurnTimings(0.7, 2.7, 2.8, 2.9, 3.0), "The ears took longest to understand you: 2.0 s."),
        (TurnTimings(None, None, 0.2, 1.4, 1.5), "The first words and their voice took longest: 1.2 s."),
        (TurnTimings(0.3, 0.2, 0.2, 0.3, 1.4), "It took longest until the loudspeaker played: 1.1 s."),
    ],
)
def test_one_sentence_says_where_the_time_went(timings: TurnTimings, sentence: str) -> None:
    assert where_the_time_went(timings) == sentence


def test_the_latest_turn_comes_first_and_tells_the_rest(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, QUICK, UNHEARD, SLOW_MODEL)
    assert "The model runs on the CPU" in words(panel)
    assert "The model spent 1.2 s reading what was new in a prompt of 900 tokens." in words(panel)
    assert "One answer was begun in vain before it." in words(panel)
    assert bars(panel)[0].accessibleName() == "The latest answer: after 2.6 s"
    assert len(bars(panel)) == 2, "a turn in which nothing was heard took no time to its first sound"


def test_it_follows_and_keeps_to_the_last_turns(qtbot: QtBot) -> None:
    panel = panel_of(qtbot)
    assert "Nothing has been answered yet." in words(panel)
    panel.show_turns([SLOW_MODEL, *[QUICK] * SHOWN_TURNS])
    qtbot.waitUntil(lambda: len(bars(panel)) == SHOWN_TURNS)
    assert "Waiting to be sure that you had finished" in words(panel)


def test_every_turn_can_be_reached_by_keyboard_and_heard(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, SLOW_MODEL, QUICK)
    first, second = bars(panel)
    assert first.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert second.accessibleDescription() == "Waiting 0.35 s, Model 2.1 s, Voice 0.15 s, Loudspeaker 0.05 s"


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_bars_and_the_seconds_on_them_can_be_told_from_what_is_behind(tokens: Tokens) -> None:
    colors = colors_on(palette_of(tokens))
    assert set(colors) == set(Stage)
    for color in colors.values():
        assert contrast(color.name(), tokens.window) >= 3.0
        assert contrast(color.name(), tokens.on_ember) >= 4.5


def test_bars_are_drawn_to_scale(qtbot: QtBot, qapp: QApplication) -> None:
    panel = panel_of(qtbot, QUICK, SLOW_MODEL)
    slow, quick = bars(panel)
    thinking = colors_on(panel.palette())[Stage.THINKING].rgb()
    waiting = colors_on(panel.palette())[Stage.WAITING].rgb()
    assert _pixels(slow, thinking) == pytest.approx(_pixels(slow, waiting) * 2.1 / 0.35, rel=0.2)
    assert _pixels(quick, waiting) == pytest.approx(_pixels(slow, waiting), abs=2)
    assert _pixels(quick, thinking) == 0


def _pixels(bar: TurnBar, color: int) -> int:
    """How many of one row, just below its upper edge, have the color."""
    image = bar.grab().toImage()
    return sum(QColor(image.pixel(x, 7)).rgb() == color for x in range(image.width()))
