# SPDX-License-Identifier: GPL-3.0-or-later
"""What the teachers of the starter ears say: everyday sentences, grammar, recombinations and loose words."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from training.ears.vocabulary import TEXT_DIRECTORY, Vocabulary, load_vocabulary, normalize

HELD_OUT_DIRECTORY = Path(__file__).parent.parent.parent / "benchmarks" / "lists"
TEMPLATES_FILE = TEXT_DIRECTORY / "en_templates.txt"


_SMALL_NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_JOINTS = ("and", "but", "so", "because", "or", "while", "when", "if", "since", "although", "then", "that", "though")


@cache
def held_out_sentences() -> frozenset[str]:
    """Every sentence of the committed test lists; training refuses them."""
    return frozenset(
        normalize(line)
        for path in sorted(HELD_OUT_DIRECTORY.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    )


def natural_sentences() -> list[str]:
    """The hand-written sentences; those with digits or symbols are left out, since the ears write words."""
    lines: list[str] = []
    for path in sorted(TEXT_DIRECTORY.glob("en_everyday_*.txt")):
        lines += path.read_text(encoding="utf-8").splitlines()
    usable = (line.strip() for line in lines if line.strip() and not line.startswith("#"))
    return [line for line in dict.fromkeys(usable) if not re.search(r"[0-9$%&@#/]", line)]


def spoken_number(number: int) -> str:
    """A number below one million in words."""
    if number < 20:
        return _SMALL_NUMBERS[number]
    if number < 100:
        return _TENS[number // 10 - 2] + (" " + _SMALL_NUMBERS[number % 10] if number % 10 else "")
    if number < 1000:
        rest = " and " + spoken_number(number % 100) if number % 100 else ""
        return _SMALL_NUMBERS[number // 100] + " hundred" + rest
    rest = " " + spoken_number(number % 1000) if number % 1000 else ""
    return spoken_number(number // 1000) + " thousand" + rest


class SentenceSource:
    """Draws training sentences; the same seed gives the same sentences from the same texts."""

    def __init__(self, seed: int | str) -> None:
        self.random = random.Random(seed)
        self.natural = natural_sentences()
        self.vocabulary: Vocabulary = load_vocabulary(self.natural)
        counts = Counter(word for line in self.natural for word in normalize(line).split())
        self._frequent = list(counts)
        self._frequencies = [count**0.6 for count in counts.values()]
        self.every_word = self.vocabulary.every_word
        self._followers: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._loose_followers: dict[str, list[str]] = defaultdict(list)
        for line in self.natural:
            chain = ["", "", *normalize(line).split(), ""]
            for first, second, third in zip(chain, chain[1:], chain[2:], strict=False):
                self._followers[first, second].append(third)
                if second:
                    self._loose_followers[second].append(third)
        self._templates, self._rules = _read_templates(TEMPLATES_FILE)
        self._endings = [line for line in self.natural if 3 <= len(line.split()) <= 9]

    def sentence(self) -> str:
        """One new sentence, never one of the test lists."""
        while True:
            text = self._draw()
            if 0 < len(text) <= 120 and normalize(text) not in held_out_sentences():
                return text

    def _draw(self) -> str:
        kind = self.random.random()
        if kind < 0.27:
            return self.random.choice(self.natural)
        if kind < 0.44:
            return self._recombined()
        if kind < 0.72:
            return self.expand(self.random.choice(self._templates))
        if kind < 0.80:
            return self._spliced()
        return self._loose_words()

    def _recombined(self) -> str:
        """A walk over neighboring words of the natural sentences, sometimes with a foreign word slipped in."""
        words: list[str] = []
        first, second = "", ""
        while len(words) < 16:
            followers = self._followers[first, second]
            if second and (len(followers) < 2 or self.random.random() < 0.25):
                followers = self._loose_followers[second]
            word = self.random.choice(followers)
            if not word:
                break
            if self.random.random() < 0.08:
                word = self.random.choice(self.every_word)
                words.append(word)
                first, second = "", self.random.choice(self._frequent)
                continue
            words.append(word)
            first, second = second, word
        return " ".join(words)

    def _spliced(self) -> str:
        first, second = (self.random.choice(self._endings).rstrip(".?!") for _ in range(2))
        joint = self.random.choice(_JOINTS)
        comma = self.random.choice(["", ","])
        return f"{first}{comma} {joint} {second[0].lower()}{second[1:]}"

    def _loose_words(self) -> str:
        length = self.random.choices(range(1, 8), [4, 3, 4, 4, 3, 2, 1])[0]
        words = [
            self.random.choice(self.every_word)
            if self.random.random() < 0.6
            else self.random.choices(self._frequent, self._frequencies)[0]
            for _ in range(length)
        ]
        return " ".join(words)

    def expand(self, template: str) -> str:
        """Replace every {slot} of a template, slots within slots too."""
        text = re.sub(r"\{(\w+)\}", lambda match: self.expand(self._slot(match.group(1))), template)
        text = re.sub(r"\ba ([aeiou])", r"an \1", text)
        return " ".join(text.split())

    def _slot(self, name: str) -> str:
        vocabulary, choice = self.vocabulary, self.random.choice
        if name in self._rules:
            return choice(self._rules[name])
        match name:
            case "noun" | "mass":
                return choice(vocabulary.nouns)
            case "plural":
                return choice(vocabulary.plurals)
            case "adj":
                return choice(vocabulary.adjectives)
            case "comparative":
                return choice(vocabulary.comparatives)
            case "superlative":
                return choice(vocabulary.superlatives)
            case "verb" | "verb_s" | "verb_ed" | "verb_en" | "verb_ing":
                verb = choice(vocabulary.verbs)
                forms = {"verb": verb.base, "verb_s": verb.third_person, "verb_ed": verb.past}
                return (forms | {"verb_en": verb.participle, "verb_ing": verb.progressive})[name]
            case "count":
                return spoken_number(self._number())
            case "word":
                return choice(self.every_word)
            case _:
                return choice(vocabulary.groups[name])

    def _number(self) -> int:
        limit = self.random.choices([12, 60, 100, 1000, 20000], [8, 8, 4, 2, 1])[0]
        return self.random.randint(0, limit)


def _read_templates(path: Path) -> tuple[list[str], dict[str, list[str]]]:
    """Lines of a template file: `name = a | b | c` defines a slot, every other line holds templates with | between."""
    templates: list[str] = []
    rules: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, equals, alternatives = line.partition(" = ")
        if equals:
            rules[name.strip()] = [part.strip() for part in alternatives.split("|")]
        else:
            templates += [part.strip() for part in line.split("|")]
    return templates, rules
