# SPDX-License-Identifier: GPL-3.0-or-later
"""How well it is told who speaks over the companion: real interruptions, its own echo, a crowd, songs, "mm-hm"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.measuring.figures import Bound, Figure
from benchmarks.measuring.room import DEVICE_SECONDS, Line, Room, Stage, at_speaking_level, from_onset, lines_of
from benchmarks.measuring.spoken import read_list
from desktop_app import bundle
from desktop_app.adapters.sound_files import read_recording
from desktop_app.domain.audio import FRAME_SAMPLES, LISTENING_RATE_HZ, Samples
from desktop_app.ports import Transcriber

LEAKS_DB = (-12.0, -6.0, 0.0)
"""How much louder the companion is at the microphone than the person."""
_BARS = {-12.0: (0.95, 0.6), -6.0: (0.95, 0.6), 0.0: (0.8, 0.8)}
"""The share of interruptions that must be caught, and within how many seconds of their onset."""

_RECORDINGS = bundle.ROOT.parent / "shared" / "data"
"""Real voices, songs and noises, where they are at hand; they are no part of the repository."""

_SENTENCES_PER_VOICE = 14
_LONGEST_INTERRUPTION_SECONDS = 1.5
_LEAD_IN_SECONDS = (2.0, 4.0)
_SCENE_SECONDS = 10.0
_ECHO_SECONDS = 60.0
"""Of the companion's voice alone, for each leak and each of two voices."""
_AROUND_DB = -10.0
"""A crowd and songs are heard so much more quietly than the person, who sits at the microphone."""
_CROWD_SECONDS = 240.0
_CROWD_LEAK_DB = -6.0
_LONGEST_SONG_SECONDS = 120.0
_SILENCE = "picovoice_empty"
"""Brought to a speaking level it would be its own noise, however faint."""
_BACKCHANNELS = ("Mm-hm.", "Yeah.", "Uh-huh.", "Right.", "Okay.", "Oh really?", "Yes yes.", "I see.")


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """Something said over the companion, from its onset on."""

    who: str
    text: str
    """Empty where nobody has written it down."""
    samples: Samples


@dataclass(frozen=True, slots=True)
class _Caught:
    """One interruption; seconds from its onset, None if it did not stop the companion."""

    who: str
    text: str
    decided_seconds: float | None
    ducked_seconds: float | None
    heard: str
    """What the companion was stopped for, as the ears understood it in the end."""

    def within(self, seconds: float) -> bool:
        return self.decided_seconds is not None and 0 <= self.decided_seconds <= seconds


async def measure_interruptions(ears: Transcriber, limit: int | None = None) -> tuple[list[Figure], dict[str, Any]]:
    """All bars about speaking over the companion; with a limit, so many interruptions of a kind and scenes of 10 s."""
    held_out = read_list("starter_heldout.txt")
    companions = [
        await lines_of("starter-en-1", held_out[: len(held_out) // 2]),
        await lines_of("starter-en-2", held_out[len(held_out) // 2 :]),
    ]
    everyday = read_list("everyday.txt")[:_SENTENCES_PER_VOICE]
    people = [await _people("starter-en-2", everyday), await _people("starter-en-1", everyday)]
    listeners = [await _people("starter-en-2", _BACKCHANNELS), await _people("starter-en-1", _BACKCHANNELS)]
    figures: list[Figure] = []
    details: dict[str, Any] = {"simulated": "the room and the sound devices"}
    for leak_db in LEAKS_DB:
        stages = [
            await _known(Stage(ears, lines, leak_db, seed), people[seed]) for seed, lines in enumerate(companions)
        ]
        caught = [
            await _interrupt(stage, ears, said, seed)
            for seed, stage in enumerate(stages)
            for said in [*people[seed], *_recorded_people(seed)][:limit]
        ]
        stops, ducks, seconds = await _companion_alone(stages, _scenes(_ECHO_SECONDS, limit))
        figures += _figures(leak_db, caught, stops, seconds)
        details[f"interruptions at {leak_db:+.0f} dB"] = _details(caught)
        details[f"times ducked in vain per minute at {leak_db:+.0f} dB"] = round(60 * ducks / seconds, 1)
    stage = await _known(Stage(ears, companions[0], -6.0, seed=7), people[0])
    agreed = [await _interrupt(stage, ears, said, 7) for kind in listeners for said in kind[:limit]]
    stopped = sum(listened.decided_seconds is not None for listened in agreed)
    details["share of “mm-hm”, “yeah” and the like that stop it at -6 dB"] = round(stopped / len(agreed), 3)
    around_figures, details["stops by what is around"] = await _what_is_around(ears, companions[0], people[0], limit)
    return [*figures, *around_figures], details


def _figures(leak_db: float, caught: Sequence[_Caught], echo_stops: int, echo_seconds: float) -> list[Figure]:
    share, seconds = _BARS[leak_db]
    at = f"at {leak_db:+.0f} dB leak"
    in_time = sum(interruption.within(seconds) for interruption in caught) / len(caught)
    early = sum((interruption.decided_seconds or 0.0) < 0 for interruption in caught)
    minutes = echo_seconds / 60
    return [
        _figure(f"interruptions {at} that stop it within {seconds:g} s", in_time, "at least", share, len(caught)),
        Figure(f"stops by its own echo {at}", echo_stops + early, "", "at most", 0, f"{minutes:.1f} min and lead-ins"),
    ]


def _figure(name: str, value: float, bound: Bound, bar: float, count: int) -> Figure:
    return Figure(name, round(value, 3), "", bound, bar, f"{count} of them")


def _details(caught: Sequence[_Caught]) -> dict[str, Any]:
    decided = [each.decided_seconds for each in caught if each.decided_seconds is not None]
    ducked = [each.ducked_seconds for each in caught if each.ducked_seconds is not None]
    starter = [each for each in caught if each.text]
    real = [each for each in caught if not each.text]
    return {
        "missed": sum(each.decided_seconds is None for each in caught),
        "median seconds to ducking and to the decision": [_median(ducked), _median(decided)],
        "within 0.6 and 0.8 s, starter voices": [_share(starter, 0.6), _share(starter, 0.8)],
        "within 0.6 and 0.8 s, recorded people": [_share(real, 0.6), _share(real, 0.8)],
        "of which the sound devices": DEVICE_SECONDS,
        "said and heard": [[each.text, each.heard] for each in starter[:8]],
    }


def _median(seconds: Sequence[float]) -> float | None:
    return round(float(np.median(seconds)), 3) if seconds else None


def _share(caught: Sequence[_Caught], seconds: float) -> float | None:
    return round(sum(each.within(seconds) for each in caught) / len(caught), 3) if caught else None


async def _known(stage: Stage, people: Sequence[_Said]) -> Stage:
    """Somebody has nearly always spoken before the companion speaks: how loud the person is, is known."""
    await stage.hear_alone(people[0].samples)
    return stage


def _scenes(seconds: float, limit: int | None) -> int:
    whole = round(seconds / _SCENE_SECONDS)
    return whole if limit is None else min(whole, limit)


async def _companion_alone(stages: Sequence[Stage], scenes: int) -> tuple[int, int, float]:
    """How often it stopped and ducked for itself, and in how many seconds."""
    silence = np.zeros(round(_SCENE_SECONDS * LISTENING_RATE_HZ), np.float32)
    outcomes = [await stage.overlap(silence) for stage in stages for _ in range(scenes)]
    stops = sum(outcome.stopped_at_seconds is not None for outcome in outcomes)
    return stops, sum(len(outcome.ducked_at_seconds) for outcome in outcomes), len(outcomes) * _SCENE_SECONDS


async def _what_is_around(
    ears: Transcriber, lines: Sequence[Line], people: Sequence[_Said], limit: int | None
) -> tuple[list[Figure], dict[str, Any]]:
    """False interruptions by what goes on around the person, per ten minutes."""
    around = _recorded_around(limit)
    stops: dict[str, dict[str, int]] = {}
    seconds = 0.0
    for leak_db in LEAKS_DB:
        if leak_db == _CROWD_LEAK_DB:
            around["crowd"] = await _crowd(_SCENE_SECONDS * _scenes(_CROWD_SECONDS, limit))
        at_leak = stops[f"{leak_db:+.0f} dB leak"] = {}
        for name, sound in around.items():
            stage = await _known(Stage(ears, lines, leak_db, seed=8), people)
            at_leak[name] = await _stops(stage, sound * np.float32(10 ** (_AROUND_DB / 20)))
            seconds += len(sound) / LISTENING_RATE_HZ
        around.pop("crowd", None)
    count = sum(sum(at_leak.values()) for at_leak in stops.values())
    of = f"{seconds / 60:.1f} min, {_AROUND_DB:g} dB beside the person, at all leaks"
    figure = Figure(
        "stops by crowd, song and noise in ten minutes", round(600 * count / seconds, 2), "", "at most", 1, of
    )
    return [figure], stops


def _recorded_around(limit: int | None) -> dict[str, Samples]:
    """Songs and noises, as far as they are at hand."""
    longest = round(_SCENE_SECONDS * _scenes(_LONGEST_SONG_SECONDS, limit) * LISTENING_RATE_HZ)
    files = sorted((_RECORDINGS / "nonspeech").glob("*"))
    return {file.stem: at_speaking_level(read_recording(file))[:longest] for file in files if file.stem != _SILENCE}


async def _stops(stage: Stage, sound: Samples) -> int:
    """How often this stops the companion, which begins anew every ten seconds."""
    scene = round(_SCENE_SECONDS * LISTENING_RATE_HZ)
    outcomes = [await stage.overlap(sound[start : start + scene]) for start in range(0, len(sound), scene)]
    return sum(outcome.stopped_at_seconds is not None for outcome in outcomes)


async def _crowd(seconds: float) -> Samples:
    """Eight voices at once, each from its own place in a large room."""
    length = round(seconds * LISTENING_RATE_HZ) // FRAME_SAMPLES * FRAME_SAMPLES
    crowd = np.zeros(length, np.float32)
    texts = read_list("everyday.txt")[50:75]
    voices = [await lines_of(voice_id, texts) for voice_id in ("starter-en-1", "starter-en-2")]
    for talker in range(8):
        chance, room = np.random.default_rng([9, talker]), Room(90 + talker, reverberation_seconds=0.6)
        said: list[Samples] = []
        while sum(map(len, said)) < length:
            lines = voices[talker % 2]
            said += [lines[chance.integers(len(lines))].samples, np.zeros(chance.integers(16_000), np.float32)]
        whole = np.concatenate(said)[:length]
        crowd += np.concatenate([room.heard(frame) for frame in whole.reshape(-1, FRAME_SAMPLES)])
    return at_speaking_level(crowd)


async def _people(voice_id: str, texts: Sequence[str]) -> list[_Said]:
    lines = await lines_of(voice_id, texts)
    return [_Said(voice_id, line.speech.text, from_onset(line.samples)) for line in lines]


def _recorded_people(half: int) -> list[_Said]:
    """Every second recording of a real voice, as far as they are at hand."""
    files = sorted(file for file in (_RECORDINGS / "speech").rglob("*") if file.suffix in (".wav", ".ogg", ".mp3"))
    return [_Said(file.stem, "", from_onset(at_speaking_level(read_recording(file)))) for file in files[half::2]]


async def _interrupt(stage: Stage, ears: Transcriber, said: _Said, seed: int) -> _Caught:
    lead_in = np.random.default_rng([seed, len(said.samples)]).uniform(*_LEAD_IN_SECONDS)
    begins = round(lead_in * LISTENING_RATE_HZ) // FRAME_SAMPLES * FRAME_SAMPLES
    longest = round(_LONGEST_INTERRUPTION_SECONDS * LISTENING_RATE_HZ)
    after = np.zeros(LISTENING_RATE_HZ // 2, np.float32)
    near = np.concatenate([np.zeros(begins, np.float32), said.samples[:longest], after])
    outcome = await stage.overlap(near)
    onset_seconds = begins / LISTENING_RATE_HZ
    ducked = [at_seconds for at_seconds in outcome.ducked_at_seconds if at_seconds > onset_seconds]
    heard = ""
    if outcome.utterance:
        heard = (await ears.transcribe(outcome.utterance.samples, "en")).text
    stopped = outcome.stopped_at_seconds
    return _Caught(
        said.who,
        said.text,
        None if stopped is None else round(stopped - onset_seconds, 3),
        round(ducked[0] - onset_seconds, 3) if ducked else None,
        heard,
    )
