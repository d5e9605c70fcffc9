# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides how long to wait in silence before the person's turn counts as finished."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Endpointing:
    """One fixed patience. Short enough to answer briskly, long enough for a breath between two sentences."""

    patience_seconds: float = 0.65

    def wait_seconds(self) -> float:
        return self.patience_seconds
