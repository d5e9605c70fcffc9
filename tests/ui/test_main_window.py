# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole window: what is announced becomes visible, what is pressed and typed becomes a command."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPalette, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QStyleOptionButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.avatar.look import Look
from desktop_app.domain.commands import (
    ChangePersona,
    ChangeSettings,
    ForgetFact,
    HoldToTalk,
    SayText,
    SetMuted,
    StopSpeaking,
)
from desktop_app.domain.events import (
    Component,
    ComponentLost,
    ComponentReady,
    EngineStarted,
    EngineStopped,
    Event,
    FactsChanged,
    LevelChanged,
    MuteChanged,
    Notice,
    PersonaChanged,
    SettingsChanged,
)
from desktop_app.domain.settings import BargeIn, Settings, Theme
from desktop_app.ui.avatar_view import AvatarView
from desktop_app.ui.badge import Badge
from desktop_app.ui.conversation_view import ConversationView
from desktop_app.ui.face_dialog import FaceDialog
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.memory_dialog import MemoryDialog
from desktop_app.ui.notice_bar import NoticeBar
from desktop_app.ui.persona_dialog import PersonaDialog
from desktop_app.ui.settings_dialog import SettingsDialog
from desktop_app.ui.stage import Stage
from desktop_app.ui.state_label import StateLabel
from desktop_app.ui.talk_button import TalkButton
from desktop_app.ui.theme import DARK
from tests.fakes.engine import FakeEngine
from tests.ui.conftest import EMBER, LOU
from tests.ui.conversations import completed, interrupted, says, spoken, understood
from tests.ui.test_memory_dialog import NAME

STARTED = EngineStarted(EMBER, Settings())


@pytest.fixture
def tell(qtbot: QtBot, engine: FakeEngine, window: MainWindow) -> Tell:
    return Tell(qtbot, engine)


class Tell:
    """Announces events and waits until the window has seen them."""

    def __init__(self, qtbot: QtBot, engine: FakeEngine) -> None:
        self._qtbot, self._engine = qtbot, engine

    def __call__(self, *happened: Event) -> None:
        self._engine.announce(*happened)
        QApplication.processEvents()


def words(window: MainWindow) -> str:
    return window.findChildren(StateLabel)[0].text()


def captions(window: MainWindow) -> list[str]:
    return [bubble.text for bubble in window.findChildren(ConversationView)[0].bubbles]


def button(window: QWidget, name: str) -> QAbstractButton:
    return next(each for each in window.findChildren(QAbstractButton) if each.accessibleName() == name)


def text_field(window: MainWindow) -> QLineEdit:
    return next(each for each in window.findChildren(QLineEdit) if each.accessibleName() == "Your words")


def dialog_of(window: MainWindow) -> QDialog:
    return next(each for each in window.findChildren(QDialog) if each.isVisible())


def test_a_conversation_is_shown_from_start_to_end(window: MainWindow, tell: Tell) -> None:
    assert words(window) == "Starting…"
    assert window.windowTitle() == "Ember — Fireside"
    assert not text_field(window).isEnabled()
    tell(STARTED)
    assert words(window) == "Listening"
    tell(*spoken(1, "How are you?"))
    assert words(window) == "Thinking…"
    tell(says(1, "Quite well."), says(1, "And you?"))
    assert words(window) == "Speaking – speak any time"
    tell(completed(1, "Quite well. And you?"))
    assert captions(window) == ["How are you?", "Quite well. And you?"]


def test_an_engine_that_ends_before_the_window_is_told_calmly(window: MainWindow, tell: Tell) -> None:
    tell(STARTED, EngineStopped())
    assert words(window) == "Stopped"
    assert not text_field(window).isEnabled()
    assert window.findChildren(NoticeBar)[0].accessibleName() == "Notice: The conversation has ended unexpectedly."


def test_typed_words_are_said(window: MainWindow, tell: Tell, engine: FakeEngine) -> None:
    tell(STARTED)
    field = text_field(window)
    assert field.hasFocus()
    assert not button(window, "Send").isEnabled()
    QTest.keyClicks(field, "  What time is it? ")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Return)  # nothing there any more
    QTest.keyClicks(field, "And where?")
    button(window, "Send").click()
    assert engine.commands == [SayText("What time is it?"), SayText("And where?")]
    assert field.text() == ""


def test_escape_and_the_stop_button_stop_the_companion_only_while_it_has_the_word(
    window: MainWindow, tell: Tell, engine: FakeEngine
) -> None:
    tell(STARTED)
    stop = button(window, "Stop speaking")
    assert not stop.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert engine.commands == []
    tell(*understood(1, "Tell me everything."), says(1, "Well,"))
    assert stop.isVisible()
    QTest.keyClick(text_field(window), Qt.Key.Key_Escape)
    assert engine.commands == [StopSpeaking()]
    stop.click()
    assert engine.commands == [StopSpeaking()] * 2
    tell(interrupted(1, "Well,"))
    assert not stop.isVisible()


def test_muting_is_a_wish_until_the_engine_says_so(window: MainWindow, tell: Tell, engine: FakeEngine) -> None:
    tell(STARTED)
    talk = window.findChildren(TalkButton)[0]
    talk.click()
    assert engine.commands == [SetMuted(True)]
    assert words(window) == "Listening"
    tell(MuteChanged(True))
    assert words(window) == "Muted"
    QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert engine.commands[-1] == SetMuted(False)


def test_the_microphone_rests_in_the_drawing_while_the_companion_speaks_alone(window: MainWindow, tell: Tell) -> None:
    def is_ember() -> bool:
        pixel = talk.grab().toImage().pixelColor(talk.width() // 2 - 20, talk.height() // 2)
        return pixel == talk.palette().color(QPalette.ColorRole.Highlight)

    talk = window.findChildren(TalkButton)[0]
    tell(EngineStarted(EMBER, Settings(barge_in=BargeIn.HALF_DUPLEX)))
    assert is_ember()
    tell(*understood(1, "Hello"), says(1, "Hi!"))
    assert not is_ember()
    tell(completed(1))
    assert is_ember()
    tell(SettingsChanged(Settings(barge_in=BargeIn.OPEN)), *understood(2, "Hello"), says(2, "Hi!"))
    assert is_ember()


def test_space_is_held_to_talk_but_typed_in_the_text_field(window: MainWindow, tell: Tell, engine: FakeEngine) -> None:
    tell(EngineStarted(EMBER, Settings(barge_in=BargeIn.PUSH_TO_TALK)))
    talk = window.findChildren(TalkButton)[0]
    assert talk.hasFocus()
    QTest.keyPress(talk, Qt.Key.Key_Space)
    QTest.keyRelease(talk, Qt.Key.Key_Space)
    assert engine.commands == [HoldToTalk(True), HoldToTalk(False)]
    view = window.findChildren(ConversationView)[0]
    view.setFocus()
    QTest.keyPress(view, Qt.Key.Key_Space)
    assert talk.isDown()
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert not talk.isDown()
    assert engine.commands == [HoldToTalk(True), HoldToTalk(False)] * 2
    text_field(window).setFocus()
    QTest.keyClicks(text_field(window), "a b")
    assert text_field(window).text() == "a b"
    assert len(engine.commands) == 4


def test_space_means_nothing_special_when_turns_are_taken_otherwise(
    window: MainWindow, tell: Tell, engine: FakeEngine
) -> None:
    tell(STARTED)
    view = window.findChildren(ConversationView)[0]
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert engine.commands == []


def test_badges_name_what_thinks_and_listens(window: MainWindow, tell: Tell) -> None:
    mind, ears = window.findChildren(Badge)
    assert mind.isHidden()
    assert ears.isHidden()
    tell(
        ComponentReady(Component.MIND, "rehearsed", is_starter=True),
        ComponentReady(Component.EARS, "starter-en", is_starter=True),
        STARTED,
    )
    assert (mind.text(), ears.text()) == ("starter mind", "starter ears")
    tell(ComponentReady(Component.MIND, "llama3.2:3b"), ComponentReady(Component.EARS, "base"))
    assert (mind.text(), ears.text()) == ("llama3.2:3b", "base")
    tell(ComponentReady(Component.MIND, "hf.co/somebody/some-very-long-model-name:Q4_K_M"))
    assert len(mind.text()) <= 22
    assert mind.accessibleName() == "hf.co/somebody/some-very-long-model-name:Q4_K_M"


def test_trouble_is_a_calm_bar_and_never_a_box(window: MainWindow, tell: Tell) -> None:
    bar = window.findChildren(NoticeBar)[0]
    tell(STARTED, ComponentLost(Component.MIND, Notice("mind.unreachable", "Ollama is not running.", "Start it.")))
    assert bar.isVisible()
    assert not [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]
    assert QApplication.activeModalWidget() is None
    tell(ComponentReady(Component.MIND, "llama3.2:3b"))
    assert not bar.isVisible()


def test_the_level_reaches_the_ring(qtbot: QtBot, window: MainWindow, tell: Tell, engine: FakeEngine) -> None:
    tell(STARTED)
    talk = window.findChildren(TalkButton)[0]
    quiet = talk.grab().toImage()
    engine.announce(LevelChanged(1.0, 0.99))
    qtbot.waitUntil(lambda: talk.grab().toImage() != quiet)


def test_settings_are_sent_when_saved_and_the_theme_follows_the_engine(
    window: MainWindow, tell: Tell, engine: FakeEngine
) -> None:
    tell(STARTED)
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = dialog_of(window)
    assert isinstance(dialog, SettingsDialog)
    colors = next(box for box in dialog.findChildren(QComboBox) if box.accessibleName() == "Colors")
    colors.setCurrentIndex(colors.findData(Theme.DARK))
    dialog.findChildren(QDialogButtonBox)[0].button(QDialogButtonBox.StandardButton.Save).click()
    changed = Settings(theme=Theme.DARK)
    assert engine.commands == [ChangeSettings(changed)]
    tell(SettingsChanged(changed))
    assert window.palette().color(QPalette.ColorRole.Window).name() == DARK.window


def test_a_saved_companion_is_sent_and_shown_when_the_engine_has_changed(
    qtbot: QtBot, window: MainWindow, tell: Tell, engine: FakeEngine
) -> None:
    tell(STARTED)
    button(window, "Companion").click()
    dialog = dialog_of(window)
    assert isinstance(dialog, PersonaDialog)
    who = next(box for box in dialog.findChildren(QComboBox) if box.accessibleName() == "Which companion")
    qtbot.waitUntil(lambda: who.count() == 2)
    who.setCurrentIndex(who.findData("lou"))
    dialog.findChildren(QDialogButtonBox)[0].button(QDialogButtonBox.StandardButton.Save).click()
    assert engine.commands == [ChangePersona(LOU)]
    tell(PersonaChanged(LOU))
    assert window.windowTitle() == "Lou — Fireside"
    assert text_field(window).placeholderText() == "Write to Lou"


def test_the_memory_shows_what_the_engine_knows_and_forgets_it(
    window: MainWindow, tell: Tell, engine: FakeEngine
) -> None:
    tell(STARTED, FactsChanged((NAME,)))
    button(window, "What is remembered").click()
    dialog = dialog_of(window)
    assert isinstance(dialog, MemoryDialog)
    button(dialog, "Forget: The person's name is Anna.").click()
    assert engine.commands == [ForgetFact(7)]
    tell(FactsChanged(()))
    buttons = [each for each in dialog.findChildren(QAbstractButton) if each.isVisible()]
    assert not [each for each in buttons if each.accessibleName().startswith("Forget")]


def test_the_face_follows_the_editor_and_comes_back_if_nothing_is_saved(window: MainWindow, tell: Tell) -> None:
    tell(STARTED)
    stage = window.findChildren(Stage)[0]
    before = stage.look
    button(window, "Face and clothes").click()
    dialog = dialog_of(window)
    assert isinstance(dialog, FaceDialog)
    dialog.look_changed.emit(before.with_color("hair", "#00aa88"))
    assert stage.look.color("hair") == "#00aa88"
    dialog.reject()
    assert stage.look == before


def test_a_saved_look_is_kept_for_the_companion(
    qtbot: QtBot, window: MainWindow, tell: Tell, engine: FakeEngine
) -> None:
    tell(STARTED)
    button(window, "Face and clothes").click()
    dialog = dialog_of(window)
    assert isinstance(dialog, FaceDialog)
    look = Look(name="Ember").with_color("hair", "#00aa88")
    dialog.look_changed.emit(look)
    dialog.saved.emit(look)
    dialog.accept()
    kept = replace(EMBER, avatar="ember")
    qtbot.waitUntil(lambda: engine.commands == [ChangePersona(kept)])
    tell(PersonaChanged(kept))
    assert window.findChildren(Stage)[0].look.color("hair") == "#00aa88"


def test_a_look_that_does_not_exist_is_told_calmly(qtbot: QtBot, window: MainWindow, tell: Tell) -> None:
    before = window.findChildren(Stage)[0].look
    tell(EngineStarted(replace(EMBER, avatar="no-such-look"), Settings()))
    bar = window.findChildren(NoticeBar)[0]
    qtbot.waitUntil(bar.isVisible)
    assert window.findChildren(Stage)[0].look == before


@pytest.mark.parametrize(
    ("width", "height", "side_by_side"),
    [(320, 480, False), (360, 640, False), (719, 800, False), (640, 500, True), (980, 720, True), (1920, 1080, True)],
)
def test_nothing_is_cut_off_at_any_size(
    qtbot: QtBot, window: MainWindow, tell: Tell, width: int, height: int, side_by_side: bool
) -> None:
    tell(
        ComponentReady(Component.MIND, "rehearsed", is_starter=True),
        ComponentReady(Component.EARS, "starter-en", is_starter=True),
        STARTED,
        *spoken(1, "A question that is long enough to need more than one line in a narrow window, surely."),
        says(1, "Yes."),
    )
    window.resize(width, height)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == (width, height))
    QApplication.processEvents()
    area = window.rect()
    shown = (Stage, StateLabel, ConversationView, QLineEdit, QAbstractButton)
    for widget in window.findChildren(QWidget):
        if isinstance(widget, shown) and widget.isVisible():
            place = widget.rect().translated(widget.mapTo(window, QPoint(0, 0)))
            assert area.contains(place), f"{widget} at {place} leaves {area}"
    stage, view = window.findChildren(Stage)[0], window.findChildren(ConversationView)[0]
    assert stage.height() >= 150
    assert view.height() >= 90
    assert side_by_side == (stage.mapTo(window, stage.rect().topRight()).x() < view.mapTo(window, QPoint(0, 0)).x())


def test_every_control_has_a_name_and_can_be_reached_by_tab(window: MainWindow, tell: Tell) -> None:
    tell(
        ComponentReady(Component.MIND, "llama3.2:3b"),
        ComponentReady(Component.EARS, "base"),
        STARTED,
        *understood(1, "Hello"),
        says(1, "Hi!"),
    )
    QTest.keyClicks(text_field(window), "so that Send is enabled")
    controls = [
        each
        for each in window.findChildren(QWidget)
        if each.isVisible() and each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert all(control.accessibleName() for control in controls)
    reached: list[QWidget] = []
    focus = text_field(window)
    for _ in range(len(controls) + 3):
        if (focused := QApplication.focusWidget()) is not None:
            reached.append(focused)
        QTest.keyClick(QApplication.focusWidget() or focus, Qt.Key.Key_Tab)
    names = [each.accessibleName() for each in reached]
    assert names[:8] == [
        "Your words",
        "Send",
        "Mute",
        "Stop speaking",
        "llama3.2:3b",
        "base",
        "Conversation",
        "Companion",
    ]
    assert set(controls) <= set(reached)


def test_focus_can_be_seen_on_every_control(window: MainWindow, tell: Tell) -> None:
    tell(ComponentReady(Component.MIND, "llama3.2:3b"), STARTED, *understood(1, "Hello"), says(1, "Hi!"))
    text_field(window).setText("so that Send is enabled")
    for control in window.findChildren(QWidget):
        if control.isVisible() and control.isEnabled() and control.focusPolicy() & Qt.FocusPolicy.TabFocus:
            other = button(window, "Settings" if control.accessibleName() == "Companion" else "Companion")
            other.setFocus(Qt.FocusReason.TabFocusReason)
            plain = control.grab().toImage()
            control.setFocus(Qt.FocusReason.TabFocusReason)
            assert control.grab().toImage() != plain, f"{control.accessibleName()} hides its focus"


def test_space_is_let_go_when_the_window_loses_the_keyboard(
    qtbot: QtBot, window: MainWindow, tell: Tell, engine: FakeEngine
) -> None:
    tell(EngineStarted(EMBER, Settings(barge_in=BargeIn.PUSH_TO_TALK)))
    view = window.findChildren(ConversationView)[0]
    view.setFocus()
    QTest.keyPress(view, Qt.Key.Key_Space)
    assert engine.commands == [HoldToTalk(True)]
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: engine.commands == [HoldToTalk(True), HoldToTalk(False)])


def test_shortcuts_are_told_in_tooltips(window: MainWindow) -> None:
    tips = {each.accessibleName(): each.toolTip() for each in window.findChildren(QAbstractButton)}
    assert "Ctrl+," in tips["Settings"]
    assert "Ctrl+P" in tips["Companion"]
    assert "Ctrl+F" in tips["Face and clothes"]
    assert "Ctrl+R" in tips["What is remembered"]
    assert "Esc" in tips["Stop speaking"]
    assert "Ctrl+M" in tips["Mute"]


def test_a_notice_leaves_room_for_the_face_in_a_narrow_window(window: MainWindow, tell: Tell) -> None:
    window.resize(360, 640)
    hint = "Plug one in, or choose another one in the settings; until then you can type what you want to say. " * 2
    tell(STARTED)
    QApplication.processEvents()
    stage = window.findChildren(Stage)[0]
    tell(ComponentLost(Component.MICROPHONE, Notice("microphone.missing", "There is no microphone.", hint)))
    QApplication.processEvents()
    assert window.findChildren(NoticeBar)[0].isVisible()
    assert stage.height() >= 150
    window.resize(980, 720)
    QApplication.processEvents()
    assert any(label.text() == hint and label.isVisible() for label in window.findChildren(QLabel))


def test_the_companion_window_is_wished_for_by_button_and_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.companion_window_wished):
        button(window, "Companion window").click()
    with qtbot.waitSignal(window.companion_window_wished):
        QTest.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)


def test_reduced_motion_reaches_the_face_at_once(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    assert not window.findChildren(AvatarView)[0].animator.reduced_motion
    engine.announce(SettingsChanged(Settings(reduced_motion=True)))
    qtbot.waitUntil(lambda: window.findChildren(AvatarView)[0].animator.reduced_motion)


def test_no_shortcut_is_one_that_a_text_field_keeps_for_itself(window: MainWindow) -> None:
    of_text_fields = {  # on X11, where they are as in Emacs, beside those of every system
        "Ctrl+A", "Ctrl+C", "Ctrl+D", "Ctrl+E", "Ctrl+K", "Ctrl+U", "Ctrl+V", "Ctrl+X", "Ctrl+Y", "Ctrl+Z",
    }  # fmt: skip
    ours = {each.shortcut().toString() for each in window.findChildren(QAbstractButton)} | {
        each.key().toString() for each in window.findChildren(QShortcut)
    }
    assert "Ctrl+M" in ours
    assert not ours & of_text_fields


def test_badges_are_cut_with_an_ellipsis_where_there_is_no_room(window: MainWindow, tell: Tell, qtbot: QtBot) -> None:
    def shown(badge: Badge) -> str:
        option = QStyleOptionButton()
        badge.initStyleOption(option)
        return str(option.text)

    tell(ComponentReady(Component.MIND, "llama3.2:3b"), ComponentReady(Component.EARS, "starter-en", is_starter=True))
    badges = window.findChildren(Badge)
    window.resize(320, 480)
    qtbot.waitUntil(lambda: all(shown(each).endswith("…") for each in badges))
    for each in badges:
        assert each.fontMetrics().horizontalAdvance(shown(each)) < each.width()
    window.resize(980, 720)
    qtbot.waitUntil(lambda: [shown(each) for each in badges] == ["llama3.2:3b", "starter ears"])


def test_without_a_microphone_the_button_does_not_look_as_if_it_listened(window: MainWindow, tell: Tell) -> None:
    def is_filled() -> bool:
        talk = window.findChildren(TalkButton)[0]
        picture = talk.grab().toImage()
        return picture.pixelColor(talk.width() // 2, 20) == talk.palette().color(QPalette.ColorRole.Highlight)

    tell(STARTED)
    assert is_filled()
    tell(ComponentLost(Component.MICROPHONE, Notice("microphone.gone", "The microphone is gone.")))
    assert not is_filled()
    tell(ComponentReady(Component.MICROPHONE, "default"))
    assert is_filled()
