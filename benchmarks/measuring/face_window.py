# SPDX-License-Identifier: GPL-3.0-or-later
"""The face in a real window on a virtual screen: frames while it speaks, and none while nobody can see it.

A program of its own (`python -m benchmarks.measuring.face_window PRESET SECONDS`), for Qt takes one screen for good.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring.babble import babble
from desktop_app import bundle
from desktop_app.avatar.animator import Animator
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.domain.conversation import Expression, TurnId
from desktop_app.domain.events import SentenceStarted
from tests.standins.virtual_screen import VirtualScreen, missing

WIDTH, HEIGHT = 480, 640
_SETTLES_SECONDS = 1.0
_UNSEEN_SECONDS = 1.0


def measure_window(preset: str, seconds: float = 5.0) -> dict[str, Any]:
    """Frames a second and their intervals in a window of a private X server, or why there can be none."""
    if reason := missing():
        return {"missing": reason}
    with tempfile.TemporaryDirectory(prefix="fireside-screen-") as folder, VirtualScreen(Path(folder)) as screen:
        program = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.measuring.face_window", preset, str(seconds)],
            cwd=bundle.ROOT,
            env={**os.environ, **screen.environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert program.stdout is not None
        program.stdout.readline()  # it is speaking now
        seen = screen.picture()
        said, _ = program.communicate(timeout=60 + 4 * seconds)
    result: dict[str, Any] = json.loads(said)
    result["colors_on_the_screen"] = len(np.unique(seen.reshape(-1, 3), axis=0))
    return result


def _run(preset: str, seconds: float) -> dict[str, Any]:
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication

    from desktop_app.ui.avatar_view import AvatarView

    painted: list[float] = []

    class CountedView(AvatarView):
        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
            super().paintEvent(event)
            painted.append(time.perf_counter())

    application = QApplication(["fireside"])
    library = AvatarLibrary([bundle.AVATARS])
    view = CountedView(library, library.look(preset), Animator(seed=1))
    view.follows_pointer = False
    view.resize(WIDTH, HEIGHT)

    def wait(wanted_seconds: float) -> list[float]:
        """When frames were painted in the next seconds."""
        painted.clear()
        loop = QEventLoop()  # quitting the application itself would close the window
        QTimer.singleShot(round(1000 * wanted_seconds), loop.quit)
        loop.exec()
        return list(painted)

    view.show()
    speaking_seconds = seconds + _SETTLES_SECONDS + 6 * _UNSEEN_SECONDS
    track = babble(speaking_seconds)
    view.animator.on_event(SentenceStarted(TurnId(1), "", track, Expression.HAPPY, time.monotonic()))
    wait(_SETTLES_SECONDS)
    print("speaking", flush=True)
    began = time.process_time()
    speaking = wait(seconds)
    busy = time.process_time() - began
    view.hide()
    wait(0.1)  # what was already on its way
    hidden = wait(_UNSEEN_SECONDS)
    view.show()
    shown_again = wait(_UNSEEN_SECONDS)
    view.showMinimized()
    wait(0.1)
    minimized = wait(_UNSEEN_SECONDS)
    gaps = [1000 * (after - before) for before, after in pairwise(speaking)]
    return {
        "platform": application.platformName(),
        "frames_per_second": round((len(speaking) - 1) / (speaking[-1] - speaking[0]), 2),
        "interval_median_milliseconds": round(statistics.median(gaps), 2),
        "interval_p95_milliseconds": round(sorted(gaps)[int(0.95 * len(gaps))], 2),
        "processor_share": round(busy / seconds, 3),
        "frames_hidden": len(hidden),
        "frames_shown_again": len(shown_again),
        "frames_minimized": len(minimized),
    }


if __name__ == "__main__":
    print(json.dumps(_run(sys.argv[1], float(sys.argv[2]))))
