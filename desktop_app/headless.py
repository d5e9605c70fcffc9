# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine without a window: a conversation in the terminal, or with a recording as microphone."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import weakref
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from desktop_app.adapters.clock_frames import FrameClock
from desktop_app.adapters.clock_system import SystemClock
from desktop_app.adapters.microphone_recording import RecordingMicrophone
from desktop_app.adapters.sound_files import read_recording, write_wav
from desktop_app.adapters.sound_timeline import rendered
from desktop_app.app import Home, RecordedWorkshop, desktop_engine, make_engine, open_home
from desktop_app.diagnostics.event_log import event_writer
from desktop_app.diagnostics.logs import setup_logs
from desktop_app.domain import events
from desktop_app.domain.audio import Samples
from desktop_app.domain.commands import SayText
from desktop_app.domain.errors import StorageError
from desktop_app.domain.events import Event
from desktop_app.domain.state import CompanionState, UserState, companion_state_after, user_state_after
from desktop_app.engine.engine import Engine
from desktop_app.ports import Clock

_REPLY_RATE_HZ = 48_000

_Result = TypeVar("_Result")


def run_headless(profile_dir: Path | None, options: Mapping[str, object]) -> int:
    """The app in a terminal: talk aloud, or write a line; lives until Ctrl+C."""
    home = open_home(profile_dir, options)
    print("Talk, or write a line; Ctrl+C ends.", flush=True)

    async def live() -> None:
        engine = desktop_engine(home)()
        engine.subscribe(print_event)
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):  # Windows: Ctrl+C arrives as KeyboardInterrupt
            for name in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(name, engine.shutdown)
        # A daemon, for nothing ends the waiting for a line but a line. It outlives the engine, so it must not hold it.
        threading.Thread(target=_read_lines, args=(loop, weakref.ref(engine)), name="lines", daemon=True).start()
        await engine.run()

    with _logged(home):
        run_engine(live())
    return 0


def _read_lines(loop: asyncio.AbstractEventLoop, living: weakref.ref[Engine]) -> None:
    for line in sys.stdin:
        with suppress(RuntimeError):  # the engine has ended meanwhile
            if engine := living():
                loop.call_soon_threadsafe(engine.submit, SayText(line))
            del engine


def run_converse(
    profile_dir: Path | None,
    options: Mapping[str, object],
    input_file: Path,
    output_file: Path | None,
    events_file: Path | None,
    realtime: bool,
) -> int:
    """A conversation with a recording as microphone; it ends when the recording is over and answered.

    Raises CompanionErrors for a recording that cannot be read or files that cannot be written.
    """
    said = read_recording(input_file)
    home = open_home(profile_dir, options)
    home = replace(home, settings=replace(home.settings, greet=False))
    with _logged(home), lines_into(events_file) as listen:
        reply = run_engine(_converse(home, said, realtime, listen))
    if output_file:
        write_wav(output_file, reply, _REPLY_RATE_HZ)
    return 0


async def _converse(home: Home, said: Samples, realtime: bool, listen: ClockedListener) -> Samples:
    """What the companion said, at 48 kHz, in its own time."""
    clock: Clock = SystemClock() if realtime else FrameClock()
    microphone = RecordingMicrophone(clock, [said])
    workshop = RecordedWorkshop(clock, home.profile, microphone)
    engine = make_engine(home, workshop, clock)
    began_seconds = clock.now_seconds()
    engine.subscribe(listen(clock))
    engine.subscribe(print_event)
    if not realtime:
        _wait_for_answers(engine, microphone)
    async with asyncio.TaskGroup() as tasks:
        ending = tasks.create_task(end_when_answered(engine, microphone))
        await engine.run()
        ending.cancel()
    heard = workshop.loudspeaker.heard.sounds
    until_seconds = max([clock.now_seconds(), *(sound.ended_at_seconds for sound in heard)])
    return rendered(heard, from_seconds=began_seconds, until_seconds=until_seconds, rate_hz=_REPLY_RATE_HZ)


def _wait_for_answers(engine: Engine, microphone: RecordingMicrophone) -> None:
    """However long understanding and thinking take, the person on record waits until they are answered."""

    def listen(event: Event) -> None:
        match event:
            case events.UserSpeechEnded():
                microphone.rest()
            case events.UtteranceDismissed() | events.TurnCompleted() | events.TurnFailed():
                microphone.resume()
            case _:
                pass

    engine.subscribe(listen)


async def end_when_answered(engine: Engine, microphone: RecordingMicrophone) -> None:
    """Shuts the engine down once the recording is over and nobody has anything left to say."""
    idle = asyncio.Event()
    idle.set()
    user, companion = UserState.SILENT, CompanionState.LISTENING

    def listen(event: Event) -> None:
        nonlocal user, companion
        user = user_state_after(user, event)
        companion = companion_state_after(companion, event)
        if user is UserState.SILENT and companion is CompanionState.LISTENING:
            idle.set()
        else:
            idle.clear()

    unsubscribe = engine.subscribe(listen)
    try:
        await microphone.ended.wait()
        await idle.wait()
    finally:
        unsubscribe()
    engine.shutdown()


def run_engine(work: Coroutine[Any, Any, _Result]) -> _Result:
    """asyncio.run, but one error of a task group is raised as what it is."""
    try:
        return asyncio.run(work)
    except BaseExceptionGroup as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]
        raise error from None


ClockedListener = Callable[[Clock], Callable[[Event], None]]
"""Given the clock that an engine runs on, a listener to its events."""


@contextmanager
def _logged(home: Home) -> Iterator[None]:
    """Keeps the app's log (never what was said) while the context lasts."""
    stop_logs = setup_logs(home.profile.logs)
    try:
        yield
    finally:
        stop_logs()


@contextmanager
def lines_into(file: Path | None) -> Iterator[ClockedListener]:
    """Writes events into a file as JSON lines while the context lasts. Raises StorageError."""
    if file is None:
        yield lambda clock: lambda event: None
        return
    try:
        with file.open("w", encoding="utf-8") as lines:
            yield lambda clock: event_writer(lines, clock.now_seconds)
    except OSError as error:
        raise StorageError(
            "storage.not_writable", f"{file} could not be written: {error.strerror}.", "Choose another file."
        ) from error


def print_event(event: Event) -> None:
    match event:
        case events.EngineStarted(persona):
            print(f"{persona.name} is listening.", flush=True)
        case events.TranscriptReady(_, text):
            print(f"You: {text}", flush=True)
        case events.SentenceStarted(_, text):
            print(f"  {text}", flush=True)
        case events.ComponentLost(component, notice):
            print(f"[{component}] {notice.sentence} {notice.hint}".rstrip(), flush=True)
        case events.ComponentReady(component, name):
            print(f"[{component}] {name}", flush=True)
        case events.NoticeRaised(notice) | events.TurnFailed(notice=notice):
            print(f"[!] {notice.sentence} {notice.hint}".rstrip(), flush=True)
        case _:
            pass
