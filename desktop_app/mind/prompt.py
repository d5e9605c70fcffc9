# SPDX-License-Identifier: GPL-3.0-or-later
"""What the chat model sees: persona, recent turns, what is remembered, and the person's words.

The order keeps a model server's prefix cache working, because only what follows the first changed byte is read anew:

    system   persona and rules        the same bytes in every turn
    …        recent turns             only ever appended to; the oldest half is dropped at once when they are too long
    user     a note: time, facts,     changes every turn, so it comes late; a message of its own, since model servers
             past messages            join neighbouring user messages into one
    user     the person's words       last, alone, so that Prompt.words is what was said

Everything together, and room for the reply, stays inside the model's context (of 2,048 tokens or more).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

from desktop_app.domain.conversation import ChatMessage, Prompt, Role
from desktop_app.domain.memory import Fact, FactKind, KeptMessage
from desktop_app.domain.persona import Persona
from desktop_app.mind.prompt_wording import OTHER_LANGUAGE_RULE, PromptWording, wording_for
from desktop_app.mind.spoken_time import spoken_date, spoken_day
from desktop_app.mind.wording import folded_words

RECALLED_LIMIT = 4
"""How many past messages it pays to recall."""

REPLY_TOKENS = 300

_CHARACTERS_PER_TOKEN = {"en": 3.2, "fr": 2.8}
_CAUTIOUS_CHARACTERS_PER_TOKEN = 2.4
_TOKENS_PER_FOREIGN_CHARACTER = 2.0
"""Beyond Latin script a character may take several tokens."""

_TOKENS_PER_MESSAGE = 8
"""Role marks around every message."""

_LAST_LATIN = "\u024f"

_SYSTEM_SHARE = 0.6
_LONGEST_WORDS_SHARE = 0.5
_USUAL_WORDS_SHARE = 0.15
_NOTE_SHARE = 0.2
"""Persona and rules as a part of the whole room; words and note as parts of what then is left. The usual shares are
kept free even when they are not needed, so that the history's room is the same in every turn."""

_NOTE_TOKENS = 400
_RECALLED_CHARACTERS = 240

_BLOCKS = (64, 32, 16, 8, 4, 2, 1)
"""History may begin only where message ids enter a new block of one of these sizes."""

_IMPORTANT_TOPICS = ("name",)


def build_prompt(
    persona: Persona,
    facts: Sequence[Fact],
    recalled: Sequence[KeptMessage],
    recent: Sequence[KeptMessage],
    words: str,
    local_time: datetime,
    context_tokens: int,
) -> Prompt:
    """All that a chat model needs for one reply, inside context_tokens.

    recent: oldest first, without the words just said; whoever keeps the list drops from its front seldom, and then
    much at once, or the prefix changes with it.
    recalled: past messages that bear on the words, best first.
    """
    wording = wording_for(persona.language)
    tokens = _Estimate(persona.language)
    system = _system(persona, context_tokens)
    room = _room(context_tokens) - tokens.of_message(system)
    said = tokens.cut(words.strip(), int(room * _LONGEST_WORDS_SHARE) - _TOKENS_PER_MESSAGE, keep_end=True)
    words_room = max(tokens.of_message(said), int(room * _USUAL_WORDS_SHARE))
    note_room = min(_NOTE_TOKENS, int(room * _NOTE_SHARE))
    ordered = by_importance(facts, words)
    shown = _window(recent, tokens, wording, room - words_room - note_room)
    remembered = [message for message in recalled if not _is_among(message, shown, words)]
    note = _note(wording, persona.language, ordered, remembered, local_time, tokens, note_room)
    messages = [
        ChatMessage(Role.SYSTEM, system),
        *(_as_chat(message, wording) for message in shown),
        *([ChatMessage(Role.USER, note)] if note else []),
        ChatMessage(Role.USER, said),
    ]
    return Prompt(tuple(messages), persona, tuple(ordered), local_time)


def persona_fits(persona: Persona, context_tokens: int) -> bool:
    """Whether the whole persona is told to the model; if not, its character is cut, and the person should know."""
    return _full_system(persona) == _system(persona, context_tokens)


def estimated_tokens(prompt: Prompt) -> int:
    """How many tokens the prompt takes, guessed on the high side."""
    tokens = _Estimate(prompt.persona.language)
    return sum(tokens.of_message(message.text) for message in prompt.messages)


def is_note(message: ChatMessage) -> bool:
    """Whether this is the note about time and memory rather than something said."""
    return message.role is Role.USER and message.text.startswith((wording_for("en").note, wording_for("fr").note))


def by_importance(facts: Sequence[Fact], words: str) -> list[Fact]:
    """Facts in the order in which they deserve room: the name, what these words touch, what was asked for, newest."""
    said = folded_words(words)

    def rank(fact: Fact) -> tuple[bool, bool, bool, float]:
        touched = not said.isdisjoint(folded_words(f"{fact.topic} {fact.value}"))
        newest = -fact.learned_at.timestamp()
        return fact.topic not in _IMPORTANT_TOPICS, not touched, fact.kind is not FactKind.ASKED, newest

    return sorted(facts, key=rank)


class _Estimate:
    """Token counts without the model's tokenizer, guessed on the high side."""

    def __init__(self, language: str) -> None:
        self._per_latin = 1 / _CHARACTERS_PER_TOKEN.get(language, _CAUTIOUS_CHARACTERS_PER_TOKEN)

    def of_text(self, text: str) -> int:
        foreign = 0 if text.isascii() else sum(character > _LAST_LATIN for character in text)
        return math.ceil((len(text) - foreign) * self._per_latin + foreign * _TOKENS_PER_FOREIGN_CHARACTER)

    def of_message(self, text: str) -> int:
        return self.of_text(text) + _TOKENS_PER_MESSAGE

    def cut(self, text: str, tokens: int, *, keep_end: bool = False) -> str:
        """As much of the text as takes at most so many tokens, from its start or its end."""
        if self.of_text(text) <= tokens:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.of_text(text[len(text) - middle :] if keep_end else text[:middle]) <= tokens:
                low = middle
            else:
                high = middle - 1
        return text[len(text) - low :].lstrip() if keep_end else text[:low].rstrip()


def _room(context_tokens: int) -> int:
    return context_tokens - min(REPLY_TOKENS, context_tokens // 4)


def _full_system(persona: Persona) -> str:
    return "\n".join((_who(persona), *_rules(persona)))


def _system(persona: Persona, context_tokens: int) -> str:
    """Persona and rules. The rules always stay whole; a persona too long for its share is cut at its end."""
    tokens = _Estimate(persona.language)
    rules = "\n".join(_rules(persona))
    room = int(_room(context_tokens) * _SYSTEM_SHARE) - tokens.of_message(rules) - 1
    return f"{tokens.cut(_who(persona), max(room, _SHORTEST_WHO_TOKENS))}\n{rules}"


_SHORTEST_WHO_TOKENS = 24


def _who(persona: Persona) -> str:
    wording = wording_for(persona.language)
    lines = [f"{wording.identity.format(name=persona.name)} {persona.character.strip()}".strip()]
    if persona.speaking_style.strip():
        lines.append(wording.style.format(style=persona.speaking_style.strip()))
    return "\n".join(lines)


def _rules(persona: Persona) -> tuple[str, ...]:
    rules = wording_for(persona.language).rules
    if persona.language in ("en", "fr"):
        return rules
    return (*rules, OTHER_LANGUAGE_RULE.format(language=persona.language))


def _as_chat(message: KeptMessage, wording: PromptWording) -> ChatMessage:
    if message.speaker == "person":
        return ChatMessage(Role.USER, message.text)
    return ChatMessage(Role.COMPANION, message.text + (wording.interrupted if message.interrupted else ""))


def _window(
    recent: Sequence[KeptMessage], tokens: _Estimate, wording: PromptWording, room: int
) -> Sequence[KeptMessage]:
    """All messages if they fit; else the newest, begun at a place that stays the same over many turns.

    The window begins where the ids enter a new block: the largest block size for which at least half of the room is
    used. So it grows turn by turn without moving, and when it is full it loses about half of itself at once. It is a
    function of the ids alone: nothing has to be remembered between turns, and it never moves backwards.
    """
    heard = [message for message in recent if message.text]
    sizes = [tokens.of_message(_as_chat(message, wording).text) for message in heard]
    used = [*accumulate(reversed(sizes), initial=0)][::-1]  # from each message to the end
    if used[0] <= room:
        return heard
    numbers = [message.id or index + 1 for index, message in enumerate(heard)]
    for block in _BLOCKS:
        for start in range(1, len(heard)):
            enters = numbers[start] // block != numbers[start - 1] // block
            if enters and room / 2 <= used[start] <= room:
                return heard[start:]
    fitting = next(start for start in range(len(used)) if used[start] <= max(room, 0))
    return heard[fitting:]


def _is_among(message: KeptMessage, shown: Sequence[KeptMessage], words: str) -> bool:
    return message.text.strip() == words.strip() or any(
        message.id == other.id and message.text == other.text for other in shown
    )


def _note(
    wording: PromptWording,
    language: str,
    facts: Sequence[Fact],
    recalled: Sequence[KeptMessage],
    local_time: datetime,
    tokens: _Estimate,
    room: int,
) -> str:
    """Time, facts and past messages in as many whole sentences as there is room for; "" if there is none."""
    now = wording.now.format(date=spoken_date(local_time, language), time=f"{local_time:%H:%M}")
    past = [_quoted(message, wording, language) for message in recalled[:RECALLED_LIMIT]]

    def written(fact_count: int, past_count: int) -> str:
        lines = [wording.note, now]
        if fact_count:
            lines.append(wording.known.format(facts=" ".join(fact.text for fact in facts[:fact_count])))
        if past_count:
            lines.append(wording.earlier.format(messages="; ".join(past[:past_count]) + "."))
        return "\n".join(lines) + "]"

    note = ""
    counts = [(count, 0) for count in range(len(facts) + 1)]
    counts += [(len(facts), count) for count in range(1, len(past) + 1)]
    for fact_count, past_count in counts:
        longer = written(fact_count, past_count)
        if tokens.of_message(longer) > room:
            break
        note = longer
    return note


def _quoted(message: KeptMessage, wording: PromptWording, language: str) -> str:
    text = " ".join(message.text.split())
    if len(text) > _RECALLED_CHARACTERS:
        text = text[:_RECALLED_CHARACTERS].rstrip() + "…"
    form = wording.person_said if message.speaker == "person" else wording.companion_said
    return form.format(day=spoken_day(message.said_at, language), text=text)
