# SPDX-License-Identifier: GPL-3.0-or-later
"""How much processor time does a face take? Software painting at 480×640, one frame after the other at 60 a second."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from desktop_app import bundle
from desktop_app.avatar.animator import Animator
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.domain.audio import Viseme, VisemeKey, VisemeTrack
from desktop_app.domain.conversation import Expression, TurnId
from desktop_app.domain.events import SentenceStarted

if TYPE_CHECKING:
    from desktop_app.ui.avatar_painter import AvatarPainter

_WIDTH, _HEIGHT = 480, 640
_FRAMES_PER_SECOND = 60
_WARM_UP_FRAMES = 30
_BARS_MILLISECONDS = {"idle_mean": 2.5, "speaking_mean": 4.5, "p95": 10.0, "dressing": 100.0}


def measure(presets: Sequence[str] = (), frames: int = 600) -> dict[str, Any]:
    """Milliseconds of processor time a frame, for these companions (or all), and for dressing one anew."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication.instance() or QGuiApplication(["fireside"])
    library = AvatarLibrary([bundle.AVATARS])
    looks = {preset: library.look(preset) for preset in presets or [preset.id for preset in library.presets()]}
    result: dict[str, Any] = {"width": _WIDTH, "height": _HEIGHT, "frames": frames, "companions": {}}
    for preset, look in looks.items():
        result["companions"][preset] = _measure_look(library, look, frames)
    worst = {name: max(each[name] for each in result["companions"].values()) for name in _names()}
    result["worst_milliseconds"] = worst
    result["bars_milliseconds"] = _BARS_MILLISECONDS
    result["fine"] = (
        worst["idle_mean"] <= _BARS_MILLISECONDS["idle_mean"]
        and worst["speaking_mean"] <= _BARS_MILLISECONDS["speaking_mean"]
        and max(worst["idle_p95"], worst["speaking_p95"]) <= _BARS_MILLISECONDS["p95"]
        and worst["dressing"] <= _BARS_MILLISECONDS["dressing"]
    )
    del application
    return result


def report(result: dict[str, Any]) -> str:
    lines = [f"Milliseconds of processor time at {result['width']}×{result['height']}", "", f"{'':10}" + _row(_names())]
    for preset, each in result["companions"].items():
        lines.append(f"{preset:10}" + _row([f"{each[name]:.2f}" for name in _names()]))
    lines.append("every bar holds" if result["fine"] else f"over a bar: {result['bars_milliseconds']}")
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "".join(f"{cell:>15}" for cell in cells)


def _names() -> list[str]:
    return ["idle_mean", "idle_p95", "speaking_mean", "speaking_p95", "dressing", "redraw_all"]


def _measure_look(library: AvatarLibrary, look: Look, frames: int) -> dict[str, float]:
    from desktop_app.ui.avatar_painter import AvatarPainter

    AvatarPainter(look, library, _WIDTH, _HEIGHT)  # the files are read before the clock runs
    dressing = [_dressing_seconds(library, look) for _ in range(3)]
    idle = _frame_seconds(AvatarPainter(look, library, _WIDTH, _HEIGHT), frames, speaking=False)
    speaking = _frame_seconds(AvatarPainter(look, library, _WIDTH, _HEIGHT), frames, speaking=True)
    seconds = {
        "idle_mean": statistics.fmean(idle),
        "idle_p95": _percentile(idle, 0.95),
        "speaking_mean": statistics.fmean(speaking),
        "speaking_p95": _percentile(speaking, 0.95),
        "dressing": min(dressing),
        "redraw_all": statistics.median(dressing),  # what every frame would cost without the images kept
    }
    return {name: round(1000 * value, 3) for name, value in seconds.items()}


def _percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _dressing_seconds(library: AvatarLibrary, look: Look) -> float:
    from desktop_app.ui.avatar_painter import AvatarPainter

    began = time.process_time()
    _paint(AvatarPainter(look, library, _WIDTH, _HEIGHT), Animator(seed=1), 0.0)
    return time.process_time() - began


def _frame_seconds(avatar: AvatarPainter, frames: int, speaking: bool) -> list[float]:
    animator = Animator(seed=1)
    animator.pose(0.0)
    avatar.frames_per_composition = 2
    if speaking:
        animator.on_event(SentenceStarted(TurnId(1), "", _babble(frames / _FRAMES_PER_SECOND), Expression.HAPPY, 0.0))
    seconds = []
    for frame in range(frames):
        began = time.process_time()
        _paint(avatar, animator, frame / _FRAMES_PER_SECOND)
        seconds.append(time.process_time() - began)
    return seconds[min(_WARM_UP_FRAMES, frames // 2) :]


def _paint(avatar: AvatarPainter, animator: Animator, now_seconds: float) -> None:
    from PySide6.QtGui import QImage, QPainter

    image = QImage(_WIDTH, _HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    avatar.paint(painter, animator.pose(now_seconds))
    painter.end()


def _babble(seconds: float) -> VisemeTrack:
    """Mouth shapes at the pace of speech, without end."""
    chance = random.Random(1)
    keys: list[VisemeKey] = []
    t = 0.0
    while t < seconds:
        length = chance.uniform(0.05, 0.12)
        keys.append(VisemeKey(chance.choice(list(Viseme)), t, t + length))
        t += length
    return VisemeTrack(tuple(keys), t)
