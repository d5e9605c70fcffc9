# SPDX-License-Identifier: GPL-3.0-or-later
"""Every synthesizer speaks a sentence, says when its phonemes sound, and has nothing to say for a lone "?"."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from desktop_app.adapters.voice_piper import PiperSynthesizer
from desktop_app.domain.audio import SoundPiece, Speech
from desktop_app.domain.errors import VoiceError
from desktop_app.ports import Synthesizer
from tests.fakes.voice import FakeSynthesizer
from tests.small_voice import write_voice

_VOICES = Path(__file__).resolve().parents[2] / "voices"
_SENTENCE = "Well, hello there. How are you today?"


def _starter(voice: str) -> PiperSynthesizer:
    model_file = _VOICES / voice / f"{voice}.onnx"
    if not model_file.exists():
        pytest.skip(f"voices/{voice} has not been made yet (training/)")
    return PiperSynthesizer(model_file, is_starter=True)


@pytest.fixture(params=["fake", "in two halves", "starter-en-1", "starter-en-2", "starter-fr-1", "starter-fr-2"])
async def synthesizer(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Synthesizer]:
    made: Synthesizer
    match request.param:
        case "fake":
            made = FakeSynthesizer()
        case "in two halves":
            made = PiperSynthesizer(write_voice(tmp_path), is_starter=True)
        case starter:
            made = _starter(starter)
    yield made
    await made.close()


@pytest.fixture
async def starter() -> AsyncIterator[PiperSynthesizer]:
    made = _starter("starter-en-1")
    yield made
    await made.close()


async def _begun(synthesizer: Synthesizer, text: str) -> Speech:
    speech = await synthesizer.synthesize(text)
    assert speech is not None
    return speech


async def _spoken(synthesizer: Synthesizer, text: str) -> SoundPiece:
    return await (await _begun(synthesizer, text)).sound()


async def test_a_sentence_becomes_sound_of_a_sensible_length(synthesizer: Synthesizer) -> None:
    speech = await _begun(synthesizer, _SENTENCE)
    sound = await speech.sound()

    assert speech.text == _SENTENCE
    assert sound.samples.dtype == np.float32
    assert 1.0 < sound.duration_seconds < 6.0
    assert sound.is_last
    assert np.abs(sound.samples).max() <= 1.0
    assert synthesizer.name
    assert synthesizer.is_starter


async def test_the_pieces_last_exactly_as_long_as_was_planned(synthesizer: Synthesizer) -> None:
    speech = await _begun(synthesizer, _SENTENCE)
    pieces = [piece async for piece in speech.pieces]

    assert all(len(piece.samples) for piece in pieces)
    assert [piece.is_last for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert len({piece.rate_hz for piece in pieces}) == 1
    planned_samples = speech.duration_seconds * pieces[0].rate_hz
    assert sum(len(piece.samples) for piece in pieces) == pytest.approx(planned_samples, abs=1e-6)


async def test_phonemes_follow_each_other_within_the_speech(synthesizer: Synthesizer) -> None:
    clip = await _begun(synthesizer, _SENTENCE)

    assert len(clip.phonemes) > 5
    end = 0.0
    for phoneme in clip.phonemes:
        assert phoneme.symbol not in ("^", "$", "_")
        assert phoneme.duration_seconds >= 0
        assert phoneme.start_seconds >= end - 1e-6
        end = phoneme.start_seconds + phoneme.duration_seconds
    assert end <= clip.duration_seconds + 1e-6
    # The starter voices speak with timings to the millisecond: they cover nearly all of the sound.
    assert sum(phoneme.duration_seconds for phoneme in clip.phonemes) > 0.75 * clip.duration_seconds


async def test_every_word_of_two_sentences_is_set_off_by_a_space(synthesizer: Synthesizer) -> None:
    clip = await _begun(synthesizer, "One two three. Four five six.")
    assert [phoneme.symbol for phoneme in clip.phonemes].count(" ") == 5


async def test_what_cannot_be_spoken_gives_no_clip(starter: PiperSynthesizer) -> None:
    for text in ("?", "…", "", "   ", "!"):
        assert await starter.synthesize(text) is None


async def test_all_starter_voices_speak_equally_loud_and_none_clips() -> None:
    for voice in ("starter-en-1", "starter-en-2", "starter-fr-1", "starter-fr-2"):
        synthesizer = _starter(voice)
        for text in ("Bonjour, comment vas-tu ?", "Hello! Nice to meet you.", "Sure,"):
            clip = await _spoken(synthesizer, text)
            step = clip.rate_hz // 100
            frames = clip.samples[: len(clip.samples) // step * step].reshape(-1, step)
            levels = np.sqrt(np.mean(frames**2, axis=1))
            speaking = levels[levels > levels.max() * 0.05]
            loudness_db = 20 * np.log10(np.sqrt(np.mean(speaking**2)))
            assert -24 < loudness_db < -16, (voice, text)
            assert np.abs(clip.samples).max() < 0.99
        await synthesizer.close()


async def test_silence_around_the_words_is_short(starter: PiperSynthesizer) -> None:
    clip = await _spoken(starter, "Hello.")
    loud = np.flatnonzero(np.abs(clip.samples) > 0.02) / clip.rate_hz
    assert loud[0] < 0.15
    assert clip.duration_seconds - loud[-1] < 0.25


async def test_the_same_words_sound_the_same_after_other_words(starter: PiperSynthesizer) -> None:
    """One fixed gain: a loud sentence before must not change the next one."""
    levels = []
    for _ in range(3):
        clip = await _spoken(starter, "A quiet word.")
        levels.append(float(np.sqrt(np.mean(clip.samples**2))))
        await _spoken(starter, "WATCH OUT! STOP!")
    assert max(levels) / min(levels) < 1.1


async def test_a_cancelled_sentence_does_not_keep_the_voice_busy(starter: PiperSynthesizer) -> None:
    await starter.load()
    long = asyncio.ensure_future(starter.synthesize("This is a rather long sentence. " * 200))
    await asyncio.sleep(0.05)
    long.cancel()
    with pytest.raises(asyncio.CancelledError):
        await long
    async with asyncio.timeout(20):
        assert await starter.synthesize("Hello.") is not None


async def test_a_missing_voice_is_told_in_a_sentence(tmp_path: Path) -> None:
    await _fails(tmp_path / "nobody.onnx", "voice.missing")


async def test_a_voice_without_its_description_is_told(tmp_path: Path) -> None:
    (tmp_path / "half.onnx").write_bytes(b"x")
    await _fails(tmp_path / "half.onnx", "voice.config_missing")


@pytest.mark.parametrize("text", ["no json", "[]", "{}", '{"audio": {"sample_rate": 22050}}'])
async def test_a_wrong_description_is_told(tmp_path: Path, text: str) -> None:
    source = _VOICES / "starter-en-1" / "starter-en-1.onnx"
    shutil.copy(source, tmp_path / "voice.onnx")
    (tmp_path / "voice.onnx.json").write_text(text)
    await _fails(tmp_path / "voice.onnx", "voice.config_broken")


async def test_a_damaged_model_is_told(tmp_path: Path) -> None:
    source = _VOICES / "starter-en-1" / "starter-en-1.onnx"
    (tmp_path / "voice.onnx").write_bytes(source.read_bytes()[:100_000])
    shutil.copy(f"{source}.json", tmp_path / "voice.onnx.json")
    await _fails(tmp_path / "voice.onnx", "voice.broken")


async def test_a_voice_that_would_need_other_packages_is_refused(tmp_path: Path) -> None:
    source = _VOICES / "starter-en-1" / "starter-en-1.onnx"
    shutil.copy(source, tmp_path / "voice.onnx")
    (tmp_path / "voice.onnx.json").write_text(json.dumps(_description(source) | {"phoneme_type": "pinyin"}))
    await _fails(tmp_path / "voice.onnx", "voice.unsupported")


def _description(model_file: Path) -> dict[str, object]:
    read: dict[str, object] = json.loads(Path(f"{model_file}.json").read_text())
    return read


async def _fails(model_file: Path, code: str) -> None:
    synthesizer = PiperSynthesizer(model_file)
    with pytest.raises(VoiceError) as raised:
        await synthesizer.load()
    assert raised.value.code == code
    assert raised.value.hint
    await synthesizer.close()
