# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the things lie that come with Fireside: starter ears and voices, avatars, companions, icons."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EARS = ROOT / "assets" / "ears"
AVATARS = ROOT / "assets" / "avatars"
COMPANIONS = ROOT / "assets" / "companions"
ICONS = ROOT / "assets" / "icons"
VOICES = ROOT / "voices"
