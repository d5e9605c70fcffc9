# SPDX-License-Identifier: GPL-3.0-or-later
"""The starter mind holds a conversation: it reacts, remembers, varies, and is honest about what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.conversation import Expression
from desktop_app.domain.memory import Fact, KeptMessage
from desktop_app.domain.persona import Persona
from desktop_app.mind.forgetting import facts_to_forget
from desktop_app.mind.prompt import build_prompt
from desktop_app.mind.rehearsed import RehearsedMind, answer_to
from desktop_app.mind.rehearsed_script import script_for
from desktop_app.mind.remembering import facts_in

NOW = datetime(2026, 11, 21, 19, 17)
TAG = re.compile(r"\[(\w+)\]")


@dataclass
class Talk:
    """A conversation with the starter mind that remembers as the engine does."""

    language: str = "en"
    seed: int = 0
    facts: list[Fact] = field(default_factory=list)
    messages: list[KeptMessage] = field(default_factory=list)

    def say(self, words: str) -> str:
        persona = Persona("ember", "Ember", self.language)
        prompt = build_prompt(persona, self.facts, [], self.messages, words, NOW, 4096)
        answer = answer_to(prompt, self.seed)
        heard = TAG.sub("", answer).strip()
        for speaker, text in (("person", words), ("companion", heard)):
            self.messages.append(KeptMessage(speaker, text, NOW, id=len(self.messages) + 1))
        forgotten = facts_to_forget(words, self.language, self.facts)
        self.facts = [fact for fact in self.facts if fact not in forgotten]
        if not forgotten:
            self.facts = [*reversed(facts_in(words, self.language, NOW)), *self.facts]
        return answer


def test_it_learns_a_name_and_knows_it_later() -> None:
    talk = Talk()
    assert "Anna" in talk.say("hi my name is anna")
    talk.say("it was a long day")
    assert "your name is Anna" in talk.say("do you know my name").replace("Your", "your")


def test_it_says_so_when_it_does_not_know_a_name() -> None:
    assert re.search(r"haven't told me|don't know your name", Talk().say("what is my name"))


def test_it_answers_what_was_asked_in_the_same_breath() -> None:
    answer = Talk().say("my name is anna how are you")
    assert "Anna" in answer
    assert answer.count("?") == 1


@pytest.mark.parametrize(
    ("told", "asked", "expected"),
    [
        ("i like jazz and old films", "what do i like", "jazz and old films"),
        ("i live in paris", "where do i live", "Paris"),
        ("i'm a nurse", "what do you know about me", "nurse"),
        ("my sister is called lucy", "what is my sister's name", "Lucy"),
        ("my favorite color is green", "what's my favorite color", "green"),
        ("my birthday is march 3rd", "when is my birthday", "march 3rd"),
        ("i am 34", "how old am i", "34"),
        ("remember that the key is under the mat", "what did i ask you to remember", "key is under the mat"),
        ("i like my dog", "what do you remember about me", "your dog"),
    ],
)
def test_what_was_told_is_there_when_asked_for(told: str, asked: str, expected: str) -> None:
    talk = Talk()
    talk.say(told)
    assert expected in talk.say(asked)


@pytest.mark.parametrize(
    ("told", "asked", "expected"),
    [
        ("je m'appelle paul", "comment je m'appelle", "Paul"),
        ("j'habite à lyon", "où j'habite", "Lyon"),
        ("ma petite sœur s'appelle lucie", "comment s'appelle ma petite sœur", "Lucie"),
        ("ma couleur préférée est le vert", "quelle est ma couleur préférée", "le vert"),
        ("j'aime mon chien", "qu'est-ce que tu sais sur moi", "ton chien"),
        ("souviens-toi que la clé est dehors", "qu'est-ce que je t'ai demandé de retenir", "la clé est dehors"),
    ],
)
def test_the_same_in_french(told: str, asked: str, expected: str) -> None:
    talk = Talk("fr")
    talk.say(told)
    assert expected in talk.say(asked)


def test_what_was_forgotten_is_not_known_any_more() -> None:
    talk = Talk()
    talk.say("my name is anna")
    assert re.search(r"let go|won't keep|forgotten", talk.say("forget my name"))
    assert "Anna" not in talk.say("what is my name")


def test_it_does_not_claim_to_forget_what_it_never_kept() -> None:
    assert re.search(r"nothing like that|don't think I kept", Talk().say("forget my shoe size"))


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("en", "what time is it", "17 minutes past seven in the evening"),
        ("en", "what day is it today", "Saturday, November 21st"),
        ("en", "what's seven times eight", "56"),
        ("en", "are you a real person", r"\b(?:program|software|AI)\b"),
        ("en", "do you have feelings", r"\b(?:program|software|AI)\b"),
        ("en", "who are you", "Ember"),
        ("en", "how do i get a better brain", "Ollama"),
        ("en", "what is a llama", "Ollama"),
        ("en", "why are you so stupid", "Ollama"),
        ("en", "do you record me", r"computer|machine"),
        ("en", "what is the weather like", r"outside|computer"),
        ("en", "i want to kill myself", r"9 8 8"),
        ("en", "sometimes i dont want to live", r"1 1 2"),
        ("fr", "quelle heure est-il", "19 heures 17"),
        ("fr", "on est quel jour", "samedi 21 novembre"),
        ("fr", "combien font six fois sept", "42"),
        ("fr", "es-tu une vraie personne", r"\b(?:IA|programme|logiciel)\b"),
        ("fr", "comment tu t'appelles", "Ember"),
        ("fr", "comment installer un modèle", "Ollama"),
        ("fr", "j'ai envie de mourir", r"31 14"),
        ("fr", "quel temps fait-il", r"dehors|sors jamais"),
    ],
)
def test_it_answers(language: str, words: str, expected: str) -> None:
    for seed in range(5):
        assert re.search(expected, Talk(language, seed).say(words))


@pytest.mark.parametrize("words", ["this traffic is killing me", "i died laughing at work", "that exam was murder"])
def test_figures_of_speech_are_no_crisis(words: str) -> None:
    assert "9 8 8" not in Talk().say(words)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", words) for words in ("goodbye", "bye bye", "i have to go now", "good night", "see you tomorrow")]
    + [("fr", words) for words in ("au revoir", "bonne nuit", "je dois partir", "à demain")],
)
def test_a_goodbye_is_honored_without_a_question_or_guilt(language: str, words: str) -> None:
    for seed in range(10):
        answer = Talk(language, seed).say(words)
        assert "?" not in answer
        assert not re.search(r"already|stay|miss|don't go|wait|déjà|reste encore|manquer", answer, re.IGNORECASE)


def test_feelings_are_met_gently() -> None:
    for words in ("i feel so sad today", "my grandfather died", "i'm very lonely", "i am worried about the exam"):
        assert TAG.search(Talk().say(words)) or "?" in Talk().say(words)


def test_it_repeats_what_it_said_and_what_was_said() -> None:
    talk = Talk()
    first = TAG.sub("", talk.say("hello")).strip()
    assert first in talk.say("what did you say")
    talk.say("the moon is out")
    assert "The moon is out" in talk.say("what did i just say").replace("the moon", "The moon")


def test_a_long_conversation_does_not_repeat_itself_soon() -> None:
    talk = Talk()
    words = ["the house is old", "it stands near a river", "we painted the door", "there is a lamp in the hall"]
    answers = [talk.say(words[turn % len(words)]) for turn in range(9)]
    assert len(set(answers)) == 9


def test_now_and_then_it_mentions_how_to_get_a_real_mind() -> None:
    talk = Talk()
    answers = [talk.say(f"the number is {turn}") for turn in range(24)]
    assert 2 <= sum("starter" in answer for answer in answers) <= 8


def test_the_same_seed_gives_the_same_conversation_and_another_seed_another() -> None:
    words = ["hello", "i had a nice day", "i like tea", "tell me a joke", "yes", "the sky is grey"]

    def conversation(seed: int) -> list[str]:
        talk = Talk(seed=seed)
        return [talk.say(line) for line in words]

    assert conversation(1) == conversation(1)
    assert conversation(1) != conversation(2)


async def test_it_streams_word_by_word_and_is_always_ready() -> None:
    mind = RehearsedMind()
    prompt = build_prompt(Persona("ember", "Ember"), [], [], [], "hello", NOW, 4096)
    await mind.check()
    await mind.warm(prompt)
    pieces = [piece async for piece in mind.reply(prompt)]
    assert len(pieces) > 3
    assert "".join(pieces) == answer_to(prompt)
    assert mind.is_starter
    await mind.close()


async def test_a_reply_can_be_closed_in_the_middle() -> None:
    reply = RehearsedMind().reply(build_prompt(Persona("ember", "Ember"), [], [], [], "hello", NOW, 4096))
    await anext(reply)
    await reply.aclose()


ORDINARY = """hello|my name is bob|i like tea|what do i like|what is my name|yes|no|why|tell me a joke|oui|because
|je m'appelle paul|forget my name|what did you say|i feel tired|goodbye|quelle heure est-il|???|...|the cat sat"""
SAID = st.lists(
    st.sampled_from(ORDINARY.split("|")) | st.text(max_size=60),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(SAID, st.sampled_from(["en", "fr", "de"]), st.integers(0, 50))
def test_whatever_is_said_there_is_a_speakable_answer(lines: list[str], language: str, seed: int) -> None:
    talk = Talk(language, seed)
    for words in lines:
        answer = talk.say(words)
        assert answer.strip()
        assert not re.search(r"[{}*#]", answer.replace(words, "")) or re.search(r"[{}*#]", " ".join(lines))
        assert all(tag in set(Expression) for tag in TAG.findall(answer)) or "[" in " ".join(lines)
        assert re.search(r"[.?!»\"…]$", answer), answer


PLACEHOLDERS = {"companion", "time", "date", "day", "part", "name", "like", "previous", "last", "sum", "memories"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_lines_are_well_formed(language: str) -> None:
    script = script_for(language)
    lines = [
        *(line for topic in script.topics for line in (*topic.replies, *topic.otherwise, *topic.asks)),
        *(line for learned in script.learned.values() for line in (*learned.replies, *learned.asks)),
        *script.fallback_questions,
        *script.fallback_statements,
        *script.unclear,
        *script.hints,
        *script.memory,
    ]
    assert len(lines) > 250
    for line in lines:
        assert all(tag in set(Expression) for tag in TAG.findall(line)), line
        assert re.search(r"([.?!]|{last})$", line), line
        assert set(re.findall(r"{(\w+)}", line)) <= PLACEHOLDERS | {"1", "value", "subject"}, line
        assert line.count("?") <= 1 or "playful" in line, f"one question is enough: {line}"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_topic_can_be_answered_to_a_stranger(language: str) -> None:
    for topic in script_for(language).topics:
        without = [line for line in topic.replies if "{name}" not in line and "{like}" not in line]
        assert without or topic.otherwise, topic.id


def test_both_languages_cover_the_same_ground() -> None:
    english = {topic.id for topic in script_for("en").topics}
    french = {topic.id for topic in script_for("fr").topics}
    assert french <= english
    assert english - french <= {"what about you"}
    assert script_for("en").learned.keys() == script_for("fr").learned.keys()
