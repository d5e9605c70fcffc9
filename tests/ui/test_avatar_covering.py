# SPDX-License-Identifier: GPL-3.0-or-later
"""Any two parts, sliders at their ends and a turned head go together: no holes, nothing cut off, a face to be seen."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from desktop_app.avatar import eyes, head
from desktop_app.avatar.look import SLIDERS, SLOTS, Look
from desktop_app.avatar.pose import Pose
from desktop_app.avatar.rig import CENTER_X, EYE_Y, Rig
from desktop_app.ui.avatar_face import render
from desktop_app.ui.avatar_figure import stage
from desktop_app.ui.avatar_paths import transform_of
from tests.ui.avatar_pictures import LIBRARY, Picture, array_of, near
from tests.ui.covering import Case, pairwise

pytestmark = pytest.mark.usefixtures("qapp")

_WIDTH, _HEIGHT = 96, 128
_IRIS = "#22cc44"
_TURNS = (-0.7, 0.0, 0.7)


def factors() -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for slot, (_, usual) in SLOTS.items():
        if slot != "background":
            found[slot] = [*(part.id for part in LIBRARY.parts(slot)), *([""] if usual == "" else [])]
    found |= {name: [spec.low, spec.high] for name, spec in SLIDERS.items()}
    return found | {"yaw": list(_TURNS), "pitch": list(_TURNS), "roll": [-8.0, 8.0]}


def look_of(case: Case) -> Look:
    return Look(
        colors={"iris": _IRIS, "skin": "#e0a57c", "hair": "#6b4028"},
        sliders={name: float(str(case[name])) for name in SLIDERS},
        parts={slot: str(case[slot]) for slot in SLOTS if slot in case},
    )


def inside_the_person(look: Look, shown: Pose) -> list[tuple[int, int]]:
    """Pixels that belong to the face, the neck and the chest whatever is worn."""
    view = stage(_WIDTH, _HEIGHT)
    turned = transform_of(Rig(shown).head(24)) * view
    middle = (CENTER_X, 330.0)
    face = [
        turned.map(QPointF(middle[0] + 0.86 * (x - middle[0]), middle[1] + 0.86 * (y - middle[1])))
        for x, y in head.outline(look).points[::3]
    ]
    below = [view.map(QPointF(x, y)) for x, y in ((300, 500), (300, 560), (300, 640), (220, 660), (380, 660))]
    return [(int(point.x()), int(point.y())) for point in face + below]


def flaws(case: Case) -> list[str]:
    look = look_of(case)
    shown = Pose(yaw=float(str(case["yaw"])), pitch=float(str(case["pitch"])), roll=float(str(case["roll"])))
    image: Picture = array_of(render(look, LIBRARY, shown, _WIDTH, _HEIGHT, background="none"))
    found = []
    if any(image[y, x, 3] < 250 for x, y in inside_the_person(look, shown)):
        found.append("a hole")
    if image[0, :, 3].max() > 60:
        found.append("cut off at the top")
    if (near(image, (255, 0, 255), 2) & (image[..., 3] > 200)).any():
        found.append("a role that no palette knows")
    green = (image[..., 1] > image[..., 0] + 30) & (image[..., 1] > image[..., 2] + 30) & (image[..., 3] > 200)
    if green.sum() < 4:
        found.append("no iris to be seen")
    return found


CASES = pairwise(factors())
_SHARES = 6


def test_every_two_parts_are_worn_together() -> None:
    assert {(case["hair"], case["clothes"]) for case in CASES} == {
        (hair.id, clothes.id) for hair in LIBRARY.parts("hair") for clothes in LIBRARY.parts("clothes")
    }


@pytest.mark.parametrize("share", range(_SHARES))
def test_parts_and_slider_ends_go_together(share: int) -> None:
    wrong = {index: found for index in range(share, len(CASES), _SHARES) if (found := flaws(CASES[index]))}
    assert not wrong, {index: (found, CASES[index]) for index, found in list(wrong.items())[:3]}


def test_eyes_are_never_outside_the_head() -> None:
    names = ("face_width", "cheeks", "eye_width", "eye_spacing", "eye_tilt", "jaw")
    for ends in itertools.product(*((SLIDERS[name].low, SLIDERS[name].high) for name in names)):
        look = Look(sliders=dict(zip(names, ends, strict=True)))
        edge = max(x for x, y in head.outline(look).points if abs(y - EYE_Y) < 40)
        box = [shape.bounds() for shape in eyes.eye(look, 1, eyes.EyeState.of(Pose(), 1)) if shape.fill is not None]
        assert np.max([right for _, _, right, _ in box]) < edge, ends
