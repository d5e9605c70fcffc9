# SPDX-License-Identifier: GPL-3.0-or-later
"""Every chat model streams its answer, can be cancelled, and tells its troubles in sentences; Ollama in all of them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime

import pytest

from desktop_app.adapters.model_ollama import OllamaModel
from desktop_app.domain.conversation import ChatMessage, Prompt, Role
from desktop_app.domain.errors import MindError, MindInterrupted
from desktop_app.domain.persona import Persona
from desktop_app.mind.rehearsed import RehearsedMind
from desktop_app.ports import ChatModel
from tests.fakes.mind import FakeChatModel
from tests.standins.ollama_script import Ending, InstalledModel, Reply
from tests.standins.ollama_server import OllamaServer

LONG_ANSWER = "One two three four five six seven eight nine ten eleven twelve."


def _prompt(*said: str, system: str = "You are Ember. Speak shortly.") -> Prompt:
    """Turn and turn about, the person's words last."""
    roles = [Role.USER if (len(said) - index) % 2 else Role.COMPANION for index in range(len(said))]
    spoken = tuple(ChatMessage(role, text) for role, text in zip(roles, said, strict=True))
    return Prompt(
        (ChatMessage(Role.SYSTEM, system), *spoken),
        Persona("ember", "Ember"),
        (),
        datetime(2026, 11, 21, 18, 0, tzinfo=UTC),
    )


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        yield server


@pytest.fixture
async def ollama(server: OllamaServer) -> AsyncIterator[OllamaModel]:
    model = OllamaModel(server.url, first_token_seconds=5.0, stall_seconds=5.0)
    yield model
    await model.close()


@pytest.fixture(params=["fake", "rehearsed", "ollama"])
async def model(request: pytest.FixtureRequest) -> AsyncIterator[ChatModel]:
    made: ChatModel
    match request.param:
        case "fake":
            made = FakeChatModel([LONG_ANSWER])
        case "rehearsed":
            made = RehearsedMind()
        case _:
            made = OllamaModel(request.getfixturevalue("server").url)
    yield made
    await made.close()


async def _answer(model: ChatModel, prompt: Prompt) -> str:
    return "".join([piece async for piece in model.reply(prompt)])


async def _fails_with(work: Awaitable[object]) -> MindError:
    with pytest.raises(MindError) as raised:
        await work
    assert raised.value.sentence.endswith(".")
    assert raised.value.hint
    return raised.value


# --- all of them -----------------------------------------------------------------------------------------------------


async def test_it_answers_in_pieces(model: ChatModel) -> None:
    await model.check()
    await model.warm(_prompt("Hello."))
    pieces = [piece async for piece in model.reply(_prompt("Hello."))]

    assert "".join(pieces).strip()
    assert len(pieces) > 1
    assert model.name


async def test_an_answer_can_be_left_in_the_middle_and_asked_for_again(model: ChatModel) -> None:
    async with contextlib.aclosing(model.reply(_prompt("Hello."))) as reply:
        await anext(reply)
    assert (await _answer(model, _prompt("Hello.", "Hi.", "How are you?"))).strip()


# --- Ollama: what goes over the wire ---------------------------------------------------------------------------------


async def test_every_call_asks_for_the_same_options_and_no_thinking(ollama: OllamaModel, server: OllamaServer) -> None:
    await ollama.warm(_prompt("Hello."))
    await _answer(ollama, _prompt("Hello."))

    warm, reply = (chat.body for chat in server.chats)
    assert warm["options"].pop("num_predict") == 1
    assert reply["options"].pop("num_predict") > 100
    assert warm["options"] == reply["options"]
    assert reply["options"]["num_ctx"] == 4096
    assert reply["think"] is False
    assert warm["think"] is False
    assert reply["keep_alive"] == warm["keep_alive"] == "30m"
    assert reply["stream"] is True
    assert reply["messages"][0] == {"role": "system", "content": "You are Ember. Speak shortly."}
    assert reply["messages"][-1] == {"role": "user", "content": "Hello."}
    assert server.loads == 1


async def test_warming_lets_the_model_read_the_prompt_before(ollama: OllamaModel, server: OllamaServer) -> None:
    system = "You are Ember. " * 200
    await ollama.warm(_prompt("Hello.", system=system))
    await _answer(ollama, _prompt("Hello. Who are you?", system=system))

    warm, reply = server.chats
    assert warm.evaluated_tokens == warm.prompt_tokens > 500
    assert reply.evaluated_tokens < 20


@pytest.mark.parametrize(
    ("tells_running", "vram_bytes", "on_processor"),
    [(True, 0, True), (True, 2 << 30, False), (True, None, None), (False, 0, None)],
)
async def test_where_the_model_runs_is_a_figure_that_a_server_may_keep_to_itself(
    ollama: OllamaModel, server: OllamaServer, tells_running: bool, vram_bytes: int | None, on_processor: bool | None
) -> None:
    server.tells_running, server.vram_bytes = tells_running, vram_bytes
    await ollama.warm(_prompt("Hello."))
    await _answer(ollama, _prompt("Hello."))

    assert ollama.prompt_reading is not None
    assert ollama.prompt_reading.on_processor is on_processor


async def test_a_thinking_model_answers_without_its_thoughts(server: OllamaServer) -> None:
    server.models = [InstalledModel("qwen3:4b", ("completion", "thinking"))]
    server.replies.append(Reply("Four.", thinking="Two and two is four."))
    model = OllamaModel(server.url)

    assert await _answer(model, _prompt("Two and two?")) == "Four."
    assert server.chats[0].sent_tokens == 2
    await model.close()


async def test_a_model_that_cannot_stop_thinking_thinks_little_and_is_not_heard_thinking(server: OllamaServer) -> None:
    server.models = [InstalledModel("gpt-oss:20b", ("completion", "thinking"), family="gptoss")]
    server.replies.append(Reply("Four.", thinking="Two and two is four."))
    model = OllamaModel(server.url)

    assert await _answer(model, _prompt("Two and two?")) == "Four."
    assert server.chats[0].body["think"] == "low"
    await model.close()


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("<think>It greets me.</think>\n\nHello there.", "Hello there."),
        ("<think>\n</think>Hello.", "Hello."),
        ("  Hello <b>you</b>.", "Hello <b>you</b>."),
        ("< 5 is small.", "< 5 is small."),
    ],
)
async def test_thoughts_that_a_model_mixes_into_its_words_are_dropped(
    ollama: OllamaModel, server: OllamaServer, text: str, heard: str
) -> None:
    server.replies.append(Reply(text))
    assert await _answer(ollama, _prompt("Hello.")) == heard


async def test_leaving_an_answer_cancels_it_at_the_server(ollama: OllamaModel, server: OllamaServer) -> None:
    server.token_seconds = 0.05
    server.replies.append(Reply("word " * 400))
    async with contextlib.aclosing(ollama.reply(_prompt("Hello."))) as reply:
        await anext(reply)
        left_at = time.monotonic()

    await _until(lambda: server.chats[0].cancelled_at_seconds is not None)
    assert (server.chats[0].cancelled_at_seconds or 0) - left_at < 2
    assert server.chats[0].sent_tokens < 100


async def test_cancelling_the_task_cancels_it_at_the_server(ollama: OllamaModel, server: OllamaServer) -> None:
    await ollama.check()
    server.first_token_seconds = 60.0
    answering = asyncio.create_task(_answer(ollama, _prompt("Hello.")))
    await _until(lambda: len(server.chats) == 1)
    answering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await answering

    await _until(lambda: server.chats[0].cancelled_at_seconds is not None)
    assert server.chats[0].sent_tokens == 0


async def test_connections_are_used_again(ollama: OllamaModel, server: OllamaServer) -> None:
    for _ in range(5):
        await _answer(ollama, _prompt("Hello."))
    assert server.connections == 1


# --- Ollama: which model ---------------------------------------------------------------------------------------------


async def test_without_a_wish_the_first_model_that_can_chat_is_used(server: OllamaServer) -> None:
    server.models = [InstalledModel("nomic-embed-text:latest", ("embedding",)), InstalledModel("gemma3:4b")]
    model = OllamaModel(server.url)
    await model.check()
    assert model.name == "gemma3:4b"
    await model.close()


async def test_a_name_without_a_tag_means_the_latest(server: OllamaServer) -> None:
    server.models = [InstalledModel("gemma3:4b"), InstalledModel("mistral:latest")]
    model = OllamaModel(server.url, "mistral")
    await model.check()
    assert model.name == "mistral:latest"
    await model.close()


async def test_a_model_that_is_not_installed_is_told_with_what_to_type(server: OllamaServer) -> None:
    model = OllamaModel(server.url, "llama9:1b")
    error = await _fails_with(model.check())
    assert error.code == "mind.model_missing"
    assert "ollama pull llama9:1b" in error.hint

    server.models.append(InstalledModel("llama9:1b"))
    await model.check()
    await model.close()


async def test_a_server_without_any_model_is_told_with_what_to_type(server: OllamaServer) -> None:
    server.models = []
    model = OllamaModel(server.url)
    error = await _fails_with(model.check())
    assert error.code == "mind.no_model"
    assert "ollama pull" in error.hint
    await model.close()


async def test_a_model_for_embeddings_cannot_hold_a_conversation(server: OllamaServer) -> None:
    server.models = [InstalledModel("nomic-embed-text:latest", ("embedding",))]
    model = OllamaModel(server.url, "nomic-embed-text")
    assert (await _fails_with(model.check())).code == "mind.cannot_chat"
    await model.close()


async def test_a_model_removed_meanwhile_is_noticed(ollama: OllamaModel, server: OllamaServer) -> None:
    await ollama.check()
    server.models = []
    assert (await _fails_with(_answer(ollama, _prompt("Hello.")))).code == "mind.model_missing"
    assert (await _fails_with(ollama.check())).code == "mind.no_model"


# --- Ollama: everything that goes wrong ------------------------------------------------------------------------------


async def test_a_server_that_is_down_is_told_and_used_again_when_it_is_back(
    ollama: OllamaModel, server: OllamaServer
) -> None:
    await ollama.check()
    server.stop()
    for work in (ollama.check, lambda: ollama.warm(_prompt("Hi.")), lambda: _answer(ollama, _prompt("Hi."))):
        error = await _fails_with(work())
        assert error.code == "mind.unreachable"
        assert not isinstance(error, MindInterrupted)
        assert server.url in error.hint

    server.start()
    await ollama.check()
    assert await _answer(ollama, _prompt("Hello."))


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        (Ending.CUT_OFF, "mind.truncated"),
        (Ending.RESET, "mind.truncated"),
        (Ending.ERROR_LINE, "mind.failed"),
        (Ending.HANG, "mind.slow"),
    ],
)
async def test_an_answer_that_breaks_off_is_an_interruption(server: OllamaServer, ending: Ending, code: str) -> None:
    model = OllamaModel(server.url, first_token_seconds=5.0, stall_seconds=0.5)
    server.replies.append(Reply(LONG_ANSWER, ends=ending, after_tokens=4))
    heard = []
    with pytest.raises(MindInterrupted) as raised:
        async for piece in model.reply(_prompt("Count.")):
            heard.append(piece)  # noqa: PERF401  what was heard before it broke off

    assert "".join(heard) == "One two three four"
    assert raised.value.code == code
    assert await _answer(model, _prompt("Hello."))
    await model.close()


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        (Ending.RESET, "mind.lost"),
        (Ending.ERROR_LINE, "mind.failed"),
        (Ending.OUT_OF_MEMORY, "mind.out_of_memory"),
        (Ending.BUSY, "mind.busy"),
        (Ending.HANG, "mind.slow"),
    ],
)
async def test_an_answer_that_never_begins_is_an_error_but_no_interruption(
    server: OllamaServer, ending: Ending, code: str
) -> None:
    model = OllamaModel(server.url, first_token_seconds=0.5)
    server.replies.append(Reply(LONG_ANSWER, ends=ending, after_tokens=0))
    error = await _fails_with(_answer(model, _prompt("Count.")))

    assert error.code == code
    assert not isinstance(error, MindInterrupted)
    assert await _answer(model, _prompt("Hello."))
    await model.close()


async def test_too_little_memory_is_told_with_what_to_do(ollama: OllamaModel, server: OllamaServer) -> None:
    server.replies.append(Reply(ends=Ending.OUT_OF_MEMORY))
    error = await _fails_with(ollama.warm(_prompt("Hello.")))
    assert error.code == "mind.out_of_memory"
    assert "smaller model" in error.hint


async def test_a_model_that_loads_for_ever_is_slow(server: OllamaServer) -> None:
    server.load_seconds = 60.0
    model = OllamaModel(server.url, first_token_seconds=0.3)
    assert (await _fails_with(model.warm(_prompt("Hello.")))).code == "mind.slow"
    assert (await _fails_with(_answer(model, _prompt("Hello.")))).code == "mind.slow"
    await model.close()


async def test_an_empty_answer_is_an_error(ollama: OllamaModel, server: OllamaServer) -> None:
    server.replies.append(Reply(""))
    assert (await _fails_with(_answer(ollama, _prompt("Hello.")))).code == "mind.empty"


@pytest.mark.parametrize("url", ["ftp://127.0.0.1:1", "http://127.0.0.1:notaport", "http://[::1"])
async def test_an_impossible_address_is_told(url: str) -> None:
    model = OllamaModel(url)
    assert (await _fails_with(model.check())).code == "mind.address"
    await model.close()


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope",
        b"HTTP/1.1 301 Moved\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_another_server_at_that_address_is_told_and_never_followed(response: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(response)
        writer.close()

    other = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with other:
        model = OllamaModel(f"http://127.0.0.1:{other.sockets[0].getsockname()[1]}")
        assert (await _fails_with(model.check())).code == "mind.not_ollama"
        await model.close()


async def test_proxies_of_the_environment_are_not_asked(server: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        proxy = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        model = OllamaModel(server.url)
        await model.check()
        await model.close()


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  it comes true on the server's thread
            await asyncio.sleep(0.01)
