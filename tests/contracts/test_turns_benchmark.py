# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark of taking turns tells who was cut off: it hears the product's own parts in simulated time."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from benchmarks.measuring.endpoints import Outcome, labelled_ears, outcomes_of
from benchmarks.measuring.room import Stage, lines_of
from benchmarks.measuring.scenes import Piece, Scene
from desktop_app import bundle
from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.app import STARTER_EARS
from desktop_app.domain.audio import LISTENING_RATE_HZ, Samples
from desktop_app.engine.endpointing import Endpointing, FixedEndpointing
from tests.endtoend.command_line import spoken
from tests.starter_ears import needs_starter_ears

PAUSE_SECONDS = 0.9


@pytest.fixture(scope="module")
def halting() -> Scene:
    """Somebody says a word or two, pauses, and says as much again."""
    word: Samples = spoken("Good morning.")
    audible = np.flatnonzero(np.abs(word) > 0.01 * np.abs(word).max())
    word = word[audible[0] : audible[-1]]
    seconds = len(word) / LISTENING_RATE_HZ
    noise = np.random.default_rng(1).standard_normal(round(6 * LISTENING_RATE_HZ)).astype(np.float32) * np.float32(1e-4)
    for start in (0.6, 0.6 + seconds + PAUSE_SECONDS):
        at = round(start * LISTENING_RATE_HZ)
        noise[at : at + len(word)] += word
    second = 0.6 + seconds + PAUSE_SECONDS
    pieces = (Piece("I went to the", 0.6, 0.6 + seconds, True), Piece("market.", second, second + seconds, False))
    return Scene("halting", "en", noise, pieces, finished=True)


def heard(scene: Scene, endpointing: type[Endpointing] | FixedEndpointing) -> Outcome:
    make = (lambda: endpointing) if isinstance(endpointing, FixedEndpointing) else endpointing
    return asyncio.run(outcomes_of([scene], labelled_ears(bare=True), make))[0]


def test_whoever_pauses_after_an_article_is_waited_for(halting: Scene) -> None:
    outcome = heard(halting, Endpointing)
    assert (len(outcome.cut_off), len(outcome.ended_seconds)) == (0, 1)
    assert 0.25 < outcome.wait_seconds < 0.6


def test_a_fixed_silence_cuts_them_off_and_is_told_to(halting: Scene) -> None:
    outcome = heard(halting, FixedEndpointing(0.5))
    assert (len(outcome.cut_off), len(outcome.ended_seconds)) == (1, 2)
    assert outcome.cut_off[0].words == "I went to the"


def test_an_answer_in_the_middle_of_words_is_a_mistake_too(halting: Scene) -> None:
    first, second = halting.pieces
    assert halting.unfinished_at(first.end_seconds - 0.1) is first
    assert halting.unfinished_at(first.end_seconds + 0.3) is first
    assert halting.unfinished_at(second.start_seconds + 0.1) is first, "a moment after they go on nobody can know"
    assert halting.unfinished_at(second.start_seconds + 0.3) is second
    assert halting.unfinished_at(second.end_seconds) is None


@needs_starter_ears
async def test_the_simulated_room_tells_a_person_from_the_companions_echo() -> None:
    ears = WhisperTranscriber(bundle.EARS / STARTER_EARS, name=STARTER_EARS, is_starter=True, short_windows=True)
    lines = await lines_of("starter-en-1", ["The kettle is singing and the rain has stopped at last."])
    person = await lines_of("starter-en-2", ["Can you turn on the radio in the kitchen?"])
    stage = Stage(ears, lines, leak_db=-6.0, seed=1)
    quiet = np.zeros(4 * LISTENING_RATE_HZ, np.float32)
    try:
        alone = await stage.overlap(quiet)
        interrupted = await stage.overlap(np.concatenate([quiet, person[0].samples]))
    finally:
        await ears.close()

    assert alone.stopped_at_seconds is None
    assert interrupted.stopped_at_seconds is not None and interrupted.stopped_at_seconds > 4.0
    assert interrupted.utterance is not None


@needs_starter_ears
async def test_whose_loudness_is_known_is_told_from_somebody_farther_away() -> None:
    ears = WhisperTranscriber(bundle.EARS / STARTER_EARS, name=STARTER_EARS, is_starter=True, short_windows=True)
    lines = await lines_of("starter-en-1", ["The kettle is singing and the rain has stopped at last."])
    known, said = await lines_of("starter-en-2", ["Good morning, how are you?", "We should visit the old castle."])
    stage = Stage(ears, lines, leak_db=-6.0, seed=1)
    quiet = np.zeros(2 * LISTENING_RATE_HZ, np.float32)
    try:
        await stage.hear_alone(known.samples)
        far = await stage.overlap(np.concatenate([quiet, said.samples * np.float32(10 ** (-10 / 20)), quiet]))
        near = await stage.overlap(np.concatenate([quiet, said.samples, quiet]))
    finally:
        await ears.close()

    assert far.ducked_at_seconds, "the companion is turned down for it"
    assert far.stopped_at_seconds is None
    assert near.stopped_at_seconds is not None and near.stopped_at_seconds > 2.0
