# SPDX-License-Identifier: GPL-3.0-or-later
"""The wardrobe: every part and look that came with Fireside or was added in the profile."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from desktop_app.avatar.look import SLIDERS, SLOTS, Look, is_identifier, load_look
from desktop_app.avatar.parts import SLOT_FOLDERS, Part, load_part
from desktop_app.avatar.shapes import Shape
from desktop_app.domain.errors import LookError

DEFAULT_PRESET = "mira"
_SHARED_FOLDERS = frozenset(folder for folder in SLOT_FOLDERS.values() if list(SLOT_FOLDERS.values()).count(folder) > 1)


@dataclass(frozen=True, slots=True)
class Preset:
    """A look by its id."""

    id: str
    name: str
    path: Path
    is_own: bool
    """Whether the person made it."""


@dataclass(frozen=True, slots=True)
class FeatureShape:
    """A good combination of sliders with a name: an almond eye, a square face."""

    id: str
    name: str
    sliders: Mapping[str, float]


SHAPE_CATEGORIES: Mapping[str, str] = MappingProxyType(
    {"face": "face", "eyes": "eyes", "brows": "eyes", "mouth": "nose_mouth"}
)
"""Which features have such shapes, and the category of their sliders."""


class AvatarLibrary:
    """Looks and parts in some folders; a later folder wins, and new looks are kept in the last one."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = tuple(roots)
        self._parts: dict[str, dict[str, Part]] = {}
        self._broken: dict[tuple[str, str], LookError] = {}

    def parts(self, slot: str) -> Sequence[Part]:
        """All parts of a slot by name, but for those whose JSON is broken."""
        return sorted(self._slot(slot).values(), key=lambda part: part.name)

    def part(self, slot: str, part_id: str) -> Part | None:
        """The part with this id; None if there is none of that name (any more) or the id is empty.

        Raises LookError if its JSON is broken.
        """
        found = self._slot(slot).get(part_id)
        if found is None and (slot, part_id) in self._broken:
            raise self._broken[slot, part_id]
        return found

    def feature_shapes(self, feature: str) -> Sequence[FeatureShape]:
        """The shapes of one feature in all folders' shapes.json. Raises LookError."""
        found: dict[str, FeatureShape] = {}
        for root in self._roots:
            path = root / "shapes.json"
            if path.exists():
                for entry in _entries(path, feature):
                    found[entry.id] = entry
        return list(found.values())

    def presets(self) -> Sequence[Preset]:
        """All looks by id, those that came with Fireside first."""
        found: dict[str, Preset] = {}
        for index, root in enumerate(self._roots):
            for path in sorted((root / "presets").glob("*.json")):
                try:
                    name = load_look(path).name or path.stem
                except LookError:
                    continue  # a broken look of one's own must not hide the others; loading it says what is wrong
                found[path.stem] = Preset(path.stem, name, path, is_own=index > 0)
        return sorted(found.values(), key=lambda preset: (preset.is_own, preset.id))

    def look(self, preset_id: str) -> Look:
        """Raises LookError if it is unknown or broken."""
        if is_identifier(preset_id):
            for root in reversed(self._roots):
                path = root / "presets" / f"{preset_id}.json"
                if path.exists():
                    return load_look(path)
        raise LookError("look.unknown", f"There is no look '{preset_id}'.", "Choose another one in the avatar editor.")

    def save_look(self, look_id: str, look: Look) -> Path:
        """Keeps a look in the last folder and returns its file. Raises LookError."""
        if not is_identifier(look_id):
            raise LookError("look.id", f"'{look_id}' cannot name a look.", "Use lower-case letters, digits, - and _.")
        path = self._roots[-1] / "presets" / f"{look_id}.json"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(".json.new")
            fresh.write_text(look.to_json(), encoding="utf-8")
            os.replace(fresh, path)  # noqa: PTH105  atomic: a power cut leaves the old look or the new one
        except OSError as error:
            raise LookError("look.save", f"The look could not be saved ({error.strerror}).") from error
        return path

    def shapes(self, look: Look, slot: str, layer: str) -> tuple[tuple[Shape, ...], ...]:
        """The pieces of one layer of the part that the look wears there; empty where it wears none."""
        part = self.part(slot, look.part(slot))
        return part.drawing().layers.get(layer, ()) if part else ()

    def _slot(self, slot: str) -> dict[str, Part]:
        if slot not in self._parts:
            if slot not in SLOTS:
                raise LookError("look.slot", f"There is no slot '{slot}'; expected one of {', '.join(SLOTS)}.")
            folder = SLOT_FOLDERS[slot]
            pattern = f"{slot}_*.svg" if folder in _SHARED_FOLDERS else "*.svg"
            parts: dict[str, Part] = {}
            for path in (path for root in self._roots for path in sorted((root / folder).glob(pattern))):
                try:
                    parts[path.stem] = load_part(slot, path)
                except LookError as error:  # one bad file of one's own must not undress everybody
                    self._broken[slot, path.stem] = error
            self._parts[slot] = parts
        return self._parts[slot]


def _entries(path: Path, feature: str) -> list[FeatureShape]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return [
            FeatureShape(
                str(entry["id"]),
                str(entry["name"]["en"]),
                {name: float(value) for name, value in entry["sliders"].items() if name in SLIDERS},
            )
            for entry in data.get(feature, ())
        ]
    except json.JSONDecodeError as error:
        raise LookError("look.shapes", f"{path.name}, line {error.lineno}: not valid JSON ({error.msg}).") from error
    except (OSError, UnicodeDecodeError, RecursionError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise LookError(
            "look.shapes", f"{path.name}: every entry of '{feature}' needs an id, a name with \"en\", and sliders."
        ) from error
