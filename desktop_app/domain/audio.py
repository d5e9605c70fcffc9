# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound as it travels through Fireside: frames, utterances, speech and what the lips do meanwhile."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Mono sound, shape (samples,), −1…1."""

LISTENING_RATE_HZ = 16_000
"""The one rate at which Fireside listens: what the detector and Whisper expect."""

FRAME_SAMPLES = 160
"""Samples in one microphone frame: 10 ms at the listening rate."""


@dataclass(frozen=True, slots=True, eq=False)
class AudioFrame:
    """Ten milliseconds from the microphone, 16 kHz mono."""

    samples: Samples
    """Shape (160,), −1…1."""

    captured_at_seconds: float
    """When its last sample was captured, on the engine's clock."""


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """What the person said in one go, with a little sound before and after."""

    samples: Samples
    """16 kHz mono, pre-roll included."""

    speech_started_at_seconds: float
    speech_ended_at_seconds: float
    """Clock time of the first and the last frame that held speech."""

    @property
    def duration_seconds(self) -> float:
        return len(self.samples) / LISTENING_RATE_HZ


@dataclass(frozen=True, slots=True)
class PhonemeTiming:
    """One phoneme of a speech, as the synthesizer itself timed it."""

    symbol: str
    """An IPA symbol, a stress mark, a space between words, or punctuation."""

    start_seconds: float
    duration_seconds: float
    """From the first sample. Marks and spaces may last 0 s."""

    @property
    def end_seconds(self) -> float:
        return self.start_seconds + self.duration_seconds

    @property
    def sounds(self) -> bool:
        """Whether it is to be heard: no mark, pause or punctuation."""
        return self.duration_seconds > 0 and any(sign.isalpha() for sign in self.symbol)


@dataclass(frozen=True, slots=True, eq=False)
class SoundPiece:
    """A stretch of sound for the loudspeaker: a whole, or a part that the next piece continues without a seam."""

    samples: Samples
    rate_hz: int
    is_last: bool = True
    """Whether the sound ends here."""

    @property
    def duration_seconds(self) -> float:
        return len(self.samples) / self.rate_hz


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """Words on their way to becoming sound: what is said and when is known before its first sample."""

    text: str
    """The words that are spoken in it."""

    duration_seconds: float
    """What all pieces last together, to the sample."""

    phonemes: tuple[PhonemeTiming, ...]
    """Empty where the voice has no timings; then it comes in one piece."""

    pieces: AsyncGenerator[SoundPiece]
    """The sound from its beginning to the piece that is the last; to be run through once.

    Closing it gives up the rest. Raises VoiceError.
    """

    async def sound(self) -> SoundPiece:
        """All pieces as one; for those who need not hear the beginning early."""
        async with aclosing(self.pieces) as pieces:
            parts = [piece async for piece in pieces]
        return SoundPiece(np.concatenate([part.samples for part in parts]), parts[0].rate_hz)


class Viseme(StrEnum):
    """Mouth shapes of the Oculus (OVR) set of 15, the field's common names."""

    SIL = "sil"
    PP = "PP"
    FF = "FF"
    TH = "TH"
    DD = "DD"
    KK = "kk"
    CH = "CH"
    SS = "SS"
    NN = "nn"
    RR = "RR"
    AA = "aa"
    E = "E"
    IH = "ih"
    OH = "oh"
    OU = "ou"


@dataclass(frozen=True, slots=True)
class VisemeKey:
    """One mouth shape and when it is meant."""

    viseme: Viseme
    start_seconds: float
    end_seconds: float
    """From the first sample."""

    stressed: bool = False


@dataclass(frozen=True, slots=True)
class VisemeTrack:
    """What the mouth does during one sentence; crosses to the window when its first sample is heard."""

    keys: tuple[VisemeKey, ...]
    duration_seconds: float
    loudness: tuple[float, ...] = ()
    """Loudness 0…1 every LOUDNESS_STEP_SECONDS; moves the mouth of a voice without timings, where there are no keys."""


LOUDNESS_STEP_SECONDS = 0.02
