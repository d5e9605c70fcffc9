# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test tells its Ollama server: which models are installed, what they answer and how that goes wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

MODIFIED_AT = "2026-11-01T10:00:00.5+01:00"


class Ending(Enum):
    """How an answer ends."""

    DONE = "done"
    CUT_OFF = "the stream ends cleanly, but without its last line"
    RESET = "the connection breaks"
    ERROR_LINE = "an error comes as a line of the stream"
    OUT_OF_MEMORY = "refused before the first line: no memory"
    BUSY = "refused before the first line: too many requests"
    HANG = "nothing more comes, and the connection stays open"


@dataclass(frozen=True, slots=True)
class Reply:
    """One scripted answer."""

    text: str = ""
    thinking: str = ""
    """Sent first where the model thinks."""

    ends: Ending = Ending.DONE
    after_tokens: int = 10**9
    """How many tokens come before it ends as it does."""

    first_token_seconds: float = 0.0
    """On top of the server's own."""


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model as /api/tags and /api/show describe it."""

    name: str
    capabilities: Sequence[str] = ("completion",)
    family: str = "llama"
    parameter_size: str = "3.2B"
    size_bytes: int = 2_019_393_189

    @property
    def can_think(self) -> bool:
        return "thinking" in self.capabilities

    def listed(self) -> dict[str, Any]:
        """What /api/tags and /api/ps say of it alike."""
        return {
            "name": self.name,
            "model": self.name,
            "size": self.size_bytes,
            "digest": hashlib.sha256(self.name.encode()).hexdigest(),
            "details": self.details(),
        }

    def details(self) -> dict[str, Any]:
        return {
            "parent_model": "",
            "format": "gguf",
            "family": self.family,
            "families": [self.family],
            "parameter_size": self.parameter_size,
            "quantization_level": "Q4_K_M",
        }
