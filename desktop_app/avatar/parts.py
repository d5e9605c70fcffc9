# SPDX-License-Identifier: GPL-3.0-or-later
"""What an artist adds: a drawing (SVG) and, where its slot's usual values do not fit, a small JSON beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from desktop_app.avatar.json_document import parse_json, read_json
from desktop_app.avatar.svg import Drawing, load_drawing
from desktop_app.domain.errors import LookError

Names = Mapping[str, str]
"""What something is called, by language (ISO 639-1); always in English too."""


def name_in(language: str, names: Names) -> str:
    """The name in that language, or else in English."""
    return names.get(language) or names["en"]


@dataclass(frozen=True, slots=True)
class Layer:
    """How one layer of a part follows the head."""

    depth: float = 0.0
    """Pixels in front of (or behind) the head's middle: what is nearer moves further."""

    bulge: float = 0.0
    """How much it lies on the round of the face, 0…1."""

    sway: float = 0.0
    """How much its lower end swings, 0…1."""


_LAYER_VALUES = ("depth", "bulge", "sway")
_FARTHEST = 200.0

SLOT_FOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "nose": "noses",
        "hair": "hair",
        "beard": "beards",
        "clothes": "clothes",
        "glasses": "accessories",
        "earrings": "accessories",
        "necklace": "accessories",
        "hearing_aid": "accessories",
        "hat": "accessories",
        "background": "backgrounds",
    }
)

SLOT_LAYERS: Mapping[str, Mapping[str, Layer]] = MappingProxyType(
    {
        "nose": {"nose": Layer()},
        "hair": {
            "back": Layer(depth=-40, sway=0.8),
            "side": Layer(depth=6, bulge=0.25, sway=1.0),
            "front": Layer(depth=26, bulge=0.62, sway=0.25),
        },
        "beard": {"beard": Layer(depth=28), "moustache": Layer(depth=6)},
        "clothes": {"behind": Layer(), "body": Layer(), "front": Layer()},
        "glasses": {"glasses": Layer(depth=78)},
        "earrings": {"earrings": Layer(depth=-14)},
        "necklace": {"necklace": Layer(), "over": Layer()},
        "hearing_aid": {"hearing_aid": Layer(depth=-14)},
        "hat": {"cover": Layer(), "back": Layer(depth=-30), "hat": Layer(depth=22, bulge=0.5)},
        "background": {"wall": Layer(), "light": Layer(), "dark": Layer()},
    }
)
"""The layers that a slot's drawings may have, with their usual values."""

LAYER_NAMES = frozenset(name for layers in SLOT_LAYERS.values() for name in layers)


@dataclass(slots=True)
class Part:
    """One hairstyle, garment, nose …; its drawing is read when it is first needed."""

    id: str
    slot: str
    path: Path
    names: Names
    tags: tuple[str, ...] = ()
    hides: frozenset[str] = frozenset()
    """What it covers completely: "ears"."""

    layers: Mapping[str, Layer] = field(default_factory=dict)
    signature: object = None
    """Changes with the files."""

    _drawing: Drawing | None = None

    @property
    def name(self) -> str:
        """In English."""
        return name_in("en", self.names)

    @property
    def is_drawn(self) -> bool:
        """Whether its drawing has been read."""
        return self._drawing is not None

    def drawing(self) -> Drawing:
        """Raises LookError."""
        if self._drawing is None:
            drawing = load_drawing(self.path, LAYER_NAMES)
            strange = set(drawing.layers) - set(SLOT_LAYERS[self.slot])
            if strange:
                expected = ", ".join(SLOT_LAYERS[self.slot])
                raise LookError(
                    "look.part",
                    f"{self.path.name}: a {self.slot} drawing has no layer '{min(strange)}'; expected {expected}.",
                )
            self._drawing = drawing
        return self._drawing


def load_part(slot: str, path: Path, pack: str = "") -> Part:
    """A part from its SVG and the JSON beside it, if there is one; ids of a pack begin with its own.

    Raises LookError.
    """
    note = path.with_suffix(".json")
    document = read_json(note, "look.part", "a note") if note.exists() else parse_json("{}", note.name, "look.part", "")
    layers = dict(SLOT_LAYERS[slot])
    for name, values in document.object("layers").items():
        if name not in layers:
            raise document.refusal(f"no layer '{name}'; expected {', '.join(layers)}", "layers", name)
        if not isinstance(values, dict):
            raise document.refusal(f"layer '{name}': expected an object", "layers", name)
        for key, value in values.items():
            if key not in _LAYER_VALUES or isinstance(value, bool) or not isinstance(value, int | float):
                expected = f"layer '{name}': expected numbers for {', '.join(_LAYER_VALUES)}"
                raise document.refusal(expected, "layers", name, key)
            if not abs(value) <= _FARTHEST:
                raise document.refusal(f"'{key}': expected at most {_FARTHEST:g} either way", "layers", name, key)
        layers[name] = replace(layers[name], **{key: float(value) for key, value in values.items()})
    given = document.names(document.data.get("name", {}), "name")
    fallback = {"en": path.stem.replace("_", " ").capitalize()}
    return Part(
        id=f"{pack}/{path.stem}" if pack else path.stem,
        slot=slot,
        path=path,
        names={**fallback, **given},
        tags=document.texts("tags"),
        hides=frozenset(document.texts("hides")),
        layers=layers,
        signature=signature_of(path, note),
    )


def signature_of(*files: Path) -> object:
    """Another one whenever a file has been written."""
    try:
        return tuple((file.stat().st_mtime_ns, file.stat().st_size) for file in files if file.exists())
    except OSError:
        return None
