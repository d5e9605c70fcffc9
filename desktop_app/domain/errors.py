# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong with the world around Fireside, each with a sentence for the person and what to do.

CompanionError
├── MicrophoneError     "No microphone was found."
├── LoudspeakerError    "The loudspeaker stopped answering."
├── EarsError           "The Whisper model 'base' is not on this computer."
├── MindError           "Ollama is not running."
│   └── MindInterrupted "The model stopped in the middle of its answer."
├── VoiceError          "The voice file could not be read."
├── StorageError        "The disk is full."
├── SettingsError       "settings.toml, line 3: …"
├── PersonaError        "persona.toml of 'ember' could not be read."
└── LookError           "hair/bob.svg, line 12: …"

Adapters and storage raise nothing else for trouble in the environment; anything else is a bug of ours.
"""

from __future__ import annotations


class CompanionError(Exception):
    """Trouble that the person can understand and do something about."""

    def __init__(self, code: str, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        """Stable, dotted: "mind.unreachable"."""
        self.sentence = sentence
        """One plain sentence: what is wrong."""
        self.hint = hint
        """One plain sentence: what to do; may be empty."""


class MicrophoneError(CompanionError):
    """The microphone is missing, busy, forbidden or has stalled."""


class LoudspeakerError(CompanionError):
    """The loudspeaker is missing or has stalled."""


class EarsError(CompanionError):
    """A Whisper model is missing or broken."""


class MindError(CompanionError):
    """The chat model cannot be reached, is missing, or has no room."""


class MindInterrupted(MindError):  # noqa: N818  it is what happened, in the words of the tree above
    """The chat model fell silent in the middle of an answer."""


class VoiceError(CompanionError):
    """A Piper voice is missing or broken."""


class StorageError(CompanionError):
    """The database or a file cannot be read or written."""


class SettingsError(CompanionError):
    """A setting is not what it should be."""


class PersonaError(CompanionError):
    """A companion's file is not what it should be."""


class LookError(CompanionError):
    """An avatar's look, part or pack is not what it should be."""
