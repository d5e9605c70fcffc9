# SPDX-License-Identifier: GPL-3.0-or-later
"""Every transcriber turns speech into words and noise into nothing, and says what is missing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest

from desktop_app.adapters.sound_files import read_recording
from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.adapters.voice_piper import PiperSynthesizer
from desktop_app.domain.audio import LISTENING_RATE_HZ, Samples
from desktop_app.domain.errors import EarsError
from desktop_app.ports import Transcriber
from tests.fakes.ears import FakeTranscriber, Says

ROOT = Path(__file__).resolve().parents[2]
EARS = ROOT / "assets" / "ears" / "starter-en"

_NOISES = [
    *(f"sb_noise{number}.wav" for number in range(1, 6)),
    "picovoice_empty.wav",
    "dtmf-5.wav",
    "hungarian_dance_5.ogg",
    "vibe_ace.ogg",
]


def _starter() -> WhisperTranscriber:
    if not (EARS / "model.bin").exists():
        pytest.skip("assets/ears/starter-en has not been made yet (training/)")
    return WhisperTranscriber(EARS, is_starter=True, short_windows=True)


@pytest.fixture(params=["fake", "starter"])
async def transcriber(request: pytest.FixtureRequest) -> AsyncIterator[Transcriber]:
    made: Transcriber = FakeTranscriber([Says("hello", 0, 1)]) if request.param == "fake" else _starter()
    yield made
    await made.close()


@pytest.fixture
async def starter() -> AsyncIterator[WhisperTranscriber]:
    made = _starter()
    yield made
    await made.close()


async def _spoken(text: str, voice: str = "starter-en-1") -> Samples:
    import soxr

    synthesizer = PiperSynthesizer(ROOT / "voices" / voice / f"{voice}.onnx")
    speech = await synthesizer.synthesize(text)
    assert speech is not None
    sound = await speech.sound()
    await synthesizer.close()
    said = np.asarray(soxr.resample(sound.samples, sound.rate_hz, LISTENING_RATE_HZ), np.float32)
    silence = np.zeros(LISTENING_RATE_HZ // 3, np.float32)
    return np.concatenate([silence, said, silence])


async def test_silence_has_no_words(transcriber: Transcriber) -> None:
    for samples in (np.zeros(0, np.float32), np.zeros(100, np.float32), np.zeros(32_000, np.float32)):
        heard = await transcriber.transcribe(samples, "en")
        assert heard.text == ""
        assert heard.language == "en"
    assert transcriber.name


async def test_what_a_voice_says_is_understood(starter: WhisperTranscriber) -> None:
    heard = await starter.transcribe(await _spoken("Good morning. What is the weather today?"))

    words = set(heard.text.lower().replace(".", " ").replace("?", " ").replace(",", " ").split())
    assert len(words & {"good", "morning", "what", "is", "the", "weather", "today"}) >= 4, heard.text
    assert heard.language == "en"
    assert starter.is_starter


async def test_asking_for_another_language_than_the_model_knows_is_no_error(starter: WhisperTranscriber) -> None:
    assert (await starter.transcribe(await _spoken("Good morning."), "fr")).language == "en"


@pytest.mark.parametrize("level", [0.001, 0.03, 0.3])
@pytest.mark.parametrize("kind", ["white", "brown", "hum"])
async def test_made_noise_has_no_words(starter: WhisperTranscriber, kind: str, level: float) -> None:
    count = 4 * LISTENING_RATE_HZ
    white = np.random.default_rng(7).standard_normal(count)
    times = np.arange(count) / LISTENING_RATE_HZ
    noise = {
        "white": white,
        "brown": np.cumsum(white) / 30,
        "hum": np.sin(2 * np.pi * 50 * times) + 0.3 * np.sin(2 * np.pi * 150 * times),
    }[kind]
    samples = (noise / np.abs(noise).max() * level).astype(np.float32)
    assert (await starter.transcribe(samples)).text == ""


@pytest.mark.parametrize("name", _NOISES)
async def test_recorded_noise_and_music_have_no_words(
    starter: WhisperTranscriber, name: str, shared_data: Callable[[str], Path]
) -> None:
    samples = read_recording(shared_data(f"nonspeech/{name}"))[: 10 * LISTENING_RATE_HZ]
    assert (await starter.transcribe(samples)).text == ""


async def test_a_cancelled_utterance_does_not_keep_the_ears_busy(starter: WhisperTranscriber) -> None:
    samples = await _spoken("Good morning.")
    await starter.load()
    waiting = [asyncio.ensure_future(starter.transcribe(samples)) for _ in range(20)]
    await asyncio.sleep(0)
    for work in waiting:
        work.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    async with asyncio.timeout(30):
        await starter.transcribe(samples)


@pytest.mark.parametrize(
    ("model", "code"),
    [
        ("no-such-model", "ears.missing"),
        ("/no/such/folder", "ears.missing"),
        ("base", "ears.not_downloaded"),
        ("somebody/some-whisper", "ears.not_downloaded"),
    ],
)
async def test_a_missing_model_is_told_in_a_sentence(model: str, code: str, tmp_path: Path) -> None:
    await _fails(WhisperTranscriber(model, downloads=tmp_path), code)


async def test_an_incomplete_folder_is_told_and_nothing_is_fetched_for_it(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"x")
    await _fails(WhisperTranscriber(tmp_path), "ears.incomplete")


async def test_a_damaged_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"this is no model")
    (tmp_path / "tokenizer.json").write_text("{}")
    await _fails(WhisperTranscriber(tmp_path), "ears.broken")


async def _fails(transcriber: WhisperTranscriber, code: str) -> None:
    with pytest.raises(EarsError) as raised:
        await transcriber.load()
    assert raised.value.code == code
    assert raised.value.hint
    await transcriber.close()
