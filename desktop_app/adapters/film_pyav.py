# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a film: H.264 picture and AAC sound in an MP4 file, by PyAV."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.audio import Samples
from desktop_app.domain.errors import StorageError

_SOUND_FRAME_SAMPLES = 1024


def write_mp4(
    file: Path, pictures: Iterable[NDArray[np.uint8]], frames_per_second: int, sound: Samples, sound_rate_hz: int
) -> None:
    """Encodes pictures of shape (height, width, 4), bytes B G R A, even sides, and mono sound. Raises StorageError."""
    import av

    try:
        with av.open(str(file), "w", format="mp4") as container:
            video = container.add_stream("libx264", rate=frames_per_second)
            video.pix_fmt = "yuv420p"
            video.options = {"crf": "20", "preset": "veryfast"}
            audio = container.add_stream("aac", rate=sound_rate_hz)
            audio.layout = "mono"
            for number, picture in enumerate(pictures):
                if number == 0:
                    video.height, video.width = picture.shape[:2]
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgra")
                frame.pts, frame.time_base = number, Fraction(1, frames_per_second)
                container.mux(video.encode(frame))
            for start in range(0, len(sound), _SOUND_FRAME_SAMPLES):
                piece = sound[start : start + _SOUND_FRAME_SAMPLES][None].astype(np.float32)
                heard = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), format="fltp", layout="mono")
                heard.sample_rate, heard.pts, heard.time_base = sound_rate_hz, start, Fraction(1, sound_rate_hz)
                container.mux(audio.encode(heard))
            container.mux(video.encode(None))
            container.mux(audio.encode(None))
    except OSError as error:
        raise StorageError(
            "storage.not_writable", f"The film {file} could not be written: {error.strerror or error}."
        ) from error
