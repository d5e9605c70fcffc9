# SPDX-License-Identifier: GPL-3.0-or-later
"""The space bar as a button that is held to talk, wherever no control has a use for it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from desktop_app.domain.commands import HoldToTalk
from desktop_app.ui.bridge import EngineBridge
from desktop_app.ui.talk_button import TalkButton


class SpaceToTalk:
    """A window asks it about its keys; those it answers True to are dealt with."""

    def __init__(self, bridge: EngineBridge, button: TalkButton) -> None:
        self.is_on = False
        """Whether turns are taken by holding a button."""
        self._bridge = bridge
        self._button = button
        self._is_held = False

    def pressed(self, event: QKeyEvent) -> bool:
        listens = self.is_on and self._bridge.is_running and not self._bridge.is_muted
        wanted = listens and event.key() == Qt.Key.Key_Space and not event.isAutoRepeat()
        if wanted:
            self._hold(True)
        return wanted

    def released(self, event: QKeyEvent) -> bool:
        wanted = self._is_held and event.key() == Qt.Key.Key_Space and not event.isAutoRepeat()
        if wanted:
            self._hold(False)
        return wanted

    def let_go(self) -> None:
        """The release will go to another window."""
        self._hold(False)

    def _hold(self, held: bool) -> None:
        if held is not self._is_held:
            self._is_held = held
            self._button.setDown(held)
            self._bridge.submit(HoldToTalk(held))
