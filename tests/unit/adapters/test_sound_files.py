# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings come in as 16 kHz mono whatever they were, and go out as plain WAV."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from desktop_app.adapters.sound_files import read_recording, write_wav
from desktop_app.domain.audio import Samples
from desktop_app.domain.errors import LoudspeakerError


def _tone(rate_hz: int, seconds: float = 1.0) -> Samples:
    tone: Samples = (0.5 * np.sin(2 * np.pi * 440 * np.arange(round(rate_hz * seconds)) / rate_hz)).astype(np.float32)
    return tone


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    write_wav(tmp_path / "tone.wav", _tone(16_000), 16_000)
    np.testing.assert_allclose(read_recording(tmp_path / "tone.wav"), _tone(16_000), atol=1e-4)


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 48_000])
def test_any_rate_becomes_16_khz(tmp_path: Path, rate_hz: int) -> None:
    write_wav(tmp_path / "tone.wav", _tone(rate_hz), rate_hz)
    samples = read_recording(tmp_path / "tone.wav")
    assert len(samples) == pytest.approx(16_000, abs=40)
    middle = slice(2_000, 14_000)
    np.testing.assert_allclose(samples[middle], _tone(16_000)[middle], atol=0.02)


def test_stereo_becomes_mono(tmp_path: Path) -> None:
    both = np.repeat((_tone(16_000) * 32767).astype("<i2"), 2)
    with wave.open(str(tmp_path / "stereo.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(both.tobytes())
    samples = read_recording(tmp_path / "stereo.wav")
    assert samples.shape == (16_000,)
    assert np.corrcoef(samples, _tone(16_000))[0, 1] > 0.999


def test_compressed_recordings_are_read(shared_data: Callable[[str], Path]) -> None:
    for name in ("speech/libri_198-209-0000.ogg", "speech/multilingual.mp3"):
        samples = read_recording(shared_data(name))
        assert len(samples) > 16_000
        assert samples.dtype == np.float32
        assert 0.01 < np.abs(samples).max() <= 1.5


def test_too_loud_sound_is_limited_and_not_wrapped(tmp_path: Path) -> None:
    write_wav(tmp_path / "loud.wav", _tone(16_000) * 4, 16_000)
    with wave.open(str(tmp_path / "loud.wav")) as file:
        written = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert written.max() == 32767
    assert np.corrcoef(written, _tone(16_000))[0, 1] > 0.9


@pytest.mark.filterwarnings("error")
def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    with pytest.raises(LoudspeakerError) as raised:
        write_wav(tmp_path / "no" / "folder" / "x.wav", _tone(16_000), 16_000)
    assert "x.wav" in raised.value.sentence
