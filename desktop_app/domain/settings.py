# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person can set; the same names in the TOML file, as FIRESIDE_… variables and as options."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BargeIn(StrEnum):
    """What happens when the person speaks while the companion does."""

    HALF_DUPLEX = "half-duplex"
    """The microphone rests while the companion speaks: safe with open loudspeakers."""

    OPEN = "open"
    """Words said over the companion stop it; its own echo is taken out of the microphone."""

    PUSH_TO_TALK = "push-to-talk"
    """The microphone listens only while the talk button is held."""


class WhisperWindow(StrEnum):
    """How much sound Whisper encodes at once."""

    AUTO = "auto"
    """Only the sound there is, where a trial showed that this model loses nothing by it."""

    FULL = "full"
    """Always half a minute, as Whisper was trained: many times the work."""


class Theme(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults."""

    companion: str = "ember"
    """The companion's id."""

    microphone: str = ""
    loudspeaker: str = ""
    """A device's name, or part of it; empty: the system's default."""

    ollama_url: str = "http://127.0.0.1:11434"
    chat_model: str = ""
    """An Ollama model; empty: the first one that is installed."""

    whisper: str = "starter-en"
    """starter-en, a faster-whisper name such as "base", or a folder."""

    whisper_window: WhisperWindow = WhisperWindow.AUTO

    voice: str = ""
    """A voice id or a Piper .onnx file; empty: the companion's own, else the starter voice of its language."""

    barge_in: BargeIn = BargeIn.OPEN
    greet: bool = True
    """Whether the companion says its greeting when the app starts."""

    patience: float = 1.0
    """How long it waits before it answers: 1 is normal, 2 twice as long."""

    low_power: bool = False
    """Whether it spares the processor: it follows no words while they are said and begins to think only when the person
    has surely finished, instead of at likely ends. Words are understood at pauses in any case."""

    theme: Theme = Theme.SYSTEM
    reduced_motion: bool = False
    """Whether the face keeps its head still: lips, lids and slow changes of expression stay."""

    context_tokens: int = 4096
    """num_ctx: how much the chat model sees at once."""
