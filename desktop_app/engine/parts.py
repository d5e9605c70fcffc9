# SPDX-License-Identifier: GPL-3.0-or-later
"""The plugs in use: loaded as the settings say, exchanged when they change, found again when they were lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import cast

from desktop_app.domain.errors import CompanionError, LoudspeakerError
from desktop_app.domain.events import Component, ComponentLost, ComponentReady, Event, Notice
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings
from desktop_app.ports import Speaker, Synthesizer, Transcriber, Workshop, WorksWhenCalm

_FIRST_RETRY_SECONDS = 1.0
_LONGEST_RETRY_SECONDS = 8.0
_LONGEST_CLOSE_SECONDS = 5.0


class Parts:
    """Ears, voice and loudspeaker. Each announces itself, starters and losses included."""

    transcriber: Transcriber
    synthesizer: Synthesizer

    def __init__(self, workshop: Workshop, announce: Callable[[Event], None]) -> None:
        self._workshop = workshop
        self._announce = announce
        self._calm = False
        self._loaded: dict[Component, Transcriber | Synthesizer] = {}
        self.speaker: Speaker = workshop.silent_speaker()

    @property
    def calm(self) -> bool:
        """Whether nobody speaks and nothing is being answered: ears that have work of their own may do it."""
        return self._calm

    @calm.setter
    def calm(self, calm: bool) -> None:
        if calm != self._calm:
            self._calm = calm
            self._tell_ears()

    async def load(self, settings: Settings, persona: Persona) -> None:
        """Loads ears and voice. Raises EarsError or VoiceError if not even a starter works."""
        await self.exchange_ears(settings, persona)
        await self.exchange_voice(settings, persona)

    async def exchange_ears(self, settings: Settings, persona: Persona) -> Transcriber | None:
        """Loads the ears that are wanted now and returns the ones before, to be closed. Raises EarsError."""
        transcriber, notice = await self._workshop.transcriber(settings, persona)
        before = self._loaded.get(Component.EARS)
        self.transcriber = transcriber
        self._tell(Component.EARS, transcriber, notice)
        self._tell_ears()
        return cast("Transcriber | None", before)

    async def exchange_voice(self, settings: Settings, persona: Persona) -> Synthesizer | None:
        """Loads the voice that is wanted now and returns the one before, to be closed. Raises VoiceError."""
        synthesizer, notice = await self._workshop.synthesizer(settings, persona)
        before = self._loaded.get(Component.VOICE)
        self.synthesizer = synthesizer
        self._tell(Component.VOICE, synthesizer, notice)
        return cast("Synthesizer | None", before)

    async def open_speaker(self, settings: Settings) -> bool:
        """Opens the loudspeaker of the settings; False if the silent one stands in, because there is none."""
        speaker = self._workshop.speaker(settings)
        try:
            await speaker.open()
        except LoudspeakerError as error:
            await self.lose_speaker(Notice.of(error))
            return False
        await self.use_speaker(speaker)
        return True

    async def use_speaker(self, speaker: Speaker) -> None:
        """Exchanges the loudspeaker for one that is open."""
        await close_calmly(self.speaker.close())
        self.speaker = speaker
        self._announce(ComponentReady(Component.LOUDSPEAKER, speaker.name))

    async def lose_speaker(self, notice: Notice) -> None:
        """Goes on with a silent one: captions and lips still move."""
        self._announce(ComponentLost(Component.LOUDSPEAKER, notice))
        await close_calmly(self.speaker.close())
        self.speaker = self._workshop.silent_speaker()
        await self.speaker.open()

    async def find_speaker(self, settings: Settings) -> Speaker:
        """Tries with growing pauses until the loudspeaker is back; returns it open."""
        pause_seconds = _FIRST_RETRY_SECONDS
        while True:
            await asyncio.sleep(pause_seconds)
            pause_seconds = min(2 * pause_seconds, _LONGEST_RETRY_SECONDS)
            speaker = self._workshop.speaker(settings)
            with suppress(LoudspeakerError):  # still lost; tried again after the next pause
                await speaker.open()
                return speaker

    async def close(self) -> None:
        for part in (self.speaker, *self._loaded.values()):
            await close_calmly(part.close())

    def _tell_ears(self) -> None:
        ears: object = self._loaded.get(Component.EARS)
        if isinstance(ears, WorksWhenCalm):
            ears.set_calm(self._calm)

    def _tell(self, component: Component, part: Transcriber | Synthesizer, notice: Notice | None) -> None:
        self._loaded[component] = part
        self._announce(ComponentReady(component, part.name, part.is_starter))
        if notice:
            self._announce(ComponentLost(component, notice))


async def close_calmly(closing: Coroutine[None, None, None]) -> None:
    """Closes a part that is no longer wanted; one that cannot be closed, or not soon, is left to itself."""
    with suppress(CompanionError, TimeoutError):
        await asyncio.wait_for(closing, _LONGEST_CLOSE_SECONDS)
