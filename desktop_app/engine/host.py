# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the engine its own thread with a plain asyncio loop, so that painting never delays sound."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from desktop_app.domain.commands import Command
from desktop_app.domain.errors import CompanionError
from desktop_app.domain.events import EngineStopped, Event, Notice, NoticeRaised
from desktop_app.engine.engine import Engine

_LONGEST_STOP_SECONDS = 10.0
"""A driver or a download that does not let go must not keep the window's process alive."""

_BROKEN = Notice(
    "engine.broken",
    "Fireside has stopped because of a mistake in its own program.",
    "Please start it again; the log in its profile folder says what happened.",
)


class EngineHost:
    """Thread-safe outside of an engine (ports.EngineHandle)."""

    def __init__(self, make_engine: Callable[[], Engine]) -> None:
        self._make_engine = make_engine
        self._listeners: list[Callable[[Event], None]] = []
        self._lock = threading.Lock()
        self._early: list[Command] = []
        """Commands that came before there was an engine to obey them."""
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._engine: Engine | None = None
        self._failure: BaseException | None = None
        # A daemon: what a library's own thread still holds cannot keep the program from ending.
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Starts the thread; events follow. Subscribe before, to miss none."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the engine in good order and waits for it. Raises what the engine died of, if it did."""
        with self._lock:
            self._stopping = True
            if self._loop and self._engine:
                self._loop.call_soon_threadsafe(self._engine.shutdown)
        if self._thread.ident is not None:
            self._thread.join(_LONGEST_STOP_SECONDS)
        if self._failure:
            raise self._failure

    def submit(self, command: Command) -> None:
        with self._lock:
            if self._loop and self._engine:
                self._loop.call_soon_threadsafe(self._engine.submit, command)
            elif not self._stopping and self._failure is None:
                self._early.append(command)

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        with self._lock:
            self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except BaseException as failure:  # noqa: BLE001  crosses to the thread that stops it, and is raised there
            self._failure = _cause(failure)

    async def _live(self) -> None:
        try:
            engine = self._make_engine()
        except CompanionError as error:
            self._tell(NoticeRaised(Notice.of(error)))
            self._tell(EngineStopped())
            raise
        engine.subscribe(self._tell)
        with self._lock:
            self._loop, self._engine = asyncio.get_running_loop(), engine
            for command in self._early:
                engine.submit(command)
            self._early.clear()
            if self._stopping:
                engine.shutdown()
        try:
            await engine.run()
        except BaseException as failure:
            if not isinstance(_cause(failure), CompanionError):  # those the engine has told itself
                self._tell(NoticeRaised(_BROKEN))
            raise
        finally:
            with self._lock:
                self._engine = None

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)


def _cause(failure: BaseException) -> BaseException:
    """The one error in the groups that task groups wrap it into."""
    while isinstance(failure, BaseExceptionGroup) and len(failure.exceptions) == 1:
        failure = failure.exceptions[0]
    return failure
