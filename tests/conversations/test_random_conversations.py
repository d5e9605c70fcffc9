# SPDX-License-Identifier: GPL-3.0-or-later
"""Random conversations, with everything going wrong at random: what must hold in all of them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from desktop_app.domain import events
from desktop_app.domain.commands import (
    ChangeSettings,
    Command,
    ForgetFact,
    ForgetHabits,
    HoldToTalk,
    SayText,
    SetMuted,
    StopSpeaking,
)
from desktop_app.domain.conversation import TurnId
from desktop_app.domain.errors import EarsError, LoudspeakerError, MindError, VoiceError
from desktop_app.domain.settings import BargeIn, Settings
from desktop_app.domain.state import UserState, user_state_after
from tests.fakes.ears import Says
from tests.fakes.mind import Answer, BreaksOff
from tests.fakes.script import Conversation
from tests.fakes.voice import FakeSpeaker

_CONVERSATIONS = 1000
_LASTS_SECONDS = 20.0
_WORDS = ("well", "I went there and", "I think so", "no", "", "tell me more about it", "my name is Anna", "wait")
_ANSWERS = (
    "Yes.",
    "Well, that is a long story. It begins in a garden, and it ends there too. Shall I tell it?",
    "[happy] Oh! [sad] No.",
    "… ?",
    "One two three four five six seven eight nine ten eleven twelve.",
)

_QUIET = Settings(greet=False)
_COMMANDS: tuple[Command, ...] = (
    StopSpeaking(),
    SayText("typed words"),
    SetMuted(True),
    SetMuted(False),
    ChangeSettings(replace(_QUIET, whisper="base")),
    ChangeSettings(replace(_QUIET, voice="other", loudspeaker="kitchen")),
    ChangeSettings(replace(_QUIET, chat_model="other", low_power=True)),
    ChangeSettings(_QUIET),
    ChangeSettings(replace(_QUIET, patience=2.0)),
    ForgetFact(1),
    ForgetHabits(),
)
_FAILURES: tuple[Answer, ...] = (
    BreaksOff("It was a dark night. And then"),
    MindError("mind.slow", "The model is slow."),
)


def random_conversation(chance: random.Random) -> Conversation:
    says, now = [], 0.0
    halts = chance.random() < 0.3  # somebody who pauses often: drafts are begun in vain
    while now < _LASTS_SECONDS - 5:
        now += chance.uniform(0.2, 1.2 if halts else 8.0)
        ends = now + chance.uniform(0.05, 3.0)
        says.append(Says(chance.choice(_WORDS), now, ends))
        now = ends
    commands: list[tuple[float, Command]] = [
        (chance.uniform(0, _LASTS_SECONDS), chance.choice(_COMMANDS)) for _ in range(chance.randint(0, 10))
    ]
    mode = chance.choice(list(BargeIn))
    if mode is BargeIn.PUSH_TO_TALK:
        for _ in range(10):
            start = chance.uniform(0, _LASTS_SECONDS)
            commands += [(start, HoldToTalk(True)), (start + chance.uniform(0.1, 4), HoldToTalk(False))]
    talk = Conversation(
        says,
        [_random_answer(chance) for _ in range(40)],
        commands,
        _LASTS_SECONDS,
        Settings(greet=chance.random() < 0.5, barge_in=mode, low_power=chance.random() < 0.3),
    )
    _upset(talk, chance)
    return talk


def _random_answer(chance: random.Random) -> Answer:
    if chance.random() < 0.8:
        return chance.choice(_ANSWERS)
    return chance.choice(_FAILURES)


def _upset(talk: Conversation, chance: random.Random) -> None:
    workshop = talk.workshop
    workshop.transcribing.takes_seconds = chance.uniform(0.0, 1.5)
    workshop.model.first_piece_seconds = chance.uniform(0.0, 2.0)
    workshop.model.warming_seconds = chance.choice([0.1, 1.0, 5.0])
    workshop.model.piece_seconds = chance.uniform(0.0, 0.3)
    workshop.voice.takes_seconds = chance.uniform(0.0, 0.5)
    for _ in range(chance.randint(0, 3)):
        down = chance.uniform(0, _LASTS_SECONDS)
        talk.at_moments += [
            (down, lambda: setattr(workshop.model, "down", True)),
            (down + chance.uniform(1, 20), lambda: setattr(workshop.model, "down", False)),
        ]
    if chance.random() < 0.3:
        workshop.ears.fails_at_seconds = sorted(chance.uniform(0, _LASTS_SECONDS) for _ in range(3))
    if chance.random() < 0.2:
        workshop.transcribing.failures = [EarsError("ears.failed", "Not understood.")]
    if chance.random() < 0.2:
        workshop.voice.failures = {"Yes.": VoiceError("voice.failed", "Not spoken.")}
    if chance.random() < 0.2:
        workshop.speakers = [FakeSpeaker(dies_at_position_seconds=chance.uniform(0, 10))]
    if chance.random() < 0.2:
        workshop.speakers.insert(0, FakeSpeaker(failures=[LoudspeakerError("loudspeaker.missing", "None.")]))
    workshop.loading_seconds = chance.choice([0.0, 0.0, 0.3, 2.0])
    talk.memory.full = chance.random() < 0.1
    workshop.voice.piece_takes_seconds = chance.choice([0.01, 0.2, 0.45])  # the last falters
    if chance.random() < 0.2:
        workshop.voice.breaks = {_ANSWERS[-1]: VoiceError("voice.failed", "Not spoken to the end.")}
    workshop.speaker_delay_seconds = chance.choice([0.0, 0.02, 0.3])
    workshop.speaker_keeps_seconds = chance.choice([0.0, 0.04, 0.4])  # the last is longer than a piece


@pytest.mark.parametrize("block", range(20))
def test_whatever_happens_the_invariants_hold(block: int) -> None:
    for seed in range(block, _CONVERSATIONS, 20):
        talk = random_conversation(random.Random(seed)).run()  # virtual_time.run fails if a task is left behind
        try:
            check_invariants(talk)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error


def check_invariants(talk: Conversation) -> None:
    open_turn: TurnId | None = None
    ended: list[events.TurnEnded] = []
    started = 0
    for event in talk.events:
        match event:
            case events.TurnStarted(turn_id):
                assert open_turn is None, "one open turn at a time"
                open_turn, started = turn_id, started + 1
            case events.SentenceStarted(turn_id) | events.TranscriptReady(turn_id):
                assert turn_id == open_turn, "nothing of a turn before its start or after its end"
            case events.TurnCompleted(turn_id) | events.TurnInterrupted(turn_id) | events.TurnFailed(turn_id):
                assert turn_id == open_turn, "a turn ends once"
                open_turn = None
                ended.append(event)
            case _:
                pass
    assert open_turn is None and len(ended) == started, "every turn ends"
    assert isinstance(talk.events[-1], events.EngineStopped), "nothing comes after the end"

    _check_drafts(talk, ended)
    _check_floor(talk)
    heard = [turn.heard_text for turn in ended if turn.heard_text]
    if not talk.memory.full:
        assert [text for speaker, text in talk.history if speaker == "companion"] == heard, "history is what was heard"
        said = [event.text for event in talk.all(events.TranscriptReady)]
        assert [text for speaker, text in talk.history if speaker == "person"] == said
    for turn in ended:
        begun = " ".join(event.text for event in talk.all(events.SentenceStarted) if event.turn_id == turn.turn_id)
        assert begun.startswith(turn.heard_text), "what was heard had begun to be heard"


def _check_floor(talk: Conversation) -> None:
    """The companion never begins to speak over the person; what a slow device has in hand by then is heard."""
    sounds = sorted(
        at - talk.began_seconds for speaker in talk.workshop.given_speakers for at in speaker.enqueued_at_seconds
    )
    user, speaks_since = UserState.SILENT, 0.0
    begun: list[float] = []
    for moment, event in talk.timeline:
        if isinstance(event, events.TurnStarted):
            begun += [at for at in sounds if at >= moment][:1]
        before, user = user, user_state_after(user, event)
        if user is UserState.SPEAKING and before is not user:
            speaks_since = moment
        elif before is UserState.SPEAKING and before is not user:
            over = [at for at in begun if speaks_since < at < moment]
            assert not over, f"the companion begins to speak over the person at {over}"


def _check_drafts(talk: Conversation, ended: list[events.TurnEnded]) -> None:
    """What is begun in secret stays secret, is bounded, and is gone when it is over."""
    workshop = talk.workshop
    spans, began_at = [], 0.0
    for moment, event in talk.timeline:
        if isinstance(event, events.TurnStarted):
            began_at = moment
        elif isinstance(event, events.TurnCompleted | events.TurnInterrupted | events.TurnFailed):
            spans.append((began_at, moment))
    sounds = [at - talk.began_seconds for speaker in workshop.given_speakers for at in speaker.enqueued_at_seconds]
    assert all(any(start <= at <= end for start, end in spans) for at in sounds), "no sound but of an open turn"
    assert not workshop.model.running and not workshop.voice.under_way, "nothing goes on behind the scenes"
    wasted = sum(turn.timings.wasted_drafts for turn in ended)
    asked = len(workshop.model.prompts) + len(workshop.starter.prompts)
    assert wasted <= asked + len(ended), "only what was begun can be wasted"
    utterances = len(talk.all(events.UserSpeechStarted))
    assert asked <= 2 * (4 * utterances + len(ended)), "at most four drafts an utterance, of two minds each"
