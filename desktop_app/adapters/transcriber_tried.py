# SPDX-License-Identifier: GPL-3.0-or-later
"""Ears on probation: in calm moments it is tried whether short windows do for this model; until then, whole ones.

The first answer is never delayed: nothing is tried before something was said, nor while anybody speaks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.adapters.whisper_trial import NO_TRIAL, SaidSentence, WindowTrial, try_sentence
from desktop_app.domain.audio import Samples
from desktop_app.domain.conversation import Transcription
from desktop_app.domain.errors import EarsError, VoiceError

_CALM_SECONDS = 15.0
"""Somebody who has just spoken may go on."""


class TriedTranscriber:
    """A Transcriber around Whisper ears that nobody has tried yet."""

    def __init__(
        self,
        ears: WhisperTranscriber,
        language: str,
        say_sentences: Callable[[], Awaitable[Sequence[SaidSentence]]],
        keep: Callable[[WindowTrial], None],
    ) -> None:
        """say_sentences gives what to try it on (it may raise VoiceError); keep is told what came of it."""
        self._ears = ears
        self._language = language
        self._say_sentences = say_sentences
        self._keep = keep
        self._was_used = False
        self._is_over = False
        """Nothing is tried any more."""
        self._left: list[SaidSentence] | None = None
        """What is still to be heard; None: nothing has been spoken for it yet."""
        self._so_far = NO_TRIAL
        self._trial: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return self._ears.name

    @property
    def is_starter(self) -> bool:
        return self._ears.is_starter

    async def transcribe(self, samples: Samples, language: str | None = None) -> Transcription:
        self._was_used = True
        return await self._ears.transcribe(samples, language)

    def set_calm(self, calm: bool) -> None:
        """True: nobody speaks, so the trial may begin or go on in a while; False: it stops."""
        if self._trial:
            self._trial.cancel()
        if calm and self._was_used and not self._is_over:
            self._trial = asyncio.create_task(self._try_when_calm(self._trial))

    async def close(self) -> None:
        self._is_over = True
        if self._trial:
            self._trial.cancel()
            await asyncio.gather(self._trial, return_exceptions=True)
        await self._ears.close()

    async def try_now(self) -> WindowTrial:
        """The whole trial at once, for whoever has time. Raises EarsError or VoiceError."""
        await self._go_on()
        return self._so_far

    async def _try_when_calm(self, before: asyncio.Task[None] | None) -> None:
        if before:
            await asyncio.gather(before, return_exceptions=True)  # it may still be stopping
        await asyncio.sleep(_CALM_SECONDS)
        try:
            await self._go_on()
        except (EarsError, VoiceError):
            self._is_over = True  # whole windows then; ears that fail are told of when somebody speaks

    async def _go_on(self) -> None:
        """Hears what is left and judges. Raises EarsError or VoiceError."""
        if self._left is None:
            self._left = list(await self._say_sentences())
        while self._left:
            self._so_far += await try_sentence(self._ears, self._left[0], self._language)
            del self._left[0]
        self._is_over = True
        self._ears.short_windows = self._so_far.loses_nothing
        self._keep(self._so_far)
