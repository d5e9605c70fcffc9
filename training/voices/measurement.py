# SPDX-License-Identifier: GPL-3.0-or-later
"""How good the starter voices are, in figures: against their teacher on unheard sentences, and by Piper's rules.

Two processes, because teacher and `PiperVoice` share one espeak-ng: `render_references` first, `measure` after.
"""

from __future__ import annotations

import json
import pickle
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.voices.acoustics import SAMPLE_RATE_HZ
from training.voices.speakers import ESPEAK_VOICE, REFERENCE_RATE_WPM, SPEAKERS, VOICES

LENGTH_SCALES = (0.6, 0.8, 1.0, 1.25, 1.6, 2.0)
EDGE_TEXTS = {
    "en": (
        "A", "Hi.", "?", "...", "!!!", "😀", "One. Two. Three!", "Wait… what?", "“Curly quotes” – and a dash.",
        "Call 555-0199 at 10:45 on 3/4/2026, it's 23.5% off.", "déjà vu, crème brûlée, Champs-Élysées",
        "[[ h ə l ˈ o ʊ ]]", "A" * 40, "NASA, the BBC and PhDs.", "x" * 12 + "zq", "hello " * 60,
        "naïve façade señor Žižek",
    ),
    "fr": (
        "A", "Oui.", "?", "…", "Ça va ?", "L'œuf, l'été, où ça ?", "Il est 23 h 45, le 3/4/2026.",
        "« Bonjour », dit-il.",
        "week-end, parking, smoking", "Aïe ! Ouf… non ; si : voilà.", "bonjour " * 50, "😀", "[[ b ɔ̃ ʒ ˈ u ʁ ]]",
    ),
}  # fmt: skip
QUESTIONS = {
    "en": ("Is it ready?", "Are you coming with us tonight?", "Do you like my garden?", "Was it cold?", "Really?"),
    "fr": ("C'est prêt ?", "Tu viens avec nous ce soir ?", "Vous aimez mon jardin ?", "C'était froid ?", "Ah bon ?"),
}  # fmt: skip

Samples = NDArray[np.float32]


def render_references(work: Path) -> None:
    """Teacher renderings of the held-out sentences and of the questions as statements, to `work/references.pickle`."""
    from training.espeak import Espeak
    from training.voices import corpus, fitting

    _, held_out = fitting.split(corpus.load(work / "corpus.pickle"))
    espeak = Espeak(work / "espeak-ng-data")
    references: list[tuple[str, str, Samples]] = []
    for voice in VOICES:
        texts = [u.text for u in held_out if u.language == voice.language] + list(QUESTIONS[voice.language])
        for text in texts:
            said = espeak.speak(
                text, ESPEAK_VOICE[voice.language], SPEAKERS[voice.speaker.index].name, rate_wpm=REFERENCE_RATE_WPM
            )
            references.append((voice.id, text, (said.samples / 32768.0).astype(np.float32)))
    with (work / "references.pickle").open("wb") as file:
        pickle.dump(references, file)


def log_mel(samples: Samples, hop: int = 512, bands: int = 40) -> NDArray[np.float64]:
    """Log power in mel bands, decibels, floor 60 dB below the loudest, mean level removed."""
    size = 1024
    padded = np.pad(samples, (size // 2, size))
    positions = np.arange(0, len(samples), hop)[:, None] + np.arange(size)
    power = np.abs(np.fft.rfft(padded[positions] * np.hanning(size), axis=1)) ** 2
    frequency = np.arange(size // 2 + 1) * SAMPLE_RATE_HZ / size
    mel = 2595 * np.log10(1 + frequency / 700)
    edges = np.linspace(mel[4], 2595 * np.log10(1 + 8000 / 700), bands + 2)
    weights = np.stack([np.interp(mel, edges[i : i + 3], [0, 1, 0]) for i in range(bands)], 1)
    decibels = 10 * np.log10(power @ (weights / weights.sum(0)) + 1e-12)
    return np.asarray(np.maximum(decibels - decibels.max(), -60.0))


def warped_distance_db(one: Samples, other: Samples) -> float:
    """Mean distance of two log-mel spectrograms after dynamic time warping."""
    a, b = log_mel(one), log_mel(other)
    cost = np.abs(a[:, None] - b[None]).mean(-1)
    total = np.full((len(a) + 1, len(b) + 1), np.inf)
    steps = np.zeros_like(total)
    total[0, 0] = 0.0
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            before = min((total[i - 1, j - 1], i - 1, j - 1), (total[i - 1, j], i - 1, j), (total[i, j - 1], i, j - 1))
            total[i, j] = before[0] + cost[i - 1, j - 1]
            steps[i, j] = steps[before[1], before[2]] + 1
    return float(total[-1, -1] / steps[-1, -1])


def final_rise(samples: Samples) -> float:
    """Pitch at the end of the voiced part over pitch before it: above 1 is a question."""
    import pyworld

    signal = samples.astype(np.float64)
    f0, times = pyworld.harvest(signal, SAMPLE_RATE_HZ, f0_floor=65.0, f0_ceil=400.0, frame_period=10.0)
    voiced = pyworld.stonemask(signal, f0, times, SAMPLE_RATE_HZ)
    voiced = voiced[voiced > 0]
    if len(voiced) < 12:
        return float("nan")
    return float(np.median(voiced[-4:]) / np.median(voiced[: max(4, len(voiced) * 2 // 3)]))


def _trimmed(samples: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples


def measure(work: Path, voices_directory: Path) -> dict[str, Any]:
    """Speak with every voice through unmodified piper-tts; figures per voice."""
    from piper import PiperVoice, SynthesisConfig

    with (work / "references.pickle").open("rb") as file:
        references: list[tuple[str, str, Samples]] = pickle.load(file)
    report: dict[str, Any] = {}
    for voice in VOICES:
        path = voices_directory / voice.id / f"{voice.id}.onnx"
        piper = PiperVoice.load(path)

        def speak(text: str, length_scale: float = 1.0, piper: PiperVoice = piper) -> list[tuple[Samples, bool]]:
            chunks = piper.synthesize(
                text, SynthesisConfig(length_scale=length_scale, normalize_audio=False), include_alignments=True
            )
            return [
                (chunk.audio_float_array, int(np.sum(chunk.phoneme_id_samples)) == len(chunk.audio_float_array))
                for chunk in chunks
            ]

        own = [(text, samples) for voice_id, text, samples in references if voice_id == voice.id]
        speak(own[0][0])
        exact = spoken_chunks = 0
        for text in (*EDGE_TEXTS[voice.language], *(text for text, _ in own[:12])):
            for scale in LENGTH_SCALES:
                for samples, sums in speak(text, scale):
                    spoken_chunks += 1
                    exact += sums and bool(np.isfinite(samples).all())
        seconds = cpu = 0.0
        peaks, leads, distances, ratios, unrelated, floors = [], [], [], [], [], []
        previous: Samples | None = None
        for text, teacher in own:
            started = time.process_time()
            samples = np.concatenate([s for s, _ in speak(text)])
            cpu += time.process_time() - started
            seconds += len(samples) / SAMPLE_RATE_HZ
            peaks.append(float(np.abs(samples).max()))
            leads.append(float(np.argmax(np.abs(samples) > 0.01) / SAMPLE_RATE_HZ * 1000))
            floors.append(float(20 * np.log10(np.sqrt(np.mean(samples[-1500:] ** 2)) + 1e-9)))
            distances.append(warped_distance_db(_trimmed(samples), _trimmed(teacher)))
            ratios.append(len(_trimmed(samples)) / len(_trimmed(teacher)))
            if previous is not None and len(unrelated) < 6:
                unrelated.append(warped_distance_db(_trimmed(samples), _trimmed(previous)))
            previous = teacher
        questions = {text: samples for text, samples in own if text in QUESTIONS[voice.language]}
        pace_text = own[1][0]
        base = len(np.concatenate([s for s, _ in speak(pace_text)]))
        report[voice.id] = {
            "bytes": path.stat().st_size,
            "alignment_sums_exact": f"{exact}/{spoken_chunks}",
            "real_time_factor_cpu": round(cpu / seconds, 4),
            "peak_mean": round(float(np.mean(peaks)), 3),
            "peak_largest": round(max(peaks), 3),
            "leading_silence_milliseconds_largest": round(max(leads), 1),
            "closing_silence_dbfs_loudest": round(max(floors), 1),
            "log_mel_distance_to_teacher_db": round(float(np.mean(distances)), 2),
            "log_mel_distance_of_unrelated_sentences_db": round(float(np.mean(unrelated)), 2),
            "length_ratio_to_teacher": round(float(np.mean(ratios)), 3),
            "length_ratio_by_length_scale": {
                str(scale): round(len(np.concatenate([s for s, _ in speak(pace_text, scale)])) / base, 3)
                for scale in LENGTH_SCALES
            },
            "question_rise": {
                text: [round(final_rise(speak(text)[0][0]), 2), round(final_rise(teacher), 2)]
                for text, teacher in questions.items()
            },
            "same_sound_twice": bool(np.array_equal(speak(own[0][0])[0][0], speak(own[0][0])[0][0])),
        }
        print(voice.id, json.dumps(report[voice.id], ensure_ascii=False), flush=True)
    return report
