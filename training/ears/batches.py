# SPDX-License-Identifier: GPL-3.0-or-later
"""Training batches: clips joined into utterances, disturbed in the mel domain, with everything the losses need."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.ears.clips import SILENCE, Clip
from training.ears.mel import FRAME_SECONDS, FloatArray
from training.ears.model import ENCODER_POSITIONS
from training.ears.tokens import EarsTokenizer

IGNORED = -100
LONGEST_FRAMES = int(12.5 / FRAME_SECONDS)
_FLOOR = -10.0
# Batches come in few sizes, because the matrix kernels are compiled for each new one.
_POSITION_STEPS = (32, 40, 48, 56, 64, 72, 80, 96, 112, 128, 160, 192, 224, 256, 288, 352)
_TOKEN_STEPS = (16, 24, 32, 48, 64, 96, 128, 192)


@dataclass(frozen=True)
class Diet:
    """What a batch is made of."""

    kinds: dict[str, float]
    no_speech: float = 0.05
    several: float = 0.45
    disturbed: float = 0.6
    prompted: float = 0.05
    corrupted_tokens: float = 0.05
    batch_frames: int = 12_000


@dataclass(frozen=True)
class Batch:
    """Tensors of one step; spans are encoder positions at which each text token sounds."""

    features: Tensor
    content_positions: Tensor
    window_positions: Tensor
    tokens: Tensor
    labels: Tensor
    phonemes: Tensor
    span_starts: Tensor
    span_ends: Tensor
    utterances: int


@dataclass(frozen=True)
class _Shard:
    """Many clips in files that the system pages in as needed."""

    mel: NDArray[np.float16]
    phonemes: NDArray[np.uint8]
    starts: NDArray[np.int64]
    texts: list[str]
    words: list[list[float]]


class ClipStore:
    """Clips on disk by kind; new shards are found as they appear."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._seen: set[str] = set()
        self._shards: dict[str, list[_Shard]] = {}

    def refresh(self) -> None:
        """Look for new shards."""
        for path in sorted(self._directory.glob("*.json")):
            if path.name in self._seen:
                continue
            self._seen.add(path.name)
            index = json.loads(path.read_text(encoding="utf-8"))
            mel = np.load(path.with_suffix(".mel.npy"), mmap_mode="r")
            phonemes = np.load(path.with_suffix(".phonemes.npy"), mmap_mode="r")
            starts = np.concatenate([[0], np.cumsum(index["frames"])])
            shard = _Shard(mel, phonemes, starts, index["texts"], index["words"])
            self._shards.setdefault(path.name.partition("-")[0], []).append(shard)

    def counts(self) -> dict[str, int]:
        """Clips of each kind."""
        return {kind: sum(len(shard.texts) for shard in shards) for kind, shards in self._shards.items()}

    def draw(self, kind: str, chooser: random.Random) -> Clip:
        """One clip of a kind at random."""
        shard = chooser.choice(self._shards[kind])
        number = chooser.randrange(len(shard.texts))
        start, end = shard.starts[number], shard.starts[number + 1]
        words = np.asarray(shard.words[number], np.float32)
        return Clip(shard.texts[number], shard.mel[start:end], shard.phonemes[start:end], words)


def _padded_positions(frames: int) -> int:
    """Encoder positions of a batch: the content, and at least five columns that stand for the window's padding."""
    return next(positions for positions in _POSITION_STEPS if positions >= (frames + 1) // 2 + 5)


@dataclass
class _Utterance:
    """Clips on one time line."""

    frames: int
    clips: list[tuple[int, Clip]] = field(default_factory=list)
    start_frame: int = 0
    end_frame: int = 0


class BatchMaker:
    """Endless batches for a diet that may change between batches."""

    def __init__(self, store: ClipStore, tokenizer: EarsTokenizer, seed: int) -> None:
        self._store = store
        self._tokenizer = tokenizer
        self._random = random.Random(seed)
        self._generator = np.random.default_rng(seed)
        self._recent_texts = ["hello"]
        self._waiting: list[_Utterance] = []

    def batches(self, diet: Diet, utterances: int = 768) -> Iterator[Batch]:
        """About so many utterances, sorted by length into batches, the batches shuffled."""
        waiting = self._waiting + [self._utterance(diet) for _ in range(utterances)]
        waiting.sort(key=lambda item: item.frames)
        groups: list[list[_Utterance]] = []
        while waiting:
            size = max(4, diet.batch_frames // (2 * _padded_positions(waiting[-1].frames)))
            if len(waiting) < size:
                break
            groups.append(waiting[-size:])
            del waiting[-size:]
        self._waiting = waiting
        self._random.shuffle(groups)
        for group in groups:
            yield self._batch(group, diet)

    def _utterance(self, diet: Diet) -> _Utterance:
        chooser = self._random
        if chooser.random() < diet.no_speech:
            clip = self._store.draw("noise", chooser)
            return _Utterance(len(clip.log_power), [(0, clip)])
        available = self._store.counts()
        kinds = [kind for kind in diet.kinds if kind in available]
        kind = chooser.choices(kinds, [diet.kinds[kind] for kind in kinds])[0]
        first = chooser.choices([0, chooser.randint(0, 10), chooser.randint(5, 30)], [1, 2, 3])[0]
        wanted = 1 if chooser.random() > diet.several else chooser.choice([2, 2, 3, 4])
        utterance = _Utterance(first, start_frame=first)
        for _ in range(wanted):
            clip = self._store.draw(kind, chooser)
            if utterance.clips and utterance.frames + len(clip.log_power) + 60 > LONGEST_FRAMES:
                break
            if utterance.clips:
                utterance.frames += chooser.randint(2, 45)
            utterance.clips.append((utterance.frames, clip))
            utterance.frames += len(clip.log_power)
            utterance.end_frame = utterance.frames
        utterance.frames += chooser.choice([chooser.randint(0, 8), chooser.randint(5, 36)])
        return utterance

    def _batch(self, group: list[_Utterance], diet: Diet) -> Batch:
        chooser = self._random
        longest = max(item.frames for item in group)
        positions = _padded_positions(longest)
        log_power = np.full((len(group), 2 * positions, 80), _FLOOR, np.float32)
        phonemes = np.full((len(group), 2 * positions), IGNORED, np.int64)
        frames = np.array([item.frames for item in group])
        tokens: list[list[int]] = []
        labels: list[list[int]] = []
        spans: list[list[tuple[float, float]]] = []
        for row, item in enumerate(group):
            phonemes[row, : item.frames] = SILENCE
            for start, clip in item.clips:
                end = start + len(clip.log_power)
                log_power[row, start:end] = clip.log_power
                phonemes[row, start:end] = clip.phonemes
            row_tokens, row_labels, row_spans = self._tokens(item, diet)
            tokens.append(row_tokens)
            labels.append(row_labels)
            spans.append(row_spans)
        features = self._features(log_power, frames, group, diet)
        longest_tokens = max(map(len, tokens))
        width = next(step for step in _TOKEN_STEPS if step >= longest_tokens)
        token_rows = np.full((len(group), width), self._tokenizer.end, np.int64)
        label_rows = np.full((len(group), width), IGNORED, np.int64)
        span_rows = np.full((2, len(group), width), -1.0, np.float32)
        for row in range(len(group)):
            token_rows[row, : len(tokens[row])] = tokens[row]
            label_rows[row, : len(labels[row])] = labels[row]
            span_rows[:, row, : len(spans[row])] = np.asarray(spans[row], np.float32).T
        content = torch.from_numpy((frames + 1) // 2)
        window = torch.full((len(group),), ENCODER_POSITIONS)
        if chooser.random() < 0.4:  # a short window is encoded with little padding
            window = torch.minimum(window, content + 27 + (torch.rand(len(group)) ** 3 * ENCODER_POSITIONS).long())
        return Batch(
            torch.from_numpy(features),
            content,
            window,
            torch.from_numpy(token_rows),
            torch.from_numpy(label_rows),
            torch.from_numpy(np.ascontiguousarray(phonemes[:, ::2])),
            torch.from_numpy(span_rows[0] / 2),
            torch.from_numpy(span_rows[1] / 2),
            len(group),
        )

    def _tokens(self, item: _Utterance, diet: Diet) -> tuple[list[int], list[int], list[tuple[float, float]]]:
        """Decoder input, what it should answer, and the frames each answered text token spans (-1: none)."""
        chooser, tokenizer = self._random, self._tokenizer
        nowhere = (-1.0, -1.0)
        with_timestamps = chooser.random() < 0.35
        first = tokenizer.timestamp(min(1.0, round(item.start_frame * FRAME_SECONDS, 1)))
        opening = first if with_timestamps else tokenizer.no_timestamps
        prompt: list[int] = []
        if chooser.random() < diet.prompted:
            words = chooser.choice(self._recent_texts).split()
            prompt = [tokenizer.previous, *(token for word in words for token in tokenizer.word(word))][:60]
        ignored = [IGNORED] * len(prompt)
        if not item.clips[0][1].text:
            opening = tokenizer.timestamp(0.0) if with_timestamps else tokenizer.no_timestamps
            answer = [tokenizer.no_speech, tokenizer.end]
            return [*prompt, tokenizer.start, opening], [*ignored, *answer], [nowhere] * (len(prompt) + 2)
        text: list[int] = []
        text_spans: list[tuple[float, float]] = []
        for start, clip in item.clips:
            words = clip.text.split()
            known = len(clip.word_frames) == len(words) + 1
            edges = clip.word_frames if known else np.full(len(words) + 1, -np.inf)
            for word, word_start, word_end in zip(words, edges[:-1], edges[1:], strict=True):
                pieces = tokenizer.word(word)
                text += pieces
                if word_start < 0:
                    text_spans += [nowhere] * len(pieces)
                    continue
                places = start + np.linspace(word_start, word_end, len(pieces) + 1)
                text_spans += [(float(left), float(right)) for left, right in pairwise(places)]
        self._recent_texts.append(" ".join(clip.text for _, clip in item.clips))
        del self._recent_texts[:-200]
        closing = [tokenizer.timestamp(round(item.end_frame * FRAME_SECONDS, 1))] if with_timestamps else []
        answer = [first, *text, *closing, tokenizer.end]
        # a wrong piece now and then: the decoder must listen more than it guesses
        heard = [chooser.choice(text) if chooser.random() < diet.corrupted_tokens else token for token in text]
        given = [*prompt, tokenizer.start, opening, *heard, *closing]
        spans = [nowhere] * (len(prompt) + 1) + text_spans + [nowhere] * (len(closing) + 1)
        return given, [*ignored, *answer], spans

    def _features(
        self, log_power: FloatArray, frames: NDArray[np.int64], group: list[_Utterance], diet: Diet
    ) -> FloatArray:
        """Disturb the sound (filters, rooms, noise, level) and scale it as faster-whisper does."""
        generator, count = self._generator, len(group)
        columns = np.arange(log_power.shape[1])[None, :, None] < frames[:, None, None]
        speech = np.array([bool(item.clips[0][1].text) for item in group])
        disturbed = (generator.random(count) < diet.disturbed) & speech
        # a smooth curve over the bands: microphones, telephones, distance
        bands = np.linspace(0, 1, 80, dtype=np.float32)
        waves = np.sin(np.pi * np.arange(4)[:, None] * bands + generator.uniform(0, 6, (count, 4, 1)))
        curve = (generator.normal(0, 0.35, (count, 4, 1)) * waves).sum(1)
        narrowband = (generator.random(count) < 0.07)[:, None] & (bands > generator.uniform(0.68, 0.9))[None]
        curve = np.where(disturbed[:, None], curve - 3.0 * narrowband, 0).astype(np.float32)
        log_power += curve[:, None, :]
        power = 10.0**log_power
        room = np.flatnonzero(disturbed & (generator.random(count) < 0.35))
        for row in room:
            fade, amount = np.float32(generator.uniform(0.35, 0.85)), np.float32(10 ** generator.uniform(-2.0, -0.5))
            tail = np.zeros(80, np.float32)
            for frame in range(frames[row]):
                dry = power[row, frame].copy()
                power[row, frame] += amount * tail
                tail = tail * fade + dry
        loudness = np.log10(np.array([power[row, : frames[row]].mean() for row in range(count)]) + 1e-12)
        noisy = np.flatnonzero(speech & (generator.random(count) < np.where(disturbed, 0.75, 0.5)))
        for row in noisy:
            noise = self._noise(int(frames[row]))
            level = np.log10(noise.mean() + 1e-12)
            decibels = generator.uniform(5, 25) if generator.random() < 0.6 else generator.uniform(20, 50)
            if not disturbed[row]:  # the quiet of an ordinary room
                decibels = generator.uniform(35, 65)
            power[row, : frames[row]] += noise * np.float32(10 ** (loudness[row] - decibels / 10 - level))
        level = np.where(speech, generator.uniform(-3.5, 0.3, count), generator.uniform(-0.3, 0.3, count))
        level = np.where(generator.random(count) < 0.4, 0.0, level).astype(np.float32)
        log_power = np.log10(np.maximum(power * 10.0 ** level[:, None, None], 1e-10))
        loudest = np.where(columns, log_power, _FLOOR).max((1, 2), keepdims=True)
        features = (np.maximum(log_power, loudest - 8.0) + 4.0) / 4.0
        return np.where(columns, features, 0.0).astype(np.float32)

    def _noise(self, frames: int) -> FloatArray:
        """Power of some noise or of others talking."""
        chooser = self._random
        if chooser.random() < 0.2:
            others = "wide" if "wide" in self._store.counts() else "narrow"
            clips = [self._store.draw(others, chooser) for _ in range(4)]
        else:
            clips = [self._store.draw("noise", chooser)]
        power = np.zeros((frames, 80), np.float32)
        for clip in clips:
            power += np.resize(10.0 ** clip.log_power.astype(np.float32), (frames, 80))
        return power
