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
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from benchmarks.measuring.figures import Figure
from benchmarks.measuring.scenes import DATA, Piece, Scene, recorded_scenes, spoken_scenes
from benchmarks.measuring.word_errors import plain_words
from desktop_app.adapters.detector_silero import SileroDetector
from desktop_app.domain.audio import FRAME_SAMPLES, LISTENING_RATE_HZ, AudioFrame, Utterance
from desktop_app.domain.conversation import Transcript, Transcription
from desktop_app.domain.events import Event, TranscriptChanged
from desktop_app.engine.endpointing import Endpointing, EndpointPolicy
from desktop_app.engine.listener import Listener, SpeechEnded, SpeechPaused, SpeechResumed, SpeechStarted
from desktop_app.engine.understanding import Understanding
from desktop_app.ports import Transcriber
from tests.standins import virtual_time

EARS_SECONDS = 0.15
"""How long the ears take in simulated time: Whisper base with short windows, on two cores."""

_MOST_SECONDS = 0.5
"""After a finished sentence."""
_LATEST_SECONDS = 2.2
_TOLERANCE_SECONDS = 0.15
"""Between a label and what the detector makes of it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """When the person's turn was taken to be over, and what it should have been."""

    scene: Scene
    ended_seconds: tuple[float, ...]
    shown: tuple[tuple[float, Transcript], ...] = ()
    """What was shown of the words while they were said, and when."""

    @property
    def cut_off(self) -> tuple[Piece, ...]:
        """The unfinished pieces after which the person was cut off."""
        return tuple(piece for ended in self.ended_seconds if (piece := self.scene.unfinished_at(ended)))

    @property
    def cut_where_finished(self) -> int:
        """Cut off as well, but nothing in the words said that the sentence would go on."""
        return sum(ended < self.scene.end_seconds for ended in self.ended_seconds) - len(self.cut_off)

    @property
    def wait_seconds(self) -> float:
        """From the last audible sample to the decision; infinite if there was none."""
        after = [ended for ended in self.ended_seconds if ended >= self.scene.end_seconds]
        return after[0] - self.scene.end_seconds if after else float("inf")


Ears = Callable[[Scene, Utterance], Awaitable[str]]


async def measure_endpoints(ears: Transcriber, limit: int | None = None) -> tuple[list[Figure], dict[str, Any]]:
    """Figures with their bars, and every cut-off; limit: so many scenes of each kind only. Raises VoiceError."""
    english = [scene async for scene in spoken_scenes("en", "pauses_en.txt", ("starter-en-1", "starter-en-2"))][:limit]
    french = [scene async for scene in spoken_scenes("fr", "pauses_fr.txt", ("starter-fr-1", "starter-fr-2"))][:limit]
    marked, bare = list(recorded_scenes(bare=False))[:limit], list(recorded_scenes(bare=True))[:limit]
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
            f"{kind}: {outcome.scene.name}: after “{piece.words}”" for outcome in outcomes for piece in outcome.cut_off
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
            sum(len(outcome.cut_off) for outcome in outcomes),
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
    cut = sum(outcome.cut_where_finished for outcome in outcomes)
    return f"{cut} of {sum(not p.asks_for_more for outcome in outcomes for p in outcome.scene.pieces[:-1])}"


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
        now = (start + FRAME_SAMPLES) / LISTENING_RATE_HZ
        await asyncio.sleep(now - clock.now_seconds())
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
