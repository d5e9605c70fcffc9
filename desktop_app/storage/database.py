# SPDX-License-Identifier: GPL-3.0-or-later
"""The database file: how it is opened, brought up to date, and set aside when it is damaged.

Every connection is made by `connect`. The driver is sqlcipher3 (sqlite3's interface, with full-text search on
every system); no key is given to it yet, so the file is an ordinary SQLite database until encryption arrives here.

    migrations/0001_first.sql    one file per version, applied in order, never changed once released
    PRAGMA user_version          the version of a file, written in the same transaction as the change
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlcipher3.dbapi2 as sqlite

from desktop_app.domain.errors import StorageError
from desktop_app.domain.events import Notice
from desktop_app.storage.files import disk_full, make_folder, not_writable

MIGRATIONS = Path(__file__).parent / "migrations"

_BUSY_SECONDS = 5.0

_PRIMARY_CODE = 0xFF
"""SQLite's extended result codes carry the primary one in their low byte."""


class DatabaseDamagedError(StorageError):
    """The file is no database any more, or parts of it cannot be read."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from a version to the next."""

    version: int
    sql: str


def connect(path: Path) -> sqlite.Connection:
    """Opens a database with the settings that all of Fireside relies on. Raises sqlite.Error."""
    connection = sqlite.connect(str(path), timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to stderr
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
    except BaseException:
        connection.close()
        raise
    return connection


def read_migrations(folder: Path = MIGRATIONS) -> tuple[Migration, ...]:
    """The steps in order: 1, 2, 3 …"""
    steps = tuple(
        Migration(int(file.name.partition("_")[0]), file.read_text(encoding="utf-8"))
        for file in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    )
    if [step.version for step in steps] != list(range(1, len(steps) + 1)):
        raise ValueError(f"migrations are not numbered 1, 2, 3 …: {[step.version for step in steps]}")
    return steps


def open_database(path: Path, migrations: tuple[Migration, ...] | None = None) -> sqlite.Connection:
    """Opens the file, makes it where it is missing and brings it up to date.

    Raises StorageError; DatabaseDamagedError where setting it aside would help.
    """
    make_folder(path.parent)
    try:
        connection = connect(path)
        try:
            _check(connection)
            migrate(connection, path, read_migrations() if migrations is None else migrations)
            path.chmod(0o600)
        except BaseException:
            connection.close()
            raise
    except (sqlite.Error, OSError) as error:
        raise database_error(error, path) from error
    return connection


def open_or_set_aside(path: Path) -> tuple[sqlite.Connection, Notice | None]:
    """Like open_database, but a damaged file is moved aside and a fresh one begun; the notice tells of it."""
    try:
        return open_database(path), None
    except DatabaseDamagedError as damage:
        kept = set_aside(path)
        notice = Notice(
            damage.code,
            "The memory file is damaged, so Fireside has begun a new one.",
            f"Nothing was deleted: the old file is kept as {kept.name}.",
        )
        return open_database(path), notice


def migrate(connection: sqlite.Connection, path: Path, migrations: tuple[Migration, ...]) -> None:
    """Applies what is missing, each step whole or not at all; an older file that holds data is copied first.

    When it raises, the connection must be closed, which undoes the step that failed.
    """
    newest = migrations[-1].version if migrations else 0
    version = _version(connection)
    if version > newest:
        raise StorageError(
            "storage.newer",
            f"{path.name} was written by a newer Fireside (version {version} of its layout; this one knows {newest}).",
            "Update Fireside, or use another profile with --profile.",
        )
    if 0 < version < newest:
        _copy(connection, path.with_name(f"{path.stem}.before-{newest}{path.suffix}"))
    for step in migrations[version:]:
        connection.executescript(f"BEGIN IMMEDIATE;\n{step.sql}\n;PRAGMA user_version = {step.version};\nCOMMIT;")


def set_aside(path: Path) -> Path:
    """Renames a damaged database, and its journal, so that a new one can be begun; returns its new name."""
    stamp = f"{datetime.now():%Y-%m-%d-%H%M%S}"
    kept = path.with_name(f"{path.stem}.corrupt-{stamp}{path.suffix}")
    try:
        for ending in ("", "-wal", "-shm"):
            part = path.with_name(path.name + ending)
            if part.exists():
                part.replace(kept.with_name(kept.name + ending))
    except OSError as error:
        raise database_error(error, path) from error
    return kept


def database_error(error: sqlite.Error | OSError, path: Path) -> StorageError:
    """The sentence for what the database reported."""
    code = getattr(error, "sqlite_errorcode", None)
    match code & _PRIMARY_CODE if isinstance(code, int) else None:
        case sqlite.SQLITE_FULL:
            return disk_full(path)
        case sqlite.SQLITE_IOERR:
            return StorageError(
                "storage.unusable",
                f"The disk could not write or read {path.name}.",
                "Check that the disk is not full and still connected.",
            )
        case sqlite.SQLITE_NOTADB | sqlite.SQLITE_CORRUPT:
            return _damaged(path)
        case sqlite.SQLITE_READONLY | sqlite.SQLITE_CANTOPEN | sqlite.SQLITE_PERM:
            return not_writable(path)
        case sqlite.SQLITE_BUSY | sqlite.SQLITE_LOCKED:
            return StorageError(
                "storage.busy",
                f"Another program is using {path.name}.",
                "Close the other Fireside that uses this profile.",
            )
    return StorageError("storage.unusable", f"{path.name} cannot be used: {error}.", "Check the disk and the folder.")


def _damaged(path: Path) -> DatabaseDamagedError:
    return DatabaseDamagedError(
        "storage.damaged",
        f"{path.name} is damaged.",
        "Start Fireside again: it keeps the damaged file aside and begins a new one.",
    )


def _check(connection: sqlite.Connection) -> None:
    """Raises a database error unless every page can be read; quick, since a memory is a few megabytes."""
    complaint = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if complaint != "ok":
        raise _damaged(Path(connection.execute("PRAGMA database_list").fetchone()[2]))


def _version(connection: sqlite.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _copy(connection: sqlite.Connection, target: Path) -> None:
    """Copies the whole database, its journal included."""
    temporary = target.with_name(f".{target.name}")
    temporary.unlink(missing_ok=True)
    with closing(sqlite.connect(str(temporary))) as copy:
        connection.backup(copy)
    temporary.chmod(0o600)
    temporary.replace(target)
