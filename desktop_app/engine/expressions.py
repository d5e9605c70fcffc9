# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes tags like [happy] or [sad:0.5] and blocks of code out of the model's stream: the face's part, and nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop_app.domain.conversation import Expression, Feeling

_MARK = re.compile(r"\[([A-Za-z]{2,20})(?:\s?:\s?(\d{0,3}(?:[.,]\d{1,3})?%?))?\](?!\()|(```)")
_UNFINISHED = re.compile(r"\[[A-Za-z]{0,20}(?:\s?:[\s\d.,%]{0,9})?\]?$|(?<!`)`{1,2}$")
_EXPRESSIONS = {expression.value: expression for expression in Expression}


class TagStream:
    """Fed with pieces of any size; splits them into stretches of text with one feeling each.

    An unknown word in brackets is taken for a stage direction and dropped as well: nobody wants to hear it.
    """

    def __init__(self) -> None:
        self._feeling = Feeling()
        self._in_code = False
        self._held = ""

    def feed(self, piece: str) -> Iterator[tuple[str, Feeling]]:
        """Yields (text, feeling); a mark cut in two by the stream waits for its end."""
        text = self._held + piece
        unfinished = _UNFINISHED.search(text)
        self._held = text[unfinished.start() :] if unfinished else ""
        yield from self._split(text[: len(text) - len(self._held)])

    def finish(self) -> Iterator[tuple[str, Feeling]]:
        """Yields what was still held back."""
        held, self._held = self._held, ""
        yield from self._split(held)

    def _split(self, text: str) -> Iterator[tuple[str, Feeling]]:
        start = 0
        for mark in _MARK.finditer(text):
            yield from self._stretch(text[start : mark.start()])
            start = mark.end()
            if mark[3]:
                self._in_code = not self._in_code
            elif expression := _EXPRESSIONS.get(mark[1].lower()):
                self._feeling = Feeling(expression, _intensity(mark[2]))
        yield from self._stretch(text[start:])

    def _stretch(self, text: str) -> Iterator[tuple[str, Feeling]]:
        if text and not self._in_code:
            yield text, self._feeling


def _intensity(written: str | None) -> float:
    """0.6, .6, "0,6" as in French, or 60 %; all of it where nothing sensible is written."""
    try:
        number = float((written or "").rstrip("%").replace(",", "."))
    except ValueError:
        return 1.0
    if written and (written.endswith("%") or number > 1):
        number /= 100
    return min(1.0, number)
