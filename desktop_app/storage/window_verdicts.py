# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Whisper models hear as well in short windows, in one small file of the profile."""

from __future__ import annotations

from pathlib import Path

import tomlkit
from tomlkit.exceptions import ParseError

from desktop_app.domain.errors import StorageError
from desktop_app.storage.files import read_text, write_text

_HEAD = "Whisper models that were tried: whether they may be given short windows. Delete this file to try them again."


class TomlWindowVerdicts:
    """By model and language. A damaged file counts as none: the models are tried again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(self, model: str, language: str) -> bool | None:
        """None if it was never tried."""
        verdict = self._read().get(_key(model, language))
        return verdict if isinstance(verdict, bool) else None

    def keep(self, model: str, language: str, may_be_short: bool) -> None:
        """Raises StorageError."""
        document = tomlkit.document()
        document.add(tomlkit.comment(_HEAD))
        for key, verdict in (self._read() | {_key(model, language): may_be_short}).items():
            document.add(key, verdict)
        write_text(self._path, tomlkit.dumps(document))

    def _read(self) -> dict[str, object]:
        try:
            return dict(tomlkit.parse(read_text(self._path) or "").unwrap())
        except (StorageError, ParseError):
            return {}


def _key(model: str, language: str) -> str:
    return f"{model} ({language})"
