# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks are small files that survive the trip, and say what is wrong with them."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import pytest

from desktop_app.avatar.library import DEFAULT_PRESET, SHAPE_CATEGORIES, AvatarLibrary
from desktop_app.avatar.look import COLORS, SLIDERS, SLOTS, Look, load_look, parse_look
from desktop_app.avatar.palette import lch_of
from desktop_app.avatar.parts import SLOT_LAYERS, load_part
from desktop_app.avatar.swatches import SWATCHES, random_look
from desktop_app.domain.errors import LookError

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "avatars"


@pytest.fixture
def library(tmp_path: Path) -> AvatarLibrary:
    return AvatarLibrary([ASSETS, tmp_path])


def test_a_look_survives_the_trip_through_json() -> None:
    look = Look("Ada", {"skin": "#aabbcc"}, {"jaw": 0.5}, {"hair": "bob", "glasses": ""})
    assert parse_look(look.to_json(), "ada.json") == look


def test_unknown_keys_are_kept() -> None:
    text = json.dumps(
        {
            "format": 1,
            "name": "N",
            "colors": {"aura": "#112233"},
            "sliders": {"wings": 2},
            "parts": {"tail": "fox"},
            "x": [1],
        }
    )
    again = json.loads(parse_look(text, "n.json").to_json())
    assert again["x"] == [1]
    assert again["colors"] == {"aura": "#112233"}
    assert (again["sliders"], again["parts"]) == ({"wings": 2}, {"tail": "fox"})


def test_what_is_not_given_has_its_default_and_sliders_stay_in_range() -> None:
    look = Look(sliders={"jaw": 7.0})
    assert look.slider("jaw") == 1.0
    assert look.slider("eye_tilt") == SLIDERS["eye_tilt"].default
    assert look.color("skin") == COLORS["skin"][2]
    assert look.part("hair") == SLOTS["hair"][1]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("{", 1, "not valid JSON"),
        ("[]", 1, "expected an object"),
        ('{\n"format": 9}', 2, '"format": 1'),
        ('{"format": 1,\n"colors": []}', 2, "expected an object"),
        ('{"format": 1,\n"colors": {\n"skin": "pink"}}', 3, "#rrggbb"),
        ('{"format": 1,\n\n"sliders": {"jaw": true}}', 3, "expected a number"),
        ('{"format": 1, "sliders": {"jaw": 1e9}}', 1, "expected a number"),
        ('{"format": 1,\n"parts": {"hair": "../../etc/passwd"}}', 2, "part's id"),
        ("[" * 100_000, 1, ""),
    ],
)
def test_a_wrong_look_is_refused_with_its_line(text: str, line: int, word: str) -> None:
    with pytest.raises(LookError) as caught:
        parse_look(text, "x.json")
    assert caught.value.sentence.startswith(f"x.json, line {line}: ")
    assert word in caught.value.sentence


def test_files_that_are_too_big_or_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.json"
    path.write_bytes(b" " * 70_000)
    with pytest.raises(LookError, match="too big"):
        load_look(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LookError, match="UTF-8"):
        load_look(path)
    with pytest.raises(LookError, match="could not be read"):
        load_look(tmp_path / "none.json")


def test_a_saved_look_is_found_again_and_wins_over_the_one_it_is_named_like(library: AvatarLibrary) -> None:
    mine = library.look("mira").with_color("hair", "#123456")
    library.save_look("mira", mine)
    assert library.look("mira") == mine
    (found,) = [preset for preset in library.presets() if preset.id == "mira"]
    assert found.is_own


@pytest.mark.parametrize("bad", ["../x", "A", "", "a b", "x" * 99])
def test_a_look_cannot_be_saved_outside_its_folder(library: AvatarLibrary, bad: str) -> None:
    with pytest.raises(LookError):
        library.save_look(bad, Look())
    with pytest.raises(LookError, match="no look"):
        library.look(bad)


def test_a_broken_look_of_ones_own_does_not_hide_the_others(library: AvatarLibrary, tmp_path: Path) -> None:
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "oops.json").write_text("{")
    ids = [preset.id for preset in library.presets()]
    assert "oops" not in ids
    assert DEFAULT_PRESET in ids


def test_a_part_with_a_broken_note_is_named_and_the_others_stay(library: AvatarLibrary, tmp_path: Path) -> None:
    (tmp_path / "hair").mkdir()
    (tmp_path / "hair" / "mine.svg").write_text("<svg/>")
    (tmp_path / "hair" / "mine.json").write_text("{")
    assert "mine" not in [part.id for part in library.parts("hair")]
    assert library.part("hair", "bob")
    with pytest.raises(LookError, match=r"mine\.json, line 1"):
        library.part("hair", "mine")


_HAIR_OF_EVERY_KIND = {
    "short": "pixie", "long": "long_straight", "curly": "curly", "coily": "coily_short", "braided": "braids",
    "locs": "locs", "tied up": "bun", "undercut": "undercut", "fringe": "shag", "bald": "bald", "hijab": "hijab",
}  # fmt: skip


def test_there_are_enough_people_parts_and_shapes(library: AvatarLibrary) -> None:
    assert len(library.presets()) >= 12
    parts = {
        "hair": 20,
        "clothes": 12,
        "background": 8,
        "nose": 6,
        "beard": 8,
        "glasses": 4,
        "hearing_aid": 2,
        "hat": 4,
    }
    for slot, least in parts.items():
        assert len(library.parts(slot)) >= least, slot
    for feature, least in {"face": 8, "eyes": 8, "brows": 6, "mouth": 6}.items():
        assert len(library.feature_shapes(feature)) >= least, feature
    assert set(_HAIR_OF_EVERY_KIND.values()) <= set(library.part_ids("hair"))
    assert len(set(SWATCHES["skin"])) >= 12
    greys = [color for color in SWATCHES["hair"] if color and lch_of(color)[1] < 0.012 and lch_of(color)[0] > 0.6]
    assert greys, "hair turns grey"


def test_companions_have_faces_of_their_own(library: AvatarLibrary) -> None:
    """Not one face in twelve colors: any two differ clearly in several proportions, and noses and ages go round."""
    looks = [library.look(preset.id) for preset in library.presets()]
    bones = [name for name, slider in SLIDERS.items() if slider.category in ("face", "eyes", "nose_mouth")]
    for first, second in itertools.combinations(looks, 2):
        far = [name for name in bones if abs(first.slider(name) - second.slider(name)) >= 0.3]
        assert len(far) >= 6, (first.name, second.name)
    assert len({look.part("nose") for look in looks}) >= 6
    assert len({look.color("skin") for look in looks}) >= 10
    assert sum(look.slider("age") > 0.5 for look in looks) >= 2


def test_every_preset_wears_parts_that_exist_and_values_in_range(library: AvatarLibrary) -> None:
    for preset in library.presets():
        look = library.look(preset.id)
        assert look.name
        assert set(look.parts) <= set(SLOTS)
        assert set(look.colors) <= set(COLORS)
        for slot in SLOTS:
            assert not look.part(slot) or library.part(slot, look.part(slot)), (preset.id, slot)
        for name, value in look.sliders.items():
            assert SLIDERS[name].low <= value <= SLIDERS[name].high, (preset.id, name)


@pytest.mark.parametrize("slot", SLOTS)
def test_every_part_can_be_drawn(library: AvatarLibrary, slot: str) -> None:
    for part in library.parts(slot):
        layers = part.drawing().layers
        assert layers, part.id
        assert set(layers) <= set(SLOT_LAYERS[slot])


def test_a_parts_json_is_read_and_its_mistakes_are_named(tmp_path: Path) -> None:
    svg = tmp_path / "cloud.svg"
    svg.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 800"><g id="front"><circle r="9"/></g></svg>'
    )
    note = tmp_path / "cloud.json"
    note.write_text('{"name": {"en": "Cloud"}, "hides": ["ears"], "layers": {"front": {"depth": 12}}}')
    part = load_part("hair", svg)
    assert (part.name, part.hides, part.layers["front"].depth) == ("Cloud", frozenset(("ears",)), 12.0)
    assert part.layers["front"].bulge == SLOT_LAYERS["hair"]["front"].bulge
    for text, word in (
        ("{", "line 1"), ("[]", "expected an object"), ('{"layers": {"wig": {}}}', "no layer 'wig'"),
        ('{"layers": {"front": {"deep": 1}}}', "depth, bulge, sway"),
    ):  # fmt: skip
        note.write_text(text)
        with pytest.raises(LookError) as caught:
            load_part("hair", svg)
        assert word in caught.value.sentence


def test_a_layer_that_a_slot_does_not_have_is_refused(tmp_path: Path) -> None:
    svg = tmp_path / "hat.svg"
    svg.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 800"><g id="brim"><circle r="9"/></g></svg>'
    )
    with pytest.raises(LookError, match="no layer 'brim'"):
        load_part("hair", svg).drawing()


def test_chance_gives_valid_looks_and_leaves_locked_categories(library: AvatarLibrary) -> None:
    base = library.look("nia")
    chance = random.Random(4)
    seen = set()
    for _ in range(60):
        look = random_look(library, chance, base, {"skin", "hair"})
        assert (look.color("skin"), look.part("hair"), look.color("hair")) == ("#8f5a3a", "curly_cloud", "#3a241d")
        assert parse_look(look.to_json(), "x") == look
        for slot in SLOTS:
            assert not look.part(slot) or library.part(slot, look.part(slot))
        seen.add(look.part("clothes"))
    assert len(seen) >= 5


def test_there_are_swatches_for_every_color() -> None:
    assert set(SWATCHES) == set(COLORS)


def test_every_feature_shape_moves_known_sliders_within_their_range(library: AvatarLibrary) -> None:
    for feature, category in SHAPE_CATEGORIES.items():
        shapes = library.feature_shapes(feature)
        assert len(shapes) >= 6
        for shape in shapes:
            assert shape.sliders.keys() == shapes[0].sliders.keys(), "each has to undo what the others did"
            for name, value in shape.sliders.items():
                assert SLIDERS[name].category == category
                assert SLIDERS[name].low <= value <= SLIDERS[name].high


@pytest.mark.parametrize(
    "text", ['{"face": [{"id": "x"}]}', '{"face": 3}', "[]", '{"face": [{"id": 1, "name": "n"}]}', '{"face": [7]}']
)
def test_a_wrong_list_of_shapes_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "shapes.json").write_text(text)
    with pytest.raises(LookError, match=r"shapes\.json, line 1: .*expected"):
        AvatarLibrary([tmp_path]).feature_shapes("face")
