# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes text fit to be spoken: no markdown, emoji, code, addresses or lone punctuation."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_PICTURES = regex.compile(r"[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\uFE0F\u200D\u20E3]+")
_KEPT_SIGNS = {"©": "", "®": "", "™": "", "&": " and ", "→": ", ", "=": " = "}
_ADDRESS = regex.compile(r"(?:https?://|www\.)(?:www\.)?([^\s/:?#)>\]]+)[^\s)>\]]*", regex.IGNORECASE)
_STAGE_DIRECTION = regex.compile(r"^\s*\*[^*]+\*\s*$")
_LONE_FIGURE = regex.compile(r"\s*(\d+)[.)]\s*")
_SPACES = regex.compile(r"\s+")
_ELLIPSIS = regex.compile(r"(?:\.\s*){2,}|…+")
_REPEATED = regex.compile(r"([!?,;:])(?:\s*[!?,;:.])+")
_SPACE_BEFORE_POINT = regex.compile(r"\s+([.,;:!?])")
_SAYS_SOMETHING = regex.compile(r"[\p{L}\p{N}]")


def speakable(text: str) -> str:
    """What a voice should say for this text; empty if there is nothing to say."""
    if _STAGE_DIRECTION.match(text):
        return ""
    if figure := _LONE_FIGURE.fullmatch(text):
        return f"{figure[1]}."  # markdown takes it for a list without a word
    plain = " ".join(_plain(token) for token in _markdown().parse(text))
    plain = _ADDRESS.sub(lambda found: found[1].rstrip("."), plain)
    for sign, spoken in _KEPT_SIGNS.items():
        plain = plain.replace(sign, spoken)
    plain = _PICTURES.sub(lambda found: found[0] if found[0].isdigit() else " ", plain)
    plain = _ELLIPSIS.sub("… ", plain)
    plain = _REPEATED.sub(r"\1", plain)
    plain = regex.sub(r"[*_`~|#<>{}\[\]\\^]+", " ", plain)
    plain = _SPACE_BEFORE_POINT.sub(r"\1", _SPACES.sub(" ", plain)).lstrip(" …,;:-–—").rstrip(" -–—")
    return plain if _SAYS_SOMETHING.search(plain) else ""


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Indented text is no code in speech, and an underlined heading is a trap for a line of dashes.
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(["code", "lheading"])


def _plain(token: Token) -> str:
    match token.type:
        case "inline":
            return "".join(_plain_inline(child) for child in token.children or ())
        case _:
            return ""  # fences, rules, raw HTML and the marks of blocks


def _plain_inline(token: Token) -> str:
    match token.type:
        case "text":
            return token.content
        case "code_inline":
            return token.content if _SAYS_SOMETHING.search(token.content) and len(token.content) < 30 else ""
        case "softbreak" | "hardbreak":
            return " "
        case _:
            return ""  # links keep their text, pictures and HTML go
