# SPDX-License-Identifier: GPL-3.0-or-later
"""A JSON file that knows its lines, so that whoever wrote it is told where something is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from desktop_app.avatar.small_file import read_small_file
from desktop_app.domain.errors import LookError

Place = tuple[str | int, ...]
"""Keys and indexes from the top: ("layers", "front", "depth")."""

LARGEST_FILE_BYTES = 64_000
_DEEPEST = 32
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]')


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """An object from a file."""

    source: str
    data: dict[str, Any]
    _lines: dict[Place, int]
    _code: str

    def refusal(self, reason: str, *place: str | int) -> LookError:
        """To be raised: the file, the line of the place (or of what holds it) and the reason."""
        while place and place not in self._lines:
            place = place[:-1]
        return LookError(self._code, f"{self.source}, line {self._lines.get(place, 1)}: {reason}.")

    def object(self, name: str) -> dict[str, Any]:
        """A section, empty where it is not given. Raises LookError if it is something else."""
        value = self.data.get(name, {})
        if not isinstance(value, dict):
            raise self.refusal(f'"{name}": expected an object', name)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, empty where it is not given. Raises LookError if it is something else."""
        value = self.data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.refusal(f'"{name}": expected a list of texts', name)
        return tuple(value)

    def names(self, value: Any, *place: str | int) -> Mapping[str, str]:
        """What something at a place is called, by language; a text alone is English. Raises LookError."""
        if isinstance(value, str) and value:
            return MappingProxyType({"en": value})
        if not isinstance(value, dict) or not all(isinstance(name, str) and name for name in value.values()):
            raise self.refusal('expected a name such as { "en": "Oval", "fr": "Ovale" }', *place)
        return MappingProxyType({str(language): name for language, name in value.items()})


def parse_json(text: str, source: str, code: str, expected: str) -> JsonDocument:
    """Raises LookError with the code, the line and what was expected."""

    def refusal(line: int, reason: str) -> LookError:
        return LookError(code, f"{source}, line {line}: {reason}.")

    try:
        data = json.loads(text)
        json.dumps(data, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise refusal(error.lineno, f"not valid JSON ({error.msg})") from error
    except RecursionError as error:
        raise refusal(1, "nested too deeply") from error
    except UnicodeEncodeError as error:
        raise refusal(1, "a text holds half a character") from error
    except ValueError as error:  # a number of more digits than Python reads
        raise refusal(1, "a number is too long") from error
    if not isinstance(data, dict):
        raise refusal(1, f"expected an object{expected}")
    lines: dict[Place, int] = {(): 1}
    for place, line in _places(text):
        if len(place) > _DEEPEST:
            raise refusal(line, "nested too deeply")
        if place in lines:
            raise refusal(line, f'"{place[-1]}" is given twice')
        lines[place] = line
    return JsonDocument(source, data, lines, code)


def read_json(path: Path, code: str, what: str, expected: str = "") -> JsonDocument:
    """Reads a small file; what it is for goes into the sentence. Raises LookError."""
    try:
        text = read_small_file(path, LARGEST_FILE_BYTES, code, what).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LookError(code, f"{path.name}: the file is not UTF-8 text.") from error
    return parse_json(text, path.name, code, expected)


def _places(text: str) -> list[tuple[Place, int]]:
    """Every key and list item of valid JSON with its line."""
    found: list[tuple[Place, int]] = []
    place: list[str | int] = []
    awaits_key = False
    line, counted = 1, 0
    for match in _TOKEN.finditer(text):
        token = match.group()
        line += text.count("\n", counted, match.start())
        counted = match.start()
        if token[0] == '"':
            if awaits_key:
                place[-1] = json.loads(token)
                found.append((tuple(place), line))
                awaits_key = False
        elif token in "{[":
            awaits_key = token == "{"
            place.append("" if awaits_key else 0)
            if len(place) > _DEEPEST:
                return [*found, (tuple(place), line)]
        elif token in "}]":
            place.pop()
            awaits_key = False
        elif token == ",":
            last = place[-1]
            if isinstance(last, int):
                place[-1] = last + 1
                found.append((tuple(place), line))
            else:
                awaits_key = True
    return found
