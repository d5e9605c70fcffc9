# SPDX-License-Identifier: GPL-3.0-or-later
"""What any body can do, and what a pose is called in the field: a VRM body is told nothing but these names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol, TypeVar

from desktop_app.avatar.pose import Pose
from desktop_app.domain.audio import Viseme
from desktop_app.domain.conversation import Expression

Surface_contra = TypeVar("Surface_contra", contravariant=True)
Area_co = TypeVar("Area_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a body can show."""

    visemes: bool
    expressions: bool
    looks: bool
    """Whether the editor's sliders and parts mean anything to it."""


class AvatarBackend(Protocol[Surface_contra, Area_co]):
    """A body of one look at one size: drawn from parts, made of pictures, or a VRM model later.

    Surface is what it paints on and Area a part of that, in the words of the window system.
    """

    frames_per_composition: int
    """2 lets it leave small motion of all but eyes and lips to the next frame."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in logical pixels."""
        ...

    def capabilities(self) -> Capabilities: ...

    def changed_rect(self, pose: Pose) -> Area_co:
        """What painting this pose would change."""
        ...

    def paint(self, surface: Surface_contra, pose: Pose) -> None:
        """Shows one moment."""
        ...


VRM_OF_VISEME: Mapping[Viseme, Mapping[str, float]] = {
    Viseme.SIL: {}, Viseme.PP: {}, Viseme.FF: {"ih": 0.15}, Viseme.TH: {"ih": 0.3}, Viseme.DD: {"ih": 0.35},
    Viseme.KK: {"ih": 0.35}, Viseme.CH: {"ou": 0.45}, Viseme.SS: {"ih": 0.5}, Viseme.NN: {"ih": 0.3},
    Viseme.RR: {"ou": 0.35}, Viseme.AA: {"aa": 1.0}, Viseme.E: {"ee": 1.0}, Viseme.IH: {"ih": 1.0},
    Viseme.OH: {"oh": 1.0}, Viseme.OU: {"ou": 1.0},
}  # fmt: skip
"""How the fifteen mouth shapes (OVR LipSync) fold into the five of VRM 1.0."""

VRM_OF_EXPRESSION: Mapping[Expression, str] = {
    Expression.NEUTRAL: "neutral", Expression.HAPPY: "happy", Expression.SAD: "sad", Expression.SURPRISED: "surprised",
    Expression.THINKING: "neutral", Expression.UPSET: "angry", Expression.AFFECTIONATE: "relaxed",
    Expression.SLEEPY: "relaxed", Expression.PLAYFUL: "happy", Expression.CONCERNED: "sad",
}  # fmt: skip
"""The VRM 1.0 preset that comes closest."""

VRM0_OF_VRM: Mapping[str, str] = MappingProxyType(
    {
        "aa": "a", "ih": "i", "ou": "u", "ee": "e", "oh": "o", "happy": "joy", "angry": "angry", "sad": "sorrow",
        "relaxed": "fun", "neutral": "neutral", "blink": "blink", "blinkLeft": "blink_l", "blinkRight": "blink_r",
        "lookUp": "lookup", "lookDown": "lookdown", "lookLeft": "lookleft", "lookRight": "lookright",
    }
)  # fmt: skip
"""What models of VRM 0.x call the same presets; they have none for "surprised"."""


def vrm_weights(pose: Pose) -> Mapping[str, float]:
    """Weights 0…1 of the expression presets of VRM 1.0; what is not named is at rest. Left is the companion's own."""
    found: dict[str, float] = {}
    mouth: dict[str, float] = {}
    for viseme, weight in pose.visemes.items():
        for name, share in VRM_OF_VISEME[viseme].items():
            mouth[name] = mouth.get(name, 0.0) + weight * share
    if not pose.visemes and pose.mouth_open > 0:  # a voice without timings opens the mouth by its loudness alone
        mouth = {"aa": pose.mouth_open * (1 - pose.mouth_round), "ou": pose.mouth_open * pose.mouth_round}
    moods: dict[str, float] = {}
    for expression, weight in pose.expressions.items():
        name = VRM_OF_EXPRESSION[expression]
        if name != "neutral":
            moods[name] = moods.get(name, 0.0) + weight
    for group in (mouth, moods):
        total = max(1.0, sum(group.values()))  # two at once share what one may have
        found |= {name: weight / total for name, weight in group.items()}
    left, right = 1 - pose.eye_left, 1 - pose.eye_right
    found |= {"blink": left} if abs(left - right) < 0.02 else {"blinkLeft": left, "blinkRight": right}
    found |= {"lookLeft": pose.gaze_x, "lookRight": -pose.gaze_x, "lookDown": pose.gaze_y, "lookUp": -pose.gaze_y}
    return _kept(found)


def arkit_weights(pose: Pose) -> Mapping[str, float]:
    """Weights 0…1 of ARKit's blend shapes, where these are finer than the presets of VRM."""
    smile, frown = pose.mouth_corner / 1.5, -pose.mouth_corner / 1.5
    skew = 0.4 * pose.mouth_skew  # + lifts the companion's right corner and draws the mouth there
    found = {
        "jawOpen": pose.mouth_open, "mouthPucker": pose.mouth_round * (1 - pose.mouth_open),
        "mouthFunnel": pose.mouth_round * pose.mouth_open, "mouthRollLower": pose.mouth_bite,
        "mouthUpperUpLeft": pose.upper_lip, "mouthUpperUpRight": pose.upper_lip,
        "mouthLeft": -skew, "mouthRight": skew, "browInnerUp": pose.brow_worry,
    }  # fmt: skip
    for side, eye, brow, lift in (
        ("Left", pose.eye_left, pose.brow_left, -skew),
        ("Right", pose.eye_right, pose.brow_right, skew),
    ):
        outwards = pose.gaze_x if side == "Left" else -pose.gaze_x
        found |= {
            f"mouthSmile{side}": smile + lift, f"mouthFrown{side}": frown, f"mouthPress{side}": pose.mouth_press,
            f"mouthStretch{side}": 3 * pose.mouth_wide, f"eyeBlink{side}": 1 - eye,
            f"eyeWide{side}": max(pose.wide, eye - 1), f"eyeSquint{side}": pose.smile_eyes,
            f"cheekSquint{side}": pose.smile_eyes, f"eyeLookOut{side}": outwards, f"eyeLookIn{side}": -outwards,
            f"eyeLookUp{side}": -pose.gaze_y, f"eyeLookDown{side}": pose.gaze_y,
            f"browDown{side}": max(pose.brow_anger, -brow), f"browOuterUp{side}": brow,
        }  # fmt: skip
    return _kept(found)


def _kept(weights: Mapping[str, float]) -> Mapping[str, float]:
    return MappingProxyType({name: min(1.0, weight) for name, weight in weights.items() if weight > 1e-3})
