# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders a taped conversation into a film: the face at 30 pictures a second, captions, and both voices."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_app import bundle
from desktop_app.adapters.film_pyav import write_mp4
from desktop_app.avatar.animator import Animator
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.avatar.pose import Pose
from desktop_app.demo import SOUND_RATE_HZ, Tape
from desktop_app.domain import events
from desktop_app.domain.errors import LookError
from desktop_app.domain.events import Event

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QPainter

FRAMES_PER_SECOND = 30
_WIDTH, _HEIGHT = 480, 640
_SCALE = 1.5


def write_film(tape: Tape, file: Path) -> None:
    """Draws offscreen; needs no display. Raises StorageError."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication.instance() or QGuiApplication(["fireside"])
    write_mp4(file, _pictures(tape), FRAMES_PER_SECOND, tape.sound, SOUND_RATE_HZ)
    del application


@dataclass(frozen=True, slots=True)
class Moment:
    """One picture of the film: when it is, how the face stands, what has happened since the one before."""

    at_seconds: float
    pose: Pose
    happened: tuple[Event, ...]


def moments(tape: Tape) -> Iterator[Moment]:
    """The face moves by the same events and on the same clock as it would in the window."""
    animator = Animator(seed=1)
    waiting = deque(tape.events)
    for number in range(int((tape.ended_seconds - tape.began_seconds) * FRAMES_PER_SECOND)):
        now = tape.began_seconds + number / FRAMES_PER_SECOND
        happened = []
        while waiting and waiting[0][0] <= now:
            happened.append(waiting.popleft()[1])
            animator.on_event(happened[-1])
        yield Moment(now, animator.pose(now), tuple(happened))


def worn_look(tape: Tape) -> tuple[AvatarLibrary, Look]:
    """What the companion of the film looks like, and where its parts are."""
    library = AvatarLibrary([bundle.AVATARS, tape.home.profile.avatars])
    try:
        return library, library.look(tape.home.persona.avatar)
    except LookError:
        return library, Look()


def _pictures(tape: Tape) -> Iterator[NDArray[np.uint8]]:
    from PySide6.QtGui import QImage, QPainter

    from desktop_app.ui.avatar_face import face_painter

    library, look = worn_look(tape)
    face = face_painter(look, library, _WIDTH, _HEIGHT, _SCALE)
    captions = _Captions()
    image = QImage(round(_WIDTH * _SCALE), round(_HEIGHT * _SCALE), QImage.Format.Format_ARGB32_Premultiplied)
    for moment in moments(tape):
        for event in moment.happened:
            captions.on_event(event)
        painter = QPainter(image)
        painter.scale(_SCALE, _SCALE)
        painter.save()
        face.paint(painter, moment.pose)
        painter.restore()
        captions.paint(painter)
        painter.end()
        yield _pixels(image)


def _pixels(image: QImage) -> NDArray[np.uint8]:
    """Shape (height, width, 4), bytes B G R A, copied: the image is painted over again."""
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4).copy()


class _Captions:
    """The words of whoever spoke last, at the bottom of the picture."""

    def __init__(self) -> None:
        self._text = ""
        self._by_person = False

    def on_event(self, event: Event) -> None:
        match event:
            case events.TranscriptReady(_, text):
                self._text, self._by_person = text, True
            case events.SentenceStarted(_, text):
                self._text, self._by_person = text, False
            case _:
                pass

    def paint(self, painter: QPainter) -> None:
        from PySide6.QtCore import QRectF, Qt
        from PySide6.QtGui import QColor, QFont, QFontMetricsF

        if not self._text:
            return
        font = QFont("DejaVu Sans")
        font.setPixelSize(17)
        wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        room = QRectF(36, 0, _WIDTH - 72, 200)
        box = QFontMetricsF(font).boundingRect(room, int(wrapped), self._text)
        box.moveCenter(QRectF(0, 0, _WIDTH, 0).center())
        box.moveBottom(_HEIGHT - 28)
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(20, 16, 14, 170))
        painter.drawRoundedRect(box.adjusted(-14, -9, 14, 9), 12, 12)
        painter.setFont(font)
        painter.setPen(QColor("#ffd9b0") if self._by_person else QColor("#fffaf4"))
        painter.drawText(box.adjusted(-4, 0, 4, 0), int(wrapped), self._text)
