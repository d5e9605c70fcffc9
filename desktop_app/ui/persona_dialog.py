# SPDX-License-Identifier: GPL-3.0-or-later
"""Who the companion is: name, character, way of speaking, language, greeting and voice, and making a new one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from desktop_app.domain.errors import CompanionError
from desktop_app.domain.persona import Persona
from desktop_app.ports import PersonaLibrary
from desktop_app.ui.background import Background
from desktop_app.ui.choice_box import ChoiceBox
from desktop_app.ui.choices import Choices
from desktop_app.ui.layouts import column, row, text_line

# fmt: off
LANGUAGES = (
    "ar", "ca", "cs", "cy", "da", "de", "el", "en", "es", "fa", "fi", "fr", "hu", "id", "is", "it", "ka", "kk", "lb",
    "lv", "ml", "ne", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "sw", "tr", "uk", "vi", "zh",
)
# fmt: on
"""Languages that both Whisper and some Piper voice know."""


def new_persona_id(name: str, taken: Collection[str]) -> str:
    """A folder name made of the companion's name that no other has."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "companion"
    candidates = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(candidate for candidate in candidates if candidate not in taken)


class PersonaDialog(QDialog):
    """Saving makes the shown companion the one that talks."""

    chosen = Signal(object)

    def __init__(
        self,
        companion_id: str,
        choices: Choices,
        personas: PersonaLibrary,
        background: Background,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Companion"))
        self._drafts: dict[str, Persona] = {}
        """Every companion as it would be saved; a new one under the empty id."""
        self._written: dict[str, Sequence[Persona]] = {}
        """Those that came with Fireside, in each of their languages."""
        self._shown_id: str | None = None
        self._make_fields()
        self._lay_out()
        background.ask(self, lambda: _load_all(personas), lambda all_: self._offer(*all_, companion_id), self._complain)
        background.ask(self, choices.voices, self._voice.offer, self._complain)

    def persona(self) -> Persona:
        """The companion as the fields have it. A new one gets its id only when it is saved."""
        assert self._shown_id is not None
        return replace(
            self._drafts[self._shown_id],
            name=self._name.text().strip(),
            language=str(self._language.currentData()),
            character=self._character.toPlainText().strip(),
            speaking_style=self._speaking_style.toPlainText().strip(),
            greeting=self._greeting.text().strip(),
            voice=self._voice.chosen,
        )

    def accept(self) -> None:
        persona = self.persona()
        if not persona.id:
            persona = replace(persona, id=new_persona_id(persona.name, self._drafts))
        self.chosen.emit(persona)
        super().accept()

    def add_new(self) -> None:
        if "" not in self._drafts:
            language = self.persona().language if self._shown_id is not None else "en"
            self._drafts[""] = Persona(id="", name="", language=language)
            self._who.addItem(self.tr("New companion"), "")
        self._who.setCurrentIndex(self._who.findData(""))
        self._name.setFocus()

    def _make_fields(self) -> None:
        self._who = QComboBox()
        self._who.setAccessibleName(self.tr("Which companion"))
        self._who.currentIndexChanged.connect(self._on_chosen)
        self._new = QPushButton(self.tr("&New"))
        self._new.setAutoDefault(False)
        self._new.clicked.connect(self.add_new)
        self._name = QLineEdit()
        self._name.setMaxLength(60)
        self._name.textChanged.connect(self._refresh_save)
        self._language = QComboBox()
        for code in sorted(LANGUAGES, key=_language_name):
            self._language.addItem(_language_name(code), code)
        self._language.activated.connect(self._on_language)
        self._character, self._speaking_style = QPlainTextEdit(), QPlainTextEdit()
        for field in (self._character, self._speaking_style):
            field.setTabChangesFocus(True)
        self._speaking_style.setMaximumHeight(110)
        self._character.setPlaceholderText(self.tr("Who it is, in a few sentences: “You are …”"))
        self._speaking_style.setPlaceholderText(self.tr("How it talks: “Short, warm sentences.”"))
        self._greeting = QLineEdit()
        self._greeting.setPlaceholderText(self.tr("What it says first; empty: it waits"))
        self._voice = ChoiceBox(self.tr("Voice"), self.tr("The starter voice of its language"), "", free=True)

    def _lay_out(self) -> None:
        top = row(8)
        top.addWidget(self._who, stretch=1)
        top.addWidget(self._new)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for words, field in (
            (self.tr("N&ame"), self._name),
            (self.tr("&Character"), self._character),
            (self.tr("Way of &speaking"), self._speaking_style),
            (self.tr("&Language"), self._language),
            (self.tr("&Greeting"), self._greeting),
            (self.tr("&Voice"), self._voice),
        ):
            label = QLabel(words)
            label.setMinimumHeight(self._name.sizeHint().height())
            label.setBuddy(field)
            field.setAccessibleName(words.replace("&", ""))
            form.addRow(label, field)
        self._trouble = text_line(quiet=True)
        self._trouble.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self._save = buttons.button(QDialogButtonBox.StandardButton.Save)
        self._save.setText(self.tr("Save and talk"))
        self._save.setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = column(14, within=self, margins=(18, 18, 18, 18))
        layout.addLayout(top)
        layout.addLayout(form, stretch=1)
        layout.addWidget(self._trouble)
        layout.addWidget(buttons)
        self.resize(580, 640)
        self._refresh_save()

    def _offer(self, personas: Sequence[Persona], written: Mapping[str, Sequence[Persona]], companion_id: str) -> None:
        self._written = dict(written)
        several = len({persona.language for persona in personas}) > 1
        self._who.blockSignals(True)
        for persona in personas:
            self._drafts[persona.id] = persona
            label = f"{persona.name} · {_language_name(persona.language)}" if several else persona.name
            self._who.addItem(label, persona.id)
        self._who.blockSignals(False)
        self._who.setCurrentIndex(max(0, self._who.findData(companion_id)))
        self._on_chosen()

    def _on_chosen(self) -> None:
        chosen = self._who.currentData()
        if chosen is None or chosen == self._shown_id:
            return
        if self._shown_id is not None:
            self._drafts[self._shown_id] = self.persona()
        self._shown_id = str(chosen)
        persona = self._drafts[self._shown_id]
        self._name.setText(persona.name)
        if (row := self._language.findData(persona.language)) < 0:
            self._language.addItem(_language_name(persona.language), persona.language)
            row = self._language.count() - 1
        self._language.setCurrentIndex(row)
        self._show_texts(persona)
        self._refresh_save()

    def _on_language(self) -> None:
        """Texts that nobody changed are offered in the chosen language."""
        shown = self.persona()
        written = self._written.get(shown.id, ())
        draft = next((draft for draft in written if draft.language == shown.language), None)
        if draft is not None and any(_texts(each) == _texts(shown) for each in written):
            self._show_texts(draft)

    def _show_texts(self, persona: Persona) -> None:
        self._character.setPlainText(persona.character)
        self._speaking_style.setPlainText(persona.speaking_style)
        self._greeting.setText(persona.greeting)
        self._greeting.setCursorPosition(0)  # a long one shows its beginning
        self._voice.choose(persona.voice)

    def _refresh_save(self) -> None:
        self._save.setEnabled(self._shown_id is not None and bool(self._name.text().strip()))

    def _complain(self, error: CompanionError) -> None:
        self._trouble.setText(f"{error.sentence} {error.hint}".strip())
        self._trouble.show()


def _load_all(personas: PersonaLibrary) -> tuple[Sequence[Persona], Mapping[str, Sequence[Persona]]]:
    """Every companion that can be read, and the languages it is written in; the settings say which cannot."""
    loaded, written = [], {}
    for persona_id in personas.ids():
        try:
            loaded.append(personas.load(persona_id))
            written[persona_id] = personas.drafts(persona_id)
        except CompanionError:
            continue
    return loaded, written


def _texts(persona: Persona) -> tuple[str, str, str]:
    return persona.character, persona.speaking_style, persona.greeting


def _language_name(code: str) -> str:
    language = QLocale.codeToLanguage(code)
    return QLocale.languageToString(language) if language is not QLocale.Language.AnyLanguage else code
