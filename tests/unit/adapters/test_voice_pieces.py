# SPDX-License-Identifier: GPL-3.0-or-later
"""From raw sound to pieces: trimmed, at one gain, as long as planned."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from desktop_app.adapters.voice_pieces import RawSpeech, TrimmedSpeech, trimmed
from desktop_app.domain.audio import PhonemeTiming, Samples

_RATE_HZ = 1000
_PHONEMES = (PhonemeTiming("a", 0.0, 1.5), PhonemeTiming("m", 1.5, 0.5), PhonemeTiming(".", 2.0, 1.0))


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * _RATE_HZ), np.float32)


def _tone(seconds: float) -> Samples:
    return np.full(round(seconds * _RATE_HZ), 0.2, np.float32)


def _raw(*stretches: Samples, phonemes: tuple[PhonemeTiming, ...] = _PHONEMES) -> RawSpeech:
    return RawSpeech(_RATE_HZ, sum(map(len, stretches)), phonemes, iter(stretches))


def _begun(raw: RawSpeech, gain: float = 1.0) -> TrimmedSpeech:
    speech = trimmed(raw, gain)
    assert speech is not None
    return speech


def test_silence_before_the_words_is_cut_and_the_timings_move_along() -> None:
    speech = _begun(_raw(np.concatenate([_silence(0.5), _tone(0.5)]), _tone(1.0), _silence(1.0)))

    assert len(speech.first.samples) == 540
    assert speech.phonemes[0].duration_seconds == pytest.approx(1.04)
    assert speech.phonemes[1].start_seconds == pytest.approx(1.04)


def test_where_the_end_is_not_made_yet_the_timings_say_where_it_is() -> None:
    speech = _begun(_raw(_tone(1.0), _tone(1.0), _silence(1.0)))
    pieces = [speech.first, *speech.following]

    assert speech.duration_seconds == pytest.approx(2.25)
    assert sum(len(piece.samples) for piece in pieces) == 2250
    assert [piece.is_last for piece in pieces] == [False, False, True]


def test_a_sound_that_is_there_already_is_cut_where_it_becomes_silent() -> None:
    speech = _begun(_raw(np.concatenate([_tone(2.0), _silence(1.0)])))

    assert speech.duration_seconds == pytest.approx(2.12)
    assert speech.first.is_last
    assert not list(speech.following)


def test_an_end_within_a_stretch_is_the_last_piece_and_nothing_after_it_is_made() -> None:
    made = []

    def sound() -> Iterator[Samples]:
        for number in range(3):
            made.append(number)
            yield _tone(1.0)

    speech = _begun(RawSpeech(_RATE_HZ, 3000, (PhonemeTiming("a", 0.0, 1.5),), sound()))
    assert [piece.is_last for piece in (speech.first, *speech.following)] == [False, True]
    assert made == [0, 1]


def test_silent_stretches_are_passed_over_until_the_words_begin() -> None:
    speech = _begun(_raw(_silence(0.3), _silence(0.3), _tone(1.4), _silence(1.0)))
    assert np.count_nonzero(speech.first.samples) == 1400
    assert len(speech.first.samples) == 1440


def test_the_first_piece_outlasts_what_a_resampler_keeps_back() -> None:
    speech = _begun(_raw(np.concatenate([_silence(0.3), _tone(0.05)]), _tone(0.65), _tone(1.0), _silence(1.0)))
    assert len(speech.first.samples) == 40 + 50 + 650


def test_nothing_but_silence_is_no_speech() -> None:
    assert trimmed(_raw(_silence(0.3), _silence(0.3)), 1.0) is None


def test_pieces_have_one_gain_and_soft_peaks() -> None:
    speech = _begun(_raw(_tone(1.0), 10 * _tone(1.0), _silence(1.0)), gain=2.0)
    first, second, _ = (speech.first, *speech.following)

    np.testing.assert_allclose(first.samples, 0.4)
    assert 0.9 < second.samples.max() < 0.99


@pytest.mark.parametrize(("each_takes_seconds", "made_beforehand"), [(0.1, 1), (0.45, 1), (0.9, 2), (1.4, 3), (9.0, 4)])
def test_a_slow_voice_begins_later_rather_than_falter(each_takes_seconds: float, made_beforehand: int) -> None:
    now = 100.0

    def sound() -> Iterator[Samples]:
        nonlocal now
        for _ in range(4):
            now += each_takes_seconds
            yield _tone(1.0)

    raw = RawSpeech(_RATE_HZ, 4000, (PhonemeTiming("a", 0.0, 4.0),), sound())
    speech = trimmed(raw, 1.0, now_seconds=lambda: now)
    assert speech is not None
    assert len(speech.first.samples) == 1000 * made_beforehand
