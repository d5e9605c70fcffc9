# SPDX-License-Identifier: GPL-3.0-or-later
"""A database of any age opens with everything in it, or is refused with a sentence; it is never half changed.

versions/NNNN.sql holds rows as version N knew them; a new migration comes with such a file. The database of that
version is made by the migrations up to it, which never change once released (their checksums are kept here).
"""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite

from desktop_app.domain.errors import StorageError
from desktop_app.domain.memory import Fact, FactKind
from desktop_app.storage.database import (
    Migration,
    connect,
    migrate,
    open_database,
    open_or_set_aside,
    read_migrations,
)
from desktop_app.storage.memory_store import SqliteMemoryStore

VERSIONS = Path(__file__).parent / "versions"
MIGRATIONS = read_migrations()
NEWEST = MIGRATIONS[-1].version
EVERY_VERSION = [step.version for step in MIGRATIONS]

RELEASED = {1: "bff4e51f959a9d60c058a124f1b87c50d7c783935e13bfcbe4b2ac04ab000968"}
"""Version → SHA-256 of its migration, added when a release carries it; from then on the file stays as it is."""

NEXT = Migration(NEWEST + 1, "ALTER TABLE messages ADD COLUMN mood TEXT; UPDATE messages SET mood = 'calm';")
BROKEN = Migration(NEWEST + 1, "ALTER TABLE messages ADD COLUMN mood TEXT; UPDATE nothing SET mood = 'calm';")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.db"


def make_old_database(path: Path, version: int, *, with_rows: bool) -> None:
    with closing(connect(path)) as connection:
        migrate(connection, path, MIGRATIONS[:version])
        if with_rows:
            connection.executescript((VERSIONS / f"{version:04}.sql").read_text(encoding="utf-8"))


def version_of(path: Path) -> int:
    with closing(connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def layout_of(path: Path) -> list[object]:
    with closing(connect(path)) as connection:
        return [*connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")]


def texts_in(path: Path) -> list[str]:
    with closing(connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT text FROM messages ORDER BY id")]


@pytest.mark.parametrize("version", EVERY_VERSION)
def test_a_database_of_every_version_opens_with_all_that_was_in_it(path: Path, version: int) -> None:
    make_old_database(path, version, with_rows=True)

    async def look() -> None:
        store = SqliteMemoryStore(path)
        first, second = await store.recent("ember", 9)
        assert (first.text, first.speaker, first.interrupted) == ("We planted an apple tree.", "person", False)
        assert (second.text, second.speaker, second.interrupted) == ("How tall is it", "companion", True)
        assert first.said_at == datetime.fromisoformat("2026-11-03T18:00:00+01:00")
        assert [message.text for message in await store.recall("ember", "apple trees", 5)] == [first.text]
        assert [message.text for message in await store.recall("solene", "crepes", 5)] == ["J'ai mangé une crêpe."]
        asked, name = await store.facts("ember")
        assert (name.value, asked.kind) == ("Anne", FactKind.ASKED)
        newer = Fact("", FactKind.STATED, "name", "Ann", datetime.now().astimezone(), "call me ann")
        await store.learn("ember", newer)
        assert [fact.value for fact in await store.facts("ember")] == ["Ann", "the key is under the mat"]
        await store.close()

    asyncio.run(look())
    assert version_of(path) == NEWEST


@pytest.mark.parametrize("version", EVERY_VERSION)
@pytest.mark.parametrize("with_rows", [False, True])
def test_an_upgraded_database_is_laid_out_like_a_new_one(path: Path, version: int, with_rows: bool) -> None:
    make_old_database(path, version, with_rows=with_rows)
    open_database(path).close()
    new = path.with_name("new.db")
    open_database(new).close()
    assert layout_of(path) == layout_of(new)


@pytest.mark.parametrize("version", EVERY_VERSION)
def test_every_version_has_rows_to_test_with(version: int) -> None:
    assert (VERSIONS / f"{version:04}.sql").is_file()


def test_released_migrations_never_change() -> None:
    sums = {step.version: hashlib.sha256(step.sql.encode()).hexdigest() for step in MIGRATIONS}
    assert {version: sums[version] for version in RELEASED} == RELEASED


def test_before_an_upgrade_a_copy_is_kept(path: Path) -> None:
    make_old_database(path, NEWEST, with_rows=True)
    open_database(path, (*MIGRATIONS, NEXT)).close()
    assert version_of(path) == NEWEST + 1
    copy = path.with_name(f"memory.before-{NEWEST + 1}.db")
    assert version_of(copy) == NEWEST
    assert texts_in(copy) == texts_in(path)


def test_the_copy_holds_what_was_still_in_the_journal(path: Path) -> None:
    make_old_database(path, NEWEST, with_rows=True)
    with closing(connect(path)) as other:
        other.execute(
            "INSERT INTO messages (persona_id, speaker, text, said_at) VALUES ('e', 'person', 'late', '2026')"
        )
        open_database(path, (*MIGRATIONS, NEXT)).close()
    assert texts_in(path.with_name(f"memory.before-{NEWEST + 1}.db"))[-1] == "late"


def test_a_new_database_needs_no_copy(path: Path) -> None:
    open_database(path, (*MIGRATIONS, NEXT)).close()
    assert list(path.parent.glob("*before*")) == []


def test_an_upgrade_that_fails_changes_nothing(path: Path) -> None:
    make_old_database(path, NEWEST, with_rows=True)
    before = layout_of(path)
    with pytest.raises(StorageError):
        open_database(path, (*MIGRATIONS, BROKEN))
    assert (version_of(path), layout_of(path)) == (NEWEST, before)
    open_database(path).close()


def test_of_several_steps_those_that_worked_stay(path: Path) -> None:
    make_old_database(path, NEWEST, with_rows=True)
    with pytest.raises(StorageError):
        open_database(path, (*MIGRATIONS, NEXT, Migration(NEWEST + 2, "DROP TABLE nothing;")))
    assert version_of(path) == NEWEST + 1


def test_a_newer_database_is_refused_with_a_sentence_and_left_alone(path: Path) -> None:
    open_database(path, (*MIGRATIONS, NEXT)).close()
    before = path.read_bytes()
    for attempt in (open_database, open_or_set_aside):
        with pytest.raises(StorageError) as caught:
            attempt(path)
        assert caught.value.code == "storage.newer"
        assert "newer Fireside" in caught.value.sentence
    assert path.read_bytes() == before
    assert list(path.parent.glob("*corrupt*")) == []


def test_migrations_are_numbered_without_gaps(tmp_path: Path) -> None:
    (tmp_path / "0001_a.sql").write_text("SELECT 1;")
    (tmp_path / "0003_c.sql").write_text("SELECT 1;")
    with pytest.raises(ValueError, match="numbered"):
        read_migrations(tmp_path)


def test_the_search_index_agrees_with_the_messages(path: Path) -> None:
    make_old_database(path, NEWEST, with_rows=True)
    with closing(open_database(path)) as connection:
        connection.execute("UPDATE messages SET text = 'We planted a pear tree.' WHERE id = 1")
        connection.execute("DELETE FROM messages WHERE id = 2")
        connection.execute("INSERT INTO messages_search (messages_search, rank) VALUES ('integrity-check', 1)")
        found = connection.execute("SELECT rowid FROM messages_search WHERE messages_search MATCH 'pear'").fetchall()
        assert found == [(1,)]
        with pytest.raises(sqlite.DatabaseError):  # the check can fail
            connection.execute("INSERT INTO messages_search (rowid, text) VALUES (77, 'stray')")
            connection.execute("INSERT INTO messages_search (messages_search, rank) VALUES ('integrity-check', 1)")
