# SPDX-License-Identifier: GPL-3.0-or-later
"""How somebody looks: colors, face and parts as plain data that is read from and written to small JSON files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from desktop_app.avatar.json_document import JsonDocument, parse_json, read_json
from desktop_app.avatar.palette import (
    Palette,
    cloth_ramp,
    hair_ramp,
    iris_ramp,
    lch_of,
    mix,
    skin_ramp,
    wall_ramp,
)

LOOK_FORMAT = 1
DRAWN_KIND, PICTURE_KIND = "drawn", "picture"
_EXPECTED = " with name, colors, sliders and parts"


@dataclass(frozen=True, slots=True)
class Slider:
    """One thing about a face that can be a bit more or less."""

    category: str
    label: str
    default: float = 0.0
    low: float = -1.0
    high: float = 1.0


def _amount(category: str, label: str, default: float = 0.0) -> Slider:
    return Slider(category, label, default, 0.0, 1.0)


SLIDERS: Mapping[str, Slider] = MappingProxyType(
    {
        "face_width": Slider("face", "Width"),
        "face_length": Slider("face", "Length"),
        "jaw": _amount("face", "Jaw", 0.3),
        "chin_width": Slider("face", "Chin width"),
        "chin_length": Slider("face", "Chin length"),
        "cheeks": Slider("face", "Cheeks"),
        "cheekbones": _amount("face", "Cheekbones", 0.4),
        "ears": Slider("face", "Ears"),
        "neck": Slider("face", "Neck"),
        "shoulders": Slider("face", "Shoulders"),
        "age": _amount("face", "Age lines"),
        "eye_width": Slider("eyes", "Eye width"),
        "eye_height": Slider("eyes", "Eye height"),
        "eye_tilt": Slider("eyes", "Eye tilt"),
        "eye_spacing": Slider("eyes", "Eye spacing"),
        "lid_crease": _amount("eyes", "Lid crease", 0.7),
        "lid_weight": _amount("eyes", "Heavy lids"),
        "inner_fold": _amount("eyes", "Inner eye fold"),
        "eye_depth": _amount("eyes", "Eye depth", 0.35),
        "eye_bags": _amount("eyes", "Shade under the eyes"),
        "iris_size": Slider("eyes", "Iris size"),
        "lashes": _amount("eyes", "Lashes", 0.5),
        "brow_thickness": Slider("eyes", "Brow thickness"),
        "brow_arch": Slider("eyes", "Brow arch"),
        "brow_height": Slider("eyes", "Brow height"),
        "brow_length": Slider("eyes", "Brow length"),
        "nose_width": Slider("nose_mouth", "Nose width"),
        "nose_length": Slider("nose_mouth", "Nose length"),
        "nose_bridge": _amount("nose_mouth", "Nose bridge", 0.5),
        "mouth_width": Slider("nose_mouth", "Mouth width"),
        "mouth_height": Slider("nose_mouth", "Mouth height"),
        "lip_fullness": Slider("nose_mouth", "Lip fullness"),
        "upper_lip": Slider("nose_mouth", "Upper lip"),
        "cupid_bow": _amount("nose_mouth", "Cupid's bow", 0.5),
        "smile": Slider("nose_mouth", "Smile at rest", 0.2),
        "lip_color": _amount("skin", "Lip color", 0.35),
        "blush": _amount("skin", "Blush", 0.3),
        "eyeshadow": _amount("skin", "Eyeshadow"),
        "eyeliner": _amount("skin", "Eyeliner"),
        "freckles": _amount("skin", "Freckles"),
        "beauty_mark": _amount("skin", "Beauty mark"),
        "vitiligo": _amount("skin", "Vitiligo"),
        "stubble": _amount("skin", "Stubble"),
    }
)

COLORS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {  # name: category, label, default ("" is derived from another color)
        "skin": ("skin", "Skin", "#f0c4a4"),
        "lips": ("skin", "Lips", "#c4606a"),
        "eyeshadow": ("skin", "Eyeshadow", "#a0506a"),
        "hair": ("hair", "Hair", "#6b4028"),
        "hair_tips": ("hair", "Tips", ""),
        "brows": ("eyes", "Brows", ""),
        "iris": ("eyes", "Eyes", "#5b7f63"),
        "clothes": ("clothes", "First color", "#5069a3"),
        "clothes_second": ("clothes", "Second color", "#f1ece2"),
        "clothes_third": ("clothes", "Third color", "#c9506c"),
        "glasses": ("accessories", "Glasses and hearing aid", "#2c2f3a"),
        "jewelry": ("accessories", "Jewelry", "#e0b95a"),
        "hat": ("accessories", "Hat and scarf", "#528c88"),
        "background": ("background", "Wall", "#c9d2e3"),
        "background_second": ("background", "Accents", "#8f9cc4"),
    }
)

SLOTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {  # slot: category, default part ("" is none)
        "nose": ("nose_mouth", "soft"),
        "hair": ("hair", "bob"),
        "beard": ("hair", ""),
        "clothes": ("clothes", "tee"),
        "glasses": ("accessories", ""),
        "earrings": ("accessories", ""),
        "necklace": ("accessories", ""),
        "hearing_aid": ("accessories", ""),
        "hat": ("accessories", ""),
        "background": ("background", "studio"),
    }
)

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Look:
    """One person's looks; what is not given has its default."""

    name: str = ""
    colors: Mapping[str, str] = field(default_factory=dict)
    sliders: Mapping[str, float] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, Any] = field(default_factory=dict)
    """What a newer Fireside wrote; kept as it is."""

    pictures: str = ""
    """The id of a set of pictures that is shown instead of a drawn face; empty for a drawn one."""

    def color(self, name: str) -> str:
        return self.colors.get(name) or COLORS[name][2]

    def slider(self, name: str) -> float:
        spec = SLIDERS[name]
        return min(spec.high, max(spec.low, self.sliders.get(name, spec.default)))

    def part(self, slot: str) -> str:
        """The part's id; empty for none."""
        return self.parts.get(slot, SLOTS[slot][1])

    def with_color(self, name: str, color: str) -> Look:
        return replace(self, colors={**self.colors, name: color})

    def with_slider(self, name: str, value: float) -> Look:
        return replace(self, sliders={**self.sliders, name: round(value, 3)})

    def with_sliders(self, values: Mapping[str, float]) -> Look:
        return replace(self, sliders={**self.sliders, **values})

    def with_part(self, slot: str, part: str) -> Look:
        return replace(self, parts={**self.parts, slot: part})

    def palette(self, dark: bool = False) -> Palette:
        """Every role that a shape may name, as a color of this look; dark is for the room behind."""
        hair = hair_ramp(self.color("hair"), self.color("hair_tips"))
        skin = skin_ramp(self.color("skin"))
        brows = self.color("brows") or (
            mix(hair["shade"], hair["line"], 0.45)
            if lch_of(hair["base"])[0] > 0.4
            else mix(hair["base"], hair["line"], 0.4)
        )
        frame, jewel = cloth_ramp(self.color("glasses")), cloth_ramp(self.color("jewelry"))
        lip = mix(skin["lip"], self.color("lips"), 0.15 + 0.8 * self.slider("lip_color"))
        ramps = {
            "hair": hair,
            "skin": skin,
            "iris": iris_ramp(self.color("iris")),
            "first": cloth_ramp(self.color("clothes")),
            "second": cloth_ramp(self.color("clothes_second")),
            "third": cloth_ramp(self.color("clothes_third")),
            "frame": frame,
            "hat": cloth_ramp(self.color("hat")),
            "jewel": jewel,
            "sky": wall_ramp(self.color("background"), dark),
            "room": wall_ramp(self.color("background_second"), dark),
            "lip": {
                "base": lip,
                "deep": mix(lip, skin["line"], 0.42),
                "light": mix(lip, "#ffffff", 0.22),
                "shine": mix(lip, "#ffffff", 0.66),
                "line": mix(skin["line"], "#38121c", 0.55),
            },
            "brow": {"base": brows, "deep": mix(brows, "#140c10", 0.3)},
            "lash": {"base": mix(mix(hair["line"], skin["line"], 0.3), "#120c12", 0.6)},
            "lidshadow": {"base": self.color("eyeshadow")},
        }
        return {f"{group}.{tone}": color for group, ramp in ramps.items() for tone, color in ramp.items()}

    def to_json(self) -> str:
        data: dict[str, Any] = {"format": LOOK_FORMAT, "name": self.name}
        data |= {"colors": dict(self.colors), "sliders": dict(self.sliders), "parts": dict(self.parts)}
        if self.pictures:
            data |= {"kind": PICTURE_KIND, "pictures": self.pictures}
        return json.dumps(data | dict(self.unknown), indent=2, ensure_ascii=False) + "\n"


def parse_look(text: str, source: str) -> Look:
    """A look from JSON. Raises LookError with the source, the line and what was expected."""
    return look_of(parse_json(text, source, "look.file", _EXPECTED))


def load_look(path: Path) -> Look:
    """Reads a look's file. Raises LookError."""
    return look_of(read_json(path, "look.file", "a look", _EXPECTED))


def look_of(document: JsonDocument) -> Look:
    """Raises LookError with the line and what was expected."""
    data = document.data
    if data.get("format") != LOOK_FORMAT:
        raise document.refusal(f'expected "format": {LOOK_FORMAT}', "format")
    colors, sliders, parts = (document.object(section) for section in ("colors", "sliders", "parts"))
    for name, color in colors.items():
        if not isinstance(color, str) or not (_HEX.fullmatch(color) or color == ""):
            raise document.refusal(f'color "{name}": expected "#rrggbb"', "colors", name)
    for name, number in sliders.items():
        if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) < 100:
            raise document.refusal(f'slider "{name}": expected a number', "sliders", name)
    for slot, part in parts.items():
        if not isinstance(part, str) or not (part == "" or is_part_identifier(part)):
            raise document.refusal(f'part "{slot}": expected a part\'s id or ""', "parts", slot)
    pictures = data.get("pictures", "")
    if data.get("kind", DRAWN_KIND) not in (DRAWN_KIND, PICTURE_KIND):
        raise document.refusal(f'"kind": expected "{DRAWN_KIND}" or "{PICTURE_KIND}"', "kind")
    is_picture = data.get("kind") == PICTURE_KIND
    if is_picture and not (isinstance(pictures, str) and is_part_identifier(pictures)):
        raise document.refusal('"pictures": expected the name of a folder in pictures/', "pictures")
    known = ("format", "kind", "pictures", "name", "colors", "sliders", "parts")
    return Look(
        name=str(data.get("name", "")),
        colors={name: color.lower() for name, color in colors.items()},
        sliders={name: float(number) for name, number in sliders.items()},
        parts=parts,
        pictures=pictures if is_picture else "",
        unknown={key: value for key, value in data.items() if key not in known},
    )


def is_identifier(text: str) -> bool:
    """Whether this may name a look or a part: a file name without surprises."""
    return _IDENTIFIER.fullmatch(text) is not None


def is_part_identifier(text: str) -> bool:
    """Whether this may name a part or a preset: an id, with the id of its pack and a slash before it if it has one."""
    pack, slash, name = text.rpartition("/")
    return is_identifier(name) and (not slash or is_identifier(pack))
