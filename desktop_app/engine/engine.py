# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the conversation: takes in whatever happens, sees to it that it is dealt with, and announces events.

Everything that happens (speech, words understood, a turn's end, a command) goes through one inbox and is dealt with
one at a time, so nothing can overtake anything: there is at most one open turn, and a dead turn is never heard of.
What takes long (loading, understanding, thinking) runs beside the inbox and reports into it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import assert_never

from desktop_app.domain import commands, events
from desktop_app.domain.commands import Command
from desktop_app.domain.errors import CompanionError
from desktop_app.domain.events import Event, Notice
from desktop_app.domain.habits import SpeakingHabits
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import BargeIn, Settings
from desktop_app.domain.state import CompanionState, UserState, companion_state_after, user_state_after
from desktop_app.engine.answering import Answering
from desktop_app.engine.companion import Companion, Exchanged, SpeakerBack, end
from desktop_app.engine.endpointing import Endpointing, EndpointPolicy
from desktop_app.engine.hearing import BargedIn, Hearing, Perceived, SpeechLost
from desktop_app.engine.kept_habits import KeptHabits
from desktop_app.engine.listener import SpeechEnded, SpeechPaused, SpeechResumed, SpeechStarted
from desktop_app.engine.parts import close_calmly
from desktop_app.engine.turn import Turn
from desktop_app.engine.turns import Turns
from desktop_app.engine.understanding import Understanding, Understood
from desktop_app.ports import Clock, HabitStore, MemoryStore, PersonaLibrary, SettingsStore, Workshop


@dataclass(frozen=True, slots=True)
class _Loaded:
    """Ears, voice and loudspeaker are there for the first time."""


@dataclass(frozen=True, slots=True, eq=False)
class _NotLoaded:
    error: CompanionError


@dataclass(frozen=True, slots=True, eq=False)
class _TurnOver:
    turn: Turn


@dataclass(frozen=True, slots=True)
class _Shutdown:
    pass


_Happening = Perceived | Command | Understood | _Loaded | _NotLoaded | Exchanged | _TurnOver | SpeakerBack | _Shutdown


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
        habit_store: HabitStore,
        notices: Sequence[Notice] = (),
        endpointing: EndpointPolicy | None = None,
        early_clause: bool = True,
    ) -> None:
        """endpointing decides how long the person is waited for; by default what they say and how they speak does.

        early_clause says the first clause of an answer before the rest of its sentence is known.
        """
        self._first_notices = notices

        self._listeners: list[Callable[[Event], None]] = []
        self._inbox: asyncio.Queue[_Happening] = asyncio.Queue()
        self._user_state = UserState.SILENT
        self._companion_state = CompanionState.LISTENING

        self._companion = Companion(
            workshop,
            memory,
            personas,
            settings_store,
            clock,
            settings,
            persona,
            self._announce,
            self._inbox.put_nowait,
            self._spawn,
            self._tune,
            lambda to_another: self._answering.withdraw(to_another=to_another),
            self._listen_anew,
        )
        self._turns = Turns(
            self._companion.parts,
            clock,
            self._announce,
            lambda turn: self._inbox.put_nowait(_TurnOver(turn)),
            early_clause=early_clause,
        )
        self._habits = KeptHabits(habit_store, self._announce)
        self._endpointing = endpointing or Endpointing()
        self._endpointing.habits = self._habits.kept
        self._hearing = Hearing(
            workshop,
            settings.barge_in,
            self._announce,
            self._inbox.put_nowait,
            self._endpointing,
            self._companion.understand,
            self._turns.being_said,
            lambda ducked: self._companion.parts.speaker.set_ducked(ducked),
            self._spawn,
        )
        self._understanding = Understanding(
            clock,
            self._endpointing,
            lambda utterance: self._companion.understand(utterance.samples),
            lambda utterance, transcription: self._answering.prepare(utterance, transcription),
            self._hearing.listener.so_far,
            self._announce,
            self._inbox.put_nowait,
            self._spawn,
        )
        self._answering = Answering(
            clock,
            self._companion,
            self._turns,
            self._understanding,
            self._announce,
            self._hearing.rest,
            lambda: self._habits.keep(self._endpointing.habits),
        )
        self._tune(settings)

        self._children: set[asyncio.Task[None]] = set()
        self._listening: asyncio.Task[None] | None = None

        self._has_loaded = False
        self._early: list[Command] = []
        """What was asked for before everything was loaded."""

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
                for notice in self._first_notices:
                    self._announce(events.NoticeRaised(notice))
                await self._companion.history.load()
                self._spawn(self._load())
                while not isinstance(happening := await self._inbox.get(), _Shutdown):
                    await self._deal_with(happening)
            except CompanionError as error:
                self._announce(events.NoticeRaised(Notice.of(error)))
                raise
            finally:
                await self._stop()

    # --- life -------------------------------------------------------------------------------------------------------

    async def _load(self) -> None:
        try:
            await self._companion.load()
        except CompanionError as error:
            self._inbox.put_nowait(_NotLoaded(error))
            return
        await self._companion.open_speaker()
        self._inbox.put_nowait(_Loaded())

    async def _begin(self) -> None:
        self._has_loaded = True
        settings, persona = self._companion.settings, self._companion.persona
        self._announce(events.EngineStarted(persona, settings))
        self._companion.begin_thinking()
        self._listening = self._spawn(self._hearing.run(settings))
        if settings.greet and persona.greeting:
            self._answering.greet(persona.greeting)
        early, self._early = self._early, []
        for command in early:
            await self._obey(command)

    async def _stop(self) -> None:
        try:
            await self._understanding.close()
            await self._answering.interrupt()
            while not self._inbox.empty():
                happening = self._inbox.get_nowait()
                if isinstance(happening, Understood) and happening.turn:
                    await happening.turn.cancel()
        finally:
            for child in tuple(self._children):
                child.cancel()
            await asyncio.gather(*self._children, return_exceptions=True)
            await self._companion.close()
            self._announce(events.EngineStopped())

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = self._tasks.create_task(work)
        self._children.add(task)
        task.add_done_callback(self._children.discard)
        return task

    # --- the inbox --------------------------------------------------------------------------------------------------

    async def _deal_with(self, happening: _Happening) -> None:
        match happening:
            case SpeechStarted() | SpeechPaused() | SpeechResumed() | SpeechEnded() | SpeechLost() | BargedIn():
                await self._perceive(happening)
            case Understood():
                await self._answering.answer_speech(happening)
            case _TurnOver(turn):
                if turn is self._turns.open:
                    await self._answering.end_turn(self._turns.end(turn))
            case _Loaded():
                await self._begin()
            case _NotLoaded(error):
                raise error
            case Exchanged(before, is_voice):
                if is_voice:
                    await self._answering.withdraw()
                await close_calmly(before.close())
            case SpeakerBack(speaker):
                await self._answering.withdraw()
                await self._companion.parts.use_speaker(speaker)
            case _Shutdown():
                raise AssertionError("run() ends at a shutdown")
            case commands.SetMuted(muted):
                self._hearing.muted = muted
                self._announce(events.MuteChanged(muted))
            case _ if self._has_loaded:
                await self._obey(happening)
            case _:
                self._early.append(happening)

    async def _perceive(self, perceived: Perceived) -> None:
        match perceived:
            case SpeechStarted(said_over):
                self._turns.floor.clear()
                self._answering.person_begins(said_over)
                self._announce(events.UserSpeechStarted())
                if self._companion_state is CompanionState.SPEAKING:
                    self._understanding.answered()
                self._understanding.started()
                if not self._turns.open:
                    self._companion.warm_mind()
            case SpeechPaused(utterance):
                self._understanding.paused(utterance)
            case SpeechResumed():
                await self._understanding.resumed()
            case SpeechEnded(utterance):
                await self._understanding.ended(utterance)
                spoken_seconds = utterance.speech_ended_at_seconds - utterance.speech_started_at_seconds
                self._announce(events.UserSpeechEnded(spoken_seconds))
            case SpeechLost():
                await self._understanding.lost()
                await self._answering.drop_speech()
            case BargedIn():
                if self._companion_state is CompanionState.SPEAKING:
                    await self._answering.interrupt()
                    self._companion.warm_mind()
            case _:
                assert_never(perceived)

    async def _obey(self, command: Command) -> None:
        match command:
            case commands.SayText(text):
                await self._understanding.outdated()
                if words := text.strip():
                    await self._answering.answer_at_once(words)
            case commands.StopSpeaking():
                await self._answering.interrupt()
            case commands.SetMuted():
                pass  # obeyed at once, whatever is being loaded
            case commands.HoldToTalk(held):
                self._hearing.held = held
                if held and self._companion.settings.barge_in is BargeIn.PUSH_TO_TALK:
                    await self._answering.interrupt()
            case commands.ChangeSettings(settings):
                await self._companion.change_settings(settings)
            case commands.ChangePersona(persona):
                await self._companion.change_persona(persona)
            case commands.ForgetHabits():
                self._endpointing.habits = SpeakingHabits()
                self._habits.keep(self._endpointing.habits, is_wish=True)
            case commands.ForgetFact(fact_id):
                await self._understanding.outdated()
                await self._companion.history.forget(fact_id)
            case _:
                assert_never(command)

    # --- changes ----------------------------------------------------------------------------------------------------

    def _tune(self, settings: Settings) -> None:
        """What takes effect without anything being loaded."""
        self._hearing.take_turns(settings.barge_in)
        self._endpointing.patience = settings.patience
        self._understanding.eagerness.low_power = settings.low_power

    async def _listen_anew(self) -> None:
        """Opens the microphone that is wanted now."""
        await end(self._listening)
        self._hearing.drop()
        self._listening = self._spawn(self._hearing.run(self._companion.settings))

    # --- telling ----------------------------------------------------------------------------------------------------

    def _announce(self, event: Event) -> None:
        self._user_state = user_state_after(self._user_state, event)
        self._companion_state = companion_state_after(self._companion_state, event)
        self._hearing.companion = self._answering.companion_state = self._companion_state
        self._answering.user_state = self._user_state
        states = (self._user_state, self._companion_state)
        self._companion.parts.calm = states == (UserState.SILENT, CompanionState.LISTENING)
        for listener in tuple(self._listeners):
            listener(event)
