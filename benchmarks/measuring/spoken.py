# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences as the ears get them: spoken by a starter voice or by espeak-ng, at 16 kHz, with a quiet room around."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from desktop_app import bundle
from desktop_app.adapters.voice_piper import PiperSynthesizer
from desktop_app.domain.audio import LISTENING_RATE_HZ, Samples
from desktop_app.domain.errors import StorageError, VoiceError
from desktop_app.engine.listener import POST_ROLL_SECONDS, PRE_ROLL_SECONDS

LISTS = Path(__file__).parent.parent / "lists"
_ROOM_LOUDNESS = 10 ** (-70 / 20)
_SPEECH_LOUDNESS = 10 ** (-20 / 20)


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """A sentence, who says it, and how it sounds."""

    voice: str
    text: str
    samples: Samples


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a voice took to make how much speech."""

    speech_seconds: float
    processor_seconds: float

    @property
    def speed(self) -> float:
        """Times as fast as it is heard, on one core."""
        return self.speech_seconds / max(self.processor_seconds, 1e-9)


def read_list(name: str) -> list[str]:
    """The lines of a committed list, without its remarks. Raises StorageError."""
    try:
        lines = (LISTS / name).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise StorageError("bench.list_missing", f"The list {name} is missing.", f"It belongs into {LISTS}.") from error
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def starter_voice(voice_id: str) -> PiperSynthesizer:
    """As the app makes it: one thread, one loudness."""
    return PiperSynthesizer(bundle.VOICES / voice_id / f"{voice_id}.onnx", name=voice_id, is_starter=True)


async def said_by_starter(voice_id: str, sentences: Iterable[str]) -> list[Spoken]:
    """Raises VoiceError."""
    synthesizer = starter_voice(voice_id)
    spoken = []
    try:
        for text in sentences:
            speech = await synthesizer.synthesize(text)
            if speech is None:
                raise VoiceError("voice.nothing_to_say", f"“{voice_id}” cannot say “{text}”.")
            sound = await speech.sound()
            spoken.append(Spoken(voice_id, text, _heard(sound.samples, sound.rate_hz)))
    finally:
        await synthesizer.close()
    return spoken


async def pace_of_starter(voice_id: str, sentences: Sequence[str]) -> Pace:
    """The voice is loaded beforehand; processor time, so that whatever else this computer does counts little."""
    synthesizer = starter_voice(voice_id)
    try:
        await synthesizer.load()
        began = time.process_time()
        speeches = [await synthesizer.synthesize(text) for text in sentences]
        sounds = [await speech.sound() for speech in speeches if speech]
        processor_seconds = time.process_time() - began
    finally:
        await synthesizer.close()
    return Pace(sum(sound.duration_seconds for sound in sounds), processor_seconds)


def said_by_espeak(sentences: Sequence[tuple[str, str]]) -> list[Spoken]:
    """(voice, text) pairs; a voice is espeak-ng's language, with a variant after a plus sign."""
    # There is one espeak-ng per process, and Piper's voices have this one's.
    with get_context("spawn").Pool(1) as process:
        return process.apply(_render_with_espeak, (sentences,))


def _render_with_espeak(sentences: Sequence[tuple[str, str]]) -> list[Spoken]:
    from training.espeak import Espeak

    espeak = Espeak()
    spoken = []
    for voice, text in sentences:
        language, _, variant = voice.partition("+")
        rendering = espeak.speak(text, language, variant)
        samples = rendering.samples.astype(np.float32) / 32768.0
        samples *= _SPEECH_LOUDNESS / max(float(np.sqrt(np.mean(samples**2))), 1e-6)
        spoken.append(Spoken(voice, text, _heard(np.clip(samples, -1.0, 1.0), rendering.sample_rate_hz)))
    return spoken


def _heard(samples: Samples, rate_hz: int) -> Samples:
    """As the listener hands it over: 16 kHz, a little of the room before and after."""
    import soxr

    speech = np.asarray(soxr.resample(samples, rate_hz, LISTENING_RATE_HZ), np.float32)
    before, after = (round(seconds * LISTENING_RATE_HZ) for seconds in (PRE_ROLL_SECONDS, POST_ROLL_SECONDS))
    whole = np.pad(speech, (before, after))
    room = np.random.default_rng(len(whole)).standard_normal(len(whole)).astype(np.float32)
    return np.asarray(whole + room * np.float32(_ROOM_LOUDNESS), np.float32)
