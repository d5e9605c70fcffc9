# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of the starter voices: phoneme ids → durations → spectra and pitch, 1.4 million weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.voices.acoustics import FEATURES

CHANNELS = 160
ENCODER_DILATIONS = (1, 2, 4, 8, 16, 2, 1)
DECODER_DILATIONS = (1, 2, 4, 8, 2, 1)
IDS = 256  # Piper's phoneme id space
PRIMARY_STRESS_ID, SPACE_ID = 120, 3
CLAUSE_END_IDS = (10, 13, 4, 8, 12, 11)  # . ? ! , ; :
CLAUSE_FEATURES = 20
POSITION_FEATURES = 6


class Block(nn.Module):
    """Residual block: norm, dilated convolution over three places, nonlinearity, mixing.

    The convolution is written as one matrix product of three shifted copies: on processors with matrix units
    it runs three times faster than a convolution, and exports to plain ONNX.
    """

    def __init__(self, channels: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.dilation = dilation
        self.norm = nn.LayerNorm(channels)
        self.context = nn.Linear(3 * channels, channels)
        self.mix = nn.Linear(channels, channels)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        d = self.dilation
        padded = functional.pad(self.norm(x) * mask, (0, 0, d, d))
        around = torch.cat([padded[:, : -2 * d], padded[:, d:-d], padded[:, 2 * d :]], -1)
        return x + self.mix(self.dropout(functional.relu(self.context(around))))


def clause_features(ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Where each id stands in its clause (stresses, words, ids before and after), and how that clause ends.

    espeak's melody is laid over the stresses of a clause by its closing mark, far beyond what convolutions see.
    Returns [B, T, CLAUSE_FEATURES] and the one-hot kind of the end [B, T, kinds].
    """
    kinds = torch.stack([(ids == mark).float() for mark in CLAUSE_END_IDS], -1) * mask
    is_end = kinds.sum(-1)
    ends_before = torch.cumsum(is_end, 1) - is_end  # number of the clause an id belongs to
    same = (ends_before[:, :, None] == ends_before[:, None, :]).float() * mask.transpose(1, 2)
    marks = torch.stack([(ids == PRIMARY_STRESS_ID).float(), (ids == SPACE_ID).float(), torch.ones_like(is_end)], -1)
    marks = marks * mask
    so_far = torch.cumsum(marks, 1)
    in_clause = same @ marks
    # what came before this clause: the running count at its first id
    before_clause = so_far - marks
    first = same * (torch.cumsum(same, 2) == 1).float()
    before = so_far - first @ before_clause
    after = in_clause - before
    clauses_left = is_end.sum(1)[:, None] - ends_before
    counts = torch.cat([before[..., :2], after[..., :2], ends_before[..., None], clauses_left[..., None]], -1)
    distances = torch.cat([before[..., 2:], after[..., 2:]], -1)
    features = torch.cat([counts * 0.2, torch.exp(-counts), torch.exp(-counts / 3.0), torch.exp(-distances / 8.0)], -1)
    return features, same @ kinds


class VoiceNetwork(nn.Module):
    """Both speakers and both languages in one set of weights."""

    def __init__(self, speakers: int = 2, languages: int = 2, dropout: float = 0.1) -> None:
        super().__init__()
        self.identity = nn.Embedding(IDS, CHANNELS)
        self.speaker = nn.Embedding(speakers, CHANNELS)
        self.language = nn.Embedding(languages, CHANNELS)
        self.pace = nn.Linear(1, CHANNELS)
        self.clause = nn.Linear(CLAUSE_FEATURES + len(CLAUSE_END_IDS), CHANNELS)
        self.encoder = nn.ModuleList(Block(CHANNELS, d, dropout) for d in ENCODER_DILATIONS)
        self.duration = nn.Sequential(nn.Linear(CHANNELS, CHANNELS), nn.ReLU(), nn.Linear(CHANNELS, 1))
        self.position = nn.Linear(POSITION_FEATURES, CHANNELS)
        self.bridge = nn.Linear(CHANNELS, CHANNELS)
        self.decoder = nn.ModuleList(Block(CHANNELS, d, 0.0) for d in DECODER_DILATIONS)
        self.norm = nn.LayerNorm(CHANNELS)
        self.output = nn.Linear(CHANNELS, 2 * FEATURES)
        self.register_buffer("mean", torch.zeros(speakers, FEATURES))
        self.register_buffer("deviation", torch.ones(FEATURES))

    def encode(self, ids: Tensor, mask: Tensor, speaker: Tensor, language: Tensor, pace: Tensor) -> Tensor:
        """Contextual phonemes [B, T, C]; `pace` is ln(reference rate / rate), 0 at the reference, > 0 slower."""
        with torch.autocast("cpu", enabled=False):  # counts must stay exact
            features, kinds = clause_features(ids, mask)
        x = self.identity(ids) + self.clause(torch.cat([features, kinds], -1))
        x = x + (self.speaker(speaker) + self.language(language) + self.pace(pace[:, None]))[:, None]
        for block in self.encoder:
            x = block(x, mask)
        return x

    def durations(self, encoded: Tensor) -> Tensor:
        """Frames per id [B, T], not rounded."""
        return functional.softplus(self.duration(encoded)).squeeze(-1)

    def decode(self, encoded: Tensor, index: Tensor, position: Tensor, mask: Tensor) -> Tensor:
        """Normalized features [B, 2 × frames, FEATURES]; `index` says which id each frame belongs to."""
        y = torch.gather(encoded, 1, index[..., None].expand(-1, -1, CHANNELS))
        y = self.bridge(y) + self.position(position)
        for block in self.decoder:
            y = block(y, mask)
        batch, frames = index.shape[0], index.shape[1]
        return self.output(self.norm(y)).reshape(batch, frames * 2, FEATURES)


def position_features(time: Tensor, start: Tensor, duration: Tensor) -> Tensor:
    """Where a frame lies inside its phoneme: relative, from the start, to the end, and how long the phoneme is."""
    since, until = time - start, start + duration - time
    return torch.stack(
        [
            (since + 0.5) / duration.clamp(min=1.0),
            torch.exp(-since / 2.0),
            torch.exp(-(until - 1.0) / 2.0),
            since / 10.0,
            until / 10.0,
            torch.log1p(duration) / 2.0,
        ],
        -1,
    )
