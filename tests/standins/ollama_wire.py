# SPDX-License-Identifier: GPL-3.0-or-later
"""How Ollama puts things on the wire: HTTP/1.1 by hand, Go's JSON, Go's times and durations."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_REASONS = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class HttpConnection:
    """One connection of a client: requests in, plain or streamed answers out."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._watch: asyncio.Task[bytes] | None = None
        self.is_streaming = False
        """Whether the first line of a streamed answer has been sent."""

    async def request(self) -> tuple[str, str, bytes] | None:
        """Method, path and body of the next request; None when the client has gone."""
        self.is_streaming = False
        first = await self._reader.readline()
        if not first:
            return None
        method, path, _ = first.decode().split()
        length = 0
        while (header := await self._reader.readline()) not in (b"\r\n", b""):
            name, _, value = header.decode().partition(":")
            if name.lower() == "content-length":
                length = int(value)
        return method, path, await self._reader.readexactly(length)

    def watch(self) -> None:
        """Begins to notice when the client hangs up; it sends nothing more until it has its answer."""
        self._watch = asyncio.create_task(self._reader.read(1))

    async def hung_up(self, *, within_seconds: float) -> bool:
        """Lets that time pass, or less if the client hangs up; returns whether it has."""
        assert self._watch is not None, "watch() first"
        await asyncio.wait({self._watch}, timeout=within_seconds)
        return self._watch.done()

    async def unwatch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
            self._watch = None

    async def json(self, status: int, body: Mapping[str, Any]) -> None:
        await self.plain(status, go_json(body), "application/json; charset=utf-8")

    async def plain(self, status: int, body: bytes, kind: str = "text/plain") -> None:
        head = f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        await self._writer.drain()

    async def line(self, line: Mapping[str, Any]) -> None:
        """One line of a streamed answer, flushed at once."""
        if not self.is_streaming:
            self._writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            self.is_streaming = True
        data = go_json(line) + b"\n"
        self._writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        await self._writer.drain()

    async def end_stream(self) -> None:
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    def abort(self) -> None:
        """Breaks the connection without a word."""
        self._writer.transport.abort()


def go_json(value: Mapping[str, Any]) -> bytes:
    """Compact JSON as Go's encoder writes it: in order, and <, >, & escaped."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for sign in ("&", "<", ">", "\u2028", "\u2029"):
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text.encode()


def now() -> str:
    """RFC 3339 with nanoseconds, trailing zeros dropped, as Go writes it."""
    nanoseconds = time.time_ns()
    fraction = f"{nanoseconds % 10**9:09d}".rstrip("0")
    moment = datetime.fromtimestamp(nanoseconds // 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment}.{fraction}Z" if fraction else f"{moment}Z"


def keep_alive_seconds(keep_alive: Any) -> float:
    """A number of seconds, or a Go duration such as "30m" or "1h30m"; negative: for ever."""
    if isinstance(keep_alive, int | float):
        return float(keep_alive)
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
    parts = re.findall(r"([\d.]+)(ms|h|m|s)", str(keep_alive))
    seconds = sum(float(number) * units[unit] for number, unit in parts)
    return -seconds if str(keep_alive).startswith("-") else seconds
