# SPDX-License-Identifier: GPL-3.0-or-later
"""What pauses teach and what they cost: habits are learnt and kept, drafts are bounded and counted."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from desktop_app.domain import events
from desktop_app.domain.commands import ForgetHabits
from desktop_app.domain.habits import SpeakingHabits
from desktop_app.domain.settings import BargeIn, Settings
from desktop_app.engine.endpointing import LONGEST_SECONDS
from tests.fakes.ears import Says
from tests.fakes.script import Conversation

LEARNT = SpeakingHabits(after_finished_seconds=0.4)


def halting(pause_seconds: float, pieces: int, words: str = "it was cold outside") -> list[Says]:
    """Somebody who pauses so long after every piece."""
    starts = [1.0 + index * (1.0 + pause_seconds) for index in range(pieces)]
    return [Says(words, start, start + 1.0) for start in starts]


def test_a_pause_inside_what_somebody_says_is_learnt_and_kept_in_the_profile() -> None:
    talk = Conversation(halting(0.3, 2), ["Oh."]).run()

    assert len(talk.all(events.TranscriptReady)) == 1
    assert talk.habit_store.habits.after_finished_seconds > SpeakingHabits().after_finished_seconds
    assert talk.habit_store.saves == 1, "only when the turn is over"


def test_whoever_was_cut_off_is_waited_for_longer_the_next_time() -> None:
    talk = Conversation(halting(0.9, 2), ["Oh."])
    talk.workshop.model.first_piece_seconds = 2.0  # the companion has not begun to speak when they go on
    talk.run()

    assert len(talk.all(events.UserSpeechEnded)) == 2
    assert talk.habit_store.habits.after_finished_seconds > SpeakingHabits().after_finished_seconds


@pytest.mark.parametrize("mode", [BargeIn.HALF_DUPLEX, BargeIn.OPEN])
def test_speaking_after_or_over_the_companions_answer_is_no_pause(mode: BargeIn) -> None:
    talk = Conversation(
        [Says("good morning to you", 1.0, 2.0), Says("nice", 3.2, 4.0)],
        ["Yes."],
        settings=Settings(greet=False, barge_in=mode),
    ).run()

    assert len(talk.all(events.TurnStarted)) == 2
    assert talk.habit_store.habits == SpeakingHabits()


def test_what_was_learnt_before_holds_from_the_start_until_it_is_to_be_forgotten() -> None:
    talk = Conversation(
        [Says("it was cold", 1.0, 2.0), Says("it was cold", 8.0, 9.0)], commands=[(6.0, ForgetHabits())]
    )
    talk.habit_store.habits = LEARNT
    talk.run()

    waits = [turn.timings.endpoint_seconds for turn in talk.all(events.TurnCompleted)]
    assert waits == [pytest.approx(0.51, abs=0.02), pytest.approx(0.36, abs=0.02)]
    assert talk.habit_store.habits == SpeakingHabits()


def test_a_cough_after_a_sentence_teaches_nothing() -> None:
    talk = Conversation([Says("it was cold outside", 1.0, 2.0), Says("", 2.9, 3.05)], ["Oh."])
    talk.workshop.model.first_piece_seconds = 1.5
    talk.run()

    assert len(talk.all(events.UserSpeechEnded)) == 2
    assert talk.habit_store.habits == SpeakingHabits()


def test_a_noise_in_a_pause_teaches_nothing() -> None:
    talk = Conversation([Says("it was cold outside", 1.0, 2.0), Says("", 2.3, 2.5)], ["Oh."]).run()

    assert len(talk.all(events.UserSpeechEnded)) == 1
    assert talk.habit_store.habits == SpeakingHabits()


def test_a_disk_that_takes_no_habits_is_told_of_once_and_written_when_it_does() -> None:
    says = [piece for turn in range(4) for piece in halting_at(1.0 + 9.0 * turn)]
    talk = Conversation(says, ["Oh."] * 4, lasts_seconds=40.0)
    talk.habit_store.full = True
    talk.at_moments = [(27.0, lambda: setattr(talk.habit_store, "full", False))]
    talk.run()

    assert len(talk.all(events.NoticeRaised)) == 1
    assert talk.habit_store.habits.after_finished_seconds > SpeakingHabits().after_finished_seconds


def halting_at(moment: float) -> list[Says]:
    return [
        replace(piece, start_seconds=piece.start_seconds + moment, end_seconds=piece.end_seconds + moment)
        for piece in halting(0.3, 2)
    ]


def test_the_wish_to_forget_is_carried_out_when_it_is_said_again() -> None:
    talk = Conversation(commands=[(moment, ForgetHabits()) for moment in (2.0, 4.0, 8.0)], lasts_seconds=10.0)
    talk.habit_store.habits, talk.habit_store.full = LEARNT, True
    talk.at_moments = [(6.0, lambda: setattr(talk.habit_store, "full", False))]
    talk.run()

    assert len(talk.all(events.NoticeRaised)) == 2, "whoever wishes something is told whenever it fails"
    assert talk.habit_store.habits == SpeakingHabits()


def test_ears_may_do_work_of_their_own_only_while_nobody_speaks() -> None:
    story = " ".join(["word"] * 60) + "."
    talk = Conversation([Says("tell me a story", 1.0, 2.0)], [story], lasts_seconds=60.0).run()

    told = [(moment - talk.began_seconds, calm) for moment, calm in talk.workshop.transcribing.told_calm]
    (_, first), (begins, not_calm), (ends, calm_again) = told
    assert (first, not_calm, calm_again) == (True, False, True)
    assert begins == pytest.approx(talk.moment(events.UserSpeechStarted))
    assert ends == pytest.approx(talk.moment(events.TurnCompleted))


def test_what_holds_no_words_is_soon_dismissed() -> None:
    talk = Conversation([Says("", 1.0, 1.4)]).run()

    assert talk.moment(events.UtteranceDismissed) == pytest.approx(1.4 + 0.65, abs=0.1)


def test_slow_ears_cut_nobody_off() -> None:
    talk = Conversation(halting(1.1, 2, "i went there and"), ["Oh."])
    talk.workshop.transcribing.takes_seconds = 1.0
    talk.run()

    assert len(talk.all(events.TranscriptReady)) == 1
    assert LONGEST_SECONDS > 1.1


def test_drafts_within_one_utterance_are_bounded_and_those_in_vain_are_told_with_the_turn() -> None:
    talk = Conversation(halting(0.3, 8, "and then it rained"), ["No."] * 8 + ["Yes."]).run()

    assert len(talk.all(events.TranscriptReady)) == 1
    assert len(talk.workshop.model.prompts) <= 5
    completed = talk.all(events.TurnCompleted)[0]
    assert completed.timings.wasted_drafts == len(talk.workshop.model.prompts) - 1 == 4
    assert [prompt.words for prompt in talk.workshop.model.prompts][-1] == talk.all(events.TranscriptReady)[0].text


def test_the_next_turn_does_not_count_the_waste_of_the_last() -> None:
    talk = Conversation([*halting(0.3, 2), Says("and you", 8.0, 9.0)], ["No.", "Yes.", "Fine."]).run()

    assert [turn.timings.wasted_drafts for turn in talk.all(events.TurnCompleted)] == [1, 0]


def test_a_model_that_is_slow_is_not_asked_in_vain_at_unlikely_ends() -> None:
    unlikely = [Says("i went there and", 30.0, 31.0), Says("slept", 32.0, 33.0)]
    counts = []
    for first_piece_seconds in (0.3, 12.0):
        talk = Conversation([Says("good morning to you", 1.0, 2.0), *unlikely], ["Yes."] * 3, lasts_seconds=60.0)
        talk.workshop.model.first_piece_seconds = first_piece_seconds
        talk.run()
        counts.append(len(talk.workshop.model.prompts))
    quick, slow = counts
    assert quick > slow


def test_low_power_wastes_nothing() -> None:
    settings = replace(Settings(greet=False), low_power=True)
    talk = Conversation(halting(0.3, 3), ["Yes."], settings=settings).run()

    assert len(talk.workshop.model.prompts) == 1
    assert talk.all(events.TurnCompleted)[0].timings.wasted_drafts == 0


def test_slow_ears_are_not_made_to_follow_but_one_slow_look_is_forgiven() -> None:
    looks = []
    for slow_until in (1.5, 20.0):
        talk = Conversation([Says("a long story", 1.0, 11.0)])
        talk.workshop.transcribing.takes_seconds = 0.6
        talk.at_moments = [(slow_until, partial(setattr, talk.workshop.transcribing, "takes_seconds", 0.1))]
        talk.run()
        looks.append(len(talk.workshop.transcribing.heard))
    once, always = looks
    assert always <= 3, "two looks and the pause"
    assert once > 12
