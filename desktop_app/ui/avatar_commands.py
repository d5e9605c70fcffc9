# SPDX-License-Identifier: GPL-3.0-or-later
"""`fireside avatar`: what is there, whether a file is right, where to start, and pictures of it all."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from desktop_app import bundle
from desktop_app.avatar.avatar_file import SUFFIX, check_avatar
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import SLOTS
from desktop_app.avatar.packs import start_pack
from desktop_app.avatar.validation import Report, validate
from desktop_app.ui.avatar_poster import run_avatar_render
from desktop_app.ui.avatar_sheet import write_sheet


def run_avatar(options: argparse.Namespace, own: Path) -> int:
    """Runs one of the avatar commands and returns its exit code; own is the profile's avatars. Raises LookError."""
    library = AvatarLibrary([bundle.AVATARS, own])
    match options.avatar_command:
        case "list":
            return _list(library, options.json)
        case "validate":
            return _say_what_is_wrong(options.path, _report_on(options.path))
        case "new":
            folder = start_pack(bundle.AVATARS, options.folder)
            print(f"{folder} is ready; its README.md says how to go on.")
            return 0
        case "sheet":
            print(write_sheet(library, options.output, options.size, options.scale))
            return 0
        case _:
            return run_avatar_render(options, library)


def _list(library: AvatarLibrary, as_json: bool) -> int:
    presets = library.presets()
    parts = {slot: library.parts(slot) for slot in SLOTS}
    packs = library.packs()
    if as_json:
        data = {
            "presets": [{"id": each.id, "name": each.name, "own": each.is_own} for each in presets],
            "parts": {
                slot: [{"id": part.id, "name": part.name, "tags": list(part.tags)} for part in found]
                for slot, found in parts.items()
            },
            "packs": [
                {"id": pack.id, "name": pack.name, "license": pack.license, "authors": list(pack.authors)}
                for pack in packs
            ],
        }
        print(json.dumps(data, indent=2, ensure_ascii=False))
        return 0
    print("Looks")
    for preset in presets:
        print(f"  {preset.id:24} {preset.name}{' (own)' if preset.is_own else ''}")
    for slot, found in parts.items():
        print(slot.capitalize())
        for part in found:
            print(f"  {part.id:24} {part.name}")
    if packs:
        print("Packs")
        for pack in packs:
            print(f"  {pack.id:24} {pack.name}, {pack.license}, {', '.join(pack.authors) or 'no author named'}")
    return 0


def _report_on(path: Path) -> Report:
    if path.suffix != SUFFIX:
        return validate(path, bundle.AVATARS)
    report = Report(looks=1)
    report.attempt(lambda: check_avatar(path, bundle.AVATARS))
    return report


def _say_what_is_wrong(path: Path, report: Report) -> int:
    for trouble in report.troubles:
        print(trouble)
    if report.troubles:
        return 1
    counted = [f"{report.parts} parts" if report.parts != 1 else "1 part"] if report.parts else []
    counted += [f"{report.looks} looks" if report.looks != 1 else "1 look"] if report.looks else []
    print(f"{path}: nothing is wrong ({', '.join(counted) or 'nothing to wear in it'}).")
    return 0
