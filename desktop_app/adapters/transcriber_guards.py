# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps Whisper's inventions out: what it "hears" in noise, music and silence never becomes somebody's words."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

SHORTEST_SPEECH_SECONDS = 0.1
"""A cough or a click; no word is shorter."""

_FASTEST_CHARACTERS_PER_SECOND = 40.0
"""Nobody speaks faster; fast speech is about 20."""

_LOWEST_LOG_PROBABILITY = -1.8
"""Where the detector is sure that somebody spoke, poorly understood words are better than none."""

_MOST_REPEATS = 6
HIGHEST_COMPRESSION_RATIO = 2.4
"""Whisper's own bound for text that goes round in circles."""

MOST_TOKENS = 220
"""In one window: Whisper's decoder holds 448, CTranslate2 uses half of that, and a few say what is asked of it."""

_WINDOW_SECONDS = 30.0
_SPOKEN_CHARACTERS_PER_SECOND = 30.0
"""Fast speech, mumbled in between."""
_LATIN_TOKENS_PER_CHARACTER = 0.4
_OTHER_TOKENS_PER_CHARACTER = 1.1
"""Whisper's vocabulary was made for English; what it hardly knows it spells in bytes."""
_LATIN_LANGUAGES = frozenset(
    """
    af az br bs ca cs cy da de en es et eu fi fo fr gl ha haw hr ht hu id is it jv jw la lb ln lt lv mg mi ms mt nl nn
    no oc pl pt ro sk sl sn so sq su sv sw tk tl tr uz vi yo
    """.split()
)

_NOTES = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|[♩♪♫♬]+")
"""Whisper's remarks on what it hears: [Music], (applause), *sighs*, ♪."""

_LOOP = re.compile(rf"(?<!\w)(\w[^.!?]{{0,60}}?)(?:[\s,.!?…-]+\1(?!\w)){{{_MOST_REPEATS - 1},}}", re.IGNORECASE)

# Whisper learned from subtitles: these come from their first and last lines. Nobody says them to a companion …
_NEVER_SAID = (
    "amara org",
    "subtitles by",
    "subtitled by",
    "subtitling by",
    "transcribed by",
    "transcription by",
    "captions by",
    "castingwords",
    "otter ai",
    "sous titres réalisés",
    "sous titres faits par",
    "sous titrage",
    "sous titré par",
    "untertitel der",
    "untertitel von",
    "untertitelung",
    "legendas pela comunidade",
    "subtítulos realizados",
    "sottotitoli creati",
    "ondertiteling",
)

# … and these only count when there really was speech.
_STOCK_PHRASES = frozenset(
    {
        "thanks for watching",
        "thank you for watching",
        "thank you so much for watching",
        "thanks for watching and see you next time",
        "please subscribe",
        "please subscribe to my channel",
        "like and subscribe",
        "see you next time",
        "see you in the next video",
        "i ll see you in the next video",
        "we ll be right back",
        "thank you",
        "thank you very much",
        "thanks",
        "you",
        "bye",
        "bye bye",
        "so",
        "oh",
        "okay",
        "the end",
        "i m sorry",
        "merci",
        "merci d avoir regardé",
        "merci d avoir regardé cette vidéo",
        "abonnez vous",
        "à bientôt",
        "au revoir",
        "vielen dank",
        "vielen dank fürs zuschauen",
        "danke fürs zuschauen",
        "gracias",
        "gracias por ver el video",
        "suscríbete",
        "obrigado",
        "grazie",
    }
)


def most_tokens(speech_seconds: float, language: str | None, english_tokens_per_character: float) -> int:
    """A bound for what can have been said in a window: it cuts off Whisper's endless repetitions.

    language is ISO 639-1, None where it is not known; the model's own tokenizer says how it spells English.
    """
    tokens_per_character = english_tokens_per_character
    if language != "en":
        least = _LATIN_TOKENS_PER_CHARACTER if language in _LATIN_LANGUAGES else _OTHER_TOKENS_PER_CHARACTER
        tokens_per_character = max(tokens_per_character, least)
    characters = _SPOKEN_CHARACTERS_PER_SECOND * min(speech_seconds + 1.0, _WINDOW_SECONDS)
    return min(MOST_TOKENS, 10 + math.ceil(characters * tokens_per_character * 1.3))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against a piece of recognized text."""

    speech_seconds: float
    """How long the detector heard speech."""

    speech_share: float
    """… and what part of the recording that was, 0…1."""

    average_log_probability: float
    no_speech_probability: float
    compression_ratio: float


def believable(text: str, evidence: Evidence) -> str:
    """The words of a recognized piece of speech, or nothing where they were not really said."""
    words = " ".join(_NOTES.sub(" ", text).split())
    plain = _plain(words)
    if not plain or _is_impossible(plain, words, evidence):
        return ""
    if plain in _STOCK_PHRASES and (_is_weak(evidence) or evidence.average_log_probability < -0.8):
        return ""
    return words


def _is_impossible(plain: str, words: str, evidence: Evidence) -> bool:
    return (
        any(phrase in plain for phrase in _NEVER_SAID)
        or evidence.average_log_probability < (-1.2 if _is_weak(evidence) else _LOWEST_LOG_PROBABILITY)
        or (evidence.no_speech_probability > 0.6 and evidence.average_log_probability < -0.7)
        or (evidence.compression_ratio > HIGHEST_COMPRESSION_RATIO and len(words) > 60)
        or len(plain) > _FASTEST_CHARACTERS_PER_SECOND * (evidence.speech_seconds + 0.3)
        or _LOOP.search(words) is not None
    )


def _is_weak(evidence: Evidence) -> bool:
    return evidence.speech_seconds < 0.3 or evidence.speech_share < 0.2 or evidence.no_speech_probability > 0.4


def _plain(text: str) -> str:
    """Lower case, letters and figures only: "Thank you." and "thank you" are the same."""
    lowered = unicodedata.normalize("NFC", text).lower()
    return " ".join("".join(sign if sign.isalnum() else " " for sign in lowered).split())
