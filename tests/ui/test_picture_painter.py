# SPDX-License-Identifier: GPL-3.0-or-later
"""A companion made of pictures: it stands behind the same interface, moves a little and fades between expressions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from desktop_app.avatar.backend import AvatarBackend
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look, parse_look
from desktop_app.avatar.pose import Pose
from desktop_app.domain.conversation import Expression
from desktop_app.domain.errors import LookError
from desktop_app.ui.avatar_face import face_painter, render
from desktop_app.ui.avatar_layers import new_image, painting
from desktop_app.ui.avatar_view import AvatarView
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
