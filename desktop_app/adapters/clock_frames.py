# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock for recordings that need not take their real time: it stands still until the sound itself moves it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from desktop_app.ports import Clock


class FrameClock:
    """Moved by the recorded microphone, 10 ms a frame, and by the recording speaker as it plays.

    An engine that runs on it hears and speaks as fast as the computer can, and every time it reports is the one that
    the same conversation would have had in real life, were thinking free.
    """

    def __init__(self) -> None:
        self._now_seconds = 0.0
        self._began = datetime.now().astimezone()

    def now_seconds(self) -> float:
        return self._now_seconds

    def local_time(self) -> datetime:
        return self._began + timedelta(seconds=self._now_seconds)

    def advance_to(self, seconds: float) -> None:
        """Moves on to that time; one that is past already changes nothing."""
        self._now_seconds = max(self._now_seconds, seconds)


async def wait_until(clock: Clock, seconds: float) -> None:
    """Returns when the clock shows that time: sleeps on a real one, moves a FrameClock on."""
    if isinstance(clock, FrameClock):
        await asyncio.sleep(0)  # everybody else gets a step, as they would while time passes
        clock.advance_to(seconds)
    else:
        await asyncio.sleep(max(0.0, seconds - clock.now_seconds()))
