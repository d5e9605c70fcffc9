# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores that forget everything when the test ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from desktop_app.domain.errors import PersonaError, StorageError
from desktop_app.domain.habits import SpeakingHabits
from desktop_app.domain.memory import Fact, KeptMessage, replaces
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings


@dataclass(slots=True)
class FakeMemoryStore:
    messages: list[tuple[str, KeptMessage]] = field(default_factory=list)
    known: list[tuple[str, Fact]] = field(default_factory=list)
    full: bool = False
    """Whether every write fails, as on a full disk."""
    closed: bool = False
    _last_id: int = 0

    async def keep(self, persona_id: str, message: KeptMessage) -> KeptMessage:
        self._refuse_if_full()
        self._last_id += 1
        kept = replace(message, id=self._last_id)
        self.messages.append((persona_id, kept))
        return kept

    async def recent(self, persona_id: str, limit: int) -> Sequence[KeptMessage]:
        return [message for owner, message in self.messages if owner == persona_id][-limit:]

    async def recall(self, persona_id: str, words: str, limit: int) -> Sequence[KeptMessage]:
        wanted = {word for word in words.lower().split() if len(word) > 3}
        found = [
            message
            for owner, message in self.messages
            if owner == persona_id and wanted & set(message.text.lower().split())
        ]
        return found[:limit]

    async def facts(self, persona_id: str) -> Sequence[Fact]:
        return [fact for owner, fact in reversed(self.known) if owner == persona_id]

    async def learn(self, persona_id: str, fact: Fact) -> Fact:
        self._refuse_if_full()
        self._last_id += 1
        learned = replace(fact, id=self._last_id)
        self.known = [
            (owner, old)
            for owner, old in self.known
            if owner != persona_id
            or not (replaces(fact, old) or (old.topic, old.value.casefold()) == (fact.topic, fact.value.casefold()))
        ]
        self.known.append((persona_id, learned))
        return learned

    async def forget(self, fact_id: int) -> None:
        self.known = [(owner, fact) for owner, fact in self.known if fact.id != fact_id]

    async def close(self) -> None:
        self.closed = True

    def _refuse_if_full(self) -> None:
        if self.full:
            raise StorageError("storage.full", "The disk is full.", "Free some space.")


@dataclass(slots=True)
class FakePersonaLibrary:
    personas: dict[str, Persona] = field(default_factory=dict)
    written: dict[str, list[Persona]] = field(default_factory=dict)
    """Drafts in several languages."""

    def drafts(self, persona_id: str) -> Sequence[Persona]:
        return self.written.get(persona_id, [])

    def ids(self) -> Sequence[str]:
        return sorted(self.personas)

    def load(self, persona_id: str) -> Persona:
        if persona_id not in self.personas:
            raise PersonaError("persona.missing", f"There is no companion called '{persona_id}'.")
        return self.personas[persona_id]

    def save(self, persona: Persona) -> None:
        self.personas[persona.id] = persona


@dataclass(slots=True)
class FakeSettingsStore:
    settings: Settings = field(default_factory=Settings)

    def load(self) -> Settings:
        return self.settings

    def save(self, settings: Settings) -> None:
        self.settings = settings


@dataclass(slots=True)
class FakeHabitStore:
    habits: SpeakingHabits = field(default_factory=SpeakingHabits)
    saves: int = 0
    full: bool = False
    """Whether every write fails, as on a full disk."""

    def load(self) -> SpeakingHabits:
        return self.habits

    def save(self, habits: SpeakingHabits) -> None:
        if self.full:
            raise StorageError("storage.full", "The disk is full.")
        self.habits = habits
        self.saves += 1
