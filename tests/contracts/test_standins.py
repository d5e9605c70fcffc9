# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-ins of true shape are what the product's own adapters take for a Whisper and for a Piper voice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks.measuring.spoken import said_by_starter
from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.adapters.voice_piper import PiperSynthesizer
from tests.standins.keeping import kept_folder
from tests.standins.piper_voice import voice_standin
from tests.standins.whisper import SENTENCE, whisper_standin


@pytest.mark.parametrize("short", [True, False])
async def test_whisper_of_true_shape_passes_every_guard_and_says_its_sentence(
    short: bool, standins_folder: Path, shared_data: Callable[[str], Path]
) -> None:
    folder = whisper_standin("tiny", shared_data("whisper-tokenizer/tokenizer.json"), standins_folder)
    assert 35e6 < sum(file.stat().st_size for file in folder.iterdir()) < 50e6  # as OpenAI's tiny, in int8
    spoken = (await said_by_starter("starter-en-1", ["What would you like to do?"]))[0]
    ears = WhisperTranscriber(folder, short_windows=short)
    try:
        assert (await ears.transcribe(spoken.samples, "en")).text == SENTENCE.strip()
        assert (await ears.transcribe(np.zeros_like(spoken.samples), "en")).text == ""
    finally:
        await ears.close()


async def test_a_voice_of_true_shape_speaks_as_fast_as_people_do_and_times_its_phonemes(standins_folder: Path) -> None:
    model_file = voice_standin(standins_folder)
    assert 55e6 < model_file.stat().st_size < 70e6  # as Piper's medium voices
    voice = PiperSynthesizer(model_file)
    try:
        speech = await voice.synthesize("It looks mostly sunny tomorrow, with a light breeze.")
        assert speech is not None
        sound = await speech.sound()
    finally:
        await voice.close()
    assert 3.0 < speech.duration_seconds < 5.5
    assert sound.duration_seconds == pytest.approx(speech.duration_seconds)
    assert len(speech.phonemes) > 40
    assert 0.02 < float(np.sqrt(np.mean(sound.samples**2))) < 0.5


def test_what_is_kept_is_built_once_and_only_whole(tmp_path: Path) -> None:
    built: list[Path] = []

    def fails(folder: Path) -> None:
        (folder / "half").touch()
        raise ValueError

    with pytest.raises(ValueError):
        kept_folder(tmp_path, "thing", fails)
    assert list(tmp_path.iterdir()) == []
    assert kept_folder(tmp_path, "thing", built.append) == kept_folder(tmp_path, "thing", built.append)
    assert len(built) == 1
