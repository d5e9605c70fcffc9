# SPDX-License-Identifier: GPL-3.0-or-later
"""What any body can do: the 2.5D rig today; a still picture or a VRM body later behind the same names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from desktop_app.avatar.look import Look
from desktop_app.avatar.pose import Pose
from desktop_app.domain.audio import Viseme
from desktop_app.domain.conversation import Expression


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a body can show; the window hides what it cannot."""

    visemes: bool
    expressions: bool
    looks: bool
    """Whether the editor's sliders and parts mean anything to it."""
    transparency: bool


class AvatarBackend(Protocol):
    """A body that shows poses."""

    def capabilities(self) -> Capabilities: ...

    def set_look(self, look: Look) -> None:
        """Raises LookError if a part of it is broken; the old look stays."""
        ...

    def set_pose(self, pose: Pose) -> None:
        """Shows one moment."""
        ...


VRM_OF_VISEME: Mapping[Viseme, Mapping[str, float]] = {
    Viseme.SIL: {}, Viseme.PP: {}, Viseme.FF: {"ih": 0.15}, Viseme.TH: {"ih": 0.3}, Viseme.DD: {"ih": 0.35},
    Viseme.KK: {"ih": 0.35}, Viseme.CH: {"ou": 0.45}, Viseme.SS: {"ih": 0.5}, Viseme.NN: {"ih": 0.3},
    Viseme.RR: {"ou": 0.35}, Viseme.AA: {"aa": 1.0}, Viseme.E: {"ee": 1.0}, Viseme.IH: {"ih": 1.0},
    Viseme.OH: {"oh": 1.0}, Viseme.OU: {"ou": 1.0},
}  # fmt: skip
"""How the fifteen mouth shapes fold into the five of VRM 1.0."""

VRM_OF_EXPRESSION: Mapping[Expression, str] = {
    Expression.NEUTRAL: "neutral", Expression.HAPPY: "happy", Expression.SAD: "sad", Expression.SURPRISED: "surprised",
    Expression.THINKING: "neutral", Expression.UPSET: "angry", Expression.AFFECTIONATE: "relaxed",
    Expression.SLEEPY: "relaxed", Expression.PLAYFUL: "happy", Expression.CONCERNED: "sad",
}  # fmt: skip
"""The VRM 1.0 preset that comes closest."""
