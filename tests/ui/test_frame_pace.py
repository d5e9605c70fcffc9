# SPDX-License-Identifier: GPL-3.0-or-later
"""Sixty frames a second while it speaks, thirty at rest, and fewer where painting is slow."""

from __future__ import annotations

from desktop_app.ui.frame_pace import FramePace


def pace_after(seconds: float, frames: int = 60) -> FramePace:
    pace = FramePace()
    for _ in range(frames):
        pace.painted(seconds)
    return pace


def test_a_quick_computer_gives_every_frame() -> None:
    assert pace_after(0.004).milliseconds(lively=True) == 16
    assert pace_after(0.004).milliseconds(lively=False) == 33


def test_a_slow_one_keeps_time_for_everything_else() -> None:
    lasting = pace_after(0.030).milliseconds(lively=True)
    assert 45 <= lasting <= 55
    assert pace_after(0.030).milliseconds(lively=False) == lasting


def test_one_slow_frame_is_soon_forgotten() -> None:
    pace = pace_after(0.004)
    pace.painted(0.120)
    assert pace.milliseconds(lively=True) > 16
    for _ in range(20):
        pace.painted(0.004)
    assert pace.milliseconds(lively=True) == 16


def test_even_the_slowest_face_moves() -> None:
    assert pace_after(2.0).milliseconds(lively=True) == 200
