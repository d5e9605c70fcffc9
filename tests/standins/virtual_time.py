# SPDX-License-Identifier: GPL-3.0-or-later
"""An asyncio loop whose clock jumps to the next timer: whole conversations run in milliseconds, always the same."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class DeadlockError(AssertionError):
    """Every task waits for something that nothing is going to bring about."""


class _JumpingSelector(selectors.SelectSelector):
    """Instead of waiting it moves the loop's clock on."""

    loop: VirtualTimeLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Nothing comes from outside: what another thread hands over is ready without being selected."""
        if timeout is None:
            raise DeadlockError("nothing is scheduled and nothing is ready")
        self.loop.seconds += timeout
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Starts at 1,000 s, so that code which takes 0 for "never" is found out."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        selector = _JumpingSelector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.seconds


def run(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Like asyncio.run, under virtual time; fails if a task is left behind."""
    loop = VirtualTimeLoop()
    try:
        result = loop.run_until_complete(work)
        left = [task for task in asyncio.all_tasks(loop) if not task.done()]
        assert not left, f"tasks left behind: {left}"
        return result
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
