# SPDX-License-Identifier: GPL-3.0-or-later
"""Events as JSON lines, for whoever asked for them by name; the log of the app itself never holds what was said."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any, TextIO

from desktop_app.domain.events import Event, LevelChanged, SentenceStarted


def event_record(event: Event, seconds: float) -> dict[str, Any]:
    """{"event": name, "seconds": since the start, and the event's own fields}."""
    fields = {field.name: _plain(getattr(event, field.name)) for field in dataclasses.fields(event)}
    return {"event": type(event).__name__, "seconds": round(seconds, 4), **fields}


def event_writer(file: TextIO, now_seconds: Callable[[], float]) -> Callable[[Event], None]:
    """Returns a listener that writes each event but the meters as one line; its start is the first call."""
    start: float | None = None

    def write(event: Event) -> None:
        nonlocal start
        now = now_seconds()
        start = now if start is None else start
        if isinstance(event, SentenceStarted):  # one clock for all that is in the file
            event = dataclasses.replace(event, heard_at_seconds=event.heard_at_seconds - start)
        if not isinstance(event, LevelChanged):
            file.write(json.dumps(event_record(event, now - start), ensure_ascii=False) + "\n")
            file.flush()

    return write


def _plain(value: object) -> Any:
    match value:
        case Enum():
            return value.value
        case float():
            return round(value, 4)
        case str() | int() | bool() | None:
            return value
        case datetime():
            return value.isoformat()
        case tuple() | list():
            return [_plain(item) for item in value]
        case _ if dataclasses.is_dataclass(value):
            return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        case _:
            raise TypeError(f"no event holds a {type(value).__name__}")
