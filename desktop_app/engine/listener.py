# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns microphone frames into utterances: detector, segmenter, and a pre-roll so that no first sound is lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop_app.domain.audio import FRAME_SAMPLES, LISTENING_RATE_HZ, AudioFrame, Utterance
from desktop_app.engine.endpointing import EndpointPolicy
from desktop_app.engine.segmenter import Segment, Segmenter
from desktop_app.ports import VoiceDetector

FRAME_SECONDS = FRAME_SAMPLES / LISTENING_RATE_HZ
PRE_ROLL_SECONDS = 0.5
"""Kept before the detected start: the detector lags about 0.1 s and soft consonants come before it."""
POST_ROLL_SECONDS = 0.25
"""Kept after the last speech; the rest of the waiting silence only costs time to transcribe."""


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody began to speak."""

    said_over: str = ""
    """What the companion was saying meanwhile, where it was: this may turn out to be its echo."""


@dataclass(frozen=True, slots=True)
class SpeechGoesOn:
    """Speech has been going on for this long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """A short silence: perhaps the end. Here is what was said so far."""

    utterance: Utterance


@dataclass(frozen=True, slots=True)
class SpeechResumed:
    """It was not the end."""


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """Somebody has finished; here is what was said."""

    utterance: Utterance


Heard = SpeechStarted | SpeechGoesOn | SpeechPaused | SpeechResumed | SpeechEnded


class Listener:
    """Fed frame by frame on the engine's loop; knows no time but what the frames carry."""

    def __init__(self, detector: VoiceDetector, endpointing: EndpointPolicy) -> None:
        self._detector = detector
        self._endpointing = endpointing
        self._segmenter = Segmenter()
        self._pre_roll: deque[AudioFrame] = deque(maxlen=round(PRE_ROLL_SECONDS / FRAME_SECONDS))
        self._frames: list[AudioFrame] = []
        self._speech_frames = 0
        self._started_at_seconds = 0.0
        self.probability = 0.0
        """Of speech, after the latest frame."""

    def feed(self, frame: AudioFrame) -> Heard | None:
        """Takes the next frame; returns what it made clear, if anything."""
        self.probability = self._detector.probability(frame)
        if self._segmenter.speaking:
            self._frames.append(frame)
        else:
            self._pre_roll.append(frame)
        match self._segmenter.feed(self.probability, FRAME_SECONDS, self._endpointing.wait_seconds()):
            case Segment.STARTED:
                self._begin(frame)
                return SpeechStarted()
            case Segment.PAUSED:
                return SpeechPaused(self._utterance())
            case Segment.RESUMED:
                self._endpointing.forget()
                self._speech_frames = len(self._frames)
                return SpeechResumed()
            case Segment.ENDED:
                return SpeechEnded(self._take_utterance())
            case _:
                return self._progress()

    @property
    def hears_speech(self) -> bool:
        """Whether an utterance is under way."""
        return self._segmenter.speaking

    def overhear(self, frame: AudioFrame) -> float:
        """The probability of speech in the next frame, without taking it for the person's."""
        self.probability = self._detector.probability(frame)
        return self.probability

    @property
    def pre_roll(self) -> Sequence[AudioFrame]:
        """What was heard last before any speech."""
        return tuple(self._pre_roll)

    def begin(self, frames: Sequence[AudioFrame], said_over: str) -> SpeechStarted:
        """These frames, a pre-roll at their head, have turned out to be the person's, who is still speaking."""
        self._frames = list(frames)
        self._pre_roll.clear()
        self._speech_frames = len(self._frames)
        first = self._frames[min(round(PRE_ROLL_SECONDS / FRAME_SECONDS), len(self._frames) - 1)]
        self._started_at_seconds = first.captured_at_seconds - FRAME_SECONDS
        self._segmenter.begin(len(self._frames) * FRAME_SECONDS)
        self._endpointing.forget()
        return SpeechStarted(said_over)

    def so_far(self) -> Utterance | None:
        """The utterance under way, as far as it was heard; None if there is none."""
        return self._utterance() if self._segmenter.speaking else None

    def finish(self) -> SpeechEnded | None:
        """Ends the utterance under way at once (the talk button was let go, the recording is over)."""
        if not self._segmenter.speaking:
            return None
        self._segmenter.reset()
        return SpeechEnded(self._take_utterance())

    def reset(self) -> None:
        """Drops whatever is under way: what follows is a new stretch of sound."""
        self._segmenter.reset()
        self._detector.reset()
        self._pre_roll.clear()
        self._frames.clear()
        self._endpointing.forget()
        self.probability = 0.0

    def _begin(self, frame: AudioFrame) -> None:
        self._frames = list(self._pre_roll)
        self._pre_roll.clear()
        self._speech_frames = len(self._frames)
        self._started_at_seconds = frame.captured_at_seconds - self._segmenter.start_seconds

    def _progress(self) -> SpeechGoesOn | None:
        if not self._segmenter.speaking or self._segmenter.silence_seconds:
            return None
        self._speech_frames = len(self._frames)
        return SpeechGoesOn(self._frames[-1].captured_at_seconds - self._started_at_seconds)

    def _take_utterance(self) -> Utterance:
        utterance = self._utterance()
        # Who goes on just now has already begun: the rest of the silence is the next utterance's pre-roll.
        self._pre_roll.extend(self._frames[self._kept_frames :])
        self._frames = []
        self._endpointing.forget()
        return utterance

    @property
    def _kept_frames(self) -> int:
        return self._speech_frames + round(POST_ROLL_SECONDS / FRAME_SECONDS)

    def _utterance(self) -> Utterance:
        kept = self._frames[: self._kept_frames]
        last_speech = self._frames[self._speech_frames - 1]
        return Utterance(
            samples=np.concatenate([frame.samples for frame in kept]),
            speech_started_at_seconds=self._started_at_seconds,
            speech_ended_at_seconds=last_speech.captured_at_seconds,
        )
