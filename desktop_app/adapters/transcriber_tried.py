# SPDX-License-Identifier: GPL-3.0-or-later
"""Ears on probation: in idle moments it is tried whether short windows do for this model; until then, whole ones.

The first answer is never delayed: nothing is tried before something was said, nor while anything has been said lately.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.adapters.whisper_trial import NO_TRIAL, SaidSentence, WindowTrial, try_sentence
from desktop_app.domain.audio import Samples
from desktop_app.domain.conversation import Transcription
from desktop_app.domain.errors import EarsError, VoiceError
from desktop_app.ports import Clock

_IDLE_SECONDS = 15.0


class TriedTranscriber:
    """A Transcriber around Whisper ears that nobody has tried yet."""

    def __init__(
        self,
        ears: WhisperTranscriber,
        clock: Clock,
        language: str,
        say_sentences: Callable[[], Awaitable[Sequence[SaidSentence]]],
        keep: Callable[[WindowTrial], None],
    ) -> None:
        """say_sentences gives what to try it on (it may raise VoiceError); keep is told what came of it."""
        self._ears = ears
        self._clock = clock
        self._language = language
        self._say_sentences = say_sentences
        self._keep = keep
        self._asked_at_seconds = 0.0
        self._listening = 0
        self._trial: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return self._ears.name

    @property
    def is_starter(self) -> bool:
        return self._ears.is_starter

    async def transcribe(self, samples: Samples, language: str | None = None) -> Transcription:
        self._listening += 1
        try:
            return await self._ears.transcribe(samples, language)
        finally:
            self._listening -= 1
            self._asked_at_seconds = self._clock.now_seconds()
            if self._trial is None:
                self._trial = asyncio.create_task(self._try_when_idle())

    async def close(self) -> None:
        if self._trial:
            self._trial.cancel()
            await asyncio.gather(self._trial, return_exceptions=True)
        await self._ears.close()

    async def try_now(self) -> WindowTrial:
        """The whole trial at once, for whoever has time. Raises EarsError or VoiceError."""
        trial = NO_TRIAL
        for said in await self._say_sentences():
            trial += await try_sentence(self._ears, said, self._language)
        return self._judge(trial)

    async def _try_when_idle(self) -> None:
        try:
            await self._idle()
            trial = NO_TRIAL
            for said in await self._say_sentences():
                await self._idle()
                trial += await try_sentence(self._ears, said, self._language)
        except (EarsError, VoiceError):
            return  # whole windows then; ears that fail are told of when somebody speaks
        self._judge(trial)

    def _judge(self, trial: WindowTrial) -> WindowTrial:
        self._ears.short_windows = trial.loses_nothing
        self._keep(trial)
        return trial

    async def _idle(self) -> None:
        """Returns when nothing has been said for a while."""
        while wait_seconds := self._still_busy_seconds():  # noqa: ASYNC110  it is time itself that is waited for
            await asyncio.sleep(wait_seconds)

    def _still_busy_seconds(self) -> float:
        """At least; 0 if nobody has said anything lately."""
        left_seconds = self._asked_at_seconds + _IDLE_SECONDS - self._clock.now_seconds()
        return max(left_seconds, 1.0) if left_seconds > 0 or self._listening else 0.0
