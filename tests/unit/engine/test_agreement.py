# SPDX-License-Identifier: GPL-3.0-or-later
"""Which words of a growing transcript are stable."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.domain.conversation import Transcript
from desktop_app.engine.agreement import LocalAgreement


def test_two_passes_that_agree_make_words_stable() -> None:
    agreement = LocalAgreement()
    assert agreement.feed("i went") == Transcript("", "i went")
    assert agreement.feed("i want home") == Transcript("i", "want home")
    assert agreement.feed("i want home and") == Transcript("i want home", "and")


def test_case_and_punctuation_are_no_disagreement() -> None:
    agreement = LocalAgreement()
    agreement.feed("Well. I went")
    assert agreement.feed("Well, I went home.").stable == "Well, I went"


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=6), max_size=10))
def test_stable_words_never_change_again(passes: list[list[str]]) -> None:
    agreement, stable = LocalAgreement(), ""
    for words in passes:
        now = agreement.feed(" ".join(words)).stable
        assert now.startswith(stable)
        stable = now
