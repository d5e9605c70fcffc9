# SPDX-License-Identifier: GPL-3.0-or-later
"""The companion without a room: only the figure, with clean edges whether or not the desktop can blend them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QTransform
from PySide6.QtWidgets import QWidget

from desktop_app.avatar.animator import Animator
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.ui.avatar_layers import new_image, painting
from desktop_app.ui.avatar_view import AvatarView
from desktop_app.ui.silhouette import Mask, mask_of

PLATE_RADIUS = 12
_PLATE_ALPHA = 0.93
_HALF = 128
_TRACE = 40
"""So much alpha (of 255) and it is something to point at."""
_BLEED_FACTORS = (16, 4)


class CutOutView(AvatarView):
    """Paints the figure and, over it, plates for what lies on top; what is neither stays transparent."""

    def __init__(
        self,
        library: AvatarLibrary,
        look: Look,
        animator: Animator,
        plates: Callable[[], Sequence[QRect]],
        parent: QWidget | None = None,
    ) -> None:
        """plates gives the places of controls and captions, in the view's pixels."""
        super().__init__(library, look, animator, parent, background=False)
        self._plates = plates
        self._blends = True

    @property
    def blends(self) -> bool:
        return self._blends

    @blends.setter
    def blends(self, blends: bool) -> None:
        """Whether the desktop mixes half-transparent pixels with what is behind; where not, every pixel is solid."""
        self._blends = blends
        self.update()

    def silhouette(self, cells_per_pixel: float) -> Mask | None:
        """Where something is now, in so many cells a logical pixel; None as long as nothing has been painted."""
        if self._painter is None:
            return None
        image = new_image(round(self.width() * cells_per_pixel), round(self.height() * cells_per_pixel))
        with painting(image, QTransform.fromScale(cells_per_pixel, cells_per_pixel)) as painter:
            self._paint_all(painter)
        return mask_of(image, _TRACE if self._blends else _HALF)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._blends:
            self._paint_all(painter)
        else:
            self._paint_solid(painter, event.rect())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.ignore()  # the window tells a touch from the beginning of a move

    def _paint_all(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        self._paint_face(painter)
        painter.restore()
        fill = QColor(self.palette().color(QPalette.ColorRole.Window))
        fill.setAlphaF(_PLATE_ALPHA)
        painter.setBrush(fill)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
        for plate in self._plates():
            painter.drawRoundedRect(QRectF(plate).adjusted(0.5, 0.5, -0.5, -0.5), PLATE_RADIUS, PLATE_RADIUS)

    def _paint_solid(self, painter: QPainter, rect: QRect) -> None:
        ratio = self.devicePixelRatioF()
        image = new_image(round(rect.width() * ratio), round(rect.height() * ratio))
        place = QTransform.fromTranslate(-rect.x(), -rect.y()) * QTransform.fromScale(ratio, ratio)
        with painting(image, place) as own:
            self._paint_all(own)
        painter.drawImage(QRectF(rect), solid(image))


def solid(image: QImage) -> QImage:
    """Every pixel in its own color without its transparency, so that no edge is mixed with black.

    Around the figure its colors bleed outwards: it may move a little before its window's shape follows.
    """
    bled = new_image(image.width(), image.height())
    with painting(bled) as painter:
        for factor in _BLEED_FACTORS:
            small = image.scaled(
                max(1, image.width() // factor),
                max(1, image.height() // factor),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            painter.drawImage(QRectF(image.rect()), small)
        painter.drawImage(0, 0, image)
    return bled.convertToFormat(QImage.Format.Format_ARGB32).convertToFormat(QImage.Format.Format_RGB32)
