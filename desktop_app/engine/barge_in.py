# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides what a voice means that is heard while the companion is talking: duck, look for words, stop, or go on.

The first suspicion turns the companion down: that costs nothing, and makes the person audible beside it. Then words
decide (interjections.py). A cough, "mm-hm", music or the companion's own echo bring none that count, and it is turned
up again. How loud the person is known to be tells whose voice it is. Pure: counts seconds of its own, like the
segmenter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from desktop_app.domain.settings import BargeIn
from desktop_app.domain.state import CompanionState
from desktop_app.engine.interjections import Interjection

STOP_AFTER_SECONDS = 0.3
"""Speech that began before the companion did is no echo; when it goes on for so long it stops the companion."""


def may_listen(mode: BargeIn, companion: CompanionState, muted: bool, held: bool) -> bool:
    """Whether the microphone's frames count at all right now."""
    if muted:
        return False
    match mode:
        case BargeIn.HALF_DUPLEX:
            return companion is not CompanionState.SPEAKING
        case BargeIn.PUSH_TO_TALK:
            return held
        case BargeIn.OPEN:
            return True


class Step(Enum):
    """What is to be done now."""

    DUCK = auto()
    LOOK = auto()
    """Find out what is being said; tell `understood`."""
    STOP = auto()
    """It is the person, and they want to speak."""
    RESTORE = auto()


class _Stage(Enum):
    CALM = auto()
    SUSPECTED = auto()
    """Somebody may be speaking; the companion is turned down."""
    DISMISSED = auto()
    """The voice goes on, but said nothing that counts: the companion speaks on, and one listens on."""


@dataclass(slots=True)
class Overlap:
    """One stretch of voice after the other over the companion's; told words by `understood`."""

    suspect_probability: float = 0.05
    """So little is enough to duck: the canceller weakens the person as long as the companion is loud."""

    suspect_prominence_db: float = 6.0
    """A voice that is not louder than what is always to be heard here is no reason to duck."""

    sound_prominence_db: float = 15.0
    sound_seconds: float = 0.03
    """What stands out so far for so long is more than the canceller leaves of an echo, whatever it is: duck and see."""

    raw_prominence_db: float = 6.0
    raw_seconds: float = 0.04
    """What makes the microphone itself so much louder than the companion does is suspicious too: while both speak the
    canceller may leave nothing of the person for a quarter of a second."""

    speech_probability: float = 0.5
    silence_probability: float = 0.2

    first_look_seconds: float = 0.15
    look_every_seconds: float = 0.04
    """This much voice is worth a look, and then another one."""

    idle_look_seconds: float = 0.3
    """… but no more often at what is far away, or has said nothing that counts: the computer has other work to do."""

    unvoiced_look_seconds: float = 0.3
    """So much sound is worth a look even if it does not seem to be a voice."""

    word_seconds: float = 0.17
    fragment_seconds: float = 0.34
    sound_only_seconds: float = 0.6
    """So much sound makes an interruption that still goes on, of words, of a fragment, of what is no word at all to the
    ears: one syllable can be misheard as anything, and poor ears understand nothing of many voices."""

    voice_seconds: float = 0.05
    voice_only_seconds: float = 0.45
    """… and so much of it a voice, each moment counting by how surely it is one."""

    floor_seconds: float = 0.12
    """So much voice is enough where it asks for the floor."""

    near_word_seconds: float = 0.26
    near_seconds: float = 0.34
    near_voice_seconds: float = 0.17
    """Enough of words or a fragment, and of no word at all, where the voice is as loud as the person is known to be;
    so much of the latter a voice."""

    falls_db: float = 18.0
    """So far below its loudest a voice comes to the end of a word: whether it goes on is seen a moment later."""

    far_db: float = -5.0
    """A voice so much weaker than the person's is somebody else's, or a song: it can only ask for the floor."""

    unheard_seconds: float = 0.7
    """Where the ears are too slow to say anything, so much voice counts by itself: no cough is so long."""

    word_end_seconds: float = 0.1
    over_seconds: float = 0.3
    """So much silence ends a word, and a stretch."""

    patience_seconds: float = 1.0
    """Nobody waits longer for words before the companion is turned up again."""

    _stage: _Stage = _Stage.CALM
    _age_seconds: float = 0.0
    _voiced_seconds: float = 0.0
    """Weighed by how surely it is a voice."""
    _sounding_seconds: float = 0.0
    """Standing out, without a break; once suspected, all of it."""
    _loud_seconds: float = 0.0
    """Louder at the microphone itself, without a break, before there is a suspicion."""
    _silent_seconds: float = 0.0
    _since_look_seconds: float = 0.0
    _looks: bool = False
    _unseen_seconds: float = 0.0
    """Sounding that no look has seen."""
    _nearness_db: float | None = None
    _prominence_db: float = 0.0
    _loudest_db: float = 0.0
    _meaning: Interjection | None = None
    """As of the last look."""

    @property
    def is_calm(self) -> bool:
        return self._stage is _Stage.CALM

    @property
    def is_suspected(self) -> bool:
        return self._stage is _Stage.SUSPECTED

    @property
    def goes_on(self) -> bool:
        """Whether there is a voice just now."""
        is_voice = self._voiced_seconds >= self.voice_seconds
        return not self.is_calm and self._silent_seconds < self.word_end_seconds and is_voice

    def feed(
        self,
        probability: float,
        prominence_db: float,
        seconds: float,
        nearness_db: float | None = None,
        raw_prominence_db: float = 0.0,
    ) -> Step | None:
        """Takes the next stretch of sound, the echo cancelled; raw_prominence_db is how far it stands out uncancelled.

        nearness_db is by how much this voice is louder than the person usually is; None as long as that is not known.
        """
        self._nearness_db = nearness_db
        if self.is_calm:
            stands_out = prominence_db >= self.sound_prominence_db
            is_loud = raw_prominence_db >= self.raw_prominence_db
            self._sounding_seconds = self._sounding_seconds + seconds if stands_out else 0.0
            self._loud_seconds = self._loud_seconds + seconds if is_loud else 0.0
            may_be_voice = probability >= self.suspect_probability and prominence_db >= self.suspect_prominence_db
            has_sounded = self._sounding_seconds >= self.sound_seconds or self._loud_seconds >= self.raw_seconds
            if not may_be_voice and not has_sounded:
                return None
            self.reset()
            self._stage = _Stage.SUSPECTED
            return Step.DUCK
        self._count(probability, prominence_db, seconds)
        if self._looks:
            slow = self._since_look_seconds >= self.unheard_seconds / 2 and self.goes_on
            is_enough = slow and self._voiced_seconds >= self.unheard_seconds and not self._is_far
            return Step.STOP if is_enough else self._goes_on_near()
        is_over = self._silent_seconds >= self.over_seconds
        is_worth_it = (
            self._voiced_seconds >= self.voice_seconds / 2 or self._sounding_seconds >= self.unvoiced_look_seconds
        )
        may_mean_more = self._unseen_seconds >= self.look_every_seconds and is_worth_it
        if is_over and not may_mean_more:
            return self._end()
        if self.is_suspected and self._age_seconds >= self.patience_seconds:
            self._stage = _Stage.DISMISSED
            return Step.RESTORE
        if self._goes_on_near():
            return Step.STOP
        is_idle = self._is_far or not self.is_suspected
        is_time = is_over or self._since_look_seconds >= (
            self.idle_look_seconds if is_idle else self.look_every_seconds
        )
        if may_mean_more and is_time and (is_over or self._sounding_seconds >= self.first_look_seconds):
            self._looks, self._since_look_seconds, self._unseen_seconds = True, 0.0, 0.0
            return Step.LOOK
        return None

    def understood(self, meaning: Interjection) -> Step | None:
        """What the voice has said so far, as of the last look."""
        self._looks = False
        if self.is_calm:
            return None
        self._meaning = meaning
        match meaning:
            case Interjection.FLOOR:
                return Step.STOP if self._voiced_seconds >= self.floor_seconds else None
            case Interjection.WORDS:
                return self._stop_after(self.word_seconds, self.voice_seconds)
            case Interjection.FRAGMENT | Interjection.NOTHING if self._is_near:
                return self._goes_on_near()
            case Interjection.FRAGMENT:
                return self._stop_after(self.fragment_seconds, self.voice_seconds)
            case Interjection.NOTHING:
                return self._stop_after(self.sound_only_seconds, self.voice_only_seconds)
            case Interjection.BACKCHANNEL | Interjection.OWN_ECHO:
                return None

    def _goes_on_near(self) -> Step | None:
        """Whether the person's own voice has been going on for long enough, whatever the last look understood."""
        is_silent = self._prominence_db < self._loudest_db - self.falls_db
        may_be_person = self._meaning not in (None, Interjection.BACKCHANNEL, Interjection.OWN_ECHO)
        if not self._is_near or not may_be_person:
            return None
        if self._meaning is Interjection.NOTHING:
            return None if is_silent else self._stop_after(self.near_seconds, self.near_voice_seconds)
        return self._stop_after(self.near_word_seconds, 0.0)  # the ears hear words in nothing but a voice

    @property
    def _is_near(self) -> bool:
        return self._nearness_db is not None and self._nearness_db >= self.far_db

    @property
    def _is_far(self) -> bool:
        return self._nearness_db is not None and self._nearness_db < self.far_db

    def _stop_after(self, sound_seconds: float, voice_seconds: float) -> Step | None:
        if self._is_far:
            return None
        is_enough = self._sounding_seconds >= sound_seconds and self._voiced_seconds >= voice_seconds
        return Step.STOP if is_enough and self._silent_seconds < self.word_end_seconds else None

    def reset(self) -> None:
        self._stage = _Stage.CALM
        self._age_seconds = self._voiced_seconds = self._silent_seconds = 0.0
        self._sounding_seconds = self._loud_seconds = self._unseen_seconds = 0.0
        self._since_look_seconds = self.look_every_seconds
        self._looks = False
        self._nearness_db = self._meaning = None
        self._loudest_db = 0.0

    def _count(self, probability: float, prominence_db: float, seconds: float) -> None:
        stands_out = prominence_db >= self.sound_prominence_db
        if probability >= self.speech_probability or stands_out:
            self._sounding_seconds += seconds
            self._unseen_seconds += seconds
        self._prominence_db = prominence_db
        self._loudest_db = max(self._loudest_db, prominence_db)
        self._age_seconds += seconds
        self._since_look_seconds += seconds
        if probability >= self.silence_probability:
            self._voiced_seconds += probability * seconds
        sounds = stands_out or probability >= self.silence_probability
        self._silent_seconds = 0.0 if sounds else self._silent_seconds + seconds

    def _end(self) -> Step | None:
        was_suspected = self.is_suspected
        self.reset()
        return Step.RESTORE if was_suspected else None
