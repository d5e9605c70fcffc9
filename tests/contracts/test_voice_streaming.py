# SPDX-License-Identifier: GPL-3.0-or-later
"""A voice that was cut in two sounds like the whole one, is known from then on, and never loses its voice over it."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from desktop_app.adapters import voice_file
from desktop_app.adapters.voice_piper import PiperSynthesizer
from desktop_app.domain.audio import Samples, Speech
from desktop_app.engine.visemes import viseme_track
from tests.small_voice import Kind, write_voice

_STARTER = Path(__file__).resolve().parents[2] / "voices" / "starter-en-1"
_SENTENCE = "The weather tomorrow should be rather warm, and we will walk along the river until it is dark."


@asynccontextmanager
async def _voice(
    model_file: Path, *, cache: Path | None = None, streams: bool = True
) -> AsyncIterator[PiperSynthesizer]:
    voice = PiperSynthesizer(model_file, cache=cache, streams=streams)
    try:
        await voice.load()
        yield voice
    finally:
        await voice.close()


async def _begun(voice: PiperSynthesizer, text: str = _SENTENCE) -> Speech:
    speech = await voice.synthesize(text)
    assert speech is not None
    return speech


async def _said(model_file: Path, *, cache: Path | None = None, streams: bool = True) -> tuple[bool, Samples]:
    async with _voice(model_file, cache=cache, streams=streams) as voice:
        return voice.streams, (await (await _begun(voice)).sound()).samples


def _without_chance(model_file: Path) -> Path:
    description = Path(f"{model_file}.json")
    description.write_text(description.read_text().replace("0.667", "0.0").replace("0.8", "0.0"))
    return model_file


@pytest.mark.parametrize("kind", ["ordinary", "two speakers"])
async def test_the_pieces_joined_are_the_whole(tmp_path: Path, kind: Kind) -> None:
    model_file = _without_chance(write_voice(tmp_path, kind))
    is_split, joined = await _said(model_file)
    is_whole, whole = await _said(model_file, streams=False)

    assert (is_split, is_whole) == (True, False)
    assert abs(len(joined) - len(whole)) < 0.5 * 22_050, "only the silence at the end is found in another way"
    both = min(len(joined), len(whole))
    assert both > 3 * 22_050
    assert np.abs(joined[:both] - whole[:both]).max() < 1e-5


async def test_all_mouth_shapes_are_known_before_the_sound_is_made(tmp_path: Path) -> None:
    async with _voice(write_voice(tmp_path)) as voice:
        speech = await _begun(voice)
        pieces = [piece async for piece in speech.pieces]

    assert len(pieces) > 1
    track = viseme_track(speech, pieces[0])
    assert track.loudness == ()
    assert track.keys[-1].end_seconds == pytest.approx(speech.duration_seconds, abs=0.3)
    assert sum(len(piece.samples) for piece in pieces) == round(speech.duration_seconds * 22_050)


class _Watched:
    """A session that tells of every call, and in whose midst something may happen."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.calls = 0
        self.meanwhile: Callable[[], None] = lambda: None
        self.failures: list[Exception] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def run(self, *args: Any) -> Any:
        self.calls += 1
        self.meanwhile()
        try:
            return self._session.run(*args)
        except Exception as error:  # passed on; the test only notes that there was one
            self.failures.append(error)
            raise


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> list[_Watched]:
    """All sessions that are opened from now on."""
    opened: list[_Watched] = []
    open_session = voice_file.VoiceFile._session

    def watched(file: voice_file.VoiceFile, model: bytes) -> _Watched:
        opened.append(_Watched(open_session(file, model)))
        return opened[-1]

    monkeypatch.setattr(voice_file.VoiceFile, "_session", watched)
    return opened


async def test_pieces_that_nobody_asks_for_are_not_made(tmp_path: Path, sessions: list[_Watched]) -> None:
    async with _voice(write_voice(tmp_path)) as voice:
        decoder = sessions[-1]
        speech = await _begun(voice, " ".join([_SENTENCE] * 9))
        made = decoder.calls
        async with aclosing(speech.pieces) as pieces:
            assert not (await anext(pieces)).is_last
        assert await voice.synthesize("Hello.") is not None
        assert decoder.calls <= made + 2, "no more than one word needs"


@pytest.mark.parametrize("streams", [True, False])
async def test_a_sentence_that_is_given_up_is_left_half_made(
    tmp_path: Path, sessions: list[_Watched], streams: bool
) -> None:
    async with _voice(write_voice(tmp_path), streams=streams) as voice:
        first = sessions[-2] if streams else sessions[-1]
        loop, begun, given_up = asyncio.get_running_loop(), asyncio.Event(), Event()

        def in_the_midst() -> None:
            loop.call_soon_threadsafe(begun.set)
            assert given_up.wait(10)

        first.meanwhile = in_the_midst
        waiting = asyncio.ensure_future(voice.synthesize(_SENTENCE))
        await begun.wait()
        first.meanwhile = lambda: None
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        given_up.set()

        assert await voice.synthesize("Hello.") is not None
        assert ["terminate" in str(failure) for failure in first.failures] == [True]


async def test_a_piece_that_is_given_up_is_left_half_made(tmp_path: Path, sessions: list[_Watched]) -> None:
    async with _voice(write_voice(tmp_path)) as voice:
        decoder = sessions[-1]
        speech = await _begun(voice, " ".join([_SENTENCE] * 9))
        loop, begun, given_up = asyncio.get_running_loop(), asyncio.Event(), Event()

        def in_the_midst() -> None:
            loop.call_soon_threadsafe(begun.set)
            assert given_up.wait(10)

        await anext(speech.pieces)
        decoder.meanwhile = in_the_midst
        waiting = asyncio.ensure_future(anext(speech.pieces))
        await begun.wait()
        decoder.meanwhile = lambda: None
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        given_up.set()

        assert await voice.synthesize("Hello.") is not None
        assert ["terminate" in str(failure) for failure in decoder.failures] == [True]


@pytest.mark.parametrize("session", [0, 1, 2])  # while it is measured, planned by its half, and decoded
async def test_a_new_voice_that_is_given_up_is_left_half_tried(
    tmp_path: Path, sessions: list[_Watched], monkeypatch: pytest.MonkeyPatch, session: int
) -> None:
    loop, begun, given_up = asyncio.get_running_loop(), asyncio.Event(), Event()

    def in_the_midst() -> None:
        loop.call_soon_threadsafe(begun.set)
        assert given_up.wait(10)

    open_session = voice_file.VoiceFile._session

    def watched(file: voice_file.VoiceFile, model: bytes) -> Any:
        opened = open_session(file, model)
        if len(sessions) == session + 1:
            sessions[session].meanwhile = in_the_midst
        return opened

    monkeypatch.setattr(voice_file.VoiceFile, "_session", watched)
    voice = PiperSynthesizer(write_voice(tmp_path / "voice"), cache=tmp_path / "cache")
    loading = asyncio.ensure_future(voice.load())
    await begun.wait()
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading
    given_up.set()
    await voice.close()

    assert len(sessions) <= 3
    assert ["terminate" in str(failure) for failure in sessions[session].failures] == [True]
    assert not list((tmp_path / "cache").rglob("voice.json")), "nothing that was not found out is kept"


@pytest.mark.parametrize("kind", ["no timings", "no decoder", "listens to all of itself"])
async def test_a_voice_that_cannot_be_split_speaks_whole_sentences(tmp_path: Path, kind: Kind) -> None:
    model_file = write_voice(tmp_path / "voice", kind)
    for _ in range(2):  # tried out, and remembered
        async with _voice(model_file, cache=tmp_path / "cache") as voice:
            assert not voice.streams
            speech = await _begun(voice)
            (piece,) = [piece async for piece in speech.pieces]
        assert piece.is_last
        assert np.abs(piece.samples).max() > 0.1
        if kind == "no timings":
            assert max(viseme_track(speech, piece).loudness) == 1.0


async def test_a_known_voice_is_not_tried_out_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voices: dict[Kind, Path] = {kind: write_voice(tmp_path / kind, kind) for kind in ("ordinary", "no decoder")}
    for model_file in voices.values():
        await _said(model_file, cache=tmp_path / "cache" / model_file.parent.name)

    def cut(model: object) -> None:
        raise AssertionError("it was cut already")

    monkeypatch.setattr(voice_file, "cut", cut)
    assert (await _said(voices["ordinary"], cache=tmp_path / "cache" / "ordinary"))[0]
    assert not (await _said(voices["no decoder"], cache=tmp_path / "cache" / "no decoder"))[0]


def _shorten(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("name", ["encoder.onnx", "decoder.onnx", "voice.json"])
@pytest.mark.parametrize("damage", [_shorten, _flip, Path.unlink])
async def test_a_damaged_cache_is_built_anew(tmp_path: Path, name: str, damage: Callable[[Path], None]) -> None:
    model_file, cache = _without_chance(write_voice(tmp_path / "voice")), tmp_path / "cache"
    _, before = await _said(model_file, cache=cache)
    (file,) = cache.rglob(name)
    content = file.read_bytes()
    damage(file)

    streams, after = await _said(model_file, cache=cache)
    assert streams
    np.testing.assert_allclose(after, before, atol=1e-5)
    (file,) = cache.rglob(name)
    assert file.read_bytes() == content


async def test_another_voice_of_the_same_name_replaces_what_was_known(tmp_path: Path) -> None:
    model_file, cache = write_voice(tmp_path / "voice", "two speakers"), tmp_path / "cache"
    await _said(model_file, cache=cache)
    write_voice(tmp_path / "voice", "ordinary")
    streams, _ = await _said(model_file, cache=cache)

    assert streams
    assert len(list(cache.rglob("voice.json"))) == 1
    assert [folder for folder in cache.iterdir() if folder.name.startswith(".")] == []


async def test_what_belongs_to_no_voice_any_more_is_dropped_after_a_day(tmp_path: Path) -> None:
    cache, kept = tmp_path / "cache", write_voice(tmp_path / "kept")
    gone = kept.with_name("gone.onnx")
    for file in (kept, Path(f"{kept}.json")):
        shutil.copy(file, str(file).replace("small.onnx", "gone.onnx"))
    for model_file in (kept, gone):
        await _said(model_file, cache=cache)
    (cache / ".half-written").mkdir()
    gone.unlink()
    await _said(kept, cache=cache)
    assert sorted(folder.name for folder in cache.iterdir()) == [".half-written", "gone", "small"], "perhaps in use"

    (cache / ".being-written").mkdir()
    for place in (*cache.glob("[!.]*/**/*"), *cache.glob("[!.]*"), cache / ".half-written"):
        os.utime(place, (0, 0))
    await _said(gone.with_name("small.onnx"), cache=cache, streams=False)
    assert sorted(folder.name for folder in cache.iterdir()) == [".being-written", "small"]


async def test_a_cache_that_cannot_be_written_costs_nothing_but_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    model_file, cache = write_voice(tmp_path / "voice"), tmp_path / "cache"
    monkeypatch.setattr(Path, "write_bytes", full)
    streams, samples = await _said(model_file, cache=cache)

    assert streams
    assert np.abs(samples).max() > 0.1
    assert not list(cache.rglob("*.onnx"))
    assert [folder for folder in cache.iterdir() if folder.name.startswith(".")] == []


async def test_the_starter_voices_sound_the_same_whether_they_were_known_or_not(tmp_path: Path) -> None:
    shutil.copytree(_STARTER, tmp_path / "voice")
    model_file = tmp_path / "voice" / "starter-en-1.onnx"
    sounds = [await _said(model_file, cache=tmp_path / "cache") for _ in range(2)]
    sounds.append(await _said(model_file, streams=False))

    for _, samples in sounds[1:]:
        assert len(samples) == len(sounds[0][1])
        np.testing.assert_allclose(samples, sounds[0][1], atol=1e-5)
