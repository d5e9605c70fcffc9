# SPDX-License-Identifier: GPL-3.0-or-later
"""The two state machines and the events that move them."""

from __future__ import annotations

import pytest

from desktop_app.domain import events
from desktop_app.domain.audio import VisemeTrack
from desktop_app.domain.conversation import Expression, TurnId
from desktop_app.domain.state import CompanionState, UserState, companion_state_after, user_state_after

TURN = TurnId(1)
SENTENCE = events.SentenceStarted(TURN, "Hi.", VisemeTrack((), 0.0), Expression.NEUTRAL, 0.0)


def test_a_spoken_turn_moves_both() -> None:
    user, companion = UserState.SILENT, CompanionState.LISTENING
    path = []
    for event in (
        events.UserSpeechStarted(),
        events.UserSpeechEnded(1.0),
        events.TurnStarted(TURN),
        events.TranscriptReady(TURN, "hello", "en"),
        SENTENCE,
        SENTENCE,
        events.TurnCompleted(TURN, "Hi. Hi."),
    ):
        user, companion = user_state_after(user, event), companion_state_after(companion, event)
        path.append((user.value, companion.value))

    assert path == [
        ("speaking", "listening"),
        ("finished", "listening"),
        ("finished", "thinking"),
        ("silent", "thinking"),
        ("silent", "speaking"),
        ("silent", "speaking"),
        ("silent", "listening"),
    ]


@pytest.mark.parametrize(
    ("state", "event"),
    [
        (CompanionState.LISTENING, SENTENCE),
        (CompanionState.LISTENING, events.TurnCompleted(TURN, "")),
        (CompanionState.THINKING, events.TurnStarted(TURN)),
        (CompanionState.SPEAKING, events.TurnStarted(TURN)),
    ],
)
def test_an_event_that_may_not_happen_now_is_a_bug(state: CompanionState, event: events.Event) -> None:
    with pytest.raises(LookupError):
        companion_state_after(state, event)


def test_an_event_of_no_concern_moves_nothing() -> None:
    assert user_state_after(UserState.SPEAKING, events.MuteChanged(True)) is UserState.SPEAKING
    assert companion_state_after(CompanionState.SPEAKING, events.MuteChanged(True)) is CompanionState.SPEAKING
