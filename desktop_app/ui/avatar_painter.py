# SPDX-License-Identifier: GPL-3.0-or-later
"""Paints the avatar: still parts come from images made once per look and size, eyes, brows and mouth are drawn live."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QTransform

from desktop_app.avatar import head
from desktop_app.avatar.backend import Capabilities
from desktop_app.avatar.daylight import Daylight
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.avatar.pose import Pose
from desktop_app.avatar.rig import CENTER_X, Rig
from desktop_app.ui.avatar_features import Feature, LiveFeatures
from desktop_app.ui.avatar_figure import Figure
from desktop_app.ui.avatar_layers import Baked, new_image, painting
from desktop_app.ui.avatar_paths import transform_of

_MOVED_ENOUGH = 0.22
"""Device pixels of motion below which the last composition still stands."""
_MOVED_FAR = 1.6
_BROW_THROUGH_HAIR = 0.36
_CLEAR, _COPY = QPainter.CompositionMode.CompositionMode_Clear, QPainter.CompositionMode.CompositionMode_Source
_OVER = QPainter.CompositionMode.CompositionMode_SourceOver


class AvatarPainter:
    """One look at one size. Cheap to paint, not cheap to make: keep it until the look or the size changes.

    A frame is three images: what lies below the features, the features, and what hangs over them. The first and the
    last are composed anew only when the head has moved far enough to be seen; in between, only the rectangles of
    features that changed are painted anew, and a frame in which nothing changed costs one copy.
    """

    def __init__(
        self,
        look: Look,
        library: AvatarLibrary,
        width: int,
        height: int,
        scale: float = 1.0,
        *,
        light: Daylight = Daylight.DAY,
        background: bool = True,
        earlier: AvatarPainter | None = None,
    ) -> None:
        """What the earlier painter drew in the same way is taken from it. Raises LookError for a broken part."""
        self._look = look
        self._size, self._scale = (width, height), scale
        kept = earlier._figure if earlier is not None else None
        self._figure: Figure = Figure(
            look, library, width, height, scale, light=light, background=background, earlier=kept
        )
        self._features = LiveFeatures(look, self._figure.palette, self._figure.density)
        self._shown: Mapping[str, Feature] = {}
        self._below = new_image(*self._figure.pixels, opaque=background)
        self._above = new_image(*self._figure.pixels)
        self._above_rect = QRect()
        self._frame = new_image(*self._figure.pixels, opaque=background)
        self._composed: Pose | None = None
        self._latest: Pose | None = None
        self._poses_since = 0
        self.frames_per_composition = 1
        """At 60 frames a second, every second one may leave small motion to the next; eyes and lips never wait."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in logical pixels."""
        return self._size

    def capabilities(self) -> Capabilities:
        return Capabilities(visemes=True, expressions=True, looks=True)

    # --- what changes --------------------------------------------------------------------------------------------

    def changed_rect(self, pose: Pose) -> QRect:
        """The widget's part that is painted differently in this pose; empty if none is."""
        if self._needs_composition(pose):
            return QRect(0, 0, *self._size)
        changed = QRect()
        for rect in self._changes(self._features.of(self._on_composition(pose), self._figure.view)):
            changed = changed.united(rect)
        shrunk = QRectF(QPointF(changed.topLeft()) / self._scale, QSizeF(changed.size()) / self._scale)
        return shrunk.toAlignedRect() if not changed.isEmpty() else changed

    def _needs_composition(self, pose: Pose) -> bool:
        """Whether this pose moves more than eyes, brows and mouth."""
        if self._composed is None:
            return True
        if pose is not self._latest:
            self._latest = pose
            self._poses_since += 1
        moved = self._moved(pose, self._composed)
        return moved > _MOVED_FAR or (moved > _MOVED_ENOUGH and self._poses_since >= self.frames_per_composition)

    def _moved(self, pose: Pose, other: Pose) -> float:
        """The furthest that anything baked would move, in device pixels."""
        return self._figure.density * max(
            26 * abs(pose.yaw - other.yaw), 20 * abs(pose.pitch - other.pitch), 6.1 * abs(pose.roll - other.roll),
            abs(pose.x - other.x), abs(pose.y - other.y), 0.8 * abs(pose.sway - other.sway),
            2.4 * abs(pose.breath - other.breath), 0.5 * abs(pose.jaw - other.jaw),
        )  # fmt: skip

    def _on_composition(self, pose: Pose) -> Pose:
        """The pose on the head as it was last composed."""
        still = self._composed or pose
        return replace(
            pose, yaw=still.yaw, pitch=still.pitch, roll=still.roll, x=still.x, y=still.y, sway=still.sway,
            breath=still.breath, jaw=still.jaw,
        )  # fmt: skip

    def _changes(self, features: Mapping[str, Feature]) -> list[QRect]:
        """Where features differ from what is on the frame."""
        changes = []
        for name in {**self._shown, **features}:
            before, now = self._shown.get(name), features.get(name)
            if before is None or now is None or now.differs_from(before):
                rects = [feature.rect for feature in (before, now) if feature is not None]
                changes += rects if rects[0] != rects[-1] else rects[:1]
        return changes

    # --- painting ------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, pose: Pose) -> None:
        """Paints one frame at 0, 0 of the painter's present coordinates."""
        if self._needs_composition(pose):
            self._compose(pose)
            features = self._features.of(pose, self._figure.view)
            changes = [self._frame.rect()]
        else:
            features = self._features.of(self._on_composition(pose), self._figure.view)
            changes = self._changes(features)
        for rect in changes:
            self._refresh(rect, features.values())
        self._shown = features
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(1 / self._scale, 1 / self._scale)
        painter.drawImage(0, 0, self._frame)
        painter.restore()

    def _refresh(self, rect: QRect, features: Iterable[Feature]) -> None:
        """Puts one rectangle of the frame together again."""
        rect = rect.intersected(self._frame.rect())
        touched = [feature for feature in features if feature.rect.intersects(rect)]
        with painting(self._frame) as painter:
            painter.setClipRect(rect)
            painter.setCompositionMode(_COPY)
            painter.drawImage(rect.topLeft(), self._below, rect)
            painter.setCompositionMode(_OVER)
            for feature in touched:
                self._features.paint(painter, feature)
            painter.resetTransform()
            hanging = rect.intersected(self._above_rect)
            if hanging.isEmpty():
                return
            painter.drawImage(hanging.topLeft(), self._above, hanging)
            if self._figure.hair["front"] or self._figure.hair["side"]:
                for feature in touched:
                    if feature.name.startswith("brow"):
                        self._features.paint(painter, replace(feature, opacity=_BROW_THROUGH_HAIR))

    def _compose(self, pose: Pose) -> None:
        rig = Rig(pose)
        figure = self._figure
        figure.hair.follow(rig)
        with painting(self._below) as painter:
            painter.setCompositionMode(_COPY)
            if figure.wall is not None:
                painter.drawImage(0, 0, figure.wall)
            else:
                painter.fillRect(self._below.rect(), Qt.GlobalColor.transparent)
            painter.setCompositionMode(_OVER)
            self._paint_below(painter, pose, rig)
        with painting(self._above) as painter:
            painter.setCompositionMode(_CLEAR)
            painter.fillRect(self._above_rect, Qt.GlobalColor.transparent)
            painter.setCompositionMode(_OVER)
            self._paint_above(painter, pose, rig)
        if figure.wall is None:
            self._melt(self._below)
            self._melt(self._above)
        self._composed = replace(pose)
        self._poses_since = 0

    def _paint_below(self, painter: QPainter, pose: Pose, rig: Rig) -> None:
        figure, view = self._figure, self._figure.view
        for piece in (*figure.hair["back"], *figure.hair["hat back"]):
            piece.baked.draw(painter, piece.move * view)
        figure.body_low.draw(painter, pose.breath)
        figure.neck.draw(painter, transform_of(rig.neck()) * view)
        figure.body_high.draw(painter, pose.breath)
        behind = transform_of(rig.head(-14)) * view
        _draw(painter, figure.ears, behind)
        _draw(painter, figure.hearing_aid, behind)
        self._paint_earrings(painter, pose, behind)
        figure.face(pose.jaw).draw(painter, transform_of(rig.head(24)) * view)
        _draw(painter, figure.nose, transform_of(rig.feature(300, 380, 12)) * view)
        chin = QTransform.fromTranslate(0, 0.55 * pose.jaw)
        _draw(painter, figure.beard, chin * transform_of(rig.head(28)) * view)
        _draw(painter, figure.moustache, transform_of(rig.feature(CENTER_X, 412, 6)) * view)

    def _paint_earrings(self, painter: QPainter, pose: Pose, move: QTransform) -> None:
        x, y = head.earlobe(self._look)
        swing = -1.3 * pose.roll + 0.7 * pose.sway
        for lobe_x, flip in ((x, 1.0), (2 * CENTER_X - x, -1.0)):
            hang = QTransform.fromScale(flip, 1.0) * QTransform().rotate(swing) * QTransform.fromTranslate(lobe_x, y)
            _draw(painter, self._figure.earrings, hang * move)

    def _paint_above(self, painter: QPainter, pose: Pose, rig: Rig) -> None:
        figure, view = self._figure, self._figure.view
        rect = QRectF()
        for name in ("side", "front", "hat"):
            for piece in figure.hair[name]:
                piece.baked.draw(painter, piece.move * view)
                rect = rect.united((piece.move * view).mapRect(piece.baked.rect))
        if figure.glasses is not None:
            move = transform_of(rig.head(78)) * view
            figure.glasses.draw(painter, move)
            rect = rect.united(move.mapRect(figure.glasses.rect))
        figure.body_front.draw(painter, pose.breath)
        rect = rect.united(QRectF(figure.body_front.rect))
        self._above_rect = rect.toAlignedRect().adjusted(-2, -2, 2, 2).intersected(self._above.rect())

    def _melt(self, image: QImage) -> None:
        """Without a background, the cut at the bottom fades away."""
        width, height = self._figure.pixels
        fade = QLinearGradient(QPointF(0, 0.88 * height), QPointF(0, height))
        fade.setColorAt(0, QColor(0, 0, 0, 255))
        fade.setColorAt(1, QColor(0, 0, 0, 0))
        with painting(image) as painter:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
            painter.fillRect(QRectF(0, 0.88 * height, width, 0.12 * height + 1), fade)


def _draw(painter: QPainter, baked: Baked | None, move: QTransform) -> None:
    if baked is not None:
        baked.draw(painter, move)
