# SPDX-License-Identifier: GPL-3.0-or-later
"""Hears whether somebody is speaking: the Silero model that comes with faster-whisper, run frame by frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.domain.audio import AudioFrame
from desktop_app.domain.errors import EarsError

_WINDOW_SAMPLES = 512
_CONTEXT_SAMPLES = 64
_STATE_SHAPE = (1, 1, 128)


class SileroDetector:
    """Keeps the model's state from frame to frame: without it the model is deaf to most speech."""

    def __init__(self) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(
                str(_model_file()), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises its own kinds; all mean the file is unfit
            raise EarsError(
                "ears.detector_broken",
                "The part that hears whether somebody speaks could not be loaded.",
                "Install Fireside again.",
            ) from error
        self.reset()

    def probability(self, frame: AudioFrame) -> float:
        """One model step takes 512 samples, so the answer changes about every third frame."""
        self._window[self._filled : self._filled + len(frame.samples)] = frame.samples
        self._filled += len(frame.samples)
        if self._filled >= _CONTEXT_SAMPLES + _WINDOW_SAMPLES:
            self._step()
        return self._probability

    def reset(self) -> None:
        self._h: NDArray[np.float32] = np.zeros(_STATE_SHAPE, np.float32)
        self._c: NDArray[np.float32] = np.zeros(_STATE_SHAPE, np.float32)
        # Context, the window being filled, and room for what one more frame brings beyond it.
        self._window: NDArray[np.float32] = np.zeros(_CONTEXT_SAMPLES + 2 * _WINDOW_SAMPLES, np.float32)
        self._filled = _CONTEXT_SAMPLES
        self._probability = 0.0

    def _step(self) -> None:
        end = _CONTEXT_SAMPLES + _WINDOW_SAMPLES
        output, self._h, self._c = self._session.run(
            None, {"input": self._window[None, :end], "h": self._h, "c": self._c}
        )
        self._probability = float(np.ravel(output)[0])
        rest = self._filled - end
        self._window[: _CONTEXT_SAMPLES + rest] = self._window[end - _CONTEXT_SAMPLES : self._filled].copy()
        self._filled = _CONTEXT_SAMPLES + rest


def _model_file() -> Path:
    import importlib.util

    package = importlib.util.find_spec("faster_whisper")  # finds the folder without importing the heavy package
    assert package is not None and package.origin is not None, "faster-whisper is a dependency of Fireside"
    return Path(package.origin).parent / "assets" / "silero_vad_v6.onnx"
