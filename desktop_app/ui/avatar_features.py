# SPDX-License-Identifier: GPL-3.0-or-later
"""What moves in a face: eyes, brows, mouth and blush, drawn anew only when they change."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QTransform

from desktop_app.avatar import eyes, head, mouth
from desktop_app.avatar.look import Look
from desktop_app.avatar.palette import Palette
from desktop_app.avatar.pose import Pose
from desktop_app.avatar.rig import CENTER_X, Rig
from desktop_app.avatar.shapes import RadialGradient, Shape, ellipse
from desktop_app.ui.avatar_layers import Baked, bake
from desktop_app.ui.avatar_paths import Sketch, transform_of

_CHEEK_Y = 378.0
_BLUSH_STEPS = 64


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature in one moment."""

    name: str
    state: Hashable
    """What its drawing depends on, but for where it is."""

    box: QRectF
    """Where it may lie on the template."""

    move: QTransform
    """From the template to device pixels."""

    shapes: Callable[[], Sequence[Shape]]
    opacity: float = 1.0

    @property
    def rect(self) -> QRect:
        """The device pixels that it may touch."""
        return self.move.mapRect(self.box).toAlignedRect().adjusted(-2, -2, 2, 2)

    def differs_from(self, other: Feature) -> bool:
        return self.state != other.state or self.opacity != other.opacity or self.move != other.move


class LiveFeatures:
    """The features of one look at one density."""

    def __init__(self, look: Look, palette: Palette, density: float) -> None:
        self._look, self._palette, self._density = look, palette, density
        self._images: dict[str, tuple[Hashable, Baked]] = {}

    def of(self, pose: Pose, view: QTransform) -> dict[str, Feature]:
        """What this pose shows, by name, in the order it is painted."""
        rig = Rig(pose)
        features = [
            *self._cheeks(pose, rig, view),
            self._mouth(pose, rig, view),
            *(self._eye(side, pose, rig, view) for side in (-1, 1)),
            *(self._brow(side, pose, rig, view) for side in (-1, 1)),
        ]
        return {feature.name: feature for feature in features}

    def paint(self, painter: QPainter, feature: Feature) -> None:
        """Paints in device pixels."""
        painter.setOpacity(feature.opacity)
        self._image(feature).draw(painter, feature.move)
        painter.setOpacity(1.0)

    def _image(self, feature: Feature) -> Baked:
        kept = self._images.get(feature.name)
        if kept is None or kept[0] != feature.state:
            sketch = Sketch(feature.shapes())
            baked = bake(feature.box, self._density, lambda painter: sketch.draw(painter, self._palette))
            kept = (feature.state, baked)
            self._images[feature.name] = kept
        return kept[1]

    def _mouth(self, pose: Pose, rig: Rig, view: QTransform) -> Feature:
        jaw = float(round(pose.jaw))
        state = mouth.MouthState.of(pose, self._look)
        y = head.mouth_line(self._look)
        move = transform_of(rig.feature(CENTER_X, y, 6)) * view
        box = QRectF(CENTER_X - 54, y - 34, 108, 84)
        return Feature("mouth", (state, jaw), box, move, lambda: mouth.mouth(self._look, state, jaw))

    def _brow(self, side: int, pose: Pose, rig: Rig, view: QTransform) -> Feature:
        state = eyes.BrowState.of(pose, side)
        x, _ = eyes.eye_center(self._look, side)
        move = transform_of(rig.feature(x, 290, 4)) * view
        box = QRectF(x - 60, 258, 120, 64)
        return Feature(f"brow {side}", state, box, move, lambda: eyes.brow(self._look, side, state))

    def _eye(self, side: int, pose: Pose, rig: Rig, view: QTransform) -> Feature:
        state = eyes.EyeState.of(pose, side)
        x, y = eyes.eye_center(self._look, side)
        move = transform_of(rig.feature(x, y)) * view
        box = QRectF(x - 58, y - 48, 116, 88)
        return Feature(f"eye {side}", state, box, move, lambda: eyes.eye(self._look, side, state))

    def _cheeks(self, pose: Pose, rig: Rig, view: QTransform) -> list[Feature]:
        amount = round(_BLUSH_STEPS * min(1.0, 0.6 * self._look.slider("blush") + pose.blush)) / _BLUSH_STEPS
        return [self._cheek(side, amount, rig, view) for side in (-1, 1)] if amount > 0 else []

    def _cheek(self, side: int, amount: float, rig: Rig, view: QTransform) -> Feature:
        x = CENTER_X + side * 0.60 * head.half_width(self._look)
        stops = ((0.0, "skin.blush", 0.62), (0.5, "skin.blush", 0.34), (1.0, "skin.blush", 0.0))
        spot = Shape((ellipse(x, _CHEEK_Y, 42, 27),), RadialGradient((x, _CHEEK_Y), 42, stops, 27 / 42))
        move = transform_of(rig.feature(x, _CHEEK_Y, 30)) * view
        box = QRectF(x - 44, _CHEEK_Y - 29, 88, 58)
        return Feature(f"cheek {side}", None, box, move, lambda: [spot], amount)
