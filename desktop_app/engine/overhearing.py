# SPDX-License-Identifier: GPL-3.0-or-later
"""Listens while the companion talks: keeps what is heard, turns the companion down, and has words looked for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress

import numpy as np

from desktop_app.domain.audio import AudioFrame, Samples
from desktop_app.domain.conversation import Transcription
from desktop_app.domain.errors import EarsError
from desktop_app.engine.barge_in import Overlap, Step
from desktop_app.engine.interjections import interjection
from desktop_app.engine.listener import FRAME_SECONDS, PRE_ROLL_SECONDS
from desktop_app.engine.loudness import VoiceLevel

_PRE_ROLL_FRAMES = round(PRE_ROLL_SECONDS / FRAME_SECONDS)
_LONGEST_FRAMES = round(6.0 / FRAME_SECONDS)
"""Of a voice that never says anything that counts, such as a song, the latest part is enough."""
_DIES_AWAY_SECONDS = 0.1
"""After the loudspeaker has turned down the companion is quiet at the microphone so soon: the room needs its time."""
_FALLS_DB = 5.0
"""An echo falls by more when the companion is ducked."""
_SYLLABLE_FRAMES = round(0.25 / FRAME_SECONDS)
"""A voice is quiet for a moment between its syllables."""
_VOICE_SECONDS = 0.6
"""Who speaks now is what counts, not who has been singing for minutes."""
_RINGS_OUT_FRAMES = round(0.1 / FRAME_SECONDS)


class Overhearing:
    """Fed by Hearing while the companion speaks; calls `confirmed` when the person interrupts.

    Ducking is a question as well: if the microphone grows quiet with the companion, it was its echo. What is listened
    to is the canceller's sound up to the moment when the ducked companion must be quiet, and the raw microphone's from
    then on: where both speak the canceller garbles the person, and beside a quiet companion they need no help.
    """

    def __init__(
        self,
        transcribe: Callable[[Samples], Awaitable[Transcription]],
        being_said: Callable[[], str],
        duck: Callable[[bool], float],
        spawn: Callable[[Coroutine[None, None, None]], asyncio.Task[None]],
        confirmed: Callable[[], None],
    ) -> None:
        """being_said is what the companion says just now; duck turns it down and up, as the Speaker does."""
        self._transcribe = transcribe
        self._being_said = being_said
        self._duck = duck
        self._spawn = spawn
        self._confirmed = confirmed
        self._overlap = Overlap()
        self._voice = VoiceLevel(_VOICE_SECONDS)
        """Since the first suspicion; the canceller weakens it, so at least so loud."""
        self._frames: deque[AudioFrame] = deque(maxlen=_LONGEST_FRAMES)
        self._looking: asyncio.Task[None] | None = None
        self._quiet_at_seconds = float("inf")
        self._is_quiet = False
        self._raw_prominences_db: deque[float] = deque(maxlen=_SYLLABLE_FRAMES)
        self._after_voice_frames = 0
        self.said_over = ""
        """What the companion was saying when it was last suspected that somebody speaks, or looked at what they say."""

    def precede(self, frames: Sequence[AudioFrame]) -> None:
        """What was heard before the companion spoke: somebody may just have begun."""
        self._frames.extend(frames)

    @property
    def is_suspicious(self) -> bool:
        """Whether somebody may be speaking."""
        return self._overlap.is_suspected

    @property
    def hears_voice(self) -> bool:
        """Whether there is a voice just now."""
        return self._overlap.goes_on

    def clearer(self, raw: AudioFrame, cancelled: AudioFrame) -> AudioFrame:
        """In which of the two the person is heard best by now."""
        if not self._is_quiet and raw.captured_at_seconds >= self._quiet_at_seconds:
            self._is_quiet = True
            self._raw_prominences_db.clear()
        return raw if self._is_quiet else cancelled

    def feed(
        self,
        frame: AudioFrame,
        probability: float,
        prominence_db: float,
        raw_prominence_db: float,
        person_db: float | None = None,
    ) -> None:
        """Takes the next (clearer) frame, the probability of speech in it, and how far it stands out.

        raw_prominence_db is by how much the microphone is louder than it usually is while the companion speaks;
        person_db is how loud the person is known to be at the microphone.
        """
        self._raw_prominences_db.append(raw_prominence_db)
        if self._is_quiet and max(self._raw_prominences_db) < -_FALLS_DB:
            probability = 0.0  # it has become quiet with the companion
        self._frames.append(frame)
        while self._overlap.is_calm and len(self._frames) > _PRE_ROLL_FRAMES:
            self._frames.popleft()
        stands_out = prominence_db >= self._overlap.sound_prominence_db
        is_voice = stands_out or probability >= self._overlap.silence_probability
        self._after_voice_frames = 0 if is_voice else self._after_voice_frames + 1
        if self._overlap.is_calm:
            self._voice.reset()
        self._voice.feed(frame.samples, 1.0 if stands_out else probability)
        voice_db = self._voice.decibels
        nearness_db = None if person_db is None or voice_db is None else voice_db - person_db
        self._take(self._overlap.feed(probability, prominence_db, FRAME_SECONDS, nearness_db, raw_prominence_db))

    def take_speech(self) -> Sequence[AudioFrame]:
        """What has been said since the first suspicion, with PRE_ROLL_SECONDS of what came before it; then `reset`."""
        frames = tuple(self._frames)
        self.reset()
        return frames

    def reset(self) -> None:
        """Forgets everything; the companion is as loud as ever."""
        if self._looking:
            self._looking.cancel()
            self._looking = None
        if self._overlap.is_suspected:
            self._turn_down(False)
        self._overlap.reset()
        self._frames.clear()

    def _take(self, step: Step | None) -> None:
        if step in (Step.DUCK, Step.LOOK, Step.STOP):
            self.said_over = self._being_said()
        match step:
            case Step.DUCK | Step.RESTORE:
                self._turn_down(step is Step.DUCK)
            case Step.LOOK:
                self._looking = self._spawn(self._look(self._said()))
            case Step.STOP:
                self._confirmed()
            case None:
                pass

    def _turn_down(self, ducked: bool) -> None:
        heard_in_seconds = self._duck(ducked)
        self._quiet_at_seconds = float("inf")
        if ducked:
            self._quiet_at_seconds = self._frames[-1].captured_at_seconds + heard_in_seconds + _DIES_AWAY_SECONDS
        self._is_quiet = False
        self._after_voice_frames = 0

    @property
    def _is_foreign(self) -> bool:
        """Whether the microphone is louder than the companion makes it, though it is turned down."""
        return self._is_quiet and max(self._raw_prominences_db) >= self._overlap.raw_prominence_db

    def _said(self) -> Samples:
        """What was said since the first suspicion; after its last voice comes only the companion, however quiet."""
        after = max(0, self._after_voice_frames - _RINGS_OUT_FRAMES)
        return np.concatenate([frame.samples for frame in list(self._frames)[: len(self._frames) - after]])

    async def _look(self, samples: Samples) -> None:
        heard = Transcription("", "")
        with suppress(EarsError):  # told when the person's own words cannot be understood
            heard = await self._transcribe(samples)
        self._looking = None
        meaning = interjection(heard.text, heard.language, self._being_said(), is_foreign=self._is_foreign)
        self._take(self._overlap.understood(meaning))
