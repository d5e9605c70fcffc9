# SPDX-License-Identifier: GPL-3.0-or-later
"""The teacher of the starter models: the espeak-ng inside piper-tts, with sample-exact phoneme and word events.

piper-tts carries espeak-ng in its extension module and exports the whole C interface, so no system espeak is
needed and the phonemes are the very ones Piper will use. There is ONE espeak-ng per process and `PiperVoice`
re-initializes it: render here, speak with `PiperVoice` in another process. espeak's flutter and noise run on
from one rendering to the next: the same calls in the same order give the same sound, one text alone need not.
"""

from __future__ import annotations

import ctypes
import re
import shutil
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

_SYNCHRONOUS = 1  # AUDIO_OUTPUT_RETRIEVAL + callback before espeak_Synth returns
_PHONEME_EVENTS_IN_IPA = 0x0003
_UTF8 = 1
_POSITION_CHARACTER = 1
_EVENT_END, _EVENT_WORD, _EVENT_PHONEME = 0, 1, 7
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4


class _EventId(ctypes.Union):
    _fields_: ClassVar = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_: ClassVar = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True, slots=True)
class PhonemeEvent:
    """A phoneme begins: its IPA (with stress marks; "" is a pause) and where."""

    start_samples: int
    ipa: str


@dataclass(frozen=True, slots=True)
class WordEvent:
    """A word begins: the text it was read from (one spoken word may be a whole number) and where."""

    start_samples: int
    text_position: int
    text: str


@dataclass(frozen=True, slots=True)
class Rendering:
    """What the teacher said: sound with the moments at which its phonemes and words begin."""

    samples: NDArray[np.int16]
    sample_rate_hz: int
    phonemes: tuple[PhonemeEvent, ...]
    words: tuple[WordEvent, ...]


def piper_data_directory() -> Path:
    """The espeak-ng-data folder inside the installed piper-tts."""
    import piper

    return Path(piper.__file__).parent / "espeak-ng-data"


def extended_data_directory(target: Path, variants: Mapping[str, str]) -> Path:
    """Copy piper's espeak-ng-data to `target` and add voice variants (name → file text) of our own."""
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(piper_data_directory(), target)
    for name, text in variants.items():
        (target / "voices" / "!v" / name).write_text(text, encoding="utf-8")
    return target


class Espeak:
    """espeak-ng as a function from text to sound with events; make one per process."""

    def __init__(self, data_directory: Path | None = None) -> None:
        from piper import espeakbridge

        self._bridge: ModuleType = espeakbridge
        self._library = ctypes.CDLL(str(espeakbridge.__file__))
        self._blocks: list[NDArray[np.int16]] = []
        self._phonemes: list[PhonemeEvent] = []
        self._words: list[tuple[int, int, int]] = []
        self._callback = _Callback(self._receive)  # kept: the library holds only a pointer to it
        directory = data_directory or piper_data_directory()
        rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, str(directory).encode(), _PHONEME_EVENTS_IN_IPA)
        if rate <= 0:
            raise RuntimeError(f"espeak-ng could not be initialized with {directory}")
        self._library.espeak_SetSynthCallback(self._callback)
        self.sample_rate_hz = int(rate)

    def _receive(self, wave: object, count: int, events: object) -> int:
        if wave and count > 0:
            self._blocks.append(np.ctypeslib.as_array(wave, (count,)).astype(np.int16))
        index = 0
        while (event := events[index]).type != _EVENT_END:  # type: ignore[index]
            if event.type == _EVENT_PHONEME:
                ipa = event.id.string.decode("utf-8", "ignore")
                self._phonemes.append(PhonemeEvent(event.sample, ipa))
            elif event.type == _EVENT_WORD:
                self._words.append((event.sample, event.text_position, event.length))
            index += 1
        return 0

    def _select(self, voice: str) -> None:
        # every time, even for the same voice: this also resets the parameters to the voice's own
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice!r}")

    def speak(
        self,
        text: str,
        voice: str = "en-us",
        variant: str = "",
        *,
        rate_wpm: int = 165,
        pitch: int = 50,
        pitch_range: int = 50,
        volume: int = 100,
    ) -> Rendering:
        """Render `text` in a language ("en-us", "en-gb-x-rp", "fr" …) with a variant ("f2", or one of your own)."""
        self._select(f"{voice}+{variant}" if variant else voice)
        for parameter, value in ((_RATE, rate_wpm), (_VOLUME, volume), (_PITCH, pitch), (_RANGE, pitch_range)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._blocks, self._phonemes, self._words = [], [], []
        encoded = text.encode("utf-8") + b"\0"
        self._library.espeak_Synth(encoded, len(encoded), 0, _POSITION_CHARACTER, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        samples = np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.int16)
        words = tuple(
            WordEvent(start, position - 1, text[position - 1 : position - 1 + length])
            for start, position, length in self._words
        )
        return Rendering(samples, self.sample_rate_hz, tuple(self._phonemes), words)

    def piper_phonemes(self, text: str, voice: str = "en-us") -> list[list[str]]:
        """The phonemes Piper feeds its voices for `text`, one list per sentence (same rules as piper-tts)."""
        self._bridge.set_voice(voice)
        sentences: list[list[str]] = []
        current: list[str] = []
        for phonemes, terminator, ends_sentence in self._bridge.get_phonemes(text):
            spoken = re.sub(r"\([^)]+\)", "", phonemes) + terminator  # language switches are marks, not sound
            if terminator in (",", ":", ";"):
                spoken += " "
            current.extend(unicodedata.normalize("NFD", spoken))
            if ends_sentence:
                sentences.append(current)
                current = []
        if current:
            sentences.append(current)
        return sentences
