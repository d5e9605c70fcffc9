# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window can offer to choose from: a socket of the window's own, plugged by the composition root."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose."""

    id: str
    """What the settings keep: a device's name, a model, a voice id, a folder."""

    label: str
    """What a person would call it."""

    note: str = ""
    """A few words more: "starter", "French", "2.0 GB"."""


class Choices(Protocol):
    """What is there right now; raises CompanionErrors. Every method may be slow: the window calls it on another thread.

    The empty id ("the system's default", "the first one installed") is the window's own first entry everywhere.
    """

    def microphones(self) -> Sequence[Choice]: ...

    def loudspeakers(self) -> Sequence[Choice]: ...

    def chat_models(self, ollama_url: str) -> Sequence[Choice]:
        """The models that the Ollama at this address has. Raises MindError if none answers there."""
        ...

    def whisper_models(self) -> Sequence[Choice]: ...

    def voices(self) -> Sequence[Choice]: ...
