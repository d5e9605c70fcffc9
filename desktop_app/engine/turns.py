# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens, commits, interrupts and ends turns: at most one is open, and each has exactly one end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

from desktop_app.domain.conversation import TurnId, TurnTimings
from desktop_app.domain.events import (
    Event,
    Notice,
    TurnCompleted,
    TurnEnded,
    TurnFailed,
    TurnInterrupted,
    TurnStarted,
)
from desktop_app.engine.parts import Parts
from desktop_app.engine.sentences import SentenceStream
from desktop_app.engine.turn import Turn
from desktop_app.ports import Clock


class Turns:
    """Says what the end of a turn is; announcing it is the engine's."""

    def __init__(
        self,
        parts: Parts,
        clock: Clock,
        announce: Callable[[Event], None],
        over: Callable[[Turn], None],
        *,
        early_clause: bool,
    ) -> None:
        """over is called when a committed turn's work is done or cancelled; for early_clause see SentenceStream."""
        self._parts = parts
        self._clock = clock
        self._announce = announce
        self._over = over
        self._early_clause = early_clause
        self._last_id = 0
        self.open: Turn | None = None
        self.floor = asyncio.Event()
        """Set while the person is silent: the companion never begins to speak over them."""
        self.floor.set()

    def prepare(self, pieces: AsyncGenerator[str], timings: TurnTimings, ended_at_seconds: float) -> Turn:
        """A turn that answers with these pieces, in secret until it is committed."""
        return Turn(
            pieces,
            self._parts.synthesizer,
            self._parts.speaker,
            self._clock,
            self._announce,
            self.floor,
            timings,
            ended_at_seconds,
            SentenceStream(early_clause=self._early_clause),
        )

    def begin(self) -> TurnId:
        """Announces the next turn."""
        self._last_id += 1
        turn_id = TurnId(self._last_id)
        self._announce(TurnStarted(turn_id))
        return turn_id

    def commit(self, turn_id: TurnId, turn: Turn) -> None:
        """From now on it is the open turn, and may be heard."""
        self.open = turn
        turn.start()
        turn.commit(turn_id, lambda: self._over(turn))

    def being_said(self) -> str:
        """The words that are heard of the open turn just now, a little before and after included."""
        return self.open.being_said() if self.open else ""

    async def interrupt(self) -> TurnEnded | None:
        """Falls silent and cancels the open turn, if there is one; returns its end."""
        turn = self.open
        if turn is None:
            return None
        if turn.is_over:
            return self.end(turn)
        self.open = None
        await turn.cancel()
        turn.failure()
        return TurnInterrupted(turn.id, turn.heard_text(), turn.timings)

    def end(self, turn: Turn) -> TurnEnded:
        """The end of the open turn, whose work is done of itself."""
        self.open = None
        error = turn.failure()
        if error is None:
            return TurnCompleted(turn.id, turn.heard_text(), turn.timings)
        self._parts.speaker.stop()
        return TurnFailed(turn.id, turn.heard_text(), Notice.of(error), turn.timings)
