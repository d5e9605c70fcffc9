# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test of the window needs: a scripted engine, things to choose from, and the window itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings, Theme
from desktop_app.ui.background import Background
from desktop_app.ui.bridge import EngineBridge
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.theme import ThemeSwitch
from tests.fakes.choices import FakeChoices
from tests.fakes.engine import FakeEngine
from tests.fakes.memory import FakePersonaLibrary

AVATARS = Path(__file__).resolve().parents[2] / "assets" / "avatars"

EMBER = Persona(
    id="ember", name="Ember", character="Warm.", speaking_style="Short.", greeting="Hello.", voice="own.onnx"
)
LOU = Persona(id="lou", name="Lou", language="fr")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def bridge(engine: FakeEngine, qapp: QApplication) -> Iterator[EngineBridge]:
    bridge = EngineBridge(engine)
    yield bridge
    bridge.close()


@pytest.fixture
def choices() -> FakeChoices:
    return FakeChoices()


@pytest.fixture
def personas() -> FakePersonaLibrary:
    return FakePersonaLibrary({persona.id: persona for persona in (EMBER, LOU)})


@pytest.fixture
def background(qapp: QApplication) -> Background:
    return Background()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[ThemeSwitch]:
    theme = ThemeSwitch(qapp, Theme.LIGHT)
    yield theme
    qapp.setStyleSheet("")


@pytest.fixture
def window(
    qtbot: QtBot,
    bridge: EngineBridge,
    theme: ThemeSwitch,
    choices: FakeChoices,
    personas: FakePersonaLibrary,
    tmp_path: Path,
) -> MainWindow:
    """Shown and active, before the engine has started."""
    avatars = AvatarLibrary([AVATARS, tmp_path])
    window = MainWindow(bridge, theme, Settings(), EMBER, Look(), personas, choices, avatars)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    return window
