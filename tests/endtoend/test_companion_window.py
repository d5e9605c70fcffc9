# SPDX-License-Identifier: GPL-3.0-or-later
"""The companion window on a real X server, with a window manager, with and without a compositor."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app import bundle
from tests.standins.virtual_screen import VirtualScreen, missing

LIGHT, DARK = "#fafafa", "#14161a"
_PATIENCE_SECONDS = 20.0


class Desk:
    """A screen with a companion on it, and a hand at the pointer."""

    def __init__(self, screen: VirtualScreen, environment: dict[str, str], program: subprocess.Popen[str]) -> None:
        self.screen, self.environment, self._program = screen, environment, program
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def order(self, words: str) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(words + "\n")
        self._program.stdin.flush()

    def told(self, beginning: str) -> list[str]:
        """The next line that begins so, in words; what comes before it is passed over."""
        while line := self._lines.get(timeout=_PATIENCE_SECONDS):
            if line.startswith(beginning):
                return line.split()
        raise AssertionError(f"the program ended before it said {beginning}")

    def _read(self) -> None:
        assert self._program.stdout is not None
        for line in self._program.stdout:
            self._lines.put(line)
        self._lines.put("")

    def where(self) -> tuple[int, int, int, int]:
        """Left, top, width and height of the companion window in pixels."""
        self.order("where")
        left, top, width, height = map(int, self.told("where")[1:])
        return left, top, width, height

    def hand(self, *does: object) -> None:
        subprocess.run(["xdotool", *map(str, does)], env=self.environment, check=True)

    def point(self, across: float, down: float) -> tuple[int, int]:
        """A place in the companion window, 0…1 each way, as a pixel of the screen."""
        left, top, width, height = self.where()
        return round(left + across * width), round(top + down * height)

    def click(self, across: float, down: float, button: int = 1) -> None:
        self.hand("mousemove", *self.point(across, down))
        time.sleep(0.2)
        self.hand("click", button)

    def drag(self, x: int, y: int, across: int, down: int) -> None:
        """As a hand does it: little by little, and letting go after it has stopped."""
        self.hand("mousemove", x, y, "mousedown", 1)
        steps = max(abs(across), abs(down)) // 10
        for step in range(steps):
            done, next_done = step / steps, (step + 1) / steps
            self.hand(
                "mousemove_relative",
                "--",
                round(next_done * across) - round(done * across),
                round(next_done * down) - round(done * down),
            )
            time.sleep(0.02)
        time.sleep(0.2)
        self.hand("mouseup", 1)

    def color(self, across: float, down: float) -> tuple[int, int, int]:
        x, y = self.point(across, down)
        red, green, blue = self.screen.picture()[y, x].tolist()
        return red, green, blue

    def figure(self) -> NDArray[np.uint8]:
        left, top, width, height = self.where()
        return self.screen.picture()[max(0, top) : top + height, max(0, left) : left + width]


FACE, CORNER = (0.5, 0.42), (0.04, 0.04)


def until(holds: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"{what}: waited in vain"
        time.sleep(0.1)


@contextmanager
def desk(
    folder: Path, *, composited: bool, managed: bool = True, color: str = LIGHT, scale: float = 1.0, look: str = "mira"
) -> Iterator[Desk]:
    helpers = ["xdotool", *(["openbox"] if managed else []), *(["xcompmgr"] if composited else [])]
    lacking = [helper for helper in helpers if not shutil.which(helper)]
    if reason := missing() or ", ".join(f"{each} is not installed (Debian: {each})" for each in lacking):
        pytest.skip(reason)
    with VirtualScreen(folder) as screen:
        environment = {**os.environ, **screen.environment, "QT_SCALE_FACTOR": str(scale)}
        quiet: dict[str, Any] = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        beside = [subprocess.Popen([helper], **quiet) for helper in helpers[1:]]
        if managed:
            until(lambda: not subprocess.run(["xdotool", "get_desktop"], **quiet).returncode, "the window manager")
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.companion_program", folder / "windows.ini", color, look],
            cwd=bundle.ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            desk = Desk(screen, environment, program)
            desk.told("ready")
            until(lambda: desk.color(*FACE) not in (rgb(color), (0, 0, 0)), "the face")
            until(lambda: desk.color(*CORNER) == rgb(color), "the window's shape")
            time.sleep(0.3)  # and whatever else is on its way
            yield desk
            desk.order("quit")
            assert program.wait(20) == 0
        finally:
            program.kill()
            program.communicate()
            for process in beside:
                process.kill()
                process.wait()


def rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


@pytest.mark.parametrize("composited", [True, False], ids=["compositor", "no compositor"])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_only_the_figure_is_seen_and_its_edges_are_clean(tmp_path: Path, composited: bool, scale: float) -> None:
    with desk(tmp_path, composited=composited, color=LIGHT, scale=scale) as at:
        assert at.where()[2:] == (300 * scale, 400 * scale)
        until(lambda: _stands_clean_before(LIGHT, at), "the light backdrop around a clean figure")
        at.order(f"paint {DARK}")
        until(lambda: _stands_clean_before(DARK, at), "the dark backdrop around a clean figure")


def _stands_clean_before(color: str, at: Desk) -> bool:
    """Where there is no compositor, a figure that moves may leave a dark line for a moment."""
    places = ((0.02, 0.02), (0.98, 0.02), (0.04, 0.5), (0.96, 0.5))
    figure = at.figure().astype(int)
    behind = np.abs(figure - rgb(color)).max(axis=2) <= 3
    black = figure.max(axis=2) <= 6  # nothing about Mira is that dark
    is_clean = bool(0.3 < behind.mean() < 0.8 and black.mean() < 0.0005)
    return is_clean and all(at.color(*place) == rgb(color) for place in places)


@pytest.mark.parametrize("composited", [True, False], ids=["compositor", "no compositor"])
def test_clicks_beside_the_figure_reach_what_is_below_and_those_on_it_reach_the_companion(
    tmp_path: Path, composited: bool
) -> None:
    with desk(tmp_path, composited=composited) as at:
        x, y = at.point(*CORNER)
        at.click(*CORNER)
        assert at.told("backdrop") == ["backdrop", str(x), str(y)]
        at.click(*FACE)
        assert at.told("touched")


@pytest.mark.parametrize("managed", [True, False], ids=["window manager", "none"])
def test_it_is_dragged_by_hand(tmp_path: Path, managed: bool) -> None:
    with desk(tmp_path, composited=False, managed=managed) as at:
        left, top, *size = at.where()
        at.drag(*at.point(*FACE), -300, -200)

        def has_followed() -> bool:  # all but the first step, by which it is known that this is no click
            x, y, *now = at.where()
            return now == size and abs(x - left + 300) <= 24 and abs(y - top + 200) <= 16

        until(has_followed, "the new place")


def test_it_grows_with_the_wheel_and_the_keyboard_and_stands_where_it_stood(tmp_path: Path) -> None:
    with desk(tmp_path, composited=True) as at:
        left, top, width, height = at.where()
        at.hand("mousemove", *at.point(*FACE), "keydown", "ctrl", "click", 5, "keyup", "ctrl")
        until(lambda: at.where()[2:] == (round(width / 1.12), round(height / 1.12)), "the smaller window")
        at.click(*FACE)  # for the keyboard
        at.hand("key", "ctrl+0")
        until(lambda: at.where()[2:] == (width, height), "the usual size")
        at.hand("key", "ctrl+minus", "key", "ctrl+minus")
        until(lambda: at.where()[2] < width / 1.2, "two steps smaller")
        now = at.where()
        assert abs(now[0] + now[2] / 2 - left - width / 2) <= 3
        assert abs(now[1] + now[3] - top - height) <= 3


def test_a_corner_can_be_pulled(tmp_path: Path) -> None:
    with desk(tmp_path, composited=True) as at:
        left, top, width, height = at.where()
        at.hand("mousemove", *at.point(*FACE))
        time.sleep(1.0)  # the controls have come, and with them the grip
        at.drag(left + width - 14, top + height - 14, -60, -80)
        until(lambda: at.where() == (left, top, width - 60, height - 80), "the smaller window")


def test_it_stays_above_a_window_that_is_raised(tmp_path: Path) -> None:
    with desk(tmp_path, composited=True) as at:
        at.order("cover")
        at.told("covered")
        time.sleep(1.0)
        assert at.color(*FACE) != rgb(LIGHT)
        at.click(*FACE)
        assert at.told("touched")


def test_it_comes_back_where_and_as_large_as_it_was(tmp_path: Path) -> None:
    with desk(tmp_path, composited=True) as at:
        at.drag(*at.point(*FACE), -240, -140)
        time.sleep(0.5)  # the window manager lets go of the pointer
        at.click(*FACE)
        time.sleep(0.5)  # … and gives the keyboard
        at.hand("key", "ctrl+plus")
        until(lambda: at.where()[2] > 300, "the larger window")
        time.sleep(1.0)  # and its place, which the window manager has the last word on
        left = at.where()
    with desk(tmp_path, composited=True) as at:
        assert at.where() == left


def test_the_shape_follows_a_compositor_that_comes_and_goes(tmp_path: Path) -> None:
    with desk(tmp_path, composited=False, color=LIGHT) as at:
        if not shutil.which("xcompmgr"):
            pytest.skip("xcompmgr is not installed (Debian: xcompmgr)")

        def has_soft_edges() -> bool:
            figure = at.figure().astype(int)
            hair = figure[: figure.shape[0] // 6]
            pale = (hair.min(axis=2) > 140) & (np.abs(hair - rgb(LIGHT)).max(axis=2) > 12)
            return bool(pale.sum() > 30)

        assert not has_soft_edges()
        compositor = subprocess.Popen(["xcompmgr"], env=at.environment, stderr=subprocess.DEVNULL)
        try:
            until(has_soft_edges, "edges mixed with what is behind")
        finally:
            compositor.kill()
            compositor.wait()
        until(lambda: at.color(*CORNER) == rgb(LIGHT), "the shape again")
        until(lambda: not has_soft_edges(), "clean edges again")
