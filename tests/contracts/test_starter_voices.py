# SPDX-License-Identifier: GPL-3.0-or-later
"""The starter voices keep their promises when unmodified piper-tts speaks with them."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from training.voices import sentences

VOICES = Path(__file__).parents[2] / "voices"
IDS = ("starter-en-1", "starter-en-2", "starter-fr-1", "starter-fr-2")
MAXIMUM_BYTES = 4_000_000
LENGTH_SCALES = (0.6, 0.8, 1.0, 1.25, 1.6, 2.0)
TEXTS = {
    "en": (
        "Nice to meet you. What would you like to talk about today?",
        "A",
        "Hi.",
        "Wait… what?",
        "Call 555-0199 at 10:45 on 3/4/2026, it's 23.5% off.",
        "déjà vu, crème brûlée, Champs-Élysées",
        "“Curly quotes” – and a dash; so: what now?!",
        "[[ h ə l ˈ o ʊ ]]",
        "AAAAAAAAAAAA",
        "The quick brown fox jumps over the lazy dog, and then it goes to sleep, " * 3,
        "Žižek señor naïve 😀 facade",
    ),
    "fr": (
        "Bonjour, je suis ravie de vous rencontrer. De quoi voulez-vous parler ?",
        "A",
        "Oui.",
        "Ça va ?",
        "Il est 23 h 45, le 3/4/2026.",
        "« Bonjour », dit-il ; « week-end » !",
        "[[ b ɔ̃ ʒ ˈ u ʁ ]]",
        "Le corbeau et le renard, l'œuf et la poule, et puis " * 3,
    ),
}
WITHOUT_SOUND = ("", "?", "...", "…")

Samples = NDArray[np.float32]


@cache
def _voice(voice_id: str) -> Any:
    from piper import PiperVoice

    return PiperVoice.load(VOICES / voice_id / f"{voice_id}.onnx")


def _spoken(voice: Any, text: str, length_scale: float = 1.0) -> list[tuple[Samples, NDArray[np.int64]]]:
    """Samples and samples per phoneme id of each chunk."""
    from piper import SynthesisConfig

    config = SynthesisConfig(length_scale=length_scale, normalize_audio=False)
    chunks = voice.synthesize(text, config, include_alignments=True)
    return [(chunk.audio_float_array, chunk.phoneme_id_samples) for chunk in chunks]


def _texts(voice_id: str) -> tuple[str, ...]:
    return TEXTS[voice_id.split("-")[1]]


@pytest.mark.parametrize("voice_id", IDS)
def test_alignment_sums_to_the_length_of_the_audio_to_the_sample(voice_id: str) -> None:
    for position, text in enumerate(_texts(voice_id)):
        for length_scale in LENGTH_SCALES if position < 3 else (1.0,):
            chunks = _spoken(_voice(voice_id), text, length_scale)
            assert chunks, text
            for samples, per_id in chunks:
                assert int(per_id.sum()) == len(samples), (text, length_scale)
                assert (per_id >= 0).all()


@pytest.mark.parametrize("voice_id", IDS)
def test_alignment_names_every_phoneme(voice_id: str) -> None:
    for text in _texts(voice_id)[:1]:
        for chunk in _voice(voice_id).synthesize(text, include_alignments=True):
            names = [alignment.phoneme for alignment in chunk.phoneme_alignments]
            assert names == ["^", *chunk.phonemes, "$"]
            vowels = [a.num_samples for a in chunk.phoneme_alignments if a.phoneme in "aeiouæɑɔəɛɪʊʌɜ"]
            assert min(vowels) > 0


@pytest.mark.parametrize("voice_id", IDS)
def test_sound_is_finite_loud_enough_and_never_clipped_at_fixed_gain(voice_id: str) -> None:
    for text in _texts(voice_id):
        for samples, _ in _spoken(_voice(voice_id), text):
            assert np.isfinite(samples).all(), text
            peak = float(np.abs(samples).max())
            assert 0.15 < peak < 0.95, (text, peak)
    first = _spoken(_voice(voice_id), _texts(voice_id)[0])[0][0]
    assert 0.4 < float(np.abs(first).max()) < 0.85


@pytest.mark.parametrize("voice_id", IDS)
def test_speech_begins_within_60_milliseconds_and_ends_in_silence(voice_id: str) -> None:
    rate_hz = _voice(voice_id).config.sample_rate
    for text in _texts(voice_id)[:5]:
        for samples, _ in _spoken(_voice(voice_id), text):
            first_sound = int(np.argmax(np.abs(samples) > 0.01))
            assert first_sound <= 0.06 * rate_hz, (text, first_sound)
            ending = samples[-round(0.05 * rate_hz) :]
            assert float(np.sqrt(np.mean(ending**2))) < 10 ** (-60 / 20), text


@pytest.mark.parametrize("voice_id", IDS)
def test_length_scale_slows_speech_down_in_proportion(voice_id: str) -> None:
    text = _texts(voice_id)[0]
    length = {scale: sum(len(s) for s, _ in _spoken(_voice(voice_id), text, scale)) for scale in (0.8, 1.0, 1.25)}
    assert length[0.8] / length[1.0] == pytest.approx(0.8, abs=0.06)
    assert length[1.25] / length[1.0] == pytest.approx(1.25, abs=0.06)


@pytest.mark.parametrize("text", WITHOUT_SOUND)
def test_text_without_words_gives_no_chunk(text: str) -> None:
    assert _spoken(_voice("starter-en-1"), text) == []


@pytest.mark.parametrize("voice_id", IDS)
def test_same_text_gives_the_same_sound_after_each_load_and_each_time(voice_id: str) -> None:
    from piper import PiperVoice

    text = _texts(voice_id)[0]
    fresh = PiperVoice.load(VOICES / voice_id / f"{voice_id}.onnx")
    first = np.concatenate([samples for samples, _ in _spoken(fresh, text)])
    again = np.concatenate([samples for samples, _ in _spoken(fresh, text)])
    other = np.concatenate([samples for samples, _ in _spoken(_voice(voice_id), text)])
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first, other)


def test_higher_and_lower_voices_are_higher_and_lower() -> None:
    """By the strongest period between 60 and 400 Hz of a sustained vowel."""

    def pitch_hz(voice_id: str) -> float:
        samples, _ = _spoken(_voice(voice_id), "[[ ˈ a ː ː ː ː ]]", 2.0)[0]
        middle = samples[len(samples) // 4 : len(samples) // 2].astype(np.float64)
        correlation = np.correlate(middle, middle, "full")[len(middle) - 1 :]
        shortest, longest = 22050 // 400, 22050 // 60
        return 22050 / (shortest + int(np.argmax(correlation[shortest:longest])))

    for language in ("en", "fr"):
        higher, lower = pitch_hz(f"starter-{language}-1"), pitch_hz(f"starter-{language}-2")
        assert 140 < higher < 260, higher
        assert 70 < lower < 135, lower


@pytest.mark.parametrize("voice_id", IDS)
def test_files_are_small_described_and_as_recorded(voice_id: str) -> None:
    folder = VOICES / voice_id
    card = tomllib.loads((folder / "voice.toml").read_text(encoding="utf-8"))
    assert card["id"] == voice_id
    assert card["language"] == voice_id.split("-")[1]
    assert card["license"] == "GPL-3.0-or-later"
    assert {file["name"] for file in card["files"]} == {f"{voice_id}.onnx", f"{voice_id}.onnx.json"}
    for file in card["files"]:
        content = (folder / file["name"]).read_bytes()
        assert len(content) == file["bytes"] <= MAXIMUM_BYTES
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
    config = json.loads((folder / f"{voice_id}.onnx.json").read_text(encoding="utf-8"))
    assert config["audio"]["sample_rate"] == card["sample_rate_hz"]


def test_no_training_sentence_is_in_the_held_out_lists() -> None:
    forbidden = sentences.held_out()
    assert len(forbidden) > 100
    for language in sentences.LANGUAGES:
        sentences.refuse_held_out(sentences.committed(language), forbidden)
    with pytest.raises(SystemExit, match="benchmarks/lists"):
        sentences.refuse_held_out(["A leak", "nothing"], {"a leak"})


def test_alignments_come_without_the_onnx_package() -> None:
    """In a process that cannot import onnx, the graph itself gives durations."""
    program = (
        "import sys; sys.modules['onnx'] = None\n"
        "from piper import PiperVoice\n"
        f"voice = PiperVoice.load({str(VOICES / IDS[0] / (IDS[0] + '.onnx'))!r})\n"
        "chunk = next(iter(voice.synthesize('Hello.', include_alignments=True)))\n"
        "assert int(chunk.phoneme_id_samples.sum()) == len(chunk.audio_float_array)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


@pytest.mark.parametrize("voice_id", IDS)
def test_speaking_takes_less_than_a_tenth_of_real_time_of_one_core(voice_id: str) -> None:
    """Processor time, all threads together, so that a busy machine does not count."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        pytest.skip("processor time is not comparable while other tests run in parallel")
    _spoken(_voice(voice_id), "Warm up.")
    text = _texts(voice_id)[-1]
    started = time.process_time()
    seconds = sum(len(samples) for samples, _ in _spoken(_voice(voice_id), text)) / 22050
    assert (time.process_time() - started) / seconds < 0.1
