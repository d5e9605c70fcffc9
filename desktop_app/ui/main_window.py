# SPDX-License-Identifier: GPL-3.0-or-later
"""The window: the companion's face, what both sides say, and the few things to press."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QFrame,
    QLineEdit,
    QMainWindow,
    QWidget,
)

from desktop_app.avatar.library import DEFAULT_PRESET, AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.domain import events
from desktop_app.domain.commands import ChangePersona, ChangeSettings, HoldToTalk, SayText, SetMuted, StopSpeaking
from desktop_app.domain.conversation import TurnTimings
from desktop_app.domain.errors import CompanionError, LookError
from desktop_app.domain.events import Component, Event, Notice
from desktop_app.domain.memory import Fact
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import BargeIn, Settings
from desktop_app.domain.state import CompanionState
from desktop_app.ports import PersonaLibrary
from desktop_app.ui.avatar_watcher import AvatarWatcher
from desktop_app.ui.background import Background
from desktop_app.ui.badge import Badge
from desktop_app.ui.bridge import EngineBridge
from desktop_app.ui.choices import Choices
from desktop_app.ui.conversation_view import ConversationView
from desktop_app.ui.icons import Drawing, IconButton
from desktop_app.ui.latency_panel import SHOWN_TURNS, LatencyPanel
from desktop_app.ui.layouts import column, row, text_line
from desktop_app.ui.memory_dialog import MemoryDialog
from desktop_app.ui.notice_bar import NoticeBar
from desktop_app.ui.persona_dialog import PersonaDialog
from desktop_app.ui.settings_dialog import SettingsDialog
from desktop_app.ui.space_to_talk import SpaceToTalk
from desktop_app.ui.stage import Stage
from desktop_app.ui.state_label import StateLabel
from desktop_app.ui.talk_button import TalkButton
from desktop_app.ui.theme import ThemeSwitch

_WIDE_FROM = 720
"""From this width on, the face stands beside the conversation instead of above it."""

_WIDE_FROM_IF_LOW = 540

_ROOM_FOR_HINTS = 700
"""A narrow window lower than this leaves its room to the face: notices are brief."""

_ROOM_FOR_NAME = 420
"""In a narrower window the title and the text field name the companion."""

_MARGIN_WIDE, _MARGIN_NARROW = 18, 10


class MainWindow(QMainWindow):
    """Shows what the engine announces and turns what is pressed and typed into commands."""

    companion_window_wished = Signal()

    def __init__(
        self,
        bridge: EngineBridge,
        theme: ThemeSwitch,
        settings: Settings,
        persona: Persona,
        look: Look,
        personas: PersonaLibrary,
        choices: Choices,
        avatars: AvatarLibrary,
    ) -> None:
        super().__init__()
        self._bridge = bridge
        self._theme = theme
        self._settings = settings
        self._personas = personas
        self._choices = choices
        self._avatars = avatars
        self._persona = persona
        self._saved_look = look
        self._look_is_torn = False
        self._facts: tuple[Fact, ...] = ()
        self._turns: deque[TurnTimings] = deque(maxlen=SHOWN_TURNS)
        self._background = Background(self)
        self._dialog: QDialog | None = None

        self._name = text_line(bold=True, scale=1.5)
        self._name.setWordWrap(False)
        self._mind_badge, self._ears_badge = Badge(), Badge()
        self._notices = NoticeBar()
        self._stage = Stage(avatars, look)
        self._stage.animator.reduced_motion = settings.reduced_motion
        self._watcher = AvatarWatcher(avatars, self)
        self._watcher.changed.connect(self._look_again)
        self._watcher.broken.connect(self._complain)
        self._watcher.mended.connect(lambda: self._notices.withdraw("look."))
        self._talk = TalkButton()
        self._space = SpaceToTalk(bridge, self._talk)
        self._state = StateLabel(bridge, settings.barge_in)
        self._stop = IconButton("stop", self.tr("Stop speaking"), "Esc")
        self._conversation = ConversationView()
        self._text = QLineEdit()
        self._send = IconButton("send", self.tr("Send"))
        self._header_buttons = (
            IconButton("companion", self.tr("Companion"), "Ctrl+P"),
            IconButton("palette", self.tr("Face and clothes"), "Ctrl+F"),
            IconButton("memory", self.tr("What is remembered"), "Ctrl+R"),
            IconButton("stopwatch", self.tr("How soon it answers"), "Ctrl+L"),
            IconButton("settings", self.tr("Settings"), "Ctrl+,"),
            IconButton("small-window", self.tr("Companion window"), "Ctrl+Shift+C"),
        )
        self._lay_out()
        self._connect()
        self.resize(980, 720)
        self.setMinimumSize(320, 480)
        self._enable(False)
        self._name_companion()

    @property
    def stage(self) -> Stage:
        return self._stage

    # --- what it is made of ------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        header = row(4)
        header.addWidget(Drawing("flame", 30))
        header.addWidget(self._name)
        header.addStretch(1)
        for button in self._header_buttons:
            header.addWidget(button)

        font = self._state.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self._state.setFont(font)
        badges = row(6)
        badges.addWidget(self._mind_badge)
        badges.addWidget(self._ears_badge)
        badges.addStretch(1)
        words = column(5)
        words.addStretch(1)
        words.addWidget(self._state)
        words.addLayout(badges)
        words.addStretch(1)
        self._stop.setProperty("filled", "quietly")
        policy = self._stop.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._stop.setSizePolicy(policy)
        self._stop.hide()
        controls = row(6)
        controls.addWidget(self._talk)
        controls.addLayout(words, stretch=1)
        controls.addWidget(self._stop)
        left = column(2)
        left.addWidget(self._stage, stretch=1)
        left.addLayout(controls)

        self._text.setAccessibleName(self.tr("Your words"))
        self._text.setMaxLength(4000)
        self._send.setProperty("filled", True)
        entry = row(8, margins=(12, 0, 12, 12))
        entry.addWidget(self._text, stretch=1)
        entry.addWidget(self._send)
        pane = QFrame()
        pane.setObjectName("pane")
        right = column(6, within=pane, margins=(1, 1, 1, 1))
        right.addWidget(self._conversation, stretch=1)
        right.addLayout(entry)

        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.addLayout(left, stretch=5)
        self._body.addWidget(pane, stretch=6)
        page = QWidget()
        self._page = column(8, within=page)
        self._page.addLayout(header)
        self._page.addWidget(self._notices)
        self._page.addLayout(self._body, stretch=1)
        self.setCentralWidget(page)
        self._set_tab_order()

    def _set_tab_order(self) -> None:
        in_order = (
            self._text,
            self._send,
            self._talk,
            self._stop,
            self._mind_badge,
            self._ears_badge,
            self._conversation,
            *self._header_buttons,
        )
        for before, after in pairwise(in_order):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self._bridge.happened.connect(self._on_event)
        self._bridge.level_changed.connect(self._talk.set_level)
        self._talk.mute_wished.connect(lambda muted: self._bridge.submit(SetMuted(muted)))
        self._talk.held.connect(lambda held: self._bridge.submit(HoldToTalk(held)))
        self._stop.clicked.connect(self._stop_speaking)
        self._text.returnPressed.connect(self._say_text)
        self._text.textChanged.connect(self._refresh_send)
        self._send.clicked.connect(self._say_text)
        self._mind_badge.clicked.connect(self.open_settings)
        self._ears_badge.clicked.connect(self.open_settings)
        openers = (
            self.open_persona,
            self.open_face,
            self.open_memory,
            self.open_latency,
            self.open_settings,
            self.companion_window_wished.emit,
        )
        for button, opener in zip(self._header_buttons, openers, strict=True):
            button.clicked.connect(opener)
        QShortcut("Ctrl+M", self, self._toggle_mute)

    # --- what the engine announces -----------------------------------------------------------------------------------

    def _on_event(self, event: Event) -> None:
        match event:
            case events.EngineStarted(persona=persona, settings=settings):
                self._adopt_settings(settings)
                self._adopt_persona(persona)
                self._enable(True)
            case events.EngineStopped():
                self._enable(False)
            case events.PersonaChanged(persona=persona):
                self._adopt_persona(persona)
            case events.SettingsChanged(settings=settings):
                self._adopt_settings(settings)
            case events.FactsChanged(facts=facts):
                self._facts = facts
            case events.MuteChanged(muted=muted):
                self._talk.set_muted(muted)
            case events.ComponentReady(component=component, name=name, is_starter=is_starter):
                self._show_part(component, name, is_starter)
            case _:
                pass  # the parts below hear it too
        self._state.on_event(event)
        self._conversation.on_event(event)
        self._notices.on_event(event)
        self._stage.on_event(event)
        companion = self._bridge.companion_state
        self._stop.setVisible(companion is not CompanionState.LISTENING)
        self._talk.set_resting(self._bridge.waits_its_turn or not self._bridge.has_microphone)
        if isinstance(event, events.TurnCompleted | events.TurnInterrupted | events.TurnFailed):
            self._turns.append(event.timings)
        if isinstance(self._dialog, MemoryDialog):
            self._dialog.on_event(event)
        elif isinstance(self._dialog, LatencyPanel):
            self._dialog.show_turns(self._turns)

    def _adopt_settings(self, settings: Settings) -> None:
        self._settings = settings
        self._theme.choose(settings.theme)
        self._stage.animator.reduced_motion = settings.reduced_motion
        self._talk.set_held_to_talk(settings.barge_in is BargeIn.PUSH_TO_TALK)
        self._space.is_on = settings.barge_in is BargeIn.PUSH_TO_TALK

    def _adopt_persona(self, persona: Persona) -> None:
        before, self._persona = self._persona, persona
        self._name_companion()
        if persona.avatar != before.avatar:
            self._show_look_of(persona)

    def _name_companion(self) -> None:
        persona = self._persona
        self._name.setText(persona.name)
        self._conversation.set_companion(persona.name)
        self._text.setPlaceholderText(self.tr("Write to {name}").format(name=persona.name))
        self.setWindowTitle(self.tr("{name} — Fireside").format(name=persona.name))

    def _show_look_of(self, persona: Persona) -> None:
        def put_on(look: Look) -> None:
            if self._persona.avatar == persona.avatar:
                self._saved_look = look
                self._wear(look)

        self._background.ask(self, lambda: self._avatars.look(persona.avatar or DEFAULT_PRESET), put_on, self._complain)

    def _look_again(self) -> None:
        """Something in the avatars' files has changed: parts, pictures, or the look that is worn."""
        self._stage.refresh()
        persona, before = self._persona, self._saved_look

        def torn(error: CompanionError) -> None:
            self._look_is_torn = True
            self._complain(error)

        def put_on(look: Look) -> None:
            self._saved_look = look
            if self._look_is_torn:
                self._look_is_torn = False
                self._notices.withdraw("look.")
            if persona is self._persona and look != before and self._stage.look == before:
                self._wear(look)

        self._background.ask(self, lambda: self._avatars.look(persona.avatar or DEFAULT_PRESET), put_on, torn)

    def _wear(self, look: Look) -> None:
        try:
            self._stage.set_look(look)
        except LookError as error:
            self._complain(error)

    def _show_part(self, component: Component, name: str, is_starter: bool) -> None:
        if component is Component.MIND:
            if is_starter:
                self._mind_badge.show_name(
                    self.tr("starter mind"), self.tr("No Ollama model answers; settings say how to get one.")
                )
            else:
                self._mind_badge.show_name(name, self.tr("The model that thinks"))
        elif component is Component.EARS:
            if is_starter:
                self._ears_badge.show_name(
                    self.tr("starter ears"), self.tr("Small ears of our own; settings offer better ones.")
                )
            else:
                self._ears_badge.show_name(name, self.tr("The Whisper model that listens"))

    def _complain(self, error: CompanionError) -> None:
        self._notices.put(Notice.of(error))

    # --- what the person does ----------------------------------------------------------------------------------------

    def _say_text(self) -> None:
        words = self._text.text().strip()
        if words and self._bridge.is_running:
            self._bridge.submit(SayText(words))
            self._text.clear()
            self._conversation.go_to_latest()

    def _stop_speaking(self) -> None:
        if self._bridge.companion_state is not CompanionState.LISTENING:
            self._bridge.submit(StopSpeaking())

    def _toggle_mute(self) -> None:
        if self._bridge.is_running:
            self._bridge.submit(SetMuted(not self._bridge.is_muted))

    def _enable(self, enabled: bool) -> None:
        self._talk.setEnabled(enabled)
        self._text.setEnabled(enabled)
        self._refresh_send()
        if enabled:
            first = self._talk if self._settings.barge_in is BargeIn.PUSH_TO_TALK else self._text
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refresh_send(self) -> None:
        self._send.setEnabled(self._bridge.is_running and bool(self._text.text().strip()))

    # --- dialogs -----------------------------------------------------------------------------------------------------

    def open_settings(self) -> None:
        dialog = SettingsDialog(self._settings, self._choices, self._personas, self._background, self)
        dialog.chosen.connect(lambda settings: self._bridge.submit(ChangeSettings(settings)))
        self._open(dialog)

    def open_persona(self) -> None:
        dialog = PersonaDialog(self._settings.companion, self._choices, self._personas, self._background, self)
        dialog.chosen.connect(lambda persona: self._bridge.submit(ChangePersona(persona)))
        self._open(dialog)

    def open_memory(self) -> None:
        dialog = MemoryDialog(self._facts, self)
        dialog.forget_wished.connect(self._bridge.submit)
        self._open(dialog)

    def open_latency(self) -> None:
        self._open(LatencyPanel(self._turns, self))

    def open_face(self) -> None:
        from desktop_app.ui.face_dialog import FaceDialog  # the editor is large and seldom needed: not at start-up

        before = self._stage.look
        dialog = FaceDialog(self._avatars, before, reduced_motion=self._settings.reduced_motion, parent=self)
        dialog.look_changed.connect(self._wear)
        dialog.saved.connect(self._keep_look)
        dialog.rejected.connect(lambda: self._wear(before))
        self._open(dialog)

    def _open(self, dialog: QDialog) -> None:
        if self._dialog is not None:
            self._dialog.reject()
        self._dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._forget_dialog)
        dialog.open()

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _keep_look(self, look: Look) -> None:
        kept = self._persona = replace(self._persona, avatar=self._persona.id)  # the look is on already
        self._saved_look = look
        self._background.ask(
            self,
            lambda: self._avatars.save_look(kept.id, look),
            lambda _: self._bridge.submit(ChangePersona(kept)),
            self._complain,
        )

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(980, 720)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Only keys that the focused control has no use for arrive here, so typing a space stays typing a space."""
        if not self._space.pressed(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._space.released(event):
            super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self._space.let_go()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._dialog is not None:
            self._dialog.reject()
        super().closeEvent(event)

    def _fit(self) -> None:
        wide = self.width() >= _WIDE_FROM or (self.width() >= _WIDE_FROM_IF_LOW and self.width() > 1.2 * self.height())
        directions = QBoxLayout.Direction
        self._body.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        self._body.setSpacing(18 if wide else 6)
        margin = _MARGIN_WIDE if wide else _MARGIN_NARROW
        self._page.setContentsMargins(margin, margin - 6, margin, margin)
        self._notices.is_brief = not wide and self.height() < _ROOM_FOR_HINTS
        self._name.setVisible(self.width() >= _ROOM_FOR_NAME)
