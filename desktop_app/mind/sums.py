# SPDX-License-Identifier: GPL-3.0-or-later
"""Small sums said aloud: "what is seven times eight", "combien font vingt et un plus trois"."""

from __future__ import annotations

import re
from fractions import Fraction

from desktop_app.mind.wording import folded

_ENGLISH_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_FRENCH_SMALL = (
    "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit"
    " dix-neuf"
)
_FRENCH_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "quatre-vingt": 80}

_OPERATIONS = {
    **dict.fromkeys(("plus", "+", "and"), "+"),
    **dict.fromkeys(("minus", "moins", "-", "−"), "-"),
    **dict.fromkeys(("times", "multiplied by", "fois", "x", "*", "×"), "*"),
    **dict.fromkeys(("divided by", "over", "divise par", "sur", "/", "÷"), "/"),
}
_LEADS = r"(?:what(?:'s|s| is)|how much is|calculate|combien font|combien fait|ca fait combien|calcule)"
_LARGEST = 1_000_000_000


def _number_words() -> dict[str, int]:
    words = {word: number for number, word in enumerate(_ENGLISH_SMALL.split())}
    for ten, word in enumerate(_ENGLISH_TENS.split(), 2):
        words[word] = 10 * ten
        words |= {f"{word} {_ENGLISH_SMALL.split()[one]}": 10 * ten + one for one in range(1, 10)}
    words |= {"a hundred": 100, "one hundred": 100, "hundred": 100, "a thousand": 1000, "one thousand": 1000}
    small = _FRENCH_SMALL.split()
    words |= {word.replace("-", " "): number for number, word in enumerate(small)}
    for word, ten in _FRENCH_TENS.items():
        spaced = word.replace("-", " ")
        words |= {spaced: ten, f"{spaced}s": ten}
        last = 20 if ten in (60, 80) else 10
        for one in range(1, last):
            unit = small[one].replace("-", " ")
            words |= {f"{spaced} {unit}": ten + one, f"{spaced} et {unit}": ten + one}
    return words | {"cent": 100, "mille": 1000}


_NUMBERS = _number_words()
_NUMBER = r"\d{1,9}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_SUM = re.compile(
    rf"{_LEADS}\s+(?P<left>{_NUMBER})\s*(?P<sign>{'|'.join(re.escape(sign) for sign in _OPERATIONS)})\s*"
    rf"(?P<right>{_NUMBER})\s*[?.!=]*$"
)


def sum_in(words: str, language: str) -> str | None:
    """The result of a simple sum that was asked for, as digits; None if none was."""
    text = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", " ".join(folded(words).split()))
    match = _SUM.search(text)
    if match is None:
        return None
    left, right = _number(match["left"]), _number(match["right"])
    match _OPERATIONS[match["sign"]]:
        case "+":
            result = Fraction(left + right)
        case "-":
            result = Fraction(left - right)
        case "*":
            result = Fraction(left * right)
        case _:
            if right == 0:
                return None
            result = Fraction(left, right)
    if abs(result) > _LARGEST:
        return None
    digits = str(result) if result.denominator == 1 else f"{float(result):.2f}".rstrip("0")
    minus = "moins " if language == "fr" else "minus "
    return digits.replace("-", minus).replace(".", "," if language == "fr" else ".")


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text]
