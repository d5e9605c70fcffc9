# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings: devices, model, voice, ears, companion and how to take turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.errors import CompanionError
from desktop_app.domain.settings import BargeIn, Settings, Theme, WhisperWindow
from desktop_app.ports import PersonaLibrary
from desktop_app.ui.background import Background
from desktop_app.ui.choice_box import ChoiceBox
from desktop_app.ui.choices import Choice, Choices
from desktop_app.ui.icons import IconButton
from desktop_app.ui.layouts import column, row, scrolling, text_line


class SettingsDialog(QDialog):
    """Shows the settings at once and fills its lists as they are found out; nothing changes before Save."""

    chosen = Signal(object)

    def __init__(
        self,
        settings: Settings,
        choices: Choices,
        personas: PersonaLibrary,
        background: Background,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._choices = choices
        self._personas = personas
        self._background = background
        self.setWindowTitle(self.tr("Settings"))
        self._make_fields()
        self._lay_out()
        self._find_out()

    def settings(self) -> Settings:
        """The settings as the fields have them."""
        return replace(
            self._settings,
            companion=self._companion.chosen,
            microphone=self._microphone.chosen,
            loudspeaker=self._loudspeaker.chosen,
            ollama_url=self._url(),
            chat_model=self._chat_model.chosen,
            whisper=self._whisper.chosen,
            whisper_window=WhisperWindow(self._window.chosen),
            voice=self._voice.chosen,
            barge_in=BargeIn(self._barge_in.chosen),
            greet=self._greet.isChecked(),
            patience=float(self._patience.chosen),
            low_power=self._low_power.isChecked(),
            theme=Theme(self._theme.chosen),
            reduced_motion=self._reduced_motion.isChecked(),
        )

    def accept(self) -> None:
        if (settings := self.settings()) != self._settings:
            self.chosen.emit(settings)
        super().accept()

    def _make_fields(self) -> None:
        now = self._settings
        self._companion = ChoiceBox(self.tr("Companion"), "", now.companion)
        self._microphone = ChoiceBox(self.tr("Microphone"), self.tr("The system's default"), now.microphone)
        self._loudspeaker = ChoiceBox(self.tr("Loudspeaker"), self.tr("The system's default"), now.loudspeaker)
        self._barge_in = ChoiceBox(self.tr("Taking turns"), "", "")
        self._barge_in.offer(
            (
                Choice(BargeIn.OPEN, self.tr("Speak any time"), self.tr("its own voice is taken out")),
                Choice(BargeIn.HALF_DUPLEX, self.tr("One at a time"), self.tr("for loud loudspeakers")),
                Choice(BargeIn.PUSH_TO_TALK, self.tr("Hold to talk"), self.tr("button or space bar")),
            )
        )
        self._barge_in.choose(now.barge_in)
        self._greet = QCheckBox(self.tr("Says hello when Fireside starts"))
        self._greet.setChecked(now.greet)
        self._patience = ChoiceBox(self.tr("Patience"), "", "")
        patience = {
            0.7: self.tr("Answers quickly"),
            1.0: self.tr("Normal"),
            1.5: self.tr("Patient"),
            2.0: self.tr("Very patient"),
        }
        patience.setdefault(now.patience, self.tr("As in settings.toml"))
        self._patience.offer(tuple(Choice(str(times), words) for times, words in sorted(patience.items())))
        self._patience.choose(str(now.patience))
        self._low_power = QCheckBox(self.tr("Spares the processor (answers later)"))
        self._low_power.setToolTip(
            self.tr("It begins to think, and shows your words, only when you have surely finished.")
        )
        self._low_power.setChecked(now.low_power)
        self._ollama_url = QLineEdit(now.ollama_url)
        self._ollama_url.setAccessibleName(self.tr("Ollama address"))
        self._ollama_url.editingFinished.connect(self._find_models)
        self._chat_model = ChoiceBox(self.tr("Model"), self.tr("The first one installed"), now.chat_model, free=True)
        self._whisper = ChoiceBox(self.tr("Ears"), "", now.whisper, free=True)
        self._window = ChoiceBox(self.tr("Listens to"), "", "")
        self._window.offer(
            (
                Choice(WhisperWindow.AUTO, self.tr("What was said"), self.tr("where this model can do it")),
                Choice(WhisperWindow.FULL, self.tr("Always half a minute"), self.tr("much slower")),
            )
        )
        self._window.choose(now.whisper_window)
        self._voice = ChoiceBox(self.tr("Voice"), self.tr("The companion's own"), now.voice, free=True)
        self._theme = ChoiceBox(self.tr("Colors"), "", "")
        self._theme.offer(
            (
                Choice(Theme.SYSTEM, self.tr("As the system")),
                Choice(Theme.LIGHT, self.tr("Light")),
                Choice(Theme.DARK, self.tr("Dark")),
            )
        )
        self._theme.choose(now.theme)
        self._reduced_motion = QCheckBox(self.tr("Reduced motion (the head keeps still)"))
        self._reduced_motion.setChecked(now.reduced_motion)

    def _lay_out(self) -> None:
        refresh = IconButton("refresh", self.tr("Look for models again"))
        refresh.clicked.connect(self._find_models)
        models = row(6)
        models.addWidget(self._chat_model, stretch=1)
        models.addWidget(refresh)
        page = QWidget()
        sections = column(6, within=page, margins=(4, 0, 12, 0))
        self._model_trouble = self._add_section(
            sections,
            self.tr("Thinking"),
            ((self.tr("&Model"), models, self._chat_model), (self.tr("Ollama &address"), self._ollama_url, None)),
        )
        self._talk_trouble = self._add_section(
            sections,
            self.tr("Talking"),
            (
                (self.tr("&Companion"), self._companion, None),
                (self.tr("&Voice"), self._voice, None),
                (self.tr("&Taking turns"), self._barge_in, None),
                (self.tr("&Patience"), self._patience, None),
                ("", self._low_power, None),
                ("", self._greet, None),
            ),
        )
        self._ear_trouble = self._add_section(
            sections,
            self.tr("Listening"),
            ((self.tr("&Ears"), self._whisper, None), (self.tr("Liste&ns to"), self._window, None)),
        )
        self._device_trouble = self._add_section(
            sections,
            self.tr("Devices"),
            (
                (self.tr("M&icrophone"), self._microphone, None),
                (self.tr("&Loudspeaker"), self._loudspeaker, None),
            ),
        )
        self._add_section(
            sections,
            self.tr("Window"),
            ((self.tr("C&olors"), self._theme, None), ("", self._reduced_motion, None)),
        )
        sections.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Save).setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = column(14, within=self, margins=(18, 12, 18, 18))
        scroll = scrolling(page)
        # It only scrolls up and down, so the longest line must fit, whatever the font.
        scroll.setMinimumWidth(page.minimumSizeHint().width() + scroll.verticalScrollBar().sizeHint().width())
        layout.addWidget(scroll, stretch=1)
        layout.addWidget(buttons)
        self.resize(560, 770)

    def _add_section(
        self, sections: QVBoxLayout, title: str, rows: Sequence[tuple[str, QWidget | QHBoxLayout, QWidget | None]]
    ) -> QLabel:
        """A heading and its fields; returns the line that says what went wrong with finding them out."""
        heading = text_line(title, bold=True)
        heading.setContentsMargins(0, 10, 0, 2)
        sections.addWidget(heading)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for words, field, buddy in rows:
            label = QLabel(words)
            label.setMinimumSize(120, (buddy or field).sizeHint().height())
            label.setBuddy(buddy or field)  # type: ignore[arg-type]  # only widgets come without a buddy
            form.addRow(label, field)
        sections.addLayout(form)
        trouble = text_line(quiet=True)
        trouble.hide()
        sections.addWidget(trouble)
        return trouble

    def _find_out(self) -> None:
        self._fill(self._microphone, self._choices.microphones, self._device_trouble)
        self._fill(self._loudspeaker, self._choices.loudspeakers, self._device_trouble)
        self._fill(self._whisper, self._choices.whisper_models, self._ear_trouble)
        self._fill(self._voice, self._choices.voices, self._talk_trouble)
        self._fill(self._companion, self._companions, self._talk_trouble)
        self._find_models()

    def _find_models(self) -> None:
        url = self._url()
        self._model_trouble.hide()
        self._fill(
            self._chat_model,
            lambda: self._choices.chat_models(url),
            self._model_trouble,
            still_asked=lambda: url == self._url(),
        )

    def _url(self) -> str:
        return self._ollama_url.text().strip() or Settings().ollama_url

    def _fill(
        self,
        box: ChoiceBox,
        question: Callable[[], Sequence[Choice]],
        trouble: QLabel,
        still_asked: Callable[[], bool] = lambda: True,
    ) -> None:
        def found(choices: Sequence[Choice]) -> None:
            if still_asked():
                box.offer(choices)

        def failed(error: CompanionError) -> None:
            if still_asked():
                trouble.setText(f"{error.sentence} {error.hint}".strip())
                trouble.show()

        self._background.ask(self, question, found, failed)

    def _companions(self) -> Sequence[Choice]:
        found = []
        for persona_id in self._personas.ids():
            try:
                found.append(Choice(persona_id, self._personas.load(persona_id).name))
            except CompanionError:
                found.append(Choice(persona_id, persona_id, self.tr("cannot be read")))
        return found
