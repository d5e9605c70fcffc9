# SPDX-License-Identifier: GPL-3.0-or-later
"""What a table of plain statements holds: one for every language that facts are remembered in.

Patterns are matched against a clause in folded form (lower case, no accents). An apostrophe in a pattern also matches
a space or nothing, because speech recognizers write "im" and "j ai". Sentences are filled from the pattern's groups.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto


class Value(Enum):
    """How the value of a statement is cut out of the words that follow."""

    NAME = auto()
    """One word, or more while they are capitalized."""

    PLACE = auto()
    """Capitalized where a speech recognizer wrote it small."""

    WORKPLACE = auto()
    THING = auto()
    EXACT = auto()
    """What the pattern took, as it is."""

    DATE = auto()
    """Must hold a month or a number; "today" and "tomorrow" are worked out."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A statement, what it is about, and the sentence that is kept of it."""

    pattern: re.Pattern[str]
    topic: str
    sentence: str
    value: Value


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a language needs to find statements, and to leave alone what only looks like one."""

    rules: tuple[Rule, ...]
    asked: re.Pattern[str]
    """ "Remember that …": what follows is group "value"."""

    not_asked: re.Pattern[str]
    """Values of it that are no statements: "remember when we met"."""

    asked_sentence: str
    fillers: re.Pattern[str]
    """Words before a statement that change nothing."""

    questions: re.Pattern[str]
    """What opens a question even without its mark."""

    hypotheses: re.Pattern[str]
    """What opens something that is not meant as a fact: "if", "imagine"."""

    reporting: re.Pattern[str]
    """What ends a clause when the next one is somebody else's words: "he said"."""

    joints: re.Pattern[str]
    """Where a new clause begins without punctuation."""

    strong_starts: re.Pattern[str]
    """Statements so plain that they may begin in the middle of a clause …"""

    embedding: re.Pattern[str]
    """… unless one of these words stands before them."""

    ends: dict[Value, re.Pattern[str]]
    """Where a value ends."""

    trailing: re.Pattern[str]
    """Words at its end that are not part of it."""

    empty: dict[Value, re.Pattern[str]]
    """Values that say nothing: "it", "you"."""

    dated: re.Pattern[str]
    relative_days: dict[str, int]
    third_person: dict[str, str]
    second_person: dict[str, str]
    topics: dict[str, str] = field(default_factory=dict)
    """Words of this language that stand in a topic, and what they are called there."""


def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("'", r"(?:'\s?|\s|)"))


def rules(*rows: tuple[str, str, Value, str]) -> tuple[Rule, ...]:
    return tuple(Rule(compiled(pattern + r"\b"), topic, sentence, value) for pattern, topic, value, sentence in rows)
