# SPDX-License-Identifier: GPL-3.0-or-later
"""The Piper voices on this computer: those that came with Fireside and those a person added."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.domain.errors import VoiceError


@dataclass(frozen=True, slots=True)
class InstalledVoice:
    """One voice: a Piper file with its configuration beside it."""

    id: str
    name: str
    language: str
    """ISO 639-1; empty if its folder does not say."""

    model_file: Path
    is_starter: bool


class VoiceLibrary:
    """One folder per voice: <id>/<id>.onnx, <id>.onnx.json and, if somebody wrote one, voice.toml."""

    def __init__(self, builtin_dir: Path, profile_dir: Path) -> None:
        self._builtin_dir = builtin_dir
        self._profile_dir = profile_dir

    def installed(self) -> Sequence[InstalledVoice]:
        """All voices, starters first."""
        found = [*_voices_in(self._builtin_dir, is_starter=True), *_voices_in(self._profile_dir, is_starter=False)]
        return list({voice.id: voice for voice in found}.values())

    def find(self, id_or_path: str) -> InstalledVoice:
        """A voice by its id or by the path of its .onnx file. Raises VoiceError if there is none."""
        for voice in self.installed():
            if voice.id == id_or_path:
                return voice
        path = Path(id_or_path).expanduser()
        if path.suffix == ".onnx" and path.is_file():
            return InstalledVoice(path.stem, path.stem, "", path.absolute(), is_starter=False)
        raise VoiceError(
            "voice.missing",
            f"There is no voice '{id_or_path}' on this computer.",
            f"Choose another in the settings, or put its .onnx and .onnx.json into {self._profile_dir}.",
        )

    def starter_for(self, language: str) -> InstalledVoice:
        """The starter voice of a language, else the English one. Raises VoiceError if even that is missing."""
        starters = _voices_in(self._builtin_dir, is_starter=True)
        for wanted in (language, "en"):
            for voice in starters:
                if voice.language == wanted:
                    return voice
        raise VoiceError(
            "voice.no_starter", "The starter voices are missing.", f"They belong into {self._builtin_dir}."
        )


def _voices_in(folder: Path, *, is_starter: bool) -> list[InstalledVoice]:
    return [_voice(file, is_starter) for file in sorted(folder.glob("*/*.onnx")) if _configuration(file).is_file()]


def _configuration(model_file: Path) -> Path:
    return model_file.with_name(model_file.name + ".json")


def _voice(model_file: Path, is_starter: bool) -> InstalledVoice:
    about = model_file.parent / "voice.toml"
    try:
        said = tomllib.loads(about.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        said = {}  # the voice speaks without it
    name, language = said.get("name", model_file.stem), said.get("language", "")
    return InstalledVoice(model_file.stem, str(name), str(language), model_file, is_starter)
