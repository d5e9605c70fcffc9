# SPDX-License-Identifier: GPL-3.0-or-later
"""How the windows were left: a small file in the profile that nothing depends on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSettings, QSize

_SEEN_PIXELS = 64
"""So much of a window must lie on a screen that one can see it and take hold of it."""
_FROM_EDGE = 24


class WindowMemory:
    """What cannot be read counts as never written."""

    def __init__(self, path: Path) -> None:
        self._file = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def opens_as_companion(self) -> bool:
        return self._flag("companion/open", False)

    @opens_as_companion.setter
    def opens_as_companion(self, is_so: bool) -> None:
        self._file.setValue("companion/open", is_so)

    @property
    def shows_captions(self) -> bool:
        return self._flag("companion/captions", True)

    @shows_captions.setter
    def shows_captions(self, shown: bool) -> None:
        self._file.setValue("companion/captions", shown)

    @property
    def companion_place(self) -> QRect | None:
        """Where the companion window was, in the desktop's logical pixels."""
        place = self._file.value("companion/place")
        return place if isinstance(place, QRect) and place.isValid() else None

    @companion_place.setter
    def companion_place(self, place: QRect) -> None:
        self._file.setValue("companion/place", place)

    def _flag(self, name: str, default: bool) -> bool:
        found = self._file.value(name, default)  # an INI file gives texts back
        return found if isinstance(found, bool) else str(found) == "true"


def place_on(screens: Sequence[QRect], wanted: QRect | None, usual: QSize) -> QRect:
    """The wanted place if enough of it is on a screen's free area, else the first one's lower right corner."""
    size = wanted.size() if wanted is not None else usual
    if wanted is not None:
        for screen in screens:
            seen = screen.intersected(wanted)
            if seen.width() >= _SEEN_PIXELS and seen.height() >= _SEEN_PIXELS:
                return QRect(wanted.topLeft(), size.boundedTo(screen.size()))
    home = screens[0].adjusted(_FROM_EDGE, _FROM_EDGE, -_FROM_EDGE, -_FROM_EDGE)
    size = size.boundedTo(home.size())
    corner = QPoint(home.x() + home.width() - size.width(), home.y() + home.height() - size.height())
    return QRect(corner, size)
