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
from PySide6.QtCore import QTimer
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
    avatars=AvatarLibrary([Path("assets/avatars")]), start=start, stop=stop,
)
print("code", code, flush=True)
"""


@pytest.mark.parametrize(
    "ending",
    ["lambda: QApplication.activeWindow().close()", 'lambda: print("ready", flush=True)'],
    ids=["closing", "Ctrl+C"],
)
def test_the_engine_starts_after_the_window_is_there_and_stops_after_it_is_gone(ending: str) -> None:
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(root)}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM.replace("{ending}", ending)],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        lines = [program.stdout.readline().strip()]
        if "ready" in ending:
            assert program.stdout.readline().strip() == "ready"
            program.send_signal(signal.SIGINT)
        rest, errors = program.communicate(timeout=30)
    lines += rest.split("\n")[:2]
    assert lines == ["start ['Ember – Fireside'] fireside True", "stop [] 0", "code 0"], errors
    assert "Traceback" not in errors
    assert program.returncode == 0


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
