# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawings as Inkscape, Figma and Illustrator write them by themselves become the same parts."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from desktop_app.avatar.parts import LAYER_NAMES
from desktop_app.avatar.shapes import LinearGradient, Shape, bounds
from desktop_app.avatar.svg import Drawing, load_drawing
from desktop_app.domain.errors import LookError

_INKSCAPE = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with Inkscape (http://www.inkscape.org/) -->
<svg width="158.75mm" height="211.66667mm" viewBox="0 0 158.75 211.66667" version="1.1" id="svg5"
   inkscape:version="1.2.2" sodipodi:docname="bob.svg"
   xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
   xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
   xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://www.w3.org/2000/svg">
  <sodipodi:namedview id="namedview7" pagecolor="#ffffff"><inkscape:grid type="xygrid" /></sodipodi:namedview>
  <defs id="defs2">
    <linearGradient id="linearGradient1"><stop style="stop-color:#9c5c34;stop-opacity:1" offset="0" id="stop1" />
      <stop style="stop-color:#7a4529;stop-opacity:0.5" offset="1" id="stop2" /></linearGradient>
    <linearGradient inkscape:collect="always" xlink:href="#linearGradient1" id="linearGradient2" x1="10" y1="0"
      x2="10" y2="20" gradientUnits="userSpaceOnUse" gradientTransform="translate(5,0)" />
    <filter id="unused-blur"><feGaussianBlur stdDeviation="2" /></filter>
    <inkscape:path-effect effect="spiro" id="path-effect1" />
  </defs>
  <g inkscape:label="guide" inkscape:groupmode="layer" id="layer1" style="display:none" sodipodi:insensitive="true">
    <text x="1" y="2">draw here</text></g>
  <g inkscape:label="back" inkscape:groupmode="layer" id="layer2" transform="translate(-26.458333,0)">
    <path style="fill:url(#linearGradient2);stroke:#3b2018;stroke-width:0.264583;stroke-opacity:1"
      d="m 52.916667,26.458333 h 26.458333 v 52.916667 h -26.458333 z" id="path3" /></g>
  <g inkscape:label="front" inkscape:groupmode="layer" id="layer3">
    <g id="g4" inkscape:label="shadow"><path
      style="fill:#9c5c34;fill-opacity:0.5" d="M 26.458333,26.458333 H 52.916667 V 52.916667 Z" id="path4" /></g>
  </g>
</svg>"""

_FIGMA = """<svg width="600" height="800" viewBox="0 0 600 800" fill="none" xmlns="http://www.w3.org/2000/svg">
<g id="Bob, second try" clip-path="url(#clip0_1_2)">
<g id="back">
<path id="Vector" d="M100 100H200V300H100V100Z" fill="url(#paint0_linear_1_2)" stroke="#3B2018"/>
</g>
<g id="front">
<g id="shadow" opacity="0.5" transform="matrix(1 0 0 1 0 0)">
<path id="Vector_2" fill-rule="evenodd" clip-rule="evenodd" d="M100 100H200V200L100 100Z" fill="#9C5C34"/>
</g>
</g>
</g>
<defs>
<linearGradient id="paint0_linear_1_2" x1="57" y1="0" x2="57" y2="76" gradientUnits="userSpaceOnUse">
<stop stop-color="#9C5C34"/><stop offset="1" stop-color="#7A4529" stop-opacity="0.5"/>
</linearGradient>
<clipPath id="clip0_1_2"><rect width="600" height="800" fill="white"/></clipPath>
</defs>
</svg>"""

_ILLUSTRATOR = """<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: Adobe Illustrator 27.0.0, SVG Export Plug-In . SVG Version: 6.00 Build 0)  -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg version="1.1" id="Ebene_1" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
   x="0px" y="0px" viewBox="0 0 600 800" style="enable-background:new 0 0 600 800;" xml:space="preserve">
<style type="text/css">
	.st0{fill:url(#SVGID_1_);stroke:#3B2018;stroke-miterlimit:10;}
	.st1,.st2{fill:#9C5C34;}
	.st2{opacity:0.5;enable-background:new    ;}
	.st3{clip-path:url(#SVGID_3_);}
</style>
<g id="back">
	<linearGradient id="SVGID_1_" gradientUnits="userSpaceOnUse" x1="57" y1="0" x2="57" y2="76">
		<stop  offset="0" style="stop-color:#9C5C34"/><stop  offset="1" style="stop-color:#7A4529;stop-opacity:0.5"/>
	</linearGradient>
	<rect x="100" y="100" class="st0" width="100" height="200"/>
</g>
<g id="front_1_" data-name="front">
	<g>
		<defs><polygon id="SVGID_2_" points="100,100 200,100 200,200 "/></defs>
		<clipPath id="SVGID_3_"><use xlink:href="#SVGID_2_"  style="overflow:visible;"/></clipPath>
		<g class="st3" id="shadow-2"><path class="st2" d="M100,100l100,0v100L100,100z"/></g>
	</g>
</g>
</svg>"""


def read(tmp_path: Path, text: str) -> Drawing:
    path = tmp_path / "bob.svg"
    path.write_text(text, encoding="utf-8")
    return load_drawing(path, LAYER_NAMES)


def only(drawing: Drawing, layer: str) -> Shape:
    ((shape,),) = drawing.layers[layer]
    return shape


@pytest.mark.parametrize("text", [_INKSCAPE, _FIGMA, _ILLUSTRATOR], ids=["inkscape", "figma", "illustrator"])
def test_what_the_programs_write_is_one_and_the_same_part(tmp_path: Path, text: str) -> None:
    drawing = read(tmp_path, text)
    assert list(drawing.layers) == ["back", "front"]
    back, front = only(drawing, "back"), only(drawing, "front")
    assert bounds(back.subpaths) == pytest.approx((100, 100, 200, 300), abs=0.01)
    assert (back.stroke, round(back.stroke_width, 3)) == ("hair.line", 1.0)
    assert isinstance(back.fill, LinearGradient)
    assert back.fill.stops == ((0.0, "hair.base", 1.0), (1.0, "hair.shade", 0.5))
    assert back.fill.start[0] == pytest.approx(57, abs=0.5) or text == _INKSCAPE
    assert bounds(front.subpaths) == pytest.approx((100, 100, 200, 200), abs=0.01)
    assert (front.fill, front.fill_opacity, front.casts_shadow) == ("hair.base", 0.5, True)
    assert (front.clip is not None) == (text == _ILLUSTRATOR)


def test_a_gradient_in_the_page_s_millimetres_lies_where_it_was_drawn(tmp_path: Path) -> None:
    fill = only(read(tmp_path, _INKSCAPE), "back").fill
    assert isinstance(fill, LinearGradient)
    # x: (10 + 5 − 26.458) mm on a page of 158.75 mm that becomes 600 wide
    assert fill.start == pytest.approx((-43.307, 0), abs=0.01)
    assert fill.end == pytest.approx((-43.307, 75.59), abs=0.01)


def test_a_clip_path_of_a_group_stays_where_the_group_is(tmp_path: Path) -> None:
    body = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 800"><clipPath id="c"><rect width="10" height="10"/>'
        '</clipPath><g id="back" transform="translate(100 0)" clip-path="url(#c)">'
        '<g transform="rotate(45) scale(3)"><circle r="4"/></g></g></svg>'
    )
    clip = only(read(tmp_path, body), "back").clip
    assert clip is not None
    assert bounds(clip) == (100, 0, 110, 10)


def test_symbols_are_drawn_where_they_are_used(tmp_path: Path) -> None:
    body = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 600 800">'
        '<symbol id="curl"><circle cx="5" cy="5" r="5"/><circle cx="15" cy="5" r="5"/></symbol>'
        '<g id="back"><use xlink:href="#curl" x="100" y="50" transform="scale(2)" fill="#9c5c34"/></g></svg>'
    )
    ((first, second),) = read(tmp_path, body).layers["back"]
    assert bounds(first.subpaths) == (200, 100, 220, 120)
    assert (second.fill, bounds(second.subpaths)[2]) == ("hair.base", 240)


@pytest.mark.parametrize("box", ["0 0 300 400", "0,0,158.75,211.667", "-300 -400 600 800"])
def test_any_canvas_of_the_template_s_proportions_is_brought_to_it(tmp_path: Path, box: str) -> None:
    left, top, width, height = (float(number) for number in box.replace(",", " ").split())
    body = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><g id="back"><rect x="{left}" y="{top}" ' + (
        f'width="{width}" height="{height}"/></g></svg>'
    )
    assert bounds(only(read(tmp_path, body), "back").subpaths) == pytest.approx((0, 0, 600, 800), abs=0.01)


@pytest.mark.parametrize("box", ["0 0 600", "0 0 0 0", "0 0 nan nan", "0 0 6e9 8e9", "0 0 800 600", "0 0 -600 -800"])
def test_a_canvas_that_is_none_is_refused(tmp_path: Path, box: str) -> None:
    with pytest.raises(LookError, match="line 1: expected viewBox"):
        read(tmp_path, f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><g id="back"/></svg>')


_ODD = (
    "nan", "inf", "-1e309", "1e308", "", "url(#lg1)", "none", '"', "<", ">", "&", "matrix(1 2)", "scale(0)",
    "rotate(1e9)", 'href="#front"', '<use xlink:href="#back"/>', "<g>", "</g>", "A", "Z", "M", "transform", 'style="',
    "objectBoundingBox",
)  # fmt: skip


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("seed", range(4))
def test_a_file_broken_anywhere_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    """Nothing else ever comes out of it, and what is read lies on the canvas."""
    chance = random.Random(seed)
    for _ in range(150):
        text = chance.choice((_INKSCAPE, _FIGMA, _ILLUSTRATOR))
        for _ in range(chance.choice((1, 1, 2, 5))):
            numbers = [match.span() for match in re.finditer(r"-?\d+\.?\d*", text)]
            start = chance.randrange(len(text))
            start, end = chance.choice([*numbers, (start, start + chance.randrange(8))])
            text = text[:start] + chance.choice(_ODD) + text[end:]
        try:
            drawing = read(tmp_path, text)
        except LookError:
            continue
        for piece in (piece for pieces in drawing.layers.values() for piece in pieces):
            assert all(abs(edge) < 200_000 for shape in piece for edge in shape.bounds())


def test_doubling_uses_are_refused_before_they_grow(tmp_path: Path) -> None:
    groups = "".join(f'<g id="g{n}"><use href="#g{n - 1}"/><use href="#g{n - 1}"/></g>' for n in range(1, 30))
    with pytest.raises(LookError, match="without end"):
        read(
            tmp_path,
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 800"><defs><g id="g0"/>{groups}</defs>'
            '<g id="back"><use href="#g29"/></g></svg>',
        )
