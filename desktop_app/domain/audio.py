# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound as it travels through Fireside: frames, utterances, speech clips and what the lips do meanwhile."""

from __future__ import annotations

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
    """One phoneme of a clip, as the synthesizer itself timed it."""

    symbol: str
    """An IPA symbol, a stress mark, a space between words, or punctuation."""

    start_seconds: float
    duration_seconds: float
    """From the clip's first sample. Marks and spaces may last 0 s."""


@dataclass(frozen=True, slots=True, eq=False)
class SpeechClip:
    """A piece of the companion's speech, ready to be played."""

    text: str
    """The words that are spoken in it."""

    samples: Samples
    rate_hz: int
    phonemes: tuple[PhonemeTiming, ...] = ()
    """Empty where the voice has no timings."""

    @property
    def duration_seconds(self) -> float:
        return len(self.samples) / self.rate_hz


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
    """From the clip's first sample."""

    stressed: bool = False


@dataclass(frozen=True, slots=True)
class VisemeTrack:
    """What the mouth does during one clip; crosses to the window once per sentence."""

    keys: tuple[VisemeKey, ...]
    duration_seconds: float
    loudness: tuple[float, ...] = ()
    """Loudness 0…1 every LOUDNESS_STEP_SECONDS; drives energy, and the mouth where there are no keys."""


LOUDNESS_STEP_SECONDS = 0.02
