# SPDX-License-Identifier: GPL-3.0-or-later
"""What the starter kit can do: how well its ears understand, how its voices keep time, how large both are.

Everything is spoken and heard by the product's own adapters, on committed lists that training never sees.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measuring.figures import Bound, Figure, figures_report, figures_result
from benchmarks.measuring.nonspeech import nonspeech_clips
from benchmarks.measuring.spoken import Spoken, pace_of_starter, read_list, said_by_espeak, said_by_starter
from benchmarks.measuring.word_errors import plain_words, word_error_rate
from desktop_app import bundle
from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.app import STARTER_EARS

ENGLISH_VOICES = ("starter-en-1", "starter-en-2")
FRENCH_VOICES = ("starter-fr-1", "starter-fr-2")
EARS_FOLDER = bundle.EARS / STARTER_EARS

_SENTENCES_PER_UNSEEN_VOICE = 10
_LENGTH_SCALES = (0.6, 0.8, 1.0, 1.25, 1.6, 2.0)
_SHOWN_MISTAKES = 15
_MEGABYTE = 1_000_000

_ALIGNED_TEXTS = {
    "en": (
        "A",
        "Wait… what?",
        "Nice to meet you. What would you like to talk about today?",
        "Call 555-0199 at 10:45 on 3/4/2026, it's 23.5% off.",
        "“Curly quotes” – and a dash; so: what now?!",
    ),
    "fr": (
        "A",
        "Ça va ?",
        "Bonjour, je suis ravie de vous rencontrer. De quoi voulez-vous parler ?",
        "Il est 23 h 45, le 3/4/2026.",
        "« Bonjour », dit-il ; « week-end » !",
    ),
}
_PACED_TEXTS = {
    "en": (
        "The kettle is singing and the rain has stopped at last.",
        "Would you rather walk along the river or stay here by the fire?",
        "I remember that you like old songs, so let me tell you about one.",
    ),
    "fr": (
        "La bouilloire chante et la pluie s'est enfin arrêtée.",
        "Voulez-vous marcher au bord de la rivière ou rester ici près du feu ?",
        "Je me souviens que vous aimez les vieilles chansons.",
    ),
}


def measure(limit: int | None = None) -> dict[str, Any]:
    """All bars of the starter kit; with a limit, so many sentences, sounds and texts each. Raises CompanionErrors."""
    return asyncio.run(_measure(limit))


def report(result: dict[str, Any]) -> str:
    return figures_report(result)


async def _measure(limit: int | None) -> dict[str, Any]:
    # As the app makes them.
    ears = WhisperTranscriber(EARS_FOLDER, name=STARTER_EARS, is_starter=True, short_windows=True)
    try:
        await ears.load()
        figures, details = await _hearing(ears, limit)
    finally:
        await ears.close()
    speaking_figures, details["speed"] = await _speaking(limit)
    return figures_result("starter", [*figures, *speaking_figures, *_sizes()], details)


async def _hearing(ears: WhisperTranscriber, limit: int | None) -> tuple[list[Figure], dict[str, Any]]:
    held_out = read_list("starter_heldout.txt")[:limit]
    everyday = read_list("everyday.txt")[:limit]
    unseen_voices = read_list("unseen_voices.txt")[:limit]
    sets = {
        "starter voices, held-out sentences": (0.10, await _by_each(ENGLISH_VOICES, held_out)),
        "unseen espeak-ng voices": (0.20, said_by_espeak(_dealt(unseen_voices, held_out))),
        "everyday sentences": (0.30, await _by_each(ENGLISH_VOICES, everyday)),
    }
    figures, details = [], {}
    for name, (bar, spoken) in sets.items():
        rate, details[name] = await _understood(ears, spoken)
        figures.append(_figure(f"word error rate, {name}", rate, "", "at most", bar, f"{len(spoken)} clips"))
    name = "starter voices, held-out sentences"
    figures.append(await _cost_of_short_windows(ears, name, sets[name][1]))
    clips = nonspeech_clips()[:limit]
    invented = {name: text for name, samples in clips if (text := (await ears.transcribe(samples, "en")).text)}
    details["text from silence and noise"] = invented
    figures.append(_figure("silence and noise that give text", len(invented), "", "at most", 0, f"{len(clips)} clips"))
    return figures, details


async def _cost_of_short_windows(ears: WhisperTranscriber, name: str, spoken: Sequence[Spoken]) -> Figure:
    """How many more words are mistaken than in whole windows, of all that were said."""
    rates = []
    for short in (True, False):
        heard = [
            (clip.text, (await ears.transcribe_in_windows(clip.samples, "en", short=short)).text) for clip in spoken
        ]
        rates.append(word_error_rate(heard))
    of = f"{len(spoken)} clips: {rates[0]:.3f} short, {rates[1]:.3f} full"
    return _figure(f"word errors that short windows add, {name}", rates[0] - rates[1], "", "at most", 0.005, of)


async def _understood(ears: WhisperTranscriber, spoken: Sequence[Spoken]) -> tuple[float, dict[str, Any]]:
    began = time.process_time()
    heard = [(clip, (await ears.transcribe(clip.samples, "en")).text) for clip in spoken]
    processor_seconds = time.process_time() - began
    mistaken = [(clip, text) for clip, text in heard if plain_words(clip.text) != plain_words(text)]
    by_voice = {
        voice: round(word_error_rate((clip.text, text) for clip, text in heard if clip.voice == voice), 4)
        for voice in sorted({clip.voice for clip in spoken})
    }
    details = {
        "exact_share": round(1 - len(mistaken) / max(len(heard), 1), 4),
        "processor_seconds_per_clip": round(processor_seconds / max(len(heard), 1), 3),
        "word_error_rate_by_voice": by_voice,
        "mistakes": [{"voice": c.voice, "said": c.text, "heard": text} for c, text in mistaken[:_SHOWN_MISTAKES]],
    }
    return word_error_rate((clip.text, text) for clip, text in heard), details


async def _by_each(voices: Sequence[str], sentences: Sequence[str]) -> list[Spoken]:
    return [clip for voice in voices for clip in await said_by_starter(voice, sentences)]


def _dealt(voices: Sequence[str], sentences: Sequence[str]) -> list[tuple[str, str]]:
    """Sentences dealt to voices like cards, so that no two voices say the same ones while there are enough."""
    count = min(_SENTENCES_PER_UNSEEN_VOICE, len(sentences))
    return [
        (voice, sentences[(hand * count + card) % len(sentences)])
        for hand, voice in enumerate(voices)
        for card in range(count)
    ]


async def _speaking(limit: int | None) -> tuple[list[Figure], dict[str, float]]:
    wrong = clips = 0
    speeds = {}
    for voice_id in (*ENGLISH_VOICES, *FRENCH_VOICES):
        language = voice_id.split("-")[1]
        for samples, timed_samples in _aligned(voice_id, _ALIGNED_TEXTS[language][:limit]):
            clips += 1
            wrong += samples != timed_samples
        paces = [await pace_of_starter(voice_id, _PACED_TEXTS[language][:limit]) for _ in range(2)]
        speeds[voice_id] = round(max(pace.speed for pace in paces), 1)  # what else runs here can only slow it down
    slowest = min(speeds.values())
    return [
        _figure("clips whose timings miss their length", wrong, "", "at most", 0, f"{clips} clips"),
        _figure("speaking, times real time on one core", slowest, "×", "at least", 10, "the slowest of 4 voices"),
    ], speeds


def _aligned(voice_id: str, texts: Iterable[str]) -> Iterable[tuple[int, int]]:
    """Samples of a clip and the sum of its phonemes' samples, from unmodified piper-tts at several rates of speech."""
    from piper import PiperVoice, SynthesisConfig

    voice = PiperVoice.load(bundle.VOICES / voice_id / f"{voice_id}.onnx")
    for text in texts:
        for length_scale in _LENGTH_SCALES:
            config = SynthesisConfig(length_scale=length_scale, normalize_audio=False)
            for chunk in voice.synthesize(text, config, include_alignments=True):
                timed = chunk.phoneme_id_samples
                yield len(chunk.audio_float_array), 0 if timed is None else int(timed.sum())


def _sizes() -> list[Figure]:
    voices = max(
        (bundle.VOICES / voice_id / f"{voice_id}.onnx").stat().st_size for voice_id in (*ENGLISH_VOICES, *FRENCH_VOICES)
    )
    ears = sum(file.stat().st_size for file in Path(EARS_FOLDER).rglob("*") if file.is_file())
    return [
        _figure("size of the starter ears", ears / _MEGABYTE, "MB", "at most", 25, "the folder"),
        _figure("size of a starter voice", voices / _MEGABYTE, "MB", "at most", 4, "the largest of 4 voices"),
    ]


def _figure(name: str, value: float, unit: str, bound: Bound, bar: float, of: str) -> Figure:
    return Figure(name, round(value, 4), unit, bound, bar, of)
