# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded utterances for timing turns: each ends with the last audible sample of its speech."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.measuring.spoken import read_list, said_by_starter
from desktop_app import bundle
from desktop_app.adapters.sound_files import read_recording
from desktop_app.domain.audio import FRAME_SAMPLES, LISTENING_RATE_HZ, Samples

FEWEST = 20
SPEECH_FOLDER = bundle.ROOT.parent / "shared" / "data" / "speech"

_AUDIBLE_SHARE = 10 ** (-40 / 20)
"""Of the peak: what is quieter is no longer speech."""

_LEAD_IN_SECONDS = 0.2
_STARTER_VOICES = ("starter-en-1", "starter-en-2")
_RECORDINGS = {
    "whatstheweatherlike.wav": "What's the weather like?",
    "sb_spk1_snt1.wav": "The child almost hurt the small dog.",
    "sb_spk1_snt2.wav": "Drop the two when you add the figures.",
    "ljspeech/LJ001-0002.wav": "In being comparatively modern.",
    "ljspeech/LJ001-0008.wav": "Has never been surpassed.",
}
"""Short ones, of people, without a pause inside."""


@dataclass(frozen=True, slots=True, eq=False)
class RecordedUtterance:
    """What somebody says, and the words of it."""

    name: str
    text: str
    samples: Samples
    """16 kHz mono, whole frames; the last sample is the last of the speech."""

    @property
    def duration_seconds(self) -> float:
        return len(self.samples) / LISTENING_RATE_HZ


async def recorded_utterances(count: int | None = None) -> tuple[list[RecordedUtterance], str]:
    """At least FEWEST (or so many as asked for), and a remark on recordings that are not here. Raises VoiceError."""
    people = _people()
    starters = max(FEWEST - len(people), FEWEST * 3 // 4)
    remark = "" if people else f"no recordings of people: {SPEECH_FOLDER.name} is not beside the repository"
    if count is not None:
        people, starters = people[: count // 2], count - min(len(people), count // 2)
    sentences = sorted(read_list("everyday.txt"), key=len)
    said = []
    for number, voice in enumerate(_STARTER_VOICES):
        texts = sentences[number : starters : len(_STARTER_VOICES)]
        said += [(voice, spoken.text, spoken.samples) for spoken in await said_by_starter(voice, texts)]
    return [
        *people,
        *(RecordedUtterance(f"{voice}: {text}", text, cut(samples)) for voice, text, samples in said),
    ], remark


def _people() -> list[RecordedUtterance]:
    return [
        RecordedUtterance(name, text, cut(read_recording(SPEECH_FOLDER / name)))
        for name, text in _RECORDINGS.items()
        if (SPEECH_FOLDER / name).is_file()
    ]


def cut(samples: Samples) -> Samples:
    """From a moment before the first audible sample to the last one, which ends a frame."""
    audible = np.flatnonzero(np.abs(samples) > _AUDIBLE_SHARE * np.abs(samples).max())
    start = max(0, int(audible[0]) - round(_LEAD_IN_SECONDS * LISTENING_RATE_HZ))
    speech = samples[start : int(audible[-1]) + 1]
    return np.pad(speech, (-len(speech) % FRAME_SAMPLES, 0)).astype(np.float32)
