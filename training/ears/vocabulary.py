# SPDX-License-Identifier: GPL-3.0-or-later
"""The everyday words the starter ears are taught, and what each can do in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

TEXT_DIRECTORY = Path(__file__).parent.parent / "text"

_VOWELS = "aeiou"
_ADJECTIVE_ENDING = re.compile(r"(ful|ous|ive|able|ible|less|ish|ic|ical|ial|ant|ent|y|al|ed|ing|some|ern)$")


@dataclass(frozen=True)
class Verb:
    """One verb with all its forms."""

    base: str
    third_person: str
    past: str
    participle: str
    progressive: str


@dataclass(frozen=True)
class Vocabulary:
    """Words by what they can do in a sentence, and the groups that templates name."""

    verbs: tuple[Verb, ...]
    nouns: tuple[str, ...]
    plurals: tuple[str, ...]
    adjectives: tuple[str, ...]
    comparatives: tuple[str, ...]
    superlatives: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]
    every_word: tuple[str, ...]


def normalize(text: str) -> str:
    """The form the ears write: lower case, words and apostrophes, nothing else."""
    text = text.lower().replace("’", "'").replace("é", "e").replace("-", " ")
    text = re.sub(r"[^a-z' ]", " ", text)
    return " ".join(word for word in (part.strip("'") for part in text.split()) if word)


def _add_s(word: str) -> str:
    if re.search(r"(s|x|z|ch|sh)$", word):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    return word + ("es" if word in {"go", "do", "echo", "hero", "potato", "tomato", "volcano", "mango"} else "s")


def _conjugations(base: str) -> list[Verb]:
    """The regular verb this word would be, with and without a doubled last letter."""
    if base.endswith("ie"):
        return [Verb(base, _add_s(base), base + "d", base + "d", base[:-2] + "ying")]
    if base.endswith("e"):
        progressive = base + "ing" if base.endswith(("ee", "oe", "ye")) else base[:-1] + "ing"
        return [Verb(base, _add_s(base), base + "d", base + "d", progressive)]
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return [Verb(base, _add_s(base), base[:-1] + "ied", base[:-1] + "ied", base + "ing")]
    stems = [base, base + base[-1]] if re.search(r"[^aeiou][aeiou][^aeiouwyx]$", base) else [base]
    return [Verb(base, _add_s(base), stem + "ed", stem + "ed", stem + "ing") for stem in stems]


def _comparison(adjective: str) -> tuple[str, str]:
    if adjective.endswith("e"):
        return adjective + "r", adjective + "st"
    if adjective.endswith("y") and adjective[-2:-1] not in _VOWELS:
        return adjective[:-1] + "ier", adjective[:-1] + "iest"
    if re.search(r"[^aeiou][aeiou][^aeiouwyx]$", adjective):
        adjective += adjective[-1]
    return adjective + "er", adjective + "est"


def load_vocabulary(sentences: list[str]) -> Vocabulary:
    """The word list and the words of these sentences, sorted into kinds by the inflected forms they come with.

    The kinds need only be right most of the time: templates must place every word in many neighborhoods, not
    make sense.
    """
    groups: dict[str, list[str]] = {}
    for line in (TEXT_DIRECTORY / "en_word_groups.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = groups.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            current.extend([line] if "irregular" in groups else line.split())
    irregular = [Verb(*line.split()) for line in groups.pop("irregular")]

    listed = normalize((TEXT_DIRECTORY / "en_words.txt").read_text(encoding="utf-8")).split()
    known = set(listed) | {word for sentence in sentences for word in normalize(sentence).split()}
    in_groups = {word for group in groups.values() for entry in group for word in entry.replace("-", " ").split()}
    plain = sorted(word for word in known - in_groups if "'" not in word)

    verbs: list[Verb] = list(irregular)
    inflected: set[str] = set()
    for verb in irregular:
        inflected |= {verb.third_person, verb.past, verb.participle, verb.progressive}
    for word in plain:
        for verb in _conjugations(word):
            if word not in inflected and len(word) > 2 and {verb.past, verb.progressive} & known:
                verbs.append(verb)
                inflected |= {verb.third_person, verb.past, verb.progressive}
                break
    comparable = {word: _comparison(word) for word in plain if set(_comparison(word)) <= known}
    compared = {form for pair in comparable.values() for form in pair}
    plurals = [word for word in plain if _is_plural_of(word, known) and word not in compared]
    adjectives = [
        word
        for word in plain
        if word in comparable or (_ADJECTIVE_ENDING.search(word) and word not in compared and len(word) > 4)
    ]
    bases = {verb.base for verb in verbs}
    nouns = [
        word
        for word in plain
        if word not in inflected | compared | set(plurals) | set(comparable) and not word.endswith("ly")
        if word not in bases or _add_s(word) in known
    ]
    forms = {form for verb in verbs for form in (verb.third_person, verb.past, verb.progressive)}
    every_word = known | in_groups | forms
    every_word |= {_add_s(noun) for noun in nouns if _add_s(noun) in known}
    return Vocabulary(
        verbs=tuple(verbs),
        nouns=tuple(nouns),
        plurals=tuple(plurals),
        adjectives=tuple(adjectives),
        comparatives=tuple(pair[0] for pair in comparable.values()),
        superlatives=tuple(pair[1] for pair in comparable.values()),
        groups={name: tuple(entry.replace("-", " ") for entry in group) for name, group in groups.items()},
        every_word=tuple(sorted(every_word)),
    )


def _is_plural_of(word: str, known: set[str]) -> bool:
    singulars = (word[:-1], word[:-2], word[:-3] + "y")
    return word.endswith("s") and any(singular in known and _add_s(singular) == word for singular in singulars)
