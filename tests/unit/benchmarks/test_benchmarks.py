# SPDX-License-Identifier: GPL-3.0-or-later
"""`fireside bench`: finds a benchmark, prints its figures, and fails where a bar does not hold."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import benchmarks
from benchmarks import run_benchmark, starter
from benchmarks.measuring.figures import Bound, Figure, figures_report, figures_result
from benchmarks.measuring.nonspeech import nonspeech_clips
from desktop_app.domain.audio import LISTENING_RATE_HZ


def _result(value: float) -> dict[str, Any]:
    return figures_result("starter", [Figure("errors", value, "", "at most", 0.1, "3 clips")], {"more": 1})


@pytest.mark.parametrize(("value", "code", "verdict"), [(0.1, 0, "All 1 bars hold."), (0.11, 1, "1 of 1 bars fail.")])
def test_the_exit_code_tells_whether_all_bars_hold(
    value: float, code: int, verdict: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(starter, "measure", lambda: _result(value))
    assert run_benchmark("starter", as_json=False) == code
    assert capsys.readouterr().out.splitlines()[-1] == verdict
    assert run_benchmark("starter", as_json=True) == code
    assert json.loads(capsys.readouterr().out) == _result(value)


def test_an_unknown_name_gives_a_sentence_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_benchmark("nonsense", as_json=True) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "no benchmark “nonsense”" in told.err
    assert "starter" in told.err


def test_no_name_reaches_beyond_the_benchmarks() -> None:
    assert run_benchmark("measuring.figures", as_json=True) == 1
    assert run_benchmark("__init__", as_json=True) == 1
    for name in benchmarks.benchmark_names():
        module = __import__(f"benchmarks.{name}", fromlist=["measure"])
        assert callable(module.measure)
        assert callable(module.report)


@pytest.mark.parametrize(
    ("value", "bound", "bar", "holds"),
    [
        (0.1, "at most", 0.1, True),
        (0.1001, "at most", 0.1, False),
        (10.0, "at least", 10.0, True),
        (9.99, "at least", 10.0, False),
    ],
)
def test_a_bar_holds_up_to_its_own_value(value: float, bound: Bound, bar: float, holds: bool) -> None:
    assert Figure("x", value, "", bound, bar, "").holds is holds


def test_the_table_shows_every_figure_with_its_bar() -> None:
    figures = [Figure("speed", 12.5, "×", "at least", 10, "4 voices"), Figure("errors", 0.5, "", "at most", 0.1, "2")]
    lines = figures_report(figures_result("x", figures, {})).splitlines()
    assert lines[0].split() == ["holds", "speed", "12.5", "×", "(at", "least", "10)", "4", "voices"]
    assert lines[1].startswith("FAILS  errors")
    assert lines[-1] == "1 of 2 bars fail."


def test_sounds_without_speech_are_thirty_different_ones_and_always_the_same() -> None:
    clips, again = nonspeech_clips(), nonspeech_clips()
    assert len(clips) == len({name for name, _ in clips}) == 30
    assert all(np.array_equal(one, other) for (_, one), (_, other) in zip(clips, again, strict=True))
    for name, samples in clips:
        assert np.isfinite(samples).all(), name
        assert float(np.abs(samples).max()) < 0.5, name
        assert "silence" in name or float(np.abs(samples).max()) > 0.01, name
    assert max(len(samples) for _, samples in clips) == 30 * LISTENING_RATE_HZ


def test_unseen_voices_share_the_sentences_like_cards() -> None:
    dealt = starter._dealt(["a", "b", "c"], [str(n) for n in range(40)])
    assert len(dealt) == 30
    assert len({text for _, text in dealt}) == 30
    few = starter._dealt(["a", "b"], ["x", "y"])
    assert few == [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]
