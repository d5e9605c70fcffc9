# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides from words alone what it means when somebody says them while the companion is talking.

"mm-hm" and "d'accord" say that one listens: they are no interruption. "wait" and "arrête" ask for the floor however
short they are. Words that the companion itself is saying just now are its own echo. English and French.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from enum import Enum, auto


class Interjection(Enum):
    """What words said over the companion amount to."""

    NOTHING = auto()
    """No words at all."""

    OWN_ECHO = auto()
    """What the companion is saying itself."""

    BACKCHANNEL = auto()
    """"mm-hm", "oui oui": go on, I am listening."""

    FRAGMENT = auto()
    """Too little to tell: the beginning of something, or a sound that was misheard."""

    WORDS = auto()
    """Something of the person's own."""

    FLOOR = auto()
    """"stop", "attends": it asks for silence at once."""


_BACKCHANNELS = {
    "en": """
        mm, mmm, mhm, mm hm, mm hmm, mhmm, hm, hmm, hum, huh, uh, uh huh, um, ah, aha, ahh, oh, ooh, wow, whoa, ha,
        haha, yeah, yea, yeh, yep, yup, yes, ok, okay, kay, right, all right, alright, sure, sure thing, true, really,
        oh really, i see, i know, i understand, got it, gotcha, of course, exactly, absolutely, definitely, indeed,
        totally, good, great, nice, cool, fine, lovely, perfect, awesome, makes sense, that makes sense, go on,
        you are right, you're right, that's right, that's true, that's good, fair enough
    """,
    "fr": """
        mm, mmm, mhm, mm hm, hm, hmm, hum, humm, euh, ah, aha, oh, ouah, waouh, ha, haha, oui, ouais, ouai, mouais, si,
        ok, okay, d'accord, dac, bien, très bien, bon, ah bon, ah oui, ah ok, oh là là, bien sûr, voilà, exactement,
        tout à fait, absolument, évidemment, effectivement, en effet, certes, je vois, je sais, je comprends, compris,
        c'est vrai, c'est ça, vrai, vraiment, super, génial, parfait, chouette, cool, ben oui, bah oui, mais oui,
        et oui,
        tu as raison, vous avez raison, vas y, continue, continuez
    """,
}
_FLOOR = {
    "en": """
        stop, wait, hold on, hang on, one moment, just a moment, one second, just a second, excuse me, be quiet, quiet,
        shut up, silence, enough, that's enough, pause, hush, no no, listen, let me
    """,
    "fr": """
        stop, attends, attendez, arrête, arrêtez, arrêtes, un moment, un instant, une seconde, une minute,
        deux secondes, excuse moi, excusez moi, tais toi, taisez vous, silence, chut, assez, ça suffit, pause,
        non non, écoute, écoutez, laisse moi
    """,
}
_OPENINGS = {
    "en": """
        no, nope, but, what, what's, why, how, who, when, where, which, can, could, would, do, does, did, please, sorry,
        actually, tell
    """,
    "fr": """
        non, mais, quoi, pourquoi, comment, qui, quand, où, combien, quel, quelle, pardon, désolé, désolée, dis, dites,
        peux, peut, pouvez, est ce, qu'est ce, en fait
    """,
}
"""However short, they begin something of one's own: a question, an objection, a wish."""
_LEADS = {"en": "oh, ah, ok, okay, uh, um, well, yeah, yes", "fr": "oh, ah, ok, euh, ben, bah, bon, oui, ouais"}
"""What may come before a word that counts: "oh wait", "ah non"."""
_FEWEST_LETTERS = 4
_ENOUGH_LETTERS = 6
"""Less is a sound, or the beginning of a word that is still being said; enough is no misheard "okay"."""
_FEWEST_BEGUN_LETTERS = 3
"""Fewer are the beginning of anything, but for those of a hum."""
_HUM_BEGINNINGS = ("h", "m")
_HUM = re.compile(r"[aeh]?mm|hm")
"""How ears write a closed mouth: "mmith", "hmm"."""
_SHORTEST_ECHO_LETTERS = 5
_SHORTEST_FOREIGN_ECHO_LETTERS = 9
"""Less is found in any sentence by chance; but even a foreign sound may be an echo that comes later than thought."""
_MOST_EDITS = 0.34
"""Letters that may differ, as a share, for words still to be an echo: a canceller garbles what it leaves."""


def interjection(words: str, language: str, being_said: str = "", *, is_foreign: bool = False) -> Interjection:
    """What these words amount to; being_said is what the companion says just now, and a little before and after.

    is_foreign: the sound is known to be no echo, so that few letters in common are chance.
    """
    spoken = _plain(words)
    if not spoken:
        return Interjection.NOTHING
    known = language if language in _FLOOR_PHRASES else "en"
    said = _plain(being_said)
    led = spoken[1:] if spoken[0] in _LEADS_OF[known] else spoken
    asks_for_floor = _begins_with(led, _FLOOR_PHRASES[known])
    is_opening = _begins_with(led, _OPENING_PHRASES[known]) or _begins_with(spoken, _OPENING_PHRASES[known])
    begins_anew = (asks_for_floor or is_opening) and led[0] not in said
    if not begins_anew and _is_echo(spoken, said, is_foreign=is_foreign):
        return Interjection.OWN_ECHO
    if asks_for_floor:
        return Interjection.FLOOR
    backchannels = _BACKCHANNEL_PHRASES[known]
    if "".join(spoken) in backchannels:
        return Interjection.BACKCHANNEL
    if begins_anew:
        return Interjection.WORDS
    spoken = ["mm" if _HUM.match(word) else word for word in spoken]
    if _begins(spoken, _LISTED_BACKCHANNELS[known]) or _is_made_of("".join(spoken), backchannels):
        return Interjection.BACKCHANNEL
    letters = sum(len(word) for word in spoken if not any(_is_nearly(word, phrase) for phrase in backchannels))
    if letters < _FEWEST_LETTERS:
        return Interjection.NOTHING
    return Interjection.WORDS if letters >= _ENOUGH_LETTERS else Interjection.FRAGMENT


def _plain(text: str) -> list[str]:
    """Words in lower case without punctuation; hyphens part words, apostrophes do not."""
    lowered = unicodedata.normalize("NFC", text).lower().replace("’", "'")
    return re.findall(r"\w+(?:'\w+)*'?", lowered)


def _listed(phrases: str) -> list[list[str]]:
    return [_plain(phrase) for phrase in phrases.split(",")]


_LISTED_BACKCHANNELS = {language: _listed(phrases) for language, phrases in _BACKCHANNELS.items()}
_BACKCHANNEL_PHRASES = {
    language: frozenset("".join(phrase) for phrase in phrases) for language, phrases in _LISTED_BACKCHANNELS.items()
}
_FLOOR_PHRASES = {language: _listed(phrases) for language, phrases in _FLOOR.items()}
_OPENING_PHRASES = {language: _listed(phrases) for language, phrases in _OPENINGS.items()}
_LEADS_OF = {language: frozenset(word for (word,) in _listed(words)) for language, words in _LEADS.items()}


def _begins_with(spoken: Sequence[str], phrases: Collection[list[str]]) -> bool:
    return any(list(spoken[: len(phrase)]) == phrase for phrase in phrases)


def _begins(spoken: Sequence[str], phrases: Collection[list[str]]) -> bool:
    """Whether they are the beginning of one of the phrases, the last word perhaps unfinished."""
    return any(" ".join(phrase).startswith(" ".join(spoken)) for phrase in phrases)


def _is_made_of(letters: str, phrases: Collection[str]) -> bool:
    """Whether letters are some of the phrases in a row, a little misheard, the last one perhaps only begun."""
    if not letters:
        return True
    is_telling = len(letters) >= _FEWEST_BEGUN_LETTERS or letters in _HUM_BEGINNINGS
    if is_telling and any(phrase.startswith(letters) for phrase in phrases):
        return True
    return any(
        _is_nearly(letters[:end], phrase) and _is_made_of(letters[end:], phrases)
        for phrase in phrases
        for end in range(max(1, len(phrase) - 1), min(len(phrase) + 1, len(letters)) + 1)
    )


def _is_nearly(heard: str, phrase: str) -> bool:
    """One letter may be another, lacking or too many where there are enough others; short ones begin alike."""
    if heard == phrase or len(phrase) < 3 or (len(phrase) == 3 and heard[:1] != phrase[:1]):
        return heard == phrase
    shorter, longer = sorted((heard, phrase), key=len)
    differs = next((place for place, letter in enumerate(shorter) if letter != longer[place]), len(shorter))
    return shorter[differs + (len(shorter) == len(longer)) :] == longer[differs + 1 :]


def _is_echo(spoken: Sequence[str], being_said: Sequence[str], *, is_foreign: bool) -> bool:
    letters = "".join(spoken)
    if not is_foreign and len(letters) >= _FEWEST_LETTERS and set(spoken) <= set(being_said):
        return True
    if len(letters) < (_SHORTEST_FOREIGN_ECHO_LETTERS if is_foreign else _SHORTEST_ECHO_LETTERS):
        return False
    return _edits_within(letters, "".join(being_said)) <= _MOST_EDITS * len(letters)


def _edits_within(pattern: str, text: str) -> int:
    """The fewest edits that turn pattern into some stretch of text (Sellers 1980)."""
    row = [0] * (len(text) + 1)
    for index, letter in enumerate(pattern, 1):
        diagonal, row[0] = row[0], index
        for column, other in enumerate(text, 1):
            diagonal, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, diagonal + (letter != other))
    return min(row)
