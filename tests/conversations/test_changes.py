# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens when parts, settings or the companion change in the middle of something, and loading takes its time."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from desktop_app.domain import events
from desktop_app.domain.commands import ChangePersona, ChangeSettings, Command, ForgetFact, SayText, SetMuted
from desktop_app.domain.errors import EarsError, LoudspeakerError, StorageError, VoiceError
from desktop_app.domain.events import Component, Event
from desktop_app.domain.memory import KeptMessage
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings, Theme
from desktop_app.engine.engine import Engine
from desktop_app.engine.host import EngineHost
from tests.fakes.ears import Says
from tests.fakes.script import EMBER, Conversation
from tests.fakes.voice import FakeSpeaker

QUIET = Settings(greet=False)
LONG_ANSWER = "One two three four five six seven eight nine ten eleven twelve."


def transcripts(talk: Conversation) -> list[str]:
    return [event.text for event in talk.all(events.TranscriptReady)]


def test_a_voice_that_fails_in_a_draft_fails_the_turn_and_not_the_engine() -> None:
    talk = Conversation([Says("hello", 1.0, 2.0), Says("hello again", 6.0, 7.0)], ["Broken.", "Whole."])
    talk.workshop.voice.failures = {"Broken.": VoiceError("voice.failed", "The voice could not speak.")}
    talk.run()

    assert [event.notice.code for event in talk.all(events.TurnFailed)] == ["voice.failed"]
    assert talk.said == ["Whole."]


def test_other_ears_are_loaded_while_somebody_speaks() -> None:
    talk = Conversation(
        [Says("what a day", 1.0, 4.0), Says("and what a night", 9.0, 10.0)],
        commands=[(2.0, ChangeSettings(replace(QUIET, whisper="base")))],
    )
    talk.workshop.loading_seconds = 0.5
    talk.run()

    assert transcripts(talk) == ["what a day", "and what a night"]
    assert [ears.closed for ears in talk.workshop.given_ears] == [True, True]


def test_ears_that_cannot_be_exchanged_leave_the_present_ones_in_use() -> None:
    talk = Conversation([Says("hello", 5.0, 6.0)], commands=[(2.0, ChangeSettings(replace(QUIET, whisper="base")))])
    talk.at_moments = [(1.0, lambda: talk.workshop.missing.update(ears=EarsError("ears.broken", "Could not be read.")))]
    talk.run()

    assert transcripts(talk) == ["hello"]
    assert [event.notice.code for event in talk.all(events.NoticeRaised)] == ["ears.broken"]


def test_mute_is_obeyed_at_once_while_something_loads() -> None:
    talk = Conversation(
        [Says("this is private", 5.0, 7.0)],
        commands=[(1.0, ChangeSettings(replace(QUIET, whisper="base"))), (3.0, SetMuted(True))],
    )
    talk.at_moments = [(0.5, lambda: setattr(talk.workshop, "loading_seconds", 15.0))]
    talk.run()

    assert talk.moment(events.MuteChanged) == pytest.approx(3.0, abs=0.1)
    assert transcripts(talk) == []


def test_what_is_typed_before_everything_is_loaded_is_answered_afterwards() -> None:
    talk = Conversation(commands=[(0.5, SayText("hello"))], answers=["Hi."])
    talk.workshop.loading_seconds = 3.0
    talk.run()

    assert talk.said == ["Hi."]


def test_shutting_down_does_not_wait_for_what_is_being_loaded() -> None:
    talk = Conversation(lasts_seconds=1.0)
    talk.workshop.loading_seconds = 600.0
    talk.run()

    assert talk.moment(events.EngineStopped) < 10.0


def test_a_starter_that_is_missing_is_told_before_the_engine_stops() -> None:
    talk = Conversation()
    talk.workshop.missing = {"ears": EarsError("ears.missing", "The starter ears are missing.")}
    with pytest.raises(ExceptionGroup) as died:
        talk.run()

    assert isinstance(died.value.exceptions[0], EarsError)
    assert talk.story[-2:] == ["NoticeRaised", "EngineStopped"]
    assert talk.memory.closed


def test_the_loudspeaker_just_chosen_is_not_replaced_by_an_older_search() -> None:
    talk = Conversation(commands=[(1.5, ChangeSettings(replace(QUIET, loudspeaker="kitchen"))), (12.0, SayText("hi"))])
    missing = LoudspeakerError("loudspeaker.missing", "None.")
    talk.workshop.speakers = [FakeSpeaker(failures=[missing]), FakeSpeaker(failures=[missing])]
    talk.run()

    ready = [event.name for event in talk.all(events.ComponentReady) if event.component is Component.LOUDSPEAKER]
    assert ready == ["kitchen"]


def test_what_was_said_to_one_companion_is_not_answered_by_another() -> None:
    luna = Persona("luna", "Luna")
    talk = Conversation([Says("a secret for ember", 1.0, 2.0)], commands=[(2.7, ChangePersona(luna))])
    talk.workshop.transcribing.takes_seconds = 1.5
    talk.run()

    assert transcripts(talk) == []
    assert talk.history == []


def test_the_window_is_told_what_was_said_last_with_whoever_it_is() -> None:
    luna = Persona("luna", "Luna")
    talk = Conversation(commands=[(1.0, SayText("hello ember")), (8.0, ChangePersona(luna))], answers=["Hi."])
    said_before = [KeptMessage("person", f"words {number}", datetime(2026, 1, 1, tzinfo=UTC)) for number in range(30)]
    talk.memory.messages += [("ember", message) for message in said_before]
    talk.run()

    ember, after = talk.all(events.ConversationResumed)
    assert ember == events.ConversationResumed("ember", tuple(said_before[-20:]))
    assert after == events.ConversationResumed("luna", ())
    order = [type(event) for event in talk.events]
    assert order.index(events.ConversationResumed) < order.index(events.EngineStarted)
    assert talk.events.index(after) > order.index(events.PersonaChanged)


def test_a_changed_theme_does_not_interrupt_anybody() -> None:
    changed = ChangeSettings(replace(QUIET, theme=Theme.DARK))
    talk = Conversation(commands=[(1.0, SayText("hello")), (3.0, changed)], answers=[LONG_ANSWER]).run()

    assert [event.heard_text for event in talk.all(events.TurnCompleted)] == [LONG_ANSWER]


def test_another_voice_interrupts_and_speaks_from_then_on() -> None:
    changed = ChangeSettings(replace(QUIET, voice="other"))
    commands: list[tuple[float, Command]] = [(1.0, SayText("hello")), (3.0, changed), (6.0, SayText("again"))]
    talk = Conversation(commands=commands, answers=[LONG_ANSWER, "Hi."]).run()

    assert len(talk.all(events.TurnInterrupted)) == 1
    assert talk.workshop.given_voices[-1].spoken == ["Hi."]


@pytest.mark.parametrize("low_power", [False, True])
def test_forgetting_is_answered_with_what_was_known_until_then(low_power: bool) -> None:
    talk = Conversation(
        [Says("forget my name", 6.0, 7.0)],
        commands=[(1.0, SayText("My name is Anna."))],
        settings=replace(QUIET, low_power=low_power),
    ).run()

    assert [fact.value for fact in talk.workshop.model.prompts[1].facts] == ["Anna"]
    assert talk.all(events.FactsChanged)[-1].facts == ()


def test_a_fact_that_is_clicked_away_does_not_live_on_in_a_draft() -> None:
    talk = Conversation(
        [Says("what is my name", 6.0, 7.0)],
        commands=[(1.0, SayText("My name is Anna.")), (7.25, ForgetFact(2))],
    ).run()

    assert talk.all(events.FactsChanged)[-1].facts == ()
    assert talk.workshop.model.prompts[-1].facts == ()


def test_a_companion_may_change_in_the_very_moment_speech_ends() -> None:
    for moment in (2.1, 2.2, 2.3, 2.4, 2.45, 2.46, 2.47, 2.5):
        luna = replace(EMBER, id="luna", name="Luna")
        talk = Conversation(
            [Says("hello", 1.0, 2.0), Says("hello luna", 6.0, 7.0)], commands=[(moment, ChangePersona(luna))]
        ).run()
        assert transcripts(talk)[-1] == "hello luna"


# --- the thread around the engine -------------------------------------------------------------------------------------


def hosted(slow_seconds: float = 0.0, error: Exception | None = None) -> tuple[EngineHost, list[Event]]:
    talk, heard = Conversation(), list[Event]()

    def make() -> Engine:
        time.sleep(slow_seconds)
        if error:
            raise error
        return talk.engine()

    host = EngineHost(make)
    host.subscribe(heard.append)
    return host, heard


def test_a_host_can_be_stopped_before_its_engine_is_made() -> None:
    host, heard = hosted(slow_seconds=0.3)
    host.start()
    host.stop()
    assert isinstance(heard[-1], events.EngineStopped)
    assert not [thread for thread in threading.enumerate() if thread.name == "engine"]


def test_a_host_that_was_never_started_can_be_stopped() -> None:
    host, heard = hosted()
    host.stop()
    assert heard == []


def test_an_engine_that_cannot_be_made_is_told_and_raised() -> None:
    host, heard = hosted(error=StorageError("storage.newer", "A newer Fireside wrote this."))
    host.start()
    with pytest.raises(StorageError):
        time.sleep(0.2)
        host.stop()
    assert [event.notice.code for event in heard if isinstance(event, events.NoticeRaised)] == ["storage.newer"]
    host.submit(SayText("hello?"))
