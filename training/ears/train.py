# SPDX-License-Identifier: GPL-3.0-or-later
"""Teach the starter ears on one processor core until a given time, resuming where they were."""

from __future__ import annotations

import argparse
import math
import signal
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from training.ears.batches import IGNORED, Batch, BatchMaker, ClipStore, Diet
from training.ears.clips import PHONEME_COUNT
from training.ears.model import EarsShape, StarterEars
from training.ears.tokens import EarsTokenizer

PEAK_LEARNING_RATE = 1.5e-3
WARM_UP_STEPS = 300
AVERAGE_DECAY = 0.95
AVERAGE_EVERY_STEPS = 10
CHECKPOINT_SECONDS = 180.0
LOG_SECONDS = 30.0


def diet_at(progress: float) -> Diet:
    """Few clean voices first, every voice and disturbance later, the starter voices for a large part."""
    if progress < 0.24:
        return Diet({"narrow": 1.0}, 0.02, several=0.0, disturbed=0.0, corrupted_tokens=0.0, batch_frames=4_000)
    if progress < 0.5:
        kinds = {"narrow": 0.4, "wide": 0.25, "piper": 0.35}
        return Diet(kinds, 0.03, several=0.1, disturbed=0.15, corrupted_tokens=0.0, batch_frames=5_000)
    no_speech = 0.05 if progress < 0.88 else 0.15  # at the end, learn to be silent about music and machines
    kinds = {"narrow": 0.1, "wide": 0.42, "piper": 0.48}
    return Diet(kinds, no_speech, several=0.45, disturbed=0.35, batch_frames=8_000)


def losses(model: StarterEars, batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Next tokens, phonemes of the frames, attention where the words are; and the share of right tokens."""
    memory, bias = model.encode(batch.features, batch.content_positions, batch.window_positions)
    logits, looked_at = model.decode(batch.tokens, memory, bias)
    tokens = F.cross_entropy(
        logits.float().flatten(0, 1), batch.labels.flatten(), ignore_index=IGNORED, label_smoothing=0.03
    )
    heard = model.phoneme_head(memory).float().flatten(0, 1)
    phonemes = F.cross_entropy(heard, batch.phonemes.flatten(), ignore_index=IGNORED)
    located = batch.span_starts >= 0
    if not located.any():
        return tokens, phonemes, tokens.new_zeros(()), tokens.new_zeros(())
    # the last layer looks where the next piece of a word sounds, the layer before it where the given one sounded
    attention = _elsewhere(looked_at[-1], batch.span_starts, batch.span_ends)
    given_starts, given_ends = batch.span_starts.roll(1, 1), batch.span_ends.roll(1, 1)
    attention = attention + 0.5 * _elsewhere(looked_at[-2], given_starts, given_ends)
    right = (logits[located].argmax(-1) == batch.labels[located]).float().mean()
    return tokens, phonemes, attention, right


def _elsewhere(weights: Tensor, starts: Tensor, ends: Tensor) -> Tensor:
    """How little two heads look at the spans, as a loss."""
    columns = torch.arange(weights.shape[-1])
    inside = (columns >= starts[..., None] - 2) & (columns <= ends[..., None] + 2)
    seen = (weights[:, :2].float().mean(1) * inside).sum(-1)
    return -(seen[starts >= 0] + 1e-3).log().mean()


class Trainer:
    """Model, optimizer and averaged weights, with their place in the planned time."""

    def __init__(self, tokenizer: EarsTokenizer, checkpoint: Path, shape: EarsShape) -> None:
        self.checkpoint = checkpoint
        self.model = StarterEars(shape)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=PEAK_LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01, fused=True
        )
        self.step = 0
        self.utterances = 0
        self.spent_seconds = 0.0
        if checkpoint.exists():
            state: dict[str, Any] = torch.load(checkpoint, weights_only=True)
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.utterances = state["step"], state["utterances"]
            self.spent_seconds = state["spent_seconds"]
            average = state["average"]
        else:
            average = self.model.state_dict()
        self.average = {name: value.detach().clone() for name, value in average.items()}

    def save(self) -> None:
        """Write the checkpoint whole or not at all."""
        state = {
            "shape": asdict(self.model.shape),
            "model": self.model.state_dict(),
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "utterances": self.utterances,
            "spent_seconds": self.spent_seconds,
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.checkpoint)

    def learn(self, batch: Batch, progress: float) -> tuple[float, float, float, float]:
        """One step."""
        rate = PEAK_LEARNING_RATE * min(1.0, (self.step + 1) / WARM_UP_STEPS)
        rate *= 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        with torch.autocast("cpu", torch.bfloat16):
            tokens, phonemes, attention, right = losses(self.model, batch)
        guidance = 1.0 if progress < 0.5 else 0.4
        loss = tokens + (0.5 if progress < 0.5 else 0.3) * phonemes + guidance * attention
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        self.utterances += batch.utterances
        if self.step % AVERAGE_EVERY_STEPS == 0:
            # young averages follow quickly
            decay = min(AVERAGE_DECAY, self.step / (self.step + 10 * AVERAGE_EVERY_STEPS))
            for name, value in self.model.state_dict().items():
                self.average[name].lerp_(value, 1 - decay)
        return tokens.item(), phonemes.item(), attention.item(), right.item()


def train(shards: Path, merges: Path, checkpoint: Path, minutes: float, shape: dict[str, int], seed: int = 1) -> None:
    """Learn for so many minutes in all, earlier runs of the same checkpoint counted in."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    tokenizer = EarsTokenizer(merges)
    trainer = Trainer(tokenizer, checkpoint, EarsShape(len(tokenizer.vocabulary), PHONEME_COUNT, **shape))
    store = ClipStore(shards)
    maker = BatchMaker(store, tokenizer, seed + trainer.step)
    begun = time.monotonic() - trainer.spent_seconds
    logged = saved = time.monotonic()
    history: list[tuple[float, float, float, float]] = []
    making_seconds, last_utterances = 0.0, trainer.utterances
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: stopped.append(number))  # a resumable stop
    while trainer.spent_seconds < minutes * 60 and not stopped:
        store.refresh()
        made = time.monotonic()
        for batch in maker.batches(diet_at(trainer.spent_seconds / (minutes * 60))):
            making_seconds += time.monotonic() - made
            history.append(trainer.learn(batch, trainer.spent_seconds / (minutes * 60)))
            made = time.monotonic()
            trainer.spent_seconds = made - begun
            if made - logged > LOG_SECONDS:
                means = [sum(values) / len(history) for values in zip(*history, strict=True)]
                rate = (trainer.utterances - last_utterances) / (made - logged)
                print(
                    f"{trainer.spent_seconds / 60:.1f} min step {trainer.step} utterances {trainer.utterances} "
                    f"({rate:.0f}/s, {making_seconds / (made - logged):.0%} making) tokens {means[0]:.3f} "
                    f"phonemes {means[1]:.3f} attention {means[2]:.3f} right {means[3]:.3f} {store.counts()}",
                    flush=True,
                )
                history, logged, making_seconds, last_utterances = [], made, 0.0, trainer.utterances
            if made - saved > CHECKPOINT_SECONDS:
                trainer.save()
                saved = made
            if trainer.spent_seconds >= minutes * 60 or stopped:
                break
    trainer.save()


def main() -> None:
    """Train (see --help)."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--encoder-layers", type=int, default=6)
    parser.add_argument("--decoder-layers", type=int, default=3)
    arguments = parser.parse_args()
    shape = {
        "width": arguments.width,
        "encoder_layers": arguments.encoder_layers,
        "decoder_layers": arguments.decoder_layers,
    }
    work: Path = arguments.work
    train(work / "shards", work / "merges.txt", work / "checkpoint.pt", arguments.minutes, shape)


if __name__ == "__main__":
    main()
