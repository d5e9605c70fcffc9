# SPDX-License-Identifier: GPL-3.0-or-later
"""Every loudspeaker plays clips in order, knows what has been heard, and falls silent when it is told to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import wraps
from typing import ParamSpec

import numpy as np
import pytest

from desktop_app.adapters.clock_frames import FrameClock
from desktop_app.adapters.clock_system import SystemClock
from desktop_app.adapters.sound_timeline import rendered
from desktop_app.adapters.speaker_portaudio import PortAudioSpeaker
from desktop_app.adapters.speaker_recording import RecordingSpeaker
from desktop_app.domain.audio import Samples, SoundPiece
from desktop_app.domain.errors import LoudspeakerError
from desktop_app.ports import Speaker
from tests.contracts.correlation import best_match
from tests.fakes.voice import FakeSpeaker
from tests.standins.virtual_sound import LOUDSPEAKER_RATE_HZ, VirtualSound

_RATE_HZ = 22_050

_P = ParamSpec("_P")


def _undisturbed(test: Callable[_P, Awaitable[None]]) -> Callable[_P, Awaitable[None]]:
    """Passes if one of four trials in real time does: a busy computer makes gaps of its own, but not every time."""

    @wraps(test)
    async def repeated(*arguments: _P.args, **options: _P.kwargs) -> None:
        for _ in range(3):
            with suppress(AssertionError):
                return await test(*arguments, **options)
        return await test(*arguments, **options)

    return repeated


def _tone(seconds: float) -> SoundPiece:
    times = np.arange(round(seconds * _RATE_HZ)) / _RATE_HZ
    return SoundPiece((0.3 * np.sin(2 * np.pi * 441 * times)).astype(np.float32), _RATE_HZ)


@pytest.fixture(params=["fake", "late fake", "recording in real time", "recording at once", "portaudio"])
async def speaker(request: pytest.FixtureRequest) -> AsyncIterator[Speaker]:
    speaker: Speaker
    match request.param:
        case "fake":
            speaker = FakeSpeaker()
        case "late fake":
            speaker = FakeSpeaker(delay_seconds=0.05, keeps_seconds=0.03)
        case "recording in real time":
            speaker = RecordingSpeaker(SystemClock())
        case "recording at once":
            speaker = RecordingSpeaker(FrameClock())
        case _:
            request.getfixturevalue("sound_card")
            speaker = PortAudioSpeaker("", SystemClock())
    await speaker.open()
    yield speaker
    await speaker.close()


@pytest.fixture
async def loudspeaker(sound_card: VirtualSound) -> AsyncIterator[PortAudioSpeaker]:
    """The real one, open."""
    speaker = PortAudioSpeaker("", SystemClock())
    await speaker.open()
    yield speaker
    await speaker.close()


async def test_clips_lie_one_after_the_other(speaker: Speaker) -> None:
    assert speaker.enqueue(_tone(0.2)) == 0.0
    assert speaker.enqueue(_tone(0.3)) == pytest.approx(0.2)
    assert speaker.enqueue(_tone(0.1)) == pytest.approx(0.5)


async def test_the_position_rises_to_exactly_what_was_enqueued(speaker: Speaker) -> None:
    positions = []
    speaker.enqueue(_tone(0.2))
    end = speaker.enqueue(_tone(0.1)) + 0.1
    for moment in (0.0, 0.05, 0.2, 0.25, end):
        await speaker.reached(moment)
        positions.append(speaker.position_seconds())
        assert positions[-1] >= moment - 0.001

    assert positions == sorted(positions)
    assert positions[-1] == pytest.approx(0.3, abs=1e-6)
    await asyncio.sleep(0.05)
    assert speaker.position_seconds() == positions[-1]


async def test_silence_between_clips_does_not_count(speaker: Speaker) -> None:
    await speaker.reached(speaker.enqueue(_tone(0.1)) + 0.1)
    await asyncio.sleep(0.15)

    position = speaker.enqueue(_tone(0.1))

    assert position == pytest.approx(0.1)
    await speaker.reached(position + 0.1)
    assert speaker.position_seconds() == pytest.approx(0.2, abs=1e-6)


async def test_the_pieces_of_one_sound_count_like_a_whole(speaker: Speaker) -> None:
    tone = _tone(0.4)
    positions = [speaker.enqueue(piece) for piece in _in_pieces(tone, 7000, 300, 1520)]
    assert positions == pytest.approx([0.0, 7000 / _RATE_HZ, 7300 / _RATE_HZ])

    await speaker.reached(speaker.enqueue(_tone(0.1)) + 0.1)
    assert speaker.position_seconds() == pytest.approx(0.5, abs=1e-6)


async def test_waiting_for_a_late_piece_does_not_count(speaker: Speaker) -> None:
    early, late = _in_pieces(_tone(0.3), 2205, 4410)
    speaker.enqueue(early)
    await speaker.reached(0.05)
    await asyncio.sleep(0.2)
    assert speaker.position_seconds() <= 0.1 + 1e-6

    assert speaker.enqueue(late) == pytest.approx(0.1)
    await speaker.reached(0.3)
    assert speaker.position_seconds() == pytest.approx(0.3, abs=1e-6)


async def test_the_beginning_of_a_sound_is_heard_with_its_second_piece_at_the_latest(speaker: Speaker) -> None:
    tiny, more = _in_pieces(_tone(0.3), 200, 6415)
    waiting = asyncio.ensure_future(speaker.reached(speaker.enqueue(tiny) + 0.001))
    await asyncio.sleep(0.05)
    speaker.enqueue(more)
    async with asyncio.timeout(2):
        await waiting
    assert speaker.position_seconds() >= 0.001 - 1e-6


async def test_a_sound_that_was_stopped_leaves_nothing_to_the_next(speaker: Speaker) -> None:
    early, _ = _in_pieces(_tone(2.0), 30_000, 14_100)
    speaker.enqueue(early)
    await speaker.reached(0.1)
    speaker.stop()
    stopped_at = speaker.position_seconds()

    end = speaker.enqueue(_tone(0.1)) + 0.1
    await speaker.reached(end)
    assert end == pytest.approx(stopped_at + 0.1)
    assert speaker.position_seconds() == pytest.approx(end, abs=1e-6)


async def test_what_is_dropped_counts_as_never_enqueued(speaker: Speaker) -> None:
    speaker.enqueue(_tone(5.0))
    waiting = asyncio.ensure_future(speaker.reached(4.9))
    await speaker.reached(0.1)
    speaker.stop()
    stopped_at = speaker.position_seconds()
    async with asyncio.timeout(2):
        await waiting

    await asyncio.sleep(0.1)
    assert speaker.position_seconds() == stopped_at
    assert speaker.enqueue(_tone(0.1)) == pytest.approx(stopped_at)
    await speaker.reached(stopped_at + 0.1)
    assert speaker.position_seconds() == pytest.approx(stopped_at + 0.1, abs=1e-6)


async def test_waiting_for_what_was_dropped_already_returns(speaker: Speaker) -> None:
    end = speaker.enqueue(_tone(3.0)) + 3.0
    speaker.stop()
    async with asyncio.timeout(1):
        await speaker.reached(end)


@pytest.mark.parametrize("speaker_type", [RecordingSpeaker, PortAudioSpeaker])
async def test_a_closed_loudspeaker_takes_nothing(speaker_type: type[RecordingSpeaker | PortAudioSpeaker]) -> None:
    speaker = (
        PortAudioSpeaker("", SystemClock()) if speaker_type is PortAudioSpeaker else RecordingSpeaker(SystemClock())
    )
    with pytest.raises(LoudspeakerError) as raised:
        speaker.enqueue(_tone(0.1))
    assert raised.value.code == "loudspeaker.closed"


async def test_pieces_of_one_sound_are_joined_without_a_seam(
    loudspeaker: PortAudioSpeaker, sound_card: VirtualSound
) -> None:
    """A seam is a jump: it has sound far above the tone."""
    worst = []
    for _ in range(4):  # a busy computer makes gaps of its own, but not every time
        sound_card.forget()
        end = 0.0
        for piece in _in_pieces(_tone(1.0), *[50] * 40, *[1005] * 20):
            end = loudspeaker.enqueue(piece) + piece.duration_seconds
        await loudspeaker.reached(end)
        await asyncio.sleep(0.2)
        samples = sound_card.heard().samples
        loud = np.flatnonzero(np.abs(samples) > 0.02)
        inside = samples[loud[0] + 500 : loud[-1] - 500]
        assert len(inside) > 0.9 * LOUDSPEAKER_RATE_HZ
        worst.append(np.abs(np.diff(inside, 2)).max())

    steepest = 0.3 * (2 * np.pi * 441 / LOUDSPEAKER_RATE_HZ) ** 2
    assert min(worst) < 1.5 * steepest


async def test_clips_are_heard_whole_and_without_a_gap(loudspeaker: PortAudioSpeaker, sound_card: VirtualSound) -> None:
    whole = _tone(1.0).samples
    lengths, quietest = [], []
    for _ in range(4):  # a busy computer makes gaps of its own, but not every time
        sound_card.forget()
        end = 0.0
        for piece in np.array_split(whole, 5):
            clip = SoundPiece(piece, _RATE_HZ)
            end = loudspeaker.enqueue(clip) + clip.duration_seconds
        await loudspeaker.reached(end)
        await asyncio.sleep(0.2)
        samples = sound_card.heard().samples
        loud = np.flatnonzero(np.abs(samples) > 0.02)
        lengths.append((loud[-1] - loud[0]) / LOUDSPEAKER_RATE_HZ)
        quietest.append(_windows(samples[loud[0] : loud[-1]], LOUDSPEAKER_RATE_HZ // 441).min())

    assert min(lengths) == pytest.approx(1.0, abs=0.006)
    assert max(quietest) > 0.15  # one period of the tone at full strength: 0.21


@_undisturbed
async def test_the_position_is_what_the_loudspeaker_plays(
    loudspeaker: PortAudioSpeaker, sound_card: VirtualSound
) -> None:
    sound_card.forget()
    start = loudspeaker.enqueue(_tone(1.0))
    reached_at: dict[float, float] = {}
    for moment in (0.0, 0.25, 0.5, 0.75, 1.0):
        await loudspeaker.reached(start + moment)
        reached_at[moment] = time.monotonic()
    await asyncio.sleep(0.3)

    heard = sound_card.heard()
    loud = np.flatnonzero(np.abs(heard.samples) > 0.01)
    began_at = heard.started_at_seconds + loud[0] / LOUDSPEAKER_RATE_HZ
    errors = [at - began_at - moment for moment, at in reached_at.items()]
    # A busy computer wakes us late now and then, but never early and not always.
    assert min(errors) > -0.03
    assert sorted(errors)[1] < 0.05


async def test_it_is_silent_within_25_milliseconds(loudspeaker: PortAudioSpeaker, sound_card: VirtualSound) -> None:
    delays = []
    for attempt in range(6):
        sound_card.forget()
        start = loudspeaker.enqueue(_tone(2.0))
        await loudspeaker.reached(start + 0.2 + attempt * 0.0017)
        stopped_at = time.monotonic()
        loudspeaker.stop()
        await asyncio.sleep(0.25)
        heard = sound_card.heard()
        last = np.flatnonzero(np.abs(heard.samples) > 0.003)[-1]
        delays.append(heard.started_at_seconds + last / LOUDSPEAKER_RATE_HZ - stopped_at)

    assert min(delays) < 0.025
    assert sorted(delays)[3] < 0.06


@_undisturbed
async def test_it_fades_out_instead_of_clicking(loudspeaker: PortAudioSpeaker, sound_card: VirtualSound) -> None:
    sound_card.forget()
    start = loudspeaker.enqueue(SoundPiece(np.full(2 * _RATE_HZ, 0.3, np.float32), _RATE_HZ))
    await loudspeaker.reached(start + 0.3)
    loudspeaker.stop()
    await asyncio.sleep(0.25)

    samples = sound_card.heard().samples
    last = np.flatnonzero(np.abs(samples) > 0.003)[-1]
    fall = samples[last - 150 : last + 20]
    assert np.abs(np.diff(fall)).max() < 0.05
    assert fall[0] > 0.1


@_undisturbed
async def test_it_ducks_by_12_db_and_comes_back(loudspeaker: PortAudioSpeaker, sound_card: VirtualSound) -> None:
    sound_card.forget()
    start = loudspeaker.enqueue(_tone(2.0))
    for moment, ducked in ((0.6, True), (1.2, False)):
        await loudspeaker.reached(start + moment)
        assert 0.0 < loudspeaker.set_ducked(ducked) < 0.3, "the way from here to the ear"
    await loudspeaker.reached(start + 2.0)
    await asyncio.sleep(0.2)

    samples = sound_card.heard().samples
    samples = samples[np.flatnonzero(np.abs(samples) > 0.01)[0] :]
    loud, quiet, loud_again = (_level(samples, at_seconds) for at_seconds in (0.4, 0.9, 1.6))
    assert quiet < loud / 4
    assert quiet > loud / 16, "turned down, not silenced"
    assert loud_again == pytest.approx(loud, rel=0.05)
    assert np.abs(np.diff(samples)).max() < 0.03, "no click: the tone itself moves by 0.018 a sample"


async def test_a_recording_is_turned_down_where_the_voice_was() -> None:
    clock = FrameClock()
    speaker = RecordingSpeaker(clock)
    await speaker.open()
    start = speaker.enqueue(_tone(1.0))
    for moment, ducked in ((0.3, True), (0.6, False)):
        await speaker.reached(start + moment)
        speaker.set_ducked(ducked)
    await speaker.reached(start + 1.0)

    track = rendered(speaker.heard.sounds, from_seconds=0.0, until_seconds=1.0)
    loud, quiet, loud_again = (_level(track, at_seconds) for at_seconds in (0.2, 0.45, 0.8))
    assert quiet < loud / 4
    assert loud_again == pytest.approx(loud, rel=0.02)


@_undisturbed
async def test_what_is_played_is_told_as_it_is_heard(sound_card: VirtualSound) -> None:
    sound_card.forget()
    told: list[tuple[Samples, int, float]] = []
    speaker = PortAudioSpeaker("", SystemClock(), played=lambda *block: told.append(block))
    await speaker.open()
    start = speaker.enqueue(_tone(1.0))
    await speaker.reached(start + 0.5)
    speaker.set_ducked(True)
    await speaker.reached(start + 1.0)
    await asyncio.sleep(0.2)
    await speaker.close()

    heard = sound_card.heard()
    samples, rates_hz = np.concatenate([block for block, _, _ in told]), {rate_hz for _, rate_hz, _ in told}
    assert rates_hz == {LOUDSPEAKER_RATE_HZ}
    assert best_match(heard.samples, np.trim_zeros(samples))[0] > 0.99
    first = next(at_seconds for block, _, at_seconds in told if np.abs(block).max() > 0.01)
    began_at = heard.started_at_seconds + np.flatnonzero(np.abs(heard.samples) > 0.01)[0] / LOUDSPEAKER_RATE_HZ
    assert first == pytest.approx(began_at, abs=0.06)


async def test_a_stalled_device_is_noticed_and_works_again_later(sound_card: VirtualSound) -> None:
    speaker = PortAudioSpeaker("", SystemClock())
    await speaker.open()
    sound_card.suspend_loudspeaker(True)
    began = time.monotonic()
    with pytest.raises(LoudspeakerError) as raised:
        await speaker.reached(speaker.enqueue(_tone(9.0)) + 9.0)
    assert raised.value.code == "loudspeaker.stalled"
    assert time.monotonic() - began < 5
    with pytest.raises(LoudspeakerError):
        speaker.enqueue(_tone(0.1))

    sound_card.suspend_loudspeaker(False)
    await speaker.open()
    await speaker.reached(speaker.enqueue(_tone(0.1)) + 0.1)
    await speaker.close()


async def test_without_any_device_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop_app.adapters.portaudio import devices

    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")
    if devices("loudspeaker"):
        pytest.skip("this computer has a loudspeaker of its own")
    with pytest.raises(LoudspeakerError) as raised:
        await PortAudioSpeaker("", SystemClock()).open()
    assert raised.value.code == "loudspeaker.missing"


async def test_a_recording_holds_what_was_heard_at_its_time() -> None:
    clock = FrameClock()
    speaker = RecordingSpeaker(clock)
    await speaker.open()
    await speaker.reached(speaker.enqueue(_tone(0.5)) + 0.5)
    clock.advance_to(2.0)
    start = speaker.enqueue(_tone(1.0))
    await speaker.reached(start + 0.25)
    speaker.stop()

    track = rendered(speaker.heard.sounds, from_seconds=0.0, until_seconds=3.0)
    assert len(track) == 3 * 48_000
    loud = np.flatnonzero(np.abs(track) > 0.01) / 48_000
    assert loud[0] == pytest.approx(0.0, abs=0.01)
    assert loud[loud < 1.0][-1] == pytest.approx(0.5, abs=0.01)
    assert loud[loud > 1.0][0] == pytest.approx(2.0, abs=0.01)
    assert loud[-1] == pytest.approx(2.26, abs=0.01)


async def test_a_recording_of_pieces_is_one_sound() -> None:
    clock = FrameClock()
    speaker = RecordingSpeaker(clock)
    await speaker.open()
    tone = _tone(1.0)
    for piece in _in_pieces(tone, 8000, 9000, 5050):
        speaker.enqueue(piece)
    await speaker.reached(8000 / _RATE_HZ - 0.002)  # the fade goes over into the next piece
    speaker.stop()

    (heard,) = speaker.heard.sounds
    fade_began = 8000 - round(0.002 * _RATE_HZ)
    assert len(heard.samples) == pytest.approx(fade_began + 0.01 * _RATE_HZ, abs=2)
    assert np.abs(heard.samples[: fade_began - 1] - tone.samples[: fade_began - 1]).max() == 0


def _in_pieces(sound: SoundPiece, *lengths: int) -> list[SoundPiece]:
    parts = np.split(sound.samples, np.cumsum(lengths)[:-1])
    return [SoundPiece(part, sound.rate_hz, is_last=part is parts[-1]) for part in parts]


def _windows(samples: Samples, width: int) -> Samples:
    """RMS of every window of that width."""
    whole = samples[: len(samples) // width * width].reshape(-1, width)
    levels: Samples = np.sqrt(np.mean(whole**2, axis=1))
    return levels


def _level(samples: Samples, at_seconds: float) -> float:
    """RMS of a tenth of a second of the loudspeaker's sound."""
    start = round(at_seconds * LOUDSPEAKER_RATE_HZ)
    return float(np.sqrt(np.mean(samples[start : start + LOUDSPEAKER_RATE_HZ // 10] ** 2)))
