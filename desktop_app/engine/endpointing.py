# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides how long to wait in silence before the person's turn counts as finished.

By what was said so far (see completeness.py) and by how this person speaks: the pauses after which they went on are
learnt slowly, as a running quantile (Robbins and Monro 1951, "A Stochastic Approximation Method").
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

from desktop_app.domain.habits import SpeakingHabits
from desktop_app.engine.completeness import Completeness, completeness

SHORTEST_SECONDS = 0.25
LONGEST_SECONDS = 2.0

_QUANTILE = 0.9
_STEP_SECONDS = 0.03
"""How far one pause moves what is expected of the next ones, at most."""


@dataclass(frozen=True, slots=True)
class _Wait:
    """How long one waits after words of one kind."""

    habit: str
    """Which of the person's habits it follows …"""

    beyond_seconds: float
    """… and by how much it exceeds that."""

    least_seconds: float
    most_seconds: float


_WAITS = {
    # Nobody waits more than half a second after a finished sentence, and no unfinished one is cut at 1.1 s.
    Completeness.FINISHED: _Wait("after_finished_seconds", 0.05, SHORTEST_SECONDS, 0.4),
    Completeness.LIKELY: _Wait("after_finished_seconds", 0.11, 0.3, 0.7),
    Completeness.UNCLEAR: _Wait("after_unclear_seconds", 0.1, 0.4, 1.0),
    Completeness.UNFINISHED: _Wait("after_unfinished_seconds", 0.15, 1.25, LONGEST_SECONDS),
    Completeness.FILLER: _Wait("after_unfinished_seconds", 0.4, 1.4, LONGEST_SECONDS),
}
_HABIT_BOUNDS = {
    habit: (
        min(wait.least_seconds - wait.beyond_seconds for wait in _WAITS.values() if wait.habit == habit),
        max(wait.most_seconds - wait.beyond_seconds for wait in _WAITS.values() if wait.habit == habit),
    )
    for habit in {wait.habit for wait in _WAITS.values()}
}


class EndpointPolicy(Protocol):
    """Told what was understood so far; asked at every frame how long to wait."""

    patience: float
    """The person's setting: 1 is normal, 2 waits twice as long."""

    habits: SpeakingHabits
    """What is known of how they speak."""

    @property
    def wants_words(self) -> bool:
        """Whether words change the wait, so that a pause is worth understanding."""
        ...

    def understood(self, words: str, language: str) -> None:
        """These are the words up to the present pause."""
        ...

    def forget(self) -> None:
        """The person goes on: what the words meant for the last pause means nothing for the next."""
        ...

    def wait_seconds(self) -> float:
        """The silence that ends an utterance, as far as is known by now."""
        ...

    def went_on(self, words: str, language: str, pause_seconds: float) -> None:
        """After these words they were silent for so long and then went on, whether they were cut off or not."""
        ...


@dataclass(slots=True)
class FixedEndpointing:
    """The same silence whatever was said: for recordings, and as what benchmarks compare with."""

    seconds: float
    patience: float = 1.0
    habits: SpeakingHabits = field(default_factory=SpeakingHabits)

    @property
    def wants_words(self) -> bool:
        return False

    def understood(self, words: str, language: str) -> None:
        pass

    def forget(self) -> None:
        pass

    def wait_seconds(self) -> float:
        return self.seconds * self.patience

    def went_on(self, words: str, language: str, pause_seconds: float) -> None:
        pass


@dataclass(slots=True)
class Endpointing:
    """Waits by what was said and by how this person speaks."""

    patience: float = 1.0
    habits: SpeakingHabits = field(default_factory=SpeakingHabits)
    _heard: Completeness | None = None

    @property
    def wants_words(self) -> bool:
        return True

    def understood(self, words: str, language: str) -> None:
        self._heard = completeness(words, language)

    def forget(self) -> None:
        self._heard = None

    def wait_seconds(self) -> float:
        """While the words are still being understood it waits as long as it may: without them nobody can answer, so
        that costs nothing, and whoever only paused is not cut off because the ears are slow."""
        if self._heard is None:
            return LONGEST_SECONDS
        wait = _WAITS[self._heard]
        usual_seconds = float(getattr(self.habits, wait.habit)) + wait.beyond_seconds
        bounded_seconds = min(wait.most_seconds, max(wait.least_seconds, usual_seconds))
        return min(LONGEST_SECONDS, max(SHORTEST_SECONDS, bounded_seconds * self.patience))

    def went_on(self, words: str, language: str, pause_seconds: float) -> None:
        if not SHORTEST_SECONDS <= pause_seconds <= LONGEST_SECONDS:
            return  # one that could never be cut, or was none
        habit = _WAITS[completeness(words, language)].habit
        usual_seconds, (least, most) = float(getattr(self.habits, habit)), _HABIT_BOUNDS[habit]
        share = _QUANTILE if pause_seconds > usual_seconds else _QUANTILE - 1
        learnt_seconds = min(most, max(least, usual_seconds + share * _STEP_SECONDS))
        self.habits = replace(self.habits, **{habit: learnt_seconds})
