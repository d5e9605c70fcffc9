# SPDX-License-Identifier: GPL-3.0-or-later
"""Says in a few words what is going on, and tells screen readers when it changes."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop_app.domain import events
from desktop_app.domain.events import Event
from desktop_app.domain.settings import BargeIn
from desktop_app.domain.state import CompanionState, UserState
from desktop_app.ui.bridge import EngineBridge


class StateLabel(QLabel):
    """The state in words, folded from the two machines, muting, the way of taking turns and the microphone."""

    def __init__(self, bridge: EngineBridge, barge_in: BargeIn, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._barge_in = barge_in
        self._is_stopped = False
        self.setWordWrap(True)
        self._say()

    def on_event(self, event: Event) -> None:
        match event:
            case events.EngineStarted(settings=settings) | events.SettingsChanged(settings=settings):
                self._barge_in = settings.barge_in
            case events.EngineStopped():
                self._is_stopped = True
            case _:
                pass  # the bridge has folded it already
        self._say()

    def _say(self) -> None:
        words = self._words()
        if words == self.text():
            return
        self.setText(words)
        self.setAccessibleName(self.tr("State: {words}").format(words=words))
        if self.isVisible():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _words(self) -> str:
        bridge = self._bridge
        if self._is_stopped:
            return self.tr("Stopped")
        if not bridge.is_running:
            return self.tr("Starting…")
        if bridge.user_state is UserState.SPEAKING:
            return self.tr("Hearing you")
        if bridge.companion_state is CompanionState.SPEAKING:
            return self._speaking_words()
        if bridge.companion_state is CompanionState.THINKING:
            return self.tr("Thinking…")
        if bridge.user_state is UserState.FINISHED:
            return self.tr("Understanding…")
        if bridge.is_muted:
            return self.tr("Muted")
        if not bridge.has_microphone:
            return self.tr("No microphone – you can type")
        if self._barge_in is BargeIn.PUSH_TO_TALK:
            return self.tr("Hold to talk")
        return self.tr("Listening")

    def _speaking_words(self) -> str:
        if self._bridge.is_muted or not self._bridge.has_microphone or self._bridge.waits_its_turn:
            return self.tr("Speaking – Esc to stop")
        match self._barge_in:
            case BargeIn.OPEN:
                return self.tr("Speaking – speak any time")
            case BargeIn.PUSH_TO_TALK:
                return self.tr("Speaking – hold to talk")
            case BargeIn.HALF_DUPLEX:
                return self.tr("Speaking – Esc to stop")
