# SPDX-License-Identifier: GPL-3.0-or-later
"""The sound server crashes in mid-conversation: both devices say so at once and work again when it is back."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_app.adapters.clock_system import SystemClock
from desktop_app.adapters.microphone_portaudio import PortAudioMicrophone
from desktop_app.adapters.speaker_portaudio import PortAudioSpeaker
from desktop_app.domain.audio import AudioFrame, SoundPiece
from desktop_app.domain.errors import LoudspeakerError, MicrophoneError
from tests.standins.virtual_sound import VirtualSound, missing

_CLIP = SoundPiece(np.full(22_050, 0.1, np.float32), 22_050)


@pytest.fixture
def mortal_sound(monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualSound]:
    """A sound card of this test's own."""
    if missing():
        pytest.skip(missing())
    folder = Path(tempfile.mkdtemp(prefix="fireside-sound-"))
    with VirtualSound(folder) as sound:
        for name, value in sound.environment.items():
            monkeypatch.setenv(name, value)
        yield sound
    shutil.rmtree(folder, ignore_errors=True)


async def test_both_devices_survive_a_crash_of_the_sound_server(mortal_sound: VirtualSound) -> None:
    microphone, speaker = PortAudioMicrophone("", SystemClock()), PortAudioSpeaker("", SystemClock())
    frames = microphone.frames()
    await anext(frames)
    await speaker.open()
    position = speaker.enqueue(_CLIP)

    mortal_sound.crash()

    with pytest.raises(MicrophoneError) as no_microphone:
        await _listen(frames)
    with pytest.raises(LoudspeakerError) as no_loudspeaker:
        await speaker.reached(position + 1.0)
    assert no_microphone.value.code in ("microphone.gone", "microphone.stalled")
    assert no_loudspeaker.value.code in ("loudspeaker.gone", "loudspeaker.stalled")

    await speaker.close()
    with pytest.raises(MicrophoneError):
        await anext(microphone.frames())
    with pytest.raises(LoudspeakerError):
        await speaker.open()

    mortal_sound.recover()

    frames = microphone.frames()
    await anext(frames)
    await speaker.open()
    position = speaker.enqueue(_CLIP)
    await speaker.reached(position + 1.0)
    mortal_sound.say(np.full(8_000, 0.2, np.float32))
    while not (await anext(frames)).samples.any():
        pass
    await frames.aclose()
    await speaker.close()
    assert np.abs(mortal_sound.heard().samples).max() > 0.05


async def _listen(frames: AsyncGenerator[AudioFrame]) -> None:
    async for _ in frames:
        pass
