# SPDX-License-Identifier: GPL-3.0-or-later
"""What Whisper invents never becomes somebody's words; what was said does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.adapters.transcriber_guards import Evidence, believable, most_tokens

CLEAR = Evidence(
    speech_seconds=2.0,
    speech_share=0.6,
    average_log_probability=-0.3,
    no_speech_probability=0.05,
    compression_ratio=1.2,
)


@pytest.mark.parametrize(
    "text",
    [
        "What a day.",
        "no no no",
        "ha ha ha ha",
        "Yes.",
        "Thank you.",
        "You",
        "Je m'appelle Anna.",
        "Twenty-four, please!",
        "Could you set a timer for ten minutes, and another one for twenty minutes?",
    ],
)
def test_clear_speech_is_believed(text: str) -> None:
    assert believable(text, CLEAR) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " . ",
        "…",
        "[Music]",
        "(applause) [laughter]",
        "♪ ♪",
        "*sighs*",
        "Subtitles by the Amara.org community",
        "Sous-titres réalisés par la communauté d'Amara.org",
        "Sous-titrage ST' 501",
        "Transcription by CastingWords",
        "Untertitelung des ZDF, 2020",
        "I'm going to go to the store " * 8,
        "you you you you you you you you you you",
        "Thank you. Thank you. Thank you. Thank you. Thank you. Thank you. Thank you.",
    ],
)
def test_what_nobody_says_is_never_believed(text: str) -> None:
    assert believable(text, CLEAR) == ""


@pytest.mark.parametrize("text", ["Thanks for watching!", "Thank you.", "you", "Bye.", "Merci.", "Please subscribe"])
@pytest.mark.parametrize(
    "weak",
    [
        replace(CLEAR, speech_seconds=0.2),
        replace(CLEAR, speech_share=0.1),
        replace(CLEAR, no_speech_probability=0.5),
        replace(CLEAR, average_log_probability=-0.9),
    ],
)
def test_stock_phrases_count_only_when_there_was_speech(text: str, weak: Evidence) -> None:
    assert believable(text, weak) == ""


def test_other_words_count_even_when_spoken_low() -> None:
    assert believable("Open the window.", replace(CLEAR, speech_share=0.1)) == "Open the window."


@pytest.mark.parametrize(
    "doubt",
    [
        replace(CLEAR, average_log_probability=-2.0),
        replace(CLEAR, average_log_probability=-1.4, speech_share=0.1),
        replace(CLEAR, average_log_probability=-1.4, speech_seconds=0.2),
        replace(CLEAR, no_speech_probability=0.9, average_log_probability=-0.8),
    ],
)
def test_what_the_model_itself_doubts_is_not_believed(doubt: Evidence) -> None:
    assert believable("Open the window.", doubt) == ""


def test_poorly_understood_words_count_where_somebody_clearly_spoke() -> None:
    assert believable("Open the windy.", replace(CLEAR, average_log_probability=-1.5)) == "Open the windy."


def test_more_words_than_anybody_can_say_in_that_time_are_not_believed() -> None:
    text = "This is far more than anybody could ever say in the blink of an eye."
    assert believable(text, replace(CLEAR, speech_seconds=0.3)) == ""
    assert believable(text, replace(CLEAR, speech_seconds=4.0)) == text


def test_remarks_are_taken_out_of_what_was_said() -> None:
    assert believable("[coughs] Well, (laughs) fine. ♪", CLEAR) == "Well, fine."


@pytest.mark.parametrize(
    ("language", "tokens", "spoken_seconds"),
    [
        ("en", 24, 3.0),  # 116 characters, as Whisper's vocabulary spells them
        ("fr", 40, 5.0),  # 127: "Alors écoute, hier soir je suis allé chez ma grand-mère …"
        ("el", 43, 3.5),
        ("hi", 92, 4.0),
        ("ja", 30, 3.0),
        (None, 92, 4.0),
    ],
)
def test_the_bound_leaves_room_for_whoever_speaks_fast(
    language: str | None, tokens: int, spoken_seconds: float
) -> None:
    assert most_tokens(spoken_seconds, language, 0.225) > tokens


def test_the_bound_grows_with_what_was_said_and_ends_with_the_window() -> None:
    assert most_tokens(1.0, "en", 0.225) < most_tokens(4.0, "en", 0.225) <= most_tokens(100.0, "hi", 0.225)
    assert most_tokens(100.0, "hi", 0.225) == most_tokens(29.0, "hi", 0.225) < 448 / 2
