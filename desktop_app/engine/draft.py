# SPDX-License-Identifier: GPL-3.0-or-later
"""The eager turn: begins to understand, and if it may to think and synthesize, at a pause and in secret.

When the pause turns out to be the end, everything is there already and is committed. When the person goes on, it is
thrown away, and nobody ever hears of it: it announces nothing, keeps nothing and plays nothing before it is committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from desktop_app.domain.audio import Utterance
from desktop_app.domain.conversation import Transcription
from desktop_app.engine.turn import Turn


class Draft:
    """Made at a pause; then either `finished` or `thrown_away`."""

    def __init__(
        self,
        utterance: Utterance,
        understand: Callable[[Utterance], Awaitable[Transcription]],
        prepare: Callable[[Utterance, Transcription], Awaitable[Turn | None]],
    ) -> None:
        """prepare makes the turn that answers, or None if there is nothing to answer, or not yet."""
        self.utterance = utterance
        self._understand = understand
        self._prepare = prepare
        self.transcription: Transcription | None = None
        """What was said up to the pause, as soon as it is understood."""
        self._turn: Turn | None = None
        self._understanding = asyncio.create_task(self._work())

    async def finished(self) -> tuple[Transcription, Turn | None]:
        """The pause was the end: what was said, and the turn that prepares the answer. Raises EarsError."""
        transcription = await self._understanding
        return transcription, self._turn

    async def thrown_away(self) -> bool:
        """The pause was none. Returns whether an answer had been begun in vain."""
        self._understanding.cancel()
        await asyncio.gather(self._understanding, return_exceptions=True)
        if self._turn:
            await self._turn.cancel()
        return self._turn is not None

    async def _work(self) -> Transcription:
        transcription = self.transcription = await self._understand(self.utterance)
        self._turn = await self._prepare(self.utterance, transcription)
        if self._turn:
            self._turn.start()
        return transcription
