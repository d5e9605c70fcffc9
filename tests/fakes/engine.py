# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted engine for the window: takes down the commands and announces what a test says."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.domain.commands import Command
from desktop_app.domain.events import Event


class FakeEngine:
    """An EngineHandle without an engine; announce may be called on any thread, as the real one does."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self._listeners: list[Callable[[Event], None]] = []

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def submit(self, command: Command) -> None:
        self.commands.append(command)

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def announce(self, *announced: Event) -> None:
        for event in announced:
            for listener in tuple(self._listeners):
                listener(event)
