# SPDX-License-Identifier: GPL-3.0-or-later
"""How finished words sound: after "what time is it" nobody goes on, after "I went there and" everybody does.

The rules need no punctuation, for small Whisper models give none; a mark counts, unless it stands after a word that
ends no sentence, for Whisper likes to close what was cut off. English and French; other languages by their marks alone.

A rule is a row of words that the end of a sentence is compared with: `a/b` either word, CAPITALS any word of a class,
`_` any word, `-a/b` any but these; a word with `?` may be missing, with `*` stand any number of times, with `+` at
least once; `...` whatever, `^` the beginning. What is contracted or elided is two words: `it 's`, `j' ai`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto


class Completeness(Enum):
    """How finished words sound."""

    FINISHED = auto()
    """A sentence with its mark, or a whole answer such as "yes"."""

    LIKELY = auto()
    """Nothing in it asks for more."""

    UNCLEAR = auto()
    """No words, or few that could be the first of many."""

    UNFINISHED = auto()
    """It ends in a word that wants another: "and", "the", "because", "I"."""

    FILLER = auto()
    """The person is looking for words: "um", "well", "euh"."""


@dataclass(frozen=True, slots=True)
class _Language:
    joint: re.Pattern[str]
    """Where one written word is two."""

    answers: re.Pattern[str]
    """All there is to say."""

    reactions: re.Pattern[str]
    """All there is to say, or the first of more: "hmm"."""

    hesitating: re.Pattern[str]
    """Sounds that are no words."""

    pausing: re.Pattern[str]
    """They ask for time to think, or only fill where they stand alone or after a comma; mark or not."""

    dictating: re.Pattern[str]
    """More of a number, an address or a name comes, mark or not."""

    ended: re.Pattern[str]
    """Whole, though the last word alone does not say so."""

    ended_if_marked: re.Pattern[str]

    never: re.Pattern[str]
    """No sentence ends so, mark or not."""

    open: re.Pattern[str]
    """Where no mark says otherwise more is to come."""

    either: re.Pattern[str]
    """A whole answer as well as the beginning of a sentence."""


def _language(joint: str, classes: str, **rules: str) -> _Language:
    known: dict[str, str] = {}
    for line in filter(None, map(str.strip, classes.splitlines())):
        name, words = line.split(maxsplit=1)
        known[name] = "|".join(filter(None, [known.get(name), *(known.get(word, word) for word in words.split())]))

    def pattern(text: str) -> re.Pattern[str]:
        written = (rule.split() for line in text.splitlines() for rule in line.partition("#")[0].split(","))
        return re.compile("|".join(_rule(words, known) for words in written if words))

    return _Language(joint=re.compile(joint), **{name: pattern(text) for name, text in rules.items()})


def _rule(words: list[str], classes: dict[str, str]) -> str:
    pattern = ""
    for word in words:
        if word in ("^", "..."):
            pattern += "^" if word == "^" else r"(?: \S+)*"
            continue
        bare, often = (word[:-1], word[-1]) if word[-1] in "?*+" else (word, "")
        names = "|".join(classes[name] if name.isupper() else name for name in bare.lstrip("-").split("/"))
        one = rf"(?!(?:{names})(?: |$))\S+" if bare[0] in "-_" else f"(?:{names})"
        pattern += f"(?: {one}){often}"
    return f"(?:{pattern}$)"


_ENGLISH = _language(
    joint=r"(?='(?:s|m|re|ve|d|ll)\b)",
    classes=r"""
        UM      um uh er erm uhm hmm hm mm
        HE      i he she we they
        SUBJ    HE you it there
        OBJ     me you him her it us them
        CUT     'm 's 're 've 'd 'll
        BE      is are was were am be been being
        FULL    BE have has had do does did will would can could shall should may might must cannot
        AUX     FULL CUT
        NT      \w+n't
        NOT     not never nobody nothing NT
        WH      what who whose which where when why how
        DET     a an the my your our their its every
        SMALL   little old new small big good nice first same whole single only long red
        PREP    of to in on at by for with from into onto between about without under through across behind beneath
        PREP    against within near during
        STRAND  about at for from with of on in into like by
        EMBED   what who where how which why everything all way
        GAP     what who which everything something anything nothing all one thing
        THINK   think thought guess believe suppose wonder hope
        SAY     THINK say said saying out just sure know knew heard mean promised realized true so now thing
        GIVE    tell told give gave send sent bring lend let remind promised
        TAKE    want wants need needs got get bought gave give put took take takes made make makes said says saying
        TAKE    told found brought keep keeps kept let
        CLAUSE  when if while although since unless once
        LEAD    and but so then yesterday today tomorrow well oh yes no
        LETTER  [a-z]
        ONE     zero two three four five six seven eight nine
        TENS    twenty thirty forty fifty sixty seventy eighty ninety
        NUM     ONE TENS ten eleven twelve \w+teen hundred thousand double triple \d+
        TLD     com org net edu io uk fr de eu \S+\.\w+
    """,
    answers="""
        ^ yes/no/yeah/yep/nope/okay/ok/sure/thanks/hello/hi/hey/bye/goodbye/stop/please/right/exactly/maybe/perhaps
        ^ nothing/never/always/absolutely/definitely/great/good/fine/really/whatever/seriously/awesome/cool/nice
        ^ perfect/wow/again/cheers, ^ uh huh, ^ mm hm/hmm, ^ thank you
    """,
    reactions="^ hmm/hm/mm/oh",
    hesitating="UM",
    pausing="""
        ^ UM/well/oh/so/basically/like+
        let me think/see/check, hold/hang on, ^ no/oh/but/sorry? wait, what 's the word
        wait/me/on a/one second/sec/minute/moment, ^ just? a/one second/sec/minute/moment
        how do/should/shall i/you say/put it/this?
    """,
    dictating=r"""
        number/phone/code/password/pin/zip/postcode is/'s capital? NUM/LETTER/oh+
        -NUM 0\d*\d NUM*, spelled/spelt LETTER*, mail/email is/'s ... -TLD, underscore/slash, -DET dot, -DET dot -TLD
    """,
    ended=r"""
        ^ yes/no/yeah/yep/nope/sure/of ... SUBJ FULL/NT not?                                # yes it is
        so/neither/nor FULL i, ^ LEAD? SUBJ do/does/did, _ SUBJ never/always/really? does/did
        wish/know/knew/sure SUBJ FULL, ever had/been, 'll do
        DET -day/time/moment/year/week/morning SUBJ AUX? never/ever? _? STRAND/TAKE/had     # the chair i sit on
        ^ LEAD? -WH/LEAD _ ... NT SUBJ                                                      # it's raining isn't it
        ^ LEAD? SUBJ ... NOT ... FULL SUBJ                                                  # you don't like it do you
        NOT ... FULL he/she/it/they                                                         # nobody saw you did they
        ^ let 's ... shall we
        _ than/as/like/way SUBJ _? FULL                                                     # taller than i am
        _ EMBED _? _? _? i am/was/do/did/have/want/need/like                                # that is what i need
        _ EMBED _? _? _? he/she/it/that/this is/was/does
        _ EMBED _? _? _? you/we/they are/were/do/did/have/want/need/like
        _ EMBED DET _ BE                                                                    # i see what the matter is
        _ GAP ... SUBJ _? TAKE/THINK/mean OBJ?                                              # that's what she said
        _ GAP/where SUBJ CUT? _+ STRAND                                                     # that's what i look for
        what/who/where/how to do/be/have/like/say/take/get/put, _ what _ BE for/like/about
        something/someone/nothing/anything/nobody to _+ STRAND/to
        ^ LEAD? what a/an ... SUBJ FULL                                                     # what a lovely day it is
        where BE/'s/'re SUBJ, ^ LEAD? who/how/which/whose BE/'s/'re SUBJ, ^ LEAD? what BE/'s it
        ^ LEAD? WH _ _? BE/'s SUBJ                                                          # how old is she
        ^ LEAD? WH BE/'s this/that/these/those, ^ LEAD? what BE/'s DET _ like
        ^ LEAD? where/how AUX SUBJ been/going/do/feel
        ^ LEAD? what/who/which/whose/where ... AUX SUBJ/this/that STRAND                    # what is it for
        ^ LEAD? what/who/which/whose/where ... AUX ... -DET -STRAND STRAND
        ^ LEAD? what/who/where/which AUX SUBJ ... talking/talk/speaking/listening/belong/going/writing to
        ^ LEAD? what/who/which _? _? _? AUX SUBJ ... TAKE/AUX/THINK/going OBJ?
        ^ LEAD? who/why/how ... that/know, _? what ... called
        that/this/it BE/'s it/you/that, here/there SUBJ BE
        NOT _ that, ^ i know that
        if/when/whenever/as SUBJ can/must/want/like/prefer to?
        'd/would love to, NOT/'re want/have/need/mean/supposed to
        THINK/afraid/say/said/do/that so, told OBJ so
        with/to/for/about/than/call/tell/ask/see/saw/miss/love/know/met/like/help her
        have/has/never/been/'ve/ever/NT ... before, have/has/'ve/NT _+ since, since/until/say when
        ^ turn/switch/put _+ on/in, turn/switch/put it/them on
        come/go/going/carry/move/log/keep/get on, come/log/move/sign/check/get/let OBJ? in
        do/does/did SUBJ have/want/need some/any
        like/do/about/with/for/of/at/see/hear/read/try/take/say/need/want/love/is this/these/those
        that/'s/is/at/after/above/them/it/you/us/we all, so/guess/know/say/now/for/wait what
        that BE/'s how, me/know how, oh/said/say/or/and/no no
        or/why/if/maybe/perhaps/hope/guess/rather/better/course/afraid/\w+ly not
        what for, BE/'s/come/start/game/it over, a while, so on, guess who, day/week/year/soon/ever after
        in/of/by/until/last/next/this may
        at/past/to/till/until/before/after/around/over/under/by/plus/minus/times NUM, ^ LEAD? what/how ... NUM
        NUM TENS ONE?, thousand NUM, hundred and NUM NUM?                                   # seven thirty
    """,
    ended_if_marked="^ because, ^ oh well, than/as i",
    never="""
        DET/and/or/but/nor/because/although/unless/whereas/whether/than/if/i/'m/'re/'ve/'d/'ll/mr/mrs/ms/dr/prof
        even/as though, my/your/his/her/the name/number/address/code is
    """,
    open="""
        AUX/PREP/TAKE/HE, after/over/before/since/until/when/while/whenever/where/who/whom/whose/which/what/how
        his/her/some/any/each/this/these/those/all/most/no/not/so/as/per/via/plus/another/also/very/quite/such/like
        gonna/wanna/gotta/kinda/sorta/just/even/half/full
        -SUBJ NT, _ SUBJ NT                                                                 # yesterday i couldn't
        AUX/NT you/we/they/i, BE/can/could/will/would/should/NT it                          # could you
        AUX/NT SUBJ please/maybe/ever/think/know/going, would you like/mind
        AUX/HE/feel/feels/and/or really/only/never/always/still/almost/nearly/probably/definitely/rather/too
        DET/this/that/some/no SMALL+                                                        # a little
        AUX more/both/either, ^ LEAD? how much/many/long/often/far/old
        CLAUSE/because/that/whether you/it, ^ _? SUBJ THINK you/it/there
        BE/'s/SAY/OBJ that, the/a/an _ that, so _ that
        ^ _? SUBJ THINK/feel/went, ^ _? you see, you know, i mean
        GIVE me/him/her/us/them, want/wanted/like/love/'d/would/me/'s to? ask/tell/say you?, FULL i ask/tell you?
        AUX/NT not? going, 's/BE called, ^ _? SUBJ used
        for example/instance, ^ _? by the way, ^ _? to be honest, other/one hand/words, my opinion
        upon a time, and/but then, not only, is why, after that, as far as i know, a question
        LETTER LETTER, -BE/CUT/TENS/number/nearly/almost NUM, for/in/of TENS NUM            # set a timer for five
    """,
    either="""
        ^ SUBJ NT, ^ LEAD? morning/evening/night? DET/last/next _, ^ PREP DET _
        ^ LEAD? CLAUSE -AUX -SUBJ -SUBJ? -SUBJ? -SUBJ?                                      # when i was a kid
        BE/CUT/number/TENS/nearly/almost NUM
    """,
)

_FRENCH = _language(
    joint=r"(?<=\b[jldcnmts]')(?=\w)|(?<=\bqu')(?=\w)|(?<=squ')(?=\w)",
    classes=r"""
        UM      euh heu ben bah hum hmm hm mm
        TU      tu il elle on nous vous ils elles
        PERS    je j' TU
        SUBJ    PERS t' c' ce ça
        CLITIC  me m' te t' se s' le la l' les lui leur nous vous y en ne n'
        ETRE    suis es est sommes êtes sont étais était étions étiez étaient sera serait chuis
        AVOIR   ai as a avons avez ont avais avait aviez avaient aurais aurait
        GO      vais vas va allons allez vont
        CAN     peux peut pouvez peuvent pourrais pourrait pourriez dois doit devez devrais devrait faut faudrait
        WANT    veux veut voulez voulais voulait voudrais voudrait aimerais aimerait
        DO      fais fait faites font
        VERB    ETRE AVOIR GO CAN WANT
        TAKE    acheté prise? mise? dit vu voulu trouvé demandé donné rencontré
        GONE    allée?s?
        WH      où comment pourquoi quand qui que qu' quoi quel quelle quels quelles combien
        KNOW    sais sait savez savait demande dis dire savoir souviens rappelles connais connaissez
        THINK   pense crois trouve espère cherche habite disais dirais demande demandais
        SOME    un le du au ce mon ton à ne n' pas deux trois
        SMALL   petite? grande? gros grosse vieux vieille bonne? beau belle nouveau nouvelle premier première
        BUY     faut veux voudrais acheter achète acheté prendre prends pris manque ajoute
        CLAUSE  quand si s' lorsque lorsqu' comme pendant puisque puisqu'
        LEAD    et mais donc puis alors hier demain aujourd'hui oui non bon ah
        LETTER  [a-z]
        NUM     zéro deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente
        NUM     quarante cinquante soixante cents? mille double \d+
        TLD     com org net fr eu be ch ca \S+\.\w+
    """,
    answers="""
        ^ oui/non/ouais/merci/bonjour/salut/bonsoir/stop/exactement/rien/jamais/toujours/absolument/bien/super/voilà/bof
        ^ génial/parfait/arrête/évidemment/carrément/ok/okay/encore/coucou/ciao, ^ d' accord, ^ peut être, ^ bon? allez
        ^ vas/allons y, ^ ah bon, ^ ben si
    """,
    reactions="^ hum/hmm/hm/mm/oh/ah",
    hesitating="UM",
    pausing="""
        ^ UM/alors/enfin/et/bon/donc/genre+
        laisse/laissez moi réfléchir, je réfléchis, attends je cherche, voyons voir?, comment dire, comment on dit
        ^ attends? une/deux minutes?/secondes?/minute, ^ un instant, ^ non? attends/attendez
    """,
    dictating=r"""
        numéro/téléphone/code/portable/postal/passe c'? est le? NUM/LETTER+, -NUM 0\d*\d NUM*
        ^ ça s' écrit LETTER*, mail/email c'? est ... -TLD
        arobase -TLD*
        -SOME point, -SOME point -TLD/de/d'/du/où/que/commun/final/important
    """,
    ended=r"""
        ^ oui/non/ouais/si PERS CLITIC? VERB                                                # oui tu peux
        moi/toi/lui/elle/mais/que/ah si
        y ETRE/GO/CAN, en VERB plus/trop/assez/pas? NUM? NUM?, le/la/les CAN/WANT/sais, l' est  # il y en a deux
        ça me/te/lui/nous/vous? va
        SUBJ CLITIC? -KNOW/CLITIC -KNOW? où/quand, SUBJ ETRE où/quand/qui
        à/avec/pour/chez/de/d'/sans qui/où, pour/depuis/à quand
        ^ LEAD? quel/quelle _ SUBJ ETRE
        _ où/comment/qui/quel/quelle _? _? SUBJ CLITIC? ETRE                                # je sais où il est
        où/comment SUBJ CLITIC? vas/va/allez/veux/DO, où/comment est ce que/qu' SUBJ ETRE/GO/DO
        -est ce que/qu' SUBJ y? ETRE/AVOIR/WANT/DO TAKE?                                    # c'est ce que tu veux
        c'/qu' est ce que/qu' SUBJ y? ETRE/AVOIR/WANT/DO TAKE?
        ^ LEAD? qu' ... veut dire, _ ce que/qu' PERS WANT dire/savoir/faire
        c' est que ça, qui/où/quand est ce, ^ LEAD? qui c' est
        où/comment/pourquoi/quoi/combien _? _? -WH/AVOIR/CAN/WANT/SUBJ/CLITIC/si/et/mais/est TU  # d'où viens-tu
        quel/quelle/quels/quelles _ _? _? -WH/AVOIR/CAN/WANT/SUBJ/CLITIC/si/et/mais TU      # quelle heure est-il
        ^ LEAD? de/d'/à/avec/pour? que/qui/quand CLITIC? -AVOIR/CAN/WANT/SUBJ/CLITIC/si/est TU  # que fais-tu
        ^ LEAD? WH ... est/t TU, ^ LEAD? que veux/veut/voulez TU
        ^ LEAD? où/comment/qui/combien ... TAKE/GONE, comment _ s'/t'/m' appelle/appelles
        l'/les/en/y AVOIR/ETRE toujours/jamais/déjà/pas/bien? TAKE/GONE
        avec/pour/chez/sans/de/d'/à/et/est/comme/contre nous/vous/elle/elles, plus/moins/aussi _ que/qu' nous/vous/elle
        si/comme/quand tu/vous veux/voulez/peux/pouvez, te/vous plaît
        ne/n'/pas ... plus, de/à/en/non/encore/ou/au plus/moins, sais/peux/veux/comprends/aime/souviens plus
        comme il faut, comme/mieux avant, jamais ... avant, pour ou contre, c' est trop, pas/beaucoup trop
        est/sera/du/malgré/à/sais/dit tout, d' après, en avant, jusqu' à NUM, quoi/rien de neuf/beau
        peut être, rendez vous, heures/heure/moins/plus/fois/font/sont/sommes NUM NUM?, ^ LEAD? combien ... NUM
        mille NUM cent NUM+, _* \S+-(?:la|les?)                                             # prends-le
    """,
    ended_if_marked="^ parce que, NUM et un/une",
    never="""
        un/une/le/la/les/l'/de/du/des/d'/et/ou/mais/donc/or/ni/car/que/qu'/dont/lorsque/lorsqu'/puisque/parce/à/au/aux
        mon/ma/mes/ton/ta/tes/ses/notre/nos/votre/vos/leurs/ce/cet/cette/ces/quelques?/chaque/je/j'/ne/n'/c'/mme/mlle
        me/te/se/m'/t'/s', m' appelle
    """,
    open="""
        VERB/PERS/qui/où/quand/si/comme/sa/leur/plusieurs/très/plus/moins/trop/y/tout/toute/toutes
        pour/par/avec/sans/sous/sur/dans/en/chez/vers/entre/depuis/pendant/avant/après/contre/selon/malgré/dès
        VERB aussi, ETRE un peu
        ETRE/AVOIR juste/vraiment/genre/plutôt/tellement/assez/presque/encore/toujours/déjà/jamais/pas
        un/une/le/la/les/mon/ma/ton/ta/son/sa/des/de/d'/ce/cet/cette SMALL+
        -le/du/ce son, AVOIR/suis toujours/jamais/déjà/pas/bien? TAKE, ETRE GONE, PERS/ça/qui CLITIC? DO
        ^ _? _? je/j' me? THINK, ^ LEAD? est ce que SUBJ KNOW, ^ _? tu sais/vois, ^ disons, appelle
        être, c' est pourquoi, dire/savoir comment/combien, WANT savoir/demander
        WANT/pour/te/vous/je dire/demander/raconte, en train, l' impression, c' est à dire, tout? d' abord, alors voilà
        et/alors/puis puis/après/ensuite/là, après ça, par exemple, en fait/gros, du coup, mon avis
        un/autre côté, était une fois, ^ une fois, une question, qui disent/concerne
        que/si/quand/mais/donc/alors ça
        LETTER LETTER, _ NUM, ^ du/des _ du/des _, BUY du/des _ du/des _  # il me faut du pain du beurre
    """,
    either="""
        ^ LEAD? soir/matin? un/une/le/la/l'/les/mon/ma/mes/ton/ta/son/sa/notre/nos/du/des autre? _
        ^ dans/avec/chez/sur/pour/pendant un/une/le/la/l'/les/mon/ma/mes _
        ^ LEAD? CLAUSE -VERB -SUBJ -SUBJ? -SUBJ? -SUBJ?                                     # quand j'étais petit
        BUY du/des _
    """,
)

_LANGUAGES = {"en": _ENGLISH, "fr": _FRENCH}

_OPEN_MARKS = ("...", "…", ",", "-", "–", "—", ":", ";")
_END_MARKS = (".", "?", "!")
_ASKING_MARKS = ("?", "!")
_SENTENCE_END = re.compile(r"[.?!]\s+(?=\S)")
_HYPHEN = re.compile(r"-(?!(?:la|les?)\b)")
"""Between words; "prends-le" stays one, for no sentence ends in "le"."""
_WHOLE_NUMBER_FIGURES = 10
"""As many figures are a whole telephone number."""


def completeness(words: str, language: str) -> Completeness:
    """How finished these words sound; language is ISO 639-1."""
    text = words.strip().lower().replace("’", "'")
    marked, known = text.endswith(_END_MARKS), _LANGUAGES.get(language)
    if text.endswith(_OPEN_MARKS):
        return Completeness.UNFINISHED
    if known is None:
        return _by_marks(text, marked=marked)
    *_, sentence = _SENTENCE_END.split(text)
    clauses = [_plain(clause, known) for clause in sentence.split(",")]
    spoken = "".join(clauses)
    while (second := spoken.find(" ", 1)) > 0 and known.hesitating.search(spoken[:second]):
        if known.answers.search(spoken):
            break  # "uh huh"
        spoken = spoken[second:]
    count = len(spoken.split())
    if not count:
        return Completeness.UNCLEAR
    if known.answers.search(spoken) or (text.endswith(_ASKING_MARKS) and count <= 2):
        return Completeness.FINISHED  # "And?", "Et alors ?": there is no more to it
    if marked and (known.ended_if_marked.search(spoken) or _is_letter(words)):
        return Completeness.FINISHED
    if marked and known.reactions.search(spoken):
        return Completeness.UNCLEAR
    if known.pausing.search(spoken) or known.pausing.search(clauses[-1]):
        return Completeness.FILLER
    if known.hesitating.search(spoken) and not (marked and count > 2):
        return Completeness.FILLER
    if _is_dictating(text, known):
        return Completeness.UNFINISHED
    if known.ended.search(spoken):
        return Completeness.FINISHED if marked else Completeness.LIKELY
    if known.never.search(spoken):
        return Completeness.UNFINISHED
    if marked:
        return Completeness.FINISHED
    if known.open.search(spoken) or _is_list(clauses, known):
        return Completeness.UNFINISHED
    if count == 1 or (len(clauses) == 1 and known.either.search(spoken)):
        return Completeness.UNCLEAR
    return Completeness.LIKELY


def _by_marks(text: str, *, marked: bool) -> Completeness:
    if marked:
        return Completeness.FINISHED
    return Completeness.LIKELY if len(text.split()) > 1 else Completeness.UNCLEAR


def _plain(text: str, known: _Language) -> str:
    """Its words without marks, each after a space."""
    words = known.joint.sub(" ", _HYPHEN.sub(" ", text)).split()
    return "".join(f" {bare}" for word in words if (bare := word.strip('.?!,;:…"«»()')))


def _is_letter(words: str) -> bool:
    """Whether it ends in a letter's name: "Plan A." Whisper writes the article small."""
    *before, last = words.split()
    return bool(before) and last.strip(".?!") == "A"


def _is_dictating(text: str, known: _Language) -> bool:
    """Whisper may put a mark between figures, hence all of the words."""
    if sum(map(str.isdigit, text)) >= _WHOLE_NUMBER_FIGURES:
        return False
    return known.dictating.search(_plain(text, known)) is not None


def _is_list(clauses: list[str], known: _Language) -> bool:
    """Whether it ends as in "eggs, milk": ears that write commas heard no end."""
    said = any(known.answers.search(clause) for clause in (clauses[0], clauses[-1]))
    return len(clauses) > 1 and len(clauses[-1].split()) <= 2 and not said
