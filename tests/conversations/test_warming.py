# SPDX-License-Identifier: GPL-3.0-or-later
"""The model reads what is known already while the person speaks, and never keeps an answer waiting."""

from __future__ import annotations

from desktop_app.domain import events
from desktop_app.domain.commands import SayText
from desktop_app.domain.settings import BargeIn, Settings
from tests.fakes.ears import Says
from tests.fakes.script import Conversation

TWICE = [Says("good morning to you", 1.0, 2.0), Says("and how are you", 8.0, 9.5)]


def test_as_soon_as_the_person_begins_to_speak_the_last_exchange_is_read() -> None:
    talk = Conversation(TWICE, ["Good morning.", "Fine."]).run()

    assert [(what, said) for what, said in talk.workshop.model.log if what != "warm" or said == "Good morning."] == [
        ("reply", "good morning to you"),
        ("warm", "Good morning."),
        ("reply", "and how are you"),
    ]


def test_what_is_already_read_is_not_read_again() -> None:
    talk = Conversation([Says("", 1.0, 1.3), Says("", 3.0, 3.3), Says("", 5.0, 5.3)]).run()

    assert talk.workshop.model.warmed == 1, "once at the start, and coughs change nothing"


def test_an_answer_never_waits_for_the_warming() -> None:
    quick, slow = warmed_in(0.1), warmed_in(60.0)

    assert quick.moment(events.SentenceStarted, 1) == slow.moment(events.SentenceStarted, 1)
    assert ("given up", "Good morning.") in slow.workshop.model.log


def warmed_in(seconds: float) -> Conversation:
    """The second time; at the start it is as quick as ever."""
    talk = Conversation(TWICE, ["Good morning.", "Fine."])
    talk.at_moments = [(5.0, lambda: setattr(talk.workshop.model, "warming_seconds", seconds))]
    return talk.run()


def test_after_an_interruption_what_was_heard_is_read() -> None:
    talk = Conversation(
        [Says("tell me everything", 1.0, 2.0), Says("stop it now please", 5.0, 7.0)],
        ["One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen."],
        settings=Settings(greet=False, barge_in=BargeIn.OPEN),
    ).run()

    heard = talk.all(events.TurnInterrupted)[0].heard_text
    assert any(what == "warm" and said.startswith(heard) for what, said in talk.workshop.model.log[1:])


def test_low_power_reads_nothing_ahead() -> None:
    talk = Conversation(TWICE, ["Good morning.", "Fine."], settings=Settings(greet=False, low_power=True)).run()

    assert [what for what, _ in talk.workshop.model.log] == ["warm", "reply", "reply"]


def test_a_model_that_fails_while_it_is_warmed_is_lost_and_found_again() -> None:
    talk = Conversation(TWICE, ["Good morning.", "Fine."])
    model = talk.workshop.model
    talk.at_moments = [(5.0, lambda: setattr(model, "down", True)), (14.0, lambda: setattr(model, "down", False))]
    talk.run()

    assert [event.component for event in talk.all(events.ComponentLost)] == [events.Component.MIND]
    assert len(talk.all(events.TurnCompleted)) == 2
    assert talk.all(events.ComponentReady)[-1].name == "fake model"


def test_a_model_that_cannot_be_warmed_but_answers_is_not_lost() -> None:
    talk = Conversation(TWICE, ["Good morning.", "Fine."])
    talk.workshop.model.warms = False
    talk.run()

    assert not talk.all(events.ComponentLost)
    assert talk.said == ["Good morning.", "Fine."]


def test_a_model_that_is_being_loaded_is_asked_to_read_ahead_only_once() -> None:
    talk = Conversation([Says("are you there", 1.0 + 3 * i, 2.0 + 3 * i) for i in range(4)], lasts_seconds=60.0)
    talk.workshop.model.warming_seconds = talk.workshop.model.first_piece_seconds = 40.0
    talk.run()

    assert [what for what, _ in talk.workshop.model.log if what != "reply"] == ["warm"], "and it is not given up"


def test_the_turn_tells_what_reading_the_prompt_cost() -> None:
    talk = Conversation(TWICE, ["Good morning.", "Fine."], commands=[(15.0, SayText("hi"))]).run()

    readings = [turn.timings.prompt_reading for turn in talk.all(events.TurnCompleted)]
    assert all(reading is not None and reading.tokens > 100 for reading in readings)
    assert len(set(readings)) == 3
