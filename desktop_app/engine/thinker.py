# SPDX-License-Identifier: GPL-3.0-or-later
"""Which mind answers: the chosen model while it can, the starter mind while it cannot; and the way back."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from itertools import takewhile

from desktop_app.domain.conversation import ChatMessage, Prompt, PromptReading
from desktop_app.domain.errors import MindError, MindInterrupted
from desktop_app.domain.events import Component, ComponentLost, ComponentReady, Event, Notice
from desktop_app.mind.prompt import is_note
from desktop_app.ports import ChatModel, Clock

_FIRST_RETRY_SECONDS = 2.0
_LONGEST_RETRY_SECONDS = 15.0

_SURELY_CACHED_SECONDS = 60.0
"""After a longer silence another program may have used the model server, and its cache holds other words."""
_SURELY_LOADED_SECONDS = 240.0
"""… and after this one the model itself may have had to make room for another."""


class Thinker:
    """Holds both minds; announces when the chosen one goes or comes back."""

    def __init__(self, model: ChatModel, starter: ChatModel, clock: Clock, announce: Callable[[Event], None]) -> None:
        self._model = model
        self._starter = starter
        self._clock = clock
        self._announce = announce
        self._read: tuple[ChatMessage, ...] = ()
        """What the chosen model read last: its server keeps it in its prefix cache."""
        self._read_at_seconds = -math.inf
        self._warming: asyncio.Task[None] | None = None
        self._is_loading = False
        """Whether what is being warmed may have to be loaded first."""
        self._prompt_reading: PromptReading | None = None
        self._works = False
        self._checked = asyncio.Event()
        """Set once it is known whether the chosen model can be used."""
        self._lost = asyncio.Event()
        self._said_starter = False

    async def look_after(self, make_prompt: Callable[[], Awaitable[Prompt]]) -> None:
        """Runs for ever: warms the chosen model, and while it is lost tries it again with growing pauses.

        make_prompt gives what every prompt begins with at present.
        """
        await self.try_model(await make_prompt())
        while True:
            await self._lost.wait()
            pause_seconds = _FIRST_RETRY_SECONDS
            while not self._works:
                await asyncio.sleep(pause_seconds)
                pause_seconds = min(pause_seconds * 1.5, _LONGEST_RETRY_SECONDS)
                await self.try_model(await make_prompt())

    async def warm(self, prompt: Prompt) -> None:
        """Somebody begins to speak: lets the chosen model read what their words will follow, unless it already has.

        A reply that is asked for meanwhile does not wait for it.
        """
        if self._works and self._may_be_cold(prompt):
            await self._warm(prompt)

    def take_prompt_reading(self) -> PromptReading | None:
        """What reading the prompt of the last reply cost, once, where it is known."""
        reading, self._prompt_reading = self._prompt_reading, None
        return reading

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str]:
        """Streams an answer. If the chosen model fails before its first piece, the starter mind answers instead.

        A model that is still being loaded is waited for. Raises MindInterrupted when it falls silent in the middle.
        """
        await self._checked.wait()
        if not self._is_loading:  # giving up a load would only make the reply begin another
            await self._stop_warming()
        self._prompt_reading = None
        if self._works:
            answered = False
            self._note_read(prompt)
            try:
                async with aclosing(self._model.reply(prompt)) as pieces:
                    async for piece in pieces:
                        answered = True
                        yield piece
                self._prompt_reading = self._model.prompt_reading
                self._win()  # it may have been given up meanwhile, when warming it failed
                return
            except MindInterrupted as error:
                self._lose(error)
                if answered:
                    raise
            except MindError as error:
                self._lose(error)
        async with aclosing(self._starter.reply(prompt)) as pieces:
            async for piece in pieces:
                yield piece

    async def close(self) -> None:
        await self._stop_warming()
        await self._model.close()
        await self._starter.close()

    async def try_model(self, prompt: Prompt) -> None:
        """Finds out whether the chosen model is there, and if so lets it read the prompt."""
        await self._check()
        self._checked.set()
        if self._works:
            await self._warm(prompt)

    async def _check(self) -> None:
        try:
            await self._model.check()
            self._win()
        except MindError as error:
            self._lose(error)

    async def _warm(self, prompt: Prompt) -> None:
        """Lets the chosen model read, unless it is at it already."""
        if self._warming:
            return
        self._is_loading = self._clock.now_seconds() - self._read_at_seconds > _SURELY_LOADED_SECONDS
        work = self._warming = asyncio.create_task(self._read_ahead(prompt))
        try:
            await asyncio.wait({work})
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            if self._warming is work:
                self._warming, self._is_loading = None, False

    async def _read_ahead(self, prompt: Prompt) -> None:
        """A model that fails at this may still answer: it is lost only if it is not there, or when a reply fails."""
        try:
            await self._model.warm(prompt)
            self._note_read(prompt)
        except MindError:
            await self._check()

    async def _stop_warming(self) -> None:
        if self._warming:
            warming, self._warming = self._warming, None
            warming.cancel()
            await asyncio.gather(warming, return_exceptions=True)

    def _may_be_cold(self, prompt: Prompt) -> bool:
        """Whether the server's cache lacks some of what comes before the person's next words, or may have lost it."""
        lasting = tuple(takewhile(lambda message: message.text and not is_note(message), prompt.messages))
        is_old = self._clock.now_seconds() - self._read_at_seconds > _SURELY_CACHED_SECONDS
        return is_old or self._read[: len(lasting)] != lasting

    def _note_read(self, prompt: Prompt) -> None:
        self._read, self._read_at_seconds = prompt.messages, self._clock.now_seconds()

    def _win(self) -> None:
        """The chosen model works; tells it if that is news."""
        if not self._works:
            self._works = True
            self._said_starter = False
            self._lost.clear()
            self._announce(ComponentReady(Component.MIND, self._model.name, self._model.is_starter))

    def _lose(self, error: MindError) -> None:
        """Tells it once; the same trouble again is no news."""
        newly_lost = self._works or not self._said_starter
        self._works = False
        self._lost.set()
        if newly_lost:
            self._said_starter = True
            self._announce(ComponentReady(Component.MIND, self._starter.name, is_starter=True))
            self._announce(ComponentLost(Component.MIND, Notice.of(error)))
