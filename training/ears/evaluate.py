# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge ears with unmodified faster-whisper: word errors per list and voice, and whether noise stays silent."""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import wave
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from training.ears.mel import SAMPLE_RATE_HZ, FloatArray
from training.ears.sentences import HELD_OUT_DIRECTORY
from training.ears.vocabulary import normalize

REPOSITORY = Path(__file__).parent.parent.parent
STARTER_VOICES = ("starter-en-1", "starter-en-2")


@dataclass(frozen=True)
class Recording:
    """A test sound and what is said in it."""

    group: str
    text: str
    path: Path


def word_errors(heard: str, said: str) -> int:
    """Insertions, deletions and substitutions between two normalized texts."""
    left, right = heard.split(), said.split()
    row = list(range(len(left) + 1))
    for index, word in enumerate(right, 1):
        diagonal, row[0] = row[0], index
        for column, other in enumerate(left, 1):
            diagonal, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, diagonal + (word != other))
    return row[-1]


def sentences(name: str) -> list[str]:
    """The lines of a committed list."""
    lines = (HELD_OUT_DIRECTORY / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _padded(samples: FloatArray) -> FloatArray:
    """A quarter of a second of quiet before and after, and a plain level, as a voice detector cuts it."""
    quiet = np.zeros(SAMPLE_RATE_HZ // 4, np.float32)
    return np.concatenate([quiet, samples / (np.abs(samples).max() + 1e-9) * 0.5, quiet, quiet])


def _write(path: Path, samples: FloatArray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def _espeak_sounds() -> Iterator[tuple[str, str, FloatArray]]:
    import soxr

    from training.espeak import Espeak

    espeak = Espeak()

    def speak(text: str, voice: str) -> FloatArray:
        accent, _, variant = voice.partition("+")
        rendering = espeak.speak(text, accent, variant)
        sound = rendering.samples.astype(np.float32) / 32768
        return np.asarray(soxr.resample(sound, rendering.sample_rate_hz, SAMPLE_RATE_HZ), np.float32)

    unseen = sentences("unseen_voices")
    for index, text in enumerate(sentences("starter_heldout")):
        yield "heldout, unseen espeak voices", text, _padded(speak(text, unseen[index % len(unseen)]))
        if index % 2:
            yield "heldout, plain espeak", text, _padded(speak(text, "en-us"))
    for index, text in enumerate(sentences("everyday")):
        yield "everyday, espeak", text, _padded(speak(text, ("en-us", "en", "en-us+f2", "en+m3")[index % 4]))


def _piper_sounds() -> Iterator[tuple[str, str, FloatArray]]:
    import soxr
    from piper import PiperVoice

    voices = [PiperVoice.load(REPOSITORY / "voices" / name / f"{name}.onnx") for name in STARTER_VOICES]

    def speak(text: str, number: int) -> FloatArray:
        sound = np.concatenate([chunk.audio_float_array for chunk in voices[number].synthesize(text)])
        return np.asarray(soxr.resample(sound, voices[number].config.sample_rate, SAMPLE_RATE_HZ), np.float32)

    held_out = sentences("starter_heldout")
    for index, text in enumerate(held_out):
        yield "heldout, starter voices", text, _padded(speak(text, index % 2))
        yield "heldout, starter voices", text, _padded(speak(text, 1 - index % 2))
    for index, text in enumerate(sentences("everyday")):
        yield "everyday, starter voices", text, _padded(speak(text, index % 2))
    for index in range(0, 60, 3):
        three = held_out[index : index + 3]
        pause = np.zeros(int(0.35 * SAMPLE_RATE_HZ), np.float32)
        sound = np.concatenate([part for text in three for part in (speak(text, index % 2), pause)])
        if len(sound) < 13 * SAMPLE_RATE_HZ:
            yield "three sentences in a row", " ".join(three), _padded(sound)
    rng = np.random.default_rng(5)
    for index, text in enumerate(held_out[:40]):
        sound = _padded(speak(text, index % 2))
        sound += rng.standard_normal(len(sound)).astype(np.float32) * float(np.sqrt((sound**2).mean())) * 0.18
        yield "heldout, starter voices, hiss at 15 dB", text, sound


def _silent_sounds() -> Iterator[tuple[str, str, FloatArray]]:
    """Thirty sounds without speech, from another seed than training's."""
    from training.ears.noises import KINDS

    generator = np.random.default_rng(20_260)
    for index in range(30):
        kind = KINDS[index % len(KINDS)]
        sound = kind(generator, int(SAMPLE_RATE_HZ * (1, 3, 7, 12)[index % 4]))
        yield "no speech", "", sound / (np.abs(sound).max() + 1e-9) * np.float32(10 ** generator.uniform(-2.5, -0.1))


def make_recordings(directory: Path, voices: str) -> None:
    """Write the recordings of one speaker family; espeak and Piper must not share a process."""
    directory.mkdir(parents=True, exist_ok=True)
    sounds = {"espeak": _espeak_sounds, "piper": _piper_sounds, "silent": _silent_sounds}[voices]
    index = []
    for number, (group, text, samples) in enumerate(sounds()):
        path = directory / f"{voices}-{number:04d}.wav"
        _write(path, samples)
        index.append([group, text, path.name])
    (directory / f"{voices}.json").write_text(json.dumps(index, indent=0), encoding="utf-8")


def load_recordings(directory: Path) -> list[Recording]:
    """Everything make_recordings wrote, made first where it is missing or the lists or voices have changed."""
    sources = [HELD_OUT_DIRECTORY / f"{name}.txt" for name in ("starter_heldout", "everyday", "unseen_voices")]
    sources += [REPOSITORY / "voices" / name / f"{name}.onnx" for name in STARTER_VOICES] + [Path(__file__)]
    state = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    mark = directory / "state.txt"
    if not mark.exists() or mark.read_text(encoding="utf-8") != state:
        for voices in ("espeak", "piper", "silent"):
            command = [sys.executable, "-m", "training.ears.evaluate", "--make", voices, str(directory)]
            subprocess.run(command, check=True)
        mark.write_text(state, encoding="utf-8")
    recordings = []
    for voices in ("espeak", "piper", "silent"):
        for group, text, name in json.loads((directory / f"{voices}.json").read_text(encoding="utf-8")):
            recordings.append(Recording(group, text, directory / name))
    return recordings


def evaluate(folder: Path, recordings: list[Recording], most: int | None, options: dict[str, Any]) -> dict[str, Any]:
    """Word error rate per group, with the figures that an adapter's guards look at."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)
    totals: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"recordings": 0, "words": 0, "errors": 0, "exact": 0, "with_text": 0, "examples": [], "segments": []}
    )
    for recording in recordings:
        total = totals[recording.group]
        if most is not None and total["recordings"] >= most:
            continue
        segments, _ = model.transcribe(str(recording.path), language="en", temperature=0.0, **options)
        found = list(segments)
        heard, said = normalize(" ".join(segment.text for segment in found)), normalize(recording.text)
        errors = word_errors(heard, said)
        total["recordings"] += 1
        total["words"] += len(said.split())
        total["errors"] += errors
        total["exact"] += heard == said
        total["with_text"] += bool(heard)
        total["examples"].append([errors, said, heard])
        total["segments"] += [
            [errors, segment.avg_logprob, segment.no_speech_prob, segment.compression_ratio] for segment in found
        ]
    return totals


def main() -> None:
    """Print the figures of a model folder (see --help)."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--make", choices=["espeak", "piper", "silent"])
    parser.add_argument("--model", type=Path, default=REPOSITORY / "assets" / "ears" / "starter-en")
    parser.add_argument("--most", type=int, help="recordings per group")
    parser.add_argument("--examples", type=int, default=0)
    parser.add_argument("--beam", type=int, default=5)
    parser.add_argument("--without-timestamps", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("recordings", type=Path)
    arguments = parser.parse_args()
    if arguments.make:
        make_recordings(arguments.recordings, arguments.make)
        return
    options = {"beam_size": arguments.beam, "without_timestamps": arguments.without_timestamps}
    totals = evaluate(arguments.model, load_recordings(arguments.recordings), arguments.most, options)
    for group, total in totals.items():
        rate = 100 * total["errors"] / max(1, total["words"])
        print(
            f"{group:40s} recordings {total['recordings']:3d}  word errors {rate:5.1f} %  exact {total['exact']:3d}"
            f"  with text {total['with_text']:3d}"
        )
        for errors, said, heard in total["examples"][: arguments.examples]:
            print(f"    {errors} {said!r}\n      {heard!r}")
    if arguments.json:
        arguments.json.write_text(json.dumps(totals, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
