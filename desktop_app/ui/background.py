# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs slow questions (devices, installed models, files) off the window's thread and brings the answer back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from desktop_app.domain.errors import CompanionError

T = TypeVar("T")


class Background(QObject):
    """One short-lived daemon thread per question, so that a hanging server or device never delays the window's end."""

    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def ask(
        self,
        asker: QObject,
        question: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[CompanionError], None],
    ) -> None:
        """Calls then or failed on the window's thread, unless the asker is gone by then."""

        def work() -> None:
            answer: Callable[[], None]
            try:
                result = question()
            except CompanionError as error:
                trouble = error  # the name after "as" ends with its block

                def answer() -> None:
                    failed(trouble)
            else:

                def answer() -> None:
                    then(result)

            if isValid(self):
                self._answered.emit((asker, answer))

        threading.Thread(target=work, name="window-question", daemon=True).start()

    def _deliver(self, answered: tuple[QObject, Callable[[], None]]) -> None:
        asker, answer = answered
        if isValid(asker):
            answer()
