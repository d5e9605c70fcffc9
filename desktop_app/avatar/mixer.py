# SPDX-License-Identifier: GPL-3.0-or-later
"""Many wishes, one face: channels add up over the resting pose and are kept within what a face can do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType

from desktop_app.avatar.pose import EXPRESSIONS, VISEMES, Pose, Targets
from desktop_app.domain.audio import Viseme
from desktop_app.domain.conversation import Expression

_REST = {field.name: float(field.default) for field in fields(Pose) if isinstance(field.default, float)}

_LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "yaw": (-0.7, 0.7), "pitch": (-0.7, 0.7), "roll": (-9.0, 9.0), "x": (-14.0, 14.0), "y": (-10.0, 10.0),
        "breath": (-1.0, 1.0), "sway": (-14.0, 14.0), "eye_left": (0.0, 1.15), "eye_right": (0.0, 1.15),
        "wide": (0.0, 1.0), "smile_eyes": (0.0, 1.0), "gaze_x": (-1.0, 1.0), "gaze_y": (-1.0, 1.0),
        "pupil": (0.7, 1.3), "shine": (0.0, 1.0), "tear": (0.0, 1.0), "brow_left": (-1.0, 1.2),
        "brow_right": (-1.0, 1.2), "brow_anger": (-1.0, 1.0), "brow_worry": (0.0, 1.0), "mouth_open": (0.0, 1.1),
        "mouth_round": (0.0, 1.0), "mouth_wide": (-0.3, 0.35), "mouth_corner": (-1.5, 1.6),
        "mouth_bend": (-1.0, 1.0), "mouth_skew": (-1.2, 1.2), "mouth_press": (0.0, 1.0), "mouth_bite": (0.0, 1.0),
        "upper_lip": (0.0, 1.0), "upper_teeth": (0.0, 1.2), "lower_teeth": (0.0, 1.0), "tongue": (0.0, 1.0),
        "jaw": (0.0, 10.0), "blush": (0.0, 1.0),
    }
)  # fmt: skip

_OPENING = ("mouth_open", "upper_teeth", "lower_teeth", "tongue", "upper_lip")
_OWNED_BY_SPEECH = frozenset((*_OPENING, "mouth_round", "mouth_press", "mouth_bite", "jaw"))


class Mixer:
    """Collects deltas for one moment."""

    def __init__(self) -> None:
        self._values = dict(_REST)
        self._expressions: dict[Expression, float] = {}
        self._visemes: dict[Viseme, float] = {}

    def add(self, targets: Targets, weight: float = 1.0, speech: float = 0.0) -> None:
        """Adds a channel. While speech has its way (0…1), others move the jaw and the rounding much less."""
        for name, value in targets.items():
            share = weight * (1 - 0.8 * speech) if name in _OWNED_BY_SPEECH else weight
            self._values[name] += value * share

    def express(self, expression: Expression, weight: float = 1.0, speech: float = 0.0) -> None:
        """Adds an expression, by its targets and by its name."""
        self.add(EXPRESSIONS[expression], weight, speech)
        self._expressions[expression] = min(1.0, self._expressions.get(expression, 0.0) + weight)

    def add_visemes(self, weights: Mapping[Viseme, float], smile_share: float = 0.75) -> None:
        """Adds the lips; closed lips (p, b, m) win over everything that would open the mouth."""
        for viseme, weight in weights.items():
            self.add(VISEMES[viseme], weight)
            self._visemes[viseme] = min(1.0, self._visemes.get(viseme, 0.0) + weight)
        shut = weights.get(Viseme.PP, 0.0)
        if shut:
            for name in (*_OPENING, "jaw"):
                self._values[name] *= 1 - min(1.0, shut)
        if weights:
            self._values["mouth_corner"] *= smile_share

    def shift(self, name: str, value: float) -> None:
        self._values[name] += value

    def scale(self, name: str, factor: float) -> None:
        self._values[name] *= factor

    def value(self, name: str) -> float:
        return self._values[name]

    def set(self, name: str, value: float) -> None:
        self._values[name] = value

    def pose(self) -> Pose:
        """The sum, within the limits of a face; what is not a number is at rest."""
        kept = {}
        for name, value in self._values.items():
            low, high = _LIMITS[name]
            kept[name] = min(high, max(low, value)) if math.isfinite(value) else _REST[name]
        return Pose(**kept, expressions=self._expressions, visemes=self._visemes)
