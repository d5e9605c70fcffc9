# SPDX-License-Identifier: GPL-3.0-or-later
"""What the latency benchmark takes for the end of speech, for the words so far, and for its figures."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import latency
from benchmarks.latency import Brain
from benchmarks.measuring.pipelines import Label, TimedTurn
from benchmarks.measuring.recorded import RecordedUtterance, cut
from desktop_app.domain.audio import FRAME_SAMPLES, LISTENING_RATE_HZ


def turn(heard: float, endpoint: float = 0.4, first_token: float = 0.3, *, processor: float = 0.0) -> TimedTurn:
    seconds = {"first token": first_token, "endpoint": endpoint, "heard": heard}
    return TimedTurn("said", seconds, speech_seconds=2.0, processor_seconds=processor)


def test_a_recording_ends_a_frame_with_the_last_audible_sample() -> None:
    room = 0.001 * np.ones(LISTENING_RATE_HZ, np.float32)
    speech = np.full(1234, 0.5, np.float32)
    speech[-1] = 0.006  # −38 dB of the peak
    samples = cut(np.concatenate([room, speech, room]))
    assert len(samples) % FRAME_SAMPLES == 0
    assert samples[-1] == pytest.approx(0.006)
    assert len(samples) == pytest.approx(0.2 * LISTENING_RATE_HZ + 1234, abs=FRAME_SAMPLES)


def test_labelled_ears_hear_as_many_words_as_the_sound_holds() -> None:
    label = Label()
    label.takes(RecordedUtterance("x", "one two three four", np.zeros(4 * LISTENING_RATE_HZ, np.float32)))
    halfway, whole = (np.zeros(round(seconds * LISTENING_RATE_HZ), np.float32) for seconds in (2.1, 4.5))
    assert label.text(halfway) == "one two"
    assert label.text(whole) == "one two three four"


def test_a_turn_that_was_cut_off_counts_for_nothing() -> None:
    cut_off = TimedTurn("said", {}, 2.0, 0.0, cut_off=True, wasted_drafts=1)
    turns = {"fireside": [turn(0.5), cut_off, turn(0.7)], "classic": [turn(2.0), turn(2.4), turn(9.0)]}
    figure = latency._ratio("three", turns, 4)
    assert (figure.value, figure.holds) == (4.0, True)
    assert figure.of == "three: 600 instead of 2400 ms, 2 utterances"
    assert not latency._ratio("none", {"fireside": [cut_off], "classic": [turn(2.0)]}, 4).holds
    told = latency._told(turns, floor_ms=30)["fireside"]
    assert (told["turns"], told["cut off"], told["wasted drafts"]) == (2, 1, 1)
    assert told["ms (p50, p95)"]["heard"] == [600, 690]
    assert told["ms (p50, p95)"]["heard, less the rig"] == [570, 660]


def test_the_sound_after_the_end_counts_where_the_first_clause_fits_in_the_wait() -> None:
    slow = turn(1.5, endpoint=0.4, first_token=0.5)
    figure = latency._after_the_end([turn(0.52), turn(0.48), turn(0.5), slow], Brain(0.05, 60))
    assert figure and figure.value == 100
    assert figure.of.startswith("3 of 4 utterances")
    assert latency._after_the_end([slow], Brain(0.05, 60)) is None


def test_cores_are_processor_seconds_per_second_of_speech() -> None:
    assert latency._cores([turn(0.5, processor=1.0), turn(0.5, processor=2.0)]).value == 0.75
