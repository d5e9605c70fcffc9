# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawings as artists save them: reads the part of SVG that avatars need and refuses the rest with file and line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from desktop_app.avatar.affine import IDENTITY, Affine
from desktop_app.avatar.shapes import (
    TEMPLATE_HEIGHT,
    TEMPLATE_WIDTH,
    Paint,
    Shape,
    Subpath,
    bounds,
    warp_subpaths,
)
from desktop_app.avatar.small_file import read_small_file
from desktop_app.avatar.svg_document import GRADIENTS, OUTLINES, Document, Node
from desktop_app.avatar.svg_paints import gradient, gradient_stops, parse_color, parse_share, referred
from desktop_app.avatar.svg_paths import (
    MOST_POINTS,
    OutlineError,
    parse_basic_shape,
    parse_length,
    parse_path,
    parse_transform,
)

LARGEST_FILE_BYTES = 2_000_000
MOST_SHAPES = 4_000
_MOST_VISITS = 40_000
_DEEPEST = 64
"""Groups within each other, by <use>."""
_WIDEST_STROKE = 2_000
_FARTHEST = 100_000

_CLIPS = frozenset(("clipPath",))
_INHERITED = ("fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity")
_SHADOW = re.compile(r"shadow([-_ ]*\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The top groups of a file by name; each holds its pieces, which move as one each."""

    layers: dict[str, tuple[tuple[Shape, ...], ...]]


@dataclass(frozen=True, slots=True)
class _Context:
    """What an element takes over from those around it."""

    style: dict[str, str]
    transform: Affine = IDENTITY
    opacity: float = 1.0
    clip: tuple[Subpath, ...] | None = None
    casts_shadow: bool = False
    depth: int = 0


def load_drawing(path: Path, layer_names: Collection[str] = ()) -> Drawing:
    """Reads an SVG file whose layers may have these names.

    Raises LookError saying which line holds what it should not, and what was expected.
    """
    data = read_small_file(path, LARGEST_FILE_BYTES, "look.drawing", "a part")
    return _Reader(Document(path.name, data), layer_names).read()


class _Reader:
    def __init__(self, document: Document, layer_names: Collection[str]) -> None:
        self._document = document
        self._names = frozenset(layer_names)
        self._shapes = 0
        self._points = 0
        self._visits = 0
        self._page = (TEMPLATE_WIDTH, TEMPLATE_HEIGHT)

    def read(self) -> Drawing:
        base = self._inside(_Context({}, self._canvas()), self._document.root)
        layers: dict[str, tuple[tuple[Shape, ...], ...]] = {}
        for node, context in self._layers(self._document.root, base):
            layers[node.name] = layers.get(node.name, ()) + self._pieces(node, context)
        return Drawing(layers)

    def _canvas(self) -> Affine:
        """From the file's own units to the template's, whatever they are called: a page of 158.75 × 211.67 mm fits."""
        root = self._document.root
        expected = 'expected viewBox="0 0 600 800", the template\'s canvas, or another of the same proportions'
        try:
            if "viewBox" in root.attributes:
                left, top, width, height = (float(n) for n in root.attributes["viewBox"].replace(",", " ").split())
            elif "width" in root.attributes or "height" in root.attributes:
                left = top = 0.0
                width, height = (parse_length(root.attributes.get(side, "")) for side in ("width", "height"))
            else:
                left, top, width, height = 0.0, 0.0, TEMPLATE_WIDTH, TEMPLATE_HEIGHT
        except ValueError:
            raise self._document.refusal(root, expected) from None
        is_sane = all(abs(number) < 1e5 for number in (left, top)) and 1 <= width < 1e5 and 1 <= height < 1e5
        if not is_sane or abs(width / height - TEMPLATE_WIDTH / TEMPLATE_HEIGHT) > 0.01:
            raise self._document.refusal(root, expected)
        self._page = (width, height)
        across, down = TEMPLATE_WIDTH / width, TEMPLATE_HEIGHT / height
        return Affine(across, 0, 0, down, -left * across, -top * down)

    def _layers(self, parent: Node, context: _Context) -> list[tuple[Node, _Context]]:
        """The top groups; a frame around groups that are called like layers, as Figma exports one, is looked into."""
        found: list[tuple[Node, _Context]] = []
        for node in parent.children:
            if self._document.is_hidden(node):
                continue
            if node.tag in OUTLINES or node.tag == "use":
                raise self._document.refusal(
                    node, f"<{node.tag}> outside a layer; expected it in a group with the layer's name as id"
                )
            if node.tag != "g":
                continue
            if node.name not in self._names and any(child.name in self._names for child in node.children):
                found += self._layers(node, self._inside(context, node))
            elif node.name:
                found.append((node, context))
            else:
                raise self._document.refusal(node, "a top group without id; expected the layer's name as id")
        return found

    def _pieces(self, layer: Node, outer: _Context) -> tuple[tuple[Shape, ...], ...]:
        """The layer's direct shapes and each of its groups, in order."""
        pieces: list[tuple[Shape, ...]] = []
        loose: list[Shape] = []
        base = self._inside(outer, layer)
        for node in layer.children:
            if node.tag == "g":
                if loose:
                    pieces.append(tuple(loose))
                    loose = []
                grouped: list[Shape] = []
                self._collect(node, base, grouped)
                if grouped:
                    pieces.append(tuple(grouped))
            else:
                self._collect(node, base, loose)
        if loose:
            pieces.append(tuple(loose))
        return tuple(pieces)

    def _inside(self, outer: _Context, node: Node) -> _Context:
        """What the element's children take over. Raises LookError."""
        style = self._document.style_of(node)
        self._document.check_effects(node, style)
        try:
            transform = _composed(outer.transform, style)
            return _Context(
                style={
                    **outer.style,
                    **{key: style[key] for key in _INHERITED if style.get(key, "inherit") != "inherit"},
                },
                transform=transform,
                opacity=outer.opacity * parse_share(style.get("opacity", "1")),
                clip=self._clip(style.get("clip-path", "none"), transform, outer.clip),
                casts_shadow=outer.casts_shadow or _casts_shadow(node),
                depth=outer.depth + 1,
            )
        except ValueError as error:
            raise self._document.refusal(node, str(error)) from error

    def _collect(self, node: Node, outer: _Context, out: list[Shape]) -> None:
        self._visits += 1
        if self._visits > _MOST_VISITS or (node.tag == "use" and outer.depth > _DEEPEST):
            raise self._document.refusal(node, "<use> of groups within each other without end; expected far fewer")
        if self._document.is_hidden(node):
            return
        context = self._inside(outer, node)
        if node.tag in ("g", "switch"):
            for child in node.children:
                self._collect(child, context, out)
        elif node.tag == "use":
            self._use(node, context, out)
        elif node.tag in OUTLINES:
            shape = self._shape(node, context)
            if shape is not None:
                out.append(shape)

    def _use(self, node: Node, context: _Context, out: list[Shape]) -> None:
        target = self._used(node)
        try:
            x, y = (parse_length(node.attributes.get(axis, "0")) for axis in ("x", "y"))
        except ValueError as error:
            raise self._document.refusal(node, str(error)) from error
        moved = replace(context, transform=context.transform.after(Affine(e=x, f=y)))
        if target.tag == "symbol":
            for child in target.children:
                self._collect(child, self._inside(moved, target), out)
        else:
            self._collect(target, moved, out)

    def _used(self, node: Node) -> Node:
        target = self._document.by_id.get(node.reference[1:])
        if target is None or target.tag not in OUTLINES | {"g", "symbol", "use"}:
            raise self._document.refusal(
                node, f"<use> of '{node.reference[:40]}': expected the id of a group or a shape in this file"
            )
        return target

    def _outline_of(self, node: Node) -> tuple[Subpath, ...]:
        if node.tag == "path":
            return parse_path(node.attributes.get("d", ""))
        return parse_basic_shape(node.tag, node.attributes)

    def _shape(self, node: Node, context: _Context) -> Shape | None:
        style = context.style
        try:
            raw = self._outline_of(node)
            if not raw:
                return None
            self._count(raw, shapes=1)
            stroke = self._paint(style.get("stroke", "none"), raw, context.transform)
            if stroke is not None and not isinstance(stroke, str):
                raise OutlineError("a gradient as stroke; expected a plain color")
            width = parse_length(style.get("stroke-width", "1")) * context.transform.mean_scale
            if not 0 <= width <= _WIDEST_STROKE:
                raise OutlineError(f"a stroke width of {width:g}; expected 0 to {_WIDEST_STROKE}")
            return Shape(
                _on_page(raw, context.transform),
                fill=self._paint(style.get("fill", "#000000"), raw, context.transform),
                fill_opacity=parse_share(style.get("fill-opacity", "1")) * context.opacity,
                stroke=stroke,
                stroke_width=width,
                stroke_opacity=parse_share(style.get("stroke-opacity", "1")) * context.opacity,
                clip=context.clip,
                casts_shadow=context.casts_shadow,
            )
        except ValueError as error:
            raise self._document.refusal(node, str(error)) from error

    def _count(self, outline: Iterable[Subpath], stops: int = 0, shapes: int = 0) -> None:
        """Each use counts, so that one long gradient or clip path cannot be asked for thousands of times."""
        self._shapes += shapes
        self._points += sum(len(sub.points) for sub in outline) + stops
        if self._shapes > MOST_SHAPES or self._points > MOST_POINTS:
            raise OutlineError(f"too many shapes; expected at most {MOST_SHAPES} of reasonable detail")

    def _paint(self, text: str, raw: tuple[Subpath, ...], transform: Affine) -> Paint | None:
        if not text.strip().startswith("url("):
            return parse_color(text)
        node = referred(self._document, text, GRADIENTS, "a gradient")
        self._count((), stops=len(gradient_stops(self._document, node)[1]))
        return gradient(self._document, node, raw, transform, self._page)

    def _clip(self, text: str, transform: Affine, outer: tuple[Subpath, ...] | None) -> tuple[Subpath, ...] | None:
        """The outline that cuts an element, on the template; the one around it if it has none of its own."""
        if text.strip() == "none":
            return outer
        node = referred(self._document, text, _CLIPS, "a clip path")
        if node.attributes.get("clipPathUnits") == "objectBoundingBox":
            raise OutlineError("a clip path in units of the shape's box; expected one in units of the drawing")
        outline: list[Subpath] = []
        self._collect_clip(node, _composed(transform, self._document.style_of(node)), outline)
        self._count(outline)
        if _holds_the_page(outline):
            return outer
        if outer is not None:
            raise OutlineError("a clip path within another; expected one of them, or the outline cut for good")
        return tuple(outline)

    def _collect_clip(self, node: Node, transform: Affine, outline: list[Subpath], depth: int = 0) -> None:
        for child in node.children:
            style = self._document.style_of(child)
            if self._document.is_hidden(child):
                continue
            here = _composed(transform, style)
            if child.tag == "use" and depth < 8:
                target = self._used(child)
                x, y = (parse_length(child.attributes.get(axis, "0")) for axis in ("x", "y"))
                holder = Node("clipPath", {}, child.line, [target])
                self._collect_clip(holder, here.after(Affine(e=x, f=y)), outline, depth + 1)
            elif child.tag == "g" and depth < 8:
                self._collect_clip(child, here, outline, depth + 1)
            elif child.tag in OUTLINES:
                outline += _on_page(self._outline_of(child), here)
                self._count(outline[-1:])
            else:
                raise OutlineError("a clip path may hold only outlines")


def _composed(outer: Affine, style: dict[str, str]) -> Affine:
    """Raises OutlineError for what leads out of all numbers."""
    moved = outer.after(parse_transform(style.get("transform", "")))
    if not all(abs(number) < _FARTHEST**2 for number in (moved.a, moved.b, moved.c, moved.d, moved.e, moved.f)):
        raise OutlineError("a transform that leads far off the canvas")
    return moved


def _on_page(outline: tuple[Subpath, ...], transform: Affine) -> tuple[Subpath, ...]:
    """Raises OutlineError for what lies where no canvas is."""
    if not outline:
        return ()
    _must_be_near(outline)  # numbers without end cannot be moved
    moved = warp_subpaths(outline, transform)
    _must_be_near(moved)
    return moved


def _must_be_near(outline: tuple[Subpath, ...]) -> None:
    if not all(abs(edge) < _FARTHEST for edge in bounds(outline)):
        raise OutlineError("a shape far off the canvas")


def _casts_shadow(node: Node) -> bool:
    """By its class, or by the name that the artist gave it where a program knows no classes."""
    return "shadow" in node.attributes.get("class", "").split() or _SHADOW.fullmatch(node.name) is not None


def _holds_the_page(outline: list[Subpath]) -> bool:
    """Whether it is the frame of the whole page, which cuts nothing."""
    if len(outline) != 1 or len(outline[0].points) not in (13, 16, 25, 28):
        return False
    left, top, right, bottom = bounds(outline)
    corners = {(round(x), round(y)) for x, y in outline[0].points[::3]}
    is_box = all(x in (round(left), round(right)) or y in (round(top), round(bottom)) for x, y in corners)
    return is_box and left <= 1 and top <= 1 and right >= TEMPLATE_WIDTH - 1 and bottom >= TEMPLATE_HEIGHT - 1
