# SPDX-License-Identifier: GPL-3.0-or-later
"""Any two parts, sliders at their ends and a turned head go together: no holes, nothing cut off, a face to be seen."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from desktop_app.avatar import eyes, head
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import SLIDERS, SLOTS, Look
from desktop_app.avatar.pose import Pose
from desktop_app.avatar.rig import CENTER_X, Rig
from desktop_app.ui.avatar_face import render
from desktop_app.ui.avatar_figure import stage
from desktop_app.ui.avatar_paths import transform_of
from tests.ui.avatar_pictures import LIBRARY, Picture, array_of, near
from tests.ui.covering import Case, pairwise

pytestmark = pytest.mark.usefixtures("qapp")

_WIDTH, _HEIGHT = 96, 128
_IRIS, _HAIR, _SKIN = "#22cc44", "#2438ff", "#e0a57c"
_COLORS = {"iris": _IRIS, "skin": _SKIN, "brows": "#503018", "hat": _HAIR, "hair": _HAIR, "glasses": "#303030"}
"""Iris and hair in colors that nothing else has."""
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
        colors=_COLORS,
        sliders={name: float(str(case[name])) for name in SLIDERS},
        parts={slot: str(case[slot]) for slot in SLOTS if slot in case},
    )


def pose_of(case: Case) -> Pose:
    return Pose(yaw=float(str(case["yaw"])), pitch=float(str(case["pitch"])), roll=float(str(case["roll"])))


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


def features(look: Look, shown: Pose) -> list[tuple[int, int]]:
    """Pixels of eyes, nose and, on a face without a beard, mouth: no hair and no hat may lie there."""
    rig, view = Rig(shown), stage(_WIDTH, _HEIGHT)
    spots = [(CENTER_X + x, y) for x in (-6.0, 0.0, 6.0) for y in (350.0, 366.0, 382.0)]
    spots += [(x + dx, y) for x, y in (eyes.eye_center(look, side) for side in (-1, 1)) for dx in (-12.0, 0.0, 12.0)]
    if not look.part("beard") and not look.slider("stubble"):
        spots += [(CENTER_X + dx, head.mouth_line(look)) for dx in (-16.0, 0.0, 16.0)]
    points = [(transform_of(rig.feature(x, y)) * view).map(QPointF(x, y)) for x, y in spots]
    return [(int(point.x()), int(point.y())) for point in points]


def flaws(look: Look, shown: Pose, library: AvatarLibrary = LIBRARY) -> list[str]:
    image: Picture = array_of(render(look, library, shown, _WIDTH, _HEIGHT, background="none"))
    red, green, blue, alpha = (image[..., channel] for channel in range(4))
    found = []
    if any(alpha[y, x] < 250 for x, y in inside_the_person(look, shown)):
        found.append("a hole")
    if alpha[0].max() > 60:
        found.append("cut off at the top")
    if alpha[: round(0.55 * _HEIGHT), (0, -1)].max() > 60:
        found.append("cut off at a side")
    if (near(image, (255, 0, 255), 2) & (alpha > 200)).any():
        found.append("a role that no palette knows")
    if ((green > red + 30) & (green > blue + 30) & (alpha > 200)).sum() < 4:
        found.append("no iris to be seen")
    of_hair = (blue > red + 50) & (blue > green + 30)
    if sum(bool(of_hair[y, x]) for x, y in features(look, shown)) > 1:
        found.append("hair in the face")
    return found


CASES = sorted(pairwise(factors()), key=lambda case: (str(case["hair"]), float(str(case["face_width"]))))
"""Neighbors share outlines, which the painter keeps for a while."""

_SHARES = 6


def test_every_two_parts_are_worn_together() -> None:
    assert {(case["hair"], case["clothes"]) for case in CASES} == {
        (hair.id, clothes.id) for hair in LIBRARY.parts("hair") for clothes in LIBRARY.parts("clothes")
    }


@pytest.mark.parametrize("share", range(_SHARES))
def test_parts_and_slider_ends_go_together(share: int) -> None:
    wrong = {
        index: found
        for index in np.array_split(np.arange(len(CASES)), _SHARES)[share].tolist()
        if (found := flaws(look_of(CASES[index]), pose_of(CASES[index])))
    }
    assert not wrong, {index: (found, CASES[index]) for index, found in list(wrong.items())[:3]}


@pytest.mark.parametrize(
    ("file", "layer", "rect", "color", "told"),
    [
        ("hair/x.svg", "front", (180, 140, 240, 200), "#9c5c34", "hair in the face"),
        ("hair/x.svg", "side", (290, 140, 20, 320), "#9c5c34", "hair in the face"),
        ("hair/x.svg", "back", (200, -90, 200, 400), "#9c5c34", "cut off at the top"),
        ("hair/x.svg", "back", (0, 200, 600, 90), "#9c5c34", "cut off at a side"),
        ("hair/x.svg", "front", (180, 290, 240, 60), "#c98266", "no iris to be seen"),
        ("accessories/hat_x.svg", "hat", (180, 120, 240, 230), "#528c88", "hair in the face"),
    ],
)
def test_a_part_drawn_wrong_is_found(
    tmp_path: Path, file: str, layer: str, rect: tuple[int, int, int, int], color: str, told: str
) -> None:
    path = tmp_path / file
    path.parent.mkdir()
    left, top, width, height = rect
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 800"><g id="{layer}">'
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="{color}"/></g></svg>',
        encoding="utf-8",
    )
    library = AvatarLibrary([LIBRARY.roots[0], tmp_path])
    plain = Look(colors=_COLORS, parts={"hair": "bald"})
    assert flaws(plain, Pose(), library) == []
    slot = "hat" if "hat" in path.stem else "hair"
    assert told in flaws(plain.with_part(slot, path.stem), Pose(), library)


def test_a_hole_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Look(colors=_COLORS, parts={"hair": "bald"})
    monkeypatch.setattr(head, "face", lambda look, jaw=0.0: head.face_edge(look, jaw))
    assert "a hole" in flaws(plain, Pose())


_EYE_SLIDERS = ("face_width", "cheeks", "eye_width", "eye_spacing", "eye_tilt", "eye_height", "jaw", "age")


@pytest.mark.parametrize("yaw", _TURNS)
def test_eyes_are_never_outside_the_head(yaw: float) -> None:
    """Wide open, at the ends of every slider that moves them or the face, and with the head turned."""
    for pitch in _TURNS:
        shown = Pose(yaw=yaw, pitch=pitch, eye_left=1.15, eye_right=1.15, wide=1.0)
        rig = Rig(shown)
        for ends in itertools.product(*((SLIDERS[name].low, SLIDERS[name].high) for name in _EYE_SLIDERS)):
            look = Look(sliders=dict(zip(_EYE_SLIDERS, ends, strict=True)))
            edge = np.array([rig.head(24.0)(x, y) for x, y in head.outline(look).points])
            for side in (-1, 1):
                x, y = eyes.eye_center(look, side)
                move = rig.feature(x, y)
                opening = eyes.eye_hole(look, side, eyes.EyeState.of(shown, side))
                corner = max((move(*point) for point in opening[0].points), key=lambda point: side * point[0])
                beside = edge[np.argsort(np.abs(edge[:, 1] - corner[1]))[:12], 0]
                limit = beside.max() if side > 0 else beside.min()
                assert side * corner[0] < side * limit, (ends, yaw, pitch, side)
