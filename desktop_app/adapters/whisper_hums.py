# SPDX-License-Identifier: GPL-3.0-or-later
"""Hears "mm-hm" and "uh-huh", for which small ears search words in vain: each is asked for by itself.

Whisper writes what is likeliest of all it could write, and a hum is rarely among it. How likely a given hum is, were it
the beginning of what is written, is one step of the decoder for all of them (CTranslate2's `align`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

_HUMS = ("mm hm", "uh huh")
_LEAST_LOG_LIKELIHOOD = -6.0
"""Of all its tokens. The starter ears give hums −0.2 to −6, and the beginnings of sentences less than −7.5."""
LONGEST_HUM_SECONDS = 1.0
MOST_LETTERS = 12
"""Where the ears wrote more, somebody said more than a hum."""


def hum(model: Any, language: str) -> str:
    """The hum that a whisper_model() has just heard, "" if it was none. Raises RuntimeError as the library does."""
    from faster_whisper.tokenizer import Tokenizer

    tokenizer = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language)
    tokens = [tokenizer.encode(f" {each}") for each in _HUMS]
    encoded = _repeated(model.encoded, len(_HUMS))
    aligned = model.model.align(encoded, tokenizer.sot_sequence, tokens, [encoded.shape[1]] * len(_HUMS))
    likelihoods = [float(np.sum(np.log(np.maximum(each.text_token_probs, 1e-9)))) for each in aligned]
    best = int(np.argmax(likelihoods))
    return _HUMS[best] if likelihoods[best] >= _LEAST_LOG_LIKELIHOOD else ""


def _repeated(encoded: Any, times: int) -> Any:
    from ctranslate2 import StorageView

    return StorageView.from_array(np.repeat(np.array(encoded), times, axis=0))
