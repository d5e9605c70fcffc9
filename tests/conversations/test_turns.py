# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole turns through the real engine: the happy path, pauses, noise, speaking on, interrupting."""

from __future__ import annotations

import pytest

from desktop_app.domain import events
from desktop_app.domain.commands import HoldToTalk, SayText, SetMuted, StopSpeaking
from desktop_app.domain.settings import BargeIn, Settings
from desktop_app.engine.endpointing import FixedEndpointing
from tests.fakes.ears import Says
from tests.fakes.script import Conversation
from tests.fakes.voice import WORD_SECONDS

OPEN = Settings(greet=False, barge_in=BargeIn.OPEN)


def test_the_person_speaks_and_is_answered() -> None:
    talk = Conversation([Says("what a day", 1.0, 2.0)], ["Tell me about it. I am listening."]).run()

    assert talk.story == [
        "UserSpeechStarted",
        "UserSpeechEnded",
        "TurnStarted",
        "TranscriptReady",
        "SentenceStarted",
        "SentenceStarted",
        "TurnCompleted",
        "EngineStopped",
    ]
    assert talk.all(events.TranscriptReady)[0].text == "what a day"
    assert talk.said == ["Tell me about it.", "I am listening."]
    assert talk.history == [("person", "what a day"), ("companion", "Tell me about it. I am listening.")]


def test_sentences_follow_each_other_without_a_gap() -> None:
    talk = Conversation([Says("hello", 1.0, 1.5)], ["One two three four. Five six seven eight."]).run()

    first, second = talk.all(events.SentenceStarted)
    assert second.heard_at_seconds - first.heard_at_seconds == pytest.approx(4 * WORD_SECONDS, abs=0.002)


def test_the_first_clause_is_spoken_before_the_sentence_is_complete() -> None:
    talk = Conversation(
        [Says("hello", 1.0, 1.5)], ["Well, yesterday evening, I had a very long thought about the two of us."]
    )
    talk.workshop.model.piece_seconds = 0.5
    talk.run()

    assert talk.said[0] == "Well,"
    assert talk.moment(events.SentenceStarted) < 1.5 + 0.65 + 0.2 + 0.3 + 1.2


def test_every_step_of_a_turn_is_timed() -> None:
    talk = Conversation([Says("hello", 1.0, 1.4)], ["Hello to you."]).run()

    timings = talk.all(events.TurnCompleted)[0].timings
    steps = [
        timings.transcript_seconds,
        timings.first_token_seconds,
        timings.first_clip_seconds,
        timings.first_sound_seconds,
    ]
    assert all(step is not None for step in steps)
    assert steps == sorted(steps, key=lambda step: step or 0)
    # 0.1 s until the pause is noticed, 0.2 s to understand, 0.3 s to think, 3 words and 0.05 s to synthesize
    assert timings.first_sound_seconds == pytest.approx(0.8, abs=0.06)


def test_a_sentence_is_heard_before_its_end_is_synthesized() -> None:
    talk = Conversation([Says("hello", 1.0, 1.5)], [LONG_ANSWER, "Hm."])
    talk.workshop.voice.piece_takes_seconds = 0.25  # a word lasts 0.3 s
    talk.run()

    began = talk.all(events.SentenceStarted)[0]
    assert began.track.duration_seconds == pytest.approx(12 * WORD_SECONDS)
    assert len(began.track.keys) == 12, "the lips know all of it when the first sample is heard"
    heard_seconds = talk.moment(events.TurnCompleted) - talk.moment(events.SentenceStarted)
    assert heard_seconds == pytest.approx(12 * WORD_SECONDS, abs=0.01), "no piece came late"
    assert began.heard_at_seconds - 1000 == pytest.approx(talk.moment(events.SentenceStarted), abs=0.002)


@pytest.mark.parametrize("keeps_seconds", [0.0, 0.1, WORD_SECONDS + 0.1])
@pytest.mark.parametrize("delay_seconds", [0.0, 0.05, 0.4])
def test_a_loudspeaker_that_plays_late_and_keeps_a_little_back_plays_all_without_a_hole(
    delay_seconds: float, keeps_seconds: float
) -> None:
    talk = Conversation([Says("hello", 1.0, 1.5)], [f"{LONG_ANSWER} Really so."])
    talk.workshop.speaker_delay_seconds, talk.workshop.speaker_keeps_seconds = delay_seconds, keeps_seconds
    talk.run()

    speaker = talk.workshop.given_speakers[-1]
    assert speaker.holes_seconds == []
    assert talk.story[-2:] == ["TurnCompleted", "EngineStopped"]
    assert talk.history[-1] == ("companion", f"{LONG_ANSWER} Really so.")
    first, second = talk.all(events.SentenceStarted)
    assert first.heard_at_seconds - (speaker.enqueued_at_seconds[0] + delay_seconds) < 0.05
    assert second.heard_at_seconds - first.heard_at_seconds == pytest.approx(12 * WORD_SECONDS, abs=0.002)


def test_interrupting_before_the_loudspeaker_is_heard_leaves_nothing_said() -> None:
    talk = Conversation([Says("hello", 1.0, 1.5)], ["Hello to you."], [(3.5, StopSpeaking())])
    talk.workshop.speaker_delay_seconds = 2.0
    talk.run()

    assert talk.workshop.given_speakers[-1].enqueued_at_seconds
    assert talk.all(events.SentenceStarted) == []
    assert talk.all(events.TurnInterrupted)[0].heard_text == ""


def test_a_voice_that_falls_behind_falters_and_still_says_all() -> None:
    talk = Conversation([Says("hello", 1.0, 1.5)], [LONG_ANSWER])
    talk.workshop.voice.piece_takes_seconds = 0.5
    talk.run()

    assert talk.all(events.TurnCompleted)[0].heard_text == LONG_ANSWER
    heard_seconds = talk.moment(events.TurnCompleted) - talk.moment(events.SentenceStarted)
    assert heard_seconds == pytest.approx(11 * 0.5 + WORD_SECONDS, abs=0.02)


def test_interrupting_a_sentence_that_is_still_being_synthesized_keeps_the_words_that_were_heard() -> None:
    """The voice falters: what counts is the sound that was heard, not the time."""
    no_drafts = Settings(greet=False, low_power=True)
    talk = Conversation([Says("hello", 1.0, 1.5)], [LONG_ANSWER], [(5.0, StopSpeaking())], settings=no_drafts)
    talk.workshop.voice.piece_takes_seconds = 0.5
    talk.run()

    began = talk.moment(events.SentenceStarted)
    words = LONG_ANSWER.split()
    # A word begins every 0.5 s after the first and lasts 0.3 s.
    heard = [word for number, word in enumerate(words) if began + number * 0.5 + WORD_SECONDS <= 5.0]
    assert 3 <= len(heard) <= 9
    assert talk.all(events.TurnInterrupted)[0].heard_text == " ".join(heard)
    assert not talk.workshop.given_voices[-1].under_way, "what nobody will hear is not made"


def test_a_draft_makes_only_the_beginning_of_a_long_answer() -> None:
    talk = Conversation([Says("hello", 1.0, 1.5)], [LONG_ANSWER])
    talk.workshop.voice.piece_takes_seconds = 0.0
    made: list[int] = []
    talk.at_moments = [(1.5 + 0.1 + 0.2 + 0.3 + 0.06, lambda: made.append(talk.workshop.given_voices[-1].pieces_made))]
    talk.run()

    assert made[0] <= 4


def test_no_first_sound_is_lost() -> None:
    talk = Conversation([Says("hello", 1.0, 2.0)]).run()

    heard = talk.workshop.transcribing.heard[-1]
    silence_before = int((heard > 0.1).argmax())
    assert silence_before >= 0.3 * 16_000
    assert int((heard > 0.1).sum()) == 16_000


def test_a_short_pause_does_not_end_the_utterance() -> None:
    talk = Conversation([Says("I think", 1.0, 1.6), Says("it rains", 2.1, 3.0)]).run()

    assert [event.text for event in talk.all(events.TranscriptReady)] == ["I think it rains"]
    assert len(talk.all(events.TurnStarted)) == 1


def test_a_cough_is_dismissed_and_nothing_follows() -> None:
    talk = Conversation([Says("", 1.0, 1.4)]).run()

    assert talk.story == ["UserSpeechStarted", "UserSpeechEnded", "UtteranceDismissed", "EngineStopped"]
    assert talk.workshop.model.prompts == []
    assert talk.history == []


def test_who_speaks_on_before_the_words_are_understood_gets_one_answer_to_all_of_it() -> None:
    talk = Conversation([Says("I went home", 1.0, 2.0), Says("and then I slept", 2.75, 3.5)])
    talk.workshop.transcribing.takes_seconds = 1.0
    talk.run()

    assert [event.text for event in talk.all(events.TranscriptReady)] == ["I went home and then I slept"]


def test_who_speaks_on_while_the_companion_thinks_is_heard_out_first() -> None:
    talk = Conversation([Says("I went home", 1.0, 2.0), Says("and then I slept", 3.2, 4.0)], ["No!", "I see."])
    talk.workshop.model.first_piece_seconds = 2.0
    talk.run()

    assert talk.said == ["I see."]
    assert [turn.heard_text for turn in talk.all(events.TurnInterrupted)] == [""]
    assert talk.history[:2] == [("person", "I went home"), ("person", "and then I slept")]
    assert "I went home" in [message.text for message in talk.workshop.model.prompts[1].messages]


def test_a_cough_while_the_companion_thinks_only_delays_it() -> None:
    talk = Conversation([Says("how are you", 1.0, 2.0), Says("", 2.6, 3.2)], ["Very well."])
    talk.workshop.model.first_piece_seconds = 0.5
    talk.run()

    assert talk.said == ["Very well."]
    assert talk.moment(events.SentenceStarted) > talk.moment(events.UtteranceDismissed)
    assert not talk.all(events.TurnInterrupted)


LONG_ANSWER = "One two three four five six seven eight nine ten eleven twelve."


def test_in_half_duplex_the_companion_does_not_hear_itself() -> None:
    talk = Conversation([Says("hello", 1.0, 1.5), Says("one two three", 3.5, 5.0)], [LONG_ANSWER]).run()

    assert talk.said == [LONG_ANSWER]
    assert len(talk.all(events.UserSpeechStarted)) == 1


def test_in_open_mode_speaking_over_the_companion_stops_it_and_history_keeps_what_was_heard() -> None:
    talk = Conversation(
        [Says("hello", 1.0, 1.5), Says("wait a moment", 4.0, 5.0)], [LONG_ANSWER, "Yes?"], settings=OPEN
    ).run()

    interrupted = talk.all(events.TurnInterrupted)[0]
    assert LONG_ANSWER.startswith(interrupted.heard_text)
    assert 3 <= len(interrupted.heard_text.split()) <= 8
    assert talk.history == [
        ("person", "hello"),
        ("companion", interrupted.heard_text),
        ("person", "wait a moment"),
        ("companion", "Yes?"),
    ]
    assert talk.memory.messages[1][1].interrupted
    assert talk.moment(events.TurnInterrupted) - 4.0 < 0.5


def test_a_cough_does_not_stop_the_companion_in_open_mode() -> None:
    talk = Conversation([Says("hello", 1.0, 1.5), Says("", 4.0, 4.2)], [LONG_ANSWER], settings=OPEN).run()

    assert [turn.heard_text for turn in talk.all(events.TurnCompleted)] == [LONG_ANSWER]


def test_stop_speaking_ends_the_turn_as_interrupted() -> None:
    talk = Conversation([Says("hello", 1.0, 1.5)], [LONG_ANSWER], commands=[(4.0, StopSpeaking())]).run()

    assert len(talk.all(events.TurnInterrupted)) == 1
    assert not talk.all(events.TurnCompleted)
    assert not talk.workshop.model.prompts[1:]


def test_stopping_while_the_model_answers_cancels_it() -> None:
    talk = Conversation(commands=[(1.0, SayText("hello")), (1.6, StopSpeaking())], answers=[LONG_ANSWER * 5]).run()

    assert talk.workshop.model.cancelled == 1


def test_typed_words_are_answered_aloud() -> None:
    talk = Conversation(commands=[(1.0, SayText("  good evening "))], answers=["Good evening."]).run()

    assert talk.all(events.TranscriptReady)[0].text == "good evening"
    assert talk.said == ["Good evening."]


def test_nothing_typed_is_nothing_said() -> None:
    talk = Conversation(commands=[(1.0, SayText("  "))]).run()

    assert not talk.all(events.TurnStarted)


def test_typing_over_the_companion_interrupts_it() -> None:
    talk = Conversation(
        commands=[(1.0, SayText("hello")), (3.0, SayText("stop"))], answers=[LONG_ANSWER, "All right."]
    ).run()

    assert talk.said[-1] == "All right."
    assert len(talk.all(events.TurnInterrupted)) == 1


def test_a_muted_microphone_hears_nothing_even_in_mid_speech() -> None:
    talk = Conversation(
        [Says("this is private", 1.0, 3.0), Says("hello again", 6.0, 7.0)],
        commands=[(1.5, SetMuted(True)), (5.0, SetMuted(False))],
    ).run()

    assert [event.text for event in talk.all(events.TranscriptReady)] == ["hello again"]
    assert talk.story[:3] == ["UserSpeechStarted", "MuteChanged", "UtteranceDismissed"]


def test_push_to_talk_hears_only_while_the_button_is_held() -> None:
    talk = Conversation(
        [Says("not for you", 1.0, 2.0), Says("for you", 4.0, 5.0)],
        commands=[(3.9, HoldToTalk(True)), (5.05, HoldToTalk(False))],
        settings=Settings(greet=False, barge_in=BargeIn.PUSH_TO_TALK),
    ).run()

    assert [event.text for event in talk.all(events.TranscriptReady)] == ["for you"]
    assert talk.moment(events.UserSpeechEnded) < 5.2, "letting go ends the utterance at once"


def test_the_companion_greets_first_and_the_greeting_is_part_of_the_history() -> None:
    talk = Conversation(settings=Settings(greet=True)).run()

    assert talk.said == ["Hello there."]
    assert talk.history == [("companion", "Hello there.")]


def test_expression_tags_reach_the_face_and_never_the_voice() -> None:
    talk = Conversation(commands=[(1.0, SayText("hi"))], answers=["[happy] How nice! [sad] Oh no."]).run()

    assert [(event.text, event.expression) for event in talk.all(events.SentenceStarted)] == [
        ("How nice!", "happy"),
        ("Oh no.", "sad"),
    ]
    assert talk.workshop.voice.spoken == ["How nice!", "Oh no."]


def test_an_answer_without_a_single_word_ends_the_turn_in_silence() -> None:
    talk = Conversation(commands=[(1.0, SayText("hi"))], answers=["… ? 😀"]).run()

    assert talk.said == []
    assert [turn.heard_text for turn in talk.all(events.TurnCompleted)] == [""]


def test_facts_are_remembered_and_reach_the_next_prompt() -> None:
    talk = Conversation(
        commands=[(1.0, SayText("My name is Anna.")), (5.0, SayText("What is my name?"))], answers=["Hi!", "Anna!"]
    ).run()

    assert any("Anna" in fact.text for fact in talk.all(events.FactsChanged)[-1].facts)
    assert any("Anna" in fact.value for fact in talk.workshop.model.prompts[1].facts)


def test_shutting_down_in_mid_sentence_keeps_what_was_heard_and_closes_everything() -> None:
    talk = Conversation(commands=[(1.0, SayText("hello"))], answers=[LONG_ANSWER], lasts_seconds=3.0).run()

    assert isinstance(talk.events[-1], events.EngineStopped)
    assert talk.history[-1][0] == "companion"
    parts = (talk.workshop.model, talk.workshop.starter, talk.workshop.voice, talk.workshop.transcribing, talk.memory)
    assert all(part.closed for part in parts)
    assert all(speaker.closed for speaker in talk.workshop.given_speakers)


def test_a_draft_that_was_in_vain_leaves_no_trace() -> None:
    talk = Conversation([Says("what time is it", 1.0, 2.0), Says("in tokyo", 2.3, 3.0)], ["Noon.", "Evening."]).run()

    assert [event.text for event in talk.all(events.TranscriptReady)] == ["what time is it in tokyo"]
    assert talk.said == ["Evening."], "the first answer was begun in secret and thrown away"
    assert len(talk.workshop.model.prompts) == 2
    assert talk.history == [("person", "what time is it in tokyo"), ("companion", "Evening.")]


def test_with_low_power_the_model_is_asked_once_and_words_are_understood_at_the_pause_but_not_before() -> None:
    talk = Conversation(
        [Says("what time is it", 1.0, 2.0), Says("in tokyo", 2.3, 3.0)],
        ["Evening."],
        settings=Settings(greet=False, low_power=True),
    ).run()

    assert len(talk.workshop.model.prompts) == 1
    assert talk.all(events.TranscriptChanged) == []
    assert talk.moment(events.TurnStarted) < 3.0 + 0.5


def test_the_classic_pipeline_waits_a_fixed_silence_and_only_then_begins_to_understand() -> None:
    talk = Conversation([Says("what time is it", 1.0, 2.0)], ["Noon."], settings=Settings(greet=False, low_power=True))
    talk.endpointing = FixedEndpointing(0.7)
    talk.workshop.transcribing.takes_seconds = 0.4
    talk.run()

    assert talk.moment(events.UserSpeechEnded) == pytest.approx(2.7, abs=0.15)
    assert talk.moment(events.TurnStarted) == pytest.approx(3.1, abs=0.15)
    assert len(talk.workshop.transcribing.heard) == 1


def test_ears_that_follow_are_free_when_the_person_falls_silent() -> None:
    talk = Conversation([Says("what time is it", 1.0, 1.5)])
    talk.workshop.transcribing.takes_seconds = 0.3
    talk.run()

    assert len(talk.workshop.transcribing.heard) == 1  # a look was due 60 ms into the silence
    assert talk.moment(events.TurnStarted) < 1.5 + 0.45


def test_after_unfinished_words_it_waits_longer() -> None:
    talk = Conversation([Says("i went home and", 1.0, 2.0), Says("i slept", 3.1, 4.0)]).run()

    assert [event.text for event in talk.all(events.TranscriptReady)] == ["i went home and i slept"]


def test_words_appear_while_they_are_said() -> None:
    talk = Conversation([Says("a long story", 1.0, 5.0)]).run()

    assert talk.moment(events.TranscriptChanged) < 2.0
    assert talk.all(events.TranscriptChanged)[-1].transcript.stable == "a long story"
