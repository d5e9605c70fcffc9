# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides from the probability of speech alone when somebody starts, pauses, resumes and ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Segment(Enum):
    """What has just become clear about the person's speech."""

    STARTED = auto()
    PAUSED = auto()
    RESUMED = auto()
    ENDED = auto()


@dataclass(slots=True)
class Segmenter:
    """Fed with a probability and how long it held; pure, counts seconds of its own.

    Two thresholds (hysteresis) keep a voice that fades at a word's end from flickering.
    """

    start_probability: float = 0.5
    stop_probability: float = 0.35

    start_seconds: float = 0.06
    """This much speech makes a start, or ends a pause."""

    pause_seconds: float = 0.1
    """This much silence makes a pause."""

    longest_seconds: float = 28.0
    """An utterance is ended here whatever happens: Whisper hears 30 s at once."""

    _speaking: bool = False
    _paused: bool = False
    _speech_seconds: float = 0.0
    _silence_seconds: float = 0.0
    _length_seconds: float = 0.0

    @property
    def speaking(self) -> bool:
        return self._speaking

    @property
    def silence_seconds(self) -> float:
        """Silence since the last speech of the utterance under way."""
        return self._silence_seconds

    def feed(self, probability: float, seconds: float, wait_seconds: float) -> Segment | None:
        """Takes the next stretch of sound; wait_seconds is the silence that ends an utterance."""
        if not self._speaking:
            return self._feed_silence(probability, seconds)
        self._length_seconds += seconds
        if self._paused:
            # A click is no more a resumption than it is a start.
            self._speech_seconds = self._speech_seconds + seconds if probability >= self.start_probability else 0.0
            self._silence_seconds += seconds
            if self._speech_seconds >= self.start_seconds:
                self._paused, self._speech_seconds, self._silence_seconds = False, 0.0, 0.0
                return Segment.RESUMED
        elif probability >= self.stop_probability:
            self._silence_seconds = 0.0
        else:
            self._silence_seconds += seconds
        # Whoever may just be going on is not cut off before that is clear.
        is_silent = self._silence_seconds >= wait_seconds and not self._speech_seconds
        if is_silent or self._length_seconds >= self.longest_seconds:
            self.reset()
            return Segment.ENDED
        if not self._paused and self._silence_seconds >= self.pause_seconds:
            self._paused = True
            return Segment.PAUSED
        return None

    def begin(self, seconds: float) -> None:
        """Somebody has been speaking for so long, as others have found out."""
        self.reset()
        self._speaking, self._length_seconds = True, seconds

    def reset(self) -> None:
        """Nobody is speaking, and nothing said so far counts."""
        self._speaking = self._paused = False
        self._speech_seconds = self._silence_seconds = self._length_seconds = 0.0

    def _feed_silence(self, probability: float, seconds: float) -> Segment | None:
        self._speech_seconds = self._speech_seconds + seconds if probability >= self.start_probability else 0.0
        if self._speech_seconds < self.start_seconds:
            return None
        self._speaking = True
        self._length_seconds = self._speech_seconds
        self._speech_seconds = 0.0
        return Segment.STARTED
