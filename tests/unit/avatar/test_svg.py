# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawings from artists' programs are read; hostile ones are refused with file, line and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.avatar.shapes import LinearGradient, RadialGradient
from desktop_app.avatar.svg import Drawing, load_drawing
from desktop_app.domain.errors import LookError

_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 600 800">\n'


def read(tmp_path: Path, body: str, head: str = _HEAD) -> Drawing:
    path = tmp_path / "part.svg"
    path.write_text(f"{head}{body}\n</svg>", encoding="utf-8")
    return load_drawing(path)


def refusal(tmp_path: Path, body: str, head: str = _HEAD) -> str:
    with pytest.raises(LookError) as caught:
        read(tmp_path, body, head)
    return caught.value.sentence


def test_key_colors_become_roles_and_others_stay(tmp_path: Path) -> None:
    drawing = read(
        tmp_path, '<g id="front"><path d="M0 0L10 0L10 10Z" fill="#9C5C34" stroke="#123456" stroke-width="2"/></g>'
    )
    (shape,) = drawing.layers["front"][0]
    assert (shape.fill, shape.stroke, shape.stroke_width) == ("hair.base", "#123456", 2.0)


def test_each_group_in_a_layer_is_a_piece_of_its_own(tmp_path: Path) -> None:
    circle = '<circle cx="5" cy="5" r="2"/>'
    drawing = read(tmp_path, f'<g id="side">{circle}{circle}<g>{circle}</g><g>{circle}{circle}{circle}</g>{circle}</g>')
    assert [len(piece) for piece in drawing.layers["side"]] == [2, 1, 3, 1]


def test_transforms_and_opacity_of_groups_reach_the_shapes(tmp_path: Path) -> None:
    drawing = read(
        tmp_path,
        '<g id="a" transform="translate(100 0)" opacity="0.5"><g transform="scale(2)">'
        '<rect x="1" y="2" width="3" height="4" stroke="#000" stroke-width="1" opacity=".5"/></g></g>',
    )
    (shape,) = drawing.layers["a"][0]
    xs = [x for x, _ in shape.subpaths[0].points]
    assert (min(xs), max(xs)) == (102, 108)
    assert shape.fill_opacity == pytest.approx(0.25)
    assert shape.stroke_width == pytest.approx(2.0)


def test_path_commands_of_all_programs_are_understood(tmp_path: Path) -> None:
    drawing = read(tmp_path, '<g id="a"><path d="m10 10h10v10H10zM50 50q10 0 10 10t10 10s5 5 10 0a5 5 0 01.5-.5"/></g>')
    (shape,) = drawing.layers["a"][0]
    assert shape.subpaths[0].closed
    assert shape.subpaths[1].points[-1] == (80.5, 69.5)


def test_an_arc_is_round(tmp_path: Path) -> None:
    drawing = read(tmp_path, '<g id="a"><path d="M0 50A50 50 0 1 1 100 50"/></g>')
    points = drawing.layers["a"][0][0].subpaths[0].points
    assert points[3] == pytest.approx((50.0, 0.0), abs=1e-6)


def test_gradients_take_stops_from_others_and_follow_bounding_boxes(tmp_path: Path) -> None:
    drawing = read(
        tmp_path,
        '<defs><linearGradient id="s"><stop offset="0%" stop-color="#9c5c34"/><stop offset="1" style="stop-color:#fff;'
        'stop-opacity:.5"/></linearGradient><linearGradient id="l" xlink:href="#s" x1="0" x2="1"/>'
        '<radialGradient id="r" href="#s" gradientUnits="userSpaceOnUse" cx="5" cy="6" r="7"/></defs>'
        '<g id="a"><rect x="20" y="0" width="60" height="10" fill="url(#l)"/>'
        '<circle cx="5" cy="5" r="2" fill="url(#r)"/></g>',
    )
    linear, radial = (shape.fill for shape in drawing.layers["a"][0])
    assert isinstance(linear, LinearGradient)
    assert (linear.start[0], linear.end[0]) == (20, 80)
    assert linear.stops == ((0.0, "hair.base", 1.0), (1.0, "#ffffff", 0.5))
    assert isinstance(radial, RadialGradient)
    assert (radial.center, radial.radius) == ((5, 6), 7)


def test_class_rules_of_illustrator_are_applied(tmp_path: Path) -> None:
    drawing = read(
        tmp_path,
        '<style>.cls-1{fill:#f6cdb5;opacity:.4}</style><g id="a"><circle class="cls-1" cx="1" cy="1" r="1"/></g>',
    )
    (shape,) = drawing.layers["a"][0]
    assert (shape.fill, shape.fill_opacity) == ("skin.base", 0.4)


def test_what_editors_note_for_themselves_is_passed_over(tmp_path: Path) -> None:
    head = _HEAD.replace("<svg", '<svg xmlns:inkscape="http://inkscape.org/x"')
    body = '<inkscape:view><inkscape:grid/></inkscape:view><title>Bob</title><g id="a"><circle r="1"/></g>'
    assert list(read(tmp_path, body, head).layers) == ["a"]


@pytest.mark.parametrize(
    ("body", "line", "word"),
    [
        ('<g id="a"/>\n<script>alert(1)</script>', 3, "<script>"),
        ('<g id="a"><image href="http://example.org/x.png"/></g>', 2, "<image>"),
        ('<g id="a">\n\n<use href="#a"/></g>', 4, "without end"),
        ('<g id="a">\n<use href="#nobody"/></g>', 3, "<use> of '#nobody'"),
        ('<g id="a">\n<use href="b.svg#a"/></g>', 3, "outside the file"),
        ('<g id="a">\n<text>Hi</text></g>', 3, "Object to Path"),
        (
            '<defs><filter id="f"/></defs><g id="a">\n<path filter="url(#f)" d="M0 0L1 1"/></g>',
            3,
            "a filter is not drawn",
        ),
        ('<defs><mask id="m"/></defs>\n<g id="a" style="mask:url(#m)"><circle r="1"/></g>', 3, "clip path"),
        ('<style>g > path {fill:#fff}</style><g id="a"/>', 2, "expected .class"),
        ('<g id="a"><circle r="1" opacity="nan"/></g>', 2, "from 0 to 1"),
        ('<g id="a"><circle r="1" fill="rgb(1.2.3.4,5)"/></g>', 2, "expected #rrggbb"),
        (
            '<clipPath id="c"><circle r="9"/></clipPath><g id="a" clip-path="url(#c)">\n'
            '<circle r="1" clip-path="url(#c)"/></g>',
            3,
            "within another",
        ),
        ('<g id="a"><path d="M0 0L1 1" onclick="x()"/></g>', 2, "onclick"),
        ('<defs><linearGradient id="g" xlink:href="other.svg#g"/></defs>', 2, "outside the file"),
        ('<style>@import url("http://example.org/x.css");</style>', 2, "<style>"),
        ('<g id="a"><path d="M0 0L1" /></g>', 2, "needs 2 numbers"),
        ('<g id="a"><path d="M0 0 x" /></g>', 2, "unexpected"),
        ('<g id="a"><path d="M0 0L1e30 5" /></g>', 2, "far off"),
        ('<g id="a"><path d="M0 0L1 1" fill="tomatoe"/></g>', 2, "expected #rrggbb"),
        ('<g id="a"><path d="M0 0L1 1" stroke="#000000" stroke-width="1e308"/></g>', 2, "stroke width"),
        ('<g id="a"><path d="M0 0L1 1" stroke="#000000" stroke-width="nan"/></g>', 2, "number"),
        (
            '<defs><linearGradient id="g" gradientUnits="userSpaceOnUse" x1="1e300"><stop/></linearGradient></defs>'
            '<g id="a"><path d="M0 0L1 1" fill="url(#g)"/></g>',
            2,
            "far off",
        ),
        ('<g id="a"><path d="M0 0L1 1" fill="url(#nowhere)"/></g>', 2, "expected url(#id)"),
        ('<g id="a"><path d="M0 0L1 1" transform="spin(4)"/></g>', 2, "transform"),
        ('<path d="M0 0L1 1"/>', 2, "outside a layer"),
        ("<g><circle r='1'/></g>", 2, "without id"),
        ('<g id="a"><path d="M0 0L1 1"></g>', 2, "not well-formed"),
        (
            '<defs><linearGradient id="g" href="#h"/>\n<linearGradient id="h" href="#g"/></defs>'
            '<g id="a"><path d="M0 0L1 1" fill="url(#g)"/></g>',
            3,
            "in a circle",
        ),
    ],
)
def test_what_a_part_may_not_hold_is_refused_with_its_line(tmp_path: Path, body: str, line: int, word: str) -> None:
    sentence = refusal(tmp_path, body)
    assert sentence.startswith(f"part.svg, line {line}: "), sentence
    assert word in sentence


def test_entities_are_refused_before_they_grow(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
    assert "DOCTYPE" in refusal(tmp_path, '<g id="a"><title>&b;</title></g>', bomb + _HEAD)


def test_a_doctype_from_elsewhere_is_refused(tmp_path: Path) -> None:
    assert "line 1" in refusal(tmp_path, "", '<!DOCTYPE svg SYSTEM "file:///etc/passwd">\n' + _HEAD)


def test_huge_deep_and_crowded_files_are_refused(tmp_path: Path) -> None:
    assert "too big" in refusal(tmp_path, "<!--" + "x" * 2_100_000 + "-->")
    assert "nested" in refusal(tmp_path, '<g id="a">' + "<g>" * 60 + "</g>" * 60 + "</g>")
    assert "too many shapes" in refusal(tmp_path, '<g id="a">' + '<circle r="1"/>' * 4001 + "</g>")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (f'<path d="M0 0{"l1 1" * 450_000}"/>', "more than 120000 points"),
        (f'<path d="M0 0h{"1 " * 900_000}"/>', "more than 120000 points"),
        (f'<path d="M0 0{" " * 1_900_000}x"/>', "unexpected"),
        (f'<path transform="{" " * 1_900_000}x" d="M0 0L1 1"/>', "transform"),
        ("<g/>" * 30_000, "more than 20000 elements"),
        (f"<style>{'.a{}' * 1_001}</style>", "rules"),
        ('<ellipse rx="1e300" ry="1"/>', "far off"),
        ('<g transform="scale(1e200)"><path stroke-width="0" transform="scale(1e200)" d="M1 1L2 2"/></g>', "far off"),
        ('<circle r="1e309" transform="rotate(9)"/>', "far off"),
        ('<path d="M nan 0L1 1"/>', "unexpected"),
        ('<rect width="1e309" height="2"/>', "unexpected"),
    ],
    ids=lambda value: value[:24],
)
def test_files_made_to_cost_much_are_refused(tmp_path: Path, body: str, word: str) -> None:
    assert word in refusal(tmp_path, f'<g id="a">{body}</g>')


def test_an_encoding_that_is_not_read_is_refused(tmp_path: Path) -> None:
    assert "UTF-8" in refusal(tmp_path, "", '<?xml version="1.0" encoding="utf-7"?>' + _HEAD)


def test_devices_pipes_and_links_in_a_circle_are_no_drawings(tmp_path: Path) -> None:
    (tmp_path / "pipe.svg").symlink_to("/dev/zero")
    (tmp_path / "loop.svg").symlink_to(tmp_path / "loop.svg")
    for name in ("pipe.svg", "loop.svg"):
        with pytest.raises(LookError, match=name):
            load_drawing(tmp_path / name)


def test_another_canvas_is_refused(tmp_path: Path) -> None:
    assert "600 800" in refusal(tmp_path, "", _HEAD.replace("0 0 600 800", "0 0 100 100"))
    assert "<svg>" in refusal(tmp_path, "", '<svg viewBox="0 0 600 800">')


def test_a_file_that_cannot_be_read_is_a_plain_sentence(tmp_path: Path) -> None:
    with pytest.raises(LookError, match="could not be read"):
        load_drawing(tmp_path / "missing.svg")
