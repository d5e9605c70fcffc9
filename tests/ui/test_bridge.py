# SPDX-License-Identifier: GPL-3.0-or-later
"""Events reach the window in order, on its own thread; meters never crowd it."""

from __future__ import annotations

import threading
import time

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.domain.commands import SetMuted
from desktop_app.domain.events import (
    EngineStarted,
    EngineStopped,
    Event,
    LevelChanged,
    MuteChanged,
    UserSpeechStarted,
    UtteranceDismissed,
)
from desktop_app.domain.settings import Settings
from desktop_app.domain.state import CompanionState, UserState
from desktop_app.ui.bridge import METER_INTERVAL_MS, EngineBridge
from tests.fakes.engine import FakeEngine
from tests.ui.conftest import EMBER
from tests.ui.conversations import completed, says, spoken


def test_events_of_the_engine_thread_arrive_in_order_on_the_window_thread(
    qtbot: QtBot, engine: FakeEngine, bridge: EngineBridge
) -> None:
    announced: list[Event] = [EngineStarted(EMBER, Settings())]
    for turn in range(1, 60):
        announced += [*spoken(turn, f"words {turn}"), says(turn, f"answer {turn}"), completed(turn)]
    heard: list[Event] = []
    threads: set[threading.Thread] = set()

    def hear(event: Event) -> None:
        heard.append(event)
        threads.add(threading.current_thread())

    bridge.happened.connect(hear)
    speaking = threading.Thread(target=engine.announce, args=announced)
    speaking.start()
    speaking.join()
    assert heard == []  # nothing is delivered on the engine's thread
    qtbot.waitUntil(lambda: len(heard) == len(announced))
    assert heard == announced
    assert threads == {threading.main_thread()}


def test_states_are_folded_before_an_event_is_passed_on(qtbot: QtBot, engine: FakeEngine, bridge: EngineBridge) -> None:
    seen: list[tuple[UserState, CompanionState]] = []
    bridge.happened.connect(lambda _: seen.append((bridge.user_state, bridge.companion_state)))
    engine.announce(*spoken(1, "Hello"), says(1, "Hi!"), completed(1))
    qtbot.waitUntil(lambda: len(seen) == 6)
    user, companion = UserState, CompanionState
    assert seen == [
        (user.SPEAKING, companion.LISTENING),
        (user.FINISHED, companion.LISTENING),
        (user.FINISHED, companion.THINKING),
        (user.SILENT, companion.THINKING),
        (user.SILENT, companion.SPEAKING),
        (user.SILENT, companion.LISTENING),
    ]


def test_running_and_muted_follow_the_engine(qtbot: QtBot, engine: FakeEngine, bridge: EngineBridge) -> None:
    def running_and_muted_after(*announced: Event) -> tuple[bool, bool]:
        heard: list[Event] = []
        bridge.happened.connect(heard.append)
        engine.announce(*announced)
        qtbot.waitUntil(lambda: len(heard) == len(announced))
        return bridge.is_running, bridge.is_muted

    assert running_and_muted_after() == (False, False)
    assert running_and_muted_after(EngineStarted(EMBER, Settings()), MuteChanged(True)) == (True, True)
    assert running_and_muted_after(MuteChanged(False), EngineStopped()) == (False, False)


def test_of_many_levels_only_the_latest_arrives_and_at_most_thirty_a_second(
    qtbot: QtBot, engine: FakeEngine, bridge: EngineBridge
) -> None:
    levels: list[float] = []
    bridge.level_changed.connect(lambda level, _: levels.append(level))
    started = time.monotonic()

    def speak() -> None:
        for step in range(200):
            engine.announce(LevelChanged(step / 200, 0.9))
            time.sleep(0.001)

    speaking = threading.Thread(target=speak)
    speaking.start()
    qtbot.waitUntil(lambda: bool(levels) and levels[-1] == 199 / 200)
    speaking.join()
    passed_ms = (time.monotonic() - started) * 1000
    assert len(levels) <= passed_ms / METER_INTERVAL_MS + 2
    assert levels == sorted(levels)


def test_an_event_that_may_not_happen_now_is_reported_as_the_bug_it_is(
    qtbot: QtBot, engine: FakeEngine, bridge: EngineBridge
) -> None:
    with qtbot.captureExceptions() as raised:
        engine.announce(UtteranceDismissed())
        qtbot.waitUntil(lambda: bool(raised))
    assert issubclass(raised[0][0], LookupError)


def test_commands_go_down_and_after_close_nothing_comes_up(qtbot: QtBot, engine: FakeEngine) -> None:
    bridge = EngineBridge(engine)
    heard: list[Event] = []
    bridge.happened.connect(heard.append)
    bridge.submit(SetMuted(True))
    assert engine.commands == [SetMuted(True)]
    engine.announce(UserSpeechStarted())  # still on its way when the bridge closes
    bridge.close()
    engine.announce(UserSpeechStarted())
    qtbot.wait(20)
    assert heard == []
    assert engine.listeners == 0


@pytest.fixture(autouse=True)
def _application(qtbot: QtBot) -> None:
    """Queued signals need an application even where no widget is shown."""
