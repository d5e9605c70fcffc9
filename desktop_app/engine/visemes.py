# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns phoneme timings into mouth shapes: why the lips close on m.

The shapes are the 15 of the Oculus LipSync (OVR) reference; the phonemes are espeak-ng's IPA as Piper voices use it.
"""

from __future__ import annotations

import unicodedata

import numpy as np

from desktop_app.domain.audio import (
    LOUDNESS_STEP_SECONDS,
    PhonemeTiming,
    SoundPiece,
    Speech,
    Viseme,
    VisemeKey,
    VisemeTrack,
)

_SHAPES: dict[Viseme, str] = {
    Viseme.PP: "p b m ɓ ʘ ʙ",
    Viseme.FF: "f v ɱ ʋ ɸ β ⱱ",
    Viseme.TH: "θ ð",
    Viseme.DD: "t d ɾ ʈ ɖ ɗ ʔ ɽ ɺ ǃ ǀ ǂ",
    Viseme.KK: "k ɡ g x ɣ χ q ŋ h ɦ ħ ç ʝ ɢ ʕ ʁ ʀ c ɟ ɠ ɴ ʛ ʟ ɰ ʡ ʢ ʜ X",
    Viseme.CH: "ʃ ʒ ɕ ʑ ʂ ʐ ɧ ʄ",
    Viseme.SS: "s z ɬ ɮ ʦ ǁ",
    Viseme.NN: "n l ɫ ɲ ɳ ʎ ɭ",
    Viseme.RR: "ɹ r ɻ ɝ ɚ ɜ",
    Viseme.AA: "a ɑ ɐ æ ʌ ɶ",
    Viseme.E: "e ɛ ə ɘ œ ø ɞ ε",
    Viseme.IH: "i ɪ ɨ y ʏ j ᵻ ɥ",
    Viseme.OH: "o ɔ ɒ ɤ ɵ",
    Viseme.OU: "u ʊ w ʉ ɯ ʍ",
}
_SHAPE_OF = {phoneme: viseme for viseme, phonemes in _SHAPES.items() for phoneme in phonemes.split()}
_PAUSES = frozenset(' ,.:;?!()"-—…^$_')
_STRESS = frozenset("ˈˌ")


def viseme_track(speech: Speech, first_piece: SoundPiece) -> VisemeTrack:
    """Mouth shapes of a speech; without phoneme timings only the loudness of its one piece."""
    return VisemeTrack(
        keys=_keys(speech.phonemes),
        duration_seconds=speech.duration_seconds,
        loudness=() if speech.phonemes else _loudness(first_piece),
    )


def shapes_of(phoneme: str) -> tuple[Viseme, ...]:
    """The shapes of one phoneme in order: none for a mark, one for most, two for a diphthong."""
    if phoneme and all(sign in _PAUSES for sign in phoneme):
        return (Viseme.SIL,)
    letters = [sign for sign in unicodedata.normalize("NFD", phoneme) if sign in _SHAPE_OF]
    shapes: list[Viseme] = []
    for letter in letters:
        if not shapes or shapes[-1] is not _SHAPE_OF[letter]:
            shapes.append(_SHAPE_OF[letter])
    return tuple(shapes)


def _keys(phonemes: tuple[PhonemeTiming, ...]) -> tuple[VisemeKey, ...]:
    keys: list[VisemeKey] = []
    stressed = False
    for phoneme in phonemes:
        stressed = stressed or bool(_STRESS & set(phoneme.symbol))
        if phoneme.duration_seconds <= 0:
            continue
        shapes = shapes_of(phoneme.symbol)
        step = phoneme.duration_seconds / max(1, len(shapes))
        for index, shape in enumerate(shapes):
            start = phoneme.start_seconds + index * step
            keys.append(VisemeKey(shape, start, start + step, stressed))
        if any(shape in _VOWELS for shape in shapes):
            stressed = False
    return tuple(keys)


_VOWELS = frozenset({Viseme.AA, Viseme.E, Viseme.IH, Viseme.OH, Viseme.OU})


def _loudness(sound: SoundPiece) -> tuple[float, ...]:
    """Root mean square per step, relative to the loudest step."""
    step = max(1, round(sound.rate_hz * LOUDNESS_STEP_SECONDS))
    whole = len(sound.samples) // step * step
    if not whole:
        return ()
    levels = np.sqrt(np.square(sound.samples[:whole].reshape(-1, step)).mean(axis=1))
    peak = float(levels.max())
    return tuple(np.round(levels / peak, 3).tolist()) if peak > 0 else (0.0,) * len(levels)
