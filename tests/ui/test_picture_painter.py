# SPDX-License-Identifier: GPL-3.0-or-later
"""A companion made of pictures: it stands behind the same interface, moves a little and fades between expressions."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from desktop_app.avatar.avatar_file import export_avatar, import_avatar
from desktop_app.avatar.backend import AvatarBackend
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look, parse_look
from desktop_app.avatar.pose import Pose
from desktop_app.avatar.validation import validate
from desktop_app.domain.conversation import Expression
from desktop_app.domain.errors import LookError
from desktop_app.ui.avatar_editor import AvatarEditor
from desktop_app.ui.avatar_face import face_painter, render
from desktop_app.ui.avatar_layers import new_image, painting
from desktop_app.ui.avatar_poster import write_poster
from desktop_app.ui.avatar_view import AvatarView
from desktop_app.ui.avatar_watcher import AvatarWatcher
from desktop_app.ui.picture_painter import PicturePainter
from tests.ui.avatar_pictures import ASSETS, Picture, array_of, difference, near, pose

pytestmark = pytest.mark.usefixtures("qapp")
RED, GREEN, BLUE = (220, 40, 40), (40, 200, 40), (40, 40, 220)


def paint_picture(path: Path, color: tuple[int, int, int], cut_out: bool = True) -> None:
    """A figure of one color: a disc on nothing, or a full page with a white disc."""
    image = QImage(200, 300, QImage.Format.Format_ARGB32 if cut_out else QImage.Format.Format_RGB32)
    image.fill(QColor(0, 0, 0, 0) if cut_out else QColor(*color))
    painter = QPainter(image)
    painter.setBrush(QColor(*color) if cut_out else QColor("white"))
    painter.drawEllipse(40, 60, 120, 180)
    painter.end()
    path.parent.mkdir(parents=True, exist_ok=True)
    assert image.save(str(path))


@pytest.fixture
def library(tmp_path: Path) -> AvatarLibrary:
    folder = tmp_path / "avatars" / "pictures" / "aria"
    for name, color in (("neutral", RED), ("joy", GREEN), ("sadness", BLUE)):
        paint_picture(folder / f"{name}.png", color)
    return AvatarLibrary([ASSETS, tmp_path / "avatars"])


def shown(library: AvatarLibrary, moment: Pose, background: str = "look") -> Picture:
    return array_of(render(library.look("aria"), library, moment, 240, 320, 1.0, background))


def test_a_folder_of_pictures_is_chosen_like_any_look(library: AvatarLibrary) -> None:
    (preset,) = [preset for preset in library.presets() if preset.id == "aria"]
    assert (preset.name, preset.is_own) == ("Aria", True)
    look = library.look("aria")
    assert look.pictures == "aria"
    assert isinstance(face_painter(look, library, 120, 160), PicturePainter)
    assert parse_look(look.to_json(), "aria.json") == look


def test_a_look_file_can_name_the_pictures(library: AvatarLibrary, tmp_path: Path) -> None:
    look = parse_look('{"format": 1, "kind": "picture", "name": "Queen", "pictures": "aria"}', "queen.json")
    library.save_look("queen", look)
    assert library.look("queen").pictures == "aria"
    for text, word in (('"kind": "statue"', '"kind"'), ('"kind": "picture"', '"pictures"'),
                       ('"kind": "picture", "pictures": "../x"', '"pictures"')):  # fmt: skip
        with pytest.raises(LookError, match=word):
            parse_look(f'{{"format": 1, {text}}}', "x.json")


def test_each_expression_shows_its_picture_under_the_names_people_use(library: AvatarLibrary) -> None:
    for expression, color in ((None, RED), (Expression.HAPPY, GREEN), (Expression.SAD, BLUE), (Expression.UPSET, RED)):
        picture = shown(library, pose(expression) if expression is None else expressing(expression))
        assert near(picture, color).sum() > 5000, expression


def expressing(expression: Expression, weight: float = 1.0) -> Pose:
    return Pose(expressions={expression: weight})


def test_expressions_fade_into_each_other_without_a_ghost(library: AvatarLibrary) -> None:
    half = shown(library, expressing(Expression.HAPPY, 0.5), "none")
    middle = half[200, 120]
    assert abs(middle[0] - (RED[0] + GREEN[0]) / 2) < 12
    assert abs(middle[1] - (RED[1] + GREEN[1]) / 2) < 12
    assert middle[3] > 250
    both = shown(library, Pose(expressions={Expression.HAPPY: 1.0, Expression.SAD: 1.0}))
    assert near(both, RED).sum() == 0


def test_it_moves_with_breath_voice_and_head_but_stays_on_the_ground(library: AvatarLibrary) -> None:
    rest = shown(library, Pose(), "none")
    top = int(near(rest, RED).any(axis=1).argmax())
    for moment in (Pose(mouth_open=1.0), Pose(breath=1.0), Pose(pitch=-0.6)):
        moved = shown(library, moment, "none")
        assert 0 <= top - int(near(moved, RED).any(axis=1).argmax()) <= 6
        assert difference(rest, moved) > 0.02
    assert difference(rest, shown(library, Pose(yaw=0.6, roll=5.0), "none")) > 0.3
    assert rest[0, 0, 3] == 0


def test_a_page_without_transparency_never_shows_its_edges(tmp_path: Path) -> None:
    paint_picture(tmp_path / "pictures" / "page" / "any name.png", BLUE, cut_out=False)
    library = AvatarLibrary([ASSETS, tmp_path])
    wild = Pose(yaw=0.7, pitch=0.7, roll=8.0, x=14.0, breath=-1.0)
    for moment in (Pose(), wild, Pose(yaw=-0.7, pitch=-0.7, roll=-8.0, x=-14.0, breath=1.0, mouth_open=1.0)):
        picture = array_of(render(library.look("page"), library, moment, 240, 320))
        edge = [*picture[0], *picture[-1], *picture[:, 0], *picture[:, -1]]
        assert sum(1 for pixel in edge if abs(pixel[2] - BLUE[2]) > 6) == 0


def test_only_what_moves_is_painted_again(library: AvatarLibrary) -> None:
    painter = PicturePainter(library.look("aria"), library, 240, 320)
    assert not painter.changed_rect(Pose()).isEmpty()
    image = QImage(240, 320, QImage.Format.Format_RGB32)
    canvas = QPainter(image)
    painter.paint(canvas, Pose())
    canvas.end()
    assert painter.changed_rect(Pose(gaze_x=1.0, eye_left=0.0, yaw=0.001)).isEmpty()
    assert not painter.changed_rect(Pose(yaw=0.3)).isEmpty()
    assert not painter.changed_rect(expressing(Expression.HAPPY)).isEmpty()


def test_the_view_shows_one_body_after_the_other(library: AvatarLibrary, qtbot: QtBot) -> None:
    view = AvatarView(library, library.look("leo"))
    qtbot.addWidget(view)
    view.show()
    view.set_look(library.look("aria"))
    view.animator.feel(Expression.HAPPY, 1.0, hold_seconds=60)
    qtbot.waitUntil(lambda: near(array_of(view.grab().toImage()), GREEN).sum() > 5000, timeout=8000)
    with pytest.raises(LookError):
        view.set_look(Look(pictures="nobody"))
    assert view.look.pictures == "aria"


@pytest.mark.parametrize("look_id", ["leo", "aria"])
def test_every_body_does_what_a_backend_promises(library: AvatarLibrary, look_id: str) -> None:
    """The same poses through the same interface: what is said to change is all that changes."""
    body: AvatarBackend[QPainter, QRect] = face_painter(library.look(look_id), library, 120, 160)
    assert body.size == (120, 160)
    assert body.capabilities().looks == body.capabilities().visemes == (look_id == "leo")
    canvas = new_image(120, 160, opaque=True)
    for shown in (Pose(), Pose(mouth_open=1.0, jaw=9.0), expressing(Expression.HAPPY), Pose(yaw=0.7, roll=5.0)):
        before, changed = array_of(canvas), body.changed_rect(shown)
        with painting(canvas) as painter:
            body.paint(painter, shown)
        moved = np.argwhere((array_of(canvas) != before).any(axis=2))
        assert len(moved), shown
        (top, left), (bottom, right) = moved.min(axis=0).tolist(), moved.max(axis=0).tolist()
        assert changed.contains(QRect(QPoint(left, top), QPoint(right, bottom)))
    assert body.changed_rect(Pose(yaw=0.7, roll=5.0)).isEmpty()


def test_the_editor_offers_it_and_leaves_its_face_alone(library: AvatarLibrary, qtbot: QtBot, tmp_path: Path) -> None:
    editor = AvatarEditor(library, library.look("leo"))
    qtbot.addWidget(editor)
    editor._put_on_preset("aria")
    assert editor.look.pictures == "aria"
    editor.randomize()
    assert editor.look.pictures == ""
    path = write_poster(library, tmp_path / "aria.png", preset="aria", expression="happy", size="120x160")
    assert near(array_of(QImage(str(path))), GREEN).sum() > 1000


def test_a_set_of_pictures_travels_in_one_file_with_its_licence(library: AvatarLibrary, tmp_path: Path) -> None:
    (tmp_path / "avatars" / "pictures" / "aria" / "LICENSE.txt").write_text("CC-BY-4.0")
    sent = export_avatar(library, library.look("aria"), tmp_path / "aria.avatar")
    there = AvatarLibrary([ASSETS, tmp_path / "elsewhere"])
    brought = import_avatar(there, sent)
    assert brought.look.pictures == "aria"
    assert [preset.id for preset in there.presets() if preset.is_own] == [brought.preset_id] == ["aria"]
    smiling = expressing(Expression.HAPPY)
    here, received = shown(library, smiling), array_of(render(there.look("aria"), there, smiling, 240, 320))
    assert difference(here, received) < 0.01
    assert (tmp_path / "elsewhere" / "pictures" / "aria" / "LICENSE.txt").read_text() == "CC-BY-4.0"
    again = import_avatar(there, sent)
    assert again.look.pictures == "aria", "what is there already is not kept twice"


def test_another_set_of_the_same_name_is_kept_beside_the_first(library: AvatarLibrary, tmp_path: Path) -> None:
    sent = export_avatar(library, library.look("aria"), tmp_path / "aria.avatar")
    there = AvatarLibrary([ASSETS, tmp_path / "elsewhere"])
    paint_picture(tmp_path / "elsewhere" / "pictures" / "aria" / "neutral.png", BLUE)
    assert import_avatar(there, sent).look.pictures == "aria-2"
    assert near(array_of(render(there.look("aria"), there, Pose(), 240, 320)), BLUE).sum() > 1000


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({}, "does not hold"),
        ({"pictures/aria/neutral.png": b"MZ, a program"}, "not a picture"),
        ({"pictures/aria/other.png": b"\x89PNG\r\n\x1a\n"}, "does not belong"),
        ({"pictures/../aria/neutral.png": b"\x89PNG\r\n\x1a\n"}, "outside its folder"),
        ({"pictures/aria/neutral.exe": b"MZ"}, "does not belong"),
    ],
)
def test_files_with_other_things_than_pictures_are_refused(
    library: AvatarLibrary, tmp_path: Path, files: dict[str, bytes], word: str
) -> None:
    path = tmp_path / "bad.avatar"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("look.json", library.look("aria").to_json())
        for name, data in files.items():
            archive.writestr(name, data)
    there = AvatarLibrary([ASSETS, tmp_path / "elsewhere"])
    with pytest.raises(LookError, match=word):
        import_avatar(there, path)
    assert not list((tmp_path / "elsewhere").glob("*/*"))


def test_pictures_too_big_for_one_file_are_refused(library: AvatarLibrary, tmp_path: Path) -> None:
    folder = tmp_path / "avatars" / "pictures" / "aria"
    for name in ("neutral", "joy"):
        with (folder / f"{name}.png").open("ab") as file:
            file.write(bytes(9_000_000))
    with pytest.raises(LookError, match="18 MB"):
        export_avatar(library, library.look("aria"), tmp_path / "aria.avatar")


def test_a_picture_saved_again_shows_at_once_and_a_torn_one_keeps_the_old(
    library: AvatarLibrary, qtbot: QtBot, tmp_path: Path
) -> None:
    view = AvatarView(library, library.look("aria"))
    view.resize(240, 320)
    qtbot.addWidget(view)
    watcher = AvatarWatcher(library)
    watcher.changed.connect(view.update)
    view.show()
    picture = tmp_path / "avatars" / "pictures" / "aria" / "neutral.png"

    def seen(color: tuple[int, int, int]) -> int:
        return int(near(array_of(view.grab().toImage()), color).sum())

    assert seen(RED) > 1000
    paint_picture(picture, BLUE)
    qtbot.waitUntil(lambda: seen(BLUE) > 1000, timeout=5000)
    whole = picture.read_bytes()
    with qtbot.waitSignal(view.broken, timeout=5000):
        picture.write_bytes(whole[:60])
        qtbot.waitUntil(lambda: seen(BLUE) > 1000 and library.revision >= 2, timeout=5000)
        qtbot.wait(400)
        view.repaint()
    assert seen(BLUE) > 1000
    paint_picture(picture, GREEN)
    qtbot.waitUntil(lambda: seen(GREEN) > 1000, timeout=5000)


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({}, "neutral.png"),
        ({"a.png": b"x", "b.png": b"y"}, "neutral.png"),
        ({"neutral.png": b"no picture"}, "not a picture"),
        ({"neutral.png": b"\0" * 12_000_001}, "too big"),
    ],
)
def test_broken_pictures_are_refused_with_a_sentence(tmp_path: Path, files: dict[str, bytes], word: str) -> None:
    folder = tmp_path / "pictures" / "odd"
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    library = AvatarLibrary([ASSETS, tmp_path])
    with pytest.raises(LookError, match=word):
        PicturePainter(library.look("odd"), library, 120, 160)


def test_pictures_too_large_are_refused_before_they_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "pictures" / "wide"
    folder.mkdir(parents=True)
    QImage(5000, 2, QImage.Format.Format_RGB32).save(str(folder / "neutral.png"))
    library = AvatarLibrary([ASSETS, tmp_path])
    with pytest.raises(LookError, match="4096"):
        PicturePainter(library.look("wide"), library, 120, 160)


def test_a_pack_may_bring_pictures(tmp_path: Path) -> None:
    pack = tmp_path / "packs" / "cards"
    paint_picture(pack / "pictures" / "queen" / "neutral.png", RED)
    (pack / "presets").mkdir()
    (pack / "presets" / "her.json").write_text('{"format": 1, "kind": "picture", "pictures": "queen", "name": "Her"}')
    (pack / "pack.json").write_text('{"format": 1, "name": "Cards", "license": "CC0-1.0", "authors": []}')
    assert validate(pack, ASSETS).troubles == []
    library = AvatarLibrary([ASSETS, tmp_path])
    assert library.look("cards/queen").pictures == library.look("cards/her").pictures == "cards/queen"
    (pack / "pictures" / "queen" / "neutral.png").unlink()
    troubles = validate(pack, ASSETS).troubles
    assert "pictures/queen/: expected neutral.png" in troubles[-1]
