# SPDX-License-Identifier: GPL-3.0-or-later
"""What a face notices by itself: a pause in the person's words, a hand that strokes it."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise

_SPEECH_ABOVE, _QUIET_BELOW = 0.5, 0.3
_NODDED_AFTER_SECONDS = 1.0
"""Of speech; nobody nods at a single word."""
_PAUSE_SECONDS = 0.3
_BETWEEN_NODS_SECONDS = 2.5

_STROKE_SECONDS = 1.5
_STROKE_LENGTH = 1.8
"""Head widths within that time: a pointer that only passes by covers one at most."""
_BETWEEN_STROKES_SECONDS = 1.0


@dataclass(slots=True)
class Pauses:
    """Listens for the places where a listener nods: short rests after some words."""

    _last_at: float = math.nan
    _spoken_seconds: float = 0.0
    _quiet_seconds: float = 0.0
    _nodded_at: float = -math.inf

    def hear(self, speech_probability: float, now: float) -> bool:
        """Whether this is the moment to nod; asked many times a second."""
        seconds = min(0.2, max(0.0, now - self._last_at)) if math.isfinite(self._last_at) else 0.0
        self._last_at = now
        if speech_probability >= _SPEECH_ABOVE:
            self._spoken_seconds += seconds
            self._quiet_seconds = 0.0
        elif speech_probability < _QUIET_BELOW:
            self._quiet_seconds += seconds
        if self._quiet_seconds < _PAUSE_SECONDS or self._spoken_seconds < _NODDED_AFTER_SECONDS:
            return False
        self._spoken_seconds = 0.0
        if now - self._nodded_at < _BETWEEN_NODS_SECONDS:
            return False
        self._nodded_at = now
        return True


@dataclass(slots=True)
class Stroking:
    """Tells a pointer that strokes from one that passes by or rests."""

    _path: deque[tuple[float, float, float]] = field(default_factory=deque)
    _stroked_at: float = -math.inf

    def moved(self, x: float, y: float, now: float) -> bool:
        """The pointer is over the head, in head widths from anywhere; whether it strokes."""
        self._path.append((now, x, y))
        while now - self._path[0][0] > _STROKE_SECONDS:
            self._path.popleft()
        length = sum(math.hypot(x2 - x1, y2 - y1) for (_, x1, y1), (_, x2, y2) in pairwise(self._path))
        if length < _STROKE_LENGTH or now - self._stroked_at < _BETWEEN_STROKES_SECONDS:
            return False
        self._stroked_at = now
        self._path.clear()
        return True
