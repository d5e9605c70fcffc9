# SPDX-License-Identifier: GPL-3.0-or-later
"""Who the companion is: what a person writes down about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Persona:
    """One companion, kept as one readable file."""

    id: str
    """Folder name: lower-case letters, digits and hyphens."""

    name: str
    language: str = "en"
    """ISO 639-1: the language it speaks."""

    character: str = ""
    """Who it is, in a few sentences."""

    speaking_style: str = ""
    """How it talks."""

    greeting: str = ""
    """What it says first when the app starts; empty: it waits to be spoken to."""

    voice: str = ""
    """A voice id or a Piper file; empty: the voice of the settings."""

    avatar: str = ""
    """A look: a preset's id, or a look saved for this companion; empty: the default preset."""
