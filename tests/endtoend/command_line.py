# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real command line in a process of its own, and speaks with the real starter voices."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from desktop_app import bundle
from desktop_app.domain.audio import LISTENING_RATE_HZ, Samples

NOBODY = "http://127.0.0.1:9"
"""An address where no Ollama answers."""


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str


def fireside(
    *arguments: str | Path,
    environment: dict[str, str] | None = None,
    prefix: tuple[str, ...] = (),
    program: tuple[str, ...] = ("-m", "desktop_app"),
) -> Ran:
    """python -m desktop_app …, in the environment of the tests (a home of its own, no screen)."""
    done = subprocess.run(
        [*prefix, sys.executable, *program, *map(str, arguments)],
        cwd=bundle.ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=170,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def spoken(*sentences: str, voice: str = "starter-en-2", pause_seconds: float = 0.25) -> Samples:
    """What a person with that voice says, 16 kHz mono."""
    from piper import PiperVoice

    piper = PiperVoice.load(bundle.VOICES / voice / f"{voice}.onnx")
    pieces: list[Samples] = []
    for sentence in sentences:
        pieces += [chunk.audio_float_array for chunk in piper.synthesize(sentence)]
        pieces.append(np.zeros(round(pause_seconds * piper.config.sample_rate), np.float32))
    samples = np.concatenate(pieces) * 0.5
    return np.asarray(soxr.resample(samples, piper.config.sample_rate, LISTENING_RATE_HZ), np.float32)


def write_recording(file: Path, *utterances: Samples, pause_seconds: float = 2.0) -> Path:
    """A WAV file with silence around and between the utterances."""
    silence = np.zeros(round(pause_seconds * LISTENING_RATE_HZ), np.float32)
    track = np.concatenate([silence, *(part for utterance in utterances for part in (utterance, silence))])
    with wave.open(str(file), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(LISTENING_RATE_HZ)
        recording.writeframes((np.clip(track, -1, 1) * 32767).astype("<i2").tobytes())
    return file


def events_in(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def named(events: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [event for event in events if event["event"] == name]


def words_of(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() or sign == "'" else " " for sign in text.lower()).split()


def word_error_rate(heard: str, said: str) -> float:
    """Levenshtein distance over words, as a share of the words that were said."""
    reference, hypothesis = words_of(said), words_of(heard)
    row = list(range(len(hypothesis) + 1))
    for i, word in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(hypothesis, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1] / max(1, len(reference))
