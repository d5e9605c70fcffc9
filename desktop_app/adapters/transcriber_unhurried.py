# SPDX-License-Identifier: GPL-3.0-or-later
"""Ears that take no time of a recorded conversation: whoever is on record holds still while these listen."""

from __future__ import annotations

from desktop_app.adapters.microphone_recording import RecordingMicrophone
from desktop_app.domain.audio import Samples
from desktop_app.domain.conversation import Transcription
from desktop_app.ports import Transcriber


class UnhurriedTranscriber:
    """A Transcriber for a FrameClock, where the frames would otherwise run on as fast as they can be taken."""

    def __init__(self, ears: Transcriber, microphone: RecordingMicrophone) -> None:
        self._ears = ears
        self._microphone = microphone

    @property
    def name(self) -> str:
        return self._ears.name

    @property
    def is_starter(self) -> bool:
        return self._ears.is_starter

    async def transcribe(self, samples: Samples, language: str | None = None) -> Transcription:
        with self._microphone.held():
            return await self._ears.transcribe(samples, language)

    async def close(self) -> None:
        await self._ears.close()
