# SPDX-License-Identifier: GPL-3.0-or-later
"""One answer of the companion: think ∥ synthesize ∥ speak, with short queues between.

A turn works in secret until it is committed: it thinks and synthesizes, and says nothing. It never announces its own
end; the engine awaits it and does. To interrupt: cancel it, stop the speaker, and ask `heard_text` what was heard.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import accumulate, groupby
from re import Match

from desktop_app.domain.audio import SoundPiece, Speech
from desktop_app.domain.conversation import TurnId, TurnTimings
from desktop_app.domain.errors import CompanionError, MindInterrupted
from desktop_app.domain.events import Event, SentenceStarted
from desktop_app.engine.sentences import Sentence, SentenceStream
from desktop_app.engine.speakable import speakable
from desktop_app.engine.visemes import viseme_track
from desktop_app.ports import Clock, Speaker, Synthesizer

_FIRST_SAMPLES_SECONDS = 0.001
"""A sentence counts as begun when this much of it was heard."""
_LOOK_AHEAD_SECONDS = 3.0
"""How much sound may wait at the loudspeaker for its turn: enough that no late piece is heard."""
_TOLERANCE_SECONDS = 0.005
"""A word that lacks no more than this was heard."""
_WORD = re.compile(r"\S*[^\W_]\S*(?:\s+[»”.,;:!?…]+(?!\S))*")
"""A word has a letter or a figure; closing marks that stand alone belong to it, as in "« Oui » ?"."""
_FIGURE = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_LETTERS_PER_FIGURE = 3
"""About as long as its name: "1999" is said as nineteen ninety-nine."""
_RINGS_ON_SECONDS = 2.0
_WORD_SECONDS = 0.6
"""Words that ended so long ago, or will end so soon, may be in what the microphone hears of the companion now."""


@dataclass(frozen=True, slots=True, eq=False)
class _Voiced:
    """A piece of a sentence's sound."""

    sentence: Sentence
    speech: Speech
    piece: SoundPiece


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """A sentence whose sound was handed to the loudspeaker, and where it begins there."""

    sentence: Sentence
    speech: Speech
    position_seconds: float
    first_piece: SoundPiece


class Turn:
    """Made, started once, then committed or cancelled."""

    def __init__(
        self,
        pieces: AsyncGenerator[str],
        synthesizer: Synthesizer,
        speaker: Speaker,
        clock: Clock,
        announce: Callable[[Event], None],
        floor: asyncio.Event,
        timings: TurnTimings,
        speech_ended_at_seconds: float,
        sentences: SentenceStream,
    ) -> None:
        """floor is set while nobody else is speaking; sentences cuts what the pieces say."""
        self.timings = timings
        self._pieces = pieces
        self._synthesizer = synthesizer
        self._speaker = speaker
        self._clock = clock
        self._announce = announce
        self._floor = floor
        self._speech_ended_at_seconds = speech_ended_at_seconds
        self._sentences = sentences
        self._committed: asyncio.Future[TurnId] = asyncio.get_running_loop().create_future()
        self._said: list[_Said] = []
        self._cut_short: MindInterrupted | None = None
        self._task: asyncio.Task[None] | None = None
        self._hushed = asyncio.Event()

    @property
    def id(self) -> TurnId:
        """Only a committed turn has one."""
        return self._committed.result()

    def start(self) -> None:
        """Begins to think, in secret; once."""
        if self._task:
            return
        self._task = asyncio.create_task(self._run(), name="turn")

    def commit(self, turn_id: TurnId, ended: Callable[[], None]) -> None:
        """From now on it may be heard. ended is called when it is over, of itself or cancelled."""
        assert self._task is not None, "a turn is started before it is committed"
        self._committed.set_result(turn_id)
        self._task.add_done_callback(lambda _: ended())

    @property
    def is_over(self) -> bool:
        return self._task is not None and self._task.done()

    def failure(self) -> CompanionError | None:
        """What a turn that is over of itself died of. Raises what is a bug."""
        assert self._task is not None and self._task.done()
        error = None if self._task.cancelled() else self._task.exception()
        if error is not None and not isinstance(error, CompanionError):
            raise error
        return error

    async def cancel(self) -> None:
        """Ends it wherever it is: falls silent at once, then cancels the model's work on the wire."""
        self._hushed.set()
        if self._said:
            self._speaker.stop()
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        """Returns when the last sample was heard. Raises a CompanionError if a part failed on the way."""
        sentences: asyncio.Queue[Sentence | None] = asyncio.Queue(2)
        voiced: asyncio.Queue[_Voiced | None] = asyncio.Queue(2)
        begun: asyncio.Queue[_Said | None] = asyncio.Queue()
        try:
            async with asyncio.TaskGroup() as stages:
                stages.create_task(self._think(sentences))
                stages.create_task(self._synthesize(sentences, voiced))
                stages.create_task(self._speak(voiced, begun))
                stages.create_task(self._tell(begun))
        except* CompanionError as failures:
            raise failures.exceptions[0] from None
        if self._cut_short:
            raise self._cut_short

    def heard_text(self) -> str:
        """What has been heard of the answer so far, to the word."""
        position = self._speaker.position_seconds()
        heard = [heard_words(said.speech, said.sentence.text, position - said.position_seconds) for said in self._said]
        return " ".join(text for text in heard if text)

    def being_said(self) -> str:
        """The words that are heard just now, and those that a microphone may still hear of or hear already."""
        position = self._speaker.position_seconds()
        return " ".join(
            word
            for said in self._said
            for word in words_between(
                said.speech,
                said.sentence.text,
                position - said.position_seconds - _RINGS_ON_SECONDS,
                position - said.position_seconds + _WORD_SECONDS,
            )
        )

    async def _think(self, sentences: asyncio.Queue[Sentence | None]) -> None:
        try:
            async with aclosing(self._pieces) as pieces:
                async for piece in pieces:
                    if self.timings.first_token_seconds is None:
                        self.timings = replace(self.timings, first_token_seconds=self._since_speech())
                    for sentence in self._sentences.feed(piece):
                        await sentences.put(sentence)
            for sentence in self._sentences.finish():
                await sentences.put(sentence)
        except MindInterrupted as error:
            self._cut_short = error  # the sentences before it are still worth hearing, half a one is not
        await sentences.put(None)

    async def _synthesize(
        self, sentences: asyncio.Queue[Sentence | None], voiced: asyncio.Queue[_Voiced | None]
    ) -> None:
        while (sentence := await sentences.get()) is not None:
            words = speakable(sentence.text)
            speech = await self._synthesizer.synthesize(words) if words else None
            if speech is None:
                continue
            if self.timings.first_clip_seconds is None:
                self.timings = replace(self.timings, first_clip_seconds=self._since_speech())
            async with aclosing(speech.pieces) as pieces:
                async for piece in pieces:
                    await voiced.put(_Voiced(replace(sentence, text=words), speech, piece))
        await voiced.put(None)

    async def _speak(self, voiced: asyncio.Queue[_Voiced | None], begun: asyncio.Queue[_Said | None]) -> None:
        """Hands out piece after piece. Never waits for a sound to be heard before what continues it is enqueued."""
        await asyncio.shield(self._committed)  # a stage that fails meanwhile must not cancel the commit
        end_seconds = self._speaker.position_seconds()
        while (next_voiced := await voiced.get()) is not None:
            if not self._said:
                await self._floor.wait()
            if self._hushed.is_set():
                return
            start_seconds = self._speaker.enqueue(next_voiced.piece)
            end_seconds = start_seconds + next_voiced.piece.duration_seconds
            if not self._said or self._said[-1].speech is not next_voiced.speech:
                self._said.append(_Said(next_voiced.sentence, next_voiced.speech, start_seconds, next_voiced.piece))
                begun.put_nowait(self._said[-1])
            await self._speaker.reached(end_seconds - _LOOK_AHEAD_SECONDS)
            if self._hushed.is_set():  # reached() also returns when the loudspeaker was stopped
                return
        begun.put_nowait(None)
        await self._speaker.reached(end_seconds)

    async def _tell(self, begun: asyncio.Queue[_Said | None]) -> None:
        """Announces each sentence when its first sample is heard."""
        while (said := await begun.get()) is not None:
            await self._speaker.reached(said.position_seconds + _FIRST_SAMPLES_SECONDS)
            if self._hushed.is_set():
                return
            heard_at_seconds = self._clock.now_seconds() - (self._speaker.position_seconds() - said.position_seconds)
            if self.timings.first_sound_seconds is None:
                waited_seconds = heard_at_seconds - self._speech_ended_at_seconds
                self.timings = replace(self.timings, first_sound_seconds=waited_seconds)
            track, feeling = viseme_track(said.speech, said.first_piece), said.sentence.feeling
            self._announce(
                SentenceStarted(
                    self.id, said.sentence.text, track, feeling.expression, heard_at_seconds, feeling.intensity
                )
            )

    def _since_speech(self) -> float:
        return self._clock.now_seconds() - self._speech_ended_at_seconds


def heard_words(speech: Speech, text: str, heard_seconds: float) -> str:
    """The words of a speech that were wholly heard after this many seconds of it: the text up to there.

    Word ends come from the phoneme timings where the voice speaks as many words as the text has, else from the
    words' share of the letters.
    """
    heard_seconds += _TOLERANCE_SECONDS
    words = list(_WORD.finditer(text))
    ends = _timed_ends_seconds(speech, words) or _shared_ends_seconds(speech, words)
    heard = [word.end() for word, end in zip(words, ends, strict=True) if end <= heard_seconds]
    return text if len(heard) == len(words) else text[: max(heard, default=0)]


def words_between(speech: Speech, text: str, start_seconds: float, end_seconds: float) -> list[str]:
    """The words that end between two moments of a speech."""
    before = heard_words(speech, text, start_seconds)
    return heard_words(speech, text, end_seconds)[len(before) :].split()


def _timed_ends_seconds(speech: Speech, words: Sequence[Match[str]]) -> list[float]:
    """Where each word's last sound ends; empty if the voice does not say.

    Voices join words ("of the") and make several of a figure: with a figure, the same number of words means nothing.
    """
    ends: list[float] = []
    for is_space, phonemes in groupby(speech.phonemes, lambda phoneme: phoneme.symbol == " "):
        sounds = [phoneme.end_seconds for phoneme in phonemes if phoneme.sounds]
        if sounds and not is_space:
            ends.append(sounds[-1])
    return ends if len(ends) == len(words) and not any(_FIGURE.search(word[0]) for word in words) else []


def _shared_ends_seconds(speech: Speech, words: Sequence[Match[str]]) -> list[float]:
    """Where each word ends if each letter takes as long as the next."""
    sounds = [phoneme.end_seconds for phoneme in speech.phonemes if phoneme.sounds]
    seconds = sounds[-1] if sounds else speech.duration_seconds
    letters = [len(_LETTER.findall(word[0])) + _LETTERS_PER_FIGURE * len(_FIGURE.findall(word[0])) for word in words]
    return [seconds * passed / sum(letters) for passed in accumulate(letters)]
