# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of the processor it takes to follow somebody: their words while they are said, and at every pause.

In real time; in place of ears a Whisper of tiny's true shape (random weights: every multiplication, nothing learnt).
"""

from __future__ import annotations

import time
from typing import Any

from platformdirs import user_cache_path

from benchmarks.measuring.endpoints import heard
from benchmarks.measuring.figures import Figure
from benchmarks.measuring.scenes import DATA, Piece, Scene
from benchmarks.measuring.spoken import read_list, said_by_starter
from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.domain.audio import LISTENING_RATE_HZ, Utterance
from desktop_app.engine.endpointing import Endpointing
from tests.standins.whisper import whisper_standin

TOKENIZER_FILE = DATA / "whisper-tokenizer" / "tokenizer.json"
_SPEECHES = 4
_SENTENCES = 4
"""In each, without a pause between them."""
_MOST_CORES = 1.0


async def measure_effort(limit: int | None = None) -> tuple[list[Figure], dict[str, Any]]:
    """One figure, or none where Whisper's tokenizer is not at hand. Raises VoiceError."""
    if not TOKENIZER_FILE.is_file():
        return [], {"missing": f"Whisper's tokenizer: {DATA.name} is not beside the repository."}
    model = whisper_standin("tiny", TOKENIZER_FILE, user_cache_path("fireside") / "standins")
    ears = WhisperTranscriber(model, name="tiny", short_windows=True)
    asked = 0

    async def hear(scene: Scene, utterance: Utterance) -> str:
        nonlocal asked
        asked += 1
        return (await ears.transcribe(utterance.samples, scene.language)).text

    scenes = await _long_speeches(limit or _SPEECHES)
    await ears.load()
    try:
        speaking_seconds = processor_seconds = 0.0
        for scene in scenes:
            began, began_processor = time.monotonic(), time.process_time()
            await heard(scene, hear, Endpointing(), ears_seconds=0.0)
            speaking_seconds += time.monotonic() - began
            processor_seconds += time.process_time() - began_processor
    finally:
        await ears.close()
    of = f"{speaking_seconds:.0f} s of speech, {asked} passes of a stand-in for Whisper tiny"
    cores = round(processor_seconds / speaking_seconds, 3)
    return [Figure("cores used while somebody speaks", cores, "", "at most", _MOST_CORES, of)], {"passes": asked}


async def _long_speeches(count: int) -> list[Scene]:
    """As long as people speak at a stretch; they end where the speech does."""
    everyday = [line.rstrip(".?!") for line in read_list("everyday.txt")]
    texts = [" and ".join(everyday[start : start + _SENTENCES]) for start in range(0, count * _SENTENCES, _SENTENCES)]
    return [
        Scene(
            said.text, "en", said.samples, (Piece(said.text, 0.0, len(said.samples) / LISTENING_RATE_HZ, False),), True
        )
        for said in await said_by_starter("starter-en-1", texts)
    ]
