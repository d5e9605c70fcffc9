# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered is shown with the words it came from, and can be forgotten."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.domain.commands import ForgetFact, ForgetHabits
from desktop_app.domain.events import FactsChanged
from desktop_app.domain.memory import Fact, FactKind
from desktop_app.ui.icons import IconButton
from desktop_app.ui.memory_dialog import FactCard, MemoryDialog

NAME = Fact("The person's name is Anna.", FactKind.STATED, "name", "Anna", datetime(2026, 3, 5), "I am Anna.", 7)
WALKS = Fact("The person likes walks.", FactKind.ASKED, "likes", "walks", datetime(2026, 3, 6), "Remember I walk.", 8)


def cards(dialog: MemoryDialog) -> list[FactCard]:
    return [card for card in dialog.findChildren(FactCard) if card.isVisible()]


def test_each_fact_shows_its_receipt(qtbot: QtBot) -> None:
    dialog = MemoryDialog((WALKS, NAME))
    qtbot.addWidget(dialog)
    dialog.show()
    walks, name = cards(dialog)
    assert walks.accessibleName() == "The person likes walks."
    assert "asked to remember" in walks.accessibleDescription()
    assert "“Remember I walk.”" in walks.accessibleDescription()
    assert name.accessibleDescription().startswith("You said on ")
    assert "2026" in name.accessibleDescription()
    assert "“I am Anna.”" in name.accessibleDescription()


def test_forgetting_asks_the_engine_and_the_card_goes_when_it_has_happened(qtbot: QtBot) -> None:
    dialog = MemoryDialog((WALKS, NAME))
    qtbot.addWidget(dialog)
    dialog.show()
    wishes: list[ForgetFact] = []
    dialog.forget_wished.connect(wishes.append)
    cards(dialog)[1].findChildren(IconButton)[0].click()
    assert wishes == [ForgetFact(7)]
    assert [card.fact for card in cards(dialog)] == [WALKS, NAME]
    dialog.on_event(FactsChanged((WALKS,)))
    qtbot.waitUntil(lambda: [card.fact for card in cards(dialog)] == [WALKS])
    dialog.on_event(FactsChanged(()))
    assert cards(dialog) == []


def test_how_the_person_pauses_can_be_forgotten_too(qtbot: QtBot) -> None:
    dialog = MemoryDialog(())
    qtbot.addWidget(dialog)
    dialog.show()
    wishes: list[object] = []
    dialog.forget_wished.connect(wishes.append)
    button = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Forget how I pause")
    button.click()
    assert wishes == [ForgetHabits()]
    assert not button.isEnabled(), "it is done"
