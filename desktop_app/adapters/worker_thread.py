# SPDX-License-Identifier: GPL-3.0-or-later
"""One thread for one blocking library: its work is done in order, and nobody else's loop waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Result = TypeVar("_Result")


class WorkerThread:
    """Lives until close(); work given after that is a mistake and raises RuntimeError."""

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._is_closed = False

    async def run(self, work: Callable[[], _Result]) -> _Result:
        """Does the work after what was given before, and returns or raises what it does."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    async def close(self, last_work: Callable[[], None]) -> None:
        """Ends the thread after its last work. Closing twice is no mistake."""
        if self._is_closed:
            return
        self._is_closed = True
        await self.run(last_work)
        self._executor.shutdown(wait=True)
