# SPDX-License-Identifier: GPL-3.0-or-later
"""The companion's brain when Ollama runs: streamed replies, cancelled on the wire, every trouble in one sentence."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from typing import Any

from desktop_app.domain.conversation import Prompt, PromptReading
from desktop_app.domain.errors import MindError, MindInterrupted

_KEEP_ALIVE = "30m"
_CHECK_SECONDS = 10.0
_FIGURE_SECONDS = 2.0
_PULL_EXAMPLE = "llama3.2:3b"
_NO_ROOM = ("out of memory", "more system memory", "insufficient memory", "unable to allocate", "cudamalloc failed")


@dataclass(frozen=True, slots=True)
class _Model:
    """One installed model as Ollama describes it."""

    name: str
    think: bool | str
    """What to send so that it thinks as little as it can; unset would mean: think."""


class OllamaModel:
    """Talks to one Ollama server; an empty model name means the first installed model that can chat."""

    def __init__(
        self,
        url: str,
        model: str = "",
        *,
        context_tokens: int = 4096,
        reply_tokens: int = 512,
        temperature: float = 0.7,
        connect_seconds: float = 3.0,
        first_token_seconds: float = 120.0,
        stall_seconds: float = 12.0,
    ) -> None:
        self._url = url
        self._wanted = model
        self._connect_seconds = connect_seconds
        self._first_token_seconds = first_token_seconds
        self._stall_seconds = stall_seconds
        # One set of options for every call: any difference in them makes Ollama load the model again.
        self._options = {"num_ctx": context_tokens, "num_predict": reply_tokens, "temperature": temperature}
        self._client: Any = None
        self._model: _Model | None = None
        self._prompt_reading: PromptReading | None = None
        self._on_processor: bool | None = None

    @property
    def name(self) -> str:
        return self._model.name if self._model else self._wanted or "Ollama"

    @property
    def is_starter(self) -> bool:
        return False

    @property
    def prompt_reading(self) -> PromptReading | None:
        return self._prompt_reading

    async def installed(self) -> list[str]:
        """The models of this Ollama that can chat. Raises MindError if none answers at the address."""
        client = await self._connected()
        with self._translated(self._wanted):
            async with asyncio.timeout(_CHECK_SECONDS):
                names = [entry.model for entry in (await client.list()).models if entry.model]
                return [name for name in names if await self._described(client, name)]

    async def check(self) -> None:
        await self._choose_anew()

    async def warm(self, prompt: Prompt) -> None:
        model = await self._chosen()
        client = await self._connected()
        with self._translated(model.name):
            async with asyncio.timeout(self._first_token_seconds):
                # One token is asked for and thrown away: with none, Ollama would not read the prompt at all.
                await client.chat(
                    model=model.name,
                    messages=_messages(prompt),
                    think=model.think,
                    options=self._options | {"num_predict": 1},  # not an option the model is loaded with
                    keep_alive=_KEEP_ALIVE,
                )
        if self._on_processor is None:
            self._on_processor = await self._runs_on_processor(client, model)

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str]:
        model = await self._chosen()
        client = await self._connected()
        thoughts = _ThoughtFilter()
        spoken = False
        self._prompt_reading = None
        try:
            with self._translated(model.name):
                stream = await client.chat(
                    model=model.name,
                    messages=_messages(prompt),
                    stream=True,
                    think=model.think,
                    options=self._options,
                    keep_alive=_KEEP_ALIVE,
                )
                async with contextlib.aclosing(stream), contextlib.aclosing(self._parts(stream)) as parts:
                    async for part in parts:
                        piece = thoughts.without_thoughts(part.message.content or "")
                        if piece:
                            spoken = True
                            yield piece
                piece = thoughts.rest()
                if piece:
                    spoken = True
                    yield piece
        except MindError as error:
            if not spoken:
                raise
            told = _truncated() if error.code == "mind.lost" else error
            raise MindInterrupted(told.code, told.sentence, told.hint) from error
        if not spoken:
            raise MindError(
                "mind.empty", f"The model “{model.name}” gave no answer.", "Say it again, or choose another model."
            )

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    # --- the server --------------------------------------------------------------------------------------------------

    async def _connected(self) -> Any:
        if self._client is None:
            self._client = await asyncio.get_running_loop().run_in_executor(None, self._new_client)
        return self._client

    def _new_client(self) -> Any:
        """Runs on another thread, for importing the library takes a second."""
        import httpx
        import ollama

        # Reading is bounded in _parts and by asyncio.timeout, which know what is being waited for.
        timeout = httpx.Timeout(connect=self._connect_seconds, read=None, write=10.0, pool=10.0)
        try:
            return ollama.AsyncClient(self._url, timeout=timeout, follow_redirects=False, trust_env=False)
        except (ValueError, httpx.InvalidURL) as error:
            raise MindError(
                "mind.address",
                f"“{self._url}” is not an address where Ollama could be.",
                "It looks like http://127.0.0.1:11434; correct it in the settings.",
            ) from error

    async def _parts(self, stream: Any) -> AsyncGenerator[Any]:
        """The lines of one streamed answer; one that ends without its last line was cut off."""
        patience = self._first_token_seconds  # the model may have to be loaded first
        done = False
        while True:
            try:
                async with asyncio.timeout(patience):
                    part = await anext(stream)
            except StopAsyncIteration:
                if done:
                    return
                raise _truncated() from None
            patience = self._stall_seconds
            if part.done:
                done, self._prompt_reading = True, _prompt_reading(part, self._on_processor)
            yield part

    async def _runs_on_processor(self, client: Any, model: _Model) -> bool | None:
        """Whether nothing of it lies on a graphics card; None if this server does not say."""
        with contextlib.suppress(Exception):  # only a figure would be missing, whatever goes wrong
            async with asyncio.timeout(_FIGURE_SECONDS):
                running = (await client.ps()).models
                sizes = [entry.size_vram for entry in running if entry.model == model.name]
                return None if sizes[0] is None else bool(sizes[0] == 0)
        return None

    async def _chosen(self) -> _Model:
        return self._model or await self._choose_anew()

    async def _choose_anew(self) -> _Model:
        client = await self._connected()
        with self._translated(self._wanted):
            async with asyncio.timeout(_CHECK_SECONDS):
                model = self._model = await self._choose(client)
        return model

    async def _choose(self, client: Any) -> _Model:
        installed = [entry.model for entry in (await client.list()).models if entry.model]
        if self._wanted:
            full_name = self._wanted if ":" in self._wanted.rpartition("/")[2] else f"{self._wanted}:latest"
            if full_name not in installed:
                raise _model_missing(self._wanted)
            model = await self._described(client, full_name)
            if model is None:
                raise _cannot_chat(self._wanted)
            return model
        for name in installed:
            model = await self._described(client, name)
            if model is not None:
                return model
        raise MindError(
            "mind.no_model",
            "Ollama is running, but it has no model yet.",
            f"Type in a terminal: ollama pull {_PULL_EXAMPLE}",
        )

    async def _described(self, client: Any, name: str) -> _Model | None:
        """None if it cannot chat (a model for embeddings)."""
        shown = await client.show(name)
        if shown.capabilities is not None and "completion" not in shown.capabilities:
            return None
        family = (shown.details.family or "") if shown.details else ""
        # gpt-oss cannot be told not to think, only to think little.
        return _Model(name, "low" if family == "gptoss" else False)

    @contextlib.contextmanager
    def _translated(self, model: str) -> Iterator[None]:
        """Turns what the client library raises into a MindError, and forgets what was known of the server."""
        import httpx
        import ollama

        try:
            yield
        except MindError:
            self._model = None
            raise
        except ollama.ResponseError as error:
            self._model = None
            raise _refused(error.status_code, error.error, model, self._url) from error
        except (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout) as error:
            self._model = None
            raise MindError(
                "mind.slow",
                "Ollama takes too long to answer.",
                "Wait until it has loaded the model, or choose a smaller model.",
            ) from error
        except (ConnectionError, httpx.ConnectError, httpx.ConnectTimeout) as error:
            self._model = None
            raise MindError(
                "mind.unreachable",
                "Ollama is not running.",
                f"Start it (type in a terminal: ollama serve); it is expected at {self._url}.",
            ) from error
        except httpx.UnsupportedProtocol as error:
            raise MindError(
                "mind.address",
                f"“{self._url}” is not an address where Ollama could be.",
                "It looks like http://127.0.0.1:11434; correct it in the settings.",
            ) from error
        except httpx.TransportError as error:
            self._model = None
            raise MindError(
                "mind.lost", "The connection to Ollama broke.", "Say it again; if it keeps happening, restart Ollama."
            ) from error
        except (ValueError, TypeError, AttributeError) as error:  # unreadable, or not of Ollama's shape
            self._model = None
            raise _not_ollama(self._url) from error


def _prompt_reading(last: Any, on_processor: bool | None) -> PromptReading | None:
    """The last line counts all tokens of the prompt, but only the time spent on those that were not in the cache."""
    if not last.prompt_eval_count or last.prompt_eval_duration is None:
        return None
    return PromptReading(int(last.prompt_eval_count), last.prompt_eval_duration / 1e9, on_processor)


def _messages(prompt: Prompt) -> list[dict[str, str]]:
    return [{"role": message.role.value, "content": message.text} for message in prompt.messages if message.text]


def _refused(status: int, text: str, model: str, url: str) -> MindError:
    """What an error answer of Ollama means; status −1 is an error in the middle of a stream."""
    said = " ".join(text.split())
    if any(sign in said.lower() for sign in _NO_ROOM):
        return MindError(
            "mind.out_of_memory",
            f"There is not enough memory for the model “{model}”.",
            "Choose a smaller model, or close other programs.",
        )
    if status == 404 and "model" in said.lower():
        return _model_missing(model)
    if "does not support chat" in said:
        return _cannot_chat(model)
    if status == 503:
        return MindError("mind.busy", "Ollama is busy with other work.", "Say it again in a moment.")
    if 300 <= status < 400 or status in (401, 403, 404, 405):
        return _not_ollama(url)
    return MindError("mind.failed", "Ollama could not answer.", f"It says: {said[:200]}")


def _truncated() -> MindError:
    return MindError(
        "mind.truncated",
        "The model stopped in the middle of its answer.",
        "Say it again; if it keeps happening, restart Ollama.",
    )


def _model_missing(model: str) -> MindError:
    return MindError(
        "mind.model_missing",
        f"The model “{model}” is not installed in Ollama.",
        f"Type in a terminal: ollama pull {model}",
    )


def _cannot_chat(model: str) -> MindError:
    return MindError(
        "mind.cannot_chat", f"The model “{model}” cannot hold a conversation.", "Choose another model in the settings."
    )


def _not_ollama(url: str) -> MindError:
    return MindError("mind.not_ollama", f"What answers at {url} is not Ollama.", "Correct the address in the settings.")


class _ThoughtFilter:
    """Drops a leading <think>…</think>: models that Ollama does not know to be thinkers mix it into their words."""

    _OPENS, _CLOSES = "<think>", "</think>"

    def __init__(self) -> None:
        self._held = ""
        self._speaking = False

    def without_thoughts(self, piece: str) -> str:
        if self._speaking:
            return piece
        self._held = (self._held + piece).lstrip()
        if self._held.startswith(self._OPENS):
            _, closed, after = self._held.partition(self._CLOSES)
            if not closed:
                return ""
            self._held = after.lstrip()
        if self._OPENS.startswith(self._held):
            return ""  # nothing yet, or what could still become a thought
        self._speaking = True
        return self._held

    def rest(self) -> str:
        """What is still held back at the end of the stream."""
        return "" if self._speaking or self._held.startswith(self._OPENS) else self._held
