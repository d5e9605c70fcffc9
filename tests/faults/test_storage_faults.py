# SPDX-License-Identifier: GPL-3.0-or-later
"""Full disks, folders that may not be written, damaged files: a clear sentence, and nothing lost."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop_app.domain.errors import StorageError
from desktop_app.domain.memory import Fact, FactKind, KeptMessage
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings
from desktop_app.storage.database import DatabaseDamagedError, connect, open_database
from desktop_app.storage.files import storage_error, write_text
from desktop_app.storage.memory_store import SqliteMemoryStore, open_store
from desktop_app.storage.paths import open_profile
from desktop_app.storage.persona_library import TomlPersonaLibrary
from desktop_app.storage.settings_store import TomlSettingsStore

NOW = datetime(2026, 11, 21, 19, 17, tzinfo=UTC)

NOBODY = 65534


def said(text: str) -> KeptMessage:
    return KeptMessage("person", text, NOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.db"


@contextmanager
def files_no_longer_than(size_bytes: int) -> Iterator[None]:
    """As on a full disk: no file of this process may grow beyond the size."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


async def filled(path: Path, count: int = 40) -> None:
    store = SqliteMemoryStore(path)
    for number in range(count):
        await store.keep("ember", said(f"message {number} about rivers"))
    await store.close()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The folder may be read but not written; root, who may write everywhere, is nobody meanwhile."""
    folder.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)
        folder.chmod(0o700)


def rewritten(path: Path, content: bytes) -> bytes:
    path.write_bytes(content)
    return content


def damage_header(path: Path) -> bytes:
    return rewritten(path, b"this is no database " * 500)


def damage_middle(path: Path) -> bytes:
    content = bytearray(path.read_bytes())
    content[4096 : 3 * 4096] = os.urandom(2 * 4096)
    return rewritten(path, bytes(content))


def damage_all_but_the_first_page(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:4096] + os.urandom(len(content) - 4096))


def cut_short(path: Path) -> bytes:
    return rewritten(path, path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("damage", [damage_header, damage_middle, cut_short])
async def test_a_damaged_memory_is_kept_aside_and_a_new_one_begun(path: Path, damage: Callable[[Path], bytes]) -> None:
    await filled(path)
    damaged = damage(path)
    with pytest.raises(DatabaseDamagedError):
        SqliteMemoryStore(path)
    store, notice = open_store(path)
    assert notice is not None
    assert notice.code == "storage.damaged"
    (kept,) = path.parent.glob("memory.corrupt-*.db")
    assert kept.name in notice.hint
    assert kept.read_bytes() == damaged, "nothing is lost"
    await store.keep("ember", said("a new beginning"))
    assert len(await store.recent("ember", 9)) == 1
    await store.close()
    again, notice = open_store(path)
    assert notice is None
    await again.close()


def test_an_empty_file_is_a_new_memory(path: Path) -> None:
    path.touch()
    store, notice = open_store(path)
    assert notice is None
    asyncio.run(store.close())


async def test_a_disk_that_fills_up_is_reported_and_what_was_kept_stays(path: Path) -> None:
    await filled(path)
    store = SqliteMemoryStore(path)
    with files_no_longer_than(300_000), pytest.raises(StorageError) as caught:
        for _ in range(200):
            await store.keep("ember", said("a very long story " * 200))
    assert caught.value.code in ("storage.full", "storage.unusable")
    assert caught.value.sentence and caught.value.hint
    kept = await store.keep("ember", said("there is room again"))
    assert (await store.recent("ember", 1))[0] == kept
    assert len(await store.recall("ember", "rivers", 100)) == 40
    await store.close()
    open_database(path).close()


async def test_a_database_that_may_not_grow_says_that_the_disk_is_full(path: Path) -> None:
    store = SqliteMemoryStore(path)
    pages = await store._run(lambda connection: connection.execute("PRAGMA page_count").fetchone()[0])
    await store._run(lambda connection: connection.execute(f"PRAGMA max_page_count = {pages + 2}").fetchall())
    with pytest.raises(StorageError, match="disk is full") as caught:
        for _ in range(50):
            await store.keep("ember", said("a long story " * 100))
    assert caught.value.code == "storage.full"
    with pytest.raises(StorageError, match="disk is full"):
        for number in range(50):
            value = f"thing {number} " * 100
            await store.learn("ember", Fact(value, FactKind.STATED, "likes", value, NOW, value))
    await store._run(lambda connection: connection.execute("PRAGMA max_page_count = 100000").fetchall())
    await store.learn("ember", Fact("", FactKind.STATED, "name", "Anna", NOW, ""))
    assert (await store.facts("ember"))[0].value == "Anna", "no transaction was left open"
    await store.close()


async def test_a_fact_that_could_not_be_learned_leaves_no_transaction_open(path: Path) -> None:
    store = SqliteMemoryStore(path)
    anna = Fact("", FactKind.STATED, "name", "Anna", NOW, "")
    refuse = "CREATE TEMP TRIGGER refuse BEFORE INSERT ON facts BEGIN SELECT RAISE(ABORT, 'refused'); END"
    await store._run(lambda connection: connection.execute(refuse).fetchall())
    with pytest.raises(StorageError):
        await store.learn("ember", anna)
    await store._run(lambda connection: connection.execute("DROP TRIGGER refuse").fetchall())
    await store.learn("ember", anna)
    assert [fact.value for fact in await store.facts("ember")] == ["Anna"]
    await store.close()


async def test_damage_that_shows_later_is_reported(path: Path) -> None:
    await filled(path, 400)
    store = SqliteMemoryStore(path)
    damage_all_but_the_first_page(path)
    await store._run(lambda connection: connection.execute("PRAGMA shrink_memory").fetchall())  # read it anew
    with pytest.raises(DatabaseDamagedError):
        await store.recent("ember", 500)
    await store.close()


async def test_a_memory_that_another_program_holds_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.storage.database._BUSY_SECONDS", 0.05)
    store = SqliteMemoryStore(path)
    with closing(connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageError, match="Another program") as caught:
            await store.keep("ember", said("hello"))
        assert caught.value.code == "storage.busy"
        other.execute("ROLLBACK")
    await store.keep("ember", said("hello"))
    await store.close()


def test_a_memory_that_cannot_be_opened_leaves_no_thread_behind(tmp_path: Path) -> None:
    before = threading.active_count()
    with pytest.raises(StorageError):
        SqliteMemoryStore(tmp_path)  # a folder
    assert threading.active_count() == before


def test_a_profile_where_a_file_stands_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("a file")
    with pytest.raises(StorageError) as caught:
        open_profile(tmp_path / "profile")
    assert str(tmp_path / "profile") in caught.value.sentence


def test_a_profile_on_a_full_disk_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with files_no_longer_than(100), pytest.raises(StorageError) as caught:
        open_profile(tmp_path)
    assert caught.value.code == "storage.full"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of this computer can reach."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


def test_a_profile_that_may_not_be_written_is_refused_with_a_sentence(open_folder: Path) -> None:
    open_profile(open_folder)
    with read_only(open_folder), pytest.raises(StorageError) as caught:
        open_profile(open_folder)
    assert caught.value.code == "storage.not_writable"
    assert str(open_folder) in caught.value.sentence


def test_a_memory_that_may_not_be_made_or_written_says_so(open_folder: Path) -> None:
    with read_only(open_folder), pytest.raises(StorageError) as caught:
        open_database(open_folder / "memory.db")
    assert caught.value.code == "storage.not_writable"
    open_database(open_folder / "memory.db").close()
    with read_only(open_folder), pytest.raises(StorageError) as caught:
        open_database(open_folder / "memory.db")
    assert caught.value.code == "storage.not_writable"


def test_text_files_in_a_read_only_folder_say_so(open_folder: Path) -> None:
    store = TomlSettingsStore(open_folder / "settings.toml")
    with read_only(open_folder), pytest.raises(StorageError) as caught:
        store.save(Settings(voice="mine"))
    assert caught.value.code == "storage.not_writable"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("ENOSPC", "storage.full"),
        ("EDQUOT", "storage.full"),
        ("EACCES", "storage.not_writable"),
        ("EROFS", "storage.not_writable"),
        ("EIO", "storage.unusable"),
    ],
)
def test_what_the_system_reports_becomes_a_sentence(number: str, code: str) -> None:
    value = getattr(errno, number)
    error = storage_error(OSError(value, os.strerror(value)), Path("memory.db"))
    assert error.code == code
    assert "memory.db" in error.sentence
    assert error.hint


def test_a_text_file_that_could_not_be_written_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    write_text(path, "before\n")
    with files_no_longer_than(1000), pytest.raises(StorageError) as caught:
        write_text(path, "after\n" * 1000)
    assert caught.value.code == "storage.full"
    assert path.read_text() == "before\n"
    assert [file.name for file in tmp_path.iterdir()] == ["settings.toml"], "no scraps"


def test_settings_and_companions_on_a_full_disk_stay_as_they_were(tmp_path: Path) -> None:
    store = TomlSettingsStore(tmp_path / "settings.toml")
    library = TomlPersonaLibrary(tmp_path / "none", tmp_path / "companions")
    store.save(Settings(voice="old"))
    library.save(Persona("ember", "Ember"))
    with files_no_longer_than(500):
        with pytest.raises(StorageError, match="disk is full"):
            store.save(Settings(voice="new" * 500))
        with pytest.raises(StorageError, match="disk is full"):
            library.save(Persona("ember", "Ember", character="long " * 500))
    assert store.load() == Settings(voice="old")
    assert library.load("ember") == Persona("ember", "Ember")


async def test_many_failures_leak_nothing(path: Path) -> None:
    damage_header(path)
    before = open_files(), threading.active_count()
    for _ in range(20):
        with pytest.raises(DatabaseDamagedError):
            SqliteMemoryStore(path)
    await asyncio.sleep(0)
    assert (open_files(), threading.active_count()) == before
