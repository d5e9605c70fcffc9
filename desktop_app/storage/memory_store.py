# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory on disk: kept conversations with full-text search, and facts with their receipts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import sqlcipher3.dbapi2 as sqlite

from desktop_app.domain.errors import StorageError
from desktop_app.domain.events import Notice
from desktop_app.domain.memory import Fact, FactKind, KeptMessage, replaces
from desktop_app.storage.database import database_error, open_database, open_or_set_aside

_Result = TypeVar("_Result")

_SEARCHED_WORDS = 24
"""How many different words of an utterance are looked for."""

_IN_EVERY_SENTENCE = """
    a about am an and are as at be been but by can could did do does for from had has have he her him his how i if
    in is it its just like me my no not now of oh ok okay on or our say she so some tell than that the their them
    then there they this to up us was we well were what when where which who why will with would yes you your
    ai as au aux avec ce ces cette ça ca dans de des dis dit donc du elle elles en es est et eu fait il ils
    je la le les leur lui ma mais me mes moi mon ne nous on ou où oui par pas plus pour qu que quel quelle qui quoi
    sa se ses si son sont suis sur ta te tes toi ton tu un une vous y
"""
_EMPTY_WORDS = frozenset(_IN_EVERY_SENTENCE.split())
"""Looking for these would find everything."""


def open_store(path: Path) -> tuple[SqliteMemoryStore, Notice | None]:
    """Opens the memory; where the file is damaged it is kept aside, a new one begun, and the notice tells of it."""
    notices: list[Notice] = []

    def open_and_note(path: Path) -> sqlite.Connection:
        connection, notice = open_or_set_aside(path)
        if notice is not None:
            notices.append(notice)
        return connection

    store = SqliteMemoryStore(path, open_and_note)
    return store, notices[0] if notices else None


class SqliteMemoryStore:
    """A MemoryStore in one SQLite file: one connection, used on one thread only."""

    def __init__(self, path: Path, opener: Callable[[Path], sqlite.Connection] = open_database) -> None:
        """Opens the file; takes milliseconds. Raises StorageError."""
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="memory")
        try:
            self._connection = self._thread.submit(opener, path).result()
        except BaseException:
            self._thread.shutdown()
            raise
        self._closed = False

    async def keep(self, persona_id: str, message: KeptMessage) -> KeptMessage:
        def insert(connection: sqlite.Connection) -> int:
            cursor = connection.execute(
                "INSERT INTO messages (persona_id, speaker, text, said_at, interrupted) VALUES (?, ?, ?, ?, ?)",
                (
                    persona_id,
                    message.speaker,
                    _storable(message.text),
                    message.said_at.isoformat(),
                    message.interrupted,
                ),
            )
            return int(cursor.lastrowid or 0)

        return replace(message, id=await self._run(insert))

    async def recent(self, persona_id: str, limit: int) -> Sequence[KeptMessage]:
        rows = await self._rows(
            f"SELECT {_MESSAGE} FROM messages WHERE persona_id = ? ORDER BY id DESC LIMIT ?",
            (persona_id, max(0, limit)),
        )
        return [_message(row) for row in reversed(rows)]

    async def recall(self, persona_id: str, words: str, limit: int) -> Sequence[KeptMessage]:
        query = search_query(words)
        if not query:
            return []
        rows = await self._rows(
            f"SELECT {_MESSAGE} FROM messages_search JOIN messages ON messages.id = messages_search.rowid"
            " WHERE messages_search MATCH ? AND persona_id = ?"
            " ORDER BY bm25(messages_search), messages.id DESC LIMIT ?",
            (query, persona_id, max(0, limit)),
        )
        return [_message(row) for row in rows]

    async def facts(self, persona_id: str) -> Sequence[Fact]:
        return await self._run(lambda connection: _facts(connection, persona_id))

    async def learn(self, persona_id: str, fact: Fact) -> Fact:
        return await self._run(lambda connection: _learn(connection, persona_id, fact))

    async def forget(self, fact_id: int) -> None:
        def delete(connection: sqlite.Connection) -> None:
            connection.execute("DELETE FROM facts WHERE id = ?", (fact_id,))
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # nothing of it stays in the journal

        await self._run(delete)

    async def close(self) -> None:
        """Closes the file once all that was asked before is done; a second call does nothing."""
        if self._closed:
            return
        self._closed = True
        await asyncio.wrap_future(self._thread.submit(self._connection.close))
        self._thread.shutdown()

    async def _rows(self, sql: str, values: tuple[object, ...]) -> list[sqlite.Row]:
        return await self._run(lambda connection: connection.execute(sql, values).fetchall())

    async def _run(self, work: Callable[[sqlite.Connection], _Result]) -> _Result:
        """Does the work on the connection's thread, as one transaction; work once begun ends even if nobody waits."""
        if self._closed:
            raise StorageError("storage.closed", "The memory is closed.")
        return await asyncio.wrap_future(self._thread.submit(self._work, work))

    def _work(self, work: Callable[[sqlite.Connection], _Result]) -> _Result:
        try:
            return work(self._connection)
        except sqlite.Error as error:
            raise database_error(error, self._path) from error


def search_query(words: str) -> str:
    """A full-text query for messages that share a telling word with these; "" if there is none to look for.

    Every word is quoted, so nothing in it is read as search syntax; longer words match their endings too.
    """
    tokens = dict.fromkeys(token for token in re.findall(r"\w+", words.casefold()) if _tells(token))
    terms = [_term(token) for token in list(tokens)[-_SEARCHED_WORDS:]]
    return " OR ".join(terms)


def _tells(token: str) -> bool:
    return len(token) > 1 and token not in _EMPTY_WORDS


def _term(token: str) -> str:
    return f'"{token.removesuffix("s")}"*' if len(token) > 3 else f'"{token}"'


_MESSAGE = "messages.id, speaker, messages.text, said_at, interrupted"
_FACT = "id, kind, topic, value, text, source, learned_at"


def _message(row: sqlite.Row) -> KeptMessage:
    number, speaker, text, said_at, interrupted = row
    return KeptMessage(speaker, text, datetime.fromisoformat(said_at), bool(interrupted), number)


def _facts(connection: sqlite.Connection, persona_id: str) -> list[Fact]:
    rows = connection.execute(
        f"SELECT {_FACT} FROM facts WHERE persona_id = ? AND superseded_at IS NULL ORDER BY id DESC", (persona_id,)
    )
    return [
        Fact(text, FactKind(kind), topic, value, datetime.fromisoformat(learned_at), source, number)
        for number, kind, topic, value, text, source, learned_at in rows
    ]


def _learn(connection: sqlite.Connection, persona_id: str, fact: Fact) -> Fact:
    connection.execute("BEGIN IMMEDIATE")
    try:
        known = _facts(connection, persona_id)
        same = next((old for old in known if _says_the_same(fact, old)), None)
        kept = same or replace(fact, id=_insert_fact(connection, persona_id, fact))
        if same is None:
            connection.executemany(
                "UPDATE facts SET superseded_at = ?, superseded_by = ? WHERE id = ?",
                [(fact.learned_at.isoformat(), kept.id, old.id) for old in known if replaces(fact, old)],
            )
    except BaseException:
        if connection.in_transaction:  # a full disk may have rolled back already
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return kept


def _says_the_same(fact: Fact, other: Fact) -> bool:
    return fact.topic == other.topic and fact.value.casefold() == other.value.casefold()


def _insert_fact(connection: sqlite.Connection, persona_id: str, fact: Fact) -> int:
    cursor = connection.execute(
        "INSERT INTO facts (persona_id, kind, topic, value, text, source, learned_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            persona_id,
            fact.kind.value,
            _storable(fact.topic),
            _storable(fact.value),
            _storable(fact.text),
            _storable(fact.source),
            fact.learned_at.isoformat(),
        ),
    )
    return int(cursor.lastrowid or 0)


def _storable(text: str) -> str:
    """Without the half characters (lone surrogates) that no UTF-8 file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
