# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes expression tags like [happy] and blocks of code out of the model's stream: the face's part, and nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop_app.domain.conversation import Expression

_MARK = re.compile(r"\[([A-Za-z]{2,20})\](?!\()|(```)")
_UNFINISHED = re.compile(r"\[[A-Za-z]{0,20}\]?$|(?<!`)`{1,2}$")
_EXPRESSIONS = {expression.value: expression for expression in Expression}


class TagStream:
    """Fed with pieces of any size; splits them into stretches of text with one expression each.

    An unknown word in brackets is taken for a stage direction and dropped as well: nobody wants to hear it.
    """

    def __init__(self) -> None:
        self._expression = Expression.NEUTRAL
        self._in_code = False
        self._held = ""

    def feed(self, piece: str) -> Iterator[tuple[str, Expression]]:
        """Yields (text, expression); a mark cut in two by the stream waits for its end."""
        text = self._held + piece
        unfinished = _UNFINISHED.search(text)
        self._held = text[unfinished.start() :] if unfinished else ""
        yield from self._split(text[: len(text) - len(self._held)])

    def finish(self) -> Iterator[tuple[str, Expression]]:
        """Yields what was still held back."""
        held, self._held = self._held, ""
        yield from self._split(held)

    def _split(self, text: str) -> Iterator[tuple[str, Expression]]:
        start = 0
        for mark in _MARK.finditer(text):
            yield from self._stretch(text[start : mark.start()])
            start = mark.end()
            if mark[2]:
                self._in_code = not self._in_code
            else:
                self._expression = _EXPRESSIONS.get(mark[1].lower(), self._expression)
        yield from self._stretch(text[start:])

    def _stretch(self, text: str) -> Iterator[tuple[str, Expression]]:
        if text and not self._in_code:
            yield text, self._expression
