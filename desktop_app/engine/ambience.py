# SPDX-License-Identifier: GPL-3.0-or-later
"""How loud the microphone is while the companion speaks and the person does not: its echo, a crowd, a radio."""

from __future__ import annotations

from collections import deque

import numpy as np

from desktop_app.domain.audio import Samples

_WINDOW_FRAMES = 5
"""50 ms: single frames of a voice differ by 20 dB."""
_REMEMBERED_WINDOWS = 100
_FEWEST_WINDOWS = 20
"""Before it knows a second of it, nothing stands out: the canceller does not know the room yet either."""
_SHARE_BELOW = 0.9
_LEAST_POWER = 1e-9


class Ambience:
    """Fed with every frame; learns from those that are said not to be the person's."""

    def __init__(self) -> None:
        self._powers: deque[float] = deque(maxlen=_WINDOW_FRAMES)
        self._levels_db: deque[float] = deque(maxlen=_REMEMBERED_WINDOWS)
        self._frames = 0
        self._usual_db = 0.0

    def feed(self, samples: Samples, *, learns: bool, highest_db: float = 0.0) -> float:
        """Returns by how many dB the last 50 ms are louder than what has been usual in the last seconds.

        More than highest_db (of full scale) is not taken for usual, whatever was learnt.
        """
        self._powers.append(float(np.mean(np.square(samples))))
        level_db = 10 * float(np.log10(max(sum(self._powers) / len(self._powers), _LEAST_POWER)))
        self._frames += learns
        if learns and self._frames % _WINDOW_FRAMES == 0:
            self._levels_db.append(level_db)
            ranked = sorted(self._levels_db)
            self._usual_db = ranked[int(_SHARE_BELOW * (len(ranked) - 1))]
        return level_db - min(self._usual_db, highest_db) if len(self._levels_db) >= _FEWEST_WINDOWS else 0.0
