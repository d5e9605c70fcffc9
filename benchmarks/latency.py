# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a person waits for an answer: from the last sample of their speech to the first audible sample of the reply.

Three ways, over recorded utterances in real time, each beside the classic pipeline (see measuring/pipelines.py) where
that says something, turn about, so that whatever else the computer does hits both alike:
instant engines (what remains is our own), the starter kit with a simulated brain, and Whisper and Piper of true shape,
aloud through a sound card.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from platformdirs import user_cache_path

from benchmarks.measuring.figures import Figure, figures_report, figures_result
from benchmarks.measuring.instant import InstantWorkshop
from benchmarks.measuring.pipelines import (
    ClassicWorkshop,
    Label,
    Pipeline,
    TimedTurn,
    TimedWorkshop,
    classic,
    fireside,
)
from benchmarks.measuring.places import Aloud, Place, Ports
from benchmarks.measuring.recorded import SPEECH_FOLDER, RecordedUtterance, recorded_utterances
from desktop_app.adapters.clock_system import SystemClock
from desktop_app.domain.settings import Settings
from desktop_app.engine.endpointing import FixedEndpointing
from tests.standins.ollama_script import InstalledModel
from tests.standins.ollama_server import OllamaServer
from tests.standins.piper_voice import voice_standin
from tests.standins.virtual_sound import VirtualSound, missing, virtual_sound_card
from tests.standins.whisper import whisper_standin

TOKENIZER_FILE = SPEECH_FOLDER.parent / "whisper-tokenizer" / "tokenizer.json"

HEADLINE = (
    "From the last sample of the person's speech to the first audible sample of the reply. Simulated: every brain "
    "(a server of fixed speed that speaks Ollama's protocol), with instant engines ears and voice as well, and of true "
    "shape Whisper's and Piper's weights, which are random: their words are the recording's label, and that short "
    "windows would lose none of them is taken for granted. Real: the engine, its adapters, the sound server, and all "
    "the work of the ears and the voice."
)

_INSTANT_WAIT_SECONDS = 0.5
_WITH_EARLY_COMMA = "Of course, I would love to hear more about that whenever you feel like telling me."
_WITHOUT_EARLY_COMMA = "That sounds like a wonderful idea and I would gladly help you with it today."
_LOAD = "load per core at the start"
_CLAUSE_TOKENS = 3
"""“Of course,” as the simulated brain sends it."""

_FEWER = 6
"""Utterances where a question needs no twenty."""


@dataclass(frozen=True, slots=True)
class Brain:
    """A chat model of fixed speed behind Ollama's protocol over HTTP on loopback."""

    first_token_seconds: float
    tokens_per_second: float
    reply: str = _WITH_EARLY_COMMA

    @property
    def told(self) -> str:
        first_ms = round(1000 * self.first_token_seconds)
        return f"a simulated brain ({first_ms} ms to its first token, {self.tokens_per_second:g} tokens/s)"

    @contextmanager
    def thinking(self) -> Iterator[str]:
        """Gives its address."""
        with OllamaServer(
            [InstalledModel("simulated:latest")],
            first_token_seconds=self.first_token_seconds,
            token_seconds=1 / self.tokens_per_second,
            talker=lambda messages: self.reply,
        ) as server:
            yield server.url


@dataclass(frozen=True, slots=True)
class Setting:
    """One comparison: who thinks, with which ears and voice, and where."""

    brain: Brain
    whisper: str = ""
    voice: str = ""
    """Folder and file of stand-ins; empty: the starters."""

    sound: VirtualSound | None = None
    has_classic: bool = True

    def settings(self, address: str) -> Settings:
        settings = Settings(ollama_url=address, voice=self.voice)
        return replace(settings, whisper=self.whisper) if self.whisper else settings


Turns = Mapping[str, Sequence[TimedTurn]]
"""By pipeline."""


def measure(limit: int | None = None) -> dict[str, Any]:
    """All bars on waiting; with a limit, on so many utterances. Raises CompanionErrors."""
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    figures, details = asyncio.run(_measure(limit))
    return figures_result("latency", figures, {"headline": HEADLINE, _LOAD: round(load, 2), **details})


def report(result: dict[str, Any]) -> str:
    """The bars, then where the time went, p50 / p95 in ms after the last sample of the person's speech."""
    details = result["details"]
    lines = [*textwrap.wrap(details["headline"], 110), "", figures_report(result), "", f"{_LOAD}: {details[_LOAD]}"]
    lines += [f"Not measured: {remark}" for remark in details["not measured"]]
    for told, pipelines in details["stages"].items():
        lines += ["", told]
        for name, measured in pipelines.items():
            stages = ", ".join(f"{stage} {p50}/{p95}" for stage, (p50, p95) in measured["ms (p50, p95)"].items())
            counts = (
                f"{measured['turns']} turns, {measured['cut off']} cut off, {measured['wasted drafts']} wasted drafts"
            )
            lines.append(f"  {name}: {stages} ({counts})")
    return "\n".join(lines)


async def _measure(limit: int | None) -> tuple[list[Figure], dict[str, Any]]:
    utterances, remark = await recorded_utterances(limit)
    stages: dict[str, Any] = {}
    remarks = [remark] if remark else []

    instant = await _instant(utterances)
    told = f"Instant engines, {_INSTANT_WAIT_SECONDS:g} s of silence end a turn; all but the engine is simulated"
    stages[told] = _told(instant)
    figures = _overhead(instant["fireside"])

    starter = Setting(Brain(0.2, 30))
    turns = await side_by_side(starter, utterances)
    stages[f"Real starter ears and voice at the ports, {starter.brain.told}"] = _told(turns)
    figures.append(_ratio("starter kit", turns, 2.5))

    if reason := missing() or ("" if TOKENIZER_FILE.is_file() else f"{TOKENIZER_FILE.name} of Whisper is not here"):
        remarks.append(f"Whisper and Piper of true shape, aloud: {reason}")
    else:
        with virtual_sound_card() as sound:
            figures += await _true_shape(utterances, sound, stages, remarks)
    return figures, {"not measured": remarks, "stages": stages}


async def _true_shape(
    utterances: Sequence[RecordedUtterance], sound: VirtualSound, stages: dict[str, Any], remarks: list[str]
) -> list[Figure]:
    cache = user_cache_path("fireside") / "standins"
    voice = str(voice_standin(cache))
    base, tiny = (str(whisper_standin(size, TOKENIZER_FILE, cache)) for size in ("base", "tiny"))
    floor_ms = round(1000 * await Aloud(sound).floor_seconds())

    def tell(ears: str, setting: Setting, turns: Turns) -> None:
        shape = f"Whisper {ears} and Piper medium of true shape with random weights, words from the labels"
        rig = f"aloud through PulseAudio (the rig itself takes {floor_ms} ms)"
        stages[f"{shape}, {setting.brain.told}: “{setting.brain.reply}”; {rig}"] = _told(turns, floor_ms)

    setting = Setting(Brain(0.15, 30), base, voice, sound)
    turns = await side_by_side(setting, utterances)
    tell("base", setting, turns)
    figures = [_ratio("Whisper base, medium voice", turns, 4)]

    setting = Setting(Brain(0.15, 30, _WITHOUT_EARLY_COMMA), base, voice, sound)
    turns = await side_by_side(setting, utterances[:_FEWER])
    tell("base", setting, turns)
    figures.append(_ratio("the same, no early comma", turns, 2))

    setting = Setting(Brain(0.05, 60), tiny, voice, sound, has_classic=False)
    turns = await side_by_side(setting, utterances[:_FEWER])
    tell("tiny", setting, turns)
    if figure := _after_the_end(turns["fireside"], setting.brain):
        figures.append(figure)
    else:
        remarks.append("first sound after the confirmed end: no first clause came before it")
    figures.append(_cores(turns["fireside"]))
    return figures


# --- conversations ---------------------------------------------------------------------------------------------------


async def _instant(utterances: Sequence[RecordedUtterance]) -> Turns:
    clock = SystemClock()
    ports = Ports(clock)
    with TemporaryDirectory() as folder:
        workshop = InstantWorkshop(clock, ports.microphone, ports.loudspeaker)
        endpointing = FixedEndpointing(_INSTANT_WAIT_SECONDS)
        pipeline = Pipeline("fireside", fireside(workshop, Path(folder), Settings(), endpointing), ports)
        async with pipeline.running():
            for utterance in utterances:
                await pipeline.take_turn(utterance)
    return {pipeline.name: pipeline.turns}


async def side_by_side(setting: Setting, utterances: Sequence[RecordedUtterance]) -> Turns:
    """Every utterance is said to one pipeline and then to the other; the one not spoken to is muted."""
    async with AsyncExitStack() as stack:
        settings = setting.settings(stack.enter_context(setting.brain.thinking()))
        pipelines = []
        for name in ("fireside", "classic")[: 1 + setting.has_classic]:
            profile_dir = Path(stack.enter_context(TemporaryDirectory()))
            pipelines.append(_pipeline(name, setting, settings, profile_dir))
        for pipeline in pipelines:
            await stack.enter_async_context(pipeline.running())
        for utterance in utterances:
            for pipeline in pipelines:
                await pipeline.take_turn(utterance)
    return {pipeline.name: pipeline.turns for pipeline in pipelines}


def _pipeline(name: str, setting: Setting, settings: Settings, profile_dir: Path) -> Pipeline:
    clock = SystemClock()
    ports: Ports | None = None
    place: Place = Aloud(setting.sound) if setting.sound else (ports := Ports(clock))
    label = Label() if setting.whisper else None
    if name == "classic":
        return Pipeline(
            name, classic(ClassicWorkshop(clock, profile_dir, ports, label), profile_dir, settings), place, label
        )
    return Pipeline(
        name, fireside(TimedWorkshop(clock, profile_dir, ports, label), profile_dir, settings), place, label
    )


# --- figures ---------------------------------------------------------------------------------------------------------


def _stage(turns: Sequence[TimedTurn], stage: str) -> list[float]:
    return [turn.seconds[stage] for turn in turns if stage in turn.seconds]


def _percentile_ms(seconds: Sequence[float], percent: int) -> int:
    return round(1000 * float(np.percentile(seconds, percent)))


def _told(turns: Turns, floor_ms: int = 0) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, taken in turns.items():
        order = sorted({stage for turn in taken for stage in turn.seconds}, key=_ORDER.index)
        marks = {stage: [_percentile_ms(_stage(taken, stage), percent) for percent in (50, 95)] for stage in order}
        if floor_ms and "heard" in marks:
            marks["heard, less the rig"] = [ms - floor_ms for ms in marks["heard"]]
        told[name] = {
            "turns": sum(bool(turn.seconds) for turn in taken),
            "cut off": sum(turn.cut_off for turn in taken),
            "wasted drafts": sum(turn.wasted_drafts for turn in taken),
            "ms (p50, p95)": marks,
        }
    return told


_ORDER = ("transcript", "first token", "first clip", "endpoint", "first sound", "heard")


def _overhead(turns: Sequence[TimedTurn]) -> list[Figure]:
    beyond = [seconds - _INSTANT_WAIT_SECONDS for seconds in _stage(turns, "heard")]
    of = f"{len(beyond)} utterances, instant engines"
    return [
        Figure("own overhead beyond the wait, p50", _percentile_ms(beyond, 50), "ms", "at most", 10, of),
        Figure("own overhead beyond the wait, p95", _percentile_ms(beyond, 95), "ms", "at most", 30, of),
    ]


def _ratio(of: str, turns: Turns, bar: float) -> Figure:
    """0 if one of the two never answered."""
    name = "times as quick as the classic pipeline, p50"
    heard, classic_heard = (_stage(turns[pipeline], "heard") for pipeline in ("fireside", "classic"))
    if not heard or not classic_heard:
        return Figure(name, 0.0, "×", "at least", bar, f"{of}: no answer")
    ours, theirs = statistics.median(heard), statistics.median(classic_heard)
    told = f"{of}: {1000 * ours:.0f} instead of {1000 * theirs:.0f} ms, {len(heard)} utterances"
    return Figure(name, round(theirs / ours, 2), "×", "at least", bar, told)


def _after_the_end(turns: Sequence[TimedTurn], brain: Brain) -> Figure | None:
    """Of the turns in which the brain's first clause was there before the end was certain; None if there are none."""
    clause_seconds = (_CLAUSE_TOKENS - 1) / brain.tokens_per_second
    later = [
        turn.seconds["heard"] - turn.seconds["endpoint"]
        for turn in turns
        if turn.seconds and turn.seconds["first token"] + clause_seconds <= turn.seconds["endpoint"]
    ]
    if not later:
        return None
    p50_ms, p95_ms = (_percentile_ms(later, percent) for percent in (50, 95))
    of = f"{len(later)} of {len(turns)} utterances, whose first clause fits in the wait; p95 {p95_ms} ms"
    return Figure("first sound after the confirmed end, p50", p50_ms, "ms", "at most", 150, of)


def _cores(turns: Sequence[TimedTurn]) -> Figure:
    cores = sum(turn.processor_seconds for turn in turns) / sum(turn.speech_seconds for turn in turns)
    of = f"{len(turns)} utterances, Whisper tiny, the benchmark itself included"
    return Figure("cores in use while the person speaks", round(cores, 2), "", "at most", 1, of)
