# SPDX-License-Identifier: GPL-3.0-or-later
""".avatar files: what goes out comes back, nothing is overwritten, and hostile files are refused with a sentence."""

from __future__ import annotations

import random
import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from desktop_app.avatar.avatar_file import LARGEST_AVATAR_BYTES, export_avatar, import_avatar
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.avatar.packs import start_pack
from desktop_app.domain.errors import LookError

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "avatars"
_LOOK = '{"format": 1, "name": "Guest", "parts": {"hair": "elves/long"}}'
_PACK = '{"format": 1, "name": "Elves", "license": "CC-BY-4.0", "authors": ["Ann"]}'
_HAIR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 800"><g id="front"><circle r="9"/></g></svg>'
GOOD = {"look.json": _LOOK, "packs/elves/pack.json": _PACK, "packs/elves/hair/long.svg": _HAIR}


@pytest.fixture
def library(tmp_path: Path) -> AvatarLibrary:
    return AvatarLibrary([ASSETS, tmp_path / "avatars"])


def archive(path: Path, members: dict[str, str], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as file:
        for name, text in members.items():
            file.writestr(name, text)
    return path


def everything_in(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file()) if folder.exists() else ()
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_look_of_fireside_alone_is_a_tiny_file_and_comes_back(library: AvatarLibrary, tmp_path: Path) -> None:
    path = export_avatar(library, library.look("leo"), tmp_path / "leo.avatar")
    assert path.stat().st_size < 2000
    brought = import_avatar(library, path)
    assert brought.preset_id == "leo-2"
    assert brought.packs == ()
    assert library.look("leo-2") == library.look("leo")


def test_parts_travel_with_their_licences_and_keep_their_looks(library: AvatarLibrary, tmp_path: Path) -> None:
    pack = start_pack(ASSETS, tmp_path / "avatars" / "packs" / "elves")
    (pack / "LICENSE.txt").write_text("All yours.")
    (pack / "hair" / "unworn.svg").write_text(_HAIR)
    look = library.look("elves/example")
    path = export_avatar(library, look, tmp_path / "elf.avatar")
    with zipfile.ZipFile(path) as file:
        assert sorted(file.namelist()) == [
            "look.json",
            "packs/elves/LICENSE.txt",
            "packs/elves/hair/example.json",
            "packs/elves/hair/example.svg",
            "packs/elves/pack.json",
        ]
    there = AvatarLibrary([ASSETS, tmp_path / "elsewhere"])
    brought = import_avatar(there, path)
    assert [(new.id, new.license) for new in brought.packs] == [("elves", "CC0-1.0")]
    assert there.look(brought.preset_id) == look
    part = there.part("hair", "elves/example")
    assert part is not None
    assert part.drawing() == library.part("hair", "elves/example").drawing()  # type: ignore[union-attr]
    assert (tmp_path / "elsewhere" / "packs" / "elves" / "LICENSE.txt").read_text() == "All yours."


def test_a_loose_part_of_ones_own_is_packed_too(library: AvatarLibrary, tmp_path: Path) -> None:
    hair = tmp_path / "avatars" / "hair"
    hair.mkdir(parents=True)
    (hair / "mine.svg").write_text(_HAIR)
    (hair / "mine.json").write_text('{"license": "CC-BY-SA-4.0"}')
    path = export_avatar(library, Look("Me", parts={"hair": "mine"}), tmp_path / "me.avatar")
    there = AvatarLibrary([ASSETS, tmp_path / "elsewhere"])
    brought = import_avatar(there, path)
    assert brought.look.part("hair") == "own/mine"
    assert brought.packs[0].license == "CC-BY-SA-4.0"


def test_nothing_that_is_there_is_changed(library: AvatarLibrary, tmp_path: Path) -> None:
    other = {**GOOD, "packs/elves/hair/long.svg": _HAIR.replace('r="9"', 'r="12"')}
    import_avatar(library, archive(tmp_path / "a.avatar", GOOD))
    before = everything_in(tmp_path / "avatars")
    brought = import_avatar(library, archive(tmp_path / "b.avatar", other))
    after = everything_in(tmp_path / "avatars")
    assert (brought.preset_id, brought.look.part("hair")) == ("guest-2", "elves-2/long")
    assert before.items() <= after.items()
    again = import_avatar(library, archive(tmp_path / "c.avatar", other))
    assert (again.preset_id, again.look.part("hair"), again.packs) == ("guest-3", "elves-2/long", ())


def test_a_broken_part_is_not_sent(library: AvatarLibrary, tmp_path: Path) -> None:
    hair = tmp_path / "avatars" / "hair"
    hair.mkdir(parents=True)
    (hair / "mine.svg").write_text("<svg")
    with pytest.raises(LookError, match=r"mine\.svg, line 1"):
        export_avatar(library, Look(parts={"hair": "mine"}), tmp_path / "me.avatar")
    assert not (tmp_path / "me.avatar").exists()
    with pytest.raises(LookError, match="could not be written"):
        export_avatar(library, Look(), tmp_path / "no" / "folder" / "me.avatar")


HOSTILE = {
    "climbs out": ({**GOOD, "../evil.svg": _HAIR}, "outside its folder"),
    "climbs out deeper": ({**GOOD, "packs/../../evil.svg": _HAIR}, "outside its folder"),
    "absolute": ({**GOOD, "/tmp/evil.svg": _HAIR}, "outside its folder"),
    "drive": ({**GOOD, "C:/evil.svg": _HAIR}, "outside its folder"),
    "backslashes": ({**GOOD, "packs\\..\\evil.svg": _HAIR}, "outside its folder"),
    "program": ({**GOOD, "packs/elves/run.py": "import os"}, "does not belong"),
    "hidden": ({**GOOD, "packs/elves/hair/.bashrc": ""}, "does not belong"),
    "another preset": ({**GOOD, "presets/mira.json": _LOOK}, "does not belong"),
    "capitals": ({**GOOD, "packs/Elves/pack.json": _PACK}, "does not belong"),
    "device": ({**GOOD, "packs/elves/hair/con.svg": _HAIR}, "not every system"),
    "no look": ({"packs/elves/pack.json": _PACK}, "no look.json"),
    "too many": ({**GOOD, **{f"packs/elves/hair/h{i}.svg": _HAIR for i in range(80)}}, "more than 64"),
    "bomb": ({**GOOD, "packs/elves/hair/big.svg": " " * 40_000_000}, "too big"),
    "many middling": ({**GOOD, **{f"packs/elves/hair/h{i}.svg": " " * 1_900_000 for i in range(20)}}, "bigger than"),
    "big look": ({"look.json": " " * 100_000}, "too big"),
    "script": ({**GOOD, "packs/elves/hair/long.svg": _HAIR.replace("<circle", "<script/><circle")}, "<script>"),
    "handler": ({**GOOD, "packs/elves/hair/long.svg": _HAIR.replace("<circle", '<circle onclick="x()"')}, "onclick"),
    "entities": ({**GOOD, "packs/elves/hair/long.svg": '<!DOCTYPE svg [<!ENTITY a "b">]>' + _HAIR}, "DOCTYPE"),
    "reference": ({**GOOD, "packs/elves/hair/long.svg": _HAIR.replace("circle", "image")}, "<image>"),
    "wrong look": ({**GOOD, "look.json": '{"format": 1,\n"colors": 3}'}, "look.json, line 2"),
    "part elsewhere": ({**GOOD, "look.json": _LOOK.replace("elves", "dwarves")}, "neither in the file nor"),
    "part outside": ({**GOOD, "look.json": _LOOK.replace("elves/", "../../")}, "part's id"),
    "no licence": ({**GOOD, "packs/elves/pack.json": '{"format": 1, "name": "x"}'}, "license"),
    "no pack file": ({name: text for name, text in GOOD.items() if "pack.json" not in name}, "pack.json"),
    "note": ({**GOOD, "packs/elves/hair/long.json": '{"layers": 3}'}, "expected an object"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_a_sentence_and_leave_nothing(
    name: str, library: AvatarLibrary, tmp_path: Path
) -> None:
    members, told = HOSTILE[name]
    path = archive(tmp_path / "evil.avatar", members)
    before = everything_in(tmp_path)
    with pytest.raises(LookError) as caught:
        import_avatar(library, path)
    assert told in caught.value.sentence
    assert everything_in(tmp_path) == before


def test_links_and_encrypted_members_are_refused(library: AvatarLibrary, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("packs/elves/hair/link.svg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = archive(tmp_path / "a.avatar", GOOD)
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(link, "/etc/passwd")
    with pytest.raises(LookError, match="is a link"):
        import_avatar(library, path)
    locked = bytearray(archive(tmp_path / "b.avatar", GOOD).read_bytes())
    entry = locked.index(b"PK\x01\x02")
    locked[entry + 8] |= 1
    (tmp_path / "b.avatar").write_bytes(locked)
    with pytest.raises(LookError, match="encrypted"):
        import_avatar(library, tmp_path / "b.avatar")


def test_a_size_that_is_a_lie_is_refused(library: AvatarLibrary, tmp_path: Path) -> None:
    path = archive(tmp_path / "a.avatar", {**GOOD, "packs/elves/hair/long.svg": " " * 30_000_000})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        entry = data.rindex(signature)
        data[entry + offset : entry + offset + 4] = (1000).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(LookError, match="damaged"):
        import_avatar(library, path)


def test_what_is_no_archive_is_refused(library: AvatarLibrary, tmp_path: Path) -> None:
    with pytest.raises(LookError, match="could not be read"):
        import_avatar(library, tmp_path / "none.avatar")
    path = tmp_path / "x.avatar"
    path.write_bytes(b"PK" + b"\0" * 90)
    with pytest.raises(LookError, match="damaged"):
        import_avatar(library, path)
    with path.open("wb") as file:
        file.truncate(LARGEST_AVATAR_BYTES + 1)
    with pytest.raises(LookError, match="too big"):
        import_avatar(library, path)


def test_damaged_files_never_do_anything_but_be_refused(library: AvatarLibrary, tmp_path: Path) -> None:
    whole = archive(tmp_path / "whole.avatar", GOOD).read_bytes()
    chance = random.Random(7)
    refused = 0
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 2, 8))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        (tmp_path / "x.avatar").write_bytes(data[: chance.choice((len(data), len(data), chance.randrange(len(data))))])
        try:
            import_avatar(library, tmp_path / "x.avatar")
        except LookError as error:
            assert error.sentence
            refused += 1
        shutil.rmtree(tmp_path / "avatars", ignore_errors=True)
        library.reload()
    assert refused > 150
