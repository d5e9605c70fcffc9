# SPDX-License-Identifier: GPL-3.0-or-later
"""The editor in its window: the face behind follows when a change has settled, and saving closes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.ui.avatar_editor import AvatarEditor
from desktop_app.ui.face_dialog import FaceDialog
from tests.ui.conftest import AVATARS


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> FaceDialog:
    dialog = FaceDialog(AvatarLibrary([AVATARS, tmp_path]), Look(name="Ember"))
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_many_small_changes_reach_the_window_as_one(qtbot: QtBot, dialog: FaceDialog) -> None:
    editor = dialog.findChildren(AvatarEditor)[0]
    looks: list[Look] = []
    dialog.look_changed.connect(looks.append)
    for step in range(1, 11):
        editor.wear(editor.look.with_slider("jaw", step / 10))
    assert looks == []
    qtbot.waitUntil(lambda: bool(looks))
    assert [look.slider("jaw") for look in looks] == [1.0]


def test_saving_shows_keeps_and_closes_in_this_order(dialog: FaceDialog) -> None:
    editor = dialog.findChildren(AvatarEditor)[0]
    happened: list[tuple[str, float]] = []
    dialog.look_changed.connect(lambda look: happened.append(("shown", look.slider("jaw"))))
    dialog.saved.connect(lambda look: happened.append(("kept", look.slider("jaw"))))
    dialog.accepted.connect(lambda: happened.append(("closed", 0.0)))
    look = editor.look.with_slider("jaw", 0.8)
    editor.wear(look)
    editor.saved.emit(look)
    assert happened == [("shown", 0.8), ("kept", 0.8), ("closed", 0.0)]


def test_cancel_closes_it_without_keeping_anything(qtbot: QtBot, dialog: FaceDialog) -> None:
    kept: list[object] = []
    dialog.saved.connect(kept.append)
    (cancel,) = [each for each in dialog.findChildren(QPushButton) if each.text() == "Cancel"]
    with qtbot.waitSignal(dialog.rejected):
        cancel.click()
    assert kept == []


def test_escape_closes_when_nothing_would_be_lost(dialog: FaceDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isHidden()


@pytest.mark.parametrize(
    ("answer", "is_closed", "is_kept"),
    [("Save", True, True), ("Discard", True, False), ("Cancel", False, False)],
)
def test_escape_does_not_throw_away_what_was_changed(
    dialog: FaceDialog, answer: str, is_closed: bool, is_kept: bool
) -> None:
    editor = dialog.findChildren(AvatarEditor)[0]
    kept: list[Look] = []
    dialog.saved.connect(kept.append)
    editor.randomize()
    changed = editor.look
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    (question,) = dialog.findChildren(QMessageBox)
    assert not dialog.isHidden()
    question.button(getattr(QMessageBox.StandardButton, answer)).click()
    assert dialog.isHidden() is is_closed
    assert kept == ([changed] if is_kept else [])


def test_the_head_keeps_still_in_the_editor_where_it_does_in_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    for reduced in (True, False):
        made = FaceDialog(AvatarLibrary([AVATARS, tmp_path]), Look(), reduced_motion=reduced)
        qtbot.addWidget(made)
        assert made.findChildren(AvatarEditor)[0].view.animator.reduced_motion is reduced


def test_tab_reaches_every_control_of_the_page(qtbot: QtBot, dialog: FaceDialog) -> None:
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    reached: set[str] = set()
    for _ in range(30):
        focused = dialog.focusWidget()
        reached.add(focused.text() if isinstance(focused, QPushButton) else focused.accessibleName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    buttons = {each.text() for each in dialog.findChildren(QPushButton) if each.isVisible() and each.isEnabled()}
    assert reached >= buttons | {"What to change", "Presets", "Try an expression", "Name of this look"}
