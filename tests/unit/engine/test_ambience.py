# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands out over what is usual, and what is never taken for usual."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.domain.audio import FRAME_SAMPLES, Samples
from desktop_app.engine.ambience import Ambience


def _sound(level_db: float) -> Samples:
    return np.full(FRAME_SAMPLES, 10 ** (level_db / 20), np.float32)


def _after_two_seconds_of(level_db: float, *, highest_db: float = 0.0) -> Ambience:
    ambience = Ambience()
    for _ in range(200):
        ambience.feed(_sound(level_db), learns=True, highest_db=highest_db)
    return ambience


def _prominence_db(ambience: Ambience, level_db: float, highest_db: float = 0.0) -> float:
    return [ambience.feed(_sound(level_db), learns=False, highest_db=highest_db) for _ in range(10)][-1]


def test_what_is_as_loud_as_usual_does_not_stand_out() -> None:
    assert _prominence_db(_after_two_seconds_of(-60.0), -60.0) == pytest.approx(0.0, abs=0.1)
    assert _prominence_db(_after_two_seconds_of(-60.0), -30.0) == pytest.approx(30.0, abs=0.1)


def test_before_a_second_is_known_nothing_stands_out() -> None:
    assert _prominence_db(Ambience(), -10.0) == 0.0


def test_a_person_who_speaks_from_the_beginning_is_not_learnt_to_be_usual() -> None:
    learnt = _after_two_seconds_of(-30.0, highest_db=-46.0)
    assert _prominence_db(learnt, -30.0, highest_db=-46.0) == pytest.approx(16.0, abs=0.1)
