# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered about the person, each with the words it was taken from, and a button to forget it."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale, Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QPushButton, QWidget

from desktop_app.domain import events
from desktop_app.domain.commands import ForgetFact, ForgetHabits
from desktop_app.domain.events import Event
from desktop_app.domain.memory import Fact, FactKind
from desktop_app.ui.icons import IconButton
from desktop_app.ui.layouts import column, row, scrolling, text_line


class FactCard(QFrame):
    """One fact and its receipt."""

    forget_wished = Signal(object)

    def __init__(self, fact: Fact, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fact = fact
        self.setProperty("card", True)
        text = text_line(fact.text)
        receipt = text_line(self._receipt(), quiet=True)
        self.setAccessibleName(fact.text)
        self.setAccessibleDescription(receipt.text())
        forget = IconButton("trash", self.tr("Forget: {fact}").format(fact=fact.text))
        forget.clicked.connect(lambda: self.forget_wished.emit(ForgetFact(fact.id)))
        words = column(4)
        words.addWidget(text)
        words.addWidget(receipt)
        line = row(10, within=self, margins=(14, 10, 8, 10))
        line.addLayout(words, stretch=1)
        line.addWidget(forget, alignment=Qt.AlignmentFlag.AlignTop)

    def _receipt(self) -> str:
        learned = self.fact.learned_at
        day = QLocale().toString(QDate(learned.year, learned.month, learned.day), QLocale.FormatType.LongFormat)
        sentence = (
            self.tr("You asked to remember it on {day}: “{words}”")
            if self.fact.kind is FactKind.ASKED
            else self.tr("You said on {day}: “{words}”")
        )
        return sentence.format(day=day, words=self.fact.source)


class MemoryDialog(QDialog):
    """Follows the engine: a fact leaves the list when FactsChanged says so."""

    forget_wished = Signal(object)

    def __init__(self, facts: tuple[Fact, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("What is remembered"))
        self.resize(520, 560)
        introduction = text_line(
            self.tr("This is what your companion knows about you. It stays on this computer."), quiet=True
        )
        page = QWidget()
        self._cards = column(8, within=page, margins=(2, 2, 2, 2))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        forget_habits = buttons.addButton(self.tr("Forget how I pause"), QDialogButtonBox.ButtonRole.ResetRole)
        forget_habits.setToolTip(self.tr("How long it waits for you to go on is learnt from your own pauses."))
        forget_habits.clicked.connect(lambda: self._forget_habits(forget_habits))
        buttons.rejected.connect(self.reject)
        layout = column(12, within=self, margins=(18, 18, 18, 18))
        layout.addWidget(introduction)
        layout.addWidget(scrolling(page), stretch=1)
        layout.addWidget(buttons)
        self._show(facts)

    def _forget_habits(self, button: QPushButton) -> None:
        self.forget_wished.emit(ForgetHabits())
        button.setEnabled(False)

    def on_event(self, event: Event) -> None:
        if isinstance(event, events.FactsChanged):
            self._show(event.facts)

    def _show(self, facts: tuple[Fact, ...]) -> None:
        while (item := self._cards.takeAt(0)) is not None:
            if (shown := item.widget()) is not None:
                shown.hide()
                shown.deleteLater()
        for fact in facts:
            card = FactCard(fact)
            card.forget_wished.connect(self.forget_wished)
            self._cards.addWidget(card)
        if not facts:
            nothing = text_line(
                self.tr("Nothing yet. Say “remember that …”, or just tell something about yourself."), quiet=True
            )
            nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._cards.addWidget(nothing, stretch=1)
        else:
            self._cards.addStretch(1)
