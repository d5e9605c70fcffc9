# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings go into the fields and come out again, whatever the lists hold and however long they take."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialogButtonBox, QLabel, QLineEdit, QScrollArea
from pytestqt.qtbot import QtBot

from desktop_app.domain.settings import BargeIn, Settings, Theme, WhisperWindow
from desktop_app.ui.background import Background
from desktop_app.ui.settings_dialog import SettingsDialog
from tests.fakes.choices import FakeChoices
from tests.fakes.memory import FakePersonaLibrary

EVERYTHING = Settings(
    companion="lou",
    microphone="usb",
    loudspeaker="headphones",
    ollama_url="http://127.0.0.1:11434",
    chat_model="qwen3:8b",
    whisper="base",
    voice="starter-en-2",
    barge_in=BargeIn.PUSH_TO_TALK,
    greet=False,
    patience=1.5,
    whisper_window=WhisperWindow.FULL,
    low_power=True,
    theme=Theme.DARK,
    reduced_motion=True,
    context_tokens=8192,
)
UNKNOWN = Settings(
    companion="gone", microphone="unplugged", chat_model="my:model", whisper="/models/own", voice="/voices/own.onnx"
)


def open_dialog(
    qtbot: QtBot, settings: Settings, choices: FakeChoices, personas: FakePersonaLibrary, background: Background
) -> SettingsDialog:
    dialog = SettingsDialog(settings, choices, personas, background)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def field(dialog: QObject, name: str) -> QComboBox:
    return next(box for box in dialog.findChildren(QComboBox) if box.accessibleName() == name)


def entries(box: QComboBox) -> list[str]:
    return [box.itemText(index) for index in range(box.count())]


def choose(qtbot: QtBot, box: QComboBox, entry: str) -> None:
    qtbot.waitUntil(lambda: entry in entries(box))
    box.setCurrentIndex(entries(box).index(entry))


def save(dialog: SettingsDialog) -> list[Settings]:
    chosen: list[Settings] = []
    dialog.chosen.connect(chosen.append)
    dialog.findChildren(QDialogButtonBox)[0].button(QDialogButtonBox.StandardButton.Save).click()
    return chosen


@pytest.mark.parametrize("settings", [Settings(), EVERYTHING, UNKNOWN], ids=["defaults", "everything", "unknown"])
def test_settings_come_out_as_they_went_in_before_and_after_the_lists_are_known(
    qtbot: QtBot,
    choices: FakeChoices,
    personas: FakePersonaLibrary,
    background: Background,
    settings: Settings,
) -> None:
    choices.gate.clear()
    dialog = open_dialog(qtbot, settings, choices, personas, background)
    assert dialog.settings() == settings
    choices.gate.set()
    qtbot.waitUntil(lambda: "USB microphone" in entries(field(dialog, "Microphone")))
    qtbot.waitUntil(lambda: "Whisper base" in entries(field(dialog, "Ears")))
    qtbot.waitUntil(lambda: "Lou" in entries(field(dialog, "Companion")))
    qtbot.waitUntil(lambda: "qwen3:8b – 5.2 GB" in entries(field(dialog, "Model")))
    assert dialog.settings() == settings
    assert save(dialog) == []  # nothing was changed, so nothing is asked of the engine


def test_the_lists_are_found_out_on_other_threads(
    qtbot: QtBot, choices: FakeChoices, personas: FakePersonaLibrary, background: Background
) -> None:
    dialog = open_dialog(qtbot, Settings(), choices, personas, background)
    qtbot.waitUntil(lambda: "Headphones" in entries(field(dialog, "Loudspeaker")))
    assert threading.current_thread().name not in choices.asked_on


def test_what_is_chosen_is_what_is_saved(
    qtbot: QtBot, choices: FakeChoices, personas: FakePersonaLibrary, background: Background
) -> None:
    dialog = open_dialog(qtbot, Settings(companion="ember"), choices, personas, background)
    for name, entry in (
        ("Companion", "Lou"),
        ("Microphone", "USB microphone"),
        ("Loudspeaker", "Headphones"),
        ("Model", "qwen3:8b – 5.2 GB"),
        ("Ears", "Whisper base"),
        ("Voice", "Starter voice 2"),
        ("Taking turns", "Hold to talk – button or space bar"),
        ("Patience", "Patient"),
        ("Listens to", "Always half a minute – much slower"),
        ("Colors", "Dark"),
    ):
        choose(qtbot, field(dialog, name), entry)
    for words in ("Says hello", "Spares the processor", "Reduced motion"):
        next(b for b in dialog.findChildren(QAbstractButton) if b.text().startswith(words)).click()
    expected = Settings(**{name: getattr(EVERYTHING, name) for name in Settings.__slots__ if name != "context_tokens"})
    assert save(dialog) == [expected]


def test_a_model_or_folder_can_be_typed(
    qtbot: QtBot, choices: FakeChoices, personas: FakePersonaLibrary, background: Background
) -> None:
    dialog = open_dialog(qtbot, Settings(), choices, personas, background)
    qtbot.waitUntil(lambda: "Whisper base" in entries(field(dialog, "Ears")))
    field(dialog, "Ears").setEditText(" small.en ")
    field(dialog, "Model").setEditText("gemma3:4b")
    assert dialog.settings() == Settings(whisper="small.en", chat_model="gemma3:4b")
    field(dialog, "Ears").setEditText("Whisper base")  # the words of an entry mean that entry
    assert dialog.settings().whisper == "base"


def test_another_address_asks_that_server_and_says_calmly_if_none_answers(
    qtbot: QtBot, choices: FakeChoices, personas: FakePersonaLibrary, background: Background
) -> None:
    dialog = open_dialog(qtbot, Settings(), choices, personas, background)
    qtbot.waitUntil(lambda: "qwen3:8b – 5.2 GB" in entries(field(dialog, "Model")))
    address = next(line for line in dialog.findChildren(QLineEdit) if line.accessibleName() == "Ollama address")
    address.setText("http://127.0.0.1:9")
    address.editingFinished.emit()
    complaint = "No Ollama answers there. Check the address."
    qtbot.waitUntil(lambda: any(label.text() == complaint for label in dialog.findChildren(QLabel)))
    shown = next(label for label in dialog.findChildren(QLabel) if label.text() == complaint)
    assert shown.isVisible()
    assert dialog.settings().ollama_url == "http://127.0.0.1:9"
    address.setText(choices.ollama_url)
    address.editingFinished.emit()
    qtbot.waitUntil(lambda: not shown.isVisible())


def test_an_answer_that_comes_after_the_dialog_is_gone_does_no_harm(
    qtbot: QtBot, choices: FakeChoices, personas: FakePersonaLibrary, background: Background
) -> None:
    choices.gate.clear()
    dialog = SettingsDialog(Settings(), choices, personas, background)
    dialog.show()
    dialog.deleteLater()
    qtbot.waitUntil(lambda: "window-question" in {thread.name for thread in threading.enumerate()})
    qtbot.wait(10)
    choices.gate.set()
    qtbot.waitUntil(lambda: "window-question" not in {thread.name for thread in threading.enumerate()})
    qtbot.wait(10)


def test_every_field_has_a_name_for_screen_readers(
    qtbot: QtBot, choices: FakeChoices, personas: FakePersonaLibrary, background: Background
) -> None:
    dialog = open_dialog(qtbot, Settings(), choices, personas, background)
    for box in dialog.findChildren(QComboBox):
        assert box.accessibleName()
    for button in dialog.findChildren(QAbstractButton):
        assert button.accessibleName() or button.text()


def test_the_wheel_scrolls_the_page_and_chooses_nothing(
    qtbot: QtBot, choices: FakeChoices, personas: FakePersonaLibrary, background: Background
) -> None:
    dialog = open_dialog(qtbot, Settings(), choices, personas, background)
    ears = field(dialog, "Ears")
    qtbot.waitUntil(lambda: ears.count() > 1)
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(ears.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    before = ears.currentText()

    QApplication.sendEvent(ears, turn)

    assert ears.currentText() == before


def test_no_line_is_cut_off_at_the_right(
    qtbot: QtBot, choices: FakeChoices, personas: FakePersonaLibrary, background: Background
) -> None:
    dialog = open_dialog(qtbot, Settings(), choices, personas, background)
    dialog.resize(dialog.minimumSizeHint())
    scroll = dialog.findChildren(QScrollArea)[0]
    qtbot.waitUntil(lambda: scroll.viewport().width() > 0)

    page = scroll.widget()
    assert page is not None
    assert page.width() <= scroll.viewport().width()
