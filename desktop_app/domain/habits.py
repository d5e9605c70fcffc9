# SPDX-License-Identifier: GPL-3.0-or-later
"""How one person speaks, as far as taking turns needs it: learnt slowly, kept in the profile, no words in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SpeakingHabits:
    """The length below which nine in ten of their pauses stay after which they went on; all in seconds.

    The defaults are what one expects of somebody unknown.
    """

    after_finished_seconds: float = 0.25
    """Pauses after words that sounded like a whole sentence."""

    after_unclear_seconds: float = 0.55
    """… like anything."""

    after_unfinished_seconds: float = 1.2
    """… like the beginning of more."""
