# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the time of a turn went, as stages one after the other that add up to the wait for the first sound.

Stages overlap: while it is waited whether the person has finished, their words are understood and an answer is begun.
What is done by the end of that wait costs nothing more; a stage counts only what it kept everybody waiting for.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from desktop_app.domain.conversation import TurnTimings

_WITH_THE_WORDS_SECONDS = 0.03
"""An end that was found this soon after the words were understood was waiting for them."""


class Stage(StrEnum):
    """In their order."""

    WAITING = "waiting"
    """Whether the person has finished."""

    HEARING = "hearing"
    """Until their words were understood."""

    THINKING = "thinking"
    """Until the model's first word."""

    VOICING = "voicing"
    """From there until the first piece of the voice: the rest of the first clause, and its sound."""

    PLAYING = "playing"
    """Until that was heard."""


def stages_of(timings: TurnTimings) -> Mapping[Stage, float]:
    """Seconds by stage; empty if nothing was heard. Typed words have no waiting and no hearing."""
    if timings.first_sound_seconds is None:
        return {}
    moments = {
        Stage.WAITING: timings.endpoint_seconds,
        Stage.HEARING: timings.transcript_seconds,
        Stage.THINKING: timings.first_token_seconds,
        Stage.VOICING: timings.first_clip_seconds,
        Stage.PLAYING: timings.first_sound_seconds,
    }
    if _waited_for_words(timings):
        moments[Stage.WAITING] = 0.0
    stages, reached = {}, 0.0
    for stage, moment in moments.items():
        stages[stage] = max(0.0, (moment or 0.0) - reached)
        reached += stages[stage]
    return stages


def _waited_for_words(timings: TurnTimings) -> bool:
    ended, understood = timings.endpoint_seconds, timings.transcript_seconds
    return ended is not None and understood is not None and 0 <= ended - understood <= _WITH_THE_WORDS_SECONDS


def longest_stage(timings: TurnTimings) -> Stage | None:
    """The one that cost most; None if nothing was heard."""
    stages = stages_of(timings)
    return max(stages, key=lambda stage: stages[stage]) if stages else None
