# SPDX-License-Identifier: GPL-3.0-or-later
"""How much processor time does a face take? Software painting at 480×640, one frame after the other at 60 a second."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from benchmarks.measuring.babble import babble
from benchmarks.measuring.face_window import HEIGHT, WIDTH, measure_window
from benchmarks.measuring.figures import Figure, figures_report, figures_result
from desktop_app import bundle
from desktop_app.avatar.animator import Animator
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.domain.conversation import Expression, TurnId
from desktop_app.domain.events import SentenceStarted

if TYPE_CHECKING:
    from desktop_app.ui.avatar_painter import AvatarPainter

_FRAMES_PER_SECOND = 60
_WARM_UP_FRAMES = 30
_COLUMNS = ("idle_mean", "idle_p95", "speaking_mean", "speaking_p95", "dressing", "redraw_all")


def measure(presets: Sequence[str] = (), frames: int = 600, window_seconds: float = 5.0) -> dict[str, Any]:
    """Milliseconds of processor time a frame, for these companions (or all), and for dressing one anew; then the most
    costly companion in a real window for so many seconds, or none.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication.instance() or QGuiApplication(["fireside"])
    library = AvatarLibrary([bundle.AVATARS])
    looks = {preset: library.look(preset) for preset in presets or [preset.id for preset in library.presets()]}
    companions = {preset: _measure_look(library, look, frames) for preset, look in looks.items()}
    del application
    details: dict[str, Any] = {"width": WIDTH, "height": HEIGHT, "frames": frames, "companions": companions}
    figures = _painting_figures(companions)
    if window_seconds > 0:
        costliest = max(companions, key=lambda preset: companions[preset]["speaking_mean"])
        details["window"] = {"companion": costliest, **measure_window(costliest, window_seconds)}
        figures += _window_figures(details["window"])
    return figures_result("avatar", figures, details)


def report(result: dict[str, Any]) -> str:
    details = result["details"]
    lines = [
        f"Milliseconds of processor time at {details['width']}×{details['height']}",
        "",
        f"{'':10}" + _row(_COLUMNS),
    ]
    for preset, each in details["companions"].items():
        lines.append(f"{preset:10}" + _row([f"{each[name]:.2f}" for name in _COLUMNS]))
    window = details.get("window", {})
    if window:
        told = [f"{name.replace('_', ' ')} {value}" for name, value in window.items()]
        lines += ["", "In a window: " + ", ".join(told)]
    return "\n".join([*lines, "", figures_report(result)])


def _row(cells: Sequence[str]) -> str:
    return "".join(f"{cell:>15}" for cell in cells)


def _painting_figures(companions: dict[str, dict[str, float]]) -> list[Figure]:
    def worst(*names: str) -> float:
        return max(each[name] for each in companions.values() for name in names)

    everyone = f"the costliest of {len(companions)} companions"
    return [
        Figure("a frame at rest, mean", worst("idle_mean"), "ms", "at most", 2.5, everyone),
        Figure("a frame while speaking, mean", worst("speaking_mean"), "ms", "at most", 4.5, everyone),
        Figure("a frame, 95th percentile", worst("idle_p95", "speaking_p95"), "ms", "at most", 10.0, everyone),
        Figure("dressing anew", worst("dressing"), "ms", "at most", 100.0, everyone),
    ]


def _window_figures(window: dict[str, Any]) -> list[Figure]:
    if "missing" in window:
        return []
    of = f"{window['companion']} in a window on Xvfb"
    return [
        Figure("frames while speaking", window["frames_per_second"], "a second", "at least", 60.0, of),
        Figure("frames while hidden", window["frames_hidden"], "", "at most", 0, of),
        Figure("frames while minimized", window["frames_minimized"], "", "at most", 0, of),
    ]


def _measure_look(library: AvatarLibrary, look: Look, frames: int) -> dict[str, float]:
    from desktop_app.ui.avatar_painter import AvatarPainter

    AvatarPainter(look, library, WIDTH, HEIGHT)  # the files are read before the clock runs
    dressing = [_dressing_seconds(library, look) for _ in range(3)]
    idle = _frame_seconds(AvatarPainter(look, library, WIDTH, HEIGHT), frames, speaking=False)
    speaking = _frame_seconds(AvatarPainter(look, library, WIDTH, HEIGHT), frames, speaking=True)
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
    _paint(AvatarPainter(look, library, WIDTH, HEIGHT), Animator(seed=1), 0.0)
    return time.process_time() - began


def _frame_seconds(avatar: AvatarPainter, frames: int, speaking: bool) -> list[float]:
    animator = Animator(seed=1)
    animator.pose(0.0)
    avatar.frames_per_composition = 2
    if speaking:
        track = babble(frames / _FRAMES_PER_SECOND)
        animator.on_event(SentenceStarted(TurnId(1), "", track, Expression.HAPPY, 0.0))
    seconds = []
    for frame in range(frames):
        began = time.process_time()
        _paint(avatar, animator, frame / _FRAMES_PER_SECOND)
        seconds.append(time.process_time() - began)
    return seconds[min(_WARM_UP_FRAMES, frames // 2) :]


def _paint(avatar: AvatarPainter, animator: Animator, now_seconds: float) -> None:
    from PySide6.QtGui import QImage, QPainter

    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    avatar.paint(painter, animator.pose(now_seconds))
    painter.end()
