# SPDX-License-Identifier: GPL-3.0-or-later
"""The head without its moving features: outline, light from the upper left, ears."""

from __future__ import annotations

from desktop_app.avatar.complexion import Canvas, marks, soft_spot
from desktop_app.avatar.look import Look
from desktop_app.avatar.rig import CENTER_X, EYE_Y, MOUTH_Y
from desktop_app.avatar.shapes import (
    Coordinates,
    LinearGradient,
    Point,
    RadialGradient,
    Shape,
    Subpath,
    joined,
    smooth,
    smooth_loop,
    warped,
)
from desktop_app.avatar.svg_paths import parse_path

HALF_WIDTH = 104.0
_CHIN_Y = 472.5


def width_factor(look: Look) -> float:
    """How much broader than the template's this face is, and all that is worn on it."""
    return 1 + 0.075 * look.slider("face_width")


def half_width(look: Look) -> float:
    """Half the face's width at the cheekbones."""
    return HALF_WIDTH * width_factor(look)


def chin_drop(look: Look) -> float:
    """How far below the template's chin this one ends."""
    return 11.0 * look.slider("face_length") + 8.0 * look.slider("chin_length")


def contour(look: Look, jaw: float = 0.0) -> list[Point]:
    """The right half from crown to chin: shares of the half width, and heights."""
    square, chin, cheeks = look.slider("jaw"), look.slider("chin_width"), look.slider("cheeks")
    full, sag = max(0.0, cheeks), look.slider("age")
    drop = chin_drop(look) + jaw
    return [
        (0.47, 161.0),
        (0.82, 203.0),
        (0.945 + 0.02 * square, 264.0),
        (1.0 + 0.012 * cheeks, 338.0),
        (0.935 + 0.045 * square + 0.045 * cheeks, 386.0 + 0.2 * drop),
        (0.765 + 0.165 * square + 0.05 * cheeks + 0.012 * sag, 421.0 + 7 * square + 0.45 * drop),
        (0.480 + 0.190 * square + 0.045 * chin + 0.03 * full + 0.045 * sag, 449.0 + 6 * square + 0.75 * drop),
        (0.215 + 0.065 * square + 0.110 * chin + 0.01 * full, 467.0 + 1.5 * square + 0.97 * drop),
        (0.0, _CHIN_Y + drop),
    ]


def outline(look: Look, jaw: float = 0.0) -> Subpath:
    """The face from crown to chin; jaw lowers the chin, as an opening mouth does."""
    wide = half_width(look)
    *half, (_, chin_y) = contour(look, jaw)
    right = [(CENTER_X + part * wide, y) for part, y in half]
    left = [(2 * CENTER_X - x, y) for x, y in reversed(right)]
    return Subpath(smooth_loop([(CENTER_X, 150.0), *right, (CENTER_X, chin_y), *left]), True)


def face(look: Look, jaw: float = 0.0) -> list[Shape]:
    """The face's skin, lit and shaded; what lies on it is clipped to it."""
    shape = (outline(look, jaw),)
    wide, chin_y = half_width(look), _CHIN_Y + chin_drop(look) + jaw
    canvas = Canvas(shape, wide, mouth_line(look), chin_y)
    return [*_skin(shape, wide, chin_y), *_planes(look, canvas), *marks(look, canvas)]


def _skin(shape: tuple[Subpath, ...], wide: float, chin_y: float) -> list[Shape]:
    """The round of the head: light on the forehead and the left, dark to the right and under the chin."""

    def layer(fill: LinearGradient | RadialGradient) -> Shape:
        return Shape(shape, fill=fill)

    left, right = CENTER_X - wide, CENTER_X + wide
    return [
        layer(
            LinearGradient(
                (260, 165), (320, chin_y),
                ((0, "skin.base", 1), (0.3, "skin.light", 1), (0.6, "skin.base", 1), (0.86, "skin.base", 1),
                 (1, "skin.shade", 1)),
            )
        ),
        layer(
            LinearGradient(
                (left, 310), (right, 334),
                ((0, "skin.shade", 0.6), (0.10, "skin.shade", 0.16), (0.24, "skin.shade", 0), (0.58, "skin.shade", 0),
                 (0.78, "skin.shade", 0.42), (0.93, "skin.deep", 0.55), (1, "skin.deep", 0.36)),
            )
        ),
    ]  # fmt: skip


def _planes(look: Look, face: Canvas) -> list[Shape]:
    """Where the skull turns away from the light: temples, sockets, cheekbones, jaw and chin."""
    wide, chin_y, clip = face.half_width, face.chin_y, face.outline
    bones, deep = look.slider("cheekbones"), look.slider("eye_depth")

    def spot(x: float, y: float, rx: float, ry: float, role: str, opacity: float) -> Shape:
        return soft_spot(CENTER_X + x, y, rx, ry, role, opacity, clip)

    shapes = [
        spot(-34, 228, 62, 48, "skin.shine", 0.36),
        spot(0.96 * wide, 268, 40, 66, "skin.deep", 0.30),
        spot(-1.0 * wide, 262, 30, 56, "skin.deep", 0.16),
        *_cheek_shadow(wide, face.mouth_y, chin_y, 0.05 + 0.10 * bones, clip),
        spot(-0.80 * wide, 408, 26, 52, "skin.deep", 0.05 + 0.20 * bones),
        spot(-0.58 * wide, 366, 36, 19, "skin.shine", 0.26 + 0.3 * bones),
        spot(0.56 * wide, 364, 30, 15, "skin.light", 0.10 + 0.34 * bones),
        spot(0, face.mouth_y + 15, 24, 8, "skin.deep", 0.22),
        spot(-3, chin_y - 17, 24, 12, "skin.shine", 0.42),
        spot(8, chin_y + 3, 74, 19, "skin.deep", 0.40),
    ]
    for side, shade in ((-1, 0.14), (1, 0.22)):
        x = side * 46 * width_factor(look)
        shapes += [
            spot(x, EYE_Y - 14, 44, 24, "skin.deep", shade + 0.14 * deep),
            spot(side * 24, EYE_Y - 8, 15, 20, "skin.deep", 0.6 * shade + 0.34 * deep),
        ]
    return [*shapes, _bounced_light(clip[0], face)]


def _cheek_shadow(wide: float, mouth_y: float, chin_y: float, opacity: float, clip: tuple[Subpath, ...]) -> list[Shape]:
    """The side of the face that the light does not reach, in thin layers so that its edge is soft."""
    layers = []
    for inset in (0.0, 5.0, 10.0, 15.0):
        edge = [
            (CENTER_X + 0.90 * wide + inset, 300.0),
            (CENTER_X + 0.80 * wide + inset, 346.0),
            (CENTER_X + 0.58 * wide + inset, 382.0 + 0.3 * inset),
            (CENTER_X + 0.54 * wide + inset, mouth_y),
            (CENTER_X + 0.42 * wide + inset, mouth_y + 30.0),
            (CENTER_X + 0.16 * wide + inset, chin_y + 4.0),
        ]
        line = smooth(edge)
        far = (CENTER_X + 1.2 * wide, chin_y + 8.0), (CENTER_X + 1.2 * wide, 296.0)
        around = [point for corner in (*far, line[0]) for point in (corner, corner, corner)]
        layers.append(Shape((Subpath((*line, *around), True),), "skin.deep", opacity, clip=clip))
    return layers


def _bounced_light(shape: Subpath, face: Canvas) -> Shape:
    """The room's light comes back along the dark edge of cheek and jaw."""
    right = [point for point in shape.points[::3] if point[0] > CENTER_X + 0.25 * face.half_width and point[1] > 330]
    line = smooth(right)
    inner = tuple((x - 6.0 * min(1.0, (x - CENTER_X) / 60), y - 2.0) for x, y in line)
    outer = tuple((x - 1.6, y - 0.8) for x, y in line)
    return Shape((joined(outer, inner),), "skin.light", 0.13, clip=face.outline)


def face_edge(look: Look, jaw: float = 0.0) -> list[Shape]:
    """The ink line around the face, drawn after all that lies on it."""
    return [Shape((outline(look, jaw),), stroke="skin.line", stroke_width=1.5, stroke_opacity=0.62)]


_EAR = parse_path("M0 314C8 298 23 300 24 318C25 336 17 350 13 362C10 373 1 373 -4 362Z")
_EAR_FOLD = parse_path("M4 318C9 308 18 309 18 321C18 334 11 342 9 355C6 350 9 340 10 331C10 324 7 321 4 318Z")


def ears(look: Look) -> list[Shape]:
    wide, size = half_width(look), _ear_size(look)
    shapes = []
    for side, lit in ((-1, "skin.light"), (1, "skin.base")):

        def place(x: Coordinates, y: Coordinates, side: int = side) -> tuple[Coordinates, Coordinates]:
            return CENTER_X + side * (wide - 5 + x * size), 338 + (y - 338) * size

        skin = LinearGradient((0, 300), (20, 372), ((0, lit, 1), (1, "skin.shade", 1)))
        edge = Shape(_EAR, stroke="skin.line", stroke_width=1.4, stroke_opacity=0.6)
        shapes += warped((Shape(_EAR, skin), Shape(_EAR_FOLD, "skin.deep", 0.5), edge), place)
    return shapes


def _ear_size(look: Look) -> float:
    return 1 + 0.18 * look.slider("ears") + 0.06 * look.slider("age")


def earlobe(look: Look) -> Point:
    """Where the companion's left earring hangs; the right one mirrors it."""
    return CENTER_X + half_width(look) + 3, 338 + 30 * _ear_size(look)


def mouth_line(look: Look) -> float:
    """The height of the mouth."""
    return (
        MOUTH_Y + 6.0 * look.slider("face_length") + 6 * look.slider("mouth_height") + 3.0 * look.slider("nose_length")
    )
