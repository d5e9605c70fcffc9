# SPDX-License-Identifier: GPL-3.0-or-later
"""Neck and shoulders under the clothes, lit from the upper left like the face."""

from __future__ import annotations

from desktop_app.avatar.fitting import BodyFit
from desktop_app.avatar.look import Look
from desktop_app.avatar.rig import CENTER_X
from desktop_app.avatar.shapes import LinearGradient, Shape, Subpath, joined, mirrored, smooth, warped
from desktop_app.avatar.svg_paths import parse_path

_TORSO = parse_path(
    "M268 518C259 534 247 549 222 558C186 574 152 582 132 598C110 616 98 660 92 806L508 806C502 660 490 616 468 598"
    "C448 582 414 574 378 558C353 549 341 534 332 518C320 512 280 512 268 518Z"
)
"""Narrow where the neck comes out of it, so that a neck that leans with the head leaves no stump."""
_SHOULDER_EDGE = parse_path("M242 548C237 552 230 555 222 558C186 574 152 582 132 598C110 616 98 660 92 806")
_NECK = parse_path(
    "M254 412C255 444 256.5 470 256 494C255.5 514 253 530 246 544C266 566 334 566 354 544C347 530 344.5 514 344 494"
    "C343.5 470 345 444 346 412Z"
)
_NECK_EDGE = parse_path("M254 412C255 444 256.5 470 256 494C255.5 514 253 530 246 544")
_NECK_SHADE = parse_path(
    "M346 412C345 444 343.5 470 344 494C344.5 514 347 530 354 544C340 552 326 540 322 520C326 490 326 460 322 430Z"
)
_NECK_LIGHT = parse_path("M268 440C264 474 264 506 256 534C268 528 276 504 277 478C278 462 274 448 268 440Z")
_TENDON = parse_path("M262 478C266 512 280 542 294 561C284 538 272 508 267 480Z")
_COLLARBONE = parse_path("M290 570C262 561 216 563 172 580C216 572 264 570 290 577Z")
_COLLARBONE_LIGHT = parse_path("M286 583C254 576 218 580 192 589C220 586 258 587 286 591Z")
_NOTCH = parse_path("M292 560C297 569 303 569 308 560C307 573 304 577 300 577C296 577 293 573 292 560Z")


def torso(look: Look) -> list[Shape]:
    """Chest and shoulders; clothes cover most of it."""
    shapes = [
        Shape(_TORSO, LinearGradient((250, 520), (360, 800), (
            (0, "skin.base", 1), (0.5, "skin.base", 1), (1, "skin.shade", 1)))),
        Shape(_SHOULDER_EDGE, stroke="skin.line", stroke_width=1.6, stroke_opacity=0.6),
        mirrored(Shape(_SHOULDER_EDGE, stroke="skin.line", stroke_width=1.6, stroke_opacity=0.6)),
        Shape(_COLLARBONE, "skin.deep", 0.30),
        mirrored(Shape(_COLLARBONE, "skin.deep", 0.36)),
        Shape(_COLLARBONE_LIGHT, "skin.light", 0.55),
        mirrored(Shape(_COLLARBONE_LIGHT, "skin.light", 0.35)),
    ]  # fmt: skip
    return warped(shapes, BodyFit.of(look))


def neck(look: Look) -> list[Shape]:
    """The neck; it leans with the head."""
    shapes = [
        Shape(_NECK, LinearGradient((300, 412), (300, 560), (
            (0, "skin.shade", 1), (0.45, "skin.base", 1), (0.86, "skin.base", 1), (1, "skin.base", 0)))),
        Shape(_NECK_LIGHT, LinearGradient((270, 440), (270, 534), (
            (0, "skin.light", 0), (0.4, "skin.light", 0.7), (1, "skin.light", 0)))),
        Shape(_NECK_SHADE, LinearGradient((318, 470), (350, 462), (
            (0, "skin.deep", 0), (0.55, "skin.deep", 0.26), (1, "skin.deep", 0.46)))),
        Shape(_TENDON, "skin.deep", 0.13),
        mirrored(Shape(_TENDON, "skin.deep", 0.18)),
        Shape(_NOTCH, "skin.deep", 0.34),
        Shape(_NECK_EDGE, stroke="skin.line", stroke_width=1.4, stroke_opacity=0.55),
        mirrored(Shape(_NECK_EDGE, stroke="skin.line", stroke_width=1.4, stroke_opacity=0.55)),
    ]  # fmt: skip
    return warped(shapes, BodyFit.of(look))


def neck_shadow(face: Subpath) -> list[Shape]:
    """The head's shadow on the neck, to be blurred: the longer its way down, the fainter."""
    return [
        Shape((Subpath(tuple((x + dx, y + dy) for x, y in face.points)),), "skin.deep", opacity)
        for dx, dy, opacity in ((2, 14, 0.34), (4, 21, 0.26), (6, 27, 0.20), (7, 33, 0.14))
    ]


def wrinkle_lines(look: Look) -> list[Shape]:
    """Rings around an older neck."""
    age = look.slider("age")
    if age < 0.3:
        return []
    rings = []
    for y, half in ((492.0, 34.0), (512.0, 36.0)):
        line = smooth([(CENTER_X - half, y - 3), (CENTER_X, y + 3), (CENTER_X + half, y - 3)])
        rings.append(joined(line, tuple((x, py + (1.4 if 0 < i < 6 else 0)) for i, (x, py) in enumerate(line))))
    return warped([Shape(tuple(rings), "skin.deep", 0.5 * age)], BodyFit.of(look))
