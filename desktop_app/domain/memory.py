# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered: kept messages, and facts with the words they come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FactKind(StrEnum):
    """How a fact came to be known."""

    ASKED = "asked"
    """The person said "remember that …"."""

    STATED = "stated"
    """The person stated it plainly: "my name is …", "I like …"."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the companion knows about the person."""

    text: str
    """A short sentence in the third person: "The person's name is Anna."."""

    kind: FactKind
    topic: str
    """What it is about, e.g. "name", "likes", "lives in"; a single-valued topic's newer fact replaces the older."""

    value: str
    """The bare value: "Anna", "jazz"."""

    learned_at: datetime
    source: str
    """The person's own words it was taken from: the receipt."""

    id: int = 0
    """The store's number; 0 before it is kept."""


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """One message of a past conversation, as it was really heard."""

    speaker: str
    """"person" or "companion"."""

    text: str
    said_at: datetime
    interrupted: bool = False
    id: int = 0


SINGLE_VALUED_TOPICS = frozenset(
    {"name", "age", "birthday", "born in", "comes from", "lives in", "works as", "works at", "eats"}
)
"""Topics on which only the newest fact holds; so do "favorite …" and "…'s name"."""

_OPPOSITES = frozenset({"likes", "dislikes"})


def replaces(newer: Fact, older: Fact) -> bool:
    """Whether the older fact no longer holds once the newer one is known."""
    if newer.topic == older.topic:
        return (
            newer.topic in SINGLE_VALUED_TOPICS
            or newer.topic.startswith("favorite ")
            or newer.topic.endswith("'s name")
        )
    same_value = newer.value.casefold() == older.value.casefold()
    return same_value and {newer.topic, older.topic} == _OPPOSITES
