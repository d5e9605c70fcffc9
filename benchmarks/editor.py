# SPDX-License-Identifier: GPL-3.0-or-later
"""How long until a change in the avatar editor is seen? Every slider, color and part, one after the other."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from benchmarks.measuring.figures import Figure, figures_report, figures_result
from desktop_app import bundle
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import COLORS, SLIDERS, SLOTS, Look

if TYPE_CHECKING:
    from desktop_app.ui.avatar_editor import AvatarEditor

_PRESET = "mira"
"""The one with the most hair."""
_PAUSE_SECONDS = 0.05
"""Between two changes, as between two moves of a hand: the editor paces only what comes faster."""
_TRIES = 3


def measure(preset: str = _PRESET) -> dict[str, Any]:
    """Processor time from a change to the painted preview, the best of three tries for each change."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from desktop_app.ui.avatar_editor import AvatarEditor
    from desktop_app.ui.window import make_application

    application = make_application()
    library = AvatarLibrary([bundle.AVATARS])
    editor = AvatarEditor(library, library.look(preset))
    editor.show()
    _settle(_PAUSE_SECONDS)
    start, took = editor.look, dict[str, float]()
    for change, look in _changes(library, start):
        took[change] = round(1000 * min(_seconds(editor, start, look) for _ in range(_TRIES)), 2)
    editor.close()
    del application
    slowest = sorted(took, key=lambda change: took[change], reverse=True)[:8]
    of = f"{len(took)} changes of {preset}"
    figures = [Figure("slowest change", took[slowest[0]], "ms", "at most", 50.0, of),
               Figure("median change", statistics.median(took.values()), "ms", "at most", 50.0, of)]  # fmt: skip
    return figures_result("editor", figures, {"slowest_milliseconds": {change: took[change] for change in slowest}})


def report(result: dict[str, Any]) -> str:
    return figures_report(result)


def _changes(library: AvatarLibrary, start: Look) -> Iterator[tuple[str, Look]]:
    for name, slider in SLIDERS.items():
        yield name, start.with_slider(name, slider.low if start.slider(name) > slider.default else slider.high)
    for name in COLORS:
        yield name, start.with_color(name, "#3f7a6b")
    for slot in SLOTS:
        for part in library.parts(slot):
            if part.id != start.part(slot):
                yield f"{slot} {part.id}", start.with_part(slot, part.id)


def _seconds(editor: AvatarEditor, start: Look, look: Look) -> float:
    editor.wear(start)
    editor.view.repaint()
    _settle(_PAUSE_SECONDS)
    began = time.thread_time()
    editor.wear(look)
    editor.view.repaint()
    return time.thread_time() - began


def _settle(seconds: float) -> None:
    from PySide6.QtWidgets import QApplication

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        QApplication.processEvents()
        time.sleep(0.002)
