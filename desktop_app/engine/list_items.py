# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the marks of a list out of a stream: what is written "1. Eggs", line by line, is said "Eggs.", item by item."""

from __future__ import annotations

import re

_MARK = re.compile(r"[ \t]*(?:(\d{1,2})[.)]|[-*•])[ \t]+(?=\S)")
_MAY_BECOME_MARK = re.compile(r"[ \t]*(?:\d{0,2}|\d{1,2}[.)]|[-*•])[ \t]*")


class ListItems:
    """Fed with pieces of any size; holds back no more than the beginning of a line that may be a mark."""

    def __init__(self) -> None:
        self._held = ""
        self._at_line_start = True
        self._number = 0
        """Of the last item; "12. That is all." is an answer and no list, unless an 11th came before."""

    def feed(self, text: str) -> list[str]:
        """What goes on with what was fed before, and then each item that begins."""
        self._held += text
        items = [""]
        while self._held:
            if self._at_line_start:
                mark = _MARK.match(self._held)
                if mark and self._counts_on(mark[1]):
                    items.append("")
                    self._held = self._held[mark.end() :]
                elif _MAY_BECOME_MARK.fullmatch(self._held):
                    break
            line, newline, self._held = self._held.partition("\n")
            items[-1] += line + newline
            self._at_line_start = bool(newline)
        return items

    def finish(self) -> str:
        """What was held back and has become no mark."""
        held, self._held = self._held, ""
        return held

    def _counts_on(self, figure: str | None) -> bool:
        if figure is None:
            return True
        number = int(figure)
        counts_on = number in (1, self._number + 1)
        if counts_on:
            self._number = number
        return counts_on
