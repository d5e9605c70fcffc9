# SPDX-License-Identifier: GPL-3.0-or-later
"""Every microphone delivers 10 ms frames with rising times, says when it is lost, and can be opened anew."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from desktop_app.adapters import portaudio
from desktop_app.adapters.clock_frames import FrameClock
from desktop_app.adapters.clock_system import SystemClock
from desktop_app.adapters.microphone_portaudio import PortAudioMicrophone
from desktop_app.adapters.microphone_recording import RecordingMicrophone
from desktop_app.adapters.portaudio import devices
from desktop_app.adapters.sound_files import read_recording
from desktop_app.domain.audio import AudioFrame, Samples
from desktop_app.domain.errors import MicrophoneError
from desktop_app.ports import Microphone
from tests.contracts.correlation import best_match
from tests.fakes.ears import FakeMicrophone, Says
from tests.standins.virtual_sound import VirtualSound


@pytest.fixture(params=["fake", "recording in real time", "recording at once", "portaudio"])
def microphone(request: pytest.FixtureRequest) -> Microphone:
    match request.param:
        case "fake":
            return FakeMicrophone([Says("hello", 0.1, 0.2)], lasts_seconds=60.0)
        case "recording in real time":
            return RecordingMicrophone(SystemClock(), goes_on=True)
        case "recording at once":
            return RecordingMicrophone(FrameClock(), goes_on=True)
        case _:
            request.getfixturevalue("sound_card")
            return PortAudioMicrophone("", SystemClock())


async def _some_frames(microphone: Microphone, count: int) -> list[AudioFrame]:
    frames = microphone.frames()
    try:
        return [await anext(frames) for _ in range(count)]
    finally:
        await frames.aclose()


async def test_frames_are_ten_milliseconds_with_rising_times(microphone: Microphone) -> None:
    frames = await _some_frames(microphone, 60)

    assert {frame.samples.shape for frame in frames} == {(160,)}
    assert {frame.samples.dtype for frame in frames} == {np.dtype(np.float32)}
    times = [frame.captured_at_seconds for frame in frames]
    assert times == sorted(times)
    assert times[-1] - times[0] == pytest.approx(0.59, abs=0.1)
    assert microphone.name


async def test_it_can_be_closed_and_opened_again(microphone: Microphone) -> None:
    first = await _some_frames(microphone, 5)
    again = await _some_frames(microphone, 5)

    assert len(again) == 5
    assert again[0].captured_at_seconds > first[-1].captured_at_seconds


async def test_a_stalled_device_is_noticed_and_works_again_later(sound_card: VirtualSound) -> None:
    microphone = PortAudioMicrophone("", SystemClock())
    frames = microphone.frames()
    await anext(frames)

    sound_card.suspend_microphone(True)
    began = time.monotonic()
    with pytest.raises(MicrophoneError) as raised:
        while True:
            await anext(frames)

    assert raised.value.code == "microphone.stalled"
    assert time.monotonic() - began < 5
    sound_card.suspend_microphone(False)
    assert len(await _some_frames(microphone, 10)) == 10


async def test_what_is_said_into_the_device_is_heard(
    sound_card: VirtualSound, shared_data: Callable[[str], Path]
) -> None:
    said = read_recording(shared_data("speech/picovoice_en.wav"))[:48_000]
    frames = PortAudioMicrophone("", SystemClock()).frames()
    heard: list[AudioFrame] = []
    await anext(frames)

    spoken_at_seconds = time.monotonic()
    sound_card.say(said)
    while len(heard) < 400:
        heard.append(await anext(frames))
    await frames.aclose()

    samples: Samples = np.concatenate([frame.samples for frame in heard])
    match, place = best_match(samples, said)
    assert match > 0.97
    began_at_seconds = heard[place // 160].captured_at_seconds - 0.01 + place % 160 / 16_000
    assert began_at_seconds == pytest.approx(spoken_at_seconds, abs=0.15)


async def test_a_device_is_found_by_part_of_its_name_and_an_unknown_one_means_the_default(
    sound_card: VirtualSound,
) -> None:
    named = PortAudioMicrophone("PUL", SystemClock())
    unknown = PortAudioMicrophone("no such device", SystemClock())
    await _some_frames(named, 1)
    await _some_frames(unknown, 1)

    assert named.name == "pulse"
    assert unknown.name == next(device.name for device in devices("microphone") if device.is_default)


async def test_without_any_device_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path / 'nowhere'}")
    if devices("microphone"):
        pytest.skip("this computer has a microphone of its own")

    with pytest.raises(MicrophoneError) as raised:
        await anext(PortAudioMicrophone("", SystemClock()).frames())

    assert raised.value.code == "microphone.missing"
    assert raised.value.hint


async def test_giving_up_while_the_device_opens_leaves_no_stream_behind(sound_card: VirtualSound) -> None:
    for delay_seconds in (0.0, 0.01, 0.05, 0.1, 0.2):
        opening = asyncio.ensure_future(_some_frames(PortAudioMicrophone("", SystemClock()), 50))
        await asyncio.sleep(delay_seconds)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening

    async with asyncio.timeout(10):
        while portaudio._open_streams:  # noqa: ASYNC110  closed on another thread
            await asyncio.sleep(0.02)


async def test_digital_silence_is_counted(sound_card: VirtualSound) -> None:
    microphone = PortAudioMicrophone("", SystemClock())
    frames = microphone.frames()
    while microphone.silent_seconds < 0.2:
        await anext(frames)

    sound_card.say(np.full(4_000, 0.1, np.float32))
    while microphone.silent_seconds > 0:
        await anext(frames)
    await frames.aclose()


async def test_a_recording_says_all_of_its_clips_and_ends() -> None:
    clips = [np.full(1_600, 0.25, np.float32), np.full(800, 0.5, np.float32)]
    microphone = RecordingMicrophone(FrameClock(), clips, lead_in_seconds=0.1, tail_seconds=0.2)

    samples = np.concatenate([frame.samples async for frame in microphone.frames()])

    assert len(samples) == 1_600 + 1_600 + 800 + 3_200
    assert np.count_nonzero(samples == 0.25) == 1_600
    assert np.count_nonzero(samples == 0.5) == 800


async def test_a_recording_goes_on_where_it_was_closed() -> None:
    clip: Samples = (np.arange(1, 801) / 1_000).astype(np.float32)
    microphone = RecordingMicrophone(FrameClock(), [clip], lead_in_seconds=0, tail_seconds=0)
    first = await _some_frames(microphone, 2)
    rest = [frame async for frame in microphone.frames()]

    samples = np.concatenate([frame.samples for frame in [*first, *rest]])
    np.testing.assert_array_equal(samples, clip)


async def test_a_resting_recording_waits_for_the_answer() -> None:
    clock = FrameClock()
    microphone = RecordingMicrophone(clock, goes_on=True)
    frames = microphone.frames()
    await anext(frames)
    microphone.rest()
    waiting = asyncio.ensure_future(anext(frames))
    await asyncio.sleep(0.05)
    assert not waiting.done()

    clock.advance_to(5.0)  # the companion has spoken for that long
    microphone.resume()
    assert (await waiting).captured_at_seconds == pytest.approx(5.01)
    await frames.aclose()


async def test_a_clip_can_be_said_while_it_runs() -> None:
    microphone = RecordingMicrophone(FrameClock(), goes_on=True, lead_in_seconds=0)
    frames = microphone.frames()
    assert not (await anext(frames)).samples.any()

    microphone.say(np.full(2_205, 0.5, np.float32), rate_hz=22_050)
    loud = [(await anext(frames)).samples.any() for _ in range(12)]
    await microphone.said()
    await frames.aclose()

    assert loud == [True] * 10 + [False] * 2
    assert microphone.heard.sounds[0].length_samples == 1_600


async def test_an_unreadable_recording_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "noise.wav").write_bytes(b"this is no sound")
    for name in ("noise.wav", "missing.wav"):
        with pytest.raises(MicrophoneError) as raised:
            read_recording(tmp_path / name)
        assert name in raised.value.sentence
