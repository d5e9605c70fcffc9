# SPDX-License-Identifier: GPL-3.0-or-later
"""What moves in a face: eyes, brows, mouth and blush, drawn anew only when they change."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QTransform

from desktop_app.avatar import eyes, head, mouth
from desktop_app.avatar.look import Look
from desktop_app.avatar.palette import Palette
from desktop_app.avatar.pose import Pose
from desktop_app.avatar.rig import CENTER_X, Rig
from desktop_app.avatar.shapes import RadialGradient, Shape, ellipse
from desktop_app.ui.avatar_layers import Baked, bake, bake_shapes
from desktop_app.ui.avatar_paths import draw_shapes, transform_of

_CHEEK_Y = 378.0


class LiveFeatures:
    """The features of one look at one density."""

    def __init__(self, look: Look, palette: Palette, density: float) -> None:
        self._look, self._palette, self._density = look, palette, density
        self._images: dict[str, tuple[Hashable, Baked]] = {}
        stops = ((0.0, "skin.blush", 0.62), (0.5, "skin.blush", 0.34), (1.0, "skin.blush", 0.0))
        spot = Shape((ellipse(0, 0, 42, 27),), RadialGradient((0, 0), 42, stops, 27 / 42))
        self._blush = bake_shapes([spot], palette, density, QRectF(-60, -60, 120, 120))

    def paint(self, painter: QPainter, pose: Pose, rig: Rig, view: QTransform) -> None:
        look = self._look
        self._paint_blush(painter, pose, rig, view)
        jaw = float(round(pose.jaw))
        state = mouth.MouthState.of(pose, look)
        y = head.mouth_line(look)
        move = transform_of(rig.feature(CENTER_X, y, 6)) * view
        box = QRectF(CENTER_X - 54, y - 34, 108, 84)
        self._paint_cached(painter, "mouth", (state, jaw), box, move, lambda: mouth.mouth(look, state, jaw))
        for side in (-1, 1):
            self._paint_eye(painter, side, pose, rig, view)
        self.paint_brows(painter, pose, rig, view)

    def paint_brows(self, painter: QPainter, pose: Pose, rig: Rig, view: QTransform) -> None:
        for side in (-1, 1):
            self._paint_brow(painter, side, pose, rig, view)

    def _paint_brow(self, painter: QPainter, side: int, pose: Pose, rig: Rig, view: QTransform) -> None:
        state = eyes.BrowState.of(pose, side)
        x, _ = eyes.eye_center(self._look, side)
        move = transform_of(rig.feature(x, 290, 4)) * view
        box = QRectF(x - 60, 258, 120, 64)
        self._paint_cached(painter, f"brow {side}", state, box, move, lambda: eyes.brow(self._look, side, state))

    def _paint_eye(self, painter: QPainter, side: int, pose: Pose, rig: Rig, view: QTransform) -> None:
        state = eyes.EyeState.of(pose, side)
        x, y = eyes.eye_center(self._look, side)
        move = transform_of(rig.feature(x, y)) * view
        box = QRectF(x - 58, y - 48, 116, 88)
        self._paint_cached(painter, f"eye {side}", state, box, move, lambda: eyes.eye(self._look, side, state))

    def _paint_blush(self, painter: QPainter, pose: Pose, rig: Rig, view: QTransform) -> None:
        amount = min(1.0, 0.6 * self._look.slider("blush") + pose.blush)
        if self._blush is None or amount <= 0:
            return
        for side in (-1, 1):
            x = CENTER_X + side * 0.60 * head.half_width(self._look)
            move = transform_of(rig.feature(x, _CHEEK_Y, 30))
            painter.setOpacity(amount)
            self._blush.draw(painter, QTransform.fromTranslate(x, _CHEEK_Y) * move, view)
            painter.setOpacity(1.0)

    def _paint_cached(
        self,
        painter: QPainter,
        name: str,
        key: Hashable,
        box: QRectF,
        move: QTransform,
        shapes: Callable[[], Sequence[Shape]],
    ) -> None:
        kept = self._images.get(name)
        if kept is None or kept[0] != key:
            made = shapes()
            kept = (key, bake(box, self._density, lambda target: draw_shapes(target, self._palette, made)))
            self._images[name] = kept
        kept[1].draw(painter, QTransform(), move)
