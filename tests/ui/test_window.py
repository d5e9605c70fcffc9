# SPDX-License-Identifier: GPL-3.0-or-later
"""Opening and closing: the engine starts after the window is there and stops after it is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings
from desktop_app.ui.window import first_appearance
from tests.fakes.memory import FakePersonaLibrary
from tests.ui.conftest import AVATARS, EMBER, LOU

PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.domain.events import EngineStarted
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings
from desktop_app.ui.window import run_window
from tests.fakes.choices import FakeChoices
from tests.fakes.engine import FakeEngine
from tests.fakes.memory import FakePersonaLibrary

engine = FakeEngine()
both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
ember = Persona("ember", "Ember")

def visible():
    return [window.windowTitle() for window in QApplication.topLevelWidgets() if window.isVisible()]

def start():
    print("start", visible(), QApplication.desktopFileName(), not QApplication.windowIcon().isNull(), flush=True)
    engine.announce(EngineStarted(ember, Settings()))
    QTimer.singleShot(200, {ending})

def stop():
    print("stop", visible(), engine.listeners, flush=True)

code = run_window(
    engine, settings=Settings(), personas=FakePersonaLibrary({"ember": ember}), choices=FakeChoices(),
    avatars=AvatarLibrary([Path("assets/avatars")]), memory_file=Path({memory!r}), as_companion={small},
    start=start, stop=stop,
)
print("code", code, flush=True)
"""


def program(ending: str, memory_file: Path, *, small: bool = False) -> str:
    placeholders = {"{ending}": ending, "{memory!r}": repr(str(memory_file)), "{small}": str(small)}
    text = PROGRAM
    for placeholder, value in placeholders.items():
        text = text.replace(placeholder, value)
    return text


@pytest.mark.parametrize(
    "ending",
    ["lambda: QApplication.activeWindow().close()", 'lambda: print("ready", flush=True)'],
    ids=["closing", "Ctrl+C"],
)
@pytest.mark.parametrize(
    ("small", "title"),
    [(False, "Ember — Fireside"), (True, "Ember, companion window")],
    ids=["full window", "companion window"],
)
def test_the_engine_starts_after_the_window_is_there_and_stops_after_it_is_gone(
    ending: str, small: bool, title: str, tmp_path: Path
) -> None:
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(root)}
    with subprocess.Popen(
        [sys.executable, "-c", program(ending, tmp_path / "windows.ini", small=small)],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        lines = [running.stdout.readline().strip()]
        if "ready" in ending:
            assert running.stdout.readline().strip() == "ready"
            running.send_signal(signal.SIGINT)
        rest, errors = running.communicate(timeout=30)
    lines += rest.split("\n")[:2]
    assert lines == [f"start ['{title}'] fireside True", "stop [] 0", "code 0"], errors
    assert "Traceback" not in errors
    assert running.returncode == 0


def test_it_opens_again_as_it_was_left(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(root)}

    def first_title(ending: str) -> str:
        code = program(ending, tmp_path / "windows.ini")
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True, timeout=60
        )
        return done.stdout.splitlines()[0]

    to_the_other = "lambda: [QTest.keyClick(QApplication.activeWindow(), Qt.Key.Key_C, both), QApplication.quit()]"
    assert "Ember — Fireside" in first_title(to_the_other)
    assert "Ember, companion window" in first_title(to_the_other)
    assert "Ember — Fireside" in first_title("QApplication.quit")


def test_who_is_shown_first_is_the_chosen_companion_as_it_looks(tmp_path: Path) -> None:
    avatars = AvatarLibrary([AVATARS, tmp_path])
    look = Look(name="Lou").with_color("hair", "#123456")
    avatars.save_look("lou-at-home", look)
    lou = replace(LOU, avatar="lou-at-home")
    personas = FakePersonaLibrary({"ember": EMBER, "lou": lou})
    shown, shown_look = first_appearance(Settings(companion="lou"), personas, avatars)
    assert shown == lou
    assert shown_look.color("hair") == "#123456"


def test_a_companion_or_look_that_cannot_be_read_is_stood_in_for(tmp_path: Path) -> None:
    empty = AvatarLibrary([tmp_path])
    assert first_appearance(Settings(companion="gone"), FakePersonaLibrary(), empty) == (
        Persona(id="gone", name="Fireside"),
        Look(),
    )
