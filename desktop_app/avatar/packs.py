# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs: a folder of parts and looks by somebody who says who they are and what may be done with them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from desktop_app.avatar.json_document import read_json
from desktop_app.avatar.look import is_identifier
from desktop_app.domain.errors import LookError

PACK_FORMAT = 1
PACK_FILE = "pack.json"
PACKS_FOLDER = "packs"
_SHARED_WITH_CORE = ("template.svg", "swatches.gpl")


@dataclass(frozen=True, slots=True)
class Pack:
    """What pack.json says."""

    id: str
    """The folder's name; ids of the pack's parts and looks begin with it."""

    name: str
    license: str
    authors: tuple[str, ...]
    folder: Path


def load_pack(folder: Path) -> Pack:
    """Raises LookError with the line and what was expected."""
    document = read_json(folder / PACK_FILE, "look.pack", "a pack", " with format, name, license and authors")
    if document.data.get("format") != PACK_FORMAT:
        raise document.refusal(f'expected "format": {PACK_FORMAT}', "format")
    for key, example in (("name", "My pack"), ("license", "CC-BY-4.0")):
        value = document.data.get(key)
        if not isinstance(value, str) or not value.strip():
            raise document.refusal(f'"{key}": expected a text such as "{example}"', key)
    name, terms = str(document.data["name"]), str(document.data["license"])
    return Pack(folder.name, name, terms, document.texts("authors"), folder)


def pack_folders(root: Path) -> list[Path]:
    """The packs in an avatars folder, by name."""
    files = sorted((root / PACKS_FOLDER).glob(f"*/{PACK_FILE}"))
    return [file.parent for file in files if is_identifier(file.parent.name)]


def start_pack(core: Path, folder: Path) -> Path:
    """Makes a folder to start a pack from. Raises LookError; nothing that is there is overwritten."""
    if not is_identifier(folder.name):
        raise LookError(
            "look.pack",
            f"'{folder.name}' cannot name a pack.",
            "Use lower-case letters, digits, - and _ for the folder's name.",
        )
    try:
        if folder.exists() and any(folder.iterdir()):
            raise LookError("look.pack", f"{folder} is not empty.", "Choose another folder.")
        shutil.copytree(core / "starter_pack", folder, dirs_exist_ok=True)
        for name in _SHARED_WITH_CORE:
            shutil.copyfile(core / name, folder / name)
    except OSError as error:
        raise LookError("look.pack", f"{folder} could not be written ({error.strerror}).") from error
    return folder
