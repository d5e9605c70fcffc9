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
    assert heard_words(speech(0.5, 0.5, 0.5), "25 years", 0.95) == "25", "the letters share the time"


def test_a_figure_of_two_words_beside_two_words_in_one_does_not_shift_the_others() -> None:
    spoken = speech(0.2, 0.3, 0.3, 0.3, 0.3, 0.3)  # At, ten, thirty, some, of-the, men
    heard = heard_words(spoken, "At 10:30 some of the men", 1.2)
    assert heard == "At 10:30 some", "by chance there are six of both"


@pytest.mark.parametrize(
    ("heard_seconds", "expected"),
    [(0.9, "Il a dit"), (1.1, "Il a dit « oui » ?"), (1.9, "Il a dit « oui » ?"), (2.0, "Il a dit « oui » ? - Oui »")],
)
def test_marks_that_stand_alone_are_no_words(heard_seconds: float, expected: str) -> None:
    assert heard_words(speech(0.2, 0.2, 0.4, 0.3, 0.9), "Il a dit « oui » ? - Oui »", heard_seconds) == expected


@pytest.mark.parametrize("text", ["Yes.", "Yes, 1."])
def test_the_last_word_ends_with_its_last_sound_and_not_with_the_silence_after_it(text: str) -> None:
    phonemes = (PhonemeTiming("j", 0.04, 0.08), PhonemeTiming("s", 0.12, 0.18), PhonemeTiming(".", 0.3, 0.25))
    spoken = Speech(text, 0.55, phonemes, soundless())
    assert heard_words(spoken, text, 0.28) != text
    assert heard_words(spoken, text, 0.31) == text


def test_a_word_ends_before_the_pause_of_its_comma() -> None:
    phonemes = (
        PhonemeTiming("a", 0.0, 0.3), PhonemeTiming(",", 0.3, 0.4), PhonemeTiming(" ", 0.7, 0.0),
        PhonemeTiming("b", 0.7, 0.3),
    )  # fmt: skip
    assert heard_words(Speech("", 1.0, phonemes, soundless()), "Ah, bee", 0.31) == "Ah,"
