# SPDX-License-Identifier: GPL-3.0-or-later
"""`fireside bench avatar` measures real frames and says whether they are quick enough."""

from __future__ import annotations

import pytest

from benchmarks.avatar import measure, report
from benchmarks.measuring.face_window import measure_window
from tests.standins.virtual_screen import missing

pytestmark = pytest.mark.usefixtures("qapp")


def test_frames_cost_far_less_than_drawing_everything_anew() -> None:
    result = measure(["sam", "mira"], frames=60, window_seconds=0)
    companions = result["details"]["companions"]
    assert set(companions) == {"sam", "mira"}
    for each in companions.values():
        assert 0 < each["idle_mean"] < each["redraw_all"] / 4
        assert 0 < each["speaking_mean"] < each["redraw_all"] / 3
    assert "mira" in report(result)


@pytest.mark.skipif(bool(missing()), reason=missing() or "there is a screen")
def test_a_face_in_a_real_window_is_painted_while_it_is_seen_and_never_while_it_is_not() -> None:
    window = measure_window("sam", seconds=1.0)
    assert window["platform"] == "xcb"
    assert window["frames_per_second"] > 0
    assert window["frames_shown_again"] > 0
    assert window["frames_hidden"] == window["frames_minimized"] == 0
    assert window["colors_on_the_screen"] > 500, "the face is on the screen"
