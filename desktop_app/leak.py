# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds out how much of the companion's voice reaches the microphone, and what that means for taking turns."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass

import numpy as np

from desktop_app.adapters.clock_system import SystemClock
from desktop_app.adapters.echo_livekit import LivekitEchoCanceller
from desktop_app.adapters.microphone_portaudio import PortAudioMicrophone
from desktop_app.adapters.speaker_portaudio import PortAudioSpeaker
from desktop_app.adapters.voice_piper import PiperSynthesizer
from desktop_app.app import Home, voice_library
from desktop_app.diagnostics.doctor import Check, CheckState
from desktop_app.domain.audio import LISTENING_RATE_HZ, Samples
from desktop_app.domain.errors import CompanionError, VoiceError
from desktop_app.domain.settings import BargeIn

_SENTENCE = {
    "en": "Hello! I am only listening for my own voice, to find out how we can best take turns.",
    "fr": "Bonjour ! J'écoute seulement ma propre voix, pour savoir comment nous parlerons le mieux tour à tour.",
}
_BEFORE_SECONDS = 0.5
_LEARNS_SECONDS = 2.0
"""The canceller knows the room by then; what it leaves counts from here on."""

_PERSON_DB = -26.0
"""How loud a person usually is at a microphone, in dB of full scale."""
_NEGLIGIBLE_DB = -20.0
_LARGEST_DB = 0.0
"""Of the leak. Measured in `fireside bench turns`: beyond this, interruptions are heard too late."""
_LEAST_CANCELLED_DB = 15.0


@dataclass(frozen=True, slots=True)
class Leak:
    """What the microphone hears of the loudspeaker."""

    leak_db: float
    """How much louder than a person's usual voice; negative: quieter."""

    cancelled_db: float
    """How much of it the echo canceller takes away."""

    is_audible: bool
    """Whether it is louder than the room by itself."""

    @property
    def proposed(self) -> BargeIn:
        """How to take turns in this room."""
        if not self.is_audible or self.leak_db <= _NEGLIGIBLE_DB:
            return BargeIn.OPEN
        is_manageable = self.leak_db <= _LARGEST_DB and self.cancelled_db >= _LEAST_CANCELLED_DB
        return BargeIn.OPEN if is_manageable else BargeIn.HALF_DUPLEX


async def echo(home: Home) -> Check:
    """The doctor's probe: has a starter voice say a sentence aloud and listens to it."""
    try:
        leak = await measure_leak(home)
    except CompanionError as error:
        sentence = f"How much of its own voice Fireside hears could not be measured: {error.sentence}"
        return Check("echo", CheckState.WARNING, sentence, error.hint)
    return check_of(leak, home.settings.barge_in)


def check_of(leak: Leak, mode: BargeIn) -> Check:
    """What the leak means for the way of taking turns that is set."""
    proposed = leak.proposed
    if not leak.is_audible:
        heard = "The microphone does not hear the loudspeaker: you may speak at any time."
    elif proposed is BargeIn.OPEN:
        heard = (
            f"The microphone hears the loudspeaker at {leak.leak_db:+.0f} dB beside you, "
            f"and {leak.cancelled_db:.0f} dB of that are taken away: you may speak at any time."
        )
    else:
        heard = f"The microphone hears the loudspeaker at {leak.leak_db:+.0f} dB beside you: better one at a time."
    if mode is BargeIn.OPEN and proposed is BargeIn.HALF_DUPLEX:
        hint = "Choose “One at a time” under Taking turns, turn the loudspeaker down, or wear headphones."
        return Check("echo", CheckState.WARNING, heard, hint)
    if mode is BargeIn.HALF_DUPLEX and proposed is BargeIn.OPEN:
        return Check("echo", CheckState.FINE, heard, "If you like to interrupt, choose “Speak any time”.")
    return Check("echo", CheckState.FINE, heard)


async def measure_leak(home: Home) -> Leak:
    """Speaks and listens for some seconds. Raises a CompanionError if a part of that is missing."""
    clock, canceller = SystemClock(), LivekitEchoCanceller()
    await canceller.load()
    speaker = PortAudioSpeaker(home.settings.loudspeaker, clock, played=canceller.played)
    raw: list[Samples] = []
    left: list[Samples] = []
    try:
        await speaker.open()
        before, speaking = await _listen_while_speaking(home, speaker, clock, canceller, raw, left)
    finally:
        await speaker.close()
    heard, cancelled = np.concatenate(raw), np.concatenate(left)
    settled = slice(before + round(_LEARNS_SECONDS * LISTENING_RATE_HZ), before + speaking)
    room_db, heard_db, left_db = _decibels(heard[:before]), _decibels(heard[settled]), _decibels(cancelled[settled])
    return Leak(heard_db - _PERSON_DB, heard_db - left_db, is_audible=heard_db > max(room_db, -80.0) + 3)


async def _listen_while_speaking(
    home: Home,
    speaker: PortAudioSpeaker,
    clock: SystemClock,
    canceller: LivekitEchoCanceller,
    raw: list[Samples],
    left: list[Samples],
) -> tuple[int, int]:
    """Fills raw and left; returns how many samples came before the sentence, and how many it lasted."""
    language = home.persona.language if home.persona.language in _SENTENCE else "en"
    voice = voice_library(home.profile).starter_for(language)
    synthesizer = PiperSynthesizer(voice.model_file, name=voice.id, is_starter=True)
    try:
        speech = await synthesizer.synthesize(_SENTENCE[language])
        if speech is None:
            raise VoiceError("voice.failed", f"The voice “{voice.id}” could not say anything.")
        sound = await speech.sound()
    finally:
        await synthesizer.close()
    before = round(_BEFORE_SECONDS * LISTENING_RATE_HZ)
    speaking = round(sound.duration_seconds * LISTENING_RATE_HZ)
    count, has_begun = 0, False
    async with aclosing(PortAudioMicrophone(home.settings.microphone, clock).frames()) as frames:
        async for frame in frames:
            raw.append(frame.samples)
            left.append(canceller.cancel(frame).samples)
            count += len(frame.samples)
            if count >= before and not has_begun:
                speaker.enqueue(sound)
                has_begun = True
            if count >= before + speaking:
                break
    return before, speaking


def _decibels(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples)) + 1e-12))
