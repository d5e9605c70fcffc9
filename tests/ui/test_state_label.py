# SPDX-License-Identifier: GPL-3.0-or-later
"""The state in words, for every sequence of events that changes it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.domain.conversation import TurnId
from desktop_app.domain.events import (
    NO_CANCELLER,
    Component,
    ComponentLost,
    ComponentReady,
    EngineStarted,
    EngineStopped,
    Event,
    MuteChanged,
    Notice,
    NoticeRaised,
    SettingsChanged,
    TurnStarted,
    UserSpeechEnded,
    UserSpeechStarted,
    UtteranceDismissed,
)
from desktop_app.domain.settings import BargeIn, Settings
from desktop_app.ui.bridge import EngineBridge
from desktop_app.ui.state_label import StateLabel
from tests.fakes.engine import FakeEngine
from tests.ui.conftest import EMBER
from tests.ui.conversations import completed, failed, interrupted, says, spoken, understood

STARTED = EngineStarted(EMBER, Settings())
NO_MICROPHONE = ComponentLost(Component.MICROPHONE, Notice("microphone.missing", "No microphone was found."))


def words_after(qtbot: QtBot, engine: FakeEngine, bridge: EngineBridge, *happened: Event) -> str:
    label = StateLabel(bridge, BargeIn.HALF_DUPLEX)
    qtbot.addWidget(label)
    seen: list[Event] = []
    bridge.happened.connect(label.on_event)
    bridge.happened.connect(seen.append)
    engine.announce(*happened)
    qtbot.waitUntil(lambda: len(seen) == len(happened))
    assert label.accessibleName() == f"State: {label.text()}"
    return label.text()


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        ((), "Starting…"),
        ((STARTED,), "Listening"),
        ((STARTED, UserSpeechStarted()), "Hearing you"),
        ((STARTED, UserSpeechStarted(), UserSpeechEnded(1.0)), "Understanding…"),
        ((STARTED, UserSpeechStarted(), UserSpeechEnded(1.0), UtteranceDismissed()), "Listening"),
        ((STARTED, *spoken(1, "Hi")), "Thinking…"),
        ((STARTED, *understood(1, "typed")), "Thinking…"),
        ((STARTED, *spoken(1, "Hi"), says(1, "Hello.")), "Speaking – speak any time"),
        ((STARTED, TurnStarted(TurnId(1)), says(1, "Welcome."), completed(1)), "Listening"),
        ((STARTED, *spoken(1, "Hi"), says(1, "Hello."), UserSpeechStarted()), "Hearing you"),
        ((STARTED, *spoken(1, "Hi"), says(1, "Hello."), interrupted(1, "Hel")), "Listening"),
        ((STARTED, *spoken(1, "Hi"), failed(1, Notice("mind.slow", "Too slow."))), "Listening"),
        ((STARTED, MuteChanged(True)), "Muted"),
        ((STARTED, MuteChanged(True), *understood(1, "typed"), says(1, "Hello.")), "Speaking – Esc to stop"),
        ((STARTED, MuteChanged(True), MuteChanged(False)), "Listening"),
        ((STARTED, NO_MICROPHONE), "No microphone – you can type"),
        ((STARTED, NO_MICROPHONE, ComponentReady(Component.MICROPHONE, "USB")), "Listening"),
        ((STARTED, EngineStopped()), "Stopped"),
    ],
)
def test_state_in_words(
    qtbot: QtBot, engine: FakeEngine, bridge: EngineBridge, happened: tuple[Event, ...], words: str
) -> None:
    assert words_after(qtbot, engine, bridge, *happened) == words


@pytest.mark.parametrize(
    ("barge_in", "listening", "speaking"),
    [
        (BargeIn.HALF_DUPLEX, "Listening", "Speaking – Esc to stop"),
        (BargeIn.OPEN, "Listening", "Speaking – speak any time"),
        (BargeIn.PUSH_TO_TALK, "Hold to talk", "Speaking – hold to talk"),
    ],
)
def test_how_turns_are_taken_is_part_of_the_words(
    qtbot: QtBot, engine: FakeEngine, bridge: EngineBridge, barge_in: BargeIn, listening: str, speaking: str
) -> None:
    changed = SettingsChanged(Settings(barge_in=barge_in))
    assert words_after(qtbot, engine, bridge, STARTED, changed) == listening
    assert words_after(qtbot, engine, bridge, changed, *understood(1, "typed"), says(1, "Hello.")) == speaking


def test_without_an_echo_canceller_nobody_is_told_to_speak_any_time(
    qtbot: QtBot, engine: FakeEngine, bridge: EngineBridge
) -> None:
    lost = NoticeRaised(Notice(NO_CANCELLER, "It could not be loaded."))
    words = words_after(qtbot, engine, bridge, STARTED, lost, *understood(1, "typed"), says(1, "Hello."))
    assert words == "Speaking – Esc to stop"
