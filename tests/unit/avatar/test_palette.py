# SPDX-License-Identifier: GPL-3.0-or-later
"""One swatch becomes a ramp that goes from dark to light, for every skin and hair."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.avatar.look import Look
from desktop_app.avatar.palette import (
    KEYS,
    ROLE_OF_KEY,
    color_of,
    contrast,
    hair_ramp,
    hex_of,
    lch_of,
    mix,
    rgb_of,
    skin_ramp,
    wall_ramp,
)
from desktop_app.avatar.swatches import SWATCHES

_HEX = st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255)).map(lambda rgb: "#" + bytes(rgb).hex())


@settings(deadline=None)
@given(_HEX)
def test_a_color_survives_the_way_to_oklch_and_back(color: str) -> None:
    there = rgb_of(color)
    back = rgb_of(color_of(*lch_of(color)))
    assert all(abs(a - b) <= 2 / 255 for a, b in zip(there, back, strict=True))


@settings(deadline=None)
@given(_HEX)
def test_every_ramp_holds_only_colors(color: str) -> None:
    for ramp in (hair_ramp(color, color), skin_ramp(color), wall_ramp(color, dark=True)):
        assert all(re.fullmatch("#[0-9a-f]{6}", tone) for tone in ramp.values())


@pytest.mark.parametrize("swatch", SWATCHES["skin"])
def test_skin_goes_from_line_to_shine(swatch: str) -> None:
    ramp = skin_ramp(swatch)
    lightness = [lch_of(ramp[tone])[0] for tone in ("line", "deep", "shade", "base", "light", "shine")]
    assert lightness == sorted(lightness)


@pytest.mark.parametrize("swatch", SWATCHES["hair"])
def test_hair_goes_from_deep_to_shine(swatch: str) -> None:
    ramp = hair_ramp(swatch)
    lightness = [lch_of(ramp[tone])[0] for tone in ("deep", "shade", "base", "light", "shine")]
    assert lightness == sorted(lightness)


def test_tips_have_their_own_color() -> None:
    assert hair_ramp("#202020", "#d04060")["tip"] == "#d04060"
    assert hair_ramp("#202020")["tip"] == "#202020"


def test_a_dark_room_is_dark() -> None:
    assert (
        lch_of(wall_ramp("#e9e4da", dark=True)["base"])[0] < 0.5 < lch_of(wall_ramp("#e9e4da", dark=False)["base"])[0]
    )


def test_no_key_color_has_two_roles() -> None:
    assert len(ROLE_OF_KEY) == sum(len(tones) for tones in KEYS.values())


def test_every_key_color_has_a_color_in_every_look() -> None:
    palette = Look().palette()
    assert set(ROLE_OF_KEY.values()) <= set(palette)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_mixing_meets_in_the_middle() -> None:
    assert mix("#000000", "#ffffff", 0.5) in ("#7f7f7f", "#808080")
    assert hex_of((2.0, -1.0, 0.0)) == "#ff0000"
