# SPDX-License-Identifier: GPL-3.0-or-later
"""What every memory store promises: the fake of the other tests and the real one on disk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop_app.domain.memory import Fact, FactKind, KeptMessage
from desktop_app.ports import MemoryStore
from desktop_app.storage.memory_store import SqliteMemoryStore
from tests.fakes.memory import FakeMemoryStore

NOW = datetime(2026, 11, 21, 19, 17, 42, 123456, tzinfo=UTC)


@pytest.fixture(params=["fake", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[MemoryStore]:
    store: MemoryStore = FakeMemoryStore() if request.param == "fake" else SqliteMemoryStore(tmp_path / "memory.db")
    yield store
    await store.close()


def said(text: str, *, by: str = "person", minute: int = 0, interrupted: bool = False) -> KeptMessage:
    return KeptMessage(by, text, NOW + timedelta(minutes=minute), interrupted)


def fact(topic: str, value: str, *, minute: int = 0) -> Fact:
    learned_at = NOW + timedelta(minutes=minute)
    return Fact(f"The person's {topic}: {value}.", FactKind.STATED, topic, value, learned_at, f"it is {value}")


async def test_a_kept_message_comes_back_whole_with_its_number(store: MemoryStore) -> None:
    kept = await store.keep("ember", said("Il était une fois… 🔥", by="companion", interrupted=True))
    assert kept.id > 0
    assert list(await store.recent("ember", 5)) == [kept]


async def test_recent_messages_are_the_last_ones_oldest_first(store: MemoryStore) -> None:
    for number in range(5):
        await store.keep("ember", said(f"message {number}", minute=number))
    assert [message.text for message in await store.recent("ember", 3)] == ["message 2", "message 3", "message 4"]


async def test_numbers_grow(store: MemoryStore) -> None:
    kept = [await store.keep("ember", said("again")) for _ in range(3)]
    assert kept[0].id < kept[1].id < kept[2].id


async def test_companions_do_not_see_each_others_memories(store: MemoryStore) -> None:
    await store.keep("ember", said("a secret about elephants"))
    await store.learn("ember", fact("name", "Anna"))
    assert list(await store.recent("iris", 5)) == []
    assert list(await store.recall("iris", "elephants", 5)) == []
    assert list(await store.facts("iris")) == []


async def test_words_bring_back_the_messages_that_hold_them(store: MemoryStore) -> None:
    await store.keep("ember", said("we saw elephants on our journey"))
    await store.keep("ember", said("the kettle is boiling"))
    found = await store.recall("ember", "do you remember the elephants", 5)
    assert [message.text for message in found] == ["we saw elephants on our journey"]


async def test_no_more_is_recalled_than_asked_for(store: MemoryStore) -> None:
    for number in range(5):
        await store.keep("ember", said(f"elephants {number}"))
    assert len(await store.recall("ember", "elephants", 2)) == 2


async def test_facts_come_newest_first(store: MemoryStore) -> None:
    for minute, value in enumerate(("tea", "jazz", "rain")):
        await store.learn("ember", fact("likes", value, minute=minute))
    assert [known.value for known in await store.facts("ember")] == ["rain", "jazz", "tea"]


async def test_a_learned_fact_comes_back_whole_with_its_number(store: MemoryStore) -> None:
    learned = await store.learn("ember", fact("likes", "crème brûlée"))
    assert learned.id > 0
    assert list(await store.facts("ember")) == [learned]


async def test_a_newer_name_takes_the_place_of_the_older(store: MemoryStore) -> None:
    await store.learn("ember", fact("name", "Anna"))
    await store.learn("ember", fact("name", "Anne", minute=1))
    assert [known.value for known in await store.facts("ember")] == ["Anne"]


async def test_the_same_fact_is_kept_once(store: MemoryStore) -> None:
    await store.learn("ember", fact("likes", "tea"))
    await store.learn("ember", fact("likes", "tea", minute=1))
    assert len(await store.facts("ember")) == 1


async def test_a_forgotten_fact_is_gone_and_others_stay(store: MemoryStore) -> None:
    tea = await store.learn("ember", fact("likes", "tea"))
    jazz = await store.learn("ember", fact("likes", "jazz", minute=1))
    await store.forget(tea.id)
    assert list(await store.facts("ember")) == [jazz]


async def test_forgetting_what_is_not_known_is_no_error(store: MemoryStore) -> None:
    await store.forget(4711)
    assert list(await store.facts("ember")) == []
