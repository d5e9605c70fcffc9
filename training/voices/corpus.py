# SPDX-License-Identifier: GPL-3.0-or-later
"""The training corpus: every sentence rendered by the teacher, aligned to Piper's phoneme ids, turned into features."""

from __future__ import annotations

import pickle
import random
import re
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.espeak import Espeak, PhonemeEvent, extended_data_directory
from training.voices import acoustics, sentences
from training.voices.speakers import ESPEAK_VOICE, RATES_WPM, SPEAKERS, Speaker

PAUSE_MARKS = frozenset(' ,.:;?!()"-')
STRESS_MARKS = "ˈˌ"
LENGTH_MARK = "ː"
CLOSING_PAUSE_FRAMES = 14  # 0.16 s of silence after each sentence, carried by Piper's end mark
SEED = 20260


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence to learn from."""

    text: str
    language: str
    speaker: int
    rate_wpm: int
    ids: NDArray[np.int16]
    samples_per_id: NDArray[np.float32]
    features: NDArray[np.float16]
    is_voiced: NDArray[np.bool_]

    @property
    def frames_per_id(self) -> NDArray[np.int64]:
        """Durations on the frame grid, rounded so that their sum is the length."""
        ends = np.round(np.cumsum(self.samples_per_id) / acoustics.HOP_SAMPLES).astype(np.int64)
        return np.diff(ends, prepend=0)


class UnusableError(Exception):
    """This sentence cannot be aligned (the reason is its message); the corpus goes on without it."""


def aligned(
    phonemes: list[str], events: tuple[PhonemeEvent, ...], total_samples: int
) -> tuple[int, NDArray[np.float64]]:
    """Silence before the first phoneme and samples per Piper phoneme; a pause belongs to the mark that asks for it."""
    starts = np.array([event.start_samples for event in events] + [total_samples])
    lengths = np.maximum(0, np.diff(starts)).astype(np.float64)
    for index in range(1, len(events)):  # a phoneme without time of its own shares its predecessor's
        if lengths[index] == 0 and events[index].ipa and events[index - 1].ipa:
            lengths[index] = 0.4 * lengths[index - 1]
            lengths[index - 1] -= lengths[index]
    samples = np.zeros(len(phonemes))
    position = 0

    def skip_silent_marks(position: int) -> int:
        """Over pauses, and over a length mark that the events leave out: it shares the time of its vowel."""
        while position < len(phonemes) and (phonemes[position] in PAUSE_MARKS or phonemes[position] == LENGTH_MARK):
            if phonemes[position] == LENGTH_MARK:
                samples[position - 1 : position + 1] = samples[position - 1] / 2
            position += 1
        return position

    for event, length in zip(events, lengths, strict=True):
        spoken = re.sub(r"\([^)]+\)", "", event.ipa)  # without marks of a change of language
        if not spoken:
            pauses_here = position < len(phonemes) and phonemes[position] in PAUSE_MARKS - {" "}
            samples[position if pauses_here else max(0, position - 1)] += length
            continue
        position = skip_silent_marks(position)
        sounding = []
        for symbol in unicodedata.normalize("NFD", spoken):
            while position < len(phonemes) and phonemes[position] == " ":
                position += 1
            if symbol in STRESS_MARKS and (position >= len(phonemes) or phonemes[position] not in STRESS_MARKS):
                continue  # stressed for the melody alone ("…, is it?"): Piper's phonemes do not show it
            if symbol in STRESS_MARKS:
                position += 1
                continue
            if position >= len(phonemes) or phonemes[position] != symbol:
                raise UnusableError("events and phonemes differ")
            if not unicodedata.combining(symbol):
                sounding.append(position)
            position += 1
        if not sounding:
            raise UnusableError("a phoneme of marks only")
        samples[sounding] += length / len(sounding)
    if skip_silent_marks(position) != len(phonemes):
        raise UnusableError("phonemes without events")
    return int(starts[0]), samples


def utterance(espeak: Espeak, text: str, language: str, speaker: Speaker, rate_wpm: int) -> Utterance:
    """Render, align and analyze one sentence."""
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    voice = ESPEAK_VOICE[language]
    split = espeak.piper_phonemes(text, voice)
    if len(split) != 1:
        raise UnusableError("not one sentence")
    phonemes = split[0]
    voiced = espeak.speak(text, voice, f"{speaker.name}v", rate_wpm=rate_wpm)
    noise = espeak.speak(text, voice, f"{speaker.name}n", rate_wpm=rate_wpm)
    if len(voiced.samples) != len(noise.samples):
        raise UnusableError("parts differ in length")
    if any(phoneme not in DEFAULT_PHONEME_ID_MAP for phoneme in phonemes):
        raise UnusableError("a phoneme Piper has no id for")
    lead, per_phoneme = aligned(phonemes, voiced.phonemes, len(voiced.samples))

    ids, samples = [1, 0], [float(lead), 0.0]  # begin mark, pad
    for phoneme, length in zip(phonemes, per_phoneme, strict=True):
        codes = DEFAULT_PHONEME_ID_MAP[phoneme]
        ids += [*codes, 0]
        samples += [float(length)] + [0.0] * len(codes)
    ids.append(2)
    samples.append(float(acoustics.HOP_SAMPLES * CLOSING_PAUSE_FRAMES))
    frames = round(sum(samples) / acoustics.HOP_SAMPLES)

    def padded(part: NDArray[np.int16]) -> NDArray[np.float64]:
        return np.pad(part / 32768.0, (0, acoustics.HOP_SAMPLES * (CLOSING_PAUSE_FRAMES + 2)))[
            : frames * acoustics.HOP_SAMPLES
        ]

    result = acoustics.analyzed(
        padded(voiced.samples), padded(noise.samples), frames, speaker.f0_floor_hz, speaker.f0_ceiling_hz
    )
    if result is None:
        raise UnusableError("no pitch")
    features, is_voiced = result
    return Utterance(
        text,
        language,
        speaker.index,
        rate_wpm,
        np.array(ids, np.int16),
        np.array(samples, np.float32),
        features.astype(np.float16),
        is_voiced,
    )


def plan(count_per_language: int | None = None) -> list[tuple[str, str, Speaker, int]]:
    """Who says what how fast: speakers in turn, rates by lot, languages mixed; the same every time."""
    rng = random.Random(SEED)
    jobs = []
    for language in sentences.LANGUAGES:
        texts = sentences.committed(language)
        sentences.refuse_held_out(texts, sentences.held_out())
        for index, text in enumerate(texts[:count_per_language]):
            jobs.append((text, language, SPEAKERS[index % len(SPEAKERS)], rng.choice(RATES_WPM)))
    rng.shuffle(jobs)
    return jobs


def load(path: Path) -> list[Utterance]:
    """The corpus written by `build`."""
    with path.open("rb") as file:
        return list(pickle.load(file))


def build(work: Path, count_per_language: int | None = None) -> Path:
    """Render the whole corpus into `work/corpus.pickle`."""
    work.mkdir(parents=True, exist_ok=True)
    variants = {name: text for speaker in SPEAKERS for name, text in speaker.variants().items()}
    espeak = Espeak(extended_data_directory(work / "espeak-ng-data", variants))
    skipped: Counter[str] = Counter()
    corpus: list[Utterance] = []
    started = time.monotonic()
    jobs = plan(count_per_language)
    for number, (text, language, speaker, rate_wpm) in enumerate(jobs, 1):
        try:
            corpus.append(utterance(espeak, text, language, speaker, rate_wpm))
        except UnusableError as reason:
            skipped[f"{language}: {reason}"] += 1
            if skipped[f"{language}: {reason}"] <= 2:
                print(f"skipped ({reason}): {text}", flush=True)
        if number % 200 == 0:
            print(f"{number}/{len(jobs)} sentences, {time.monotonic() - started:.0f} s", flush=True)
    path = work / "corpus.pickle"
    with path.open("wb") as file:
        pickle.dump(corpus, file, protocol=5)
    minutes = sum(len(u.features) for u in corpus) * acoustics.SUBFRAME_SAMPLES / acoustics.SAMPLE_RATE_HZ / 60
    print(f"{len(corpus)} utterances, {minutes:.1f} minutes; skipped {dict(skipped)}", flush=True)
    return path
