# SPDX-License-Identifier: GPL-3.0-or-later
"""`fireside bench avatar` measures real frames and says whether they are quick enough."""

from __future__ import annotations

import pytest

from benchmarks.avatar import measure, report

pytestmark = pytest.mark.usefixtures("qapp")


def test_frames_cost_far_less_than_drawing_everything_anew() -> None:
    result = measure(["sam", "mira"], frames=60)
    assert set(result["companions"]) == {"sam", "mira"}
    for each in result["companions"].values():
        assert 0 < each["idle_mean"] < each["redraw_all"] / 4
        assert 0 < each["speaking_mean"] < each["redraw_all"] / 3
    assert "mira" in report(result)
