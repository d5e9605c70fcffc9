# SPDX-License-Identifier: GPL-3.0-or-later
"""Files written whole or not at all, and what the disk's complaints mean to a person."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from desktop_app.domain.errors import StorageError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def disk_full(path: Path) -> StorageError:
    return StorageError(
        "storage.full",
        f"The disk is full: {path.name} could not be written.",
        "Free some space; nothing that was kept before is lost.",
    )


def not_writable(path: Path) -> StorageError:
    return StorageError(
        "storage.not_writable",
        f"Fireside may not write to {path}.",
        "Choose another profile folder, or change the folder's permissions.",
    )


def storage_error(error: OSError, path: Path) -> StorageError:
    """The sentence for what the operating system reported."""
    if error.errno in _FULL:
        return disk_full(path)
    if error.errno in _FORBIDDEN:
        return not_writable(path)
    reason = error.strerror or type(error).__name__
    return StorageError("storage.unusable", f"{path} cannot be used: {reason}.", "Check the disk and the folder.")


def make_folder(folder: Path) -> None:
    """Makes a folder that only its owner may enter. Raises StorageError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, folder) from error


def write_text(path: Path, text: str) -> None:
    """Writes a file that is there in full or not at all, readable by its owner alone. Raises StorageError."""
    make_folder(path.parent)
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise storage_error(error, path) from error


def read_text(path: Path) -> str | None:
    """The file's text, or None if there is no such file. Raises StorageError."""
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise storage_error(error, path) from error
