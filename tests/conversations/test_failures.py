# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens when a part fails: a calm notice, the conversation goes on, and the way back."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.domain import events
from desktop_app.domain.commands import ChangePersona, ChangeSettings, SayText
from desktop_app.domain.errors import EarsError, LoudspeakerError, MindError, VoiceError
from desktop_app.domain.events import Component, Notice
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings
from tests.fakes.ears import Says
from tests.fakes.mind import BreaksOff
from tests.fakes.script import EMBER, Conversation
from tests.fakes.voice import FakeSpeaker


def minds(talk: Conversation) -> list[str]:
    """Which mind answered from then on, in order."""
    return [event.name for event in talk.all(events.ComponentReady) if event.component is Component.MIND]


def losses(talk: Conversation) -> list[tuple[Component, str]]:
    return [(event.component, event.notice.code) for event in talk.all(events.ComponentLost)]


def test_without_ollama_the_starter_mind_answers_and_says_so_once() -> None:
    talk = Conversation(commands=[(1.0, SayText("hello")), (20.0, SayText("still there?"))], lasts_seconds=60)
    talk.workshop.model.down = True
    talk.workshop.starter.answers = ["I am the starter mind.", "Yes."]
    talk.run()

    assert talk.said == ["I am the starter mind.", "Yes."]
    assert minds(talk) == ["starter mind"]
    assert losses(talk) == [(Component.MIND, "mind.unreachable")]


def test_when_ollama_comes_back_it_answers_again_without_a_restart() -> None:
    talk = Conversation(commands=[(20.0, SayText("hello"))], answers=["It is me."], lasts_seconds=40)
    talk.workshop.model.down = True
    talk.at_moments = [(8.0, lambda: setattr(talk.workshop.model, "down", False))]
    talk.run()

    assert minds(talk) == ["starter mind", "fake model"]
    assert talk.said == ["It is me."]


def test_when_ollama_goes_down_between_turns_the_same_turn_is_answered_by_the_starter_mind() -> None:
    talk = Conversation(commands=[(5.0, SayText("hello"))])
    talk.at_moments = [(3.0, lambda: setattr(talk.workshop.model, "down", True))]
    talk.workshop.starter.answers = ["Let us go on meanwhile."]
    talk.run()

    assert talk.said == ["Let us go on meanwhile."]
    assert minds(talk) == ["fake model", "starter mind"]
    assert not talk.all(events.TurnFailed)


def test_a_model_without_room_is_replaced_for_the_turn() -> None:
    no_room = MindError("mind.out_of_memory", "The model does not fit into memory.", "Choose a smaller one.")
    talk = Conversation(commands=[(1.0, SayText("hello"))], answers=[no_room]).run()

    assert losses(talk) == [(Component.MIND, "mind.out_of_memory")]
    assert len(talk.all(events.TurnCompleted)) == 1


def test_a_model_that_breaks_off_is_heard_as_far_as_it_came_and_the_turn_fails_calmly() -> None:
    talk = Conversation(
        commands=[(1.0, SayText("hello")), (12.0, SayText("and now?"))],
        answers=[BreaksOff("It was a dark night. And then"), "Well again."],
        lasts_seconds=60,
    ).run()

    failed = talk.all(events.TurnFailed)[0]
    assert failed.heard_text == "It was a dark night.", "half a sentence is not said"
    assert failed.notice.code == "mind.truncated"
    assert talk.history[1] == ("companion", "It was a dark night.")
    assert talk.said[-1] == "Well again."


def test_the_companion_never_speaks_an_error() -> None:
    talk = Conversation(commands=[(1.0, SayText("hello"))], answers=[BreaksOff("So")]).run()

    assert not any("error" in text.lower() or "stopped" in text.lower() for text in talk.workshop.voice.spoken)


def test_a_lost_microphone_is_told_once_and_found_again() -> None:
    talk = Conversation([Says("hello", 10.0, 11.0)])
    talk.workshop.ears.fails_at_seconds = [2.0, 2.5]
    talk.run()

    assert losses(talk) == [(Component.MICROPHONE, "microphone.stalled")]
    assert [event.text for event in talk.all(events.TranscriptReady)] == ["hello"]
    ready = [event for event in talk.all(events.ComponentReady) if event.component is Component.MICROPHONE]
    assert len(ready) == 2


def test_words_cut_off_by_a_lost_microphone_are_dismissed() -> None:
    talk = Conversation([Says("hello my", 1.0, 4.0)])
    talk.workshop.ears.fails_at_seconds = [2.0]
    talk.workshop.ears.lasts_seconds = 2.5
    talk.run()

    assert talk.story[:3] == ["UserSpeechStarted", "ComponentLost", "UtteranceDismissed"]


def test_without_a_loudspeaker_captions_go_on_and_it_is_used_when_it_appears() -> None:
    talk = Conversation(commands=[(0.5, SayText("hello")), (20.0, SayText("again"))], answers=["One.", "Two."])
    missing = LoudspeakerError("loudspeaker.missing", "No loudspeaker was found.")
    talk.workshop.speakers = [FakeSpeaker(failures=[missing]), FakeSpeaker(failures=[missing])]
    talk.run()

    assert talk.said == ["One.", "Two."]
    assert losses(talk) == [(Component.LOUDSPEAKER, "loudspeaker.missing")]
    assert [event.name for event in talk.all(events.ComponentReady) if event.component is Component.LOUDSPEAKER] == [
        "default"
    ]


def test_a_loudspeaker_that_dies_in_mid_sentence_fails_the_turn_and_is_replaced() -> None:
    talk = Conversation(
        commands=[(1.0, SayText("hello")), (15.0, SayText("again"))],
        answers=["One two three four five six.", "Seven."],
    )
    talk.workshop.speakers = [FakeSpeaker(dies_at_position_seconds=0.5)]
    talk.run()

    assert [event.notice.code for event in talk.all(events.TurnFailed)] == ["loudspeaker.stalled"]
    assert talk.said[-1] == "Seven."


def test_a_voice_that_fails_within_a_sentence_keeps_what_was_heard_of_it() -> None:
    talk = Conversation([Says("hello", 1.0, 1.5)], ["One two three four five."])
    talk.workshop.voice.piece_takes_seconds = 0.4
    talk.workshop.voice.breaks = {"One two three four five.": VoiceError("voice.failed", "The voice could not speak.")}
    talk.run()

    (failed,) = talk.all(events.TurnFailed)
    assert failed.notice.code == "voice.failed"
    assert failed.heard_text in ("One", "One two")
    assert talk.said == ["One two three four five."]


def test_a_voice_that_fails_ends_the_turn_and_not_the_engine() -> None:
    talk = Conversation(commands=[(1.0, SayText("hello")), (8.0, SayText("again"))], answers=["Broken.", "Whole."])
    talk.workshop.voice.failures = {"Broken.": VoiceError("voice.failed", "The voice could not speak.")}
    talk.run()

    assert [event.notice.code for event in talk.all(events.TurnFailed)] == ["voice.failed"]
    assert talk.said == ["Whole."]


def test_ears_that_fail_are_told_and_the_next_words_are_heard() -> None:
    talk = Conversation([Says("hello", 1.0, 2.0), Says("hello again", 5.0, 6.0)])
    talk.workshop.transcribing.failures = [EarsError("ears.failed", "The words could not be made out.")] * 3
    talk.run()

    assert [event.notice.code for event in talk.all(events.NoticeRaised)] == ["ears.failed"]
    assert [event.text for event in talk.all(events.TranscriptReady)] == ["hello again"]


def test_a_missing_model_gives_the_starter_and_a_sentence() -> None:
    talk = Conversation()
    talk.workshop.notices = {"ears": Notice("ears.missing", "Whisper 'base' is not here.", "Using the starter.")}
    talk.run()

    assert losses(talk) == [(Component.EARS, "ears.missing")]
    assert [event.is_starter for event in talk.all(events.ComponentReady) if event.component is Component.EARS] == [
        True
    ]


def test_a_full_disk_does_not_end_the_conversation() -> None:
    talk = Conversation(commands=[(1.0, SayText("My name is Anna.")), (6.0, SayText("hello"))], answers=["Hi.", "Yes."])
    talk.memory.full = True
    talk.run()

    assert talk.said == ["Hi.", "Yes."]
    assert losses(talk) == [(Component.MEMORY, "storage.full")]
    assert "My name is Anna." in str(talk.workshop.model.prompts[1].messages)


def test_settings_that_change_are_kept_and_used() -> None:
    changed = Settings(greet=False, loudspeaker="kitchen")
    talk = Conversation(commands=[(1.0, ChangeSettings(changed)), (3.0, SayText("hello"))]).run()

    assert talk.settings_store.settings == changed
    assert talk.workshop.given_speakers[-1].name == "kitchen"
    assert talk.workshop.given_speakers[0].closed
    assert talk.said == ["Fine."]


def test_a_companion_that_does_not_exist_is_told_and_the_present_one_stays() -> None:
    talk = Conversation(commands=[(1.0, ChangeSettings(Settings(greet=False, companion="nobody")))]).run()

    assert [event.notice.code for event in talk.all(events.NoticeRaised)] == ["persona.missing"]


def test_another_companion_has_a_history_of_its_own() -> None:
    other = Persona("luna", "Luna")
    talk = Conversation(
        commands=[(1.0, SayText("a secret")), (5.0, ChangePersona(other)), (6.0, SayText("hello"))]
    ).run()

    assert talk.all(events.PersonaChanged)[0].persona == other
    assert talk.personas.load("luna") == other
    assert talk.settings_store.settings.companion == "luna"
    assert "secret" not in str(talk.workshop.model.prompts[1].messages)


def test_an_edited_companion_is_kept() -> None:
    edited = replace(EMBER, name="Emberly")
    talk = Conversation(commands=[(1.0, ChangePersona(edited))]).run()

    assert talk.personas.load("ember").name == "Emberly"
