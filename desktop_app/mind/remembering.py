# SPDX-License-Identifier: GPL-3.0-or-later
"""What the person said plainly enough to be remembered: plain rules, no model, English and French.

Only statements count: questions, suppositions, quotes and what others said are left alone. A wrong fact is worse than
a missed one. The rules work on tidy text and on a speech recognizer's lower-case words without punctuation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from desktop_app.domain.memory import Fact, FactKind
from desktop_app.mind.remembering_english import ENGLISH
from desktop_app.mind.remembering_french import FRENCH
from desktop_app.mind.remembering_rules import Grammar, Rule, Value
from desktop_app.mind.spoken_time import spoken_day
from desktop_app.mind.wording import folded

_GRAMMARS = {"en": ENGLISH, "fr": FRENCH}

_LONGEST_WORDS = 4000
"""Of a longer monologue only the beginning is looked at."""

_LONGEST_VALUE_WORDS = {
    Value.NAME: 3,
    Value.PLACE: 6,
    Value.WORKPLACE: 6,
    Value.THING: 8,
    Value.EXACT: 8,
    Value.DATE: 5,
}
_LONGEST_ASKED = 400

_LONGEST_PLACE_NAME_WORDS = 3
_SMALL_WORDS = frozenset({"the", "of", "on", "upon", "and", "de", "la", "le", "les", "du", "sur", "en"})

_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»")
_SENTENCE = re.compile(r"(?P<text>.+?)(?P<end>[.!?;…]+(?=\s|$)|$)")
_PAUSE = re.compile(r"(?<!\bmoi)\s*[,:()—–]+(?!\s*(?:nice|pleased|good|great|glad) to meet)\s*|\s-\s")


@dataclass(frozen=True, slots=True)
class _Passage:
    """A piece of what was said, as it was said and in folded form; positions agree."""

    text: str
    plain: str

    @classmethod
    def of(cls, text: str) -> _Passage:
        return cls(text, folded(text))

    def part(self, start: int, end: int | None = None) -> _Passage:
        return _Passage(self.text[start:end], self.plain[start:end]).stripped()

    def stripped(self) -> _Passage:
        left = len(self.text) - len(self.text.lstrip())
        right = len(self.text.rstrip())
        return _Passage(self.text[left:right], self.plain[left:right])


def facts_in(words: str, language: str, now: datetime) -> list[Fact]:
    """The facts that the person stated about themselves or asked to remember, in the order in which they came."""
    grammar = _GRAMMARS.get(language)
    if grammar is None:
        return []
    text = unicodedata.normalize("NFC", " ".join(words.split()))[:_LONGEST_WORDS]
    facts: dict[tuple[str, str], Fact] = {}
    for sentence, is_question in _sentences(_Passage.of(_QUOTED.sub(" … ", text))):
        for fact in _facts_of_sentence(sentence, is_question, grammar, now):
            facts.setdefault((fact.topic, fact.value.casefold()), replace(fact, source=text))
    return list(facts.values())


def addressed(value: str, language: str) -> str:
    """A remembered value as said to the person: "my dog" becomes "your dog"."""
    grammar = _GRAMMARS.get(language, ENGLISH)
    return _turned(value, grammar.second_person)


def topic_words(words: str, language: str) -> str:
    """Words of a question as they stand in a fact's topic: "petite sœur" becomes "younger sister"."""
    return _topic_words(words, _GRAMMARS.get(language, ENGLISH))


def _sentences(passage: _Passage) -> Iterator[tuple[_Passage, bool]]:
    for match in _SENTENCE.finditer(passage.plain):
        sentence = passage.part(*match.span("text"))
        if sentence.text:
            yield sentence, "?" in match["end"]


def _facts_of_sentence(sentence: _Passage, is_question: bool, grammar: Grammar, now: datetime) -> Iterator[Fact]:
    opening = _without_fillers(sentence, grammar)
    asked = grammar.asked.match(opening.plain)
    if asked is not None:
        # "Can you remember that …?" is a wish, whatever its mark.
        yield from _asked_facts(opening.part(*asked.span("value")), bool(asked["that"]), grammar, now)
    elif not is_question:
        for clause in _statements(sentence, grammar):
            fact = _stated_fact(clause, grammar, now)
            if fact is not None:
                yield fact


def _asked_facts(value: _Passage, is_clause: bool, grammar: Grammar, now: datetime) -> Iterator[Fact]:
    if grammar.not_asked.match(value.plain) or len(value.plain.split()) < (2 if is_clause else 3):
        return
    stated = [fact for clause in _statements(value, grammar) if (fact := _stated_fact(clause, grammar, now))]
    if stated:
        yield from (replace(fact, kind=FactKind.ASKED) for fact in stated)
        return
    text = value.text[:_LONGEST_ASKED].rstrip()
    yield Fact(grammar.asked_sentence.format(value=text), FactKind.ASKED, "asked", text, now, text)


def _statements(sentence: _Passage, grammar: Grammar) -> Iterator[_Passage]:
    """The clauses that are meant as they stand, without what leads into them."""
    for clause in _clauses(sentence, grammar):
        bare = _without_fillers(clause, grammar)
        if grammar.hypotheses.match(clause.plain) or grammar.hypotheses.match(bare.plain):
            return
        if grammar.questions.match(bare.plain):
            return
        yield bare
        if grammar.reporting.search(clause.plain):
            return


def _clauses(sentence: _Passage, grammar: Grammar) -> Iterator[_Passage]:
    cuts = {match.span() for match in _PAUSE.finditer(sentence.plain)}
    cuts |= {match.span() for match in grammar.joints.finditer(sentence.plain)}
    start = 0
    for cut_start, cut_end in (*sorted(cuts), (len(sentence.plain), len(sentence.plain))):
        if cut_start < start:
            continue
        yield from _split_at_strong_start(sentence.part(start, cut_start), grammar)
        start = cut_end


def _split_at_strong_start(clause: _Passage, grammar: Grammar) -> Iterator[_Passage]:
    """In "hello there my name is anna" a second clause begins, in "she said my name is anna" none does."""
    if not clause.text:
        return
    for match in grammar.strong_starts.finditer(clause.plain):
        before = clause.plain[: match.start()]
        if before and not grammar.embedding.search(before):
            yield clause.part(0, match.start())
            yield clause.part(match.start())
            return
    yield clause


def _without_fillers(passage: _Passage, grammar: Grammar) -> _Passage:
    match = grammar.fillers.match(passage.plain)
    return passage.part(match.end()) if match else passage


def _stated_fact(clause: _Passage, grammar: Grammar, now: datetime) -> Fact | None:
    for rule in grammar.rules:
        match = rule.pattern.match(clause.plain)
        if match is None:
            continue
        value = _value(clause.part(*match.span("value")), rule.value, grammar, now)
        if value:
            groups = {name: clause.text[slice(*match.span(name))].strip() for name in match.groupdict()}
            return _fact(rule, groups, value, grammar, now)
    return None


def _fact(rule: Rule, groups: dict[str, str], value: str, grammar: Grammar, now: datetime) -> Fact:
    own = _turned(groups.get("own", ""), grammar.third_person)
    topic = rule.topic.format(**{name: _topic_words(text, grammar) for name, text in groups.items()})
    shown = groups | {"value": _turned(value, grammar.third_person), "their": own}
    sentence = " ".join(rule.sentence.format(**shown).split())
    return Fact(sentence, FactKind.STATED, " ".join(topic.split()), value, now, "")


def _topic_words(text: str, grammar: Grammar) -> str:
    plain = folded(text)
    return grammar.topics.get(plain) or " ".join(grammar.topics.get(word, word) for word in plain.split())


def _value(passage: _Passage, kind: Value, grammar: Grammar, now: datetime) -> str | None:
    """The value alone, as the person said it; None if there is nothing in it to remember."""
    end = grammar.ends[kind].search(passage.plain)
    value = passage.part(0, end.start() if end else None)
    trailing = grammar.trailing.search(value.plain)
    value = value.part(0, trailing.start() if trailing and kind is not Value.EXACT else None)
    if kind is Value.NAME:
        return _name(value, grammar)
    if not re.search(r"\w", value.plain) or grammar.empty[kind].match(value.plain):
        return None
    if kind is Value.DATE:
        return _date(value, grammar, now)
    if len(value.text.split()) > _LONGEST_VALUE_WORDS[kind]:
        return None
    return _capitalized_place(value.text) if kind is Value.PLACE else value.text


def _capitalized_place(text: str) -> str:
    words = text.split()
    if any(map(str.isupper, text)) or len(words) > _LONGEST_PLACE_NAME_WORDS:
        return text
    return " ".join(word if word in _SMALL_WORDS else word[0].upper() + word[1:] for word in words)


def _name(value: _Passage, grammar: Grammar) -> str | None:
    """The first word, and those after it while they are capitalized like it."""
    words = value.text.replace(",", " ").split()
    if not words or not re.fullmatch(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", words[0]):
        return None
    if grammar.empty[Value.NAME].match(folded(words[0])):
        return None
    count = 1
    while words[0][0].isupper() and count < len(words) and words[count][0].isupper():
        count += 1
    taken = words[: min(count, _LONGEST_VALUE_WORDS[Value.NAME])]
    return " ".join(word if any(map(str.isupper, word)) else word.title() for word in taken)


def _date(value: _Passage, grammar: Grammar, now: datetime) -> str | None:
    days = grammar.relative_days.get(value.plain)
    if days is not None:
        return spoken_day(now + timedelta(days=days), "fr" if grammar is FRENCH else "en")
    if not grammar.dated.search(value.plain) or len(value.text.split()) > _LONGEST_VALUE_WORDS[Value.DATE]:
        return None
    return value.text


def _turned(text: str, persons: dict[str, str]) -> str:
    return " ".join(persons.get(folded(word), word) for word in text.split())
