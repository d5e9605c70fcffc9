# SPDX-License-Identifier: GPL-3.0-or-later
"""The test server says on the wire what Ollama says: the benchmarks and every end-to-end test rest on it."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.standins.ollama_script import Ending, InstalledModel, Reply
from tests.standins.ollama_server import OllamaServer

_HELLO = [{"role": "user", "content": "Hello."}]


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    models = [InstalledModel("llama3.2:3b"), InstalledModel("qwen3:4b", ("completion", "tools", "thinking"))]
    with OllamaServer(models) as server:
        yield server


def _ask(server: OllamaServer, method: str, path: str, body: Any = None) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(method, path, None if body is None else json.dumps(body))
    response = connection.getresponse()
    answer = response.status, response.getheader("Content-Type", ""), response.read()
    connection.close()
    return answer


def _chat(server: OllamaServer, **body: Any) -> list[dict[str, Any]]:
    _, _, text = _ask(server, "POST", "/api/chat", {"model": "llama3.2:3b", "messages": _HELLO} | body)
    return [json.loads(line) for line in text.splitlines()]


def _running(server: OllamaServer) -> list[str]:
    return [model["name"] for model in json.loads(_ask(server, "GET", "/api/ps")[2])["models"]]


def test_it_says_that_it_runs(server: OllamaServer) -> None:
    assert _ask(server, "GET", "/") == (200, "text/plain; charset=utf-8", b"Ollama is running")
    assert json.loads(_ask(server, "GET", "/api/version")[2])["version"]
    assert _ask(server, "GET", "/nothing")[0] == 404
    assert _ask(server, "GET", "/api/chat")[0] == 405


def test_models_are_listed_and_shown(server: OllamaServer) -> None:
    listed = json.loads(_ask(server, "GET", "/api/tags")[2])["models"]
    assert [model["name"] for model in listed] == ["llama3.2:3b", "qwen3:4b"]
    assert len(listed[0]["digest"]) == 64
    shown = json.loads(_ask(server, "POST", "/api/show", {"model": "qwen3:4b"})[2])
    assert shown["capabilities"] == ["completion", "tools", "thinking"]
    status, _, text = _ask(server, "POST", "/api/show", {"model": "nobody"})
    assert (status, text) == (404, b'{"error":"model \'nobody\' not found"}')


def test_an_answer_streams_line_by_line_in_gos_json(server: OllamaServer) -> None:
    server.replies.append(Reply("Hi <you> & me"))
    status, kind, text = _ask(server, "POST", "/api/chat", {"model": "llama3.2:3b", "messages": _HELLO})

    assert (status, kind) == (200, "application/x-ndjson")
    lines = text.decode().splitlines()
    assert re.fullmatch(
        r'\{"model":"llama3\.2:3b","created_at":"[\d-]{10}T[\d:]{8}(\.\d{1,9})?Z",'
        r'"message":\{"role":"assistant","content":"Hi"\},"done":false\}',
        lines[0],
    )
    assert r'"content":" \u003c"' in lines[1]
    assert r"\u0026" in text.decode()
    parts = [json.loads(line) for line in lines]
    assert "".join(part["message"]["content"] for part in parts) == "Hi <you> & me"
    last = parts[-1]
    assert list(last)[3:] == [
        "done",
        "done_reason",
        "total_duration",
        "load_duration",
        "prompt_eval_count",
        "prompt_eval_duration",
        "eval_count",
        "eval_duration",
    ]
    assert last["done_reason"] == "stop"


def test_without_streaming_it_is_one_object(server: OllamaServer) -> None:
    server.replies.append(Reply("Hi you."))
    _, kind, text = _ask(server, "POST", "/api/chat", {"model": "llama3.2:3b", "messages": _HELLO, "stream": False})
    assert kind == "application/json; charset=utf-8"
    assert json.loads(text)["message"]["content"] == "Hi you."


def test_no_messages_only_load_and_unload(server: OllamaServer) -> None:
    assert _chat(server, messages=[])[0]["done_reason"] == "load"
    assert _running(server) == ["llama3.2:3b"]
    assert _chat(server, messages=[], keep_alive=0)[0]["done_reason"] == "unload"
    assert _running(server) == []


def test_num_predict_bounds_the_answer(server: OllamaServer) -> None:
    server.replies.extend([Reply("One two three four."), Reply("One two three four.")])
    parts = _chat(server, options={"num_predict": 2})
    assert "".join(part["message"]["content"] for part in parts) == "One two"
    assert parts[-1]["done_reason"] == "length"
    assert _chat(server, options={"num_predict": 0})[-1]["done_reason"] == "stop"  # as with the real one: no limit


def test_a_model_thinks_unless_it_is_told_not_to(server: OllamaServer) -> None:
    for think, expected in ((None, True), (True, True), (False, False)):
        server.replies.append(Reply("Yes.", thinking="Hm."))
        body = {"model": "qwen3:4b"} | ({} if think is None else {"think": think})
        assert any("thinking" in part["message"] for part in _chat(server, **body)) is expected
    assert _chat(server, think=True) == [{"error": '"llama3.2:3b" does not support thinking'}]


def test_the_same_beginning_is_read_once(server: OllamaServer) -> None:
    system = {"role": "system", "content": "word " * 300}
    _chat(server, messages=[system, *_HELLO])
    _chat(server, messages=[system, {"role": "user", "content": "Something else."}])
    first, second = server.chats
    assert first.evaluated_tokens == first.prompt_tokens
    assert second.evaluated_tokens < 12
    assert second.prompt_tokens > 300


def test_other_runner_options_load_the_model_again_and_others_do_not(server: OllamaServer) -> None:
    _chat(server, options={"num_ctx": 4096, "temperature": 0.5, "num_predict": 1})
    _chat(server, options={"num_ctx": 4096, "temperature": 0.9, "num_predict": 50})
    assert server.loads == 1
    _chat(server, options={"num_ctx": 2048})
    assert server.loads == 2
    assert server.chats[-1].evaluated_tokens == server.chats[-1].prompt_tokens


def test_what_num_ctx_cannot_hold_is_dropped_from_the_oldest_on(server: OllamaServer) -> None:
    history = [{"role": "user" if index % 2 == 0 else "assistant", "content": f"{index} " * 40} for index in range(9)]
    _chat(server, messages=[{"role": "system", "content": "Be kind."}, *history], options={"num_ctx": 150})
    kept = server.chats[0].messages
    assert kept[0]["role"] == "system"
    assert kept[-1] == history[-1]
    assert 2 < len(kept) < 6


@pytest.mark.parametrize(
    ("ending", "status", "error"),
    [
        (Ending.OUT_OF_MEMORY, 500, "requires more system memory"),
        (Ending.BUSY, 503, "maximum pending requests exceeded"),
    ],
)
def test_refusals_come_before_the_first_line(server: OllamaServer, ending: Ending, status: int, error: str) -> None:
    server.replies.append(Reply(ends=ending))
    got, _, text = _ask(server, "POST", "/api/chat", {"model": "llama3.2:3b", "messages": _HELLO})
    assert got == status
    assert error in json.loads(text)["error"]


def test_a_cut_off_stream_lacks_its_last_line(server: OllamaServer) -> None:
    server.replies.append(Reply("One two three.", ends=Ending.CUT_OFF, after_tokens=2))
    parts = _chat(server)
    assert [part["done"] for part in parts] == [False, False]


def test_wrong_requests_are_refused_in_ollamas_words(server: OllamaServer) -> None:
    for body, status, error in (
        (None, 400, "missing request body"),
        ({"messages": _HELLO}, 400, "model is required"),
        ({"model": "nobody", "messages": _HELLO}, 404, "model 'nobody' not found"),
    ):
        got, _, text = _ask(server, "POST", "/api/chat", body)
        assert (got, json.loads(text)["error"]) == (status, error)


def test_the_talker_refers_to_what_was_said(server: OllamaServer) -> None:
    said = [{"role": "user", "content": "My name is Anna."}]
    assert "Anna" in "".join(part["message"]["content"] for part in _chat(server, messages=said))
