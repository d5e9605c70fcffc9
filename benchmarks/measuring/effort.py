# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of the processor it takes to follow somebody: their words while they are said, and at every pause.

In real time; in place of ears a Whisper of tiny's true shape (random weights: every multiplication, nothing learnt).
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from platformdirs import user_cache_path

from benchmarks.measuring.endpoints import heard
from benchmarks.measuring.figures import Figure
from benchmarks.measuring.scenes import DATA, Scene, spoken_scenes
from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.domain.audio import LISTENING_RATE_HZ, Utterance
from desktop_app.engine.endpointing import Endpointing
from standins.whisper import whisper_standin

TOKENIZER_FILE = DATA / "whisper-tokenizer" / "tokenizer.json"
_SCENES = 6
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

    scenes = [scene async for scene in spoken_scenes("en", "pauses_en.txt", ("starter-en-1",))][: limit or _SCENES]
    await ears.load()
    try:
        speaking_seconds = processor_seconds = 0.0
        for scene in scenes:
            until_its_end = _until_its_end(scene)
            began, began_processor = time.monotonic(), time.process_time()
            await heard(until_its_end, hear, Endpointing(), ears_seconds=0.0)
            speaking_seconds += time.monotonic() - began
            processor_seconds += time.process_time() - began_processor
    finally:
        await ears.close()
    of = f"{speaking_seconds:.0f} s of speech, {asked} passes of a stand-in for Whisper tiny"
    cores = round(processor_seconds / speaking_seconds, 3)
    return [Figure("cores used while somebody speaks", cores, "", "at most", _MOST_CORES, of)], {"passes": asked}


def _until_its_end(scene: Scene) -> Scene:
    """Without the long silence after it, in which there is nothing to follow."""
    samples = scene.samples[: round((scene.end_seconds + 0.5) * LISTENING_RATE_HZ)]
    return Scene(scene.name, scene.language, np.asarray(samples), scene.pieces, scene.finished)
