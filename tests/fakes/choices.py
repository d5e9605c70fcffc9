# SPDX-License-Identifier: GPL-3.0-or-later
"""Things to choose from, each list after a hold-up that a test can ask for, and an Ollama that may be down."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop_app.domain.errors import MindError
from desktop_app.ui.choices import Choice


def _open_gate() -> threading.Event:
    gate = threading.Event()
    gate.set()
    return gate


@dataclass(slots=True)
class FakeChoices:
    gate: threading.Event = field(default_factory=_open_gate)
    """Every question waits for it."""

    ollama_url: str = "http://127.0.0.1:11434"
    """The only address at which a model server answers."""

    asked_on: set[str] = field(default_factory=set)
    """The names of the threads that asked."""

    def microphones(self) -> Sequence[Choice]:
        return self._answer(Choice("usb", "USB microphone"), Choice("built-in", "Built-in microphone"))

    def loudspeakers(self) -> Sequence[Choice]:
        return self._answer(Choice("headphones", "Headphones"))

    def chat_models(self, ollama_url: str) -> Sequence[Choice]:
        found = self._answer(Choice("llama3.2:3b", "llama3.2:3b", "2.0 GB"), Choice("qwen3:8b", "qwen3:8b", "5.2 GB"))
        if ollama_url != self.ollama_url:
            raise MindError("mind.unreachable", "No Ollama answers there.", "Check the address.")
        return found

    def whisper_models(self) -> Sequence[Choice]:
        return self._answer(Choice("starter-en", "Starter ears"), Choice("base", "Whisper base"))

    def voices(self) -> Sequence[Choice]:
        return self._answer(Choice("starter-en-1", "Starter voice 1"), Choice("starter-en-2", "Starter voice 2"))

    def _answer(self, *choices: Choice) -> Sequence[Choice]:
        self.asked_on.add(threading.current_thread().name)
        assert self.gate.wait(10)
        return choices
