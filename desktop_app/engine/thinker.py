# SPDX-License-Identifier: GPL-3.0-or-later
"""Which mind answers: the chosen model while it can, the starter mind while it cannot; and the way back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from desktop_app.domain.conversation import Prompt
from desktop_app.domain.errors import MindError, MindInterrupted
from desktop_app.domain.events import Component, ComponentLost, ComponentReady, Event, Notice
from desktop_app.ports import ChatModel

_FIRST_RETRY_SECONDS = 2.0
_LONGEST_RETRY_SECONDS = 15.0


class Thinker:
    """Holds both minds; announces when the chosen one goes or comes back."""

    def __init__(self, model: ChatModel, starter: ChatModel, announce: Callable[[Event], None]) -> None:
        self._model = model
        self._starter = starter
        self._announce = announce
        self._works = False
        self._checked = asyncio.Event()
        """Set once it is known whether the chosen model can be used."""
        self._lost = asyncio.Event()
        self._said_starter = False

    async def look_after(self, make_prompt: Callable[[], Awaitable[Prompt]]) -> None:
        """Runs for ever: warms the chosen model, and while it is lost tries it again with growing pauses.

        make_prompt gives what every prompt begins with at present.
        """
        await self._try_model(await make_prompt())
        while True:
            await self._lost.wait()
            pause_seconds = _FIRST_RETRY_SECONDS
            while not self._works:
                await asyncio.sleep(pause_seconds)
                pause_seconds = min(pause_seconds * 1.5, _LONGEST_RETRY_SECONDS)
                await self._try_model(await make_prompt())

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str]:
        """Streams an answer. If the chosen model fails before its first piece, the starter mind answers instead.

        A model that is still being loaded is waited for. Raises MindInterrupted when it falls silent in the middle.
        """
        await self._checked.wait()
        if self._works:
            answered = False
            try:
                async with aclosing(self._model.reply(prompt)) as pieces:
                    async for piece in pieces:
                        answered = True
                        yield piece
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
        await self._model.close()
        await self._starter.close()

    async def _try_model(self, prompt: Prompt) -> None:
        try:
            await self._model.check()
            self._win()
            self._checked.set()
            await self._model.warm(prompt)
        except MindError as error:
            self._lose(error)
            self._checked.set()

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
