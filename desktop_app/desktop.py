# SPDX-License-Identifier: GPL-3.0-or-later
"""The app with its window; where there is no screen or sound device, the demo as a film instead."""

from __future__ import annotations

import asyncio
import ctypes
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app import bundle
from desktop_app.adapters import portaudio
from desktop_app.adapters.model_ollama import OllamaModel
from desktop_app.app import STARTER_EARS, Home, desktop_engine, open_home
from desktop_app.demo import run_demo
from desktop_app.diagnostics.logs import setup_logs
from desktop_app.domain.errors import CompanionError
from desktop_app.engine.host import EngineHost

if TYPE_CHECKING:
    from desktop_app.ui.choices import Choice

_WHISPER_NAMES = ("tiny", "base", "small", "medium", "large-v3-turbo")


def run_desktop(profile_dir: Path | None, options: Mapping[str, object], *, as_companion: bool = False) -> int:
    """Opens the window and stays until it is closed."""
    home = open_home(profile_dir, options)
    if what_is_missing := _missing_device():
        film = home.profile.root / "demo.mp4"
        print(f"There is no {what_is_missing} here, so Fireside plays its demo into a film: {film}", file=sys.stderr)
        return run_demo(profile_dir, options, film, None, None)

    from desktop_app.avatar.library import AvatarLibrary
    from desktop_app.ui.window import run_window

    setup_logs(home.profile.logs)
    host = EngineHost(desktop_engine(home))
    return run_window(
        host,
        settings=home.settings,
        personas=home.personas,
        choices=DesktopChoices(home),
        avatars=AvatarLibrary([bundle.AVATARS, home.profile.avatars]),
        memory_file=home.profile.windows,
        as_companion=as_companion,
        start=host.start,
        stop=host.stop,
    )


class DesktopChoices:
    """What there is to choose from on this computer right now (ui.choices.Choices)."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def microphones(self) -> Sequence[Choice]:
        return _sound_devices("microphone")

    def loudspeakers(self) -> Sequence[Choice]:
        return _sound_devices("loudspeaker")

    def chat_models(self, ollama_url: str) -> Sequence[Choice]:
        from desktop_app.ui.choices import Choice

        async def installed() -> list[str]:
            ollama = OllamaModel(ollama_url)
            try:
                return await ollama.installed()
            finally:
                await ollama.close()

        return [Choice(name, name) for name in asyncio.run(installed())]

    def whisper_models(self) -> Sequence[Choice]:
        from desktop_app.ui.choices import Choice

        starter = Choice(STARTER_EARS, "Starter ears", "English, small")
        return [starter, *(Choice(name, name) for name in _WHISPER_NAMES)]

    def voices(self) -> Sequence[Choice]:
        from desktop_app.ui.choices import Choice

        return [Choice(voice.id, voice.name, voice.language) for voice in self._home.voices.installed()]


def _sound_devices(kind: portaudio.Kind) -> Sequence[Choice]:
    from desktop_app.ui.choices import Choice

    return [Choice(device.name, device.name) for device in portaudio.devices(kind)]


def _missing_device() -> str:
    """What the window cannot do without: "screen" or "sound device"; empty if both are there."""
    if sys.platform.startswith("linux") and not os.environ.get("WAYLAND_DISPLAY"):
        if os.environ.get("QT_QPA_PLATFORM") not in ("offscreen", "minimal", "vnc") and not _x_server_answers():
            return "screen"
    try:
        if not portaudio.devices("microphone") and not portaudio.devices("loudspeaker"):
            return "sound device"
    except CompanionError:
        return "sound device"
    return ""


def _x_server_answers() -> bool:
    """Whether the X server that DISPLAY names lets us in; where it does not, Qt would end the whole process."""
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # then let Qt say what it lacks
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not refused
