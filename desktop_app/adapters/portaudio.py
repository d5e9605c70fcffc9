# SPDX-License-Identifier: GPL-3.0-or-later
"""The process's one PortAudio: which sound devices there are, and opening and closing streams on them.

PortAudio is not thread-safe, lists devices only when it is initialized, and may be initialized anew only while no
stream is open. So all of that happens here, one thing at a time.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from desktop_app.domain.errors import CompanionError, LoudspeakerError, MicrophoneError

Kind = Literal["microphone", "loudspeaker"]

STALLED_AFTER_SECONDS = 1.0
"""A device that has not called back for so long has stalled: PortAudio itself never says so."""

_SWITCH_INTERVAL_SECONDS = 0.001

_lock = threading.Lock()
_open_streams: list[Any] = []
_library: Any = None


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """A microphone or a loudspeaker as PortAudio lists it."""

    index: int
    name: str
    is_default: bool
    rate_hz: int
    """The rate at which it runs by itself."""

    channels: int


@dataclass(frozen=True, slots=True)
class OpenStream:
    """A running stream and how it was opened."""

    stream: Any
    device: SoundDevice
    rate_hz: int
    channels: int


def devices(kind: Kind) -> list[SoundDevice]:
    """All devices of a kind, the default one first; fresh as long as no stream is open. Blocks for a moment."""
    with _lock:
        return _listed(_fresh_library(kind), kind)


async def open_stream(
    kind: Kind,
    wanted: str,
    *,
    rates_hz: tuple[int, ...],
    block_seconds: float,
    latency_seconds: float,
    callback: Callable[..., None],
    finished: Callable[[], None],
) -> OpenStream:
    """Opens and starts a stream on the device of that name, or part of a name, else on the default one.

    Of the rates the first that the device accepts is used; 0 stands for the device's own. Mono where it can be had,
    else stereo. Raises MicrophoneError or LoudspeakerError.
    """

    def work() -> OpenStream:
        with _lock:
            library = _fresh_library(kind)
            device = _chosen(_listed(library, kind), kind, wanted)
            make = library.RawInputStream if kind == "microphone" else library.RawOutputStream
            trouble: Exception | None = None
            for rate_hz in dict.fromkeys(rate_hz or device.rate_hz for rate_hz in rates_hz):
                for channels in (1, 2) if device.channels > 1 else (1,):
                    try:
                        stream = make(
                            device=device.index,
                            samplerate=rate_hz,
                            channels=channels,
                            blocksize=round(rate_hz * block_seconds),
                            dtype="float32",
                            latency=latency_seconds,
                            callback=callback,
                            finished_callback=finished,
                        )
                        stream.start()
                    except library.PortAudioError as error:
                        trouble = error
                        continue
                    _open_streams.append(stream)
                    return OpenStream(stream, device, rate_hz, channels)
            raise _not_opened(kind, device.name, str(trouble)) from trouble

    # The engine's thread wants its turn within a few milliseconds of real time even while others compute in Python:
    # with the interpreter's own 5 ms a callback misses its moment (seen: 47 gaps in 3 s with two busy threads, then 0).
    sys.setswitchinterval(_SWITCH_INTERVAL_SECONDS)
    opening = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close_unwanted)
        raise


async def close_stream(opened: OpenStream) -> None:
    """Closes a stream at once; never waits for a device that has stalled."""
    await asyncio.shield(asyncio.get_running_loop().run_in_executor(None, _close, opened))


def _close(opened: OpenStream) -> None:
    with _lock:
        opened.stream.abort(ignore_errors=True)  # stop() would wait for ever for a device that has stalled
        opened.stream.close(ignore_errors=True)
        _open_streams.remove(opened.stream)


def _close_unwanted(opening: asyncio.Future[OpenStream]) -> None:
    """Nobody waits any more for a stream that has just been opened."""
    if not opening.cancelled() and opening.exception() is None:
        threading.Thread(target=_close, args=(opening.result(),), name="portaudio close").start()


def _fresh_library(kind: Kind) -> Any:
    """sounddevice, with a list of devices that is as new as can be had."""
    global _library
    if _library is None:
        try:
            import sounddevice
        except OSError as error:
            raise _error(
                kind,
                "no_library",
                "The sound library PortAudio is not installed.",
                "On Debian and Ubuntu type in a terminal: sudo apt install libportaudio2",
            ) from error
        _library = sounddevice
    elif not _open_streams:
        _library._terminate()
        _library._initialize()
    return _library


def _listed(library: Any, kind: Kind) -> list[SoundDevice]:
    """The devices of the platform's best interface; the same ones come again under its older interfaces."""
    direction = "input" if kind == "microphone" else "output"
    interfaces = library.query_hostapis()
    if not interfaces:
        return []
    names = [interface["name"] for interface in interfaces]
    best = names.index("Windows WASAPI") if "Windows WASAPI" in names else max(library.default.hostapi, 0)
    default_index = interfaces[best][f"default_{direction}_device"]
    found = [
        SoundDevice(
            index=info["index"],
            name=str(info["name"]),
            is_default=info["index"] == default_index,
            rate_hz=int(info["default_samplerate"]),
            channels=int(info[f"max_{direction}_channels"]),
        )
        for info in library.query_devices()
        if info["hostapi"] == best and info[f"max_{direction}_channels"] > 0
    ]
    return sorted(found, key=lambda device: not device.is_default)


def _chosen(listed: list[SoundDevice], kind: Kind, wanted: str) -> SoundDevice:
    if not listed:
        raise _error(kind, "missing", f"No {kind} was found.", "Plug one in; Fireside looks for it again by itself.")
    sought = wanted.strip().casefold()
    exact = [device for device in listed if device.name.casefold() == sought]
    partial = [device for device in listed if sought and sought in device.name.casefold()]
    return (exact or partial or listed)[0]


def stalled(kind: Kind, name: str) -> CompanionError:
    """What to raise when a device has stopped calling back."""
    doing = "sending" if kind == "microphone" else "taking"
    return _error(
        kind,
        "stalled",
        f"The {kind} “{name}” has stopped {doing} sound.",
        "Plug it in again, or choose another one; Fireside tries again by itself.",
    )


def gone(kind: Kind, name: str) -> CompanionError:
    """What to raise when a device's stream has ended by itself."""
    return _error(kind, "gone", f"The {kind} “{name}” is gone.", "Plug it in again; Fireside tries again by itself.")


def _not_opened(kind: Kind, name: str, reason: str) -> CompanionError:
    lowered = reason.lower()
    if "unavailable" in lowered or "busy" in lowered:
        return _error(
            kind,
            "busy",
            f"The {kind} “{name}” is being used by another program.",
            f"Close the other program, or choose another {kind}.",
        )
    if "permission" in lowered or "denied" in lowered or "not permitted" in lowered:
        return _error(
            kind,
            "forbidden",
            f"Fireside is not allowed to use the {kind}.",
            "Allow it in the privacy settings of your system.",
        )
    return _error(
        kind,
        "failed",
        f"The {kind} “{name}” could not be opened.",
        f"Choose another {kind} in the settings; “{name}” is tried again.",
    )


def _error(kind: Kind, code: str, sentence: str, hint: str) -> CompanionError:
    error = MicrophoneError if kind == "microphone" else LoudspeakerError
    return error(f"{kind}.{code}", sentence, hint)
