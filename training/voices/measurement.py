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
HOP_SAMPLES = 512  # of the comparison with the teacher


def render_references(work: Path) -> None:
    """Teacher renderings of the held-out sentences and of the questions, to `work/references.pickle`."""
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


def log_mel(samples: Samples, bands: int = 40) -> NDArray[np.float64]:
    """Log power in mel bands, decibels, floor 60 dB below the loudest, mean level removed."""
    size = 1024
    padded = np.pad(samples, (size // 2, size))
    positions = np.arange(0, len(samples), HOP_SAMPLES)[:, None] + np.arange(size)
    power = np.abs(np.fft.rfft(padded[positions] * np.hanning(size), axis=1)) ** 2
    frequency = np.arange(size // 2 + 1) * SAMPLE_RATE_HZ / size
    mel = 2595 * np.log10(1 + frequency / 700)
    edges = np.linspace(mel[4], 2595 * np.log10(1 + 8000 / 700), bands + 2)
    weights = np.stack([np.interp(mel, edges[i : i + 3], [0, 1, 0]) for i in range(bands)], 1)
    decibels = 10 * np.log10(power @ (weights / weights.sum(0)) + 1e-12)
    return np.asarray(np.maximum(decibels - decibels.max(), -60.0))


def warped(one: Samples, other: Samples) -> tuple[float, list[tuple[int, int]]]:
    """Mean distance in decibels of two log-mel spectrograms after dynamic time warping, and the path of that."""
    a, b = log_mel(one), log_mel(other)
    cost = np.abs(a[:, None] - b[None]).mean(-1)
    total = np.full((len(a) + 1, len(b) + 1), np.inf)
    total[0, 0] = 0.0
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            total[i, j] = cost[i - 1, j - 1] + min(total[i - 1, j - 1], total[i - 1, j], total[i, j - 1])
    i, j = len(a), len(b)
    path = []
    while i > 0 and j > 0:
        path.append((i - 1, j - 1))
        i, j = min(((i - 1, j - 1), (i - 1, j), (i, j - 1)), key=lambda place: total[place])
    return float(total[-1, -1] / len(path)), path[::-1]


def pitch_hz(samples: Samples) -> NDArray[np.float64]:
    """Pitch at the places of `log_mel`, 0 where there is none."""
    import pyworld

    signal = samples.astype(np.float64)
    period_milliseconds = 1000 * HOP_SAMPLES / SAMPLE_RATE_HZ
    f0, times = pyworld.dio(signal, SAMPLE_RATE_HZ, f0_floor=66.0, f0_ceil=400.0, frame_period=period_milliseconds)
    return np.asarray(pyworld.stonemask(signal, f0, times, SAMPLE_RATE_HZ))


def pitch_differences_semitones(one: Samples, other: Samples, path: list[tuple[int, int]]) -> NDArray[np.float64]:
    """Signed pitch differences along a warping path, where both are voiced."""
    a, b = pitch_hz(one), pitch_hz(other)
    pairs = [(a[i], b[j]) for i, j in path if i < len(a) and j < len(b) and a[i] > 0 and b[j] > 0]
    return np.array([12 * np.log2(x / y) for x, y in pairs])


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
        pitch_errors, question_endings = [], []
        previous: Samples | None = None
        for text, teacher in own:
            started = time.process_time()
            samples = np.concatenate([s for s, _ in speak(text)])
            cpu += time.process_time() - started
            seconds += len(samples) / SAMPLE_RATE_HZ
            peaks.append(float(np.abs(samples).max()))
            leads.append(float(np.argmax(np.abs(samples) > 0.01) / SAMPLE_RATE_HZ * 1000))
            floors.append(float(20 * np.log10(np.sqrt(np.mean(samples[-1500:] ** 2)) + 1e-9)))
            mine, model = _trimmed(samples), _trimmed(teacher)
            distance, path_of_warp = warped(mine, model)
            distances.append(distance)
            differences = np.abs(pitch_differences_semitones(mine, model, path_of_warp))
            pitch_errors.append(float(np.mean(differences)))
            if text.endswith("?"):
                question_endings.append(float(np.mean(differences[-len(differences) // 4 :])))
            ratios.append(len(mine) / len(model))
            if previous is not None and len(unrelated) < 6:
                unrelated.append(warped(mine, _trimmed(previous))[0])
            previous = teacher
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
            "pitch_error_semitones": round(float(np.mean(pitch_errors)), 2),
            "pitch_error_at_the_end_of_questions_semitones": round(float(np.mean(question_endings)), 2),
            "same_sound_twice": bool(np.array_equal(speak(own[0][0])[0][0], speak(own[0][0])[0][0])),
        }
        print(voice.id, json.dumps(report[voice.id], ensure_ascii=False), flush=True)
    return report
