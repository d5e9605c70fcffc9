# SPDX-License-Identifier: GPL-3.0-or-later
"""Gestures begin and end at rest and never jump; words choose them; a listener nods where a person would."""

from __future__ import annotations

from itertools import pairwise

import pytest

from desktop_app.avatar.gestures import GOODBYE, GREETING, NESTLE, NOD, Gesture, Gestures, gesture_in
from desktop_app.avatar.senses import Pauses, Stroking

ALL = (GREETING, GOODBYE, NOD, NESTLE)


@pytest.mark.parametrize("gesture", ALL, ids=lambda gesture: gesture.name)
def test_a_gesture_begins_and_ends_at_rest_and_never_jumps(gesture: Gesture) -> None:
    gestures = Gestures()
    gestures.begin(gesture, 10.0)
    before: dict[str, float] = {}
    for i in range(round((gesture.duration_seconds + 0.5) * 120)):
        now = gestures.targets(10.0 + i / 120)
        for name in before.keys() | now.keys():
            unit = 10.0 if name == "roll" else 1.0
            assert abs(now.get(name, 0.0) - before.get(name, 0.0)) < 0.06 * unit
        before = now
    assert all(abs(value) < 1e-9 for value in before.values())
    assert not gestures.is_active(10.0 + gesture.duration_seconds + 0.1)


def test_a_new_gesture_takes_over_without_a_jump() -> None:
    gestures = Gestures()
    gestures.begin(GOODBYE, 0.0)
    before = gestures.targets(0.8)
    gestures.begin(NOD, 0.8)
    after = gestures.targets(0.8 + 1 / 120)
    assert after["pitch"] == pytest.approx(before["pitch"], abs=0.05)


def test_the_same_gesture_is_not_begun_again_while_it_lasts() -> None:
    gestures = Gestures()
    gestures.begin(NOD, 0.0)
    gestures.begin(NOD, 0.3)
    assert not gestures.is_active(1.0)


@pytest.mark.parametrize(
    ("text", "gesture"),
    [
        ("Hello, Anna.", GREETING), ("“Good morning!” she said.", GREETING), ("Bonjour, Anna.", GREETING),
        ("Enchanté !", GREETING), ("Good night, Anna.", GOODBYE), ("Thank you, bye.", GOODBYE),
        ("Bonne nuit, dors bien.", GOODBYE), ("Je te dis à demain.", GOODBYE), ("Au revoir !", GOODBYE),
        ("It is ten o'clock.", None), ("I said hello to her.", None), ("Hidden things.", None),
        ("Le jour et la nuit.", None),
        ("By the way, it rains.", None),
    ],
)  # fmt: skip
def test_words_choose_the_gesture(text: str, gesture: Gesture | None) -> None:
    assert gesture_in(text) is gesture


def nods(*heard: tuple[float, float]) -> list[float]:
    """When a listener nods, given how long it hears what probability of speech."""
    pauses, now, found = Pauses(), 0.0, []
    for seconds, probability in heard:
        for _ in range(round(seconds / 0.05)):
            now += 0.05
            if pauses.hear(probability, now):
                found.append(now)
    return found


def test_a_listener_nods_shortly_after_some_words() -> None:
    (at,) = nods((2.0, 0.9), (1.5, 0.05))
    assert 2.25 <= at <= 2.5


def test_nobody_nods_at_a_word_in_a_breath_or_in_silence() -> None:
    assert nods((0.6, 0.9), (2.0, 0.05)) == []
    assert nods((3.0, 0.9), (0.15, 0.05), (3.0, 0.9)) == []
    assert nods((10.0, 0.05)) == []


def test_nods_keep_their_distance() -> None:
    found = nods(*[(1.2, 0.9), (0.5, 0.05)] * 8)
    assert len(found) >= 3
    assert all(later - earlier >= 2.5 for earlier, later in pairwise(found))


def test_slow_motion_to_and_fro_is_no_stroke() -> None:
    stroking = Stroking()
    assert not any(stroking.moved(0.2 * (i % 2), 0.0, i * 0.5) for i in range(40))
