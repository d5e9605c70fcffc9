# SPDX-License-Identifier: GPL-3.0-or-later
"""On open loudspeakers: the companion hears itself at −6 dB, talks on, and stops for a person who speaks over it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.adapters.clock_system import SystemClock
from desktop_app.app import DesktopWorkshop, make_engine, open_home
from desktop_app.domain import events
from desktop_app.domain.audio import Samples
from desktop_app.domain.commands import SayText
from desktop_app.domain.events import Event
from tests.endtoend.command_line import spoken
from tests.standins.ollama_script import Reply
from tests.standins.ollama_server import OllamaServer
from tests.starter_ears import needs_starter_ears

STORY = (
    "Once upon a time there was a small house at the edge of a forest. An old woman lived there with her cat. "
    "Every evening she lit a fire and read a story to it. The cat listened and never said a word."
)
_PERSON_LEVEL = 10 ** (-20 / 20)
"""As loud as every voice that Fireside speaks with."""
_LEAK = 10 ** (-6 / 20)

pytestmark = needs_starter_ears


def test_it_is_not_interrupted_by_itself(sound_card: Any, profile_dir: Path) -> None:
    told = asyncio.run(_tell_a_story(sound_card, profile_dir, said=None))

    assert [event.heard_text for event in told if isinstance(event, events.TurnCompleted)] == [STORY]
    assert not any(isinstance(event, events.UserSpeechStarted | events.TurnInterrupted) for event in told)


def test_a_person_stops_it(sound_card: Any, profile_dir: Path) -> None:
    said = spoken("Can you tell me another story please?", voice="starter-en-1")
    said *= _PERSON_LEVEL / np.sqrt(np.mean(said[np.abs(said) > 0.02] ** 2))
    told = asyncio.run(_tell_a_story(sound_card, profile_dir, said))

    interrupted = next(event for event in told if isinstance(event, events.TurnInterrupted))
    assert 3 <= len(interrupted.heard_text.split()) < len(STORY.split()) / 2
    assert STORY.startswith(interrupted.heard_text)
    (heard,) = [event.text for event in told if isinstance(event, events.TranscriptReady)][1:]
    assert "story" in heard


async def _tell_a_story(sound_card: Any, profile_dir: Path, said: Samples | None) -> list[Event]:
    """All events until the story, or the answer to who interrupted it, is over."""
    told: list[Event] = []
    begun: list[asyncio.TimerHandle] = []
    over = asyncio.Event()
    with OllamaServer() as server:
        server.replies += [Reply(STORY), Reply("Of course.")]
        home = open_home(profile_dir, {"ollama_url": server.url, "greet": False, "barge_in": "open"})
        clock = SystemClock()
        engine = make_engine(home, DesktopWorkshop(clock, home.profile), clock)
        loop = asyncio.get_running_loop()

        def listen(event: Event) -> None:
            told.append(event)
            match event:
                case events.EngineStarted():
                    loop.call_later(0.5, engine.submit, SayText("Tell me a story."))
                case events.SentenceStarted() if said is not None and not begun:
                    begun.append(loop.call_later(3.0, sound_card.say, said))
                case events.TurnCompleted():
                    over.set()
                case _:
                    pass

        engine.subscribe(listen)
        sound_card.leak = _LEAK
        try:
            async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
                tasks.create_task(engine.run())
                await over.wait()
                engine.shutdown()
        finally:
            sound_card.leak = 0.0
    return told
