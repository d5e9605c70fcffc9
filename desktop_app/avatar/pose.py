# SPDX-License-Identifier: GPL-3.0-or-later
"""One moment of a face: every number a body needs to show it, and the targets these numbers are mixed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from desktop_app.domain.audio import Viseme
from desktop_app.domain.conversation import Expression


@dataclass(slots=True)
class Pose:
    """Left and right are the companion's own; x grows to the viewer's right, y downwards; 0 is at rest.

    The field's cousins: yaw/pitch/roll = ParamAngleX/Y/Z, eye_left = 1 - eyeBlinkLeft, mouth_open = jawOpen,
    mouth_round = mouthPucker + mouthFunnel, mouth_corner = mouthSmile - mouthFrown, mouth_press = mouthPress,
    brow_worry = browInnerUp, brow_anger = browDown, smile_eyes = eyeSquint + cheekSquint.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    """−1…1: 17 and 13 degrees; +yaw turns to the viewer's right, +pitch down."""
    roll: float = 0.0
    """Degrees."""
    x: float = 0.0
    y: float = 0.0
    """Template pixels that the head is moved by."""
    breath: float = 0.0
    """−1 (out) … 1 (in)."""
    sway: float = 0.0
    """Template pixels that hanging hair swings to the side."""

    eye_left: float = 1.0
    eye_right: float = 1.0
    """0 shut … 1 open … 1.15 wide."""
    wide: float = 0.0
    smile_eyes: float = 0.0
    gaze_x: float = 0.0
    gaze_y: float = 0.0
    pupil: float = 1.0
    shine: float = 0.0
    tear: float = 0.0

    brow_left: float = 0.0
    brow_right: float = 0.0
    """−1…1.2 raised."""
    brow_anger: float = 0.0
    brow_worry: float = 0.0

    mouth_open: float = 0.0
    mouth_round: float = 0.0
    mouth_wide: float = 0.0
    mouth_corner: float = 0.0
    """−1.5 down … 1.7 up."""
    mouth_bend: float = 0.0
    mouth_skew: float = 0.0
    mouth_press: float = 0.0
    mouth_bite: float = 0.0
    """Lower lip under the upper teeth (f, v)."""
    upper_lip: float = 0.0
    upper_teeth: float = 0.0
    lower_teeth: float = 0.0
    tongue: float = 0.0
    jaw: float = 0.0
    """Template pixels that the chin is lowered by, 0…10."""

    blush: float = 0.0

    expressions: Mapping[Expression, float] = field(default_factory=dict)
    """What the numbers express, 0…1 each, for bodies that have a picture or a target for every expression."""

    visemes: Mapping[Viseme, float] = field(default_factory=dict)
    """What the lips say, 0…1 each, for bodies that have a target for every mouth shape."""


Targets = Mapping[str, float]
"""Deltas over the resting pose, by field name."""

VISEMES: Mapping[Viseme, Targets] = MappingProxyType(
    {
        Viseme.SIL: {},
        Viseme.PP: {"mouth_press": 1.0, "mouth_wide": -0.05},
        Viseme.FF: {"mouth_open": 0.20, "mouth_bite": 1.0, "upper_teeth": 1.1, "upper_lip": 0.7, "jaw": 0.8},
        Viseme.TH: {"mouth_open": 0.26, "upper_teeth": 0.75, "tongue": 0.95, "jaw": 1.5},
        Viseme.DD: {"mouth_open": 0.24, "upper_teeth": 0.8, "tongue": 0.5, "jaw": 1.5},
        Viseme.KK: {"mouth_open": 0.30, "upper_teeth": 0.5, "tongue": 0.2, "jaw": 2.0},
        Viseme.CH: {
            "mouth_open": 0.28, "mouth_round": 0.62, "upper_teeth": 0.9, "lower_teeth": 0.8, "upper_lip": 0.4,
            "jaw": 1.2,
        },
        Viseme.SS: {"mouth_open": 0.18, "mouth_wide": 0.12, "upper_teeth": 1.0, "lower_teeth": 0.9, "jaw": 0.6},
        Viseme.NN: {"mouth_open": 0.22, "upper_teeth": 0.6, "tongue": 0.7, "jaw": 1.4},
        Viseme.RR: {"mouth_open": 0.26, "mouth_round": 0.45, "upper_teeth": 0.4, "tongue": 0.3, "jaw": 1.4},
        Viseme.AA: {"mouth_open": 1.0, "mouth_wide": 0.05, "upper_teeth": 0.7, "tongue": 0.35, "jaw": 9.0},
        Viseme.E: {"mouth_open": 0.55, "mouth_wide": 0.16, "upper_teeth": 0.85, "tongue": 0.3, "jaw": 4.0},
        Viseme.IH: {"mouth_open": 0.34, "mouth_wide": 0.22, "upper_teeth": 0.95, "lower_teeth": 0.3, "jaw": 2.0},
        Viseme.OH: {"mouth_open": 0.74, "mouth_round": 0.78, "upper_teeth": 0.15, "tongue": 0.1, "jaw": 6.5},
        Viseme.OU: {"mouth_open": 0.34, "mouth_round": 1.0, "mouth_wide": -0.10, "jaw": 2.5},
    }
)  # fmt: skip

EXPRESSIONS: Mapping[Expression, Targets] = MappingProxyType(
    {
        Expression.NEUTRAL: {},
        Expression.HAPPY: {
            "mouth_corner": 1.0, "mouth_bend": 0.7, "mouth_wide": 0.18, "mouth_open": 0.24, "upper_teeth": 1.0,
            "smile_eyes": 0.34, "eye_left": -0.12, "eye_right": -0.12, "brow_left": 0.3, "brow_right": 0.3,
            "blush": 0.22, "pitch": -0.1, "shine": 0.3,
        },
        Expression.SAD: {
            "mouth_corner": -1.15, "mouth_bend": -0.9, "mouth_wide": -0.06, "brow_worry": 0.85, "brow_anger": -0.35,
            "brow_left": -0.05, "brow_right": -0.05, "eye_left": -0.22, "eye_right": -0.22, "gaze_y": 0.3,
            "pitch": 0.32, "roll": -2.5, "tear": 0.4,
        },
        Expression.SURPRISED: {
            "mouth_open": 0.5, "mouth_round": 0.95, "mouth_corner": -0.1, "wide": 0.7, "brow_left": 1.05,
            "brow_right": 1.05, "pupil": -0.18, "pitch": -0.22, "jaw": 5.0,
        },
        Expression.THINKING: {
            "mouth_wide": -0.14, "mouth_skew": 0.6, "mouth_corner": -0.35, "mouth_bend": -0.2, "mouth_press": 0.25,
            "gaze_x": 0.5, "gaze_y": -0.75, "brow_left": 0.6, "brow_right": -0.15, "brow_anger": 0.1,
            "eye_left": -0.05, "eye_right": -0.12, "yaw": 0.26, "pitch": -0.18, "roll": 3.0,
        },
        Expression.UPSET: {
            "mouth_corner": -0.95, "mouth_bend": -0.55, "mouth_wide": -0.04, "mouth_press": 0.4, "brow_anger": 0.9,
            "brow_left": -0.6, "brow_right": -0.6, "eye_left": -0.18, "eye_right": -0.18, "pupil": -0.08, "pitch": 0.2,
        },
        Expression.AFFECTIONATE: {
            "mouth_corner": 0.9, "mouth_bend": 0.6, "smile_eyes": 0.22, "eye_left": -0.20, "eye_right": -0.20,
            "brow_worry": 0.3, "brow_left": 0.12, "brow_right": 0.12, "blush": 0.6, "shine": 0.8, "pupil": 0.14,
            "roll": 4.5, "pitch": 0.1,
        },
        Expression.SLEEPY: {
            "eye_left": -0.58, "eye_right": -0.58, "brow_left": 0.12, "brow_right": 0.12, "brow_worry": 0.2,
            "mouth_open": 0.06, "mouth_corner": -0.25, "mouth_bend": -0.2, "mouth_wide": -0.08, "pitch": 0.36,
            "roll": -4.0, "gaze_y": 0.25,
        },
        Expression.PLAYFUL: {
            "mouth_skew": 0.9, "mouth_corner": 0.75, "mouth_bend": 0.5, "mouth_wide": 0.06, "smile_eyes": 0.2,
            "eye_left": -0.1, "eye_right": -0.3, "brow_left": 0.6, "brow_right": -0.1, "roll": -3.5, "yaw": -0.16,
            "blush": 0.15, "shine": 0.4,
        },
        Expression.CONCERNED: {
            "brow_worry": 0.7, "brow_left": 0.1, "brow_right": 0.1, "brow_anger": -0.15, "mouth_corner": -0.45,
            "mouth_bend": -0.3, "mouth_press": 0.2, "eye_left": -0.05, "eye_right": -0.05, "roll": 3.0, "pitch": 0.1,
        },
    }
)  # fmt: skip

LISTENING: Targets = MappingProxyType(
    {"roll": 2.2, "pitch": 0.04, "wide": 0.10, "brow_left": 0.2, "brow_right": 0.2, "mouth_corner": 0.15}
)
RESTING: Targets = MappingProxyType(
    {
        "eye_left": -0.92, "eye_right": -0.92, "pitch": 0.34, "roll": -3.0, "mouth_corner": 0.1,
        "brow_left": -0.08, "brow_right": -0.08,
    }
)  # fmt: skip
"""Asleep while muted."""
