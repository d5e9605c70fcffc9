# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor tries out, each the way the app does it; every probe runs in a process of its own (see checkup)."""

from __future__ import annotations

import asyncio
import importlib.metadata
import json
import os
import platform
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import aclosing, closing
from dataclasses import asdict
from pathlib import Path

import numpy as np

from desktop_app import bundle
from desktop_app.adapters import portaudio
from desktop_app.adapters.clock_system import SystemClock
from desktop_app.adapters.microphone_portaudio import PortAudioMicrophone
from desktop_app.adapters.model_ollama import OllamaModel
from desktop_app.adapters.speaker_portaudio import PortAudioSpeaker
from desktop_app.adapters.transcriber_tried import TriedTranscriber
from desktop_app.adapters.voice_piper import PiperSynthesizer
from desktop_app.app import DesktopWorkshop, Home, open_home, voice_library
from desktop_app.diagnostics.doctor import Check, CheckState
from desktop_app.domain.audio import LISTENING_RATE_HZ, Samples, SoundPiece
from desktop_app.domain.errors import CompanionError, EarsError, VoiceError
from desktop_app.leak import echo
from desktop_app.ports import Transcriber
from desktop_app.storage.database import database_error, open_database

_LISTEN_SECONDS = 0.3
_SILENT_AFTER_SECONDS = 1.5
"""A device may begin with zeros; one that goes on like that is switched off."""

_SPOKEN_TEXT = "Good morning, how are you today?"
_COUNTED_TEXT = "1, 2, 3, 4, 5."
"""Every language's voice can read figures."""

_LEAST_FREE_BYTES = 200_000_000
_ENOUGH_FREE_BYTES = 5_000_000_000
_SHOWN_PACKAGES = ("PySide6-Essentials", "faster-whisper", "piper-tts", "ollama", "sounddevice")
_LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)(?: \\)?$", re.MULTILINE)
"""A line of requirements.lock that holds on every system (without a marker)."""


async def microphone(home: Home) -> Check:
    """Opens it and listens for a moment."""
    wanted = home.settings.microphone
    device = PortAudioMicrophone(wanted, SystemClock())
    heard: list[Samples] = []
    heard_seconds = 0.0
    async with aclosing(device.frames()) as frames:
        async for frame in frames:
            heard.append(frame.samples)
            heard_seconds += len(frame.samples) / LISTENING_RATE_HZ
            is_silent = device.silent_seconds >= heard_seconds
            if heard_seconds >= (_SILENT_AFTER_SECONDS if is_silent else _LISTEN_SECONDS):
                break
    samples = np.concatenate(heard)
    if not samples.any():
        return Check(
            "microphone",
            CheckState.WARNING,
            f"The microphone “{device.name}” delivers digital silence.",
            "Switch it on, turn it up, or allow it in your system's privacy settings; or choose another one.",
        )
    level_db = 10 * np.log10(max(float(np.mean(samples**2)), 1e-12))
    return _chosen_device("microphone", wanted, device.name, f"“{device.name}” listens; it hears {level_db:.0f} dB.")


async def loudspeaker(home: Home) -> Check:
    """Opens it and plays a moment of silence to its end."""
    wanted = home.settings.loudspeaker
    device = PortAudioSpeaker(wanted, SystemClock())
    try:
        await device.open()
        silence = SoundPiece(np.zeros(9_600, np.float32), 48_000)
        await device.reached(device.enqueue(silence) + silence.duration_seconds)
    finally:
        await device.close()
    return _chosen_device("loudspeaker", wanted, device.name, f"“{device.name}” plays.")


async def ears(home: Home) -> Check:
    """Has a starter voice say a sentence to them."""
    transcriber, notice = await DesktopWorkshop(SystemClock(), home.profile).transcriber(home.settings, home.persona)
    try:
        try:
            samples = await _said_by_a_starter_voice(home)
        except VoiceError as error:
            return Check("ears", CheckState.WARNING, f"“{transcriber.name}” is loaded but untried.", error.sentence)
        began = time.perf_counter()
        heard = (await transcriber.transcribe(samples, "en")).text
        took_seconds = time.perf_counter() - began
        windows = await _windows(transcriber)
    finally:
        await transcriber.close()
    said = _words(_SPOKEN_TEXT)
    count, of = (said & _words(heard)).total(), said.total()
    result = f"“{transcriber.name}” understood {count} of {of} spoken words in {took_seconds:.1f} s.{windows}"
    if not count:
        return Check("ears", CheckState.WRONG, result, "Choose other ears in the settings, or get this model again.")
    if notice and notice.code == "ears.not_downloaded":  # nobody has tried: a probe stays off the network
        trouble = f"The Whisper model “{home.settings.whisper}” is not on this computer yet."
        hint = "Fireside gets it when it starts and the internet is at hand."
        return Check("ears", CheckState.WARNING, f"{trouble} {result}", hint)
    if notice:
        return Check("ears", CheckState.WARNING, f"{notice.sentence} {result}", notice.hint)
    if 2 * count < of:
        return Check("ears", CheckState.WARNING, result, "A larger Whisper model understands more.")
    return Check("ears", CheckState.FINE, result)


async def _windows(transcriber: Transcriber) -> str:
    """Tries, where nobody has yet, whether the model hears as well when it is given only the sound there is."""
    if not isinstance(transcriber, TriedTranscriber):
        return ""
    try:
        trial = await transcriber.try_now()
    except (EarsError, VoiceError):
        return ""
    if not trial.can_be_judged:
        return " It understands too little of Fireside's own voice to tell whether short windows would do."
    if not trial.loses_nothing:
        return " It needs whole windows of half a minute."
    return f" Short windows do, {trial.full_seconds / max(trial.short_seconds, 1e-6):.0f} times as fast."


async def voice(home: Home) -> Check:
    """Has it count to five."""
    workshop = DesktopWorkshop(SystemClock(), home.profile)
    synthesizer, notice = await workshop.synthesizer(home.settings, home.persona)
    try:
        began = time.perf_counter()
        speech = await synthesizer.synthesize(_COUNTED_TEXT)
        sound = await speech.sound() if speech else None
        took_seconds = time.perf_counter() - began
        way = "streams inside a sentence" if synthesizer.streams else "speaks whole sentences"
    finally:
        await synthesizer.close()
    if speech is None or sound is None or not sound.samples.any():
        return Check("voice", CheckState.WRONG, f"“{synthesizer.name}” makes no sound.", "Choose another voice.")
    speed = sound.duration_seconds / max(took_seconds, 1e-6)
    sentence = f"“{synthesizer.name}” {way}, {speed:.0f} times as fast as it is heard."
    if notice:
        return Check("voice", CheckState.WARNING, f"{notice.sentence} {sentence}", notice.hint)
    if speed < 1.2:
        return Check("voice", CheckState.WARNING, sentence, "Choose a smaller voice: this one will falter.")
    if not speech.phonemes:
        hint = "The lips follow its loudness instead; another voice may have them."
        return Check("voice", CheckState.WARNING, f"{sentence} It has no phoneme timings.", hint)
    return Check("voice", CheckState.FINE, f"{sentence[:-1]}, with timings for the lips.")


async def ollama(home: Home) -> Check:
    """Asks the server of the settings for the model of the settings."""
    settings = home.settings
    model = OllamaModel(settings.ollama_url, settings.chat_model, context_tokens=settings.context_tokens)
    try:
        await model.check()
        return Check("ollama", CheckState.FINE, f"The model “{model.name}” is there, at {settings.ollama_url}.")
    except CompanionError as error:
        sentence = f"{error.sentence} The starter mind answers in its place."
        return Check("ollama", CheckState.WARNING, sentence, error.hint)
    finally:
        await model.close()


async def memory(home: Home) -> Check:
    """Opens the database, reads all of it and begins to write; where there is none yet, tries one elsewhere."""
    path = home.profile.database
    if not path.exists():
        with tempfile.TemporaryDirectory(dir=home.profile.cache) as folder:
            _try_database(Path(folder) / path.name)
        return Check("memory", CheckState.FINE, "Nothing is kept yet; it begins with the first conversation.")
    messages, facts = _try_database(path)
    return Check("memory", CheckState.FINE, f"{path.name} is whole: {messages} messages and {facts} facts are kept.")


async def disk(home: Home) -> Check:
    """Room for the profile and for the models a person may add."""
    free_bytes = shutil.disk_usage(home.profile.root).free
    free = f"{free_bytes / 1e9:.1f} GB are free at {home.profile.root}."
    if free_bytes < _LEAST_FREE_BYTES:
        return Check("disk", CheckState.WRONG, free, "Free some space: conversations can hardly be kept any more.")
    if free_bytes < _ENOUGH_FREE_BYTES:
        hint = "Enough for the starters. A chat model takes 2 to 5 GB, a larger Whisper model up to 3 GB."
        return Check("disk", CheckState.WARNING, free, hint)
    return Check("disk", CheckState.FINE, free)


async def screen(home: Home) -> Check:
    """Opens Qt's way to the screen; where that fails Qt ends the process, and checkup reads why."""
    needs_server = sys.platform.startswith("linux") and not os.environ.get("QT_QPA_PLATFORM")
    if needs_server and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return Check(
            "screen", CheckState.WARNING, "There is no screen here.", "Talk in the terminal: fireside --headless"
        )
    from desktop_app.ui.screen import open_screen

    return Check("screen", CheckState.FINE, f"The window can open: {open_screen()}.")


async def packages(home: Home) -> Check:
    """Compares what is installed with requirements.lock."""
    lock = bundle.ROOT / "requirements.lock"
    locked = dict(_LOCKED.findall(lock.read_text(encoding="utf-8"))) if lock.is_file() else {}
    installed = {name: _installed_version(name) for name in {*locked, *_SHOWN_PACKAGES}}
    differing = [
        f"{name} {installed[name]} instead of {wanted}"
        for name, wanted in locked.items()
        if installed[name] not in (None, wanted)  # tools for developers need not be there
    ]
    shown = ", ".join(f"{name} {installed[name]}" for name in _SHOWN_PACKAGES if installed[name])
    sentence = f"Python {platform.python_version()}, {shown}."
    if differing:
        more = f" and {len(differing) - 3} more" if len(differing) > 3 else ""
        hint = "If something fails, delete the folder .venv and start ./fireside again."
        return Check(
            "packages", CheckState.WARNING, f"{sentence} Not as tested: {', '.join(differing[:3])}{more}.", hint
        )
    return Check("packages", CheckState.FINE, sentence)


PROBES: dict[str, Callable[[Home], Coroutine[None, None, Check]]] = {
    probe.__name__: probe
    for probe in (microphone, loudspeaker, echo, ears, voice, ollama, memory, disk, screen, packages)
}


def main() -> None:
    """Runs the one probe that stdin asks for, and prints its Check as the last line."""
    asked = json.load(sys.stdin)
    home = open_home(Path(asked["profile"]), asked["settings"])
    try:
        check = asyncio.run(PROBES[asked["probe"]](home))
    except CompanionError as error:
        check = Check(asked["probe"], CheckState.WRONG, error.sentence, error.hint)
    print("\n" + json.dumps(asdict(check)), flush=True)


def _chosen_device(kind: portaudio.Kind, wanted: str, name: str, sentence: str) -> Check:
    if wanted.strip().casefold() in name.casefold():
        return Check(kind, CheckState.FINE, sentence)
    others = ", ".join(f"“{device.name}”" for device in portaudio.devices(kind))
    return Check(
        kind, CheckState.WARNING, f"The {kind} “{wanted}” was not found. {sentence}", f"Choose one of these: {others}"
    )


async def _said_by_a_starter_voice(home: Home) -> Samples:
    import soxr

    starter = voice_library(home.profile).starter_for("en")
    synthesizer = PiperSynthesizer(starter.model_file, name=starter.id, is_starter=True)
    try:
        speech = await synthesizer.synthesize(_SPOKEN_TEXT)
        if speech is None:
            raise VoiceError("voice.failed", f"The voice “{starter.id}” could not say anything to them.")
        sound = await speech.sound()
    finally:
        await synthesizer.close()
    samples = np.asarray(soxr.resample(sound.samples, sound.rate_hz, LISTENING_RATE_HZ), np.float32)
    return np.pad(samples, LISTENING_RATE_HZ // 2)


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def _try_database(path: Path) -> tuple[int, int]:
    """How many messages and facts are kept. Raises StorageError."""
    import sqlcipher3.dbapi2 as sqlite

    with closing(open_database(path)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
            messages = connection.execute("SELECT count(*) FROM messages").fetchone()[0]
            facts = connection.execute("SELECT count(*) FROM facts WHERE superseded_at IS NULL").fetchone()[0]
        except sqlite.Error as error:
            raise database_error(error, path) from error
    return messages, facts


def _installed_version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


if __name__ == "__main__":
    main()
