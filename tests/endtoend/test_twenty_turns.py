# SPDX-License-Identifier: GPL-3.0-or-later
"""Twenty spoken turns through the real ears, voice and client: nothing is lost and nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
import threading
from pathlib import Path

import numpy as np
import psutil

from desktop_app.adapters.clock_frames import FrameClock
from desktop_app.adapters.microphone_recording import RecordingMicrophone
from desktop_app.app import RecordedWorkshop, make_engine, open_home
from desktop_app.domain import events
from desktop_app.domain.audio import LISTENING_RATE_HZ, Samples
from desktop_app.domain.events import Event
from desktop_app.engine.engine import Engine
from tests.endtoend.command_line import spoken, word_error_rate
from tests.standins.ollama_script import Reply
from tests.standins.ollama_server import OllamaServer

LINES = ("Good morning.", "How are you today?", "I like music.", "What is your name?", "Thank you very much.")
TURNS = 20


def test_twenty_turns_lose_nothing_and_leave_nothing_behind(profile_dir: Path) -> None:
    process = psutil.Process()
    with OllamaServer() as server:
        server.replies += [Reply(f"This is answer number {number}.") for number in range(TURNS)]
        gc.collect()
        threads, handles = set(threading.enumerate()), process.num_fds()
        talk = asyncio.run(_talk(profile_dir, server.url))
        gc.collect()
        assert {thread.name for thread in threading.enumerate() if thread not in threads} <= _pools_of_libraries()
        assert process.num_fds() - handles <= 4, "library files that stay open are few, and do not grow with turns"

    heard = [event for event in talk.events if isinstance(event, events.TranscriptReady)]
    done = [event for event in talk.events if isinstance(event, events.TurnCompleted)]
    assert len(heard) == len(done) == TURNS
    assert word_error_rate(" ".join(event.text for event in heard), " ".join(LINES * 4)) <= 0.25
    assert [event.heard_text for event in done] == [f"This is answer number {number}." for number in range(TURNS)]
    assert talk.tasks_left == 0
    assert talk.memory_bytes[-1] - talk.memory_bytes[4] < 40e6, [round(size / 1e6) for size in talk.memory_bytes]


class _Talk:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.memory_bytes: list[int] = []
        self.tasks_left = -1


async def _talk(profile_dir: Path, ollama_url: str) -> _Talk:
    talk, clock = _Talk(), FrameClock()
    microphone = RecordingMicrophone(clock, goes_on=True)
    home = open_home(profile_dir, {"ollama_url": ollama_url, "greet": False})
    engine = make_engine(home, RecordedWorkshop(clock, home.profile, microphone), clock)
    engine.subscribe(talk.events.append)
    breath = np.zeros(LISTENING_RATE_HZ // 2, np.float32)
    clips = [np.concatenate([breath, spoken(line)]) for line in LINES]
    async with asyncio.TaskGroup() as tasks:
        person = tasks.create_task(_speak(engine, microphone, clips, talk))
        await engine.run()
        await person
    talk.tasks_left = len(asyncio.all_tasks()) - 1
    return talk


async def _speak(engine: Engine, microphone: RecordingMicrophone, clips: list[Samples], talk: _Talk) -> None:
    ended: asyncio.Queue[None] = asyncio.Queue()

    def listen(event: Event) -> None:
        match event:
            case events.EngineStarted():
                ended.put_nowait(None)
            case events.UserSpeechEnded():
                microphone.rest()
            case events.TurnCompleted() | events.UtteranceDismissed() | events.TurnFailed():
                microphone.resume()
                ended.put_nowait(None)
            case _:
                pass

    engine.subscribe(listen)
    for turn in range(TURNS):
        await ended.get()
        talk.memory_bytes.append(psutil.Process().memory_info().rss)
        microphone.say(clips[turn % len(clips)])
    await ended.get()
    engine.shutdown()


def _pools_of_libraries() -> set[str]:
    """Threads that asyncio or a library keeps for the whole process."""
    return {thread.name for thread in threading.enumerate() if thread.name.startswith(("asyncio_", "Dummy", "tqdm"))}
