# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor's report, and what it makes of a probe that broke off."""

from __future__ import annotations

import json

import pytest

from desktop_app.checkup import TIMEOUTS_SECONDS, broken_off, debian_package
from desktop_app.diagnostics.doctor import Check, CheckState, exit_code, report_json, report_text
from desktop_app.probes import PROBES

FINE = Check("voice", CheckState.FINE, "“starter-en-1” speaks.")
WARNING = Check("ollama", CheckState.WARNING, "Ollama is not running.", "Start it.")
WRONG = Check("microphone", CheckState.WRONG, "No microphone was found.", "Plug one in.")


@pytest.mark.parametrize(
    ("checks", "code", "verdict"),
    [
        ([FINE], 0, "Everything is fine."),
        ([FINE, WARNING], 0, "Ready to talk; could be better: ollama."),
        ([FINE, WARNING, WRONG], 1, "Not ready yet: microphone."),
    ],
)
def test_only_what_is_wrong_makes_the_doctor_fail(checks: list[Check], code: int, verdict: str) -> None:
    assert exit_code(checks) == code
    assert report_text(checks).splitlines()[-1] == verdict
    assert json.loads(report_json(checks))["fine"] is (code == 0)


def test_json_report_names_state_sentence_and_hint_of_every_check() -> None:
    assert json.loads(report_json([FINE, WRONG]))["checks"] == [
        {"name": "voice", "state": "fine", "sentence": "“starter-en-1” speaks.", "hint": ""},
        {"name": "microphone", "state": "wrong", "sentence": "No microphone was found.", "hint": "Plug one in."},
    ]


def test_text_report_is_aligned_and_stays_inside_the_terminal() -> None:
    long = Check("disk", CheckState.WARNING, "word " * 40, "do " * 60)
    lines = report_text([FINE, long, WRONG], width=70).splitlines()
    assert max(map(len, lines)) <= 70
    assert lines[0] == "  fine     voice       “starter-en-1” speaks."
    assert lines[-3:-1] == [" " * 23 + "> Plug one in.", ""]
    column = lines[0].index("“")
    assert all(line[:column].strip() in ("", "warning  disk", "wrong    microphone") for line in lines[1:-2])


@pytest.mark.parametrize(
    ("name", "code", "complaints", "state", "says"),
    [
        (
            "screen",
            -6,
            "Cannot load library libqxcb.so: (libxcb-cursor.so.0: cannot open shared object file: No such file)",
            CheckState.WARNING,
            ("libxcb-cursor.so.0", "sudo apt install libxcb-cursor0"),
        ),
        (
            "screen",
            -6,
            'qt.qpa.xcb: could not connect to display :77\nqt.qpa.plugin: Could not load "xcb"',
            CheckState.WARNING,
            ("The screen :77 cannot be reached.", "DISPLAY"),
        ),
        ("ears", -11, "", CheckState.WRONG, ("SIGSEGV", "report")),
        ("voice", 1, "Traceback …\nValueError: odd\n", CheckState.WRONG, ("ValueError: odd", "report")),
        ("disk", 3, "", CheckState.WARNING, ("exit code 3", "report")),
    ],
)
def test_a_probe_that_broke_off_gives_a_sentence(
    name: str, code: int, complaints: str, state: CheckState, says: tuple[str, str]
) -> None:
    check = broken_off(name, code, complaints)
    assert (check.name, check.state) == (name, state)
    assert says[0] in check.sentence
    assert says[1] in check.hint


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libEGL.so.1", "libegl1"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libgssapi_krb5.so.2", "libgssapi-krb5-2"),
    ],
)
def test_a_library_is_named_by_its_debian_package(library: str, package: str) -> None:
    assert debian_package(library) == package


def test_every_probe_has_a_timeout_of_its_own() -> None:
    assert TIMEOUTS_SECONDS.keys() == PROBES.keys()
