# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the microphone open and decides which of its frames count; what it hears goes to the engine's inbox."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass

import numpy as np

from desktop_app.domain.audio import AudioFrame, Samples
from desktop_app.domain.conversation import Transcription
from desktop_app.domain.errors import MicrophoneError
from desktop_app.domain.events import (
    Component,
    ComponentLost,
    ComponentReady,
    Event,
    LevelChanged,
    Notice,
    NoticeRaised,
)
from desktop_app.domain.settings import BargeIn, Settings
from desktop_app.domain.state import CompanionState
from desktop_app.engine.ambience import Ambience
from desktop_app.engine.barge_in import STOP_AFTER_SECONDS, may_listen
from desktop_app.engine.endpointing import EndpointPolicy
from desktop_app.engine.listener import (
    FRAME_SECONDS,
    Listener,
    SpeechEnded,
    SpeechGoesOn,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
)
from desktop_app.engine.loudness import PersonLevel
from desktop_app.engine.overhearing import Overhearing
from desktop_app.ports import EchoCanceller, Workshop

_LEVEL_EVERY_FRAMES = 5
_ECHO_TAIL_FRAMES = round(0.15 / FRAME_SECONDS)
"""After the companion's last sample the room still rings: in half-duplex the microphone rests this much longer."""
_BELOW_PERSON_DB = 20.0
"""So far below the person's voice is what the canceller leaves of an echo: nothing louder is taken for usual."""
_FIRST_RETRY_SECONDS = 1.0
_LONGEST_RETRY_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class SpeechLost:
    """What was being said cannot be finished (muted, microphone gone, the companion began to speak)."""


@dataclass(frozen=True, slots=True)
class BargedIn:
    """The person speaks over the companion, and means it."""


Perceived = SpeechStarted | SpeechPaused | SpeechResumed | SpeechEnded | SpeechLost | BargedIn


class Hearing:
    """The engine tells it what the companion does; it tells the engine what the person does."""

    def __init__(
        self,
        workshop: Workshop,
        mode: BargeIn,
        announce: Callable[[Event], None],
        perceive: Callable[[Perceived], None],
        endpointing: EndpointPolicy,
        transcribe: Callable[[Samples], Awaitable[Transcription]],
        being_said: Callable[[], str],
        duck: Callable[[bool], float],
        spawn: Callable[[Coroutine[None, None, None]], asyncio.Task[None]],
    ) -> None:
        """being_said is what the companion says just now; duck turns it down (True) and up, as the Speaker does."""
        self.mode = mode
        self.muted = False
        self.held = False
        """Whether the talk button is down; counts only in push-to-talk."""
        self.companion = CompanionState.LISTENING
        self._workshop = workshop
        self._announce = announce
        self._perceive = perceive
        self.listener = Listener(workshop.detector(), endpointing)
        self._echo: EchoCanceller | None = None
        self._no_canceller: Notice | None = None
        """Why there is none."""
        self._overhearing = Overhearing(transcribe, being_said, duck, spawn, self._barge_in)
        self._ambience = Ambience()
        """Of what the canceller leaves."""
        self._raw_ambience = Ambience()
        """Of the raw microphone while the companion speaks."""
        self._person = PersonLevel()
        self._frames = 0
        self._resting_frames = 0
        self._active = False
        self._overhears = False
        self._barged_in = False

    async def run(self, settings: Settings) -> None:
        """Listens until cancelled or until a recording is at its end; a lost microphone is tried again and again."""
        await self.prepare()
        pause_seconds = _FIRST_RETRY_SECONDS
        told_loss = False
        while True:
            microphone = self._workshop.microphone(settings)
            works = False
            try:
                async with aclosing(microphone.frames()) as frames:
                    async for frame in frames:
                        if not works:
                            works, told_loss, pause_seconds = True, False, _FIRST_RETRY_SECONDS
                            self._forget_room()
                            self._announce(ComponentReady(Component.MICROPHONE, microphone.name))
                        self.hear(frame)
                self._finish()
                return
            except MicrophoneError as error:
                self.drop()
                if not told_loss:
                    notice = Notice.of(error)
                    self._announce(ComponentLost(Component.MICROPHONE, notice))
                told_loss = True
            await asyncio.sleep(pause_seconds)
            pause_seconds = min(2 * pause_seconds, _LONGEST_RETRY_SECONDS)

    @property
    def _effective_mode(self) -> BargeIn:
        """Without a canceller it would hear itself all the time."""
        return BargeIn.HALF_DUPLEX if self.mode is BargeIn.OPEN and self._echo is None else self.mode

    async def prepare(self) -> None:
        """Gets the echo canceller, if it has none yet; `run` does so itself."""
        if self._echo is None:
            self._echo, self._no_canceller = await self._workshop.echo_canceller()
            self._tell_of_canceller()

    def take_turns(self, mode: BargeIn) -> None:
        """From now on like this."""
        is_new, self.mode = mode is not self.mode, mode
        if is_new:
            self._overhears = False
            self._overhearing.reset()
            self._tell_of_canceller()

    def _tell_of_canceller(self) -> None:
        if self._no_canceller and self.mode is BargeIn.OPEN:
            self._announce(NoticeRaised(self._no_canceller))

    def _forget_room(self) -> None:
        if self._echo:
            self._echo.reset()
        self._ambience, self._raw_ambience = Ambience(), Ambience()
        self._person = PersonLevel()

    def rest(self) -> None:
        """The companion has just stopped speaking: let the room ring out."""
        if self._effective_mode is BargeIn.HALF_DUPLEX:
            self._resting_frames = _ECHO_TAIL_FRAMES

    def hear(self, frame: AudioFrame) -> None:
        """Takes the next frame of the microphone."""
        self._frames += 1
        self._resting_frames = max(0, self._resting_frames - 1)
        if not self._resting_frames and may_listen(self._effective_mode, self.companion, self.muted, self.held):
            self._active = True
            if self._effective_mode is BargeIn.OPEN:
                self._listen_over(frame)
            else:
                self._listen(frame)
        elif self._active:
            if self.mode is BargeIn.PUSH_TO_TALK and not self.muted:
                self._finish()
            else:
                self.drop()
        if self._frames % _LEVEL_EVERY_FRAMES == 0:
            self._announce(LevelChanged(_level(frame), self.listener.probability))

    def _listen_over(self, frame: AudioFrame) -> None:
        """In open mode: without the echo, and with doubts about whatever is heard while the companion speaks."""
        assert self._echo is not None
        cancelled = self._echo.cancel(frame)
        is_voice = self.listener.hears_speech or self._overhearing.is_suspicious
        learns = self.companion is CompanionState.SPEAKING and not is_voice
        person_db = self._person.decibels
        highest_db = 0.0 if person_db is None else person_db - _BELOW_PERSON_DB
        prominence_db = self._ambience.feed(cancelled.samples, learns=learns, highest_db=highest_db)
        raw_prominence_db = self._raw_ambience.feed(frame.samples, learns=learns)
        # Speech that began before the companion did is no echo.
        overhears = self.companion is CompanionState.SPEAKING and not self.listener.hears_speech
        if self._overhears and not overhears and not self.listener.hears_speech:
            self._end_of_overhearing()
        if overhears and not self._overhears:
            self._overhearing.precede(self.listener.pre_roll)
        self._overhears = overhears
        if overhears:
            clearer = self._overhearing.clearer(frame, cancelled)
            probability = self.listener.overhear(clearer)
            self._overhearing.feed(clearer, probability, prominence_db, raw_prominence_db, person_db)
        else:
            self._listen(cancelled)
            self._learn_level(frame)

    def _learn_level(self, frame: AudioFrame) -> None:
        if not self.listener.hears_speech:
            self._person.end()
        elif self.companion is not CompanionState.SPEAKING:
            self._person.feed(frame.samples, self.listener.probability)

    def _end_of_overhearing(self) -> None:
        """The companion has come to its end: who began to speak before that is heard out."""
        if self._overhearing.hears_voice:
            self._begin_speech()
        else:
            self._overhearing.reset()

    def _barge_in(self) -> None:
        self._begin_speech()
        self._barged_in = True
        self._perceive(BargedIn())

    def _begin_speech(self) -> None:
        self._barged_in = False
        said_over = self._overhearing.said_over
        self._perceive(self.listener.begin(self._overhearing.take_speech(), said_over))

    def _listen(self, frame: AudioFrame) -> None:
        match self.listener.feed(frame):
            case SpeechGoesOn(seconds):
                speaks = self.companion is CompanionState.SPEAKING
                if speaks and not self._barged_in and seconds >= STOP_AFTER_SECONDS:
                    self._barged_in = True
                    self._perceive(BargedIn())
            case SpeechStarted() as started:
                self._barged_in = False
                self._perceive(started)
            case SpeechPaused() | SpeechResumed() | SpeechEnded() as perceived:
                self._perceive(perceived)
            case None:
                pass

    def _finish(self) -> None:
        """Whatever was being said counts as finished."""
        ended = self.listener.finish()
        if ended:
            self._perceive(ended)
        self._active = self._overhears = False
        self.listener.reset()
        self._overhearing.reset()

    def drop(self) -> None:
        """Whatever was being said is lost."""
        if self.listener.finish():
            self._perceive(SpeechLost())
        self._active = self._overhears = False
        self.listener.reset()
        self._overhearing.reset()


def _level(frame: AudioFrame) -> float:
    """0…1 for −60…0 dBFS."""
    power = float(np.mean(np.square(frame.samples))) if len(frame.samples) else 0.0
    return min(1.0, max(0.0, 1 + float(np.log10(max(power, 1e-12))) / 6))
