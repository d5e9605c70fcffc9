# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole conversation under strace: nobody but this computer is contacted, nothing is written outside the profile."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.endtoend.command_line import events_in, fireside, named, spoken, write_recording
from tests.standins.ollama_server import OllamaServer

_CONNECT = re.compile(
    r"\b(?:connect|sendto|sendmsg)\(\d+, .*?sa_family=(AF_INET6?)\b"
    r".*?(?:inet_addr\(\"([^\"]+)\"\)|inet_pton\(AF_INET6, \"([^\"]+)\")"
)
_WRITES = re.compile(
    r"\b(?:openat|open|creat|mkdir|mkdirat|rename|renameat2?|link|symlink)\((?P<arguments>.*)\) += (?P<result>-?\d+)"
)
_PATH = re.compile(r'"([^"]+)"')


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed (Debian: strace)")
def test_a_conversation_stays_on_this_computer_and_in_its_profile(tmp_path: Path) -> None:
    home, outputs = tmp_path / "home", tmp_path / "out"
    home.mkdir()
    outputs.mkdir()
    profile = home / "profile"
    recording = write_recording(outputs / "user.wav", spoken("Hello, my name is Anna."))
    trace = tmp_path / "trace"
    folders = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "TMPDIR")
    environment = {name: str(home / name.lower()) for name in folders} | {"HOME": str(home)}
    with OllamaServer() as server:
        ran = fireside(
            "converse", "--input", recording, "--output", outputs / "reply.wav", "--events", outputs / "events.jsonl",
            "--ollama-url", server.url, "--profile", profile,
            environment=environment | {"PYTHONDONTWRITEBYTECODE": "1"},
            prefix=("strace", "-f", "-e", "trace=network,file", "-o", str(trace)),
        )  # fmt: skip

    assert ran.code == 0, ran.err
    assert named(events_in(outputs / "events.jsonl"), "TurnCompleted"), "there was a conversation to look at"
    calls = trace.read_text(errors="replace").splitlines()
    assert any("AF_INET" in call and "127.0.0.1" in call for call in calls), "strace saw the call to Ollama"

    contacted = {found[2] or found[3] for call in calls if (found := _CONNECT.search(call))}
    assert {address for address in contacted if not (address.startswith("127.") or address == "::1")} == set()

    written = {path for call in calls for path in _written_paths(call)}
    assert str(profile / "memory.db") in written, "strace saw what was written"
    allowed = (str(profile), str(outputs), "/dev/", "/proc/")
    assert {path for path in written if not path.startswith(allowed)} == set()


def _written_paths(call: str) -> list[str]:
    found = _WRITES.search(call)
    if not found or int(found["result"]) < 0:
        return []
    arguments = found["arguments"]
    if "open" in call.split("(")[0] and not re.search(r"O_WRONLY|O_RDWR|O_CREAT", arguments):
        return []
    return _PATH.findall(arguments)
