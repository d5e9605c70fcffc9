# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings file: defaults, then settings.toml, then FIRESIDE_… variables, then command-line options."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import urlsplit

import tomlkit
from pydantic import TypeAdapter, ValidationError
from tomlkit.exceptions import ParseError

from desktop_app.domain.errors import SettingsError
from desktop_app.domain.settings import Settings
from desktop_app.storage.files import read_text, write_text

ENVIRONMENT_PREFIX = "FIRESIDE_"

CONTEXT_TOKENS = range(2048, 1_048_577)
"""With less there is no room for persona, rules, memory and a reply."""

_TYPES: dict[str, Any] = get_type_hints(Settings)
_ADAPTERS: dict[str, TypeAdapter[Any]] = {field.name: TypeAdapter(_TYPES[field.name]) for field in fields(Settings)}

_SHAPES = {bool: "true or false", int: "a whole number", float: "a number", str: "a text in quotes"}


@dataclass(frozen=True, slots=True)
class _File:
    """settings.toml as it lies there: its text and what could be read of it."""

    text: str
    document: tomlkit.TOMLDocument
    trouble: SettingsError | None
    """The file as a whole cannot be read."""


class TomlSettingsStore:
    """A SettingsStore in one readable TOML file; comments and unknown keys in it stay."""

    def __init__(
        self,
        path: Path,
        environ: Mapping[str, str] | None = None,
        options: Mapping[str, object] | None = None,
    ) -> None:
        """Options of None count as not given, and so do empty variables."""
        self._path = path
        self._variables = {
            name: value
            for name in _ADAPTERS
            if (value := (environ or {}).get(ENVIRONMENT_PREFIX + name.upper(), "")) != ""
        }
        self._options = {name: value for name, value in (options or {}).items() if value is not None}
        if unknown := self._options.keys() - _ADAPTERS.keys():
            raise ValueError(f"no such settings: {', '.join(sorted(unknown))}")

    def load(self) -> Settings:
        file = self._read()
        if file.trouble is not None:
            raise file.trouble
        return Settings(**_defaults() | self._from_file(file) | self._overrides())

    def load_without_file(self) -> Settings:
        """The settings to start with when the file cannot be read: defaults, variables and options."""
        return Settings(**_defaults() | self._overrides())

    def save(self, settings: Settings) -> None:
        """Writes what was changed; what only a variable or an option said stays out of the file.

        A file with a mistake in it is copied first, to settings.broken-<date>.toml.
        """
        for name, value in asdict(settings).items():
            _checked(name, value, name)
        file = self._read()
        held = _defaults()
        broken = file.trouble is not None
        for name, value in self._entries(file):
            try:
                held[name] = _checked(name, value, name)
            except SettingsError:
                broken = True
                del file.document[name]
        current = held | self._overrides()
        for name, value in asdict(settings).items():
            if value != current[name] and value != held[name]:
                file.document[name] = value.value if isinstance(value, enum.Enum) else value
        if broken:
            stamp = f"{datetime.now():%Y-%m-%d-%H%M%S}"
            write_text(self._path.with_name(f"{self._path.stem}.broken-{stamp}.toml"), file.text)
        text = tomlkit.dumps(file.document)
        if text != file.text:
            write_text(self._path, text)

    def _read(self) -> _File:
        text = read_text(self._path) or ""
        try:
            return _File(text, tomlkit.parse(text), None)
        except ParseError as error:
            trouble = SettingsError(
                "settings.unreadable",
                f"{self._path.name}, line {error.line}: this is not TOML.",
                "Correct that line, or move the file away; until then the defaults hold.",
            )
            return _File(text, tomlkit.document(), trouble)

    def _entries(self, file: _File) -> list[tuple[str, object]]:
        values = file.document.unwrap()
        return [(name, values[name]) for name in _ADAPTERS if name in values]

    def _from_file(self, file: _File) -> dict[str, Any]:
        try:
            return {
                name: _checked(name, value, f"{self._path.name}, line {_line_of(name, file.text)}: {name}")
                for name, value in self._entries(file)
            }
        except SettingsError as error:  # unlike a wrong variable or option, it keeps nobody from starting
            raise SettingsError(error.code, error.sentence, "Correct it; until then the defaults hold.") from error

    def _overrides(self) -> dict[str, Any]:
        variables = {
            name: _checked(name, value, ENVIRONMENT_PREFIX + name.upper()) for name, value in self._variables.items()
        }
        options = {name: _checked(name, value, "--" + name.replace("_", "-")) for name, value in self._options.items()}
        return variables | options


def _defaults() -> dict[str, Any]:
    return asdict(Settings())


def _checked(name: str, value: object, place: str) -> Any:
    """The value as the type it should be. Raises SettingsError that says where it stands and what it must be."""
    try:
        checked = _ADAPTERS[name].validate_python(value)
    except ValidationError as error:
        raise _wrong(place, _expected(name)) from error
    if name == "context_tokens" and checked not in CONTEXT_TOKENS:
        raise _wrong(place, f"a whole number from {CONTEXT_TOKENS[0]} to {CONTEXT_TOKENS[-1]}")
    if name == "ollama_url" and not _is_web_address(checked):
        raise _wrong(place, "a web address such as http://127.0.0.1:11434")
    return checked


def _wrong(place: str, expected: str) -> SettingsError:
    return SettingsError("settings.wrong", f"{place} must be {expected}.", "Correct it.")


def _expected(name: str) -> str:
    kind = _TYPES[name]
    if issubclass(kind, enum.Enum):
        return "one of " + ", ".join(f'"{choice.value}"' for choice in kind)
    return _SHAPES[kind]


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _line_of(name: str, text: str) -> int:
    """The line on which a top-level key stands, counted from 1."""
    key = re.compile(rf"""\s*["']?{re.escape(name)}["']?\s*=""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if key.match(line)), 1)
