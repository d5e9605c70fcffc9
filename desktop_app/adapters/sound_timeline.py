# SPDX-License-Identifier: GPL-3.0-or-later
"""What was heard and when, so that a conversation can be written to a file just as it sounded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from desktop_app.domain.audio import Samples

_SAME_MOMENT_SECONDS = 1e-6


@dataclass(slots=True, eq=False)
class HeardSound:
    """A stretch of sound on the engine's clock, growing while it lasts."""

    started_at_seconds: float
    rate_hz: int
    pieces: list[Samples] = field(default_factory=list)
    length_samples: int = 0

    @property
    def ended_at_seconds(self) -> float:
        return self.started_at_seconds + self.length_samples / self.rate_hz

    @property
    def samples(self) -> Samples:
        return np.concatenate(self.pieces) if self.pieces else np.zeros(0, np.float32)


class SoundTimeline:
    """Collects sound in the order in which it was heard."""

    def __init__(self) -> None:
        self.sounds: list[HeardSound] = []

    def add(self, started_at_seconds: float, samples: Samples, rate_hz: int) -> None:
        """Appends a piece; one that begins where the last one ended continues it without a seam."""
        last = self.sounds[-1] if self.sounds else None
        if (
            last is None
            or last.rate_hz != rate_hz
            or abs(last.ended_at_seconds - started_at_seconds) > _SAME_MOMENT_SECONDS
        ):
            last = HeardSound(started_at_seconds, rate_hz)
            self.sounds.append(last)
        last.pieces.append(samples)
        last.length_samples += len(samples)


def rendered(
    sounds: Iterable[HeardSound], *, from_seconds: float, until_seconds: float, rate_hz: int = 48_000
) -> Samples:
    """All sounds mixed onto one track that begins and ends at these times."""
    import soxr

    track: Samples = np.zeros(max(0, round((until_seconds - from_seconds) * rate_hz)), np.float32)
    for sound in sounds:
        samples = np.asarray(soxr.resample(sound.samples, sound.rate_hz, rate_hz), np.float32)
        start = round((sound.started_at_seconds - from_seconds) * rate_hz)
        samples = samples[max(0, -start) : max(0, len(track) - start)]
        start = max(0, start)
        track[start : start + len(samples)] += samples
    return np.clip(track, -1.0, 1.0)
