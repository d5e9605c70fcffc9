# SPDX-License-Identifier: GPL-3.0-or-later
"""What the starter mind can say in one language, as it is written in rehearsed_lines/<language>/*.toml.

The files are read in the order of their names; the first topic or recall whose pattern is found answers.

    patterns   looked for in the words in folded form, without punctuation; ' also matches a space or nothing;
               <me> is the person speaking of themselves, <short> means that hardly anything stands before
    replies    one is chosen that was not said lately; a {placeholder} that is not known rules a line out
    otherwise  when no reply is possible
    asks       questions that may follow, unless the placeholder `ask_unless` is known

Placeholders: {name} {companion} {time} {date} {day} {part} {like} {previous} {last} {sum} {memories}, and {1} {2} for
the groups of the pattern, turned around: "my dog" becomes "your dog".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from desktop_app.mind.remembering_rules import compiled
from desktop_app.mind.wording import folded

_LINES = Path(__file__).with_name("rehearsed_lines")


@dataclass(frozen=True, slots=True)
class Topic:
    """Something the person may say, and the answers to it."""

    id: str
    patterns: tuple[re.Pattern[str], ...]
    replies: tuple[str, ...]
    otherwise: tuple[str, ...]
    """When no reply is possible."""

    asks: tuple[str, ...]
    """Questions that may follow."""

    ask_unless: str
    """The placeholder that makes asking needless."""

    answers: bool
    """Answers a question, so it may follow what was learned in the same breath."""

    short: bool
    """Only means something when hardly anything else was said ("hello")."""

    weak: bool
    """Small talk that fits almost anything; hints and memories may take its place."""

    def match(self, heard: str) -> re.Match[str] | None:
        return _first_match(self.patterns, heard)


@dataclass(frozen=True, slots=True)
class Recall:
    """A question about something remembered."""

    patterns: tuple[re.Pattern[str], ...]
    topics: tuple[str, ...]
    otherwise: tuple[str, ...]

    def match(self, heard: str) -> re.Match[str] | None:
        return _first_match(self.patterns, heard)


@dataclass(frozen=True, slots=True)
class Learned:
    """What is said when a fact was found in the person's words."""

    replies: tuple[str, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """All lines of one language."""

    topics: tuple[Topic, ...]
    recalls: tuple[Recall, ...]
    learned: Mapping[str, Learned]
    answer: tuple[str, ...]
    fallback_questions: tuple[str, ...]
    fallback_statements: tuple[str, ...]
    unclear: tuple[str, ...]
    hints: tuple[str, ...]
    memory: tuple[str, ...]
    question: re.Pattern[str]
    conjunction: str
    parts_of_day: Mapping[str, str]
    pronouns: Mapping[str, str]
    retelling: Mapping[str, str]

    def topic(self, topic_id: str) -> Topic:
        return next(topic for topic in self.topics if topic.id == topic_id)

    def turned(self, words: str) -> str:
        """Said back to the person: "my dog" becomes "your dog"."""
        return " ".join(self.pronouns.get(folded(word), word) for word in words.split())

    def retold(self, fact_text: str) -> str:
        """The sentence of a fact as said to the person: "The person likes tea." becomes "you like tea"."""
        text = fact_text.rstrip(".")
        for beginning, instead in self.retelling.items():
            text = re.sub(rf"(?<!\w){re.escape(beginning)}(?!\w)", instead, text)
        return text


@cache
def script_for(language: str) -> Script:
    """The lines of a language; English for one that has none."""
    folder = _LINES / language if language in ("en", "fr") else _LINES / "en"
    table: dict[str, Any] = {"topic": [], "recall": []}
    for file in sorted(folder.glob("*.toml")):
        part = tomllib.loads(file.read_text(encoding="utf-8"))
        table["topic"] += part.pop("topic", [])
        table["recall"] += part.pop("recall", [])
        table |= part
    return _script(table)


def _script(table: Mapping[str, Any]) -> Script:
    grammar, fallback = table["grammar"], table["fallback"]
    return Script(
        topics=tuple(_topic(entry, grammar) for entry in table["topic"]),
        recalls=tuple(_recall(entry, grammar) for entry in table["recall"]),
        learned={
            topic: Learned(tuple(entry["replies"]), tuple(entry["asks"])) for topic, entry in table["learned"].items()
        },
        answer=tuple(table["answer"]["replies"]),
        fallback_questions=tuple(fallback["questions"]),
        fallback_statements=tuple(fallback["statements"]),
        unclear=tuple(fallback["unclear"]),
        hints=tuple(fallback["hints"]),
        memory=tuple(fallback["memory"]),
        question=compiled(grammar["question"]),
        conjunction=grammar["and"],
        parts_of_day=grammar["parts"],
        pronouns=grammar["pronouns"],
        retelling=grammar["retelling"],
    )


def _topic(entry: Mapping[str, Any], grammar: Mapping[str, Any]) -> Topic:
    return Topic(
        id=entry["id"],
        patterns=_patterns(entry.get("patterns", ()), grammar),
        replies=tuple(entry["replies"]),
        otherwise=tuple(entry.get("otherwise", ())),
        asks=tuple(entry.get("asks", ())),
        ask_unless=entry.get("ask_unless", ""),
        answers=entry.get("answers", False),
        short=entry.get("short", False),
        weak=entry.get("weak", False),
    )


def _recall(entry: Mapping[str, Any], grammar: Mapping[str, Any]) -> Recall:
    return Recall(_patterns(entry["patterns"], grammar), tuple(entry["topics"]), tuple(entry["otherwise"]))


def _patterns(texts: Sequence[str], grammar: Mapping[str, Any]) -> tuple[re.Pattern[str], ...]:
    full = (text.replace("<me>", grammar["me"]).replace("<short>", grammar["short"]) for text in texts)
    return tuple(compiled(rf"(?<!\w)(?:{text})(?!\w)") for text in full)


def _first_match(patterns: Sequence[re.Pattern[str]], heard: str) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.search(heard))), None)
