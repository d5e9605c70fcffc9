# SPDX-License-Identifier: GPL-3.0-or-later
"""Which remembered facts the person asks to forget: "forget my name", "oublie que j'aime le jazz"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop_app.domain.memory import Fact
from desktop_app.mind.remembering import facts_in
from desktop_app.mind.remembering_rules import compiled
from desktop_app.mind.wording import folded, folded_words


@dataclass(frozen=True, slots=True)
class _Wishes:
    """How one language asks to forget."""

    request: re.Pattern[str]
    everything: re.Pattern[str]
    latest: re.Pattern[str]
    topics: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]
    """What is named, and the topics that it means."""

    empty_words: frozenset[str]


_EMPTY_ENGLISH = (
    "that the and you for with about have has was are not like likes love called live person asked remember"
)
_EMPTY_FRENCH = "que les des une mon mes pas est suis aime adore appelle habite avec pour dans personne demande retenir"

_ENGLISH = _Wishes(
    request=compiled(
        r"(?:(?:well|oh|ok|okay|so|and|no|please|actually|hey|just|can you|could you|would you|will you|you can"
        r"|you should|i want you to|i'd like you to)\b[\s,]*)*(?:forget|delete|erase|do not remember|don't remember)"
        r"(?: about)?(?: the fact)?(?: that)? (?!(?:it|that|this|me)$)(?P<what>.+)"
    ),
    everything=compiled(
        r"(?:everything|all)(?: (?:about me|you know(?: about me)?|i (?:have )?(?:said|told you)|that you know"
        r"(?: about me)?))$"
    ),
    latest=compiled(r"(?:what i(?: have|'ve)? just (?:said|told you)|the last thing|what i said just now)"),
    topics=(
        (compiled(r"(?:my name|what i'm called|what my name is|who i am)$"), ("name",)),
        (compiled(r"(?:my age|how old i am)$"), ("age",)),
        (compiled(r"(?:my birthday|when i was born|when my birthday is)$"), ("birthday", "born in")),
        (compiled(r"(?:where i live|my address|my home)$"), ("lives in",)),
        (compiled(r"where i(?:'m| am| come) from$"), ("comes from",)),
        (compiled(r"(?:my job|my work|what i do|where i work|what i do for a living)$"), ("works as", "works at")),
        (compiled(r"(?:what i like|my tastes|what i love)$"), ("likes",)),
        (compiled(r"(?:what i hate|what i don't like)$"), ("dislikes",)),
    ),
    empty_words=frozenset(_EMPTY_ENGLISH.split()),
)

_FRENCH = _Wishes(
    request=compiled(
        r"(?:(?:bon|alors|ok|d'accord|non|s'il te plait|tu peux|peux-tu|peux tu|pourrais-tu|il faut|et|en fait|tu dois"
        r"|je veux que tu)\b[\s,]*)*(?:oublie|oublier|oublies|oubliez|efface|effacer|ne retiens pas)\b"
        r"(?: le fait)?(?: que\b| qu')?(?! ?(?:ca|cela|moi|pas)$) ?(?P<what>.+)"
    ),
    everything=compiled(r"tout (?:sur moi|ce que tu sais(?: sur moi| de moi)?|ce que je t'ai dit|ce qui me concerne)$"),
    latest=compiled(r"(?:ce que je viens de (?:te )?dire|la derniere chose)"),
    topics=(
        (compiled(r"(?:mon nom|mon prenom|comment je m'appelle|qui je suis)$"), ("name",)),
        (compiled(r"(?:mon age|quel age j'ai)$"), ("age",)),
        (compiled(r"(?:mon anniversaire|ma date de naissance|quand je suis nee?)$"), ("birthday", "born in")),
        (compiled(r"(?:ou j'habite|mon adresse|ou je vis)$"), ("lives in",)),
        (compiled(r"d'ou je viens$"), ("comes from",)),
        (compiled(r"(?:mon metier|mon travail|ce que je fais|ou je travaille)$"), ("works as", "works at")),
        (compiled(r"(?:ce que j'aime|mes gouts)$"), ("likes",)),
        (compiled(r"ce que je n'aime pas$"), ("dislikes",)),
    ),
    empty_words=frozenset(_EMPTY_FRENCH.split()),
)

_WISHES = {"en": _ENGLISH, "fr": _FRENCH}

_ENOUGH = 0.6
"""How much of a fact's own words must be named for it to be meant."""


def asks_to_forget(words: str, language: str) -> bool:
    """Whether the person asks for something to be forgotten."""
    return _wish(words, language) is not None


def facts_to_forget(words: str, language: str, facts: Sequence[Fact]) -> list[Fact]:
    """The facts that the person asks to forget, as far as it is clear which ones; empty if nothing was asked."""
    what = _wish(words, language)
    if what is None:
        return []
    wishes, plain = _WISHES[language], folded(what)
    if wishes.everything.match(plain):
        return list(facts)
    if wishes.latest.match(plain):
        return [max(facts, key=lambda fact: (fact.learned_at.timestamp(), fact.id))] if facts else []
    for pattern, topics in wishes.topics:
        if pattern.match(plain):
            return [fact for fact in facts if fact.topic in topics]
    repeated = {(fact.topic, fact.value.casefold()) for fact in facts_in(what, language, datetime.now())}
    return [
        fact
        for fact in facts
        if (fact.topic, fact.value.casefold()) in repeated or (not repeated and _names(plain, fact, wishes.empty_words))
    ]


def _wish(words: str, language: str) -> str | None:
    """What is to be forgotten, in the person's words."""
    wishes = _WISHES.get(language)
    text = " ".join(words.split()).strip().rstrip(".!?… ")
    match = wishes.request.match(folded(text)) if wishes else None
    return text[slice(*match.span("what"))].strip() if match else None


def _names(plain: str, fact: Fact, empty_words: frozenset[str]) -> bool:
    """ "My sister's name" names the fact that holds these words, "the alarm code" likewise."""
    named = folded_words(plain) - empty_words
    held = folded_words(f"{fact.topic} {fact.value} {fact.text}") - empty_words
    return bool(named) and len(named & held) / len(named) >= _ENOUGH
