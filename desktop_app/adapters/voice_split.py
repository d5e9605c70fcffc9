# SPDX-License-Identifier: GPL-3.0-or-later
"""Cuts a voice in two where its decoder begins, so that the first sound need not wait for the last.

The decoder of a VITS voice (Kim et al. 2021; Piper's voices are such) is a HiFi-GAN generator (Kong et al. 2020):
convolutions alone, so each stretch of sound depends on a few frames around it and on nothing else. What comes before
it needs the whole sentence, but is the smaller part of the work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.audio import Samples

_FIRST_FRAMES = 30
_MORE_FRAMES = 30
_MOST_FRAMES = 120
"""Short stretches come early, long ones waste less on the frames around them."""

_ELEMENTWISE = frozenset({"Add", "Mul", "LeakyRelu", "Relu", "Elu", "Identity"})
"""What may stand between the decoder's first convolution and its first upsampling."""


class CannotBeSplitError(Exception):
    """Why a voice has to speak whole sentences; for the doctor and the cache, not for the conversation."""


@dataclass(frozen=True, slots=True, eq=False)
class Halves:
    """Two ONNX files in place of one."""

    encoder: bytes
    """Piper's inputs → what the decoder reads, and last the frames per phoneme id."""

    decoder: bytes
    """What the encoder gives → samples."""


@dataclass(frozen=True, slots=True, eq=False)
class Latent:
    """What the decoder makes one sentence's sound of."""

    tensors: dict[str, NDArray[np.float32]]
    """Shape (1, channels, frames), or (1, channels, 1) for who is speaking."""

    @property
    def frames(self) -> int:
        return int(max(tensor.shape[-1] for tensor in self.tensors.values()))


def cut(model: Any) -> Halves:
    """Cuts an onnx.ModelProto whose outputs are the samples and the frames per phoneme id.

    Raises CannotBeSplitError if it has no decoder of this kind.
    """
    from onnx import TensorProto, helper

    if len(model.graph.output) != 2:
        raise CannotBeSplitError("it has no phoneme timings")
    sound, durations = model.graph.output
    graph = _Graph(model)
    tensors = graph.read_by_decoder(sound.name)
    inputs = [value for value in model.graph.input if value.name not in graph.constants]
    latent = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", f"{name}.channels", f"{name}.frames"])
        for name in tensors
    ]
    return Halves(
        encoder=graph.part("encoder", inputs, [*latent, durations]),
        decoder=graph.part("decoder", latent, [sound]),
    )


class _Graph:
    """An ONNX graph that can be walked backwards."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._nodes = list(model.graph.node)
        self._maker = {name: index for index, node in enumerate(self._nodes) for name in node.output if name}
        self.constants = {tensor.name for tensor in model.graph.initializer}
        self.constants |= {name for node in self._nodes if node.op_type == "Constant" for name in node.output}

    def read_by_decoder(self, sound: str) -> list[str]:
        """The tensors that the first convolutions before the first upsampling read."""
        upsampling = [index for index in self._before([sound]) if self._nodes[index].op_type == "ConvTranspose"]
        first = [
            index
            for index in upsampling
            if not any(other in upsampling for other in self._before(self._nodes[index].input))
        ]
        if len(first) != 1:
            raise CannotBeSplitError("it has no decoder that begins with one upsampling")
        tensors: dict[str, None] = {}
        waiting = [self._nodes[first[0]].input[0]]
        while waiting:
            maker = self._maker.get(waiting.pop())
            node = None if maker is None else self._nodes[maker]
            if node is not None and node.op_type == "Conv":
                tensors[node.input[0]] = None
            elif node is not None and node.op_type in _ELEMENTWISE:
                waiting += [name for name in node.input if name not in self.constants]
            else:
                raise CannotBeSplitError("its decoder does not begin with a convolution")
        return sorted(tensors)

    def part(self, name: str, inputs: list[Any], outputs: list[Any]) -> bytes:
        """The nodes between these values, as a model of their own."""
        from onnx import helper

        given = {value.name for value in inputs}
        kept = self._before([value.name for value in outputs], given)
        nodes = [self._nodes[index] for index in sorted(kept)]
        read = {read for node in nodes for read in _read(node)}
        if strangers := read & {value.name for value in self._model.graph.input} - given - self.constants:
            raise CannotBeSplitError(f"its {name} also reads {', '.join(sorted(strangers))}")
        graph = helper.make_graph(
            nodes, name, inputs, outputs, [tensor for tensor in self._model.graph.initializer if tensor.name in read]
        )
        model = helper.make_model(
            graph,
            ir_version=self._model.ir_version,
            opset_imports=self._model.opset_import,
            functions=self._model.functions,
        )
        return bytes(model.SerializeToString())

    def _before(self, names: Any, given: frozenset[str] | set[str] = frozenset()) -> set[int]:
        """The nodes that these tensors depend on, by their place; what is given is not asked further."""
        found: set[int] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            index = None if name in given else self._maker.get(name)
            if index is not None and index not in found:
                found.add(index)
                waiting += _read(self._nodes[index])
        return found


def _read(node: Any) -> list[str]:
    """What a node reads, inside the branches of an If or the body of a Loop too."""
    names = [name for name in node.input if name]
    for attribute in node.attribute:
        for graph in [*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])]:
            names += [name for inner in graph.node for name in _read(inner)]
            names += [value.name for value in graph.output]
    return names


class WholeSession:
    """An onnxruntime session as Piper calls it, with options that can end a call."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.options: Any = None
        """onnxruntime.RunOptions for what is to be spoken next."""

    def run(self, names: None, feed: dict[str, Any]) -> list[NDArray[Any]]:
        """[samples, frames per phoneme id if the voice gives them]."""
        results: list[NDArray[Any]] = self._session.run(names, feed, self.options)
        return results


class SplitSession:
    """What Piper takes for the voice's session: it gets the plan of a sound, and silence of its length.

    The sound itself is made of what the encoder left here.
    """

    def __init__(self, encoder: Any, decoder: Any, frame_samples: int, context_frames: int) -> None:
        """The halves as sessions; context_frames on each side are decoded with a stretch and thrown away."""
        self._encoder = encoder
        self._decoder = decoder
        self._frame_samples = frame_samples
        self.context_frames = context_frames
        self.options: Any = None
        """onnxruntime.RunOptions for what is to be spoken next."""
        self._names = [value.name for value in decoder.get_inputs()]
        self._latents: list[Latent] = []

    def run(self, _: None, feed: dict[str, Any]) -> list[NDArray[Any]]:
        """[silence as long as the samples, frames per phoneme id]."""
        wanted = [*self._names, self._encoder.get_outputs()[-1].name]
        *tensors, durations = self._encoder.run(wanted, feed, self.options)
        latent = Latent(dict(zip(self._names, tensors, strict=True)))
        self._latents.append(latent)
        return [np.zeros(latent.frames * self._frame_samples, np.float32), durations]

    def take(self) -> list[Latent]:
        """What the sentences since the last time are to be made of."""
        latents, self._latents = self._latents, []
        return latents

    def decoded(self, latents: list[Latent], options: Any = None) -> Iterator[Samples]:
        """The sound of sentences that follow each other, stretch by stretch, −1…1."""
        frames = _FIRST_FRAMES
        for latent in latents:
            start = 0
            while start < latent.frames:
                end = min(start + frames, latent.frames)
                if latent.frames - end < _FIRST_FRAMES // 2:
                    end = latent.frames
                yield self._decode(latent, start, end, options)
                start, frames = end, min(frames + _MORE_FRAMES, _MOST_FRAMES)

    def _decode(self, latent: Latent, start: int, end: int, options: Any) -> Samples:
        first, last = max(0, start - self.context_frames), min(latent.frames, end + self.context_frames)
        feed = {
            name: tensor[..., first:last] if tensor.shape[-1] == latent.frames else tensor
            for name, tensor in latent.tensors.items()
        }
        sound = self._decoder.run(None, feed, options)[0].reshape(-1)
        stretch: Samples = sound[(start - first) * self._frame_samples : (end - first) * self._frame_samples]
        return np.clip(stretch, -1.0, 1.0)
