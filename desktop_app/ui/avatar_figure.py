# SPDX-License-Identifier: GPL-3.0-or-later
"""One look baked at one size: every still part as an image, taken over from an earlier look where nothing changed."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar, cast

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

from desktop_app.avatar import body, head
from desktop_app.avatar.daylight import Daylight
from desktop_app.avatar.fitting import BeardFit, BodyFit, Fit, HeadFit, NoseFit
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.avatar.parts import Layer
from desktop_app.avatar.rig import CENTER_X
from desktop_app.avatar.shapes import TEMPLATE_HEIGHT, TEMPLATE_WIDTH, warped
from desktop_app.ui.avatar_layers import (
    Baked,
    BreathingBook,
    Hair,
    HairPiece,
    bake,
    bake_sketch,
)
from desktop_app.ui.avatar_paths import Sketch
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

    def _pieces(self, slot: str, layer: str, fit: Fit) -> tuple[Sketch, ...]:
        """One layer of what the look wears there."""
        return _sketches(self._library, self._library.revision, slot, self._look.part(slot), layer, fit)

    def _baked(self, slot: str, layer: str, fit: Fit) -> Baked | None:
        pieces = self._pieces(slot, layer, fit)
        return self._bake(Sketch(shape for piece in pieces for shape in piece.shapes)) if pieces else None

    def _bake(self, sketch: Sketch) -> Baked | None:
        return bake_sketch(sketch, self.palette, self.density, self._visible)

    def _bake_body(self) -> None:
        look = self._look

        fit = BodyFit.of(look)

        def book(*sketches: Sketch) -> BreathingBook:
            return BreathingBook(sketches, self.palette, self.view, *self.pixels)

        self.body_low, self.body_high, self.body_front = self._same(
            "body",
            self._body_key(),
            lambda: (
                book(*self._pieces("clothes", "behind", fit), Sketch(body.torso(look))),
                book(
                    *self._pieces("necklace", "necklace", fit),
                    *self._pieces("clothes", "body", fit),
                    *self._pieces("necklace", "over", fit),
                ),
                book(*self._pieces("clothes", "front", fit)),
            ),
        )
        self.neck = self._bake_neck()

    def _bake_neck(self) -> Baked:
        look = self._look
        shadow = bake_sketch(Sketch(body.neck_shadow(head.outline(look))), self.palette, _BLUR_DENSITY, _WHOLE_TEMPLATE)
        neck, wrinkles = Sketch(body.neck(look)), Sketch(body.wrinkle_lines(look))

        def draw(painter: QPainter) -> None:
            neck.draw(painter, self.palette)
            wrinkles.draw(painter, self.palette)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceAtop)
            if shadow is not None:
                shadow.draw(painter, painter.transform())

        return bake(neck.rect(), self.density, draw)

    def _bake_head(self) -> None:
        look = self._look
        wide, fit = head.half_width(look), HeadFit.of(look)
        hair = self._library.part("hair", look.part("hair"))
        shows_ears = hair is None or "ears" not in hair.hides
        self.ears = self._bake(Sketch(head.ears(look))) if shows_ears else None
        self.earrings = self._bake_earrings() if shows_ears else None
        self.hearing_aid = self._baked("hearing_aid", "hearing_aid", fit) if shows_ears else None
        self._faces: dict[int, Baked] = {}
        self._fringe = self._same("fringe", self._hair_key(), self._fringe_mask)
        self.nose = self._bake_nose()
        self.beard = self._baked("beard", "beard", BeardFit.of(look))
        self.moustache = self._baked("beard", "moustache", BeardFit.of(look))
        self.glasses = self._baked("glasses", "glasses", fit)
        self._face_rect = QRectF(CENTER_X - wide - 4, 146, 2 * wide + 8, 330 + head.chin_drop(look))

    def _bake_earrings(self) -> Baked | None:
        """One earring, drawn around 0, 0 where it hangs."""
        pieces = self._pieces("earrings", "earrings", HeadFit())
        room = QRectF(-90, -90, 180, 180)
        sketch = Sketch(shape for piece in pieces for shape in piece.shapes)
        return bake_sketch(sketch, self.palette, self.density, room) if pieces else None

    def _bake_nose(self) -> Baked | None:
        fit = NoseFit.of(self._look)
        bridge = 0.45 + 1.1 * self._look.slider("nose_bridge")
        shapes = [
            replace(shape, fill_opacity=shape.fill_opacity * bridge) if shape.bounds()[3] < 386 + fit.drop else shape
            for piece in self._pieces("nose", "nose", fit)
            for shape in piece.shapes
        ]
        return self._bake(Sketch(shapes)) if shapes else None

    def _fringe_mask(self) -> Baked | None:
        """The shadow that a fringe or a hat throws on the face."""
        fringe, hat = self._casting("hair", "front"), self._casting("hat", "hat")
        if not fringe.shapes and not hat.shapes:
            return None
        covered = self._covered()

        def draw(painter: QPainter) -> None:
            fringe.draw(painter, self.palette)
            if covered is not None:
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
                covered.draw(painter, self.palette)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            hat.draw(painter, self.palette)

        return bake(_WHOLE_TEMPLATE, _BLUR_DENSITY, draw)

    def _casting(self, slot: str, layer: str) -> Sketch:
        """What throws a shadow: the shapes that say so, or else all that are solid."""
        flat = [shape for piece in self._pieces(slot, layer, HeadFit.of(self._look)) for shape in piece.shapes]
        casting = [s for s in flat if s.casts_shadow] or [
            s for s in flat if s.fill is not None and s.fill_opacity > 0.95
        ]
        return Sketch(replace(s, fill="skin.deep", fill_opacity=1.0, stroke=None, clip=None) for s in casting)

    def _covered(self) -> Sketch | None:
        """Where a hat leaves no hair."""
        pieces = self._pieces("hat", "cover", HeadFit.of(self._look))
        return Sketch(shape for piece in pieces for shape in piece.shapes) if pieces else None

    def face(self, jaw: float) -> Baked:
        """The face with its chin so many template pixels down."""
        step = min(10, max(0, round(jaw)))
        if step not in self._faces:
            look = self._look

            skin, edge = Sketch(head.face(look, float(step))), Sketch(head.face_edge(look, float(step)))

            def draw(painter: QPainter) -> None:
                skin.draw(painter, self.palette)
                if self._fringe is not None:
                    painter.save()
                    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceAtop)
                    painter.setOpacity(0.44)
                    self._fringe.draw(painter, QTransform.fromTranslate(4, 13) * painter.transform())
                    painter.restore()
                edge.draw(painter, self.palette)

            self._faces[step] = bake(self._face_rect.adjusted(0, 0, 0, step), self.density, draw)
        return self._faces[step]

    def _bake_hair(self) -> Hair:
        """Hair and what is worn over it, by layer."""
        covered = self._covered()
        return Hair({
            "back": self._locks("hair", "back", covered),
            "side": self._locks("hair", "side", covered),
            "front": self._locks("hair", "front", covered),
            "hat back": self._locks("hat", "back"),
            "hat": self._locks("hat", "hat"),
        })  # fmt: skip

    def _locks(self, slot: str, name: str, covered: Sketch | None = None) -> list[HairPiece]:
        part = self._library.part(slot, self._look.part(slot))
        layer = part.layers[name] if part else Layer()
        pieces = (
            HairPiece.of(sketch, layer, self.palette, self.density, self._visible, covered)
            for sketch in self._pieces(slot, name, HeadFit.of(self._look))
        )
        return [piece for piece in pieces if piece is not None]


@lru_cache(maxsize=128)
def _sketches(
    library: AvatarLibrary, revision: int, slot: str, part_id: str, layer: str, fit: Fit
) -> tuple[Sketch, ...]:
    """One layer of a part as pieces that fit; kept, since building outlines takes as long as painting them."""
    part = library.part(slot, part_id)
    pieces = part.drawing().layers.get(layer, ()) if part else ()
    return tuple(Sketch(piece if fit.is_template else warped(piece, fit)) for piece in pieces)


def stage(width: float, height: float) -> QTransform:
    """The template on a window: whole in height, shoulders cut where it is narrow, feet on the ground."""
    size = min(height / TEMPLATE_HEIGHT, width / 470.0) * _ZOOM
    return QTransform(size, 0, 0, size, width / 2 - CENTER_X * size, height - (TEMPLATE_HEIGHT - 36) * size)
