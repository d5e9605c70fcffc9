# SPDX-License-Identifier: GPL-3.0-or-later
"""Dates and times as they are said aloud, in English and French."""

from __future__ import annotations

from datetime import datetime

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}
_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
}
_HOURS = (
    *("twelve", "one", "two", "three", "four", "five"),
    *("six", "seven", "eight", "nine", "ten", "eleven"),
)
_FRENCH_HOURS = {0: "minuit", 1: "une heure", 12: "midi", 21: "vingt et une heures"}
"""The hours that a voice would misread from digits."""


def weekday(day: datetime, language: str) -> str:
    return _DAYS.get(language, _DAYS["en"])[day.weekday()]


def spoken_day(day: datetime, language: str) -> str:
    """Day and month: "November 3rd", "1er novembre"."""
    month = _MONTHS.get(language, _MONTHS["en"])[day.month - 1]
    if language == "fr":
        return f"{'1er' if day.day == 1 else day.day} {month}"
    return f"{month} {_ordinal(day.day)}"


def spoken_date(day: datetime, language: str) -> str:
    """Weekday, day, month and year: "Saturday, November 21st, 2026", "samedi 21 novembre 2026"."""
    if language == "fr":
        return f"{weekday(day, 'fr')} {spoken_day(day, 'fr')} {day.year}"
    return f"{weekday(day, 'en')}, {spoken_day(day, 'en')}, {day.year}"


def spoken_time(now: datetime, language: str) -> str:
    """The time of day as people say it: "a quarter past seven in the evening", "19 heures 15"."""
    return _french_time(now) if language == "fr" else _english_time(now)


def part_of_day(now: datetime) -> str:
    """ "night", "morning", "afternoon" or "evening"."""
    if now.hour < 5 or now.hour >= 23:
        return "night"
    if now.hour < 12:
        return "morning"
    return "afternoon" if now.hour < 18 else "evening"


def _english_time(now: datetime) -> str:
    hour, minute = now.hour, now.minute
    if (hour, minute) in ((0, 0), (12, 0)):
        return "midnight" if hour == 0 else "noon"
    part = {"night": "at night"}.get(part_of_day(now), f"in the {part_of_day(now)}")
    if 0 < hour < 5:
        part = "in the morning"
    this_hour, next_hour = _HOURS[hour % 12], _HOURS[(hour + 1) % 12]
    match minute:
        case 0:
            return f"{this_hour} o'clock {part}"
        case 15:
            return f"a quarter past {this_hour} {part}"
        case 30:
            return f"half past {this_hour} {part}"
        case 45:
            return f"a quarter to {next_hour} {part}"
        case _ if minute < 30:
            return f"{_minutes(minute)} past {this_hour} {part}"
        case _:
            return f"{_minutes(60 - minute)} to {next_hour} {part}"


def _minutes(count: int) -> str:
    if count % 5 == 0:
        return str(count)
    return f"{count} minute{'' if count == 1 else 's'}"


def _french_time(now: datetime) -> str:
    hours = _FRENCH_HOURS.get(now.hour, f"{now.hour} heures")
    return hours if now.minute == 0 else f"{hours} {now.minute}"


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
