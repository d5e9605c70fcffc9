# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides what the person's voice means while the companion is talking."""

from __future__ import annotations

from desktop_app.domain.settings import BargeIn
from desktop_app.domain.state import CompanionState

STOP_AFTER_SECONDS = 0.3
"""In open mode this much speech stops the companion: longer than a cough, shorter than a word's wait."""


def may_listen(mode: BargeIn, companion: CompanionState, muted: bool, held: bool) -> bool:
    """Whether the microphone's frames count at all right now."""
    if muted:
        return False
    match mode:
        case BargeIn.HALF_DUPLEX:
            return companion is not CompanionState.SPEAKING
        case BargeIn.PUSH_TO_TALK:
            return held
        case BargeIn.OPEN:
            return True


def must_stop(companion: CompanionState, speech_seconds: float) -> bool:
    """Whether speech of this length, heard while the companion speaks, stops it."""
    return companion is CompanionState.SPEAKING and speech_seconds >= STOP_AFTER_SECONDS
