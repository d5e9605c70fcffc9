# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides how long to wait in silence before the person's turn counts as finished.

What was said so far tells most: after "what time is it" nobody waits long, after "I went there and" everybody does. The
rules need no punctuation, for small Whisper models give none, and use it where there is some. English and French.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

SHORTEST_SECONDS = 0.25
LONGEST_SECONDS = 2.0


class Completeness(Enum):
    """How finished words sound, and how long one waits after them, in seconds."""

    FINISHED = 0.35
    """A sentence with its mark, or a whole answer such as "yes"."""

    LIKELY = 0.45
    """Nothing in it asks for more."""

    UNKNOWN = 0.65
    """Not understood yet, or a single word that could be the first of many."""

    UNFINISHED = 1.3
    """It ends in a word that wants another: "and", "the", "because", "I"."""

    FILLER = 1.6
    """The person is looking for words: "um", "well", "euh"."""


_UNFINISHED = {
    "en": frozenset(
        """
        a an the and or but nor so because since although though unless while whereas if when whenever where
        until before than that which who whose whom of to in on at by for with from into onto over under
        between about like my your his her its our their this these those some any every each no very really
        quite too more most is are was were am be been being have has had do does did will would can could
        shall should may might must i i'm i've i'd i'll you're we're they're he's she's it's there's let's
        he she we they not don't didn't isn't can't won't going want need got as per via plus also either
        neither both another such what's
        """.split()
    ),
    "fr": frozenset(
        """
        un une le la les l' de du des d' et ou mais donc or ni car que qu' qui dont où quand si lorsque
        lorsqu' puisque parce comme pour par avec sans sous sur dans en à au aux chez vers entre depuis
        pendant avant contre mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce cet cette
        ces quelque quelques chaque plusieurs très trop plus moins aussi je j' tu il elle on nous vous ils
        elles ne n' suis es est sommes êtes sont étais était ai as a avons avez ont avais avait vais vas va
        allons allez vont peux peut veux veut dois doit faut c' ça
        """.split()
    ),
}
_FILLERS = {
    "en": frozenset(
        """
        um uh er erm hmm hm well mm uhm like
        """.split()
    ),
    "fr": frozenset(
        """
        euh heu ben bah hum hmm alors enfin
        """.split()
    ),
}
_WHOLE_ANSWERS = {
    "en": frozenset(
        """
        yes no yeah yep nope okay ok sure thanks hello hi hey bye goodbye stop please right exactly maybe
        perhaps nothing never always absolutely definitely great good fine
        """.split()
    ),
    "fr": frozenset(
        """
        oui non ouais d'accord merci bonjour salut bonsoir bonne au revoir stop exactement peut-être rien
        jamais toujours absolument bien super voilà
        """.split()
    ),
}
_WANTING_ENDS = {
    "en": ("you know", "i mean", "i think", "i guess", "i believe", "i suppose", "i wonder", "i hope", "i feel"),
    "fr": ("tu sais", "tu vois", "c'est à dire", "je pense", "je crois", "je trouve", "j'espère", "je me demande"),
}
"""Phrases after which more comes."""


def completeness(words: str, language: str) -> Completeness:
    """How finished these words sound."""
    text = words.strip().lower().replace("’", "'")
    if not text:
        return Completeness.UNKNOWN
    if text.endswith(("...", "…", ",", "-", "–", ":")):
        return Completeness.UNFINISHED
    marked = text.endswith((".", "?", "!"))
    spoken = text.strip(" .?!,;:…\"'").split()
    if not spoken:
        return Completeness.UNKNOWN
    last, known = spoken[-1].strip(".,;:!?"), language if language in _UNFINISHED else "en"
    if len(spoken) == 1 and last in _WHOLE_ANSWERS[known]:
        return Completeness.FINISHED
    if last in _FILLERS[known] and not (marked and len(spoken) > 2):
        return Completeness.FILLER
    if not marked and (last in _UNFINISHED[known] or " ".join(spoken).endswith(_WANTING_ENDS[known])):
        return Completeness.UNFINISHED
    if marked:
        return Completeness.FINISHED
    return Completeness.LIKELY if len(spoken) > 1 else Completeness.UNKNOWN


class EndpointPolicy(Protocol):
    """Told what was understood so far; asked at every frame how long to wait."""

    patience: float
    """The person's setting: 1 is normal, 2 waits twice as long."""

    @property
    def wants_words(self) -> bool:
        """Whether words change the wait, so that a pause is worth understanding."""
        ...

    def understood(self, words: str, language: str) -> None:
        """These are the words up to the present pause."""
        ...

    def forget(self) -> None:
        """The person goes on: what the words meant for the last pause means nothing for the next."""
        ...

    def wait_seconds(self) -> float:
        """The silence that ends an utterance, as far as is known by now."""
        ...


@dataclass(slots=True)
class FixedEndpointing:
    """The classic pipeline's: the same silence whatever was said. For comparison in benchmarks."""

    seconds: float
    patience: float = 1.0

    @property
    def wants_words(self) -> bool:
        return False

    def understood(self, words: str, language: str) -> None:
        pass

    def forget(self) -> None:
        pass

    def wait_seconds(self) -> float:
        return self.seconds * self.patience


@dataclass(slots=True)
class Endpointing:
    """Waits by what was said."""

    patience: float = 1.0

    _wait_seconds: float = Completeness.UNKNOWN.value

    @property
    def wants_words(self) -> bool:
        return True

    def understood(self, words: str, language: str) -> None:
        self._wait_seconds = completeness(words, language).value

    def forget(self) -> None:
        self._wait_seconds = Completeness.UNKNOWN.value

    def wait_seconds(self) -> float:
        return min(LONGEST_SECONDS, max(SHORTEST_SECONDS, self._wait_seconds * self.patience))
