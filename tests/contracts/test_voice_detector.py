# SPDX-License-Identifier: GPL-3.0-or-later
"""Every voice detector is sure of speech, sure of silence, and forgets when it is told to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from desktop_app.adapters.detector_silero import SileroDetector
from desktop_app.adapters.sound_files import read_recording
from desktop_app.domain.audio import FRAME_SAMPLES, AudioFrame, Samples
from desktop_app.ports import VoiceDetector
from tests.fakes.ears import FakeDetector


@pytest.fixture(params=[FakeDetector, SileroDetector])
def detector(request: pytest.FixtureRequest) -> VoiceDetector:
    made: VoiceDetector = request.param()
    return made


def _probabilities(detector: VoiceDetector, samples: Samples) -> list[float]:
    whole = len(samples) // FRAME_SAMPLES * FRAME_SAMPLES
    return [detector.probability(AudioFrame(frame, 0.0)) for frame in samples[:whole].reshape(-1, FRAME_SAMPLES)]


def test_silence_is_not_speech(detector: VoiceDetector) -> None:
    assert max(_probabilities(detector, np.zeros(32_000, np.float32))) < 0.2


def test_probabilities_lie_between_zero_and_one(detector: VoiceDetector) -> None:
    noise = np.random.default_rng(1).standard_normal(32_000).astype(np.float32) * np.float32(0.3)
    found = _probabilities(detector, noise)
    assert min(found) >= 0.0
    assert max(found) <= 1.0


@pytest.mark.parametrize("name", ["picovoice_en.wav", "picovoice_fr.wav", "ljspeech/LJ001-0002.wav"])
def test_speech_is_heard_in_recordings(name: str, shared_data: Callable[[str], Path]) -> None:
    speech = read_recording(shared_data(f"speech/{name}"))
    assert np.mean(np.array(_probabilities(SileroDetector(), speech)) > 0.5) > 0.5


@pytest.mark.parametrize("name", ["sb_noise1.wav", "sb_noise2.wav", "sb_noise3.wav", "sb_noise4.wav", "sb_noise5.wav"])
def test_noise_is_hardly_ever_taken_for_speech(name: str, shared_data: Callable[[str], Path]) -> None:
    noise = read_recording(shared_data(f"nonspeech/{name}"))
    assert np.mean(np.array(_probabilities(SileroDetector(), noise)) > 0.5) < 0.1


def test_frame_by_frame_it_finds_what_the_whole_file_gives(shared_data: Callable[[str], Path]) -> None:
    """faster-whisper's own run over the whole recording is the reference for the state carried between frames."""
    from faster_whisper.vad import get_vad_model

    speech = read_recording(shared_data("speech/picovoice_en.wav"))
    whole = len(speech) // 512 * 512
    reference = np.ravel(get_vad_model()(speech[:whole].copy()))[:-1]
    by_frame = _probabilities(SileroDetector(), speech)

    ends = [(index + 1) * 512 // FRAME_SAMPLES for index in range(len(reference))]
    found = [by_frame[min(end, len(by_frame) - 1)] for end in ends]
    np.testing.assert_allclose(found, reference, atol=1e-3)


def test_after_a_reset_the_past_is_forgotten(shared_data: Callable[[str], Path]) -> None:
    speech = read_recording(shared_data("speech/picovoice_en.wav"))[:32_000]
    fresh = _probabilities(SileroDetector(), speech)
    detector = SileroDetector()
    _probabilities(detector, speech[5_000:21_000])
    detector.reset()

    assert _probabilities(detector, speech) == fresh
