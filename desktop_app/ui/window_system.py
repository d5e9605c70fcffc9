# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desktop lets a window be: see-through, on top, where it likes, and untouched where it is empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QRect
from PySide6.QtGui import QGuiApplication, QRegion
from PySide6.QtWidgets import QWidget

from desktop_app.ui.silhouette import Mask, grown, rectangles
from desktop_app.ui.x11_shape import Cut, X11Shape


@dataclass(frozen=True, slots=True)
class Freedom:
    """What is permitted."""

    placed: bool = True
    """Whether a program may choose and remember where its window is."""

    forbidden: str = ""
    """One sentence for the person, where something is not; else empty."""

    remedy: str = ""


class WindowSystem(Protocol):
    """One desktop's way of showing a window that is not a rectangle."""

    @property
    def freedom(self) -> Freedom: ...

    def blends(self) -> bool:
        """Whether half-transparent pixels mix with what lies behind the window; may change while it is open."""
        ...

    def cut(self, window: QWidget, mask: Mask, cells_margin: int) -> None:
        """Lets the pointer through where the mask, grown by the margin, is empty.

        Where nothing blends, the window is also seen only within the mask itself.
        """
        ...


class X11System:
    """X11: Qt can limit only what is seen, so the shape extension is used directly."""

    freedom = Freedom()

    def __init__(self, shape: X11Shape) -> None:
        self._shape = shape

    def blends(self) -> bool:
        return self._shape.has_compositor()

    def cut(self, window: QWidget, mask: Mask, cells_margin: int) -> None:
        ratio = window.devicePixelRatioF()
        size = round(window.width() * ratio), round(window.height() * ratio)
        number = int(window.winId())
        if self.blends():
            self._shape.cut(number, Cut.BOUNDING, None)
            self._shape.cut(number, Cut.INPUT, rectangles(grown(mask, cells_margin), *size))
        else:
            self._shape.cut(number, Cut.BOUNDING, rectangles(mask, *size))
            self._shape.cut(number, Cut.INPUT, None)


class MaskedSystem:
    """Qt's own mask, with its margin: the input region on Wayland; on macOS what is seen and touched."""

    def __init__(self, freedom: Freedom) -> None:
        self.freedom = freedom

    def blends(self) -> bool:
        return True

    def cut(self, window: QWidget, mask: Mask, cells_margin: int) -> None:
        region = QRegion()
        for left, top, width, height in rectangles(grown(mask, cells_margin), window.width(), window.height()).tolist():
            region = region.united(QRect(left, top, width, height))
        window.setMask(region)


class LayeredSystem:
    """Windows: the system itself lets the pointer through wherever a layered window is fully transparent."""

    freedom = Freedom()

    def blends(self) -> bool:
        return True

    def cut(self, window: QWidget, mask: Mask, cells_margin: int) -> None:
        pass


def window_system() -> WindowSystem:
    """The one that Qt uses now."""
    platform = QGuiApplication.platformName()
    if platform == "xcb":
        try:
            return X11System(X11Shape())
        except OSError:
            return MaskedSystem(Freedom())
    if platform == "windows":
        return LayeredSystem()
    return MaskedSystem(_wayland() if platform.startswith("wayland") else Freedom())


def _wayland() -> Freedom:
    def tr(text: str) -> str:
        return QCoreApplication.translate("WindowSystem", text)

    return Freedom(
        placed=False,
        forbidden=tr(
            "Wayland lets no window stay on top by itself, choose its place, or promise to let clicks through."
        ),
        remedy=tr("Through XWayland it can: QT_QPA_PLATFORM=xcb ./fireside --companion"),
    )
