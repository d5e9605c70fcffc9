# SPDX-License-Identifier: GPL-3.0-or-later
"""The starter ears hear a hum as one, and in a sentence none."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np
import pytest

from benchmarks.measuring.room import lines_of
from desktop_app import bundle
from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.app import STARTER_EARS
from desktop_app.domain.audio import LISTENING_RATE_HZ
from tests.starter_ears import needs_starter_ears

pytestmark = needs_starter_ears


@pytest.fixture
async def ears() -> AsyncIterator[WhisperTranscriber]:
    made = WhisperTranscriber(bundle.EARS / STARTER_EARS, is_starter=True, short_windows=True)
    yield made
    await made.close()


async def _heard(ears: WhisperTranscriber, voice_id: str, text: str) -> str:
    [line] = await lines_of(voice_id, [text])
    pause = np.zeros(LISTENING_RATE_HZ // 4, np.float32)
    return (await ears.transcribe(np.concatenate([pause, line.samples * np.float32(0.05), pause]), "en")).text


@pytest.mark.parametrize("voice_id", ["starter-en-1", "starter-en-2"])
@pytest.mark.parametrize(("text", "expected"), [("Mm-hm.", "mm hm"), ("Uh-huh.", "uh huh")])
async def test_a_hum_is_heard_as_one(ears: WhisperTranscriber, voice_id: str, text: str, expected: str) -> None:
    assert await _heard(ears, voice_id, text) == expected


@pytest.mark.parametrize("text", ["No.", "Maybe.", "My name is Emma.", "Mm, I would rather go home now."])
async def test_words_are_not_taken_for_a_hum(ears: WhisperTranscriber, text: str) -> None:
    heard = await _heard(ears, "starter-en-1", text)
    assert heard
    assert heard not in ("mm hm", "uh huh")
