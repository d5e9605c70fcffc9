# SPDX-License-Identifier: GPL-3.0-or-later
"""A rehearsed person talks with the companion through the whole real pipeline; only the microphone is replaced."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from desktop_app.adapters.clock_system import SystemClock
from desktop_app.adapters.microphone_recording import RecordingMicrophone
from desktop_app.adapters.sound_timeline import rendered
from desktop_app.adapters.voice_piper import PiperSynthesizer
from desktop_app.app import Home, RecordedWorkshop, make_engine, open_home, voice_library
from desktop_app.domain import events
from desktop_app.domain.audio import Samples, SoundPiece
from desktop_app.domain.errors import LoudspeakerError, VoiceError
from desktop_app.domain.events import Event
from desktop_app.engine.engine import Engine
from desktop_app.headless import ClockedListener, lines_into, print_event, run_engine
from desktop_app.ports import Speaker
from desktop_app.storage.paths import open_profile

SOUND_RATE_HZ = 48_000
_ANSWER_AFTER_SECONDS = 0.7
"""How long the rehearsed person thinks before speaking again."""
_LAST_LOOK_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 60.0

_LINES = {
    "en": (
        "Hello, my name is Anna.",
        "I like music and long walks in the evening.",
        "What is my name?",
        "What time is it?",
        "Thank you, good night.",
    ),
    "fr": (
        "Bonjour, je m'appelle Anna.",
        "J'aime la musique et les longues promenades.",
        "Comment je m'appelle ?",
        "Quelle heure est-il ?",
        "Merci, bonne nuit.",
    ),
}


@dataclass(frozen=True, slots=True)
class Tape:
    """A whole conversation as it was heard and seen."""

    home: Home
    events: tuple[tuple[float, Event], ...]
    """Clock time and event."""

    sound: Samples
    """Both voices, 48 kHz mono."""

    began_seconds: float
    ended_seconds: float


def run_demo(
    profile_dir: Path | None,
    options: Mapping[str, object],
    film_file: Path | None,
    seconds: float | None,
    events_file: Path | None,
) -> int:
    """Plays the demo in real time; with a film file, renders it afterwards. Raises CompanionErrors."""
    with tempfile.TemporaryDirectory(prefix="fireside-demo-") as folder:
        # The rehearsed person is not the real one: nothing of this may end up in the profile's memory.
        home = replace(open_home(profile_dir, options), profile=open_profile(Path(folder)))
        with lines_into(events_file) as listen:
            tape = run_engine(play(home, seconds, listen, aloud=film_file is None))
    if film_file:
        from desktop_app.film import write_film

        write_film(tape, film_file)
        print(f"The film is {film_file}")
    return 0


async def play(home: Home, seconds: float | None, listen: ClockedListener, *, aloud: bool) -> Tape:
    """Holds the conversation, heard through the loudspeaker or written down."""
    clock = SystemClock()
    microphone = RecordingMicrophone(clock, name="a rehearsed person", goes_on=True, lead_in_seconds=0.5)
    workshop = RecordedWorkshop(clock, home.profile, microphone, aloud=aloud)
    speaker = await _opened(workshop.speaker(home.settings)) if aloud else None
    engine = make_engine(home, workshop, clock)
    taped: list[tuple[float, Event]] = []
    engine.subscribe(lambda event: taped.append((clock.now_seconds(), event)))
    engine.subscribe(listen(clock))
    engine.subscribe(print_event)
    lines = await _spoken_lines(home)
    async with asyncio.TaskGroup() as tasks:
        person = tasks.create_task(_talk(engine, microphone, speaker, lines, greeted=_greets(home)))
        limit = tasks.create_task(_end_after(engine, seconds))
        await engine.run()
        person.cancel()
        limit.cancel()
    if speaker:
        await speaker.close()
    ended_seconds = clock.now_seconds()
    began_seconds = next((at for at, event in taped if isinstance(event, events.EngineStarted)), ended_seconds)
    sound = rendered(
        [*microphone.heard.sounds, *workshop.loudspeaker.heard.sounds],
        from_seconds=began_seconds,
        until_seconds=ended_seconds,
        rate_hz=SOUND_RATE_HZ,
    )
    return Tape(home, tuple(taped), sound, began_seconds, ended_seconds)


def _greets(home: Home) -> bool:
    return home.settings.greet and bool(home.persona.greeting)


async def _opened(speaker: Speaker) -> Speaker | None:
    try:
        await speaker.open()
    except LoudspeakerError:
        return None  # the engine tells of it
    return speaker


async def _talk(
    engine: Engine,
    microphone: RecordingMicrophone,
    speaker: Speaker | None,
    lines: list[SoundPiece],
    *,
    greeted: bool,
) -> None:
    """Says line after line, each when the companion has answered the one before; aloud if there is a speaker."""
    answered: asyncio.Queue[None] = asyncio.Queue()

    def listen(event: Event) -> None:
        match event:
            case events.TurnCompleted() | events.TurnFailed() | events.UtteranceDismissed():
                answered.put_nowait(None)
            case events.EngineStarted() if not greeted:
                answered.put_nowait(None)
            case _:
                pass

    engine.subscribe(listen)
    for line in lines:
        await _answer_or_patience(answered)
        await asyncio.sleep(_ANSWER_AFTER_SECONDS)
        microphone.say(line.samples, line.rate_hz)
        if speaker:
            speaker.enqueue(line)
    await _answer_or_patience(answered)
    await asyncio.sleep(_LAST_LOOK_SECONDS)
    engine.shutdown()


async def _answer_or_patience(answered: asyncio.Queue[None]) -> None:
    """A line that was lost on the companion is not waited on for ever."""
    with suppress(TimeoutError):
        await asyncio.wait_for(answered.get(), _LONGEST_WAIT_SECONDS)


async def _end_after(engine: Engine, seconds: float | None) -> None:
    """Ends this long after everything is loaded."""
    if seconds is None:
        return
    started = asyncio.Event()
    engine.subscribe(lambda event: started.set() if isinstance(event, events.EngineStarted) else None)
    await started.wait()
    await asyncio.sleep(seconds)
    engine.shutdown()


async def _spoken_lines(home: Home) -> list[SoundPiece]:
    """The person's lines in the second starter voice of the companion's language."""
    language = home.persona.language if home.persona.language in _LINES else "en"
    voice = voice_library(home.profile).find(f"starter-{language}-2")
    synthesizer = PiperSynthesizer(voice.model_file, name=voice.id, is_starter=True)
    try:
        speeches = [await synthesizer.synthesize(line) for line in _LINES[language]]
        spoken = [await speech.sound() for speech in speeches if speech]
    finally:
        await synthesizer.close()
    if not spoken:
        raise VoiceError("voice.nothing_to_say", "The rehearsed person has no voice.", "Install Fireside again.")
    return spoken
