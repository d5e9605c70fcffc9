# SPDX-License-Identifier: GPL-3.0-or-later
"""The profile: the one folder that holds everything Fireside keeps about a person."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from desktop_app.storage.files import make_folder, storage_error


@dataclass(frozen=True, slots=True)
class Profile:
    """Where things lie in a profile; whole profiles can be copied, moved or deleted by hand."""

    root: Path

    @property
    def database(self) -> Path:
        """What was said and what is known."""
        return self.root / "memory.db"

    @property
    def settings(self) -> Path:
        return self.root / "settings.toml"

    @property
    def habits(self) -> Path:
        """How the person pauses when they speak."""
        return self.root / "habits.toml"

    @property
    def windows(self) -> Path:
        """How the windows were left."""
        return self.root / "windows.ini"

    @property
    def window_verdicts(self) -> Path:
        """Which Whisper models may be given short windows."""
        return self.root / "ears.toml"

    @property
    def companions(self) -> Path:
        """One folder per companion that was changed or made here."""
        return self.root / "companions"

    @property
    def avatars(self) -> Path:
        """Looks and parts that were made or added here."""
        return self.root / "avatars"

    @property
    def voices(self) -> Path:
        """Piper voices that were added."""
        return self.root / "voices"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def cache(self) -> Path:
        """What may be deleted at any time."""
        return self.root / "cache"


def default_root() -> Path:
    """Where this operating system keeps an application's data."""
    return platformdirs.user_data_path("fireside", appauthor=False)


def open_profile(root: Path | None = None) -> Profile:
    """Makes the profile's folders where they are missing. Raises StorageError if nothing can be written there."""
    profile = Profile((root or default_root()).expanduser().absolute())
    folders = (profile.companions, profile.avatars, profile.voices, profile.logs, profile.cache)
    for folder in (profile.root, *folders):
        make_folder(folder)
    try:
        with tempfile.TemporaryFile(dir=profile.root) as probe:
            probe.write(b"\0" * 4096)
            probe.flush()
    except OSError as error:
        raise storage_error(error, profile.root) from error
    return profile
