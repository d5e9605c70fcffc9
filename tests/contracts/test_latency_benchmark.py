# SPDX-License-Identifier: GPL-3.0-or-later
"""The latency benchmark runs from end to end on a few utterances; how long anything takes is no matter here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import latency
from benchmarks.latency import Brain, Setting
from benchmarks.measuring import pipelines, recorded
from benchmarks.measuring.recorded import recorded_utterances
from tests.standins.piper_voice import voice_standin
from tests.standins.whisper import whisper_standin
from tests.starter_ears import needs_starter_ears


@pytest.fixture(autouse=True)
def _nothing_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipelines, "_WARMING_SECONDS", 0.0)


@needs_starter_ears
def test_a_small_run_gives_the_figures_that_need_no_sound_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latency, "missing", lambda: "no PulseAudio in this test")
    result = latency.measure(limit=1)
    assert [figure["name"] for figure in result["figures"]] == [
        "own overhead beyond the wait, p50",
        "own overhead beyond the wait, p95",
        "times as quick as the classic pipeline, p50",
    ]
    assert any("no PulseAudio in this test" in remark for remark in result["details"]["not measured"])
    instant, simulated = result["details"]["stages"].values()
    assert [*instant, *simulated] == ["fireside", "fireside", "classic"]
    for measured in (*instant.values(), *simulated.values()):
        assert measured["turns"] == 1
        heard_ms, endpoint_ms = (measured["ms (p50, p95)"][stage][0] for stage in ("heard", "endpoint"))
        assert heard_ms >= endpoint_ms  # nothing is heard before the end is certain
    assert "instead of" in latency.report(result)


async def test_without_recordings_of_people_the_starter_voices_say_all_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded, "SPEECH_FOLDER", tmp_path / "speech")
    utterances, remark = await recorded_utterances()
    assert len(utterances) == recorded.FEWEST == 20
    assert len({utterance.text for utterance in utterances}) == 20
    assert all(1.0 < utterance.duration_seconds < 4.0 for utterance in utterances)
    assert "no recordings of people" in remark


async def test_models_of_true_shape_converse_aloud(
    sound_card: Any, standins_folder: Path, shared_data: Callable[[str], Path]
) -> None:
    tiny = whisper_standin("tiny", shared_data("whisper-tokenizer/tokenizer.json"), standins_folder)
    voice = voice_standin(standins_folder)
    brain = Brain(0.05, 60)
    utterances, _ = await recorded_utterances(1)
    turns = await latency.side_by_side(Setting(brain, str(tiny), str(voice), sound_card), utterances)
    for name in ("fireside", "classic"):
        (turn,) = turns[name]
        assert not turn.cut_off
        assert list(turn.seconds) == ["transcript", "first token", "first clip", "endpoint", "first sound", "heard"]
        assert turn.seconds["heard"] == pytest.approx(turn.seconds["first sound"], abs=0.3)
    classic = turns["classic"][0].seconds
    assert classic["transcript"] > classic["endpoint"] > 0.6  # nothing is begun before the end
