# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom the person talks with at present: settings, persona, mind, memory and parts, and how each changes meanwhile.

What takes long is loaded beside the conversation, which goes on with what was there until the new thing is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace

from desktop_app.domain.audio import Samples
from desktop_app.domain.conversation import Prompt, Transcription
from desktop_app.domain.errors import CompanionError
from desktop_app.domain.events import Event, Notice, NoticeRaised, PersonaChanged, SettingsChanged
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings, WhisperWindow
from desktop_app.engine.history import History
from desktop_app.engine.parts import Parts, close_calmly
from desktop_app.engine.thinker import Thinker
from desktop_app.ports import (
    Clock,
    MemoryStore,
    PersonaLibrary,
    SettingsStore,
    Speaker,
    Synthesizer,
    Transcriber,
    Workshop,
)


@dataclass(frozen=True, slots=True, eq=False)
class Exchanged:
    """Other ears or another voice are in use from now on; these are to be closed."""

    before: Transcriber | Synthesizer
    is_voice: bool


@dataclass(frozen=True, slots=True, eq=False)
class SpeakerBack:
    """This loudspeaker is open again; it is to be used."""

    speaker: Speaker


class Companion:
    """The engine answers with it, and tells it what is wished."""

    def __init__(
        self,
        workshop: Workshop,
        memory: MemoryStore,
        personas: PersonaLibrary,
        settings_store: SettingsStore,
        clock: Clock,
        settings: Settings,
        persona: Persona,
        announce: Callable[[Event], None],
        post: Callable[[Exchanged | SpeakerBack], None],
        spawn: Callable[[Coroutine[None, None, None]], asyncio.Task[None]],
        tune: Callable[[Settings], None],
        withdraw: Callable[[bool], Awaitable[None]],
        listen_anew: Callable[[], Awaitable[None]],
    ) -> None:
        """tune obeys what needs nothing to be loaded; withdraw gives up what is being answered, which fits no longer
        (True: it was said to another companion); listen_anew opens the microphone of the settings.
        """
        self.settings = settings
        self.persona = persona
        self.parts = Parts(workshop, announce)
        self._workshop = workshop
        self._memory = memory
        self._personas = personas
        self._settings_store = settings_store
        self._clock = clock
        self._announce = announce
        self._post = post
        self._spawn = spawn
        self._tune = tune
        self._withdraw = withdraw
        self._listen_anew = listen_anew
        self.thinker = self._new_thinker()
        self.history = History(memory, persona, announce)
        self._thinking: asyncio.Task[None] | None = None
        self._finding: asyncio.Task[None] | None = None
        self._exchanging = asyncio.Lock()

    # --- life -------------------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Loads ears and voice. Raises EarsError or VoiceError if not even a starter works."""
        await self.parts.load(self.settings, self.persona)

    def begin_thinking(self) -> None:
        """From now on the mind is looked after."""
        self._thinking = self._spawn(self.thinker.look_after(lambda: self.prompt("")))

    async def close(self) -> None:
        await self.parts.close()
        await close_calmly(self.thinker.close())
        await close_calmly(self._memory.close())

    # --- what a turn is made of -------------------------------------------------------------------------------------

    async def understand(self, samples: Samples) -> Transcription:
        return await self.parts.transcriber.transcribe(samples, self.persona.language)

    async def reply(self, words: str) -> AsyncGenerator[str]:
        """The answer to these words, after all that was said before, as it comes."""
        prompt = await self.prompt(words)
        return self.thinker.reply(prompt)

    async def prompt(self, words: str) -> Prompt:
        return await self.history.prompt(words, self._clock.local_time(), self.settings.context_tokens)

    def warm_mind(self) -> None:
        """The model reads while the person speaks what their words will follow."""

        async def warm() -> None:
            await self.thinker.warm(await self.prompt(""))

        if not self.settings.low_power:
            self._spawn(warm())

    # --- changes ----------------------------------------------------------------------------------------------------

    async def change_settings(self, settings: Settings) -> None:
        old, persona = self.settings, None
        if settings.companion != old.companion:
            try:
                persona = self._personas.load(settings.companion)
            except CompanionError as error:
                self._announce(NoticeRaised(Notice.of(error)))
                settings = replace(settings, companion=old.companion)
        self.settings = settings
        self._keep(lambda: self._settings_store.save(settings))
        self._tune(settings)
        self._announce(SettingsChanged(settings))
        if _mind(settings) != _mind(old):
            await self._withdraw(False)
            await self._change_mind()
        if settings.loudspeaker != old.loudspeaker:
            await self._withdraw(False)
            await self.open_speaker()
        if settings.microphone != old.microphone:
            await self._listen_anew()
        if persona:
            await self._become(persona)
        self._exchange(ears=_ears(settings) != _ears(old), voice=settings.voice != old.voice and persona is None)

    async def change_persona(self, persona: Persona) -> None:
        self._keep(lambda: self._personas.save(persona))
        await self._become(persona)

    async def _become(self, persona: Persona) -> None:
        await self._withdraw(True)
        old, self.persona = self.persona, persona
        if self.settings.companion != persona.id:
            self.settings = replace(self.settings, companion=persona.id)
            self._keep(lambda: self._settings_store.save(self.settings))
            self._announce(SettingsChanged(self.settings))
        self._announce(PersonaChanged(persona))
        self.history = History(self._memory, persona, self._announce)
        await self.history.load()
        await end(self._thinking)
        self.begin_thinking()
        self._exchange(ears=persona.language != old.language, voice=True)

    async def _change_mind(self) -> None:
        await end(self._thinking)
        await close_calmly(self.thinker.close())
        self.thinker = self._new_thinker()
        self.begin_thinking()

    def _new_thinker(self) -> Thinker:
        return Thinker(
            self._workshop.chat_model(self.settings), self._workshop.starter_mind(), self._clock, self._announce
        )

    def _exchange(self, *, ears: bool, voice: bool) -> None:
        if ears or voice:
            self._spawn(self._load_other(ears, voice))

    async def _load_other(self, ears: bool, voice: bool) -> None:
        """Loads what is wanted by then beside the conversation; on failure the present parts stay."""
        async with self._exchanging:
            try:
                if ears and (old_ears := await self.parts.exchange_ears(self.settings, self.persona)):
                    self._post(Exchanged(old_ears, is_voice=False))
                if voice and (old_voice := await self.parts.exchange_voice(self.settings, self.persona)):
                    self._post(Exchanged(old_voice, is_voice=True))
            except CompanionError as error:
                self._announce(NoticeRaised(Notice.of(error)))

    def _keep(self, save: Callable[[], None]) -> None:
        """Runs a short write; if it fails, what is in use stays in use and the window says so."""
        try:
            save()
        except CompanionError as error:
            self._announce(NoticeRaised(Notice.of(error)))

    # --- the loudspeaker --------------------------------------------------------------------------------------------

    async def open_speaker(self) -> None:
        await end(self._finding)
        self._finding = None
        if not await self.parts.open_speaker(self.settings):
            self._find_speaker()

    async def lose_speaker(self, notice: Notice) -> None:
        await self.parts.lose_speaker(notice)
        self._find_speaker()

    def _find_speaker(self) -> None:
        async def find() -> None:
            self._post(SpeakerBack(await self.parts.find_speaker(self.settings)))

        self._finding = self._spawn(find())


async def end(task: asyncio.Task[None] | None) -> None:
    """Cancels the task and waits until it is over."""
    if task:
        task.cancel()
        await asyncio.wait({task})


def _mind(settings: Settings) -> tuple[str, str, int]:
    return settings.ollama_url, settings.chat_model, settings.context_tokens


def _ears(settings: Settings) -> tuple[str, WhisperWindow]:
    return settings.whisper, settings.whisper_window
