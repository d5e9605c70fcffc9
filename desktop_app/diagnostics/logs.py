# SPDX-License-Identifier: GPL-3.0-or-later
"""The app's log: what happened and when, in ids and seconds; nothing that anybody said can get into it.

Only Fireside's own messages are written as they are. Of other libraries' the log names the place in their code, and of
errors their kinds and where they were raised: their texts may quote the conversation.
"""

from __future__ import annotations

import dataclasses
import logging
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from enum import Enum
from logging.handlers import RotatingFileHandler
from pathlib import Path, PurePath
from typing import Any

from desktop_app.domain.audio import VisemeTrack
from desktop_app.domain.conversation import PromptReading, TurnTimings
from desktop_app.domain.errors import CompanionError
from desktop_app.domain.events import Component, ComponentReady, Event, Meter, Notice
from desktop_app.domain.persona import Persona

LOG_FILE = "fireside.log"

_OURS = "desktop_app."
_MOST_BYTES = 500_000
_KEPT_FILES = 3
_LONGEST_CHAIN = 8
"""So many causes behind one error are told."""

_log = logging.getLogger(__name__)
_events_log = logging.getLogger("desktop_app.events")
_installed = ExitStack()


def setup_logs(folder: Path) -> Callable[[], None]:
    """From now on logs into a file in that folder, and every error that nobody caught; returns what ends it.

    Calling it again moves the log. A log that cannot be written is no reason to disturb anybody: it is left out.
    """
    _installed.close()
    handler = _LogFile(folder / LOG_FILE, maxBytes=_MOST_BYTES, backupCount=_KEPT_FILES, encoding="utf-8", delay=True)
    handler.setFormatter(_WordlessFormatter())
    handler.addFilter(_is_worth_keeping)
    root = logging.getLogger()
    _installed.callback(root.setLevel, root.level)
    _installed.callback(handler.close)
    _installed.callback(root.removeHandler, handler)
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    _hook(sys, "excepthook", lambda kind, error, trace: _note_uncaught("main thread", kind, error))
    _hook(sys, "unraisablehook", lambda told: _note_uncaught("unraisable", told.exc_type, told.exc_value))
    _hook(threading, "excepthook", lambda told: _note_uncaught("thread", told.exc_type, told.exc_value))
    # asyncio tells its own logger of tasks that fail unheard; the root handler hears that.
    return _installed.close


def log_event(event: Event) -> None:
    """A listener for the engine: what happened in which turn, without a word of it."""
    if not isinstance(event, Meter):
        _events_log.info("%s", " ".join([type(event).__name__, *_wordless_fields(event)]))


class _LogFile(RotatingFileHandler):
    """Readable by its owner alone; silent when the disk is full."""

    def _open(self) -> Any:
        stream = super()._open()
        Path(self.baseFilename).chmod(0o600)
        return stream

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's own name
        pass


class _WordlessFormatter(logging.Formatter):
    """One line per record, and the frames of an error below it."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")
        is_ours = record.name.startswith(_OURS)
        told = record.getMessage() if is_ours else f"{_short(record.pathname)}:{record.lineno}"
        lines = [f"{when} {record.levelname.lower()} {record.name}: {told}"]
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            lines.extend(_traceback(error))
        return "\n".join(lines)


def _is_worth_keeping(record: logging.LogRecord) -> bool:
    return record.name.startswith(_OURS) or record.levelno >= logging.WARNING


def _traceback(error: BaseException, indent: str = "  ", depth: int = 0) -> Iterator[str]:
    """The kinds of an error and of what caused it, and the places they passed through."""
    yield f"{indent}{_kind(error)}"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{indent}  at {_short(frame.filename)}:{frame.lineno} {frame.name}"
    if depth >= _LONGEST_CHAIN:
        return
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from _traceback(part, indent + "  | ", depth + 1)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield f"{indent}caused by"
        yield from _traceback(cause, indent, depth + 1)


def _kind(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    match error:
        case CompanionError(code=code):
            return f"{kind} ({code})"
        case OSError(errno=int() as number):
            return f"{kind} (errno {number})"
        case _:
            return kind


def _short(file: str) -> str:
    """A file by its last folders: what lies above them tells of this computer's owner only."""
    return "/".join(PurePath(file).parts[-3:])


def _note_uncaught(where: str, kind: type[BaseException], error: BaseException | None) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    _log.critical("an error that nobody caught (%s)", where, exc_info=error if error is not None else kind())


def _hook(module: Any, name: str, note: Callable[..., None]) -> None:
    """Puts ours before the hook that is there, until the log ends."""
    previous = getattr(module, name)

    def noted(*arguments: Any) -> None:
        note(*arguments)
        previous(*arguments)

    def restore() -> None:
        if getattr(module, name) is noted:
            setattr(module, name, previous)

    setattr(module, name, noted)
    _installed.callback(restore)


def _wordless_fields(event: Event) -> Iterator[str]:
    for field in dataclasses.fields(event):
        told = _wordless(getattr(event, field.name))
        if told:
            yield f"{field.name}={told}"
    sound_devices = (Component.MICROPHONE, Component.LOUDSPEAKER)  # often named after their owner
    if isinstance(event, ComponentReady) and event.component not in sound_devices:
        yield f"name={event.name}"


def _wordless(value: object) -> str:
    """What of a field may be kept; empty for all that could hold words."""
    match value:
        case Enum():
            return str(value.value)
        case bool() | int():
            return str(value)
        case float():
            return f"{value:.3f}"
        case Notice(code=code):
            return code
        case Persona(id=persona_id):
            return persona_id
        case VisemeTrack(duration_seconds=seconds):
            return f"{seconds:.3f}s"
        case TurnTimings():
            told = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            return ",".join(f"{name}:{_wordless(what)}" for name, what in told.items() if what)
        case PromptReading(tokens, seconds):
            return f"{tokens}tokens/{seconds:.3f}s"
        case tuple():
            return f"{len(value)}x"
        case _:
            return ""
