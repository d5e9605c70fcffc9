# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates and times as people say them."""

from __future__ import annotations

from datetime import datetime

import pytest

from desktop_app.mind.spoken_time import part_of_day, spoken_date, spoken_day, spoken_time


@pytest.mark.parametrize(
    ("hour", "minute", "english", "french"),
    [
        (0, 0, "midnight", "minuit"),
        (12, 0, "noon", "midi"),
        (7, 15, "a quarter past seven in the morning", "7 heures 15"),
        (19, 30, "half past seven in the evening", "19 heures 30"),
        (12, 45, "a quarter to one in the afternoon", "midi 45"),
        (23, 45, "a quarter to twelve at night", "23 heures 45"),
        (1, 0, "one o'clock in the morning", "une heure"),
        (0, 20, "20 past twelve at night", "minuit 20"),
        (15, 1, "1 minute past three in the afternoon", "15 heures 1"),
        (21, 57, "3 minutes to ten in the evening", "vingt et une heures 57"),
    ],
)
def test_the_time_of_day(hour: int, minute: int, english: str, french: str) -> None:
    now = datetime(2026, 11, 21, hour, minute)
    assert spoken_time(now, "en") == english
    assert spoken_time(now, "fr") == french


def test_dates() -> None:
    assert spoken_date(datetime(2026, 11, 21), "en") == "Saturday, November 21st, 2026"
    assert spoken_date(datetime(2026, 11, 21), "fr") == "samedi 21 novembre 2026"
    assert spoken_day(datetime(2026, 3, 1), "fr") == "1er mars"
    assert [spoken_day(datetime(2026, 5, day), "en").split()[1] for day in (1, 2, 3, 4, 11, 12, 13, 22, 31)] == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        "11th",
        "12th",
        "13th",
        "22nd",
        "31st",
    ]


def test_the_day_has_four_parts() -> None:
    parts = [part_of_day(datetime(2026, 11, 21, hour)) for hour in range(24)]
    assert parts == ["night"] * 5 + ["morning"] * 7 + ["afternoon"] * 6 + ["evening"] * 5 + ["night"]
