# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the engine its own thread with a plain asyncio loop, so that painting never delays sound."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from desktop_app.domain.commands import Command
from desktop_app.domain.errors import CompanionError
from desktop_app.domain.events import Event, Notice, NoticeRaised
from desktop_app.engine.engine import Engine

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
        self._commands: list[Command] = []
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._engine: Engine | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="engine")

    def start(self) -> None:
        """Starts the thread; events follow. Subscribe before, to miss none."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the engine in good order and waits for it. Raises what the engine died of, if it did."""
        with self._lock:
            if self._loop and self._engine and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._engine.shutdown)
        self.join()

    def join(self) -> None:
        """Waits until the engine has stopped. Raises what it died of, if it did."""
        self._thread.join()
        if self._failure:
            raise self._failure

    def submit(self, command: Command) -> None:
        with self._lock:
            if self._loop and self._engine:
                if not self._loop.is_closed():
                    self._loop.call_soon_threadsafe(self._engine.submit, command)
            else:
                self._commands.append(command)

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        with self._lock:
            self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except BaseException as failure:  # noqa: BLE001  crosses to the thread that joins, and is raised there
            while isinstance(failure, BaseExceptionGroup) and len(failure.exceptions) == 1:
                failure = failure.exceptions[0]
            self._failure = failure
            if not isinstance(failure, CompanionError):  # the engine has told those itself
                self._tell(NoticeRaised(_BROKEN))

    async def _live(self) -> None:
        engine = self._make_engine()
        engine.subscribe(self._tell)
        with self._lock:
            self._loop, self._engine = asyncio.get_running_loop(), engine
            for command in self._commands:
                engine.submit(command)
        await engine.run()
        with self._lock:
            self._engine = None

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)
