# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody says, with pauses at labelled places: spoken by starter voices, or cut from recordings of people."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, pairwise

import numpy as np

from benchmarks.measuring.spoken import LISTS, read_list, starter_voice
from desktop_app import bundle
from desktop_app.adapters.sound_files import read_recording
from desktop_app.domain.audio import FRAME_SAMPLES, LISTENING_RATE_HZ, PhonemeTiming, Samples
from desktop_app.domain.errors import VoiceError

DATA = bundle.ROOT.parent / "shared" / "data"
_PAUSES_SECONDS = (0.3, 0.7, 1.1)
_OTHER_PAUSES_SECONDS = (0.3, 0.5, 0.7, 0.9)
_LEAD_IN_SECONDS = 0.6
_SILENCE_AFTER_SECONDS = 3.0
_FADE_SAMPLES = 80
_ONSET_SECONDS = 0.2
"""Until then nobody can know that somebody goes on; a decision this soon after is still one about the pause."""
_OPEN_MARKS = (",", ";", ":", "…")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words without a pause in them; seconds in the scene they are part of."""

    words: str
    start_seconds: float
    end_seconds: float
    asks_for_more: bool
    """Whether the words themselves say that the sentence is not over."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What somebody says, with its pauses and its end."""

    name: str
    language: str
    samples: Samples
    pieces: tuple[Piece, ...]
    finished: bool
    """Whether the sentence is over at its end."""

    @property
    def end_seconds(self) -> float:
        return self.pieces[-1].end_seconds

    def unfinished_at(self, seconds: float) -> Piece | None:
        """The piece after which, or in the middle of which, it would be a mistake to answer then."""
        if seconds >= self.end_seconds:
            return None
        heard_seconds = seconds - _ONSET_SECONDS
        begun = [piece for piece in self.pieces if piece.start_seconds <= heard_seconds] or [self.pieces[0]]
        return begun[-1] if begun[-1].asks_for_more or seconds < begun[-1].end_seconds else None


@dataclass(frozen=True, slots=True)
class _Part:
    """Words in a recording; what is between two parts is left out."""

    words: str
    start_seconds: float
    end_seconds: float
    asks_for_more: bool


async def spoken_scenes(language: str, list_name: str, voices: Sequence[str]) -> AsyncIterator[Scene]:
    """Every sentence twice: with a pause of 1.1 s at its bar, and with a shorter one."""
    import soxr

    lengths = cycle(_OTHER_PAUSES_SECONDS)
    synthesizers = [starter_voice(voice) for voice in voices]
    try:
        for number, line in enumerate(read_list(list_name)):
            before, _, after = (part.strip() for part in line.partition("|"))
            synthesizer = synthesizers[number % len(synthesizers)]
            speech = await synthesizer.synthesize(f"{before} {after}")
            if speech is None:
                raise VoiceError("voice.nothing_to_say", f"“{synthesizer.name}” cannot say “{line}”.")
            sound = await speech.sound()
            samples = np.asarray(soxr.resample(sound.samples, sound.rate_hz, LISTENING_RATE_HZ), np.float32)
            beginning = await synthesizer.synthesize(before)  # voices join small words: it tells how many to count
            words_before = len(word_ends_seconds(beginning.phonemes)) + 1 if beginning else 0
            cut_seconds = word_ends_seconds(speech.phonemes)[words_before - 1]
            parts = [
                _Part(before, 0.0, cut_seconds, True),
                _Part(after, cut_seconds, _audible_end_seconds(samples), False),
            ]
            for pause_seconds in (1.1, next(lengths)):
                name = f"{synthesizer.name}, {pause_seconds} s: {line}"
                yield _scene(name, language, samples, parts, [pause_seconds], finished=True)
    finally:
        for synthesizer in synthesizers:
            await synthesizer.close()


def word_ends_seconds(phonemes: Sequence[PhonemeTiming]) -> list[float]:
    """Of all words but the last."""
    return [
        phoneme.start_seconds
        for earlier, phoneme in pairwise(phonemes)
        if phoneme.symbol == " " and earlier.symbol != " "
    ]


def recorded_scenes(*, bare: bool) -> Iterator[Scene]:
    """As recorded, and with its pauses made 0.3, 0.7 and 1.1 s long; bare: only where the words alone ask for more."""
    labels = tomllib.loads((LISTS / "endpoints.toml").read_text(encoding="utf-8"))
    for recording in labels["recording"]:
        file = DATA / recording["file"]
        if not file.is_file():
            continue
        samples, told = read_recording(file), recording["pieces"]
        starts = [recording.get("start", 0.0), *(piece["from"] for piece in told[:-1])]
        ends = [*(piece["until"] for piece in told[:-1]), recording["end"]]
        asking = [piece.get("open", False) or (not bare and piece["words"].endswith(_OPEN_MARKS)) for piece in told]
        parts = [
            _Part(piece["words"], start, end, asks)
            for piece, start, end, asks in zip(told, starts, ends, asking, strict=True)
        ]
        natural = [start - end for end, start in zip(ends, starts[1:], strict=False)]
        name, language, finished = recording["file"], recording["language"], recording["finished"]
        if any(natural):
            yield _scene(f"{name}, as recorded", language, samples, parts, natural, finished=finished)
        for pause_seconds in _PAUSES_SECONDS:
            pauses = [max(pause_seconds, gap) if asks else gap for asks, gap in zip(asking, natural, strict=False)]
            if any(asking[:-1]):
                yield _scene(f"{name}, {pause_seconds} s", language, samples, parts, pauses, finished=finished)


def _scene(
    name: str,
    language: str,
    samples: Samples,
    parts: Sequence[_Part],
    pauses_seconds: Sequence[float],
    *,
    finished: bool,
) -> Scene:
    """The parts one after the other with these pauses between, in the recording's own room; parts without a pause
    between them become one piece."""
    room = _Room(samples, len(name))
    sound, now = [room.silence(_LEAD_IN_SECONDS)], _LEAD_IN_SECONDS
    pieces: list[Piece] = []
    for part, pause in zip(parts, [0.0, *pauses_seconds], strict=True):
        now += pause
        ends = now + part.end_seconds - part.start_seconds
        if pause or not pieces:
            sound.append(room.silence(pause))
            pieces.append(Piece(part.words, now, ends, part.asks_for_more))
        else:
            last = pieces.pop()
            pieces.append(Piece(f"{last.words} {part.words}", last.start_seconds, ends, part.asks_for_more))
        piece = samples[round(part.start_seconds * LISTENING_RATE_HZ) : round(part.end_seconds * LISTENING_RATE_HZ)]
        sound.append(_faded(piece))
        now = ends
    sound.append(room.silence(_SILENCE_AFTER_SECONDS))
    return Scene(name, language, np.concatenate(sound), tuple(pieces), finished)


class _Room:
    """Noise as quiet as a recording's quietest moments."""

    def __init__(self, samples: Samples, seed: int) -> None:
        whole = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
        self._level = max(1e-4, float(np.percentile(np.sqrt(np.mean(whole**2, axis=1)), 3)))
        self._generator = np.random.default_rng(seed)

    def silence(self, seconds: float) -> Samples:
        return (self._level * self._generator.standard_normal(round(seconds * LISTENING_RATE_HZ))).astype(np.float32)


def _faded(piece: Samples) -> Samples:
    faded = piece.copy()
    count = min(_FADE_SAMPLES, len(faded) // 2)
    faded[len(faded) - count :] *= np.linspace(1.0, 0.0, count, dtype=np.float32)
    faded[:count] *= np.linspace(0.0, 1.0, count, dtype=np.float32)
    return faded


def _audible_end_seconds(samples: Samples) -> float:
    return float(np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())[-1]) / LISTENING_RATE_HZ
