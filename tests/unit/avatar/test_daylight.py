# SPDX-License-Identifier: GPL-3.0-or-later
"""The room's light follows the clock and the theme."""

from __future__ import annotations

import pytest

from desktop_app.avatar.daylight import Daylight, daylight_at


@pytest.mark.parametrize(
    ("hour", "light"),
    [
        (0.0, "dusk"),
        (4.99, "dusk"),
        (5.0, "dawn"),
        (7.9, "dawn"),
        (8.0, "day"),
        (17.9, "day"),
        (18.0, "dusk"),
        (24, "dusk"),
    ],
)
def test_a_light_theme_follows_the_clock(hour: float, light: str) -> None:
    assert daylight_at(hour, dark=False) == light


def test_a_dark_theme_is_night_at_any_hour() -> None:
    assert {daylight_at(hour, dark=True) for hour in range(25)} == {Daylight.NIGHT}
