# SPDX-License-Identifier: GPL-3.0-or-later
"""What of each turn's prompt the model server has to read anew, over the real protocol and a cache such as Ollama's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import pytest

from desktop_app.adapters.model_ollama import OllamaModel
from desktop_app.domain.conversation import PromptReading
from desktop_app.domain.memory import KeptMessage
from desktop_app.domain.persona import Persona
from desktop_app.engine.history import History
from desktop_app.engine.thinker import Thinker
from desktop_app.mind.rehearsed import RehearsedMind
from tests.fakes.clock import FakeClock
from tests.fakes.memory import FakeMemoryStore
from tests.standins.ollama_script import Reply
from tests.standins.ollama_server import Chat, OllamaServer

EMBER = Persona("ember", "Ember", "en", "Warm and curious. " * 40, "Short sentences.")
BEGAN = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
TURNS = (
    ("What a day it was.", "[happy] Tell me about it! I **really** want to know what happened to you."),
    ("I walked along the river and saw a heron.", "A heron, how lovely. Did it stand still for a while, as they do?"),
    ("It did, for an hour.", "An hour is a long time on one leg. I would have fallen into the water by then."),
    ("So would I.", "Then we are two. What did you do when it flew away at last?"),
    ("I went home.", "And now you are here, which is nice."),
)
NOTE_TOKENS = 60
"""The note on time and memory comes after the history, for it changes in every turn; here it knows no facts."""


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        yield server


@pytest.fixture
async def thinker(server: OllamaServer) -> AsyncIterator[Thinker]:
    thinker = Thinker(OllamaModel(server.url), RehearsedMind(), FakeClock(), lambda event: None)
    yield thinker
    await thinker.close()


async def talk(server: OllamaServer, thinker: Thinker, *, warms: bool) -> list[tuple[Chat | None, Chat]]:
    """What became of the warming and of the answer, turn by turn."""
    history, now = History(FakeMemoryStore(), EMBER, lambda event: None), BEGAN
    await thinker.try_model(await history.prompt("", now, 4096))
    told: list[tuple[Chat | None, Chat]] = []
    for words, answer in TURNS:
        server.replies.append(Reply(answer))
        if warms:
            await thinker.warm(await history.prompt("", now, 4096))
        warmed = server.chats[-1] if warms else None
        async with aclosing(thinker.reply(await history.prompt(words, now, 4096))) as pieces:
            said = "".join([piece async for piece in pieces])
        told.append((warmed, server.chats[-1]))
        heard = said.replace("[happy] ", "").replace("**", "")  # what is heard is not quite what the model wrote
        await history.add(KeptMessage("person", words, now))
        await history.add(KeptMessage("companion", heard, now))
        now += timedelta(minutes=1)
    return told


def tokens_of(words: str) -> int:
    return 2 * len(words.split()) + 5


async def test_while_the_person_speaks_all_but_their_words_is_read(server: OllamaServer, thinker: Thinker) -> None:
    told = await talk(server, thinker, warms=True)

    assert [chat.prompt_tokens for _, chat in told] == sorted(chat.prompt_tokens for _, chat in told)
    for (words, _), (_, chat) in zip(TURNS, told, strict=True):
        assert chat.evaluated_tokens <= tokens_of(words) + NOTE_TOKENS < chat.prompt_tokens / 3
    for (warmed, _), (words, answer) in zip(told[1:], TURNS, strict=False):
        assert warmed is not None
        assert warmed.evaluated_tokens <= tokens_of(words) + tokens_of(answer) + NOTE_TOKENS, "only the last exchange"
    assert server.loads == 1


async def test_without_warming_every_answer_has_to_read_the_last_exchange_first(
    server: OllamaServer, thinker: Thinker
) -> None:
    cold = await talk(server, thinker, warms=False)
    with OllamaServer() as other:
        warm_thinker = Thinker(OllamaModel(other.url), RehearsedMind(), FakeClock(), lambda event: None)
        warm = await talk(other, warm_thinker, warms=True)
        await warm_thinker.close()

    for (_, without), (_, with_warming) in list(zip(cold, warm, strict=True))[1:]:
        assert without.evaluated_tokens > 1.5 * with_warming.evaluated_tokens


async def test_what_is_surely_in_the_cache_is_not_read_again(server: OllamaServer, thinker: Thinker) -> None:
    history = History(FakeMemoryStore(), EMBER, lambda event: None)
    prompt = await history.prompt("", BEGAN, 4096)
    await thinker.try_model(prompt)
    await thinker.warm(prompt)
    assert len(server.chats) == 1


async def test_a_reply_does_not_wait_for_the_warming(server: OllamaServer, thinker: Thinker) -> None:
    history = History(FakeMemoryStore(), EMBER, lambda event: None)
    await thinker.try_model(await history.prompt("", BEGAN, 4096))
    await history.add(KeptMessage("person", "Something long ago.", BEGAN))
    server.prompt_token_seconds = 1.0  # a minute for the warming
    warming = asyncio.create_task(thinker.warm(await history.prompt("", BEGAN, 4096)))
    while len(server.chats) < 2:  # noqa: ASYNC110  the server runs on another thread
        await asyncio.sleep(0.01)
    server.prompt_token_seconds = 0.0
    async with aclosing(thinker.reply(await history.prompt("Hello.", BEGAN, 4096))) as pieces:
        assert "".join([piece async for piece in pieces])
    await warming
    assert server.chats[1].cancelled_at_seconds is not None


async def test_what_reading_the_prompt_cost_is_known_when_the_reply_is_over(
    server: OllamaServer, thinker: Thinker
) -> None:
    (_, chat), *_ = await talk(server, thinker, warms=False)
    last = server.chats[-1]
    reading = thinker.take_prompt_reading()
    assert isinstance(reading, PromptReading)
    assert (reading.tokens, reading.seconds > 0) == (last.prompt_tokens, True)
    assert reading.on_processor, "this server has no graphics card"
    assert thinker.take_prompt_reading() is None, "told once"
    assert chat.prompt_tokens < reading.tokens
