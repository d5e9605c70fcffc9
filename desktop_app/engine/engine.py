# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the conversation: obeys commands, starts and cancels turns, and announces what happens.

Everything that happens (speech, words understood, a turn's end, a command) goes through one inbox and is dealt with
one at a time, so nothing can overtake anything: there is at most one open turn, and a dead turn is never heard of.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import assert_never

from desktop_app.domain import commands, events
from desktop_app.domain.audio import Utterance
from desktop_app.domain.commands import Command
from desktop_app.domain.conversation import Prompt, Transcript, Transcription, TurnId, TurnTimings
from desktop_app.domain.errors import CompanionError, EarsError, LoudspeakerError
from desktop_app.domain.events import Event, Notice
from desktop_app.domain.memory import KeptMessage
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import BargeIn, Settings
from desktop_app.domain.state import CompanionState, UserState, companion_state_after, user_state_after
from desktop_app.engine.agreement import LocalAgreement
from desktop_app.engine.draft import Draft
from desktop_app.engine.hearing import BargedIn, Hearing, Perceived, SpeechLost
from desktop_app.engine.history import History
from desktop_app.engine.listener import SpeechEnded, SpeechPaused, SpeechResumed, SpeechStarted
from desktop_app.engine.parts import Parts
from desktop_app.engine.thinker import Thinker
from desktop_app.engine.turn import Turn
from desktop_app.ports import Clock, MemoryStore, PersonaLibrary, SettingsStore, Speaker, Workshop

_MOST_DRAFTS = 4
"""Eager turns within one utterance: wasted work has a bound."""
_FIRST_LOOK_SECONDS = 0.5
_LOOK_EVERY_SECONDS = 0.4
"""How often words still being said are transcribed; less often where that takes longer."""


@dataclass(frozen=True, slots=True, eq=False)
class _Understood:
    utterance: Utterance
    transcription: Transcription | None
    turn: Turn | None
    """What has been prepared to answer it, if anything."""

    timings: TurnTimings


@dataclass(frozen=True, slots=True, eq=False)
class _TurnOver:
    turn: Turn


@dataclass(frozen=True, slots=True, eq=False)
class _SpeakerBack:
    speaker: Speaker


@dataclass(frozen=True, slots=True)
class _Shutdown:
    pass


_Happening = Perceived | Command | _Understood | _TurnOver | _SpeakerBack | _Shutdown


class Engine:
    """One conversation. All methods belong to the loop that runs `run`."""

    def __init__(
        self,
        workshop: Workshop,
        memory: MemoryStore,
        personas: PersonaLibrary,
        settings_store: SettingsStore,
        clock: Clock,
        settings: Settings,
        persona: Persona,
        notices: Sequence[Notice] = (),
    ) -> None:
        self._workshop = workshop
        self._memory = memory
        self._personas = personas
        self._settings_store = settings_store
        self._clock = clock
        self._settings = settings
        self._persona = persona
        self._first_notices = notices

        self._listeners: list[Callable[[Event], None]] = []
        self._inbox: asyncio.Queue[_Happening] = asyncio.Queue()
        self._user = UserState.SILENT
        self._companion = CompanionState.LISTENING

        self._parts = Parts(workshop, self._announce)
        self._hearing = Hearing(workshop, settings.barge_in, self._announce, self._inbox.put_nowait)
        self._hearing.endpointing.patience = settings.patience
        self._thinker = self._new_thinker()
        self._history = History(memory, persona, self._announce)

        self._children: set[asyncio.Task[None]] = set()
        self._listening: asyncio.Task[None] | None = None
        self._thinking: asyncio.Task[None] | None = None

        self._floor = asyncio.Event()
        """Set while the person is silent: the companion never begins to speak over them."""
        self._floor.set()
        self._unanswered = ""
        """Words understood while the person was already speaking on; they belong to what follows."""
        self._being_understood = 0
        self._draft: Draft | None = None
        self._drafts_left = 0
        self._following: asyncio.Task[None] | None = None
        self._open_turn: Turn | None = None
        self._last_turn_id = 0

    # --- what others may call ---------------------------------------------------------------------------------------

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Calls listener for every event from now on; returns what ends the subscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def submit(self, command: Command) -> None:
        """Takes a command; it is obeyed after what came before it."""
        self._inbox.put_nowait(command)

    def shutdown(self) -> None:
        """Ends `run` in good order."""
        self._inbox.put_nowait(_Shutdown())

    async def run(self) -> None:
        """Lives until shutdown. Raises EarsError or VoiceError if not even a starter works; a bug propagates."""
        async with asyncio.TaskGroup() as self._tasks:
            try:
                await self._start()
                while not isinstance(happening := await self._inbox.get(), _Shutdown):
                    await self._deal_with(happening)
            except CompanionError as error:
                self._announce(events.NoticeRaised(_notice(error)))
                raise
            finally:
                await self._stop()

    # --- life -------------------------------------------------------------------------------------------------------

    async def _start(self) -> None:
        for notice in self._first_notices:
            self._announce(events.NoticeRaised(notice))
        await self._history.load()
        await self._parts.load(self._settings, self._persona)
        await self._open_speaker()
        self._announce(events.EngineStarted(self._persona, self._settings))
        self._thinking = self._spawn(self._think())
        self._listening = self._spawn(self._hearing.run(self._settings))
        if self._settings.greet and self._persona.greeting:
            greeting = self._new_turn(_said_at_once(self._persona.greeting), TurnTimings(), self._clock.now_seconds())
            self._commit(self._begin_turn(), greeting)

    async def _stop(self) -> None:
        await self._drop_draft()
        await self._interrupt()
        for child in tuple(self._children):
            child.cancel()
        await asyncio.gather(*self._children, return_exceptions=True)
        await self._parts.close()
        await self._thinker.close()
        await self._memory.close()
        self._announce(events.EngineStopped())

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = self._tasks.create_task(work)
        self._children.add(task)
        task.add_done_callback(self._children.discard)
        return task

    # --- the inbox --------------------------------------------------------------------------------------------------

    async def _deal_with(self, happening: _Happening) -> None:
        match happening:
            case SpeechStarted():
                self._floor.clear()
                self._drafts_left = _MOST_DRAFTS
                self._announce(events.UserSpeechStarted())
                self._following = self._spawn(self._follow_speech())
            case SpeechPaused(utterance):
                self._begin_draft(utterance)
            case SpeechResumed():
                await self._drop_draft()
            case SpeechEnded(utterance):
                await self._end_speech(utterance)
            case SpeechLost():
                await self._stop_following()
                await self._drop_draft()
                await self._drop_speech()
            case BargedIn():
                if self._companion is CompanionState.SPEAKING:
                    await self._interrupt()
            case _Understood():
                await self._answer_speech(happening)
            case _TurnOver(turn):
                if turn is self._open_turn:
                    await self._end_turn(turn)
            case _SpeakerBack(speaker):
                await self._drop_draft()
                await self._interrupt()
                await self._parts.use_speaker(speaker)
            case _Shutdown():
                raise AssertionError("run() ends at a shutdown")
            case _:
                await self._obey(happening)

    async def _obey(self, command: Command) -> None:
        match command:
            case commands.SayText(text):
                await self._drop_draft()
                if words := text.strip():
                    await self._answer(words, self._persona.language, TurnTimings(), self._clock.now_seconds())
            case commands.StopSpeaking():
                await self._interrupt()
            case commands.SetMuted(muted):
                self._hearing.muted = muted
                self._announce(events.MuteChanged(muted))
            case commands.HoldToTalk(held):
                self._hearing.held = held
                if held and self._settings.barge_in is BargeIn.PUSH_TO_TALK:
                    await self._interrupt()
            case commands.ChangeSettings(settings):
                await self._change_settings(settings)
            case commands.ChangePersona(persona):
                self._keep(lambda: self._personas.save(persona))
                await self._become(persona)
            case commands.ForgetFact(fact_id):
                await self._history.forget(fact_id)
            case _:
                assert_never(command)

    # --- while the person speaks ------------------------------------------------------------------------------------

    def _begin_draft(self, utterance: Utterance) -> None:
        if self._settings.eager and self._drafts_left and self._draft is None:
            self._drafts_left -= 1
            self._draft = Draft(utterance, self._understand, self._prepare)

    async def _drop_draft(self) -> None:
        if self._draft:
            draft, self._draft = self._draft, None
            await draft.thrown_away()

    async def _prepare(self, utterance: Utterance, transcription: Transcription) -> Turn | None:
        """Begins to answer in secret, unless something else is still being answered or understood."""
        self._hearing.endpointing.understood(transcription.text, transcription.language)
        if self._open_turn or self._unanswered or self._being_understood:
            return None
        ended_at_seconds = utterance.speech_ended_at_seconds
        timings = TurnTimings(transcript_seconds=self._clock.now_seconds() - ended_at_seconds)
        prompt = await self._prompt(transcription.text)
        return self._new_turn(self._thinker.reply(prompt), timings, ended_at_seconds)

    async def _follow_speech(self) -> None:
        """Shows what was understood of words still being said."""
        agreement, shown, pause_seconds = LocalAgreement(), Transcript(), _FIRST_LOOK_SECONDS
        while True:
            await asyncio.sleep(pause_seconds)
            utterance = self._hearing.listener.so_far()
            if utterance is None:
                return
            if self._draft:
                continue  # the ears are busy with the pause
            began_seconds = self._clock.now_seconds()
            text = ""
            with suppress(EarsError):  # told at the end, if it is still so
                text = (await self._understand(utterance)).text
            pause_seconds = max(_LOOK_EVERY_SECONDS, self._clock.now_seconds() - began_seconds)
            if text and (transcript := agreement.feed(text)) != shown:
                shown = transcript
                self._announce(events.TranscriptChanged(transcript))

    async def _stop_following(self) -> None:
        if self._following:
            following, self._following = self._following, None
            await self._restart(following)

    async def _end_speech(self, utterance: Utterance) -> None:
        await self._stop_following()
        ended_at_seconds = utterance.speech_ended_at_seconds
        self._announce(events.UserSpeechEnded(ended_at_seconds - utterance.speech_started_at_seconds))
        draft, self._draft = self._draft, None
        self._being_understood += 1
        self._spawn(self._finish_understanding(utterance, draft, self._clock.now_seconds() - ended_at_seconds))

    # --- from words to a turn ---------------------------------------------------------------------------------------

    async def _finish_understanding(self, utterance: Utterance, draft: Draft | None, endpoint_seconds: float) -> None:
        transcription, turn = None, None
        try:
            if draft:
                transcription, turn = await draft.finished()
            else:
                transcription = await self._understand(utterance)
        except EarsError as error:
            self._announce(events.NoticeRaised(_notice(error)))
        except asyncio.CancelledError:
            if draft:
                await draft.thrown_away()
            raise
        now_seconds = self._clock.now_seconds()
        timings = turn.timings if turn else TurnTimings()
        if timings.transcript_seconds is None:
            timings = replace(timings, transcript_seconds=now_seconds - utterance.speech_ended_at_seconds)
        timings = replace(timings, endpoint_seconds=endpoint_seconds)
        self._inbox.put_nowait(_Understood(utterance, transcription, turn, timings))

    async def _understand(self, utterance: Utterance) -> Transcription:
        return await self._parts.transcriber.transcribe(utterance.samples, self._persona.language)

    async def _answer_speech(self, understood: _Understood) -> None:
        self._being_understood -= 1
        transcription, turn = understood.transcription, understood.turn
        words = " ".join(filter(None, (self._unanswered, transcription.text if transcription else "")))
        if turn and (self._unanswered or self._open_turn or self._being_understood or self._is_speaking_on):
            await turn.cancel()  # it answers only a part of what there is to answer
            turn = None
        if self._is_speaking_on or self._being_understood:
            self._unanswered = words  # the person is already speaking on: one answer to all of it
            return
        self._unanswered = ""
        if not words:
            self._dismiss()
            return
        language = transcription.language if transcription else self._persona.language
        await self._answer(words, language, understood.timings, understood.utterance.speech_ended_at_seconds, turn)

    @property
    def _is_speaking_on(self) -> bool:
        return self._user is UserState.SPEAKING

    async def _drop_speech(self) -> None:
        """What was being said is lost; what was understood before it is answered."""
        if self._user is not UserState.SPEAKING:
            return
        self._dismiss()
        if self._unanswered and not self._being_understood:
            words, self._unanswered = self._unanswered, ""
            await self._answer(words, self._persona.language, TurnTimings(), self._clock.now_seconds())

    def _dismiss(self) -> None:
        if self._user is not UserState.SILENT:  # typed words may have come in between
            self._announce(events.UtteranceDismissed())
        self._floor.set()

    async def _answer(
        self, words: str, language: str, timings: TurnTimings, ended_at_seconds: float, prepared: Turn | None = None
    ) -> None:
        await self._interrupt()
        turn_id = self._begin_turn()
        self._announce(events.TranscriptReady(turn_id, words, language))
        if self._user is UserState.SILENT:
            self._floor.set()
        now = self._clock.local_time()
        await self._history.remember(words, now)
        if prepared:
            turn = prepared
            turn.timings = replace(turn.timings, endpoint_seconds=timings.endpoint_seconds)
        else:
            turn = self._new_turn(self._thinker.reply(await self._prompt(words)), timings, ended_at_seconds)
        await self._history.add(KeptMessage("person", words, now))
        self._commit(turn_id, turn)

    async def _prompt(self, words: str) -> Prompt:
        return await self._history.prompt(words, self._clock.local_time(), self._settings.context_tokens)

    def _begin_turn(self) -> TurnId:
        self._last_turn_id += 1
        turn_id = TurnId(self._last_turn_id)
        self._announce(events.TurnStarted(turn_id))
        return turn_id

    def _new_turn(self, pieces: AsyncGenerator[str], timings: TurnTimings, ended_at_seconds: float) -> Turn:
        return Turn(
            pieces,
            self._parts.synthesizer,
            self._parts.speaker,
            self._clock,
            self._announce,
            self._floor,
            timings,
            ended_at_seconds,
        )

    def _commit(self, turn_id: TurnId, turn: Turn) -> None:
        self._open_turn = turn
        turn.start()
        turn.commit(turn_id, lambda: self._inbox.put_nowait(_TurnOver(turn)))

    # --- the end of a turn ------------------------------------------------------------------------------------------

    async def _end_turn(self, turn: Turn) -> None:
        """The turn is over of itself."""
        self._open_turn = None
        error = turn.failure()
        if error is None:
            await self._close_turn(events.TurnCompleted(turn.id, turn.heard_text(), turn.timings))
            return
        self._parts.speaker.stop()
        await self._close_turn(events.TurnFailed(turn.id, turn.heard_text(), _notice(error), turn.timings))
        if isinstance(error, LoudspeakerError):
            await self._parts.lose_speaker(error)
            self._spawn(self._find_speaker())

    async def _interrupt(self) -> None:
        """Cancels the open turn if there is one, falls silent, and only then says so."""
        turn = self._open_turn
        if turn is None:
            return
        if turn.is_over:
            await self._end_turn(turn)
            return
        self._open_turn = None
        await turn.cancel()
        self._parts.speaker.stop()
        turn.failure()
        await self._close_turn(events.TurnInterrupted(turn.id, turn.heard_text(), turn.timings))

    async def _close_turn(self, ended: events.TurnEnded) -> None:
        if self._companion is CompanionState.SPEAKING:
            self._hearing.rest()
        self._announce(ended)
        if ended.heard_text:
            cut_short = not isinstance(ended, events.TurnCompleted)
            now = self._clock.local_time()
            await self._history.add(KeptMessage("companion", ended.heard_text, now, cut_short))

    # --- changes ----------------------------------------------------------------------------------------------------

    async def _change_settings(self, settings: Settings) -> None:
        await self._drop_draft()
        await self._interrupt()
        old, self._settings = self._settings, settings
        self._keep(lambda: self._settings_store.save(settings))
        self._hearing.mode = settings.barge_in
        self._hearing.endpointing.patience = settings.patience
        self._announce(events.SettingsChanged(settings))
        if settings.companion != old.companion:
            await self._become_id(settings.companion)
        elif settings.voice != old.voice:
            await self._reload_voice()
        if settings.whisper != old.whisper:
            await self._reload_ears()
        if settings.loudspeaker != old.loudspeaker:
            await self._open_speaker()
        if settings.microphone != old.microphone:
            await self._restart(self._listening)
            self._listening = self._spawn(self._hearing.run(settings))
        if _mind(settings) != _mind(old):
            await self._restart(self._thinking)
            await self._thinker.close()
            self._thinker = self._new_thinker()
            self._thinking = self._spawn(self._think())

    async def _become_id(self, persona_id: str) -> None:
        try:
            persona = self._personas.load(persona_id)
        except CompanionError as error:
            self._announce(events.NoticeRaised(_notice(error)))
            return
        await self._become(persona)

    async def _become(self, persona: Persona) -> None:
        await self._drop_draft()
        await self._interrupt()
        old, self._persona = self._persona, persona
        if self._settings.companion != persona.id:
            self._settings = replace(self._settings, companion=persona.id)
            self._keep(lambda: self._settings_store.save(self._settings))
            self._announce(events.SettingsChanged(self._settings))
        self._announce(events.PersonaChanged(persona))
        self._history = History(self._memory, persona, self._announce)
        await self._history.load()
        await self._reload_voice()
        if persona.language != old.language:
            await self._reload_ears()

    async def _reload_voice(self) -> None:
        await self._parts.synthesizer.close()
        await self._parts.load_voice(self._settings, self._persona)

    async def _reload_ears(self) -> None:
        await self._parts.transcriber.close()
        await self._parts.load_ears(self._settings, self._persona)

    async def _restart(self, task: asyncio.Task[None] | None) -> None:
        if task:
            task.cancel()
            await asyncio.wait({task})

    def _keep(self, save: Callable[[], None]) -> None:
        """Runs a short write; if it fails, what is in use stays in use and the window says so."""
        try:
            save()
        except CompanionError as error:
            self._announce(events.NoticeRaised(_notice(error)))

    # --- work beside the turns --------------------------------------------------------------------------------------

    async def _think(self) -> None:
        """Warms the mind with what every prompt begins with, and looks after it."""
        await self._thinker.look_after(await self._prompt(""))

    async def _open_speaker(self) -> None:
        if not await self._parts.open_speaker(self._settings):
            self._spawn(self._find_speaker())

    async def _find_speaker(self) -> None:
        self._inbox.put_nowait(_SpeakerBack(await self._parts.find_speaker(self._settings)))

    def _new_thinker(self) -> Thinker:
        return Thinker(self._workshop.chat_model(self._settings), self._workshop.starter_mind(), self._announce)

    # --- telling ----------------------------------------------------------------------------------------------------

    def _announce(self, event: Event) -> None:
        self._user = user_state_after(self._user, event)
        self._companion = companion_state_after(self._companion, event)
        self._hearing.companion = self._companion
        for listener in tuple(self._listeners):
            listener(event)


def _notice(error: CompanionError) -> Notice:
    return Notice(error.code, error.sentence, error.hint)


def _mind(settings: Settings) -> tuple[str, str, int]:
    return settings.ollama_url, settings.chat_model, settings.context_tokens


async def _said_at_once(text: str) -> AsyncGenerator[str]:
    yield text
