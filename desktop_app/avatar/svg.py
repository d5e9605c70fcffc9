# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawings as artists save them: reads the part of SVG that avatars need and refuses the rest with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from desktop_app.avatar.affine import IDENTITY, Affine
from desktop_app.avatar.palette import ROLE_OF_KEY, hex_of
from desktop_app.avatar.shapes import (
    LinearGradient,
    Paint,
    RadialGradient,
    Shape,
    Stop,
    Subpath,
    bounds,
    warp_subpaths,
)
from desktop_app.avatar.svg_paths import (
    OutlineError,
    parse_basic_shape,
    parse_length,
    parse_path,
    parse_transform,
)
from desktop_app.domain.errors import LookError

LARGEST_FILE_BYTES = 2_000_000
MOST_SHAPES = 4_000
_MOST_POINTS = 300_000
_DEEPEST = 32
_LONGEST_STYLE = 32_000
_WIDEST_STROKE = 2_000
_FARTHEST = 1e6

_SVG = "http://www.w3.org/2000/svg"
_OUTLINES = frozenset(("path", "circle", "ellipse", "rect", "line", "polyline", "polygon"))
_GRADIENTS = frozenset(("linearGradient", "radialGradient"))
_SKIPPED = frozenset(("metadata", "title", "desc"))
_NAMED = {"black": "#000000", "white": "#ffffff", "red": "#ff0000", "gray": "#808080", "grey": "#808080"}
_RULE = re.compile(r"\.([\w-]+)\s*(?:,\s*\.([\w-]+)\s*)*\{([^}]*)\}")
_INHERITED = ("fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "clip-path")


@dataclass(frozen=True, slots=True)
class Drawing:
    """The top groups of a file by id; each holds its pieces, which move as one each."""

    layers: dict[str, tuple[tuple[Shape, ...], ...]]


@dataclass(slots=True)
class _Node:
    tag: str
    attributes: dict[str, str]
    line: int
    children: list[_Node] = field(default_factory=list)
    text: str = ""


def load_drawing(path: Path) -> Drawing:
    """Reads an SVG file. Raises LookError saying which line holds what it should not, and what was expected."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE_BYTES:
            raise LookError(
                "look.drawing",
                f"{path.name}: {size / 1e6:.1f} MB is too big for a part, at most 2 MB are read.",
            )
        data = path.read_bytes()
    except OSError as error:
        raise LookError("look.drawing", f"{path.name}: the file could not be read ({error.strerror}).") from error
    return _Reader(path.name, _parse(path.name, data)).read()


def _refusal(name: str, line: int, reason: str) -> LookError:
    return LookError("look.drawing", f"{name}, line {line}: {reason}.")


def _parse(name: str, data: bytes) -> _Node:
    """The element tree, with line numbers and without anything that expands, runs or reaches outside."""
    parser = expat.ParserCreate(namespace_separator=" ")
    root: list[_Node] = []
    stack: list[_Node] = []

    def line() -> int:
        return int(parser.CurrentLineNumber)

    def refuse_doctype(*_: object) -> None:
        raise _refusal(name, line(), "a DOCTYPE is not allowed; expected plain SVG")

    def refuse_entity(*_: object) -> None:
        raise _refusal(name, line(), "entities are not allowed; expected plain SVG")

    def start(full_tag: str, attributes: dict[str, str]) -> None:
        namespace, _, tag = full_tag.rpartition(" ")
        if len(stack) >= _DEEPEST:
            raise _refusal(name, line(), f"groups are nested more than {_DEEPEST} deep")
        node = _Node(tag if namespace == _SVG else f"?{tag}", attributes, line())
        if stack:
            stack[-1].children.append(node)
        else:
            root.append(node)
        stack.append(node)

    def end(_: str) -> None:
        stack.pop()

    def text(data: str) -> None:
        if stack and stack[-1].tag == "style":
            stack[-1].text += data

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.EntityDeclHandler = refuse_entity
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise _refusal(name, error.lineno, f"not well-formed XML ({expat.errors.messages[error.code]})") from error
    if root[0].tag != "svg":
        raise _refusal(name, root[0].line, "expected <svg> in the namespace http://www.w3.org/2000/svg")
    return root[0]


class _Reader:
    def __init__(self, name: str, root: _Node) -> None:
        self._name = name
        self._root = root
        self._by_id: dict[str, _Node] = {}
        self._rules: dict[str, dict[str, str]] = {}
        self._shapes = 0
        self._points = 0

    def read(self) -> Drawing:
        self._check(self._root)
        view = self._root.attributes.get("viewBox", "0 0 600 800").replace(",", " ").split()
        if [_number(value) for value in view] != [0.0, 0.0, 600.0, 800.0]:
            raise _refusal(self._name, self._root.line, 'expected viewBox="0 0 600 800", the template\'s canvas')
        layers: dict[str, tuple[tuple[Shape, ...], ...]] = {}
        for node in self._root.children:
            if node.tag != "g":
                if node.tag in _OUTLINES:
                    raise _refusal(
                        self._name,
                        node.line,
                        f"<{node.tag}> outside a layer; expected it in a group with an id",
                    )
                continue
            layer = node.attributes.get("id", "")
            if not layer:
                raise _refusal(self._name, node.line, "a top group without id; expected the layer's name as id")
            layers[layer] = self._pieces(node)
        return Drawing(layers)

    def _check(self, node: _Node) -> None:
        """Refuses what a part may not hold, and remembers ids and style rules."""
        for child in node.children:
            if child.tag.startswith("?") or child.tag in _SKIPPED:
                child.children = []
                continue
            if child.tag not in _OUTLINES | _GRADIENTS | {"g", "defs", "stop", "clipPath", "style"}:
                raise _refusal(
                    self._name, child.line,
                    f"<{child.tag}> is not allowed; expected groups, paths, basic shapes, gradients and clip paths",
                )  # fmt: skip
            for key, value in child.attributes.items():
                bare = key.rpartition(" ")[2]
                if bare == "href" and not value.startswith("#"):
                    raise _refusal(self._name, child.line, "a reference outside the file; expected #id")
                if bare.lower().startswith("on"):
                    raise _refusal(self._name, child.line, f"{bare} is not allowed; parts run no scripts")
            if "id" in child.attributes:
                self._by_id[child.attributes["id"]] = child
            if child.tag == "style":
                self._read_rules(child)
            self._check(child)

    def _read_rules(self, node: _Node) -> None:
        if len(node.text) > _LONGEST_STYLE:
            raise _refusal(self._name, node.line, f"<style> is longer than {_LONGEST_STYLE} characters")
        if "@" in node.text or "url(" in node.text.replace("url(#", ""):
            raise _refusal(self._name, node.line, "<style> may hold only plain class rules")
        for match in _RULE.finditer(node.text):
            names = re.findall(r"\.([\w-]+)", match.group().partition("{")[0])
            for name in names:
                self._rules.setdefault(name, {}).update(_declarations(match.group(3)))

    def _style_of(self, node: _Node) -> dict[str, str]:
        style = {key: value for key, value in node.attributes.items() if " " not in key}
        for name in node.attributes.get("class", "").split():
            style.update(self._rules.get(name, {}))
        style.update(_declarations(node.attributes.get("style", "")))
        return style

    def _pieces(self, layer: _Node) -> tuple[tuple[Shape, ...], ...]:
        """The layer's direct shapes and each of its groups, in order."""
        pieces: list[tuple[Shape, ...]] = []
        loose: list[Shape] = []
        base = self._passed_on({}, IDENTITY, 1.0, layer)
        for node in layer.children:
            if node.tag == "g":
                if loose:
                    pieces.append(tuple(loose))
                    loose = []
                grouped: list[Shape] = []
                self._collect(node, *base, grouped)
                if grouped:
                    pieces.append(tuple(grouped))
            else:
                self._collect(node, *base, loose)
        if loose:
            pieces.append(tuple(loose))
        return tuple(pieces)

    def _passed_on(
        self, inherited: dict[str, str], transform: Affine, opacity: float, node: _Node
    ) -> tuple[dict[str, str], Affine, float]:
        style = self._style_of(node)
        passed = {**inherited, **{key: style[key] for key in _INHERITED if key in style}}
        try:
            own = parse_transform(style.get("transform", ""))
            return passed, transform.after(own), opacity * _share(style.get("opacity", "1"))
        except OutlineError as error:
            raise _refusal(self._name, node.line, str(error)) from error

    def _collect(
        self, node: _Node, inherited: dict[str, str], transform: Affine, opacity: float, out: list[Shape]
    ) -> None:
        style, transform, opacity = self._passed_on(inherited, transform, opacity, node)
        if node.attributes.get("display") == "none":
            return
        if node.tag == "g":
            for child in node.children:
                self._collect(child, style, transform, opacity, out)
        elif node.tag in _OUTLINES:
            shape = self._shape(node, style, transform, opacity)
            if shape is not None:
                out.append(shape)

    def _shape(self, node: _Node, style: dict[str, str], transform: Affine, opacity: float) -> Shape | None:
        try:
            raw = parse_path(node.attributes.get("d", "")) if node.tag == "path" else (
                parse_basic_shape(node.tag, node.attributes)
            )  # fmt: skip
            if not raw:
                return None
            self._count(node, raw, shapes=1)
            stroke = self._paint(style.get("stroke", "none"), raw, transform)
            if stroke is not None and not isinstance(stroke, str):
                raise OutlineError("a gradient as stroke; expected a plain color")
            width = parse_length(style.get("stroke-width", "1")) * transform.mean_scale
            if not 0 <= width <= _WIDEST_STROKE:
                raise OutlineError(f"a stroke width of {width:g}; expected 0 to {_WIDEST_STROKE}")
            clip = self._clip(style["clip-path"], transform) if "clip-path" in style else None
            return Shape(
                warp_subpaths(raw, transform),
                fill=self._paint(style.get("fill", "#000000"), raw, transform),
                fill_opacity=_share(style.get("fill-opacity", "1")) * opacity,
                stroke=stroke,
                stroke_width=width,
                stroke_opacity=_share(style.get("stroke-opacity", "1")) * opacity,
                clip=clip,
                casts_shadow="shadow" in node.attributes.get("class", "").split(),
            )
        except (OutlineError, ValueError) as error:
            raise _refusal(self._name, node.line, str(error)) from error

    def _count(self, node: _Node, outline: Iterable[Subpath], stops: int = 0, shapes: int = 0) -> None:
        """Each use counts, so that one long gradient or clip path cannot be asked for thousands of times."""
        self._shapes += shapes
        self._points += sum(len(sub.points) for sub in outline) + stops
        if self._shapes > MOST_SHAPES or self._points > _MOST_POINTS:
            raise _refusal(
                self._name, node.line, f"too many shapes; expected at most {MOST_SHAPES} of reasonable detail"
            )

    def _paint(self, text: str, raw: tuple[Subpath, ...], transform: Affine) -> Paint | None:
        text = text.strip()
        if not text.startswith("url("):
            return _color(text)
        node = self._referred(text, _GRADIENTS, "a gradient")
        return self._gradient(node, raw, transform)

    def _referred(self, text: str, tags: frozenset[str], what: str) -> _Node:
        match = re.fullmatch(r"url\(\s*['\"]?#([^'\")]+)['\"]?\s*\)", text)
        node = self._by_id.get(match.group(1)) if match else None
        if node is None or node.tag not in tags:
            raise OutlineError(f"'{text[:40]}': expected url(#id) of {what} in this file")
        return node

    def _gradient(self, node: _Node, raw: tuple[Subpath, ...], transform: Affine) -> Paint:
        attributes, stops_of = self._with_templates(node)
        local = parse_transform(attributes.get("gradientTransform", ""))
        if attributes.get("gradientUnits", "objectBoundingBox") == "objectBoundingBox":
            left, top, right, bottom = bounds(raw)
            local = Affine(right - left, 0, 0, bottom - top, left, top).after(local)
        to_page = transform.after(local)

        def number(name: str, default: str) -> float:
            text = attributes.get(name, default).strip()
            return float(text[:-1]) / 100 if text.endswith("%") else parse_length(text)

        self._count(node, (), stops=len(stops_of))
        stops = tuple(self._stop(stop) for stop in stops_of)
        if not stops:
            raise OutlineError("a gradient without stops")
        if node.tag == "linearGradient":
            start = to_page(number("x1", "0"), number("y1", "0"))
            end = to_page(number("x2", "1"), number("y2", "0"))
            _must_be_near(*start, *end)
            return LinearGradient(start, end, stops)
        center, radius = to_page(number("cx", ".5"), number("cy", ".5")), number("r", ".5")
        across = (abs(to_page.a) + abs(to_page.b)) or 1.0
        squash = (abs(to_page.c) + abs(to_page.d)) / across
        _must_be_near(*center, radius * across, squash)
        return RadialGradient(center, radius * across, stops, squash)

    def _with_templates(self, node: _Node) -> tuple[dict[str, str], list[_Node]]:
        """A gradient's own values and, where it refers to another gradient for them, that one's."""
        attributes, stops, seen = dict(node.attributes), list(node.children), {id(node)}
        while True:
            reference = next((v for k, v in node.attributes.items() if k.rpartition(" ")[2] == "href"), "")
            if not reference:
                return attributes, stops
            other = self._by_id.get(reference[1:])
            if other is None or other.tag not in _GRADIENTS:
                raise OutlineError(f"'{reference[:40]}': expected the id of a gradient in this file")
            if id(other) in seen:
                raise OutlineError("gradients that refer to each other in a circle")
            seen.add(id(other))
            attributes = {**other.attributes, **attributes}
            stops = stops or list(other.children)
            node = other

    def _stop(self, node: _Node) -> Stop:
        style = self._style_of(node)
        return (
            _share(style.get("offset", "0")),
            _color(style.get("stop-color", "#000000")) or "#000000",
            _share(style.get("stop-opacity", "1")),
        )

    def _clip(self, text: str, transform: Affine) -> tuple[Subpath, ...] | None:
        if text.strip() == "none":
            return None
        node = self._referred(text.strip(), frozenset(("clipPath",)), "a clip path")
        outline: list[Subpath] = []
        for child in node.children:
            if child.tag == "path":
                outline += parse_path(child.attributes.get("d", ""))
            elif child.tag in _OUTLINES:
                outline += parse_basic_shape(child.tag, child.attributes)
            else:
                raise OutlineError("a clip path may hold only outlines")
        self._count(node, outline)
        return warp_subpaths(outline, transform)


def _declarations(text: str) -> dict[str, str]:
    pairs = (item.partition(":") for item in text.split(";"))
    return {key.strip(): value.strip() for key, _, value in pairs if value}


def _must_be_near(*numbers: float) -> None:
    if not all(abs(number) < _FARTHEST for number in numbers):
        raise OutlineError("a gradient far off the canvas")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _share(text: str) -> float:
    text = text.strip()
    value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    return min(1.0, max(0.0, value))


def _color(text: str) -> str | None:
    """A role where it is one of the key colors, else "#rrggbb"; None for "none"."""
    text = text.strip().lower()
    if text in ("none", "transparent"):
        return None
    if re.fullmatch(r"#[0-9a-f]{3}", text):
        text = "#" + "".join(2 * digit for digit in text[1:])
    elif text.startswith("rgb("):
        parts = [float(part) / 255 for part in re.findall(r"[\d.]+", text)]
        if len(parts) == 3:
            text = hex_of((parts[0], parts[1], parts[2]))
    text = _NAMED.get(text, text)
    if not re.fullmatch(r"#[0-9a-f]{6}", text):
        raise OutlineError(f"color '{text[:30]}': expected #rrggbb or none")
    return ROLE_OF_KEY.get(text, text)
