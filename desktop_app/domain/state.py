# SPDX-License-Identifier: GPL-3.0-or-later
"""What the person and the companion are doing, each as a small machine driven by events.

The two overlap in time (a person may speak while the companion does), so each has its own states and its own table.
A table lists every event that may arrive in a state; one that moves a machine but has no entry is a bug and raises.

    person      SILENT ─UserSpeechStarted▶ SPEAKING ─UserSpeechEnded▶ FINISHED ─TranscriptReady, …Dismissed▶ SILENT
    companion   LISTENING ─TurnStarted▶ THINKING ─SentenceStarted▶ SPEAKING ─Turn(Completed|Interrupted|Failed)▶ …
"""

from __future__ import annotations

from enum import StrEnum

from desktop_app.domain import events
from desktop_app.domain.events import Event


class UserState(StrEnum):
    SILENT = "silent"
    SPEAKING = "speaking"
    FINISHED = "finished"
    """Has stopped speaking; the words are being understood."""


class CompanionState(StrEnum):
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"


_USER: dict[tuple[UserState, type[Event]], UserState] = {
    (UserState.SILENT, events.UserSpeechStarted): UserState.SPEAKING,
    (UserState.SILENT, events.TranscriptReady): UserState.SILENT,  # typed words
    (UserState.SPEAKING, events.TranscriptReady): UserState.SPEAKING,  # typed, or speaking again before the words came
    (UserState.SPEAKING, events.UserSpeechEnded): UserState.FINISHED,
    (UserState.SPEAKING, events.UtteranceDismissed): UserState.SILENT,  # muted in mid-speech
    (UserState.FINISHED, events.TranscriptReady): UserState.SILENT,
    (UserState.FINISHED, events.UtteranceDismissed): UserState.SILENT,
    (UserState.FINISHED, events.UserSpeechStarted): UserState.SPEAKING,
}

_COMPANION: dict[tuple[CompanionState, type[Event]], CompanionState] = {
    (CompanionState.LISTENING, events.TurnStarted): CompanionState.THINKING,
    (CompanionState.THINKING, events.SentenceStarted): CompanionState.SPEAKING,
    (CompanionState.SPEAKING, events.SentenceStarted): CompanionState.SPEAKING,
    (CompanionState.THINKING, events.TurnCompleted): CompanionState.LISTENING,
    (CompanionState.SPEAKING, events.TurnCompleted): CompanionState.LISTENING,
    (CompanionState.THINKING, events.TurnInterrupted): CompanionState.LISTENING,
    (CompanionState.SPEAKING, events.TurnInterrupted): CompanionState.LISTENING,
    (CompanionState.THINKING, events.TurnFailed): CompanionState.LISTENING,
    (CompanionState.SPEAKING, events.TurnFailed): CompanionState.LISTENING,
}

_MOVES_USER = frozenset(event for _, event in _USER)
_MOVES_COMPANION = frozenset(event for _, event in _COMPANION)


def user_state_after(state: UserState, event: Event) -> UserState:
    """The person's next state. Raises LookupError for an event that may not happen now."""
    return _USER[state, type(event)] if type(event) in _MOVES_USER else state


def companion_state_after(state: CompanionState, event: Event) -> CompanionState:
    """The companion's next state. Raises LookupError for an event that may not happen now."""
    return _COMPANION[state, type(event)] if type(event) in _MOVES_COMPANION else state
