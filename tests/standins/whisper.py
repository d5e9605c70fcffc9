# SPDX-License-Identifier: GPL-3.0-or-later
"""Whisper of true shape with random weights: every multiplication of the real model, and nothing learnt.

Whatever it hears, it says one sentence: each position of its decoder leads to the next word of it and then to the end,
with a confidence that passes every guard. So the product's own ears work on it unchanged and take their real time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.standins.keeping import kept_folder

SENTENCE = " I would like to hear what you think."
"""Nine tokens: about what people say in two seconds."""

_MEL_BANDS = 80
_LANGUAGES = 99
_ENCODER_POSITIONS = 1500
_DECODER_POSITIONS = 448
_PROMPT_TOKENS = 4
"""Start of transcript, language, task, no timestamps."""

_CERTAINTY = 10.0
"""How much stronger a position speaks than the token that stands there."""

_VERSION = 2


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a Whisper model (Radford et al. 2022, table 1)."""

    width: int
    layers: int
    heads: int


SHAPES = {"tiny": Shape(384, 4, 6), "base": Shape(512, 6, 8), "small": Shape(768, 12, 12)}


def whisper_standin(size: str, tokenizer_file: Path, cache: Path) -> Path:
    """A CTranslate2 folder (int8) of that size, with OpenAI's tokenizer; built where the cache lacks it."""
    return kept_folder(cache, f"whisper-{size}-{_VERSION}", lambda folder: _build(SHAPES[size], tokenizer_file, folder))


def _build(shape: Shape, tokenizer_file: Path, folder: Path) -> None:
    from ctranslate2.specs import whisper_spec
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    vocabulary = _vocabulary(tokenizer)
    end = vocabulary.index("<|endoftext|>")
    spoken = [*tokenizer.encode(SENTENCE, add_special_tokens=False).ids, end]
    weights = _Weights(shape.width)

    spec: Any = whisper_spec.WhisperSpec(shape.layers, shape.heads, shape.layers, shape.heads)
    encoder, decoder = spec.encoder, spec.decoder
    weights.linear(encoder.conv1, (shape.width, _MEL_BANDS, 3))
    weights.linear(encoder.conv2, (shape.width, shape.width, 3))
    encoder.position_encodings.encodings = weights.random((_ENCODER_POSITIONS, shape.width), 1.0)
    decoder.embeddings.weight = weights.random((len(vocabulary), shape.width), shape.width**-0.5)
    decoder.projection.weight = decoder.embeddings.weight.copy()  # quantization works in place
    decoder.position_encodings.encodings = _leading_to(spoken, decoder.embeddings.weight)
    decoder.scale_embeddings = False
    for part, crosses in ((encoder, False), (decoder, True)):
        weights.norm(part.layer_norm)
        for layer in part.layer:
            weights.layer(layer, crosses)

    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [end]
    spec.config.lang_ids = list(range(end + 2, end + 2 + _LANGUAGES))
    spec.config.alignment_heads = [[shape.layers - 1, 0]]
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    features = {
        "feature_size": _MEL_BANDS,
        "sampling_rate": 16_000,
        "hop_length": 160,
        "chunk_length": 30,
        "n_fft": 400,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(features), encoding="utf-8")


def _vocabulary(tokenizer: Any) -> list[str]:
    by_token: dict[str, int] = tokenizer.get_vocab(with_added_tokens=True)
    return sorted(by_token, key=by_token.__getitem__)


def _leading_to(spoken: list[int], embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """Position encodings of the decoder: each points at the token that follows it."""
    following = [
        spoken[min(max(position - _PROMPT_TOKENS + 1, 0), len(spoken) - 1)] for position in range(_DECODER_POSITIONS)
    ]
    rows = embeddings[following]
    return np.ascontiguousarray(_CERTAINTY * rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


class _Weights:
    """Fills a specification with chance."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._generator = np.random.default_rng(0)

    def random(self, shape: tuple[int, ...], deviation: float) -> NDArray[np.float32]:
        return self._generator.standard_normal(shape, np.float32) * np.float32(deviation)

    def linear(self, spec: Any, shape: tuple[int, ...], deviation: float = 0.02) -> None:
        spec.weight, spec.bias = self.random(shape, deviation), np.zeros(shape[0], np.float32)

    def norm(self, spec: Any) -> None:
        spec.gamma, spec.beta = np.ones(self._width, np.float32), np.zeros(self._width, np.float32)

    def layer(self, spec: Any, crosses: bool) -> None:
        width = self._width
        self.linear(spec.self_attention.linear[0], (3 * width, width))
        if crosses:
            self.linear(spec.attention.linear[0], (width, width))
            self.linear(spec.attention.linear[1], (2 * width, width))
        for attention in (spec.self_attention, *((spec.attention,) if crosses else ())):
            self.linear(attention.linear[-1], (width, width))
            self.norm(attention.layer_norm)
        self.linear(spec.ffn.linear_0, (4 * width, width))
        self.linear(spec.ffn.linear_1, (width, 4 * width))
        self.norm(spec.ffn.layer_norm)
