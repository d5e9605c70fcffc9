# SPDX-License-Identifier: GPL-3.0-or-later
"""The companion window in a process of its own, on a real screen, with another window below it.

    python -m tests.ui.companion_program MEMORY.ini BACKDROP_COLOR [LOOK]

It obeys lines on its standard input (see `_obey`) and prints one line for whatever happens: `backdrop X Y` for a click
that reached the other window, `touched` for one on the companion, `command …` for what was wished of the engine.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSocketNotifier
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app import bundle
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.domain.audio import VisemeTrack
from desktop_app.domain.commands import Command
from desktop_app.domain.conversation import Expression, TurnId
from desktop_app.domain.events import EngineStarted, Notice, NoticeRaised, SentenceStarted, TurnStarted
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings
from desktop_app.ui.companion_window import CompanionWindow
from desktop_app.ui.window import run_window
from tests.fakes.choices import FakeChoices
from tests.fakes.engine import FakeEngine
from tests.fakes.memory import FakePersonaLibrary


def say(*words: object) -> None:
    print(*words, flush=True)


class TellingEngine(FakeEngine):
    def submit(self, command: Command) -> None:
        say("command", command)


class Backdrop(QWidget):
    """Fills the screen with one color and tells of clicks."""

    def __init__(self, color: str) -> None:
        super().__init__()
        self.setWindowTitle("backdrop")
        self.paint(color)
        self.setGeometry(QGuiApplication.primaryScreen().geometry())

    def paint(self, color: str) -> None:
        self.setStyleSheet(f"background: {color}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.globalPosition().toPoint()
        say("backdrop", at.x(), at.y())


class Witness(QObject):
    """Tells of what the pointer does to the companion."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, CompanionWindow):
            say("touched")
        return False


class Orders(QObject):
    """What the test wants."""

    def __init__(self, engine: FakeEngine, backdrop: Backdrop) -> None:
        super().__init__()
        self._engine, self._backdrop = engine, backdrop
        self._notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    @property
    def _companion(self) -> CompanionWindow:
        return next(each for each in QApplication.topLevelWidgets() if isinstance(each, CompanionWindow))

    def _read(self) -> None:
        for line in os.read(sys.stdin.fileno(), 4096).decode().splitlines() or ["quit"]:
            self._obey(line.split())

    def _obey(self, words: list[str]) -> None:
        window = self._companion
        match words:
            case ["where"]:
                ratio = window.devicePixelRatioF()
                place = window.geometry()
                sides = (place.x(), place.y(), place.width(), place.height())
                say("where", *(round(ratio * each) for each in sides))
            case ["cover"]:
                self._backdrop.raise_()
                self._backdrop.activateWindow()
                say("covered")
            case ["paint", color]:
                self._backdrop.paint(color)
            case ["speak"]:
                sentence = "I would like to hear more about the garden."
                track = VisemeTrack((), 60.0)
                self._engine.announce(
                    TurnStarted(TurnId(1)), SentenceStarted(TurnId(1), sentence, track, Expression.HAPPY, 0.0)
                )
            case ["complain"]:
                notice = Notice("mind.unreachable", "Ollama is not running.", "Start it, or install it.")
                self._engine.announce(NoticeRaised(notice))
            case ["quit"]:
                QApplication.quit()
            case _:
                raise ValueError(words)


def main(memory: str, color: str, look: str = "mira") -> int:
    engine = TellingEngine()
    ember = Persona("ember", "Ember", avatar=look)
    kept: list[QObject] = []

    def start() -> None:
        backdrop = Backdrop(color)
        backdrop.show()
        backdrop.lower()
        witness = Witness()
        QApplication.instance().installEventFilter(witness)  # type: ignore[union-attr]  # there is one
        kept.extend((backdrop, witness, Orders(engine, backdrop)))
        engine.announce(EngineStarted(ember, Settings()))
        say("ready")

    return run_window(
        engine,
        settings=Settings(),
        personas=FakePersonaLibrary({"ember": ember}),
        choices=FakeChoices(),
        avatars=AvatarLibrary([bundle.AVATARS]),
        memory_file=Path(memory),
        as_companion=True,
        start=start,
        stop=lambda: None,
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
