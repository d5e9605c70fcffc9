# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps a face alive: blinking, breathing, looking around, and lips that follow the synthesizer's own timing."""

from __future__ import annotations

import math
import random
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from desktop_app.avatar.springs import approach
from desktop_app.domain.audio import LOUDNESS_STEP_SECONDS, Viseme, VisemeKey, VisemeTrack

_BLINK_DOWN, _BLINK_SHUT, _BLINK_UP = 0.07, 0.11, 0.24
"""Seconds after its start when the lid is down, begins to rise, is up."""


@dataclass(slots=True)
class Blinking:
    """Every few seconds, sometimes twice."""

    chance: random.Random
    _next_at: float | None = None
    _began_at: float | None = None

    def closure(self, now: float, pause_seconds: float = 3.8) -> float:
        """How far the lids are down, 0…1."""
        if self._next_at is None:
            self._next_at = now + self.chance.uniform(0.8, pause_seconds)
        if self._began_at is None and now >= self._next_at:
            self._began_at = now
        if self._began_at is None:
            return 0.0
        since = now - self._began_at
        if since >= _BLINK_UP:
            again = self.chance.random() < 0.15
            self._next_at = now + (0.12 if again else max(1.2, self.chance.gauss(pause_seconds, 1.5)))
            self._began_at = None
            return 0.0
        if since < _BLINK_DOWN:
            share = since / _BLINK_DOWN
        elif since < _BLINK_SHUT:
            share = 1.0
        else:
            share = 1 - (since - _BLINK_SHUT) / (_BLINK_UP - _BLINK_SHUT)
        return share * share * (3 - 2 * share)

    def blink_soon(self, now: float) -> None:
        """People blink when they begin to speak or look elsewhere."""
        if self._began_at is None and (self._next_at is None or self._next_at > now + 0.15):
            self._next_at = now + 0.05


@dataclass(slots=True)
class Gaze:
    """Eyes jump; they never glide. Small jumps around what they look at."""

    chance: random.Random
    x: float = 0.0
    y: float = 0.0
    _jump: tuple[float, float] = (0.0, 0.0)
    _next_at: float | None = None

    def step(self, now: float, seconds: float, target: tuple[float, float], unrest: float = 1.0) -> tuple[float, float]:
        if self._next_at is None or now >= self._next_at:
            self._jump = (self.chance.gauss(0, 0.07) * unrest, self.chance.gauss(0, 0.05) * unrest)
            self._next_at = now + self.chance.uniform(0.5, 2.2)
        self.x = approach(self.x, target[0] + self._jump[0], 22.0, seconds)
        self.y = approach(self.y, target[1] + self._jump[1], 22.0, seconds)
        return self.x, self.y


@dataclass(slots=True)
class Breathing:
    """A slow wave whose rate may change without a jump."""

    _phase: float = 0.0

    def step(self, seconds: float, period_seconds: float) -> float:
        self._phase = (self._phase + seconds / period_seconds) % 1.0
        return math.sin(2 * math.pi * self._phase)


@dataclass(frozen=True, slots=True)
class _Reach:
    """How a mouth shape pulls at its neighbors (after Cohen and Massaro's dominance model)."""

    amplitude: float
    lead_seconds: float
    lag_seconds: float
    dominance: float


_REACHES: Mapping[Viseme, _Reach] = MappingProxyType(
    {
        Viseme.SIL: _Reach(1.0, 0.06, 0.075, 1.0),
        Viseme.PP: _Reach(1.0, 0.045, 0.045, 4.0),
        Viseme.FF: _Reach(1.0, 0.055, 0.05, 3.0),
        Viseme.TH: _Reach(0.8, 0.038, 0.045, 1.2),
        Viseme.DD: _Reach(0.65, 0.034, 0.045, 0.8),
        Viseme.KK: _Reach(0.55, 0.034, 0.045, 0.5),
        Viseme.CH: _Reach(0.95, 0.06, 0.06, 1.8),
        Viseme.SS: _Reach(0.8, 0.045, 0.045, 1.2),
        Viseme.NN: _Reach(0.65, 0.038, 0.045, 0.8),
        Viseme.RR: _Reach(0.8, 0.053, 0.053, 1.2),
        Viseme.AA: _Reach(1.0, 0.064, 0.075, 1.4),
        Viseme.E: _Reach(0.85, 0.056, 0.068, 1.1),
        Viseme.IH: _Reach(0.8, 0.056, 0.068, 1.1),
        Viseme.OH: _Reach(1.0, 0.075, 0.075, 1.6),
        Viseme.OU: _Reach(1.0, 0.083, 0.075, 1.8),
    }
)
VOWELS = frozenset((Viseme.AA, Viseme.E, Viseme.IH, Viseme.OH, Viseme.OU))
_FIRM = frozenset((Viseme.PP, Viseme.FF))
"""Lips that really meet, however short the sound."""

_REST_PULL = 0.25
_LONGEST_REACH_SECONDS = 0.25


def _activation(key: VisemeKey, reach: _Reach, t: float) -> float:
    """1 in the sound's middle, less at its borders, fading before and after.

    The higher the middle stands out, the less its neighbors draw the mouth's peak away from it; but lips that meet
    stay closed throughout.
    """
    length = max(key.end_seconds - key.start_seconds, 1e-3)
    border = 0.88 if key.viseme in _FIRM else 0.55
    if t < key.start_seconds:
        return border * math.exp(-1.6 * ((key.start_seconds - t) / reach.lead_seconds) ** 2)
    if t > key.end_seconds:
        return border * math.exp(-1.6 * ((t - key.end_seconds) / reach.lag_seconds) ** 2)
    return 1.0 - (1.0 - border) * (2 * (t - key.start_seconds) / length - 1) ** 2


@dataclass(slots=True)
class Lips:
    """Mouth shapes of one track at any moment, blended as a tongue and two lips have to."""

    track: VisemeTrack
    _starts: list[float] = field(init=False)
    _longest: float = field(init=False)

    def __post_init__(self) -> None:
        self._starts = [key.start_seconds for key in self.track.keys]
        self._longest = max((key.end_seconds - key.start_seconds for key in self.track.keys), default=0.0)

    def weights(self, t: float) -> dict[Viseme, float]:
        """Weight 0…1 of every mouth shape, t seconds after the track's start."""
        if not self.track.keys:
            return self._from_loudness(t)
        pulls: dict[Viseme, float] = {}
        total = _REST_PULL
        closure = 0.0
        index = bisect_left(self._starts, t - self._longest - _LONGEST_REACH_SECONDS)
        for key in self.track.keys[index:]:
            if key.start_seconds > t + _LONGEST_REACH_SECONDS:
                break
            if key.end_seconds < t - _LONGEST_REACH_SECONDS:
                continue
            reach = _REACHES[key.viseme]
            active = _activation(key, reach, t)
            total += active * reach.dominance
            if key.viseme is Viseme.SIL:
                continue
            size = reach.amplitude
            if key.viseme not in _FIRM:  # very short sounds do not reach their target
                size *= min(1.0, 0.35 + (key.end_seconds - key.start_seconds) / 0.11)
            if key.viseme in VOWELS:
                size *= 1.1 if key.stressed else 0.95
            if key.viseme is Viseme.PP:
                closure = max(closure, active)
            pulls[key.viseme] = pulls.get(key.viseme, 0.0) + active * reach.dominance * size
        weights = {viseme: min(1.0, 1.12 * pull / total) for viseme, pull in pulls.items()}
        if closure > 0.0:  # closed lips leave no room for any other shape
            shut = min(1.0, closure * closure * 1.02)
            weights = {viseme: weight * (1 - shut) for viseme, weight in weights.items()}
            weights[Viseme.PP] = shut
        return {viseme: weight for viseme, weight in weights.items() if weight > 0.01}

    def energy(self, t: float) -> float:
        """How strongly a vowel sounds now, 0…1: heads nod and brows rise with it."""
        vowels = sum(weight for viseme, weight in self.weights(t).items() if viseme in VOWELS)
        return min(1.0, vowels)

    def _from_loudness(self, t: float) -> dict[Viseme, float]:
        """For voices without timings: the louder, the wider."""
        loudness = self.track.loudness
        position = t / LOUDNESS_STEP_SECONDS
        index = math.floor(position)
        if not 0 <= index < len(loudness):
            return {}
        after = loudness[min(index + 1, len(loudness) - 1)]
        level = loudness[index] + (after - loudness[index]) * (position - index)
        if level < 0.05:
            return {}
        rounding = 0.5 + 0.5 * math.sin(t * 7.3)  # a steady change of shape looks less like a flap
        return {Viseme.AA: level * (0.75 - 0.35 * rounding), Viseme.OH: level * 0.35 * rounding, Viseme.E: 0.2 * level}
