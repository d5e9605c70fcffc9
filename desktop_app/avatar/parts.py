# SPDX-License-Identifier: GPL-3.0-or-later
"""What an artist adds: a drawing (SVG) and, where its slot's usual values do not fit, a small JSON beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from desktop_app.avatar.svg import Drawing, load_drawing
from desktop_app.domain.errors import LookError


@dataclass(frozen=True, slots=True)
class Layer:
    """How one layer of a part follows the head."""

    depth: float = 0.0
    """Pixels in front of (or behind) the head's middle: what is nearer moves further."""

    bulge: float = 0.0
    """How much it lies on the round of the face, 0…1."""

    sway: float = 0.0
    """How much its lower end swings, 0…1."""


SLOT_FOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "nose": "noses",
        "hair": "hair",
        "beard": "beards",
        "clothes": "clothes",
        "glasses": "accessories",
        "earrings": "accessories",
        "necklace": "accessories",
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
        "necklace": {"necklace": Layer()},
        "background": {"wall": Layer(), "light": Layer(), "dark": Layer()},
    }
)
"""The layers that a slot's drawings may have, with their usual values."""


@dataclass(slots=True)
class Part:
    """One hairstyle, garment, nose …; its drawing is read when it is first needed."""

    id: str
    slot: str
    path: Path
    name: str
    tags: tuple[str, ...] = ()
    hides: frozenset[str] = frozenset()
    """What it covers completely: "ears"."""

    layers: Mapping[str, Layer] = field(default_factory=dict)
    _drawing: Drawing | None = None

    def drawing(self) -> Drawing:
        """Raises LookError."""
        if self._drawing is None:
            drawing = load_drawing(self.path)
            strange = set(drawing.layers) - set(SLOT_LAYERS[self.slot])
            if strange:
                expected = ", ".join(SLOT_LAYERS[self.slot])
                raise LookError(
                    "look.part",
                    f"{self.path.name}: a {self.slot} drawing has no layer '{min(strange)}'; expected {expected}.",
                )
            self._drawing = drawing
        return self._drawing


def load_part(slot: str, path: Path) -> Part:
    """A part from its SVG and the JSON beside it, if there is one. Raises LookError."""
    note = path.with_suffix(".json")
    data: dict[str, Any] = {}
    if note.exists():
        try:
            data = json.loads(note.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, RecursionError) as error:
            raise LookError("look.part", f"{note.name}: the file could not be read.") from error
        except json.JSONDecodeError as error:
            raise LookError("look.part", f"{note.name}, line {error.lineno}: not valid JSON ({error.msg}).") from error
        if not isinstance(data, dict):
            raise LookError("look.part", f"{note.name}, line 1: expected an object.")
    layers = dict(SLOT_LAYERS[slot])
    for name, values in data.get("layers", {}).items():
        if name not in layers or not isinstance(values, dict):
            raise LookError("look.part", f"{note.name}: no layer '{name}'; expected {', '.join(layers)}.")
        try:
            layers[name] = replace(layers[name], **{key: float(value) for key, value in values.items()})
        except (TypeError, ValueError) as error:
            raise LookError(
                "look.part", f"{note.name}: layer '{name}': expected numbers for depth, bulge, sway."
            ) from error
    names = data.get("name", {})
    name = names.get("en") if isinstance(names, dict) else names
    return Part(
        id=path.stem,
        slot=slot,
        path=path,
        name=str(name or path.stem.replace("_", " ").capitalize()),
        tags=tuple(str(tag) for tag in data.get("tags", ())),
        hides=frozenset(str(what) for what in data.get("hides", ())),
        layers=layers,
    )
