# SPDX-License-Identifier: GPL-3.0-or-later
"""An artist is told the file, the line and what was expected; a fresh pack and what comes with Fireside are fine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from desktop_app.avatar.library import SHAPE_CATEGORIES, AvatarLibrary
from desktop_app.avatar.look import SLOTS
from desktop_app.avatar.packs import load_pack, start_pack
from desktop_app.avatar.parts import load_part, name_in
from desktop_app.avatar.validation import validate
from desktop_app.domain.errors import LookError

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "avatars"
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 800">\n{}</svg>'


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return start_pack(ASSETS, tmp_path / "elves")


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_fresh_pack_is_fine_and_can_be_worn(pack: Path, tmp_path: Path) -> None:
    report = validate(pack, ASSETS)
    assert (report.troubles, report.parts, report.looks) == ([], 1, 1)
    profile = tmp_path / "avatars"
    shutil.copytree(pack, profile / "packs" / "elves")
    library = AvatarLibrary([ASSETS, profile])
    assert load_pack(pack).license == "CC0-1.0"
    assert [found.id for found in library.packs()] == ["elves"]
    assert "elves/example" in [preset.id for preset in library.presets()]
    look = library.look("elves/example")
    assert look.part("hair") == "elves/example"
    assert look.part("clothes") == "tee"
    assert set(library.part("hair", "elves/example").drawing().layers) == {"back", "side", "front"}  # type: ignore[union-attr]


def test_what_comes_with_fireside_is_fine() -> None:
    report = validate(ASSETS, ASSETS)
    assert report.troubles == []
    assert report.parts >= 60
    assert report.looks >= 12


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("hair/wild.svg", _SVG.format('<g id="fringe"><circle r="3"/></g>'), "hair/wild.svg: a hair drawing has no"),
        ("hair/wild.svg", _SVG.format("<defs/>"), "hair/wild.svg, line 1: no layers; expected groups with the id back"),
        (
            "hair/wild.svg",
            _SVG.format('<g id="back">\n<text/></g>'),
            "hair/wild.svg, line 3: <text> is not drawn; expected outlines",
        ),
        ("hair/Wild.svg", _SVG.format('<g id="back"/>'), "hair/Wild.svg: expected a name of lower-case letters"),
        (
            "hair/example.json",
            '{"format": 1,\n\n"tgas": []}',
            'hair/example.json, line 3: "tgas" means nothing here; did',
        ),
        ("hair/example.json", '{\n"layers": {"side": {\n"depht": 3}}}', "hair/example.json, line 3: layer 'side'"),
        ("hair/example.json", '{\n"layers": []}', 'hair/example.json, line 2: "layers": expected an object'),
        ("hair/example.json", '{\n"tags": 5}', 'hair/example.json, line 2: "tags": expected a list'),
        ("hair/lost.json", "{}", "hair/lost.json: there is no lost.svg beside it"),
        ("accessories/star.svg", _SVG.format('<g id="glasses"/>'), "expected glasses_star.svg, earrings_star.svg"),
        ("hairs/wild.svg", _SVG.format('<g id="back"/>'), 'hairs/: no parts are looked for here; did you mean "hair"?'),
        ("wild.svg", _SVG.format('<g id="back"/>'), "wild.svg: expected in the folder of its slot"),
        (
            "presets/example.json",
            '{"format": 1,\n"colors": {"hair": "#112233"},\n"parts": {\n"hair": "exampel"}}',
            'presets/example.json, line 4: there is no hair "exampel"; did you mean "example"',
        ),
        (
            "presets/example.json",
            '{"format": 1,\n"sliders": {"jaw": 0.2,\n"smlie": 1}}',
            'presets/example.json, line 3: sliders: there is no "smlie"; did you mean "smile"',
        ),
        ("presets/example.json", '{"format": 1,\n"sliders": {"jaw": 3}}', 'line 2: "jaw": expected 0 to 1'),
        ("presets/example.json", '{"format": 1,\n"colours": {}}', 'line 2: "colours" means nothing; did you mean "col'),
        ("presets/example.json", '{"format": 1,\n"name": "a",\n"name": "b"}', 'line 3: "name" is given twice'),
        ("presets/My Look.json", '{"format": 1}', "presets/My Look.json: expected a name of lower-case"),
        (
            "pack.json",
            '{"format": 1, "name": "x"}',
            'pack.json, line 1: "license": expected a text such as "CC-BY-4.0"',
        ),
        ("pack.json", '{\n"format": 2}', 'pack.json, line 2: expected "format": 1'),
        ("shapes.json", '{"face": [\n{"id": "x"}]}', "shapes.json, line 1: expected a name such as"),
        (
            "shapes.json",
            '{"face": [{"id": "x", "name": {"en": "X"}, "sliders":\n{"jwa": 1}}]}',
            'shapes.json, line 2: there is no slider "jwa"; did you mean "jaw"',
        ),
    ],
)
def test_each_mistake_in_a_pack_is_told_with_its_place(pack: Path, file: str, text: str, told: str) -> None:
    put(pack, file, text)
    troubles = validate(pack, ASSETS).troubles
    assert any(told in trouble for trouble in troubles), troubles
    assert len(troubles) == 1, troubles


def test_several_mistakes_are_told_at_once(pack: Path) -> None:
    put(pack, "hair/wild.svg", "<svg")
    put(pack, "presets/other.json", "{")
    put(pack, "pack.json", "[]")
    assert len(validate(pack, ASSETS).troubles) == 3


def test_single_files_are_known_by_what_they_are(pack: Path, tmp_path: Path) -> None:
    assert validate(pack / "hair" / "example.svg", ASSETS).parts == 1
    assert validate(pack / "hair" / "example.json", ASSETS).parts == 1
    assert validate(pack / "presets" / "example.json", ASSETS).troubles == []
    loose = put(tmp_path, "anywhere/cape.svg", _SVG.format('<g id="behind"/>'))
    assert validate(loose, ASSETS).troubles == []
    odd = put(tmp_path, "anywhere/odd.svg", _SVG.format('<g id="tentacles"/>'))
    assert "it has layers tentacles; expected those of one slot" in validate(odd, ASSETS).troubles[0]
    assert "there is no such file" in validate(tmp_path / "none", ASSETS).troubles[0]
    assert "expected a drawing" in validate(put(tmp_path, "x.txt", ""), ASSETS).troubles[0]


def test_a_pack_is_not_started_over_something(pack: Path, tmp_path: Path) -> None:
    with pytest.raises(LookError, match="not empty"):
        start_pack(ASSETS, pack)
    with pytest.raises(LookError, match="cannot name a pack"):
        start_pack(ASSETS, tmp_path / "My Pack!")
    (tmp_path / "file").write_text("x")
    with pytest.raises(LookError, match="could not be written"):
        start_pack(ASSETS, tmp_path / "file" / "pack")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000 + "]" * 5000,
        '{"a": ' * 60 + "1" + "}" * 60,
        "1" * 9000,
        '{"name": "\\ud800"}',
        "",
        "null",
        '{"a": NaN}',
    ],
)
def test_strange_json_is_refused_or_read_but_never_crashes(tmp_path: Path, text: str) -> None:
    report = validate(put(tmp_path, "x.json", text), ASSETS)
    assert len(report.troubles) == 1
    assert report.troubles[0].startswith("x.json, line ")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("<style>" + ".a," * 20_000 + "</style>", "<style> is longer"),
        (
            '<defs><clipPath id="c"><path d="M0 0' + "L1 1" * 9_000 + '"/></clipPath></defs><g id="back">'
            + '<circle r="1" clip-path="url(#c)"/>' * 3_000 + "</g>",
            "too many shapes",
        ),
        (
            '<defs><linearGradient id="g">' + '<stop offset="1"/>' * 9_000 + '</linearGradient></defs><g id="back">'
            + '<circle r="1" fill="url(#g)"/>' * 3_000 + "</g>",
            "too many shapes",
        ),
    ],
)  # fmt: skip
def test_small_files_that_would_cost_much_are_refused(tmp_path: Path, body: str, word: str) -> None:
    report = validate(put(tmp_path, "hair/x.svg", _SVG.format(body)), ASSETS)
    assert word in report.troubles[0]


def test_a_canvas_without_numbers_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "hair/x.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="a b"/>')
    assert "600 800" in validate(path, ASSETS).troubles[0]


def test_links_in_a_pack_are_told_and_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "elves/pack.json", '{"format": 1, "name": "Elves", "license": "CC0-1.0", "authors": ["A"]}')
    (tmp_path / "elves" / "clothes").symlink_to("/etc")
    (tmp_path / "elves" / "hair").mkdir()
    (tmp_path / "elves" / "hair" / "zero.svg").symlink_to("/dev/zero")
    troubles = validate(tmp_path / "elves", ASSETS).troubles
    assert [trouble for trouble in troubles if "a link" in trouble] == [
        "clothes: a link; expected the file itself, which can be shared.",
        "hair/zero.svg: a link; expected the file itself, which can be shared.",
    ]


def test_names_may_be_given_in_every_language(tmp_path: Path) -> None:
    path = put(tmp_path, "hair/x.svg", _SVG.format('<g id="back"><circle r="9"/></g>'))
    put(tmp_path, "hair/x.json", '{"format": 1, "name": {"en": "Plait", "fr": "Natte"}}')
    names = load_part("hair", path).names
    assert (name_in("fr", names), name_in("de", names)) == ("Natte", "Plait")
    put(tmp_path, "hair/x.json", '{"format": 1,\n"name": {"fr": 3}}')
    assert validate(path, ASSETS).troubles == [
        'x.json, line 2: expected a name such as { "en": "Oval", "fr": "Ovale" }.'
    ]


def test_everything_that_came_with_fireside_has_a_french_name() -> None:
    library = AvatarLibrary([ASSETS])
    nameless = [part.id for slot in SLOTS for part in library.parts(slot) if "fr" not in part.names]
    nameless += [
        shape.id for kind in SHAPE_CATEGORIES for shape in library.feature_shapes(kind) if "fr" not in shape.names
    ]
    assert not nameless
