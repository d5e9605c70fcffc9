# SPDX-License-Identifier: GPL-3.0-or-later
"""Word error rate: lower case, no punctuation, numbers as words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from desktop_app.adapters.whisper_trial import word_edits

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred"))
_WORD = re.compile(r"\d+(?:,\d{3})*|\w+(?:'\w+)*")


def plain_words(text: str) -> list[str]:
    """The words as they are compared; an apostrophe inside a word is a part of it."""
    lowered = unicodedata.normalize("NFC", text).lower().replace("’", "'")
    words: list[str] = []
    for word in _WORD.findall(lowered):
        digits = word.replace(",", "")
        words += number_words(int(digits)) if digits.isdecimal() and len(digits) <= 9 else [word]
    return words


def number_words(number: int) -> list[str]:
    """English, below a thousand million: 342 → three hundred forty two."""
    for scale, name in _SCALES:
        if number >= scale:
            rest = number_words(number % scale) if number % scale else []
            return [*number_words(number // scale), name, *rest]
    if number < len(_ONES):
        return [_ONES[number]]
    tens = _TENS[number // 10 - 2]
    return [tens, _ONES[number % 10]] if number % 10 else [tens]


def word_error_rate(pairs: Iterable[tuple[str, str]]) -> float:
    """Of (said, heard) pairs, all of them together: edits per word that was said."""
    edits = words = 0
    for said, heard in pairs:
        said_words = plain_words(said)
        edits += word_edits(said_words, plain_words(heard))
        words += len(said_words)
    return edits / max(words, 1)
