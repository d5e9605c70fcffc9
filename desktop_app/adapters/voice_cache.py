# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found out about a voice, kept so that it is found out once: its gain, and its halves if it has any."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop_app.adapters.voice_split import Halves

_VERSION = 1
"""Rises when voices are split or measured in another way."""

_RECORD = "voice.json"
_ENCODER = "encoder.onnx"
_DECODER = "decoder.onnx"
_USED_BY = "used-by.txt"
"""The path of the voice; written anew whenever it is found."""

_AT_WORK_SECONDS = 24 * 3600.0
"""What was touched since then may be in use, by another Fireside or by a voice that moves about with the program."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownVoice:
    """A voice that was tried out."""

    gain: float
    """What brings it to the common loudness."""

    halves: Halves | None = None
    """None if it can only speak whole sentences."""

    context_frames: int = 0


class VoiceCache:
    """One folder per voice and content; whatever is wrong with it, the voice is merely tried out again."""

    def __init__(self, folder: Path | None) -> None:
        """Without a folder nothing is kept."""
        self._folder = folder

    def find(self, model_file: Path) -> KnownVoice | None:
        """None if this voice, with this content, is not known or what was kept is damaged."""
        if self._folder is None:
            return None
        try:
            folder = self._place(model_file)
            record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
            if record["version"] != _VERSION:
                return None
            gain, context_frames = float(record["gain"]), int(record["context_frames"])
            with suppress(OSError):
                (folder / _USED_BY).write_text(str(model_file.absolute()), encoding="utf-8")
            if not record["halves"]:
                return KnownVoice(gain)
            encoder, decoder = (folder / _ENCODER).read_bytes(), (folder / _DECODER).read_bytes()
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if record["halves"] != [_digest(encoder), _digest(decoder)]:
            return None
        return KnownVoice(gain, Halves(encoder, decoder), context_frames)

    def keep(self, model_file: Path, known: KnownVoice) -> None:
        """Replaces all that was kept of a voice of this name; a disk that is full or not writable keeps nothing."""
        if self._folder is None:
            return
        with suppress(OSError):
            place = self._place(model_file)
            place.parent.mkdir(parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(dir=self._folder, prefix="."))
            try:
                _write(made, known)
                (made / _USED_BY).write_text(str(model_file.absolute()), encoding="utf-8")
                shutil.rmtree(place.parent)
                place.parent.mkdir()
                made.replace(place)
            finally:
                shutil.rmtree(made, ignore_errors=True)

    def prune(self) -> None:
        """Drops what belongs to voices that are gone, and what was left behind half written."""
        if self._folder is None:
            return
        with suppress(OSError):
            for folder in list(self._folder.iterdir()):
                if not _is_used(folder):
                    shutil.rmtree(folder, ignore_errors=True)

    def _place(self, model_file: Path) -> Path:
        assert self._folder is not None
        content = _digest(model_file.read_bytes()) + _digest(Path(f"{model_file}.json").read_bytes())
        return self._folder / model_file.stem / _digest(content.encode())[:32]


def _write(folder: Path, known: KnownVoice) -> None:
    record = {"version": _VERSION, "gain": known.gain, "context_frames": known.context_frames, "halves": []}
    if known.halves:
        (folder / _ENCODER).write_bytes(known.halves.encoder)
        (folder / _DECODER).write_bytes(known.halves.decoder)
        record["halves"] = [_digest(known.halves.encoder), _digest(known.halves.decoder)]
    (folder / _RECORD).write_text(json.dumps(record), encoding="utf-8")


def _is_used(folder: Path) -> bool:
    """Whether it is of a voice that is still there, or was touched lately."""
    places = [folder, *folder.glob("*/" + _USED_BY)]
    if time.time() - max(place.stat().st_mtime for place in places) < _AT_WORK_SECONDS:
        return True
    return any(Path(place.read_text(encoding="utf-8", errors="replace")).is_file() for place in places[1:])


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
