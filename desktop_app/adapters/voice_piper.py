# SPDX-License-Identifier: GPL-3.0-or-later
"""The companion's voice: a Piper voice that speaks at one steady loudness and says when each phoneme sounds."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from pathlib import Path

from desktop_app.adapters.voice_cache import VoiceCache
from desktop_app.adapters.voice_file import LoadedVoice, Unwanted, VoiceFile
from desktop_app.adapters.voice_pieces import TrimmedSpeech, trimmed
from desktop_app.adapters.worker_thread import WorkerThread
from desktop_app.domain.audio import SoundPiece, Speech


class PiperSynthesizer:
    """Speaks with a Piper voice on a thread of its own; loads it at load() or when it is first needed."""

    def __init__(
        self,
        model_file: Path,
        *,
        name: str = "",
        is_starter: bool = False,
        threads: int = 0,
        cache: Path | None = None,
        streams: bool = True,
    ) -> None:
        """What is found out about the voice is kept in the folder cache, if there is one.

        streams=False makes every sentence whole before its first sample is handed out.
        """
        self._name = name or model_file.stem
        self._is_starter = is_starter
        self._file = VoiceFile(model_file, self._name, threads or max(1, min(4, (os.cpu_count() or 1) // 2)))
        self._cache = VoiceCache(cache)
        self._wants_streaming = streams
        self._worker = WorkerThread("piper")
        self._loaded: LoadedVoice | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def is_starter(self) -> bool:
        return self._is_starter

    @property
    def streams(self) -> bool:
        """Whether a sentence is heard before all of it is made; known while the voice is loaded."""
        return self._loaded is not None and self._loaded.is_split

    async def load(self) -> None:
        """Reads the voice, and tries it out if it is new: the first sentence need not wait. Raises VoiceError."""
        unwanted = Unwanted()
        try:
            await self._worker.run(lambda: self._ensure_loaded(unwanted))
        except asyncio.CancelledError:
            unwanted.set()
            raise

    async def synthesize(self, text: str) -> Speech | None:
        if not any(sign.isalnum() for sign in text):
            return None  # espeak would read a lone "!" aloud as "exclamation"
        unwanted = Unwanted()
        try:
            begun = await self._worker.run(lambda: self._begin(text, unwanted))
        except asyncio.CancelledError:
            unwanted.set()
            raise
        return Speech(text, begun.duration_seconds, begun.phonemes, self._pieces(begun, unwanted)) if begun else None

    async def close(self) -> None:
        await self._worker.close(self._unload)

    async def _pieces(self, begun: TrimmedSpeech, unwanted: Unwanted) -> AsyncGenerator[SoundPiece]:
        piece = begun.first
        try:
            yield piece
            while not piece.is_last:
                piece = await self._worker.run(lambda: next(begun.following))
                yield piece
        finally:
            unwanted.set()

    # --- on the worker thread ----------------------------------------------------------------------------------------

    def _unload(self) -> None:
        self._loaded = None
        self._cache.prune()

    def _ensure_loaded(self, unwanted: Unwanted) -> LoadedVoice:
        if self._loaded is None:
            self._loaded = self._file.load(self._cache, unwanted, streams=self._wants_streaming)
        return self._loaded

    def _begin(self, text: str, unwanted: Unwanted) -> TrimmedSpeech | None:
        voice = self._ensure_loaded(unwanted)
        raw = voice.speak(text, unwanted)
        return trimmed(raw, voice.gain) if raw else None
