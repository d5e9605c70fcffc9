# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech for faces: mouth shapes at the pace of speech, without end and without meaning."""

from __future__ import annotations

import random

from desktop_app.domain.audio import Viseme, VisemeKey, VisemeTrack


def babble(seconds: float, seed: int = 1) -> VisemeTrack:
    """A track of so many seconds, the same for the same seed."""
    chance = random.Random(seed)
    keys: list[VisemeKey] = []
    t = 0.0
    while t < seconds:
        length = chance.uniform(0.05, 0.12)
        keys.append(VisemeKey(chance.choice(list(Viseme)), t, t + length))
        t += length
    return VisemeTrack(tuple(keys), t)
