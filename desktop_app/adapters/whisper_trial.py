# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds out whether a Whisper model hears as well in short windows as in the half minutes it was trained on.

Opinions differ by model and language (CTranslate2 issue 2100: much worse in Korean; whisper.cpp issue 1855: no loss in
English), so every model is tried once, in the person's language, on sentences whose words are known.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.domain.audio import LISTENING_RATE_HZ, Samples

TRIAL_SENTENCES = {
    "en": (
        "Yes, please.",
        "What time is it now?",
        "I would like to hear a story about the sea.",
        "My sister lives in a small house near the river.",
        "Can you tell me what the weather will be like tomorrow?",
        "We walked through the garden, and then we sat down under an old tree and talked.",
    ),
    "fr": (
        "Oui, merci.",
        "Quelle heure est-il maintenant ?",
        "Je voudrais écouter une histoire sur la mer.",
        "Ma sœur habite dans une petite maison près de la rivière.",
        "Peux-tu me dire quel temps il fera demain matin ?",
        "Nous avons traversé le jardin, puis nous avons parlé longtemps sous un vieil arbre.",
    ),
}
"""By language (ISO 639-1); of others nothing is tried, and they are heard in whole windows."""

_WORDS_PER_FURTHER_MISTAKE = 20
"""One more mistake in so many words is chance."""
_MOST_MISTAKEN_SHARE = 0.5
"""Who mistakes more than this in whole windows cannot be judged."""


@dataclass(frozen=True, slots=True)
class SaidSentence:
    """Known words and how they sound (16 kHz mono)."""

    text: str
    samples: Samples

    @classmethod
    def of(cls, text: str, samples: Samples, rate_hz: int) -> SaidSentence:
        """From a voice's sound, with a little silence around."""
        import soxr

        heard = soxr.resample(samples, rate_hz, LISTENING_RATE_HZ)
        return cls(text, np.pad(heard, LISTENING_RATE_HZ // 4).astype(np.float32))


@dataclass(frozen=True, slots=True)
class WindowTrial:
    """What came of it, in words and seconds over all sentences."""

    words: int
    short_mistakes: int
    full_mistakes: int
    short_seconds: float
    full_seconds: float

    @property
    def can_be_judged(self) -> bool:
        """Whether it says anything about windows: the words must be understood at least in whole ones."""
        return self.full_mistakes <= _MOST_MISTAKEN_SHARE * self.words

    @property
    def loses_nothing(self) -> bool:
        """Whether short windows may be used from now on."""
        allowed = self.full_mistakes + self.words // _WORDS_PER_FURTHER_MISTAKE
        return self.can_be_judged and self.short_mistakes <= allowed

    def __add__(self, other: WindowTrial) -> WindowTrial:
        return WindowTrial(
            self.words + other.words,
            self.short_mistakes + other.short_mistakes,
            self.full_mistakes + other.full_mistakes,
            self.short_seconds + other.short_seconds,
            self.full_seconds + other.full_seconds,
        )


NO_TRIAL = WindowTrial(0, 0, 0, 0.0, 0.0)


async def try_sentence(ears: WhisperTranscriber, said: SaidSentence, language: str) -> WindowTrial:
    """One sentence both ways. Raises EarsError."""
    words, mistakes, seconds = _plain_words(said.text), [], []
    for short in (True, False):
        began = time.perf_counter()
        heard = await ears.transcribe_in_windows(said.samples, language, short=short)
        seconds.append(time.perf_counter() - began)
        mistakes.append(word_edits(words, _plain_words(heard.text)))
    return WindowTrial(len(words), mistakes[0], mistakes[1], seconds[0], seconds[1])


def word_edits(said: Sequence[str], heard: Sequence[str]) -> int:
    """The fewest words to replace, insert or delete that make one of the other (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for index, word in enumerate(said, 1):
        diagonal, row[0] = row[0], index
        for column, other in enumerate(heard, 1):
            diagonal, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, diagonal + (word != other))
    return row[-1]


def _plain_words(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() else " " for sign in text.lower()).split()
