# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened: facts move up from the engine as these, in order, each one frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from desktop_app.domain.audio import VisemeTrack
from desktop_app.domain.conversation import Expression, Transcript, TurnId, TurnTimings
from desktop_app.domain.errors import CompanionError
from desktop_app.domain.memory import Fact, KeptMessage
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings


class Component(StrEnum):
    """A part of the engine that can come and go."""

    MICROPHONE = "microphone"
    LOUDSPEAKER = "loudspeaker"
    EARS = "ears"
    MIND = "mind"
    VOICE = "voice"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Notice:
    """A calm sentence for the window's bar."""

    code: str
    sentence: str
    hint: str = ""

    @classmethod
    def of(cls, error: CompanionError) -> Notice:
        return cls(error.code, error.sentence, error.hint)


NO_CANCELLER = "microphone.echo"
"""The code of the notice that nothing takes the companion's own voice out of the microphone: it takes turns."""


# --- the engine as a whole -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EngineStarted:
    """Everything is loaded that could be; the companion listens."""

    persona: Persona
    settings: Settings


@dataclass(frozen=True, slots=True)
class EngineStopped:
    """The last event of all."""


@dataclass(frozen=True, slots=True)
class ComponentReady:
    """A part works (again), and which one it is."""

    component: Component
    name: str
    """What a person would call it: "llama3.2:3b", "starter-en", a device's name."""

    is_starter: bool = False
    """Whether it is the small one that came with Fireside."""


@dataclass(frozen=True, slots=True)
class ComponentLost:
    """A part does not work; it is tried again until a ComponentReady follows."""

    component: Component
    notice: Notice


@dataclass(frozen=True, slots=True)
class NoticeRaised:
    """Something went wrong that passes by itself or that the person can mend."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class PersonaChanged:
    persona: Persona


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    settings: Settings


@dataclass(frozen=True, slots=True)
class ConversationResumed:
    """What was last said with this companion: at the start, and whenever its file or the companion itself changes."""

    persona_id: str
    messages: tuple[KeptMessage, ...]
    """Oldest first; none if they have never spoken."""


@dataclass(frozen=True, slots=True)
class FactsChanged:
    """What is remembered about the person, newest first."""

    facts: tuple[Fact, ...]


# --- the person ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MuteChanged:
    muted: bool


@dataclass(frozen=True, slots=True)
class UserSpeechStarted:
    pass


@dataclass(frozen=True, slots=True)
class TranscriptChanged:
    """What was understood so far of words still being said."""

    transcript: Transcript


@dataclass(frozen=True, slots=True)
class UserSpeechEnded:
    """The person has finished; what they said is being understood."""

    duration_seconds: float


@dataclass(frozen=True, slots=True)
class UtteranceDismissed:
    """It was noise or held no words; nothing follows from it."""


@dataclass(frozen=True, slots=True)
class TranscriptReady:
    """The person's words, final; belongs to the turn that has just started."""

    turn_id: TurnId
    text: str
    language: str


# --- the companion ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """The companion begins to think about an answer (or about a greeting, if no TranscriptReady follows)."""

    turn_id: TurnId


@dataclass(frozen=True, slots=True)
class SentenceStarted:
    """The first sample of these words is being heard now."""

    turn_id: TurnId
    text: str
    track: VisemeTrack
    expression: Expression
    heard_at_seconds: float
    """When its first sample was heard, on the engine's clock (time.monotonic): lips count from here."""

    intensity: float = 1.0
    """How much of the expression the face shows, 0…1."""


@dataclass(frozen=True, slots=True)
class TurnCompleted:
    turn_id: TurnId
    heard_text: str
    timings: TurnTimings = field(default_factory=TurnTimings)


@dataclass(frozen=True, slots=True)
class TurnInterrupted:
    turn_id: TurnId
    heard_text: str
    """Only what was really heard, to the word."""

    timings: TurnTimings = field(default_factory=TurnTimings)


@dataclass(frozen=True, slots=True)
class TurnFailed:
    turn_id: TurnId
    heard_text: str
    notice: Notice
    timings: TurnTimings = field(default_factory=TurnTimings)


# --- meters: the latest wins, they may be dropped --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LevelChanged:
    """How loud the microphone is, about 20 times a second."""

    level: float
    """0…1, −60…0 dBFS."""

    speech_probability: float


TurnEnded = TurnCompleted | TurnInterrupted | TurnFailed
Meter = LevelChanged
Event = (
    EngineStarted
    | EngineStopped
    | ComponentReady
    | ComponentLost
    | NoticeRaised
    | PersonaChanged
    | SettingsChanged
    | ConversationResumed
    | FactsChanged
    | MuteChanged
    | UserSpeechStarted
    | TranscriptChanged
    | UserSpeechEnded
    | UtteranceDismissed
    | TranscriptReady
    | TurnStarted
    | SentenceStarted
    | TurnCompleted
    | TurnInterrupted
    | TurnFailed
    | LevelChanged
)
