# SPDX-License-Identifier: GPL-3.0-or-later
"""The avatar looks as it did when somebody last looked at it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage

from tests.ui.avatar_pictures import SNAPSHOT_FOLDER, array_of, difference, snapshots

pytestmark = pytest.mark.usefixtures("qapp")


def test_every_snapshot_is_painted_as_before() -> None:
    """Other processors and Qt versions round differently, hence the tolerance."""
    for name, image in snapshots().items():
        kept = QImage(str(SNAPSHOT_FOLDER / f"{name}.png"))
        assert not kept.isNull(), f"{name}.png is missing"
        now, then = array_of(image), array_of(kept)
        assert difference(now, then) < 1.5, name
        far = np.abs(now - then)[..., :3].max(axis=2) > 24
        assert far.mean() < 0.005, name


def test_there_is_no_snapshot_that_nobody_compares() -> None:
    assert {path.stem for path in SNAPSHOT_FOLDER.glob("*.png")} == set(snapshots())
