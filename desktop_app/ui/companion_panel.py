# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies over the figure in the companion window: trouble, the caption, and the controls."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtWidgets import QSizeGrip, QWidget

from desktop_app.domain.events import Event
from desktop_app.domain.settings import BargeIn
from desktop_app.ui.bridge import EngineBridge
from desktop_app.ui.caption_bubble import CaptionBubble
from desktop_app.ui.icons import IconButton
from desktop_app.ui.layouts import column, row
from desktop_app.ui.notice_bar import NoticeBar
from desktop_app.ui.state_label import StateLabel
from desktop_app.ui.talk_button import TalkButton

_TALK_DIAMETER = 30
_MARGIN = 6
_ROOM_FOR_HINTS, _ROOM_FOR_STATE = 360, 240


class CompanionPanel(QWidget):
    """Stands at the lower edge, as high as what it shows; where it shows nothing, the pointer meets the figure."""

    changed = Signal()
    """Something on it came, went or grew."""

    def __init__(self, bridge: EngineBridge, barge_in: BargeIn, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notices = NoticeBar()
        self.caption = CaptionBubble()
        self.talk = TalkButton(diameter=_TALK_DIAMETER)
        self.stop = IconButton("stop", self.tr("Stop speaking"))
        self.full = IconButton("expand", self.tr("Back to the full window"))
        self.more = IconButton("more", self.tr("More"))
        self._state = StateLabel(bridge, barge_in)
        for words in (self.caption, self._state):
            font = words.font()
            font.setPointSizeF(font.pointSizeF() * 0.9)
            words.setFont(font)
        self._controls = QWidget()
        buttons = row(0, within=self._controls, margins=(4, 3, 3, 3))
        buttons.addWidget(self.talk)
        buttons.addWidget(self._state, stretch=1)
        for button in (self.stop, self.full, self.more):
            buttons.addWidget(button)
        for control in (self.talk, self.stop, self.full, self.more):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # what was clicked must not keep the controls there
        buttons.addWidget(QSizeGrip(self._controls), alignment=Qt.AlignmentFlag.AlignBottom)
        self._controls.hide()
        page = column(_MARGIN, within=self)
        for each in (self.notices, self.caption, self._controls):
            page.addWidget(each)

    @property
    def shows_controls(self) -> bool:
        return not self._controls.isHidden()

    def show_controls(self, shown: bool) -> None:
        self._controls.setVisible(shown)

    def plates(self) -> Sequence[QRect]:
        """Where something lies over the figure, in the window's pixels."""
        return [each.geometry().translated(self.pos()) for each in self._parts() if not each.isHidden()]

    def place_in(self, area: QRect) -> None:
        """As wide as the area, at its lower edge."""
        self.setFixedWidth(max(1, area.width() - 2 * _MARGIN))
        self.notices.is_brief = area.width() < _ROOM_FOR_HINTS
        self._state.setVisible(area.width() >= _ROOM_FOR_STATE)
        layout = self.layout()
        assert layout is not None
        layout.activate()
        height = min(area.height() - 2 * _MARGIN, layout.totalHeightForWidth(self.width()))
        self.setFixedHeight(max(0, height))
        self.move(area.x() + _MARGIN, area.y() + area.height() - self.height() - _MARGIN)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.changed.emit()
        return super().event(event)

    def on_event(self, event: Event) -> None:
        for part in (self.notices, self.caption, self._state):
            part.on_event(event)

    def _parts(self) -> tuple[QWidget, ...]:
        return self.notices, self.caption, self._controls
