# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells artists what is wrong with a part, a look or a pack before anybody wears it."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.avatar.json_document import read_json
from desktop_app.avatar.library import SHAPE_CATEGORIES, AvatarLibrary, load_shapes
from desktop_app.avatar.look import COLORS, SLIDERS, SLOTS, is_identifier, look_of
from desktop_app.avatar.packs import PACK_FILE, load_pack
from desktop_app.avatar.parts import LAYER_NAMES, SLOT_FOLDERS, SLOT_LAYERS, load_part
from desktop_app.avatar.picture_set import PICTURES_FOLDER, load_picture_set
from desktop_app.avatar.svg import load_drawing
from desktop_app.domain.errors import LookError

_NOTE_KEYS = ("format", "id", "slot", "name", "tags", "hides", "layers", "license", "author", "authors")
_LOOK_KEYS = ("format", "name", "colors", "sliders", "parts", "kind", "pictures")
_FREE_FILES = frozenset(("template.svg",))


@dataclass(slots=True)
class Report:
    """What was looked at, and what is wrong with it, one sentence each."""

    parts: int = 0
    looks: int = 0
    troubles: list[str] = field(default_factory=list)

    def attempt(self, check: Callable[[], None], folder: str = "") -> None:
        """Notes what the check refuses, with the folder before the file's name."""
        try:
            check()
        except LookError as error:
            self.troubles.append(f"{folder}{error.sentence} {error.hint}".rstrip())


def validate(path: Path, core: Path) -> Report:
    """Looks at a drawing, its note, a look or a whole pack; core is the folder of what came with Fireside."""
    report = Report()
    if path.is_dir():
        _validate_pack(report, path, core)
    elif path.suffix == ".svg":
        _validate_part(report, path)
    elif path.name == PACK_FILE:
        report.attempt(lambda: _check_pack_file(path.parent))
    elif path.name == "shapes.json":
        _validate_shapes(report, path)
    elif path.suffix == ".json":
        if path.with_suffix(".svg").exists():
            _validate_part(report, path.with_suffix(".svg"))
        else:
            _validate_look(report, path, AvatarLibrary([core]).around(path))
    elif not path.exists():
        report.troubles.append(f"{path}: there is no such file or folder.")
    else:
        report.troubles.append(f"{path.name}: expected a drawing (.svg), a look or note (.json), or a pack's folder.")
    return report


def _absolute(path: Path) -> Path:
    """Without following links, which may lead in a circle."""
    return Path(os.path.abspath(path))  # noqa: PTH100  Path.absolute leaves .. in


def _validate_pack(report: Report, folder: Path, core: Path) -> None:
    folder = _absolute(folder)
    report.attempt(lambda: _check_pack_file(folder))
    is_core = folder.resolve() == core.resolve()
    library = AvatarLibrary([core], [] if is_core else [folder])
    inside = [folder, *(entry for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink())]
    for link in sorted(entry for place in inside for entry in place.iterdir() if entry.is_symlink()):
        report.troubles.append(f"{link.relative_to(folder)}: a link; expected the file itself, which can be shared.")
    known = {*SLOT_FOLDERS.values(), "presets"}
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and entry.name not in known and any(entry.glob("*.svg")):
            nearest = _suggestion(entry.name, known)
            report.troubles.append(f"{entry.name}/: no parts are looked for here{nearest or _expected(known)}.")
        elif entry.suffix == ".svg" and entry.name not in _FREE_FILES:
            report.troubles.append(f"{entry.name}: expected in the folder of its slot{_expected(known)}.")
    for name in sorted(set(SLOT_FOLDERS.values())):
        for path in sorted((folder / name).glob("*.svg")):
            _validate_part(report, path, f"{name}/")
        for path in sorted((folder / name).glob("*.json")):
            if not path.with_suffix(".svg").exists():
                report.troubles.append(f"{name}/{path.name}: there is no {path.stem}.svg beside it.")
    for path in sorted((folder / "presets").glob("*.json")):
        _validate_look(report, path, library, "presets/")
    for path in sorted((folder / PICTURES_FOLDER).glob("*/")):
        _validate_pictures(report, path)
    if (folder / "shapes.json").exists():
        _validate_shapes(report, folder / "shapes.json")


def _check_pack_file(folder: Path) -> None:
    load_pack(folder)
    if not is_identifier(_absolute(folder).name):
        raise LookError(
            "look.pack",
            f"{folder.name}/: a pack's folder must be named with lower-case letters, digits, - and _.",
        )


def _validate_part(report: Report, path: Path, folder: str = "") -> None:
    report.parts += 1

    def check() -> None:
        if not is_identifier(path.stem):
            raise _wrong_name(path)
        slot = _slot_of(path)
        part = load_part(slot, path)
        if not part.drawing().layers:
            raise LookError(
                "look.part",
                f"{path.name}, line 1: no layers; expected groups with the id {' or '.join(SLOT_LAYERS[slot])}.",
            )

    def check_note() -> None:
        note = path.with_suffix(".json")
        if note.exists():
            document = read_json(note, "look.part", "a note")
            for key in document.data:
                if key not in _NOTE_KEYS:
                    raise document.refusal(f'"{key}" means nothing here{_expected(_NOTE_KEYS, key)}', key)

    report.attempt(check, folder)
    report.attempt(check_note, folder)


def _slot_of(path: Path) -> str:
    """By the folder and the name's beginning; elsewhere by the drawing's layers."""
    folder = _absolute(path).parent.name
    slots = [slot for slot, name in SLOT_FOLDERS.items() if name == folder]
    if len(slots) == 1:
        return slots[0]
    for slot in slots:
        if path.stem.startswith(f"{slot}_"):
            return slot
    if slots:
        names = ", ".join(f"{slot}_{path.stem}.svg" for slot in slots)
        raise LookError("look.part", f"{path.name}: a file in {folder}/ begins with its slot; expected {names}.")
    layers = set(load_drawing(path, LAYER_NAMES).layers)
    fitting = [slot for slot, names in SLOT_LAYERS.items() if layers and layers <= set(names)]
    if not fitting:
        choices = "; ".join(f"{', '.join(names)} ({slot})" for slot, names in SLOT_LAYERS.items())
        has = f"layers {', '.join(sorted(layers))}" if layers else "no layers"
        raise LookError("look.part", f"{path.name}: it has {has}; expected those of one slot: {choices}.")
    return fitting[0]


def _validate_look(report: Report, path: Path, library: AvatarLibrary, folder: str = "") -> None:
    report.looks += 1

    def check() -> None:
        if not is_identifier(path.stem):
            raise _wrong_name(path)
        document = read_json(path, "look.file", "a look", " with name, colors, sliders and parts")
        look = look_of(document)
        for key in document.data:
            if key not in _LOOK_KEYS and (nearest := _suggestion(key, _LOOK_KEYS)):
                raise document.refusal(f'"{key}" means nothing{nearest}', key)  # others may be a newer Fireside's
        for section, known in (("colors", COLORS), ("sliders", SLIDERS), ("parts", SLOTS)):
            for key in document.object(section):
                if key not in known:
                    raise document.refusal(f'{section}: there is no "{key}"{_expected(known, key)}', section, key)
        for name, value in look.sliders.items():
            slider = SLIDERS[name]
            if not slider.low <= value <= slider.high:
                raise document.refusal(f'"{name}": expected {slider.low:g} to {slider.high:g}', "sliders", name)
        pack = _absolute(path).parent.parent.name
        if look.pictures:
            own = f"{pack}/{look.pictures}"
            library.picture_set(own if library.has_pictures(own) else look.pictures)
        for slot, part in look.parts.items():
            ids = [known.removeprefix(f"{pack}/") for known in library.part_ids(slot)]
            if part and part.removeprefix(f"{pack}/") not in ids:
                raise document.refusal(f'there is no {slot} "{part}"{_expected(ids, part)}', "parts", slot)

    report.attempt(check, folder)


def _validate_shapes(report: Report, path: Path) -> None:
    def check() -> None:
        document = read_json(path, "look.shapes", "shapes")
        for feature in document.data:
            if feature not in ("format", *SHAPE_CATEGORIES):
                raise document.refusal(f'there is no "{feature}"{_expected(SHAPE_CATEGORIES, feature)}', feature)
        for feature in SHAPE_CATEGORIES:
            for shape, entry in enumerate(load_shapes(path, feature)):
                given = document.data[feature][shape]["sliders"]
                for name in given:
                    if name not in entry.sliders:
                        sentence = f'there is no slider "{name}"{_expected(SLIDERS, name)}'
                        raise document.refusal(sentence, feature, shape, "sliders", name)

    report.attempt(check)


def _validate_pictures(report: Report, folder: Path) -> None:
    report.looks += 1

    def check() -> None:
        if not is_identifier(folder.name):
            raise _wrong_name(folder)
        load_picture_set(folder, folder.name)

    report.attempt(check, f"{PICTURES_FOLDER}/")


def _wrong_name(path: Path) -> LookError:
    return LookError(
        "look.part", f"{path.name}: expected a name of lower-case letters, digits, - and _, at most 64 of them."
    )


def _suggestion(name: str, known: Collection[str]) -> str:
    nearest = difflib.get_close_matches(name, list(known), n=1)
    return f'; did you mean "{nearest[0]}"?' if nearest else ""


def _expected(known: Collection[str], name: str = "") -> str:
    suggestion = _suggestion(name, known) if name else ""
    return suggestion.rstrip("?") if suggestion else f"; expected one of {', '.join(sorted(known))}"
