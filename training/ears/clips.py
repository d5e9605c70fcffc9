# SPDX-License-Identifier: GPL-3.0-or-later
"""Spoken training clips: espeak-ng and the starter voices say sentences, with the frame at which each word begins."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.ears.mel import FRAME_SECONDS, HOP_SAMPLES, SAMPLE_RATE_HZ, FloatArray, log_mel_power
from training.ears.sentences import HELD_OUT_DIRECTORY, SentenceSource
from training.ears.vocabulary import normalize

SILENCE, OTHER = 0, 1
PHONEMES = "  " + "abdefhijklmnoprstuvwxzæçðŋɐɑɒɔəɚɛɜɡɪɫɬɹɾʃʊʌʒʔθᵻʲoɣχʍɕɸβœøyɯɨʉɵqcɟɲʎ"
PHONEME_COUNT = len(PHONEMES)
LONGEST_SECONDS = 9.0
UNSEEN_VOICES_FILE = HELD_OUT_DIRECTORY / "unseen_voices.txt"
_QUIET = 0.004

NARROW_VOICES = (("en-us", ""), ("en", ""), ("en-us", "f2"), ("en", "f3"), ("en-us", "m3"), ("en", "m1"))
ACCENTS = ("en-us",) * 6 + ("en",) * 4 + ("en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbclan", "en-029", "en-us-nyc")


@dataclass(frozen=True)
class Clip:
    """One utterance as the trainer wants it."""

    text: str
    log_power: FloatArray
    phonemes: NDArray[np.uint8]
    word_frames: NDArray[np.float32]


def unseen_voices() -> tuple[set[str], set[str]]:
    """Variants and accents that only tests hear."""
    lines = UNSEEN_VOICES_FILE.read_text(encoding="utf-8").splitlines()
    voices = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    variants = {voice.partition("+")[2] for voice in voices if "+" in voice}
    return variants, {voice for voice in voices if "+" not in voice}


def _frame_phonemes(starts_seconds: list[float], symbols: list[str], frames: int) -> NDArray[np.uint8]:
    """The phoneme that sounds in the middle of each frame; a phoneme of two letters is shared half and half."""
    points: list[float] = []
    labels: list[int] = []
    ends = [*starts_seconds[1:], frames * FRAME_SECONDS]
    for start, end, symbol in zip(starts_seconds, ends, symbols, strict=True):
        letters = [letter for letter in symbol if letter.isalpha() and letter not in "ːˈˌ"]
        codes = [max(OTHER, PHONEMES.find(letter)) for letter in letters] or [SILENCE]
        for part, code in enumerate(codes):
            points.append(start + (end - start) * part / len(codes))
            labels.append(code)
    if not points:
        return np.zeros(frames, np.uint8)
    middles = (np.arange(frames) + 0.5) * FRAME_SECONDS
    index = np.searchsorted(np.asarray(points), middles, side="right") - 1
    return np.where(index < 0, SILENCE, np.asarray(labels, np.uint8)[np.maximum(index, 0)]).astype(np.uint8)


def _word_frames(text: str, moments: list[tuple[int, float]], end_seconds: float) -> NDArray[np.float32]:
    """Frame at which each normalized word begins, and the end, from (character, seconds) moments; empty if unknown."""
    if not moments:
        return np.zeros(0, np.float32)
    characters, seconds = [0.0], [moments[0][1]]
    for character, moment in moments:
        if character > characters[-1]:
            characters.append(float(character))
            seconds.append(max(moment, seconds[-1]))
    characters.append(float(max(len(text), characters[-1] + 1)))
    seconds.append(max(end_seconds, seconds[-1]))
    positions: list[float] = []
    at = 0
    for raw in text.split():
        at = text.index(raw, at)
        parts = normalize(raw).split()
        positions += [at + len(raw) * index / len(parts) for index in range(len(parts))]
        at += len(raw)
    edges = np.interp([*positions, characters[-1]], characters, seconds)
    return (edges / FRAME_SECONDS).astype(np.float32)


def _finish(
    text: str, samples: FloatArray, rate_hz: int, phonemes: list[tuple[float, str]], moments: list[tuple[int, float]]
) -> Clip | None:
    """Trim the silence, resample and measure; None when there is no sound or too much."""
    import soxr

    loud = np.flatnonzero(np.abs(samples) > _QUIET)
    if not len(loud):
        return None
    first, last = max(0, loud[0] - rate_hz // 50), min(len(samples), loud[-1] + rate_hz // 25)
    offset, length_seconds = first / rate_hz, (last - first) / rate_hz
    if not 0.15 < length_seconds < LONGEST_SECONDS:
        return None
    wave = soxr.resample(samples[first:last], rate_hz, SAMPLE_RATE_HZ, quality="MQ").astype(np.float32)
    wave = wave[: len(wave) // HOP_SAMPLES * HOP_SAMPLES]
    log_power = log_mel_power(wave)
    starts = [max(0.0, seconds - offset) for seconds, _ in phonemes]
    labels = _frame_phonemes(starts, [symbol for _, symbol in phonemes], len(log_power))
    moved = [(character, max(0.0, seconds - offset)) for character, seconds in moments]
    return Clip(normalize(text), log_power.astype(np.float16), labels, _word_frames(text, moved, length_seconds))


def espeak_clips(source: SentenceSource, chooser: random.Random, narrow: bool) -> Iterator[Clip]:
    """Endless clips by espeak-ng: six plain voices, or every accent and variant that is not kept for the tests."""
    from training.espeak import Espeak, piper_data_directory

    espeak = Espeak()
    hidden_variants, hidden_accents = unseen_voices()
    every = sorted(path.name for path in (piper_data_directory() / "voices" / "!v").iterdir())
    variants = [name for name in every if name not in hidden_variants]
    accents = [accent for accent in ACCENTS if accent not in hidden_accents]
    while True:
        sentence = source.sentence()
        spoken = sentence if sentence[-1] in ".?!" else sentence + chooser.choice(["", ".", ".", "?", "!"])
        if narrow:
            accent, variant = chooser.choice(NARROW_VOICES)
            rate, pitch, pitch_range = chooser.randint(135, 185), chooser.randint(35, 65), 50
        else:
            accent = chooser.choice(accents)
            variant = "" if chooser.random() < 0.2 else chooser.choice(variants)
            rate, pitch, pitch_range = chooser.randint(120, 215), chooser.randint(20, 85), chooser.randint(20, 85)
            if chooser.random() < 0.3:
                rate, pitch, pitch_range = 175, 50, 50
        rendering = espeak.speak(spoken, accent, variant, rate_wpm=rate, pitch=pitch, pitch_range=pitch_range)
        rate_hz = rendering.sample_rate_hz
        clip = _finish(
            spoken,
            rendering.samples.astype(np.float32) / 32768,
            rate_hz,
            [(event.start_samples / rate_hz, event.ipa) for event in rendering.phonemes],
            [(event.text_position, event.start_samples / rate_hz) for event in rendering.words],
        )
        if clip is not None and clip.text:
            yield clip


def piper_clips(source: SentenceSource, chooser: random.Random, models: list[Path]) -> Iterator[Clip]:
    """Endless clips by Piper voices at many speaking rates."""
    from piper import PiperVoice, SynthesisConfig

    voices = [PiperVoice.load(model, include_alignments=True) for model in models]
    while True:
        voice: Any = chooser.choice(voices)
        sentence = source.sentence()
        spoken = sentence if sentence[-1] in ".?!" else sentence + chooser.choice(["", ".", ".", "?", "!"])
        config = SynthesisConfig(
            length_scale=chooser.choice([1.0, 1.0, chooser.uniform(0.75, 1.35)]),
            noise_scale=chooser.choice([0.667, chooser.uniform(0.2, 1.0)]),
            noise_w_scale=chooser.choice([0.3, 0.8, chooser.uniform(0.0, 1.0)]),
        )
        samples: list[FloatArray] = []
        phonemes: list[tuple[float, str]] = []
        word_starts: list[float] = []
        at_seconds = 0.0
        for chunk in voice.synthesize(spoken, config, include_alignments=True):
            new_word = True
            for alignment in chunk.phoneme_alignments or ():
                symbol = alignment.phoneme
                spaced = symbol in (" ", "^", "$", "_")
                phonemes.append((at_seconds, symbol))
                if spaced:
                    new_word = True
                elif new_word and symbol.isalpha():
                    word_starts.append(at_seconds)
                    new_word = False
                at_seconds += alignment.num_samples / chunk.sample_rate
            samples.append(chunk.audio_float_array)
        if not samples:
            continue
        words = spoken.split()
        moments: list[tuple[int, float]] = []
        if len(words) == len(word_starts):
            at = 0
            for word, seconds in zip(words, word_starts, strict=True):
                at = spoken.index(word, at)
                moments.append((at, seconds))
                at += len(word)
        clip = _finish(spoken, np.concatenate(samples), voice.config.sample_rate, phonemes, moments)
        if clip is not None and clip.text:
            yield clip


def write_shards(clips: Iterator[Clip], directory: Path, prefix: str, shards: int, clips_per_shard: int = 500) -> None:
    """Save clips, so many a shard; a shard appears only when it is whole."""
    directory.mkdir(parents=True, exist_ok=True)
    for number in range(shards):
        batch = [next(clips) for _ in range(clips_per_shard)]
        path = directory / f"{prefix}-{number:04d}"
        np.save(f"{path}.mel.npy", np.concatenate([clip.log_power for clip in batch]))
        np.save(f"{path}.phonemes.npy", np.concatenate([clip.phonemes for clip in batch]))
        frames = [len(clip.log_power) for clip in batch]
        index = {
            "frames": frames,
            "texts": [clip.text for clip in batch],
            "words": [[round(float(edge), 2) for edge in clip.word_frames] for clip in batch],
        }
        partial = Path(f"{path}.partial")
        partial.write_text(json.dumps(index), encoding="utf-8")
        partial.rename(f"{path}.json")
        print(f"{path.name}: {sum(frames) * FRAME_SECONDS / 60:.1f} minutes, {batch[0].text!r}", flush=True)


def main() -> None:
    """Make shards of one kind (see --help)."""
    import argparse

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("kind", choices=["narrow", "wide", "piper", "noise"])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shards", type=int, default=20)
    parser.add_argument("--voices", type=Path, nargs="*", default=[])
    arguments = parser.parse_args()
    prefix = f"{arguments.kind}-{arguments.seed}"
    source, chooser = SentenceSource(prefix), random.Random(prefix)
    clips: Iterator[Clip]
    if arguments.kind == "noise":
        from training.ears.noises import noise_clips

        clips = noise_clips(np.random.default_rng(arguments.seed))
    elif arguments.kind == "piper":
        clips = piper_clips(source, chooser, arguments.voices)
    else:
        clips = espeak_clips(source, chooser, narrow=arguments.kind == "narrow")
    write_shards(clips, arguments.directory, prefix, arguments.shards)


if __name__ == "__main__":
    main()
