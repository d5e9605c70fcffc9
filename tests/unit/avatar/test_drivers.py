# SPDX-License-Identifier: GPL-3.0-or-later
"""Lips meet the sound, lids shut, eyes wander: the movers one by one."""

from __future__ import annotations

import random
from itertools import pairwise
from statistics import median

import pytest

from desktop_app.avatar.drivers import Blinking, Breathing, Gaze, Lips
from desktop_app.avatar.mixer import Mixer
from desktop_app.avatar.mouth import CLOSED_BELOW
from desktop_app.domain.audio import Viseme, VisemeKey, VisemeTrack

_SPOKEN = "SIL DD aa PP nn E FF ih SS oh PP PP ou kk aa TH ih RR E CH oh nn PP aa DD SIL".replace("SIL", "sil").split()


def spoken(seed: int = 3) -> VisemeTrack:
    """A track with lengths such as Piper gives them."""
    chance = random.Random(seed)
    keys: list[VisemeKey] = []
    t = 0.0
    for name in _SPOKEN:
        viseme = Viseme(name)
        length = chance.uniform(0.08, 0.16) if name in ("aa", "E", "ih", "oh", "ou") else chance.uniform(0.035, 0.10)
        keys.append(VisemeKey(viseme, t, t + length, stressed=chance.random() < 0.3))
        t += length
    return VisemeTrack(tuple(keys), t)


def _middle(key: VisemeKey) -> float:
    return (key.start_seconds + key.end_seconds) / 2


@pytest.mark.parametrize("seed", range(8))
def test_lips_are_closed_in_the_middle_of_every_p_b_and_m(seed: int) -> None:
    track = spoken(seed)
    lips = Lips(track)
    closures = [key for key in track.keys if key.viseme is Viseme.PP]
    assert len(closures) == 4
    for key in closures:
        mixer = Mixer()
        mixer.add_visemes(lips.weights(_middle(key)))
        assert mixer.pose().mouth_open < CLOSED_BELOW


def test_lips_open_wide_on_a_long_open_vowel() -> None:
    track = VisemeTrack(
        (VisemeKey(Viseme.PP, 0, 0.08), VisemeKey(Viseme.AA, 0.08, 0.26), VisemeKey(Viseme.PP, 0.26, 0.34)), 0.34
    )
    mixer = Mixer()
    mixer.add_visemes(Lips(track).weights(0.17))
    assert mixer.pose().mouth_open > 0.7


@pytest.mark.parametrize("seed", range(8))
def test_a_viseme_peaks_within_20_ms_of_its_phonemes_middle(seed: int) -> None:
    track = spoken(seed)
    lips = Lips(track)
    offsets = []
    for index, key in enumerate(track.keys):
        near = {k.viseme for k in track.keys[max(0, index - 2) : index + 3] if k is not key}
        if key.viseme is Viseme.SIL or key.viseme in near:
            continue
        times = [
            key.start_seconds - 0.06 + 0.002 * i for i in range(60 + round((key.end_seconds - key.start_seconds) * 500))
        ]
        weights = [lips.weights(t).get(key.viseme, 0.0) for t in times]
        highest = max(weights)
        top = [t for t, weight in zip(times, weights, strict=True) if weight >= highest - 1e-9]
        offsets.append(abs(sum(top) / len(top) - _middle(key)))
    assert len(offsets) > 10
    assert median(offsets) <= 0.020


def test_weights_never_leave_0_to_1_and_rest_outside_the_track() -> None:
    track = spoken()
    lips = Lips(track)
    for i in range(-100, 500):
        assert all(0 <= weight <= 1 for weight in lips.weights(i / 100).values())
    assert lips.weights(-1.0) == {}
    assert lips.weights(track.duration_seconds + 1.0) == {}


def test_weights_do_not_jump() -> None:
    lips = Lips(spoken())
    before = lips.weights(0.0)
    for i in range(1, 1200):
        now = lips.weights(i / 500)
        for viseme in before.keys() | now.keys():
            assert abs(now.get(viseme, 0.0) - before.get(viseme, 0.0)) < 0.25
        before = now


def test_without_timings_loudness_moves_the_mouth() -> None:
    lips = Lips(VisemeTrack((), 0.2, loudness=(0.0, 0.0, 0.8, 0.9, 0.8, 0.0, 0.0, 0.0, 0.0, 0.0)))
    assert lips.weights(0.01) == {}
    loud = sum(lips.weights(0.06).values())
    assert loud > 0.5
    assert lips.energy(0.06) > 0.5
    assert lips.weights(0.17) == {}
    assert lips.weights(5.0) == {}


def test_blinks_shut_the_lids_completely_every_few_seconds() -> None:
    blinking = Blinking(random.Random(1))
    closures = [blinking.closure(i / 100) for i in range(6000)]
    assert max(closures) == pytest.approx(1.0)
    assert all(0 <= closure <= 1 for closure in closures)
    starts = sum(1 for a, b in pairwise(closures) if a == 0 < b)
    assert 8 <= starts <= 30
    shut = sum(closure > 0.5 for closure in closures) / len(closures)
    assert shut < 0.08


def test_a_gaze_jumps_to_its_target_and_stays_near_it() -> None:
    gaze = Gaze(random.Random(2))
    for i in range(300):
        x, y = gaze.step(i / 60, 1 / 60, (0.6, -0.3))
    assert x == pytest.approx(0.6, abs=0.3)
    assert y == pytest.approx(-0.3, abs=0.25)


def test_breath_changes_its_pace_without_a_jump() -> None:
    breathing = Breathing()
    values = [breathing.step(1 / 60, 4.3 if i < 100 else 3.4) for i in range(400)]
    assert max(abs(a - b) for a, b in pairwise(values)) < 0.05
    assert max(values) > 0.99
    assert min(values) < -0.99
