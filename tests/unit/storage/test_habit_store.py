# SPDX-License-Identifier: GPL-3.0-or-later
"""What was learnt of how the person speaks comes back, and a damaged file harms nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.domain.habits import SpeakingHabits
from desktop_app.storage.habit_store import TomlHabitStore

LEARNT = SpeakingHabits(0.31, 0.6, 1.5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "habits.toml"


def test_what_was_learnt_comes_back(path: Path) -> None:
    assert TomlHabitStore(path).load() == SpeakingHabits()
    TomlHabitStore(path).save(LEARNT)
    assert TomlHabitStore(path).load() == LEARNT
    assert path.read_text().startswith("# How you pause")


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "after_finished_seconds = ",
        "after_finished_seconds = 'long'",
        "after_unclear_seconds = -1.0",
        "after_unclear_seconds = nan",
        "after_unfinished_seconds = inf",
        "\x00\xff",
    ],
)
def test_a_damaged_file_counts_as_none_and_is_written_anew(path: Path, damage: str) -> None:
    path.write_text(damage, encoding="latin-1")
    store = TomlHabitStore(path)
    assert store.load() == SpeakingHabits()
    store.save(LEARNT)
    assert store.load() == LEARNT
