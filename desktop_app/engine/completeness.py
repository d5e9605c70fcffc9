# SPDX-License-Identifier: GPL-3.0-or-later
"""How finished words sound: after "what time is it" nobody goes on, after "I went there and" everybody does.

The rules need no punctuation, for small Whisper models give none; a mark counts, unless it stands after a word that
ends no sentence, for Whisper likes to close what was cut off. English and French; other languages by their marks alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise


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
    openers: frozenset[str]
    """Words that only fill where they stand alone or after a comma: "well", but not "I slept well"."""

    pronouns: frozenset[str]
    """Subjects of a sentence."""

    numbers: frozenset[str]
    """Number words, but those that are pronouns or articles too ("one", "un")."""

    dictated: frozenset[str]
    """What consists of numbers: after "my phone number is" more of them come, mark or not."""

    counting: frozenset[str]
    """Words before a number that is all there is to say: "at seven", "two plus two"."""

    clauses: frozenset[str]
    """Words that begin a clause which needs another: "when I was a kid"."""

    leads: frozenset[str]
    """Words that may stand before such a clause: "yesterday when …"."""

    affirming: frozenset[str]
    """Words before a short answer: "yes it is"."""

    thinking: tuple[str, ...]
    """Ends that ask for time to think, mark or not."""

    whole_answers: frozenset[str]
    """Single words that are all there is to say."""

    wanting: tuple[str, ...]
    """Ends after which more comes, though their last word alone does not say so."""

    complete: tuple[str, ...]
    """Ends that are whole, though their last word alone does not say so."""

    stranding: tuple[str, ...]
    """Beginnings of questions that may end in a preposition or a verb: "what are you looking for"."""

    embedding: tuple[str, ...]
    embedded: tuple[str, ...]
    """Words that begin a question inside a sentence, and ends that close it: "I know what time it is"."""

    ends_so: Callable[[list[str]], bool]
    """Whether these words may end in what seldom comes last, by a rule of this language alone."""


_PERFECT = ("have", "has", "haven't", "hasn't", "never", "been", "i've", "we've", "you've", "they've")
_SWITCHING = ("turn", "switch", "put")


def _english_ends_so(spoken: list[str]) -> bool:
    """ "I have never seen it before", "turn the lights on", "can you turn it on"."""
    before, last = spoken[-2:]
    if last in ("before", "since"):
        return any(word in _PERFECT for word in spoken)
    switched = spoken[0] in _SWITCHING and len(spoken) > 2
    return last in ("on", "in") and (switched or (before in ("it", "them") and "turn" in spoken))


def _french_ends_so(spoken: list[str]) -> bool:
    """ "J'en ai", "on y est", "je n'ai plus", "tu vas où"; but "je sais où" goes on."""
    before, last = spoken[-2:]
    if before.rpartition("'")[2] in ("en", "y"):
        return True
    if last == "plus":
        return any(word in ("ne", "pas") or word.startswith(("n'", "m'en")) for word in spoken)
    asks = len(spoken) > 2 and spoken[0] in ("tu", "il", "elle", "on", "nous", "vous", "ils", "elles", "c'est", "ça")
    return last in ("où", "quand") and asks and not before.startswith("sa")


_ENGLISH = _Language(
    never_last=frozenset(
        """
        a an the and or but nor because although though unless whereas than my your our their its every if i i'm i've
        i'd you're we're they're who's whose mr mrs ms dr prof
        """.split()
    ),
    seldom_last=frozenset(
        """
        so since while when whenever where until before that which who whom of to in on at by for with from into onto
        over under between about his her this these those some any each no very quite too more most is are was
        were am be been being have has had do does did will would can could shall should may might must i'll he's she's
        it's there's let's he she we they not don't didn't isn't can't won't going want need got as per via plus also
        either neither both another such what's like basically
        """.split()
    ),
    fillers=frozenset("um uh er erm hmm hm mm uhm".split()),
    openers=frozenset("well oh so".split()),
    pronouns=frozenset("i you he she it we they i'm you're he's she's it's we're they're i've i'll there".split()),
    numbers=frozenset(
        """
        zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
        eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand double triple
        """.split()
    ),
    dictated=frozenset("number phone code address password pin zip".split()),
    counting=frozenset("at past to till until before after around by plus minus times".split()),
    clauses=frozenset("when if while although since unless once".split()),
    leads=frozenset("and but so then yesterday today tomorrow well".split()),
    affirming=frozenset("yes no yeah yep nope sure".split()),
    thinking=(
        "let me think", "let me see", "give me a second", "give me a moment", "give me a minute", "one second",
        "one moment", "how do you say", "how shall i put it", "how do i put it", "what's the word",
    ),
    whole_answers=frozenset(
        """
        yes no yeah yep nope okay ok sure thanks hello hi hey bye goodbye stop please right exactly maybe perhaps
        nothing never always absolutely definitely great good fine really
        """.split()
    ),
    wanting=(
        "you know", "i mean", "i think", "i guess", "i believe", "i suppose", "i wonder", "i hope", "i feel",
        "would you like", "could you", "can you", "will you", "would you", "tell me", "do you", "did you",
        "tell me what", "if you", "when you", "because you", "that you", "and then", "after that", "for example",
        "for instance", "by the way", "on the other hand", "in my opinion", "to be honest", "as far as i know",
        "a question", "the thing", "once upon a time", "it's called", "is called", "was called", "i would say",
        "i'd say", "wanted to say", "as i said", "as i was saying", "you please",
        "remind me",
    ),
    complete=(
        "think so", "hope so", "guess so", "believe so", "suppose so", "tell me more", "no more", "any more",
        "once more", "me too", "you too", "as well", "very well", "so well", "not well", "why not", "of course not",
        "like that", "like this", "do that", "do this", "know that", "said that", "about that", "about this",
        "what is that", "what is this", "who is that", "who is this", "how is that", "what's that", "what's this",
        "what to do", "do you do", "i want to", "how old you are", "how you are", "there you are", "here you are",
        "here we are", "yes i am", "yes i do", "yes i did", "yes i can", "yes i will", "yes i have", "no i don't",
        "no i can't", "no i didn't", "i don't", "i can't", "i won't", "i didn't", "it isn't", "that's it",
        "this is it", "what for", "what else", "told you so", "is that so", "and so on", "so do i", "neither do i",
        "so am i", "neither am i", "so did i", "neither did i", "so have i", "neither have i", "so can i",
        "neither can i", "me neither", "me either", "it either", "or not", "maybe not", "hope not",
        "guess not", "rather not", "better not", "certainly not", "probably not", "absolutely not", "who's that",
        "who was that", "come on", "come in", "go on", "hold on", "hang on", "move on", "log in", "let me in",
        "is over", "it's over", "is it over", "some more", "want more", "game over", "start over", "call her",
        "tell her", "ask her", "see her", "miss her", "love her", "know her", "with her", "to her", "for her",
        "about her", "since when", "until when", "say when", "yes and no", "this and that", "ever before",
        "too much", "here i am", "at this", "at that",
    ),
    stranding=(
        "what is", "what's", "what are", "what was", "what were", "what do", "what does", "what did", "what can",
        "what could", "what will", "what would", "what should", "what have", "what has", "what kind", "who is",
        "who's", "who are", "who was", "who do", "who did", "which one", "where is", "where are", "where do",
        "where did", "where was", "where have", "how is", "how was", "how are", "how have", "how old", "who told",
    ),
    embedding=("what", "where", "who", "how", "which", "why", "everything", "all"),
    embedded=(
        "it is", "it was", "he is", "he was", "she is", "she was", "that is", "this is", "they are", "they were",
        "we are", "we were", "you are", "you were", "i am", "i was", "you want", "i want", "we want", "you need",
        "i need", "you have", "i have", "you do", "i do", "you did", "i did", "he does", "she does", "it does",
    ),
    ends_so=_english_ends_so,
)  # fmt: skip

_FRENCH = _Language(
    never_last=frozenset(
        """
        un une le la les l' de du des d' et ou mais donc or ni car que qu' dont lorsque lorsqu' puisque parce à au aux
        mon ma mes ton ta tes ses notre nos votre vos leurs ce cet cette ces quelque quelques chaque je j' ne n' c'
        mme mlle
        """.split()
    ),
    seldom_last=frozenset(
        """
        qui où quand si comme pour par avec sans sous sur dans en chez vers entre depuis pendant avant contre son sa
        leur plusieurs très trop plus moins aussi tu il elle on nous vous ils elles suis es est sommes êtes sont étais
        était ai as a avons avez ont avais avait vais vas va allons allez vont peux peut veux veut dois doit faut
        """.split()
    ),
    fillers=frozenset("euh heu ben bah hum hmm".split()),
    openers=frozenset("alors enfin et bon donc".split()),
    pronouns=frozenset("je j' tu il elle on nous vous ils elles c' ce ça".split()),
    numbers=frozenset(
        """
        zéro deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente
        quarante cinquante soixante cent cents mille double
        """.split()
    ),
    dictated=frozenset("numéro téléphone code adresse portable mot".split()),
    counting=frozenset("plus moins fois font".split()),
    clauses=frozenset("quand si lorsque lorsqu' comme pendant puisque puisqu'".split()),
    leads=frozenset("et mais donc puis alors hier demain aujourd'hui".split()),
    affirming=frozenset("oui non ouais si".split()),
    thinking=(
        "laisse moi réfléchir", "laissez moi réfléchir", "je réfléchis", "voyons voir", "comment dire", "voyons",
        "une seconde", "un instant", "deux secondes", "comment on dit", "attends je cherche",
    ),
    whole_answers=frozenset(
        """
        oui non ouais d'accord merci bonjour salut bonsoir stop exactement peut-être rien jamais toujours absolument
        bien super voilà
        """.split()
    ),
    wanting=(
        "tu sais", "tu vois", "c'est à dire", "c'est-à-dire", "je pense", "je crois", "je trouve", "j'espère",
        "je me demande", "est-ce", "tout d'abord", "je voudrais", "j'aimerais", "je me", "et puis", "et après",
        "après ça", "par exemple", "en fait", "du coup", "en gros", "à mon avis", "d'un côté", "de l'autre côté",
        "une fois", "une question", "m'appelle", "il s'appelle", "elle s'appelle", "ça s'appelle", "te dire",
        "vous dire", "te raconte", "je dirais", "qui concerne", "comme je disais", "qui disent", "que ça", "si ça",
        "quand ça", "mais ça", "donc ça", "alors ça", "savoir c'est",
    ),
    complete=(
        "ça va", "c'est ça", "comme ça", "pour ça", "avec ça", "et ça", "fait ça", "faire ça", "dit ça", "moi aussi",
        "toi aussi", "lui aussi", "nous aussi", "et vous", "et nous", "et elle", "et lui", "si tu veux",
        "si vous voulez", "comme tu veux", "si tu peux", "s'il le faut", "il le faut", "on y va", "j'y vais",
        "je m'en vais", "sais plus", "peux plus", "veux plus", "non plus", "encore plus", "de plus en plus",
        "au moins", "de moins en moins", "comme avant", "depuis quand", "mais si", "c'est qui", "c'est où",
        "c'est quand", "je suis là", "chez nous", "chez vous", "chez elle", "chez eux", "avec nous", "avec vous",
        "avec elle", "pour nous", "pour vous", "pour elle", "d'où", "ou pas", "heure il est", "est il", "est elle",
        "allez vous", "vas tu", "fais tu", "faites vous", "penses tu", "pensez vous", "dis tu", "dites vous",
        "es tu", "êtes vous", "sont ils", "sont elles", "t'appelles tu", "vous appelez vous", "je t'en veux",
        "qui est-ce", "c'est que ça", "c'est trop", "beaucoup trop", "pas trop", "en a trop", "en ai trop",
        "encore moins", "plus ou moins", "de plus", "rien de plus", "à plus", "souviens plus", "comme il faut",
        "à nous", "à vous", "à elle", "de nous", "de vous", "sans nous", "sans vous", "d'elle", "d'elles",
        "pas nous", "pas vous", "à qui", "avec qui", "pour qui", "chez qui", "de qui", "sans qui", "pour quand",
        "jusqu'à quand", "mieux avant", "jamais vu avant", "pour ou contre",
    ),
    stranding=("qu'est-ce", "où est-ce", "comment est-ce", "quand est-ce", "pourquoi est-ce"),
    embedding=("où", "comment", "pourquoi", "quel", "quelle", "qui", "ce que", "ce qu'il", "tout ce que"),
    embedded=(
        "il est", "elle est", "c'est", "tu es", "vous êtes", "ils sont", "elles sont", "il y a", "tu as",
        "vous avez", "tu veux", "je veux", "vous voulez", "tu vas", "vous allez", "il était", "elle était",
        "c'était", "j'ai",
    ),
    ends_so=_french_ends_so,
)  # fmt: skip

_LANGUAGES = {"en": _ENGLISH, "fr": _FRENCH}
_NONE: frozenset[str] = frozenset()
_OTHER = _Language(
    never_last=_NONE, seldom_last=_NONE, fillers=_NONE, openers=_NONE, pronouns=_NONE, numbers=_NONE, dictated=_NONE,
    counting=_NONE, clauses=_NONE, leads=_NONE, affirming=_NONE, whole_answers=_NONE, thinking=(), wanting=(),
    complete=(), stranding=(), embedding=(), embedded=(), ends_so=lambda spoken: False,
)  # fmt: skip

_OPEN_MARKS = ("...", "…", ",", "-", "–", "—", ":", ";")
_END_MARKS = (".", "?", "!")
_ASKING_MARKS = ("?", "!")

_REASONS = ("because", "parce que", "oh well")
"""Whole answers where they have a mark."""
_PREPOSITIONS = ("of", "to", "in", "on", "at", "by", "for", "with", "from", "about")


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
    if text.endswith(_ASKING_MARKS) and len(spoken) <= 2:
        return Completeness.FINISHED  # "And?", "Et alors ?": there is no more to it
    plain, last = " ".join(spoken), _last_word(spoken[-1], language)
    if marked and (plain in _REASONS or _is_letter(words)):
        return Completeness.FINISHED
    if _ends_with(plain.replace("-", " "), known.thinking):
        return Completeness.FILLER
    if _ends_with(plain, known.complete):
        return Completeness.FINISHED if marked else Completeness.LIKELY
    if not marked and _ends_with(plain, known.wanting):
        return Completeness.UNFINISHED
    if _is_filler(text, spoken, last, known, marked=marked):
        return Completeness.FILLER
    if last in known.never_last:
        return Completeness.UNFINISHED
    if _is_number(last, known) and len(spoken) > 1 and _may_go_on_counting(spoken, known, marked=marked):
        return Completeness.UNFINISHED
    if marked:
        return Completeness.FINISHED
    if last in known.seldom_last and not _may_end_so(spoken, plain, known):
        return Completeness.UNFINISHED
    if len(spoken) == 1 or _is_lone_clause(text, spoken, known):
        return Completeness.UNCLEAR
    return Completeness.LIKELY


def _is_letter(words: str) -> bool:
    """Whether it ends in a letter's name: "Plan A." Whisper writes the article small."""
    *before, last = words.split()
    return bool(before) and last.strip(".?!") == "A"


def _is_filler(text: str, spoken: list[str], last: str, known: _Language, *, marked: bool) -> bool:
    if last in known.fillers:
        return not (marked and len(spoken) > 2)
    if last not in known.openers:
        return False
    return all(word in known.openers for word in spoken) or text.endswith(f", {last}")


def _is_number(word: str, known: _Language) -> bool:
    return word.isdigit() or word.replace("-", " ").split()[-1] in known.numbers


def _may_go_on_counting(spoken: list[str], known: _Language, *, marked: bool) -> bool:
    """Whether the number at the end may be the first of several, or the beginning of "five minutes"."""
    if not known.dictated.isdisjoint(spoken):
        return True
    before = next((word for word in reversed(spoken) if not _is_number(word, known)), "")
    return not (marked or before in known.counting or spoken[0] in known.embedding)


def _is_lone_clause(text: str, spoken: list[str], known: _Language) -> bool:
    """Whether there is only "when I was a kid", without what happened then."""
    beginning = 1 if spoken[0] in known.leads else 0
    clause = spoken[beginning:]
    if len(clause) < 3 or clause[0] not in known.clauses or clause[1] in known.seldom_last - known.pronouns:
        return False  # "when is it" asks
    return "," not in text and sum(_subject(word, known) for word in clause) <= 1


def _subject(word: str, known: _Language) -> bool:
    return word in known.pronouns or word.partition("'")[0] + "'" in known.pronouns


def _may_end_so(spoken: list[str], plain: str, known: _Language) -> bool:
    """Whether such a word may stand at the end here: of a question, a short answer, or a verb with its particle."""
    if _is_question(spoken, plain, known):
        return True
    if spoken[0] in known.affirming and len(spoken) >= 3 and _subject(spoken[-2], known):
        return True  # "yes it is", "oui je veux"
    return len(spoken) > 1 and known.ends_so(spoken)


def _is_question(spoken: list[str], plain: str, known: _Language) -> bool:
    """Whether it is one that may end in such a word: "what is it for", or, inside a sentence, "what time it is"."""
    asks = next((begins for begins in known.stranding if f"{plain} ".startswith(f"{begins} ")), None)
    if asks and len(spoken) - len(asks.split()) >= (1 if _asks_who(spoken, known) else 2):
        return spoken[-1] not in known.pronouns or _asks_who(spoken, known)
    if _ends_with(plain, known.embedded) and any(f" {word} " in f" {plain} " for word in known.embedding):
        return True
    return spoken[-1] in _PREPOSITIONS and any(
        word in known.embedding and _subject(after, known) and len(spoken) - index > 4
        for index, (word, after) in enumerate(pairwise(spoken))
    )  # "that is what I was looking for"


def _asks_who(spoken: list[str], known: _Language) -> bool:
    """ "Where is he", but not yet "what did he"."""
    return spoken[-1] in known.pronouns and spoken[-2].rpartition("'")[2] in ("is", "are", "was", "were", "s")


def _ends_with(plain: str, ends: tuple[str, ...]) -> bool:
    return f" {plain}".endswith(tuple(f" {end}" for end in ends))


def _last_word(word: str, language: str) -> str:
    """French elides: what counts of "qu'il" is "il", of "j'ai" it is "ai"."""
    before, apostrophe, after = word.rpartition("'")
    return after if language == "fr" and apostrophe and before and after else word
