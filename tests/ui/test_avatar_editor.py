# SPDX-License-Identifier: GPL-3.0-or-later
"""Every control of the editor changes the look, shows it, and can be undone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QLocale, QPointF, Qt, QTimer
from PySide6.QtGui import QKeySequence, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.avatar.library import SHAPE_CATEGORIES
from desktop_app.avatar.look import COLORS, SLIDERS, SLOTS, Look
from desktop_app.ui.avatar_controls import LookSlider, PictureGrid, SwatchRow
from desktop_app.ui.avatar_editor import AvatarEditor
from tests.ui.avatar_pictures import LIBRARY


def editor(qtbot: QtBot, look: str = "mira") -> AvatarEditor:
    made = AvatarEditor(LIBRARY, LIBRARY.look(look))
    qtbot.addWidget(made)
    return made


def press(widget: AvatarEditor, text: str) -> None:
    (button,) = [b for b in widget.findChildren(QAbstractButton) if b.text() == text]
    button.click()


def slider(widget: AvatarEditor, label: str) -> QSlider:
    (found,) = [s for s in widget.findChildren(QSlider) if s.accessibleName() == label]
    return found


def grid(widget: AvatarEditor, label: str) -> PictureGrid:
    (found,) = [g for g in widget.findChildren(PictureGrid) if g.accessibleName() == label]
    return found


def test_there_is_a_control_for_everything_a_look_holds(qtbot: QtBot) -> None:
    made = editor(qtbot)
    assert len(made.findChildren(SwatchRow)) == len(COLORS)
    assert len(made.findChildren(LookSlider)) == len(SLIDERS)
    assert len(made.findChildren(PictureGrid)) == len(SLOTS) + len(SHAPE_CATEGORIES) + 1


def test_every_control_has_an_accessible_name_and_can_be_reached_by_keyboard(qtbot: QtBot) -> None:
    made = editor(qtbot)
    for widget in [*made.findChildren(QSlider), *made.findChildren(QListWidget), *made.findChildren(QLineEdit)]:
        if isinstance(widget.parent(), QComboBox):
            continue
        assert widget.accessibleName(), widget
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, widget
    for button in made.findChildren(QAbstractButton):
        assert button.accessibleName() or button.text(), button
    for area in made.findChildren(QScrollArea):
        assert not area.focusPolicy() & Qt.FocusPolicy.TabFocus, "a stop without a name"


def test_a_slider_changes_the_look_and_its_moves_are_undone_in_one_step(qtbot: QtBot) -> None:
    made = editor(qtbot)
    start = made.look
    for value in (20, 50, 90):
        slider(made, "Jaw").setValue(value)
    assert made.look.slider("jaw") == 0.9
    press(made, "Undo")
    assert made.look == start
    assert slider(made, "Jaw").value() == round(100 * start.slider("jaw"))
    press(made, "Redo")
    assert made.look.slider("jaw") == 0.9


def test_undo_works_from_the_keyboard(qtbot: QtBot) -> None:
    made = editor(qtbot)
    made.show()
    qtbot.waitExposed(made)
    start = made.look
    slider(made, "Cheeks").setValue(70)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=2000)
    slider(made, "Cheeks").setFocus()
    QTest.keySequence(slider(made, "Cheeks"), QKeySequence(QKeySequence.StandardKey.Undo))
    assert made.look == start


def test_a_double_click_on_a_slider_brings_its_default_back(qtbot: QtBot) -> None:
    made = editor(qtbot, "leo")
    handle = slider(made, "Jaw")
    twice = QMouseEvent(
        QEvent.Type.MouseButtonDblClick, QPointF(4, 4), QPointF(4, 4), Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    made.findChildren(LookSlider)[0].eventFilter(handle, twice)
    (jaw,) = [s for s in made.findChildren(LookSlider) if s.slider is handle]
    jaw.eventFilter(handle, twice)
    assert made.look.slider("jaw") == SLIDERS["jaw"].default


def test_parts_and_presets_are_put_on_with_the_arrow_keys(qtbot: QtBot) -> None:
    made = editor(qtbot)
    hair = grid(made, "Hair")
    QTest.keyClick(hair, Qt.Key.Key_Home)
    first = made.look.part("hair")
    QTest.keyClick(hair, Qt.Key.Key_End)
    assert made.look.part("hair") != first
    QTest.keyClick(grid(made, "Presets"), Qt.Key.Key_Home)
    QTest.keyClick(grid(made, "Presets"), Qt.Key.Key_End)
    assert made.look == LIBRARY.look(LIBRARY.presets()[-1].id)


def test_a_shape_moves_its_sliders_and_leaves_the_others(qtbot: QtBot) -> None:
    made = editor(qtbot)
    before = made.look
    QTest.keyClick(grid(made, "Face shape"), Qt.Key.Key_Home)
    QTest.keyClick(grid(made, "Face shape"), Qt.Key.Key_End)
    (*_, last) = LIBRARY.feature_shapes("face")
    assert {name: made.look.slider(name) for name in last.sliders} == last.sliders
    assert made.look.slider("lashes") == before.slider("lashes")


def test_tabbing_through_the_pictures_changes_nothing(qtbot: QtBot) -> None:
    made = editor(qtbot)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=2000)
    before = made.look
    for row, pictures in ((0, "Presets"), (1, "Face shape")):
        made.show_page(row)
        shown = grid(made, pictures)
        shown.setFocus(Qt.FocusReason.TabFocusReason)
        assert shown.hasFocus()
        assert shown.currentIndex().isValid(), "one must see where the keyboard is"
    assert made.look == before


def test_a_shape_can_be_chosen_again_after_its_sliders_were_moved(qtbot: QtBot) -> None:
    made = editor(qtbot)
    shapes = grid(made, "Face shape")
    shapes.setCurrentRow(shapes.count() - 1)
    chosen = made.look
    assert chosen != LIBRARY.look("mira")
    slider(made, "Jaw").setValue(100)
    shapes.itemActivated.emit(shapes.item(shapes.count() - 1))
    assert made.look == chosen


def test_a_swatch_changes_its_color_and_is_marked(qtbot: QtBot) -> None:
    made = editor(qtbot)
    (button,) = [b for b in made.findChildren(QAbstractButton) if b.accessibleName().startswith("Skin: 12,")]
    button.click()
    assert made.look.color("skin") == "#46281c"
    assert button.isChecked()
    press(made, "Undo")
    assert made.look.color("skin") == LIBRARY.look("mira").color("skin")


def test_surprise_leaves_what_is_kept(qtbot: QtBot) -> None:
    made = editor(qtbot)
    locks = [b for b in made.findChildren(QAbstractButton) if b.text() == "Keep this when surprised"]
    assert len(locks) == 8
    for lock in locks:
        lock.setChecked(lock.accessibleName() != "Keep Face when surprised")
    before = made.look
    press(made, "Surprise me")
    after = made.look
    assert (after.colors, after.parts) == (before.colors, before.parts)
    changed = {name for name in SLIDERS if after.slider(name) != before.slider(name)}
    assert changed
    assert all(SLIDERS[name].category == "face" for name in changed)


def test_every_change_is_announced_and_saving_gives_the_look_with_its_name(qtbot: QtBot) -> None:
    made = editor(qtbot)
    seen: list[Look] = []
    made.look_changed.connect(seen.append)
    slider(made, "Nose width").setValue(-40)
    assert [look.slider("nose_width") for look in seen] == [-0.4]
    name = next(e for e in made.findChildren(QLineEdit) if e.accessibleName() == "Name of this look")
    name.setText("Mine")
    with qtbot.waitSignal(made.saved) as saved:
        press(made, "Save")
    assert saved.args is not None
    assert saved.args[0].name == "Mine"
    assert saved.args[0].slider("nose_width") == -0.4


def test_the_preview_shows_a_change_at_once_and_the_last_of_many_soon(qtbot: QtBot) -> None:
    made = editor(qtbot)
    made.show()
    slider(made, "Jaw").setValue(95)
    assert made.view.look.slider("jaw") == 0.95
    for value in range(90, 60, -1):
        slider(made, "Jaw").setValue(value)
    qtbot.waitUntil(lambda: made.view.look.slider("jaw") == 0.61, timeout=3000)


def test_a_slider_that_never_rests_is_seen_on_its_way(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    made = editor(qtbot)
    made.show()
    seen: list[float] = []
    monkeypatch.setattr(made.view, "set_look", lambda look: seen.append(look.slider("jaw")))
    moving = QTimer()
    moving.setInterval(5)
    moving.timeout.connect(lambda: slider(made, "Jaw").setValue(slider(made, "Jaw").value() % 95 + 1))
    moving.start()
    qtbot.waitUntil(lambda: len(seen) >= 4, timeout=5000)
    moving.stop()


def test_pictures_are_drawn_only_on_the_page_one_sees(qtbot: QtBot) -> None:
    made = editor(qtbot)
    made.show()
    presets, clothes = grid(made, "Presets"), grid(made, "Clothes")
    qtbot.waitUntil(lambda: presets.waiting < presets.count(), timeout=8000)
    assert clothes.waiting == clothes.count()


@pytest.mark.parametrize("is_small", [False, True], ids=["usual", "smallest"])
def test_no_page_needs_to_be_scrolled_sideways(qtbot: QtBot, is_small: bool) -> None:
    made = editor(qtbot)
    made.resize(made.minimumSizeHint() if is_small else made.sizeHint())
    made.show()
    for row in range(1, 9):
        made.show_page(row)
        QApplication.processEvents()  # a scroll bar at the side may still take its room
        (area,) = [area for area in made.findChildren(QScrollArea) if area.isVisible() and area.widget()]
        page = area.widget()
        assert page is not None
        for control in page.findChildren(QWidget):
            if control.isVisible() and not isinstance(control.parent(), QListWidget):
                right = control.mapTo(page, control.rect().topRight()).x()
                assert right < area.viewport().width(), control.accessibleName()


@pytest.mark.parametrize("width", [866, 900, 1040, 1500])
def test_every_picture_of_a_page_is_seen_without_scrolling_within_it(qtbot: QtBot, width: int) -> None:
    made = editor(qtbot)
    made.resize(width, 720)
    made.show()
    for number in range(9):
        made.show_page(number)
        QApplication.processEvents()
        for pictures in [each for each in made.findChildren(PictureGrid) if each.isVisible()]:
            last = pictures.visualItemRect(pictures.item(pictures.count() - 1))
            assert pictures.viewport().rect().contains(last), pictures.accessibleName()


def test_the_page_follows_the_arrow_keys(qtbot: QtBot) -> None:
    made = editor(qtbot)
    made.show()
    made.show_page(5)
    QApplication.processEvents()
    (area,) = [area for area in made.findChildren(QScrollArea) if area.isVisible() and area.widget()]
    hair = grid(made, "Hair")
    assert area.verticalScrollBar().value() == 0
    QTest.keyClick(hair, Qt.Key.Key_End)
    last = hair.visualItemRect(hair.item(hair.count() - 1))
    bottom = hair.viewport().mapTo(area.viewport(), last.bottomLeft()).y()
    assert bottom < area.viewport().height()


def test_swatches_take_more_lines_where_there_is_less_room(qtbot: QtBot) -> None:
    row = SwatchRow("Skin", [f"#{shade:02x}8060" for shade in range(0, 240, 20)])
    qtbot.addWidget(row)
    row.show()
    buttons = row.findChildren(QAbstractButton)
    lines = []
    for width in (700, 260):
        row.resize(width, row.heightForWidth(width))
        lines.append(len({button.y() for button in buttons}))
        assert all(button.geometry().right() < width for button in buttons)
    assert lines[0] == 1 < lines[1]


def test_parts_and_shapes_are_called_as_the_persons_language_calls_them(qtbot: QtBot) -> None:
    QLocale.setDefault(QLocale("fr_FR"))
    try:
        made = editor(qtbot)
    finally:
        QLocale.setDefault(QLocale.system())
    backgrounds = grid(made, "Background")
    assert {"Mer", "Jardin"} <= {backgrounds.item(row).text() for row in range(backgrounds.count())}
    faces = grid(made, "Face shape")
    assert "Carré" in {faces.item(row).text() for row in range(faces.count())}
