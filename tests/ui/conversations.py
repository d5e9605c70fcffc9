# SPDX-License-Identifier: GPL-3.0-or-later
"""Events as a conversation brings them, short to write in a test."""

from __future__ import annotations

from desktop_app.domain.audio import VisemeTrack
from desktop_app.domain.conversation import Expression, Transcript, TurnId
from desktop_app.domain.events import (
    Event,
    Notice,
    SentenceStarted,
    TranscriptChanged,
    TranscriptReady,
    TurnCompleted,
    TurnFailed,
    TurnInterrupted,
    TurnStarted,
    UserSpeechEnded,
    UserSpeechStarted,
)


def says(turn: int, text: str) -> SentenceStarted:
    return SentenceStarted(TurnId(turn), text, VisemeTrack((), 1.0), Expression.NEUTRAL, heard_at_seconds=0.0)


def understood(turn: int, text: str) -> tuple[Event, ...]:
    """The person's final words and the turn that they begin."""
    return TurnStarted(TurnId(turn)), TranscriptReady(TurnId(turn), text, "en")


def spoken(turn: int, text: str) -> tuple[Event, ...]:
    """A whole utterance of the person."""
    return UserSpeechStarted(), UserSpeechEnded(1.5), *understood(turn, text)


def hears(stable: str, tentative: str = "") -> TranscriptChanged:
    return TranscriptChanged(Transcript(stable, tentative))


def completed(turn: int, heard: str = "") -> TurnCompleted:
    return TurnCompleted(TurnId(turn), heard)


def interrupted(turn: int, heard: str) -> TurnInterrupted:
    return TurnInterrupted(TurnId(turn), heard)


def failed(turn: int, notice: Notice, heard: str = "") -> TurnFailed:
    return TurnFailed(TurnId(turn), heard, notice)
