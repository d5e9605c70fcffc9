# SPDX-License-Identifier: GPL-3.0-or-later
"""The face in a window: it lives while it is seen, and costs nothing while it is not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from desktop_app.avatar.animator import Animator
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.avatar.pose import Pose
from desktop_app.domain.audio import Viseme, VisemeKey, VisemeTrack
from desktop_app.domain.conversation import Expression, TurnId
from desktop_app.domain.errors import LookError
from desktop_app.domain.events import SentenceStarted
from desktop_app.ui.avatar_painter import AvatarPainter
from desktop_app.ui.avatar_view import AvatarView
from tests.ui.avatar_pictures import ASSETS, LIBRARY, array_of, difference


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


def view(qtbot: QtBot, look: str = "sam", clock: Clock | None = None) -> AvatarView:
    made = AvatarView(LIBRARY, LIBRARY.look(look), Animator(seed=3), clock=clock or Clock())
    made.follows_pointer = False
    made.resize(240, 320)
    qtbot.addWidget(made)
    return made


def grabbed(shown: AvatarView) -> QImage:
    return shown.grab().toImage()


def test_it_ticks_only_while_it_is_seen(qtbot: QtBot) -> None:
    face = view(qtbot)
    ticking = [face.is_ticking]
    for seen in (True, False, True):
        face.setVisible(seen)
        ticking.append(face.is_ticking)
    assert ticking == [False, True, False, True]


def test_it_rests_while_the_window_is_minimized(qtbot: QtBot) -> None:
    window = QMainWindow()
    face = AvatarView(LIBRARY, LIBRARY.look("sam"))
    window.setCentralWidget(face)
    qtbot.addWidget(window)
    window.show()
    assert face.is_ticking
    window.showMinimized()
    qtbot.waitUntil(lambda: not face.is_ticking, timeout=2000)
    window.showNormal()
    qtbot.waitUntil(lambda: face.is_ticking, timeout=2000)


def test_it_moves_by_the_clock_it_was_given(qtbot: QtBot) -> None:
    clock = Clock()
    face = view(qtbot, clock=clock)
    face.show()
    track = VisemeTrack((VisemeKey(Viseme.AA, 0.0, 2.0, stressed=True),), 2.0)
    face.animator.on_event(SentenceStarted(TurnId(1), "Ah", track, Expression.NEUTRAL, 60.0))
    qtbot.wait(80)
    quiet = array_of(grabbed(face))
    clock.now = 61.0
    mouth = (94, 160, 150, 204)
    qtbot.waitUntil(lambda: difference(quiet, array_of(grabbed(face)), mouth) > 2, timeout=5000)


def test_it_ticks_faster_while_speaking(qtbot: QtBot) -> None:
    clock = Clock()
    face = view(qtbot, clock=clock)
    face.show()
    qtbot.wait(60)
    calm = face.frame_milliseconds
    face.animator.on_event(
        SentenceStarted(TurnId(1), "Ah", VisemeTrack((), 5.0, (0.5,) * 250), Expression.NEUTRAL, clock.now)
    )
    qtbot.waitUntil(lambda: face.frame_milliseconds < calm, timeout=5000)


def test_another_look_is_shown_at_once(qtbot: QtBot) -> None:
    face = view(qtbot, "sam")
    face.show()
    before = array_of(grabbed(face))
    face.set_look(LIBRARY.look("mira"))
    assert difference(before, array_of(grabbed(face))) > 10
    assert face.look.name == "Mira"
    assert "Mira" in face.accessibleName()
    assert face.accessibleDescription()


def test_a_broken_part_leaves_the_old_look_on(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "hair").mkdir()
    (tmp_path / "hair" / "torn.svg").write_text("<svg")
    face = AvatarView(AvatarLibrary([ASSETS, tmp_path]), LIBRARY.look("sam"), clock=Clock())
    qtbot.addWidget(face)
    face.show()
    grabbed(face)
    with pytest.raises(LookError):
        face.set_look(LIBRARY.look("mira").with_part("hair", "torn"))
    assert face.look.name == "Sam"


def test_a_part_that_is_broken_from_the_start_shows_the_bare_face(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "hair").mkdir()
    (tmp_path / "hair" / "torn.svg").write_text("<svg")
    look = LIBRARY.look("sam").with_part("hair", "torn")
    face = AvatarView(AvatarLibrary([ASSETS, tmp_path]), look, clock=Clock())
    qtbot.addWidget(face)
    with qtbot.waitSignal(face.broken) as broken:
        face.show()
        picture = array_of(grabbed(face))
    assert picture[..., :3].std() > 10
    assert broken.args is not None
    assert "torn.svg, line 1" in broken.args[0].sentence


def test_night_falls_behind_it(qtbot: QtBot) -> None:
    face = view(qtbot, "sam")
    face.set_dark(False)
    face.show()
    day = array_of(grabbed(face))
    face.set_dark(True)
    assert array_of(grabbed(face))[:40, :40, :3].mean() < day[:40, :40, :3].mean() - 25


def test_it_can_be_resized(qtbot: QtBot) -> None:
    face = view(qtbot, "sam")
    face.show()
    grabbed(face)
    face.resize(360, 300)
    assert array_of(grabbed(face)).shape[:2] == (300, 360)
    qtbot.wait(200)
    assert array_of(grabbed(face))[..., :3].std() > 15


def test_reduced_motion_reaches_the_animator(qtbot: QtBot) -> None:
    face = view(qtbot)
    face.set_reduced_motion(True)
    assert face.animator.reduced_motion


def test_a_look_without_a_name_is_described_too(qtbot: QtBot) -> None:
    face = view(qtbot)
    face.set_look(Look())
    assert face.accessibleName() == "The companion's face"


def test_frames_never_pile_up_where_painting_is_slow(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every frame is painted before the next one is posed, and the pace gives way."""
    clock = Clock()
    face = view(qtbot, clock=clock)
    happened: list[str] = []
    pose, paint = face.animator.pose, AvatarPainter.paint

    def posing(now: float) -> Pose:
        happened.append("posed")
        clock.now += 0.1
        return pose(now)

    def painting(painter: AvatarPainter, canvas: QPainter, shown: Pose) -> None:
        paint(painter, canvas, shown)
        time.sleep(0.05)
        happened.append("painted")

    monkeypatch.setattr(face.animator, "pose", posing)
    monkeypatch.setattr(AvatarPainter, "paint", painting)
    track = VisemeTrack((), 60.0, tuple(0.2 + 0.6 * (i % 2) for i in range(3000)))
    face.animator.on_event(SentenceStarted(TurnId(1), "Ah", track, Expression.NEUTRAL, clock.now))
    face.show()
    qtbot.waitUntil(lambda: happened.count("painted") >= 12, timeout=20_000)
    assert "posed posed posed" not in " ".join(happened)
    assert face.frame_milliseconds > 50


def test_a_pointer_that_strokes_is_told_from_one_that_passes_by(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    face = view(qtbot, clock=clock)
    face.show()
    strokes: list[float] = []
    monkeypatch.setattr(face.animator, "stroked", lambda: strokes.append(clock.now))

    def move(x: float) -> None:
        clock.now += 0.05
        at = QPointF(x, 120)
        event = QMouseEvent(
            QEvent.Type.MouseMove, at, at, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(face, event)

    for x in range(0, 240, 12):
        move(x)
    assert not strokes
    clock.now += 5
    for x in (100, 140, 100, 140, 100, 140, 100):
        move(x)
    assert len(strokes) == 1
