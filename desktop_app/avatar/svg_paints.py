# SPDX-License-Identifier: GPL-3.0-or-later
"""Colors and gradients as drawing programs write them; key colors become roles of the palette."""

from __future__ import annotations

import math
import re

from desktop_app.avatar.affine import Affine
from desktop_app.avatar.css_colors import CSS_COLORS
from desktop_app.avatar.palette import ROLE_OF_KEY, hex_of
from desktop_app.avatar.shapes import LinearGradient, Paint, RadialGradient, Stop, Subpath, bounds
from desktop_app.avatar.svg_document import GRADIENTS, Document, Node
from desktop_app.avatar.svg_paths import OutlineError, parse_length, parse_transform

_FARTHEST = 1e6
_CHANNEL = re.compile(r"(\d*\.?\d+)(%?)")


def parse_share(text: str) -> float:
    """0…1 from "0.5" or "50%". Raises OutlineError."""
    text = text.strip()
    try:
        value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise OutlineError(f"'{text[:30]}': expected a number from 0 to 1")
    return min(1.0, max(0.0, value))


def parse_color(text: str) -> str | None:
    """A role where it is one of the key colors, else "#rrggbb"; None for "none". Raises OutlineError."""
    text = text.strip().lower()
    if text in ("none", "transparent"):
        return None
    color = CSS_COLORS.get(text, text)
    if re.fullmatch(r"#[0-9a-f]{3}", color):
        color = "#" + "".join(2 * digit for digit in color[1:])
    elif color.startswith("rgb("):
        parts = [float(value) / (100 if percent else 255) for value, percent in _CHANNEL.findall(color)]
        if len(parts) == 3:
            color = hex_of((parts[0], parts[1], parts[2]))
    if not re.fullmatch(r"#[0-9a-f]{6}", color):
        raise OutlineError(f"color '{text[:30]}': expected #rrggbb or none")
    return ROLE_OF_KEY.get(color, color)


def referred(document: Document, text: str, tags: frozenset[str], what: str) -> Node:
    """What url(#id) names. Raises OutlineError."""
    match = re.fullmatch(r"url\(\s*['\"]?#([^'\")]+)['\"]?\s*\).*", text.strip())
    node = document.by_id.get(match.group(1)) if match else None
    if node is None or node.tag not in tags:
        raise OutlineError(f"'{text[:40]}': expected url(#id) of {what} in this file")
    return node


def gradient_stops(document: Document, node: Node) -> tuple[dict[str, str], list[Node]]:
    """A gradient's own values and, where it refers to another gradient for them, that one's."""
    attributes, stops, seen = dict(node.attributes), list(node.children), {id(node)}
    while node.reference:
        other = document.by_id.get(node.reference[1:])
        if other is None or other.tag not in GRADIENTS:
            raise OutlineError(f"'{node.reference[:40]}': expected the id of a gradient in this file")
        if id(other) in seen:
            raise OutlineError("gradients that refer to each other in a circle")
        seen.add(id(other))
        attributes = {**other.attributes, **attributes}
        stops = stops or list(other.children)
        node = other
    return attributes, stops


def gradient(
    document: Document, node: Node, outline: tuple[Subpath, ...], transform: Affine, page: tuple[float, float]
) -> Paint:
    """As it lies on the page; the page's width and height are what lengths in % refer to. Raises OutlineError."""
    attributes, stop_nodes = gradient_stops(document, node)
    stops = tuple(_stop(document, stop) for stop in stop_nodes)
    if not stops:
        raise OutlineError("a gradient without stops")
    local = parse_transform(attributes.get("gradientTransform", ""))
    by_box = attributes.get("gradientUnits", "objectBoundingBox") == "objectBoundingBox"
    width, height = (1.0, 1.0) if by_box else page
    if by_box:
        left, top, right, bottom = bounds(outline)
        local = Affine(right - left, 0, 0, bottom - top, left, top).after(local)
    to_page = transform.after(local)

    def number(name: str, default: float, whole: float) -> float:
        text = attributes.get(name, f"{100 * default}%").strip()
        return float(text[:-1]) / 100 * whole if text.endswith("%") else parse_length(text)

    if node.tag == "linearGradient":
        start = to_page(number("x1", 0, width), number("y1", 0, height))
        end = to_page(number("x2", 1, width), number("y2", 0, height))
        _must_be_near(*start, *end)
        return LinearGradient(start, end, stops)
    center = to_page(number("cx", 0.5, width), number("cy", 0.5, height))
    radius = number("r", 0.5, (width + height) / 2)
    across = (abs(to_page.a) + abs(to_page.b)) or 1.0
    squash = (abs(to_page.c) + abs(to_page.d)) / across
    _must_be_near(*center, radius * across, squash)
    return RadialGradient(center, radius * across, stops, squash)


def _stop(document: Document, node: Node) -> Stop:
    style = document.style_of(node)
    color = parse_color(style.get("stop-color", "#000000"))
    return parse_share(style.get("offset", "0")), color or "#000000", parse_share(style.get("stop-opacity", "1"))


def _must_be_near(*numbers: float) -> None:
    if not all(abs(number) < _FARTHEST for number in numbers):
        raise OutlineError("a gradient far off the canvas")
