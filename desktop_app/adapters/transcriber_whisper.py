# SPDX-License-Identifier: GPL-3.0-or-later
"""The companion's ears: Whisper through faster-whisper, on a thread of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np

from desktop_app.adapters.transcriber_guards import (
    HIGHEST_COMPRESSION_RATIO,
    MOST_TOKENS,
    SHORTEST_SPEECH_SECONDS,
    Evidence,
    believable,
    most_tokens,
)
from desktop_app.adapters.whisper_hums import LONGEST_HUM_SECONDS, MOST_LETTERS, hum
from desktop_app.adapters.whisper_window import FEWEST_FRAMES, FEWEST_FRAMES_OF_OTHERS, whisper_model
from desktop_app.adapters.worker_thread import WorkerThread
from desktop_app.domain.audio import LISTENING_RATE_HZ, Samples
from desktop_app.domain.conversation import Transcription
from desktop_app.domain.errors import EarsError

_DETECTOR_STEP_SAMPLES = 512
_LOWEST_LOG_PROBABILITY = -1.0
"""Whisper's own bound (Radford et al. 2022, section 4.5) for what had better be heard again."""

_SAMPLE_SENTENCE = "the weather is fine today and later we could go for a walk by the river"


class WhisperTranscriber:
    """Hears with a Whisper model: a CTranslate2 folder, or a faster-whisper name such as "base".

    A name that is not on this computer yet is downloaded once, into `downloads` where that is given. The model is
    loaded at load() or when it is first needed.
    """

    def __init__(
        self,
        model: str | Path,
        *,
        name: str = "",
        is_starter: bool = False,
        short_windows: bool = False,
        threads: int = 0,
        beam_size: int = 0,
        downloads: Path | None = None,
    ) -> None:
        self._source = str(model)
        self._name = name or Path(model).name
        self._is_starter = is_starter
        self.short_windows = short_windows
        """Whether only the sound there is is encoded; may be changed at any time."""
        self._threads = threads or max(1, min(4, os.cpu_count() or 1))
        self._beam_size = beam_size or (5 if is_starter else 2)  # the starter's small decoder costs next to nothing
        self._downloads = downloads
        self._worker = WorkerThread("whisper")
        self._model: Any = None
        self._size_bytes = 0
        self._tokens_per_character = 0.0

    @property
    def name(self) -> str:
        return self._name

    @property
    def is_starter(self) -> bool:
        return self._is_starter

    async def load(self) -> None:
        """Reads the model, so that the first utterance need not wait. Raises EarsError."""
        await self._worker.run(self._ensure_loaded)

    @property
    def identity(self) -> str:
        """Tells one model from another of the same name. Known once it is loaded."""
        return f"{self._name}, {self._size_bytes} bytes"

    async def transcribe(self, samples: Samples, language: str | None = None) -> Transcription:
        return await self.transcribe_in_windows(samples, language, short=self.short_windows)

    async def transcribe_in_windows(self, samples: Samples, language: str | None, *, short: bool) -> Transcription:
        """Whatever short_windows says. Raises EarsError."""
        unwanted = Event()
        try:
            return await self._worker.run(lambda: self._hear(samples, language, unwanted, short=short))
        finally:
            unwanted.set()  # cancelled: the thread ends at its next window, or never begins

    async def close(self) -> None:
        await self._worker.close(self._unload)

    # --- on the worker thread ----------------------------------------------------------------------------------------

    def _unload(self) -> None:
        self._model = None

    def _ensure_loaded(self) -> Any:
        if self._model is None:
            self._model = self._load()
            spelled = self._model.hf_tokenizer.encode(_SAMPLE_SENTENCE, add_special_tokens=False)
            self._tokens_per_character = len(spelled.ids) / len(_SAMPLE_SENTENCE)
        return self._model

    def _load(self) -> Any:
        folder = self._folder()
        if not (folder / "model.bin").is_file() or not (folder / "tokenizer.json").is_file():
            # Without its tokenizer faster-whisper would go and look for one on the network.
            raise EarsError(
                "ears.incomplete",
                f"The Whisper model “{self._name}” is not complete.",
                "Its folder must hold model.bin, tokenizer.json and their companions; get it again.",
            )
        self._size_bytes = (folder / "model.bin").stat().st_size
        try:
            return whisper_model(str(folder), device="cpu", compute_type="int8", cpu_threads=self._threads)
        except MemoryError as error:
            raise self._no_room() from error
        except Exception as error:  # CTranslate2, tokenizers and json each raise their own kinds
            if "bad_alloc" in str(error) or "out of memory" in str(error).lower():
                raise self._no_room() from error
            raise EarsError(
                "ears.broken",
                f"The Whisper model “{self._name}” could not be read.",
                "Get it again, or choose another one in the settings.",
            ) from error

    def _folder(self) -> Path:
        """Where the model lies, after a download where one is needed."""
        from faster_whisper.utils import available_models

        if Path(self._source).is_dir():
            return Path(self._source)
        if self._source not in available_models() and self._source.count("/") != 1:
            raise EarsError(
                "ears.missing",
                f"The Whisper model “{self._name}” is not on this computer.",
                f"Choose a folder, or one of the names {', '.join(_well_known(available_models()))}.",
            )
        for downloads in (self._downloads, None):  # our own place first, then the one all programs share
            found = self._fetch(downloads, local_files_only=True)
            if found is not None:
                return found
        found = self._fetch(self._downloads, local_files_only=False)
        if found is None:
            raise EarsError(
                "ears.not_downloaded",
                f"The Whisper model “{self._name}” is not on this computer and could not be downloaded.",
                "Connect to the internet and try again, or choose another one in the settings.",
            )
        return found

    def _fetch(self, downloads: Path | None, *, local_files_only: bool) -> Path | None:
        from faster_whisper.utils import download_model

        try:
            return Path(
                download_model(
                    self._source,
                    local_files_only=local_files_only,
                    cache_dir=str(downloads) if downloads else None,
                )
            )
        except Exception:  # noqa: BLE001  the hub client passes on whatever its network library raises
            return None

    def _no_room(self) -> EarsError:
        return EarsError(
            "ears.out_of_memory",
            f"There is not enough memory for the Whisper model “{self._name}”.",
            "Choose a smaller one in the settings.",
        )

    def _hear(self, samples: Samples, language: str | None, unwanted: Event, *, short: bool) -> Transcription:
        model = self._ensure_loaded()
        if not model.model.is_multilingual:
            language = "en"  # it knows no other
        elif language not in model.supported_languages:
            language = None
        samples = np.ascontiguousarray(samples, dtype=np.float32)
        speech_seconds = _speech_seconds(samples)
        if speech_seconds < SHORTEST_SPEECH_SECONDS or unwanted.is_set():
            return Transcription("", language or "en")
        most = most_tokens(speech_seconds, language, self._tokens_per_character)
        hummed = ""
        try:
            segments, spoken = self._decode(samples, language, most, unwanted, short=short)
            if short and not self._is_starter and _is_doubtful(segments, most):
                short = False
                segments, spoken = self._decode(samples, language, most, unwanted, short=short)
            if most < MOST_TOKENS and _is_cut_off(segments, most):
                segments, spoken = self._decode(samples, language, MOST_TOKENS, unwanted, short=short)
            if self._is_starter and speech_seconds <= LONGEST_HUM_SECONDS and _letters(segments) <= MOST_LETTERS:
                hummed = hum(model, spoken)
        except (RuntimeError, MemoryError, ValueError) as error:
            raise EarsError(
                "ears.failed",
                f"The Whisper model “{self._name}” could not listen to that.",
                "Say it again; if it keeps happening, choose another one in the settings.",
            ) from error
        if hummed:
            return Transcription(hummed, spoken)
        pieces = []
        for segment in segments:
            evidence = Evidence(
                speech_seconds=speech_seconds,
                speech_share=speech_seconds * LISTENING_RATE_HZ / len(samples),
                average_log_probability=segment.avg_logprob,
                no_speech_probability=segment.no_speech_prob,
                compression_ratio=segment.compression_ratio,
            )
            pieces.append(believable(segment.text, evidence))
        return Transcription(" ".join(piece for piece in pieces if piece), spoken)

    def _decode(
        self, samples: Samples, language: str | None, most: int, unwanted: Event, *, short: bool
    ) -> tuple[list[Any], str]:
        """What the model itself makes of it, and in which language."""
        least = FEWEST_FRAMES if self._is_starter else FEWEST_FRAMES_OF_OTHERS
        self._model.fewest_frames = least if short else None
        segments, info = self._model.transcribe(
            samples,
            language=language,
            beam_size=self._beam_size,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
            max_new_tokens=2 * most,  # CTranslate2 stops at half of its limit, prompt and all
            vad_filter=False,
            # The guards judge by these figures themselves, with what the detector heard beside them.
            no_speech_threshold=None,
            log_prob_threshold=None,
            compression_ratio_threshold=None,
        )
        decoded = []
        for segment in segments:
            if unwanted.is_set():
                break
            decoded.append(segment)
        return decoded, str(info.language)


def _letters(segments: Sequence[Any]) -> int:
    return sum(len(segment.text.strip()) for segment in segments)


def _is_doubtful(segments: Sequence[Any], most: int) -> bool:
    """Whether a short window may have misled the model: it goes round in circles, guesses, or finds no end."""
    return any(
        segment.compression_ratio > HIGHEST_COMPRESSION_RATIO
        or segment.avg_logprob < _LOWEST_LOG_PROBABILITY
        or len(segment.tokens) >= most
        for segment in segments
    )


def _is_cut_off(segments: Sequence[Any], most: int) -> bool:
    """Whether words may be missing: it ran into the bound, though it did not go round in circles."""
    return any(
        len(segment.tokens) >= most and segment.compression_ratio <= HIGHEST_COMPRESSION_RATIO for segment in segments
    )


def _speech_seconds(samples: Samples) -> float:
    """How much of a recording is speech, by the detector that faster-whisper brings along."""
    whole = len(samples) // _DETECTOR_STEP_SAMPLES * _DETECTOR_STEP_SAMPLES
    if whole == 0:
        return 0.0
    from faster_whisper.vad import get_vad_model

    probabilities = np.ravel(get_vad_model()(samples[:whole].copy()))  # it writes into what it is given
    return int(np.count_nonzero(probabilities > 0.5)) * _DETECTOR_STEP_SAMPLES / LISTENING_RATE_HZ


def _well_known(names: list[str]) -> list[str]:
    """The sizes a person is likely to want, as far as this faster-whisper knows them."""
    return [name for name in ("tiny", "base", "small", "medium", "turbo") if name in names]
