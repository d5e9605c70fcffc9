# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of the starter ears: Whisper's encoder and decoder at a size one processor core can train."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MEL_BANDS = 80
ENCODER_POSITIONS = 1500
DECODER_POSITIONS = 448
# Padding columns whose convolution window still touches the content; from here on all padding is alike.
EDGE_POSITIONS = 2


@dataclass(frozen=True)
class EarsShape:
    """How large the network is."""

    vocabulary_size: int
    phoneme_count: int
    width: int = 256
    heads: int = 4
    encoder_layers: int = 6
    decoder_layers: int = 3


def sinusoids(length: int, width: int) -> Tensor:
    """Whisper's position table."""
    rates = torch.exp(-math.log(10000) / (width // 2 - 1) * torch.arange(width // 2))
    angles = torch.arange(length)[:, None] * rates[None]
    return torch.cat([angles.sin(), angles.cos()], 1)


class Attention(nn.Module):
    """Multi-head attention written out, because bf16 matrix units are fastest on plain products."""

    def __init__(self, width: int, heads: int, cross: bool) -> None:
        super().__init__()
        self.heads = heads
        self.cross = cross
        if cross:
            self.query = nn.Linear(width, width)
            self.key_value = nn.Linear(width, 2 * width)
        else:
            self.query_key_value = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)

    def forward(self, x: Tensor, bias: Tensor | None, memory: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Attend from x to itself or to memory; also returns the weights [batch, heads, to, from]."""
        batch, length, width = x.shape
        if self.cross:
            assert memory is not None
            query = self.query(x)
            key, value = self.key_value(memory).chunk(2, -1)
        else:
            query, key, value = self.query_key_value(x).chunk(3, -1)

        def split(z: Tensor) -> Tensor:
            return z.view(batch, -1, self.heads, width // self.heads).transpose(1, 2)

        scores = split(query * (width // self.heads) ** -0.5) @ split(key).transpose(-1, -2)
        if bias is not None:
            scores = scores + bias.to(scores.dtype)
        weights = scores.softmax(-1)
        mixed = weights.to(value.dtype) @ split(value)
        return self.output(mixed.transpose(1, 2).reshape(batch, length, width)), weights


class Layer(nn.Module):
    """One pre-norm transformer layer; decoder layers also look at the encoder's memory."""

    def __init__(self, width: int, heads: int, decoder: bool) -> None:
        super().__init__()
        self.self_attention_norm = nn.LayerNorm(width)
        self.self_attention = Attention(width, heads, cross=False)
        self.cross_attention: Attention | None = None
        if decoder:
            self.cross_attention_norm = nn.LayerNorm(width)
            self.cross_attention = Attention(width, heads, cross=True)
        self.feed_forward_norm = nn.LayerNorm(width)
        self.feed_forward_in = nn.Linear(width, 4 * width)
        self.feed_forward_out = nn.Linear(4 * width, width)

    def forward(
        self, x: Tensor, self_bias: Tensor | None, memory: Tensor | None = None, memory_bias: Tensor | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """The layer's output and, in the decoder, where it looked in the memory."""
        x = x + self.self_attention(self.self_attention_norm(x), self_bias)[0]
        looked_at: Tensor | None = None
        if self.cross_attention is not None:
            seen, looked_at = self.cross_attention(self.cross_attention_norm(x), memory_bias, memory)
            x = x + seen
        return x + self.feed_forward_out(F.gelu(self.feed_forward_in(self.feed_forward_norm(x)))), looked_at


class StarterEars(nn.Module):
    """Whisper's architecture plus a phoneme head that only training uses."""

    positions: Tensor

    def __init__(self, shape: EarsShape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.convolution_1 = nn.Conv1d(MEL_BANDS, width, 3, padding=1)
        self.convolution_2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.register_buffer("positions", sinusoids(ENCODER_POSITIONS, width))
        self.position_gain = nn.Parameter(torch.tensor(0.3))
        self.encoder = nn.ModuleList(Layer(width, shape.heads, decoder=False) for _ in range(shape.encoder_layers))
        self.encoder_norm = nn.LayerNorm(width)
        self.embedding = nn.Embedding(shape.vocabulary_size, width)
        self.decoder_positions = nn.Parameter(sinusoids(DECODER_POSITIONS, width) * 0.1)
        self.decoder = nn.ModuleList(Layer(width, shape.heads, decoder=True) for _ in range(shape.decoder_layers))
        self.decoder_norm = nn.LayerNorm(width)
        self.phoneme_head = nn.Linear(width, shape.phoneme_count)
        nn.init.normal_(self.embedding.weight, std=0.05)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2 and name.endswith("weight") and "embedding" not in name:
                closing = "output" in name or "feed_forward_out" in name
                nn.init.xavier_uniform_(parameter, 0.6 if closing else 1.0)

    def encode(
        self, features: Tensor, content_positions: Tensor | None = None, window_positions: Tensor | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """Features [batch, frames, bands] to memory, and the bias that attention to this memory needs.

        Without content_positions every column counts as it is. With them, the columns beyond the content are a
        random sample of the zero padding that fills the window: each is given a drawn position, and the attention
        bias log(padding columns / sampled columns), so that a short batch costs little and behaves as the full
        window does.
        """
        x = F.gelu(self.convolution_1(features.transpose(1, 2)))
        x = F.gelu(self.convolution_2(x)).transpose(1, 2)
        batch, length, _ = x.shape
        bias: Tensor | None = None
        if content_positions is None or window_positions is None:
            positions = self.positions[:length][None]
        else:
            column = torch.arange(length)[None].expand(batch, length)
            edge = (content_positions + EDGE_POSITIONS)[:, None]
            is_padding = column >= edge
            sampled = (length - edge).clamp(min=1)
            padding = (window_positions[:, None] - edge).clamp(min=1)
            drawn = edge + ((column - edge + torch.rand(batch, length)) / sampled * padding).long()
            positions = self.positions[torch.where(is_padding, drawn.clamp(max=ENCODER_POSITIONS - 1), column)]
            weight = (padding / sampled).log().expand(batch, length)
            bias = torch.where(is_padding, weight, torch.zeros(()))[:, None, None, :]
        x = x + self.position_gain.to(x.dtype) * positions.to(x.dtype)  # under autocast all of it stays bf16
        for layer in self.encoder:
            x, _ = layer(x, bias)
        return self.encoder_norm(x), bias

    def decode(self, tokens: Tensor, memory: Tensor, bias: Tensor | None) -> tuple[Tensor, list[Tensor]]:
        """Logits for each next token, and each layer's attention to the memory."""
        length = tokens.shape[1]
        x = self.embedding(tokens) + self.decoder_positions[:length]
        causal = torch.full((length, length), float("-inf")).triu(1)
        looked_at: list[Tensor] = []
        for layer in self.decoder:
            x, weights = layer(x, causal, memory, bias)
            looked_at.append(weights)
        return F.linear(self.decoder_norm(x), self.embedding.weight), looked_at
