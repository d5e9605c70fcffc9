# SPDX-License-Identifier: GPL-3.0-or-later
"""`fireside avatar render`: what is asked for is in the picture, what is not understood is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage

from desktop_app.domain.errors import LookError
from desktop_app.ui.avatar_poster import write_poster
from tests.ui.avatar_pictures import LIBRARY, array_of, difference

pytestmark = pytest.mark.usefixtures("qapp")


def test_the_picture_has_the_size_and_look_that_were_asked_for(tmp_path: Path) -> None:
    path = write_poster(LIBRARY, tmp_path / "x.png", preset="nia", size="120x160", scale=2.0)
    image = QImage(str(path))
    assert (image.width(), image.height()) == (240, 320)


def test_expression_viseme_gaze_and_head_change_it(tmp_path: Path) -> None:
    def made(**wish: str) -> QImage:
        asked: dict[str, Any] = {"preset": "sam", "size": "240x320", **wish}
        return QImage(str(write_poster(LIBRARY, tmp_path / "x.png", **asked)))

    rest = array_of(made())
    for wish in ({"expression": "happy:0.8"}, {"viseme": "aa"}, {"gaze": "0.8,0"}, {"head": "0.5,0.2,4"}):
        assert difference(rest, array_of(made(**wish))) > 0.05, wish


def test_a_look_from_a_file_and_a_clear_background(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(LIBRARY.look("leo").to_json())
    image = QImage(str(write_poster(LIBRARY, tmp_path / "x.png", avatar=file, background="none", size="120x160")))
    assert image.pixelColor(0, 0).alpha() == 0
    named = QImage(str(write_poster(LIBRARY, tmp_path / "y.png", avatar=file, background="plain", size="120x160")))
    assert named.pixelColor(0, 0).alpha() == 255


@pytest.mark.parametrize(
    ("wish", "word"),
    [
        ({"expression": "furious"}, "happy"), ({"expression": "happy:x"}, "happy"), ({"viseme": "zz"}, "aa"),
        ({"gaze": "1"}, "2 numbers"), ({"head": "a,b,c"}, "3 numbers"), ({"size": "big"}, "480x640"),
        ({"size": "0x4"}, "480x640"), ({"background": "pink"}, "#rrggbb"), ({"preset": "nobody"}, "nobody"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_said(tmp_path: Path, wish: dict[str, Any], word: str) -> None:
    with pytest.raises(LookError) as caught:
        write_poster(LIBRARY, tmp_path / "x.png", **wish)
    assert word in caught.value.sentence


def test_a_picture_too_large_for_any_screen_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LookError, match="8192"):
        write_poster(LIBRARY, tmp_path / "x.png", size="4000x4000", scale=4.0)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(LookError, match="could not be written"):
        write_poster(LIBRARY, tmp_path / "no" / "folder" / "x.png", size="60x80")
