# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens the window on a running engine and returns when it is closed."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from desktop_app import bundle
from desktop_app.avatar.library import DEFAULT_PRESET, AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.domain.errors import CompanionError
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings
from desktop_app.ports import EngineHandle, PersonaLibrary
from desktop_app.ui.bridge import EngineBridge
from desktop_app.ui.choices import Choices
from desktop_app.ui.companion_window import CompanionWindow
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.theme import ThemeSwitch
from desktop_app.ui.window_memory import WindowMemory
from desktop_app.ui.window_system import window_system


def run_window(
    engine: EngineHandle,
    *,
    settings: Settings,
    personas: PersonaLibrary,
    choices: Choices,
    avatars: AvatarLibrary,
    memory_file: Path,
    as_companion: bool,
    start: Callable[[], None],
    stop: Callable[[], None],
) -> int:
    """Shows the window, then starts the engine; returns the exit code once the window is closed and the engine stopped.

    start must return at once: loading happens on the engine's thread while the window says "Starting…".
    stop may take as long as the engine needs to end; by then the window is gone from the screen.
    It is the companion window if that is wished for or was open last; memory_file keeps which, and its place.
    """
    application = make_application()
    theme = ThemeSwitch(application, settings.theme)
    bridge = EngineBridge(engine)
    persona, look = first_appearance(settings, personas, avatars)
    window = MainWindow(bridge, theme, settings, persona, look, personas, choices, avatars)
    memory = WindowMemory(memory_file)
    companion = CompanionWindow(bridge, avatars, window.stage, persona.name, settings.barge_in, window_system(), memory)

    def show(small: bool) -> None:
        memory.opens_as_companion = small
        shown, hidden = (companion, window) if small else (window, companion)
        shown.show()  # before the other goes: Qt ends with the last window
        shown.activateWindow()
        hidden.hide()

    window.companion_window_wished.connect(lambda: show(True))
    companion.full_window_wished.connect(lambda: show(False))
    interrupt = _Interrupt(application)
    try:
        show(as_companion or memory.opens_as_companion)
        start()
        return application.exec()
    finally:
        interrupt.close()
        bridge.close()
        companion.close()
        window.close()
        stop()


def first_appearance(settings: Settings, personas: PersonaLibrary, avatars: AvatarLibrary) -> tuple[Persona, Look]:
    """Who is shown while the engine starts. What cannot be read is told by the engine; here something stands in."""
    try:
        persona = personas.load(settings.companion)
    except CompanionError:
        persona = Persona(id=settings.companion, name="Fireside")
    try:
        return persona, avatars.look(persona.avatar or DEFAULT_PRESET)
    except CompanionError:
        return persona, Look()


def make_application() -> QApplication:
    """The one Qt application, with the names and the icon that the desktop shows."""
    QApplication.setApplicationName("fireside")
    QApplication.setApplicationDisplayName("Fireside")
    QGuiApplication.setDesktopFileName("fireside")
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setWindowIcon(QIcon(str(bundle.ICONS / "fireside.svg")))
    return application


class _Interrupt(QObject):
    """Ctrl+C ends the program as closing the window does: the signal wakes Qt's loop through a socket."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(lambda: self._reader.recv(64))  # Python runs its own handlers then
        self._old_descriptor = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._old_handlers = {kind: signal.signal(kind, self._quit) for kind in (signal.SIGINT, signal.SIGTERM)}

    def close(self) -> None:
        for kind, handler in self._old_handlers.items():
            signal.signal(kind, handler)
        signal.set_wakeup_fd(self._old_descriptor)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    @staticmethod
    def _quit(_signal: int, _frame: FrameType | None) -> None:
        QApplication.quit()
