# SPDX-License-Identifier: GPL-3.0-or-later
"""A Piper voice of a few thousand weights, built like a VITS: whatever is cut, joined or refused can be tried on it.

It hums: every phoneme takes a few frames, and the decoder upsamples what the encoder says by 8 × 8 × 4.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import numpy as np

HOP_SAMPLES = 256
RATE_HZ = 22_050
_WIDTH = 8
_IDS = 256
Kind = Literal["ordinary", "two speakers", "no timings", "no decoder", "listens to all of itself"]


def write_voice(folder: Path, kind: Kind = "ordinary") -> Path:
    """Writes <folder>/small.onnx and its description."""
    import onnx
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(small_voice(kind), str(folder / "small.onnx"))
    speakers = 2 if kind == "two speakers" else 1
    description = {
        "audio": {"sample_rate": RATE_HZ},
        "espeak": {"voice": "en-us"},
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "num_symbols": _IDS,
        "num_speakers": speakers,
        "speaker_id_map": {f"speaker {number}": number for number in range(speakers)},
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
        "hop_length": HOP_SAMPLES,
    }
    (folder / "small.onnx.json").write_text(json.dumps(description), encoding="utf-8")
    return folder / "small.onnx"


def small_voice(kind: Kind = "ordinary") -> Any:
    """The onnx.ModelProto."""
    return _Builder(kind).model()


class _Builder:
    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._chance = np.random.default_rng(7)
        self._nodes: list[Any] = []
        self._weights: list[Any] = []

    def model(self) -> Any:
        from onnx import TensorProto, helper

        self._encoder()
        self._decoder()
        inputs = [
            helper.make_tensor_value_info("input", TensorProto.INT64, [1, "phonemes"]),
            helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
            helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
        ]
        if self._kind == "two speakers":
            inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, [1]))
        output = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, "samples"])
        graph = helper.make_graph(self._nodes, "small", inputs, [output], self._weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)

    def _encoder(self) -> None:
        """Phoneme ids → (1, width, frames), "z"."""
        frames = self._chance.integers(1, 5, (_IDS, 1)).astype(np.float32) - 0.5
        self._op("Gather", [self._weight("seen", (_IDS, _WIDTH)), "input"], "by_phoneme", axis=0)
        self._op("Gather", [self._constant("frames", frames), "input"], "raw_frames", axis=0)
        self._op("Gather", ["scales", self._constant("length_index", np.int64(1))], "length", axis=0)
        self._op("Mul", ["raw_frames", "length"], "scaled")
        if self._kind == "no timings":  # rounds up too, but Piper does not know it by that
            self._op("Neg", ["scaled"], "negative")
            self._op("Floor", ["negative"], "rounded")
            self._op("Neg", ["rounded"], "column")
        else:
            self._op("Ceil", ["scaled"], "column")
        self._op("CumSum", ["column", self._constant("along", np.int64(1))], "ends_column")
        self._op("Transpose", ["ends_column"], "ends", perm=[0, 2, 1])
        self._op("ReduceSum", ["column"], "total", keepdims=0)
        self._op("Cast", ["total"], "total_frames", to=7)
        zero, one = self._constant("zero", np.int64(0)), self._constant("one", np.int64(1))
        self._op("Range", [zero, "total_frames", one], "moments")
        self._op("Cast", ["moments"], "moments_float", to=1)
        self._op("Unsqueeze", ["moments_float", self._constant("outer", np.array([0, 2]))], "moments_column")
        self._op("GreaterOrEqual", ["moments_column", "ends"], "is_past")
        self._op("Cast", ["is_past"], "past", to=7)
        self._op("ReduceSum", ["past", self._constant("last_axis", np.array([2]))], "index", keepdims=0)
        self._op("Squeeze", ["index", self._constant("first_axis", np.array([0]))], "index_row")
        self._op("Gather", ["by_phoneme", "index_row"], "by_frame", axis=1)
        self._op("Transpose", ["by_frame"], "mean", perm=[0, 2, 1])
        self._op("RandomNormalLike", ["mean"], "chance")
        self._op("Gather", ["scales", zero], "noise_scale", axis=0)
        self._op("Mul", ["chance", "noise_scale"], "noise")
        self._op("Add", ["mean", "noise"], "z")

    def _decoder(self) -> None:
        self._conv("z", "started", _WIDTH, _WIDTH, 7)
        if self._kind == "two speakers":
            self._op("Gather", [self._weight("speakers", (2, _WIDTH), 3.0), "sid"], "speaker_row", axis=0)
            self._op("Unsqueeze", ["speaker_row", self._constant("time_axis", np.array([2]))], "speaker")
            self._conv("speaker", "told", _WIDTH, _WIDTH, 1)
            self._op("Add", ["started", "told"], "hidden_0")
        else:
            self._op("Identity", ["started"], "hidden_0")
        if self._kind == "no decoder":
            self._conv("hidden_0", "wide", _WIDTH, HOP_SAMPLES, 1)
            self._op("Transpose", ["wide"], "rows", perm=[0, 2, 1])
            self._op("Reshape", ["rows", self._constant("flat", np.array([1, 1, -1]))], "hidden_3")
        for stage, (rate, kernel) in enumerate(() if self._kind == "no decoder" else ((8, 16), (8, 16), (4, 8))):
            self._op("LeakyRelu", [f"hidden_{stage}"], f"leaky_{stage}", alpha=0.1)
            weight = self._weight(f"up_{stage}", (_WIDTH, _WIDTH, kernel), (_WIDTH * kernel / rate) ** -0.5)
            self._op(
                "ConvTranspose",
                [f"leaky_{stage}", weight],
                f"up_{stage}_out",
                kernel_shape=[kernel],
                strides=[rate],
                pads=[(kernel - rate) // 2] * 2,
            )
            self._conv(f"up_{stage}_out", f"around_{stage}", _WIDTH, _WIDTH, 7)
            if self._kind == "listens to all of itself":
                self._op("ReduceMean", [f"around_{stage}"], f"average_{stage}", axes=[2])
                self._op("Mul", [f"around_{stage}", f"average_{stage}"], f"changed_{stage}")
            else:
                self._op("Identity", [f"around_{stage}"], f"changed_{stage}")
            self._op("Add", [f"up_{stage}_out", f"changed_{stage}"], f"hidden_{stage + 1}")
        if self._kind != "no decoder":
            self._conv("hidden_3", "mono", _WIDTH, 1, 7)
        self._op("Tanh", ["hidden_3" if self._kind == "no decoder" else "mono"], "output")

    def _conv(self, tensor: str, output: str, taken: int, given: int, kernel: int) -> None:
        weight = self._weight(f"{output}_weight", (given, taken, kernel), (taken * kernel) ** -0.5)
        self._op("Conv", [tensor, weight], output, kernel_shape=[kernel], pads=[kernel // 2] * 2)

    def _weight(self, name: str, shape: tuple[int, ...], deviation: float = 1.0) -> str:
        return self._constant(name, (self._chance.standard_normal(shape) * deviation).astype(np.float32))

    def _constant(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        self._weights.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def _op(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> None:
        from onnx import helper

        self._nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
