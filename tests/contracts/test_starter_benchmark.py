# SPDX-License-Identifier: GPL-3.0-or-later
"""The starter kit's benchmark runs from end to end on a few sentences, with the real ears and voices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import starter
from benchmarks.measuring.spoken import read_list, said_by_espeak, said_by_starter
from benchmarks.measuring.word_errors import plain_words
from desktop_app.domain.audio import LISTENING_RATE_HZ
from desktop_app.domain.errors import EarsError, StorageError
from tests.starter_ears import needs_starter_ears


@needs_starter_ears
def test_a_small_run_gives_every_figure_and_holds_the_bars_of_form() -> None:
    result = starter.measure(limit=2)
    figures = {figure["name"]: figure for figure in result["figures"]}
    assert len(figures) == 9
    assert result["fine"] == all(figure["holds"] for figure in figures.values())
    for name in (
        "silence and noise that give text",
        "clips whose timings miss their length",
        "size of the starter ears",
        "size of a starter voice",
    ):
        assert figures[name]["holds"], figures[name]
    rates = [figure for name, figure in figures.items() if name.startswith("word error rate")]
    assert [figure["of"] for figure in rates] == ["4 clips", "4 clips", "4 clips"]
    assert figures["word error rate, starter voices, held-out sentences"]["value"] < 0.6
    assert starter.report(result).count("\n") == 10


def test_missing_ears_and_missing_lists_are_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "EARS_FOLDER", tmp_path / "no ears")
    with pytest.raises(EarsError, match="starter-en"):
        starter.measure(limit=1)
    with pytest.raises(StorageError, match=r"nothing\.txt"):
        read_list("nothing.txt")


def test_lists_hold_the_sentences_that_the_bars_speak_of() -> None:
    everyday, held_out = read_list("everyday.txt"), read_list("starter_heldout.txt")
    assert len(everyday) == 100
    assert len(held_out) >= 50
    assert len(read_list("unseen_voices.txt")) >= 5
    assert not {tuple(plain_words(text)) for text in everyday} & {tuple(plain_words(text)) for text in held_out}


async def test_sentences_sound_the_same_each_time_with_a_quiet_room_around() -> None:
    asked = [("en-us+Annie", "Good morning to you."), ("en-gb-x-gbcwmd", "Good morning to you.")]
    espeak, again = said_by_espeak(asked), said_by_espeak(asked)
    piper = await said_by_starter("starter-en-1", ["Good morning to you."])
    for one, other in zip(espeak, again, strict=True):
        assert np.array_equal(one.samples, other.samples)
    for clip in (*espeak, *piper):
        room = clip.samples[: round(0.4 * LISTENING_RATE_HZ)]
        assert 0 < float(np.abs(room).max()) < 0.003, clip.voice
        assert 0.1 < float(np.abs(clip.samples).max()) <= 1.01, clip.voice
        assert 1.0 < len(clip.samples) / LISTENING_RATE_HZ < 4.0, clip.voice
    assert not np.array_equal(espeak[0].samples, espeak[1].samples)
