# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens a Piper voice: whole, or in the two halves that let a sentence be heard before all of it is made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.adapters.voice_cache import KnownVoice, VoiceCache
from desktop_app.adapters.voice_pieces import RawSpeech, steady_gain
from desktop_app.adapters.voice_split import CannotBeSplitError, Halves, SplitSession, WholeSession, cut
from desktop_app.domain.audio import PhonemeTiming, Samples
from desktop_app.domain.errors import VoiceError

_CALIBRATION_TEXT = "1 2 3 4 5 6 7 8 9"
"""Any language's espeak reads figures aloud, so every voice can be measured with the same text."""

_CHECKED_TEXT = "1 2 3 4"
_CONTEXTS_FRAMES = (12, 16, 24)
_TOLERANCE = 1e-4
"""Of the loudest sample, −80 dB: further off, the halves are not the whole."""


class Unwanted:
    """Set from any thread when nobody wants to hear a speech any more: what is being made of it ends within moments."""

    def __init__(self) -> None:
        self._is_set = False
        self._options: Any = None

    @property
    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        self._is_set = True
        if self._options:
            self._options.terminate = True

    def options(self) -> Any:
        """onnxruntime.RunOptions of the calls that are to end then."""
        import onnxruntime

        if not self._options:
            self._options = onnxruntime.RunOptions()
            self._options.log_severity_level = 4
            self._options.terminate = self._is_set
        return self._options


class GivenUpError(Exception):
    """Nobody wants the voice any more that was to be loaded."""


class LoadedVoice:
    """A voice that is ready to speak; for one thread."""

    def __init__(self, name: str, voice: Any, gain: float) -> None:
        """voice is a PiperVoice whose session is a WholeSession or a SplitSession."""
        from piper.config import SynthesisConfig

        self._name = name
        self._voice = voice
        self._split: SplitSession | None = voice.session if isinstance(voice.session, SplitSession) else None
        self._plain = SynthesisConfig(normalize_audio=False)  # per-chunk normalization makes clauses jump in loudness
        self.rate_hz = int(voice.config.sample_rate)
        self.gain = gain

    @property
    def is_split(self) -> bool:
        """Whether the sound of a sentence comes in pieces."""
        return self._split is not None

    def speak(self, text: str, unwanted: Unwanted) -> RawSpeech | None:
        """Plans a text; None if there is nothing to be heard, or nobody wants it any more. Raises VoiceError."""
        self._voice.session.options = options = unwanted.options()
        try:
            chunks = list(self._voice.synthesize(text, syn_config=self._plain, include_alignments=True))
        except Exception as error:  # onnxruntime and espeak raise bare kinds; all mean the voice is unfit
            if unwanted.is_set:
                return None
            raise self._failed() from error
        finally:
            latents = self._split.take() if self._split else []
        length = sum(len(chunk.audio_float_array) for chunk in chunks)
        if not length:
            return None
        phonemes = _timings(chunks, self.rate_hz)
        whole = (chunk.audio_float_array for chunk in chunks)
        sound = self._split.decoded(latents, options) if self._split else whole
        if not self._split or not phonemes:
            sound = _joined(sound)
        return RawSpeech(self.rate_hz, length, phonemes, self._told(sound))

    def _told(self, sound: Iterator[Samples]) -> Iterator[Samples]:
        try:
            yield from sound
        except Exception as error:  # onnxruntime's own kinds; who does not want it any more does not hear of it
            raise self._failed() from error

    def _failed(self) -> VoiceError:
        return VoiceError("voice.failed", f"The voice “{self._name}” could not speak.", "Choose another voice.")


class VoiceFile:
    """The pair of files that a Piper voice is."""

    def __init__(self, model_file: Path, name: str, threads: int) -> None:
        self._model_file = model_file
        self._name = name
        self._threads = threads

    def load(self, cache: VoiceCache, unwanted: Unwanted, *, streams: bool) -> LoadedVoice:
        """Opens the voice in the way that was found to fit it, or finds that out first.

        Raises VoiceError, or GivenUpError soon after it has become unwanted.
        """
        config = self._piper_config()
        known = cache.find(self._model_file)
        if streams and known and known.halves:
            try:
                return self._loaded(config, self._split(config, known.halves, known.context_frames), known.gain)
            except VoiceError:
                known = None  # another onnxruntime wrote it
        _stop_if(unwanted)
        model = self._read_model()
        _stop_if(unwanted)
        whole = WholeSession(self._session(model.SerializeToString()))
        gain = known.gain if known else self._measured_gain(config, whole, unwanted)
        if streams and not known:
            try:
                halves, context_frames, split = self._tried_out(config, model, whole, unwanted)
            except CannotBeSplitError:
                cache.keep(self._model_file, KnownVoice(gain))
            else:
                cache.keep(self._model_file, KnownVoice(gain, halves, context_frames))
                return self._loaded(config, split, gain)
        return self._loaded(config, whole, gain)

    def _tried_out(
        self, config: Any, model: Any, whole: WholeSession, unwanted: Unwanted
    ) -> tuple[Halves, int, SplitSession]:
        """Cuts the voice and compares its halves with the whole; the number is the context that they need, in frames.

        Raises CannotBeSplitError or GivenUpError.
        """
        from piper.config import SynthesisConfig

        # The part before the decoder adds chance, scaled by these two: without them both say the very same.
        alike = SynthesisConfig(normalize_audio=False, noise_scale=0.0, noise_w_scale=0.0)
        halves = cut(model)
        whole.options = options = unwanted.options()
        try:
            chunks = self._voice(config, whole).synthesize(_CHECKED_TEXT, alike)
            expected = np.concatenate([chunk.audio_float_array for chunk in chunks])
            _stop_if(unwanted)
            split = self._split(config, halves, 0)
            split.options = options
            for split.context_frames in _CONTEXTS_FRAMES:
                list(self._voice(config, split).synthesize(_CHECKED_TEXT, alike))
                joined = np.concatenate(list(split.decoded(split.take(), options)))
                if joined.shape == expected.shape and _differs_by(joined, expected) <= _TOLERANCE:
                    return halves, split.context_frames, split
        except Exception as error:  # whatever the libraries say to its halves: as a whole it speaks
            _stop_if(unwanted)
            raise CannotBeSplitError(str(error)) from error
        raise CannotBeSplitError("its halves sound different")

    def _split(self, config: Any, halves: Halves, context_frames: int) -> SplitSession:
        encoder, decoder = self._session(halves.encoder), self._session(halves.decoder)
        return SplitSession(encoder, decoder, config.hop_length, context_frames)

    def _loaded(self, config: Any, session: WholeSession | SplitSession, gain: float) -> LoadedVoice:
        return LoadedVoice(self._name, self._voice(config, session), gain)

    def _voice(self, config: Any, session: WholeSession | SplitSession) -> Any:
        from piper import PiperVoice

        return PiperVoice(session=session, config=config)

    def _measured_gain(self, config: Any, whole: WholeSession, unwanted: Unwanted) -> float:
        raw = self._loaded(config, whole, 1.0).speak(_CALIBRATION_TEXT, unwanted)
        _stop_if(unwanted)
        return steady_gain(np.concatenate(list(raw.sound)), raw.rate_hz) if raw else 1.0

    def _piper_config(self) -> Any:
        """Piper's own reading of the voice's description."""
        from piper.config import PiperConfig

        try:
            return PiperConfig.from_dict(self._read_config())
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._broken_config() from error

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

    def _read_model(self) -> Any:
        """The voice as an onnx.ModelProto, made to give phoneme timings if it does not yet and can."""
        import onnx
        from piper.patch_voice_with_alignment import add_alignment_output

        try:
            model = onnx.load(str(self._model_file))
        except Exception as error:  # onnx and protobuf raise their own kinds
            raise self._broken() from error
        if len(model.graph.output) == 1:
            with suppress(ValueError):  # no duration tensor to be found: it speaks, without timings
                add_alignment_output(model)
        return model

    def _session(self, model: bytes) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # never burn a core waiting
        try:
            return onnxruntime.InferenceSession(model, sess_options=options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises bare kinds
            raise self._broken() from error

    def _broken(self) -> VoiceError:
        return VoiceError(
            "voice.broken",
            f"The voice file {self._model_file.name} could not be read.",
            "Get the voice's two files again, or choose another voice.",
        )


def _stop_if(unwanted: Unwanted) -> None:
    if unwanted.is_set:
        raise GivenUpError


def _differs_by(samples: Samples, expected: Samples) -> float:
    """The largest difference, relative to the loudest sample."""
    return float(np.abs(samples - expected).max() / max(np.abs(expected).max(), 1e-9))


def _joined(sound: Iterator[Samples]) -> Iterator[Samples]:
    """All of it at once, when it is asked for."""
    yield np.concatenate(list(sound))


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
            silence = offset / rate_hz - last.end_seconds
            timings.append(PhonemeTiming(" ", offset / rate_hz - silence, silence))
        for alignment in chunk.phoneme_alignments:
            count = int(alignment.num_samples)
            if alignment.phoneme not in ("^", "$"):
                timings.append(PhonemeTiming(alignment.phoneme, position / rate_hz, count / rate_hz))
            position += count
        offset += len(chunk.audio_float_array)
    return tuple(timings)
