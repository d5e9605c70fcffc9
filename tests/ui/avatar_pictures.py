# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of the avatar as arrays, and what tests ask of them.

`python -m tests.ui.avatar_pictures` paints the snapshots anew; look at every one of them before keeping it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QGuiApplication, QImage

from desktop_app.avatar.daylight import Daylight
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.avatar.mixer import Mixer
from desktop_app.avatar.pose import EXPRESSIONS, Pose
from desktop_app.domain.audio import Viseme
from desktop_app.domain.conversation import Expression
from desktop_app.ui.avatar_face import render

ASSETS = Path(__file__).resolve().parents[2] / "assets" / "avatars"
LIBRARY = AvatarLibrary([ASSETS])
WIDTH, HEIGHT = 240, 320

Picture = NDArray[np.int32]
Box = tuple[int, int, int, int]

MOUTH: Box = (94, 164, 146, 196)
EYES: Box = (72, 118, 168, 152)
TORSO: Box = (60, 250, 180, 320)
CORNER: Box = (0, 0, 30, 60)
"""Left, top, right, bottom in a picture of WIDTH × HEIGHT."""


def array_of(image: QImage) -> Picture:
    """Height × width × red, green, blue, alpha (not premultiplied)."""
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return rows[:, : image.width()].astype(np.int32)


def pose(expression: Expression | None = None, viseme: Viseme | None = None, **values: float) -> Pose:
    mixer = Mixer()
    if expression is not None:
        mixer.add(EXPRESSIONS[expression])
    if viseme is not None:
        mixer.add_visemes({viseme: 1.0})
    made = mixer.pose()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def picture(look: Look | str, shown: Pose | None = None, scale: float = 1.0, background: str = "look") -> Picture:
    worn = LIBRARY.look(look) if isinstance(look, str) else look
    return array_of(render(worn, LIBRARY, shown or Pose(), WIDTH, HEIGHT, scale, background))


def cut(image: Picture, box: Box) -> Picture:
    left, top, right, bottom = box
    return image[top:bottom, left:right]


def difference(first: Picture, second: Picture, box: Box | None = None) -> float:
    """Mean difference of the color channels, 0…255."""
    if box is not None:
        first, second = cut(first, box), cut(second, box)
    return float(np.abs(first[..., :3] - second[..., :3]).mean())


def near(image: Picture, color: tuple[int, int, int], reach: int = 40) -> NDArray[np.bool_]:
    """Where a color is, about."""
    return np.asarray(np.abs(image[..., :3] - np.array(color)).max(axis=2) <= reach)


SNAPSHOT_FOLDER = Path(__file__).resolve().parents[1] / "snapshots" / "avatar"


def snapshots() -> dict[str, QImage]:
    """A few faces that together show nearly everything, by file name."""
    day, night = Daylight.DAY, Daylight.NIGHT
    cases = {
        "mira-at-rest": ("mira", Pose(), day),
        "leo-happy-at-night": ("leo", pose(Expression.HAPPY), night),
        "nia-says-aa": ("nia", pose(viseme=Viseme.AA), day),
        "omar-turned-and-surprised": ("omar", pose(Expression.SURPRISED, yaw=0.7, roll=5.0), day),
        "layla-sad": ("layla", pose(Expression.SAD, gaze_x=-0.7), day),
        "bruno-blinks": ("bruno", pose(Expression.AFFECTIONATE, eye_left=0.0, eye_right=0.0), night),
    }
    return {
        name: render(LIBRARY.look(preset), LIBRARY, shown, WIDTH, HEIGHT, light=light)
        for name, (preset, shown, light) in cases.items()
    }


def _paint_snapshots() -> None:
    application = QGuiApplication(["snapshots", "-platform", "offscreen"])
    for name, image in snapshots().items():
        image.save(str(SNAPSHOT_FOLDER / f"{name}.png"))
    del application


if __name__ == "__main__":
    _paint_snapshots()
