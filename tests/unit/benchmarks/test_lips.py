# SPDX-License-Identifier: GPL-3.0-or-later
"""The lips' benchmark sees lips that meet the sound, and lips that do not."""

from __future__ import annotations

import random
from dataclasses import replace
from statistics import median
from typing import cast

import numpy as np
import pytest

from benchmarks.lips import Meeting, meeting
from desktop_app.app import Home
from desktop_app.avatar.look import Look
from desktop_app.demo import SOUND_RATE_HZ, Tape
from desktop_app.domain.audio import Viseme, VisemeKey, VisemeTrack
from desktop_app.domain.conversation import Expression, TurnId
from desktop_app.domain.events import SentenceStarted
from desktop_app.film import moments

VOWELS = (Viseme.AA, Viseme.E, Viseme.OH, Viseme.IH)
CONSONANTS = (Viseme.PP, Viseme.DD, Viseme.SS, Viseme.FF, Viseme.NN, Viseme.PP)


def spoken(seed: int) -> VisemeTrack:
    """Forty syllables, each with its vowel, at the pace of the starter voices."""
    chance, keys, t = random.Random(seed), [], 0.0
    for _ in range(40):
        for shapes, shortest, longest in ((CONSONANTS, 0.05, 0.10), (VOWELS, 0.08, 0.16)):
            length = chance.uniform(shortest, longest)
            keys.append(VisemeKey(chance.choice(shapes), t, t + length))
            t += length
    return VisemeTrack(tuple(keys), t)


def tape_of(track: VisemeTrack, sound_late_seconds: float = 0.0) -> Tape:
    """One sentence, heard from second 11 of a film that begins at second 10."""
    levels = np.zeros(round((track.duration_seconds + 3) * SOUND_RATE_HZ), np.float32)
    for key in track.keys:
        begin, end = (
            round((1.0 + sound_late_seconds + at) * SOUND_RATE_HZ) for at in (key.start_seconds, key.end_seconds)
        )
        levels[begin:end] = 0.5 if key.viseme in VOWELS else 0.03
    sound = levels * np.random.default_rng(1).uniform(-1, 1, len(levels)).astype(np.float32)
    started = SentenceStarted(TurnId(1), "", track, Expression.HAPPY, 11.0)
    ended = 13.0 + track.duration_seconds
    return Tape(cast("Home", None), ((11.01, started),), sound, began_seconds=10.0, ended_seconds=ended)


def met(tape: Tape, drawn_late_seconds: float = 0.0) -> Meeting:
    film = [replace(moment, at_seconds=moment.at_seconds + drawn_late_seconds) for moment in moments(tape)]
    return meeting(tape, film, Look())


@pytest.mark.parametrize("seed", range(4))
def test_the_films_lips_are_on_time_and_closed_on_every_p_b_and_m(seed: int) -> None:
    result = met(tape_of(spoken(seed)))
    assert len(result.peaks) > 30
    assert median(abs(peak) for peak in result.peaks) <= 0.020
    assert result.closures > 5
    assert result.left_open == 0
    assert result.sound_lags == (0.0,)


def test_lips_that_come_late_are_noticed() -> None:
    result = met(tape_of(spoken(1)), drawn_late_seconds=0.1)
    assert median(abs(peak) for peak in result.peaks) > 0.04
    assert result.left_open > 0


def test_sound_that_comes_late_is_noticed() -> None:
    (lag,) = met(tape_of(spoken(1), sound_late_seconds=0.08)).sound_lags
    assert lag == pytest.approx(0.08)
