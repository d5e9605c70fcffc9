# SPDX-License-Identifier: GPL-3.0-or-later
"""Words made comparable: without case, accents and typographic variants, character by character."""

from __future__ import annotations

import re
import unicodedata

_VARIANTS = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "‐": "-", "‑": "-", "\u00a0": " ", "\u202f": " "}


def folded(text: str) -> str:
    """Lower case, no accents, plain apostrophes; as many characters as the text, so that positions agree."""
    return "".join(_folded_character(character) for character in text)


def folded_words(text: str) -> frozenset[str]:
    """The words of three letters or more, folded."""
    return frozenset(re.findall(r"\w{3,}", folded(text)))


def _folded_character(character: str) -> str:
    plain = unicodedata.normalize("NFD", _VARIANTS.get(character, character))[0].lower()
    return plain if len(plain) == 1 else character
