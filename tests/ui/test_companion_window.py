# SPDX-License-Identifier: GPL-3.0-or-later
"""The companion window: what it shows, what a person does with it, and what it asks of the window system."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.avatar.library import AvatarLibrary
from desktop_app.domain.commands import HoldToTalk, SetMuted, StopSpeaking
from desktop_app.domain.events import (
    Component,
    ComponentLost,
    ComponentReady,
    EngineStarted,
    MuteChanged,
    Notice,
    PersonaChanged,
    SettingsChanged,
)
from desktop_app.domain.settings import BargeIn, Settings
from desktop_app.ui.bridge import EngineBridge
from desktop_app.ui.caption_bubble import CaptionBubble
from desktop_app.ui.companion_panel import CompanionPanel
from desktop_app.ui.companion_window import CompanionWindow
from desktop_app.ui.cutout_view import CutOutView
from desktop_app.ui.notice_bar import NoticeBar
from desktop_app.ui.silhouette import Mask
from desktop_app.ui.stage import Stage
from desktop_app.ui.theme import ThemeSwitch
from desktop_app.ui.window_memory import WindowMemory
from desktop_app.ui.window_system import Freedom
from tests.fakes.engine import FakeEngine
from tests.ui.avatar_pictures import LIBRARY
from tests.ui.conftest import EMBER, LOU
from tests.ui.conversations import completed, says, understood

PartT = TypeVar("PartT", bound=QWidget)
STARTED = EngineStarted(EMBER, Settings())


class FakeSystem:
    """Takes down the shapes it is given."""

    def __init__(self) -> None:
        self.freedom = Freedom()
        self.is_blending = True
        self.masks: list[Mask] = []

    def blends(self) -> bool:
        return self.is_blending

    def cut(self, window: QWidget, mask: Mask, cells_margin: int) -> None:
        self.masks.append(mask)


@pytest.fixture
def system() -> FakeSystem:
    return FakeSystem()


@pytest.fixture
def memory(tmp_path: Path) -> WindowMemory:
    return WindowMemory(tmp_path / "windows.ini")


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    stage = Stage(LIBRARY, LIBRARY.look("sam"))
    qtbot.addWidget(stage)
    return stage


@pytest.fixture
def make(
    qtbot: QtBot, bridge: EngineBridge, theme: ThemeSwitch, stage: Stage, system: FakeSystem, memory: WindowMemory
) -> Callable[[], CompanionWindow]:
    def make() -> CompanionWindow:
        window = CompanionWindow(bridge, LIBRARY, stage, "Ember", BargeIn.HALF_DUPLEX, system, memory)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return make


@pytest.fixture
def companion(make: Callable[[], CompanionWindow]) -> CompanionWindow:
    return make()


@pytest.fixture
def tell(engine: FakeEngine) -> Callable[..., None]:
    def tell(*happened: object) -> None:
        engine.announce(*happened)  # type: ignore[arg-type]  # events all
        QApplication.processEvents()

    return tell


def part(window: QWidget, kind: type[PartT]) -> PartT:
    return window.findChildren(kind)[0]


def test_it_has_no_frame_no_background_and_stays_on_top(companion: CompanionWindow) -> None:
    assert companion.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert companion.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    picture = companion.grab().toImage()
    assert picture.pixelColor(3, 3).alpha() == 0
    assert picture.pixelColor(companion.width() // 2, companion.height() * 2 // 5).alpha() == 255


def test_it_wears_what_the_stage_wears_and_lives_with_the_same_mood(companion: CompanionWindow, stage: Stage) -> None:
    view = companion.findChildren(CutOutView)[0]
    stage.set_look(LIBRARY.look("nia"))
    assert view.look.name == "Nia"
    assert view.animator is stage.animator


def test_the_shape_is_the_figure_and_follows_it(
    qtbot: QtBot, companion: CompanionWindow, stage: Stage, system: FakeSystem
) -> None:
    qtbot.waitUntil(lambda: bool(system.masks))
    mask = system.masks[-1]
    rows, columns = mask.shape
    assert (rows, columns) == (companion.height() // 4, companion.width() // 4)  # coarse: it only guides the pointer
    assert mask[rows * 2 // 5, columns // 2]
    assert not mask[: rows // 20].any()
    stage.set_look(LIBRARY.look("nia").with_part("hair", "curly_cloud"))
    qtbot.waitUntil(lambda: system.masks[-1].sum() > 1.05 * mask.sum(), timeout=5000)


def test_it_takes_no_shape_while_it_is_hidden(qtbot: QtBot, companion: CompanionWindow, system: FakeSystem) -> None:
    qtbot.waitUntil(lambda: bool(system.masks))
    companion.hide()
    count = len(system.masks)
    qtbot.wait(700)
    assert len(system.masks) == count
    assert not companion.findChildren(CutOutView)[0].is_ticking


def test_where_nothing_blends_every_pixel_is_solid_and_the_shape_as_fine_as_the_screen(
    qtbot: QtBot, companion: CompanionWindow, system: FakeSystem
) -> None:
    system.is_blending = False
    qtbot.waitUntil(lambda: bool(system.masks) and system.masks[-1].shape[0] == companion.height(), timeout=5000)
    mask = system.masks[-1]
    picture = companion.grab().toImage().convertToFormat(companion.grab().toImage().Format.Format_ARGB32)
    pixels = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.width(), 4)
    assert (pixels[mask][:, 3] == 255).all()
    edge = mask & ~np.roll(mask, 1, axis=1)
    assert pixels[edge][:, :3].max(axis=1).min() > 8  # no edge is mixed with black


def test_what_is_said_is_a_caption_that_can_be_done_without(
    companion: CompanionWindow, tell: Callable[..., None], memory: WindowMemory
) -> None:
    caption = part(companion, CaptionBubble)
    tell(STARTED, *understood(1, "Hello"), says(1, "Good evening."))
    assert caption.isVisible()
    assert caption.accessibleName() == "Good evening."
    QTest.keyClick(companion, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert not caption.isVisible()
    assert not memory.shows_captions
    QTest.keyClick(companion, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert caption.isVisible()


def test_trouble_is_told_calmly_and_goes_when_it_is_over(companion: CompanionWindow, tell: Callable[..., None]) -> None:
    bar = part(companion, NoticeBar)
    tell(STARTED, ComponentLost(Component.MIND, Notice("mind.unreachable", "Ollama is not running.", "Start it.")))
    assert bar.isVisible()
    assert companion.rect().contains(QRect(bar.mapTo(companion, QPoint(0, 0)), bar.size()))
    tell(ComponentReady(Component.MIND, "llama3.2:3b"))
    assert not bar.isVisible()


def test_keys_mute_stop_and_lead_back(
    qtbot: QtBot, companion: CompanionWindow, tell: Callable[..., None], engine: FakeEngine
) -> None:
    tell(STARTED)
    QTest.keyClick(companion, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    tell(MuteChanged(True))
    QTest.keyClick(companion, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(companion, Qt.Key.Key_Escape)
    tell(*understood(1, "Hello"), says(1, "Hi!"))
    QTest.keyClick(companion, Qt.Key.Key_Escape)
    assert engine.commands == [SetMuted(True), SetMuted(False), StopSpeaking()]
    with qtbot.waitSignal(companion.full_window_wished):
        QTest.keyClick(companion, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)


def test_space_is_held_to_talk(companion: CompanionWindow, tell: Callable[..., None], engine: FakeEngine) -> None:
    tell(STARTED, SettingsChanged(Settings(barge_in=BargeIn.PUSH_TO_TALK)))
    QTest.keyPress(companion, Qt.Key.Key_Space)
    QTest.keyRelease(companion, Qt.Key.Key_Space)
    assert engine.commands == [HoldToTalk(True), HoldToTalk(False)]


def test_the_menu_says_what_can_be_done(companion: CompanionWindow, tell: Callable[..., None]) -> None:
    tell(STARTED, MuteChanged(True))
    QTest.keyClick(companion, Qt.Key.Key_Tab)
    button = next(each for each in companion.findChildren(QWidget) if each.accessibleName() == "More")
    QApplication.processEvents()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    menu = companion.findChildren(QMenu)[0]
    words = [action.text() for action in menu.actions() if action.text()]
    menu.close()
    assert words == [
        "Unmute",
        "Stop speaking",
        "Captions",
        "Larger",
        "Smaller",
        "Usual size",
        "Full window",
        "Quit Fireside",
    ]


def test_controls_come_with_the_pointer_and_by_tab_and_go_again(qtbot: QtBot, companion: CompanionWindow) -> None:
    panel = part(companion, CompanionPanel)
    controls = panel.more
    hidden_at_first = not controls.isVisible()
    assert hidden_at_first
    QTest.keyClick(companion, Qt.Key.Key_Tab)
    assert controls.isVisible()
    focus = QApplication.focusWidget()
    assert focus is not None
    assert panel.isAncestorOf(focus)
    named = [
        each
        for each in panel.findChildren(QWidget)
        if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert all(each.accessibleName() for each in named)
    companion.setFocus()
    qtbot.waitUntil(lambda: not panel.shows_controls or companion.underMouse(), timeout=3000)


def test_what_was_clicked_does_not_keep_the_controls_there(
    companion: CompanionWindow, tell: Callable[..., None]
) -> None:
    tell(STARTED)
    QTest.keyClick(companion, Qt.Key.Key_Tab)
    companion.setFocus()
    QApplication.processEvents()
    QTest.mouseClick(part(companion, CompanionPanel).talk, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is companion


def test_a_click_is_a_touch(companion: CompanionWindow, monkeypatch: pytest.MonkeyPatch, stage: Stage) -> None:
    touches: list[bool] = []
    monkeypatch.setattr(stage.animator, "touched", lambda: touches.append(True))
    face = QPoint(companion.width() // 2, companion.height() * 2 // 5)
    QTest.mouseClick(companion, Qt.MouseButton.LeftButton, pos=face)
    assert touches == [True]


def test_it_is_moved_by_hand_where_the_window_system_does_not(companion: CompanionWindow) -> None:
    start, face = companion.pos(), QPoint(companion.width() // 2, companion.height() * 2 // 5)
    QTest.mousePress(companion, Qt.MouseButton.LeftButton, pos=face)
    QTest.mouseMove(companion, face - QPoint(30, 20))
    QTest.mouseMove(companion, face - QPoint(30, 20))
    QTest.mouseRelease(companion, Qt.MouseButton.LeftButton, pos=face)
    assert companion.pos() != start


def test_arrows_move_it(companion: CompanionWindow) -> None:
    before = companion.pos()
    QTest.keyClick(companion, Qt.Key.Key_Left)
    QTest.keyClick(companion, Qt.Key.Key_Up)
    assert companion.pos() == before - QPoint(16, 16)


def test_it_is_resized_around_its_feet_within_limits(companion: CompanionWindow) -> None:
    def turn_wheel(steps: int) -> None:
        middle = QPointF(companion.rect().center())
        event = QWheelEvent(
            middle,
            companion.mapToGlobal(middle),
            QPoint(),
            QPoint(0, 120 * steps),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(companion, event)

    before = companion.geometry()
    turn_wheel(-1)
    assert companion.width() == round(before.width() / 1.12)
    assert abs(companion.geometry().bottom() - before.bottom()) <= 1
    assert abs(companion.geometry().center().x() - before.center().x()) <= 1
    turn_wheel(-50)
    assert (companion.width(), companion.height()) == (180, 240)
    turn_wheel(100)
    assert companion.screen().availableGeometry().size().height() >= companion.height()
    QTest.keyClick(companion, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert (companion.width(), companion.height()) == (300, 400)


def test_it_comes_back_as_it_was_left_and_onto_a_screen_that_exists(
    make: Callable[[], CompanionWindow], memory: WindowMemory
) -> None:
    first = make()
    first.setGeometry(50, 60, 240, 320)
    first.close()
    assert make().geometry() == QRect(50, 60, 240, 320)
    memory.companion_corner = QPoint(90_000, 60)
    second = make()
    assert second.size() == first.size()
    assert QGuiApplication.primaryScreen().availableGeometry().contains(second.geometry())


def test_what_the_desktop_forbids_is_said_and_not_promised(
    make: Callable[[], CompanionWindow], system: FakeSystem, memory: WindowMemory
) -> None:
    system.freedom = Freedom(placed=False, forbidden="No window may stay on top.", remedy="Use another.")
    window = make()
    assert part(window, NoticeBar).accessibleName() == "Notice: No window may stay on top."
    before = window.pos()
    QTest.keyClick(window, Qt.Key.Key_Left)
    assert window.pos() == before
    window.resize(240, 320)
    window.close()
    assert memory.companion_corner is None
    assert make().size() == QSize(240, 320)


def test_another_companion_gives_it_another_name(companion: CompanionWindow, tell: Callable[..., None]) -> None:
    tell(STARTED, PersonaChanged(LOU))
    assert companion.accessibleName() == "Lou, companion window"


def test_the_stop_button_is_there_only_while_there_is_something_to_stop(
    companion: CompanionWindow, tell: Callable[..., None]
) -> None:
    panel = part(companion, CompanionPanel)
    QTest.keyClick(companion, Qt.Key.Key_Tab)
    tell(STARTED, *understood(1, "Hello"), says(1, "Hi!"))
    assert panel.stop.isVisible()
    tell(completed(1))
    assert not panel.stop.isVisible()


def test_a_broken_look_is_told(
    make: Callable[[], CompanionWindow], stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hair").mkdir()
    (tmp_path / "hair" / "torn.svg").write_text("<svg")
    torn = AvatarLibrary([*LIBRARY.roots, tmp_path])
    monkeypatch.setattr("tests.ui.test_companion_window.LIBRARY", torn)
    stage.set_look(LIBRARY.look("sam").with_part("hair", "torn"))
    window = make()
    window.grab()
    assert "torn.svg" in part(window, NoticeBar).accessibleName()
