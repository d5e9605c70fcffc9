# SPDX-License-Identifier: GPL-3.0-or-later
"""The wardrobe: every part and look that came with Fireside or was added in the profile."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from desktop_app.avatar.look import SLIDERS, SLOTS, Look, is_identifier, is_part_identifier, load_look
from desktop_app.avatar.packs import Pack, load_pack, pack_folders
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
    """Looks and parts in some folders and the packs in them; a later folder wins, new looks are kept in the last one.

    What is in a pack has the pack's id and a slash before its own.
    """

    def __init__(self, roots: Sequence[Path], packs: Sequence[Path] = ()) -> None:
        """Packs are folders elsewhere that are used where they are."""
        self._roots = tuple(roots)
        self._packs = tuple(packs)
        self._parts: dict[str, dict[str, Part]] = {}
        self._broken: dict[tuple[str, str], LookError] = {}

    @property
    def roots(self) -> tuple[Path, ...]:
        return self._roots

    def packs(self) -> Sequence[Pack]:
        """All packs but those whose pack.json is broken."""
        found = []
        for name, folder in self._folders():
            if name:
                try:
                    found.append(load_pack(folder))
                except LookError:
                    continue  # its parts can be used all the same; validating the pack says what is wrong
        return found

    def _folders(self) -> list[tuple[str, Path]]:
        """Every folder with parts and looks, after the id of its pack ("" for none)."""
        found = [("", root) for root in self._roots]
        packs = [folder for root in self._roots for folder in pack_folders(root)]
        return found + [(folder.name, folder) for folder in (*packs, *self._packs)]

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
        for pack, folder in self._folders():
            path = folder / "shapes.json"
            if path.exists():
                for entry in _entries(path, feature):
                    shape_id = f"{pack}/{entry.id}" if pack else entry.id
                    found[shape_id] = replace(entry, id=shape_id)
        return list(found.values())

    def presets(self) -> Sequence[Preset]:
        """All looks by id, those that came with Fireside first."""
        found: dict[str, Preset] = {}
        core = self._roots[0]
        for pack, folder in self._folders():
            for path in sorted((folder / "presets").glob("*.json")):
                try:
                    name = load_look(path).name or path.stem
                except LookError:
                    continue  # a broken look of one's own must not hide the others; loading it says what is wrong
                preset_id = f"{pack}/{path.stem}" if pack else path.stem
                found[preset_id] = Preset(preset_id, name, path, is_own=folder != core)
        return sorted(found.values(), key=lambda preset: (preset.is_own, preset.id))

    def look(self, preset_id: str) -> Look:
        """Raises LookError if it is unknown or broken."""
        if is_part_identifier(preset_id):
            wanted, _, name = preset_id.rpartition("/")
            for pack, folder in reversed(self._folders()):
                path = folder / "presets" / f"{name}.json"
                if pack == wanted and path.exists():
                    return self._of_pack(load_look(path), pack)
        raise LookError("look.unknown", f"There is no look '{preset_id}'.", "Choose another one in the avatar editor.")

    def _of_pack(self, look: Look, pack: str) -> Look:
        """The same look for use outside its pack, where the pack's own parts go by their full ids."""
        if not pack:
            return look
        own = {slot: f"{pack}/{part}" for slot, part in look.parts.items() if slot in SLOTS and part}
        return replace(
            look, parts={**look.parts, **{slot: part for slot, part in own.items() if part in self._slot(slot)}}
        )

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
            for pack, path in ((pack, path) for pack, root in self._folders() for path in (root / folder).glob(pattern)):
                part_id = f"{pack}/{path.stem}" if pack else path.stem
                try:
                    parts[part_id] = load_part(slot, path, pack)
                except LookError as error:  # one bad file of one's own must not undress everybody
                    self._broken[slot, part_id] = error
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
