# SPDX-License-Identifier: GPL-3.0-or-later
"""How finished words sound: after "what time is it" nobody goes on, after "I went there and" everybody does.

The rules need no punctuation, for small Whisper models give none; a mark counts, unless it stands after a word that
ends no sentence, for Whisper likes to close what was cut off. English and French; other languages by their marks alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Completeness(Enum):
    """How finished words sound."""

    FINISHED = auto()
    """A sentence with its mark, or a whole answer such as "yes"."""

    LIKELY = auto()
    """Nothing in it asks for more."""

    UNCLEAR = auto()
    """No words, or a single one that could be the first of many."""

    UNFINISHED = auto()
    """It ends in a word that wants another: "and", "the", "because", "I"."""

    FILLER = auto()
    """The person is looking for words: "um", "well", "euh"."""


@dataclass(frozen=True, slots=True)
class _Language:
    never_last: frozenset[str]
    """No sentence ends in these, mark or not."""

    seldom_last: frozenset[str]
    """A sentence may, but where no mark says so more is to come."""

    fillers: frozenset[str]
    whole_answers: frozenset[str]
    """Single words that are all there is to say."""

    wanting: tuple[str, ...]
    """Ends after which more comes, though their last word alone does not say so."""

    complete: tuple[str, ...]
    """Ends that are whole, though their last word alone does not say so."""

    stranding: tuple[str, ...] = ()
    """Beginnings of questions that may end in a preposition or a verb: "what are you looking for"."""

    embedding: tuple[str, ...] = ()
    embedded: tuple[str, ...] = ()
    """Words that begin a question inside a sentence, and ends that close it: "I know what time it is"."""


_ENGLISH = _Language(
    never_last=frozenset(
        """
        a an the and or but nor because although though unless whereas than my your our their its every if i i'm i've
        i'd you're we're they're who's whose
        """.split()
    ),
    seldom_last=frozenset(
        """
        so since while when whenever where until before that which who whom of to in on at by for with from into onto
        over under between about his her this these those some any each no very really quite too more most is are was
        were am be been being have has had do does did will would can could shall should may might must i'll he's she's
        it's there's let's he she we they not don't didn't isn't can't won't going want need got as per via plus also
        either neither both another such what's like
        """.split()
    ),
    fillers=frozenset("um uh er erm hmm hm well mm uhm".split()),
    whole_answers=frozenset(
        """
        yes no yeah yep nope okay ok sure thanks hello hi hey bye goodbye stop please right exactly maybe perhaps
        nothing never always absolutely definitely great good fine
        """.split()
    ),
    wanting=(
        "you know", "i mean", "i think", "i guess", "i believe", "i suppose", "i wonder", "i hope", "i feel",
        "would you like", "could you", "can you", "will you", "would you",
        "tell me", "do you", "did you", "tell me what", "if you", "when you", "because you", "that you",
    ),
    complete=(
        "think so", "hope so", "guess so", "believe so", "suppose so", "tell me more", "no more", "any more",
        "once more", "me too", "you too", "as well", "very well", "so well", "not well", "why not", "of course not",
        "like that", "like this", "do that", "do this", "know that", "said that", "about that", "about this",
        "what is that", "what is this", "who is that", "who is this", "how is that", "what's that", "what's this",
        "what to do", "do you do", "i want to", "how old you are", "how you are", "there you are", "here you are",
        "here we are",
        "yes i am", "yes i do", "yes i did", "yes i can", "yes i will", "yes i have", "no i don't", "no i can't",
        "no i didn't", "i don't", "i can't", "i won't", "i didn't", "it isn't", "that's it", "this is it", "what for",
    ),
    stranding=(
        "what is", "what's", "what are", "what was", "what were", "what do", "what does", "what did", "what can",
        "what could", "what will", "what would", "what should", "what have", "what has", "what kind", "who is",
        "who's", "who are", "who was", "who do", "who did", "which one", "where is", "where are", "where do",
        "where did", "where was", "how is", "how was", "how are",
    ),
    embedding=("what", "where", "who", "how", "which", "why", "everything", "all"),
    embedded=(
        "it is", "it was", "he is", "he was", "she is", "she was", "that is", "this is", "they are", "they were",
        "we are", "we were", "you are", "you were", "i am", "i was", "you want", "i want", "we want", "you need",
        "i need", "you have", "i have", "you do", "i do", "you did", "i did", "he does", "she does", "it does",
    ),
)  # fmt: skip

_FRENCH = _Language(
    never_last=frozenset(
        """
        un une le la les l' de du des d' et ou mais donc or ni car que qu' dont lorsque lorsqu' puisque parce à au aux
        mon ma mes ton ta tes ses notre nos votre vos leurs ce cet cette ces quelque quelques chaque je j' ne n' c'
        """.split()
    ),
    seldom_last=frozenset(
        """
        qui où quand si comme pour par avec sans sous sur dans en chez vers entre depuis pendant avant contre son sa
        leur plusieurs très trop plus moins aussi tu il elle on nous vous ils elles suis es est sommes êtes sont étais
        était ai as a avons avez ont avais avait vais vas va allons allez vont peux peut veux veut dois doit faut ça
        """.split()
    ),
    fillers=frozenset("euh heu ben bah hum hmm alors enfin".split()),
    whole_answers=frozenset(
        """
        oui non ouais d'accord merci bonjour salut bonsoir stop exactement peut-être rien jamais toujours absolument
        bien super voilà
        """.split()
    ),
    wanting=(
        "tu sais", "tu vois", "c'est à dire", "c'est-à-dire", "je pense", "je crois", "je trouve", "j'espère",
        "je me demande", "est-ce", "tout d'abord", "je voudrais", "j'aimerais", "je me",
    ),
    complete=(
        "ça va", "c'est ça", "comme ça", "pour ça", "avec ça", "et ça", "fait ça", "faire ça", "dit ça",
        "moi aussi", "toi aussi", "lui aussi", "nous aussi", "et vous", "et nous", "et elle", "et lui",
        "si tu veux", "si vous voulez", "comme tu veux", "si tu peux", "s'il le faut", "il le faut", "on y va",
        "j'y vais", "je m'en vais", "sais plus", "peux plus", "veux plus", "non plus", "encore plus",
        "de plus en plus", "au moins", "de moins en moins", "comme avant", "depuis quand", "mais si", "c'est qui",
        "c'est où", "c'est quand", "je suis là", "chez nous", "chez vous", "chez elle", "chez eux", "avec nous",
        "avec vous", "avec elle", "pour nous", "pour vous", "pour elle", "d'où", "ou pas", "heure il est",
        "est il", "est elle", "allez vous", "vas tu", "fais tu", "faites vous", "penses tu", "pensez vous", "dis tu",
        "dites vous", "es tu", "êtes vous", "sont ils", "sont elles", "t'appelles tu",
        "vous appelez vous", "je t'en veux",
    ),
    embedding=("où", "comment", "pourquoi", "quel", "quelle", "qui", "ce que", "ce qu'il", "tout ce que"),
    embedded=(
        "il est", "elle est", "c'est", "tu es", "vous êtes", "ils sont", "elles sont", "il y a", "tu as", "vous avez",
        "tu veux", "je veux", "vous voulez", "tu vas", "vous allez", "il était", "elle était", "c'était", "j'ai",
    ),
)  # fmt: skip

_LANGUAGES = {"en": _ENGLISH, "fr": _FRENCH}
_OTHER = _Language(frozenset(), frozenset(), frozenset(), frozenset(), (), ())

_OPEN_MARKS = ("...", "…", ",", "-", "–", "—", ":", ";")
_END_MARKS = (".", "?", "!")


def completeness(words: str, language: str) -> Completeness:
    """How finished these words sound; language is ISO 639-1."""
    text = words.strip().lower().replace("’", "'")
    if text.endswith(_OPEN_MARKS):
        return Completeness.UNFINISHED
    spoken = [bare for word in text.split() if (bare := word.strip(' .?!,;:…"«»()'))]
    if not spoken:
        return Completeness.UNCLEAR
    known, marked = _LANGUAGES.get(language, _OTHER), text.endswith(_END_MARKS)
    if len(spoken) == 1 and spoken[0] in known.whole_answers:
        return Completeness.FINISHED
    plain, last = " ".join(spoken), _last_word(spoken[-1], language)
    if not marked and _ends_with(plain, known.wanting):
        return Completeness.UNFINISHED
    if _ends_with(plain, known.complete):
        return Completeness.FINISHED if marked else Completeness.LIKELY
    if last in known.fillers and not (marked and len(spoken) > 2):
        return Completeness.FILLER
    if last in known.never_last:
        return Completeness.UNFINISHED
    if marked:
        return Completeness.FINISHED
    if last in known.seldom_last and not _is_question(plain, known):
        return Completeness.UNFINISHED
    return Completeness.LIKELY if len(spoken) > 1 else Completeness.UNCLEAR


def _is_question(plain: str, known: _Language) -> bool:
    """Whether it is one that may end in such a word: "what is it for", or, inside a sentence, "what time it is"."""
    if plain.count(" ") >= 3 and f"{plain} ".startswith(tuple(f"{beginning} " for beginning in known.stranding)):
        return True
    return _ends_with(plain, known.embedded) and any(f" {word} " in f" {plain} " for word in known.embedding)


def _ends_with(plain: str, ends: tuple[str, ...]) -> bool:
    return f" {plain}".endswith(tuple(f" {end}" for end in ends))


def _last_word(word: str, language: str) -> str:
    """French elides: what counts of "qu'il" is "il", of "j'ai" it is "ai"."""
    before, apostrophe, after = word.rpartition("'")
    return after if language == "fr" and apostrophe and before and after else word
