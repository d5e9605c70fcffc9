# SPDX-License-Identifier: GPL-3.0-or-later
"""Does it wait while somebody only pauses, and answer when they have finished?

The real detector, listener, understanding and endpointing hear recordings of people and starter voices with pauses at
labelled places, frame by frame in simulated time. English starter voices are understood by the real starter ears.
Those were not made for people's voices, nor for French: there the labelled words stand in for ears, once with
punctuation and once without.
"""

from __future__ import annotations

import asyncio
import statistics
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, pairwise
from typing import Any

import numpy as np

from benchmarks.measuring.figures import Figure
from benchmarks.measuring.spoken import LISTS, read_list, starter_voice
from benchmarks.measuring.word_errors import plain_words
from desktop_app import bundle
from desktop_app.adapters.detector_silero import SileroDetector
from desktop_app.adapters.sound_files import read_recording
from desktop_app.domain.audio import FRAME_SAMPLES, LISTENING_RATE_HZ, AudioFrame, PhonemeTiming, Samples, Utterance
from desktop_app.domain.conversation import Transcript, Transcription
from desktop_app.domain.errors import VoiceError
from desktop_app.domain.events import Event, TranscriptChanged
from desktop_app.engine.endpointing import Endpointing, EndpointPolicy
from desktop_app.engine.listener import Listener, SpeechEnded, SpeechPaused, SpeechResumed, SpeechStarted
from desktop_app.engine.understanding import Understanding
from desktop_app.ports import Transcriber
from standins import virtual_time

DATA = bundle.ROOT.parent / "shared" / "data"
EARS_SECONDS = 0.15
"""How long the ears take in simulated time: Whisper base with short windows, on two cores."""

_PAUSES_SECONDS = (0.3, 0.7, 1.1)
_OTHER_PAUSES_SECONDS = (0.3, 0.5, 0.7, 0.9)
_FRAME_SECONDS = FRAME_SAMPLES / LISTENING_RATE_HZ
_LEAD_IN_SECONDS = 0.6
_SILENCE_AFTER_SECONDS = 3.0
_MOST_SECONDS = 0.5
"""After a finished sentence."""
_LATEST_SECONDS = 2.2
_FADE_SAMPLES = 80
_OPEN_MARKS = (",", ";", ":", "…")
_TOLERANCE_SECONDS = 0.15
"""Between a label and what the detector makes of it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words without a pause in them; seconds in the scene they are part of."""

    words: str
    start_seconds: float
    end_seconds: float
    asks_for_more: bool
    """Whether the words themselves say that the sentence is not over."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What somebody says, with its pauses and its end."""

    name: str
    language: str
    samples: Samples
    pieces: tuple[Piece, ...]
    finished: bool
    """Whether the sentence is over at its end."""

    @property
    def end_seconds(self) -> float:
        return self.pieces[-1].end_seconds


@dataclass(frozen=True, slots=True)
class Outcome:
    """When the person's turn was taken to be over, and what it should have been."""

    scene: Scene
    ended_seconds: tuple[float, ...]
    shown: tuple[tuple[float, Transcript], ...] = ()
    """What was shown of the words while they were said, and when."""

    @property
    def cut_after(self) -> tuple[Piece, ...]:
        """The pieces after which the person was cut off."""
        pieces = self.scene.pieces
        return tuple(
            next(piece for piece in reversed(pieces[:-1]) if piece.end_seconds <= ended)
            for ended in self.ended_seconds
            if pieces[0].end_seconds <= ended < self.scene.end_seconds
        )

    @property
    def cut_offs(self) -> int:
        """After words that ask for more."""
        return sum(piece.asks_for_more for piece in self.cut_after)

    @property
    def wait_seconds(self) -> float:
        """From the last audible sample to the decision; infinite if there was none."""
        after = [ended for ended in self.ended_seconds if ended >= self.scene.end_seconds]
        return after[0] - self.scene.end_seconds if after else float("inf")


@dataclass(frozen=True, slots=True)
class _Part:
    """Words in a recording; what is between two parts is left out."""

    words: str
    start_seconds: float
    end_seconds: float
    asks_for_more: bool


Ears = Callable[[Scene, Utterance], Awaitable[str]]


async def measure_endpoints(ears: Transcriber, limit: int | None = None) -> tuple[list[Figure], dict[str, Any]]:
    """Figures with their bars, and every cut-off; limit: so many scenes of each kind only. Raises VoiceError."""
    english = [scene async for scene in spoken_scenes("en", "pauses_en.txt", ("starter-en-1", "starter-en-2"))][:limit]
    french = [scene async for scene in spoken_scenes("fr", "pauses_fr.txt", ("starter-fr-1", "starter-fr-2"))][:limit]
    marked, bare = list(_recorded(bare=False))[:limit], list(_recorded(bare=True))[:limit]
    kinds = [
        ("starter voices, English, starter ears", english, real_ears(ears, asyncio.get_running_loop())),
        ("starter voices, French, labelled words without punctuation as ears", french, labelled_ears(bare=True)),
        ("starter voices, French, labelled words as ears", french, labelled_ears(bare=False)),
        ("people, English and French, labelled words without punctuation as ears", bare, labelled_ears(bare=True)),
        ("people, English and French, labelled words as ears", marked, labelled_ears(bare=False)),
    ]
    figures: list[Figure] = []
    details: dict[str, Any] = {"simulated": f"time; ears take {EARS_SECONDS} s", "cut off": []}
    details |= {"waited long": [], "cut off where the words sound finished": {}}
    if not marked:
        details["missing"] = f"No recordings of people: {DATA.name} is not beside the repository."
    for kind, scenes, hears in kinds:
        if not scenes:
            continue
        outcomes = await outcomes_of(scenes, hears)
        figures += _figures(kind, outcomes)
        details["cut off"] += [
            f"{kind}: {outcome.scene.name}: after “{piece.words}”"
            for outcome in outcomes
            for piece in outcome.cut_after
            if piece.asks_for_more
        ]
        details["cut off where the words sound finished"][kind] = _cut_where_finished(outcomes)
        details["waited long"] += [
            f"{kind}: {outcome.scene.name}: {outcome.wait_seconds:.2f} s"
            for outcome in outcomes
            if outcome.scene.finished and outcome.wait_seconds > _MOST_SECONDS
        ]
    return figures, details


def _figures(kind: str, outcomes: Sequence[Outcome]) -> list[Figure]:
    pauses = sum(piece.asks_for_more for outcome in outcomes for piece in outcome.scene.pieces[:-1])
    waits = sorted(outcome.wait_seconds for outcome in outcomes if outcome.scene.finished)
    p95 = waits[min(len(waits) - 1, round(0.95 * (len(waits) - 1)))]
    late = sum(outcome.wait_seconds > _LATEST_SECONDS for outcome in outcomes)
    sentences = f"{len(waits)} finished sentences: {kind}"
    wait = "wait after a finished sentence"
    return [
        Figure(
            "unfinished sentences cut off",
            sum(outcome.cut_offs for outcome in outcomes),
            "",
            "at most",
            0,
            f"{pauses} pauses: {kind}",
        ),
        Figure(f"{wait}, p50", round(statistics.median(waits), 3), "s", "at most", _MOST_SECONDS, sentences),
        Figure(f"{wait}, p95", round(p95, 3), "s", "at most", _MOST_SECONDS, sentences),
        Figure("ends found late or never", late, "", "at most", 0, f"{len(outcomes)} ends: {kind}"),
    ]


def _cut_where_finished(outcomes: Sequence[Outcome]) -> str:
    """Nothing in these words says that the sentence goes on: what is left is how people speak."""
    cut = sum(not piece.asks_for_more for outcome in outcomes for piece in outcome.cut_after)
    return f"{cut} of {sum(not p.asks_for_more for outcome in outcomes for p in outcome.scene.pieces[:-1])}"


# --- scenes -----------------------------------------------------------------------------------------------------------


async def spoken_scenes(language: str, list_name: str, voices: Sequence[str]) -> AsyncIterator[Scene]:
    """Every sentence twice: with a pause of 1.1 s at its bar, and with a shorter one."""
    import soxr

    lengths = cycle(_OTHER_PAUSES_SECONDS)
    synthesizers = [starter_voice(voice) for voice in voices]
    try:
        for number, line in enumerate(read_list(list_name)):
            before, _, after = (part.strip() for part in line.partition("|"))
            synthesizer = synthesizers[number % len(synthesizers)]
            speech = await synthesizer.synthesize(f"{before} {after}")
            if speech is None:
                raise VoiceError("voice.nothing_to_say", f"“{synthesizer.name}” cannot say “{line}”.")
            sound = await speech.sound()
            samples = np.asarray(soxr.resample(sound.samples, sound.rate_hz, LISTENING_RATE_HZ), np.float32)
            beginning = await synthesizer.synthesize(before)  # voices join small words: it tells how many to count
            words_before = len(word_ends_seconds(beginning.phonemes)) + 1 if beginning else 0
            cut_seconds = word_ends_seconds(speech.phonemes)[words_before - 1]
            parts = [
                _Part(before, 0.0, cut_seconds, True),
                _Part(after, cut_seconds, _audible_end_seconds(samples), False),
            ]
            for pause_seconds in (1.1, next(lengths)):
                name = f"{synthesizer.name}, {pause_seconds} s: {line}"
                yield _scene(name, language, samples, parts, [pause_seconds], finished=True)
    finally:
        for synthesizer in synthesizers:
            await synthesizer.close()


def word_ends_seconds(phonemes: Sequence[PhonemeTiming]) -> list[float]:
    """Of all words but the last."""
    return [
        phoneme.start_seconds
        for earlier, phoneme in pairwise(phonemes)
        if phoneme.symbol == " " and earlier.symbol != " "
    ]


def _recorded(*, bare: bool) -> Iterator[Scene]:
    """As recorded, and with its pauses made 0.3, 0.7 and 1.1 s long; bare: only where the words alone ask for more."""
    labels = tomllib.loads((LISTS / "endpoints.toml").read_text(encoding="utf-8"))
    for recording in labels["recording"]:
        file = DATA / recording["file"]
        if not file.is_file():
            continue
        samples, told = read_recording(file), recording["pieces"]
        starts = [0.0, *(piece["from"] for piece in told[:-1])]
        ends = [*(piece["until"] for piece in told[:-1]), recording["end"]]
        asking = [piece.get("open", False) or (not bare and piece["words"].endswith(_OPEN_MARKS)) for piece in told]
        parts = [
            _Part(piece["words"], start, end, asks)
            for piece, start, end, asks in zip(told, starts, ends, asking, strict=True)
        ]
        natural = [start - end for end, start in zip(ends, starts[1:], strict=False)]
        name, language, finished = recording["file"], recording["language"], recording["finished"]
        if any(natural):
            yield _scene(f"{name}, as recorded", language, samples, parts, natural, finished=finished)
        for pause_seconds in _PAUSES_SECONDS:
            pauses = [max(pause_seconds, gap) if asks else gap for asks, gap in zip(asking, natural, strict=False)]
            if any(asking[:-1]):
                yield _scene(f"{name}, {pause_seconds} s", language, samples, parts, pauses, finished=finished)


def _scene(
    name: str,
    language: str,
    samples: Samples,
    parts: Sequence[_Part],
    pauses_seconds: Sequence[float],
    *,
    finished: bool,
) -> Scene:
    """The parts one after the other with these pauses between, in the recording's own room; parts without a pause
    between them become one piece."""
    room = _Room(samples, len(name))
    sound, now = [room.silence(_LEAD_IN_SECONDS)], _LEAD_IN_SECONDS
    pieces: list[Piece] = []
    for part, pause in zip(parts, [0.0, *pauses_seconds], strict=True):
        now += pause
        ends = now + part.end_seconds - part.start_seconds
        if pause or not pieces:
            sound.append(room.silence(pause))
            pieces.append(Piece(part.words, now, ends, part.asks_for_more))
        else:
            last = pieces.pop()
            pieces.append(Piece(f"{last.words} {part.words}", last.start_seconds, ends, part.asks_for_more))
        piece = samples[round(part.start_seconds * LISTENING_RATE_HZ) : round(part.end_seconds * LISTENING_RATE_HZ)]
        sound.append(_faded(piece))
        now = ends
    sound.append(room.silence(_SILENCE_AFTER_SECONDS))
    return Scene(name, language, np.concatenate(sound), tuple(pieces), finished)


class _Room:
    """Noise as quiet as a recording's quietest moments."""

    def __init__(self, samples: Samples, seed: int) -> None:
        whole = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
        self._level = max(1e-4, float(np.percentile(np.sqrt(np.mean(whole**2, axis=1)), 3)))
        self._generator = np.random.default_rng(seed)

    def silence(self, seconds: float) -> Samples:
        return (self._level * self._generator.standard_normal(round(seconds * LISTENING_RATE_HZ))).astype(np.float32)


def _faded(piece: Samples) -> Samples:
    faded = piece.copy()
    count = min(_FADE_SAMPLES, len(faded) // 2)
    faded[len(faded) - count :] *= np.linspace(1.0, 0.0, count, dtype=np.float32)
    faded[:count] *= np.linspace(0.0, 1.0, count, dtype=np.float32)
    return faded


def _audible_end_seconds(samples: Samples) -> float:
    return float(np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())[-1]) / LISTENING_RATE_HZ


# --- ears -------------------------------------------------------------------------------------------------------------


def labelled_ears(*, bare: bool) -> Ears:
    """The words that were said by then, as they are labelled."""

    async def hear(scene: Scene, utterance: Utterance) -> str:
        from_seconds = utterance.speech_started_at_seconds - _TOLERANCE_SECONDS
        to_seconds = utterance.speech_ended_at_seconds + _TOLERANCE_SECONDS
        said = [
            piece.words
            for piece in scene.pieces
            if from_seconds <= piece.start_seconds + _TOLERANCE_SECONDS and piece.end_seconds <= to_seconds
        ]
        words = " ".join(said)
        return " ".join(plain_words(words)) if bare else words

    return hear


def real_ears(ears: Transcriber, loop: asyncio.AbstractEventLoop) -> Ears:
    """What real ears make of it, on the loop they belong to; simulated time stands still meanwhile."""

    async def hear(scene: Scene, utterance: Utterance) -> str:
        work = ears.transcribe(utterance.samples, scene.language)
        return asyncio.run_coroutine_threadsafe(work, loop).result().text

    return hear


# --- simulated time ---------------------------------------------------------------------------------------------------


async def outcomes_of(
    scenes: Sequence[Scene], hears: Ears, make_endpointing: Callable[[], EndpointPolicy] = Endpointing
) -> list[Outcome]:
    """What becomes of each scene, on another thread and in simulated time."""

    def hear_all() -> list[Outcome]:
        return [virtual_time.run(heard(scene, hears, make_endpointing())) for scene in scenes]

    return await asyncio.to_thread(hear_all)


async def heard(scene: Scene, hears: Ears, endpointing: EndpointPolicy, ears_seconds: float = EARS_SECONDS) -> Outcome:
    """The scene frame by frame, as the engine would hear it, at the pace of the loop's time."""
    loop = asyncio.get_running_loop()
    clock = _LoopClock(loop.time())
    listener = Listener(SileroDetector(), endpointing)
    tasks: set[asyncio.Task[None]] = set()

    async def transcribe(utterance: Utterance) -> Transcription:
        await asyncio.sleep(ears_seconds)
        return Transcription(await hears(scene, utterance), scene.language)

    async def prepare(utterance: Utterance, transcription: Transcription) -> None:
        """Nobody thinks here."""

    def spawn(work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = loop.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task

    shown: list[tuple[float, Transcript]] = []

    def announce(event: Event) -> None:
        if isinstance(event, TranscriptChanged):
            shown.append((clock.now_seconds(), event.transcript))

    understanding = Understanding(
        clock,
        endpointing,
        transcribe,
        prepare,
        listener.so_far,
        announce=announce,
        post=lambda understood: None,
        spawn=spawn,
    )
    ended: list[float] = []
    for start in range(0, len(scene.samples) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        await asyncio.sleep(_FRAME_SECONDS)
        now = (start + FRAME_SAMPLES) / LISTENING_RATE_HZ
        match listener.feed(AudioFrame(scene.samples[start : start + FRAME_SAMPLES], now)):
            case SpeechStarted():
                understanding.started()
            case SpeechPaused(utterance):
                understanding.paused(utterance)
            case SpeechResumed():
                await understanding.resumed()
            case SpeechEnded(utterance):
                ended.append(now)
                await understanding.ended(utterance)
            case _:
                pass
    await understanding.close()
    return Outcome(scene, tuple(ended), tuple(shown))


class _LoopClock:
    """A Clock that shows the loop's time since the scene began."""

    def __init__(self, began_seconds: float) -> None:
        self._began_seconds = began_seconds

    def now_seconds(self) -> float:
        return asyncio.get_running_loop().time() - self._began_seconds

    def local_time(self) -> datetime:
        return datetime.fromtimestamp(self.now_seconds(), UTC)
