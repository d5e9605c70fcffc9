# SPDX-License-Identifier: GPL-3.0-or-later
"""A small caption: the sentence that is being spoken, or what was understood of the person's; it goes by itself."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop_app.domain import events
from desktop_app.domain.events import Event

_LINES = 2
_STAYS_MS = 4000
"""So long after the last word one can still read it."""


class CaptionBubble(QLabel):
    """Hears every event; hidden while there is nothing to read, or nobody wants to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setContentsMargins(10, 4, 10, 4)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._is_wanted = True
        self._words = ""
        self._over = QTimer(self)
        self._over.setSingleShot(True)
        self._over.setInterval(_STAYS_MS)
        self._over.timeout.connect(lambda: self._say(""))
        self.hide()

    @property
    def is_wanted(self) -> bool:
        return self._is_wanted

    @is_wanted.setter
    def is_wanted(self, wanted: bool) -> None:
        self._is_wanted = wanted
        self._say(self._words)

    def on_event(self, event: Event) -> None:
        match event:
            case events.SentenceStarted(text=text):
                self._over.stop()
                self._say(text)
            case events.TranscriptChanged(transcript=transcript) if transcript.text:
                self._over.start()
                self._say(transcript.text, from_end=True)
            case events.TranscriptReady(text=text):
                self._over.start()
                self._say(text, from_end=True)
            case events.TurnCompleted() | events.TurnInterrupted() | events.TurnFailed():
                self._over.start()
            case events.EngineStopped() | events.PersonaChanged():
                self._say("")
            case _:
                pass  # nothing to read

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _say(self, words: str, from_end: bool = False) -> None:
        """Of what is too long, its beginning is shown, or its end."""
        self._words, self._from_end = words, from_end
        self.setAccessibleName(words)
        self._fit()
        self.setVisible(self._is_wanted and bool(words))

    def _fit(self) -> None:
        margins = self.contentsMargins()
        width = max(40, self.width() - margins.left() - margins.right())
        self.setText(shortened(self._words, self.fontMetrics(), width, _LINES, self._from_end))


def shortened(words: str, metrics: QFontMetrics, width: int, lines: int, from_end: bool = False) -> str:
    """As many whole words as fit into so many lines, with an ellipsis for the rest."""

    def fits(text: str) -> bool:
        box = metrics.boundingRect(QRect(0, 0, width, 10_000), Qt.TextFlag.TextWordWrap, text)
        return box.height() < (lines + 0.5) * metrics.lineSpacing()

    if fits(words):
        return words
    each = words.split()
    for dropped in range(1, len(each)):
        shorter = "… " + " ".join(each[dropped:]) if from_end else " ".join(each[:-dropped]) + " …"
        if fits(shorter):
            return shorter
    return metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)
