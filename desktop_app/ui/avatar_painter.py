# SPDX-License-Identifier: GPL-3.0-or-later
"""Paints the avatar: still parts come from images made once per look and size, eyes, brows and mouth are drawn live."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar, cast

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QTransform

from desktop_app.avatar import body, head
from desktop_app.avatar.daylight import Daylight
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.avatar.parts import Layer
from desktop_app.avatar.pose import Pose
from desktop_app.avatar.rig import CENTER_X, Rig, widen_body, widen_head
from desktop_app.avatar.shapes import (
    TEMPLATE_HEIGHT,
    TEMPLATE_WIDTH,
    Point,
    Shape,
)
from desktop_app.ui.avatar_features import LiveFeatures
from desktop_app.ui.avatar_layers import (
    Baked,
    BreathingBook,
    HairPiece,
    bake,
    bake_shapes,
    bounds_of,
    new_image,
    painting,
)
from desktop_app.ui.avatar_paths import draw_shapes, transform_of
from desktop_app.ui.avatar_wall import wall

Made = TypeVar("Made")

_MOVED_ENOUGH = 0.22
"""Device pixels of motion below which the last composition still stands."""
_MOVED_FAR = 1.6
_ZOOM = 1.10
_BROW_THROUGH_HAIR = 0.36
_BLUR_DENSITY = 0.22
"""A shadow drawn this small is soft when it is drawn large."""
_WHOLE_TEMPLATE = QRectF(0, 0, TEMPLATE_WIDTH, TEMPLATE_HEIGHT)


class AvatarPainter:
    """One look at one size. Cheap to paint, not cheap to make: keep it until the look or the size changes."""

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
        self._look, self._library = look, library
        self._width, self._height, self._scale = width, height, scale
        self._pixels = (math.ceil(width * scale), math.ceil(height * scale))
        self._made_for = (library, library.revision, self._pixels, scale)
        self._light, self._background = light, background
        self._palette = look.palette(dark=light is Daylight.NIGHT)
        self._view = stage(width, height) * QTransform.fromScale(scale, scale)
        self._density = self._view.m11()
        inverted, _ = self._view.inverted()
        self._visible = inverted.mapRect(QRectF(0, 0, *self._pixels)).adjusted(-20, -20, 20, 20)
        self._made: dict[str, tuple[Hashable, object]] = {}
        self._earlier = earlier if earlier is not None and earlier._fits(self) else None
        self._wall = self._same("wall", self._wall_key(), self._paint_wall) if background else None
        self._bake_body()
        self._bake_head()
        self._hair = self._same("hair", self._hair_key(), self._bake_hair)
        self._earlier = None
        self._features = LiveFeatures(look, self._palette, self._density)
        self._below = new_image(*self._pixels, opaque=background)
        self._above = new_image(*self._pixels)
        self._above_rect = QRect()
        self._composed: Pose | None = None
        self._frames_since = 0
        self.frames_per_composition = 1
        """At 60 frames a second, every second one may leave small motion to the next; eyes and lips never wait."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in logical pixels."""
        return self._width, self._height

    # --- what may be kept from an earlier look --------------------------------------------------------------------

    def _fits(self, other: AvatarPainter) -> bool:
        return self._made_for == other._made_for

    def _same(self, name: str, key: Hashable, make: Callable[[], Made]) -> Made:
        """The earlier painter's work if it was made from the same things."""
        kept = self._earlier._made.get(name) if self._earlier is not None else None
        if kept is None or kept[0] != key:
            kept = (key, make())
        self._made[name] = kept
        return cast("Made", kept[1])

    def _tones(self, *groups: str) -> tuple[str, ...]:
        return tuple(color for role, color in self._palette.items() if role.partition(".")[0] in groups)

    def _worn_parts(self, *slots: str) -> tuple[str, ...]:
        return tuple(self._look.part(slot) for slot in slots)

    def _wall_key(self) -> Hashable:
        return self._light, self._worn_parts("background"), self._tones("sky", "room", "first", "second", "third")

    def _hair_key(self) -> Hashable:
        groups = ("hair", "skin", "first", "second", "third", "hat")
        return self._worn_parts("hair", "hat"), self._look.slider("face_width"), self._tones(*groups)

    def _body_key(self) -> Hashable:
        look, groups = self._look, ("skin", "first", "second", "third", "jewel", "hat")
        return (
            self._worn_parts("clothes", "necklace"),
            look.slider("neck"),
            look.slider("shoulders"),
            self._tones(*groups),
        )

    # --- baking --------------------------------------------------------------------------------------------------

    def _paint_wall(self) -> QImage:
        return wall(self._library, self._look, self._palette, self._light, self._width, self._height, self._scale)

    def _fitted(self, shapes: Iterable[Shape]) -> list[Shape]:
        """What is worn on the head, as wide as the face."""
        factor = head.width_factor(self._look)
        if factor == 1.0:
            return list(shapes)
        return [shape.warped(lambda x, y: widen_head(factor, x, y)) for shape in shapes]

    def _worn(self, slot: str, layer: str) -> list[Shape]:
        """Clothes and necklaces, fitted to the body."""
        neck, shoulders = self._look.slider("neck"), self._look.slider("shoulders")
        pieces = self._library.shapes(self._look, slot, layer)
        return [shape.warped(lambda x, y: widen_body(neck, shoulders, x, y)) for piece in pieces for shape in piece]

    def _bake_body(self) -> None:
        look = self._look

        def book(shapes: Sequence[Shape]) -> BreathingBook:
            return BreathingBook(shapes, self._palette, self._view, *self._pixels)

        self._body_low, self._body_high, self._body_front = self._same(
            "body",
            self._body_key(),
            lambda: (
                book(self._worn("clothes", "behind") + body.torso(look)),
                book(
                    self._worn("necklace", "necklace") + self._worn("clothes", "body") + self._worn("necklace", "over")
                ),
                book(self._worn("clothes", "front")),
            ),
        )
        shadow = bake_shapes(body.neck_shadow(head.outline(look)), self._palette, _BLUR_DENSITY, _WHOLE_TEMPLATE)
        shapes = body.neck(look) + body.wrinkle_lines(look)

        def draw_neck(painter: QPainter) -> None:
            draw_shapes(painter, self._palette, shapes)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceAtop)
            if shadow is not None:
                shadow.draw(painter, QTransform(), painter.transform())

        self._neck = bake(bounds_of(body.neck(look)), self._density, draw_neck)

    def _bake_head(self) -> None:
        look, palette, density = self._look, self._palette, self._density
        wide = head.half_width(look)
        hair = self._library.part("hair", look.part("hair"))
        hidden = hair.hides if hair else frozenset()
        self._ears = None if "ears" in hidden else bake_shapes(head.ears(look), palette, density, self._visible)
        self._earrings = None if "ears" in hidden else self._bake_earrings()
        aid = [] if "ears" in hidden else self._on_head("hearing_aid", "hearing_aid")
        self._hearing_aid = bake_shapes(aid, palette, density, self._visible) if aid else None
        self._faces: dict[int, Baked] = {}
        self._fringe = self._same("fringe", self._hair_key(), self._fringe_mask)
        self._nose = self._bake_nose()
        self._beard = bake_shapes(self._on_head("beard", "beard"), palette, density, self._visible)
        self._moustache = bake_shapes(self._on_head("beard", "moustache"), palette, density, self._visible)
        self._glasses = bake_shapes(self._on_head("glasses", "glasses"), palette, density, self._visible)
        self._face_rect = QRectF(CENTER_X - wide - 4, 146, 2 * wide + 8, 330 + head.chin_drop(look))

    def _on_head(self, slot: str, layer: str) -> list[Shape]:
        pieces = self._library.shapes(self._look, slot, layer)
        flat = [shape for piece in pieces for shape in piece]
        if slot == "beard":
            fit = head.beard_fit(self._look)
            return [shape.warped(fit) for shape in flat]
        return self._fitted(flat)

    def _bake_earrings(self) -> Baked | None:
        """One earring, drawn around 0, 0 where it hangs."""
        pieces = self._library.shapes(self._look, "earrings", "earrings")
        shapes = [shape for piece in pieces for shape in piece]
        return bake_shapes(shapes, self._palette, self._density, QRectF(-90, -90, 180, 180)) if shapes else None

    def _bake_nose(self) -> Baked | None:
        look = self._look
        wide, long = 1 + 0.24 * look.slider("nose_width"), 6.0 * look.slider("nose_length")
        drop = 2.0 * look.slider("face_length") + long

        def warp(x: float, y: float) -> Point:
            share = max(0.0, min(1.0, (y - 320) / 70))
            return CENTER_X + (x - CENTER_X) * wide, y + drop * share

        pieces = self._library.shapes(look, "nose", "nose")
        shapes = [shape.warped(warp) for piece in pieces for shape in piece]
        bridge = look.slider("nose_bridge")
        shapes = [
            replace(shape, fill_opacity=shape.fill_opacity * (0.45 + 1.1 * bridge)) if shape.bounds()[3] < 386 + drop
            else shape for shape in shapes
        ]  # fmt: skip
        return bake_shapes(shapes, self._palette, self._density, self._visible) if shapes else None

    def _fringe_mask(self) -> Baked | None:
        """The shadow that a fringe or a hat throws on the face."""
        fringe, hat = self._casting("hair", "front"), self._casting("hat", "hat")
        if not fringe and not hat:
            return None

        def draw(painter: QPainter) -> None:
            draw_shapes(painter, self._palette, fringe)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
            draw_shapes(painter, self._palette, self._covered())
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            draw_shapes(painter, self._palette, hat)

        return bake(_WHOLE_TEMPLATE, _BLUR_DENSITY, draw)

    def _casting(self, slot: str, layer: str) -> list[Shape]:
        """What throws a shadow: the shapes that say so, or else all that are solid."""
        flat = self._fitted(shape for piece in self._library.shapes(self._look, slot, layer) for shape in piece)
        casting = [s for s in flat if s.casts_shadow] or [
            s for s in flat if s.fill is not None and s.fill_opacity > 0.95
        ]
        return [replace(s, fill="skin.deep", fill_opacity=1.0, stroke=None, clip=None) for s in casting]

    def _covered(self) -> list[Shape]:
        """Where a hat leaves no hair."""
        return self._fitted(shape for piece in self._library.shapes(self._look, "hat", "cover") for shape in piece)

    def _face(self, jaw: float) -> Baked:
        step = min(10, max(0, round(jaw)))
        if step not in self._faces:
            look = self._look

            def draw(painter: QPainter) -> None:
                draw_shapes(painter, self._palette, head.face(look, float(step)))
                if self._fringe is not None:
                    painter.save()
                    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceAtop)
                    painter.setOpacity(0.44)
                    self._fringe.draw(painter, QTransform.fromTranslate(4, 13), painter.transform())
                    painter.restore()
                draw_shapes(painter, self._palette, head.face_edge(look, float(step)))

            self._faces[step] = bake(self._face_rect.adjusted(0, 0, 0, step), self._density, draw)
        return self._faces[step]

    def _bake_hair(self) -> dict[str, list[HairPiece]]:
        """Hair and what is worn over it, by layer."""
        covered = self._covered()
        return {
            "back": self._pieces("hair", "back", covered),
            "side": self._pieces("hair", "side", covered),
            "front": self._pieces("hair", "front", covered),
            "hat back": self._pieces("hat", "back"),
            "hat": self._pieces("hat", "hat"),
        }

    def _pieces(self, slot: str, name: str, covered: Sequence[Shape] = ()) -> list[HairPiece]:
        part = self._library.part(slot, self._look.part(slot))
        layer = part.layers[name] if part else Layer()
        pieces = (
            HairPiece.of(self._fitted(shapes), layer, self._palette, self._density, self._visible, covered)
            for shapes in self._library.shapes(self._look, slot, name)
        )
        return [piece for piece in pieces if piece is not None]

    # --- painting ------------------------------------------------------------------------------------------------

    def needs_composition(self, pose: Pose) -> bool:
        """Whether this pose moves more than eyes, brows and mouth; if not, only live_rect() changes."""
        if self._composed is None:
            return True
        moved = self._moved(pose, self._composed)
        return moved > _MOVED_FAR or (moved > _MOVED_ENOUGH and self._frames_since + 1 >= self.frames_per_composition)

    def _moved(self, pose: Pose, other: Pose) -> float:
        """The furthest that anything baked would move, in device pixels."""
        return self._density * max(
            26 * abs(pose.yaw - other.yaw), 20 * abs(pose.pitch - other.pitch), 6.1 * abs(pose.roll - other.roll),
            abs(pose.x - other.x), abs(pose.y - other.y), 0.8 * abs(pose.sway - other.sway),
            2.4 * abs(pose.breath - other.breath), 0.5 * abs(pose.jaw - other.jaw),
        )  # fmt: skip

    def live_rect(self) -> QRect:
        """The widget's part that holds eyes, brows, mouth and blush."""
        wide = head.half_width(self._look) + 26
        rect = QRectF(CENTER_X - wide, 246, 2 * wide, 240 + head.chin_drop(self._look))
        return stage(self._width, self._height).mapRect(rect).toAlignedRect()

    def paint(self, painter: QPainter, pose: Pose) -> None:
        """Paints one frame at 0, 0 of the painter's present coordinates."""
        if self.needs_composition(pose):
            self._compose(pose)
        else:
            self._frames_since += 1
            still = self._composed or pose
            pose = replace(
                pose, yaw=still.yaw, pitch=still.pitch, roll=still.roll, x=still.x, y=still.y, sway=still.sway,
                breath=still.breath, jaw=still.jaw,
            )  # fmt: skip
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        base = QTransform.fromScale(1 / self._scale, 1 / self._scale) * painter.transform()
        painter.setTransform(base)
        painter.drawImage(0, 0, self._below)
        rig = Rig(pose)
        view = self._view * base
        self._features.paint(painter, pose, rig, view)
        painter.setTransform(base)
        painter.drawImage(self._above_rect.topLeft(), self._above, self._above_rect)
        if self._hair["front"] or self._hair["side"]:
            painter.setOpacity(_BROW_THROUGH_HAIR)
            self._features.paint_brows(painter, pose, rig, view)
        painter.restore()

    def _compose(self, pose: Pose) -> None:
        rig = Rig(pose)
        for pieces in self._hair.values():
            for piece in pieces:
                piece.follow(rig)
        if self._wall is None:
            self._below.fill(Qt.GlobalColor.transparent)
        with painting(self._below) as painter:
            if self._wall is not None:
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
                painter.drawImage(0, 0, self._wall)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            self._paint_below(painter, pose, rig)
        self._above.fill(Qt.GlobalColor.transparent)
        with painting(self._above) as painter:
            self._paint_above(painter, pose, rig)
        if self._wall is None:
            self._melt(self._below)
            self._melt(self._above)
        self._composed = replace(pose)
        self._frames_since = 0

    def _paint_below(self, painter: QPainter, pose: Pose, rig: Rig) -> None:
        view = self._view
        for piece in self._hair["back"] + self._hair["hat back"]:
            piece.baked.draw(painter, piece.move, view)
        self._body_low.draw(painter, pose.breath)
        self._neck.draw(painter, transform_of(rig.neck()), view)
        self._body_high.draw(painter, pose.breath)
        behind = transform_of(rig.head(-14))
        if self._ears is not None:
            self._ears.draw(painter, behind, view)
        if self._hearing_aid is not None:
            self._hearing_aid.draw(painter, behind, view)
        self._paint_earrings(painter, pose, rig)
        self._face(pose.jaw).draw(painter, transform_of(rig.head(24)), view)
        if self._nose is not None:
            self._nose.draw(painter, transform_of(rig.feature(300, 380, 12)), view)
        chin = QTransform.fromTranslate(0, 0.55 * pose.jaw)
        if self._beard is not None:
            self._beard.draw(painter, chin * transform_of(rig.head(28)), view)
        if self._moustache is not None:
            self._moustache.draw(painter, transform_of(rig.feature(CENTER_X, 412, 6)), view)

    def _paint_earrings(self, painter: QPainter, pose: Pose, rig: Rig) -> None:
        if self._earrings is None:
            return
        x, y = head.earlobe(self._look)
        swing = -1.3 * pose.roll + 0.7 * pose.sway
        for lobe_x, flip in ((x, 1.0), (2 * CENTER_X - x, -1.0)):
            hang = QTransform.fromScale(flip, 1.0) * QTransform().rotate(swing) * QTransform.fromTranslate(lobe_x, y)
            self._earrings.draw(painter, hang * transform_of(rig.head(-14)), self._view)

    def _paint_above(self, painter: QPainter, pose: Pose, rig: Rig) -> None:
        rect = QRectF()
        for name in ("side", "front", "hat"):
            for piece in self._hair[name]:
                piece.baked.draw(painter, piece.move, self._view)
                rect = rect.united((piece.move * self._view).mapRect(piece.baked.rect))
        if self._glasses is not None:
            move = transform_of(rig.head(78))
            self._glasses.draw(painter, move, self._view)
            rect = rect.united((move * self._view).mapRect(self._glasses.rect))
        self._body_front.draw(painter, pose.breath)
        self._above_rect = (
            rect.united(QRectF(self._body_front.rect))
            .toAlignedRect()
            .adjusted(-2, -2, 2, 2)
            .intersected(self._above.rect())
        )

    def _melt(self, image: QImage) -> None:
        """Without a background, the cut at the bottom fades away."""
        height = self._pixels[1]
        fade = QLinearGradient(QPointF(0, 0.88 * height), QPointF(0, height))
        fade.setColorAt(0, QColor(0, 0, 0, 255))
        fade.setColorAt(1, QColor(0, 0, 0, 0))
        with painting(image) as painter:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
            painter.fillRect(QRectF(0, 0.88 * height, self._pixels[0], 0.12 * height + 1), fade)


def stage(width: float, height: float) -> QTransform:
    """The template on a window: whole in height, shoulders cut where it is narrow, feet on the ground."""
    size = min(height / TEMPLATE_HEIGHT, width / 470.0) * _ZOOM
    return QTransform(size, 0, 0, size, width / 2 - CENTER_X * size, height - (TEMPLATE_HEIGHT - 36) * size)
