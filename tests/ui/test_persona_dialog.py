# SPDX-License-Identifier: GPL-3.0-or-later
"""Editing a companion, making a new one, and never losing what is not in the editor."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.domain.persona import Persona
from desktop_app.ui.background import Background
from desktop_app.ui.persona_dialog import PersonaDialog, new_persona_id
from tests.fakes.choices import FakeChoices
from tests.fakes.memory import FakePersonaLibrary
from tests.ui.conftest import EMBER, LOU


@pytest.fixture
def dialog(qtbot: QtBot, choices: FakeChoices, personas: FakePersonaLibrary, background: Background) -> PersonaDialog:
    personas.save(replace(EMBER, avatar="mira"))
    dialog = PersonaDialog("ember", choices, personas, background)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: line(dialog, "Name").text() == "Ember")
    return dialog


def line(dialog: PersonaDialog, name: str) -> QLineEdit:
    return next(field for field in dialog.findChildren(QLineEdit) if field.accessibleName() == name)


def page(dialog: PersonaDialog, name: str) -> QPlainTextEdit:
    return next(field for field in dialog.findChildren(QPlainTextEdit) if field.accessibleName() == name)


def box(dialog: PersonaDialog, name: str) -> QComboBox:
    return next(field for field in dialog.findChildren(QComboBox) if field.accessibleName() == name)


def save_button(dialog: PersonaDialog) -> QPushButton:
    return dialog.findChildren(QDialogButtonBox)[0].button(QDialogButtonBox.StandardButton.Save)


def save(dialog: PersonaDialog) -> list[Persona]:
    chosen: list[Persona] = []
    dialog.chosen.connect(chosen.append)
    save_button(dialog).click()
    return chosen


def test_a_companion_comes_out_as_it_went_in(dialog: PersonaDialog) -> None:
    assert save(dialog) == [replace(EMBER, avatar="mira")]


def test_texts_that_nobody_changed_follow_the_language(
    qtbot: QtBot, choices: FakeChoices, personas: FakePersonaLibrary, background: Background
) -> None:
    french = replace(EMBER, language="fr", character="Chaleureuse.", speaking_style="Brève.", greeting="Bonjour.")
    personas.save(EMBER)
    personas.written["ember"] = [EMBER, french]
    dialog = PersonaDialog("ember", choices, personas, background)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: line(dialog, "Name").text() == "Ember")
    language = box(dialog, "Language")

    def speak(code: str) -> None:
        language.setCurrentIndex(language.findData(code))
        language.activated.emit(language.currentIndex())

    speak("fr")
    assert dialog.persona() == french
    speak("en")
    assert dialog.persona() == EMBER
    line(dialog, "Greeting").setText("Hi, you.")
    speak("fr")
    assert dialog.persona() == replace(EMBER, language="fr", greeting="Hi, you."), "what somebody wrote stays"


def test_every_field_is_kept(dialog: PersonaDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: box(dialog, "Voice").findText("Starter voice 2") >= 0)
    line(dialog, "Name").setText("  Embla ")
    page(dialog, "Character").setPlainText("You are calm.")
    page(dialog, "Way of speaking").setPlainText("Slowly.")
    line(dialog, "Greeting").setText("Good morning.")
    languages = box(dialog, "Language")
    languages.setCurrentIndex(languages.findText("French"))
    voices = box(dialog, "Voice")
    voices.setCurrentIndex(voices.findText("Starter voice 2"))
    assert save(dialog) == [
        Persona("ember", "Embla", "fr", "You are calm.", "Slowly.", "Good morning.", "starter-en-2", "mira")
    ]


def test_going_to_another_and_back_keeps_what_was_written(dialog: PersonaDialog) -> None:
    who = box(dialog, "Which companion")
    line(dialog, "Greeting").setText("Hi there.")
    who.setCurrentIndex(who.findData("lou"))
    assert (line(dialog, "Name").text(), line(dialog, "Greeting").text()) == ("Lou", "")
    who.setCurrentIndex(who.findData("ember"))
    assert line(dialog, "Greeting").text() == "Hi there."
    who.setCurrentIndex(who.findData("lou"))
    assert save(dialog) == [LOU]


def test_a_new_companion_needs_a_name_and_gets_an_id_of_its_own(dialog: PersonaDialog) -> None:
    next(button for button in dialog.findChildren(QPushButton) if button.text() == "&New").click()
    assert not save_button(dialog).isEnabled()
    line(dialog, "Name").setText("Ember")
    assert save_button(dialog).isEnabled()
    assert save(dialog) == [Persona(id="ember-2", name="Ember")]


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("Zoé Lune!", (), "zoe-lune"),
        ("Ember", ("ember", "ember-2"), "ember-3"),
        ("心", (), "companion"),
        ("../up", (), "up"),
    ],
)
def test_ids_are_folder_names(name: str, taken: tuple[str, ...], expected: str) -> None:
    assert new_persona_id(name, taken) == expected


def test_a_companion_that_cannot_be_read_does_not_hide_the_others(
    qtbot: QtBot, choices: FakeChoices, personas: FakePersonaLibrary, background: Background
) -> None:
    class WithBroken(FakePersonaLibrary):
        def ids(self) -> list[str]:
            return ["broken", *super().ids()]

    library = WithBroken(personas.personas)
    dialog = PersonaDialog("broken", choices, library, background)
    qtbot.addWidget(dialog)
    who = box(dialog, "Which companion")
    qtbot.waitUntil(lambda: who.count() == 2)
    assert [who.itemData(index) for index in range(2)] == ["ember", "lou"]
