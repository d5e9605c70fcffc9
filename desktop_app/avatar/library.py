# SPDX-License-Identifier: GPL-3.0-or-later
"""The wardrobe: every part and look that came with Fireside or was added in the profile."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from types import MappingProxyType

from desktop_app.avatar.json_document import read_json
from desktop_app.avatar.look import SLIDERS, SLOTS, Look, is_identifier, is_part_identifier, load_look
from desktop_app.avatar.packs import PACK_FILE, Pack, load_pack, pack_folders
from desktop_app.avatar.parts import SLOT_FOLDERS, Names, Part, load_part, signature_of
from desktop_app.avatar.picture_set import PICTURES_FOLDER, PictureSet, load_picture_set
from desktop_app.avatar.shapes import Shape
from desktop_app.domain.errors import LookError

DEFAULT_PRESET = "mira"
_LONGEST_STEM = 48
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
    names: Names
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
        self._pictures_shown: dict[str, object] = {}
        """Sets that have been asked for, and how their files were then."""

        self._revision = 0

    @property
    def revision(self) -> int:
        """Grows whenever a reload has changed what parts or pictures look like."""
        return self._revision

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

    def part_ids(self, slot: str) -> Sequence[str]:
        """All ids of a slot, those of broken parts too."""
        return sorted({*self._slot(slot), *(part for broken, part in self._broken if broken == slot)})

    def part(self, slot: str, part_id: str) -> Part | None:
        """The part with this id; None if there is none of that name (any more) or the id is empty.

        Clothes are never missing: whose pack is gone wears the usual ones. Raises LookError if its JSON is broken.
        """
        found = self._slot(slot).get(part_id)
        if found is None and (slot, part_id) in self._broken:
            raise self._broken[slot, part_id]
        if found is None and slot == "clothes":
            return self._slot(slot).get(SLOTS[slot][1])
        return found

    def feature_shapes(self, feature: str) -> Sequence[FeatureShape]:
        """The shapes of one feature in all folders' shapes.json. Raises LookError."""
        found: dict[str, FeatureShape] = {}
        for pack, folder in self._folders():
            path = folder / "shapes.json"
            if path.exists():
                try:
                    entries = load_shapes(path, feature)
                except LookError:
                    if folder == self._roots[0]:
                        raise
                    continue  # broken ones of somebody's own must not close the editor
                for entry in entries:
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
            for path in sorted((folder / PICTURES_FOLDER).glob("*/")):
                set_id = f"{pack}/{path.name}" if pack else path.name
                if is_identifier(path.name) and set_id not in found:
                    found[set_id] = Preset(set_id, _spoken(path.name), path, is_own=folder != core)
        return sorted(found.values(), key=lambda preset: (preset.is_own, preset.id))

    def look(self, preset_id: str) -> Look:
        """Raises LookError if it is unknown or broken."""
        if is_part_identifier(preset_id):
            wanted, _, name = preset_id.rpartition("/")
            for pack, folder in reversed(self._folders()):
                path = folder / "presets" / f"{name}.json"
                if pack == wanted and path.exists():
                    return self._of_pack(load_look(path), pack)
            if self._picture_folder(preset_id) is not None:
                return Look(_spoken(name), pictures=preset_id)
        raise LookError("look.unknown", f"There is no look '{preset_id}'.", "Choose another one in the avatar editor.")

    def around(self, path: Path) -> AvatarLibrary:
        """The same with the pack that a file lies in, so that a look can be tried where it is made."""
        pack = Path(os.path.abspath(path)).parent.parent  # noqa: PTH100  Path.absolute leaves .. in
        known = pack in [folder for _, folder in self._folders()]
        return self if known or not (pack / PACK_FILE).is_file() else AvatarLibrary(self._roots, [*self._packs, pack])

    def look_in(self, path: Path) -> Look:
        """The look in a file, which may lie in a pack of around(). Raises LookError."""
        pack = Path(os.path.abspath(path)).parent.parent  # noqa: PTH100
        name = next((name for name, folder in self._folders() if name and folder == pack), "")
        return self._of_pack(load_look(path), name)

    def _of_pack(self, look: Look, pack: str) -> Look:
        """The same look for use outside its pack, where the pack's own parts go by their full ids."""
        if not pack:
            return look
        own = {slot: f"{pack}/{part}" for slot, part in look.parts.items() if slot in SLOTS and part}
        parts = {**look.parts, **{slot: part for slot, part in own.items() if part in self._slot(slot)}}
        pictures = f"{pack}/{look.pictures}"
        return replace(
            look, parts=parts, pictures=pictures if self._picture_folder(pictures) is not None else look.pictures
        )

    def picture_set(self, set_id: str) -> PictureSet:
        """Raises LookError if it is unknown or broken."""
        folder = self._picture_folder(set_id)
        if folder is None:
            raise LookError("look.pictures", f"There are no pictures '{set_id}'.", "Choose another look.")
        found = load_picture_set(folder, set_id)
        self._pictures_shown[set_id] = signature_of(*found.files.values())
        return found

    def has_pictures(self, set_id: str) -> bool:
        return self._picture_folder(set_id) is not None

    def _picture_folder(self, set_id: str) -> Path | None:
        wanted, _, name = set_id.rpartition("/")
        folders = [root / PICTURES_FOLDER / name for pack, root in reversed(self._folders()) if pack == wanted]
        return next((folder for folder in folders if is_identifier(name) and folder.is_dir()), None)

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

    def keep_look(self, look: Look) -> str:
        """Keeps a look beside the others, by its name, and returns its id, which no other has. Raises LookError."""
        plain = unicodedata.normalize("NFKD", look.name).encode("ascii", "ignore").decode().lower()
        stem = "look-" + ("-".join(re.findall("[a-z0-9]+", plain)) or "own")[:_LONGEST_STEM]
        taken = {preset.id for preset in self.presets()}
        tries = (f"{stem}-{number}" if number > 1 else stem for number in count(1))
        look_id = next(each for each in tries if each not in taken)
        self.save_look(look_id, look)
        return look_id

    def reload(self) -> Sequence[LookError]:
        """Reads again what has changed on the disk, and returns what is broken now.

        A part that has been drawn stays as it was until its file is whole again: artists save in the middle of things.
        """
        before, self._parts, self._broken = self._parts, {}, {}
        troubles: list[LookError] = []
        for slot, old_parts in before.items():
            fresh = self._slot(slot)
            for part_id, old in old_parts.items():
                new = fresh.get(part_id)
                if new is not None and new.signature == old.signature:
                    fresh[part_id] = old
                elif old.is_drawn and old.path.exists():
                    try:
                        if new is None:
                            raise self._broken[slot, part_id]
                        new.drawing()
                    except LookError as error:
                        troubles.append(error)
                        self._broken.pop((slot, part_id), None)
                        fresh[part_id] = old
            troubles += [error for (broken, _), error in self._broken.items() if broken == slot]
        pictures_before = dict(self._pictures_shown)
        for set_id in pictures_before:
            try:
                self.picture_set(set_id)
            except LookError as error:
                troubles.append(error)
        if self._pictures_shown != pictures_before or {
            slot: list(map(id, parts.values())) for slot, parts in before.items()
        } != {slot: list(map(id, self._parts[slot].values())) for slot in before}:
            self._revision += 1
        return troubles

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
            for pack, path in (
                (pack, path) for pack, root in self._folders() for path in (root / folder).glob(pattern)
            ):
                part_id = f"{pack}/{path.stem}" if pack else path.stem
                try:
                    parts[part_id] = load_part(slot, path, pack)
                except LookError as error:  # one bad file of one's own must not undress everybody
                    self._broken[slot, part_id] = error
            self._parts[slot] = parts
        return self._parts[slot]


def _spoken(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def load_shapes(path: Path, feature: str) -> list[FeatureShape]:
    """One feature's shapes in a shapes.json. Raises LookError with the line and what was expected."""
    document = read_json(path, "look.shapes", "shapes")
    entries = document.data.get(feature, [])
    if not isinstance(entries, list):
        raise document.refusal(f'"{feature}": expected a list', feature)
    found = []
    for index, entry in enumerate(entries):
        place = (feature, index)
        if not isinstance(entry, dict) or not is_identifier(str(entry.get("id", ""))):
            raise document.refusal('expected an object with an "id" of lower-case letters, digits, - and _', *place)
        names, sliders = document.names(entry.get("name"), *place, "name"), entry.get("sliders")
        if not isinstance(sliders, dict):
            raise document.refusal('"sliders": expected an object', *place, "sliders")
        for name, value in sliders.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 100:
                raise document.refusal(f'slider "{name}": expected a number', *place, "sliders", name)
        known = {name: float(value) for name, value in sliders.items() if name in SLIDERS}
        found.append(FeatureShape(entry["id"], names, known))
    return found
