# SPDX-License-Identifier: GPL-3.0-or-later
"""Notices: one at a time, gone by themselves when things work again, calm about being dismissed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.domain.events import (
    Component,
    ComponentLost,
    ComponentReady,
    EngineStarted,
    EngineStopped,
    Event,
    Notice,
    NoticeRaised,
    SettingsChanged,
)
from desktop_app.domain.settings import Settings
from desktop_app.ui.notice_bar import NoticeBar
from tests.ui.conftest import EMBER
from tests.ui.conversations import completed, failed

NO_OLLAMA = Notice("mind.unreachable", "Ollama is not running.", "Start it, or go on with the starter mind.")
NO_MICROPHONE = Notice("microphone.missing", "No microphone was found.", "Plug one in.")
NO_EARS = Notice("ears.missing", "The Whisper model 'base' is not on this computer.")
FULL = Notice("storage.full", "The disk is full.", "Free some space.")


@pytest.fixture
def bar(qtbot: QtBot) -> NoticeBar:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    return bar


def play(bar: NoticeBar, *happened: Event) -> Notice | None:
    for event in happened:
        bar.on_event(event)
    return bar.notice


def test_nothing_is_shown_while_nothing_is_wrong(bar: NoticeBar) -> None:
    play(bar, EngineStarted(EMBER, Settings()), ComponentReady(Component.MIND, "llama"), completed(1))
    assert bar.isHidden()


def test_a_lost_part_shows_what_and_what_to_do_until_it_is_back(bar: NoticeBar) -> None:
    assert play(bar, ComponentLost(Component.MIND, NO_OLLAMA)) == NO_OLLAMA
    assert not bar.isHidden()
    assert bar.accessibleName() == "Notice: Ollama is not running."
    assert bar.accessibleDescription() == NO_OLLAMA.hint
    assert play(bar, ComponentReady(Component.LOUDSPEAKER, "Headphones")) == NO_OLLAMA
    assert play(bar, ComponentReady(Component.MIND, "llama3.2:3b")) is None
    assert bar.isHidden()


@pytest.mark.parametrize("starter_first", [True, False])
def test_a_starter_that_stands_in_mends_nothing(bar: NoticeBar, starter_first: bool) -> None:
    happened: list[Event] = [
        ComponentReady(Component.EARS, "starter-en", is_starter=True),
        ComponentLost(Component.EARS, NO_EARS),
    ]
    assert play(bar, *(happened if starter_first else reversed(happened))) == NO_EARS


def test_choosing_something_else_outdates_the_notice(bar: NoticeBar) -> None:
    settings = Settings(whisper="base")
    play(bar, EngineStarted(EMBER, settings), ComponentLost(Component.EARS, NO_EARS))
    assert play(bar, SettingsChanged(replace(settings, greet=False))) == NO_EARS
    assert play(bar, SettingsChanged(replace(settings, whisper="starter-en"))) is None


def test_notices_wait_for_each_other(bar: NoticeBar) -> None:
    play(bar, ComponentLost(Component.MIND, NO_OLLAMA), ComponentLost(Component.MICROPHONE, NO_MICROPHONE))
    assert bar.notice == NO_OLLAMA
    assert bar.waiting == 1
    bar.dismiss()
    assert bar.notice == NO_MICROPHONE
    assert bar.waiting == 0
    bar.dismiss()
    assert bar.isHidden()


def test_the_same_code_is_in_line_once_with_its_latest_words(bar: NoticeBar) -> None:
    later = replace(NO_OLLAMA, sentence="Ollama still does not answer.")
    assert play(bar, NoticeRaised(NO_OLLAMA), NoticeRaised(later)) == later
    assert bar.waiting == 0


def test_what_was_dismissed_does_not_nag_but_may_come_back_after_it_worked(bar: NoticeBar) -> None:
    lost = ComponentLost(Component.MIND, NO_OLLAMA)
    play(bar, lost)
    bar.dismiss()
    assert play(bar, lost) is None
    assert play(bar, ComponentReady(Component.MIND, "llama"), lost) == NO_OLLAMA


def test_a_notice_that_names_its_part_goes_when_the_part_is_back(bar: NoticeBar) -> None:
    assert play(bar, NoticeRaised(NO_MICROPHONE), NoticeRaised(FULL)) == NO_MICROPHONE
    assert play(bar, ComponentReady(Component.MICROPHONE, "USB")) == FULL
    assert play(bar, ComponentReady(Component.MEMORY, "memory"), completed(1)) == FULL


def test_a_failed_turn_is_told_every_time_and_forgotten_when_one_goes_well(bar: NoticeBar) -> None:
    slow = Notice("mind.slow", "The model took too long.")
    assert play(bar, failed(1, slow)) == slow
    bar.dismiss()
    assert play(bar, failed(2, slow)) == slow
    assert play(bar, completed(3)) is None


def test_a_brief_one_tells_what_to_do_when_it_is_asked(bar: NoticeBar) -> None:
    def shown() -> list[str]:
        return [label.text() for label in bar.findChildren(QLabel) if not label.isHidden()]

    bar.is_brief = True
    play(bar, NoticeRaised(NO_MICROPHONE))
    assert shown() == [NO_MICROPHONE.sentence]
    assert bar.accessibleDescription() == NO_MICROPHONE.hint
    (what_to_do,) = [each for each in bar.findChildren(QAbstractButton) if each.accessibleName() == "What to do"]
    what_to_do.click()
    assert shown() == [NO_MICROPHONE.sentence, NO_MICROPHONE.hint]
    assert what_to_do.isHidden()
    bar.dismiss()
    play(bar, NoticeRaised(FULL))
    assert shown() == [FULL.sentence]
    bar.is_brief = False
    assert shown() == [FULL.sentence, FULL.hint]
    assert what_to_do.isHidden()


def test_an_engine_that_stops_by_itself_is_told(bar: NoticeBar) -> None:
    told = play(bar, EngineStopped())
    assert told is not None
    assert told.code == "engine.stopped"
