# SPDX-License-Identifier: GPL-3.0-or-later
"""What the chat model sees: inside the context always, and with a beginning that stays the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.conversation import Prompt, Role
from desktop_app.domain.memory import Fact, FactKind, KeptMessage
from desktop_app.domain.persona import Persona
from desktop_app.mind.prompt import (
    REPLY_TOKENS,
    build_prompt,
    by_importance,
    estimated_tokens,
    is_note,
    persona_fits,
)

NOW = datetime(2026, 11, 21, 19, 17)
EMBER = Persona("ember", "Ember", "en", "You are warm and curious.", "Plain, short sentences.")
SOLENE = Persona("solene", "Solène", "fr", "Tu es posée.", "Simple.")


def fact(topic: str, value: str, *, kind: FactKind = FactKind.STATED, days_ago: int = 1) -> Fact:
    return Fact(f"The person {topic} {value}.", kind, topic, value, NOW - timedelta(days=days_ago), value)


def talk(count: int, length: int = 60, first_id: int = 1) -> list[KeptMessage]:
    """A conversation of so many messages, the person first."""
    return [
        KeptMessage(
            "companion" if number % 2 else "person", f"message {number} ".ljust(length, "x"), NOW, id=first_id + number
        )
        for number in range(count)
    ]


def prompt_for(
    words: str = "How are you?",
    *,
    persona: Persona = EMBER,
    facts: list[Fact] | None = None,
    recalled: list[KeptMessage] | None = None,
    recent: list[KeptMessage] | None = None,
    local_time: datetime = NOW,
    context_tokens: int = 4096,
) -> Prompt:
    return build_prompt(persona, facts or [], recalled or [], recent or [], words, local_time, context_tokens)


def shown_history(prompt: Prompt) -> list[str]:
    return [message.text for message in prompt.messages[1:-1] if not is_note(message)]


def test_the_persona_comes_first_and_the_words_last() -> None:
    prompt = prompt_for("How are you?", recent=talk(4))
    assert prompt.messages[0].role is Role.SYSTEM
    assert "Ember" in prompt.messages[0].text
    assert "warm and curious" in prompt.messages[0].text
    assert [message.role for message in prompt.messages[1:5]] == [Role.USER, Role.COMPANION] * 2
    assert prompt.messages[-1].role is Role.USER
    assert prompt.words == "How are you?"


def test_the_system_message_is_the_same_bytes_whatever_is_said_known_or_oclock() -> None:
    one = prompt_for("Hello", recent=talk(2))
    other = prompt_for("And now?", facts=[fact("likes", "tea")], recent=talk(20), local_time=NOW + timedelta(days=3))
    assert one.messages[0] == other.messages[0]


def test_what_changes_every_turn_stands_in_a_note_just_before_the_words() -> None:
    remembered = KeptMessage("person", "The cat is called Miso.", datetime(2026, 11, 3), id=900)
    prompt = prompt_for("What is my cat called?", facts=[fact("likes", "tea")], recalled=[remembered], recent=talk(4))
    note = prompt.messages[-2]
    assert is_note(note)
    assert note.role is Role.USER
    for part in ("Saturday, November 21st, 2026", "19:17", "likes tea", "November 3rd", "Miso"):
        assert part in note.text
    assert not any(is_note(message) for message in prompt.messages[:-2])


def test_french_companions_are_told_the_rules_in_french() -> None:
    prompt = prompt_for("Bonjour", persona=SOLENE)
    assert "Tu es Solène." in prompt.messages[0].text
    assert "voix haute" in prompt.messages[0].text
    assert "samedi 21 novembre 2026" in prompt.messages[-2].text


def test_a_companion_of_another_language_is_told_to_speak_it() -> None:
    assert '"de"' in prompt_for(persona=replace(EMBER, language="de")).messages[0].text


@pytest.mark.parametrize(
    "rule", ["markdown", "AI", "guilty", "flatter", "[interrupted]", "[happy]", "[concerned]", "goodbye", "mistakes"]
)
def test_the_rules_speak_of(rule: str) -> None:
    assert rule in prompt_for().messages[0].text


def test_an_interrupted_message_ends_where_it_was_heard_with_a_mark() -> None:
    recent = [KeptMessage("person", "Tell me", NOW, id=1), KeptMessage("companion", "Once upon", NOW, True, 2)]
    assert prompt_for(recent=recent).messages[2].text == "Once upon — [interrupted]"


def test_a_message_of_which_nothing_was_heard_is_left_out() -> None:
    recent = [KeptMessage("person", "Tell me", NOW, id=1), KeptMessage("companion", "", NOW, True, 2)]
    assert shown_history(prompt_for(recent=recent)) == ["Tell me"]


def test_a_past_message_that_is_still_in_view_is_not_quoted_again() -> None:
    recent = talk(4)
    prompt = prompt_for("message", recalled=[recent[0]], recent=recent)
    assert "message 0" not in prompt.messages[-2].text


def test_the_name_comes_first_then_what_was_touched_then_what_was_asked_then_the_newest() -> None:
    tea, jazz = fact("likes", "tea", days_ago=9), fact("likes", "jazz", days_ago=5)
    code = fact("asked", "the code is 4512", kind=FactKind.ASKED, days_ago=7)
    old, name = fact("has", "a dog", days_ago=8), fact("name", "Anna", days_ago=99)
    ordered = by_importance([old, jazz, code, tea, name], "Shall I make some tea?")
    assert ordered == [name, tea, code, jazz, old]


def test_all_facts_travel_with_the_prompt_even_if_the_note_has_no_room_for_them() -> None:
    facts = [fact("likes", f"thing number {number}") for number in range(300)]
    prompt = prompt_for(facts=facts)
    assert len(prompt.facts) == 300
    assert estimated_tokens(prompt) <= 4096 - REPLY_TOKENS


def test_turn_after_turn_the_beginning_stays_and_only_seldom_a_large_part_is_dropped() -> None:
    conversation = talk(400, length=90)
    starts = []
    for turn in range(2, len(conversation), 2):
        history = shown_history(prompt_for(f"words {turn}", recent=conversation[:turn]))
        assert history[-1] == conversation[turn - 1].text
        starts.append(int(history[0].split()[1]))
    moves = [later - earlier for earlier, later in pairwise(starts) if later != earlier]
    assert min(moves) > 0, "the window moved backwards"
    assert len(moves) <= len(starts) / 10, "the prefix changes too often"
    assert min(moves[1:]) >= 16, "too little was dropped at once"


def test_the_window_begins_at_the_same_message_whatever_the_length_of_ordinary_words() -> None:
    conversation = talk(200, length=90)
    short = shown_history(prompt_for("Yes.", recent=conversation))
    longer = shown_history(prompt_for("Yes, and then we walked along the river until dark. " * 4, recent=conversation))
    assert short == longer


def test_ids_with_gaps_or_none_at_all_do_no_harm() -> None:
    sparse = [replace(message, id=message.id * 37) for message in talk(200, length=90)]
    unkept = [replace(message, id=0) for message in talk(200, length=90)]
    for conversation in (sparse, unkept):
        history = shown_history(prompt_for(recent=conversation))
        assert len(history) > 20
        assert history[-1] == conversation[-1].text


def test_a_monstrous_persona_is_cut_and_it_can_be_told() -> None:
    monster = replace(EMBER, character="You know everything about ferns. " * 3000)
    assert persona_fits(EMBER, 2048)
    assert not persona_fits(monster, 4096)
    prompt = prompt_for("Hello there", persona=monster, recent=talk(40))
    assert estimated_tokens(prompt) <= 4096 - REPLY_TOKENS
    assert "[interrupted]" in prompt.messages[0].text, "the rules stay whole"
    assert prompt.words == "Hello there"
    assert shown_history(prompt), "some history stays"


def test_of_an_endless_monologue_the_end_is_kept() -> None:
    prompt = prompt_for("blah " * 9000 + "so what do you think?")
    assert prompt.words.endswith("so what do you think?")
    assert estimated_tokens(prompt) <= 4096 - REPLY_TOKENS


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(lambda text: text * 40) | st.text(
    max_size=400
)
MESSAGES = st.lists(
    st.builds(
        KeptMessage,
        speaker=st.sampled_from(["person", "companion"]),
        text=TEXTS,
        said_at=st.just(NOW),
        interrupted=st.booleans(),
        id=st.integers(0, 5000),
    ),
    max_size=60,
)
FACTS = st.lists(
    st.builds(
        Fact, TEXTS, st.sampled_from(FactKind), st.text(max_size=20), TEXTS, st.datetimes(datetime(1990, 1, 1)), TEXTS
    ),
    max_size=20,
)
PERSONAS = st.builds(Persona, st.just("x"), st.text(max_size=60), st.sampled_from(["en", "fr", "de"]), TEXTS, TEXTS)


@settings(max_examples=60, deadline=None)
@given(PERSONAS, FACTS, MESSAGES, MESSAGES, TEXTS, st.integers(2048, 20000))
def test_nothing_ever_makes_the_prompt_too_long(
    persona: Persona,
    facts: list[Fact],
    recalled: list[KeptMessage],
    recent: list[KeptMessage],
    words: str,
    context_tokens: int,
) -> None:
    prompt = build_prompt(persona, facts, recalled, recent, words, NOW, context_tokens)
    assert estimated_tokens(prompt) <= context_tokens - REPLY_TOKENS
    assert prompt.messages[0].role is Role.SYSTEM
    assert prompt.messages[-1].role is Role.USER
    assert words.strip().endswith(prompt.words)
