# SPDX-License-Identifier: GPL-3.0-or-later
"""What is spoken when, whatever the size of the pieces in which the model streams."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from desktop_app.engine.sentences import SentenceStream


def cut(text: str, size: int) -> list[tuple[str, str]]:
    stream, sentences = SentenceStream(), []
    for start in range(0, len(text), size):
        sentences += stream.feed(text[start : start + size])
    sentences += stream.finish()
    return [(sentence.text, sentence.feeling.expression.value) for sentence in sentences]


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("That is lovely. Tell me more!", ["That is lovely.", "Tell me more!"]),
        ("Well, yes. No.", ["Well,", "yes.", "No."]),
        ("Anna, yes. No.", ["Anna, yes.", "No."]),
        ("Hello, Anna. I have made a note of your name.", ["Hello, Anna.", "I have made a note of your name."]),
        ("Well, yesterday evening it rained.", ["Well,", "yesterday evening it rained."]),
        ("I am sorry, my friend, so sorry. Really.", ["I am sorry,", "my friend, so sorry.", "Really."]),
        ("Dr. Smith came at 3.5 p.m. yesterday. And then?", ["Dr. Smith came at 3.5 p.m. yesterday.", "And then?"]),
        ("No end at all", ["No end at all"]),
        ("Bien sûr, je comprends. Et toi ?", ["Bien sûr,", "je comprends.", "Et toi ?"]),
        ("Do this:\n```py\nx = 1.\nA = 2\n```\nOk? Fine.", ["Do this:", "Ok?", "Fine."]),
        (
            "1. Eggs\n2. Milk, fresh and cold\n3) Bread!\n10. Why?",
            ["Eggs.", "Milk, fresh and cold.", "Bread!", "10.", "Why?"],
        ),
        ("Buy:\n- eggs\n- milk\n\nThat is all. Yes?", ["Buy:", "eggs.", "milk", "That is all.", "Yes?"]),
        ("12. That is the answer. - 5 or\n-5?", ["12.", "That is the answer. - 5 or\n-5?"]),
        ("Count:\n1", ["Count:\n1"]),
        ("", []),
    ],
)
def test_sentences_are_cut_where_a_speaker_would(text: str, expected: list[str], size: int) -> None:
    assert [sentence for sentence, _ in cut(text, size)] == expected


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_tags_become_expressions_and_are_never_text(size: int) -> None:
    assert cut("[happy] How nice! [sad] Oh no. [giggles] Bye.", size) == [
        ("How nice!", "happy"),
        ("Oh no.", "sad"),
        ("Bye.", "sad"),
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize(
    ("tag", "intensity"),
    [("[happy]", 1.0), ("[happy:0.6]", 0.6), ("[happy: .5]", 0.5), ("[Happy:0,25]", 0.25), ("[happy:60%]", 0.6),
     ("[happy:60]", 0.6), ("[happy:7]", 0.07), ("[happy:]", 1.0), ("[happy:0]", 0.0)],
)  # fmt: skip
def test_a_tag_may_say_how_much(tag: str, intensity: float, size: int) -> None:
    stream, sentences = SentenceStream(), []
    for text in (tag + " How nice!", ""):
        for start in range(0, len(text), size):
            sentences += stream.feed(text[start : start + size])
    sentences += stream.finish()
    assert [(said.text, said.feeling.expression.value) for said in sentences] == [("How nice!", "happy")]
    assert sentences[0].feeling.intensity == pytest.approx(intensity)


def test_a_feeling_wears_off_until_it_is_named_again() -> None:
    stream = SentenceStream()
    again = " ".join(f"This is what I say as number {number}." for number in range(7))
    said = stream.feed(f"[happy] {again} [happy] And this is new.") + stream.finish()
    intensities = [sentence.feeling.intensity for sentence in said]
    assert intensities[:3] == pytest.approx([1.0, 0.8, 0.64])
    assert intensities[6] == pytest.approx(0.4), "some of it stays"
    assert intensities[7] == 1.0


def test_the_first_clause_comes_before_the_sentence_is_over() -> None:
    stream = SentenceStream()
    assert [sentence.text for sentence in stream.feed("Oh well, I went to the market and ")] == ["Oh well,"]


@pytest.mark.parametrize("opener", ["Of course,", "I’m sorry,", "D'accord,"])
def test_what_makes_sense_by_itself_is_said_at_its_comma(opener: str) -> None:
    stream = SentenceStream()
    assert [sentence.text for piece in opener for sentence in stream.feed(piece)] == [opener]


def test_a_stream_of_whole_sentences_waits_for_their_ends() -> None:
    stream = SentenceStream(early_clause=False)
    assert stream.feed("Oh well, I went to the market and ") == []
    assert [sentence.text for sentence in stream.feed("back. Then ")] == ["Oh well, I went to the market and back."]


def test_a_rambling_model_is_cut_at_a_space() -> None:
    sentences = cut("word " * 200, 4)
    assert len(sentences) > 3
    assert all(len(text) <= 250 and not text.endswith("wor") for text, _ in sentences)


@given(st.text(alphabet=st.characters(blacklist_characters="[]`*"), max_size=300), st.integers(1, 20))
def test_no_letter_is_lost_or_added(text: str, size: int) -> None:
    assume(not re.search(r"(?m)^[ \t]*(?:\d{1,2}[.)]|[-•])[ \t]", text))  # the marks of a list are not said
    said = "".join("".join(sentence.split()) for sentence, _ in cut(text, size))
    assert said == "".join(text.split())
