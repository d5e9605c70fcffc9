# SPDX-License-Identifier: GPL-3.0-or-later
"""Every echo canceller takes away what the loudspeaker plays and leaves the person's voice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import numpy as np
import pytest

from desktop_app import bundle
from desktop_app.adapters.echo_livekit import LivekitEchoCanceller
from desktop_app.adapters.voice_piper import PiperSynthesizer
from desktop_app.domain.audio import FRAME_SAMPLES, LISTENING_RATE_HZ, AudioFrame, Samples
from desktop_app.ports import EchoCanceller
from tests.fakes.ears import FakeEchoCanceller

_FRAME_SECONDS = 0.01
_ECHO = "The kettle is singing and the rain has stopped at last. Shall we walk along the river together?"
_PERSON = "Well, I would rather stay here by the fire."


@pytest.fixture(params=["fake", "livekit"])
async def canceller(request: pytest.FixtureRequest) -> AsyncIterator[EchoCanceller]:
    if request.param == "fake":
        yield FakeEchoCanceller()
        return
    canceller = LivekitEchoCanceller()
    await canceller.load()
    yield canceller


@pytest.fixture(scope="module")
def voices() -> tuple[Samples, Samples]:
    """What the companion says, 16 kHz, and what the person says."""
    return asyncio.run(_spoken("starter-en-1", _ECHO)), asyncio.run(_spoken("starter-en-2", _PERSON))


async def test_what_is_played_is_taken_away(canceller: EchoCanceller, voices: tuple[Samples, Samples]) -> None:
    played = np.tile(voices[0], 2)
    heard, cancelled = _through(canceller, played)

    second = slice(len(voices[0]), None)  # it knows the room by then
    assert _decibels(heard[second]) - _decibels(cancelled[second]) > 20


async def test_the_person_is_left_as_they_are(canceller: EchoCanceller, voices: tuple[Samples, Samples]) -> None:
    heard, cancelled = _through(canceller, np.zeros_like(voices[1]), voices[1])

    assert abs(_decibels(heard) - _decibels(cancelled)) < 1


async def test_the_person_is_heard_over_the_companion(
    canceller: EchoCanceller, voices: tuple[Samples, Samples]
) -> None:
    """Where both speak at once the person may be weakened, but is not taken away."""
    played = np.tile(voices[0], 2)
    begins = len(voices[0]) + LISTENING_RATE_HZ
    person = np.zeros_like(played)
    person[begins : begins + len(voices[1])] = 2 * voices[1][: len(played) - begins]
    speaking = slice(begins, begins + len(voices[1]))
    cancelled = _through(canceller, played, person)[1]

    assert _decibels(cancelled[speaking]) > _decibels(person[speaking]) - 20


async def test_after_a_reset_it_learns_again(canceller: EchoCanceller, voices: tuple[Samples, Samples]) -> None:
    played = np.tile(voices[0], 2)
    _through(canceller, played)
    canceller.reset()
    heard, cancelled = _through(canceller, played)

    second = slice(len(voices[0]), None)
    assert _decibels(heard[second]) - _decibels(cancelled[second]) > 20


async def test_the_room_delay_and_the_devices_rate_are_its_own_business(voices: tuple[Samples, Samples]) -> None:
    """The loudspeaker runs at 48 kHz in blocks of 5 ms on a thread of its own; the echo comes late and reverberates."""
    import soxr

    canceller = LivekitEchoCanceller()
    await canceller.load()
    echo = np.tile(voices[0], 2)
    chance = np.random.default_rng(7)
    tail = chance.standard_normal(LISTENING_RATE_HZ // 5) * np.exp(-np.arange(LISTENING_RATE_HZ // 5) / 460)
    tail[0] = 3.0
    room = np.concatenate([np.zeros(round(0.09 * LISTENING_RATE_HZ)), tail / np.sqrt(np.sum(tail**2))])
    heard = (np.convolve(echo, room)[: len(echo)] / 2).astype(np.float32)
    loud = np.asarray(soxr.resample(echo, LISTENING_RATE_HZ, 48_000), np.float32)
    cancelled = []
    for index in range(len(echo) // FRAME_SAMPLES):
        at_seconds = index * _FRAME_SECONDS
        for block in np.split(loud[index * 480 : (index + 1) * 480], 2):
            teller = threading.Thread(target=canceller.played, args=(block, 48_000, at_seconds + 0.02))
            teller.start()
            teller.join()
        samples = heard[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES]
        cancelled.append(canceller.cancel(AudioFrame(samples, at_seconds)).samples)

    second = slice(len(voices[0]), None)
    assert _decibels(heard[second]) - _decibels(np.concatenate(cancelled)[second]) > 20


async def test_a_loudspeaker_that_tells_nothing_in_its_pauses_is_cancelled_as_well(
    voices: tuple[Samples, Samples],
) -> None:
    canceller = LivekitEchoCanceller()
    await canceller.load()
    _through(canceller, voices[0])
    for index in range(300):
        canceller.cancel(AudioFrame(np.zeros(FRAME_SAMPLES, np.float32), 60.0 + index * _FRAME_SECONDS))
    heard, cancelled = _through(canceller, voices[0], began_seconds=63.0)

    late = slice(LISTENING_RATE_HZ, None)
    assert _decibels(heard[late]) - _decibels(cancelled[late]) > 20


def _through(
    canceller: EchoCanceller, played: Samples, person: Samples | None = None, began_seconds: float = 0.0
) -> tuple[Samples, Samples]:
    """What the microphone hears of both, the echo 40 ms after it was told, and what the canceller leaves of it."""
    echo = np.concatenate([np.zeros(4 * FRAME_SAMPLES, np.float32), played])[: len(played)]
    heard = echo if person is None else echo + person
    left = []
    for index in range(len(heard) // FRAME_SAMPLES):
        piece = slice(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES)
        at_seconds = began_seconds + index * _FRAME_SECONDS
        canceller.played(played[piece], LISTENING_RATE_HZ, at_seconds + 4 * _FRAME_SECONDS)
        left.append(canceller.cancel(AudioFrame(heard[piece], at_seconds + _FRAME_SECONDS)).samples)
    return heard[: len(left) * FRAME_SAMPLES], np.concatenate(left)


async def _spoken(voice: str, text: str) -> Samples:
    import soxr

    synthesizer = PiperSynthesizer(bundle.VOICES / voice / f"{voice}.onnx", name=voice, is_starter=True)
    try:
        speech = await synthesizer.synthesize(text)
        assert speech is not None
        sound = await speech.sound()
    finally:
        await synthesizer.close()
    samples = np.asarray(soxr.resample(sound.samples, sound.rate_hz, LISTENING_RATE_HZ), np.float32)
    return samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES]


def _decibels(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples)) + 1e-12))
