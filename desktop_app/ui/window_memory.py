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
    def companion_size(self) -> QSize | None:
        """The companion window's, in the desktop's logical pixels."""
        size = self._file.value("companion/size")
        return size if isinstance(size, QSize) and not size.isEmpty() else None

    @companion_size.setter
    def companion_size(self, size: QSize) -> None:
        self._file.setValue("companion/size", size)

    @property
    def companion_corner(self) -> QPoint | None:
        """Where its upper left corner was."""
        corner = self._file.value("companion/corner")
        return corner if isinstance(corner, QPoint) else None

    @companion_corner.setter
    def companion_corner(self, corner: QPoint) -> None:
        self._file.setValue("companion/corner", corner)

    def _flag(self, name: str, default: bool) -> bool:
        found = self._file.value(name, default)  # an INI file gives texts back
        return found if isinstance(found, bool) else str(found) == "true"


def place_on(screens: Sequence[QRect], corner: QPoint | None, size: QSize) -> QRect:
    """The wanted place if enough of it is on a screen's free area, else the first one's lower right corner."""
    if corner is not None:
        for screen in screens:
            seen = screen.intersected(QRect(corner, size))
            if seen.width() >= _SEEN_PIXELS and seen.height() >= _SEEN_PIXELS:
                return QRect(corner, size.boundedTo(screen.size()))
    home = screens[0].adjusted(_FROM_EDGE, _FROM_EDGE, -_FROM_EDGE, -_FROM_EDGE)
    size = size.boundedTo(home.size())
    corner = QPoint(home.x() + home.width() - size.width(), home.y() + home.height() - size.height())
    return QRect(corner, size)
