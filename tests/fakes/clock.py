# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that shows the loop's time, virtual or not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta


class FakeClock:
    def now_seconds(self) -> float:
        return asyncio.get_running_loop().time()

    def local_time(self) -> datetime:
        return datetime(2026, 11, 21, 18, 0, tzinfo=UTC) + timedelta(seconds=self.now_seconds() - 1000)
