# SPDX-License-Identifier: GPL-3.0-or-later
"""`say` and `transcribe`: words into a sound file, and a sound file into words."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from desktop_app.adapters.clock_system import SystemClock
from desktop_app.adapters.sound_files import read_recording, write_wav
from desktop_app.app import DesktopWorkshop, open_home
from desktop_app.domain.audio import (
    FRAME_SAMPLES,
    LISTENING_RATE_HZ,
    AudioFrame,
    Samples,
    SoundPiece,
    Speech,
    Utterance,
    VisemeTrack,
)
from desktop_app.domain.conversation import Transcription
from desktop_app.domain.errors import StorageError, VoiceError
from desktop_app.domain.events import Notice
from desktop_app.engine.endpointing import FixedEndpointing
from desktop_app.engine.listener import Listener, SpeechEnded
from desktop_app.engine.speakable import speakable
from desktop_app.engine.visemes import viseme_track
from desktop_app.ports import VoiceDetector

_PAUSE_SECONDS = 0.65
"""Silence at which a recording is cut into utterances."""


def run_say(
    profile_dir: Path | None, options: Mapping[str, object], text: str, output: Path, visemes: Path | None
) -> int:
    """Speaks a text with the voice of the settings. Raises VoiceError if there is nothing in it to speak."""
    home = open_home(profile_dir, options)

    async def speak() -> tuple[Speech, SoundPiece]:
        synthesizer, notice = await DesktopWorkshop(SystemClock(), home.profile).synthesizer(
            home.settings, home.persona
        )
        _tell(*home.notices, notice)
        try:
            words = speakable(text)
            speech = await synthesizer.synthesize(words) if words else None
            if speech is None:
                raise VoiceError("voice.nothing_to_say", "There is nothing in this text that can be spoken.")
            return speech, await speech.sound()
        finally:
            await synthesizer.close()

    speech, sound = asyncio.run(speak())
    write_wav(output, sound.samples, sound.rate_hz)
    if visemes:
        _write_visemes(visemes, viseme_track(speech, sound))
    return 0


def run_transcribe(
    profile_dir: Path | None, options: Mapping[str, object], recording: Path, language: str | None, as_json: bool
) -> int:
    """Writes down what a recording says; no words are an empty line and no error."""
    samples = read_recording(recording)
    home = open_home(profile_dir, options)

    async def listen() -> tuple[str, list[Transcription]]:
        workshop = DesktopWorkshop(SystemClock(), home.profile)
        transcriber, notice = await workshop.transcriber(home.settings, home.persona)
        _tell(*home.notices, notice)
        if transcriber.is_starter and language not in (None, "en"):
            _tell(Notice("ears.language", "The starter ears know only English.", "Choose others: --whisper base"))
        try:
            utterances = _utterances(samples, workshop.detector())
            return transcriber.name, [await transcriber.transcribe(said.samples, language) for said in utterances]
        finally:
            await transcriber.close()

    ears, heard = asyncio.run(listen())
    text = " ".join(transcription.text for transcription in heard if transcription.text)
    if as_json:
        spoken = heard[0].language if heard else language
        print(json.dumps({"text": text, "language": spoken, "whisper": ears}, ensure_ascii=False))
    else:
        print(text)
    return 0


def _utterances(samples: Samples, detector: VoiceDetector) -> Iterator[Utterance]:
    """What is said in a recording of any length, cut at its pauses just as in a conversation."""
    listener = Listener(detector, FixedEndpointing(_PAUSE_SECONDS))
    for start in range(0, len(samples), FRAME_SAMPLES):
        frame: Samples = np.zeros(FRAME_SAMPLES, np.float32)
        piece = samples[start : start + FRAME_SAMPLES]
        frame[: len(piece)] = piece
        heard = listener.feed(AudioFrame(frame, (start + FRAME_SAMPLES) / LISTENING_RATE_HZ))
        if isinstance(heard, SpeechEnded):
            yield heard.utterance
    if ended := listener.finish():
        yield ended.utterance


def _write_visemes(file: Path, track: VisemeTrack) -> None:
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


def _tell(*notices: Notice | None) -> None:
    for notice in notices:
        if notice:
            print(f"fireside: {notice.sentence} {notice.hint}".rstrip(), file=sys.stderr)
