# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the companion your own: face, hair, clothes and room, seen live while you change them."""

from __future__ import annotations

import random
from dataclasses import replace

from PySide6.QtCore import QCollator, QLocale, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QImage, QKeySequence, QTransform, QUndoCommand, QUndoStack
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
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
from desktop_app.avatar.pose import Pose
from desktop_app.avatar.swatches import SWATCHES, random_look
from desktop_app.domain.conversation import Expression
from desktop_app.domain.errors import LookError
from desktop_app.ui.avatar_controls import THUMBNAIL, LookSlider, PictureGrid, SwatchRow
from desktop_app.ui.avatar_face import FacePainter, face_painter
from desktop_app.ui.avatar_layers import painting
from desktop_app.ui.avatar_sharing import SharingBar
from desktop_app.ui.avatar_view import AvatarView
from desktop_app.ui.avatar_watcher import AvatarWatcher
from desktop_app.ui.layouts import scrolling

_LOOK_SETTLES_MILLISECONDS = 500
_PREVIEW_MILLISECONDS = 33
_STAYS = "What it held before stays until it is whole again."

_CATEGORIES = (
    "presets", "face", "eyes", "nose_mouth", "skin", "hair", "clothes", "accessories", "background",
)  # fmt: skip

_CLOSE_UPS = {
    "face": (0.14, 0.13, 0.72), "eyes": (0.29, 0.29, 0.42), "brows": (0.29, 0.26, 0.42), "mouth": (0.36, 0.43, 0.28),
    "nose": (0.32, 0.36, 0.36), "glasses": (0.18, 0.20, 0.64), "earrings": (0.16, 0.24, 0.68),
    "beard": (0.18, 0.28, 0.64), "hat": (0.10, 0.0, 0.80), "hearing_aid": (0.16, 0.20, 0.68),
}  # fmt: skip
"""Left, top and width of what a thumbnail shows of the whole picture; the rest of the slots show nearly all."""


def _title(slot: str) -> str:
    return slot.replace("_", " ").capitalize()


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

    def __init__(self, library: AvatarLibrary, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library, self._look, self._start = library, look, look
        self._language = QLocale.languageToCode(QLocale().language())
        self._chance = random.Random()
        self._undo = QUndoStack(self)
        self._swatches: dict[str, SwatchRow] = {}
        self._sliders: dict[str, LookSlider] = {}
        self._grids: dict[str, PictureGrid] = {}
        self._thumbnail_painters: dict[tuple[int, int], FacePainter] = {}
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
        self._show_values()
        self._watcher = AvatarWatcher(library, self)
        self._watcher.changed.connect(self.refresh)
        self._watcher.broken.connect(lambda error: self._sharing.say(f"{error.sentence} {_STAYS}"))
        self._watcher.mended.connect(lambda: self._sharing.say(""))

    @property
    def look(self) -> Look:
        return self._look

    def sizeHint(self) -> QSize:
        return QSize(980, 680)

    def show_page(self, row: int) -> None:
        """Turns to one of the categories, the presets first."""
        self._list.setCurrentRow(row)

    # --- building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setSpacing(16)
        row.setContentsMargins(16, 16, 16, 16)
        row.addLayout(self._build_preview(), 2)
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("What to change"))
        self._list.setMaximumWidth(170)
        self._list.setStyleSheet(
            "QListWidget::item { padding: 8px 10px; border-radius: 8px; }"
            "QListWidget::item:selected { background: palette(highlight); color: palette(highlighted-text); }"
        )
        self._pages = QStackedWidget()
        for category in _CATEGORIES:
            self._list.addItem(self._titles[category])
            self._pages.addWidget(self._build_page(category))
        self._list.currentRowChanged.connect(self._pages.setCurrentIndex)
        self._list.setCurrentRow(0)
        row.addWidget(self._list)
        row.addWidget(self._pages, 3)

    def _build_preview(self) -> QVBoxLayout:
        column = QVBoxLayout()
        self.view = AvatarView(self._library, self._look)
        self.view.setMinimumSize(270, 340)
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
        self._name.setMaxLength(60)
        self._name.editingFinished.connect(self._rename)
        column.addWidget(self._name)
        buttons = QHBoxLayout()
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
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setToolTip(self.tr("Close, and wear again what was worn before"))
        cancel.clicked.connect(self.cancelled)
        save = QPushButton(self.tr("Save"))
        save.setProperty("primary", True)
        save.setDefault(True)
        save.clicked.connect(self._save)
        ending = QHBoxLayout()
        ending.addWidget(cancel)
        ending.addWidget(save, 1)
        column.addLayout(ending)
        self._sharing = SharingBar(self._library, lambda: self._look)
        self._sharing.imported.connect(self._take_in)
        column.addWidget(self._sharing)
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
        title = QLabel(f"<h3>{self._titles[category]}</h3>")
        column.addWidget(title)
        if category == "presets":
            column.addWidget(self._build_presets(), 1)
            return page
        for feature, feature_category in SHAPE_CATEGORIES.items():
            if feature_category == category:
                column.addWidget(self._build_shapes(feature))
        for slot, (slot_category, _) in SLOTS.items():
            if slot_category == category:
                column.addWidget(self._build_grid(slot))
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
        lock = QCheckBox(self.tr("Keep this when surprised"))
        lock.setAccessibleName(self.tr("Keep {what} when surprised").format(what=self._titles[category]))
        self._locks[category] = lock
        column.addWidget(lock)
        column.addStretch(1)
        return scrolling(page)

    def _build_presets(self) -> PictureGrid:
        grid = PictureGrid(
            self._titles["presets"], lambda preset: self._thumbnail(self._library.look(preset), "preset")
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

        grid = PictureGrid(label, lambda shape: self._thumbnail(with_shape(shape), feature))
        grid.fill([(shape.id, name_in(self._language, shape.names)) for shape in shapes.values()])
        grid.picked.connect(lambda shape: self._change(with_shape(shape), label))
        self._grids[feature] = grid
        return grid

    def _build_grid(self, slot: str) -> PictureGrid:
        grid = PictureGrid(self.tr(_title(slot)), lambda part: self._thumbnail(self._look.with_part(slot, part), slot))
        grid.fill(self._choices(slot))
        grid.picked.connect(lambda part: self._change_part(slot, part))
        self._grids[slot] = grid
        return grid

    def _choices(self, slot: str) -> list[tuple[str, str]]:
        none = [("", self.tr("None"))] if SLOTS[slot][1] == "" else []
        named = [(part.id, name_in(self._language, part.names)) for part in self._library.parts(slot)]
        return none + sorted(named, key=lambda choice: QCollator(QLocale()).sortKey(choice[1]))

    def _thumbnail(self, look: Look, slot: str) -> QImage:
        """What a choice would look like; what it has in common with the picture before is not drawn again."""
        left, top, width = _CLOSE_UPS.get(slot, (0.06, 0.0, 0.88))
        scale = self.devicePixelRatioF()
        whole = round(THUMBNAIL.width() / width)
        size = (whole, round(whole * 4 / 3))
        picture = QImage(QSize(*size) * scale, QImage.Format.Format_RGB32)
        picture.fill(Qt.GlobalColor.gray)
        try:
            avatar = face_painter(look, self._library, *size, scale, earlier=self._thumbnail_painters.get(size))
        except LookError:
            return picture  # a broken part stays gray; choosing it says why
        self._thumbnail_painters[size] = avatar
        with painting(picture, QTransform.fromScale(scale, scale)) as painter:
            avatar.paint(painter, Pose())
        x, y = round(left * picture.width()), round(top * picture.height())
        part = picture.copy(x, y, round(THUMBNAIL.width() * scale), round(THUMBNAIL.height() * scale))
        part.setDevicePixelRatio(scale)
        return part

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

    def _save(self) -> None:
        self._rename()
        self._start = self._look
        self._undo.setClean()
        self.saved.emit(self._look)

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
        for row in range(1, self._pages.count()):
            if (page := self._pages.widget(row)) is not None:
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
