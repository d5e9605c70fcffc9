# SPDX-License-Identifier: GPL-3.0-or-later
"""What has been said with this companion and what is known of the person, as the next prompt needs it.

Kept in the memory store; when the store fails, the conversation goes on from what is in mind.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from desktop_app.domain.conversation import Prompt
from desktop_app.domain.errors import StorageError
from desktop_app.domain.events import (
    Component,
    ComponentLost,
    ComponentReady,
    ConversationResumed,
    Event,
    FactsChanged,
    Notice,
)
from desktop_app.domain.memory import Fact, KeptMessage
from desktop_app.domain.persona import Persona
from desktop_app.mind.forgetting import facts_to_forget
from desktop_app.mind.prompt import build_prompt
from desktop_app.mind.remembering import facts_in
from desktop_app.ports import MemoryStore

_RECENT_MESSAGES = 60
_TOLD_MESSAGES = 20
"""So many of them remind a person of where they were."""
_RECALLED_MESSAGES = 4

_Result = TypeVar("_Result")


class History:
    """One conversation that never ends, with one companion."""

    def __init__(self, store: MemoryStore, persona: Persona, announce: Callable[[Event], None]) -> None:
        self._store = store
        self._persona = persona
        self._announce = announce
        self._recent: list[KeptMessage] = []
        self._facts: Sequence[Fact] = ()
        self._store_works = True

    async def load(self) -> None:
        """Takes up where it was left."""
        recent = await self._try(self._store.recent(self._persona.id, _RECENT_MESSAGES))
        self._recent = list(recent or ())
        self._announce(ConversationResumed(self._persona.id, tuple(self._recent[-_TOLD_MESSAGES:])))
        await self._refresh_facts()

    async def prompt(self, words: str, local_time: datetime, context_tokens: int) -> Prompt:
        """The prompt that answers these words; call it before `add` adds them."""
        known = {message.id for message in self._recent}
        recalled = await self._try(self._store.recall(self._persona.id, words, _RECALLED_MESSAGES)) if words else None
        return build_prompt(
            persona=self._persona,
            facts=self._facts,
            recalled=[message for message in recalled or () if message.id not in known],
            recent=self._recent,
            words=words,
            local_time=local_time,
            context_tokens=context_tokens,
        )

    async def add(self, message: KeptMessage) -> None:
        """Keeps what was said and heard."""
        kept = await self._try(self._store.keep(self._persona.id, message), writes=True)
        self._recent.append(kept or message)
        # Only what can no longer be in any prompt goes; the prompt itself is trimmed in big, stable steps.
        if len(self._recent) > 2 * _RECENT_MESSAGES:
            del self._recent[:_RECENT_MESSAGES]

    async def remember(self, words: str, now: datetime) -> None:
        """Learns what these words plainly state, and forgets what they ask to forget."""
        forgotten = facts_to_forget(words, self._persona.language, self._facts)
        learned = [] if forgotten else facts_in(words, self._persona.language, now)
        for fact in forgotten:
            await self._try(self._store.forget(fact.id), writes=True)
        for fact in learned:
            await self._try(self._store.learn(self._persona.id, fact), writes=True)
        if learned or forgotten:
            await self._refresh_facts()

    async def forget(self, fact_id: int) -> None:
        await self._try(self._store.forget(fact_id), writes=True)
        await self._refresh_facts()

    async def _refresh_facts(self) -> None:
        facts = await self._try(self._store.facts(self._persona.id))
        if facts is not None:
            self._facts = facts
            self._announce(FactsChanged(tuple(facts)))

    async def _try(self, work: Awaitable[_Result], *, writes: bool = False) -> _Result | None:
        """None if the store failed; says so once, and once when a write works again (reading may work all along)."""
        try:
            result = await work
        except StorageError as error:
            if self._store_works:
                self._store_works = False
                notice = Notice.of(error)
                self._announce(ComponentLost(Component.MEMORY, notice))
            return None
        if writes and not self._store_works:
            self._store_works = True
            self._announce(ComponentReady(Component.MEMORY, "memory"))
        return result
