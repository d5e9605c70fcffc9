# SPDX-License-Identifier: GPL-3.0-or-later
"""What several contracts are tried on."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def standins_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keeps the models of true shape, which take seconds to build."""
    return tmp_path_factory.mktemp("standins")
