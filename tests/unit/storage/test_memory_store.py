# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory on disk: found again after a restart, by words without accents, and truly gone once forgotten."""

from __future__ import annotations

import asyncio
import stat
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.errors import StorageError
from desktop_app.domain.memory import Fact, FactKind, KeptMessage
from desktop_app.storage.database import connect
from desktop_app.storage.memory_store import SqliteMemoryStore, open_store, search_query

NOW = datetime(2026, 11, 21, 19, 17, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteMemoryStore]:
    store = SqliteMemoryStore(path)
    yield store
    await store.close()


def said(text: str, by: str = "person") -> KeptMessage:
    return KeptMessage(by, text, NOW)


def fact(topic: str, value: str, *, minute: int = 0) -> Fact:
    return Fact(f"{topic}: {value}.", FactKind.STATED, topic, value, NOW + timedelta(minutes=minute), f"it is {value}")


async def test_everything_is_there_after_a_restart(path: Path) -> None:
    first = SqliteMemoryStore(path)
    kept = await first.keep("ember", said("Remember the fire."))
    learned = await first.learn("ember", fact("name", "Anna"))
    await first.close()
    again, notice = open_store(path)
    assert notice is None
    assert list(await again.recent("ember", 9)) == [kept]
    assert list(await again.facts("ember")) == [learned]
    await again.close()


async def test_words_are_found_without_accents_and_in_other_forms(store: SqliteMemoryStore) -> None:
    await store.keep("ember", said("Nous avons mangé des crêpes à Noël."))
    await store.keep("ember", said("I walked the dog."))
    for words, found in (("CREPE", 1), ("noel", 1), ("dogs", 1), ("walk", 1), ("cats", 0)):
        assert len(await store.recall("ember", words, 5)) == found, words


async def test_the_message_that_shares_more_comes_first(store: SqliteMemoryStore) -> None:
    await store.keep("ember", said("the river was wide and the weather was fine"))
    await store.keep("ember", said("we crossed the river in a green boat"))
    found = await store.recall("ember", "a green boat on the river", 2)
    assert found[0].text == "we crossed the river in a green boat"


async def test_words_that_are_everywhere_find_nothing(store: SqliteMemoryStore) -> None:
    await store.keep("ember", said("what is it that you do"))
    assert list(await store.recall("ember", "What do you do?", 5)) == []


async def test_an_older_answer_stays_as_a_receipt_until_its_successor_is_forgotten(
    path: Path, store: SqliteMemoryStore
) -> None:
    await store.learn("ember", fact("lives in", "Oslo"))
    await store.learn("ember", fact("lives in", "Bergen", minute=1))
    last = await store.learn("ember", fact("lives in", "Oslo", minute=2))
    assert [known.value for known in await store.facts("ember")] == ["Oslo"]
    assert _column(path, "SELECT value FROM facts WHERE superseded_at IS NOT NULL ORDER BY id") == ["Oslo", "Bergen"]
    await store.forget(last.id)
    assert _column(path, "SELECT value FROM facts") == []


async def test_disliking_what_was_liked_replaces_it(store: SqliteMemoryStore) -> None:
    await store.learn("ember", fact("likes", "coffee"))
    await store.learn("ember", fact("likes", "tea"))
    await store.learn("ember", fact("dislikes", "Coffee"))
    assert [(known.topic, known.value) for known in await store.facts("ember")] == [
        ("dislikes", "Coffee"),
        ("likes", "tea"),
    ]


async def test_the_same_fact_learned_again_is_the_old_one(store: SqliteMemoryStore) -> None:
    first = await store.learn("ember", fact("likes", "tea"))
    assert await store.learn("ember", fact("likes", "Tea", minute=5)) == first


async def test_what_was_forgotten_leaves_no_trace_in_the_files(path: Path, store: SqliteMemoryStore) -> None:
    known = await store.learn("ember", fact("name", "Rumpelstiltskin"))
    await store.forget(known.id)
    for file in path.parent.iterdir():
        assert b"Rumpelstiltskin" not in file.read_bytes(), file.name


async def test_half_a_character_does_no_harm(store: SqliteMemoryStore) -> None:
    await store.keep("ember", said("broken \ud83d"))
    assert [message.text for message in await store.recent("ember", 1)] == ["broken ?"]


def test_only_the_owner_can_read_it(path: Path) -> None:
    store = SqliteMemoryStore(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    asyncio.run(store.close())


async def test_many_askers_at_once_are_served_one_after_the_other(store: SqliteMemoryStore) -> None:
    await asyncio.gather(*(store.keep("ember", said(f"message {number}")) for number in range(100)))
    recent = await store.recent("ember", 200)
    assert len({message.id for message in recent}) == 100


async def test_two_windows_on_one_profile_see_each_other(path: Path, store: SqliteMemoryStore) -> None:
    other = SqliteMemoryStore(path)
    await other.keep("ember", said("from the other"))
    assert [message.text for message in await store.recent("ember", 5)] == ["from the other"]
    await other.close()


async def test_a_message_is_kept_even_if_nobody_waits_for_it(store: SqliteMemoryStore) -> None:
    asking = asyncio.ensure_future(store.keep("ember", said("I was interrupted")))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    kept = [message.text for message in await store.recent("ember", 5)]
    assert kept in ([], ["I was interrupted"]), "whole or not at all"


async def test_closing_ends_the_thread_and_may_be_done_twice(path: Path) -> None:
    before = threading.active_count()
    store = SqliteMemoryStore(path)
    await store.keep("ember", said("hello"))
    await store.close()
    await store.close()
    assert threading.active_count() == before
    with pytest.raises(StorageError) as caught:
        await store.recent("ember", 1)
    assert caught.value.code == "storage.closed"


async def test_recall_is_quick_in_a_long_memory(path: Path, store: SqliteMemoryStore) -> None:
    with closing(connect(path)) as connection:
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO messages (persona_id, speaker, text, said_at) VALUES ('ember', 'person', ?, ?)",
            [(f"on day {day} we spoke of bread, rivers and word{day}", NOW.isoformat()) for day in range(20_000)],
        )
        connection.execute("COMMIT")
    started = asyncio.get_running_loop().time()
    found = await store.recall("ember", "what was that about word12345", 3)
    assert found[0].text.endswith("word12345")
    assert asyncio.get_running_loop().time() - started < 1.0


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("", ""),
        ("what is it", ""),
        ('"*^()', ""),
        ("The elephants!", '"elephant"*'),
        ("cat", '"cat"'),
        ('NEAR("a" OR b*) col:umn', '"near"* OR "col" OR "umn"'),
        ("tea tea TEA", '"tea"'),
    ],
)
def test_queries_hold_only_quoted_words(words: str, query: str) -> None:
    assert search_query(words) == query


@pytest.fixture(scope="module")
def odd_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteMemoryStore]:
    store = SqliteMemoryStore(tmp_path_factory.mktemp("odd") / "memory.db")
    yield store
    asyncio.run(store.close())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80) | st.text(st.sampled_from("\"*^():-+{}'\\ \0aàOR;"), max_size=40), st.integers(-2, 9))
def test_no_words_are_too_odd_to_be_kept_and_looked_for(odd_store: SqliteMemoryStore, words: str, limit: int) -> None:
    async def keep_and_recall() -> None:
        kept = await odd_store.keep("ember", said(words))
        found = await odd_store.recall("ember", words, 1000)
        if search_query(words) and words.isascii():
            assert kept.id in {message.id for message in found}
        assert len(await odd_store.recall("ember", words, limit)) <= max(0, limit)

    asyncio.run(keep_and_recall())


def _column(path: Path, sql: str) -> list[object]:
    with closing(connect(path)) as connection:
        return [row[0] for row in connection.execute(sql)]
