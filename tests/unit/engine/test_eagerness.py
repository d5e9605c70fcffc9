# SPDX-License-Identifier: GPL-3.0-or-later
"""At which pauses an answer is begun in secret."""

from __future__ import annotations

from desktop_app.domain.conversation import TurnTimings
from desktop_app.engine.eagerness import Eagerness

LIKELY, UNLIKELY = "i went home", "i went home and"


def eager() -> Eagerness:
    eagerness = Eagerness()
    eagerness.begin_utterance()
    return eagerness


def test_at_most_four_drafts_belong_to_one_utterance() -> None:
    eagerness = eager()
    assert [eagerness.allows(LIKELY, "en") for _ in range(6)] == [True] * 4 + [False] * 2
    eagerness.begin_utterance()
    assert eagerness.allows(LIKELY, "en")


def test_low_power_allows_none() -> None:
    eagerness = eager()
    eagerness.low_power = True
    assert not eagerness.allows(LIKELY, "en")


def test_when_most_drafts_were_in_vain_only_likely_ends_are_worth_one_until_they_are_used_again() -> None:
    eagerness = eager()
    assert eagerness.allows(UNLIKELY, "en")
    for _ in range(5):
        eagerness.was_wasted()
    assert not eagerness.allows(UNLIKELY, "en")
    assert eagerness.allows(LIKELY, "en")
    for _ in range(3):
        eagerness.was_used()
    assert eagerness.allows(UNLIKELY, "en")


def test_the_same_holds_for_a_model_that_is_slow_to_its_first_token() -> None:
    eagerness = eager()
    eagerness.saw(TurnTimings(transcript_seconds=0.3, first_token_seconds=12.0))
    assert not eagerness.allows(UNLIKELY, "en")
    assert eagerness.allows(LIKELY, "en")
    for _ in range(10):
        eagerness.saw(TurnTimings(transcript_seconds=0.3, first_token_seconds=0.5))
    assert eagerness.allows(UNLIKELY, "en")


def test_waste_is_told_once() -> None:
    eagerness = eager()
    eagerness.was_wasted()
    eagerness.was_wasted()
    assert (eagerness.take_wasted(), eagerness.take_wasted()) == (2, 0)
