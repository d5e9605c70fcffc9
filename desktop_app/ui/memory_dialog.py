# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered about the person, each with the words it was taken from, and a button to forget it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain import events
from desktop_app.domain.commands import ForgetFact
from desktop_app.domain.events import Event
from desktop_app.domain.memory import Fact, FactKind
from desktop_app.ui.icons import IconButton


class FactCard(QFrame):
    """One fact and its receipt."""

    forget_wished = Signal(object)

    def __init__(self, fact: Fact, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fact = fact
        self.setProperty("card", True)
        text = QLabel(fact.text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        receipt = QLabel(self._receipt(), wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        receipt.setProperty("quiet", True)
        self.setAccessibleName(fact.text)
        self.setAccessibleDescription(receipt.text())
        forget = IconButton("trash", self.tr("Forget: {fact}").format(fact=fact.text))
        forget.clicked.connect(lambda: self.forget_wished.emit(ForgetFact(fact.id)))
        words = QVBoxLayout(spacing=4)
        words.addWidget(text)
        words.addWidget(receipt)
        row = QHBoxLayout(self, spacing=10)
        row.setContentsMargins(14, 10, 8, 10)
        row.addLayout(words, stretch=1)
        row.addWidget(forget, alignment=Qt.AlignmentFlag.AlignTop)

    def _receipt(self) -> str:
        day = QLocale().toString(self.fact.learned_at.date(), QLocale.FormatType.LongFormat)
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
        introduction = QLabel(
            self.tr("This is what your companion knows about you. It stays on this computer."), wordWrap=True
        )
        introduction.setProperty("quiet", True)
        page = QWidget()
        self._column = QVBoxLayout(page, spacing=8)
        self._column.setContentsMargins(2, 2, 2, 2)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        page.setAutoFillBackground(False)  # a scroll area turns it on for the widget it is given
        scroll.viewport().setAutoFillBackground(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self, spacing=12)
        layout.setContentsMargins(18, 18, 18, 18)
        layout.addWidget(introduction)
        layout.addWidget(scroll, stretch=1)
        layout.addWidget(buttons)
        self._show(facts)

    def on_event(self, event: Event) -> None:
        if isinstance(event, events.FactsChanged):
            self._show(event.facts)

    def _show(self, facts: tuple[Fact, ...]) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (shown := item.widget()) is not None:
                shown.hide()
                shown.deleteLater()
        for fact in facts:
            card = FactCard(fact)
            card.forget_wished.connect(self.forget_wished)
            self._column.addWidget(card)
        if not facts:
            nothing = QLabel(
                self.tr("Nothing yet. Say “remember that …”, or just tell something about yourself."),
                wordWrap=True,
                alignment=Qt.AlignmentFlag.AlignCenter,
            )
            nothing.setProperty("quiet", True)
            self._column.addWidget(nothing, stretch=1)
        else:
            self._column.addStretch(1)
