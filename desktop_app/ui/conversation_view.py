# SPDX-License-Identifier: GPL-3.0-or-later
"""Live captions of both sides: the person's words as they are understood, the companion's as they are heard."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QDateTime, QEvent, QLocale, QSize, Qt, QTimer
from PySide6.QtGui import QPalette, QResizeEvent, QTextDocument
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QWidget

from desktop_app.domain import events
from desktop_app.domain.conversation import TurnId
from desktop_app.domain.events import Event
from desktop_app.domain.memory import KeptMessage
from desktop_app.ui.icons import IconButton
from desktop_app.ui.layouts import column, row, scrolling, text_line

KEPT_BUBBLES = 300
"""Older ones leave the pane; the memory keeps them all."""

_WIDEST_BUBBLE = 520
_BUBBLE_MARGINS = (14, 10, 14, 7)  # lines are high, and put that height below the letters
_PAGE_MARGINS = (16, 16, 16, 16)
_LINE_HEIGHT = 125
_STICKS_WITHIN = 30
"""So near to the end, the pane follows what is said."""

_DOTS = ("·", "· ·", "· · ·")
_DOT_INTERVAL_MS = 380


class Bubble(QWidget):
    """What one side said in one go; the part that is live stands out from what is settled."""

    def __init__(self, side: str, speaker: str) -> None:
        super().__init__()
        frame = QFrame()
        frame.setProperty("bubble", side)
        self._speaker = speaker
        self._settled = self._live = ""
        self._is_tentative = side == "person"
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.RichText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._note = text_line(quiet=True, scale=0.9)
        self._note.hide()
        lines = column(2, within=frame, margins=_BUBBLE_MARGINS)
        lines.addWidget(self._label)
        lines.addWidget(self._note)
        line = row(0, within=self)
        line.addWidget(frame)
        line.insertStretch(0 if side == "person" else 1, 1)

    @property
    def text(self) -> str:
        return f"{self._settled} {self._live}".strip()

    @property
    def note(self) -> str:
        return self._note.text()

    def set_words(self, settled: str, live: str = "") -> None:
        self._settled, self._live = settled, live
        self.setAccessibleName(self.tr("{speaker}: {words}").format(speaker=self._speaker, words=self.text))
        self._label.setAccessibleName(self.accessibleName())
        self._render()

    def set_note(self, note: str) -> None:
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def fit(self, width: int) -> None:
        """Takes as much of this width as the words need."""
        left, _, right, _ = _BUBBLE_MARGINS
        words = QTextDocument()
        words.setDefaultFont(self._label.font())
        words.setDocumentMargin(0)
        words.setHtml(self._label.text())
        words.setTextWidth(max(40, width - left - right))
        self._label.setFixedSize(QSize(int(words.idealWidth()) + 2, int(words.size().height()) + 1))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.text:
            self._render()

    def _render(self) -> None:
        colors = self.palette()
        strong = colors.color(QPalette.ColorRole.Text).name()
        quiet = colors.color(QPalette.ColorRole.PlaceholderText).name()
        settled_color, live_color = (strong, quiet) if self._is_tentative or not self._live else (quiet, strong)
        parts = ((self._settled, settled_color), (self._live, live_color))
        words = " ".join(f'<span style="color:{color}">{escape(text)}</span>' for text, color in parts if text)
        self._label.setText(f'<div style="line-height:{_LINE_HEIGHT}%">{words}</div>')


class Divider(QWidget):
    """A line across the pane with a few words: who is talked with from here on, or until when the words above are."""

    def __init__(self, words: str) -> None:
        super().__init__()
        label = QLabel(words)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("quiet", True)
        self.setAccessibleName(words)
        line = row(10, within=self)
        for part in (QFrame(), label, QFrame()):
            if part is label:
                line.addWidget(part)
            else:
                part.setProperty("divider", True)
                part.setFixedHeight(1)
                line.addWidget(part, stretch=1)


class ConversationView(QScrollArea):
    """The conversation, the newest at the bottom; follows what is said unless the person has scrolled up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conversation")
        self.setAccessibleName(self.tr("Conversation"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._companion = self.tr("Companion")
        self._companion_id = ""
        """Whose words are shown last."""
        self._bubbles: list[Bubble] = []
        self._dividers: list[Divider] = []
        self._hearing: Bubble | None = None
        """Words being said now."""
        self._understanding: Bubble | None = None
        """Words that have been said and are not final yet."""
        self._speaking: dict[TurnId, Bubble] = {}

        page = QWidget()
        self._column = column(10, within=page, margins=_PAGE_MARGINS)
        self._welcome = text_line(quiet=True)
        self._welcome.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column.addStretch(1)  # what was said stands at the bottom
        self._column.addWidget(self._welcome, stretch=1000)
        self._thinking = text_line(_DOTS[-1], quiet=True)
        self._thinking.hide()
        self._thinking.setContentsMargins(14, 2, 14, 2)
        self._column.addWidget(self._thinking)
        scrolling(page, self)

        self._dots = QTimer(self)
        self._dots.setInterval(_DOT_INTERVAL_MS)
        self._dots.timeout.connect(self._step_dots)
        self._follows = True
        self._latest_button = IconButton("down", self.tr("Go to the latest words"), parent=self)
        self._latest_button.setProperty("filled", True)
        self._latest_button.clicked.connect(self.go_to_latest)
        self._latest_button.hide()
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._on_grown)
        bar.valueChanged.connect(self._on_scrolled)

    @property
    def bubbles(self) -> tuple[Bubble, ...]:
        return tuple(self._bubbles)

    @property
    def dividers(self) -> tuple[str, ...]:
        """What they say."""
        return tuple(divider.accessibleName() for divider in self._dividers)

    @property
    def is_thinking_shown(self) -> bool:
        return self._dots.isActive()

    def set_companion(self, name: str) -> None:
        self._companion = name
        self._welcome.setText(self.tr("Say hello to {name},\nor type below.").format(name=name))

    def go_to_latest(self) -> None:
        self._follows = True
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        self._latest_button.hide()

    def on_event(self, event: Event) -> None:
        match event:
            case events.ConversationResumed(persona_id=persona_id, messages=messages):
                if persona_id != self._companion_id:
                    self._companion_id = persona_id
                    self._resume(messages)
            case events.UserSpeechStarted():
                self._hear_on()
            case events.TranscriptChanged(transcript=transcript):
                live = self._hearing or self._understanding
                if live is not None and transcript.text:
                    self._set(live, transcript.stable, transcript.tentative)
            case events.UserSpeechEnded():
                self._understanding, self._hearing = self._hearing, None
            case events.UtteranceDismissed():
                self._dismiss_utterance()
            case events.TranscriptReady(text=text):
                self._show_final_words(text)
            case events.TurnStarted():
                self._show_thinking(True)
            case events.SentenceStarted(turn_id=turn_id, text=text):
                self._show_thinking(False)
                self._show_sentence(turn_id, text)
            case events.TurnCompleted(turn_id=turn_id):
                self._end_turn(turn_id, None)
            case (
                events.TurnInterrupted(turn_id=turn_id, heard_text=heard)
                | events.TurnFailed(turn_id=turn_id, heard_text=heard)
            ):
                self._end_turn(turn_id, heard)
            case events.EngineStopped():
                self._show_thinking(False)
            case _:
                pass  # nothing that is said

    def sizeHint(self) -> QSize:
        return QSize(220, 100)  # the window's proportions decide, not what was said

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            for bubble in self._bubbles:
                bubble.fit(self._bubble_width())
        button = self._latest_button
        button.adjustSize()
        button.move((self.width() - button.width()) // 2, self.height() - button.height() - 12)

    def _add(self, side: str, before: Bubble | None = None) -> Bubble:
        self._welcome.hide()
        bubble = Bubble(side, self.tr("You") if side == "person" else self._companion)
        self._column.insertWidget(self._column.indexOf(before or self._thinking), bubble)
        self._bubbles.insert(self._bubbles.index(before) if before is not None else len(self._bubbles), bubble)
        if len(self._bubbles) > KEPT_BUBBLES:
            self._remove(self._bubbles[0])
        return bubble

    def _divide(self, words: str, before: Bubble | None) -> None:
        divider = Divider(words)
        self._column.insertWidget(self._column.indexOf(before or self._thinking), divider)
        self._dividers.append(divider)

    def _resume(self, messages: Sequence[KeptMessage]) -> None:
        """What was said with this companion before; what is being said now stays below it."""
        now = self._understanding or self._hearing
        if any(bubble is not now for bubble in self._bubbles):
            self._divide(self._companion, now)
        for message in messages:
            bubble = self._add(message.speaker, before=now)
            self._set(bubble, f"{message.text} –" if message.interrupted else message.text)
        if messages:
            last = QDateTime.fromSecsSinceEpoch(round(messages[-1].said_at.timestamp()))
            until = QLocale().toString(last, QLocale.FormatType.ShortFormat)
            self._divide(self.tr("until {time}").format(time=until), now)

    def _set(self, bubble: Bubble, settled: str, live: str = "") -> None:
        bubble.set_words(settled, live)
        bubble.fit(self._bubble_width())

    def _remove(self, bubble: Bubble) -> None:
        self._bubbles.remove(bubble)
        self._column.removeWidget(bubble)
        bubble.hide()
        bubble.deleteLater()
        first = self._column.indexOf(self._bubbles[0]) if self._bubbles else self._column.count()
        for divider in [each for each in self._dividers if self._column.indexOf(each) < first]:
            self._dividers.remove(divider)
            self._column.removeWidget(divider)
            divider.deleteLater()
        self._welcome.setVisible(not self._bubbles)

    def _hear_on(self) -> None:
        """Speaking on before the words came goes on in the same bubble: they will be answered as one."""
        self._hearing, self._understanding = self._understanding, None
        if self._hearing is None:
            self._hearing = self._add("person")
            self._set(self._hearing, "", "…")

    def _dismiss_utterance(self) -> None:
        dismissed = self._understanding or self._hearing
        if dismissed is None:
            return
        if dismissed is self._understanding:
            self._understanding = None
        else:
            self._hearing = None
        self._remove(dismissed)

    def _show_final_words(self, text: str) -> None:
        # Typed words have no bubble yet; they go before what is being said at the same time.
        bubble = self._understanding or self._add("person", before=self._hearing)
        self._understanding = None
        self._set(bubble, text)

    def _show_sentence(self, turn_id: TurnId, text: str) -> None:
        bubble = self._speaking.get(turn_id)
        if bubble is None:
            bubble = self._speaking[turn_id] = self._add("companion")
        self._set(bubble, bubble.text, text)

    def _end_turn(self, turn_id: TurnId, heard_text: str | None) -> None:
        """heard_text is None where the whole answer was heard."""
        self._show_thinking(False)
        bubble = self._speaking.pop(turn_id, None)
        if bubble is None:
            return
        if heard_text is None:
            self._set(bubble, bubble.text)
        elif heard_text.strip():
            self._set(bubble, heard_text.strip() + " –")
            bubble.set_note(self.tr("stopped here"))
        else:
            self._remove(bubble)

    def _show_thinking(self, shown: bool) -> None:
        self._thinking.setVisible(shown)
        if shown:
            self._dots.start()
        else:
            self._dots.stop()

    def _step_dots(self) -> None:
        self._thinking.setText(_DOTS[(_DOTS.index(self._thinking.text()) + 1) % len(_DOTS)])

    def _bubble_width(self) -> int:
        left, _, right, _ = _PAGE_MARGINS
        inside = self.viewport().width() - left - right
        return min(_WIDEST_BUBBLE, int(inside * 0.88))

    def _on_grown(self) -> None:
        if self._follows:
            self.go_to_latest()

    def _on_scrolled(self, value: int) -> None:
        self._follows = value >= self.verticalScrollBar().maximum() - _STICKS_WITHIN
        self._latest_button.setVisible(not self._follows)
