# SPDX-License-Identifier: GPL-3.0-or-later
"""The starter mind: a rehearsed conversation for when no model answers, honest about being one.

It understands nothing. It looks for patterns (rehearsed_lines), turns words around, asks back, and uses what
is remembered. In this order: what must not be missed, memory, what was just learned, topics, and then small talk.
The same seed, words and history always give the same answer.
"""

from __future__ import annotations

import random
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from desktop_app.domain.conversation import ChatMessage, Prompt, Role
from desktop_app.domain.memory import Fact
from desktop_app.mind.forgetting import asks_to_forget, facts_to_forget
from desktop_app.mind.prompt import is_note
from desktop_app.mind.prompt_wording import wording_for
from desktop_app.mind.rehearsed_script import Learned, Recall, Script, Topic, script_for
from desktop_app.mind.remembering import addressed, facts_in, topic_words
from desktop_app.mind.spoken_time import part_of_day, spoken_date, spoken_time, weekday
from desktop_app.mind.sums import sum_in
from desktop_app.mind.wording import folded

_TAG = re.compile(r"\[\w+\]\s*")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SENTENCE_START = re.compile(r"((?:^|[.?!]\s)(?:\[\w+\]\s*)?)(\w)")

_MEMORIES_TOLD = 4
_SHORT_WORDS = 4
_ASK_BACK = 0.7
"""How often a question follows where one may."""

_REMINISCE = 0.2
"""How often small talk comes back to what the person likes."""

_HINT_EVERY = 8
"""Every so many answers, small talk mentions how to get a real mind."""


class RehearsedMind:
    """A ChatModel that is always there."""

    name = "starter mind"
    is_starter = True
    prompt_reading = None

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed

    async def check(self) -> None:
        """Always ready."""

    async def warm(self, prompt: Prompt) -> None:
        """Nothing to load but the lines."""
        script_for(prompt.persona.language)

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str]:
        for piece in re.findall(r"\S+\s*", answer_to(prompt, self._seed)):
            yield piece

    async def close(self) -> None:
        """Holds nothing."""


def answer_to(prompt: Prompt, seed: int = 0) -> str:
    """The whole answer, one to three sentences."""
    return _Answer(prompt, seed).text()


@dataclass(frozen=True, slots=True)
class _History:
    """What was said before in this conversation, in order."""

    companion: tuple[str, ...]
    person: tuple[str, ...]

    @classmethod
    def of(cls, messages: Sequence[ChatMessage], interrupted_mark: str) -> _History:
        return cls(
            tuple(
                _TAG.sub("", message.text.removesuffix(interrupted_mark)).strip()
                for message in messages
                if message.role is Role.COMPANION
            ),
            tuple(message.text for message in messages if message.role is Role.USER and not is_note(message)),
        )


@dataclass(slots=True)
class _Answer:
    """One answer in the making."""

    prompt: Prompt
    seed: int
    language: str = field(init=False)
    script: Script = field(init=False)
    heard: str = field(init=False)
    history: _History = field(init=False)
    chance: random.Random = field(init=False)
    known: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        prompt = self.prompt
        self.language = "fr" if prompt.persona.language == "fr" else "en"
        self.script = script_for(self.language)
        self.heard = _heard(prompt.words)
        self.history = _History.of(prompt.messages[:-1], wording_for(self.language).interrupted)
        self.chance = random.Random(f"{self.seed}|{len(self.history.companion)}|{self.heard}")
        self.known = self._known()

    def text(self) -> str:
        script = self.script
        crisis = script.topic("crisis")
        if crisis.match(self.heard):
            return self.chance.choice(crisis.replies)
        if asks_to_forget(self.prompt.words, self.language):
            forget = script.topic("forget")
            forgotten = facts_to_forget(self.prompt.words, self.language, self.prompt.facts)
            return self._pick(forget.replies if forgotten else forget.otherwise)
        if not re.search(r"\w\w", self.heard):
            return self._pick(script.unclear)
        recalled = next((recall for recall in script.recalls if recall.match(self.heard)), None)
        learned = facts_in(self.prompt.words, self.language, self.prompt.local_time)
        topic = self._topic(only_answers=bool(learned))
        if recalled is not None:
            return self._recalled(recalled)
        if learned:
            return self._acknowledged(learned[0], topic)
        if topic is not None and not topic.weak:
            return self._on_topic(topic)
        return self._small_talk(topic)

    def _known(self) -> dict[str, str]:
        """What the placeholders stand for; what is not known is missing."""
        prompt, language = self.prompt, self.language
        part = part_of_day(prompt.local_time)
        known = {
            "companion": prompt.persona.name,
            "time": spoken_time(prompt.local_time, language),
            "date": spoken_date(prompt.local_time, language),
            "day": weekday(prompt.local_time, language),
            "part": self.script.parts_of_day[part],
            "name": self._value_of("name"),
            "like": self._value_of("likes"),
            "previous": self.history.person[-1].strip(" .") if self.history.person else "",
            "last": self.history.companion[-1] if self.history.companion else "",
            "sum": sum_in(prompt.words, language) or "",
            "memories": self._memories(prompt.facts),
        }
        return {name: value for name, value in known.items() if value}

    def _value_of(self, topic: str) -> str:
        values = [fact.value for fact in self.prompt.facts if fact.topic == topic]
        return addressed(self.chance.choice(values), self.language) if values else ""

    def _memories(self, facts: Sequence[Fact]) -> str:
        told = [self.script.retold(fact.text) for fact in facts[:_MEMORIES_TOLD]]
        if len(told) < 2:
            return "".join(told)
        return f"{', '.join(told[:-1])}, {self.script.conjunction} {told[-1]}"

    def _topic(self, *, only_answers: bool) -> Topic | None:
        if "sum" in self.known:
            return self.script.topic("sum")
        is_short = len(self.heard.split()) <= _SHORT_WORDS
        candidates = (
            topic
            for topic in self.script.topics
            if (topic.answers or not only_answers) and (is_short or not topic.short) and topic.match(self.heard)
        )
        return next(candidates, None)

    def _recalled(self, recall: Recall) -> str:
        match = recall.match(self.heard)
        groups = _groups(match) if match else {}
        named = {key: topic_words(text, self.language) for key, text in groups.items()}
        topics = {_filled(topic, named) for topic in recall.topics}
        fact = next((fact for fact in self.prompt.facts if fact.topic in topics), None)
        if fact is None:
            return self._pick(recall.otherwise, groups)
        facts = [other for other in self.prompt.facts if other.topic == fact.topic]
        return self._pick(self.script.answer, {"fact": self._memories(facts)})

    def _acknowledged(self, fact: Fact, topic: Topic | None) -> str:
        learned = self._learned(fact.topic)
        subject = fact.topic.removeprefix("favorite ").removesuffix("'s name")
        values = {"value": addressed(fact.value, self.language), "subject": subject}
        reply = self._pick(learned.replies, values)
        if topic is not None:
            return f"{reply} {self._on_topic(topic)}"
        return self._with_question(reply, learned.asks, values)

    def _learned(self, topic: str) -> Learned:
        kind = "favorite" if topic.startswith("favorite ") else "named" if topic.endswith("'s name") else topic
        return self.script.learned.get(kind, self.script.learned["other"])

    def _on_topic(self, topic: Topic) -> str:
        groups = self._groups(topic)
        possible = [line for line in topic.replies if self._is_possible(line, groups)]
        reply = self._pick(possible or topic.otherwise, groups)
        asks = () if topic.ask_unless in self.known else topic.asks
        return self._with_question(reply, asks, groups)

    def _groups(self, topic: Topic) -> dict[str, str]:
        match = topic.match(self.heard)
        return {key: self.script.turned(text) for key, text in _groups(match).items()} if match else {}

    def _small_talk(self, weak_topic: Topic | None) -> str:
        script = self.script
        hint = ""
        if len(self.history.companion) % _HINT_EVERY == _HINT_EVERY - 1:
            hint = " " + self._pick(script.hints)
        if "?" in self.prompt.words or script.question.match(self.heard):
            return self._pick(script.fallback_questions) + hint
        if "like" in self.known and not hint and self.chance.random() < _REMINISCE:
            return self._pick(script.memory)
        fresh = self._fresh(weak_topic.replies, self._groups(weak_topic)) if weak_topic else []
        return (self.chance.choice(fresh) if fresh else self._pick(script.fallback_statements)) + hint

    def _with_question(self, reply: str, asks: Sequence[str], values: Mapping[str, str]) -> str:
        if not asks or "?" in reply or self.chance.random() > _ASK_BACK:
            return reply
        return f"{reply} {self._pick(asks, values)}"

    def _pick(self, lines: Sequence[str], values: Mapping[str, str] | None = None) -> str:
        """A line that can be said and was not said before; else the one said longest ago."""
        values = values or {}
        fresh = self._fresh(lines, values)
        if fresh:
            return self.chance.choice(fresh)
        return min(self._possible(lines, values), key=self._last_said)

    def _fresh(self, lines: Sequence[str], values: Mapping[str, str]) -> list[str]:
        return [line for line in self._possible(lines, values) if self._last_said(line) < 0]

    def _possible(self, lines: Sequence[str], values: Mapping[str, str]) -> list[str]:
        return [self._said(line, values) for line in lines if self._is_possible(line, values)]

    def _is_possible(self, line: str, values: Mapping[str, str]) -> bool:
        return all(name in values or name in self.known for name in _PLACEHOLDER.findall(line))

    def _said(self, line: str, values: Mapping[str, str]) -> str:
        filled = _filled(line, {**self.known, **values})
        return _SENTENCE_START.sub(lambda start: start[1] + start[2].upper(), filled)

    def _last_said(self, line: str) -> int:
        """The number of the companion's last message that held this line; -1 if none did."""
        bare = _TAG.sub("", line)
        said = (number for number, text in enumerate(self.history.companion) if bare in text)
        return max(said, default=-1)


def _heard(words: str) -> str:
    """Folded, without punctuation: what the patterns look at."""
    return " ".join(re.sub(r"[^\w' -]|(?<!\w)['-]|['-](?!\w)", " ", folded(words)).split())


def _groups(match: re.Match[str]) -> dict[str, str]:
    return {str(number): (text or "").strip() for number, text in enumerate(match.groups(), 1)}


def _filled(line: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(partial(_replacement, values), line)


def _replacement(values: Mapping[str, str], placeholder: re.Match[str]) -> str:
    return values.get(placeholder[1], "")
