# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides at which pauses the answer is begun in secret: so that work in vain stays bounded and seldom."""

from __future__ import annotations

from desktop_app.domain.conversation import TurnTimings
from desktop_app.engine.completeness import Completeness, completeness

_MOST_DRAFTS = 4
"""Within one utterance."""
_MOST_WASTED_SHARE = 0.5
_SLOW_FIRST_TOKEN_SECONDS = 1.5
"""A model that reads its prompt for so long is busy with a draft in vain when the answer that counts is asked for."""
_NEWEST_SHARE = 0.2
"""How much the newest draft or answer counts against all before it."""

_LIKELY_ENDS = (Completeness.FINISHED, Completeness.LIKELY)


class Eagerness:
    """Told what became of drafts and how fast the model is; asked at every pause."""

    def __init__(self) -> None:
        self.low_power = False
        """The person's setting: never."""
        self._wasted = 0
        self._left = 0
        self._wasted_share = 0.0
        self._first_token_seconds = 0.0

    def begin_utterance(self) -> None:
        self._left = _MOST_DRAFTS

    def allows(self, words: str, language: str) -> bool:
        """Whether to begin to answer after these words; a draft that it allowed counts."""
        if self.low_power or not self._left:
            return False
        if self._is_costly and completeness(words, language) not in _LIKELY_ENDS:
            return False
        self._left -= 1
        return True

    def was_wasted(self) -> None:
        self._wasted += 1
        self._wasted_share = _blend(self._wasted_share, 1.0)

    def take_wasted(self) -> int:
        """How many drafts were thrown away since it was last asked."""
        wasted, self._wasted = self._wasted, 0
        return wasted

    def was_used(self) -> None:
        self._wasted_share = _blend(self._wasted_share, 0.0)

    def saw(self, timings: TurnTimings) -> None:
        """This is how long the last answer took."""
        if timings.first_token_seconds is not None and timings.transcript_seconds is not None:
            seconds = timings.first_token_seconds - timings.transcript_seconds
            self._first_token_seconds = _blend(self._first_token_seconds, seconds)

    @property
    def _is_costly(self) -> bool:
        return self._wasted_share > _MOST_WASTED_SHARE or self._first_token_seconds > _SLOW_FIRST_TOKEN_SECONDS


def _blend(past: float, newest: float) -> float:
    return past + _NEWEST_SHARE * (newest - past)
