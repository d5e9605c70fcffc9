# SPDX-License-Identifier: GPL-3.0-or-later
"""The painted face does what its pose says, in every look."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from desktop_app.avatar.daylight import Daylight
from desktop_app.avatar.look import SLIDERS, Look
from desktop_app.avatar.mixer import Mixer
from desktop_app.avatar.pose import EXPRESSIONS, Pose
from desktop_app.domain.audio import Viseme
from desktop_app.domain.conversation import Expression
from desktop_app.ui.avatar_face import render
from desktop_app.ui.avatar_painter import AvatarPainter
from tests.ui.avatar_pictures import (
    CORNER,
    EYES,
    HEIGHT,
    LIBRARY,
    MOUTH,
    TORSO,
    WIDTH,
    Picture,
    array_of,
    cut,
    difference,
    near,
    picture,
    pose,
)

pytestmark = pytest.mark.usefixtures("qapp")

PRESETS = [preset.id for preset in LIBRARY.presets()]
PLAIN = Look(
    colors={"iris": "#2f6fd0", "skin": "#f0c4a4"}, parts={"hair": "bald", "background": "plain", "clothes": "tee"}
)


def dark_inside(image: Picture) -> int:
    """Pixels of the mouth that are as dark as its inside."""
    mouth = cut(image, MOUTH)
    return int((mouth[..., :3].sum(axis=2) < 200).sum())


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_a_full_picture(preset: str) -> None:
    day = picture(preset)
    assert (day[..., 3] == 255).all()
    assert day[..., :3].std() > 20
    night = array_of(render(LIBRARY.look(preset), LIBRARY, Pose(), WIDTH, HEIGHT, light=Daylight.NIGHT))
    assert cut(night, CORNER)[..., :3].mean() < cut(day, CORNER)[..., :3].mean() - 25
    assert not near(day, (255, 0, 255), 2).any(), "a role that no palette knows"


@pytest.mark.parametrize("room", [part.id for part in LIBRARY.parts("background")])
def test_every_room_has_four_lights(room: str) -> None:
    look = PLAIN.with_part("background", room)
    lights = [array_of(render(look, LIBRARY, Pose(), WIDTH, HEIGHT, light=light)) for light in Daylight]
    for first, second in itertools.combinations(lights, 2):
        assert difference(first, second, CORNER) > 3
        assert difference(first, second, (100, 130, 140, 170)) < 0.05, "the person is lit as before"


@pytest.mark.parametrize("hat", [part.id for part in LIBRARY.parts("hat")])
def test_no_hair_sticks_out_above_a_hat(hat: str) -> None:
    """In every hairstyle the sky above a hat is as empty as with a bald head."""
    above = (0, 0, WIDTH, 66)
    bald = picture(PLAIN.with_part("hat", hat))
    for part in LIBRARY.parts("hair"):
        worn = PLAIN.with_part("hair", part.id).with_part("hat", hat)
        assert difference(bald, picture(worn), above) < 0.25, part.id


@pytest.mark.parametrize("viseme", Viseme)
def test_only_open_visemes_show_the_inside_of_the_mouth(viseme: Viseme) -> None:
    inside = dark_inside(picture(PLAIN, pose(viseme=viseme)))
    if viseme in (Viseme.PP, Viseme.SIL):
        assert inside == 0
    if viseme in (Viseme.AA, Viseme.OH, Viseme.OU):
        assert inside > 12


@pytest.mark.parametrize("expression", Expression)
def test_closed_lips_win_over_every_expression(expression: Expression) -> None:
    mixer = Mixer()
    mixer.add(EXPRESSIONS[expression], speech=1.0)
    mixer.add_visemes({Viseme.PP: 1.0})
    shown = mixer.pose()
    shown.yaw = shown.pitch = shown.roll = 0.0
    assert dark_inside(picture(PLAIN, shown)) == 0


def test_no_two_visemes_and_no_two_expressions_look_the_same() -> None:
    mouths = {viseme: cut(picture(PLAIN, pose(viseme=viseme)), MOUTH) for viseme in Viseme}
    alike = {frozenset((Viseme.DD, Viseme.NN)), frozenset((Viseme.TH, Viseme.DD)), frozenset((Viseme.TH, Viseme.NN))}
    for first, second in itertools.combinations(Viseme, 2):
        least = 0.15 if frozenset((first, second)) in alike else 0.4
        assert difference(mouths[first], mouths[second]) > least, (first, second)
    faces = {expression: picture(PLAIN, pose(expression)) for expression in Expression}
    for one, other in itertools.combinations(Expression, 2):
        assert difference(faces[one], faces[other], EYES) + difference(faces[one], faces[other], MOUTH) > 3, (
            one,
            other,
        )


def test_a_viseme_moves_only_the_lower_face() -> None:
    rest, open_ = picture(PLAIN), picture(PLAIN, pose(viseme=Viseme.AA))
    assert difference(rest, open_, MOUTH) > 5
    assert difference(rest, open_, EYES) < 0.4  # the cheeks' light moves a little with the chin
    for box in (TORSO, CORNER):
        assert difference(rest, open_, box) < 0.05


def test_a_blink_hides_the_iris() -> None:
    blue = (47, 111, 208)
    assert near(cut(picture(PLAIN), EYES), blue, 50).sum() > 60
    assert near(cut(picture(PLAIN, pose(eye_left=0.0, eye_right=0.0)), EYES), blue, 50).sum() == 0


def test_the_iris_goes_where_the_gaze_goes() -> None:
    def center(shown: Pose) -> tuple[float, float]:
        ys, xs = np.nonzero(near(cut(picture(PLAIN, shown), EYES), (47, 111, 208), 60))
        return float(xs.mean()), float(ys.mean())

    x0, y0 = center(pose())
    assert center(pose(gaze_x=0.8))[0] > x0 + 1
    assert center(pose(gaze_x=-0.8))[0] < x0 - 1
    assert center(pose(gaze_y=0.8))[1] > y0 + 0.5
    assert center(pose(gaze_y=-0.8))[1] < y0 - 0.2


def test_left_is_the_companions_own_left() -> None:
    rest, winked = picture(PLAIN), picture(PLAIN, pose(eye_left=0.0))
    middle = WIDTH // 2
    assert difference(rest, winked, (middle, EYES[1], EYES[2], EYES[3])) > 3
    assert difference(rest, winked, (EYES[0], EYES[1], middle, EYES[3])) < 0.05


def test_a_turned_head_takes_the_neck_along_but_not_the_shoulders() -> None:
    rest, turned = picture(PLAIN), picture(PLAIN, pose(yaw=0.7))
    left_edge, shoulder = (92, 194, 108, 214), (60, 262, 100, 318)
    assert difference(rest, turned, left_edge) > 1.5
    assert difference(rest, turned, shoulder) < 0.05


@pytest.mark.parametrize("preset", PRESETS)
def test_without_a_background_the_corners_are_clear_and_the_bottom_melts(preset: str) -> None:
    image = picture(preset, background="none")
    assert image[0, 0, 3] == image[0, -1, 3] == 0
    assert image[200, WIDTH // 2, 3] == 255
    assert image[-1, :, 3].max() < 40


def test_a_plain_background_color_is_kept() -> None:
    assert tuple(picture("mira", background="#102030")[2, 2, :3]) == (0x10, 0x20, 0x30)


@pytest.mark.parametrize("preset", ["mira", "leo"])
def test_twice_the_density_is_the_same_picture(preset: str) -> None:
    once = picture(preset)
    twice = picture(preset, scale=2.0)
    halved = twice.reshape(HEIGHT, 2, WIDTH, 2, 4).mean(axis=(1, 3)).astype(np.int32)
    assert difference(once, halved) < 3.0


@pytest.mark.parametrize("end", ["low", "high"])
def test_every_slider_at_its_end_still_makes_a_picture(end: str) -> None:
    for preset, yaw in (("mira", -0.7), ("omar", 0.7)):
        look = LIBRARY.look(preset)
        for name, spec in SLIDERS.items():
            look = look.with_slider(name, spec.low if end == "low" else spec.high)
        image = picture(look, pose(Expression.HAPPY, yaw=yaw, pitch=yaw, roll=8.0))
        assert (image[..., 3] == 255).all()


def test_a_color_changes_only_what_it_colors() -> None:
    look = LIBRARY.look("leo")
    before, after = picture(look), picture(look.with_color("clothes", "#cc3333"))
    assert difference(before, after, TORSO) > 10
    assert difference(before, after, EYES) < 0.2
    assert difference(before, after, CORNER) < 0.05


def test_a_second_painting_is_the_same_to_the_pixel(qapp: QApplication) -> None:
    first, second = (picture("nia", pose(Expression.HAPPY, yaw=0.3)) for _ in range(2))
    assert (first == second).all()


def test_a_painter_that_takes_over_earlier_work_paints_the_same() -> None:
    look = LIBRARY.look("mira")
    earlier = AvatarPainter(look, LIBRARY, WIDTH, HEIGHT)
    for changed in (
        look.with_slider("jaw", 0.9), look.with_slider("face_width", 0.8), look.with_color("hair", "#222244"),
        look.with_part("clothes", "hoodie"), look.with_part("background", "garden"), look.with_color("skin", "#75442e"),
    ):  # fmt: skip
        image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        AvatarPainter(changed, LIBRARY, WIDTH, HEIGHT, earlier=earlier).paint(painter, Pose())
        painter.end()
        assert difference(array_of(image), picture(changed)) < 0.01


def test_small_motion_changes_only_features_and_big_motion_everything() -> None:
    avatar = AvatarPainter(LIBRARY.look("sam"), LIBRARY, WIDTH, HEIGHT)
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    everything = image.rect()
    painter = QPainter(image)
    assert avatar.changed_rect(pose()) == everything
    avatar.paint(painter, pose())
    assert avatar.changed_rect(pose(yaw=0.001)).isEmpty(), "too little to be seen"
    features = avatar.changed_rect(pose(eye_left=0.0, mouth_open=1.0, yaw=0.001))
    assert not features.isEmpty()
    assert features != everything
    assert avatar.changed_rect(pose(yaw=0.3)) == everything
    assert avatar.changed_rect(pose(yaw=0.04)) == everything
    avatar.frames_per_composition = 2
    avatar.paint(painter, pose(yaw=0.5))
    assert avatar.changed_rect(pose(yaw=0.53)).isEmpty(), "small motion waits for the next frame"
    assert avatar.changed_rect(pose(yaw=0.53)) == everything
    painter.end()


@pytest.mark.parametrize("background", [True, False])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_frames_put_together_from_changes_are_those_painted_whole(background: bool, scale: float) -> None:
    """A wink, a smile, a blush and back: what was there before must not show through."""
    kind = QImage.Format.Format_RGB32 if background else QImage.Format.Format_ARGB32_Premultiplied
    avatar = AvatarPainter(LIBRARY.look("mira"), LIBRARY, WIDTH, HEIGHT, scale, background=background)
    for shown in (
        pose(), pose(eye_left=0.0), pose(brow_left=1.0, brow_right=-0.8), pose(Expression.HAPPY, pitch=0.0),
        pose(blush=0.9, mouth_open=1.0), pose(gaze_x=-0.8, mouth_round=1.0), pose(),
    ):  # fmt: skip
        pictures = []
        for each in (avatar, AvatarPainter(LIBRARY.look("mira"), LIBRARY, WIDTH, HEIGHT, scale, background=background)):
            image = QImage(round(WIDTH * scale), round(HEIGHT * scale), kind)
            image.fill(0)
            painter = QPainter(image)
            painter.scale(scale, scale)
            each.paint(painter, shown)
            painter.end()
            pictures.append(array_of(image))
        assert np.abs(pictures[0] - pictures[1]).max() <= 2


def test_what_changes_lies_within_the_rectangle_that_is_told() -> None:
    avatar = AvatarPainter(LIBRARY.look("zoe"), LIBRARY, WIDTH, HEIGHT)
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    avatar.paint(painter, pose())
    before = array_of(image)
    for shown in (pose(eye_right=0.2), pose(mouth_open=1.0), pose(brow_left=1.2), pose(blush=1.0), pose(gaze_y=1.0)):
        told = avatar.changed_rect(shown)
        avatar.paint(painter, shown)
        after = array_of(image)
        ys, xs = np.nonzero(np.abs(before - after).max(axis=2))
        assert len(ys)
        assert told.contains(int(xs.min()), int(ys.min()))
        assert told.contains(int(xs.max()), int(ys.max()))
        before = after
    painter.end()


@pytest.mark.parametrize(("width", "height"), [(120, 400), (900, 300), (61, 47)])
def test_windows_of_any_shape_show_the_face(width: int, height: int) -> None:
    image = array_of(render(LIBRARY.look("layla"), LIBRARY, Pose(), width, height))
    assert image.shape[:2] == (height, width)
    assert image[..., :3].std() > 15


def test_a_part_that_is_gone_leaves_the_rest(qapp: QApplication) -> None:
    look = LIBRARY.look("mira").with_part("hair", "no_such_hair").with_part("background", "no_such_wall")
    assert (picture(look)[..., 3] == 255).all()
