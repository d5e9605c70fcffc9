# SPDX-License-Identifier: GPL-3.0-or-later
"""How finished words sound, with punctuation and without."""

from __future__ import annotations

import pytest

from desktop_app.engine.completeness import Completeness, completeness

FINISHED, LIKELY, UNCLEAR = Completeness.FINISHED, Completeness.LIKELY, Completeness.UNCLEAR
UNFINISHED, FILLER = Completeness.UNFINISHED, Completeness.FILLER

ENGLISH = {
    FINISHED: (
        "What time is it?", "I went home.", "yes", "no", "stop", "Yes.", "What are you looking for?", "I think so.",
        "Tell me more.", "That is what I like.", "Who is she?", "I would.", "It is what it is.", "So do I.", "Plan A.",
        "What if?", "And?", "Well?", "Because.", "Oh well.", "really", "It costs 3.", "Why? Because.",
        "She's taller than I.", "uh-huh", "Uh, no.", "My number is 020 7946 0018.", "It's nice, though.",
        "My e-mail is anna@example.com.", "thank you",
    ),
    LIKELY: (
        "what time is it", "i went home", "tell me a story", "what are you looking for", "what do you want",
        "where is she going to", "i think so", "tell me more", "me too", "why not", "how are you", "i love you",
        "yes i am", "what is that", "who are you waiting for", "how do you do", "that's it", "and you",
        "i would like to know what time it is", "what's the weather like", "i know what you want",
        "that is what i need",
        "the weather is fine today", "can you help me", "i am not sure", "what's it like", "what's going on",
        "how have you been", "where is he", "who are they", "who's that", "yes it is", "i'm doing well", "not really",
        "come on", "turn the lights on", "i've never been there before", "that's what i was afraid of",
        "wake me up at six thirty", "how much is twelve times eight", "what's this called", "i'd rather not",
        "when i was a kid we lived by the sea and i liked it",
        "i'd love to", "i don't want to", "if you want to", "she's taller than i am", "of course i do", "so do i",
        "it's raining isn't it", "you don't like it do you", "nobody saw you did they", "what a lovely day it is",
        "that's what she said", "why did you say that", "can you repeat that", "i know what the problem is",
        "i know that", "i wish i could", "this is the chair i sit on", "what is she like", "what's it about",
        "set an alarm for seven thirty", "third of may", "anna at example dot com", "keep going", "can you turn it on",
        "um i don't know", "i like it too", "no, thanks", "where did you put it", "how do you spell that",
    ),
    UNCLEAR: (
        "garden", "", ".", "tomorrow", "seven", "when i was a kid", "if it doesn't rain tomorrow",
        "yesterday when I came home", "i don't", "Hmm.", "Oh.", "my sister", "last night", "in the kitchen",
        "thirty two", "i'm thirty two",
    ),
    UNFINISHED: (
        "i went home and", "I went home, and", "i went to the", "I went to the.", "because", "because my",
        "what i wanted to ask you is", "i can't seem to", "i think", "I was thinking…", "first we go home,",
        "tell me about the", "do you", "would you like", "can you tell me what", "my sister and i", "it was not",
        "i have been", "if you", "the thing is that", "what is the", "what about my", "i would like to", "so i",
        "there are some", "when i was in", "yesterday i", "the man who", "it's like a", "well you know",
        "can you tell me", "when i was", "something like", "my number is zero six", "My number is 06.",
        "zero six one two", "set a timer for five", "i was born in nineteen", "and then", "for example",
        "i have a question", "once upon a time", "Mr.", "this is Dr.", "what did he", "it's called",
        "Eggs, milk", "a b c", "my name is spelled s m", "john dot", "john dot smith", "my e-mail is anna",
        "the code is 4 2", "Call 020 7946", "yes it's", "yes i'm", "she told me", "and then she said", "i bought",
        "what's the difference between", "where can i", "why don't you", "would you mind", "could you maybe",
        "i'm gonna", "it was just", "have you ever", "a little", "i wanted to ask you", "i don't know whether",
        "he promised that", "set a timer for twenty five", "i asked her because you", "My name is.", "we went",
        "what if we", "you see",
    ),
    FILLER: (
        "um", "i would like um", "Well.", "i want to buy a uh", "well", "i went there and um",
        "Let me think.", "give me a second", "i like it, well", "I'm not sure, um.", "um so", "no wait", "hold on",
        "wait a minute",
    ),
}  # fmt: skip
FRENCH = {
    FINISHED: (
        "Quelle heure est-il ?", "oui", "non", "Je suis rentré chez moi.", "Ça va ?", "Et vous ?", "merci", "D'accord.",
        "Et alors ?", "Alors ?", "Mais ?", "Donc ?", "Parce que.", "Enfin !", "Pourquoi ? Parce que.", "T'es où ?",
        "Vingt et un.", "C'est ce que je cherche.", "Prends-le.", "Mon numéro est le 06 12 34 56 78.", "peut-être",
        "euh non", "bof",
    ),
    LIKELY: (
        "je suis rentré chez moi", "quelle heure est-il", "quelle heure est il", "comment ça va", "ça va", "moi aussi",
        "comme tu veux", "c'est ça", "et vous", "où vas-tu", "comment allez vous", "je ne sais plus", "on y va",
        "raconte-moi une histoire", "il fait beau aujourd'hui", "comment tu t'appelles", "au moins",
        "je n'en veux plus", "il y a longtemps", "je voudrais savoir où il est", "dis-moi ce que c'est",
        "qu'est-ce que c'est",
        "qu'est-ce que tu veux", "qui est-ce", "tu es où", "tu vas où", "on part quand", "c'est trop", "oui tu peux",
        "il y en a", "on y est", "c'est à qui", "moi je préfère ça", "combien font six fois sept",
        "chais pas", "y a quelqu'un", "y en a plus", "t'es où", "vous êtes qui", "tu vas manger où",
        "que fais-tu", "que veux-tu", "d'où viens-tu", "quel genre de livres aimes-tu", "quel jour on est", "moi si",
        "j'en ai deux", "prends-le", "je le veux", "ça me va", "c'est elle", "s'il te plaît", "baisse le son",
        "il est plus grand que vous", "comment il s'appelle", "je sais où tu vas", "c'est tout", "pas du tout",
        "qu'est-ce que tu as dit", "il est né en mille neuf cent quatre vingt", "jean arobase exemple point fr",
    ),
    UNCLEAR: (
        "jardin", "demain", "quand je serai grand", "si j'avais su", "hier quand je suis rentré", "Hmm.", "ma sœur",
        "il me faut des œufs", "dans la cuisine", "hier soir ma voisine",
    ),
    UNFINISHED: (
        "je voudrais un", "je suis parti parce que", "il y avait ma sœur et", "je pense", "je crois que",
        "Je crois que.", "je suis allé à la", "parce qu'il", "je voudrais", "est-ce que tu", "j'ai", "c'est",
        "il faut que j'", "mon frère est", "nous avons", "on va", "je vais au marché avec", "quand", "tu sais",
        "d'abord,", "le chat de la", "pour aller à", "je ne", "mais si tu", "c'est-à-dire", "j'aimerais",
        "hier je suis", "Il était une fois dans un…", "quand j'étais",
        "mon numéro c'est le zéro six", "je m'appelle", "et puis", "en fait", "du coup", "par exemple",
        "j'ai une question", "il était une fois", "je sais où", "Mme", "qu'est-ce que tu",
        "et puis après", "hier je suis allé", "il me faut du pain du beurre", "il me faut des œufs, du lait",
        "il y a", "y a un", "t'as", "est-ce qu'il y a", "est-ce que tu sais", "tu peux me", "pourrais-tu", "il m'a dit",
        "j'ai toujours voulu", "c'est pas", "ça fait", "c'est un petit", "on pourrait", "je me disais", "ce serait",
        "ça s'écrit d u", "jean point", "jean point dupont", "mon mail c'est jean", "C'est le 06 12.", "Je m'appelle.",
        "il m'a parlé de son", "ce que je veux dire", "je veux aussi", "non c'est", "tout d'abord",
    ),
    FILLER: (
        "je voudrais euh", "euh", "alors", "ben", "et puis euh", "Alors.", "laisse-moi réfléchir",
        "Attends.", "bon ben",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        (words, language, expected)
        for language, table in (("en", ENGLISH), ("fr", FRENCH))
        for expected, examples in table.items()
        for words in examples
    ],
)
def test_words_tell_how_finished_they_are(words: str, language: str, expected: Completeness) -> None:
    assert completeness(words, language) is expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [("ich gehe nach hause", LIKELY), ("Wie spät ist es?", FINISHED), ("ich ging, ", UNFINISHED), ("haus", UNCLEAR)],
)
def test_of_other_languages_only_the_marks_are_known(words: str, expected: Completeness) -> None:
    assert completeness(words, "de") is expected
