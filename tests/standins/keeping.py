# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps what takes long to make, outside of the repository: made once, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def kept_folder(cache: Path, name: str, build: Callable[[Path], None]) -> Path:
    """The folder of that name in the cache; build fills it where it is not there yet."""
    kept = cache / name
    if not kept.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=cache))
        try:
            build(fresh)
            fresh.rename(kept)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    return kept
