# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered of what a person says: plain statements and wishes, and nothing else."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.memory import FactKind
from desktop_app.mind.remembering import addressed, facts_in, topic_words

NOW = datetime(2026, 11, 21, 19, 17)

ENGLISH = [
    ("My name is Anna.", [("name", "Anna")]),
    ("my name is anna", [("name", "Anna")]),
    ("Hi, my name's Jean-Luc Picard, nice to meet you.", [("name", "Jean-Luc Picard")]),
    ("hello there my name is bob", [("name", "Bob")]),
    ("hello how are you my name is anna", [("name", "Anna")]),
    ("i'm anna nice to meet you", [("name", "Anna")]),
    ("Im called Maggie", [("name", "Maggie")]),
    ("you can call me al", [("name", "Al")]),
    ("everyone calls me Kit", [("name", "Kit")]),
    ("My name is O'Brien.", [("name", "O'Brien")]),
    ("my name is anna and i live in paris", [("name", "Anna"), ("lives in", "Paris")]),
    ("Well, I live in New York now.", [("lives in", "New York")]),
    ("i just moved to berlin last year", [("lives in", "Berlin")]),
    ("I live in a small town", []),
    ("I'm from the Netherlands", [("comes from", "the Netherlands")]),
    ("i come from italy but i live in spain", [("comes from", "Italy"), ("lives in", "Spain")]),
    ("I was born in 1980.", [("born in", "1980")]),
    ("I work as a nurse.", [("works as", "nurse")]),
    ("i am a software engineer", [("works as", "software engineer")]),
    ("I'm a retired French teacher now", [("works as", "retired French teacher")]),
    ("i work at the town library", [("works at", "the town library")]),
    ("I'm studying medicine", [("studies", "medicine")]),
    ("I really like jazz very much", [("likes", "jazz")]),
    ("i love to swim in the sea", [("likes", "to swim in the sea")]),
    ("I like tea, but I don't like coffee.", [("likes", "tea"), ("dislikes", "coffee")]),
    ("i like jazz and my sister is called lucy", [("likes", "jazz"), ("sister's name", "Lucy")]),
    ("I hate early mornings", [("dislikes", "early mornings")]),
    ("I can't stand loud music", [("dislikes", "loud music")]),
    ("I'm really into old films", [("likes", "old films")]),
    ("my favorite color is dark green", [("favorite color", "dark green")]),
    ("My favourite food is pancakes, actually.", [("favorite food", "pancakes")]),
    ("my birthday is on the third of march", [("birthday", "the third of march")]),
    ("my birthday is march 3rd", [("birthday", "march 3rd")]),
    ("My birthday is on June 5", [("birthday", "June 5")]),
    ("my birthday is tomorrow", [("birthday", "November 22nd")]),
    ("I'm thirty-four years old", [("age", "thirty-four")]),
    ("i am 34", [("age", "34")]),
    ("I just turned forty", [("age", "forty")]),
    ("my sister is called lucy", [("sister's name", "Lucy")]),
    ("My older brother's name is Tom.", [("older brother's name", "Tom")]),
    ("i have a dog called rex", [("dog's name", "Rex")]),
    ("I have two cats", [("has", "two cats")]),
    ("we talked and then i have three children", [("has", "three children")]),
    ("I'm allergic to peanuts", [("allergic to", "peanuts")]),
    ("I'm a vegetarian", [("eats", "vegetarian")]),
    ("i play the guitar and i like it", [("plays", "the guitar")]),
    ("Remember that I'm allergic to nuts", [("allergic to", "nuts")]),
    ("remember that the alarm code is 4512", [("asked", "the alarm code is 4512")]),
    ("Please remember my mother comes on Friday.", [("asked", "my mother comes on Friday")]),
    ("can you remember that the bins go out on tuesday?", [("asked", "the bins go out on tuesday")]),
    ("I'm Peter, pleased to meet you.", [("name", "Peter")]),
    ("I'm from Canada originally.", [("comes from", "Canada")]),
    ("My name is Anna, but my friends call me Annie.", [("name", "Anna"), ("name", "Annie")]),
    ("My wife's name is Laura.", [("wife's name", "Laura")]),
    ("My best friend's called David.", [("best friend's name", "David")]),
    ("Make a note that the key's under the flowerpot.", [("asked", "the key's under the flowerpot")]),
    ("My favorite toys were a tin train and a bear.", [("favorite toys", "a tin train and a bear")]),
    ("don't forget to call mum tomorrow", [("asked", "call mum tomorrow")]),
]

ENGLISH_NOTHING = [
    "",
    "What is my name?",
    "what is my name",
    "do i like jazz",
    "Do you know that my name is Anna?",
    "do you remember that i like jazz",
    "where do i live",
    "How do you know I like tea?",
    "Is my name Anna?",
    "my name is not bob",
    "My name isn't important.",
    "call me later",
    "call me crazy",
    "He said my name is Bob.",
    'She says "I live in Rome" all the time.',
    "she told me i live in a dream",
    "If I live in Paris, I like cheese.",
    "if i like jazz i listen to it",
    "Imagine my name is Zorro.",
    "what if i live in london",
    "I wish I like running",
    "repeat after me my name is hal",
    "in the movie my name is neo",
    "I would like a tea",
    "I'd love to",
    "i like it",
    "I like that",
    "I love you",
    "i like your voice",
    "i like what you said",
    "I like how you talk",
    "i hate myself",
    "i hate my life",
    "i hate it when that happens",
    "I am tired",
    "I'm a bit tired",
    "i'm a mess",
    "i'm thirty minutes late",
    "I have a headache",
    "i have a lot of dogs to walk for a friend of a friend",
    "i live in fear",
    "I'm from work",
    "my birthday is a sad day",
    "remember when we met",
    "Remember me?",
    "i can't remember",
    "I don't remember that",
    "don't forget me",
    "remember my name",
    "My sister is tired.",
    "i used to live in paris",
    "I don't live in Paris.",
    "i never said i like jazz",
    "the song goes my name is luka",
    "he asked, my name is what",
    "tell me what my name is",
    "are you sure my name is bob",
    "is it true that i live in paris",
    "Do you mean, I live in Paris",
    "He said, my name is Bob.",
    "Then she shouted, I love jazz!",
    "and then he asked, i live in rome",
    "I'm delighted, pleased to meet you.",
    "My favorite mug has a chip on the rim.",
    "I hate to complain, but this soup is cold.",
    "Don't forget your umbrella.",
    "i like to say no",
    "my favorite is the blue one",
]

FRENCH = [
    ("Je m'appelle Anna.", [("name", "Anna")]),
    ("bonjour je m'appelle anna et j'habite à lyon", [("name", "Anna"), ("lives in", "Lyon")]),
    ("je m appelle jean", [("name", "Jean")]),
    ("bonjour comment ça va je m'appelle anna", [("name", "Anna")]),
    ("Moi, c'est Paul.", [("name", "Paul")]),
    ("appelle-moi Max", [("name", "Max")]),
    ("mon prénom est Chloé", [("name", "Chloé")]),
    ("j'habite en bretagne depuis dix ans", [("lives in", "Bretagne")]),
    ("je vis à Aix-en-Provence avec ma femme", [("lives in", "Aix-en-Provence")]),
    ("Je viens de Marseille", [("comes from", "Marseille")]),
    ("Je suis infirmière à l'hôpital", [("works as", "infirmière")]),
    ("je travaille comme boulanger", [("works as", "boulanger")]),
    ("je suis menuisier je fabrique des meubles", [("works as", "menuisier")]),
    ("je travaille chez renault", [("works at", "renault")]),
    ("J'aime beaucoup le jazz", [("likes", "le jazz")]),
    ("j'adore nager et lire", [("likes", "nager et lire")]),
    ("j'aime pas le café", [("dislikes", "le café")]),
    ("Je n'aime pas du tout le bruit.", [("dislikes", "le bruit")]),
    ("je déteste les épinards", [("dislikes", "les épinards")]),
    ("j'aime le thé mais je n'aime pas le café", [("likes", "le thé"), ("dislikes", "le café")]),
    ("ma couleur préférée est le vert", [("favorite couleur", "le vert")]),
    ("mon plat préféré c'est les crêpes", [("favorite plat", "les crêpes")]),
    ("mon anniversaire est le 3 mars", [("birthday", "3 mars")]),
    ("mon anniversaire c'est demain", [("birthday", "22 novembre")]),
    ("j'ai trente-quatre ans", [("age", "trente-quatre")]),
    ("Ma sœur s'appelle Lucie", [("sister's name", "Lucie")]),
    ("ma soeur s'appelle lucie", [("sister's name", "Lucie")]),
    ("mon petit frère s'appelle Tom", [("younger brother's name", "Tom")]),
    ("mon chien s'appelle rex et j'ai deux chats", [("dog's name", "Rex"), ("has", "deux chats")]),
    ("je suis allergique aux noix", [("allergic to", "noix")]),
    ("je joue du piano", [("plays", "du piano")]),
    ("Souviens-toi que je suis allergique aux noix", [("allergic to", "noix")]),
    ("souviens toi que le code est 4512", [("asked", "le code est 4512")]),
    ("rappelle-toi que maman vient vendredi", [("asked", "maman vient vendredi")]),
    ("n'oublie pas que la poubelle sort mardi", [("asked", "la poubelle sort mardi")]),
]

FRENCH_NOTHING = [
    "Comment je m'appelle ?",
    "comment je m'appelle",
    "est-ce que j'aime le jazz",
    "où j'habite",
    "tu sais comment je m'appelle",
    "tu te souviens que j'aime le jazz",
    "je ne m'appelle pas Bob",
    "je m'appelle pas bob",
    "il dit je m'appelle bob",
    "Si j'habite à Paris, j'aime le fromage.",
    "imagine que je m'appelle zorro",
    "j'aimerais un thé",
    "je t'aime",
    "j'aime bien",
    "j'aime ça",
    "j'aime quand tu chantes",
    "j'aime ta voix",
    "je suis fatigué",
    "j'ai faim",
    "j'ai mal à la tête",
    "je viens de manger",
    "je viens de la gare à pied",
    "appelle-moi demain",
    "rappelle-moi mon nom",
    "je me souviens plus",
    "Elle a dit, je m'appelle Léa.",
    "est-ce que tu penses, je m'appelle Bob",
    "Moi, c'est l'orthographe qui me pose problème.",
    "Note-le quelque part.",
    "N'oublie pas ton passeport.",
    "« je m'appelle Bob » est une phrase",
]


def found(words: str, language: str) -> list[tuple[str, str]]:
    return [(fact.topic, fact.value) for fact in facts_in(words, language, NOW)]


@pytest.mark.parametrize(("words", "facts"), ENGLISH)
def test_plain_english_statements_are_remembered(words: str, facts: list[tuple[str, str]]) -> None:
    assert found(words, "en") == facts


@pytest.mark.parametrize("words", ENGLISH_NOTHING)
def test_what_only_looks_like_an_english_statement_is_not(words: str) -> None:
    assert found(words, "en") == []


@pytest.mark.parametrize(("words", "facts"), FRENCH)
def test_plain_french_statements_are_remembered(words: str, facts: list[tuple[str, str]]) -> None:
    assert found(words, "fr") == facts


@pytest.mark.parametrize("words", FRENCH_NOTHING)
def test_what_only_looks_like_a_french_statement_is_not(words: str) -> None:
    assert found(words, "fr") == []


def test_a_fact_carries_a_sentence_its_receipt_and_the_time() -> None:
    (fact,) = facts_in("well  i like my dog a lot", "en", NOW)
    assert fact.text == "The person likes their dog."
    assert fact.value == "my dog"
    assert fact.source == "well i like my dog a lot"
    assert (fact.kind, fact.learned_at, fact.id) == (FactKind.STATED, NOW, 0)


def test_what_was_asked_for_is_marked_as_asked_even_when_it_is_a_plain_fact() -> None:
    (plain,) = facts_in("Remember that I live in Oslo", "en", NOW)
    assert (plain.topic, plain.kind) == ("lives in", FactKind.ASKED)
    (free,) = facts_in("remember that the key is under the mat", "en", NOW)
    assert (free.topic, free.kind) == ("asked", FactKind.ASKED)
    assert free.text == 'The person asked you to remember: "the key is under the mat".'


def test_french_sentences_are_good_french() -> None:
    texts = [
        fact.text
        for words in ("j'habite à lyon", "ma sœur s'appelle Lucie", "j'aime mon chien", "j'ai trente ans")
        for fact in facts_in(words, "fr", NOW)
    ]
    assert texts == [
        "La personne habite à Lyon.",
        "Le nom de sa sœur est Lucie.",
        "La personne aime son chien.",
        "La personne a trente ans.",
    ]


def test_the_same_thing_said_twice_is_one_fact() -> None:
    assert found("I like tea. I like Tea.", "en") == [("likes", "tea")]


def test_a_language_without_rules_yields_nothing() -> None:
    assert facts_in("Ich heiße Anna", "de", NOW) == []


def test_values_can_be_said_to_the_person() -> None:
    assert addressed("my dog and me", "en") == "your dog and you"
    assert addressed("ma sœur", "fr") == "ta sœur"


def test_questions_use_the_words_of_the_memory() -> None:
    assert topic_words("petite sœur", "fr") == "younger sister"
    assert topic_words("Older Brother", "en") == "older brother"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["en", "fr", "de", ""]))
def test_no_text_is_too_odd(words: str, language: str) -> None:
    facts_in(words, language, NOW)


OPENINGS = [words for words, _ in (*ENGLISH, *FRENCH)]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(OPENINGS) | st.text(max_size=20), max_size=6), st.sampled_from(["en", "fr"]))
def test_every_fact_is_complete_and_taken_from_the_words(pieces: list[str], language: str) -> None:
    words = " ".join(pieces)
    for fact in facts_in(words, language, NOW):
        assert fact.topic.strip() == fact.topic != ""
        assert fact.value.strip() == fact.value != ""
        assert fact.text.endswith((".", "»."))
        assert "{" not in fact.text or "{" in words
        assert fact.source == fact.source.strip()
