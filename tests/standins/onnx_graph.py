# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes an ONNX graph by hand, layer by layer, with random weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

_OPSET = 18
_IR_VERSION = 9
Size = int | str


class Graph:
    """Collects nodes; every method returns the name of a tensor. Sound and hidden states are (1, channels, time)."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []
        self._generator = np.random.default_rng(0)

    def model(self, name: str) -> Any:
        """The finished ModelProto."""
        from onnx import helper

        graph = helper.make_graph(self._nodes, name, self._inputs, self._outputs, self._constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)

    def input(self, name: str, kind: str, shape: Sequence[Size]) -> str:
        self._inputs.append(_described(name, kind, shape))
        return name

    def output(self, name: str, kind: str, shape: Sequence[Size]) -> None:
        self._outputs.append(_described(name, kind, shape))

    # --- constants ---------------------------------------------------------------------------------------------------

    def ints(self, value: ArrayLike) -> str:
        return self._constant(np.asarray(value, np.int64))

    def floats(self, value: ArrayLike) -> str:
        return self._constant(np.asarray(value, np.float32))

    def weight(self, shape: tuple[int, ...], deviation: float) -> str:
        return self._constant(self._generator.standard_normal(shape, np.float32) * np.float32(deviation))

    def _constant(self, value: Any) -> str:
        from onnx import numpy_helper

        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(value, name))
        return name

    # --- nodes -------------------------------------------------------------------------------------------------------

    def op(self, kind: str, *inputs: str, name: str = "", output: str = "", **attributes: Any) -> str:
        """One node with one output."""
        return self._node(kind, inputs, name, [output or self._fresh(kind)], attributes)[0]

    def split(self, tensor: str, sizes: tuple[int, int]) -> list[str]:
        """Its channels in two parts."""
        outputs = [f"{self._fresh('Split')}_{part}" for part in range(2)]
        return self._node("Split", (tensor, self.ints(sizes)), "", outputs, {"axis": 1})

    def size(self, tensor: str, axis: int) -> str:
        """The length of an axis, as a tensor of one number."""
        return self.op("Gather", self.op("Shape", tensor), self.ints([axis]), axis=0)

    def padded(self, tensor: str, axis: int, before: str, after: str) -> str:
        """With zeros before and after along one axis."""
        return self.op("Pad", tensor, self.op("Concat", before, after, axis=0), self.floats(0.0), self.ints([axis]))

    def _node(
        self, kind: str, inputs: Sequence[str], name: str, outputs: list[str], attributes: dict[str, Any]
    ) -> list[str]:
        from onnx import helper

        self._nodes.append(helper.make_node(kind, list(inputs), outputs, name=name or outputs[0], **attributes))
        return outputs

    def _fresh(self, kind: str) -> str:
        return f"/{kind}_{len(self._nodes)}"

    # --- layers ------------------------------------------------------------------------------------------------------

    def conv(
        self,
        name: str,
        tensor: str,
        taken: int,
        given: int,
        kernel: int,
        *,
        dilation: int = 1,
        groups: int = 1,
        deviation: float = 0.0,
    ) -> str:
        """A convolution over time that keeps the length; weights by default as large as keeps the signal's size."""
        shape = (given, taken // groups, kernel)
        weight = self.weight(shape, deviation or (taken // groups * kernel) ** -0.5)
        around = dilation * (kernel - 1) // 2
        return self.op(
            "Conv",
            tensor,
            weight,
            self.floats(np.zeros(given)),
            name=f"{name}/Conv",
            output=f"{name}/Conv_output_0",
            kernel_shape=[kernel],
            dilations=[dilation],
            pads=[around, around],
            group=groups,
        )

    def upsampled(self, name: str, tensor: str, taken: int, given: int, kernel: int, rate: int) -> str:
        """A transposed convolution that makes the signal `rate` times as long."""
        around = (kernel - rate) // 2
        return self.op(
            "ConvTranspose",
            tensor,
            self.weight((taken, given, kernel), (taken * kernel / rate) ** -0.5),
            self.floats(np.zeros(given)),
            name=f"{name}/ConvTranspose",
            kernel_shape=[kernel],
            strides=[rate],
            pads=[around, around],
        )

    def norm(self, tensor: str, width: int) -> str:
        """Layer normalization over the channels."""
        turned = self.op("Transpose", tensor, perm=[0, 2, 1])
        scale, bias = self.floats(np.ones(width)), self.floats(np.zeros(width))
        return self.op("Transpose", self.op("LayerNormalization", turned, scale, bias), perm=[0, 2, 1])

    def gelu(self, tensor: str) -> str:
        bent = self.op("Add", self.op("Erf", self.op("Div", tensor, self.floats(2**0.5))), self.floats(1.0))
        return self.op("Mul", self.op("Mul", tensor, bent), self.floats(0.5))

    def stretched(self, tensor: str, path: str) -> str:
        """(1, channels, t) → (1, channels, frames), along a path of shape (1, frames, t)."""
        turned = self.op("MatMul", path, self.op("Transpose", tensor, perm=[0, 2, 1]))
        return self.op("Transpose", turned, perm=[0, 2, 1])


def _described(name: str, kind: str, shape: Sequence[Size]) -> Any:
    from onnx import helper

    code = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
    return helper.make_tensor_value_info(name, code, list(shape))
