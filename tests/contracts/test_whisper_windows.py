# SPDX-License-Identifier: GPL-3.0-or-later
"""Short windows: what they save and lose on the starter ears, when they are doubted, and how a model is tried."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from desktop_app import bundle
from desktop_app.adapters import transcriber_whisper
from desktop_app.adapters.transcriber_tried import TriedTranscriber
from desktop_app.adapters.transcriber_whisper import WhisperTranscriber
from desktop_app.adapters.whisper_trial import TRIAL_SENTENCES, SaidSentence, WindowTrial, try_sentence
from desktop_app.app import DesktopWorkshop
from desktop_app.domain.audio import LISTENING_RATE_HZ, Samples
from desktop_app.domain.conversation import Transcription
from desktop_app.domain.errors import VoiceError
from desktop_app.domain.persona import Persona
from desktop_app.domain.settings import Settings, WhisperWindow
from desktop_app.ports import Transcriber
from desktop_app.storage.paths import open_profile
from tests.endtoend.command_line import spoken
from tests.fakes.clock import FakeClock
from tests.standins import virtual_time

TEXT = "Good morning, how are you today?"
EARS = bundle.EARS / "starter-en"
GOOD, BAD = WindowTrial(60, 2, 2, 0.5, 5.0), WindowTrial(60, 9, 2, 0.5, 5.0)


@pytest.fixture
async def ears() -> AsyncIterator[WhisperTranscriber]:
    made = WhisperTranscriber(EARS, short_windows=True)
    yield made
    await made.close()


async def test_the_starter_ears_lose_nothing_in_short_windows_and_are_much_faster(ears: WhisperTranscriber) -> None:
    await ears.load()
    trial = await try_sentence(ears, SaidSentence(TEXT, spoken(TEXT)), "en")
    assert trial.words == 6
    assert trial.loses_nothing
    assert trial.short_mistakes <= trial.full_mistakes


async def test_what_a_short_window_makes_doubtful_is_heard_again_in_a_whole_one(
    ears: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows, _ = await windows_used(ears, monkeypatch, most=3)  # so no sentence comes to its end
    assert windows[:2] == [True, False]


async def test_a_transcript_that_ran_into_the_bound_is_heard_to_its_end(
    ears: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    unbounded, whole = await windows_used(ears, monkeypatch, most=200)
    bounded, heard = await windows_used(ears, monkeypatch, most=3)
    assert heard == whole
    assert len(bounded) == len(unbounded) + 2


async def test_the_bound_holds_for_the_words_not_for_half_of_them(ears: WhisperTranscriber) -> None:
    await ears.load()
    segments, _ = ears._decode(spoken(TEXT), "en", 6, Event(), short=True)
    assert 6 <= len(segments[0].tokens) <= 8, "the prompt may add one or two"


async def test_what_is_clear_is_heard_once(ears: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await windows_used(ears, monkeypatch, most=100))[0] == [True]


async def windows_used(ears: WhisperTranscriber, monkeypatch: pytest.MonkeyPatch, most: int) -> tuple[list[bool], str]:
    """Whether each pass over one sentence was short, with so few tokens allowed at first; and what was heard."""
    await ears.load()
    passes: list[bool] = []
    decode = WhisperTranscriber._decode

    def noted(self: WhisperTranscriber, *arguments: object, short: bool) -> object:
        passes.append(short)
        return decode(self, *arguments, short=short)  # type: ignore[arg-type]

    monkeypatch.setattr(WhisperTranscriber, "_decode", noted)
    monkeypatch.setattr(transcriber_whisper, "most_tokens", lambda *_: most)
    heard = (await ears.transcribe(spoken(TEXT), "en")).text
    monkeypatch.undo()
    return passes, heard


@pytest.mark.parametrize(
    ("trial", "loses_nothing"),
    [
        (GOOD, True),
        (BAD, False),
        (WindowTrial(60, 5, 2, 0.5, 5.0), True),  # one in twenty is chance
        (WindowTrial(60, 6, 2, 0.5, 5.0), False),
        (WindowTrial(60, 50, 50, 0.5, 5.0), False),  # who understands nothing cannot be judged
    ],
)
def test_what_counts_as_losing_nothing(trial: WindowTrial, loses_nothing: bool) -> None:
    assert trial.loses_nothing is loses_nothing


def test_every_language_has_sentences_of_its_own() -> None:
    assert len(TRIAL_SENTENCES["en"]) == len(TRIAL_SENTENCES["fr"]) > 4


# --- when it is tried -------------------------------------------------------------------------------------------------


class ScriptedEars(WhisperTranscriber):
    """Hears every sentence, but in short windows only while they do."""

    def __init__(self, *, short_windows_do: bool) -> None:
        super().__init__("none")
        self.short_windows_do = short_windows_do
        self.asked: list[tuple[float, bool]] = []

    async def transcribe_in_windows(self, samples: Samples, language: str | None, *, short: bool) -> Transcription:
        self.asked.append((asyncio.get_running_loop().time(), short))
        await asyncio.sleep(0.1 if short else 1.0)
        return Transcription("hello there" if self.short_windows_do or not short else "you", "en")


async def say() -> Sequence[SaidSentence]:
    return [SaidSentence("Hello there.", np.zeros(LISTENING_RATE_HZ, np.float32))] * 3


async def fail() -> Sequence[SaidSentence]:
    raise VoiceError("voice.no_starter", "The starter voices are missing.")


@pytest.mark.parametrize("do", [True, False])
def test_a_model_is_tried_when_nobody_has_spoken_for_a_while_and_the_verdict_is_kept(do: bool) -> None:
    async def talk() -> None:
        ears, kept = ScriptedEars(short_windows_do=do), list[WindowTrial]()
        tried = TriedTranscriber(ears, "en", say, kept.append)
        loop = asyncio.get_running_loop()
        tried.set_calm(True)
        await asyncio.sleep(100.0)
        assert not ears.asked, "not before the first answer"
        for _ in range(5):
            tried.set_calm(False)
            await tried.transcribe(np.zeros(160, np.float32), "en")
            await asyncio.sleep(60.0)
            tried.set_calm(True)
            last = loop.time()
            await asyncio.sleep(10.0)
        assert [short for _, short in ears.asked] == [False] * 5, "nor while somebody speaks"
        await asyncio.sleep(60.0)
        assert ears.asked[5][0] - last >= 15.0
        assert [trial.loses_nothing for trial in kept] == [do]
        assert ears.short_windows is do
        await tried.close()

    virtual_time.run(talk())


def test_the_trial_stops_as_soon_as_somebody_speaks_and_goes_on_later() -> None:
    async def talk() -> None:
        ears, kept = ScriptedEars(short_windows_do=True), list[WindowTrial]()
        tried = TriedTranscriber(ears, "en", say, kept.append)
        await tried.transcribe(np.zeros(160, np.float32), "en")
        tried.set_calm(True)
        await asyncio.sleep(15.0 + 1.1 + 0.5)
        tried.set_calm(False)  # in the middle of the second of three sentences
        heard = len(ears.asked)
        await asyncio.sleep(60.0)
        assert len(ears.asked) == heard
        tried.set_calm(True)
        await asyncio.sleep(60.0)
        assert [trial.words for trial in kept] == [6], "every sentence counts once"
        assert len(ears.asked) == heard + 4
        await tried.close()

    virtual_time.run(talk())


def test_closed_ears_try_nothing() -> None:
    async def talk() -> None:
        ears = ScriptedEars(short_windows_do=True)
        tried = TriedTranscriber(ears, "en", say, lambda trial: None)
        hearing = asyncio.create_task(tried.transcribe(np.zeros(160, np.float32), "en"))
        await asyncio.sleep(0.5)
        await tried.close()
        await hearing
        tried.set_calm(True)
        await asyncio.sleep(100.0)
        assert len(ears.asked) == 1

    virtual_time.run(talk())


def test_without_a_voice_whole_windows_stay() -> None:
    async def talk() -> None:
        ears, kept = ScriptedEars(short_windows_do=True), list[WindowTrial]()
        tried = TriedTranscriber(ears, "en", fail, kept.append)
        await tried.transcribe(np.zeros(160, np.float32), "en")
        tried.set_calm(True)
        await asyncio.sleep(100.0)
        assert not kept and not ears.short_windows
        await tried.close()

    virtual_time.run(talk())


# --- in the app -------------------------------------------------------------------------------------------------------


@pytest.fixture
def own_model(tmp_path: Path) -> str:
    """A folder of the person's own, with a model that Fireside knows nothing about."""
    folder = tmp_path / "models" / "mine"
    shutil.copytree(EARS, folder)
    return str(folder)


async def made(profile_dir: Path, settings: Settings, language: str = "en") -> Transcriber:
    workshop = DesktopWorkshop(FakeClock(), open_profile(profile_dir))
    ears, notice = await workshop.transcriber(settings, Persona("ember", "Ember", language))
    assert notice is None
    return ears


async def test_an_own_model_is_tried_and_the_verdict_holds_the_next_time(profile_dir: Path, own_model: str) -> None:
    first = await made(profile_dir, Settings(whisper=own_model))
    assert isinstance(first, TriedTranscriber)
    assert not first.is_starter
    assert (await first.try_now()).loses_nothing
    await first.close()

    second = await made(profile_dir, Settings(whisper=own_model))
    assert isinstance(second, WhisperTranscriber)
    assert second.short_windows
    await second.close()


async def test_who_understands_nothing_even_in_whole_windows_is_tried_again_the_next_time(
    profile_dir: Path, own_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def understands_nothing(
        self: WhisperTranscriber, samples: Samples, language: str | None, *, short: bool
    ) -> Transcription:
        return Transcription("", "en")

    monkeypatch.setattr(WhisperTranscriber, "transcribe_in_windows", understands_nothing)
    first = await made(profile_dir, Settings(whisper=own_model))
    assert isinstance(first, TriedTranscriber)
    assert not (await first.try_now()).can_be_judged
    await first.close()

    second = await made(profile_dir, Settings(whisper=own_model))
    assert isinstance(second, TriedTranscriber)
    await second.close()


async def test_whole_windows_can_be_asked_for_and_are_used_where_nothing_can_be_tried(
    profile_dir: Path, own_model: str
) -> None:
    full = Settings(whisper=own_model, whisper_window=WhisperWindow.FULL)
    for settings, language in ((full, "en"), (Settings(whisper=own_model), "ko")):
        ears = await made(profile_dir, settings, language)
        assert isinstance(ears, WhisperTranscriber)
        assert not ears.short_windows
        await ears.close()


async def test_the_starter_ears_were_made_for_short_windows(profile_dir: Path) -> None:
    for window in WhisperWindow:
        ears = await made(profile_dir, Settings(whisper_window=window))
        assert isinstance(ears, WhisperTranscriber)
        assert ears.short_windows is (window is WhisperWindow.AUTO)
        await ears.close()
