# SPDX-License-Identifier: GPL-3.0-or-later
"""A drop-down whose entries are found out while it is already shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from desktop_app.ui.choices import Choice


class ChoiceBox(QComboBox):
    """Keeps what is set, even where it is not (or not yet) among what was found."""

    def __init__(
        self, name: str, unset: str, chosen: str, *, free: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._unset = unset
        """The words of the first entry, which means "no choice of mine"; empty: there is no such entry."""
        self.setAccessibleName(name)
        self.setEditable(free)
        if free:
            self.setCompleter(None)  # type: ignore[arg-type]  # Qt takes none: "base" must stay "base"
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(18)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._fill((), chosen)

    @property
    def chosen(self) -> str:
        """The id that is chosen, or what was typed where that is allowed."""
        typed = self.currentText().strip()
        row = self.findText(typed) if self.isEditable() else self.currentIndex()
        return typed if row < 0 and self.isEditable() else str(self.itemData(row) or "")

    def offer(self, choices: Sequence[Choice]) -> None:
        self._fill(choices, self.chosen)

    def choose(self, chosen: str) -> None:
        if self.findData(chosen) < 0:
            self.addItem(chosen, chosen)
        self.setCurrentIndex(self.findData(chosen))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # it scrolls the page: passing over a box must not choose other ears, whose download is large

    def _fill(self, choices: Sequence[Choice], chosen: str) -> None:
        self.blockSignals(True)
        self.clear()
        if self._unset:
            self.addItem(self._unset, "")
        for choice in choices:
            label = f"{choice.label} – {choice.note}" if choice.note else choice.label
            self.addItem(label, choice.id)
            self.setItemData(self.count() - 1, label, Qt.ItemDataRole.ToolTipRole)
        if chosen or self._unset:
            self.choose(chosen)
        self.blockSignals(False)
