# SPDX-License-Identifier: GPL-3.0-or-later
"""The light in the room behind the companion: what the clock and a dark theme make of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

_DAWN_HOURS, _DUSK_HOURS = (5.0, 8.0), (18.0, 29.0)


class Daylight(StrEnum):
    """What a background is lit by."""

    DAWN = "dawn"
    DAY = "day"
    DUSK = "dusk"
    NIGHT = "night"


def daylight_at(hour: float, dark: bool) -> Daylight:
    """The light at an hour of the day, 0…24. A dark theme is night at any hour, a light one never darker than dusk."""
    if dark:
        return Daylight.NIGHT
    if _DAWN_HOURS[0] <= hour < _DAWN_HOURS[1]:
        return Daylight.DAWN
    evening = hour if hour >= _DAWN_HOURS[0] else hour + 24
    return Daylight.DUSK if _DUSK_HOURS[0] <= evening < _DUSK_HOURS[1] else Daylight.DAY


TINTS: Mapping[Daylight, tuple[tuple[str, float], tuple[str, float]]] = MappingProxyType(
    {
        Daylight.DAWN: (("#b9c2ee", 0.34), ("#ffd2b4", 0.50)),
        Daylight.DUSK: (("#8d7fc0", 0.46), ("#ffac70", 0.58)),
    }
)
"""What the light adds to every background: color and strength at the top and at the bottom, to be multiplied."""
