# SPDX-License-Identifier: GPL-3.0-or-later
"""Export, import and picture from the editor, and parts that change on the disk while one looks at them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QInputDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.packs import start_pack
from desktop_app.avatar.pose import Pose
from desktop_app.domain.events import PersonaChanged
from desktop_app.domain.persona import Persona
from desktop_app.ui.avatar_controls import PictureGrid
from desktop_app.ui.avatar_editor import AvatarEditor
from desktop_app.ui.avatar_poster import write_poster
from desktop_app.ui.avatar_view import AvatarView
from desktop_app.ui.avatar_watcher import AvatarWatcher
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.notice_bar import NoticeBar
from tests.fakes.engine import FakeEngine
from tests.ui.avatar_pictures import ASSETS, array_of, difference, near

_HAIR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 800"><g id="front">'
    '<circle cx="300" cy="180" r="90" fill="{}"/></g></svg>'
)


@pytest.fixture
def library(tmp_path: Path) -> AvatarLibrary:
    start_pack(ASSETS, tmp_path / "avatars" / "packs" / "elves")
    return AvatarLibrary([ASSETS, tmp_path / "avatars"])


@pytest.fixture
def editor(qtbot: QtBot, library: AvatarLibrary) -> AvatarEditor:
    made = AvatarEditor(library, library.look("elves/example"))
    qtbot.addWidget(made)
    return made


def press(editor: AvatarEditor, text: str) -> None:
    (button,) = [b for b in editor.findChildren(QAbstractButton) if b.text() == text]
    button.click()


def said(editor: AvatarEditor) -> str:
    (label,) = [label for label in editor.findChildren(QLabel) if label.accessibleName() == "What has been done"]
    return "" if label.isHidden() else label.text()


def choose(monkeypatch: pytest.MonkeyPatch, path: Path | str, kind: str = "") -> None:
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: (str(path), kind))


@pytest.mark.parametrize("name", ["Rainy day", "Élodie", "雨", "a" * 60, "../Mira"])
def test_a_look_is_kept_by_its_own_name_and_replaces_no_other(
    editor: AvatarEditor, library: AvatarLibrary, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = {preset.id: library.look(preset.id) for preset in library.presets()}
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: (name, True))
    press(editor, "Save as…")
    press(editor, "Save as…")
    after = {preset.id: library.look(preset.id) for preset in library.presets()}
    new = {look_id: look for look_id, look in after.items() if look_id not in before}
    assert [look for look_id, look in after.items() if look_id in before] == list(before.values())
    assert list(new.values()) == [replace(editor.look, name=name)] * 2
    (presets,) = [grid for grid in editor.findChildren(PictureGrid) if grid.accessibleName() == "Presets"]
    assert presets.count() == len(after)
    assert said(editor) == f"{name} is now among the presets."


def test_a_look_goes_out_and_comes_in_elsewhere(
    editor: AvatarEditor, library: AvatarLibrary, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "elf")
    press(editor, "Export…")
    assert said(editor).startswith("Written to elf.avatar, ")
    there = AvatarLibrary([ASSETS, tmp_path / "elsewhere"])
    other = AvatarEditor(there, there.look("leo"))
    qtbot.addWidget(other)
    choose(monkeypatch, tmp_path / "elf.avatar")
    press(other, "Import…")
    assert said(other) == "Example is here, with parts from My pack (Your name, CC0-1.0)."
    assert other.look == library.look("elves/example")
    (hair,) = [grid for grid in other.findChildren(PictureGrid) if grid.accessibleName() == "Hair"]
    assert "Example" in [hair.item(row).text() for row in range(hair.count())]
    press(other, "Undo")
    assert other.look == there.look("leo")


def test_what_is_there_is_not_overwritten_behind_the_dialogs_back(
    editor: AvatarEditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elf.avatar").write_text("mine")
    choose(monkeypatch, tmp_path / "elf")
    press(editor, "Export…")
    assert "nothing was written" in said(editor)
    assert (tmp_path / "elf.avatar").read_text() == "mine"


def test_a_bad_file_is_a_sentence_and_changes_nothing(
    editor: AvatarEditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.avatar").write_text("no zip")
    before = editor.look
    choose(monkeypatch, tmp_path / "bad.avatar")
    press(editor, "Import…")
    assert "bad.avatar: it is damaged, or no .avatar file." in said(editor)
    assert editor.look == before


def test_nothing_happens_when_the_dialog_is_left(editor: AvatarEditor, monkeypatch: pytest.MonkeyPatch) -> None:
    choose(monkeypatch, "")
    for button in ("Export…", "Import…", "Picture…"):
        press(editor, button)
    assert said(editor) == ""


def test_a_picture_is_saved_with_and_without_its_background(
    editor: AvatarEditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "a.png", "Picture (*.png)")
    press(editor, "Picture…")
    choose(monkeypatch, tmp_path / "b.png", "Picture without background (*.png)")
    press(editor, "Picture…")
    solid, clear = QImage(str(tmp_path / "a.png")), QImage(str(tmp_path / "b.png"))
    assert (solid.width(), solid.height()) == (clear.width(), clear.height()) == (960, 1280)
    assert solid.pixelColor(4, 4).alpha() == 255
    assert clear.pixelColor(4, 4).alpha() == 0
    choose(monkeypatch, tmp_path / "no" / "folder" / "c.png")
    press(editor, "Picture…")
    assert "could not be written" in said(editor)


def test_an_avatar_file_can_be_drawn_without_taking_it_in(library: AvatarLibrary, qtbot: QtBot, tmp_path: Path) -> None:
    from desktop_app.avatar.avatar_file import export_avatar

    look = library.look("elves/example")
    file = export_avatar(library, look, tmp_path / "elf.avatar")
    direct = write_poster(library, tmp_path / "a.png", preset="elves/example", size="120x160")
    sent = write_poster(AvatarLibrary([ASSETS]), tmp_path / "b.png", avatar=file, size="120x160")
    assert difference(array_of(QImage(str(direct))), array_of(QImage(str(sent)))) == 0


def test_a_save_shows_at_once_and_a_broken_one_keeps_what_was(
    editor: AvatarEditor, qtbot: QtBot, tmp_path: Path
) -> None:
    hair = tmp_path / "avatars" / "packs" / "elves" / "hair" / "example.svg"
    editor.show()
    qtbot.waitExposed(editor)
    editor.view.animator.reduced_motion = True

    def greens() -> int:
        editor.view.set_pose(Pose())
        picture = array_of(editor.view.grab().scaled(240, 320).toImage())
        return int(near(picture, (0, 255, 0)).sum())

    assert greens() == 0
    hair.write_text(_HAIR.format("#00ff00"))
    qtbot.waitUntil(lambda: greens() > 500, timeout=5000)
    hair.write_text("<svg")
    qtbot.waitUntil(lambda: "example.svg, line 1" in said(editor), timeout=5000)
    assert "stays until it is whole again" in said(editor)
    assert greens() > 500
    hair.write_text(_HAIR.format("#0000ff"))
    qtbot.waitUntil(lambda: greens() == 0, timeout=5000)
    qtbot.waitUntil(lambda: said(editor) == "", timeout=5000)


def test_new_packs_and_looks_are_found_while_the_editor_is_open(
    editor: AvatarEditor, library: AvatarLibrary, qtbot: QtBot, tmp_path: Path
) -> None:
    (presets,) = [grid for grid in editor.findChildren(PictureGrid) if grid.accessibleName() == "Presets"]
    count = presets.count()
    start_pack(ASSETS, tmp_path / "avatars" / "packs" / "dwarves")
    qtbot.waitUntil(lambda: presets.count() == count + 1, timeout=5000)
    library.save_look("mine", library.look("leo"))
    qtbot.waitUntil(lambda: presets.count() == count + 2, timeout=5000)


def test_the_watcher_tells_of_the_same_mistake_once(library: AvatarLibrary, qtbot: QtBot, tmp_path: Path) -> None:
    library.parts("hair")
    watcher = AvatarWatcher(library)
    told: list[object] = []
    watcher.broken.connect(told.append)
    note = tmp_path / "avatars" / "packs" / "elves" / "hair" / "example.json"
    for text in ("{", "{ "):
        with qtbot.waitSignal(watcher.changed, timeout=5000):
            note.write_text(text)
    assert len(told) == 1
    with qtbot.waitSignals([watcher.mended, watcher.changed], timeout=5000):
        note.unlink()


def test_the_window_says_so_calmly_and_takes_it_back(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    notices = window.findChild(NoticeBar)
    assert notices is not None
    folder = tmp_path / "hair"
    folder.mkdir()
    window.open_face()
    (folder / "mine.svg").write_text(_HAIR.format("#00ff00"))
    note = folder / "mine.json"
    qtbot.wait(400)
    note.write_text("{")
    qtbot.waitUntil(lambda: notices.notice is not None and "mine.json" in notices.notice.sentence, timeout=5000)
    note.write_text("{}")
    qtbot.waitUntil(lambda: notices.notice is None, timeout=5000)


def test_the_look_that_is_worn_shows_at_once_when_it_is_saved_again(
    qtbot: QtBot, engine: FakeEngine, window: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "presets").mkdir(exist_ok=True)
    worn = tmp_path / "presets" / "ours.json"
    worn.write_text('{"format": 1, "name": "Ours"}')
    engine.announce(PersonaChanged(Persona("lou", "Lou", avatar="ours")))
    face = window.findChildren(AvatarView)[0]
    qtbot.waitUntil(lambda: face.look.name == "Ours", timeout=5000)
    qtbot.wait(400)
    worn.write_text('{"format": 1, "name": "Ours", "colors": {"hair": "#33aa55"}}')
    qtbot.waitUntil(lambda: face.look.color("hair") == "#33aa55", timeout=5000)
    notices = window.findChild(NoticeBar)
    assert notices is not None
    worn.write_text('{"format": 1, "name": "Ou')
    qtbot.waitUntil(lambda: notices.notice is not None and "ours.json" in notices.notice.sentence, timeout=5000)
    assert face.look.color("hair") == "#33aa55", "a torn file changes nothing"
    worn.write_text('{"format": 1, "name": "Ours", "colors": {"hair": "#2255aa"}}')
    qtbot.waitUntil(lambda: face.look.color("hair") == "#2255aa" and notices.notice is None, timeout=5000)
