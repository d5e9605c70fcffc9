# SPDX-License-Identifier: GPL-3.0-or-later
"""The real thing: a window on a real X server, microphone and loudspeaker through PortAudio, real ears and voice."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soxr

from desktop_app import bundle
from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from tests.endtoend.command_line import spoken, word_error_rate
from tests.standins.ollama_script import Reply
from tests.standins.ollama_server import OllamaServer
from tests.standins.virtual_screen import VirtualScreen, missing
from tests.standins.virtual_sound import LOUDSPEAKER_RATE_HZ

ANSWER = "I would like to hear more about the garden."


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[VirtualScreen]:
    if reason := missing():
        pytest.skip(reason)
    with VirtualScreen(tmp_path) as screen:
        yield screen


def until(there: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
    """Waits until something is there; generous, for only its absence matters."""
    deadline = time.monotonic() + seconds
    while not (found := there()):
        assert time.monotonic() < deadline, f"{what} did not come within {seconds:.0f} s"
        time.sleep(0.1)
    return found


async def heard_words(samples: Any) -> str:
    """What the starter ears make of a recording of the loudspeaker, without the silence around it."""
    loud = np.flatnonzero(np.abs(samples) > 0.02)
    margin = LOUDSPEAKER_RATE_HZ // 4
    samples = samples[max(0, loud[0] - margin) : loud[-1] + margin]
    ears = WhisperTranscriber(bundle.EARS / "starter-en", is_starter=True, short_windows=True)
    try:
        return (await ears.transcribe(np.asarray(soxr.resample(samples, LOUDSPEAKER_RATE_HZ, 16_000)))).text
    finally:
        await ears.close()


def test_a_person_talks_aloud_with_the_companion_in_the_window(
    screen: VirtualScreen, sound_card: Any, profile_dir: Path, tmp_path: Path
) -> None:
    log = (tmp_path / "app.log").open("w")
    with OllamaServer() as server:
        server.replies += [Reply(ANSWER)]
        app = subprocess.Popen(
            [sys.executable, "-m", "desktop_app", "--profile", profile_dir, "--ollama-url", server.url],
            cwd=bundle.ROOT,
            env={**os.environ, **sound_card.environment, **screen.environment, "FIRESIDE_GREET": "false"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            until(lambda: len(np.unique(screen.picture().reshape(-1, 3), axis=0)) > 500, "the window")
            until(lambda: server.loads, "the warm model")
            until(lambda: sound_card.pactl("list", "short", "source-outputs").strip(), "the open microphone")
            time.sleep(1.0)  # its first frames

            sound_card.forget()
            sound_card.say(spoken("I worked in the garden today."))
            asked = until(lambda: [chat for chat in server.chats if chat.body["stream"]], "the person's words")[0]
            assert word_error_rate(asked.body["messages"][-1]["content"], "i worked in the garden today") <= 0.4

            until(lambda: np.abs(sound_card.heard().samples).max() > 0.03, "the companion's voice")
            time.sleep(5.0)  # the answer takes about three seconds
            answer = asyncio.run(heard_words(sound_card.heard().samples))
            assert word_error_rate(answer, ANSWER) <= 0.4, answer

            app.send_signal(signal.SIGINT)
            assert app.wait(20) == 0
        finally:
            app.kill()
            app.wait()
            log.close()
    assert "Traceback" not in (tmp_path / "app.log").read_text()
