# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps a look by its own name, sends it to somebody, takes one in, and saves a picture of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QInputDialog,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.avatar.avatar_file import SUFFIX, Imported, export_avatar, import_avatar
from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.look import Look
from desktop_app.avatar.pose import Pose
from desktop_app.domain.errors import LookError
from desktop_app.ui.avatar_face import render
from desktop_app.ui.layouts import text_line

LONGEST_NAME = 60
_Place = QStandardPaths.StandardLocation
_PICTURE_WIDTH, _PICTURE_HEIGHT, _PICTURE_SCALE = 480, 640, 2.0


class SharingBar(QWidget):
    """Four buttons, and beside them a line that says what has come of them."""

    imported = Signal(object)
    """Imported."""
    kept = Signal()
    """There is a preset more."""

    def __init__(self, library: AvatarLibrary, look: Callable[[], Look], parent: QWidget | None = None) -> None:
        """look gives the one that the person sees."""
        super().__init__(parent)
        self._library, self._look = library, look
        buttons = QGridLayout()
        buttons.setSpacing(8)
        for number, (label, tip, act) in enumerate(
            (
                (self.tr("Save as…"), self.tr("Keep this look by a name of its own, among the presets"), self._keep),
                (self.tr("Picture…"), self.tr("Save a picture of this look"), self._save_picture),
                (
                    self.tr("Export…"),
                    self.tr("One small file with this look, its parts and their licences"),
                    self._export,
                ),
                (self.tr("Import…"), self.tr("Take in a look that somebody has sent"), self._import),
            )
        ):
            button = QPushButton(label)
            button.setToolTip(tip)
            button.setAccessibleDescription(tip)
            button.clicked.connect(act)
            buttons.addWidget(button, number // 2, number % 2)
        self.line = text_line()
        """Placed by whoever has the room for it: where it comes and goes, no button may move under the pointer."""
        self.line.setAccessibleName(self.tr("What has been done"))
        self.line.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(buttons)

    def say(self, sentence: str) -> None:
        """Shows a sentence in the line; an empty one takes it away."""
        self.line.setText(sentence)
        self.line.setVisible(bool(sentence))
        if sentence:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.line, sentence))

    def _keep(self) -> None:
        look = self._look()
        name, agreed = QInputDialog.getText(
            self, self.tr("Save as"), self.tr("Name of this look"), QLineEdit.EchoMode.Normal, look.name
        )
        name = name.strip()[:LONGEST_NAME]
        if agreed and name:
            self._attempt(lambda: self._said_about_keeping(replace(look, name=name)))

    def _said_about_keeping(self, look: Look) -> str:
        self._library.keep_look(look)
        self.kept.emit()
        return self.tr("{name} is now among the presets.").format(name=look.name)

    def _export(self) -> None:
        path = self._asked_to_save(self.tr("Export look"), SUFFIX, self.tr("Looks (*.avatar)"))[0]
        if path is not None:
            self._attempt(lambda: self._said_about_export(export_avatar(self._library, self._look(), path)))

    def _said_about_export(self, path: Path) -> str:
        size = max(1, round(path.stat().st_size / 1000))
        return self.tr("Written to {name}, {size} kB.").format(name=path.name, size=size)

    def _import(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Import look"), _folder(_Place.DocumentsLocation), self.tr("Looks (*.avatar)")
        )
        if chosen:
            self._attempt(lambda: self._take_in(Path(chosen)))

    def _take_in(self, path: Path) -> str:
        brought: Imported = import_avatar(self._library, path)
        self.imported.emit(brought)
        name = brought.look.name or brought.preset_id
        if not brought.packs:
            return self.tr("{name} is here.").format(name=name)
        terms = "; ".join(
            f"{pack.name} ({', '.join(pack.authors) or self.tr('no author named')}, {pack.license})"
            for pack in brought.packs
        )
        return self.tr("{name} is here, with parts from {packs}.").format(name=name, packs=terms)

    def _save_picture(self) -> None:
        plain, clear = self.tr("Picture (*.png)"), self.tr("Picture without background (*.png)")
        path, kind = self._asked_to_save(self.tr("Save picture"), ".png", f"{plain};;{clear}")
        if path is not None:
            self._attempt(lambda: self._write_picture(path, "none" if kind == clear else "look"))

    def _write_picture(self, path: Path, background: str) -> str:
        size = (_PICTURE_WIDTH, _PICTURE_HEIGHT, _PICTURE_SCALE)
        picture = render(self._look(), self._library, Pose(), *size, background)
        if not picture.save(str(path)):
            raise LookError("look.poster", self.tr("{name} could not be written.").format(name=path.name))
        return self.tr("Written to {name}.").format(name=path.name)

    def _asked_to_save(self, title: str, suffix: str, kinds: str) -> tuple[Path | None, str]:
        """Where to, and which kind; the system's dialog asks before anything is overwritten."""
        name = ((self._look().name or self.tr("Companion")) + suffix).replace("/", "-")
        folder = _folder(_Place.PicturesLocation if suffix == ".png" else _Place.DocumentsLocation)
        chosen, kind = QFileDialog.getSaveFileName(self, title, str(Path(folder) / name), kinds)
        if not chosen:
            return None, ""
        path = Path(chosen)
        if path.suffix.lower() == suffix:
            return path, kind
        path = path.with_name(path.name + suffix)
        if path.exists():  # the dialog has asked about the name without the ending
            self.say(self.tr("{name} is there already; nothing was written.").format(name=path.name))
            return None, ""
        return path, kind

    def _attempt(self, act: Callable[[], str]) -> None:
        try:
            self.say(act())
        except LookError as error:
            self.say(f"{error.sentence} {error.hint}".rstrip())


def _folder(place: QStandardPaths.StandardLocation) -> str:
    """Where a person looks for such a file; not wherever Fireside happens to have been started."""
    there = QStandardPaths.writableLocation(place)
    return there if Path(there).is_dir() else str(Path.home())
