# SPDX-License-Identifier: GPL-3.0-or-later
"""When somebody starts, pauses, resumes and ends, told as (probability, seconds)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.engine.segmenter import Segment, Segmenter

WAIT = 0.65


def story(*stretches: tuple[float, float]) -> list[tuple[Segment, object]]:
    """What becomes clear, and when, if these probabilities hold for these seconds."""
    segmenter, now = Segmenter(), 0.0
    clear: list[tuple[Segment, object]] = []
    for probability, seconds in stretches:
        for _ in range(round(seconds / 0.01)):
            now += 0.01
            if segment := segmenter.feed(probability, 0.01, WAIT):
                clear.append((segment, round(now, 2)))
    return clear


def test_silence_is_nothing() -> None:
    assert story((0.02, 10.0)) == []


def test_speech_starts_pauses_and_ends() -> None:
    assert story((0.9, 1.0), (0.05, 1.0)) == [
        (Segment.STARTED, pytest.approx(0.06, abs=0.011)),
        (Segment.PAUSED, pytest.approx(1.1, abs=0.011)),
        (Segment.ENDED, pytest.approx(1.65, abs=0.011)),
    ]


def test_a_breath_between_two_words_is_a_pause_and_no_end() -> None:
    assert [segment for segment, _ in story((0.9, 1.0), (0.05, 0.4), (0.9, 1.0), (0.05, 1.0))] == [
        Segment.STARTED,
        Segment.PAUSED,
        Segment.RESUMED,
        Segment.PAUSED,
        Segment.ENDED,
    ]


def test_a_click_is_too_short_to_be_speech() -> None:
    assert story((0.95, 0.04), (0.02, 1.0)) == []


def test_a_voice_that_fades_does_not_flicker() -> None:
    assert [segment for segment, _ in story((0.9, 0.5), (0.4, 0.5), (0.9, 0.5))] == [Segment.STARTED]


def test_who_never_stops_is_cut_before_whisper_goes_deaf() -> None:
    assert [moment for segment, moment in story((0.9, 60.0)) if segment is Segment.ENDED] == [
        pytest.approx(28.0, abs=0.1),
        pytest.approx(56.0, abs=0.2),
    ]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 1.0)), max_size=30))
def test_the_order_is_always_right(stretches: list[tuple[float, float]]) -> None:
    allowed = {
        None: {Segment.STARTED},
        Segment.STARTED: {Segment.PAUSED, Segment.ENDED},
        Segment.PAUSED: {Segment.RESUMED, Segment.ENDED},
        Segment.RESUMED: {Segment.PAUSED, Segment.ENDED},
        Segment.ENDED: {Segment.STARTED},
    }
    last = None
    for segment, _ in story(*stretches):
        assert segment in allowed[last]
        last = segment
