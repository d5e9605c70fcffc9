# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the companion your own: face, hair, clothes and room, seen live while you change them."""

from __future__ import annotations

import random
from dataclasses import replace

from PySide6.QtCore import QCollator, QLocale, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QUndoCommand, QUndoStack
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.avatar.avatar_file import Imported
from desktop_app.avatar.library import SHAPE_CATEGORIES, AvatarLibrary
from desktop_app.avatar.look import COLORS, SLIDERS, SLOTS, Look
from desktop_app.avatar.parts import name_in
from desktop_app.avatar.swatches import SWATCHES, random_look
from desktop_app.domain.conversation import Expression
from desktop_app.domain.errors import LookError
from desktop_app.ui.avatar_controls import LookSlider, PictureGrid, SwatchRow
from desktop_app.ui.avatar_sharing import LONGEST_NAME, SharingBar
from desktop_app.ui.avatar_thumbnails import Thumbnails
from desktop_app.ui.avatar_view import AvatarView
from desktop_app.ui.avatar_watcher import AvatarWatcher
from desktop_app.ui.corners import round_off
from desktop_app.ui.layouts import column, row, scrolling, text_line

_LOOK_SETTLES_MILLISECONDS = 500
_PREVIEW_MILLISECONDS = 33
_GAP = 8
_STAYS = "What it held before stays until it is whole again."

_CATEGORIES = (
    "presets", "face", "eyes", "nose_mouth", "skin", "hair", "clothes", "accessories", "background",
)  # fmt: skip


def _title(slot: str) -> str:
    return slot.replace("_", " ").capitalize()


def _scrolling(page: QWidget) -> QWidget:
    """Never narrower than its longest line: it only scrolls up and down."""
    area = scrolling(page)
    area.setMinimumWidth(page.minimumSizeHint().width() + area.verticalScrollBar().sizeHint().width())
    return area


class _LookChange(QUndoCommand):
    """From one look to the next; moves of one slider become a single step."""

    def __init__(self, editor: AvatarEditor, before: Look, after: Look, what: str, mergeable: bool) -> None:
        super().__init__(what)
        self._editor, self._before, self.after = editor, before, after
        self._mergeable = mergeable

    def redo(self) -> None:
        self._editor.wear(self.after)

    def undo(self) -> None:
        self._editor.wear(self._before)

    def id(self) -> int:
        return (hash(self.text()) & 0x3FFFFFFF) if self._mergeable else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _LookChange) or other.text() != self.text():
            return False
        self.after = other.after
        return True


class AvatarEditor(QWidget):
    """Changes a look step by step. Nothing is kept until saved is announced."""

    look_changed = Signal(object)
    """Look, at every change."""
    saved = Signal(object)
    """Look, when the person wants to keep it."""
    cancelled = Signal()
    """The person wants nothing of it."""

    def __init__(
        self, library: AvatarLibrary, look: Look, *, reduced_motion: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._library, self._look, self._start = library, look, look
        self._language = QLocale.languageToCode(QLocale().language())
        self._chance = random.Random()
        self._undo = QUndoStack(self)
        self._swatches: dict[str, SwatchRow] = {}
        self._sliders: dict[str, LookSlider] = {}
        self._grids: dict[str, PictureGrid] = {}
        self._thumbnails = Thumbnails(library, self)
        self._locks: dict[str, QCheckBox] = {}
        self._previewed: Look | None = look
        self._preview_rests = QTimer(self)
        self._preview_rests.setSingleShot(True)
        self._preview_rests.setInterval(_PREVIEW_MILLISECONDS)
        self._preview_rests.timeout.connect(self._show_preview)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_LOOK_SETTLES_MILLISECONDS)
        self._settled.timeout.connect(self._redraw_grids)
        self._titles = {
            "presets": self.tr("Presets"), "face": self.tr("Face"), "eyes": self.tr("Eyes and brows"),
            "nose_mouth": self.tr("Nose and mouth"), "skin": self.tr("Skin and make-up"), "hair": self.tr("Hair"),
            "clothes": self.tr("Clothes"), "accessories": self.tr("Accessories"), "background": self.tr("Background"),
        }  # fmt: skip
        self._features = {
            "face": self.tr("Face shape"), "eyes": self.tr("Eye shape"), "brows": self.tr("Brow shape"),
            "mouth": self.tr("Mouth shape"),
        }  # fmt: skip
        self._build()
        self.view.set_reduced_motion(reduced_motion)
        self._show_values()
        self._watcher = AvatarWatcher(library, self)
        self._watcher.changed.connect(self.refresh)
        self._watcher.broken.connect(lambda error: self._sharing.say(f"{error.sentence} {_STAYS}"))
        self._watcher.mended.connect(lambda: self._sharing.say(""))

    @property
    def look(self) -> Look:
        return self._look

    @property
    def has_changes(self) -> bool:
        """Whether the person would lose something if it were closed now."""
        return not self._undo.isClean() or self._name.text().strip() != self._look.name

    def save(self) -> None:
        """Announces the look as the one to keep."""
        self._rename()
        self._start = self._look
        self._undo.setClean()
        self.saved.emit(self._look)

    def sizeHint(self) -> QSize:
        return QSize(1040, 720)

    def begin(self) -> None:
        """Gives the keyboard to the categories. (As a focus proxy the list would let Tab reach nothing else.)"""
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_page(self, number: int) -> None:
        """Turns to one of the categories, the presets first."""
        self._list.setCurrentRow(number)

    # --- building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        line = row(16, within=self, margins=(16, 16, 16, 16))
        line.addLayout(self._build_preview(), 4)
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("What to change"))
        self._list.setFixedWidth(170)
        self._list.setStyleSheet(
            "QListWidget::item { padding: 8px 10px; border-radius: 8px; }"
            "QListWidget::item:selected { background: palette(highlight); color: palette(highlighted-text); }"
            "QListWidget::item:selected:focus { border-color: palette(window-text); }"
        )
        self._pages = QStackedWidget()
        for category in _CATEGORIES:
            self._list.addItem(self._titles[category])
            self._pages.addWidget(self._build_page(category))
        self._list.currentRowChanged.connect(self._pages.setCurrentIndex)
        self._list.setCurrentRow(0)
        choices = row(16)
        choices.addWidget(self._list)
        choices.addWidget(self._pages, 1)
        right = column(_GAP)
        right.addLayout(choices, 1)
        right.addWidget(self._sharing.line)
        line.addLayout(right, 9)

    def _build_preview(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(_GAP)
        self.view = AvatarView(self._library, self._look)
        self.view.setMinimumSize(270, 280)
        round_off(self.view)
        column.addWidget(self.view, 1)
        moods = QComboBox()
        moods.setAccessibleName(self.tr("Try an expression"))
        moods.addItem(self.tr("Try an expression…"), None)
        for expression in Expression:
            moods.addItem(self.tr(expression.value.capitalize()), expression)
        moods.activated.connect(lambda index: self._try_expression(moods.itemData(index)))
        column.addWidget(moods)
        self._name = QLineEdit(self._look.name)
        self._name.setAccessibleName(self.tr("Name of this look"))
        self._name.setPlaceholderText(self.tr("Name of this look"))
        self._name.setMaxLength(LONGEST_NAME)
        self._name.editingFinished.connect(self._rename)
        column.addWidget(self._name)
        buttons = row(_GAP)
        undo, redo = (
            self._undo.createUndoAction(self, self.tr("Undo")),
            self._undo.createRedoAction(self, self.tr("Redo")),
        )
        undo.setShortcut(QKeySequence.StandardKey.Undo)
        redo.setShortcut(QKeySequence.StandardKey.Redo)
        buttons.addWidget(self._button_for(undo, self.tr("Undo")))
        buttons.addWidget(self._button_for(redo, self.tr("Redo")))
        compare = QPushButton(self.tr("Before"))
        compare.setToolTip(self.tr("Hold to compare with the look you started from"))
        compare.pressed.connect(lambda: self._preview(self._start))
        compare.released.connect(lambda: self._preview(self._look))
        buttons.addWidget(compare)
        column.addLayout(buttons)
        chance = QPushButton(self.tr("Surprise me"))
        chance.setToolTip(self.tr("Another look by chance; categories you keep stay as they are"))
        chance.clicked.connect(self.randomize)
        column.addWidget(chance)
        self._sharing = SharingBar(self._library, lambda: self._look)
        self._sharing.imported.connect(self._take_in)
        self._sharing.kept.connect(self._fill_presets)
        column.addWidget(self._sharing)
        ending = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        save = ending.button(QDialogButtonBox.StandardButton.Save)
        save.setProperty("primary", True)
        save.clicked.connect(self.save)
        cancel = ending.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setToolTip(self.tr("Close, and wear again what was worn before"))
        cancel.clicked.connect(self.cancelled)
        column.addWidget(ending)
        return column

    def _button_for(self, action: QAction, label: str) -> QPushButton:
        """A push button that follows an action; its text stays short."""
        button = QPushButton(label)
        button.setEnabled(action.isEnabled())
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        self.addAction(action)
        return button

    def _build_page(self, category: str) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, _GAP, 0)
        title = row(_GAP)
        title.addWidget(text_line(self._titles[category], bold=True, scale=1.2), stretch=1)
        column.addLayout(title)
        if category == "presets":
            column.addWidget(self._build_presets())
            column.addStretch(1)
            return _scrolling(page)
        title.addWidget(self._build_lock(category))
        for feature, feature_category in SHAPE_CATEGORIES.items():
            if feature_category == category:
                self._add_grid(column, category, self._build_shapes(feature))
        for slot, (slot_category, _) in SLOTS.items():
            if slot_category == category:
                self._add_grid(column, category, self._build_grid(slot))
        for name, (color_category, label, _) in COLORS.items():
            if color_category == category:
                swatches = SwatchRow(self.tr(label), SWATCHES[name])
                swatches.chosen.connect(lambda color, name=name: self._change_color(name, color))
                self._swatches[name] = swatches
                column.addWidget(swatches)
        for name, spec in SLIDERS.items():
            if spec.category == category:
                slider = LookSlider(spec, self.tr(spec.label))
                slider.moved.connect(lambda value, name=name: self._change_slider(name, value))
                self._sliders[name] = slider
                column.addWidget(slider)
        column.addStretch(1)
        return _scrolling(page)

    def _build_lock(self, category: str) -> QCheckBox:
        lock = QCheckBox(self.tr("Keep this when surprised"))
        lock.setAccessibleName(self.tr("Keep {what} when surprised").format(what=self._titles[category]))
        self._locks[category] = lock
        return lock

    def _add_grid(self, column: QVBoxLayout, category: str, grid: PictureGrid) -> None:
        """Below what it is called, unless the page is called so."""
        if grid.accessibleName() != self._titles[category]:
            heading = QLabel(grid.accessibleName())
            heading.setBuddy(grid)
            column.addWidget(heading)
        column.addWidget(grid)

    def _build_presets(self) -> PictureGrid:
        grid = PictureGrid(
            self._titles["presets"], lambda preset: self._thumbnails.draw(self._library.look(preset), "preset")
        )
        grid.picked.connect(self._put_on_preset)
        self._presets = grid
        self._fill_presets()
        return grid

    def _fill_presets(self) -> None:
        self._presets.fill([(preset.id, preset.name) for preset in self._library.presets()])

    def _build_shapes(self, feature: str) -> PictureGrid:
        shapes = {shape.id: shape for shape in self._library.feature_shapes(feature)}
        label = self._features[feature]

        def with_shape(shape: str) -> Look:
            return self._look.with_sliders(shapes[shape].sliders)

        grid = PictureGrid(label, lambda shape: self._thumbnails.draw(with_shape(shape), feature))
        grid.fill([(shape.id, name_in(self._language, shape.names)) for shape in shapes.values()])
        grid.picked.connect(lambda shape: self._change(with_shape(shape), label))
        self._grids[feature] = grid
        return grid

    def _build_grid(self, slot: str) -> PictureGrid:
        grid = PictureGrid(
            self.tr(_title(slot)), lambda part: self._thumbnails.draw(self._look.with_part(slot, part), slot)
        )
        grid.fill(self._choices(slot))
        grid.picked.connect(lambda part: self._change_part(slot, part))
        self._grids[slot] = grid
        return grid

    def _choices(self, slot: str) -> list[tuple[str, str]]:
        none = [("", self.tr("None"))] if SLOTS[slot][1] == "" else []
        named = [(part.id, name_in(self._language, part.names)) for part in self._library.parts(slot)]
        return none + sorted(named, key=lambda choice: QCollator(QLocale()).sortKey(choice[1]))

    # --- changing ------------------------------------------------------------------------------------------------

    def _change(self, after: Look, what: str, mergeable: bool = False) -> None:
        if after != self._look:
            self._undo.push(_LookChange(self, self._look, after, what, mergeable))

    def _change_color(self, name: str, color: str) -> None:
        self._change(self._look.with_color(name, color), self.tr(COLORS[name][1]))

    def _change_slider(self, name: str, value: float) -> None:
        self._change(self._look.with_slider(name, value), self.tr(SLIDERS[name].label), mergeable=True)

    def _change_part(self, slot: str, part: str) -> None:
        self._change(self._look.with_part(slot, part), self.tr(_title(slot)))

    def _put_on_preset(self, preset: str) -> None:
        self._change(self._library.look(preset), self.tr("Preset"))

    def _rename(self) -> None:
        name = self._name.text().strip()
        self._change(replace(self._look, name=name), self.tr("Name"))

    def randomize(self) -> None:
        """Puts on another look by chance; locked categories stay."""
        locked = {category for category, lock in self._locks.items() if lock.isChecked()}
        self._change(random_look(self._library, self._chance, self._look, locked), self.tr("Surprise"))

    def wear(self, look: Look) -> None:
        """Shows a look everywhere; undo and redo come here."""
        self._look = look
        self._show_values()
        if not self._preview_rests.isActive():
            self._show_preview()
        self._settled.start()
        self.look_changed.emit(look)

    def _take_in(self, brought: Imported) -> None:
        self.refresh()
        self._change(brought.look, self.tr("Import"))

    def refresh(self) -> None:
        """Shows what has changed in the library since."""
        self._fill_presets()
        for slot in SLOTS:
            self._grids[slot].fill(self._choices(slot))
        self._redraw_grids()
        self._show_values()
        self.view.update()

    # --- showing -------------------------------------------------------------------------------------------------

    def _show_values(self) -> None:
        look = self._look
        for name, swatches in self._swatches.items():
            swatches.show_color(look.colors.get(name, COLORS[name][2]))
        for name, slider in self._sliders.items():
            slider.show_value(look.slider(name))
        for slot, grid in self._grids.items():
            if slot in SLOTS:
                grid.show_choice(look.part(slot))
        for number in range(1, self._pages.count()):
            if (page := self._pages.widget(number)) is not None:
                page.setEnabled(not look.pictures)  # pictures are as they are
        if not self._name.hasFocus():
            self._name.setText(look.name)

    def _show_preview(self) -> None:
        """At once, and at most thirty times a second while a slider is on its way."""
        if self._previewed is not self._look:
            self._preview(self._look)
            self._preview_rests.start()

    def _preview(self, look: Look) -> None:
        self._previewed = look
        try:
            self.view.set_look(look)
        except LookError as error:
            self._sharing.say(f"{error.sentence} {error.hint}".rstrip())

    def _redraw_grids(self) -> None:
        for grid in self._grids.values():
            grid.redraw()

    def _try_expression(self, expression: Expression | None) -> None:
        if expression is not None:
            self.view.animator.feel(expression, 1.0, hold_seconds=3.0)
            self.view.animator.look_at(0.0, 0.0)
