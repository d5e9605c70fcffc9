# SPDX-License-Identifier: GPL-3.0-or-later
"""Engines that take no time: with them, what a turn takes beyond the wait for its end is our own."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import numpy as np

from desktop_app.adapters.clock_system import SystemClock
from desktop_app.adapters.echo_none import NoEchoCanceller
from desktop_app.adapters.microphone_recording import RecordingMicrophone
from desktop_app.adapters.speaker_recording import RecordingSpeaker
from desktop_app.domain.audio import AudioFrame, PhonemeTiming, Samples, SoundPiece, Speech
from desktop_app.domain.conversation import Prompt, PromptReading, Transcription
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings

_RATE_HZ = 22_050
_LOUDNESS = 0.1
_SECONDS_PER_WORD = 0.3
_AUDIBLE = 0.003


class InstantDetector:
    """Speech is what can be heard: exact to the frame for recordings in a quiet room."""

    def probability(self, frame: AudioFrame) -> float:
        return float(np.abs(frame.samples).max() > _AUDIBLE)

    def reset(self) -> None:
        pass


class InstantEars:
    name = "instant ears"
    is_starter = True

    async def transcribe(self, samples: Samples, language: str | None = None) -> Transcription:
        return Transcription("What is there to say?", language or "en")

    async def close(self) -> None:
        pass


class InstantMind:
    name = "instant mind"
    is_starter = False
    prompt_reading: PromptReading | None = None

    async def check(self) -> None:
        pass

    async def warm(self, prompt: Prompt) -> None:
        pass

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str]:
        yield "Nothing takes any time here."

    async def close(self) -> None:
        pass


class InstantVoice:
    name = "instant voice"
    is_starter = True

    async def synthesize(self, text: str) -> Speech | None:
        words = text.split()
        seconds = _SECONDS_PER_WORD * len(words)
        phonemes = tuple(PhonemeTiming("a", _SECONDS_PER_WORD * n, _SECONDS_PER_WORD) for n in range(len(words)))
        return Speech(text, seconds, phonemes, _tone(seconds))

    async def close(self) -> None:
        pass


async def _tone(seconds: float) -> AsyncGenerator[SoundPiece]:
    yield SoundPiece(np.full(round(seconds * _RATE_HZ), _LOUDNESS, np.float32), _RATE_HZ)


class InstantWorkshop:
    """Hands out instant engines (ports.Workshop), and a recorded microphone and loudspeaker on the real clock."""

    def __init__(self, clock: SystemClock, microphone: RecordingMicrophone, loudspeaker: RecordingSpeaker) -> None:
        self._clock = clock
        self._microphone = microphone
        self._loudspeaker = loudspeaker

    def microphone(self, settings: Settings) -> RecordingMicrophone:
        return self._microphone

    def detector(self) -> InstantDetector:
        return InstantDetector()

    async def echo_canceller(self) -> tuple[NoEchoCanceller, None]:
        return NoEchoCanceller(), None

    def speaker(self, settings: Settings) -> RecordingSpeaker:
        return self._loudspeaker

    def silent_speaker(self) -> RecordingSpeaker:
        return RecordingSpeaker(self._clock, name="silent", records=False)

    async def transcriber(self, settings: Settings, persona: Persona) -> tuple[InstantEars, None]:
        return InstantEars(), None

    async def synthesizer(self, settings: Settings, persona: Persona) -> tuple[InstantVoice, None]:
        return InstantVoice(), None

    def chat_model(self, settings: Settings) -> InstantMind:
        return InstantMind()

    def starter_mind(self) -> InstantMind:
        return InstantMind()
