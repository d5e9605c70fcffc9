# SPDX-License-Identifier: GPL-3.0-or-later
"""An Ollama to test against: its wire protocol to the letter on loopback, with a talker instead of a model.

    with OllamaServer(models=[InstalledModel("llama3.2:3b")]) as server:
        server.replies.append(Reply("Hello there."))             # else, and when warmed, the built-in talker answers
        server.replies.append(Reply("Half of it", ends=Ending.CUT_OFF, after_tokens=1))
        ...                                                      # talk to server.url
        assert server.chats[-1].evaluated_tokens < 20            # what the prefix cache did not know yet
        assert server.loads == 1                                 # other options would have loaded the model again
        server.stop(); server.start()                            # down, and back on the same port

What it models besides the protocol: the time to load, to read the prompt and for each token; one slot whose prefix
cache keeps the longest common beginning; loading again when a runner option changes; dropping the oldest messages that
num_ctx cannot hold; thinking unless told not to; noticing at once that the client has gone.

By hand: python -m tests.standins.ollama_server --port 11434 --token-seconds 0.03
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tests.standins.ollama_script import MODIFIED_AT, Ending, InstalledModel, Reply
from tests.standins.ollama_talker import answer
from tests.standins.ollama_wire import HttpConnection, keep_alive_seconds, now

VERSION = "0.30.1"

_RUNNER_OPTIONS = ("num_ctx", "num_batch", "num_gpu", "num_thread", "use_mmap", "main_gpu", "draft_num_predict")
_DEFAULT_CONTEXT_TOKENS = 4096
_TOKEN = re.compile(r"\s*(?:\w{1,6}|[^\w\s])|\s+$")


@dataclass(slots=True)
class Chat:
    """One request to /api/chat and what became of it."""

    body: dict[str, Any]
    asked_at_seconds: float
    """time.monotonic()."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    """Those that fitted into num_ctx."""

    prompt_tokens: int = 0
    evaluated_tokens: int = 0
    """Of the prompt: those that the prefix cache did not hold."""

    loaded: bool = False
    """Whether the model had to be loaded for it."""

    sent_tokens: int = 0
    cancelled_at_seconds: float | None = None
    """When the client hung up before the end."""


class _HungUp(Exception):  # noqa: N818  what the client did, not an error
    pass


class OllamaServer:
    """Runs on a thread of its own; everything set on it may be changed while it runs."""

    def __init__(
        self,
        models: Iterable[InstalledModel] = (InstalledModel("llama3.2:3b"),),
        *,
        port: int = 0,
        load_seconds: float = 0.0,
        first_token_seconds: float = 0.0,
        prompt_token_seconds: float = 0.0,
        token_seconds: float = 0.0,
        talker: Callable[[Sequence[Mapping[str, Any]]], str] = answer,
    ) -> None:
        """talker answers what is not scripted, given the messages."""
        self.models = list(models)
        self.load_seconds = load_seconds
        self.first_token_seconds = first_token_seconds
        self.prompt_token_seconds = prompt_token_seconds
        self.token_seconds = token_seconds
        self.talker = talker
        self.tells_running = True
        """Compatible servers may have no /api/ps."""
        self.vram_bytes: int | None = 0
        """What /api/ps says of a model's place; None: nothing."""
        self.replies: deque[Reply] = deque()
        self.chats: list[Chat] = []
        self.paths: list[str] = []
        """Every request line's path, in order."""
        self.connections = 0
        """How often a client has connected."""
        self.loads = 0
        """How often a model had to be loaded."""
        self.port = port
        self._slot: list[str] = []
        self.runner: tuple[object, ...] | None = None
        self._expires_at_seconds = float("inf")
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_loaded(self) -> bool:
        return self.runner is not None and time.monotonic() < self._expires_at_seconds

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Comes up, on the same port as before if it was up already."""
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), name="ollama server")
        self._thread.start()
        assert ready.wait(10), "the Ollama server did not come up"

    def stop(self) -> None:
        """Goes down: connections break, new ones are refused, the model is unloaded."""
        if self._thread is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._ending.set)
            self._thread.join(10)
        self._thread = None
        self.unload()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self.slot = asyncio.Lock()  # one request after the other, as with OLLAMA_NUM_PARALLEL=1, the default
        self._ending = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._ending.wait()
        server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.current_task()
        assert connection is not None
        self._connections.add(connection)
        self.connections += 1
        try:
            http = HttpConnection(reader, writer)
            while await _Exchange(self, http).answer():
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            self._connections.discard(connection)
            writer.close()

    # --- the model's state -------------------------------------------------------------------------------------------

    def model(self, name: str) -> InstalledModel | None:
        full_name = name if ":" in name else f"{name}:latest"
        return next((model for model in self.models if model.name == full_name), None)

    def keep(self, keep_alive: Any) -> None:
        """Notes for how long the model stays loaded."""
        seconds = keep_alive_seconds(keep_alive)
        self._expires_at_seconds = time.monotonic() + seconds if seconds >= 0 else float("inf")
        if seconds == 0:
            self.unload()

    def take_reply(self, *, only_reads: bool) -> Reply | None:
        """The next scripted reply; to a request that only has the prompt read, none but a refusal."""
        refuses = bool(self.replies) and self.replies[0].ends in (Ending.OUT_OF_MEMORY, Ending.BUSY)
        return self.replies.popleft() if self.replies and (refuses or not only_reads) else None

    def unload(self) -> None:
        self.runner, self._slot = None, []

    def load(self, model: InstalledModel, options: Mapping[str, Any]) -> bool:
        """Loads the model if it is not there with just these runner options; returns whether it had to."""
        runner = (model.name, *(options.get(option) for option in _RUNNER_OPTIONS))
        if self.is_loaded and runner == self.runner:
            return False
        self.runner, self._slot = runner, []
        self.loads += 1
        return True

    def evaluate(self, prompt: list[str]) -> int:
        """Puts a prompt into the slot and returns how many of its tokens were not there yet."""
        known = 0
        for old, new in zip(self._slot, prompt, strict=False):
            if old != new:
                break
            known += 1
        self._slot = list(prompt)
        return max(1, len(prompt) - known)

    def remember(self, token: str) -> None:
        self._slot.append(token)


class _Exchange:
    """One HTTP request and its answer."""

    def __init__(self, server: OllamaServer, http: HttpConnection) -> None:
        self._server = server
        self._http = http

    async def answer(self) -> bool:
        """Returns whether the connection can carry another request."""
        request = await self._http.request()
        if request is None:
            return False
        method, path, text = request
        self._server.paths.append(path)
        routes = {
            ("POST", "/api/chat"): self._chat,
            ("POST", "/api/show"): self._show,
            ("GET", "/api/tags"): self._tags,
            ("GET", "/api/ps"): self._ps,
        }
        if path == "/" and method in ("GET", "HEAD"):
            await self._http.plain(200, b"Ollama is running" if method == "GET" else b"", "text/plain; charset=utf-8")
        elif path == "/api/version":
            await self._http.json(200, {"version": VERSION})
        elif (method, path) not in routes or (path == "/api/ps" and not self._server.tells_running):
            known = any(path == route for _, route in routes)
            await self._http.plain(405 if known else 404, b"405 method not allowed" if known else b"404 page not found")
        else:
            try:
                body = json.loads(text) if text else None
            except ValueError as error:
                await self._http.json(400, {"error": str(error)})
                return True
            return await routes[method, path](body or {}) is not False
        return True

    # --- answers -----------------------------------------------------------------------------------------------------

    async def _tags(self, _body: dict[str, Any]) -> None:
        models = [
            model.listed() | {"modified_at": MODIFIED_AT, "capabilities": list(model.capabilities)}
            for model in self._server.models
        ]
        await self._http.json(200, {"models": models})

    async def _ps(self, _body: dict[str, Any]) -> None:
        server = self._server
        running = []
        if server.is_loaded and server.runner is not None:
            name, context_tokens = str(server.runner[0]), server.runner[1]
            model = server.model(name)
            assert model is not None
            place = {} if server.vram_bytes is None else {"size_vram": server.vram_bytes}
            running.append(model.listed() | {"expires_at": now(), "context_length": context_tokens} | place)
        await self._http.json(200, {"models": running})

    async def _show(self, body: dict[str, Any]) -> None:
        name = body.get("model") or body.get("name") or ""
        model = self._server.model(name)
        if not name:
            await self._http.json(400, {"error": "model is required"})
        elif model is None:
            await self._http.json(404, {"error": f"model '{name}' not found"})
        else:
            await self._http.json(
                200,
                {
                    "modelfile": f"FROM {model.name}\n",
                    "template": "{{ .Prompt }}",
                    "details": model.details(),
                    "model_info": {"general.architecture": model.family, f"{model.family}.context_length": 131072},
                    "capabilities": list(model.capabilities),
                    "modified_at": MODIFIED_AT,
                },
            )

    async def _chat(self, body: dict[str, Any]) -> bool:
        server = self._server
        chat = Chat(body, time.monotonic())
        server.chats.append(chat)
        name = body.get("model", "")
        model = server.model(name)
        think = body.get("think")
        if not body:
            await self._http.json(400, {"error": "missing request body"})
        elif not name:
            await self._http.json(400, {"error": "model is required"})
        elif model is None:
            await self._http.json(404, {"error": f"model '{name}' not found"})
        elif "completion" not in model.capabilities:
            await self._http.json(400, {"error": f'"{name}" does not support chat'})
        elif think and not model.can_think:
            await self._http.json(400, {"error": f'"{name}" does not support thinking'})
        elif body.get("format") not in (None, "", "json") and not isinstance(body["format"], dict):
            text = f'invalid format: "{body["format"]}"; expected "json" or a JSON schema'
            await self._http.json(400, {"error": text})
        else:
            self._http.watch()
            try:
                async with server.slot:
                    await self._pause(0.0)  # whoever hung up while waiting for it is not served
                    return await self._talk(model, body, chat)
            except (_HungUp, ConnectionError):
                chat.cancelled_at_seconds = time.monotonic()
                return False
            finally:
                await self._http.unwatch()
        return True

    async def _talk(self, model: InstalledModel, body: dict[str, Any], chat: Chat) -> bool:
        server, began = self._server, time.monotonic_ns()
        options = body.get("options") or {}
        keep_alive = body.get("keep_alive", "5m")
        messages = body.get("messages") or []
        reply = None
        if messages:
            reply = server.take_reply(only_reads=options.get("num_predict") == 1) or Reply(server.talker(messages))
            if reply.ends is Ending.OUT_OF_MEMORY:
                text = "model requires more system memory (5.6 GiB) than is available (3.1 GiB)"
                await self._http.json(500, {"error": text})
                return True
            if reply.ends is Ending.BUSY:
                text = "server busy, please try again.  maximum pending requests exceeded"
                await self._http.json(503, {"error": text})
                return True
        if keep_alive_seconds(keep_alive) != 0 or messages:
            chat.loaded = server.load(model, options)
            if chat.loaded and await self._http.hung_up(within_seconds=server.load_seconds):
                server.unload()  # as Ollama does: "client connection closed before server finished loading"
                raise _HungUp
        server.keep(keep_alive)
        loaded_ns = time.monotonic_ns() - began
        if reply is None:
            reason = "unload" if keep_alive_seconds(keep_alive) == 0 else "load"
            await self._http.json(200, _line(model, "", done=True) | {"done_reason": reason})
            return True

        context_tokens = int(options.get("num_ctx") or _DEFAULT_CONTEXT_TOKENS)
        chat.messages = _fitting(messages, context_tokens)
        prompt = _prompt_tokens(chat.messages)
        chat.prompt_tokens = len(prompt)
        chat.evaluated_tokens = server.evaluate(prompt)
        read_ns = time.monotonic_ns()
        await self._pause(
            server.first_token_seconds + reply.first_token_seconds + server.prompt_token_seconds * chat.evaluated_tokens
        )
        said_ns = time.monotonic_ns()

        thinks = (model.can_think and body.get("think") is not False) or model.family == "gptoss"
        pieces = [(token, True) for token in _TOKEN.findall(reply.thinking if thinks else "")]
        pieces += [(token, False) for token in _TOKEN.findall(reply.text)]
        limit = int(options.get("num_predict") or -1)  # 0 is lost on its way to the runner and means: no limit
        reason = "stop"
        joined = {True: "", False: ""}
        wants_stream = body.get("stream", True)
        for token, is_thought in pieces:
            if chat.sent_tokens == limit:
                reason = "length"
                break
            if chat.sent_tokens == reply.after_tokens and reply.ends is not Ending.DONE:
                break
            joined[is_thought] += token
            chat.sent_tokens += 1
            server.remember(token)
            if wants_stream:
                await self._http.line(_line(model, "" if is_thought else token, thinking=token if is_thought else ""))
            await self._pause(server.token_seconds)
        if reason == "stop" and reply.ends is not Ending.DONE:
            return await self._end_badly(reply.ends, wants_stream)
        ended_ns = time.monotonic_ns()
        last = _line(
            model, "" if wants_stream else joined[False], thinking="" if wants_stream else joined[True], done=True
        )
        last |= {
            "done_reason": reason,
            "total_duration": ended_ns - began,
            "load_duration": max(1, loaded_ns),
            "prompt_eval_count": chat.prompt_tokens,
            "prompt_eval_duration": max(1, said_ns - read_ns),
            "eval_count": chat.sent_tokens,
            "eval_duration": max(1, ended_ns - said_ns),
        }
        if wants_stream:
            await self._http.line(last)
            await self._http.end_stream()
        else:
            await self._http.json(200, last)
        return True

    async def _end_badly(self, ending: Ending, wants_stream: bool) -> bool:
        error = {"error": "an error was encountered while running the model: CUDA error"}
        if ending is Ending.ERROR_LINE and not wants_stream:
            await self._http.json(500, error)
        elif ending is Ending.ERROR_LINE:
            await self._http.line(error)
            await self._http.end_stream()
        elif ending is Ending.CUT_OFF and self._http.is_streaming:
            await self._http.end_stream()
        elif ending is Ending.HANG:
            while True:
                await self._pause(3600.0)
        else:
            self._http.abort()
            return False
        return True

    async def _pause(self, seconds: float) -> None:
        """Lets time pass; raises if the client hangs up meanwhile."""
        if await self._http.hung_up(within_seconds=seconds):
            raise _HungUp


def _line(model: InstalledModel, content: str, *, thinking: str = "", done: bool = False) -> dict[str, Any]:
    message = {"role": "assistant", "content": content} | ({"thinking": thinking} if thinking else {})
    return {"model": model.name, "created_at": now(), "message": message, "done": done}


def _prompt_tokens(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    tokens: list[str] = []
    for message in messages:
        tokens += [f"<|{message['role']}|>", *_TOKEN.findall(message.get("content", "")), "<|end|>"]
    return [*tokens, "<|assistant|>"]


def _fitting(messages: list[dict[str, Any]], context_tokens: int) -> list[dict[str, Any]]:
    """The messages that fit: system messages and the last one always, of the others the oldest go first."""
    kept = list(messages)
    while len(_prompt_tokens(kept)) > context_tokens:
        oldest = next((index for index, message in enumerate(kept[:-1]) if message["role"] != "system"), None)
        if oldest is None:
            break
        del kept[oldest]
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description="An Ollama without a model, for trying things out.")
    parser.add_argument("--port", type=int, default=11434)
    parser.add_argument("--model", default="talker:latest")
    parser.add_argument("--token-seconds", type=float, default=0.03)
    parser.add_argument("--first-token-seconds", type=float, default=0.15)
    arguments = parser.parse_args()
    server = OllamaServer(
        [InstalledModel(arguments.model)],
        port=arguments.port,
        token_seconds=arguments.token_seconds,
        first_token_seconds=arguments.first_token_seconds,
    )
    with server:
        print(f"{arguments.model} at {server.url}; end with Ctrl+C", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
