# SPDX-License-Identifier: GPL-3.0-or-later
"""From speech to words: follows them while they are said, drafts an answer at every pause, hands over what was said."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from desktop_app.domain.audio import Utterance
from desktop_app.domain.conversation import Transcript, Transcription, TurnTimings
from desktop_app.domain.errors import EarsError
from desktop_app.domain.events import Event, Notice, NoticeRaised, TranscriptChanged
from desktop_app.engine.agreement import LocalAgreement
from desktop_app.engine.draft import Draft
from desktop_app.engine.eagerness import Eagerness
from desktop_app.engine.endpointing import EndpointPolicy
from desktop_app.engine.turn import Turn
from desktop_app.ports import Clock

_FIRST_LOOK_SECONDS = 0.5
_LOOK_EVERY_SECONDS = 0.4
_LONGEST_LOOK_SECONDS = 0.3
"""Ears slower than this are not made to follow: they must be free when the pause comes."""
_FALLING_SILENT_SECONDS = 0.05
_LOOK_AGAIN_SECONDS = 0.1
"""Who falls silent may be about to pause: a look begun just then would keep the ears from the words that count."""


@dataclass(frozen=True, slots=True, eq=False)
class Understood:
    """What was said, and perhaps a turn that has begun to answer it."""

    utterance: Utterance
    transcription: Transcription | None
    turn: Turn | None
    timings: TurnTimings
    epoch: int
    """Of the engine's parts, persona and history when it was said."""


@dataclass(frozen=True, slots=True)
class _Pause:
    """The person said something, was silent for so long and then made a sound again."""

    said: Transcription
    seconds: float
    within: bool
    """Whether what followed belongs to the same utterance."""

    def was_one(self, utterance: Transcription) -> bool:
        """Whether the sound that followed held words, and was no cough or chair."""
        return len(utterance.text.split()) > (len(self.said.text.split()) if self.within else 0)


class Understanding:
    """The engine tells it when somebody starts, pauses, resumes and ends; it posts Understood."""

    def __init__(
        self,
        clock: Clock,
        endpointing: EndpointPolicy,
        transcribe: Callable[[Utterance], Awaitable[Transcription]],
        prepare: Callable[[Utterance, Transcription], Awaitable[Turn | None]],
        so_far: Callable[[], Utterance | None],
        announce: Callable[[Event], None],
        post: Callable[[Understood], None],
        spawn: Callable[[Coroutine[None, None, None]], asyncio.Task[None]],
    ) -> None:
        """prepare makes a turn that answers, or None if it is too early for one; so_far is what is being said."""
        self._clock = clock
        self._endpointing = endpointing
        self._transcribe = transcribe
        self._prepare = prepare
        self._so_far = so_far
        self._announce = announce
        self._post = post
        self._spawn = spawn
        self._draft: Draft | None = None
        self._following: asyncio.Task[None] | None = None
        self._finishing: dict[asyncio.Task[None], Draft | None] = {}
        self._epoch = 0
        self._before: tuple[Utterance, Transcription] | None = None
        """What was handed over last."""
        self._pauses: list[_Pause] = []
        """Of the present utterance and before it."""
        self.eagerness = Eagerness()

    @property
    def is_busy(self) -> bool:
        """Whether something that was said is still to be handed over."""
        return bool(self._finishing)

    @property
    def epoch(self) -> int:
        """Changes whenever what has been prepared no longer fits."""
        return self._epoch

    def started(self) -> None:
        if self._before:
            self._note_pause(*self._before, within=False)
            self._before = None
        self.eagerness.begin_utterance()
        if not self.eagerness.low_power:
            self._following = self._spawn(self._follow())

    def answered(self) -> None:
        """The companion was heard: what the person says next is no continuation of what they said before."""
        self._before = None

    def paused(self, utterance: Utterance) -> None:
        wanted = self._endpointing.wants_words or not self.eagerness.low_power
        if wanted and self._draft is None:
            self._draft = Draft(utterance, self._transcribe, self._prepare_draft)

    async def resumed(self) -> None:
        """It was no end: the draft goes without a trace."""
        if self._draft and self._draft.transcription:
            self._note_pause(self._draft.utterance, self._draft.transcription, within=True)
        await self._throw_away()

    async def ended(self, utterance: Utterance) -> None:
        """It was the end; Understood follows."""
        await self._stop_following()
        draft, self._draft = self._draft, None
        endpoint_seconds = self._clock.now_seconds() - utterance.speech_ended_at_seconds
        pauses, self._pauses = self._pauses, []
        self._finishing[self._spawn(self._finish(utterance, draft, endpoint_seconds, pauses))] = draft

    async def lost(self) -> None:
        """What was being said will have no end."""
        self._pauses.clear()
        await self._stop_following()
        await self._throw_away()

    async def outdated(self) -> None:
        """Parts, persona or history have changed: whatever was prepared no longer fits; the words still count."""
        self._epoch += 1
        await self._throw_away()

    async def close(self) -> None:
        """Ends everything; nothing is posted any more."""
        await self.lost()
        finishing, self._finishing = self._finishing, {}
        for task in finishing:
            task.cancel()
        await asyncio.gather(*finishing, return_exceptions=True)
        for draft in filter(None, finishing.values()):
            await draft.thrown_away()

    async def _prepare_draft(self, utterance: Utterance, transcription: Transcription) -> Turn | None:
        if self._draft is None or self._draft.utterance is not utterance:
            return None  # the pause is over already, and what it meant for the wait with it
        self._endpointing.understood(transcription.text, transcription.language)
        if not transcription.text or self.is_busy:
            return None
        if not self.eagerness.allows(transcription.text, transcription.language):
            return None
        return await self._prepare(utterance, transcription)

    async def _throw_away(self) -> None:
        if self._draft:
            draft, self._draft = self._draft, None
            if await draft.thrown_away():
                self.eagerness.was_wasted()

    def _note_pause(self, before: Utterance, said: Transcription, *, within: bool) -> None:
        if said.text:
            self._pauses.append(_Pause(said, self._clock.now_seconds() - before.speech_ended_at_seconds, within))

    async def _follow(self) -> None:
        """Shows what was understood of words still being said, as long as the ears are quick enough for it."""
        agreement, shown = LocalAgreement(), Transcript()
        pause_seconds, before_seconds, took_seconds = _FIRST_LOOK_SECONDS, 0.0, 0.0
        while min(before_seconds, took_seconds) <= _LONGEST_LOOK_SECONDS:  # one slow look may be chance
            await asyncio.sleep(pause_seconds)
            utterance = self._so_far()
            if utterance is None:
                return
            if self._draft:
                continue  # the ears are busy with the pause
            if self._clock.now_seconds() - utterance.speech_ended_at_seconds > _FALLING_SILENT_SECONDS:
                pause_seconds = _LOOK_AGAIN_SECONDS
                continue
            began_seconds, text = self._clock.now_seconds(), ""
            with suppress(EarsError):  # told at the end, if it is still so
                text = (await self._transcribe(utterance)).text
            before_seconds, took_seconds = took_seconds, self._clock.now_seconds() - began_seconds
            pause_seconds = max(_LOOK_EVERY_SECONDS, 2 * took_seconds)
            if text and (transcript := agreement.feed(text)) != shown:
                shown = transcript
                self._announce(TranscriptChanged(transcript))

    async def _stop_following(self) -> None:
        if self._following:
            following, self._following = self._following, None
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def _finish(
        self, utterance: Utterance, draft: Draft | None, endpoint_seconds: float, pauses: Sequence[_Pause]
    ) -> None:
        epoch = self._epoch
        transcription: Transcription | None = None
        turn: Turn | None = None
        try:
            if draft:
                transcription, turn = await draft.finished()
            else:
                transcription = await self._transcribe(utterance)
        except EarsError as error:
            self._announce(NoticeRaised(Notice.of(error)))
        for pause in pauses:
            if transcription and pause.was_one(transcription):
                self._endpointing.went_on(pause.said.text, pause.said.language, pause.seconds)
        timings = turn.timings if turn else TurnTimings()
        if timings.transcript_seconds is None:
            understood_seconds = self._clock.now_seconds() - utterance.speech_ended_at_seconds
            timings = replace(timings, transcript_seconds=understood_seconds)
        timings = replace(timings, endpoint_seconds=endpoint_seconds)
        self._finishing = {task: draft for task, draft in self._finishing.items() if task is not asyncio.current_task()}
        self._before = (utterance, transcription) if transcription else None
        self._post(Understood(utterance, transcription, turn, timings, epoch))
