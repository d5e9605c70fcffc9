# SPDX-License-Identifier: GPL-3.0-or-later
"""From words to a turn and to its end: what is answered, by which turn, and what is kept of both sides."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import replace

from desktop_app.domain import events
from desktop_app.domain.audio import Utterance
from desktop_app.domain.conversation import Transcription, TurnTimings
from desktop_app.domain.events import Component, Event, Notice
from desktop_app.domain.memory import KeptMessage
from desktop_app.domain.state import CompanionState, UserState
from desktop_app.engine.companion import Companion
from desktop_app.engine.interjections import Interjection, interjection
from desktop_app.engine.turn import Turn
from desktop_app.engine.turns import Turns
from desktop_app.engine.understanding import Understanding, Understood
from desktop_app.ports import Clock

_HEARS_ITSELF = Notice(
    "microphone.hears_itself",
    "Fireside took its own voice for yours.",
    "Turn the loudspeaker down, wear headphones, or choose “One at a time” under Taking turns.",
)


class Answering:
    """The engine tells it what was understood, when to stop, and how both sides stand."""

    def __init__(
        self,
        clock: Clock,
        companion: Companion,
        turns: Turns,
        understanding: Understanding,
        announce: Callable[[Event], None],
        rest: Callable[[], None],
        keep_habits: Callable[[], None],
    ) -> None:
        """rest lets the room ring out after the companion has spoken; keep_habits writes down how the person speaks."""
        self.user_state = UserState.SILENT
        self.companion_state = CompanionState.LISTENING
        self._clock = clock
        self._companion = companion
        self._turns = turns
        self._understanding = understanding
        self._announce = announce
        self._rest = rest
        self._keep_habits = keep_habits
        self._unanswered = ""
        """Words understood while the person was already speaking on; they belong to what follows."""
        self._spoken_over = ""
        """What the companion was saying when the person began to speak, until they are understood."""
        self._told_of_echo = False
        self._persona_since_seconds = 0.0
        """What was said before this moment was said to another companion."""

    # --- from words to a turn ---------------------------------------------------------------------------------------

    def greet(self, greeting: str) -> None:
        """Speaks first."""
        turn = self._turns.prepare(_said_at_once(greeting), TurnTimings(), self._clock.now_seconds())
        self._turns.commit(self._turns.begin(), turn)

    async def prepare(self, utterance: Utterance, transcription: Transcription) -> Turn | None:
        """Begins to answer in secret, unless something else is still being answered."""
        if self._turns.open or self._unanswered:
            return None
        ended_at_seconds = utterance.speech_ended_at_seconds
        timings = TurnTimings(transcript_seconds=self._clock.now_seconds() - ended_at_seconds)
        return self._turns.prepare(await self._companion.reply(transcription.text), timings, ended_at_seconds)

    def person_begins(self, said_over: str) -> None:
        """Somebody begins to speak; said_over is what the companion was saying meanwhile, if it was."""
        self._spoken_over = said_over

    async def answer_speech(self, understood: Understood) -> None:
        """Answers what was said, unless it waits for what is being said now or is nothing to be answered."""
        transcription, turn = understood.transcription, understood.turn
        is_echo = self._was_own_echo(transcription)
        new_words = transcription.text if transcription and not is_echo else ""
        words = " ".join(filter(None, (self._unanswered, new_words)))
        speaks_on = self.user_state is UserState.SPEAKING or self._understanding.is_busy
        to_another = understood.utterance.speech_ended_at_seconds < self._persona_since_seconds
        too_early = self._unanswered or self._turns.open or speaks_on
        fits = understood.epoch == self._understanding.epoch and not (too_early or to_another or is_echo)
        if turn and not fits:
            await turn.cancel()  # it answers only a part, or not as it should be answered by now
            self._understanding.eagerness.was_wasted()
            turn = None
        if to_another:
            words = ""
        if speaks_on:
            self._unanswered = words  # the person is already speaking on: one answer to all of it
            return
        self._unanswered = ""
        if not words:
            self._dismiss()
            return
        language = transcription.language if transcription else self._companion.persona.language
        await self._answer(words, language, understood.timings, understood.utterance.speech_ended_at_seconds, turn)

    def _was_own_echo(self, transcription: Transcription | None) -> bool:
        """Whether it was its own voice that interrupted the companion: it must not answer itself."""
        said, self._spoken_over = self._spoken_over, ""
        if not said or not transcription:
            return False
        if interjection(transcription.text, transcription.language, said) is not Interjection.OWN_ECHO:
            return False
        if not self._told_of_echo:
            self._told_of_echo = True
            self._announce(events.NoticeRaised(_HEARS_ITSELF))
        return True

    async def drop_speech(self) -> None:
        """What was being said is lost; what was understood before it is answered."""
        self._spoken_over = ""
        if self.user_state is not UserState.SPEAKING:
            return
        self._dismiss()
        if self._unanswered and not self._understanding.is_busy:
            words, self._unanswered = self._unanswered, ""
            await self.answer_at_once(words)

    def _dismiss(self) -> None:
        if self.user_state is not UserState.SILENT:  # typed words may have come in between
            self._announce(events.UtteranceDismissed())
        self._turns.floor.set()

    async def answer_at_once(self, words: str) -> None:
        """Words of which it does not matter when they were said."""
        await self._answer(words, self._companion.persona.language, TurnTimings(), self._clock.now_seconds())

    async def _answer(
        self, words: str, language: str, timings: TurnTimings, ended_at_seconds: float, prepared: Turn | None = None
    ) -> None:
        await self.interrupt()
        turn_id = self._turns.begin()
        self._announce(events.TranscriptReady(turn_id, words, language))
        if self.user_state is UserState.SILENT:
            self._turns.floor.set()
        eagerness = self._understanding.eagerness
        if prepared:
            turn = prepared
            turn.timings = replace(turn.timings, endpoint_seconds=timings.endpoint_seconds)
            eagerness.was_used()
        else:
            turn = self._turns.prepare(await self._companion.reply(words), timings, ended_at_seconds)
        turn.timings = replace(turn.timings, wasted_drafts=eagerness.take_wasted())
        self._turns.commit(turn_id, turn)
        now = self._clock.local_time()
        await self._companion.history.add(KeptMessage("person", words, now))
        await self._companion.history.remember(words, now)

    # --- the end of a turn ------------------------------------------------------------------------------------------

    async def interrupt(self) -> None:
        """Ends the open turn, if there is one; only when it is silent and cancelled is its end announced."""
        if ended := await self._turns.interrupt():
            await self.end_turn(ended)

    async def withdraw(self, *, to_another: bool = False) -> None:
        """What is being answered no longer fits; to_another: whoever is spoken to from now on did not hear it."""
        await self._understanding.outdated()
        await self.interrupt()
        if to_another:
            self._persona_since_seconds, self._unanswered = self._clock.now_seconds(), ""

    async def end_turn(self, ended: events.TurnEnded) -> None:
        """Announces the end of a turn and keeps what was heard of it."""
        if self.companion_state is CompanionState.SPEAKING:
            self._rest()
        reading = self._companion.thinker.take_prompt_reading()
        ended = replace(ended, timings=replace(ended.timings, prompt_reading=reading))
        self._announce(ended)
        self._understanding.eagerness.saw(ended.timings)
        if ended.heard_text:
            self._understanding.answered()
            cut_short = not isinstance(ended, events.TurnCompleted)
            now = self._clock.local_time()
            await self._companion.history.add(KeptMessage("companion", ended.heard_text, now, cut_short))
        self._keep_habits()
        if isinstance(ended, events.TurnFailed) and ended.notice.code.startswith(Component.LOUDSPEAKER):
            await self._understanding.outdated()
            await self._companion.lose_speaker(ended.notice)


async def _said_at_once(text: str) -> AsyncGenerator[str]:
    yield text
