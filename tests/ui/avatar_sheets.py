# SPDX-License-Identifier: GPL-3.0-or-later
"""Every part, shape, expression, viseme and room as a small picture, many on one sheet.

`python -m tests.ui.avatar_sheets` paints the sheets anew; look at every one of them before keeping it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QImage, QPainter

from desktop_app.avatar.daylight import Daylight
from desktop_app.avatar.library import SHAPE_CATEGORIES
from desktop_app.avatar.look import SLIDERS, Look
from desktop_app.avatar.pose import EXPRESSIONS, Pose
from desktop_app.domain.audio import Viseme
from desktop_app.ui.avatar_face import render
from tests.ui.avatar_pictures import LIBRARY, pose

SHEET_FOLDER = Path(__file__).resolve().parents[1] / "snapshots" / "avatar-sheets"
CELL_WIDTH, CELL_HEIGHT = 96, 128
COLUMNS = 8
_CLOSE = 2.2
"""A close-up is cut from a picture so many times as large."""
_WALL = "#8c94a0"
_WEARERS = ("mira", "sam", "yuki", "omar", "zoe", "nia")
_IN_THE_FACE = frozenset(("nose", "beard", "glasses", "earrings", "hearing_aid"))


@dataclass(frozen=True, slots=True)
class Cell:
    """One small picture."""

    name: str
    look: Look
    shown: Pose = field(default_factory=Pose)
    close: bool = False
    background: str = _WALL
    light: Daylight = Daylight.DAY

    def image(self) -> QImage:
        size = _CLOSE if self.close else 1.0
        width, height = round(CELL_WIDTH * size), round(CELL_HEIGHT * size)
        whole = render(self.look, LIBRARY, self.shown, width, height, background=self.background, light=self.light)
        if not self.close:
            return whole
        return whole.copy((width - CELL_WIDTH) // 2, round(0.25 * height), CELL_WIDTH, CELL_HEIGHT)


def sheets() -> Mapping[str, list[Cell]]:
    """All cells by the sheet that they are on."""
    found: dict[str, list[Cell]] = {}
    for slot in ("hair", "clothes", "hat", "necklace", "beard", "nose", "glasses", "earrings", "hearing_aid"):
        found[slot] = list(_worn(slot))
    bare = LIBRARY.look("mira").with_part("hair", "bun")
    for feature in SHAPE_CATEGORIES:
        found[f"shapes-{feature}"] = [
            Cell(shape.id, bare.with_sliders(shape.sliders), close=True) for shape in LIBRARY.feature_shapes(feature)
        ]
    found["expressions"] = [
        Cell(f"{expression} {preset}", LIBRARY.look(preset), pose(expression), close=True)
        for preset in ("mira", "sam")
        for expression in EXPRESSIONS
    ]
    found["visemes"] = [Cell(viseme, bare, pose(viseme=viseme), close=True) for viseme in Viseme]
    skin = {slider: 1.0 for slider, spec in SLIDERS.items() if spec.category == "skin"} | {"age": 1.0}
    found["skin"] = [
        Cell(f"{slider} {preset}", LIBRARY.look(preset).with_part("beard", "").with_slider(slider, amount), close=True)
        for preset in ("mira", "nia")
        for slider, amount in skin.items()
    ]
    found["rooms"] = [
        Cell(f"{part.id} {light}", bare.with_part("background", part.id), background="look", light=light)
        for part in LIBRARY.parts("background")
        for light in Daylight
    ]
    turned = pose(yaw=-0.7, pitch=0.4, roll=-5.0)
    found["companions"] = [
        Cell(f"{preset.id} {how}", LIBRARY.look(preset.id), shown)
        for how, shown in (("ahead", Pose()), ("turned", turned))
        for preset in LIBRARY.presets()
    ]
    return found


def _worn(slot: str) -> Iterator[Cell]:
    for index, part in enumerate(sorted(LIBRARY.parts(slot), key=lambda part: part.id)):
        look = LIBRARY.look(_WEARERS[index % len(_WEARERS)])
        if slot in _IN_THE_FACE:
            look = look.with_part("hair", "buzz").with_part("hat", "")
        if slot == "necklace":
            look = look.with_part("clothes", "wrap").with_part("hair", "pixie")
        yield Cell(part.id, look.with_part(slot, part.id), close=slot in _IN_THE_FACE)


def painted(cells: list[Cell]) -> QImage:
    rows = -(-len(cells) // COLUMNS)
    sheet = QImage(COLUMNS * CELL_WIDTH, rows * CELL_HEIGHT, QImage.Format.Format_RGB32)
    sheet.fill(0)
    painter = QPainter(sheet)
    for index, cell in enumerate(cells):
        painter.drawImage(index % COLUMNS * CELL_WIDTH, index // COLUMNS * CELL_HEIGHT, cell.image())
    painter.end()
    return sheet


def _paint_sheets() -> None:
    application = QGuiApplication(["sheets", "-platform", "offscreen"])
    SHEET_FOLDER.mkdir(exist_ok=True)
    for name, cells in sheets().items():
        painted(cells).save(str(SHEET_FOLDER / f"{name}.png"))
    del application


if __name__ == "__main__":
    _paint_sheets()
