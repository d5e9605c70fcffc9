# SPDX-License-Identifier: GPL-3.0-or-later
"""The sockets: what the engine needs of the world, few methods each. Plugs raise only CompanionErrors."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from desktop_app.domain.audio import AudioFrame, Samples, SoundPiece, Speech
from desktop_app.domain.commands import Command
from desktop_app.domain.conversation import Prompt, PromptReading, Transcription
from desktop_app.domain.events import Event, Notice
from desktop_app.domain.habits import SpeakingHabits
from desktop_app.domain.memory import Fact, KeptMessage
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings


class Clock(Protocol):
    """Where time comes from."""

    def now_seconds(self) -> float:
        """Monotonic seconds; only differences mean something."""
        ...

    def local_time(self) -> datetime:
        """Date and time of day where the person is, with its zone."""
        ...


class Microphone(Protocol):
    """Where the person's voice comes from."""

    @property
    def name(self) -> str: ...

    def frames(self) -> AsyncGenerator[AudioFrame]:
        """Opens the device and yields 10 ms frames at 16 kHz mono until closed (aclose) or the source is at its end.

        Raises MicrophoneError when the device is missing, goes away or stalls; calling it again opens it anew.
        """
        ...


class EchoCanceller(Protocol):
    """Takes the companion's own voice out of what the microphone hears."""

    def played(self, samples: Samples, rate_hz: int, heard_at_seconds: float) -> None:
        """Is told of all that the loudspeaker plays, just as it is heard, silence included; from any thread.

        heard_at_seconds is when the first of the samples is heard, on the engine's clock.
        """
        ...

    def cancel(self, frame: AudioFrame) -> AudioFrame:
        """The next frame of the microphone without the echo of what was played."""
        ...

    def reset(self) -> None:
        """Forgets the room: another microphone or loudspeaker is in use."""
        ...


class VoiceDetector(Protocol):
    """How likely it is that somebody is speaking."""

    def probability(self, frame: AudioFrame) -> float:
        """Takes the next frame (160 samples) and returns the probability of speech, 0…1, as of now."""
        ...

    def reset(self) -> None:
        """Forgets the past: the next frame does not follow the last one."""
        ...


class Transcriber(Protocol):
    """Turns an utterance into words."""

    @property
    def name(self) -> str: ...

    @property
    def is_starter(self) -> bool: ...

    async def transcribe(self, samples: Samples, language: str | None = None) -> Transcription:
        """16 kHz mono in, words out; language is ISO 639-1 or None for "find out". Raises EarsError."""
        ...

    async def close(self) -> None: ...


@runtime_checkable
class WorksWhenCalm(Protocol):
    """A part with work of its own, for moments in which nobody speaks."""

    def set_calm(self, calm: bool) -> None:
        """True: nobody speaks and nothing is being answered; False: somebody begins, and the work stops at once."""
        ...


class ChatModel(Protocol):
    """Who thinks."""

    @property
    def name(self) -> str: ...

    @property
    def is_starter(self) -> bool: ...

    @property
    def prompt_reading(self) -> PromptReading | None:
        """What reading the last reply's prompt cost: None before the reply is over, or where it is not known."""
        ...

    async def check(self) -> None:
        """Returns if a reply can be expected; raises MindError with what is wrong and what to do."""
        ...

    async def warm(self, prompt: Prompt) -> None:
        """Loads the model and lets it read what comes before the person's next words. Raises MindError."""
        ...

    def reply(self, prompt: Prompt) -> AsyncGenerator[str]:
        """Streams the answer in pieces. Closing the generator cancels the work at the server.

        Raises MindError before the first piece, MindInterrupted after it.
        """
        ...

    async def close(self) -> None: ...


class Synthesizer(Protocol):
    """Gives words a voice."""

    @property
    def name(self) -> str: ...

    @property
    def is_starter(self) -> bool: ...

    async def synthesize(self, text: str) -> Speech | None:
        """Plans a sentence or clause and makes the first piece of its sound ready; None if it cannot be spoken.

        The pieces after it are made as they are asked for, each within moments. Raises VoiceError.
        """
        ...

    async def close(self) -> None: ...


class Speaker(Protocol):
    """Plays sound one piece after the other without gaps, and knows to the sample what was heard.

    Positions are seconds of enqueued sound; silence between pieces, or in the midst of a sound whose next piece is
    late, does not count. The last moment of a piece that is not its sound's last is heard with the piece after it: of
    a very short one, nothing is heard before that.
    """

    @property
    def name(self) -> str: ...

    async def open(self) -> None:
        """Opens the device. Raises LoudspeakerError."""
        ...

    def enqueue(self, piece: SoundPiece) -> float:
        """Appends a piece and returns the position of its first sample. Raises LoudspeakerError.

        Pieces of one sound have one rate, and are joined as if they had come as one.
        """
        ...

    def position_seconds(self) -> float:
        """How much of the enqueued sound has been heard."""
        ...

    async def reached(self, position_seconds: float) -> None:
        """Returns when that position has been heard, or playing was stopped before it. Raises LoudspeakerError.

        Whoever awaits a position in an unfinished sound must see to it that its next piece is enqueued meanwhile.
        """
        ...

    def set_ducked(self, ducked: bool) -> float:
        """Plays at least 12 dB more quietly within 20 ms, or as before again; returns in how many seconds one hears it.

        A loudspeaker without a wire may have a quarter of a second of sound on its way.
        """
        ...

    def stop(self) -> None:
        """Falls silent within 25 ms (a short fade) and drops the rest; what was dropped counts as never enqueued."""
        ...

    async def close(self) -> None: ...


class MemoryStore(Protocol):
    """Keeps what was said and what is known, for one profile. Raises StorageError."""

    async def keep(self, persona_id: str, message: KeptMessage) -> KeptMessage:
        """Keeps one message and returns it with its id."""
        ...

    async def recent(self, persona_id: str, limit: int) -> Sequence[KeptMessage]:
        """The last messages with this companion, oldest first."""
        ...

    async def recall(self, persona_id: str, words: str, limit: int) -> Sequence[KeptMessage]:
        """Past messages that bear on these words (full-text search), best first."""
        ...

    async def facts(self, persona_id: str) -> Sequence[Fact]:
        """All that is known about the person, newest first."""
        ...

    async def learn(self, persona_id: str, fact: Fact) -> Fact:
        """Keeps a fact; a newer one on a single-valued topic replaces the older, the same one is kept once."""
        ...

    async def forget(self, fact_id: int) -> None:
        """Deletes one fact for good; an unknown id is no error."""
        ...

    async def close(self) -> None: ...


class PersonaLibrary(Protocol):
    """The companions of a profile and those that came with Fireside. Raises PersonaError or StorageError."""

    def ids(self) -> Sequence[str]: ...

    def load(self, persona_id: str) -> Persona: ...

    def drafts(self, persona_id: str) -> Sequence[Persona]:
        """As it came with Fireside, once in every language that it is written in; none for one's own."""
        ...

    def save(self, persona: Persona) -> None: ...


class SettingsStore(Protocol):
    """The settings file of a profile. Raises SettingsError or StorageError."""

    def load(self) -> Settings: ...

    def save(self, settings: Settings) -> None: ...


class HabitStore(Protocol):
    """Keeps how the person of a profile speaks."""

    def load(self) -> SpeakingHabits:
        """What was learnt; the defaults where nothing was, or where it can no longer be read."""
        ...

    def save(self, habits: SpeakingHabits) -> None:
        """Raises StorageError."""
        ...


class Workshop(Protocol):
    """Makes the plugs that the settings name. Where one cannot be made it gives the starter, with a notice."""

    def microphone(self, settings: Settings) -> Microphone: ...

    def detector(self) -> VoiceDetector: ...

    async def echo_canceller(self) -> tuple[EchoCanceller | None, Notice | None]:
        """The one that all speakers of this workshop report to; None, with a notice, where it does not work."""
        ...

    def speaker(self, settings: Settings) -> Speaker: ...

    def silent_speaker(self) -> Speaker:
        """Plays to nobody in real time: captions and lips go on while there is no loudspeaker."""
        ...

    async def transcriber(self, settings: Settings, persona: Persona) -> tuple[Transcriber, Notice | None]:
        """The notice also tells of ears that do not know the persona's language. Raises EarsError if there are none."""
        ...

    async def synthesizer(self, settings: Settings, persona: Persona) -> tuple[Synthesizer, Notice | None]:
        """Raises VoiceError if not even the starter works."""
        ...

    def chat_model(self, settings: Settings) -> ChatModel: ...

    def starter_mind(self) -> ChatModel: ...


class EngineHandle(Protocol):
    """What a window holds of the engine: thread-safe, returns at once."""

    def submit(self, command: Command) -> None: ...

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Calls listener on the engine's thread for every event; returns what ends the subscription."""
        ...
