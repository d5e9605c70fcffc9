# SPDX-License-Identifier: GPL-3.0-or-later
"""The companion window: only the figure, on top of everything else, untouched where it is empty."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QContextMenuEvent,
    QEnterEvent,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QMoveEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from desktop_app.avatar.library import AvatarLibrary
from desktop_app.domain import events
from desktop_app.domain.commands import HoldToTalk, SetMuted, StopSpeaking
from desktop_app.domain.events import Event, Notice
from desktop_app.domain.settings import BargeIn
from desktop_app.domain.state import CompanionState
from desktop_app.ui.bridge import EngineBridge
from desktop_app.ui.companion_panel import CompanionPanel
from desktop_app.ui.cutout_view import CutOutView
from desktop_app.ui.space_to_talk import SpaceToTalk
from desktop_app.ui.stage import Stage
from desktop_app.ui.window_memory import WindowMemory, place_on
from desktop_app.ui.window_system import WindowSystem

_USUAL = QSize(300, 400)
_SMALLEST = QSize(180, 240)
_ZOOM_STEP = 1.12
_MOVE_STEP = 16
_EDGE = 8
"""Logical pixels from the window's edge within which a drag changes its size."""

_SHAPE_MS = 250
"""The silhouette is looked at four times a second where the desktop blends, for there it only guides the pointer, …"""
_SOLID_SHAPE_MS = 100
"""… and ten times where it is also the edge that one sees."""
_CELLS_PER_PIXEL = 0.25
_MARGIN_CELLS = 2
_CONTROLS_STAY_MS = 700
_SETTLES_MS = 400


class CompanionWindow(QWidget):
    """Shows the same companion as the main window's stage, in the same mood, and hears the same events."""

    full_window_wished = Signal()

    def __init__(
        self,
        bridge: EngineBridge,
        avatars: AvatarLibrary,
        stage: Stage,
        name: str,
        barge_in: BargeIn,
        system: WindowSystem,
        memory: WindowMemory,
    ) -> None:
        super().__init__(None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(_SMALLEST)
        self._bridge, self._system, self._memory = bridge, system, memory
        self._panel = CompanionPanel(bridge, barge_in, self)
        self._view = CutOutView(avatars, stage.look, stage.animator, self._panel.plates, self)
        self._view.setMouseTracking(True)
        self._view.lower()
        self._view.broken.connect(lambda error: self._panel.notices.put(Notice.of(error)))
        stage.look_changed.connect(self._view.set_look)
        self._space = SpaceToTalk(bridge, self._panel.talk)
        self._pressed_at: QPoint | None = None
        self._grabbed_at: QPoint | None = None
        """Where the pointer holds the window, if the window system does not move it by itself."""
        self._shape_timer = _timer(self, _SHAPE_MS, self._refresh_shape, repeats=True)
        self._controls_timer = _timer(self, _CONTROLS_STAY_MS, self._hide_controls)
        self._settled = _timer(self, _SETTLES_MS, self._remember_place)
        self._make_actions()
        self._connect()
        self._adopt(name)
        self._use(barge_in)
        self._enable(bridge.is_running)

    # --- what it is made of ------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self._mute = self._action(self.tr("Mute"), "Ctrl+M", self._toggle_mute)
        self._stop = self._action(self.tr("Stop speaking"), "Esc", self._stop_speaking)
        self._captions = self._action(self.tr("Captions"), "Ctrl+T", lambda: None)
        self._captions.setCheckable(True)
        self._captions.setChecked(self._memory.shows_captions)
        self._panel.caption.is_wanted = self._memory.shows_captions
        self._captions.toggled.connect(self._show_captions)
        self._larger = self._action(self.tr("Larger"), "Ctrl++", lambda: self._zoom(_ZOOM_STEP))
        self._larger.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        self._smaller = self._action(self.tr("Smaller"), "Ctrl+-", lambda: self._zoom(1 / _ZOOM_STEP))
        self._usual = self._action(self.tr("Usual size"), "Ctrl+0", lambda: self._take_size(_USUAL))
        self._full = self._action(self.tr("Full window"), "Ctrl+Shift+C", self.full_window_wished.emit)
        self._quit = self._action(self.tr("Quit Fireside"), "Ctrl+Q", QApplication.quit)

    def _action(self, words: str, keys: str, act: Callable[[], object]) -> QAction:
        action = QAction(words, self)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(act)
        self.addAction(action)
        return action

    def _connect(self) -> None:
        panel = self._panel
        panel.changed.connect(self._lay_out)
        self._bridge.happened.connect(self._on_event)
        self._bridge.level_changed.connect(panel.talk.set_level)
        panel.talk.mute_wished.connect(lambda muted: self._bridge.submit(SetMuted(muted)))
        panel.talk.held.connect(lambda held: self._bridge.submit(HoldToTalk(held)))
        panel.stop.clicked.connect(self._stop_speaking)
        panel.full.clicked.connect(self.full_window_wished)
        panel.more.clicked.connect(lambda: self._open_menu(panel.more.mapToGlobal(panel.more.rect().topLeft())))
        QApplication.instance().focusChanged.connect(self._on_focus)  # type: ignore[union-attr]  # there is one
        QGuiApplication.instance().screenRemoved.connect(self._come_back)  # type: ignore[union-attr]  # there is one

    # --- what the engine announces -----------------------------------------------------------------------------------

    def _on_event(self, event: Event) -> None:
        match event:
            case events.EngineStarted(persona=persona, settings=settings):
                self._adopt(persona.name)
                self._use(settings.barge_in)
                self._enable(True)
            case events.EngineStopped():
                self._enable(False)
            case events.PersonaChanged(persona=persona):
                self._adopt(persona.name)
            case events.SettingsChanged(settings=settings):
                self._use(settings.barge_in)
            case events.MuteChanged(muted=muted):
                self._panel.talk.set_muted(muted)
                self._mute.setText(self.tr("Unmute") if muted else self.tr("Mute"))
            case _:
                pass  # the panel hears it too
        self._panel.on_event(event)
        has_word = self._bridge.companion_state is not CompanionState.LISTENING
        self._panel.stop.setVisible(has_word)
        self._stop.setEnabled(has_word)
        self._panel.talk.set_resting(self._bridge.waits_its_turn or not self._bridge.has_microphone)

    def _adopt(self, name: str) -> None:
        self.setWindowTitle(self.tr("{name}, companion window").format(name=name))
        self.setAccessibleName(self.windowTitle())
        self.setAccessibleDescription(
            self.tr(
                "The Menu key or a right click shows what it can do. Dragging moves it, Ctrl and the wheel resize it."
            )
        )

    def _use(self, barge_in: BargeIn) -> None:
        self._panel.talk.set_held_to_talk(barge_in is BargeIn.PUSH_TO_TALK)
        self._space.is_on = barge_in is BargeIn.PUSH_TO_TALK

    def _enable(self, enabled: bool) -> None:
        self._panel.talk.setEnabled(enabled)
        self._mute.setEnabled(enabled)

    # --- what the person does ----------------------------------------------------------------------------------------

    def _toggle_mute(self) -> None:
        self._bridge.submit(SetMuted(not self._bridge.is_muted))

    def _stop_speaking(self) -> None:
        if self._bridge.companion_state is not CompanionState.LISTENING:
            self._bridge.submit(StopSpeaking())

    def _show_captions(self, shown: bool) -> None:
        self._panel.caption.is_wanted = shown
        self._memory.shows_captions = shown

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self._mute, self._stop, self._captions])
        menu.addSeparator()
        menu.addActions([self._larger, self._smaller, self._usual])
        menu.addSeparator()
        menu.addActions([self._full, self._quit])
        menu.popup(at)

    def _zoom(self, factor: float) -> None:
        self._take_size(QSize(round(self.width() * factor), round(self.height() * factor)))

    def _take_size(self, wanted: QSize) -> None:
        """Grows and shrinks from the middle of the lower edge: the feet stay where they are."""
        largest = self.screen().availableGeometry().size()
        size = wanted.expandedTo(_SMALLEST).boundedTo(largest)
        foot = QPoint(self.x() + self.width() // 2, self.y() + self.height())
        self.resize(size)
        if self._system.freedom.placed:
            self.move(foot.x() - size.width() // 2, foot.y() - size.height())

    # --- its place ---------------------------------------------------------------------------------------------------

    def _come_back(self) -> None:
        """Onto a screen that exists."""
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        size = self.size() if self.isVisible() else self._memory.companion_size or _USUAL
        if self._system.freedom.placed and screens:
            corner = self.pos() if self.isVisible() else self._memory.companion_corner
            self.setGeometry(place_on(screens, corner, size))
        else:
            self.resize(size)

    def _remember_place(self) -> None:
        if self.isVisible():
            self._memory.companion_size = self.size()
            if self._system.freedom.placed:
                self._memory.companion_corner = self.pos()

    def _edges_at(self, point: QPoint) -> Qt.Edge:
        edges = Qt.Edge(0)
        for edge, distance in (
            (Qt.Edge.LeftEdge, point.x()),
            (Qt.Edge.RightEdge, self.width() - 1 - point.x()),
            (Qt.Edge.TopEdge, point.y()),
            (Qt.Edge.BottomEdge, self.height() - 1 - point.y()),
        ):
            if distance < _EDGE:
                edges |= edge
        return edges

    def _drag_from(self, start: QPoint) -> None:
        """Lets the window system move or resize the window; where it cannot, it is moved from here."""
        handle = self.windowHandle()
        edges = self._edges_at(start)
        self._pressed_at = None
        if handle is None or not (handle.startSystemResize(edges) if edges else handle.startSystemMove()):
            self._grabbed_at = start

    # --- its shape ---------------------------------------------------------------------------------------------------

    def _refresh_shape(self) -> None:
        blends = self._system.blends()
        if blends is not self._view.blends:
            self._view.blends = blends
        self._shape_timer.setInterval(_SHAPE_MS if blends else _SOLID_SHAPE_MS)
        mask = self._view.silhouette(_CELLS_PER_PIXEL if blends else self.devicePixelRatioF())
        if mask is not None:
            self._system.cut(self, mask, _MARGIN_CELLS)

    def _lay_out(self) -> None:
        self._view.setGeometry(self.rect())
        self._panel.place_in(self.rect())
        if self.isVisible():
            self._view.repaint()  # before the new shape uncovers it
            self._refresh_shape()

    def _show_controls(self) -> None:
        self._controls_timer.stop()
        self._panel.show_controls(True)

    def _hide_controls(self) -> None:
        focus = QApplication.focusWidget()
        in_use = self.underMouse() or (focus is not None and self._panel.isAncestorOf(focus) and self.isActiveWindow())
        if not in_use:
            self._panel.show_controls(False)

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._panel.isAncestorOf(now):
            self._show_controls()
        elif self._panel.shows_controls:
            self._controls_timer.start()

    # --- Qt ----------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return _USUAL

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowDeactivate:
            self._space.let_go()
            self._controls_timer.start()
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """The controls come by Tab as they come with the pointer."""
        self._show_controls()
        return super().focusNextPrevChild(forward)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._lay_out()
        self._shape_timer.start()
        if self._system.freedom.forbidden:
            freedom = self._system.freedom
            self._panel.notices.put(Notice("window.forbidden", freedom.forbidden, freedom.remedy))

    def hideEvent(self, event: QHideEvent) -> None:
        self._shape_timer.stop()
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._remember_place()
        super().closeEvent(event)

    def setVisible(self, visible: bool) -> None:
        if visible and not self.isVisible():
            self._come_back()
        elif not visible:
            self._remember_place()
        super().setVisible(visible)

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._settled.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()
        self._settled.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._show_controls()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._controls_timer.start()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._open_menu(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom(_ZOOM_STEP ** (event.angleDelta().y() / 120))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._grabbed_at is not None:
            self.move(event.globalPosition().toPoint() - self._grabbed_at)
        elif self._pressed_at is None:
            self.setCursor(_CURSORS.get(self._edges_at(point), Qt.CursorShape.ArrowCursor))
        elif (point - self._pressed_at).manhattanLength() >= QApplication.startDragDistance():
            self._drag_from(self._pressed_at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            if self._pressed_at is not None:
                self._view.animator.touched()
            self._pressed_at = self._grabbed_at = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None and self._system.freedom.placed:
            self.move(self.pos() + step)
        elif not self._space.pressed(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._space.released(event):
            super().keyReleaseEvent(event)


_EDGES = Qt.Edge
_CURSORS = {
    _EDGES.LeftEdge: Qt.CursorShape.SizeHorCursor,
    _EDGES.RightEdge: Qt.CursorShape.SizeHorCursor,
    _EDGES.TopEdge: Qt.CursorShape.SizeVerCursor,
    _EDGES.BottomEdge: Qt.CursorShape.SizeVerCursor,
    _EDGES.LeftEdge | _EDGES.TopEdge: Qt.CursorShape.SizeFDiagCursor,
    _EDGES.RightEdge | _EDGES.BottomEdge: Qt.CursorShape.SizeFDiagCursor,
    _EDGES.RightEdge | _EDGES.TopEdge: Qt.CursorShape.SizeBDiagCursor,
    _EDGES.LeftEdge | _EDGES.BottomEdge: Qt.CursorShape.SizeBDiagCursor,
}
_STEPS = {
    Qt.Key.Key_Left: QPoint(-_MOVE_STEP, 0),
    Qt.Key.Key_Right: QPoint(_MOVE_STEP, 0),
    Qt.Key.Key_Up: QPoint(0, -_MOVE_STEP),
    Qt.Key.Key_Down: QPoint(0, _MOVE_STEP),
}


def _timer(parent: QWidget, milliseconds: int, act: Callable[[], None], *, repeats: bool = False) -> QTimer:
    timer = QTimer(parent)
    timer.setInterval(milliseconds)
    timer.setSingleShot(not repeats)
    timer.timeout.connect(act)
    return timer
