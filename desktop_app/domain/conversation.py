# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of a conversation: turns, messages, transcripts, prompts and how a turn came out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from desktop_app.domain.memory import Fact
from desktop_app.domain.persona import Persona

TurnId = NewType("TurnId", int)
"""Counts up from 1 within one run of the engine."""


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    COMPANION = "assistant"


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message as the chat model sees it."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """All that a chat model needs for one reply; a model reads the messages, the starter mind the rest as well."""

    messages: tuple[ChatMessage, ...]
    """System first, then the recent turns, the person's words last."""

    persona: Persona
    facts: tuple[Fact, ...]
    """What is remembered and bears on these words, most important first."""

    local_time: datetime

    @property
    def words(self) -> str:
        """What the person has just said."""
        return self.messages[-1].text if self.messages else ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard so far: a part that will not change and a part that still may."""

    stable: str = ""
    tentative: str = ""

    @property
    def text(self) -> str:
        return f"{self.stable} {self.tentative}".strip()


@dataclass(frozen=True, slots=True)
class Transcription:
    """What a transcriber made of one utterance. Empty text means: no words in it."""

    text: str
    language: str
    """ISO 639-1."""


class Expression(StrEnum):
    """What the companion's face shows with a sentence; the model may choose it by a tag like [happy]."""

    NEUTRAL = "neutral"
    HAPPY = "happy"
    SAD = "sad"
    SURPRISED = "surprised"
    THINKING = "thinking"
    UPSET = "upset"
    AFFECTIONATE = "affectionate"
    SLEEPY = "sleepy"
    PLAYFUL = "playful"
    CONCERNED = "concerned"


@dataclass(frozen=True, slots=True)
class Feeling:
    """What a face shows, and how much of it."""

    expression: Expression = Expression.NEUTRAL
    intensity: float = 1.0
    """0…1."""


@dataclass(frozen=True, slots=True)
class PromptReading:
    """What reading one prompt cost the model server."""

    tokens: int
    """Of the whole prompt, those included that the cache already held."""

    seconds: float
    """Time spent on those that it did not hold."""

    on_processor: bool | None = None
    """Whether the model runs on the processor alone; None if that is not known."""


@dataclass(frozen=True, slots=True)
class TurnTimings:
    """Where the time of one turn went; moments in seconds after the person's last speech, None if they never came."""

    endpoint_seconds: float | None = None
    transcript_seconds: float | None = None
    first_token_seconds: float | None = None
    first_clip_seconds: float | None = None
    first_sound_seconds: float | None = None

    wasted_drafts: int = 0
    """Answers begun in secret before this one and thrown away, because the person went on."""

    prompt_reading: PromptReading | None = None
    """What the model's prefix cache left to do, where the model says so."""
