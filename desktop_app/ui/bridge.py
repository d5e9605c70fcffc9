# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries what the engine announces to the window's own thread, in order, and folds it into states."""

from __future__ import annotations

import threading

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from desktop_app.domain import events
from desktop_app.domain.commands import Command
from desktop_app.domain.events import NO_CANCELLER, Event, LevelChanged
from desktop_app.domain.settings import BargeIn
from desktop_app.domain.state import CompanionState, UserState, companion_state_after, user_state_after
from desktop_app.ports import EngineHandle

METER_INTERVAL_MS = 33
"""At most 30 level changes a second reach the window; the latest wins."""


class EngineBridge(QObject):
    """The window's only view of the engine: commands go down, events come up on the GUI thread."""

    happened = Signal(object)
    """Every event but meters, in the engine's order. Receivers see the states as they are after it."""

    level_changed = Signal(float, float)
    """The microphone's level 0…1 and the probability of speech 0…1."""

    _arrived = Signal(object)
    _meter_waits = Signal()

    def __init__(self, engine: EngineHandle, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._is_closed = False
        self._is_running = False
        self._is_muted = False
        self._has_microphone = True
        self._barge_in = BargeIn.OPEN
        self._cancels_echo = True
        self._user_state = UserState.SILENT
        self._companion_state = CompanionState.LISTENING
        self._meter_lock = threading.Lock()
        self._waiting_meter: LevelChanged | None = None
        self._since_meter = QElapsedTimer()
        self._meter_timer = QTimer(self)
        self._meter_timer.setSingleShot(True)
        self._meter_timer.timeout.connect(self._deliver_meter)
        self._arrived.connect(self._receive, Qt.ConnectionType.QueuedConnection)
        self._meter_waits.connect(self._schedule_meter, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = engine.subscribe(self._hear)

    @property
    def is_running(self) -> bool:
        return self._is_running

    @property
    def is_muted(self) -> bool:
        return self._is_muted

    @property
    def has_microphone(self) -> bool:
        """False from the moment it is lost until there is one again."""
        return self._has_microphone

    @property
    def waits_its_turn(self) -> bool:
        """Whether the microphone rests because the companion speaks."""
        one_at_a_time = self._barge_in is BargeIn.HALF_DUPLEX or (
            self._barge_in is BargeIn.OPEN and not self._cancels_echo
        )
        return one_at_a_time and self._companion_state is CompanionState.SPEAKING

    @property
    def user_state(self) -> UserState:
        return self._user_state

    @property
    def companion_state(self) -> CompanionState:
        return self._companion_state

    def submit(self, command: Command) -> None:
        self._engine.submit(command)

    def close(self) -> None:
        """Ends the subscription; nothing arrives any more, not even what is on its way."""
        self._unsubscribe()
        self._is_closed = True

    def _hear(self, event: Event) -> None:
        """Runs on the engine's thread."""
        if not isinstance(event, LevelChanged):
            self._arrived.emit(event)
            return
        with self._meter_lock:
            is_first = self._waiting_meter is None
            self._waiting_meter = event
        if is_first:
            self._meter_waits.emit()

    def _receive(self, event: Event) -> None:
        if self._is_closed:
            return
        self._user_state = user_state_after(self._user_state, event)
        self._companion_state = companion_state_after(self._companion_state, event)
        if isinstance(event, events.EngineStarted | events.EngineStopped):
            self._is_running = isinstance(event, events.EngineStarted)
        elif isinstance(event, events.MuteChanged):
            self._is_muted = event.muted
        match event:
            case events.ComponentLost(component=events.Component.MICROPHONE):
                self._has_microphone = False
            case events.ComponentReady(component=events.Component.MICROPHONE):
                self._has_microphone = True
            case events.EngineStarted(settings=settings) | events.SettingsChanged(settings=settings):
                self._barge_in = settings.barge_in
            case events.NoticeRaised(notice=notice) if notice.code == NO_CANCELLER:
                self._cancels_echo = False
            case _:
                pass  # only passed on
        self.happened.emit(event)

    def _schedule_meter(self) -> None:
        passed_ms = self._since_meter.elapsed() if self._since_meter.isValid() else METER_INTERVAL_MS
        if passed_ms >= METER_INTERVAL_MS:
            self._deliver_meter()
        elif not self._meter_timer.isActive():
            self._meter_timer.start(METER_INTERVAL_MS - passed_ms)

    def _deliver_meter(self) -> None:
        with self._meter_lock:
            meter, self._waiting_meter = self._waiting_meter, None
        if meter is not None and not self._is_closed:
            self._since_meter.start()
            self.level_changed.emit(meter.level, meter.speech_probability)
