# SPDX-License-Identifier: GPL-3.0-or-later
"""What the starter voices are trained to say: committed sentence lists, and how those lists were drawn.

`python -m training.voices.sentences` draws the lists anew (natural sentences of `training/text` plus sentences
from `vocabulary.toml`); the build reads the committed lists, so that later changes of the text do not change it.
"""

from __future__ import annotations

import json
import random
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent
NATURAL_TEXT = HERE.parent / "text"
HELD_OUT_LISTS = HERE.parents[1] / "benchmarks" / "lists"
LANGUAGES = ("en", "fr")

NATURAL_COUNT = {"en": 1000, "fr": 700}
DRAWN_COUNT = {"en": 600, "fr": 400}
LENGTH_CHARACTERS = range(8, 120)
QUESTION_SHARE = 0.35  # of the natural sentences: the rise of a question is the rarest thing to learn


def normalized(text: str) -> str:
    """A sentence as the word error rate sees it: lower case, letters and digits only, single spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    kept = "".join(c if c.isalnum() or c == "'" else " " for c in plain)
    return " ".join(kept.split())


def committed(language: str) -> list[str]:
    """The sentences the voices of this language are trained on."""
    return (HERE / f"sentences_{language}.txt").read_text(encoding="utf-8").splitlines()


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def held_out(directory: Path = HELD_OUT_LISTS) -> set[str]:
    """Every sentence of the committed benchmark lists (plain text, tab-separated, JSON or JSON lines), normalized."""
    found: set[str] = set()
    for path in sorted(directory.rglob("*")) if directory.is_dir() else []:
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            pieces: Iterable[str] = _strings(json.loads(text))
        elif path.suffix == ".jsonl":
            pieces = (s for line in text.splitlines() if line.strip() for s in _strings(json.loads(line)))
        else:
            pieces = (piece for line in text.splitlines() for piece in (line, *line.split("\t")))
        found.update(normalized(piece) for piece in pieces)
    return {sentence for sentence in found if len(sentence.split()) > 1}


def refuse_held_out(sentences: Iterable[str], forbidden: set[str]) -> None:
    """Stop the build when a training sentence is one the benchmarks will ask about."""
    leaked = sorted(s for s in sentences if normalized(s) in forbidden)
    if leaked:
        raise SystemExit(f"{len(leaked)} training sentences are in benchmarks/lists, for example: {leaked[:3]}")


class _Draw(dict[str, str]):
    """Fills a frame: each {slot} is drawn anew."""

    def __init__(self, sources: dict[str, Callable[[], str]]) -> None:
        super().__init__()
        self._sources = sources

    def __missing__(self, slot: str) -> str:
        return str(self._sources[slot]())


def drawn(language: str, count: int, rng: random.Random) -> list[str]:
    """`count` different sentences from the frames of the vocabulary."""
    table = tomllib.loads((HERE / "vocabulary.toml").read_text(encoding="utf-8"))[language]
    words: dict[str, list[str]] = {key: value.split() for key, value in table.items() if key != "frames"}

    def syllable() -> str:
        coda = rng.choice(words["coda"]) if rng.random() < 0.55 else ""
        onset = rng.choice(words["onset"]) if rng.random() < 0.9 else ""
        return onset + rng.choice(words["nucleus"]) + coda

    def number() -> str:
        kind = rng.randrange(5)
        if kind == 0:
            return f"{rng.randint(0, 99)}.{rng.randint(0, 99)}" if language == "en" else f"{rng.randint(0, 99)},5"
        return str(rng.randint(0, (20, 99, 999, 9999)[kind - 1]))

    sources: dict[str, Callable[[], str]] = {slot: partial(rng.choice, choices) for slot, choices in words.items()}
    sources |= {
        "pseudo": lambda: "".join(syllable() for _ in range(rng.choice((1, 1, 2, 2, 3)))),
        "number": number,
        "small": lambda: str(rng.randint(4, 20)),
        "hour": lambda: str(rng.randint(1, 12)),
        "minute": lambda: f"{rng.randint(10, 59)}",
        "year": lambda: str(rng.randint(1750, 2040)),
        "letter": lambda: rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "digits": lambda: " ".join(str(rng.randint(0, 9)) for _ in range(rng.randint(3, 6))),
    }
    result: dict[str, None] = {}
    for turn in range(count * 20):
        sentence = table["frames"][turn % len(table["frames"])].format_map(_Draw(sources))
        result[sentence[0].upper() + sentence[1:]] = None
        if len(result) == count:
            break
    return list(result)


def natural(language: str, count: int, rng: random.Random) -> list[str]:
    """`count` of the hand-written sentences of `training/text`, questions more often than they come."""
    lines = sorted(
        {
            line.strip()
            for path in sorted(NATURAL_TEXT.glob(f"{language}_*.txt"))
            for line in path.read_text(encoding="utf-8").splitlines()
            if len(line.strip()) in LENGTH_CHARACTERS
        }
    )
    rng.shuffle(lines)
    questions = [line for line in lines if line.endswith("?")][: round(count * QUESTION_SHARE)]
    others = [line for line in lines if not line.endswith("?")][: count - len(questions)]
    return questions + others


def main() -> None:
    """Draw the sentence lists anew."""
    forbidden = held_out()
    for language in LANGUAGES:
        rng = random.Random(f"starter voices {language}")
        chosen = natural(language, NATURAL_COUNT[language], rng) + drawn(language, DRAWN_COUNT[language], rng)
        chosen = [sentence for sentence in dict.fromkeys(chosen) if normalized(sentence) not in forbidden]
        rng.shuffle(chosen)
        (HERE / f"sentences_{language}.txt").write_text("\n".join(chosen) + "\n", encoding="utf-8")
        print(f"{language}: {len(chosen)} sentences, {sum(s.endswith('?') for s in chosen)} questions")


if __name__ == "__main__":
    main()
