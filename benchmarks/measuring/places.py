# SPDX-License-Identifier: GPL-3.0-or-later
"""Where timed conversations take place: at the ports, or aloud through a sound card; both tell when sound was heard."""

from __future__ import annotations

import asyncio
import statistics
from typing import Protocol

import numpy as np

from desktop_app.adapters.clock_system import SystemClock
from desktop_app.adapters.microphone_portaudio import PortAudioMicrophone
from desktop_app.adapters.microphone_recording import RecordingMicrophone
from desktop_app.adapters.speaker_portaudio import PortAudioSpeaker
from desktop_app.adapters.speaker_recording import RecordingSpeaker
from desktop_app.domain.audio import FRAME_SAMPLES, LISTENING_RATE_HZ, Samples, SoundPiece
from tests.standins.virtual_sound import LOUDSPEAKER_RATE_HZ, VirtualSound

_AUDIBLE = 0.009
"""−41 dBFS: the first sample above it is the first that is heard."""

_CLICKS = 9
_CLICK_SECONDS = 0.02
_LOUD = 0.5


class Place(Protocol):
    """One clock (time.monotonic) tells both times."""

    async def say(self, samples: Samples) -> float:
        """Speaks 16 kHz sound of whole frames to the companion; returns when its last sample was spoken."""
        ...

    def heard_after(self, seconds: float) -> float | None:
        """When the companion's first audible sample after that time was heard."""
        ...


class Ports:
    """A recording as microphone and a recorder as loudspeaker, in real time: no sound card between."""

    def __init__(self, clock: SystemClock) -> None:
        self.microphone = RecordingMicrophone(clock, goes_on=True)
        self.loudspeaker = RecordingSpeaker(clock)

    async def say(self, samples: Samples) -> float:
        self.microphone.say(samples)
        await self.microphone.said()
        return self.microphone.heard.sounds[-1].ended_at_seconds

    def heard_after(self, seconds: float) -> float | None:
        for sound in self.loudspeaker.heard.sounds:
            audible = np.flatnonzero(np.abs(sound.samples) > _AUDIBLE)
            if sound.started_at_seconds >= seconds and len(audible):
                return float(sound.started_at_seconds + audible[0] / sound.rate_hz)
        return None


class Aloud:
    """A microphone and a loudspeaker of PulseAudio."""

    def __init__(self, sound: VirtualSound) -> None:
        self._sound = sound

    async def say(self, samples: Samples) -> float:
        self._sound.forget()
        self._sound.say(samples)
        return await asyncio.to_thread(self._sound.wait_until_said)

    def heard_after(self, seconds: float) -> float | None:
        heard = self._sound.heard()
        since = max(0, heard.at(seconds))
        audible = np.flatnonzero(np.abs(heard.samples[since:]) > _AUDIBLE)
        if not len(audible):
            return None
        return float(heard.started_at_seconds + (since + audible[0]) / LOUDSPEAKER_RATE_HZ)

    async def floor_seconds(self) -> float:
        """What the rig itself takes: from a click into the microphone to the click that answers it, with no engine."""
        clock = SystemClock()
        speaker = PortAudioSpeaker("", clock)
        await speaker.open()
        echoing = asyncio.create_task(_echo_clicks(PortAudioMicrophone("", clock), speaker))
        took = []
        try:
            await asyncio.sleep(0.5)
            for _ in range(_CLICKS):
                click = np.full(FRAME_SAMPLES, _LOUD, np.float32)
                spoken_at_seconds = await self.say(click) - FRAME_SAMPLES / LISTENING_RATE_HZ
                await asyncio.sleep(0.3)
                if heard_at_seconds := self.heard_after(spoken_at_seconds):
                    took.append(heard_at_seconds - spoken_at_seconds)
        finally:
            echoing.cancel()
            await asyncio.gather(echoing, return_exceptions=True)
            await speaker.close()
        return statistics.median(took)


async def _echo_clicks(microphone: PortAudioMicrophone, speaker: PortAudioSpeaker) -> None:
    click = np.full(round(_CLICK_SECONDS * LOUDSPEAKER_RATE_HZ), _LOUD, np.float32)
    was_loud = False
    async for frame in microphone.frames():
        is_loud = bool(np.abs(frame.samples).max() > _LOUD / 4)
        if is_loud and not was_loud:
            speaker.enqueue(SoundPiece(click, LOUDSPEAKER_RATE_HZ))
        was_loud = is_loud
