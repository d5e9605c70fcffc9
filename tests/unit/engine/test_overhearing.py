# SPDX-License-Identifier: GPL-3.0-or-later
"""Ducking as a question: what stays loud while the companion is turned down is nobody's echo."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace

import numpy as np
import pytest

from desktop_app.domain.audio import FRAME_SAMPLES, AudioFrame, Samples
from desktop_app.domain.conversation import Transcription
from desktop_app.engine.listener import FRAME_SECONDS
from desktop_app.engine.overhearing import Overhearing

_SAID = "and then leave the pan on the stove"
_MISHEARD = "thepan"
"""A few letters of it: the companion's echo, or the person's \"they can\", misheard."""


async def _stops(*, raw_prominence_db: float) -> bool:
    """Half a second of a voice whose few letters the companion says too, at a microphone that is so loud."""
    confirmed: list[bool] = []
    tasks: set[asyncio.Task[None]] = set()

    async def transcribe(samples: Samples) -> Transcription:
        return Transcription(_MISHEARD, "en")

    def spawn(work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        tasks.add(task)
        return task

    overhearing = Overhearing(transcribe, lambda: _SAID, lambda ducked: 0.0, spawn, lambda: confirmed.append(True))
    for index in range(50):
        frame = AudioFrame(np.full(FRAME_SAMPLES, 0.1, np.float32), index * FRAME_SECONDS)
        overhearing.feed(overhearing.clearer(frame, frame), 0.9, 30.0, raw_prominence_db)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    return bool(confirmed)


async def test_a_few_of_its_letters_in_a_sound_that_falls_with_it_are_its_echo() -> None:
    assert not await _stops(raw_prominence_db=-3.0)


async def test_a_few_of_its_letters_in_a_sound_that_is_louder_than_it_are_the_persons() -> None:
    assert await _stops(raw_prominence_db=8.0)


async def test_the_raw_microphone_is_listened_to_once_the_ducking_must_have_been_heard() -> None:
    async def transcribe(samples: Samples) -> Transcription:
        return Transcription("", "en")

    overhearing = Overhearing(transcribe, lambda: "", lambda ducked: 0.3, asyncio.ensure_future, lambda: None)
    raw, cancelled = (AudioFrame(np.full(FRAME_SAMPLES, level, np.float32), 0.0) for level in (0.1, 0.01))
    chosen = []
    for index in range(60):
        at_seconds = index * FRAME_SECONDS
        frame = overhearing.clearer(replace(raw, captured_at_seconds=at_seconds), cancelled)
        chosen.append(frame is not cancelled)
        overhearing.feed(replace(frame, captured_at_seconds=at_seconds), 0.9, 30.0, 8.0)
        await asyncio.sleep(0)
    assert chosen.index(True) * FRAME_SECONDS == pytest.approx(0.4, abs=0.02)
