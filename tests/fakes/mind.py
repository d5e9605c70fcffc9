# SPDX-License-Identifier: GPL-3.0-or-later
"""A chat model that answers from a script, slowly, and fails on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from desktop_app.domain.conversation import Prompt, PromptReading, Role
from desktop_app.domain.errors import MindError, MindInterrupted


@dataclass(frozen=True, slots=True)
class BreaksOff:
    """An answer that stops in the middle."""

    text: str


Answer = str | BreaksOff | MindError


@dataclass(slots=True)
class FakeChatModel:
    answers: list[Answer] = field(default_factory=list)
    """Given one after the other; then "Fine." for ever."""
    first_piece_seconds: float = 0.3
    piece_seconds: float = 0.05
    name: str = "fake model"
    is_starter: bool = False
    down: bool = False
    warms: bool = True
    """Whether it can be warmed; one that cannot may still answer."""
    prompts: list[Prompt] = field(default_factory=list)
    warmed: int = 0
    log: list[tuple[str, str]] = field(default_factory=list)
    """("warm" | "reply" | "given up", the last words it was given), in order."""
    cancelled: int = 0
    running: int = 0
    """Replies under way."""
    closed: bool = False
    prompt_reading: PromptReading | None = None
    warming_seconds: float = 0.1

    async def check(self) -> None:
        await asyncio.sleep(0.01)
        self._refuse_if_down()

    async def warm(self, prompt: Prompt) -> None:
        said = next((message.text for message in reversed(prompt.messages) if message.role is not Role.USER), "")
        self.log.append(("warm", said))
        try:
            await asyncio.sleep(self.warming_seconds)
        except asyncio.CancelledError:
            self.log.append(("given up", said))
            raise
        self._refuse_if_down()
        if not self.warms:
            raise MindError("mind.failed", "Ollama could not answer.")
        self.warmed += 1

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str]:
        self.prompts.append(prompt)
        self.log.append(("reply", prompt.words))
        self.prompt_reading = None
        self._refuse_if_down()
        answer = self.answers.pop(0) if self.answers else "Fine."
        finished = False
        self.running += 1
        try:
            await asyncio.sleep(self.first_piece_seconds)
            if isinstance(answer, MindError):
                finished = True
                raise answer
            text = answer.text if isinstance(answer, BreaksOff) else answer
            for word in text.split():
                yield word + " "
                await asyncio.sleep(self.piece_seconds)
            finished = True
            self.prompt_reading = PromptReading(sum(len(message.text) for message in prompt.messages), 0.01)
            if isinstance(answer, BreaksOff):
                raise MindInterrupted("mind.truncated", "The model stopped in the middle of its answer.")
        finally:
            self.cancelled += not finished
            self.running -= 1

    async def close(self) -> None:
        self.closed = True

    def _refuse_if_down(self) -> None:
        if self.down:
            raise MindError("mind.unreachable", "Ollama is not running.", "Start it with: ollama serve")
