# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a voice is cut, and how its sound is made stretch by stretch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from desktop_app.adapters.voice_split import CannotBeSplitError, Latent, SplitSession, cut
from tests.small_voice import Kind, small_voice

_HOP_SAMPLES = 4


def _with_timings(kind: Kind) -> Any:
    from piper.patch_voice_with_alignment import add_alignment_output

    model = small_voice(kind)
    add_alignment_output(model)
    return model


def _ends(half: bytes) -> tuple[list[str], list[str]]:
    import onnx

    graph = onnx.load_from_string(half).graph
    return [value.name for value in graph.input], [value.name for value in graph.output]


def test_the_cut_is_at_what_the_decoder_reads() -> None:
    halves = cut(_with_timings("ordinary"))

    assert _ends(halves.encoder) == (["input", "input_lengths", "scales"], ["z", "column"])
    assert _ends(halves.decoder) == (["z"], ["output"])


def test_a_voice_of_several_speakers_tells_its_decoder_who_speaks() -> None:
    halves = cut(_with_timings("two speakers"))

    assert _ends(halves.encoder)[1] == ["speaker", "z", "column"]
    assert _ends(halves.decoder) == (["speaker", "z"], ["output"])


def test_no_weight_is_in_both_halves() -> None:
    import onnx

    halves = cut(_with_timings("ordinary"))
    names = [
        {tensor.name for tensor in onnx.load_from_string(half).graph.initializer}
        for half in (halves.encoder, halves.decoder)
    ]
    assert all(names)
    assert not names[0] & names[1]


def test_names_do_not_matter() -> None:
    model = _with_timings("ordinary")
    for index, node in enumerate(model.graph.node):
        node.name = f"node {index}"
        for inner in (*model.graph.node,):
            inner.input[:] = ["latent" if name == "z" else name for name in inner.input]
        node.output[:] = ["latent" if name == "z" else name for name in node.output]

    assert _ends(cut(model).decoder) == (["latent"], ["output"])


def test_what_has_no_upsampling_decoder_cannot_be_split() -> None:
    with pytest.raises(CannotBeSplitError, match="upsampling"):
        cut(_with_timings("no decoder"))


def test_a_voice_without_timings_cannot_be_split() -> None:
    with pytest.raises(CannotBeSplitError, match="timings"):
        cut(small_voice("no timings"))


def test_a_decoder_that_reads_the_text_itself_cannot_be_split() -> None:
    from onnx import helper

    model = _with_timings("ordinary")
    last = model.graph.node[-1]
    last.output[:] = ["hum"]
    model.graph.node.append(helper.make_node("Cast", ["input_lengths"], ["length_float"], to=1))
    model.graph.node.append(helper.make_node("Mul", ["hum", "length_float"], ["output"]))
    with pytest.raises(CannotBeSplitError, match="input_lengths"):
        cut(model)


class _Value:
    def __init__(self, name: str) -> None:
        self.name = name


class _Decoder:
    """Every frame sounds like the sum of itself and its neighbors; frames beyond the edge are silent."""

    def __init__(self) -> None:
        self.fed: list[int] = []

    def get_inputs(self) -> list[_Value]:
        return [_Value("speaker"), _Value("z")]

    def run(self, _: None, feed: dict[str, Any], options: Any = None) -> list[Any]:
        frames = feed["z"][0, 0]
        self.fed.append(len(frames))
        summed = np.convolve(frames, np.ones(5, np.float32), "same") + feed["speaker"][0, 0, 0]
        return [np.repeat(summed, _HOP_SAMPLES)[None, None].astype(np.float32)]


def _latent(frames: int, seed: int = 1) -> Latent:
    z = np.random.default_rng(seed).uniform(-0.1, 0.1, (1, 1, frames)).astype(np.float32)
    return Latent({"z": z, "speaker": np.full((1, 1, 1), 0.25, np.float32)})


def _split(context_frames: int) -> tuple[SplitSession, _Decoder]:
    decoder = _Decoder()
    return SplitSession(None, decoder, _HOP_SAMPLES, context_frames), decoder


@pytest.mark.parametrize(
    ("frames", "stretches"),
    [
        (1, [1]),
        (30, [30]),
        (44, [44]),
        (45, [30, 15]),
        (90, [30, 60]),
        (104, [30, 74]),
        (500, [30, 60, 90, 120, 120, 80]),
    ],
)
def test_the_first_stretch_is_short_and_no_last_one_is_a_crumb(frames: int, stretches: list[int]) -> None:
    split, _ = _split(2)
    lengths = [len(sound) // _HOP_SAMPLES for sound in split.decoded([_latent(frames)])]
    assert lengths == stretches


def test_stretches_join_to_the_whole_when_the_context_suffices() -> None:
    latent = _latent(400)
    (whole,) = _Decoder().run(None, latent.tensors)

    joined = np.concatenate(list(_split(2)[0].decoded([latent])))
    np.testing.assert_array_equal(joined, whole.reshape(-1))

    too_narrow = np.concatenate(list(_split(1)[0].decoded([latent])))
    assert np.abs(too_narrow - whole.reshape(-1)).max() > 0.01


def test_sentences_after_the_first_do_not_begin_with_short_stretches_again() -> None:
    split, _ = _split(2)
    lengths = [len(sound) // _HOP_SAMPLES for sound in split.decoded([_latent(90), _latent(90)])]
    assert lengths == [30, 60, 90]


def test_nothing_is_decoded_before_it_is_asked_for() -> None:
    split, decoder = _split(12)
    sound = split.decoded([_latent(400)])
    assert decoder.fed == []
    next(sound)
    assert decoder.fed == [42]
