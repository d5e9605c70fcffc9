# SPDX-License-Identifier: GPL-3.0-or-later
"""How loud a voice is, and how loud the person usually is."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.domain.audio import FRAME_SAMPLES, Samples
from desktop_app.engine.loudness import PersonLevel, VoiceLevel


def _frame(level_db: float) -> Samples:
    return np.full(FRAME_SAMPLES, 10 ** (level_db / 20), np.float32)


def _says(person: PersonLevel, level_db: float, frames: int = 60, probability: float = 0.9) -> None:
    for _ in range(frames):
        person.feed(_frame(level_db), probability)
    person.end()


def test_only_frames_with_a_voice_count() -> None:
    voice = VoiceLevel(1.0)
    for _ in range(20):
        voice.feed(_frame(-20.0), 0.9)
        voice.feed(_frame(-60.0), 0.1)
    assert voice.decibels == pytest.approx(-20.0, abs=0.01)


def test_a_syllable_tells_nothing_yet() -> None:
    voice = VoiceLevel(1.0)
    for _ in range(5):
        voice.feed(_frame(-20.0), 0.9)
    assert voice.decibels is None


def test_what_was_long_ago_is_forgotten() -> None:
    voice = VoiceLevel(0.6)
    for level_db in (-40.0, -20.0):
        for _ in range(60):
            voice.feed(_frame(level_db), 0.9)
    assert voice.decibels == pytest.approx(-20.0, abs=0.01)


def test_nothing_is_known_of_who_has_not_spoken() -> None:
    person = PersonLevel()
    _says(person, -20.0, frames=20)
    _says(person, -20.0, probability=0.2)
    assert person.decibels is None


def test_one_loud_utterance_changes_little_and_several_are_learnt() -> None:
    person = PersonLevel()
    for level_db in (-30.0, -30.0, -30.0, -10.0):
        _says(person, level_db)
    assert person.decibels == pytest.approx(-30.0, abs=0.01)
    for _ in range(3):
        _says(person, -36.0)
    assert person.decibels == pytest.approx(-36.0, abs=0.01)
