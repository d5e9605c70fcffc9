# SPDX-License-Identifier: GPL-3.0-or-later
"""How long one waits after which words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.engine.endpointing import (
    LONGEST_SECONDS,
    SHORTEST_SECONDS,
    Completeness,
    Endpointing,
    completeness,
)

FINISHED, LIKELY, UNKNOWN = Completeness.FINISHED, Completeness.LIKELY, Completeness.UNKNOWN
UNFINISHED, FILLER = Completeness.UNFINISHED, Completeness.FILLER


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        ("What time is it?", "en", FINISHED),
        ("I went home.", "en", FINISHED),
        ("what time is it", "en", LIKELY),
        ("i went home", "en", LIKELY),
        ("yes", "en", FINISHED),
        ("no", "en", FINISHED),
        ("stop", "en", FINISHED),
        ("garden", "en", UNKNOWN),
        ("", "en", UNKNOWN),
        ("i went home and", "en", UNFINISHED),
        ("I went home, and", "en", UNFINISHED),
        ("i went to the", "en", UNFINISHED),
        ("because", "en", UNFINISHED),
        ("what i wanted to ask you is", "en", UNFINISHED),
        ("i can't seem to", "en", UNFINISHED),
        ("i think", "en", UNFINISHED),
        ("well you know", "en", UNFINISHED),
        ("I was thinking…", "en", UNFINISHED),
        ("first we go home,", "en", UNFINISHED),
        ("um", "en", FILLER),
        ("i would like um", "en", FILLER),
        ("Well.", "en", FILLER),
        ("Quelle heure est-il ?", "fr", FINISHED),
        ("je suis rentré chez moi", "fr", LIKELY),
        ("oui", "fr", FINISHED),
        ("je voudrais un", "fr", UNFINISHED),
        ("je suis parti parce que", "fr", UNFINISHED),
        ("il y avait ma sœur et", "fr", UNFINISHED),
        ("je pense", "fr", UNFINISHED),
        ("je voudrais euh", "fr", FILLER),
        ("ich gehe nach hause", "de", LIKELY),
    ],
)
def test_words_tell_how_finished_they_are(words: str, language: str, expected: Completeness) -> None:
    assert completeness(words, language) is expected


def test_the_wait_follows_the_words_and_the_patience() -> None:
    endpointing = Endpointing()
    assert endpointing.wait_seconds() == pytest.approx(0.65)
    endpointing.understood("What time is it?", "en")
    assert endpointing.wait_seconds() <= 0.5
    endpointing.understood("I went there and", "en")
    assert endpointing.wait_seconds() > 1.1
    endpointing.forget()
    assert endpointing.wait_seconds() == pytest.approx(0.65)
    endpointing.patience = 2.0
    assert endpointing.wait_seconds() == pytest.approx(1.3)


@given(st.text(max_size=80), st.sampled_from(["en", "fr", "de", ""]), st.floats(0.01, 100))
def test_whatever_was_said_the_wait_has_bounds(words: str, language: str, patience: float) -> None:
    endpointing = Endpointing(patience)
    endpointing.understood(words, language)
    assert SHORTEST_SECONDS <= endpointing.wait_seconds() <= LONGEST_SECONDS
