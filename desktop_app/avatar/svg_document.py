# SPDX-License-Identifier: GPL-3.0-or-later
"""SVG as a tree of what is drawn: read with limits, styles resolved, and nothing in it that runs or reaches outside."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from desktop_app.domain.errors import LookError

_MOST_ELEMENTS = 20_000
_DEEPEST = 32
_LONGEST_STYLE = 32_000
_MOST_RULES = 1_000

_SVG = "http://www.w3.org/2000/svg"
OUTLINES = frozenset(("path", "circle", "ellipse", "rect", "line", "polyline", "polygon"))
GRADIENTS = frozenset(("linearGradient", "radialGradient"))
_GROUPS = frozenset(("g", "defs", "symbol", "clipPath", "switch"))
_DRAWN = OUTLINES | GRADIENTS | _GROUPS | frozenset(("stop", "style", "use"))
_SKIPPED = frozenset(("metadata", "title", "desc"))
_INSTEAD = {
    "text": "expected outlines: Inkscape Path > Object to Path, Figma Flatten, Illustrator Create Outlines",
    "image": "expected outlines; pictures of a companion go into pictures/",
    "filter": "expected a gradient in the place of a blur or another effect",
    "mask": "expected a clip path or a gradient that becomes transparent",
    "pattern": "expected the pattern's shapes themselves",
    "marker": "expected the arrow or dot as a shape of its own",
    "foreignObject": "expected plain SVG; in Illustrator, export without the editing data",
    "svg": "expected a group",
}
_EFFECTS = ("filter", "mask", "marker-start", "marker-mid", "marker-end")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"(\w+)?(?:\.([\w-]+)|#([\w-]+))?")
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)


@dataclass(slots=True)
class Node:
    """One element; tags without their namespace."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list[Node] = field(default_factory=list)
    text: str = ""

    @property
    def name(self) -> str:
        """What the artist called it: Inkscape and Illustrator keep that beside an id of their own."""
        label = self.attributes.get("inkscape:label") or self.attributes.get("data-name")
        return label or self.attributes.get("id", "")

    @property
    def reference(self) -> str:
        """What href or xlink:href says; empty if there is none."""
        return next((v for k, v in self.attributes.items() if k.rpartition(":")[2] == "href"), "")


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule of a style sheet."""

    tag: str
    """The element that it is for; empty for any."""
    weight: int
    """An id outweighs a class, a class an element."""
    order: int
    declarations: dict[str, str]


class Document:
    """A whole file."""

    def __init__(self, name: str, data: bytes) -> None:
        """Raises LookError saying which line of the file with this name holds what it should not."""
        self._name = name
        self.root = _parse(name, data)
        self.by_id: dict[str, Node] = {}
        self._rules: dict[str, list[_Rule]] = {}
        self._styles: dict[int, dict[str, str]] = {}
        self._check(self.root)

    def refusal(self, node: Node, reason: str) -> LookError:
        return _refusal(self._name, node.line, reason)

    def style_of(self, node: Node) -> dict[str, str]:
        """Attributes, then rules, then the style attribute: the later wins, as in CSS."""
        if id(node) not in self._styles:
            style = {key: value for key, value in node.attributes.items() if ":" not in key}
            names = [node.tag, *(f".{name}" for name in node.attributes.get("class", "").split())]
            names.append(f"#{node.attributes.get('id', '')}")
            rules = [rule for name in names for rule in self._rules.get(name, ()) if rule.tag in ("", node.tag)]
            for rule in sorted(rules, key=lambda rule: (rule.weight, rule.order)):
                style.update(rule.declarations)
            style.update(_declarations(node.attributes.get("style", "")))
            self._styles[id(node)] = style
        return self._styles[id(node)]

    def is_hidden(self, node: Node) -> bool:
        style = self.style_of(node)
        return style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse")

    def _check(self, node: Node, hidden: bool = False) -> None:
        """Refuses what a part may not hold, and remembers ids and style rules. Hidden groups may hold text."""
        own_style = _declarations(node.attributes.get("style", ""))
        hidden = hidden or "none" in (node.attributes.get("display"), own_style.get("display"))
        kept = []
        for child in node.children:
            if child.tag.startswith("?") or child.tag in _SKIPPED:
                continue
            self._check_safety(child)
            if child.tag not in _DRAWN:
                if hidden or (node.tag == "defs" and child.tag in _INSTEAD):
                    continue  # editors leave behind what nothing refers to; check_effects finds what does
                instead = _INSTEAD.get(child.tag, "expected groups, paths, basic shapes, gradients and clip paths")
                raise self.refusal(child, f"<{child.tag}> is not drawn; {instead}")
            kept.append(child)
            if "id" in child.attributes:
                self.by_id[child.attributes["id"]] = child
            if child.tag == "style":
                self._read_rules(child)
            self._check(child, hidden)
        node.children = kept

    def _check_safety(self, node: Node) -> None:
        if node.tag == "script":
            raise self.refusal(node, "<script> is not allowed; expected a drawing")
        for key, value in node.attributes.items():
            bare = key.rpartition(":")[2]
            if bare == "href" and not value.startswith("#") and node.tag != "image":
                raise self.refusal(node, "a reference outside the file; expected #id")
            if bare.lower().startswith("on"):
                raise self.refusal(node, f"{bare} is not allowed; parts run no scripts")

    def check_effects(self, node: Node, style: dict[str, str]) -> None:
        """Refuses an effect that would be missing from the picture."""
        for effect in _EFFECTS:
            if style.get(effect, "none") != "none":
                tag = effect.partition("-")[0]
                raise self.refusal(node, f"a {tag} is not drawn; {_INSTEAD[tag]}")

    def _read_rules(self, node: Node) -> None:
        if len(node.text) > _LONGEST_STYLE:
            raise self.refusal(node, f"<style> is longer than {_LONGEST_STYLE} characters")
        text = _COMMENT.sub("", node.text)
        if "@" in text or "url(" in text.replace("url(#", "").replace("url('#", "").replace('url("#', ""):
            raise self.refusal(node, "<style> may hold only plain rules for classes, ids and elements")
        if text.count("{") > _MOST_RULES:
            raise self.refusal(node, f"<style> holds more than {_MOST_RULES} rules")
        for match in _RULE.finditer(text):
            declarations = _declarations(match.group(2))
            for selector in match.group(1).split(","):
                simple = _SELECTOR.fullmatch(selector.strip())
                if simple is None or not any(simple.groups()):
                    raise self.refusal(node, f"<style>: '{selector.strip()[:30]}'; expected .class, #id or an element")
                tag, class_name, identity = (part or "" for part in simple.groups())
                key = f".{class_name}" if class_name else f"#{identity}" if identity else tag
                weight = 2 if identity else 1 if class_name else 0
                self._rules.setdefault(key, []).append(_Rule(tag, weight, match.start(), declarations))


def _refusal(name: str, line: int, reason: str) -> LookError:
    return LookError("look.drawing", f"{name}, line {line}: {reason}.")


def _declarations(text: str) -> dict[str, str]:
    pairs = (item.partition(":") for item in text.split(";"))
    return {key.strip(): value.replace("!important", "").strip() for key, _, value in pairs if value}


def _parse(name: str, data: bytes) -> Node:
    """The element tree, with line numbers and without anything that expands."""
    parser = expat.ParserCreate(namespace_separator=" ")
    root: list[Node] = []
    stack: list[Node] = []
    count = 0

    def line() -> int:
        return int(parser.CurrentLineNumber)

    def doctype(_name: str, _system: str | None, public: str | None, has_definitions: int) -> None:
        if has_definitions or not (public or "").startswith("-//W3C//DTD SVG"):
            raise _refusal(name, line(), "a DOCTYPE of its own is not allowed; expected plain SVG")

    def refuse_entity(*_: object) -> None:
        raise _refusal(name, line(), "entities are not allowed; expected plain SVG")

    def start(full_tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(stack) >= _DEEPEST:
            raise _refusal(name, line(), f"groups are nested more than {_DEEPEST} deep")
        if count > _MOST_ELEMENTS:
            raise _refusal(name, line(), f"more than {_MOST_ELEMENTS} elements")
        namespace, _, tag = full_tag.rpartition(" ")
        plain = {_short(key): value for key, value in attributes.items()}
        node = Node(tag if namespace == _SVG else f"?{tag}", plain, line())
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

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = refuse_entity
    parser.SkippedEntityHandler = refuse_entity
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise _refusal(name, error.lineno, f"not well-formed XML ({expat.errors.messages[error.code]})") from error
    except (ValueError, LookupError) as error:
        raise _refusal(name, 1, "an encoding that is not read; expected UTF-8") from error
    if root[0].tag != "svg":
        raise _refusal(name, root[0].line, "expected <svg> in the namespace http://www.w3.org/2000/svg")
    return root[0]


def _short(key: str) -> str:
    """ "http://www.inkscape.org/namespaces/inkscape label" as "inkscape:label"; what has no namespace as it is."""
    namespace, _, name = key.rpartition(" ")
    return f"{namespace.rstrip('/').rpartition('/')[2]}:{name}" if namespace else name
