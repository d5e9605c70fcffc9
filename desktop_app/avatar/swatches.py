# SPDX-License-Identifier: GPL-3.0-or-later
"""Colors that go well on people, and looks drawn from them at random."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from types import MappingProxyType

from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import COLORS, SLIDERS, SLOTS, Look
from desktop_app.avatar.palette import contrast, lch_of

_SKIN = (
    "#fbe3d2", "#f7d6bf", "#f3c7a8", "#ecb892", "#e0a57c", "#d39468", "#c28059", "#a86a48", "#8f573a", "#75442e",
    "#5d3524", "#46281c",
)  # fmt: skip
_HAIR = (
    "#16131a", "#2b201e", "#4a2f22", "#6b4028", "#8e4f2f", "#a8703f", "#c99a5b", "#e3c98f", "#b5562f", "#8a2f2a",
    "#8f8a88", "#cfcccb", "#d98fa6", "#7a6bb8", "#4f7fae", "#4f8a7a",
)  # fmt: skip
_IRIS = ("#3a2618", "#5b3d22", "#7a4f28", "#8a6b35", "#6d7f45", "#4d8a63", "#5f8f94", "#5a7fae", "#7d93a8", "#7a5fb0")
_CLOTHES = (
    "#efe6da", "#d9d4cc", "#8a8f98", "#2f3440", "#2f3a52", "#3f5f86", "#4f7fae", "#3f6f6a", "#55705f", "#8a9a5b",
    "#f0b23c", "#d9803c", "#b5482f", "#7d2f3a", "#b5556f", "#7a5a8f",
)  # fmt: skip
_WALLS = ("#e9e4da", "#dccddc", "#cfd8e8", "#c5d6de", "#cfd8c8", "#efd9c2", "#e3c9b8", "#b9bfd4", "#8f8296", "#5b6580")

SWATCHES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "skin": _SKIN,
        "hair": _HAIR,
        "hair_tips": ("", *_HAIR),
        "brows": ("", *_HAIR[:12]),
        "iris": _IRIS,
        "lips": ("#d98a80", "#cf6f70", "#c4606a", "#b5485a", "#a8343f", "#8f4a44", "#7a3040", "#b06a7f"),
        "eyeshadow": ("#a0506a", "#8a5a6e", "#c2703a", "#8a6a4a", "#6a6f9a", "#4f7f78", "#3a3440", "#b58a9a"),
        "clothes": _CLOTHES,
        "clothes_second": _CLOTHES,
        "clothes_third": _CLOTHES,
        "glasses": ("#1f222b", "#4a3428", "#7a5a3a", "#8f8f96", "#b58a3a", "#7d2f3a", "#2f4f6f", "#c9c4bc"),
        "jewelry": ("#e0b95a", "#d8d8de", "#c98a6a", "#2f3440", "#7f9fae", "#b5556f"),
        "hat": _CLOTHES,
        "background": _WALLS,
        "background_second": ("#8f9cc4", "#8f86b5", "#7f8f78", "#8a7a66", "#6f86ad", "#a87a6a", "#4a4570", "#5d7a78"),
    }
)
"""An empty one means: as it comes (tips and brows like the hair)."""

_SPREAD = 0.45
"""How far random sliders stray from the middle, as a share of the way."""

_WORN_BY: Mapping[str, float] = MappingProxyType({"hat": 0.15, "hearing_aid": 0.1, "necklace": 0.25})
"""How often chance puts on what nobody needs."""

_NATURAL_HAIR = 12
"""The first so many hair colors grow on heads."""

_NATURAL_EYES = 9
"""The first so many eye colors look out of them."""


def random_look(
    library: AvatarLibrary, chance: random.Random, base: Look, locked_categories: Collection[str] = ()
) -> Look:
    """Another person: everything but the locked categories, in combinations that go together."""
    colors, sliders, parts = dict(base.colors), dict(base.sliders), dict(base.parts)
    for name, (category, _, _) in COLORS.items():
        if category not in locked_categories:
            colors[name] = chance.choice(SWATCHES[name])
    for name, slider in SLIDERS.items():
        if slider.category not in locked_categories:
            reach = (slider.high - slider.low) / 2
            value = chance.gauss(slider.default, _SPREAD * reach * 0.6)
            sliders[name] = round(min(slider.high, max(slider.low, value)), 2)
    for slot, (category, usual) in SLOTS.items():
        if category not in locked_categories:
            ids = [part.id for part in library.parts(slot)]
            is_bare = usual == "" and chance.random() >= _WORN_BY.get(slot, 0.35)
            parts[slot] = "" if not ids or is_bare else chance.choice(ids)
    look = Look(base.name, colors, sliders, parts, base.unknown)
    hair = library.part("hair", look.part("hair"))
    if hair and "covered" in hair.tags and "accessories" not in locked_categories:
        look = look.with_part("hat", "")
    return _harmonized(look, chance, locked_categories)


def _harmonized(look: Look, chance: random.Random, locked: Collection[str]) -> Look:
    """Keeps chance from what rarely suits anybody."""
    if "hair" not in locked:
        natural = chance.random() < 0.85
        look = look.with_color("hair", chance.choice(_HAIR[:_NATURAL_HAIR] if natural else _HAIR[_NATURAL_HAIR:]))
        if chance.random() < 0.7:
            look = look.with_color("hair_tips", "")
        if "skin" not in locked and lch_of(look.color("skin"))[0] < 0.55 and natural:
            look = look.with_color("hair", chance.choice(_HAIR[:3]))
    if "eyes" not in locked:
        look = look.with_color("brows", "")
        if chance.random() < 0.85:
            dark = lch_of(look.color("skin"))[0] < 0.6
            look = look.with_color("iris", chance.choice(_IRIS[:4] if dark else _IRIS[:_NATURAL_EYES]))
        look = look.with_slider("inner_fold", chance.uniform(0.6, 1.0) if chance.random() < 0.25 else 0.0)
        look = look.with_slider("eye_bags", chance.uniform(0.2, 0.6) if chance.random() < 0.2 else 0.0)
    if "nose_mouth" not in locked:
        look = look.with_slider("smile", chance.uniform(0.2, 0.7))
    if "skin" not in locked:
        for name, share in (
            ("freckles", 0.15),
            ("beauty_mark", 0.12),
            ("stubble", 0.25),
            ("eyeshadow", 0.35),
            ("eyeliner", 0.3),
            ("vitiligo", 0.06),
        ):
            if chance.random() > share:
                look = look.with_slider(name, 0.0)
        if look.slider("stubble") or look.part("beard"):
            look = look.with_slider("lip_color", min(0.2, look.slider("lip_color")))
    if "face" not in locked:
        look = look.with_slider("age", chance.choice((0.0, 0.0, 0.0, 0.3, 0.6, 0.85)))
        if look.slider("age") > 0.5 and "hair" not in locked:
            look = look.with_color("hair", chance.choice(("#8f8a88", "#cfcccb", "#b9b6b2")))
    if "clothes" not in locked:
        for _ in range(8):  # clothes should stand out from the wall behind
            if contrast(look.color("clothes"), look.color("background")) > 1.6:
                break
            look = look.with_color("clothes", chance.choice(_CLOTHES))
    return look
