# SPDX-License-Identifier: GPL-3.0-or-later
"""`.avatar` files: a look with the parts it needs and their licences, small enough to send to a friend.

A zip of look.json and packs/ID/… (pack.json, LICENSE files, drawings and their notes) or, for a companion made of
pictures, pictures/ID/… What is in one is somebody else's, so nothing of it is believed before it has been looked at.
"""

from __future__ import annotations

import json
import re
import shutil
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from desktop_app.avatar.json_document import LARGEST_FILE_BYTES
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import SLOTS, Look, is_identifier, load_look
from desktop_app.avatar.packs import PACK_FILE, PACK_FORMAT, PACKS_FOLDER, Pack, load_pack
from desktop_app.avatar.parts import SLOT_FOLDERS, Part
from desktop_app.avatar.picture_set import LARGEST_PICTURE_BYTES, PICTURES_FOLDER, load_picture_set
from desktop_app.avatar.svg import LARGEST_FILE_BYTES as LARGEST_DRAWING_BYTES
from desktop_app.avatar.validation import validate
from desktop_app.domain.conversation import Expression
from desktop_app.domain.errors import LookError

SUFFIX = ".avatar"
LOOK_FILE = "look.json"
LARGEST_AVATAR_BYTES = 16_000_000
_MOST_FILES = 64
_LICENSE_FILES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "COPYING")
_UNSTATED = "not stated"
_ID = "[a-z0-9][a-z0-9_-]{0,63}"
_FOLDERS = "|".join(sorted(set(SLOT_FOLDERS.values())))
_LICENSES = "|".join(re.escape(name) for name in _LICENSE_FILES)
_EXPRESSIONS = "|".join(expression.value for expression in Expression)
_PICTURE_KINDS: Mapping[str, bytes] = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff"}
"""What files of these kinds begin with."""
_MEMBER = re.compile(
    rf"{re.escape(LOOK_FILE)}|{PACKS_FOLDER}/{_ID}/({re.escape(PACK_FILE)}|{_LICENSES}|({_FOLDERS})/{_ID}\.(svg|json))"
    rf"|{PICTURES_FOLDER}/{_ID}/({_LICENSES}|({_EXPRESSIONS})\.(png|jpg))"
)
_DEVICE_NAMES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, NotImplementedError, EOFError, ValueError,
    RuntimeError, OverflowError,
)  # fmt: skip
"""What Python's reader raises for archives that are not what they say."""
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import has brought."""

    preset_id: str
    look: Look
    packs: tuple[Pack, ...]
    """Those that are new here."""


# --- export ------------------------------------------------------------------------------------------------------


def export_avatar(library: AvatarLibrary, look: Look, path: Path) -> Path:
    """Writes the look with whatever of it did not come with Fireside. Raises LookError."""
    members = _picture_members(library, look) if look.pictures else _drawn_members(library, look)
    size = sum(map(len, members.values()))
    if size > LARGEST_AVATAR_BYTES:
        raise LookError(
            "look.export",
            f"It would be {size / 1e6:.0f} MB, more than the {LARGEST_AVATAR_BYTES / 1e6:.0f} MB that are taken in.",
            "Make the pictures smaller, or send their folder instead.",
        )
    try:
        with tempfile.TemporaryDirectory() as scratch:
            made = Path(scratch) / "made"
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, data in sorted(members.items()):
                    archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), data, zipfile.ZIP_DEFLATED)
            shutil.copyfile(made, path)
    except OSError as error:
        raise LookError("look.export", f"{path.name} could not be written ({error.strerror}).") from error
    return path


def _picture_members(library: AvatarLibrary, look: Look) -> dict[str, bytes]:
    """The pictures by the names of what they express, and their licences."""
    shown = library.picture_set(look.pictures)
    name = look.pictures.rpartition("/")[2]
    folder = f"{PICTURES_FOLDER}/{name}"
    members = {LOOK_FILE: replace(look, parts={}, pictures=name).to_json().encode()}
    home = shown.files[Expression.NEUTRAL].parent
    try:
        for expression, picture in shown.files.items():
            kind = ".png" if picture.suffix.lower() == ".png" else ".jpg"
            members[f"{folder}/{expression.value}{kind}"] = picture.read_bytes()
        for terms in _LICENSE_FILES:
            if (home / terms).is_file() and not (home / terms).is_symlink():
                members[f"{folder}/{terms}"] = (home / terms).read_bytes()
    except OSError as error:
        raise LookError("look.export", f"{name}: a picture could not be read ({error.strerror}).") from error
    return members


def _drawn_members(library: AvatarLibrary, look: Look) -> dict[str, bytes]:
    """The look and the parts of it that did not come with Fireside."""
    worn = [part for slot in SLOTS if (part := library.part(slot, look.part(slot))) is not None]
    members: dict[str, bytes] = {}
    renamed = dict(look.parts)
    for part in worn:
        if part.path.is_relative_to(library.roots[0]):
            continue
        part.drawing()  # a broken part is not sent to anybody
        pack, _, name = part.id.rpartition("/")
        pack = pack or _OWN_PACK
        renamed[part.slot] = f"{pack}/{name}"
        members |= _part_members(part, pack)
    members[LOOK_FILE] = replace(look, parts=renamed).to_json().encode()
    return members


_OWN_PACK = "own"
"""The pack of parts that lay loose in the profile."""


def _part_members(part: Part, pack: str) -> dict[str, bytes]:
    """A part's files by their names in the archive, and what its pack says of itself."""
    folder = f"{PACKS_FOLDER}/{pack}"
    home = part.path.parent.parent
    stated = _UNSTATED
    try:
        files = {f"{folder}/{part.path.parent.name}/{part.path.name}": part.path.read_bytes()}
        note = part.path.with_suffix(".json")
        if note.exists():
            files[f"{folder}/{part.path.parent.name}/{note.name}"] = note.read_bytes()
            stated = str(json.loads(note.read_bytes()).get("license", _UNSTATED))
        for name in (PACK_FILE, *_LICENSE_FILES):
            if (home / name).is_file() and not (home / name).is_symlink():
                files[f"{folder}/{name}"] = (home / name).read_bytes()
    except OSError as error:
        raise LookError("look.export", f"{part.path.name} could not be read ({error.strerror}).") from error
    if f"{folder}/{PACK_FILE}" not in files:
        data = {"format": PACK_FORMAT, "name": "Own parts", "license": stated, "authors": []}
        files[f"{folder}/{PACK_FILE}"] = (json.dumps(data, indent=2) + "\n").encode()
    return files


# --- import ------------------------------------------------------------------------------------------------------


def import_avatar(library: AvatarLibrary, path: Path) -> Imported:
    """Adds a look and its parts to the library's last folder under names that are free. Raises LookError.

    Nothing is written unless all of it is right; nothing that is there is changed.
    """
    root = library.roots[-1]
    members = _read_members(path)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root, prefix=".import-") as scratch:
            incoming = Path(scratch)
            for name, data in members.items():
                target = incoming.joinpath(*PurePosixPath(name).parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            look = _checked(library, incoming)
            return _adopt(library, root, incoming, look, path.stem)
    except OSError as error:
        raise LookError("look.import", f"{path.name} could not be unpacked ({error.strerror}).") from error


def check_avatar(path: Path, core: Path) -> None:
    """Tries an import and keeps nothing of it. Raises LookError."""
    with tempfile.TemporaryDirectory() as scratch:
        import_avatar(AvatarLibrary([core, Path(scratch)]), path)


def _read_members(path: Path) -> Mapping[str, bytes]:
    """Every file of the archive, once all their names and sizes are what they may be."""

    def refusal(reason: str) -> LookError:
        return LookError("look.import", f"{path.name}: {reason}.", "Ask for the file again, or do not use it.")

    try:
        if path.stat().st_size > LARGEST_AVATAR_BYTES:
            raise refusal(f"too big, at most {LARGEST_AVATAR_BYTES / 1e6:.0f} MB are read")
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > _MOST_FILES:
                raise refusal(f"it holds {len(members)} files, more than {_MOST_FILES}")
            seen: set[str] = set()
            for member in members:
                if reason := _objection(member, seen):
                    raise refusal(reason)
                seen.add(member.filename)
            if LOOK_FILE not in seen:
                raise refusal(f"there is no {LOOK_FILE} in it")
            if sum(member.file_size for member in members) > LARGEST_AVATAR_BYTES:
                raise refusal(f"unpacked it is bigger than {LARGEST_AVATAR_BYTES / 1e6:.0f} MB")
            return {member.filename: _read(archive, member) for member in members}
    except OSError as error:
        raise refusal(f"the file could not be read ({error.strerror or error})") from error
    except _DAMAGE as error:
        raise refusal("it is damaged, or no .avatar file") from error


def _objection(member: zipfile.ZipInfo, seen: set[str]) -> str:
    """Why this file is not unpacked; empty if it may be."""
    name = member.filename[:80]
    shown = "".join(sign if sign.isprintable() else "?" for sign in name)
    if member.orig_filename != member.filename:
        return f"'{shown}' is not a plain name"
    if member.filename.startswith("/") or ".." in member.filename.split("/") or ":" in name or "\\" in name:
        return f"'{shown}' would lie outside its folder"
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return f"'{shown}' is a link or something else that is not a file"
    if not _MEMBER.fullmatch(member.filename):
        return f"'{shown}' does not belong into it"
    if any(_DEVICE_NAMES.match(part) for part in member.filename.split("/")):
        return f"'{shown}' is a name that not every system can hold"
    if member.filename in seen:
        return f"'{shown}' is in it twice"
    if member.flag_bits & 0x1:
        return f"'{shown}' is encrypted"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"'{shown}' is packed in a way that is not read"
    largest = {".svg": LARGEST_DRAWING_BYTES, **dict.fromkeys(_PICTURE_KINDS, LARGEST_PICTURE_BYTES)}
    most = largest.get(PurePosixPath(name).suffix, LARGEST_FILE_BYTES)
    if member.file_size > most:
        return f"'{shown}' is {member.file_size / 1e6:.1f} MB, too big"
    return ""


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as file:
        data = file.read(member.file_size + 1)
    if len(data) != member.file_size:
        raise zipfile.BadZipFile("a size that is not true")
    return data


def _checked(library: AvatarLibrary, incoming: Path) -> Look:
    """The look, once it and everything it brings is right. Raises LookError."""
    packs = sorted((incoming / PACKS_FOLDER).glob("*"))
    core = library.roots[0]
    troubles = [trouble for pack in packs for trouble in validate(pack, core).troubles]
    if troubles:
        raise LookError("look.import", f"A part in it cannot be used: {troubles[0]}")
    look = load_look(incoming / LOOK_FILE)
    if look.pictures:
        _check_pictures(incoming / PICTURES_FOLDER / look.pictures)
        return look
    known = AvatarLibrary([core], packs)
    for slot in SLOTS:
        worn = look.part(slot)
        if worn and worn not in known.part_ids(slot):
            raise LookError(
                "look.import",
                f"It wears the {slot} '{worn}', which is neither in the file nor in this Fireside.",
                "A newer Fireside may know it.",
            )
    return look


def _check_pictures(folder: Path) -> None:
    """Raises LookError unless there are pictures of a known kind; the painter refuses those that are too large."""
    if not folder.is_dir():
        raise LookError("look.import", "It is made of pictures, which it does not hold.", "Ask for the folder of them.")
    for picture in load_picture_set(folder, folder.name).files.values():
        with picture.open("rb") as file:
            if not file.read(8).startswith(_PICTURE_KINDS[picture.suffix]):
                raise LookError("look.import", f"{picture.name} in it is not a picture that can be read.")


def _adopt(library: AvatarLibrary, root: Path, incoming: Path, look: Look, stem: str) -> Imported:
    """Moves the checked packs and pictures to where they stay and saves the look."""
    taken = {preset.id for preset in library.presets()}
    names: dict[str, str] = {}
    new: list[Pack] = []
    for source in sorted((incoming / PACKS_FOLDER).glob("*")):
        same = _same_folder(root / PACKS_FOLDER, source)
        if same is None:
            same = _free_name(source.name, lambda name: (root / PACKS_FOLDER / name).exists())
            (root / PACKS_FOLDER).mkdir(exist_ok=True)
            source.rename(root / PACKS_FOLDER / same)
            new.append(load_pack(root / PACKS_FOLDER / same))
        names[source.name] = same
    parts = dict(look.parts)
    for slot, part in parts.items():
        pack, _, name = part.rpartition("/")
        if pack in names:
            parts[slot] = f"{names[pack]}/{name}"
    look = replace(look, parts=parts)
    if look.pictures:
        source, home = incoming / PICTURES_FOLDER / look.pictures, root / PICTURES_FOLDER
        same = _same_folder(home, source)
        if same is None:
            same = _free_name(source.name, lambda name: (home / name).exists())
            home.mkdir(exist_ok=True)
            source.rename(home / same)
        look = replace(look, pictures=same)
    preset_id = _free_name(_identifier(look.name) or _identifier(stem) or "imported", taken.__contains__)
    library.save_look(preset_id, look)
    library.reload()
    return Imported(preset_id, look, tuple(new))


def _same_folder(folder: Path, source: Path) -> str | None:
    """The pack, or set of pictures, that is there already and holds all the same files."""
    brought = {file.relative_to(source): file.read_bytes() for file in source.rglob("*") if file.is_file()}
    for candidate in (folder / source.name, *sorted(folder.glob(f"{source.name}-[0-9]*"))):
        if all(_holds(candidate / name, data) for name, data in brought.items()):
            return candidate.name
    return None


def _holds(file: Path, data: bytes) -> bool:
    return file.is_file() and file.stat().st_size == len(data) and file.read_bytes() == data


def _free_name(wished: str, is_taken: Callable[[str], bool]) -> str:
    name, number = wished, 2
    while is_taken(name):
        name, number = f"{wished[:58]}-{number}", number + 1
    return name


def _identifier(text: str) -> str:
    """Something like the text that may name a file; empty if nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:48]
    return name if is_identifier(name) and not _DEVICE_NAMES.match(name) else ""
