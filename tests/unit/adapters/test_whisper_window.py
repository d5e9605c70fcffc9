# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of the padded half minute Whisper really has to encode."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.adapters.whisper_window import short_window


def padded(used: int, bands: int = 80, frames: int = 3000) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    features = np.zeros((bands, frames), np.float32)
    features[:, :used] = 0.5
    return features


@pytest.mark.parametrize(("used", "kept"), [(0, 200), (10, 200), (300, 428), (301, 430), (2950, 3000), (3000, 3000)])
def test_the_sound_and_a_little_padding_are_kept(used: int, kept: int) -> None:
    short = short_window(padded(used))
    assert short.shape == (80, kept)
    assert np.all(short[:, :used] == 0.5)


@given(st.integers(0, 3000), st.sampled_from([80, 128]))
def test_the_encoder_never_gives_as_many_positions_as_there_are_bands(used: int, bands: int) -> None:
    positions = (short_window(padded(used, bands)).shape[1] + 1) // 2
    assert positions != bands
    assert short_window(padded(used, bands)).shape[1] >= min(used, 3000)
