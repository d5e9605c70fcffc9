# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn a training checkpoint into the CTranslate2 folder that faster-whisper loads."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ctranslate2.specs import whisper_spec
from numpy.typing import NDArray
from torch import nn

from training.ears.mel import HOP_SAMPLES, SAMPLE_RATE_HZ
from training.ears.model import MEL_BANDS, Attention, EarsShape, Layer, StarterEars
from training.ears.tokens import SPACE, EarsTokenizer


def load_average(checkpoint: Path) -> StarterEars:
    """The averaged weights of a checkpoint as a model."""
    state: dict[str, Any] = torch.load(checkpoint, weights_only=True)
    model = StarterEars(EarsShape(**state["shape"]))
    model.load_state_dict(state["average"])
    model.eval()
    return model


def _numbers(tensor: torch.Tensor) -> NDArray[np.float32]:
    return np.array(tensor.detach().float().numpy(), np.float32)  # a copy: quantization works in place


def _linear(spec: Any, layer: nn.Linear | nn.Conv1d) -> None:
    assert layer.bias is not None
    spec.weight, spec.bias = _numbers(layer.weight), _numbers(layer.bias)


def _norm(spec: Any, layer: nn.LayerNorm) -> None:
    spec.gamma, spec.beta = _numbers(layer.weight), _numbers(layer.bias)


def _attention(spec: Any, attention: Attention, norm: nn.LayerNorm) -> None:
    if attention.cross:
        _linear(spec.linear[0], attention.query)
        _linear(spec.linear[1], attention.key_value)
    else:
        _linear(spec.linear[0], attention.query_key_value)
    _linear(spec.linear[-1], attention.output)
    _norm(spec.layer_norm, norm)


def _layer(spec: Any, layer: Layer) -> None:
    _attention(spec.self_attention, layer.self_attention, layer.self_attention_norm)
    if layer.cross_attention is not None:
        _attention(spec.attention, layer.cross_attention, layer.cross_attention_norm)
    _linear(spec.ffn.linear_0, layer.feed_forward_in)
    _linear(spec.ffn.linear_1, layer.feed_forward_out)
    _norm(spec.ffn.layer_norm, layer.feed_forward_norm)


def convert(model: StarterEars, tokenizer: EarsTokenizer, folder: Path, quantization: str | None = "int8") -> None:
    """Write model.bin, tokenizer.json, vocabulary.json, config.json and preprocessor_config.json."""
    shape = model.shape
    spec: Any = whisper_spec.WhisperSpec(shape.encoder_layers, shape.heads, shape.decoder_layers, shape.heads)
    encoder, decoder = spec.encoder, spec.decoder
    _linear(encoder.conv1, model.convolution_1)
    _linear(encoder.conv2, model.convolution_2)
    encoder.position_encodings.encodings = _numbers(model.positions * model.position_gain)
    _norm(encoder.layer_norm, model.encoder_norm)
    for layer_spec, layer in zip(encoder.layer, model.encoder, strict=True):
        _layer(layer_spec, layer)
    decoder.embeddings.weight = _numbers(model.embedding.weight)
    decoder.projection.weight = _numbers(model.embedding.weight)
    decoder.position_encodings.encodings = _numbers(model.decoder_positions)
    decoder.scale_embeddings = False
    _norm(decoder.layer_norm, model.decoder_norm)
    for layer_spec, layer in zip(decoder.layer, model.decoder, strict=True):
        _layer(layer_spec, layer)
    spec.register_vocabulary(tokenizer.vocabulary)
    spec.config.suppress_ids = []
    # not the end of text: without timestamps, "nothing was said" begins with it
    spec.config.suppress_ids_begin = [tokenizer.vocabulary.index(SPACE)]
    spec.config.lang_ids = [tokenizer.english]
    # training led these heads of the last layer to the moment each piece of a word sounds
    spec.config.alignment_heads = [[shape.decoder_layers - 1, head] for head in range(2)]
    spec.validate()
    spec.optimize(quantization=quantization)
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    preprocessor = {
        "feature_size": MEL_BANDS,
        "sampling_rate": SAMPLE_RATE_HZ,
        "hop_length": HOP_SAMPLES,
        "chunk_length": 30,
        "n_fft": 400,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor, indent=2) + "\n", encoding="utf-8")
    tokenizer.tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def main() -> None:
    """Convert (see --help)."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("merges", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quantization", default="int8", help="int8, or float32 to compare with PyTorch")
    arguments = parser.parse_args()
    quantization = None if arguments.quantization == "float32" else arguments.quantization
    convert(load_average(arguments.checkpoint), EarsTokenizer(arguments.merges), arguments.folder, quantization)


if __name__ == "__main__":
    main()
