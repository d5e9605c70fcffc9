# SPDX-License-Identifier: GPL-3.0-or-later
"""Stages add up to the wait, and what was done in somebody else's time costs nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.domain.conversation import TurnTimings
from desktop_app.domain.turn_stages import Stage, longest_stage, stages_of

Moments = tuple[float | None, float | None, float | None, float | None, float | None]


def stages(moments: Moments) -> list[float]:
    return [round(length, 3) for length in stages_of(TurnTimings(*moments)).values()]


@pytest.mark.parametrize(
    ("moments", "lengths", "longest"),
    [
        ((0.35, 0.25, 0.30, 0.34, 0.38), [0.35, 0.0, 0.0, 0.0, 0.03], Stage.WAITING),  # all in the wait
        ((0.35, 0.25, 2.10, 2.30, 2.34), [0.35, 0.0, 1.75, 0.2, 0.04], Stage.THINKING),
        ((0.70, 1.90, 2.20, 2.60, 2.65), [0.7, 1.2, 0.3, 0.4, 0.05], Stage.HEARING),  # one after the other
        ((1.50, 1.49, 1.60, 1.70, 1.75), [0.0, 1.49, 0.11, 0.1, 0.05], Stage.HEARING),  # the end waited for the words
        ((None, None, 0.40, 1.60, 1.70), [0.0, 0.0, 0.4, 1.2, 0.1], Stage.VOICING),  # typed
        ((0.35, 0.25, 0.30, 0.40, 1.60), [0.35, 0.0, 0.0, 0.05, 1.2], Stage.PLAYING),
    ],
)
def test_each_stage_counts_what_it_kept_everybody_waiting_for(
    moments: Moments, lengths: list[float], longest: Stage
) -> None:
    assert stages(moments) == lengths
    assert longest_stage(TurnTimings(*moments)) is longest


def test_a_turn_that_was_not_heard_has_no_stages() -> None:
    assert stages((0.3, 0.2, 0.9, None, None)) == []
    assert longest_stage(TurnTimings()) is None


_MOMENT = st.one_of(st.none(), st.floats(0, 60))


@given(_MOMENT, _MOMENT, _MOMENT, _MOMENT, st.floats(0, 60))
def test_the_stages_add_up_to_at_least_the_first_sound(
    endpoint: float | None, transcript: float | None, token: float | None, clip: float | None, sound: float
) -> None:
    timings = TurnTimings(endpoint, transcript, token, clip, sound)
    whole = sum(stages_of(timings).values())
    assert whole == pytest.approx(max(moment or 0.0 for moment in (endpoint, transcript, token, clip, sound)), abs=0.05)
