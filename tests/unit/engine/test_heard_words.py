# SPDX-License-Identifier: GPL-3.0-or-later
"""What was heard of a sentence that was cut short."""

from __future__ import annotations

import pytest

from desktop_app.domain.audio import PhonemeTiming, Speech
from desktop_app.engine.turn import heard_words
from tests.fakes.voice import soundless


def speech(*words_seconds: float, timed: bool = True) -> Speech:
    phonemes: list[PhonemeTiming] = []
    now = 0.0
    for seconds in words_seconds:
        if phonemes:
            phonemes.append(PhonemeTiming(" ", now, 0.0))
        phonemes.append(PhonemeTiming("a", now, seconds))
        now += seconds
    return Speech("", now, tuple(phonemes) if timed else (), soundless())


@pytest.mark.parametrize(
    ("heard_seconds", "expected"),
    [(-1.0, ""), (0.0, ""), (0.4, ""), (0.5, "one"), (1.4, "one"), (1.5, "one two"), (9.0, "one two three")],
)
def test_a_word_counts_when_it_was_heard_to_its_end(heard_seconds: float, expected: str) -> None:
    assert heard_words(speech(0.5, 1.0, 0.5), "one two three", heard_seconds) == expected


def test_without_timings_the_letters_share_the_time() -> None:
    untimed = speech(1.0, timed=False)
    assert heard_words(untimed, "aa aaaaaa aa", 0.25) == "aa"
    assert heard_words(untimed, "aa aaaaaa aa", 0.85) == "aa aaaaaa"


def test_a_number_that_is_spoken_as_two_words_does_not_confuse_it() -> None:
    assert heard_words(speech(0.5, 0.5, 0.5), "25 years", 0.8) == "25", "the letters share the time"
