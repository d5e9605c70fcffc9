# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person can ask of the engine: wishes move down, and only as these."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings


@dataclass(frozen=True, slots=True)
class SayText:
    """Treat this as said by the person (typed instead of spoken)."""

    text: str


@dataclass(frozen=True, slots=True)
class StopSpeaking:
    """Fall silent now; the turn ends as interrupted."""


@dataclass(frozen=True, slots=True)
class SetMuted:
    """Stop or resume listening."""

    muted: bool


@dataclass(frozen=True, slots=True)
class HoldToTalk:
    """The talk button went down or up (push-to-talk)."""

    held: bool


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """Use and keep these settings; what they name is loaded again where it differs."""

    settings: Settings


@dataclass(frozen=True, slots=True)
class ChangePersona:
    """Keep this companion and talk as it from now on."""

    persona: Persona


@dataclass(frozen=True, slots=True)
class ForgetFact:
    """Forget one remembered fact for good."""

    fact_id: int


@dataclass(frozen=True, slots=True)
class ForgetHabits:
    """Forget how the person pauses; it is learnt again from now on."""


Command = SayText | StopSpeaking | SetMuted | HoldToTalk | ChangeSettings | ChangePersona | ForgetFact | ForgetHabits
