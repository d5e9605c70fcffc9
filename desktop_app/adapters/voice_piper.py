# SPDX-License-Identifier: GPL-3.0-or-later
"""The companion's voice: a Piper voice that speaks at one steady loudness and says when each phoneme sounds."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np

from desktop_app.adapters.voice_pieces import RawSpeech, TrimmedSpeech, steady_gain, trimmed
from desktop_app.adapters.worker_thread import WorkerThread
from desktop_app.domain.audio import PhonemeTiming, SoundPiece, Speech
from desktop_app.domain.errors import VoiceError

_CALIBRATION_TEXT = "1 2 3 4 5 6 7 8 9"
"""Any language's espeak reads figures aloud, so every voice can be measured with the same text."""


@dataclass(slots=True)
class _Loaded:
    """What the worker thread holds of a voice."""

    voice: Any
    plain: Any
    """Piper's SynthesisConfig without its per-chunk normalization, which makes clauses jump in loudness."""
    gain: float


class PiperSynthesizer:
    """Speaks with a Piper voice on a thread of its own; loads it at load() or when it is first needed."""

    def __init__(
        self,
        model_file: Path,
        *,
        name: str = "",
        is_starter: bool = False,
        threads: int = 0,
        streams: bool = True,
    ) -> None:
        """streams=False makes every sentence whole before its first sample is handed out."""
        self._streams = streams
        self._model_file = Path(model_file)
        self._name = name or self._model_file.stem
        self._is_starter = is_starter
        self._threads = threads or max(1, min(4, (os.cpu_count() or 1) // 2))
        self._worker = WorkerThread("piper")
        self._loaded: _Loaded | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def is_starter(self) -> bool:
        return self._is_starter

    async def load(self) -> None:
        """Reads the voice and measures its loudness, so that the first sentence need not wait. Raises VoiceError."""
        await self._worker.run(self._ensure_loaded)

    async def synthesize(self, text: str) -> Speech | None:
        if not any(sign.isalnum() for sign in text):
            return None  # espeak would read a lone "!" aloud as "exclamation"
        unwanted = Event()
        try:
            begun = await self._worker.run(lambda: self._begin(text, unwanted))
        finally:
            unwanted.set()  # cancelled: the thread ends at its next sentence instead of finishing them all
        return Speech(text, begun.duration_seconds, begun.phonemes, self._pieces(begun)) if begun else None

    async def close(self) -> None:
        await self._worker.close(self._unload)

    async def _pieces(self, begun: TrimmedSpeech) -> AsyncGenerator[SoundPiece]:
        piece = begun.first
        yield piece
        while not piece.is_last:
            piece = await self._worker.run(lambda: next(begun.following))
            yield piece

    # --- on the worker thread ----------------------------------------------------------------------------------------

    def _unload(self) -> None:
        self._loaded = None

    def _ensure_loaded(self) -> _Loaded:
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded

    def _load(self) -> _Loaded:
        config = self._read_config()
        from piper import PiperVoice
        from piper.config import PiperConfig, SynthesisConfig

        try:
            voice = PiperVoice(session=self._open_session(), config=PiperConfig.from_dict(config))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._broken_config() from error
        plain = SynthesisConfig(normalize_audio=False)
        return _Loaded(voice, plain, self._measure_gain(voice, plain))

    def _read_config(self) -> dict[str, Any]:
        config_file = Path(f"{self._model_file}.json")
        if not self._model_file.is_file():
            raise VoiceError(
                "voice.missing",
                f"The voice “{self._name}” is not on this computer.",
                f"Put its two files there ({self._model_file.name} and {config_file.name}), or choose another voice.",
            )
        if not config_file.is_file():
            raise VoiceError(
                "voice.config_missing",
                f"The voice “{self._name}” lacks its second file, {config_file.name}.",
                "A Piper voice is a pair of files; put the .onnx.json beside the .onnx.",
            )
        try:
            config = json.loads(config_file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise self._broken_config() from error
        if not isinstance(config, dict):
            raise self._broken_config()
        if config.get("phoneme_type", "espeak") not in ("espeak", "text"):
            # Piper would fetch or import a phonemizer of its own for these.
            raise VoiceError(
                "voice.unsupported",
                f"The voice “{self._name}” needs a pronunciation package that Fireside does not have.",
                "Choose another voice.",
            )
        return config

    def _broken_config(self) -> VoiceError:
        return VoiceError(
            "voice.config_broken",
            f"{self._model_file.name}.json is not a Piper voice description.",
            "Get the voice's two files again, or choose another voice.",
        )

    def _open_session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # never burn a core waiting
        try:
            return onnxruntime.InferenceSession(
                _with_timings(self._model_file), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnx, protobuf and onnxruntime each raise their own kinds
            raise VoiceError(
                "voice.broken",
                f"The voice file {self._model_file.name} could not be read.",
                "Get the voice's two files again, or choose another voice.",
            ) from error

    def _measure_gain(self, voice: Any, plain: Any) -> float:
        """The one factor that brings this voice to the target loudness."""
        pieces = [chunk.audio_float_array for chunk in self._chunks(voice, _CALIBRATION_TEXT, plain, Event())]
        return steady_gain(np.concatenate(pieces), voice.config.sample_rate) if pieces else 1.0

    def _chunks(self, voice: Any, text: str, plain: Any, unwanted: Event) -> list[Any]:
        chunks: list[Any] = []
        try:
            for chunk in voice.synthesize(text, syn_config=plain, include_alignments=True):
                if unwanted.is_set():
                    break
                chunks.append(chunk)
        except Exception as error:  # onnxruntime and espeak raise bare kinds; all mean the voice is unfit
            raise VoiceError(
                "voice.failed", f"The voice “{self._name}” could not speak.", "Choose another voice."
            ) from error
        return chunks

    def _begin(self, text: str, unwanted: Event) -> TrimmedSpeech | None:
        loaded = self._ensure_loaded()
        chunks = self._chunks(loaded.voice, text, loaded.plain, unwanted)
        chunks = [chunk for chunk in chunks if len(chunk.audio_float_array)]
        if not chunks or unwanted.is_set():
            return None
        rate_hz = int(loaded.voice.config.sample_rate)
        whole = np.concatenate([chunk.audio_float_array for chunk in chunks])
        return trimmed(RawSpeech(rate_hz, len(whole), _timings(chunks, rate_hz), iter([whole])), loaded.gain)


def _with_timings(model_file: Path) -> str | bytes:
    """What onnxruntime loads: the file itself if it gives phoneme timings, else a copy in memory that does."""
    import onnx
    from piper.patch_voice_with_alignment import add_alignment_output

    model = onnx.load(str(model_file))
    if len(model.graph.output) > 1:
        return str(model_file)
    try:
        add_alignment_output(model)
    except ValueError:  # no duration tensor to be found: it speaks, without timings
        return str(model_file)
    return bytes(model.SerializeToString())


def _timings(chunks: list[Any], rate_hz: int) -> tuple[PhonemeTiming, ...]:
    """The phonemes of all chunks on one time line; empty if the voice times none of them.

    Piper's marks for the beginning and end of a sentence are silence; between two sentences they become one space.
    """
    timings: list[PhonemeTiming] = []
    offset = 0
    for chunk in chunks:
        if chunk.phoneme_alignments is None:
            return ()
        position = offset
        if timings:
            last = timings[-1]
            silence = offset / rate_hz - (last.start_seconds + last.duration_seconds)
            timings.append(PhonemeTiming(" ", offset / rate_hz - silence, silence))
        for alignment in chunk.phoneme_alignments:
            count = int(alignment.num_samples)
            if alignment.phoneme not in ("^", "$"):
                timings.append(PhonemeTiming(alignment.phoneme, position / rate_hz, count / rate_hz))
            position += count
        offset += len(chunk.audio_float_array)
    return tuple(timings)
