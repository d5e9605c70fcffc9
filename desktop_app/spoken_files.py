# SPDX-License-Identifier: GPL-3.0-or-later
"""`say` and `transcribe`: words into a sound file, and a sound file into words."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from desktop_app.adapters.clock_system import SystemClock
from desktop_app.adapters.sound_files import read_recording, write_wav
from desktop_app.app import DesktopWorkshop, open_home
from desktop_app.domain.audio import SpeechClip
from desktop_app.domain.conversation import Transcription
from desktop_app.domain.errors import StorageError, VoiceError
from desktop_app.domain.events import Notice
from desktop_app.engine.speakable import speakable
from desktop_app.engine.visemes import viseme_track


def run_say(
    profile_dir: Path | None, options: Mapping[str, object], text: str, output: Path, visemes: Path | None
) -> int:
    """Speaks a text with the voice of the settings. Raises VoiceError if there is nothing in it to speak."""
    home = open_home(profile_dir, options)

    async def speak() -> SpeechClip | None:
        synthesizer, notice = await DesktopWorkshop(SystemClock(), home.profile).synthesizer(
            home.settings, home.persona
        )
        _tell(notice)
        try:
            words = speakable(text)
            return await synthesizer.synthesize(words) if words else None
        finally:
            await synthesizer.close()

    clip = asyncio.run(speak())
    if clip is None:
        raise VoiceError("voice.nothing_to_say", "There is nothing in this text that can be spoken.")
    write_wav(output, clip.samples, clip.rate_hz)
    if visemes:
        _write_visemes(visemes, clip)
    return 0


def run_transcribe(
    profile_dir: Path | None, options: Mapping[str, object], recording: Path, language: str | None, as_json: bool
) -> int:
    """Writes down what a recording says; no words are an empty line and no error."""
    samples = read_recording(recording)
    home = open_home(profile_dir, options)
    ears = ""

    async def listen() -> Transcription:
        nonlocal ears
        transcriber, notice = await DesktopWorkshop(SystemClock(), home.profile).transcriber(
            home.settings, home.persona
        )
        _tell(notice)
        ears = transcriber.name
        try:
            return await transcriber.transcribe(samples, language)
        finally:
            await transcriber.close()

    heard = asyncio.run(listen())
    print(
        json.dumps({"text": heard.text, "language": heard.language, "whisper": ears}, ensure_ascii=False)
        if as_json
        else heard.text
    )
    return 0


def _write_visemes(file: Path, clip: SpeechClip) -> None:
    track = viseme_track(clip)
    record = {
        "duration_seconds": round(track.duration_seconds, 4),
        "visemes": [
            {
                "viseme": key.viseme,
                "start_seconds": round(key.start_seconds, 4),
                "end_seconds": round(key.end_seconds, 4),
            }
            for key in track.keys
        ],
    }
    try:
        file.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise StorageError("storage.not_writable", f"{file} could not be written: {error.strerror}.") from error


def _tell(notice: Notice | None) -> None:
    if notice:
        print(f"fireside: {notice.sentence} {notice.hint}".rstrip(), file=sys.stderr)
