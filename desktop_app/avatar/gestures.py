# SPDX-License-Identifier: GPL-3.0-or-later
"""Short movements with a beginning and an end: a greeting, a goodbye, a listener's nod, leaning into a hand."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from itertools import pairwise

from desktop_app.avatar.pose import Targets
from desktop_app.avatar.springs import smoothstep

HEAD_MOTION = frozenset(("yaw", "pitch", "roll", "x", "y"))


@dataclass(frozen=True, slots=True)
class Gesture:
    """Moments of one movement: seconds since its start, and what is added to the pose then; soft in between."""

    name: str
    moments: tuple[tuple[float, Targets], ...]
    """The first and the last are at rest."""

    @property
    def duration_seconds(self) -> float:
        return self.moments[-1][0]

    def at(self, seconds: float) -> dict[str, float]:
        """What it adds to a pose."""
        for (start, before), (end, after) in pairwise(self.moments):
            if start <= seconds <= end:
                share = smoothstep(start, end, seconds)
                names = before.keys() | after.keys()
                return {name: (1 - share) * before.get(name, 0.0) + share * after.get(name, 0.0) for name in names}
        return {}


GREETING = Gesture("greeting", (
    (0.0, {}),
    (0.22, {"brow_left": 0.6, "brow_right": 0.6, "pitch": -0.16, "wide": 0.15}),
    (0.52, {"brow_left": 0.3, "brow_right": 0.3, "pitch": 0.30, "mouth_corner": 0.4}),
    (0.90, {"pitch": -0.04, "mouth_corner": 0.4, "smile_eyes": 0.12}),
    (1.80, {}),
))  # fmt: skip
"""Brows up at once, as people do when they know somebody, then a nod."""

GOODBYE = Gesture("goodbye", (
    (0.0, {}),
    (0.45, {"pitch": 0.34, "eye_left": -0.5, "eye_right": -0.5, "mouth_corner": 0.5}),
    (0.80, {"pitch": 0.32, "eye_left": -0.4, "eye_right": -0.4, "mouth_corner": 0.6}),
    (1.40, {"pitch": -0.04, "roll": 3.0, "mouth_corner": 0.6, "smile_eyes": 0.25}),
    (2.60, {"roll": 2.5, "mouth_corner": 0.5, "smile_eyes": 0.2}),
    (3.60, {}),
))  # fmt: skip
"""A slow bow with lowered lids, then a last look with the head to one side."""

NOD = Gesture("nod", (
    (0.0, {}),
    (0.18, {"pitch": 0.22, "eye_left": -0.08, "eye_right": -0.08}),
    (0.38, {"pitch": -0.02}),
    (0.56, {"pitch": 0.09}),
    (0.85, {}),
))  # fmt: skip
"""I am with you: go on."""

NESTLE = Gesture("nestle", (
    (0.0, {}),
    (0.35, {"roll": 4.0, "eye_left": -0.55, "eye_right": -0.55, "smile_eyes": 0.45, "mouth_corner": 0.6, "blush": 0.3}),
    (1.30, {"roll": 5.0, "eye_left": -0.6, "eye_right": -0.6, "smile_eyes": 0.5, "mouth_corner": 0.7, "blush": 0.4}),
    (2.20, {}),
))  # fmt: skip
"""Being stroked: leans into the hand with half-closed eyes."""

_GREETING_WORDS = re.compile(
    r"^\W*(hello|hi|hey|welcome|good (morning|afternoon|evening)|nice to (meet|see) you|"
    r"bonjour|bonsoir|salut|coucou|bienvenue|enchantée?)\b",
    re.IGNORECASE,
)
_GOODBYE_WORDS = re.compile(
    r"\b(good ?night|good ?bye|bye|farewell|sleep well|see you (soon|later|tomorrow)|"
    r"bonne (nuit|soirée|journée)|au revoir|à (bientôt|demain|plus tard)|dors bien|dormez bien)\b",
    re.IGNORECASE,
)


def gesture_in(text: str) -> Gesture | None:
    """What goes with these words of the companion, in English or French; most words need no gesture."""
    if _GOODBYE_WORDS.search(text):
        return GOODBYE
    return GREETING if _GREETING_WORDS.match(text) else None


@dataclass(slots=True)
class Gestures:
    """One gesture at a time; a new one takes over softly."""

    _gesture: Gesture | None = None
    _begins_at: float = math.nan
    _left: dict[str, float] = field(default_factory=dict)
    """What the one before had reached."""

    _left_at: float = -math.inf

    def begin(self, gesture: Gesture, now: float) -> None:
        """The same one is not begun again while it lasts."""
        if self._gesture is gesture and now < self._begins_at + gesture.duration_seconds:
            return
        self._left, self._left_at = self.targets(now), now
        self._gesture, self._begins_at = gesture, now

    def is_active(self, now: float) -> bool:
        return self._gesture is not None and now <= self._begins_at + self._gesture.duration_seconds

    def targets(self, now: float) -> dict[str, float]:
        """What is added to the pose at this moment."""
        shown = dict(self._gesture.at(now - self._begins_at)) if self._gesture is not None else {}
        rest = 1 - smoothstep(0.0, 0.25, now - self._left_at)
        if rest > 0:
            for name, value in self._left.items():
                shown[name] = shown.get(name, 0.0) + rest * value
        return shown
