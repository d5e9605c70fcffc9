# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads files that somebody else made: only real ones, and never more of them than fits."""

from __future__ import annotations

import stat
from pathlib import Path

from desktop_app.domain.errors import LookError


def read_small_file(path: Path, most_bytes: int, code: str, what: str) -> bytes:
    """The whole file. Raises LookError if it is larger, no file (a device, a pipe) or cannot be read."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise LookError(code, f"{path.name}: expected a file.")
        if status.st_size > most_bytes:
            most = f"{most_bytes / 1e6:g} MB" if most_bytes >= 1_000_000 else f"{most_bytes // 1000} kB"
            raise LookError(
                code, f"{path.name}: {status.st_size / 1e6:.1f} MB is too big for {what}, at most {most} are read."
            )
        with path.open("rb") as file:
            return file.read(most_bytes + 1)[:most_bytes]
    except OSError as error:
        raise LookError(code, f"{path.name}: the file could not be read ({error.strerror or error}).") from error
