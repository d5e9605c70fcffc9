# SPDX-License-Identifier: GPL-3.0-or-later
"""What a voice over the companion's means, step by step, from probability, prominence and words."""

from __future__ import annotations

import pytest

from desktop_app.domain.settings import BargeIn
from desktop_app.domain.state import CompanionState
from desktop_app.engine.barge_in import Overlap, Step, may_listen
from desktop_app.engine.interjections import Interjection

_FRAME_SECONDS = 0.01


def _hear(
    overlap: Overlap,
    seconds: float,
    probability: float = 0.9,
    prominence_db: float = 30.0,
    means: Interjection | None = None,
    nearness_db: float | None = None,
    raw_prominence_db: float = 0.0,
) -> list[Step]:
    """Feeds sound and answers every look at once; returns all steps but the looks themselves."""
    steps: list[Step] = []
    for _ in range(round(seconds / _FRAME_SECONDS)):
        step = overlap.feed(probability, prominence_db, _FRAME_SECONDS, nearness_db, raw_prominence_db)
        if step is Step.LOOK and means is not None:
            step = overlap.understood(means)
        if step not in (None, Step.LOOK):
            assert step is not None
            steps.append(step)
        if step is Step.STOP:
            break
    return steps


def _silence(overlap: Overlap, seconds: float, means: Interjection | None = None) -> list[Step]:
    return _hear(overlap, seconds, probability=0.01, prominence_db=0.0, means=means)


@pytest.mark.parametrize(
    ("mode", "companion", "muted", "held", "may"),
    [
        (BargeIn.OPEN, CompanionState.SPEAKING, False, False, True),
        (BargeIn.OPEN, CompanionState.SPEAKING, True, True, False),
        (BargeIn.HALF_DUPLEX, CompanionState.SPEAKING, False, True, False),
        (BargeIn.HALF_DUPLEX, CompanionState.THINKING, False, False, True),
        (BargeIn.PUSH_TO_TALK, CompanionState.LISTENING, False, False, False),
        (BargeIn.PUSH_TO_TALK, CompanionState.LISTENING, False, True, True),
    ],
)
def test_when_the_microphone_counts(
    mode: BargeIn, companion: CompanionState, muted: bool, held: bool, may: bool
) -> None:
    assert may_listen(mode, companion, muted, held) is may


def test_the_first_suspicion_ducks_at_once() -> None:
    overlap = Overlap()
    assert overlap.feed(0.1, 10.0, _FRAME_SECONDS) is Step.DUCK
    assert overlap.is_suspected


def test_a_sound_that_stands_out_ducks_before_it_is_a_voice() -> None:
    assert _hear(Overlap(), 0.05, probability=0.0, prominence_db=20.0) == [Step.DUCK]


def test_what_is_much_louder_at_the_microphone_ducks_though_the_canceller_leaves_nothing_of_it() -> None:
    assert _hear(Overlap(), 0.05, probability=0.0, prominence_db=0.0, raw_prominence_db=8.0) == [Step.DUCK]
    assert _hear(Overlap(), 0.05, probability=0.0, prominence_db=0.0, raw_prominence_db=4.0) == []


def test_a_voice_that_is_always_there_is_no_suspicion() -> None:
    assert _hear(Overlap(), 5.0, probability=0.9, prominence_db=3.0) == []


@pytest.mark.parametrize(
    ("meaning", "within_seconds"),
    [(Interjection.FLOOR, 0.25), (Interjection.WORDS, 0.4), (Interjection.FRAGMENT, 0.45), (Interjection.NOTHING, 0.7)],
)
def test_what_goes_on_stops_the_companion(meaning: Interjection, within_seconds: float) -> None:
    overlap = Overlap()
    assert _hear(overlap, within_seconds, means=meaning) == [Step.DUCK, Step.STOP]


@pytest.mark.parametrize("meaning", [Interjection.BACKCHANNEL, Interjection.OWN_ECHO])
def test_a_backchannel_and_the_own_echo_only_duck_for_a_while(meaning: Interjection) -> None:
    overlap = Overlap()
    assert _hear(overlap, 0.5, means=meaning) == [Step.DUCK]
    assert _silence(overlap, 0.5, means=meaning) == [Step.RESTORE]
    assert overlap.is_calm


def test_a_word_that_is_over_before_it_is_understood_stops_nothing_unless_it_asks_for_the_floor() -> None:
    for meaning, expected in ((Interjection.WORDS, Step.RESTORE), (Interjection.FLOOR, Step.STOP)):
        overlap = Overlap()
        assert _hear(overlap, 0.15) == [Step.DUCK]
        assert _silence(overlap, 0.8, means=meaning) == [expected]


def test_a_knock_is_over_at_once() -> None:
    overlap = Overlap()
    assert _hear(overlap, 0.1, probability=0.02, prominence_db=40.0) == [Step.DUCK]
    assert _silence(overlap, 0.5) == [Step.RESTORE]


def test_a_voice_that_says_nothing_that_counts_is_talked_over_and_still_listened_to() -> None:
    overlap = Overlap()
    assert _hear(overlap, 1.5, means=Interjection.BACKCHANNEL) == [Step.DUCK, Step.RESTORE]
    assert _hear(overlap, 0.3, means=Interjection.WORDS) == [Step.STOP]


def test_where_the_ears_are_too_slow_a_long_voice_counts_by_itself() -> None:
    overlap = Overlap()
    assert _hear(overlap, 1.5) == [Step.DUCK, Step.STOP]


@pytest.mark.parametrize("meaning", [Interjection.WORDS, Interjection.FRAGMENT, Interjection.NOTHING])
def test_a_voice_as_loud_as_the_persons_needs_no_words(meaning: Interjection) -> None:
    assert _hear(Overlap(), 0.5, means=meaning, nearness_db=-1.0) == [Step.DUCK, Step.STOP]


def test_words_in_a_voice_as_loud_as_the_persons_need_not_seem_to_be_a_voice() -> None:
    unsure = 0.15
    for meaning in (Interjection.WORDS, Interjection.FRAGMENT):
        assert _hear(Overlap(), 0.5, unsure, means=meaning, nearness_db=0.0) == [Step.DUCK, Step.STOP]
    assert _hear(Overlap(), 0.5, unsure, means=Interjection.NOTHING, nearness_db=0.0) == [Step.DUCK]


def test_a_sound_that_stands_out_is_no_silence_though_it_seems_to_be_no_voice() -> None:
    overlap = Overlap()
    assert _hear(overlap, 0.6, probability=0.05) == [Step.DUCK]
    assert overlap.is_suspected


def test_a_voice_of_nobody_knows_whom_that_says_nothing_is_waited_for() -> None:
    assert _hear(Overlap(), 0.5, means=Interjection.NOTHING, nearness_db=None) == [Step.DUCK]


@pytest.mark.parametrize("meaning", [None, Interjection.WORDS, Interjection.FRAGMENT, Interjection.NOTHING])
def test_a_voice_much_weaker_than_the_persons_stops_nothing(meaning: Interjection | None) -> None:
    assert Step.STOP not in _hear(Overlap(), 4.0, means=meaning, nearness_db=-7.0)


def test_at_the_end_of_a_word_it_is_seen_first_whether_the_voice_goes_on() -> None:
    overlap = Overlap()
    assert _hear(overlap, 0.3, means=Interjection.NOTHING, nearness_db=0.0) == [Step.DUCK]
    assert _hear(overlap, 0.08, prominence_db=11.0, means=Interjection.NOTHING, nearness_db=0.0) == []
    assert _hear(overlap, 0.08, means=Interjection.NOTHING, nearness_db=0.0) == [Step.STOP]


def test_a_song_far_away_is_looked_at_now_and_then_only() -> None:
    def looks(nearness_db: float) -> int:
        overlap, count = Overlap(), 0
        for _ in range(round(0.9 / _FRAME_SECONDS)):
            if overlap.feed(0.9, 30.0, _FRAME_SECONDS, nearness_db) is Step.LOOK:
                count += 1
                overlap.understood(Interjection.BACKCHANNEL)
        return count

    assert looks(nearness_db=0.0) > 10
    assert looks(nearness_db=-7.0) <= 3


def test_a_weak_voice_may_still_ask_for_the_floor() -> None:
    assert _hear(Overlap(), 0.4, means=Interjection.FLOOR, nearness_db=-7.0) == [Step.DUCK, Step.STOP]


def test_an_answer_about_a_stretch_that_is_over_changes_nothing() -> None:
    overlap = Overlap()
    _hear(overlap, 0.3)
    overlap.reset()
    assert overlap.understood(Interjection.WORDS) is None
