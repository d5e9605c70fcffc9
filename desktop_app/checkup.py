# SPDX-License-Identifier: GPL-3.0-or-later
"""`fireside doctor`: runs every probe in a process of its own, so that none can take the doctor down or hold it up."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from desktop_app import bundle
from desktop_app.app import Home, open_home
from desktop_app.diagnostics.doctor import Check, CheckState, exit_code, report_json, report_text
from desktop_app.domain.errors import StorageError

TIMEOUTS_SECONDS = {
    "microphone": 20.0,
    "loudspeaker": 20.0,
    "echo": 40.0,  # a sentence is said aloud
    "ears": 120.0,  # a large Whisper model on a small computer
    "voice": 120.0,  # a large voice that is tried out for the first time
    "ollama": 30.0,
    "memory": 30.0,
    "disk": 30.0,
    "screen": 30.0,
    "packages": 30.0,
}
"""In the order of the report; generous, for a small computer that does other things too."""

_LANES = (
    ("microphone", "loudspeaker", "echo"),  # not at once: looking for sound devices may occupy them for a moment
    ("ears", "memory", "packages"),
    ("voice", "ollama", "screen", "disk"),
)

_NEEDED = {"microphone", "loudspeaker", "ears", "voice", "memory"}
"""Without one of these nobody can talk with the companion."""

_WHEN_IT_HANGS = {
    "microphone": "Unplug it and plug it in again, or choose another one in the settings.",
    "loudspeaker": "Unplug it and plug it in again, or choose another one in the settings.",
    "ears": "Choose a smaller Whisper model in the settings.",
    "voice": "Choose another voice in the settings.",
}
_TRY_AGAIN = "Try again when the computer is less busy."

_MISSING_LIBRARY = re.compile(r"(lib[\w.+-]+\.so[.\d]*): cannot open shared object file")
_NO_DISPLAY = re.compile(r"could not connect to display ?(\S*)")
_WIDEST_REPORT = 110


def run_doctor(profile_dir: Path | None, options: Mapping[str, object], as_json: bool) -> int:
    """Looks at everything and prints how it is; 0 if a person can talk with the companion."""
    if not as_json and sys.stderr.isatty():
        print("Looking at everything; this takes a few seconds, and you will hear a sentence …", file=sys.stderr)
    checks = asyncio.run(look_at_everything(profile_dir, options))
    width = min(_WIDEST_REPORT, shutil.get_terminal_size().columns)
    print(report_json(checks) if as_json else report_text(checks, width))
    return exit_code(checks)


async def look_at_everything(profile_dir: Path | None, options: Mapping[str, object]) -> list[Check]:
    """All checks in the order of the report, the settings first."""
    try:
        home = open_home(profile_dir, options)
    except StorageError as error:
        about_profile = Check("profile", CheckState.WRONG, error.sentence, error.hint)
        with tempfile.TemporaryDirectory(prefix="fireside-doctor-") as folder:  # the rest can still be looked at
            return [about_profile, *await _probed(open_home(Path(folder), options))]
    return [_about_settings(home), *await _probed(home)]


def _about_settings(home: Home) -> Check:
    if not home.notices:
        spares = " Low power is on: answers begin later." if home.settings.low_power else ""
        return Check("settings", CheckState.FINE, f"The profile is {home.profile.root}.{spares}")
    sentences = " ".join(notice.sentence for notice in home.notices)
    return Check("settings", CheckState.WARNING, sentences, home.notices[0].hint)


async def _probed(home: Home) -> list[Check]:
    async def walk(lane: Sequence[str]) -> list[Check]:
        return [await run_probe(name, home, TIMEOUTS_SECONDS[name]) for name in lane]

    found = {check.name: check for lane in await asyncio.gather(*map(walk, _LANES)) for check in lane}
    return [found[name] for name in TIMEOUTS_SECONDS]


async def run_probe(name: str, home: Home, timeout_seconds: float) -> Check:
    """One probe in a process of its own; whatever becomes of that, there is a Check."""
    asked = {"probe": name, "profile": str(home.profile.root), "settings": asdict(home.settings)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "desktop_app.probes",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(),
    )
    try:
        async with asyncio.timeout(timeout_seconds):
            told, complaints = await process.communicate(json.dumps(asked).encode())
    except TimeoutError:
        return _trouble(name, f"No answer within {timeout_seconds:.0f} s.", _WHEN_IT_HANGS.get(name, _TRY_AGAIN))
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if process.returncode == 0:
        return _check(told)
    return broken_off(name, process.returncode or 0, complaints.decode(errors="replace"))


def broken_off(name: str, code: int, complaints: str) -> Check:
    """What it means that a probe ended with that exit code and these lines on stderr."""
    libraries = list(dict.fromkeys(_MISSING_LIBRARY.findall(complaints)))
    if display := _NO_DISPLAY.search(complaints):
        return _trouble(name, f"The screen {display[1]} cannot be reached.".replace("  ", " "), "Check DISPLAY.")
    if libraries:
        packages = " ".join(map(debian_package, libraries))
        hint = f"Start ./fireside once; or on Debian and Ubuntu type: sudo apt install {packages}"
        return _trouble(name, f"The system lacks {', '.join(libraries)}.", hint)
    how = signal.Signals(-code).name if code < 0 else next(reversed(complaints.split("\n")[:-1]), f"exit code {code}")
    return _trouble(
        name, f"Looking at it failed: {how}.", "If starting ./fireside again does not help, please report it."
    )


def debian_package(library: str) -> str:
    """The Debian package of a shared library, by Debian's naming rule: libxcb-cursor.so.0 → libxcb-cursor0."""
    name, _, version = library.lower().replace("_", "-").partition(".so")
    dash = "-" if name[-1].isdigit() and version else ""
    return name + dash + version.removeprefix(".").partition(".")[0]


def _trouble(name: str, sentence: str, hint: str) -> Check:
    return Check(name, CheckState.WRONG if name in _NEEDED else CheckState.WARNING, sentence, hint)


def _check(told: bytes) -> Check:
    fields = json.loads(told.splitlines()[-1])
    return Check(fields["name"], CheckState(fields["state"]), fields["sentence"], fields["hint"])


def _environment() -> dict[str, str]:
    paths = [str(bundle.ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONIOENCODING": "utf-8",
        "HF_HUB_OFFLINE": "1",  # ears that are not here yet are not fetched now
        "QT_DEBUG_PLUGINS": "1",  # Qt says which library it misses
    }
