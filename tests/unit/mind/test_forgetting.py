# SPDX-License-Identifier: GPL-3.0-or-later
"""Which facts "forget …" means, and which words only sound like it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.memory import Fact
from desktop_app.mind.forgetting import asks_to_forget, facts_to_forget
from desktop_app.mind.remembering import facts_in

NOW = datetime(2026, 11, 21, 19, 17)


def remembered(language: str, *sentences: str) -> list[Fact]:
    """Facts as a store gives them: newest first."""
    facts = [
        fact
        for minute, words in enumerate(sentences)
        for fact in facts_in(words, language, NOW + timedelta(minutes=minute))
    ]
    return facts[::-1]


ENGLISH = remembered(
    "en",
    "My name is Anna",
    "I live in Paris",
    "I like jazz",
    "Remember that the alarm code is 4512",
    "My sister is called Lucy",
    "I like green tea",
)
FRENCH = remembered(
    "fr",
    "Je m'appelle Anna",
    "J'habite à Lyon",
    "J'aime le jazz",
    "Souviens-toi que le code est 4512",
    "Ma sœur s'appelle Lucie",
)
ALL = "all"


@pytest.mark.parametrize(
    ("words", "forgotten"),
    [
        ("Forget my name.", ["Anna"]),
        ("please forget that i like jazz", ["jazz"]),
        ("can you forget where i live", ["Paris"]),
        ("Can you forget the alarm code?", ["the alarm code is 4512"]),
        ("forget my sister's name", ["Lucy"]),
        ("forget about the tea", ["green tea"]),
        ("forget that I live in Paris", ["Paris"]),
        ("forget that i live in london", []),
        ("forget what i like", ["green tea", "jazz"]),
        ("forget what I just said", ["green tea"]),
        ("forget everything about me", ALL),
        ("delete everything you know about me", ALL),
        ("forget it", []),
        ("forget that", []),
        ("forget everything, let's dance", []),
        ("don't forget my name", []),
        ("never forget my name", []),
        ("i forgot my name", []),
        ("I will never forget Paris", []),
        ("did you forget my name", []),
        ("forget my shoe size", []),
    ],
)
def test_in_english(words: str, forgotten: list[str] | str) -> None:
    values = [fact.value for fact in facts_to_forget(words, "en", ENGLISH)]
    assert values == ([fact.value for fact in ENGLISH] if forgotten == ALL else forgotten)


@pytest.mark.parametrize(
    ("words", "forgotten"),
    [
        ("Oublie mon nom.", ["Anna"]),
        ("oublie que j'aime le jazz", ["le jazz"]),
        ("tu peux oublier où j'habite", ["Lyon"]),
        ("oublie le code", ["le code est 4512"]),
        ("oublie le nom de ma sœur", ["Lucie"]),
        ("oublie ce que je viens de dire", ["Lucie"]),
        ("oublie tout ce que tu sais sur moi", ALL),
        ("oublie ça", []),
        ("n'oublie pas mon nom", []),
        ("j'ai oublié mon nom", []),
    ],
)
def test_in_french(words: str, forgotten: list[str] | str) -> None:
    values = [fact.value for fact in facts_to_forget(words, "fr", FRENCH)]
    assert values == ([fact.value for fact in FRENCH] if forgotten == ALL else forgotten)


def test_an_idiom_is_no_request() -> None:
    assert not asks_to_forget("forget it", "en")
    assert not asks_to_forget("oublie ça", "fr")
    assert asks_to_forget("forget my name", "en")


def test_with_nothing_known_nothing_is_forgotten() -> None:
    assert facts_to_forget("forget what i just said", "en", []) == []
    assert facts_to_forget("vergiss meinen Namen", "de", ENGLISH) == []


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120).map(lambda text: f"forget {text}"), st.sampled_from(["en", "fr", "de"]))
def test_no_text_is_too_odd(words: str, language: str) -> None:
    assert all(fact in ENGLISH for fact in facts_to_forget(words, language, ENGLISH))
