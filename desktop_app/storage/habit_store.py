# SPDX-License-Identifier: GPL-3.0-or-later
"""How the person pauses, in one small readable file of the profile."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import tomlkit
from pydantic import TypeAdapter, ValidationError
from tomlkit.exceptions import ParseError

from desktop_app.domain.errors import StorageError
from desktop_app.domain.habits import SpeakingHabits
from desktop_app.storage.files import read_text, write_text

_HEAD = "How you pause when you speak, learnt slowly. Delete this file and it is learnt again."
_HABITS = TypeAdapter(SpeakingHabits)
_LONGEST_SECONDS = 5.0


class TomlHabitStore:
    """A HabitStore. A damaged file counts as none: what it held is soon learnt again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> SpeakingHabits:
        try:
            text = read_text(self._path) or ""
            habits = _HABITS.validate_python(tomlkit.parse(text).unwrap())
        except (StorageError, ParseError, ValidationError):
            return SpeakingHabits()
        believable = all(0 <= seconds <= _LONGEST_SECONDS for seconds in asdict(habits).values())
        return habits if believable else SpeakingHabits()

    def save(self, habits: SpeakingHabits) -> None:
        document = tomlkit.document()
        document.add(tomlkit.comment(_HEAD))
        for name, seconds in asdict(habits).items():
            document.add(name, round(seconds, 4))
        write_text(self._path, tomlkit.dumps(document))
