# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line, each command run as a person would, with the real starter models."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from desktop_app import bundle
from tests.endtoend.command_line import (
    NOBODY,
    events_in,
    fireside,
    named,
    spoken,
    word_error_rate,
    write_recording,
)
from tests.standins.ollama_script import InstalledModel, Reply
from tests.standins.ollama_server import OllamaServer

SENTENCE = "I would like a cup of tea."

SHORT_DEMO = """
import sys
from desktop_app import __main__, demo
demo._LINES = {"en": ("Thank you, good night.",)}
sys.exit(__main__.main())
"""
"""The app, whose demo has one line instead of five."""


def test_what_is_said_can_be_transcribed(tmp_path: Path, profile_dir: Path) -> None:
    sound, visemes = tmp_path / "said.wav", tmp_path / "visemes.json"

    assert fireside("say", SENTENCE, "--output", sound, "--visemes", visemes, "--profile", profile_dir).code == 0
    heard = fireside("transcribe", sound, "--json", "--profile", profile_dir)

    assert heard.code == 0
    assert word_error_rate(json.loads(heard.out)["text"], SENTENCE) <= 0.3
    track = json.loads(visemes.read_text())
    with wave.open(str(sound)) as file:
        assert track["duration_seconds"] == pytest.approx(file.getnframes() / file.getframerate(), abs=0.01)
    assert {key["viseme"] for key in track["visemes"]} >= {"PP", "aa", "kk"}


def test_settings_that_cannot_be_read_are_named_and_the_starter_speaks(tmp_path: Path, profile_dir: Path) -> None:
    profile_dir.mkdir(exist_ok=True)
    (profile_dir / "settings.toml").write_text('voice = "starter-en-2')

    said = fireside("say", SENTENCE, "--output", tmp_path / "said.wav", "--profile", profile_dir)

    assert said.code == 0
    assert "settings.toml, line 1: this is not TOML." in said.err


def test_silence_is_transcribed_as_nothing(tmp_path: Path, profile_dir: Path) -> None:
    silence = write_recording(tmp_path / "silence.wav", np.zeros(32_000, np.float32))

    heard = fireside("transcribe", silence, "--json", "--language", "fr", "--profile", profile_dir)

    assert heard.code == 0
    assert json.loads(heard.out)["text"] == ""
    assert "know only English" in heard.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("say", "?", "--output", "{tmp}/x.wav"), "nothing in this text"),
        (("say", "hello", "--output", "{tmp}/no/such/folder/x.wav"), "could not be written"),
        (("transcribe", "{tmp}/missing.wav"), "could not be read"),
        (("converse", "--input", "{tmp}/missing.wav"), "could not be read"),
        (("bench", "nonsense"), "nonsense"),
        (("avatar", "render", "--preset", "nobody", "--output", "{tmp}/x.png"), "nobody"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    arguments: tuple[str, ...], told: str, tmp_path: Path, profile_dir: Path
) -> None:
    ran = fireside(*(argument.format(tmp=tmp_path) for argument in arguments), "--profile", profile_dir)

    assert ran.code == 1
    assert told in ran.err + ran.out
    assert "Traceback" not in ran.err


def test_a_missing_voice_or_whisper_model_gives_the_starter_and_says_so(tmp_path: Path, profile_dir: Path) -> None:
    sound = tmp_path / "said.wav"

    said = fireside("say", SENTENCE, "--output", sound, "--voice", "nobody", "--profile", profile_dir)
    heard = fireside("transcribe", sound, "--json", "--whisper", str(tmp_path / "none"), "--profile", profile_dir)

    assert (said.code, heard.code) == (0, 0)
    assert "nobody" in said.err
    assert json.loads(heard.out)["whisper"] == "starter-en"
    assert "none" in heard.err


def test_a_conversation_with_a_recording(tmp_path: Path, profile_dir: Path) -> None:
    recording = write_recording(
        tmp_path / "user.wav", spoken("Hello, my name is Anna."), spoken("What is the weather like today?")
    )
    reply, log = tmp_path / "reply.wav", tmp_path / "events.jsonl"
    with OllamaServer([InstalledModel("llama3.2:3b")]) as server:
        server.replies += [Reply("Hello Anna. Nice to meet you."), Reply("It is sunny, I think.")]
        ran = fireside(
            "converse", "--input", recording, "--output", reply, "--events", log,
            "--ollama-url", server.url, "--profile", profile_dir,
        )  # fmt: skip
        asked = [chat.body for chat in server.chats if chat.body["stream"]]

    assert ran.code == 0, ran.err
    events = events_in(log)
    heard = [event["text"] for event in named(events, "TranscriptReady")]
    assert word_error_rate(" ".join(heard), "hello my name is anna what is the weather like today") <= 0.3
    assert [event["text"] for event in named(events, "SentenceStarted")] == [
        "Hello Anna.",
        "Nice to meet you.",
        "It is sunny, I think.",
    ]
    assert len(named(events, "TurnCompleted")) == 2
    assert events[-1]["event"] == "EngineStopped"
    assert all(earlier["seconds"] <= later["seconds"] for earlier, later in pairwise(events))
    assert len(asked) == 2
    assert asked[0]["options"] == asked[1]["options"]
    with wave.open(str(reply)) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
    assert np.abs(sound).max() > 0.05


def test_without_ollama_the_starter_mind_remembers_across_a_restart(tmp_path: Path, profile_dir: Path) -> None:
    first = write_recording(tmp_path / "first.wav", spoken("Hello, my name is Anna."))
    second = write_recording(tmp_path / "second.wav", spoken("What is my name?"))
    log = tmp_path / "events.jsonl"

    for recording in (first, second):
        ran = fireside(
            "converse", "--input", recording, "--events", log, "--ollama-url", NOBODY, "--profile", profile_dir
        )
        assert ran.code == 0, ran.err

    events = events_in(log)
    lost = [event for event in named(events, "ComponentLost") if event["component"] == "mind"]
    assert "Ollama" in lost[0]["notice"]["sentence"]
    answer = " ".join(event["text"] for event in named(events, "SentenceStarted"))
    assert "Anna" in answer


def test_a_conversation_in_real_time(tmp_path: Path, profile_dir: Path) -> None:
    recording = write_recording(tmp_path / "user.wav", spoken("Good evening."), pause_seconds=1.5)
    log = tmp_path / "events.jsonl"

    ran = fireside(
        "converse", "--input", recording, "--events", log, "--realtime",
        "--ollama-url", NOBODY, "--profile", profile_dir,
    )  # fmt: skip

    assert ran.code == 0, ran.err
    assert named(events_in(log), "SentenceStarted")


def test_a_broken_settings_file_is_told_and_left_alone(tmp_path: Path, profile_dir: Path) -> None:
    profile_dir.mkdir()
    settings = profile_dir / "settings.toml"
    settings.write_text('whisper = "starter-en"\nbarge_in = "sometimes"\n')
    log = tmp_path / "events.jsonl"
    recording = write_recording(tmp_path / "user.wav", np.zeros(1000, np.float32))

    ran = fireside("converse", "--input", recording, "--events", log, "--ollama-url", NOBODY, "--profile", profile_dir)

    assert ran.code == 0, ran.err
    assert any("barge_in" in event["notice"]["sentence"] for event in named(events_in(log), "NoticeRaised"))
    assert "sometimes" in settings.read_text()


def test_the_demo_is_recorded_with_picture_and_sound(tmp_path: Path, profile_dir: Path) -> None:
    import av

    film, log = tmp_path / "demo.mp4", tmp_path / "events.jsonl"

    ran = fireside(
        "demo", "--record", film, "--seconds", "4", "--events", log, "--ollama-url", NOBODY, "--profile", profile_dir
    )

    assert ran.code == 0, ran.err
    with av.open(str(film)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert picture.average_rate == 30
        pictures = sum(1 for _ in container.decode(picture))
        assert 3 * 30 <= pictures <= 6 * 30
    with av.open(str(film)) as container:
        heard = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
        assert len(heard) / sound.rate == pytest.approx(pictures / 30, abs=0.2)
        assert np.abs(heard).max() > 0.05
    assert named(events_in(log), "SentenceStarted")


def test_without_a_screen_the_app_says_so_and_plays_the_demo_into_a_film(tmp_path: Path, profile_dir: Path) -> None:
    ran = fireside(
        "--profile", profile_dir, "--ollama-url", NOBODY, program=("-c", SHORT_DEMO),
        environment={"QT_QPA_PLATFORM": "", "DISPLAY": "", "WAYLAND_DISPLAY": "", "FIRESIDE_GREET": "true"},
    )  # fmt: skip

    assert ran.code == 0, ran.err
    assert "no screen" in ran.err
    assert "You: thank you" in ran.out
    assert str(profile_dir / "demo.mp4") in ran.out + ran.err
    assert (profile_dir / "demo.mp4").stat().st_size > 100_000


def test_a_profile_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    not_a_folder = tmp_path / "file"
    not_a_folder.write_text("")

    ran = fireside("say", SENTENCE, "--output", tmp_path / "x.wav", "--profile", not_a_folder / "profile")

    assert ran.code == 1
    assert "Traceback" not in ran.err


def test_a_long_recording_is_transcribed_utterance_by_utterance(tmp_path: Path, profile_dir: Path) -> None:
    recording = write_recording(tmp_path / "long.wav", *(spoken(SENTENCE) for _ in range(6)), pause_seconds=5.0)

    heard = fireside("transcribe", recording, "--profile", profile_dir)

    assert heard.code == 0
    assert word_error_rate(heard.out, " ".join([SENTENCE] * 6)) <= 0.3


def test_in_the_terminal_one_can_write_instead_of_talk(profile_dir: Path) -> None:
    app = subprocess.Popen(
        [sys.executable, "-m", "desktop_app", "--headless", "--profile", profile_dir, "--ollama-url", NOBODY],
        cwd=bundle.ROOT,
        env={**os.environ, "FIRESIDE_GREET": "false"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert app.stdin and app.stdout
    try:
        app.stdin.write("my name is Anna\nwhat is my name\n")
        app.stdin.flush()
        for line in app.stdout:
            if "Anna" in line and "You:" not in line:
                break
        app.send_signal(signal.SIGINT)
        assert app.wait(30) == 0
    finally:
        app.kill()
        app.wait()
        app.stdin.close()
        app.stdout.close()
