# SPDX-License-Identifier: GPL-3.0-or-later
"""The app's log of a real conversation: every step of the turn, and not a word of it."""

from __future__ import annotations

from pathlib import Path

from desktop_app.diagnostics.logs import LOG_FILE
from desktop_app.headless import run_converse
from tests.endtoend.command_line import events_in, named, spoken, write_recording
from tests.standins.ollama_script import Reply
from tests.standins.ollama_server import OllamaServer
from tests.starter_ears import needs_starter_ears


@needs_starter_ears
def test_a_real_conversation_leaves_no_word_in_the_log(tmp_path: Path, profile_dir: Path) -> None:
    recording = write_recording(tmp_path / "said.wav", spoken("Hello, my name is Anna."))
    with OllamaServer() as server:
        server.replies += [Reply("Marmalade for you. And a rhododendron.")]
        run_converse(
            profile_dir, {"ollama_url": server.url}, recording, None, tmp_path / "events.jsonl", realtime=False
        )
    events = events_in(tmp_path / "events.jsonl")
    log = (profile_dir / "logs" / LOG_FILE).read_text(encoding="utf-8")
    for step in ("EngineStarted", "UserSpeechEnded", "TranscriptReady", "SentenceStarted", "TurnCompleted"):
        assert f"desktop_app.events: {step}" in log
    heard = named(events, "TranscriptReady")[0]["text"]
    told = " ".join(event["text"] for event in named(events, "SentenceStarted"))
    assert "Marmalade" in told
    assert heard not in log
    assert not any(word in log.lower() for word in ("anna", "marmalade", "rhododendron", "curious and calm"))
