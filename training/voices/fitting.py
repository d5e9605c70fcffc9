# SPDX-License-Identifier: GPL-3.0-or-later
"""Training of the voice network: a fixed number of steps from a fixed seed, with checkpoints it can go on from."""

from __future__ import annotations

import math
import random
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.voices import corpus
from training.voices.acoustics import FEATURES, NOISE_BANDS, VOICED_BANDS
from training.voices.corpus import Utterance
from training.voices.network import POSITION_FEATURES, VoiceNetwork, position_features
from training.voices.sentences import LANGUAGES
from training.voices.speakers import REFERENCE_RATE_WPM

SEED = 20261
BATCH_UTTERANCES = 8
LEARNING_RATE = 2.5e-3
WARM_UP_STEPS = 100
LONGEST_FRAMES = 1000
HELD_OUT_UTTERANCES = 48


class Batch(NamedTuple):
    ids: Tensor
    mask: Tensor
    speaker: Tensor
    language: Tensor
    pace: Tensor
    duration: Tensor
    index: Tensor
    position: Tensor
    frame_mask: Tensor
    features: Tensor
    is_voiced: Tensor


def pace_of(rate_wpm: float) -> float:
    """A speaking rate as the network is told it."""
    return math.log(REFERENCE_RATE_WPM / rate_wpm)


def batch_of(utterances: list[Utterance], network: VoiceNetwork) -> Batch:
    """Pad utterances to one another; features normalized by the speaker's mean."""
    count = len(utterances)
    ids_length = max(len(u.ids) for u in utterances)
    frames_length = max(int(u.frames_per_id.sum()) for u in utterances)
    ids = torch.zeros(count, ids_length, dtype=torch.long)
    mask = torch.zeros(count, ids_length, 1)
    duration = torch.zeros(count, ids_length)
    index = torch.zeros(count, frames_length, dtype=torch.long)
    position = torch.zeros(count, frames_length, POSITION_FEATURES)
    frame_mask = torch.zeros(count, frames_length, 1)
    features = torch.zeros(count, frames_length * 2, FEATURES)
    is_voiced = torch.zeros(count, frames_length * 2)
    speaker = torch.tensor([u.speaker for u in utterances])
    for row, u in enumerate(utterances):
        n = len(u.ids)
        per_id = torch.from_numpy(u.frames_per_id)
        frames = int(per_id.sum())
        ids[row, :n] = torch.from_numpy(u.ids.astype(np.int64))
        mask[row, :n] = 1.0
        duration[row, :n] = torch.from_numpy(u.samples_per_id / 256.0)
        which = torch.repeat_interleave(torch.arange(n), per_id)
        index[row, :frames] = which
        start = (torch.cumsum(per_id, 0) - per_id).float()
        position[row, :frames] = position_features(torch.arange(frames).float(), start[which], per_id.float()[which])
        frame_mask[row, :frames] = 1.0
        own = torch.from_numpy(u.features.astype(np.float32))
        features[row, : 2 * frames] = (own - network.mean[u.speaker]) / network.deviation
        is_voiced[row, : 2 * frames] = torch.from_numpy(u.is_voiced.astype(np.float32))
    language = torch.tensor([LANGUAGES.index(u.language) for u in utterances])
    pace = torch.tensor([pace_of(u.rate_wpm) for u in utterances])
    return Batch(ids, mask, speaker, language, pace, duration, index, position, frame_mask, features, is_voiced)


def losses(network: VoiceNetwork, batch: Batch, *, mixed_precision: bool) -> tuple[Tensor, list[float]]:
    """The training loss and its parts: voiced bands, noise bands, pitch, duration (all on normalized scales)."""
    with torch.autocast("cpu", torch.bfloat16, enabled=mixed_precision):
        encoded = network.encode(batch.ids, batch.mask, batch.speaker, batch.language, batch.pace)
        predicted_duration = network.durations(encoded)
        predicted = network.decode(encoded, batch.index, batch.position, batch.frame_mask)
    duration = functional.smooth_l1_loss(
        predicted_duration.float() * batch.mask[..., 0], batch.duration, beta=0.5, reduction="sum"
    )
    duration = duration / batch.mask.sum()
    keep = batch.frame_mask.repeat_interleave(2, 1)
    error = (predicted.float() - batch.features).abs() * keep
    subframes = keep.sum()
    voiced = error[..., :VOICED_BANDS].sum() / subframes / VOICED_BANDS
    noise = error[..., VOICED_BANDS : VOICED_BANDS + NOISE_BANDS].sum() / subframes / NOISE_BANDS
    pitch = (error[..., -1] * batch.is_voiced).sum() / (batch.is_voiced.sum() + 1.0)
    total = voiced + 0.6 * noise + 0.4 * pitch + 0.4 * duration
    return total, [voiced.item(), noise.item(), pitch.item(), duration.item()]


def set_normalization(network: VoiceNetwork, utterances: list[Utterance]) -> None:
    """Means per speaker; one deviation for all voiced bands, one for all noise bands, one for the pitch."""
    for speaker in range(network.mean.shape[0]):
        own = [u for u in utterances if u.speaker == speaker]
        stacked = np.concatenate([u.features.astype(np.float32) for u in own])
        mean = stacked.mean(0)
        mean[-1] = np.concatenate([u.features[u.is_voiced, -1].astype(np.float32) for u in own]).mean()
        network.mean[speaker] = torch.from_numpy(mean)
        deviation = stacked.std(0)
        spread = [deviation[:VOICED_BANDS].mean()] * VOICED_BANDS + [deviation[VOICED_BANDS:-1].mean()] * NOISE_BANDS
        if speaker == 0:
            network.deviation[:] = torch.tensor([*spread, deviation[-1]])


def split(utterances: list[Utterance]) -> tuple[list[Utterance], list[Utterance]]:
    """Training and held-out utterances (for the validation loss only; the benchmarks have their own lists)."""
    short = [u for u in utterances if u.frames_per_id.sum() < LONGEST_FRAMES]
    held_out = min(HELD_OUT_UTTERANCES, len(short) // 5)
    return short[held_out:], short[:held_out]


def batches(utterances: list[Utterance], rng: random.Random) -> list[list[Utterance]]:
    """One epoch: neighbors in length together, batches in random order."""
    order = sorted(utterances, key=lambda u: len(u.features) + rng.random() * 60)
    groups = [order[i : i + BATCH_UTTERANCES] for i in range(0, len(order), BATCH_UTTERANCES)]
    rng.shuffle(groups)
    return groups


def fit(work: Path, steps: int) -> Path:
    """Train on `work/corpus.pickle` to `work/voices.pt`; goes on from `work/checkpoint.pt` if that is there."""
    torch.manual_seed(SEED)
    training, held_out = split(corpus.load(work / "corpus.pickle"))
    network = VoiceNetwork()
    set_normalization(network, training)
    average = {name: value.clone() for name, value in network.state_dict().items()}
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    rng = random.Random(SEED)
    step, checkpoint_path = 0, work / "checkpoint.pt"
    if checkpoint_path.exists():
        saved = torch.load(checkpoint_path, weights_only=False)
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
        average, step = saved["average"], saved["step"]
        rng.setstate(saved["rng"])
        torch.set_rng_state(saved["torch_rng"])
        print(f"going on from step {step}", flush=True)
    weights = sum(p.numel() for p in network.parameters())
    print(f"{len(training)} utterances to learn, {len(held_out)} held out, {weights} weights", flush=True)
    started, recent = time.process_time(), []
    while step < steps:
        for group in batches(training, rng):
            progress = step / steps
            rate = LEARNING_RATE * min(1.0, (step + 1) / WARM_UP_STEPS)
            rate *= 0.5 * (1 + math.cos(math.pi * progress)) * 0.99 + 0.01
            for parameter_group in optimizer.param_groups:
                parameter_group["lr"] = rate
            loss, parts = losses(network, batch_of(group, network), mixed_precision=True)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            step += 1
            recent.append(parts)
            keep = min(0.997, step / (step + 20))
            for name, value in network.state_dict().items():
                average[name].lerp_(value, 1 - keep)
            if step % 50 == 0:
                parts_text = " ".join(f"{x:.4f}" for x in np.mean(recent, 0))
                print(f"step {step} cpu {time.process_time() - started:.0f} s loss {parts_text}", flush=True)
                recent = []
            if step >= steps:
                break
        # between epochs, so that going on sees the same batches as never having stopped
        torch.save(
            {
                "network": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "average": average,
                "step": step,
                "rng": rng.getstate(),
                "torch_rng": torch.get_rng_state(),
            },
            checkpoint_path,
        )
    network.load_state_dict(average)
    network.eval()
    with torch.no_grad():
        held_out_losses = np.mean(
            [losses(network, batch_of([u], network), mixed_precision=False)[1] for u in held_out], 0
        )
    print("held-out loss " + " ".join(f"{x:.4f}" for x in held_out_losses), flush=True)
    path = work / "voices.pt"
    torch.save({"network": average, "steps": step, "held_out_loss": held_out_losses.tolist()}, path)
    return path
