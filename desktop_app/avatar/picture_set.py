# SPDX-License-Identifier: GPL-3.0-or-later
"""A companion made of pictures: one still, or one per expression, as character-card users have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from desktop_app.domain.conversation import Expression
from desktop_app.domain.errors import LookError

PICTURES_FOLDER = "pictures"
LARGEST_PICTURE_BYTES = 12_000_000
LARGEST_PICTURE_PIXELS = 4096
"""A side."""

PICTURE_ENDINGS = (".png", ".jpg", ".jpeg")
_STILL = ("neutral", "default", "idle", "avatar", "portrait")
_ALSO_CALLED: Mapping[Expression, tuple[str, ...]] = MappingProxyType(
    {
        Expression.HAPPY: ("joy", "amusement", "excitement", "smile"),
        Expression.SAD: ("sadness", "grief", "disappointment", "crying"),
        Expression.SURPRISED: ("surprise", "realization", "shocked"),
        Expression.THINKING: ("curiosity", "confusion", "thoughtful"),
        Expression.UPSET: ("anger", "angry", "annoyance", "disgust"),
        Expression.AFFECTIONATE: ("love", "admiration", "caring", "gratitude"),
        Expression.SLEEPY: ("tired", "relaxed", "relief", "sleeping"),
        Expression.PLAYFUL: ("approval", "smug", "wink", "pride"),
        Expression.CONCERNED: ("nervousness", "fear", "worried", "remorse"),
    }
)
"""What the expressions are called in the sets that people share."""


@dataclass(frozen=True, slots=True)
class PictureSet:
    """Files by expression; neutral is always there."""

    id: str
    files: Mapping[Expression, Path]


def load_picture_set(folder: Path, set_id: str) -> PictureSet:
    """Finds the pictures by their names. Raises LookError if there is none to start from."""
    try:
        found = {path.stem.lower(): path for path in sorted(folder.iterdir()) if path.suffix.lower() in PICTURE_ENDINGS}
    except OSError as error:
        raise LookError("look.pictures", f"{folder.name}/: the folder could not be read ({error.strerror}).") from error
    files: dict[Expression, Path] = {}
    for expression in Expression:
        names = (expression.value, *_ALSO_CALLED.get(expression, _STILL))
        path = next((found[name] for name in names if name in found), None)
        if path is not None:
            files[expression] = path
    if Expression.NEUTRAL not in files:
        if len(found) != 1:
            raise LookError("look.pictures", f"{folder.name}/: expected neutral.png, or a single picture (.png, .jpg).")
        files = {Expression.NEUTRAL: next(iter(found.values()))}
    for path in files.values():
        if path.stat().st_size > LARGEST_PICTURE_BYTES:
            raise LookError("look.pictures", f"{path.name}: too big, at most 12 MB are read.")
    return PictureSet(set_id, MappingProxyType(files))
