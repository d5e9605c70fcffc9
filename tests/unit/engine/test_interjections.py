# SPDX-License-Identifier: GPL-3.0-or-later
"""What words said over the companion amount to, in English and French, misheard ones and its own included."""

from __future__ import annotations

import pytest

from desktop_app.engine.interjections import Interjection, interjection


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Mm-hm.", "en"),
        ("mmith", "en"),
        ("Yeah.", "en"),
        ("yef", "en"),
        ("Uh-huh, right.", "en"),
        ("Oh really?", "en"),
        ("okas", "en"),
        ("I see", "en"),
        ("i", "en"),
        ("yes yes yes", "en"),
        ("That's right", "en"),
        ("Oui oui", "fr"),
        ("D'accord.", "fr"),
        ("d’accord, oui", "fr"),
        ("Ah bon ?", "fr"),
        ("tout à fait", "fr"),
    ],
)
def test_who_listens_does_not_interrupt(words: str, language: str) -> None:
    assert interjection(words, language) is Interjection.BACKCHANNEL


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Stop.", "en"),
        ("wait a second", "en"),
        ("Hold on", "en"),
        ("Excuse me, but", "en"),
        ("Attends !", "fr"),
        ("arrête", "fr"),
        ("Excuse-moi", "fr"),
        ("Une minute", "fr"),
    ],
)
def test_some_words_ask_for_the_floor(words: str, language: str) -> None:
    assert interjection(words, language) is Interjection.FLOOR


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("yes but I do not think so", "en"),
        ("what did you say", "en"),
        ("okay then tell me about the moon", "en"),
        ("oui mais demain il pleut", "fr"),
        ("je ne crois pas", "fr"),
        ("ich glaube nicht", "de"),
        ("What?", "en"),
        ("no", "en"),
        ("but", "en"),
        ("Yeah but", "en"),
        ("Pourquoi ?", "fr"),
        ("Non.", "fr"),
        ("Oui mais", "fr"),
    ],
)
def test_other_words_are_the_persons_own(words: str, language: str) -> None:
    assert interjection(words, language) is Interjection.WORDS


@pytest.mark.parametrize(("words", "meaning"), [("", Interjection.NOTHING), ("the", Interjection.NOTHING)])
def test_a_sound_is_no_word(words: str, meaning: Interjection) -> None:
    assert interjection(words, "en") is meaning


@pytest.mark.parametrize("words", ["is", "what to", "desto", "howden"])
def test_what_begins_a_little_like_a_backchannel_is_none(words: str) -> None:
    assert interjection(words, "en") is not Interjection.BACKCHANNEL


def test_a_question_word_that_the_companion_says_itself_may_be_its_echo() -> None:
    assert interjection("what", "en", "I know what you mean") is Interjection.OWN_ECHO
    assert interjection("what", "en", "I know what you mean", is_foreign=True) is Interjection.FRAGMENT


@pytest.mark.parametrize(
    ("words", "language", "being_said", "meaning"),
    [
        ("what forest", "en", "at the edge of a forest with her cat", Interjection.WORDS),
        ("no her cat", "en", "at the edge of a forest with her cat", Interjection.WORDS),
        ("non son chat", "fr", "au bord de la forêt avec son chat", Interjection.WORDS),
        ("stop it please", "en", "and then it rained", Interjection.FLOOR),
        ("tell", "en", "let me tell you", Interjection.OWN_ECHO),
    ],
)
def test_who_begins_anew_is_no_echo(words: str, language: str, being_said: str, meaning: Interjection) -> None:
    assert interjection(words, language, being_said) is meaning


@pytest.mark.parametrize(
    ("words", "language", "meaning"),
    [
        ("okay stop", "en", Interjection.FLOOR),
        ("uh wait", "en", Interjection.FLOOR),
        ("oh no", "en", Interjection.WORDS),
        ("ah non", "fr", Interjection.WORDS),
        ("oui mais", "fr", Interjection.WORDS),
        ("oh yes", "en", Interjection.BACKCHANNEL),
        ("ah oui", "fr", Interjection.BACKCHANNEL),
    ],
)
def test_what_leads_to_a_word_that_counts_takes_nothing_from_it(
    words: str, language: str, meaning: Interjection
) -> None:
    assert interjection(words, language) is meaning


def test_the_beginning_of_words_is_a_fragment() -> None:
    assert interjection("the do", "en") is Interjection.FRAGMENT
    assert interjection("the doctor", "en") is Interjection.WORDS


@pytest.mark.parametrize(
    ("words", "being_said"),
    [
        ("leave the pan on the stove", "and then leave the pan on the stove for a minute"),
        ("leave the panon the sto", "and then leave the pan on the stove for a minute"),
        ("us wait here", "Let us wait here, by the fire"),
        ("bouilloire chante", "La bouilloire chante et la pluie"),
    ],
)
def test_what_the_companion_says_itself_is_its_echo(words: str, being_said: str) -> None:
    assert interjection(words, "en", being_said) is Interjection.OWN_ECHO


@pytest.mark.parametrize(("words", "being_said"), [("stop", "the rain has stopped"), ("i have to go", "have you time")])
def test_words_that_only_share_letters_with_it_are_not(words: str, being_said: str) -> None:
    assert interjection(words, "en", being_said) is not Interjection.OWN_ECHO
