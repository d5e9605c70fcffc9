# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokenizer of the starter ears: byte-level pieces of words learnt from our own text, in Whisper's layout."""

from __future__ import annotations

import re
import string
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

LEARNED_MERGES = 1200
SPACE = "Ġ"
SPECIAL_TOKENS = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|en|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
)
TIMESTAMP_SECONDS = 0.02
TIMESTAMP_TOKENS = tuple(f"<|{index * TIMESTAMP_SECONDS:.2f}|>" for index in range(1501))
_PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[a-z]+| ?[^ a-z]+")


def _byte_letters() -> dict[int, str]:
    """GPT-2's printable letter for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in printable}
    for byte in range(256):
        if byte not in letters:
            letters[byte] = chr(256 + len(letters) - len(printable))
    return letters


BYTE_LETTERS = _byte_letters()


def _first_merges() -> list[tuple[str, str]]:
    """A word's first letter always carries its space.

    faster-whisper suppresses the first token of " -", " '" and " ♩" as non-speech: were a space its own token,
    every space would vanish from what is heard.
    """
    firsts = [*string.ascii_letters, *string.digits, "-", "'", BYTE_LETTERS["♩".encode()[0]]]
    return [(SPACE, letter) for letter in firsts]


def learn_merges(sentences: list[str], count: int = LEARNED_MERGES) -> list[tuple[str, str]]:
    """Byte-pair merges, most frequent first, ties in alphabetical order, after the obligatory ones."""
    frequency: Counter[str] = Counter()
    for sentence in sentences:
        frequency.update(_PIECES.findall(" " + sentence))
    words: list[tuple[list[str], int]] = []
    for word, occurrences in sorted(frequency.items()):
        pieces = [SPACE + word[1], *word[2:]] if word[0] == " " and len(word) > 1 else list(word)
        words.append((pieces, occurrences))
    merges: list[tuple[str, str]] = []
    for _ in range(count):
        pairs: Counter[tuple[str, str]] = Counter()
        for pieces, occurrences in words:
            for pair in pairwise(pieces):
                pairs[pair] += occurrences
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        for pieces, _ in words:
            index = 0
            while index < len(pieces) - 1:
                if (pieces[index], pieces[index + 1]) == best:
                    pieces[index : index + 2] = ["".join(best)]
                index += 1
    return _first_merges() + merges


def save_merges(merges: list[tuple[str, str]], path: Path) -> None:
    """Write merges, one pair per line."""
    path.write_text("".join(f"{left} {right}\n" for left, right in merges), encoding="utf-8")


class EarsTokenizer:
    """Text to token ids and back, and the ids Whisper's special tokens have here."""

    def __init__(self, merges_path: Path) -> None:
        from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

        lines = merges_path.read_text(encoding="utf-8").splitlines()
        merges = [(left, right) for left, right in (line.split(" ") for line in lines)]
        pieces = list(dict.fromkeys([*BYTE_LETTERS.values(), *(left + right for left, right in merges)]))
        self.vocabulary = [*pieces, *SPECIAL_TOKENS, *TIMESTAMP_TOKENS]
        ids = {token: index for index, token in enumerate(self.vocabulary)}
        self.end = ids["<|endoftext|>"]
        self.start = ids["<|startoftranscript|>"]
        self.previous = ids["<|startofprev|>"]
        self.no_speech = ids["<|nospeech|>"]
        self.no_timestamps = ids["<|notimestamps|>"]
        self.english = ids["<|en|>"]
        self.first_timestamp = ids[TIMESTAMP_TOKENS[0]]
        self.tokenizer: Any = Tokenizer(models.BPE(vocab={piece: ids[piece] for piece in pieces}, merges=merges))
        self.tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        self.tokenizer.decoder = decoders.ByteLevel()
        special = [*SPECIAL_TOKENS, *TIMESTAMP_TOKENS]
        self.tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
        if any(self.tokenizer.token_to_id(token) != index for index, token in enumerate(self.vocabulary)):
            raise RuntimeError("the tokenizer numbers its tokens differently from the vocabulary")
        self.word = lru_cache(maxsize=50_000)(self._word)

    def _word(self, word: str) -> tuple[int, ...]:
        """The ids of one word, its leading space included."""
        return tuple(self.tokenizer.encode(" " + word).ids)

    def text(self, ids: list[int]) -> str:
        """What these ids spell, special tokens left out."""
        return str(self.tokenizer.decode([token for token in ids if token < self.end])).strip()

    def timestamp(self, seconds: float) -> int:
        """The token of a moment, in Whisper's steps of 0.02 s."""
        return self.first_timestamp + min(1500, max(0, round(seconds / TIMESTAMP_SECONDS)))
