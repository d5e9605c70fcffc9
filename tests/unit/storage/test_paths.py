# SPDX-License-Identifier: GPL-3.0-or-later
"""The profile: one private folder that holds everything."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from desktop_app.storage.paths import default_root, open_profile


def test_a_new_profile_has_its_folders_and_only_its_owner_may_enter(tmp_path: Path) -> None:
    profile = open_profile(tmp_path / "deep" / "profile")
    for folder in (
        profile.root, profile.companions, profile.avatars, profile.voices, profile.logs, profile.cache,
    ):  # fmt: skip
        assert folder.is_dir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {profile.database.parent, profile.settings.parent} == {profile.root}


def test_opening_it_leaves_nothing_else_behind(tmp_path: Path) -> None:
    profile = open_profile(tmp_path)
    assert sorted(path.name for path in profile.root.iterdir()) == [
        "avatars", "cache", "companions", "logs", "voices",
    ]  # fmt: skip
    assert open_profile(tmp_path) == profile


def test_without_a_choice_it_lies_where_applications_keep_their_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_root() == tmp_path / "fireside"
    assert open_profile().root == tmp_path / "fireside"


def test_a_tilde_and_a_relative_path_mean_what_they_should(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert open_profile(Path("~/mine")).root == open_profile(Path("mine")).root == tmp_path / "mine"
