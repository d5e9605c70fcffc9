# SPDX-License-Identifier: GPL-3.0-or-later
"""Events as JSON lines."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

from desktop_app.diagnostics.event_log import event_record, event_writer
from desktop_app.domain import events
from desktop_app.domain.audio import Viseme, VisemeKey, VisemeTrack
from desktop_app.domain.conversation import Expression, TurnId
from desktop_app.domain.memory import Fact, FactKind
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings

FACT = Fact("The person's name is Anna.", FactKind.STATED, "name", "Anna", datetime(2026, 1, 2, tzinfo=UTC), "I'm Anna")


def test_an_event_has_its_name_its_time_and_its_own_fields() -> None:
    event = events.TranscriptReady(TurnId(3), "hello", "en")
    assert event_record(event, 1.23456) == {
        "event": "TranscriptReady",
        "seconds": 1.2346,
        "turn_id": 3,
        "text": "hello",
        "language": "en",
    }


def test_every_kind_of_field_can_be_written() -> None:
    track = VisemeTrack((VisemeKey(Viseme.PP, 0.0, 0.1),), 0.5, (0.1, 1.0))
    for event in (
        events.SentenceStarted(TurnId(1), "Hi.", track, Expression.HAPPY, 12.5),
        events.FactsChanged((FACT,)),
        events.EngineStarted(Persona("ember", "Ember"), Settings()),
        events.ComponentLost(events.Component.EARS, events.Notice("ears.missing", "Gone.", "Look.")),
    ):
        assert json.loads(json.dumps(event_record(event, 0.0)))["event"] == type(event).__name__


def test_lines_count_from_the_first_event_and_leave_the_meters_out() -> None:
    file, now = io.StringIO(), iter([100.0, 100.5, 101.0])
    write = event_writer(file, lambda: next(now))
    write(events.UserSpeechStarted())
    write(events.LevelChanged(0.5, 0.9))
    write(events.UserSpeechEnded(1.0))

    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    assert [(line["event"], line["seconds"]) for line in lines] == [
        ("UserSpeechStarted", 0.0),
        ("UserSpeechEnded", 1.0),
    ]


def test_when_a_sentence_is_heard_counts_from_the_start_too() -> None:
    file, now = io.StringIO(), iter([100.0, 101.0])
    write = event_writer(file, lambda: next(now))
    write(events.UserSpeechStarted())
    write(events.SentenceStarted(TurnId(1), "Hi.", VisemeTrack((), 0.5), Expression.NEUTRAL, 100.9))

    assert json.loads(file.getvalue().splitlines()[-1])["heard_at_seconds"] == 0.9
