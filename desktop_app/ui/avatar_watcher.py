# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows at once what an artist saves: watches the profile's avatars and reads again what has changed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from desktop_app.avatar.library import AvatarLibrary
from desktop_app.avatar.packs import PACKS_FOLDER, pack_folders
from desktop_app.avatar.parts import SLOT_FOLDERS
from desktop_app.avatar.picture_set import PICTURE_ENDINGS, PICTURES_FOLDER

_SETTLES_MILLISECONDS = 150
"""Programs write a file in several goes, or write another one and rename it."""
_MOST_WATCHED = 2000
_ENDINGS = (".svg", ".json", *PICTURE_ENDINGS)


class AvatarWatcher(QObject):
    """Reloads the library when files in its last folder settle. What came with Fireside does not change."""

    changed = Signal()
    """Parts look different now, or looks have come or gone."""

    broken = Signal(object)
    """LookError: a file cannot be used as it is; what it held before stays."""

    mended = Signal()
    """Nothing is broken any more."""

    def __init__(self, library: AvatarLibrary, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._told: set[str] = set()
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLES_MILLISECONDS)
        self._settled.timeout.connect(self._reload)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(lambda _: self._settled.start())
        self._watcher.directoryChanged.connect(lambda _: self._settled.start())
        self._watch()

    def _reload(self) -> None:
        self._watch()  # a file that was replaced is watched no more, and folders may be new
        troubles = self._library.reload()
        for trouble in troubles:
            if trouble.sentence not in self._told:
                self.broken.emit(trouble)
        if self._told and not troubles:
            self.mended.emit()
        self._told = {trouble.sentence for trouble in troubles}
        self.changed.emit()

    def _watch(self) -> None:
        watched = {*self._watcher.files(), *self._watcher.directories()}
        missing = [str(path) for path in self._paths()[:_MOST_WATCHED] if str(path) not in watched]
        if missing:
            self._watcher.addPaths(missing)

    def _paths(self) -> list[Path]:
        if len(self._library.roots) < 2:
            return []
        root = self._library.roots[-1]
        folders = [root, root / PACKS_FOLDER]
        for home in (root, *pack_folders(root)):
            folders += [
                home,
                *(home / name for name in ("presets", PICTURES_FOLDER, *sorted(set(SLOT_FOLDERS.values())))),
                *(home / PICTURES_FOLDER).glob("*/"),
            ]
        folders = [folder for folder in dict.fromkeys(folders) if folder.is_dir()]
        files = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix.lower() in _ENDINGS]
        return [*folders, *files]
