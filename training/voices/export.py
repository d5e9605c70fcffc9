# SPDX-License-Identifier: GPL-3.0-or-later
"""One trained network → four Piper voices: ONNX files with alignment output, their JSON and their voice.toml."""

from __future__ import annotations

import hashlib
import json
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.voices import corpus
from training.voices.acoustics import BINS, FFT_SAMPLES, HOP_SAMPLES, SAMPLE_RATE_HZ
from training.voices.corpus import Utterance
from training.voices.network import VoiceNetwork, position_features
from training.voices.sentences import LANGUAGES
from training.voices.speakers import ESPEAK_VOICE, VOICES, StarterVoice
from training.voices.vocoder import DEFAULT_NOISE_SCALE, Vocoder

BREATH = {"higher": 0.25, "lower": 0.2}
TARGET_PEAK = 0.6  # mean over sentences of the largest sample
PACE_LIMIT = 0.2  # the network has heard rates 22 % around its reference; beyond, time is stretched evenly
SHORTEST_FRAMES = 0.12  # what is predicted shorter than this (pads, stress marks) takes no time
EXPORT_OPSET = 17

# Phonemes the teacher never says in either language borrow the look of the nearest one it does.
NEAREST = {
    "r": "ɹ", "y": "i", "ø": "ə", "œ": "ʌ", "ʀ": "ʁ", "x": "h", "χ": "h", "ç": "ʃ", "ʏ": "i", "ɒ": "ɑ", "ɘ": "ə",
    "ɨ": "ɪ", "ɯ": "u", "ɤ": "o", "ɵ": "ə", "ʉ": "u", "ɕ": "ʃ", "ʑ": "ʒ", "ʂ": "ʃ", "ʐ": "ʒ", "ɟ": "d", "c": "k",
    "q": "k", "β": "v", "ɸ": "f", "ʋ": "v", "ɣ": "ɡ", "ɫ": "l", "ʎ": "l", "ɲ": "n", "ɳ": "n", "ʈ": "t", "ɖ": "d",
    "ɱ": "m", "ɦ": "h", "ħ": "h", "g": "ɡ", "ɝ": "ɜ", "ɞ": "ɜ", "ɻ": "ɹ", "ɽ": "ɾ", "ʍ": "w", "ɥ": "w", "ɰ": "w",
    "ʝ": "j", "ʔ": "t", "ʦ": "s", "ɐ": "ə", "ε": "ɛ", "e": "ɛ", "o": "ɔ", "a": "æ",
    ";": ",", ":": ",", "!": ".", "(": ",", ")": ",", "-": " ", '"': " ",
}  # fmt: skip


class PiperVoiceGraph(nn.Module):
    """A voice as Piper calls it: (ids, length, [noise scale, length scale, unused]) → samples, frames per id."""

    def __init__(self, network: VoiceNetwork, voice: StarterVoice, gain: float = 1.0) -> None:
        super().__init__()
        self.network = network
        self.vocoder = Vocoder(BREATH[voice.presentation], gain)
        self.speaker_index = voice.speaker.index
        self.language_index = LANGUAGES.index(voice.language)

    def forward(self, ids: Tensor, ids_length: Tensor, scales: Tensor) -> tuple[Tensor, Tensor]:
        ids = ids[:, : ids_length[0]]
        mask = torch.ones_like(ids, dtype=torch.float32)[..., None]
        # a longer or shorter length scale is a slower or faster speaker as far as those were heard …
        pace = torch.clamp(torch.log(scales[1:2]), -PACE_LIMIT, PACE_LIMIT)
        stretch = scales[1] / torch.exp(pace)[0]  # … and the rest is even stretching
        speaker = torch.full((1,), self.speaker_index, dtype=torch.long)
        language = torch.full((1,), self.language_index, dtype=torch.long)
        encoded = self.network.encode(ids, mask, speaker, language, pace)

        frames = self.network.durations(encoded)
        frames = frames * (frames > SHORTEST_FRAMES).float() * stretch
        frames = torch.cat([frames[:, :-1], frames[:, -1:].clamp(min=2.0)], 1)  # never an empty sound
        ends = torch.floor(torch.cumsum(frames, 1) + 0.5)
        starts = functional.pad(ends, (1, 0))[:, :-1]
        durations = torch.ceil(ends - starts)  # whole numbers already; Piper looks for the one Ceil node
        total = ends[0, -1].long()
        first = starts[0].long()
        begun = torch.zeros_like(torch.arange(total)).scatter_add(0, first, torch.ones_like(first))
        index = torch.cumsum(begun, 0) - 1

        time = torch.arange(total, dtype=torch.float32)
        position = position_features(time / stretch, starts[0][index] / stretch, durations[0][index] / stretch)
        frame_mask = torch.ones_like(time)[None, :, None]
        normalized = self.network.decode(encoded, index[None], position[None], frame_mask)[0]
        features = normalized * self.network.deviation + self.network.mean[self.speaker_index]
        samples = self.vocoder(features, scales[0])
        return samples[None, None], durations[:, None]


def load_network(path: Path, heard_ids: set[int]) -> VoiceNetwork:
    """The trained network; ids it never heard borrow the nearest phoneme, or else stay silent like the pad."""
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    network = VoiceNetwork()
    network.load_state_dict(torch.load(path, weights_only=True)["network"])
    network.eval()
    code = {phoneme: ids[0] for phoneme, ids in DEFAULT_PHONEME_ID_MAP.items()}
    table = network.identity.weight.data
    silent = table[0].clone()
    for unheard in set(range(table.shape[0])) - heard_ids:
        table[unheard] = silent
    for phoneme, number in code.items():
        likeness = phoneme
        while code[likeness] not in heard_ids and likeness in NEAREST:
            likeness = NEAREST[likeness]
        if number not in heard_ids and code[likeness] in heard_ids:
            table[number] = table[code[likeness]]
    return network


def calibrated_gain(network: VoiceNetwork, voice: StarterVoice, utterances: list[Utterance]) -> float:
    """The fixed gain at which this voice's sentences peak at the target on average."""
    graph = PiperVoiceGraph(network, voice, gain=0.01).eval()  # far below the limiter
    peaks = []
    with torch.no_grad():
        for u in utterances:
            ids = torch.from_numpy(u.ids.astype(np.int64))[None]
            samples, _ = graph(ids, torch.tensor([ids.shape[1]]), torch.tensor([DEFAULT_NOISE_SCALE, 1.0, 0.0]))
            peaks.append(float(samples.abs().max()))
    return 0.01 * TARGET_PEAK / float(np.mean(peaks))


def _compute_bases_in_graph(model) -> None:  # type: ignore[no-untyped-def]
    """Replace the two Fourier bases (4 MB) by the few nodes that compute them when the voice is loaded."""
    from onnx import helper, numpy_helper

    cosine, sine = "vocoder.cosine_basis", "vocoder.sine_basis"
    kept = [tensor for tensor in model.graph.initializer if tensor.name not in (cosine, sine)]
    if len(kept) != len(model.graph.initializer) - 2:
        raise RuntimeError("the exported graph does not hold the two Fourier bases by their names")
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)

    def constant(name: str, value: object) -> object:
        return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(np.asarray(value), name))

    nodes = [
        constant("basis_zero", np.int64(0)),
        constant("basis_one", np.int64(1)),
        constant("basis_samples", np.int64(FFT_SAMPLES)),
        constant("basis_bins", np.int64(BINS)),
        constant("basis_column", np.array([FFT_SAMPLES, 1], np.int64)),
        constant("basis_row", np.array([1, BINS], np.int64)),
        constant("basis_step", np.float32(2 * np.pi / FFT_SAMPLES)),
        helper.make_node("Range", ["basis_zero", "basis_samples", "basis_one"], ["basis_n"]),
        helper.make_node("Range", ["basis_zero", "basis_bins", "basis_one"], ["basis_k"]),
        helper.make_node("Reshape", ["basis_n", "basis_column"], ["basis_n_column"]),
        helper.make_node("Reshape", ["basis_k", "basis_row"], ["basis_k_row"]),
        helper.make_node("Mul", ["basis_n_column", "basis_k_row"], ["basis_product"]),
        helper.make_node("Mod", ["basis_product", "basis_samples"], ["basis_wrapped"]),
        helper.make_node("Cast", ["basis_wrapped"], ["basis_float"], to=1),
        helper.make_node("Mul", ["basis_float", "basis_step"], ["basis_angle"]),
        helper.make_node("Cos", ["basis_angle"], [cosine]),
        helper.make_node("Sin", ["basis_angle"], [sine]),
    ]
    rest = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*nodes, *rest])


def _store_weights_in_half(model) -> None:  # type: ignore[no-untyped-def]
    """Keep large weights as 16-bit floats; the runtime widens them once when the voice is loaded."""
    from onnx import helper, numpy_helper

    initializers, casts = [], []
    for tensor in model.graph.initializer:
        value = numpy_helper.to_array(tensor)
        if value.dtype == np.float32 and value.size > 2000:
            initializers.append(numpy_helper.from_array(value.astype(np.float16), f"{tensor.name}_half"))
            casts.append(helper.make_node("Cast", [f"{tensor.name}_half"], [tensor.name], to=1))
        else:
            initializers.append(tensor)
    del model.graph.initializer[:]
    model.graph.initializer.extend(initializers)
    rest = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*casts, *rest])


def export_voice(network: VoiceNetwork, voice: StarterVoice, gain: float, target: Path) -> None:
    """Write `target` (the .onnx) and its .json."""
    import onnx
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    target.parent.mkdir(parents=True, exist_ok=True)
    graph = PiperVoiceGraph(network, voice, gain).eval()
    example = (torch.randint(0, 150, (1, 51)), torch.tensor([51]), torch.tensor([DEFAULT_NOISE_SCALE, 1.0, 0.0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's remarks on shapes, all of them meant
        torch.onnx.export(
            graph,
            example,
            str(target),
            opset_version=EXPORT_OPSET,
            input_names=["input", "input_lengths", "scales"],
            output_names=["output", "durations"],
            dynamic_axes={
                "input": {0: "batch_size", 1: "phonemes"},
                "input_lengths": {0: "batch_size"},
                "output": {0: "batch_size", 2: "time"},
                "durations": {0: "batch_size", 2: "phonemes"},
            },
            dynamo=False,
            do_constant_folding=False,
        )
    model = onnx.load(str(target))
    ceilings = sum(node.op_type == "Ceil" for node in model.graph.node)
    if ceilings != 1:
        raise RuntimeError(f"Piper finds durations by the one Ceil node, here are {ceilings}")
    _compute_bases_in_graph(model)
    _store_weights_in_half(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))
    config = {
        "audio": {"sample_rate": SAMPLE_RATE_HZ, "quality": "starter"},
        "espeak": {"voice": ESPEAK_VOICE[voice.language]},
        "inference": {"noise_scale": DEFAULT_NOISE_SCALE, "length_scale": 1.0, "noise_w": 0.0},
        "phoneme_type": "espeak",
        "phoneme_map": {},
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
        "num_symbols": 256,
        "num_speakers": 1,
        "speaker_id_map": {},
        "hop_length": HOP_SAMPLES,
        "piper_version": "1.8.0",
        "language": {"code": {"en": "en_US", "fr": "fr_FR"}[voice.language], "family": voice.language},
        "dataset": voice.id,
    }
    json_path = target.with_name(f"{target.name}.json")
    json_path.write_text(json.dumps(config, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _voice_toml(voice: StarterVoice, files: list[Path], utterances: int, steps: int) -> str:
    lines = [
        f'id = "{voice.id}"',
        f'name = "{voice.name}"',
        f'language = "{voice.language}"',
        f'espeak_voice = "{ESPEAK_VOICE[voice.language]}"',
        f'presentation = "{voice.presentation}"',
        f"sample_rate_hz = {SAMPLE_RATE_HZ}",
        f"hop_samples = {HOP_SAMPLES}",
        'license = "GPL-3.0-or-later"',
        'quality = "starter"',
        'made_by = "python -m training.voices"',
        'made_how = """',
        f"A small network trained from scratch on {utterances} sentences written for this project and rendered by",
        f"the espeak-ng 1.52 inside piper-tts ({steps} steps); its sound is made by pulses and noise through filters",
        "in the same file. No recording of any person. It sounds like what it is: a synthesizer.",
        'See ../MODEL_CARD.md."""',
    ]
    for path in files:
        content = path.read_bytes()
        lines += ["", "[[files]]", f'name = "{path.name}"', f"bytes = {len(content)}"]
        lines.append(f'sha256 = "{hashlib.sha256(content).hexdigest()}"')
    return "\n".join(lines) + "\n"


def export_all(work: Path, voices_directory: Path) -> None:
    """Write the four voices from `work/voices.pt`."""
    utterances = corpus.load(work / "corpus.pickle")
    heard = {int(number) for u in utterances for number in u.ids}
    network = load_network(work / "voices.pt", heard)
    steps = int(torch.load(work / "voices.pt", weights_only=True)["steps"])
    for voice in VOICES:
        own = [u for u in utterances if u.language == voice.language]
        natural = [u for u in own if 25 < len(u.text) < 90][:40]
        gain = calibrated_gain(network, voice, natural)
        target = voices_directory / voice.id / f"{voice.id}.onnx"
        export_voice(network, voice, gain, target)
        files = [target, target.with_name(f"{target.name}.json")]
        toml = _voice_toml(voice, files, len(utterances), steps)
        target.with_name("voice.toml").write_text(toml, encoding="utf-8")
        print(f"{voice.id}: {target.stat().st_size} bytes, gain {gain:.3f}", flush=True)
