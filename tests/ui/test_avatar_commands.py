# SPDX-License-Identifier: GPL-3.0-or-later
"""`fireside avatar list`, `validate`, `new` and `sheet`, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from desktop_app.__main__ import main
from desktop_app.avatar.avatar_file import export_avatar
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.domain.audio import Viseme
from desktop_app.domain.conversation import Expression
from desktop_app.domain.errors import LookError
from desktop_app.ui.avatar_sheet import columns, write_sheet
from tests.ui.avatar_pictures import ASSETS, LIBRARY, array_of

pytestmark = pytest.mark.usefixtures("qapp")


def test_the_list_names_looks_parts_and_packs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["avatar", "new", str(tmp_path / "avatars" / "packs" / "elves")]) == 0
    capsys.readouterr()
    assert main(["avatar", "list", "--json", "--profile", str(tmp_path)]) == 0
    data = json.loads(capsys.readouterr().out)
    assert {"id": "elves/example", "name": "Example", "own": True} in data["presets"]
    assert "elves/example" in [part["id"] for part in data["parts"]["hair"]]
    assert data["packs"] == [{"id": "elves", "name": "My pack", "license": "CC0-1.0", "authors": ["Your name"]}]
    assert main(["avatar", "list", "--profile", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert "mira" in text
    assert "My pack, CC0-1.0, Your name" in text


def test_validate_says_what_is_wrong_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = tmp_path / "elves"
    assert main(["avatar", "new", str(pack)]) == 0
    assert main(["avatar", "validate", str(pack)]) == 0
    assert "nothing is wrong (1 part, 1 look)" in capsys.readouterr().out
    (pack / "hair" / "example.svg").write_text("<svg>")
    assert main(["avatar", "validate", str(pack)]) == 1
    assert capsys.readouterr().out.startswith("hair/example.svg, line 1: ")
    assert main(["avatar", "validate", str(tmp_path / "nothing")]) == 1


def test_avatar_files_are_looked_at_without_being_taken_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = export_avatar(LIBRARY, LIBRARY.look("mira"), tmp_path / "good.avatar")
    assert main(["avatar", "validate", str(good), "--profile", str(tmp_path)]) == 0
    assert "nothing is wrong (1 look)" in capsys.readouterr().out
    (tmp_path / "bad.avatar").write_bytes(good.read_bytes()[:-30])
    assert main(["avatar", "validate", str(tmp_path / "bad.avatar")]) == 1
    assert "bad.avatar: it is damaged" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.avatar", "good.avatar"]


def test_a_folder_that_is_taken_is_not_written_into(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("x")
    assert main(["avatar", "new", str(tmp_path)]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    capsys.readouterr()


def test_the_sheet_shows_every_companion_with_every_expression_and_mouth_shape(tmp_path: Path) -> None:
    assert len(columns()) == len(Expression) + len(Viseme)
    library = AvatarLibrary([ASSETS])
    image = QImage(str(write_sheet(library, tmp_path / "sheet.png", "24x32")))
    assert (image.width(), image.height()) == (24 * len(columns()), (32 + 16) * len(library.presets()))
    pixels = array_of(image)
    faces = [pixels[row * 48 : row * 48 + 32, 0:24] for row in range(len(library.presets()))]
    assert all((first != second).any() for first in faces for second in faces if first is not second)


def test_a_sheet_too_large_to_open_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LookError, match="pixels"):
        write_sheet(LIBRARY, tmp_path / "sheet.png", "900x1200")
