# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the microphone open and decides which of its frames count; what it hears goes to the engine's inbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

import numpy as np

from desktop_app.domain.audio import AudioFrame
from desktop_app.domain.errors import MicrophoneError
from desktop_app.domain.events import Component, ComponentLost, ComponentReady, Event, LevelChanged, Notice
from desktop_app.domain.settings import BargeIn, Settings
from desktop_app.domain.state import CompanionState
from desktop_app.engine.barge_in import may_listen, must_stop
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
from desktop_app.ports import Workshop

_LEVEL_EVERY_FRAMES = 5
_ECHO_TAIL_FRAMES = round(0.15 / FRAME_SECONDS)
"""After the companion's last sample the room still rings: in half-duplex the microphone rests this much longer."""
_FIRST_RETRY_SECONDS = 1.0
_LONGEST_RETRY_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class SpeechLost:
    """What was being said cannot be finished (muted, microphone gone, the companion began to speak)."""


@dataclass(frozen=True, slots=True)
class BargedIn:
    """The person has been speaking over the companion long enough."""


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
    ) -> None:
        self.mode = mode
        self.muted = False
        self.held = False
        """Whether the talk button is down; counts only in push-to-talk."""
        self.companion = CompanionState.LISTENING
        self._workshop = workshop
        self._announce = announce
        self._perceive = perceive
        self.listener = Listener(workshop.detector(), endpointing)
        self._frames = 0
        self._resting_frames = 0
        self._active = False
        self._barged_in = False

    async def run(self, settings: Settings) -> None:
        """Listens until cancelled or until a recording is at its end; a lost microphone is tried again and again."""
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
                            self._announce(ComponentReady(Component.MICROPHONE, microphone.name))
                        self._hear(frame)
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

    def rest(self) -> None:
        """The companion has just stopped speaking: let the room ring out."""
        if self.mode is BargeIn.HALF_DUPLEX:
            self._resting_frames = _ECHO_TAIL_FRAMES

    def _hear(self, frame: AudioFrame) -> None:
        self._frames += 1
        self._resting_frames = max(0, self._resting_frames - 1)
        if not self._resting_frames and may_listen(self.mode, self.companion, self.muted, self.held):
            self._active = True
            self._listen(frame)
        elif self._active:
            if self.mode is BargeIn.PUSH_TO_TALK and not self.muted:
                self._finish()
            else:
                self.drop()
        if self._frames % _LEVEL_EVERY_FRAMES == 0:
            self._announce(LevelChanged(_level(frame), self.listener.probability))

    def _listen(self, frame: AudioFrame) -> None:
        match self.listener.feed(frame):
            case SpeechGoesOn(seconds):
                if not self._barged_in and must_stop(self.companion, seconds):
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
        self._active = False
        self.listener.reset()

    def drop(self) -> None:
        """Whatever was being said is lost."""
        if self.listener.finish():
            self._perceive(SpeechLost())
        self._active = False
        self.listener.reset()


def _level(frame: AudioFrame) -> float:
    """0…1 for −60…0 dBFS."""
    power = float(np.mean(np.square(frame.samples))) if len(frame.samples) else 0.0
    return min(1.0, max(0.0, 1 + float(np.log10(max(power, 1e-12))) / 6))
