# SPDX-License-Identifier: GPL-3.0-or-later
"""Speaking over the companion in open mode: duck, then stop for words, or go on for all else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.domain import events
from desktop_app.domain.commands import ChangeSettings, HoldToTalk, SetMuted
from desktop_app.domain.events import Notice
from desktop_app.domain.settings import BargeIn, Settings
from tests.fakes.ears import Says
from tests.fakes.script import Conversation

OPEN = Settings(greet=False, barge_in=BargeIn.OPEN)
LONG_ANSWER = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen."
"""From about 2.5 s to 6.7 s."""


def _talk(*over: Says, answers: tuple[str, ...] = (LONG_ANSWER, "Yes?")) -> Conversation:
    talk = Conversation([Says("hello", 1.0, 1.5), *over], answers, settings=OPEN, lasts_seconds=14.0)
    talk.workshop.transcribing.takes_seconds = 0.04
    return talk


def _duckings(talk: Conversation) -> list[bool]:
    return [ducked for speaker in talk.workshop.given_speakers for _, ducked in speaker.duckings]


def test_words_duck_the_companion_at_once_and_stop_it_soon() -> None:
    talk = _talk(Says("what about tomorrow", 4.5, 6.0)).run()

    assert _duckings(talk) == [True, False]
    assert talk.moment(events.TurnInterrupted) - 4.5 < 0.6
    assert LONG_ANSWER.startswith(talk.all(events.TurnInterrupted)[0].heard_text)
    assert [event.text for event in talk.all(events.TranscriptReady)] == ["hello", "what about tomorrow"]
    assert talk.story[5:8] == ["UserSpeechStarted", "TurnInterrupted", "UserSpeechEnded"]


def test_the_first_word_of_an_interruption_is_kept_whole() -> None:
    talk = _talk(Says("what about tomorrow", 4.5, 6.0)).run()

    assert int((talk.workshop.transcribing.heard[-1] > 0.1).sum()) == 1.5 * 16_000


def test_who_only_listens_aloud_is_no_interruption_and_gets_no_answer() -> None:
    talk = _talk(Says("mm hm", 4.0, 4.5), Says("oh really", 5.3, 5.8)).run()

    assert _duckings(talk) == [True, False, True, False]
    assert [turn.heard_text for turn in talk.all(events.TurnCompleted)] == [LONG_ANSWER]
    assert len(talk.all(events.UserSpeechStarted)) == 1, "the face does not start at it either"
    assert talk.history == [("person", "hello"), ("companion", LONG_ANSWER)]


def test_its_own_words_are_no_interruption() -> None:
    talk = _talk(Says("five six seven", 4.5, 5.3)).run()

    assert [turn.heard_text for turn in talk.all(events.TurnCompleted)] == [LONG_ANSWER]
    assert len(talk.all(events.TranscriptReady)) == 1


def test_its_own_words_that_stopped_it_all_the_same_are_not_answered_and_told_of_once() -> None:
    talk = _talk(Says("five six seven eight", 4.5, 6.0))
    talk.workshop.transcribing.takes_seconds = 1.0  # too slow to know it in time
    talk.run()

    assert len(talk.all(events.TurnInterrupted)) == 1
    assert [event.text for event in talk.all(events.TranscriptReady)] == ["hello"]
    assert talk.story[-2:] == ["UtteranceDismissed", "EngineStopped"]
    assert [event.notice.code for event in talk.all(events.NoticeRaised)] == ["microphone.hears_itself"]


def test_its_own_last_words_are_not_answered_after_its_end() -> None:
    ends = _talk().run().moment(events.TurnCompleted)
    talk = _talk(Says("thirteen fourteen", ends - 0.1, ends + 0.4)).run()

    assert [event.text for event in talk.all(events.TranscriptReady)] == ["hello"]
    assert talk.story[-1:] == ["EngineStopped"]


def test_a_question_about_what_it_has_just_said_is_answered() -> None:
    talk = _talk(Says("what", 4.5, 4.9), Says("five six seven", 4.9, 5.8)).run()

    assert [event.text for event in talk.all(events.TranscriptReady)] == ["hello", "what five six seven"]


def test_who_begins_just_before_the_companion_is_heard_from_the_first_sound_on() -> None:
    again, answers = Says("hello again", 8.0, 8.5), (LONG_ANSWER, LONG_ANSWER, "Yes?")
    begins = next(
        at_seconds
        for at_seconds, event in _talk(again, answers=answers).run().timeline
        if isinstance(event, events.SentenceStarted) and at_seconds > 8.5
    )
    talk = _talk(again, Says("tell me about tomorrow", begins - 0.05, begins + 1.5), answers=answers).run()

    assert int((talk.workshop.transcribing.heard[-1] > 0.1).sum()) == pytest.approx(1.55 * 16_000, abs=200)


def test_a_short_word_that_asks_for_the_floor_stops_it() -> None:
    talk = _talk(Says("stop", 4.5, 4.8)).run()

    assert talk.moment(events.TurnInterrupted) - 4.5 < 0.5


def test_a_cough_ducks_and_no_more() -> None:
    talk = _talk(Says("", 4.5, 4.75)).run()

    assert _duckings(talk) == [True, False]
    assert len(talk.all(events.TurnCompleted)) == 1
    assert talk.events[-1] == events.EngineStopped()


def test_who_begins_at_the_end_of_its_last_word_is_heard_out() -> None:
    silent = _talk().run()
    ends = silent.moment(events.TurnCompleted)
    talk = _talk(Says("yes", ends - 0.15, ends + 0.5)).run()

    assert [turn.heard_text for turn in talk.all(events.TurnCompleted)] == [LONG_ANSWER, "Yes?"]
    assert [event.text for event in talk.all(events.TranscriptReady)] == ["hello", "yes"]
    assert int((talk.workshop.transcribing.heard[-1] > 0.1).sum()) > 0.6 * 16_000


def test_who_agreed_before_its_end_is_not_answered_after_it() -> None:
    silent = _talk().run()
    ends = silent.moment(events.TurnCompleted)
    talk = _talk(Says("mm hm", ends - 0.7, ends - 0.3)).run()

    assert len(talk.all(events.TranscriptReady)) == 1


def test_other_turns_in_mid_suspicion_turn_it_up_again() -> None:
    talk = _talk(Says("mm hm", 4.5, 6.0))
    talk.commands = [(4.0, HoldToTalk(True)), (4.6, ChangeSettings(replace(OPEN, barge_in=BargeIn.PUSH_TO_TALK)))]
    talk.run()

    assert _duckings(talk) == [True, False]


def test_muting_in_mid_suspicion_turns_it_up_again() -> None:
    talk = _talk(Says("what about tomorrow", 4.5, 6.0))
    talk.commands = [(4.6, SetMuted(True))]
    talk.run()

    assert _duckings(talk) == [True, False]
    assert len(talk.all(events.TurnCompleted)) == 1
    assert len(talk.all(events.UserSpeechStarted)) == 1


def test_with_slow_ears_a_long_voice_stops_it_all_the_same() -> None:
    talk = _talk(Says("what about tomorrow", 6.0, 8.0))
    talk.workshop.transcribing.takes_seconds = 1.5
    talk.run()

    assert talk.moment(events.TurnInterrupted) - 6.0 < 1.2


def test_without_an_echo_canceller_it_says_so_and_takes_turns() -> None:
    talk = _talk(Says("what about tomorrow", 4.5, 6.0))
    notice = Notice("microphone.echo", "It could not be loaded.")
    talk.workshop.notices["echo"] = notice
    talk.run()

    assert events.NoticeRaised(notice) in talk.events
    assert talk.all(events.TurnCompleted)[0].heard_text == LONG_ANSWER
    assert _duckings(talk) == []


def test_who_chooses_to_speak_any_time_without_an_echo_canceller_is_told() -> None:
    talk = _talk()
    talk.workshop.notices["echo"] = Notice("microphone.echo", "It could not be loaded.")
    one_at_a_time = replace(OPEN, barge_in=BargeIn.HALF_DUPLEX)
    talk.commands = [(8.0, ChangeSettings(one_at_a_time)), (9.0, ChangeSettings(OPEN))]
    talk.run()

    assert len(talk.all(events.NoticeRaised)) == 2
    assert talk.moment(events.NoticeRaised, 1) == pytest.approx(9.0, abs=0.1)
