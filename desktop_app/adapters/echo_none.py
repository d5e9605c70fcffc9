# SPDX-License-Identifier: GPL-3.0-or-later
"""No echo canceller: for recordings, where the loudspeaker cannot be heard by the microphone."""

from __future__ import annotations

from desktop_app.domain.audio import AudioFrame, Samples


class NoEchoCanceller:
    """Leaves everything as it is."""

    def played(self, samples: Samples, rate_hz: int, heard_at_seconds: float) -> None:
        pass

    def cancel(self, frame: AudioFrame) -> AudioFrame:
        return frame

    def reset(self) -> None:
        pass
