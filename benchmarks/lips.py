# SPDX-License-Identifier: GPL-3.0-or-later
"""Do the lips of the demo's film meet its sound? Both are taken from the film's own path, in English and French.

The tape is a real conversation; its mouth shapes come from the voice's own phoneme timings. The face is asked picture
by picture, at the film's rate, as `fireside demo --record` draws it.
"""

from __future__ import annotations

import contextlib
import io
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring.figures import Figure, figures_report, figures_result
from desktop_app.app import open_home
from desktop_app.avatar.look import Look
from desktop_app.avatar.mouth import CLOSED_BELOW, MouthState
from desktop_app.avatar.pose import VISEMES
from desktop_app.demo import SOUND_RATE_HZ, Tape, play
from desktop_app.domain import events
from desktop_app.domain.audio import Viseme, VisemeKey
from desktop_app.film import FRAMES_PER_SECOND, Moment, moments, worn_look
from desktop_app.headless import run_engine
from desktop_app.storage.paths import open_profile

COMPANIONS = {"English": "ember", "French": "solene"}
_SECONDS = 60.0
_CLEARLY = 0.1
"""Differences in opening below this are no peak; 1 is a mouth wide open."""
_FLAT = 0.02
"""A peak's top may be this flat; its middle counts."""
_STEP_SECONDS = 0.005
_FARTHEST_STEPS = 40

_LOUDNESS = {Viseme.SIL: 0.0, Viseme.PP: 0.25, Viseme.DD: 0.2, Viseme.KK: 0.2, Viseme.FF: 0.25, Viseme.TH: 0.25,
             Viseme.SS: 0.3, Viseme.CH: 0.35, Viseme.NN: 0.6, Viseme.RR: 0.6}  # fmt: skip
"""Roughly how loud the sounds of a shape are; vowels are 1."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """How the lips and the sound of one film meet."""

    peaks: tuple[float, ...]
    """Seconds from the middle of a phoneme that opens or closes the mouth to the picture where it does most."""

    closures: int
    left_open: int
    """How many of the p, b and m there were, and in how many of them no picture shows closed lips."""

    sound_lags: tuple[float, ...]
    """Seconds by which each sentence sounds later than its mouth shapes say."""


def measure(seconds: float = _SECONDS) -> dict[str, Any]:
    """Films of so many seconds, made in real time. Raises CompanionErrors."""
    figures, details = [], {}
    for language, companion in COMPANIONS.items():
        tape = _tape(companion, seconds)
        _, look = worn_look(tape)
        met = meeting(tape, list(moments(tape)), look)
        of = f"{len(met.peaks)} phonemes, {language}"
        offset = 1000 * statistics.median(abs(peak) for peak in met.peaks)
        lag = 1000 * statistics.median(abs(lag) for lag in met.sound_lags)
        figures += [
            Figure("a phoneme's middle to its shape's peak, median", round(offset, 1), "ms", "at most", 20.0, of),
            Figure("p, b, m with open lips", met.left_open, "", "at most", 0, f"{met.closures} of them, {language}"),
            Figure("the sound against the shapes, median", round(lag, 1), "ms", "at most", 20.0,
                   f"{len(met.sound_lags)} sentences, {language}"),
        ]  # fmt: skip
        details[language] = {
            "companion": companion,
            "peak_milliseconds": _quartiles(met.peaks),
            "sound_lag_milliseconds": _quartiles(met.sound_lags),
            "pictures_per_second": FRAMES_PER_SECOND,
        }
    return figures_result("lips", figures, details)


report = figures_report


def _quartiles(seconds: Sequence[float]) -> list[float]:
    return [round(1000 * float(value), 1) for value in np.quantile(seconds, (0.05, 0.25, 0.5, 0.75, 0.95))]


def _tape(companion: str, seconds: float) -> Tape:
    with tempfile.TemporaryDirectory(prefix="fireside-lips-") as folder:
        home = replace(
            open_home(Path(folder), {"companion": companion, "ollama_url": "http://127.0.0.1:9"}),
            profile=open_profile(Path(folder)),
        )
        with contextlib.redirect_stdout(io.StringIO()):
            return run_engine(play(home, seconds, lambda _clock: lambda _event: None, aloud=False))


def meeting(tape: Tape, film: Sequence[Moment], look: Look) -> Meeting:
    """Compares what is drawn with what is said and with what is heard."""
    peaks: list[float] = []
    lags: list[float] = []
    closures = left_open = 0
    for started, until in _sentences(tape):
        at = started.heard_at_seconds
        for key in started.track.keys:
            if key.viseme is Viseme.SIL or at + key.end_seconds > until:
                continue
            if key.viseme is Viseme.PP:
                closures += 1
                left_open += not _closes(film, at, key, look)
        peaks += _peaks(film, at, [key for key in started.track.keys if at + key.end_seconds <= until])
        lags.append(_sound_lag(tape, started))
    return Meeting(tuple(peaks), closures, left_open, tuple(lags))


def _sentences(tape: Tape) -> Iterator[tuple[events.SentenceStarted, float]]:
    """Every sentence, and until when it has the mouth for itself."""
    happened = [(at, event) for at, event in tape.events]
    for index, (_, event) in enumerate(happened):
        if isinstance(event, events.SentenceStarted):
            ended = (
                at for at, later in happened[index + 1 :]
                if isinstance(later, events.SentenceStarted | events.TurnInterrupted | events.TurnFailed)
            )  # fmt: skip
            yield event, next(ended, tape.ended_seconds)


def _closes(film: Sequence[Moment], at: float, key: VisemeKey, look: Look) -> bool:
    """Whether a picture within the sound, or the one nearest to its middle, shows closed lips."""
    middle = at + _middle(key)
    within = [m for m in film if at + key.start_seconds <= m.at_seconds <= at + key.end_seconds]
    shown = [*within, min(film, key=lambda moment: abs(moment.at_seconds - middle))]
    return any(MouthState.of(moment.pose, look).opening <= CLOSED_BELOW for moment in shown)


def _peaks(film: Sequence[Moment], at: float, keys: Sequence[VisemeKey]) -> Iterator[float]:
    """Seconds from the middle of each phoneme that opens or closes the mouth to the picture where it does most.

    That is every phoneme whose shape is clearly more open, or clearly less, than those before and after it; the drawn
    opening has its peak somewhere between the middles of these two.
    """
    for before, key, after in zip(keys, keys[1:], keys[2:], strict=False):
        sides = [VISEMES[each.viseme].get("mouth_open", 0.0) for each in (before, after)]
        aim = VISEMES[key.viseme].get("mouth_open", 0.0)
        direction = 1 if aim > max(sides) + _CLEARLY else -1 if aim < min(sides) - _CLEARLY else 0
        shown = [m for m in film if at + _middle(before) <= m.at_seconds <= at + _middle(after)]
        if not direction or not shown:
            continue
        openings = [direction * moment.pose.mouth_open for moment in shown]
        most = [m.at_seconds for m, opening in zip(shown, openings, strict=True) if opening > max(openings) - _FLAT]
        yield statistics.fmean(most) - at - _middle(key)


def _middle(key: VisemeKey) -> float:
    return (key.start_seconds + key.end_seconds) / 2


def _sound_lag(tape: Tape, started: events.SentenceStarted) -> float:
    """By how much the sound comes after the shapes: where the loudness of both agrees best."""
    steps = int(started.track.duration_seconds / _STEP_SECONDS)
    expected = np.zeros(steps)
    for key in started.track.keys:
        begin, end = round(key.start_seconds / _STEP_SECONDS), round(key.end_seconds / _STEP_SECONDS)
        expected[begin:end] = _LOUDNESS.get(key.viseme, 1.0)
    begins = round((started.heard_at_seconds - tape.began_seconds) / _STEP_SECONDS)
    heard = _loudness(tape.sound)
    heard = np.pad(heard, (_FARTHEST_STEPS, _FARTHEST_STEPS + steps))
    agreements = [
        float(np.corrcoef(expected, heard[begins + _FARTHEST_STEPS + lag :][:steps])[0, 1])
        for lag in range(-_FARTHEST_STEPS, _FARTHEST_STEPS + 1)
    ]
    return (int(np.nanargmax(agreements)) - _FARTHEST_STEPS) * _STEP_SECONDS


def _loudness(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """Root mean square of every step, pressed together as ears do."""
    step = round(SOUND_RATE_HZ * _STEP_SECONDS)
    rows = sound[: len(sound) // step * step].reshape(-1, step).astype(np.float64)
    return np.asarray(np.sqrt(np.square(rows).mean(axis=1)) ** 0.5)
