# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every test: no screen, a home of its own, no network but loopback, and a log without warnings.

This runs before any module of Fireside is imported, for several libraries look at the environment only once.
"""

from __future__ import annotations

import gc
import ipaddress
import logging
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

_HOME = Path(tempfile.mkdtemp(prefix="fireside-tests-"))
_RUNTIME = _HOME / "run"
_RUNTIME.mkdir(mode=0o700)

os.environ.update(
    {
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(_HOME),
        "XDG_CONFIG_HOME": str(_HOME / "config"),
        "XDG_DATA_HOME": str(_HOME / "data"),
        "XDG_CACHE_HOME": str(_HOME / "cache"),
        "XDG_STATE_HOME": str(_HOME / "state"),
        "XDG_RUNTIME_DIR": str(_RUNTIME),  # no sound server of this computer is found here
        "ORT_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_OFFLINE": "1",
    }
)
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    # The programs that tests start would compile everything anew each time; so they leave nothing behind either.
    os.environ["PYTHONPYCACHEPREFIX"] = str(_HOME / "compiled")
for _name in [name for name in os.environ if name.startswith(("FIRESIDE_", "PULSE_", "OLLAMA_"))]:
    del os.environ[_name]

ROOT = Path(__file__).resolve().parents[1]
_SHARED_DATA = ROOT.parent / "shared" / "data"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "logs_warnings: warnings in the log are part of what this test provokes")


def pytest_collection_finish() -> None:
    gc.freeze()  # what stays until the end need not be looked through again and again


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


class NetworkForbiddenError(AssertionError):
    """A test tried to leave this computer."""


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python code that connects elsewhere, or asks for an address elsewhere, fails the test."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _check_address(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _check_address(self, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if not _is_loopback(host):
            raise NetworkForbiddenError(f"asked for the address of {host}")
        return getaddrinfo(host, *arguments, **options)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)


def _check_address(connecting: socket.socket, address: Any) -> None:
    if connecting.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
        raise NetworkForbiddenError(f"connected to {address}")


def _is_loopback(host: Any) -> bool:
    if host is None or host in ("localhost", b"localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_unexpected_warning(request: pytest.FixtureRequest) -> Iterator[None]:
    """A warning in the log fails the test, unless it is marked logs_warnings or looks into the log itself (caplog)."""
    warnings = _Warnings()
    logging.getLogger().addHandler(warnings)
    yield
    logging.getLogger().removeHandler(warnings)
    expected = request.node.get_closest_marker("logs_warnings") or "caplog" in request.fixturenames
    if warnings.lines and not expected:
        pytest.fail("unexpected warnings in the log:\n" + "\n".join(warnings.lines))


@pytest.fixture
def profile_dir(tmp_path: Path) -> Path:
    """An empty profile."""
    return tmp_path / "profile"


@pytest.fixture
def shared_data() -> Callable[[str], Path]:
    """Finds a file of the shared test data; skips the test where that lies elsewhere."""

    def find(relative: str) -> Path:
        path = _SHARED_DATA / relative
        if not path.exists():
            pytest.skip(f"test data ../shared/data/{relative} is not here")
        return path

    return find


@pytest.fixture(scope="session")
def virtual_sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One sound card for the whole run, started by the first test that wants it; PortAudio sees no other."""
    from tests.standins.virtual_sound import missing, virtual_sound_card

    reason = missing()
    if reason:
        pytest.skip(reason)
    with virtual_sound_card() as sound:
        yield sound


@pytest.fixture
def sound_card(virtual_sound: Any) -> Any:
    """The virtual sound card, its recording begun anew, nothing said and everything switched on."""
    virtual_sound.suspend_microphone(False)
    virtual_sound.suspend_loudspeaker(False)
    virtual_sound.hush()
    virtual_sound.forget()
    return virtual_sound
