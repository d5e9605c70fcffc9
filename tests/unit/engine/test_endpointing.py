# SPDX-License-Identifier: GPL-3.0-or-later
"""How long one waits after which words, and how the wait follows the person's own pauses."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.domain.habits import SpeakingHabits
from desktop_app.engine.endpointing import LONGEST_SECONDS, SHORTEST_SECONDS, Endpointing, FixedEndpointing

FINISHED, LIKELY, UNCLEAR = "What time is it?", "what time is it", "garden"
UNFINISHED, FILLER = "I went there and", "I would like um"


def wait_after(words: str, endpointing: Endpointing | None = None) -> float:
    endpointing = endpointing or Endpointing()
    endpointing.understood(words, "en")
    return endpointing.wait_seconds()


def learnt(pauses: list[tuple[str, float]]) -> Endpointing:
    endpointing = Endpointing()
    for words, pause_seconds in pauses:
        endpointing.went_on(words, "en", pause_seconds)
    return endpointing


@pytest.mark.parametrize(
    ("words", "wait_seconds"), [(FINISHED, 0.3), (LIKELY, 0.36), (UNCLEAR, 0.65), (UNFINISHED, 1.35), (FILLER, 1.6)]
)
def test_of_somebody_unknown_the_words_alone_decide(words: str, wait_seconds: float) -> None:
    assert wait_after(words) == pytest.approx(wait_seconds)


def test_until_the_words_are_known_nobody_is_cut_off() -> None:
    endpointing = Endpointing()
    assert endpointing.wait_seconds() == LONGEST_SECONDS
    wait_after(FINISHED, endpointing)
    endpointing.forget()
    assert endpointing.wait_seconds() == LONGEST_SECONDS


def test_patience_is_the_persons_own_factor() -> None:
    assert wait_after(LIKELY, Endpointing(patience=2.0)) == pytest.approx(0.72)
    assert wait_after(FILLER, Endpointing(patience=2.0)) == LONGEST_SECONDS
    assert wait_after(FINISHED, Endpointing(patience=0.5)) == SHORTEST_SECONDS


def test_who_pauses_long_is_waited_for_longer_but_slowly() -> None:
    once = learnt([(LIKELY, 0.6)])
    assert wait_after(LIKELY) < wait_after(LIKELY, once) < wait_after(LIKELY) + 0.05
    often = learnt([(LIKELY, 0.6)] * 12)
    assert wait_after(LIKELY, often) > 0.6
    assert wait_after(UNFINISHED, often) == wait_after(UNFINISHED), "each kind of pause is learnt by itself"


def test_who_goes_on_quickly_is_answered_sooner() -> None:
    brisk = learnt([(UNCLEAR, 0.3)] * 100)
    assert wait_after(UNCLEAR, brisk) < wait_after(UNCLEAR)


def test_the_learnt_length_is_that_below_which_nine_in_ten_pauses_stay() -> None:
    pauses = [0.4 + 0.04 * (7 * n % 10) for n in range(2000)]  # 0.40 … 0.76, all equally often
    assert learnt([(UNCLEAR, pause) for pause in pauses]).habits.after_unclear_seconds == pytest.approx(0.74, abs=0.05)


def test_what_could_never_be_cut_teaches_nothing() -> None:
    for pause_seconds in (0.0, 0.1, SHORTEST_SECONDS - 0.01, LONGEST_SECONDS + 0.01, 60.0):
        assert learnt([(FINISHED, pause_seconds)]).habits == SpeakingHabits()


def test_however_somebody_speaks_finished_sentences_are_answered_and_unfinished_ones_are_not_cut() -> None:
    slow = learnt([(words, LONGEST_SECONDS) for words in (FINISHED, UNCLEAR, UNFINISHED)] * 500)
    brisk = learnt([(words, SHORTEST_SECONDS) for words in (FINISHED, UNCLEAR, UNFINISHED)] * 500)
    for endpointing in (slow, brisk):
        assert wait_after(FINISHED, endpointing) <= 0.5
        assert wait_after(UNFINISHED, endpointing) > 1.1


_PAUSES = st.lists(st.tuples(st.text(max_size=30), st.floats(0, 100)), max_size=60)


@given(st.text(max_size=80), st.sampled_from(["en", "fr", "de", ""]), st.floats(0.01, 100), _PAUSES)
def test_whatever_was_said_and_learnt_the_wait_has_bounds(
    words: str, language: str, patience: float, pauses: list[tuple[str, float]]
) -> None:
    endpointing = learnt(pauses)
    endpointing.patience = patience
    endpointing.understood(words, language)
    assert SHORTEST_SECONDS <= endpointing.wait_seconds() <= LONGEST_SECONDS
    assert all(0 <= seconds <= LONGEST_SECONDS for seconds in astuple(endpointing.habits))


def test_the_fixed_wait_hears_nothing_and_learns_nothing() -> None:
    fixed = FixedEndpointing(0.7)
    fixed.understood(UNFINISHED, "en")
    fixed.went_on(UNFINISHED, "en", 1.0)
    assert fixed.wait_seconds() == 0.7
    assert fixed.habits == SpeakingHabits()
