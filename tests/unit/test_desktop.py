# SPDX-License-Identifier: GPL-3.0-or-later
"""Fireside notices that no window can open before Qt ends the process over it."""

from __future__ import annotations

import sys

import pytest

from desktop_app import desktop


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only X11 has displays that can be gone")
@pytest.mark.parametrize("display", ["", ":9999", "nonsense"])
def test_a_display_that_does_not_answer_is_no_screen(monkeypatch: pytest.MonkeyPatch, display: str) -> None:
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", display)

    assert desktop._missing_device() == "screen"
