# SPDX-License-Identifier: GPL-3.0-or-later
"""Words appear within a second of being said: the starter ears hear a starter voice, in simulated time."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import numpy as np
import pytest
import soxr

from benchmarks.measuring.endpoints import Outcome, outcomes_of, real_ears
from benchmarks.measuring.scenes import Piece, Scene, word_ends_seconds
from benchmarks.measuring.spoken import starter_voice
from benchmarks.measuring.word_errors import plain_words
from desktop_app import bundle
from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.domain.audio import LISTENING_RATE_HZ

LEAD_IN_SECONDS = 0.6
SENTENCES = (
    "Good morning, my sister lives near the river.",
    "Please close the window before you go out.",
    "The children are playing football in the yard today.",
)


async def said(text: str) -> tuple[Scene, list[float]]:
    """The sentence as a scene, and when each of its words ends in it."""
    voice = starter_voice("starter-en-1")
    speech = await voice.synthesize(text)
    assert speech is not None
    sound = await speech.sound()
    await voice.close()
    samples = np.asarray(soxr.resample(sound.samples, sound.rate_hz, LISTENING_RATE_HZ), np.float32)
    whole = np.pad(samples, (round(LEAD_IN_SECONDS * LISTENING_RATE_HZ), 3 * LISTENING_RATE_HZ))
    end_seconds = LEAD_IN_SECONDS + sound.duration_seconds
    ends = [LEAD_IN_SECONDS + end for end in word_ends_seconds(speech.phonemes)]
    return Scene(text, "en", whole, (Piece(text, LEAD_IN_SECONDS, end_seconds, False),), finished=True), ends


async def heard(text: str) -> tuple[Outcome, list[float]]:
    ears = WhisperTranscriber(bundle.EARS / "starter-en", is_starter=True, short_windows=True)
    scene, ends = await said(text)
    outcomes = await outcomes_of([scene], real_ears(ears, asyncio.get_running_loop()))
    await ears.close()
    return outcomes[0], ends


@pytest.mark.parametrize("text", SENTENCES)
async def test_the_first_words_appear_within_a_second_of_being_said(text: str) -> None:
    outcome, ends = await heard(text)
    first = plain_words(text)[0]
    moment = next(moment for moment, transcript in outcome.shown if first in plain_words(transcript.text))
    assert moment - ends[0] <= 1.0


@pytest.mark.parametrize("text", SENTENCES)
async def test_the_rest_follows_while_it_is_said_and_what_is_stable_stays(text: str) -> None:
    outcome, ends = await heard(text)
    for said_by_then, end in enumerate(ends[:-2], 1):
        counts = [len(plain_words(transcript.text)) for moment, transcript in outcome.shown if moment <= end + 1.0]
        assert counts, "nothing was shown a second later"
        assert counts[-1] >= said_by_then - 1, "one word may still be on its way"
    stable = [transcript.stable for _, transcript in outcome.shown]
    assert all(after.startswith(before) for before, after in pairwise(stable))
    assert stable[-1]
