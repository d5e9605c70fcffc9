# SPDX-License-Identifier: GPL-3.0-or-later
"""Cuts the model's stream into pieces that can be spoken: the first clause early, then whole sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sentence_stream import SentenceBoundaryDetector

from desktop_app.domain.conversation import Feeling
from desktop_app.engine.expressions import TagStream
from desktop_app.engine.list_items import ListItems

_FIRST_CLAUSE = re.compile(r"\s*(?:\S+\s+)*?\S{2,}?[,;:–—](?=\s[^.!?…]{15})")
"""The beginning up to the first comma, if the sentence goes on for a while: "Hello, Anna." is said in one breath."""

_OPENERS = frozenset(
    " ".join(
        """
        oh, ah, well, yes, no, yeah, okay, ok, right, all right, alright, sure, of course, certainly, indeed,
        absolutely, exactly, hmm, mm, oh no, oh well, oh yes, ah yes, yes please, i see, good question, great question,
        sorry, i'm sorry, i am sorry, no worries, no problem, you're welcome, that's right,
        oui, non, si, eh bien, ah oui, ah bon, oh non, oh oui, bien sûr, mais oui, d'accord, entendu, très bien,
        volontiers, tout à fait, exactement, évidemment, absolument, je vois, bonne question, pardon, désolé, désolée,
        je suis désolé, je suis désolée
        """.split()
    ).split(", ")
)
"""What makes sense by itself is said at its comma, without a look at what follows."""

_LONGEST_CHARACTERS = 240
"""A sentence without an end is cut at a space here, so that a rambling model is still heard."""

_LEFT_PER_SENTENCE, _LEAST_LEFT = 0.8, 0.4
"""How much of a feeling is left with every further sentence that no new tag comes with."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or the first clause of the answer, with the face that goes with it."""

    text: str
    feeling: Feeling


class SentenceStream:
    """Fed with pieces of any size; gives sentences as soon as they are certain."""

    def __init__(self, *, early_clause: bool = True) -> None:
        """early_clause gives the first clause by itself; else there are whole sentences only."""
        self._tags = TagStream()
        self._feeling = Feeling()
        self._said_with_it = 0
        self._list_items = ListItems()
        self._detector = SentenceBoundaryDetector()
        self._opening: str | None = "" if early_clause else None
        """What came before the first clause was given; None from then on."""

    def feed(self, piece: str) -> list[Sentence]:
        """Takes the next piece of the answer; returns the sentences it completed."""
        return self._take(self._tags.feed(piece))

    def finish(self) -> list[Sentence]:
        """The answer is over; returns what was left of it."""
        return self._take(self._tags.finish()) + self._flush()

    def _take(self, stretches: Iterator[tuple[str, Feeling]]) -> list[Sentence]:
        done: list[Sentence] = []
        for text, feeling in stretches:
            if feeling is not self._feeling:
                done += self._flush()
                self._feeling, self._said_with_it = feeling, 0
            done += [self._felt(sentence) for sentence in self._cut(text)]
        return done

    def _felt(self, text: str) -> Sentence:
        """A feeling wears off while one goes on speaking."""
        fading = max(_LEAST_LEFT, _LEFT_PER_SENTENCE**self._said_with_it)
        self._said_with_it += 1
        return Sentence(text, replace(self._feeling, intensity=self._feeling.intensity * fading))

    def _cut(self, text: str) -> list[str]:
        going_on, *items = self._list_items.feed(text)
        cut = self._clauses(going_on)
        for item in items:
            cut += [_ended(rest) for rest in self._rest()] + self._clauses(item)
        return cut

    def _clauses(self, text: str) -> list[str]:
        if self._opening is not None:
            self._opening += text
            if end := _first_clause_end(self._opening):
                clause, rest = self._opening[:end], self._opening[end:]
                self._opening = None
                self._detector = SentenceBoundaryDetector()
                return [clause.strip(), *self._sentences(rest)]
        return self._sentences(text)

    def _sentences(self, text: str) -> list[str]:
        sentences = list(self._detector.add_chunk(text))
        if sentences:
            self._opening = None
        waiting = self._detector.remaining_text
        if len(waiting) > _LONGEST_CHARACTERS and (cut := waiting.rfind(" ")) > 0:
            self._detector.remaining_text = waiting[cut:]
            sentences.append(waiting[:cut].strip())
        return sentences

    def _flush(self) -> list[Sentence]:
        return [self._felt(sentence) for sentence in self._clauses(self._list_items.finish()) + self._rest()]

    def _rest(self) -> list[str]:
        rest = self._detector.finish()
        if rest:
            self._opening = None
        elif self._opening is not None:
            self._opening = ""
        return [rest] if rest else []


def _ended(item: str) -> str:
    """An item of a list is said like a sentence."""
    return item + "." if item[-1].isalnum() else item


def _first_clause_end(opening: str) -> int:
    """How much of the beginning of an answer is its first clause; 0 if that is not certain yet."""
    before, comma, _ = opening.partition(",")
    if comma and before.strip().lower().replace("’", "'") in _OPENERS:
        return len(before) + 1
    clause = _FIRST_CLAUSE.match(opening)
    return clause.end() if clause else 0
