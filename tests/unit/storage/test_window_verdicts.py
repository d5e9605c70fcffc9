# SPDX-License-Identifier: GPL-3.0-or-later
"""Verdicts on models are found again, and a damaged file harms nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.storage.window_verdicts import TomlWindowVerdicts


def test_verdicts_are_found_by_model_and_language(tmp_path: Path) -> None:
    path = tmp_path / "ears.toml"
    TomlWindowVerdicts(path).keep("base, 145 bytes", "en", True)
    TomlWindowVerdicts(path).keep("base, 145 bytes", "fr", False)
    verdicts = TomlWindowVerdicts(path)
    assert verdicts.find("base, 145 bytes", "en") is True
    assert verdicts.find("base, 145 bytes", "fr") is False
    assert verdicts.find("base, 146 bytes", "en") is None, "another model of that name"


@pytest.mark.parametrize("damage", ["\x00", "a = ", '"base, 145 bytes (en)" = "yes"', ""])
def test_a_damaged_file_counts_as_none(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "ears.toml"
    path.write_text(damage)
    verdicts = TomlWindowVerdicts(path)
    assert verdicts.find("base, 145 bytes", "en") is None
    verdicts.keep("base, 145 bytes", "en", True)
    assert verdicts.find("base, 145 bytes", "en") is True
