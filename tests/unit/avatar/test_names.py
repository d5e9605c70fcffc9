# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can be chosen has a name in both languages."""

from __future__ import annotations

import pytest

from desktop_app import bundle
from desktop_app.avatar.library import SHAPE_CATEGORIES, AvatarLibrary
from desktop_app.avatar.look import SLOTS
from desktop_app.avatar.parts import name_in

LIBRARY = AvatarLibrary([bundle.AVATARS])


@pytest.mark.parametrize("slot", SLOTS)
def test_every_part_has_a_name_of_its_own_in_english_and_french(slot: str) -> None:
    for language in ("en", "fr"):
        names = [part.names[language] for part in LIBRARY.parts(slot)]
        assert len(set(names)) == len(names) > 0


@pytest.mark.parametrize("feature", SHAPE_CATEGORIES)
def test_every_shape_has_a_name_in_english_and_french(feature: str) -> None:
    for language in ("en", "fr"):
        names = [shape.names[language] for shape in LIBRARY.feature_shapes(feature)]
        assert len(set(names)) == len(names) > 0


def test_what_has_no_name_in_a_language_goes_by_its_english_one() -> None:
    assert name_in("fr", {"en": "Cloud"}) == "Cloud"
    assert name_in("fr", {"en": "Cloud", "fr": "Nuage"}) == "Nuage"
