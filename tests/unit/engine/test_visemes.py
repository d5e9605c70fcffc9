# SPDX-License-Identifier: GPL-3.0-or-later
"""From phonemes to mouth shapes."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.domain.audio import PhonemeTiming, Samples, SoundPiece, Speech, Viseme, VisemeTrack
from desktop_app.engine.visemes import shapes_of, viseme_track
from tests.fakes.voice import soundless


def _track(samples: Samples, phonemes: tuple[PhonemeTiming, ...] = ()) -> VisemeTrack:
    sound = SoundPiece(samples, 16_000)
    return viseme_track(Speech("", sound.duration_seconds, phonemes, soundless()), sound)


@pytest.mark.parametrize(
    ("phoneme", "shapes"),
    [
        ("p", ("PP",)),
        ("b", ("PP",)),
        ("m", ("PP",)),
        ("f", ("FF",)),
        ("θ", ("TH",)),
        ("tʃ", ("DD", "CH")),
        ("aɪ", ("aa", "ih")),
        ("oʊ", ("oh", "ou")),
        ("ɑ̃", ("aa",)),
        ("ʁ", ("kk",)),
        ("ˈ", ()),
        ("ː", ()),
        (" ", ("sil",)),
        (",", ("sil",)),
    ],
)
def test_each_phoneme_has_its_shapes(phoneme: str, shapes: tuple[str, ...]) -> None:
    assert shapes_of(phoneme) == shapes


def test_every_symbol_of_a_piper_voice_is_a_shape_or_a_mark() -> None:
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    marks = set("ˈˌːˑ˞ʰʲʷˤ0123456789↓↑#'̧̪̯̩̺̻̝̊̃")
    for symbol in DEFAULT_PHONEME_ID_MAP:
        assert shapes_of(symbol) or symbol in marks, symbol


def test_times_are_kept_and_stress_belongs_to_the_vowel_that_follows() -> None:
    phonemes = (
        PhonemeTiming("h", 0.0, 0.1),
        PhonemeTiming("ˈ", 0.1, 0.0),
        PhonemeTiming("aɪ", 0.1, 0.2),
        PhonemeTiming("m", 0.3, 0.1),
        PhonemeTiming("i", 0.4, 0.1),
    )
    track = _track(np.zeros(8000, np.float32), phonemes)

    assert [(key.viseme, key.start_seconds, key.end_seconds) for key in track.keys] == [
        (Viseme.KK, 0.0, 0.1),
        (Viseme.AA, 0.1, pytest.approx(0.2)),
        (Viseme.IH, pytest.approx(0.2), pytest.approx(0.3)),
        (Viseme.PP, 0.3, 0.4),
        (Viseme.IH, 0.4, 0.5),
    ]
    assert [key.stressed for key in track.keys] == [False, True, True, False, False]
    assert track.duration_seconds == 0.5
    assert track.loudness == (), "the shapes say it all"


def test_loudness_is_relative_to_the_loudest_moment() -> None:
    samples = np.concatenate([np.zeros(1600), np.full(1600, 0.1), np.full(1600, 0.2)]).astype(np.float32)
    track = _track(samples)

    assert track.keys == ()
    assert track.loudness[0] == 0.0
    assert track.loudness[6] == pytest.approx(0.5, abs=0.01)
    assert track.loudness[-1] == 1.0


def test_silence_has_no_loudness_to_divide_by() -> None:
    assert set(_track(np.zeros(1600, np.float32)).loudness) == {0.0}
    assert _track(np.zeros(0, np.float32)).loudness == ()
