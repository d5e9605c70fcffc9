# SPDX-License-Identifier: GPL-3.0-or-later
"""How a flat drawing turns its head: where a pose moves every part, by its depth on a soft dome."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from desktop_app.avatar.affine import Affine
from desktop_app.avatar.pose import Pose

CENTER_X = 300.0
EYE_Y = 328.0
MOUTH_Y = 422.0
NOSE_Y = 390.0
_HEAD_Y = 318.0
_PIVOT_Y = 470.0
"""The head rolls about the top of the neck."""

_NECK_TOP_Y, _NECK_BASE_Y = 440.0, 566.0
_FREE_FROM_Y, _REST_AT_Y = 455.0, 640.0
"""Hair above moves with the head, hair below lies on the shoulders."""


def dome(x: float, y: float) -> float:
    """How far the face stands out here, in template pixels."""
    return 88 * math.exp(-1.1 * (((x - CENTER_X) / 150) ** 2 + ((y - 330) / 190) ** 2))


class Rig:
    """The affine moves of one pose."""

    def __init__(self, pose: Pose) -> None:
        self.pose = pose
        yaw, pitch = 0.30 * pose.yaw, 0.22 * pose.pitch
        self._sin_yaw, self._cos_yaw = math.sin(yaw), math.cos(yaw)
        self._sin_pitch, self._cos_pitch = math.sin(pitch), math.cos(pitch)
        self._move_x, self._move_y = pose.x, pose.y - 2.2 * pose.breath
        roll = Affine.about(CENTER_X, _PIVOT_Y, Affine.rotation(pose.roll))
        self._roll = Affine(e=self._move_x, f=self._move_y).after(roll)

    def head(self, depth: float) -> Affine:
        """Moves something flat at this depth with the head."""
        return self._roll.after(
            Affine(
                self._cos_yaw, 0.0, 0.0, self._cos_pitch,
                CENTER_X * (1 - self._cos_yaw) + depth * self._sin_yaw,
                _HEAD_Y * (1 - self._cos_pitch) + depth * self._sin_pitch,
            )
        )  # fmt: skip

    def feature(self, x: float, y: float, depth: float = 0.0) -> Affine:
        """Moves something that lies on the face around this point: turned sides become narrower."""
        z = dome(x, y) + depth - 10
        slope_x = dome(x + 0.5, y) - dome(x - 0.5, y)
        slope_y = dome(x, y + 0.5) - dome(x, y - 0.5)
        a, b = self._cos_yaw + slope_x * self._sin_yaw, slope_x * self._sin_pitch
        c, d = slope_y * self._sin_yaw, self._cos_pitch + slope_y * self._sin_pitch
        to_x = CENTER_X + (x - CENTER_X) * self._cos_yaw + z * self._sin_yaw
        to_y = _HEAD_Y + (y - _HEAD_Y) * self._cos_pitch + z * self._sin_pitch
        return self._roll.after(Affine(a, b, c, d, to_x - a * x - c * y, to_y - b * x - d * y))

    def neck(self) -> Affine:
        """A neck whose top follows the head and whose base stays in the collar."""
        top_x, top_y = self.head(-6.0)(CENTER_X, _NECK_TOP_Y)
        length = _NECK_BASE_Y - _NECK_TOP_Y
        lean, stretch = (top_x - CENTER_X) / length, (top_y - _NECK_TOP_Y) / length
        return Affine(1.0, 0.0, -lean, 1.0 - stretch, lean * _NECK_BASE_Y, stretch * _NECK_BASE_Y)

    def body(self) -> Affine:
        return body_at_breath(self.pose.breath)

    def displaced(
        self, points: NDArray[np.float64], depths: NDArray[np.float64], sways: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Where hair points go: with the head near the scalp, less where they lie on the shoulders."""
        x, y = points[:, 0], points[:, 1]
        turned_x = CENTER_X + (x - CENTER_X) * self._cos_yaw + depths * self._sin_yaw
        turned_y = _HEAD_Y + (y - _HEAD_Y) * self._cos_pitch + depths * self._sin_pitch
        r = self._roll
        moved_x = r.a * turned_x + r.c * turned_y + r.e
        moved_y = r.b * turned_x + r.d * turned_y + r.f
        t = np.clip((y - _FREE_FROM_Y) / (_REST_AT_Y - _FREE_FROM_Y), 0, 1)
        follow = 1 - t * t * (3 - 2 * t) * 0.93
        t = np.clip((y - 200) / 440, 0, 1)
        swing = sways * t * t * (3 - 2 * t)
        out = np.empty_like(points)
        out[:, 0] = x + (moved_x - x) * follow + self.pose.sway * swing
        out[:, 1] = y + (moved_y - y) * follow - (1 - follow) * self.pose.breath * 2.6
        return out


def body_at_breath(breath: float) -> Affine:
    """The torso rises a little and widens."""
    return Affine.about(CENTER_X, 800.0, Affine(a=1 + 0.004 * breath, d=1 + 0.0065 * breath))
