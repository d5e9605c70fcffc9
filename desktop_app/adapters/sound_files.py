# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings in and out: any sound file that PyAV can read, and plain WAV files to write."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from desktop_app.domain.audio import LISTENING_RATE_HZ, Samples
from desktop_app.domain.errors import LoudspeakerError, MicrophoneError


def read_recording(path: Path) -> Samples:
    """A recording as the microphone would have delivered it: 16 kHz mono. Raises MicrophoneError."""
    import av

    pieces: list[Samples] = []
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            resampler = av.AudioResampler(format="fltp", layout="mono", rate=LISTENING_RATE_HZ)
            for frame in container.decode(audio=0):
                pieces.extend(part.to_ndarray()[0] for part in resampler.resample(frame))
            pieces.extend(part.to_ndarray()[0] for part in resampler.resample(None))
    except (OSError, ValueError, IndexError) as error:  # PyAV's errors are OSErrors and ValueErrors
        raise MicrophoneError(
            "microphone.recording_unreadable",
            f"The recording {path.name} could not be read.",
            "Give a sound file that exists, for example a WAV file.",
        ) from error
    if not pieces:
        return np.zeros(0, np.float32)
    samples: Samples = np.concatenate(pieces).astype(np.float32)
    return samples


def write_wav(path: Path, samples: Samples, rate_hz: int) -> None:
    """Writes 16-bit mono. Raises LoudspeakerError where the place cannot be written to."""
    whole = np.clip(np.round(samples * 32767.0), -32768, 32767).astype("<i2")
    try:
        with path.open("wb") as file, wave.open(file, "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(2)
            wav.setframerate(rate_hz)
            wav.writeframes(whole.tobytes())
    except OSError as error:
        raise LoudspeakerError(
            "loudspeaker.file_unwritable",
            f"The sound file {path.name} could not be written.",
            "Choose a folder that exists and has room.",
        ) from error
