# SPDX-License-Identifier: GPL-3.0-or-later
"""One picture of a companion in a file: what `fireside avatar render` does."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from desktop_app.avatar.avatar_file import SUFFIX, import_avatar
from desktop_app.avatar.daylight import Daylight
from desktop_app.avatar.library import DEFAULT_PRESET, AvatarLibrary
from desktop_app.avatar.mixer import Mixer
from desktop_app.avatar.pose import Pose
from desktop_app.domain.audio import Viseme
from desktop_app.domain.conversation import Expression
from desktop_app.domain.errors import LookError

_LARGEST_PIXELS = 8192


def write_poster(
    library: AvatarLibrary,
    output: Path,
    *,
    preset: str = "",
    avatar: Path | None = None,
    expression: str = "",
    viseme: str = "",
    gaze: str = "",
    head: str = "",
    size: str = "480x640",
    scale: float = 1.0,
    background: str = "look",
    dark: bool = False,
) -> Path:
    """Renders a look (a preset's id or a file) with what is asked for, as the command line gives it:

    expression "happy" or "happy:0.8", viseme "aa", gaze "X,Y" and head "YAW,PITCH,ROLL" (−1…1, roll in degrees),
    size "480x640", background "look", "none", a background part's id or "#rrggbb".
    Raises LookError for what cannot be understood or read.
    """
    if avatar is not None and avatar.suffix == SUFFIX:
        with tempfile.TemporaryDirectory() as scratch:
            guests = AvatarLibrary([library.roots[0], Path(scratch)])
            brought = import_avatar(guests, avatar)
            return write_poster(
                guests, output, preset=brought.preset_id, expression=expression, viseme=viseme, gaze=gaze, head=head,
                size=size, scale=scale, background=background, dark=dark,
            )  # fmt: skip
    if avatar is not None:
        library = library.around(avatar)
    look = library.look_in(avatar) if avatar else library.look(preset or DEFAULT_PRESET)
    width, height = parse_size(size)
    if not 0.1 <= scale <= 8 or max(width, height) * scale > _LARGEST_PIXELS:
        raise _refusal(f"scale {scale:g}", f"a picture of at most {_LARGEST_PIXELS} pixels a side")
    if library.part("background", background):
        look, background = look.with_part("background", background), "look"
    elif background not in ("look", "none") and not _is_color(background):
        raise _refusal(f"background '{background}'", 'look, none, the id of a background or "#rrggbb"')
    pose = _pose(expression, viseme, gaze, head)
    ensure_application()
    from desktop_app.ui.avatar_face import render

    light = Daylight.NIGHT if dark else Daylight.DAY
    picture = render(look, library, pose, width, height, scale, background, light=light)
    picture.setDevicePixelRatio(1.0)
    if not picture.save(str(output)):
        raise LookError("look.poster", f"The picture could not be written to {output}.", "Choose a .png file.")
    return output


def run_avatar_render(options: argparse.Namespace, library: AvatarLibrary) -> int:
    """`fireside avatar render`: the options are those of write_poster. Raises LookError."""
    written = write_poster(
        library,
        options.output,
        preset=options.preset or "",
        avatar=options.avatar,
        expression=options.expression or "",
        viseme=options.viseme or "",
        gaze=options.gaze or "",
        head=options.head or "",
        size=options.size,
        scale=options.scale,
        background=options.background or "look",
    )
    print(written)
    return 0


def ensure_application() -> None:
    """Qt paints only once it has an application; a picture needs no screen."""
    from PySide6.QtGui import QGuiApplication

    if QGuiApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _kept.append(QGuiApplication(["fireside"]))


_kept: list[object] = []


def _pose(expression: str, viseme: str, gaze: str, head: str) -> Pose:
    mixer = Mixer()
    speech = 1.0 if viseme else 0.0
    if expression:
        name, _, amount = expression.partition(":")
        try:
            mixer.express(Expression(name), float(amount or 1.0), speech)
        except ValueError as error:
            raise _refusal(f"expression '{expression}'", ", ".join(Expression) + ", or one with :0.5") from error
    if viseme:
        try:
            mixer.add_visemes({Viseme(viseme): 1.0})
        except ValueError as error:
            raise _refusal(f"viseme '{viseme}'", ", ".join(Viseme)) from error
    for what, names, text in (("gaze", ("gaze_x", "gaze_y"), gaze), ("head", ("yaw", "pitch", "roll"), head)):
        if text:
            for name, value in zip(names, _numbers(what, text, len(names)), strict=True):
                mixer.shift(name, value)
    return mixer.pose()


def _numbers(what: str, text: str, count: int) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != count:
        raise _refusal(f"{what} '{text}'", f"{count} numbers with commas")
    return numbers


def parse_size(text: str) -> tuple[int, int]:
    """Width and height. Raises LookError."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and 0 < int(width) <= 8192 and 0 < int(height) <= 8192):
        raise _refusal(f"size '{text}'", "width and height such as 480x640")
    return int(width), int(height)


def _is_color(text: str) -> bool:
    return len(text) == 7 and text[0] == "#" and all(digit in "0123456789abcdefABCDEF" for digit in text[1:])


def _refusal(given: str, expected: str) -> LookError:
    return LookError("look.poster", f"Cannot use {given}; expected {expected}.")
