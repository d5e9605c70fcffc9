# SPDX-License-Identifier: GPL-3.0-or-later
"""How loud a voice is at the microphone, and how loud the person usually is: it tells them from a crowd or a song."""

from __future__ import annotations

from collections import deque

import numpy as np

from desktop_app.domain.audio import Samples
from desktop_app.engine.listener import FRAME_SECONDS

_VOICE_PROBABILITY = 0.5
_FEWEST_FRAMES = round(0.1 / FRAME_SECONDS)
"""Less is one sound: some are 15 dB weaker than others."""
_TELLING_FRAMES = round(0.4 / FRAME_SECONDS)
"""A shorter utterance tells little about how loud somebody is."""
_UTTERANCE_SECONDS = 10.0
_REMEMBERED_UTTERANCES = 5
"""Few, so that who has moved away is soon known to be more quiet."""
_LEAST_POWER = 1e-9


class VoiceLevel:
    """The mean level of the latest frames of a stretch of sound in which there is a voice."""

    def __init__(self, seconds: float) -> None:
        """seconds of voice, the latest, are what counts."""
        self._powers: deque[float] = deque(maxlen=round(seconds / FRAME_SECONDS))

    @property
    def is_telling(self) -> bool:
        """Whether there was enough of it to know how loud the speaker is in general."""
        return len(self._powers) >= _TELLING_FRAMES

    @property
    def decibels(self) -> float | None:
        """Of full scale; None before there was a tenth of a second of voice."""
        if len(self._powers) < _FEWEST_FRAMES:
            return None
        return 10 * float(np.log10(max(sum(self._powers) / len(self._powers), _LEAST_POWER)))

    def feed(self, samples: Samples, probability: float) -> None:
        """Takes the next frame and the probability of speech in it."""
        if probability >= _VOICE_PROBABILITY:
            self._powers.append(float(np.mean(np.square(samples))))

    def reset(self) -> None:
        self._powers.clear()


class PersonLevel:
    """Learns from what is said while the companion is silent how loud the person usually is."""

    def __init__(self) -> None:
        self._utterance = VoiceLevel(_UTTERANCE_SECONDS)
        self._levels_db: deque[float] = deque(maxlen=_REMEMBERED_UTTERANCES)

    @property
    def decibels(self) -> float | None:
        """Of full scale, the median of the last utterances; None before the first of them."""
        return sorted(self._levels_db)[len(self._levels_db) // 2] if self._levels_db else None

    def feed(self, samples: Samples, probability: float) -> None:
        """Takes the next frame of an utterance and the probability of speech in it."""
        self._utterance.feed(samples, probability)

    def end(self) -> None:
        """The utterance has come to its end."""
        level_db = self._utterance.decibels
        if level_db is not None and self._utterance.is_telling:
            self._levels_db.append(level_db)
        self._utterance.reset()
