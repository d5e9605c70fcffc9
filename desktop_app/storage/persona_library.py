# SPDX-License-Identifier: GPL-3.0-or-later
"""Companions as folders: those that came with Fireside, and those changed or made in the profile, which win."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import tomlkit
from tomlkit.exceptions import ParseError
from tomlkit.items import Item

from desktop_app.domain.errors import PersonaError
from desktop_app.domain.persona import Persona
from desktop_app.storage.files import read_text, write_text

FILE_NAME = "persona.toml"

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAXIMUM_ID_LENGTH = 64
_LANGUAGE = re.compile(r"[a-z]{2}")
_MAXIMUM_FILE_CHARACTERS = 1_000_000
_LONG_CHARACTERS = 80
_KEYS = tuple(field.name for field in fields(Persona) if field.name != "id")


class TomlPersonaLibrary:
    """A PersonaLibrary of folders, each with a readable persona.toml; its folder's name is the companion's id."""

    def __init__(self, builtin_dir: Path, profile_dir: Path) -> None:
        self._builtin_dir = builtin_dir
        self._profile_dir = profile_dir

    def ids(self) -> Sequence[str]:
        return sorted(
            {
                file.parent.name
                for folder in (self._builtin_dir, self._profile_dir)
                for file in folder.glob(f"*/{FILE_NAME}")
                if _is_id(file.parent.name)
            }
        )

    def load(self, persona_id: str) -> Persona:
        _check_id(persona_id)
        for folder in (self._profile_dir, self._builtin_dir):
            path = folder / persona_id / FILE_NAME
            text = read_text(path)
            if text is not None:
                return _read(persona_id, path, text)
        raise PersonaError(
            "persona.missing",
            f"There is no companion '{persona_id}'.",
            f"Choose one of: {', '.join(self.ids()) or 'none was found'}.",
        )

    def drafts(self, persona_id: str) -> Sequence[Persona]:
        """As it came with Fireside, in every language that it is written in: persona.toml, persona.fr.toml …"""
        _check_id(persona_id)
        folder = self._builtin_dir / persona_id
        texts = ((path, read_text(path)) for path in sorted(folder.glob("persona*.toml")))
        return [_read(persona_id, path, text) for path, text in texts if text is not None]

    def save(self, persona: Persona) -> None:
        """Writes the companion into the profile; comments and unknown keys of its file there stay."""
        _check_id(persona.id)
        path = self._profile_dir / persona.id / FILE_NAME
        place = f"Companion '{persona.id}'"
        _check(persona, place)
        try:
            document = tomlkit.parse(read_text(path) or "")
        except ParseError as error:
            raise _unreadable(path, error) from error
        for key, value in asdict(persona).items():
            if key in _KEYS and str(document.get(key, "")).strip() != value.strip():
                document[key] = _readable(value.strip())
        text = tomlkit.dumps(document)
        write_text(path, text)


def _readable(text: str) -> Item:
    """A TOML string as a person would write it: a long one on lines of its own."""
    if "\n" not in text and len(text) <= _LONG_CHARACTERS:
        return tomlkit.string(text)
    written = tomlkit.string(text + "\n", multiline=True).as_string()
    return tomlkit.value('"""\n' + written.removeprefix('"""').removeprefix("\n"))


def _read(persona_id: str, path: Path, text: str) -> Persona:
    if len(text) > _MAXIMUM_FILE_CHARACTERS:
        raise PersonaError("persona.too_long", f"{_place(path)} is far too long.", "Shorten it.")
    try:
        values: Mapping[str, object] = tomlkit.parse(text).unwrap()
    except ParseError as error:
        raise _unreadable(path, error) from error
    texts: dict[str, str] = {}
    for key in _KEYS:
        value = values.get(key, "")
        if not isinstance(value, str):
            raise _wrong(_place(path, key, text), f"{key} must be a text in quotes")
        if key in values:
            texts[key] = value.strip()
    if "name" not in texts:
        raise _wrong(_place(path), "name is missing")
    persona = Persona(id=persona_id, **texts)
    _check(persona, _place(path))
    return persona


def _check(persona: Persona, place: str) -> None:
    if not persona.name.strip():
        raise _wrong(place, "name must not be empty")
    if not _LANGUAGE.fullmatch(persona.language):
        raise _wrong(place, 'language must be a two-letter code such as "en" or "fr"')


def _check_id(persona_id: str) -> None:
    if not _is_id(persona_id):
        raise PersonaError(
            "persona.id",
            f"'{persona_id}' cannot be a companion's id.",
            "Use lower-case letters, digits and hyphens, such as 'ember' or 'night-owl'.",
        )


def _is_id(text: str) -> bool:
    return len(text) <= _MAXIMUM_ID_LENGTH and _ID.fullmatch(text) is not None


def _place(path: Path, key: str = "", text: str = "") -> str:
    """ "persona.toml of 'ember'", with the line of a key where it is known."""
    lines = (number for number, line in enumerate(text.splitlines(), 1) if re.match(rf"\s*{key}\s*=", line))
    line = next(lines, 0) if key else 0
    return f"{path.name} of '{path.parent.name}'" + (f", line {line}" if line else "")


def _unreadable(path: Path, error: ParseError) -> PersonaError:
    return PersonaError(
        "persona.unreadable", f"{_place(path)}, line {error.line}: this is not TOML.", f"Correct it in {path}."
    )


def _wrong(place: str, what: str) -> PersonaError:
    return PersonaError("persona.wrong", f"{place}: {what}.", "Correct it in the file, or in the companion's editor.")
