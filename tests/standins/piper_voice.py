# SPDX-License-Identifier: GPL-3.0-or-later
"""A Piper voice of true shape with random weights: a medium VITS, every layer at its size, that speaks in noise.

VITS (Kim, Kong, Son 2021) as Piper exports it: text encoder with relative attention, stochastic durations, a flow of
four couplings, and a HiFi-GAN decoder. Two things are smaller than in a trained voice: the splines of the durations'
flow are straight lines (some hundred multiplications per sound), and there are no masks, for there is one sentence at
a time. Durations are set to 13.5 phonemes a second, as people speak.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

from tests.standins.keeping import kept_folder
from tests.standins.onnx_graph import Graph

RATE_HZ = 22_050
_HOP_SAMPLES = 256
_SYMBOLS = 256
_WIDTH = 192
_FILTER_WIDTH = 768
_HEADS = 2
_WINDOW = 4
_FRAMES_PER_SYMBOL = 2.7
"""Before rounding up; there is a blank between any two phonemes."""

_UPSAMPLING = ((8, 16), (8, 16), (4, 8))
_DECODER_WIDTH = 256
_RESIDUALS = ((3, (1, 2)), (5, (2, 6)), (7, (3, 12)))
_LOUDNESS = 0.5

_VERSION = 1


def voice_standin(cache: Path) -> Path:
    """The .onnx of a medium voice, with its .onnx.json beside it; built where the cache lacks it."""
    name = f"piper-medium-{_VERSION}"
    return kept_folder(cache, name, _build) / "standin-medium.onnx"


def _build(folder: Path) -> None:
    import onnx
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    onnx.save(_voice().model("standin-medium"), str(folder / "standin-medium.onnx"))
    config = {
        "audio": {"sample_rate": RATE_HZ, "quality": "medium"},
        "espeak": {"voice": "en-us"},
        "phoneme_type": "espeak",
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "num_symbols": _SYMBOLS,
        "num_speakers": 1,
        "speaker_id_map": {},
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
        "hop_length": _HOP_SAMPLES,
    }
    (folder / "standin-medium.onnx.json").write_text(json.dumps(config), encoding="utf-8")


def _voice() -> Graph:
    graph = Graph()
    symbols = graph.input("input", "int64", (1, "phonemes"))
    graph.input("input_lengths", "int64", (1,))
    scales = graph.input("scales", "float32", (3,))
    noise, length, duration_noise = (graph.op("Gather", scales, graph.ints(index), axis=0) for index in range(3))

    hidden = _text_encoder(graph, symbols)
    mean, spread = graph.split(graph.conv("/enc_p/proj", hidden, _WIDTH, 2 * _WIDTH, 1), (_WIDTH, _WIDTH))
    frames = _durations(graph, hidden, length, duration_noise)
    path = _path(graph, frames)
    mean, spread = (graph.stretched(statistic, path) for statistic in (mean, spread))
    chance = graph.op("Mul", graph.op("RandomNormalLike", mean), noise)
    latent = graph.op("Add", mean, graph.op("Mul", chance, graph.op("Exp", spread)))
    sound = _decoder(graph, _flow(graph, latent))
    graph.output(graph.op("Unsqueeze", sound, graph.ints([1]), output="output"), "float32", (1, 1, 1, "time"))
    return graph


def _text_encoder(graph: Graph, symbols: str) -> str:
    embedded = graph.op("Gather", graph.weight((_SYMBOLS, _WIDTH), _WIDTH**-0.5), symbols, axis=0)
    hidden = graph.op("Transpose", graph.op("Mul", embedded, graph.floats(math.sqrt(_WIDTH))), perm=[0, 2, 1])
    for layer in range(6):
        name = f"/enc_p/encoder/{layer}"
        hidden = graph.norm(graph.op("Add", hidden, _attention(graph, name, hidden)), _WIDTH)
        inner = graph.op("Relu", graph.conv(f"{name}/ffn_1", hidden, _WIDTH, _FILTER_WIDTH, 3))
        hidden = graph.norm(
            graph.op("Add", hidden, graph.conv(f"{name}/ffn_2", inner, _FILTER_WIDTH, _WIDTH, 3)), _WIDTH
        )
    return hidden


def _attention(graph: Graph, name: str, hidden: str) -> str:
    """Self-attention with learnt vectors for the four nearest positions on each side (Shaw et al. 2018)."""
    head_width = _WIDTH // _HEADS
    count = graph.size(hidden, 2)
    heads = graph.ints([1, _HEADS, head_width, -1])
    query, key, value = (
        graph.op(
            "Transpose", graph.op("Reshape", graph.conv(f"{name}/{part}", hidden, _WIDTH, _WIDTH, 1), heads), perm=perm
        )
        for part, perm in (("query", [0, 1, 3, 2]), ("key", [0, 1, 2, 3]), ("value", [0, 1, 3, 2]))
    )
    query = graph.op("Mul", query, graph.floats(head_width**-0.5))
    beyond = graph.op("Sub", count, graph.ints([_WINDOW + 1]))
    nearby_keys, nearby_values = (
        graph.padded(graph.weight((1, 1, 2 * _WINDOW + 1, head_width), head_width**-0.5), 2, beyond, beyond)
        for _ in range(2)
    )
    relative = graph.op("MatMul", query, graph.op("Transpose", nearby_keys, perm=[0, 1, 3, 2]))
    scores = graph.op("Add", graph.op("MatMul", query, key), _to_absolute(graph, relative, count))
    weights = graph.op("Softmax", scores, axis=-1)
    near = graph.op("MatMul", _to_relative(graph, weights, count), nearby_values)
    mixed = graph.op("Add", graph.op("MatMul", weights, value), near)
    joined = graph.op("Reshape", graph.op("Transpose", mixed, perm=[0, 1, 3, 2]), graph.ints([1, _WIDTH, -1]))
    return graph.conv(f"{name}/out", joined, _WIDTH, _WIDTH, 1)


def _to_absolute(graph: Graph, scores: str, count: str) -> str:
    """(1, heads, t, 2t−1) by distance → (1, heads, t, t) by position: padded, read in other rows, and cut."""
    zero, one = graph.ints([0]), graph.ints([1])
    less = graph.op("Sub", count, one)
    flat = graph.op("Reshape", graph.padded(scores, 3, zero, one), graph.ints([1, _HEADS, -1]))
    rows = graph.op("Concat", graph.ints([1, _HEADS]), graph.op("Add", count, one), graph.ints([-1]), axis=0)
    skewed = graph.op("Reshape", graph.padded(flat, 2, zero, less), rows)
    upper = graph.op("Slice", skewed, zero, count, graph.ints([2]))
    return graph.op("Slice", upper, less, graph.ints([2**31 - 1]), graph.ints([3]))


def _to_relative(graph: Graph, weights: str, count: str) -> str:
    """The way back: (1, heads, t, t) → (1, heads, t, 2t−1)."""
    zero = graph.ints([0])
    wide = graph.padded(weights, 3, zero, graph.op("Sub", count, graph.ints([1])))
    flat = graph.op("Reshape", wide, graph.ints([1, _HEADS, -1]))
    rows = graph.op("Concat", graph.ints([1, _HEADS]), count, graph.ints([-1]), axis=0)
    skewed = graph.op("Reshape", graph.padded(flat, 2, count, zero), rows)
    return graph.op("Slice", skewed, graph.ints([1]), graph.ints([2**31 - 1]), graph.ints([3]))


def _durations(graph: Graph, hidden: str, length: str, noise: str) -> str:
    """Whole frames per symbol, (1, 1, t): the stochastic predictor, run backwards."""
    known = graph.conv("/dp/pre", hidden, _WIDTH, _WIDTH, 1)
    known = graph.conv("/dp/proj", _separable(graph, "/dp/convs", known), _WIDTH, _WIDTH, 1)
    pair, _ = graph.split(hidden, (2, _WIDTH - 2))  # for its shape
    chance = graph.op("Mul", graph.op("RandomNormalLike", pair), noise)
    first, second = graph.split(chance, (1, 1))
    for flow in range(3):
        name = f"/dp/flows/{flow}"
        inner = graph.op("Add", graph.conv(f"{name}/pre", second, 1, _WIDTH, 1), known)
        bent = graph.conv(f"{name}/proj", _separable(graph, f"{name}/convs", inner), _WIDTH, 29, 1, deviation=1e-3)
        shift, _ = graph.split(bent, (1, 28))
        first, second = second, graph.op("Add", first, shift)
    logarithm = graph.op("Add", graph.op("Mul", first, graph.floats(0.2)), graph.floats(math.log(_FRAMES_PER_SYMBOL)))
    return graph.op("Ceil", graph.op("Mul", graph.op("Exp", logarithm), length))


def _separable(graph: Graph, name: str, hidden: str) -> str:
    """Three dilated convolutions, each channel by itself, then across channels."""
    for layer in range(3):
        inner = graph.conv(f"{name}/{layer}/sep", hidden, _WIDTH, _WIDTH, 3, dilation=3**layer, groups=_WIDTH)
        inner = graph.gelu(graph.norm(inner, _WIDTH))
        inner = graph.gelu(graph.norm(graph.conv(f"{name}/{layer}/1x1", inner, _WIDTH, _WIDTH, 1), _WIDTH))
        hidden = graph.op("Add", hidden, inner)
    return hidden


def _path(graph: Graph, frames: str) -> str:
    """(1, frames, t): a one where a frame belongs to a symbol."""
    ends = graph.op("CumSum", frames, graph.ints(2))
    begins = graph.op("Sub", ends, frames)
    total = graph.op("Cast", graph.op("ReduceSum", frames, keepdims=0), to=7)
    moments = graph.op("Cast", graph.op("Range", graph.ints(0), total, graph.ints(1)), to=1)
    moments = graph.op("Unsqueeze", moments, graph.ints([0, 2]))
    belongs = graph.op("And", graph.op("Less", moments, ends), graph.op("GreaterOrEqual", moments, begins))
    return graph.op("Cast", belongs, to=1)


def _flow(graph: Graph, latent: str) -> str:
    """Four couplings, backwards; each is a WaveNet of four gated layers."""
    half = _WIDTH // 2
    for flow in reversed(range(4)):
        name = f"/flow/flows.{2 * flow}"
        backwards = [graph.ints([number]) for number in (-1, -(2**31), 1, -1)]
        known, changed = graph.split(graph.op("Slice", latent, *backwards), (half, half))
        hidden, skipped = graph.conv(f"{name}/pre", known, half, _WIDTH, 1), ""
        for layer in range(4):
            both = graph.conv(f"{name}/in/{layer}", hidden, _WIDTH, 2 * _WIDTH, 5)
            signal, gate = graph.split(both, (_WIDTH, _WIDTH))
            active = graph.op("Mul", graph.op("Tanh", signal), graph.op("Sigmoid", gate))
            last = layer == 3
            result = graph.conv(f"{name}/skip/{layer}", active, _WIDTH, _WIDTH if last else 2 * _WIDTH, 1)
            if not last:
                residual, result = graph.split(result, (_WIDTH, _WIDTH))
                hidden = graph.op("Add", hidden, residual)
            skipped = graph.op("Add", skipped, result) if skipped else result
        moved = graph.op("Sub", changed, graph.conv(f"{name}/post", skipped, _WIDTH, half, 1, deviation=1e-2))
        latent = graph.op("Concat", known, moved, axis=1)
    return latent


def _decoder(graph: Graph, latent: str) -> str:
    """HiFi-GAN (Kong et al. 2020) with its second kind of residual block: 256 samples for every frame."""
    width = _DECODER_WIDTH
    sound = graph.conv("/dec/conv_pre", latent, _WIDTH, width, 7)
    for stage, (rate, kernel) in enumerate(_UPSAMPLING):
        sound = graph.op("LeakyRelu", sound, alpha=0.1)
        sound = graph.upsampled(f"/dec/ups.{stage}", sound, width, width // 2, kernel, rate)
        width //= 2
        blocks = [
            _residual(graph, f"/dec/resblocks.{3 * stage + number}", sound, width, kernel, dilations)
            for number, (kernel, dilations) in enumerate(_RESIDUALS)
        ]
        sound = graph.op("Div", graph.op("Sum", *blocks), graph.floats(float(len(blocks))))
    sound = graph.op("LeakyRelu", sound, alpha=0.01)
    return graph.op(
        "Tanh", graph.conv("/dec/conv_post", sound, width, 1, 7, deviation=_LOUDNESS / math.sqrt(7 * width))
    )


def _residual(graph: Graph, name: str, sound: str, width: int, kernel: int, dilations: tuple[int, ...]) -> str:
    for number, dilation in enumerate(dilations):
        active = graph.op("LeakyRelu", sound, alpha=0.1)
        inner = graph.conv(f"{name}/convs.{number}", active, width, width, kernel, dilation=dilation)
        sound = graph.op("Add", sound, inner)
    return sound
