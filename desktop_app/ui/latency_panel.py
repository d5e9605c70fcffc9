# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon the last answers came, as stacked bars, and in one sentence where the time of the latest went.

It shows seconds and no words of the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QSizePolicy, QWidget

from desktop_app.domain.conversation import TurnTimings
from desktop_app.domain.turn_stages import Stage, longest_stage, stages_of
from desktop_app.ui.layouts import column, row, scrolling, text_line

SHOWN_TURNS = 12

_BAR_HEIGHT = 26
_GAP = 2.0
_RADIUS = 5.0
_SHORTEST_SCALE_SECONDS = 1.0
"""The bars' whole width is at least this long, so that a quick answer looks quick."""

# Of even lightness, told apart by hue, order and gaps; at least 3:1 on the card they lie on.
_LIGHT = {
    Stage.WAITING: "#7b6b5e",
    Stage.HEARING: "#2a6f97",
    Stage.THINKING: "#b8431a",
    Stage.VOICING: "#557a1f",
    Stage.PLAYING: "#7a4a9c",
}
_DARK = {
    Stage.WAITING: "#a08d80",
    Stage.HEARING: "#6fb4d9",
    Stage.THINKING: "#f28149",
    Stage.VOICING: "#a6c763",
    Stage.PLAYING: "#c6a0e4",
}


class LatencyPanel(QDialog):
    """Shows the turns it is given; give them anew when another is over."""

    def __init__(self, turns: Sequence[TurnTimings], parent: QWidget | None = None) -> None:
        """turns: the latest last; those in which nothing was heard are left out."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("How soon it answers"))
        self.resize(560, 520)
        self._sentence = text_line(bold=True, scale=1.1)
        self._further = text_line(quiet=True)
        self._legend = _Legend()
        page = QWidget()
        self._rows = column(6, within=page, margins=(2, 2, 2, 2))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = column(12, within=self, margins=(18, 18, 18, 18))
        layout.addWidget(self._sentence)
        layout.addWidget(self._further)
        layout.addWidget(self._legend)
        layout.addWidget(scrolling(page), stretch=1)
        layout.addWidget(buttons)
        self.show_turns(turns)

    def show_turns(self, turns: Sequence[TurnTimings]) -> None:
        """The latest last."""
        heard = [timings for timings in turns if timings.first_sound_seconds is not None][-SHOWN_TURNS:]
        while (item := self._rows.takeAt(0)) is not None:
            if (shown := item.widget()) is not None:
                shown.hide()
                shown.deleteLater()
        self._legend.setVisible(bool(heard))
        self._further.setVisible(bool(heard))
        if not heard:
            self._sentence.setText(self.tr("Nothing has been answered yet."))
            return
        self._sentence.setText(where_the_time_went(heard[-1]))
        self._further.setText(_further(heard[-1]))
        longest = max(_SHORTEST_SCALE_SECONDS, *(timings.first_sound_seconds or 0.0 for timings in heard))
        for age, timings in enumerate(reversed(heard)):
            self._rows.addWidget(TurnBar(timings, age, longest))
        self._rows.addStretch(1)


class TurnBar(QWidget):
    """One turn: its stages from left to right, the whole wait at the end."""

    def __init__(self, timings: TurnTimings, age: int, scale_seconds: float, parent: QWidget | None = None) -> None:
        """age: how many turns ago; scale_seconds: what the whole width stands for."""
        super().__init__(parent)
        self._stages = stages_of(timings)
        self._scale_seconds = scale_seconds
        self._total = _seconds(timings.first_sound_seconds or 0.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        told = ", ".join(f"{stage_name(stage)} {_seconds(length)}" for stage, length in self._stages.items() if length)
        when = self.tr("The latest answer") if age == 0 else self.tr("%n answer(s) before", "", age)
        self.setAccessibleName(self.tr("{when}: after {seconds}").format(when=when, seconds=self._total))
        self.setAccessibleDescription(told)
        self.setToolTip(told)

    def sizeHint(self) -> QSize:
        return QSize(360, _BAR_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, metrics = self.palette(), QFontMetricsF(self.font())
        total_width = metrics.horizontalAdvance("88.88 s") + 12
        space = self.width() - total_width - 8
        left, colors = 4.0, colors_on(palette)
        for stage, length in self._stages.items():
            width = space * length / self._scale_seconds
            if width <= _GAP:
                left += width
                continue
            part = QRectF(left, 3, width - _GAP, self.height() - 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors[stage])
            painter.drawRoundedRect(part, min(_RADIUS, part.width() / 2), _RADIUS)
            label = _seconds(length)
            if metrics.horizontalAdvance(label) + 8 <= part.width():
                painter.setPen(palette.color(QPalette.ColorRole.BrightText))
                painter.drawText(part, Qt.AlignmentFlag.AlignCenter, label)
            left += width
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        place = QRectF(left + 6, 0, total_width, self.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._total)
        if self.hasFocus():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS + 2, _RADIUS + 2)


class _Legend(QWidget):
    """What the colors stand for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = row(14, within=self)
        for stage in Stage:
            entry = row(6)
            entry.addWidget(_Swatch(stage))
            label = text_line(stage_name(stage), quiet=True)
            label.setWordWrap(False)
            entry.addWidget(label)
            line.addLayout(entry)
        line.addStretch(1)
        order = text_line(_tr("Latest first"), quiet=True)
        order.setWordWrap(False)
        line.addWidget(order)


class _Swatch(QWidget):
    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self.setFixedSize(12, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors_on(self.palette())[self._stage])
        painter.drawEllipse(QPointF(6, 6), 5, 5)


def colors_on(palette: QPalette) -> Mapping[Stage, QColor]:
    """For a light or a dark window."""
    is_dark = palette.color(QPalette.ColorRole.Window).lightnessF() < 0.5
    return {stage: QColor(color) for stage, color in (_DARK if is_dark else _LIGHT).items()}


def stage_name(stage: Stage) -> str:
    """In the window's language."""
    match stage:
        case Stage.WAITING:
            return _tr("Waiting")
        case Stage.HEARING:
            return _tr("Ears")
        case Stage.THINKING:
            return _tr("Model")
        case Stage.VOICING:
            return _tr("Voice")
        case Stage.PLAYING:
            return _tr("Loudspeaker")


def where_the_time_went(timings: TurnTimings) -> str:
    """One plain sentence on what cost most."""
    stages, longest = stages_of(timings), longest_stage(timings)
    if longest is None:
        return ""
    seconds = _seconds(stages[longest])
    match longest:
        case Stage.WAITING:
            sentence = _tr("Waiting to be sure that you had finished took longest: {seconds}.")
        case Stage.HEARING:
            sentence = _tr("The ears took longest to understand you: {seconds}.")
        case Stage.THINKING if timings.prompt_reading and timings.prompt_reading.on_processor:
            sentence = _tr("The model runs on the CPU: {seconds} to its first word.")
        case Stage.THINKING:
            sentence = _tr("The model took longest: {seconds} to its first word.")
        case Stage.VOICING:
            sentence = _tr("The first words and their voice took longest: {seconds}.")
        case Stage.PLAYING:
            sentence = _tr("It took longest until the loudspeaker played: {seconds}.")
    return sentence.format(seconds=seconds)


def _further(timings: TurnTimings) -> str:
    """What else is known of the turn."""
    told = [_tr("The answer began after {seconds}.").format(seconds=_seconds(timings.first_sound_seconds or 0.0))]
    if reading := timings.prompt_reading:
        read = _tr("The model spent {seconds} reading what was new in a prompt of {tokens} tokens.")
        told.append(read.format(tokens=reading.tokens, seconds=_seconds(reading.seconds)))
    if timings.wasted_drafts == 1:
        told.append(_tr("One answer was begun in vain before it."))
    elif timings.wasted_drafts:
        told.append(_tr("{count} answers were begun in vain before it.").format(count=timings.wasted_drafts))
    return " ".join(told)


def _seconds(seconds: float) -> str:
    return _tr("{seconds} s").format(seconds=f"{seconds:.2f}" if seconds < 1 else f"{seconds:.1f}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("LatencyPanel", text)
