# SPDX-License-Identifier: GPL-3.0-or-later
"""The companion's face in a window: ticks only while somebody can see it, and only as fast as it moves."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTime, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QCursor,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.avatar.animator import Animator
from desktop_app.avatar.daylight import Daylight, daylight_at
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import SLOTS, Look
from desktop_app.avatar.pose import Pose
from desktop_app.avatar.senses import Stroking
from desktop_app.domain.errors import LookError
from desktop_app.ui.avatar_face import FacePainter, face_painter
from desktop_app.ui.avatar_figure import stage
from desktop_app.ui.frame_pace import CALM_MILLISECONDS, FramePace

_RESIZE_SETTLES_MILLISECONDS = 120
_POINTER_RESTS_SECONDS = 4.0
_SHARPEST_SCALE = 2.0
"""Screens denser than this get the picture of this scale: nobody sees the difference, every frame pays for it."""

_HEAD = QRectF(180, 120, 240, 360)
"""On the template, hair included: where a pointer strokes."""


class AvatarView(QWidget):
    """Shows a look as the animator poses it."""

    broken = Signal(object)
    """LookError: a part could not be drawn, the bare face is shown instead."""

    def __init__(
        self,
        library: AvatarLibrary,
        look: Look,
        animator: Animator | None = None,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.monotonic,
        background: bool = True,
    ) -> None:
        """The clock is the engine's, so that lips meet the sound. Without a background, there is nothing behind it."""
        super().__init__(parent)
        self._library, self._look, self._clock = library, look, clock
        self._background = background
        self.animator = animator or Animator()
        self.follows_pointer = True
        self._pose = Pose()
        self._dark: bool | None = None
        self._painter: FacePainter | None = None
        self._painter_key: object = None
        self._worn: Look | None = None
        self._watched: QWidget | None = None
        self._pointer_at = QPointF()
        self._pointer_moved_at = -_POINTER_RESTS_SECONDS
        self._pace = FramePace()
        self._stroking = Stroking()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_RESIZE_SETTLES_MILLISECONDS)
        self._settled.timeout.connect(self.update)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, background)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 200)
        self.setMouseTracking(True)
        self._describe()

    # --- what it shows -------------------------------------------------------------------------------------------

    @property
    def look(self) -> Look:
        return self._look

    def set_look(self, look: Look) -> None:
        """Shows another look from the next frame on. Raises LookError if a part is broken; the old look stays."""
        if self.isVisible():
            painter = self._new_painter(look)
            self._painter, self._painter_key, self._worn = painter, self._key(look), look
        self._look = look
        self._describe()
        self.update()

    def set_dark(self, dark: bool | None) -> None:
        """Night or day behind the companion; None: as the window's own colors."""
        self._dark = dark
        self.update()

    def set_reduced_motion(self, reduced: bool) -> None:
        self.animator.reduced_motion = reduced

    @property
    def is_ticking(self) -> bool:
        """Whether frames are being made."""
        return self._timer.isActive()

    @property
    def frame_milliseconds(self) -> int:
        """How long a frame lasts now."""
        return self._timer.interval()

    def _describe(self) -> None:
        name = self._look.name
        self.setAccessibleName(f"{name}, the companion's face" if name else "The companion's face")
        self.setAccessibleDescription("An animated portrait; what is said also appears as text beside it.")

    # --- frames --------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        handle = self.window().windowHandle()
        if handle is not None and not handle.isExposed():
            return  # on another desktop, or behind a lock screen
        now = self._clock()
        self._watch_pointer(now)
        pose = self.animator.pose(now)
        pace = self._pace.milliseconds(lively=self.animator.is_lively)
        if self._timer.interval() != pace:
            self._timer.setInterval(pace)
        if self._painter is not None:
            self._painter.frames_per_composition = 2 if pace < CALM_MILLISECONDS else 1
        self.set_pose(pose)

    def set_pose(self, pose: Pose) -> None:
        """Shows one moment, and repaints no more than what it changes."""
        self._pose = pose
        changed = self._painter.changed_rect(pose) if self._painter is not None else self.rect()
        if not changed.isEmpty():
            self.update(changed)

    def _watch_pointer(self, now: float) -> None:
        """Looks where the pointer is while it moves, and back at the viewer when it rests."""
        if not self.follows_pointer:
            return
        pointer = QPointF(QCursor.pos())
        if pointer != self._pointer_at:
            self._pointer_at, self._pointer_moved_at = pointer, now
        if now - self._pointer_moved_at >= _POINTER_RESTS_SECONDS:
            self.animator.look_at(0.0, 0.0)
            return
        face = QPointF(self.mapToGlobal(QPointF(self.width() / 2, self.height() * 0.40)))
        reach = max(360.0, 0.8 * self.height())
        self.animator.look_at((pointer.x() - face.x()) / reach, (pointer.y() - face.y()) / reach)

    def _light(self) -> Daylight:
        dark = self._dark
        if dark is None:
            dark = self.palette().color(QPalette.ColorRole.Window).lightnessF() < 0.5
        now = QTime.currentTime()
        return daylight_at(now.hour() + now.minute() / 60, dark)

    def _key(self, look: Look) -> object:
        return id(look), self._library.revision, self.size(), self.devicePixelRatioF(), self._light()

    def _new_painter(self, look: Look) -> FacePainter:
        scale = min(self.devicePixelRatioF(), _SHARPEST_SCALE)
        size = (self.width(), self.height())
        return face_painter(
            look, self._library, *size, scale, light=self._light(), background=self._background, earlier=self._painter
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_face(painter)
        painter.end()

    def _paint_face(self, painter: QPainter) -> None:
        key = self._key(self._look)
        avatar = self._painter
        if avatar is None or (key != self._painter_key and not self._settled.isActive()):
            avatar = self._painter = self._dressed()
            self._painter_key = key
        began = time.perf_counter()
        if key != self._painter_key:  # while the window is being resized, the old size is stretched
            width, height = avatar.size
            painter.scale(self.width() / width, self.height() / height)
        avatar.paint(painter, self._pose)
        self._pace.painted(time.perf_counter() - began)

    def _dressed(self) -> FacePainter:
        """The look; where it is broken, what was shown of it before (it may be half saved), or the bare face."""
        try:
            painter = self._new_painter(self._look)
        except LookError as error:
            self.broken.emit(error)
            kept = self._painter
            if kept is not None and self._worn is self._look and kept.size == (self.width(), self.height()):
                return kept
            self._look = replace(self._look, parts=dict.fromkeys(SLOTS, ""), pictures="")
            painter = self._new_painter(self._look)
        self._worn = self._look
        return painter

    # --- seen or not ---------------------------------------------------------------------------------------------

    def _start_or_stop(self) -> None:
        window = self.window()
        seen = self.isVisible() and not window.isMinimized()
        if seen and not self._timer.isActive():
            self._timer.start(CALM_MILLISECONDS)
        elif not seen:
            self._timer.stop()

    def showEvent(self, event: QShowEvent) -> None:
        window = self.window()
        if window is not self._watched:
            if self._watched is not None:
                self._watched.removeEventFilter(self)
            window.installEventFilter(self)
            self._watched = window
        self._pointer_at = QPointF(QCursor.pos())  # only a pointer that moves is worth a look
        self._start_or_stop()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        super().closeEvent(event)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowStateChange:
            self._start_or_stop()
        return False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        head = stage(self.width(), self.height()).mapRect(_HEAD)
        at = event.position()
        if head.contains(at) and self._stroking.moved(at.x() / head.width(), at.y() / head.width(), self._clock()):
            self.animator.stroked()
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.animator.touched()
        super().mousePressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._painter is not None:
            self._settled.start()
        super().resizeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(480, 640)
