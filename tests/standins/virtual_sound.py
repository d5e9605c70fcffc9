# SPDX-License-Identifier: GPL-3.0-or-later
"""A sound card for tests: a private PulseAudio with a microphone that can be spoken into and a recorded loudspeaker.

    with virtual_sound_card() as sound:          # the only one that PortAudio sees in this process
        sound.say(samples)                       # 16 kHz mono; silence in between goes on by itself
        ...
        heard = sound.heard()                    # what came out of the loudspeaker, and when

The microphone is a pipe source fed at real-time pace (monitors of null sinks glitch); the loudspeaker is a null sink
whose monitor `parec` records. PortAudio reaches both as the ALSA default device. Nothing outside the folder is touched.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

MICROPHONE_RATE_HZ = 16_000
LOUDSPEAKER_RATE_HZ = 48_000
_BLOCK_SECONDS = 0.01
_BLOCK_BYTES = int(MICROPHONE_RATE_HZ * _BLOCK_SECONDS) * 2
_MOST_LEAKING_CHUNKS = 8
_PROGRAMS = ("pulseaudio", "pactl", "parec")

Sound = NDArray[np.float32]


def missing() -> str:
    """Why there can be no virtual sound here; empty if there can."""
    lacking = [program for program in _PROGRAMS if shutil.which(program) is None]
    if lacking:
        return f"{', '.join(lacking)} not installed (Debian: pulseaudio pulseaudio-utils libasound2-plugins)"
    return ""


@contextlib.contextmanager
def virtual_sound_card() -> Iterator[VirtualSound]:
    """The only sound card of this process and of those it starts meanwhile."""
    # Unix socket paths must be short, so it lies in no deeper folder.
    folder = Path(tempfile.mkdtemp(prefix="fireside-sound-"))
    before = {name: os.environ.get(name) for name in VirtualSound(folder).environment}
    try:
        with VirtualSound(folder) as sound:
            os.environ.update(sound.environment)
            yield sound
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A recording of the loudspeaker."""

    samples: Sound
    """48 kHz mono."""

    started_at_seconds: float
    """time.monotonic() of its first sample, to about 5 ms."""

    def at(self, seconds: float) -> int:
        """The index of the sample that was heard at that time of time.monotonic()."""
        return round((seconds - self.started_at_seconds) * LOUDSPEAKER_RATE_HZ)


class VirtualSound:
    """Starts and stops everything itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fifo = folder / "microphone"
        self._stopping = threading.Event()
        self._to_say: deque[bytes] = deque()
        self._breaks_off = threading.Event()
        self._silent = threading.Event()
        self._silent.set()
        self._blocks: list[tuple[float, bytes]] = []
        self.leak = 0.0
        """How much of what the loudspeaker plays the microphone hears as well: 0.5 is −6 dB."""
        self._leaking: deque[bytes] = deque(maxlen=_MOST_LEAKING_CHUNKS)
        self._processes: list[subprocess.Popen[bytes]] = []
        self._threads: list[threading.Thread] = []

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process needs to see this sound card and no other."""
        runtime = self._folder / "run"
        return {
            "XDG_RUNTIME_DIR": str(runtime),
            "PULSE_RUNTIME_PATH": str(runtime / "pulse"),
            "PULSE_SERVER": f"unix:{runtime / 'pulse' / 'native'}",
            "PULSE_COOKIE": str(self._folder / "cookie"),
        }

    def __enter__(self) -> Self:
        reason = missing()
        if reason:
            raise RuntimeError(reason)
        self._folder.mkdir(parents=True, exist_ok=True)
        runtime = self._folder / "run"
        (runtime / "pulse").mkdir(parents=True, mode=0o700)
        runtime.chmod(0o700)
        try:
            self._start_server()
            self._start_thread("virtual microphone", self._feed)
            self._start_recorder()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def crash(self) -> None:
        """Ends the sound server as a crash would: every stream breaks, there is no device any more."""
        for process in self._processes:
            process.kill()
            process.wait()
        self._processes.clear()

    def recover(self) -> None:
        """Brings the same devices back after a crash."""
        self._start_server()
        self._start_recorder()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        for process in reversed(self._processes):
            process.terminate()
        for process in reversed(self._processes):
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for thread in self._threads:
            thread.join(timeout=5)

    # --- the microphone ----------------------------------------------------------------------------------------------

    def say(self, samples: Sound) -> None:
        """Speaks into the microphone after what is already being said."""
        whole = np.clip(np.round(samples * 32767.0), -32768, 32767).astype("<i2").tobytes()
        self._silent.clear()
        self._to_say.append(whole + b"\0" * (-len(whole) % _BLOCK_BYTES))

    def hush(self) -> None:
        """Breaks off what is being said."""
        self._breaks_off.set()
        while self._breaks_off.is_set():
            time.sleep(_BLOCK_SECONDS)

    def wait_until_said(self, timeout_seconds: float = 60.0) -> float:
        """Returns the time at which the last block was spoken."""
        assert self._silent.wait(timeout_seconds), "the virtual microphone never came to an end"
        return self._said_at_seconds

    def suspend_microphone(self, suspended: bool) -> None:
        """Stops its samples without a word, as a device does that was pulled out or went to sleep."""
        self.pactl("suspend-source", "microphone", "1" if suspended else "0")

    def suspend_loudspeaker(self, suspended: bool) -> None:
        self.pactl("suspend-sink", "speaker", "1" if suspended else "0")

    # --- the loudspeaker ---------------------------------------------------------------------------------------------

    def heard(self) -> Heard:
        """All that came out of the loudspeaker since the start or the last forget()."""
        blocks = list(self._blocks)
        if not blocks:
            return Heard(np.zeros(0, np.float32), time.monotonic())
        samples = np.frombuffer(b"".join(block for _, block in blocks), "<i2").astype(np.float32) / 32768.0
        # Every block tells when its last sample was there, late by its own delay: the earliest is the truest.
        ends = np.cumsum([len(block) // 2 for _, block in blocks]) / LOUDSPEAKER_RATE_HZ
        started = min(arrived - end for (arrived, _), end in zip(blocks, ends, strict=True))
        return Heard(samples, float(started))

    def forget(self) -> None:
        """Begins a new recording."""
        self._blocks = []

    # --- how it is made ----------------------------------------------------------------------------------------------

    def pactl(self, *arguments: str) -> str:
        return subprocess.run(
            ["pactl", *arguments],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        ).stdout

    def _start_server(self) -> None:
        self._fifo.unlink(missing_ok=True)
        self._start_process(
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--use-pid-file=no",
            "--disable-shm=yes",
            f"--log-target=file:{self._folder / 'pulse.log'}",
            "-L",
            "module-native-protocol-unix auth-anonymous=1",
            "-L",
            f"module-null-sink sink_name=speaker rate={LOUDSPEAKER_RATE_HZ} channels=1",
            "-L",
            f"module-pipe-source source_name=microphone file={self._fifo} format=s16le "
            f"rate={MICROPHONE_RATE_HZ} channels=1",
        )
        deadline = time.monotonic() + 20
        while True:
            try:
                self.pactl("set-default-sink", "speaker")
                self.pactl("set-default-source", "microphone")
                return
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
                if time.monotonic() > deadline:
                    raise RuntimeError((self._folder / "pulse.log").read_text(errors="replace")[-2000:]) from None
                time.sleep(0.1)

    def _start_recorder(self) -> None:
        recorder = self._start_process(
            "parec",
            "--latency-msec=5",
            "--device=speaker.monitor",
            "--raw",
            "--format=s16le",
            f"--rate={LOUDSPEAKER_RATE_HZ}",
            "--channels=1",
        )
        assert recorder.stdout is not None
        descriptor = recorder.stdout.fileno()

        def record() -> None:
            odd = b""
            while block := os.read(descriptor, 4096):
                arrived_at_seconds = time.monotonic()
                block = odd + block
                odd = block[len(block) // 2 * 2 :]
                self._blocks.append((arrived_at_seconds, block[: len(block) // 2 * 2]))
                if self.leak:
                    self._leaking.append(block[: len(block) // 2 * 2])

        self._start_thread("virtual loudspeaker", record)
        known, deadline = len(self._blocks), time.monotonic() + 10
        while len(self._blocks) == known and time.monotonic() < deadline:
            time.sleep(0.02)

    def _feed(self) -> None:
        """Writes a block every 10 ms for as long as there is a microphone."""
        descriptor = -1
        current = b""
        due_seconds = time.monotonic()
        while not self._stopping.is_set():
            if descriptor < 0:
                descriptor = self._open_fifo()
            if self._breaks_off.is_set():
                self._to_say.clear()
                current = b""
                self._breaks_off.clear()
            if not current and self._to_say:
                current = self._to_say.popleft()
            block, current = current[:_BLOCK_BYTES] or b"\0" * _BLOCK_BYTES, current[_BLOCK_BYTES:]
            if self.leak:
                block = self._with_leak(block)
            try:
                if descriptor >= 0:
                    os.write(descriptor, block)
            except BlockingIOError:
                pass  # the reader stands still: what is said now is lost
            except BrokenPipeError:
                os.close(descriptor)
                descriptor = -1
            if not current and not self._to_say and not self._silent.is_set():
                self._said_at_seconds = time.monotonic()
                self._silent.set()
            due_seconds = max(due_seconds + _BLOCK_SECONDS, time.monotonic() - 0.1)
            time.sleep(max(0.0, due_seconds - time.monotonic()))
        if descriptor >= 0:
            os.close(descriptor)

    def _with_leak(self, block: bytes) -> bytes:
        """What is said and, as loud as it leaks, the next 10 ms of what is played."""
        times = LOUDSPEAKER_RATE_HZ // MICROPHONE_RATE_HZ
        wanted = len(block) * times
        while len(self._echo) < wanted and self._leaking:
            self._echo += self._leaking.popleft()
        played = np.frombuffer(self._echo[:wanted].ljust(wanted, b"\0"), "<i2").astype(np.float32)
        self._echo = self._echo[wanted:]
        mixed = np.frombuffer(block, "<i2") + self.leak * played.reshape(-1, times).mean(axis=1)
        return bytes(np.clip(np.round(mixed), -32768, 32767).astype("<i2").tobytes())

    _echo = b""

    def _open_fifo(self) -> int:
        """-1 while nobody reads there."""
        try:
            descriptor = os.open(self._fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return -1
        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, 4096)  # little old sound waits when the reader stood still
        return descriptor

    _said_at_seconds = 0.0

    def _start_process(self, *command: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if command[0] == "parec" else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._processes.append(process)
        return process

    def _start_thread(self, name: str, target: object) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)
