# SPDX-License-Identifier: GPL-3.0-or-later
"""One look baked at one size: every still part as an image, taken over from an earlier look where nothing changed."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar, cast

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

from desktop_app.avatar import body, head
from desktop_app.avatar.daylight import Daylight
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.avatar.parts import Layer
from desktop_app.avatar.rig import CENTER_X, widen_body, widen_head
from desktop_app.avatar.shapes import TEMPLATE_HEIGHT, TEMPLATE_WIDTH, Point, Shape
from desktop_app.ui.avatar_layers import (
    Baked,
    BreathingBook,
    Hair,
    HairPiece,
    bake,
    bake_shapes,
    bounds_of,
)
from desktop_app.ui.avatar_paths import draw_shapes
from desktop_app.ui.avatar_wall import wall

Made = TypeVar("Made")

_ZOOM = 1.10
_BLUR_DENSITY = 0.22
"""A shadow drawn this small is soft when it is drawn large."""
_WHOLE_TEMPLATE = QRectF(0, 0, TEMPLATE_WIDTH, TEMPLATE_HEIGHT)


class Figure:
    """The images that a painter moves; cheap to move, not cheap to make."""

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
        earlier: Figure | None = None,
    ) -> None:
        """What the earlier figure drew in the same way is taken from it. Raises LookError for a broken part."""
        self._look, self._library = look, library
        self._width, self._height, self._scale = width, height, scale
        self.pixels = (math.ceil(width * scale), math.ceil(height * scale))
        self._made_for = (library, library.revision, self.pixels, scale)
        self._light = light
        self.palette = look.palette(dark=light is Daylight.NIGHT)
        self.view = stage(width, height) * QTransform.fromScale(scale, scale)
        """From the template to device pixels."""
        self.density = self.view.m11()
        inverted, _ = self.view.inverted()
        self._visible = inverted.mapRect(QRectF(0, 0, *self.pixels)).adjusted(-20, -20, 20, 20)
        self._made: dict[str, tuple[Hashable, object]] = {}
        self._earlier = earlier if earlier is not None and earlier._fits(self) else None
        self.wall = self._same("wall", self._wall_key(), self._paint_wall) if background else None
        self._bake_body()
        self._bake_head()
        self.hair = self._same("hair", self._hair_key(), self._bake_hair)
        self._earlier = None

    # --- what may be kept from an earlier look --------------------------------------------------------------------

    def _fits(self, other: Figure) -> bool:
        return self._made_for == other._made_for

    def _same(self, name: str, key: Hashable, make: Callable[[], Made]) -> Made:
        """The earlier figure's work if it was made from the same things."""
        kept = self._earlier._made.get(name) if self._earlier is not None else None
        if kept is None or kept[0] != key:
            kept = (key, make())
        self._made[name] = kept
        return cast("Made", kept[1])

    def _tones(self, *groups: str) -> tuple[str, ...]:
        return tuple(color for role, color in self.palette.items() if role.partition(".")[0] in groups)

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
        return wall(self._library, self._look, self.palette, self._light, self._width, self._height, self._scale)

    def _fitted(self, shapes: Iterable[Shape]) -> list[Shape]:
        """What is worn on the head, as wide as the face."""
        factor = 1 + 0.055 * self._look.slider("face_width")
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
            return BreathingBook(shapes, self.palette, self.view, *self.pixels)

        self.body_low, self.body_high, self.body_front = self._same(
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
        shadow = bake_shapes(body.neck_shadow(head.outline(look)), self.palette, _BLUR_DENSITY, _WHOLE_TEMPLATE)
        shapes = body.neck(look) + body.wrinkle_lines(look)

        def draw_neck(painter: QPainter) -> None:
            draw_shapes(painter, self.palette, shapes)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceAtop)
            if shadow is not None:
                shadow.draw(painter, painter.transform())

        self.neck = bake(bounds_of(body.neck(look)), self.density, draw_neck)

    def _bake_head(self) -> None:
        look, palette, density = self._look, self.palette, self.density
        wide = head.half_width(look)
        hair = self._library.part("hair", look.part("hair"))
        hidden = hair.hides if hair else frozenset()
        self.ears = None if "ears" in hidden else bake_shapes(head.ears(look), palette, density, self._visible)
        self.earrings = None if "ears" in hidden else self._bake_earrings()
        aid = [] if "ears" in hidden else self._on_head("hearing_aid", "hearing_aid")
        self.hearing_aid = bake_shapes(aid, palette, density, self._visible) if aid else None
        self._faces: dict[int, Baked] = {}
        self._fringe = self._same("fringe", self._hair_key(), self._fringe_mask)
        self.nose = self._bake_nose()
        self.beard = bake_shapes(self._on_head("beard", "beard"), palette, density, self._visible)
        self.moustache = bake_shapes(self._on_head("beard", "moustache"), palette, density, self._visible)
        self.glasses = bake_shapes(self._on_head("glasses", "glasses"), palette, density, self._visible)
        self._face_rect = QRectF(CENTER_X - wide - 4, 146, 2 * wide + 8, 330 + head.chin_drop(look))

    def _on_head(self, slot: str, layer: str) -> list[Shape]:
        pieces = self._library.shapes(self._look, slot, layer)
        drop = head.chin_drop(self._look) if slot == "beard" else 0.0

        def lower(x: float, y: float) -> Point:
            return x, y + drop * max(0.0, min(1.0, (y - 400) / 72))

        fitted = self._fitted(shape for piece in pieces for shape in piece)
        return [shape.warped(lower) for shape in fitted] if drop else fitted

    def _bake_earrings(self) -> Baked | None:
        """One earring, drawn around 0, 0 where it hangs."""
        pieces = self._library.shapes(self._look, "earrings", "earrings")
        shapes = [shape for piece in pieces for shape in piece]
        return bake_shapes(shapes, self.palette, self.density, QRectF(-90, -90, 180, 180)) if shapes else None

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
        return bake_shapes(shapes, self.palette, self.density, self._visible) if shapes else None

    def _fringe_mask(self) -> Baked | None:
        """The shadow that a fringe or a hat throws on the face."""
        fringe, hat = self._casting("hair", "front"), self._casting("hat", "hat")
        if not fringe and not hat:
            return None

        def draw(painter: QPainter) -> None:
            draw_shapes(painter, self.palette, fringe)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
            draw_shapes(painter, self.palette, self._covered())
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            draw_shapes(painter, self.palette, hat)

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

    def face(self, jaw: float) -> Baked:
        """The face with its chin so many template pixels down."""
        step = min(10, max(0, round(jaw)))
        if step not in self._faces:
            look = self._look

            def draw(painter: QPainter) -> None:
                draw_shapes(painter, self.palette, head.face(look, float(step)))
                if self._fringe is not None:
                    painter.save()
                    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceAtop)
                    painter.setOpacity(0.44)
                    self._fringe.draw(painter, QTransform.fromTranslate(4, 13) * painter.transform())
                    painter.restore()
                draw_shapes(painter, self.palette, head.face_edge(look, float(step)))

            self._faces[step] = bake(self._face_rect.adjusted(0, 0, 0, step), self.density, draw)
        return self._faces[step]

    def _bake_hair(self) -> Hair:
        """Hair and what is worn over it, by layer."""
        covered = self._covered()
        return Hair({
            "back": self._pieces("hair", "back", covered),
            "side": self._pieces("hair", "side", covered),
            "front": self._pieces("hair", "front", covered),
            "hat back": self._pieces("hat", "back"),
            "hat": self._pieces("hat", "hat"),
        })  # fmt: skip

    def _pieces(self, slot: str, name: str, covered: Sequence[Shape] = ()) -> list[HairPiece]:
        part = self._library.part(slot, self._look.part(slot))
        layer = part.layers[name] if part else Layer()
        pieces = (
            HairPiece.of(self._fitted(shapes), layer, self.palette, self.density, self._visible, covered)
            for shapes in self._library.shapes(self._look, slot, name)
        )
        return [piece for piece in pieces if piece is not None]


def stage(width: float, height: float) -> QTransform:
    """The template on a window: whole in height, shoulders cut where it is narrow, feet on the ground."""
    size = min(height / TEMPLATE_HEIGHT, width / 470.0) * _ZOOM
    return QTransform(size, 0, 0, size, width / 2 - CENTER_X * size, height - (TEMPLATE_HEIGHT - 36) * size)
