# SPDX-License-Identifier: GPL-3.0-or-later
"""Each probe of the doctor tells a part that works from one that does not."""

from __future__ import annotations

import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app import bundle, probes
from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.app import Home, open_home
from desktop_app.diagnostics.doctor import CheckState
from desktop_app.domain.conversation import Transcription
from desktop_app.domain.errors import StorageError
from desktop_app.domain.memory import KeptMessage
from desktop_app.domain.settings import BargeIn
from desktop_app.leak import Leak, check_of, measure_leak
from desktop_app.storage.memory_store import SqliteMemoryStore
from tests.small_voice import write_voice
from tests.standins.ollama_script import InstalledModel
from tests.standins.ollama_server import OllamaServer
from tests.starter_ears import needs_starter_ears

FINE, WARNING, WRONG = CheckState.FINE, CheckState.WARNING, CheckState.WRONG
_Usage = namedtuple("_Usage", "total used free")


@pytest.fixture
def home(profile_dir: Path) -> Home:
    return open_home(profile_dir, {"ollama_url": "http://127.0.0.1:9"})


def _with(home: Home, **settings: Any) -> Home:
    return replace(home, settings=replace(home.settings, **settings))


async def test_microphone_that_hears_something_is_fine(home: Home, sound_card: Any) -> None:
    noise = np.random.default_rng(1).standard_normal(4 * 16_000).astype(np.float32) * 0.05
    sound_card.say(noise)
    check = await probes.microphone(home)
    sound_card.hush()
    assert check.state is FINE, check
    assert "listens; it hears -" in check.sentence


async def test_microphone_with_digital_silence_is_a_warning(home: Home, sound_card: Any) -> None:
    check = await probes.microphone(home)
    assert (check.state, "digital silence" in check.sentence) == (WARNING, True)


@pytest.mark.parametrize("kind", ["microphone", "loudspeaker"])
async def test_a_sound_device_that_is_not_there_is_replaced_and_told(kind: str, home: Home, sound_card: Any) -> None:
    noise = np.random.default_rng(1).standard_normal(4 * 16_000).astype(np.float32) * 0.05
    sound_card.say(noise)
    check = await probes.PROBES[kind](_with(home, **{kind: "Grandmother's phonograph"}))
    sound_card.hush()
    assert check.state is WARNING
    assert f"The {kind} “Grandmother's phonograph” was not found." in check.sentence
    assert "Choose one of these: “" in check.hint


async def test_a_loudspeaker_that_nobody_hears_lets_one_speak_any_time(home: Home, sound_card: Any) -> None:
    sound_card.say(np.random.default_rng(1).standard_normal(10 * 16_000).astype(np.float32) * 0.001)
    check = await probes.PROBES["echo"](home)
    assert (check.state, "does not hear the loudspeaker" in check.sentence) == (FINE, True), check


async def test_an_echo_is_measured_with_what_is_taken_away(home: Home, sound_card: Any) -> None:
    sound_card.leak = 0.5
    try:
        leak = await measure_leak(home)
    finally:
        sound_card.leak = 0.0
    assert leak.is_audible
    assert leak.leak_db == pytest.approx(0, abs=4)  # the voice speaks at −20 dB, a person at −26
    assert leak.cancelled_db > 10


@pytest.mark.parametrize(
    ("leak", "proposed"),
    [
        (Leak(-40.0, 0.0, is_audible=False), BargeIn.OPEN),
        (Leak(-25.0, 2.0, is_audible=True), BargeIn.OPEN),
        (Leak(-6.0, 30.0, is_audible=True), BargeIn.OPEN),
        (Leak(-6.0, 5.0, is_audible=True), BargeIn.HALF_DUPLEX),
        (Leak(8.0, 30.0, is_audible=True), BargeIn.HALF_DUPLEX),
    ],
)
def test_the_leak_proposes_how_to_take_turns(leak: Leak, proposed: BargeIn) -> None:
    assert leak.proposed is proposed
    assert check_of(leak, proposed).state is FINE
    too_bold = check_of(leak, BargeIn.OPEN).state is WARNING
    assert too_bold is (proposed is BargeIn.HALF_DUPLEX)


async def test_loudspeaker_that_plays_is_fine(home: Home, sound_card: Any) -> None:
    check = await probes.loudspeaker(home)
    assert (check.state, "plays" in check.sentence) == (FINE, True)


@needs_starter_ears
async def test_starter_ears_understand_the_starter_voice(home: Home) -> None:
    check = await probes.ears(home)
    assert check.state is FINE, check
    assert "“starter-en” understood" in check.sentence


@needs_starter_ears
@pytest.mark.parametrize(
    ("whisper", "says", "hint"),
    [("base", "“base” is not on this computer yet.", "internet"), ("/no/such/folder", "“folder”", "Choose")],
)
async def test_ears_that_are_missing_are_replaced_by_the_starter(
    whisper: str, says: str, hint: str, home: Home
) -> None:
    check = await probes.ears(_with(home, whisper=whisper))
    assert check.state is WARNING
    assert says in check.sentence
    assert "“starter-en” understood" in check.sentence
    assert hint in check.hint


@pytest.mark.parametrize(
    ("heard", "state"),
    [
        ("Good morning, how are you today?", FINE),
        ("good morning how our ewe", FINE),
        ("could mourning how", WARNING),
        ("", WRONG),
    ],
)
async def test_ears_are_judged_by_the_words_that_come_back(
    heard: str, state: CheckState, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def load(self: WhisperTranscriber) -> None:
        pass

    async def transcribe(self: WhisperTranscriber, samples: object, language: str | None = None) -> Transcription:
        return Transcription(heard, "en")

    monkeypatch.setattr(WhisperTranscriber, "load", load)
    monkeypatch.setattr(WhisperTranscriber, "transcribe", transcribe)
    assert (await probes.ears(home)).state is state


async def test_voice_speaks_with_timings(home: Home) -> None:
    check = await probes.voice(home)
    assert check.state in (FINE, WARNING)  # a very busy computer speaks slowly
    assert "“starter-en-1” speaks whole sentences" in check.sentence


async def test_voice_that_streams_is_told_so(home: Home, tmp_path: Path) -> None:
    check = await probes.voice(_with(home, voice=str(write_voice(tmp_path / "voice"))))
    assert "“small” streams inside a sentence" in check.sentence


async def test_voice_that_is_missing_is_replaced_by_the_companions_own(home: Home) -> None:
    check = await probes.voice(_with(home, voice="opera-singer"))
    assert check.state is WARNING
    assert "“starter-en-1” speaks" in check.sentence
    assert "opera-singer" in check.sentence


@pytest.mark.parametrize(
    ("models", "wanted", "state", "says"),
    [
        ([InstalledModel("llama3.2:3b")], "", FINE, "“llama3.2:3b” is there"),
        ([InstalledModel("llama3.2:3b")], "qwen3:4b", WARNING, "qwen3:4b"),
        ([], "", WARNING, "no model yet"),
    ],
)
async def test_ollama_that_answers_is_asked_for_the_model(
    models: list[InstalledModel], wanted: str, state: CheckState, says: str, home: Home
) -> None:
    with OllamaServer(models=models) as server:
        check = await probes.ollama(_with(home, ollama_url=server.url, chat_model=wanted))
    assert check.state is state
    assert says in check.sentence


async def test_ollama_that_does_not_run_is_a_warning_because_the_starter_mind_answers(home: Home) -> None:
    check = await probes.ollama(home)
    assert check.state is WARNING
    assert check.sentence == "Ollama is not running. The starter mind answers in its place."
    assert "ollama serve" in check.hint


async def test_memory_that_does_not_exist_yet_is_fine_and_not_made(home: Home) -> None:
    check = await probes.memory(home)
    assert (check.state, home.profile.database.exists()) == (FINE, False)
    assert list(home.profile.cache.iterdir()) == []


async def test_memory_is_read_and_counted(home: Home) -> None:
    store = SqliteMemoryStore(home.profile.database)
    await store.keep("ember", KeptMessage("person", "Hello.", datetime.now().astimezone()))
    check = await probes.memory(home)  # while the app has it open
    await store.close()
    assert check.state is FINE
    assert "1 messages and 0 facts" in check.sentence


async def test_damaged_memory_is_told_and_left_alone(home: Home) -> None:
    damaged = b"This is no database." * 500
    home.profile.database.write_bytes(damaged)
    with pytest.raises(StorageError, match="damaged"):  # probes.main makes it a Check
        await probes.memory(home)
    assert home.profile.database.read_bytes() == damaged


@pytest.mark.parametrize(("free_bytes", "state"), [(10**8, WRONG), (10**9, WARNING), (10**11, FINE)])
async def test_disk_is_judged_by_what_is_free(
    free_bytes: int, state: CheckState, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: _Usage(10**12, 10**12 - free_bytes, free_bytes))
    check = await probes.disk(home)
    assert check.state is state
    assert f"{free_bytes / 1e9:.1f} GB are free" in check.sentence


@pytest.mark.parametrize(
    ("lock", "state", "says"),
    [
        ("numpy==0.0.1 \\\n    --hash=sha256:00\n", WARNING, "instead of 0.0.1"),
        (f"numpy=={np.__version__} \\\n    --hash=sha256:00\n", FINE, "Python 3"),
        ("no-such-package==1.0 \\\n    --hash=sha256:00\n", FINE, "Python 3"),
        ("numpy==0.0.1 ; sys_platform == 'other' \\\n    --hash=sha256:00\n", FINE, "Python 3"),
    ],
)
async def test_packages_are_compared_with_the_lock(
    lock: str, state: CheckState, says: str, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements.lock").write_text(lock)
    monkeypatch.setattr(bundle, "ROOT", tmp_path)
    check = await probes.packages(home)
    assert check.state is state
    assert says in check.sentence


async def test_no_screen_is_a_warning(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    check = await probes.screen(home)
    assert check.state is WARNING
    assert "fireside --headless" in check.hint
