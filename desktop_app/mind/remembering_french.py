# SPDX-License-Identifier: GPL-3.0-or-later
"""Which plain French statements are worth remembering, and which only look like one."""

from __future__ import annotations

from desktop_app.mind.remembering_rules import Grammar, Value, compiled, rules

_KINSHIP = {
    "soeur": "sister",
    "sœur": "sister",
    "frere": "brother",
    "mere": "mother",
    "maman": "mother",
    "pere": "father",
    "papa": "father",
    "femme": "wife",
    "mari": "husband",
    "fils": "son",
    "fille": "daughter",
    "copain": "boyfriend",
    "copine": "girlfriend",
    "petit ami": "boyfriend",
    "petite amie": "girlfriend",
    "grand-mere": "grandmother",
    "grand mere": "grandmother",
    "mamie": "grandmother",
    "bebe": "baby",
    "grand-pere": "grandfather",
    "grand pere": "grandfather",
    "papi": "grandfather",
    "tante": "aunt",
    "oncle": "uncle",
    "cousin": "cousin",
    "cousine": "cousin",
    "niece": "niece",
    "neveu": "nephew",
    "meilleur ami": "best friend",
    "meilleure amie": "best friend",
    "ami": "friend",
    "amie": "friend",
    "patron": "boss",
    "patronne": "boss",
    "chef": "boss",
    "voisin": "neighbor",
    "voisine": "neighbor",
}
_PETS = {
    "chien": "dog",
    "chienne": "dog",
    "chat": "cat",
    "chatte": "cat",
    "chiot": "puppy",
    "chaton": "kitten",
    "cheval": "horse",
    "jument": "horse",
    "poney": "pony",
    "lapin": "rabbit",
    "hamster": "hamster",
    "perroquet": "parrot",
    "oiseau": "bird",
    "tortue": "turtle",
    "poisson": "fish",
    "poisson rouge": "goldfish",
}
_NAMED = "|".join(sorted((*_KINSHIP, *_PETS), key=len, reverse=True))
_PET = "|".join(sorted(_PETS, key=len, reverse=True))
_HAD = (
    "chiens?|chiennes?|chats?|chattes?|chiots?|chatons?|cheval|chevaux|poneys?|lapins?|hamsters?|perroquets?"
    "|oiseaux?|tortues?|poissons?(?: rouges?)?|poules?|enfants?|fils|filles?|freres?|soeurs?|sœurs?|jumeaux"
    "|jumelles|petits enfants|petits-enfants"
)
_MANY = "un|une|deux|trois|quatre|cinq|six|sept|huit|[0-9]{1,2}"
_JOBS = (
    "professeur(?:e)?|prof|enseignante?|instituteur|institutrice|infirmiere?|medecin|chirurgien(?:ne)?|dentiste"
    "|veterinaire|pharmacien(?:ne)?|sage-femme|psychologue|kine|kinesitherapeute|ingenieure?"
    "|informaticien(?:ne)?|programmeu(?:r|se)|developpeu(?:r|se)|designer|architecte|menuisiere?|plombiere?"
    "|electricien(?:ne)?|mecanicien(?:ne)?|macon|peintre|jardiniere?|agriculteur|agricultrice|pecheur"
    "|boulangere?|bouchere?|patissiere?|cuisiniere?|chef|serveu(?:r|se)|barman|caissiere?|vendeu(?:r|se)"
    "|commercante?|comptable|banquiere?|avocate?|juge|notaire|secretaire|assistante?|directeur|directrice"
    "|consultante?|journaliste|ecrivaine?|auteure?|autrice|traducteur|traductrice|interprete|bibliothecaire"
    "|photographe|musicien(?:ne)?|chanteu(?:r|se)|pianiste|guitariste|violoniste|compositeur|compositrice"
    "|danseu(?:r|se)|acteur|actrice|comedien(?:ne)?|artiste|scientifique|physicien(?:ne)?|chimiste|biologiste"
    "|mathematicien(?:ne)?|historien(?:ne)?|economiste|chercheu(?:r|se)|etudiante?|lyceen(?:ne)?|apprentie?"
    "|stagiaire|pilote|chauffeur|conducteur|conductrice|marin|soldat|militaire|pompier|policiere?|gendarme"
    "|agent de securite|coiffeu(?:r|se)|couturiere?|opticien(?:ne)?|facteur|factrice|assistante? sociale?|nounou"
    "|pretre|entrepreneu(?:r|se)|technicien(?:ne)?|soudeu(?:r|se)|analyste|aide-soignante?|aide soignante?"
    "|retraitee?|independante?|au chomage"
)
_TENS = "vingt|trente|quarante|cinquante|soixante|septante|quatre-vingts?|quatre vingts?|octante|nonante"
_TEENS = (
    "cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|dix-sept|dix sept|dix-huit|dix huit"
    "|dix-neuf|dix neuf"
)
_AGE = rf"[0-9]{{1,3}}|(?:{_TENS})(?:[ -](?:et[ -])?(?:un|une|deux|trois|quatre|{_TEENS}))?|{_TEENS}"
_VERY = r"(?:(?:bien|beaucoup|vraiment|surtout|aussi|trop|tellement|enormement|particulierement|plutot) )*"
_NOTHING_FURTHER = r"(?=$| (?:et|mais|a|au|en|dans|chez|depuis|pour|donc|car|je|j)\b)"
_NAME_RULE = "La personne s'appelle {value}."
_AFTER_PLACES = compiled(
    r"\s(?:et|mais|car|parce|donc|depuis|avec|quand|si|qui|ou|pour|en ce moment|maintenant|aujourd'hui|seule?|mon"
    r"|ma|mes|je|j'|c'est|pres|comme|jusqu|tu|toi|a cote)\b"
)
_EMPTY_PLACES = compiled(
    r"(?:ou|la|ici|ca|cela|ailleurs|quelque part|seule?|bien|mal|loin|pres|peur|paix|vie|moi|un\b.*|une\b.*"
    r"|mon\b.*|ma\b.*|mes\b.*|ton\b.*|ta\b.*|ce\b.*|cette\b.*|chez\b.*|avec\b.*|le (?:passe|present|noir|moment"
    r"|silence)\b.*|la (?:peur|misere|maison|cuisine|nuit|journee)\b.*|de (?:me|la|rentrer|manger|finir|faire"
    r"|voir|dire)\b.*|me\b.*|te\b.*|pas\b.*|plus\b.*|finir\b.*|manger\b.*|voir\b.*|faire\b.*|rentrer\b.*|dire\b.*"
    r"|(?:gare|maison|plage|ville|poste|fac|piscine|salle|cuisine|boulangerie|marche|bureau|travail|parc|magasin"
    r"|cinema|medecin|dentiste|supermarche|ecole|campagne|banque|bibliotheque|jardin|coiffeur|restaurant)\b.*)$"
)

FRENCH = Grammar(
    rules=rules(
        (r"je m'appelle (?P<value>\S.*)", "name", Value.NAME, _NAME_RULE),
        (
            r"(?:mon nom|mon prenom|mon petit nom)(?: est| c'est|, c'est) (?P<value>\S.*)",
            "name",
            Value.NAME,
            _NAME_RULE,
        ),
        (r"moi,? c'est (?P<value>\S.*)", "name", Value.NAME, _NAME_RULE),
        (
            r"(?:tu peux |vous pouvez )?(?:m'appeler|appelle-moi|appelle moi|appelez-moi"
            r"|appelez moi) (?P<value>\S.*)",
            "name",
            Value.NAME,
            "La personne veut qu'on l'appelle {value}.",
        ),
        (
            r"(?P<own>mon|ma|mes) (?P<subject>[\w\x27 -]{1,40}?) (?:prefere|preferee|preferes|preferees|favorie?)"
            r"(?: est| sont| c'est|, c'est) (?P<value>\S.*)",
            "favorite {subject}",
            Value.THING,
            "Préférence de la personne ({subject}) : {value}.",
        ),
        (
            rf"(?P<own>mon|ma) (?P<which>petite? |grande? )?(?P<subject>{_NAMED}) (?:s'appelle|se nomme)"
            r" (?P<value>\S.*)",
            "{which} {subject}'s name",
            Value.NAME,
            "Le nom de {their} {which} {subject} est {value}.",
        ),
        (
            rf"j'ai une? (?:petite? )?(?P<subject>{_PET}) (?:qui s'appelle|appelee?|nommee?) (?P<value>\S.*)",
            "{subject}'s name",
            Value.NAME,
            "La personne a un animal ({subject}) qui s'appelle {value}.",
        ),
        (
            rf"j'ai (?P<value>(?:{_MANY}) (?:(?:petite?s?|grande?s?|jeunes?|vieux|vieille) )?(?:{_HAD}))",
            "has",
            Value.EXACT,
            "La personne a {value}.",
        ),
        (
            r"(?:j'habite|je vis|je loge|je demeure)(?: maintenant| actuellement| toujours)?"
            r"(?P<how> a| au| aux| en| dans| pres de| sur)? (?P<value>\S.*)",
            "lives in",
            Value.PLACE,
            "La personne habite {how} {value}.",
        ),
        (
            r"je (?:viens|suis originaire) (?P<how>de la|de l'|des|de|du|d') ?(?P<value>\S.*)",
            "comes from",
            Value.PLACE,
            "La personne vient {how} {value}.",
        ),
        (
            r"je suis nee? (?P<how>a|au|en|le|aux|dans) (?P<value>\S.*)",
            "born in",
            Value.WORKPLACE,
            "Naissance de la personne : {how} {value}.",
        ),
        (
            r"mon anniversaire(?: est|, c'est| c'est|, est| tombe| etait) (?:le )?(?P<value>\S.*)",
            "birthday",
            Value.DATE,
            "Anniversaire de la personne : {value}.",
        ),
        (rf"j'ai (?P<value>{_AGE}) ans", "age", Value.EXACT, "La personne a {value} ans."),
        (
            r"je travaille comme (?:une? |le |la )?(?P<value>\S.*)",
            "works as",
            Value.THING,
            "Métier de la personne : {value}.",
        ),
        (
            r"je travaille (?P<how>chez|pour|dans|a|au|en) (?P<value>\S.*)",
            "works at",
            Value.WORKPLACE,
            "La personne travaille {how} {value}.",
        ),
        (
            rf"je suis (?:une? )?(?P<value>(?:{_JOBS})(?: d'\w+| de \w+| en \w+)?){_NOTHING_FURTHER}",
            "works as",
            Value.EXACT,
            "Métier de la personne : {value}.",
        ),
        (r"j'etudie (?P<value>\S.*)", "studies", Value.THING, "La personne étudie {value}."),
        (
            r"je suis allergique (?P<how>aux|au|a la|a l'|a) ?(?P<value>\S.*)",
            "allergic to",
            Value.THING,
            "La personne est allergique {how} {value}.",
        ),
        (r"je suis (?P<value>vegetarien(?:ne)?|vegan(?:e)?)", "eats", Value.EXACT, "Régime de la personne : {value}."),
        (
            r"je joue (?P<value>(?:du|de la|de l'|au|aux) ?(?:piano|guitare|violon|violoncelle|flute|batterie"
            r"|basse|saxophone|trompette|accordeon|harpe|clarinette|echecs|tennis|foot|football|basket|golf|rugby"
            r"|badminton|petanque|jeux video))",
            "plays",
            Value.EXACT,
            "La personne joue {value}.",
        ),
        (
            rf"(?:je n'|j')(?:aime|adore) (?:pas|guere) {_VERY}(?:du tout )?(?P<value>\S.*)",
            "dislikes",
            Value.THING,
            "La personne n'aime pas {value}.",
        ),
        (
            rf"(?:je (?:deteste|hais)|j'ai horreur d(?:e|u|es)|je (?:ne )?supporte pas) {_VERY}(?P<value>\S.*)",
            "dislikes",
            Value.THING,
            "La personne n'aime pas {value}.",
        ),
        (
            rf"(?:moi )?j'(?:aime|adore) {_VERY}(?P<value>(?!pas\b|plus\b|guere\b)\S.*)",
            "likes",
            Value.THING,
            "La personne aime {value}.",
        ),
    ),
    asked=compiled(
        r"(?:s'il te plait |peux-tu |peux tu |tu peux |pourrais-tu |tu pourrais |je veux que tu )*(?:souviens-toi"
        r"|souviens toi|rappelle-toi|rappelle toi|souvenez-vous|n'oublie pas|n'oublie jamais|te souvenir"
        r"|te rappeler|retiens(?!-)|retenir|note(?!-)|noter|garde en tete)(?: bien)?(?: pour moi)?(?P<that> que"
        r"| qu'|,|:| de)? ?,? ?(?P<value>\S.*)"
    ),
    not_asked=compiled(
        r"(?:tu|ton|ta|tes|vous|votre|quand|comment|ce que|ce qu'|qui|ou|pourquoi|quel|quelle|si|moi|lui|elle"
        r"|nous|de moi|ca|cela|tout|rien|vivre|respirer)\b|(?:mon|ma|mes|le|la|de mon|de ma) [\w\x27]+$"
    ),
    asked_sentence="La personne t'a demandé de retenir : « {value} ».",
    fillers=compiled(
        r"(?:(?:bon|ben|bah|alors|euh|oh|ah|oui|non|ouais|si|salut|bonjour|bonsoir|coucou|hello|et|mais|donc|puis"
        r"|aussi|d'accord|ok|en fait|enfin|voila|tu sais|ecoute|regarde|franchement|personnellement|au fait"
        r"|d'ailleurs|merci|s'il te plait|pour info|enchante|enchantee|moi(?!,? ?c)|quant a moi|desole|desolee"
        r"|aujourd'hui|ensuite|parce que|comment ca va|ca va(?: bien)?|comment vas-tu|comment vas tu"
        r"|comment tu vas|et toi)\b[\s,]*)+"
    ),
    questions=compiled(
        r"(?:est-ce|est ce|qu'est|que|quoi|qui|quand|ou|comment|combien|pourquoi|quel|quelle|quels|quelles"
        r"|sais-tu|sais tu|tu sais (?:comment|ou|quel|ce|qui|si|quand)|as-tu|as tu|es-tu|es tu|peux-tu dire"
        r"|dis-moi|dis moi|rappelle-moi|rappelle moi|tu te souviens|te souviens-tu|devine|tu connais|suis-je"
        r"|ai-je)\b"
    ),
    hypotheses=compiled(
        r"(?:si|s'il|imagine|imaginons|suppose|supposons|admettons|disons que|mettons|fais comme si|et si"
        r"|quand j'etais|dans (?:le|un|ce|mon) (?:film|livre|jeu|reve)|dans (?:la|une|cette) (?:chanson|histoire)"
        r"|repete apres moi|traduis|comment dit-on|par exemple|peut-etre|peut etre|j'aimerais|je voudrais)\b"
    ),
    reporting=compiled(
        r"\b(?:dit|dis|disait|demande|repond|repondu|chante|chantait|ecrit|crie|pense|pretend|raconte|phrase|mot"
        r"|genre)$"
    ),
    joints=compiled(
        r"\b(?:et|mais|donc|car|puis|parce que|alors)(?= (?:je|j'|mon|ma|mes|moi|appelle|souviens|il|elle|on|nous"
        r"|ils|tu|toi|comment|quel|quelle|c'est)\b)"
    ),
    strong_starts=compiled(r"\b(?:je m'appelle|j'habite|mon prenom est|mon nom est|je travaille comme)\b"),
    embedding=compiled(
        r"\b(?:que|qu'|si|dit|dis|dire|disait|pense|penses|sais|sait|savoir|crois|croit|quand|ou|comment|pourquoi"
        r"|imagine|suppose|demande|qui|chanson|film|livre|il|elle|ils|elles|comme|phrase|mot|repete|ecris|chante"
        r"|pas)\b"
    ),
    ends={
        Value.NAME: compiled(
            r"\s(?:et|mais|car|parce|donc|enchante|enchantee|comme|avec|je|j|j'|le|la|ravi|ravie|de|qui|c'est|tu"
            r"|toi)\b"
        ),
        Value.PLACE: _AFTER_PLACES,
        Value.WORKPLACE: _AFTER_PLACES,
        Value.THING: compiled(
            r"\s(?:mais|car|parce|donc|depuis|quand|si|qui|que|ou|et (?:je|j'|mon|ma|toi|tu|il|elle|c'est)"
            r"|en ce moment|c'est|je|j'|plus que|tu)\b"
        ),
        Value.EXACT: compiled(r"(?!)"),
        Value.DATE: compiled(r"\s(?:et|mais|car|parce|donc|quand|qui|c'est|je|j'|tu|toi)\b"),
    },
    trailing=compiled(
        r"(?:\s(?:beaucoup|bien|vraiment|aussi|trop|tellement|enormement|s'il te plait|voila|quoi|hein|en fait"
        r"|du tout|par-dessus tout|ici|deja|et|ou|tres|le|la|les|un|une|de|du|est|maintenant|aujourd'hui))+$"
    ),
    empty={
        Value.NAME: compiled(
            r"(?:pas|plus|comment|comme|le|la|les|un|une|mon|ma|ce|ca|cela|quand|demain|plus tard|tard|vite"
            r"|souvent|bien|moi|toi|tout|rien|qui|que|quoi|tres|trop|important|difficile|long|court|rare|secret"
            r"|pareil|vrai|faux|toujours|bon|bonne|super|mieux|non|oui|et|ou|a|au|en|si|je|tu|il|elle|(?:[ljtsnm]"
            r"|qu)\x27.*)$"
        ),
        Value.PLACE: _EMPTY_PLACES,
        Value.WORKPLACE: _EMPTY_PLACES,
        Value.THING: compiled(
            r"(?:ca|cela|ceci|lui|elle|eux|toi|moi|ce|cet|cette|le|la|les|un|une|des|du|de|tout|rien|quoi|qui|que"
            r"|ou|pas|plus|mieux|quand|comment|la vie|ma vie|tout le monde|personne|bien|ca aussi)$|(?:ca|ce que"
            r"|ce qui|quand|que|qu'|comment|mieux|autant)\b|.*\b(?:tu|toi|ton|ta|tes|vous|votre|vos)\b"
        ),
        Value.EXACT: compiled(r"(?!)"),
        Value.DATE: compiled(r"(?!)"),
    },
    dated=compiled(
        r"\b(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|noel"
        r"|[0-9]+(?:er)?)\b"
    ),
    relative_days={"aujourd'hui": 0, "demain": 1, "hier": -1},
    third_person={"mon": "son", "ma": "sa", "mes": "ses", "moi": "elle", "notre": "leur", "nos": "leurs"},
    second_person={"mon": "ton", "ma": "ta", "mes": "tes", "moi": "toi", "notre": "votre", "nos": "vos"},
    topics=_KINSHIP | _PETS | {"petite": "younger", "petit": "younger", "grande": "older", "grand": "older"},
)
