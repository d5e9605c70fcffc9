# SPDX-License-Identifier: GPL-3.0-or-later
"""`fireside doctor` as a stranger runs it, and probes that hang, crash or find no profile."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest

from desktop_app.app import open_home
from desktop_app.checkup import TIMEOUTS_SECONDS, look_at_everything, run_probe
from desktop_app.diagnostics.doctor import Check, CheckState
from tests.endtoend.command_line import NOBODY, fireside
from tests.standins.ollama_server import OllamaServer
from tests.standins.virtual_screen import VirtualScreen
from tests.standins.virtual_screen import missing as missing_screen
from tests.starter_ears import needs_starter_ears


def _by_name(report: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in report["checks"]}


@needs_starter_ears
@pytest.mark.skipif(bool(missing_screen()), reason=missing_screen())
def test_where_everything_is_there_the_doctor_is_content(sound_card: Any, tmp_path: Path, profile_dir: Path) -> None:
    with VirtualScreen(tmp_path) as screen, OllamaServer() as server:
        options = ("--ollama-url", server.url, "--profile", profile_dir)
        ran = fireside("doctor", "--json", *options, environment=dict(screen.environment))
    report = json.loads(ran.out)
    checks = _by_name(report)
    assert list(checks) == ["settings", *TIMEOUTS_SECONDS]
    assert (ran.code, report["fine"]) == (0, True), ran.out
    assert ran.err == ""
    states = {name: check["state"] for name, check in checks.items()}
    assert states.pop("microphone") == "warning"  # nobody speaks into the virtual one: digital silence
    assert states.pop("disk") in ("fine", "warning")
    assert states.pop("voice") in ("fine", "warning")  # a very busy computer speaks slowly
    assert states.pop("packages") in ("fine", "warning")
    assert set(states.values()) == {"fine"}, states
    assert "xcb, 1280 × 900" in checks["screen"]["sentence"]
    assert "llama3.2:3b" in checks["ollama"]["sentence"]


def test_without_sound_the_doctor_says_what_to_do_and_fails(profile_dir: Path, tmp_path: Path) -> None:
    nothing = {"PULSE_SERVER": f"unix:{tmp_path / 'nothing'}", "XDG_RUNTIME_DIR": str(tmp_path), "COLUMNS": "90"}
    ran = fireside("doctor", "--ollama-url", NOBODY, "--profile", profile_dir, environment=nothing)
    assert ran.code == 1
    assert "Traceback" not in ran.out + ran.err
    lines = ran.out.splitlines()
    assert any(line.startswith("  wrong    microphone") for line in lines)
    assert any(line.startswith("  warning  ollama") for line in lines)
    assert any("ollama serve" in line for line in lines)
    assert max(map(len, lines)) <= 90
    assert lines[-1].startswith("Not ready yet: microphone, loudspeaker")
    assert not (profile_dir / "memory.db").exists()


@pytest.mark.parametrize(("name", "state"), [("ears", CheckState.WRONG), ("packages", CheckState.WARNING)])
async def test_a_probe_that_hangs_is_ended_and_told(name: str, state: CheckState, profile_dir: Path) -> None:
    began = time.monotonic()
    check = await run_probe(name, open_home(profile_dir, {}), timeout_seconds=0.05)
    assert time.monotonic() - began < 10
    assert (check.name, check.state) == (name, state)
    assert "No answer within" in check.sentence


async def test_a_screen_that_cannot_be_reached_does_not_take_the_doctor_down(
    profile_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    check = await run_probe("screen", open_home(profile_dir, {}), timeout_seconds=60)
    assert check.state is CheckState.WARNING
    assert check.sentence == "The screen :987 cannot be reached."


async def test_without_a_usable_profile_the_rest_is_still_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").write_text("")
    looked_at: list[tuple[str, Path]] = []

    async def look(name: str, home: Any, timeout_seconds: float) -> Any:
        looked_at.append((name, home.profile.root))
        return Check(name, CheckState.FINE, "")

    monkeypatch.setattr("desktop_app.checkup.run_probe", look)
    checks = await look_at_everything(tmp_path / "a file" / "profile", {})
    assert [check.name for check in checks] == ["profile", *TIMEOUTS_SECONDS]
    assert checks[0].state is CheckState.WRONG
    assert {name for name, _ in looked_at} == set(TIMEOUTS_SECONDS)
    assert not any(root.exists() for _, root in looked_at)


def test_a_mistake_in_the_settings_is_told(profile_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile_dir.mkdir()
    (profile_dir / "settings.toml").write_text("greet = 7\n")

    async def look(name: str, home: Any, timeout_seconds: float) -> Any:
        return Check(name, CheckState.FINE, "")

    monkeypatch.setattr("desktop_app.checkup.run_probe", look)
    first, *_ = asyncio.run(look_at_everything(profile_dir, {}))
    assert (first.name, first.state) == ("settings", CheckState.WARNING)
    assert "settings.toml, line 1: greet" in first.sentence
