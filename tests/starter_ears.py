# SPDX-License-Identifier: GPL-3.0-or-later
"""The mark of tests that listen with the starter ears."""

from __future__ import annotations

import pytest

from desktop_app import bundle
from desktop_app.app import STARTER_EARS

needs_starter_ears = pytest.mark.skipif(
    not (bundle.EARS / STARTER_EARS / "model.bin").is_file(), reason="the starter ears are not built"
)
