# SPDX-License-Identifier: GPL-3.0-or-later
"""Springs settle, whatever the frame rate."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.avatar.springs import Spring, approach, smoothstep


@pytest.mark.parametrize("damping", [0.1, 0.28, 0.999, 1.0, 1.001, 3.0])
def test_a_spring_reaches_its_target(damping: float) -> None:
    spring = Spring(1.5, damping)
    for _ in range(2400):
        spring.step(5.0, 1 / 60)
    assert spring.value == pytest.approx(5.0, abs=1e-3)
    assert spring.velocity == pytest.approx(0.0, abs=1e-2)


@settings(deadline=None)
@given(
    st.floats(0.0, 100.0), st.floats(0.05, 4.0), st.floats(-50, 50), st.floats(-500, 500), st.floats(0.1, 20.0)
)  # fmt: skip
def test_a_spring_stays_finite_and_bounded_at_any_step(
    seconds: float, damping: float, value: float, velocity: float, frequency: float
) -> None:
    spring = Spring(frequency, damping, value, velocity)
    most = abs(value) + abs(velocity) / frequency + 1.0
    for _ in range(5):
        moved = spring.step(0.0, seconds)
        assert math.isfinite(moved)
        assert math.isfinite(spring.velocity)
        assert abs(moved) <= most


@pytest.mark.parametrize("damping", [0.3, 1.0, 2.0])
def test_a_spring_moves_the_same_in_one_step_as_in_many(damping: float) -> None:
    coarse, fine = Spring(1.1, damping, -2.0, 3.0), Spring(1.1, damping, -2.0, 3.0)
    coarse.step(4.0, 0.5)
    for _ in range(500):
        fine.step(4.0, 0.001)
    assert coarse.value == pytest.approx(fine.value, abs=1e-6)
    assert coarse.velocity == pytest.approx(fine.velocity, abs=1e-5)


def test_approach_does_not_depend_on_the_steps() -> None:
    once = approach(0.0, 1.0, 6.0, 0.4)
    value = 0.0
    for _ in range(40):
        value = approach(value, 1.0, 6.0, 0.01)
    assert value == pytest.approx(once)


def test_smoothstep_is_flat_outside_its_borders() -> None:
    assert [smoothstep(2, 4, x) for x in (0, 2, 3, 4, 9)] == [0, 0, 0.5, 1, 1]
