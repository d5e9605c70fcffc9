# SPDX-License-Identifier: GPL-3.0-or-later
"""The calm bar that says what is wrong and what to do: one notice at a time, gone by itself when things work again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop_app.domain import events
from desktop_app.domain.events import Component, Event, Notice
from desktop_app.domain.settings import Settings
from desktop_app.ui.icons import Drawing, IconButton
from desktop_app.ui.layouts import column, row, text_line

_CHOSEN_BY: dict[Component, tuple[str, ...]] = {
    Component.MICROPHONE: ("microphone", "barge_in"),
    Component.LOUDSPEAKER: ("loudspeaker",),
    Component.EARS: ("whisper",),
    Component.MIND: ("ollama_url", "chat_model"),
    Component.VOICE: ("voice", "companion"),
}
"""Which settings name a part: a notice about it is out of date when they change."""


_MARGINS, _BRIEF_MARGINS = (14, 8, 6, 8), (10, 2, 2, 2)


@dataclass(frozen=True, slots=True)
class _Shown:
    notice: Notice
    component: Component | None
    """The part it is about."""

    until_next_turn: bool = False
    """Whether a turn that goes well makes it pointless."""


_Condition = Callable[[_Shown], bool]


class NoticeBar(QFrame):
    """Hears every event and shows what a person should know of."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._is_brief = self._is_unfolded = False
        self._queue: list[_Shown] = []
        self._dismissed: set[_Shown] = set()
        self._settings: Settings | None = None
        self._sentence = text_line(bold=True)
        self._hint = text_line()
        self._hint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._more = text_line(quiet=True, scale=0.85)
        self._more.setWordWrap(False)
        self._unfold = IconButton("down", self.tr("What to do"))
        self._unfold.clicked.connect(self._show_what_to_do)
        self._unfold.hide()
        self._close = IconButton("close", self.tr("Dismiss this notice"))
        self._close.clicked.connect(self.dismiss)
        words = column(2)
        words.addWidget(self._sentence)
        words.addWidget(self._hint)
        words.addStretch(1)
        self._line = line = row(10, within=self, margins=_MARGINS)
        line.addWidget(Drawing("warning", 22), alignment=Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, stretch=1)
        side = column(0)
        buttons = row(0)
        buttons.addStretch(1)
        buttons.addWidget(self._unfold)
        buttons.addWidget(self._close)
        side.addLayout(buttons)
        side.addWidget(self._more)
        side.addStretch(1)
        line.addLayout(side)
        self.hide()

    @property
    def notice(self) -> Notice | None:
        """What is shown now."""
        return self._queue[0].notice if self._queue else None

    @property
    def is_brief(self) -> bool:
        """Whether there is little room: what to do is told only when it is asked for."""
        return self._is_brief

    @is_brief.setter
    def is_brief(self, brief: bool) -> None:
        if brief is not self._is_brief:
            self._is_brief = brief
            self._line.setContentsMargins(*(_BRIEF_MARGINS if brief else _MARGINS))
            self._refresh()

    @property
    def waiting(self) -> int:
        return max(0, len(self._queue) - 1)

    def on_event(self, event: Event) -> None:
        match event:
            case events.ComponentLost(component=component, notice=notice):
                self._drop(lambda shown: shown.component is component)
                self._put(_Shown(notice, component))
            case events.NoticeRaised(notice=notice):
                self._put(_Shown(notice, _component_of(notice)))
            case events.TurnFailed(notice=notice):
                self._put(_Shown(notice, _component_of(notice), until_next_turn=True), insists=True)
            case events.TurnCompleted():
                self._drop(lambda shown: shown.until_next_turn)
            case events.ComponentReady(component=component, is_starter=False):
                # A starter that stands in does not mend what it stands in for.
                self._forget(component)
            case events.EngineStarted(settings=settings):
                self._settings = settings
            case events.EngineStopped():
                self._say_it_ended()
            case events.SettingsChanged(settings=settings):
                self._drop_what_was_chosen_anew(settings)
            case _:
                pass  # nothing is wrong

    def _say_it_ended(self) -> None:
        """The engine ends after the window does; before that, something has broken."""
        self.put(
            Notice(
                "engine.stopped",
                self.tr("The conversation has ended unexpectedly."),
                self.tr("Please close this window and start Fireside again; “fireside doctor” says what is wrong."),
            )
        )

    def put(self, notice: Notice) -> None:
        """For trouble of the window's own: a list that could not be read, a file that could not be saved."""
        self._put(_Shown(notice, _component_of(notice)), insists=True)

    def withdraw(self, code_prefix: str) -> None:
        """What these notices say is no longer true."""
        self._drop(lambda shown: shown.notice.code.startswith(code_prefix))

    def dismiss(self) -> None:
        if self._queue:
            self._dismissed.add(self._queue.pop(0))
            self._refresh()

    def _put(self, shown: _Shown, insists: bool = False) -> None:
        """What was dismissed and is only said again does not come back, unless it insists."""
        if shown in self._dismissed and not insists:
            return
        self._queue = [other for other in self._queue if other.notice.code != shown.notice.code]
        self._queue.append(shown)
        self._refresh()

    def _drop(self, condition: _Condition) -> None:
        self._queue = [shown for shown in self._queue if not condition(shown)]
        self._refresh()

    def _drop_what_was_chosen_anew(self, settings: Settings) -> None:
        before, self._settings = self._settings, settings
        for component, names in _CHOSEN_BY.items():
            if before is None or any(getattr(before, name) != getattr(settings, name) for name in names):
                self._forget(component)

    def _forget(self, component: Component) -> None:
        """What was said about this part is out of date, and may be said again."""
        self._drop(lambda shown: shown.component is component)
        self._dismissed = {shown for shown in self._dismissed if shown.component is not component}

    def _show_what_to_do(self) -> None:
        self._is_unfolded = True
        self._close.setFocus(Qt.FocusReason.OtherFocusReason)  # the button that had it goes
        self._refresh()

    def _refresh(self) -> None:
        notice = self.notice
        if notice is None:
            self._sentence.clear()
            self.hide()
            return
        is_new = (notice.sentence, notice.hint) != (self._sentence.text(), self._hint.text()) or self.isHidden()
        self._sentence.setText(notice.sentence)
        self._hint.setText(notice.hint)
        if is_new:
            self._is_unfolded = False
        folded = self._is_brief and not self._is_unfolded
        self._hint.setVisible(bool(notice.hint) and not folded)
        self._unfold.setVisible(bool(notice.hint) and folded)
        self._more.setText(self.tr("{count} more").format(count=self.waiting))
        self._more.setVisible(self.waiting > 0)
        self.setAccessibleName(self.tr("Notice: {sentence}").format(sentence=notice.sentence))
        self.setAccessibleDescription(notice.hint)
        self.show()
        if is_new and self.isVisible():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{notice.sentence} {notice.hint}"))


def _component_of(notice: Notice) -> Component | None:
    """The part that a notice is about: the first word of its code, where that is one."""
    subject = notice.code.partition(".")[0]
    return next((component for component in Component if component.value == subject), None)
