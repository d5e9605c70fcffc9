# SPDX-License-Identifier: GPL-3.0-or-later
"""Word errors are counted the way the field counts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.measuring.word_errors import number_words, plain_words, word_error_rate
from desktop_app.adapters.whisper_trial import word_edits


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, World!", "hello world"),
        ("It’s 7:30 – don't be late…", "it's seven thirty don't be late"),
        ("a well-known 'quote'", "a well known quote"),
        ("1,250 people", "one thousand two hundred fifty people"),
        ("eggs 3, 4", "eggs three four"),
        ("", ""),
        ("…?!", ""),
        ("ÉTÉ", "été"),
    ],
)
def test_words_are_compared_without_case_punctuation_and_figures(text: str, words: str) -> None:
    assert " ".join(plain_words(text)) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (40, "forty"),
        (99, "ninety nine"),
        (100, "one hundred"),
        (342, "three hundred forty two"),
        (2026, "two thousand twenty six"),
        (1_000_001, "one million one"),
        (999_999_999, "nine hundred ninety nine million nine hundred ninety nine thousand nine hundred ninety nine"),
    ],
)
def test_numbers_are_spelled_out(number: int, words: str) -> None:
    assert " ".join(number_words(number)) == words


@pytest.mark.parametrize(
    ("said", "heard", "edits"),
    [
        ("", "", 0),
        ("a b c", "a b c", 0),
        ("a b c", "", 3),
        ("", "a b", 2),
        ("a b c", "a x c", 1),
        ("a b c", "a c", 1),
        ("a b c", "a b b c", 1),
        ("the cat sat", "sat the cat", 2),
        ("a b c d", "b c d a", 2),
    ],
)
def test_edits_are_the_fewest(said: str, heard: str, edits: int) -> None:
    assert word_edits(said.split(), heard.split()) == edits


_WORDS = st.lists(st.sampled_from("abc"), max_size=8)


@given(_WORDS, _WORDS, _WORDS)
def test_edits_are_a_distance(one: list[str], two: list[str], three: list[str]) -> None:
    assert word_edits(one, two) == word_edits(two, one)
    assert (word_edits(one, two) == 0) == (one == two)
    assert word_edits(one, three) <= word_edits(one, two) + word_edits(two, three)
    assert abs(len(one) - len(two)) <= word_edits(one, two) <= max(len(one), len(two))


def test_the_rate_is_over_all_words_together() -> None:
    assert word_error_rate([("one two three four", "one two three four"), ("five", "nine")]) == 1 / 5
    assert word_error_rate([("hi", "hi there you")]) == 2.0
    assert word_error_rate([]) == 0.0
