# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets Whisper encode only the sound there is, instead of always half a minute: twenty times less work."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_PADDING_FRAMES = 128
"""Kept after the last frame of sound, so that the end is heard as one (whisper.cpp pads by as much)."""
FEWEST_FRAMES = 200
"""For a model that was trained on windows of every length."""
FEWEST_FRAMES_OF_OTHERS = 500
"""Models that only ever saw half a minute lose their way in windows much shorter than this."""


def short_window(features: NDArray[np.float32], fewest_frames: int = FEWEST_FRAMES) -> NDArray[np.float32]:
    """Features of shape (bands, frames) without most of the zero frames that faster-whisper appends.

    Never as many encoder positions as there are bands: CTranslate2 would then take the encoder's output for features
    and encode it a second time.
    """
    bands, frames = features.shape
    sounding = np.flatnonzero(np.any(features != 0, axis=0))
    used = int(sounding[-1]) + 1 if len(sounding) else 0
    kept = max(fewest_frames, used + _PADDING_FRAMES)
    kept += kept % 2
    if kept // 2 == bands:
        kept += 2
    return np.ascontiguousarray(features[:, : min(kept, frames)])


def whisper_model(*arguments: Any, **options: Any) -> Any:
    """A faster_whisper.WhisperModel that encodes windows of at least `fewest_frames`; None: always half a minute."""
    from faster_whisper import WhisperModel

    class WindowedModel(WhisperModel):  # type: ignore[misc]  # the library has no types
        fewest_frames: int | None = None
        encoded: Any = None
        """What was heard last, as the decoder sees it."""

        def encode(self, features: NDArray[np.float32]) -> Any:
            window = features if self.fewest_frames is None else short_window(features, self.fewest_frames)
            self.encoded = super().encode(window)
            return self.encoded

    return WindowedModel(*arguments, **options)
