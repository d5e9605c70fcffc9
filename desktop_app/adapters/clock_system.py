# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock of a real conversation: the computer's own, which never jumps back."""

from __future__ import annotations

import time
from datetime import datetime


class SystemClock:
    """Seconds of time.monotonic, the clock that PortAudio callbacks and asyncio loops share."""

    def now_seconds(self) -> float:
        return time.monotonic()

    def local_time(self) -> datetime:
        return datetime.now().astimezone()
