# SPDX-License-Identifier: GPL-3.0-or-later
"""A screen without a display: a private Xvfb whose picture can be read.

with VirtualScreen(folder) as screen:
    environment = os.environ | screen.environment      # for a program with a real window
    ...
    picture = screen.picture()
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray


def missing() -> str:
    """Why there can be no virtual screen here; empty if there can."""
    return "" if shutil.which("Xvfb") else "Xvfb is not installed (Debian: xvfb)"


class VirtualScreen:
    """Starts and stops Xvfb; its frame buffer is a file in XWD format (the X Window Dump, xwd(1))."""

    def __init__(self, folder: Path, width: int = 1280, height: int = 900) -> None:
        self._folder = folder
        self._size = f"{width}x{height}x24"
        self._server: subprocess.Popen[bytes] | None = None
        self.environment: Mapping[str, str] = {}

    def __enter__(self) -> Self:
        reader, writer = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", self._size, "-fbdir", str(self._folder)],
            pass_fds=[writer],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        with os.fdopen(reader) as said:
            display = said.readline().strip()
        if not display:
            raise RuntimeError("Xvfb did not start")
        self.environment = {"DISPLAY": f":{display}", "QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": ""}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            self._server.terminate()
            self._server.wait(10)

    def picture(self) -> NDArray[np.uint8]:
        """What is on the screen now, shape (height, width, 3), red green blue."""
        dump = (self._folder / "Xvfb_screen0").read_bytes()
        header_bytes, _, _, _, width, height = struct.unpack(">6I", dump[:24])
        bytes_per_line, colors = struct.unpack(">I", dump[48:52])[0], struct.unpack(">I", dump[76:80])[0]
        start = header_bytes + colors * 12
        rows = np.frombuffer(dump, np.uint8, height * bytes_per_line, start).reshape(height, bytes_per_line)
        return rows[:, : width * 4].reshape(height, width, 4)[:, :, 2::-1].copy()
