# SPDX-License-Identifier: GPL-3.0-or-later
"""Every part, shape, expression, viseme and room looks as it did when somebody last looked at it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage

from tests.ui.avatar_pictures import array_of, difference
from tests.ui.avatar_sheets import CELL_HEIGHT, CELL_WIDTH, COLUMNS, SHEET_FOLDER, painted, sheets

pytestmark = pytest.mark.usefixtures("qapp")

_SHEETS = sheets()
_MOST_BYTES = 3_000_000


@pytest.mark.parametrize("name", _SHEETS)
def test_every_cell_is_painted_as_before(name: str) -> None:
    """Other processors and Qt versions round differently, hence the tolerance."""
    kept = QImage(str(SHEET_FOLDER / f"{name}.png"))
    assert not kept.isNull(), f"{name}.png is missing"
    now, then = array_of(painted(_SHEETS[name])), array_of(kept)
    assert now.shape == then.shape, "parts came or went: paint the sheet anew and look at it"
    for index, cell in enumerate(_SHEETS[name]):
        left, top = index % COLUMNS * CELL_WIDTH, index // COLUMNS * CELL_HEIGHT
        box = (left, top, left + CELL_WIDTH, top + CELL_HEIGHT)
        assert difference(now, then, box) < 1.5, cell.name
        far = np.abs(now - then)[top : top + CELL_HEIGHT, left : left + CELL_WIDTH, :3].max(axis=2) > 24
        assert far.mean() < 0.01, cell.name


def test_there_is_no_sheet_that_nobody_compares_and_they_stay_small() -> None:
    files = list(SHEET_FOLDER.glob("*.png"))
    assert {path.stem for path in files} == set(_SHEETS)
    assert sum(path.stat().st_size for path in files) < _MOST_BYTES
