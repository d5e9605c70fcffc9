# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells which words of a transcript that is still growing can be trusted.

LocalAgreement-2 (Macháček, Dabre, Bojar 2023, "Turning Whisper into Real-Time Transcription System"): what two passes
over the growing utterance agree on from the beginning is stable; the rest is tentative.
"""

from __future__ import annotations

from desktop_app.domain.conversation import Transcript


class LocalAgreement:
    """Fed with one transcript after the other of the same, growing utterance."""

    def __init__(self) -> None:
        self._last: list[str] = []
        self._stable: list[str] = []

    def feed(self, text: str) -> Transcript:
        """Stable words never change again; the newer pass gives the rest."""
        words = text.split()
        agreed = 0
        for old, new in zip(self._last, words, strict=False):
            if _plain(old) != _plain(new):
                break
            agreed += 1
        known = [_plain(word) for word in self._stable]
        if [_plain(word) for word in words[: len(known)]] == known:
            self._stable += words[len(known) : agreed]
        self._last = words
        return Transcript(" ".join(self._stable), " ".join(words[len(self._stable) :]))


def _plain(word: str) -> str:
    return word.lower().strip(".,;:!?…")
