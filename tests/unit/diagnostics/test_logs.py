# SPDX-License-Identifier: GPL-3.0-or-later
"""The log keeps what happened and never a word of what was said, whoever tries to write it there."""

from __future__ import annotations

import asyncio
import gc
import logging
import re
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from desktop_app.diagnostics import logs
from desktop_app.diagnostics.logs import LOG_FILE, log_event, setup_logs
from desktop_app.domain import events
from desktop_app.domain.audio import VisemeTrack
from desktop_app.domain.conversation import Expression, PromptReading, TurnId, TurnTimings
from desktop_app.domain.errors import MindError
from desktop_app.domain.events import Component, Notice
from desktop_app.domain.memory import Fact, FactKind, KeptMessage
from desktop_app.domain.persona import Persona
from tests.fakes.ears import Says
from tests.fakes.script import Conversation

WORD = "rhododendron"

pytestmark = pytest.mark.qt_no_exception_capture  # pytest-qt's own hook would stand in front of ours

READ = TurnTimings(first_sound_seconds=0.8123, wasted_drafts=2, prompt_reading=PromptReading(900, 0.0512))


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Reads the log as it stands."""
    stop = setup_logs(tmp_path)
    yield lambda: (tmp_path / LOG_FILE).read_text(encoding="utf-8") if (tmp_path / LOG_FILE).exists() else ""
    stop()


def test_own_messages_are_written_with_time_level_and_place(log: Callable[[], str]) -> None:
    logging.getLogger("desktop_app.engine.turn").info("turn %d took %.2f s", 7, 1.5)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\S+ info desktop_app\.engine\.turn: turn 7 took 1\.50 s\n", log())


@pytest.mark.logs_warnings
def test_of_other_libraries_only_the_place_is_written(log: Callable[[], str]) -> None:
    library = logging.getLogger("piper.phoneme_ids")
    library.info("chatter about %s", WORD)
    library.warning(f"Missing phoneme in {WORD}")
    assert WORD not in log()
    assert re.search(r"warning piper\.phoneme_ids: \S*diagnostics/test_logs\.py:\d+\n", log())


def _raise_with_the_word() -> None:
    try:
        int(WORD)
    except ValueError as error:
        raise LookupError(f"cannot understand {WORD}") from error


def _in_main_thread() -> None:
    try:
        _raise_with_the_word()
    except LookupError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def _in_thread() -> None:
    thread = threading.Thread(target=_raise_with_the_word)
    thread.start()
    thread.join()


def _in_forgotten_task() -> None:
    async def fail() -> None:
        _raise_with_the_word()

    async def forget() -> None:
        task = asyncio.create_task(fail(), name=WORD)
        await asyncio.sleep(0)
        del task
        gc.collect()

    asyncio.run(forget())


def _in_callback() -> None:
    async def call() -> None:
        asyncio.get_running_loop().call_soon(_raise_with_the_word)
        await asyncio.sleep(0)

    asyncio.run(call())


def _in_group() -> None:
    async def together() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(asyncio.to_thread(_raise_with_the_word))

    try:
        asyncio.run(together())
    except BaseExceptionGroup:
        logging.getLogger("desktop_app.host").exception("the engine ended")


def _in_destructor() -> None:
    class Falls:
        def __del__(self) -> None:
            _raise_with_the_word()

    Falls()
    gc.collect()


@pytest.mark.logs_warnings
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "fail", [_in_main_thread, _in_thread, _in_forgotten_task, _in_callback, _in_group, _in_destructor]
)
def test_an_error_that_nobody_caught_is_logged_by_kind_and_place(
    fail: Callable[[], None], log: Callable[[], str], capsys: pytest.CaptureFixture[str]
) -> None:
    fail()
    written = log()
    assert "LookupError\n" in written
    assert "caused by\n" in written
    assert "ValueError\n" in written
    assert re.search(r"at \S*test_logs\.py:\d+ _raise_with_the_word", written)
    assert WORD not in written


def test_errors_of_ours_are_logged_with_their_code(log: Callable[[], str]) -> None:
    try:
        raise MindError("mind.slow", f"Too slow for {WORD}.")
    except MindError:
        logging.getLogger("desktop_app.x").info("no answer", exc_info=True)
    assert "desktop_app.domain.errors.MindError (mind.slow)" in log()
    assert WORD not in log()


def test_keyboard_interrupt_is_no_error(log: Callable[[], str]) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert log() == ""


EVENTS: list[tuple[events.Event, str]] = [
    (events.TranscriptReady(TurnId(3), WORD, "en"), "TranscriptReady turn_id=3"),
    (
        events.SentenceStarted(TurnId(3), WORD, VisemeTrack((), 1.25), Expression.HAPPY, 12.0),
        "SentenceStarted turn_id=3 track=1.250s expression=happy heard_at_seconds=12.000 intensity=1.000",
    ),
    (
        events.TurnCompleted(TurnId(3), WORD, READ),
        "TurnCompleted turn_id=3 timings=first_sound_seconds:0.812,wasted_drafts:2,prompt_reading:900tokens/0.051s",
    ),
    (
        events.TurnFailed(TurnId(4), WORD, Notice("mind.lost", f"Lost {WORD}.")),
        "TurnFailed turn_id=4 notice=mind.lost",
    ),
    (events.MuteChanged(True), "MuteChanged muted=True"),
    (events.ComponentReady(Component.MIND, "qwen3:4b"), "ComponentReady component=mind is_starter=False name=qwen3:4b"),
    (events.ComponentReady(Component.MICROPHONE, WORD), "ComponentReady component=microphone is_starter=False"),
    (events.PersonaChanged(Persona("ember", WORD, character=WORD)), "PersonaChanged persona=ember"),
    (
        events.FactsChanged((Fact(WORD, FactKind.STATED, "name", WORD, datetime(2026, 1, 1), WORD),)),
        "FactsChanged facts=1x",
    ),
    (
        events.ConversationResumed("ember", (KeptMessage("person", WORD, datetime(2026, 1, 1)),)),
        "ConversationResumed messages=1x",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("event", "line"), EVENTS)
def test_an_event_is_one_line_without_words(event: events.Event, line: str, log: Callable[[], str]) -> None:
    log_event(event)
    assert log().endswith(f"info desktop_app.events: {line}\n")


def test_meters_are_not_logged(log: Callable[[], str]) -> None:
    log_event(events.LevelChanged(0.5, 0.9))
    assert log() == ""


@pytest.mark.logs_warnings
def test_a_whole_conversation_leaves_no_word_of_it_in_the_log(log: Callable[[], str]) -> None:
    conversation = Conversation(
        says=[Says(f"My name is {WORD}.", 1.0, 2.5), Says(f"I like {WORD}.", 8.0, 9.0)],
        answers=[f"Hello {WORD}. How is the {WORD}?", f"A {WORD}!"],
        persona=Persona("ember", WORD, "en", f"Knows {WORD}.", "", f"Good {WORD}."),
    )
    conversation.run()
    for event in conversation.events:
        log_event(event)
    assert any(WORD in sentence for sentence in conversation.said)
    assert log().count("TurnCompleted") == 2
    assert WORD not in log()


def test_the_log_is_its_owners_alone_and_never_grows_beyond_its_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_MOST_BYTES", 2_000)
    stop = setup_logs(tmp_path)
    for number in range(200):
        logging.getLogger("desktop_app.x").info("line %d", number)
    stop()
    files = sorted(tmp_path.iterdir())
    assert len(files) == 4
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    assert "line 199\n" in (tmp_path / LOG_FILE).read_text()


def test_a_log_that_cannot_be_written_disturbs_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop = setup_logs(tmp_path / "no such folder")
    logging.getLogger("desktop_app.x").info("lost")
    stop()
    assert capsys.readouterr() == ("", "")


def test_afterwards_everything_is_as_before(tmp_path: Path) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers), sys.excepthook, threading.excepthook, sys.unraisablehook)
    setup_logs(tmp_path)
    stop = setup_logs(tmp_path)  # a second time moves it
    assert len(root.handlers) == len(before[1]) + 1
    stop()
    assert (root.level, list(root.handlers), sys.excepthook, threading.excepthook, sys.unraisablehook) == before
