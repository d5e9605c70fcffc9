# SPDX-License-Identifier: GPL-3.0-or-later
"""Which plain English statements are worth remembering, and which only look like one."""

from __future__ import annotations

from desktop_app.mind.remembering_rules import Grammar, Value, compiled, rules

_KIN = (
    "sister|brother|mother|father|mom|mum|dad|wife|husband|partner|boyfriend|girlfriend|fiance|fiancee|son"
    "|daughter|grandmother|grandfather|grandma|grandpa|aunt|uncle|cousin|niece|nephew|best friend|friend|boss"
    "|teacher|neighbor|neighbour|baby|twin"
)
_PET = (
    "dog|cat|puppy|kitten|horse|pony|rabbit|hamster|parrot|bird|budgie|turtle|tortoise|fish|goldfish|snake|guinea pig"
)
_HAD = (
    "dogs?|cats?|puppy|puppies|kittens?|horses?|pony|ponies|rabbits?|hamsters?|parrots?|birds?|turtles?|goldfish"
    "|guinea pigs?|hens|chickens|children|kids?|child|sons?|daughters?|sisters?|brothers?|siblings|twins"
    "|grandchildren|grandkids|wife|husband|girlfriend|boyfriend"
)
_MANY = "an?|one|two|three|four|five|six|seven|eight|[0-9]{1,2}"
_JOBS = (
    "teacher|nurse|doctor|surgeon|dentist|vet|pharmacist|paramedic|midwife|therapist|psychologist"
    "|physiotherapist|engineer|programmer|developer|designer|architect|carpenter|plumber|electrician|mechanic"
    "|builder|bricklayer|painter|gardener|farmer|fisherman|baker|butcher|cook|chef|waiter|waitress|bartender"
    "|barista|cashier|shopkeeper|salesman|saleswoman|salesperson|accountant|banker|lawyer|judge|notary|secretary"
    "|receptionist|assistant|manager|director|consultant|journalist|reporter|writer|author|editor|translator"
    "|interpreter|librarian|photographer|filmmaker|musician|singer|pianist|guitarist|violinist|composer|dancer"
    "|actor|actress|artist|sculptor|scientist|physicist|chemist|biologist|mathematician|historian|economist"
    "|researcher|professor|lecturer|student|pupil|apprentice|intern|pilot|driver|bus driver|truck driver"
    "|taxi driver|train driver|sailor|soldier|firefighter|fireman|policeman|policewoman|police officer"
    "|security guard|cleaner|hairdresser|barber|tailor|optician|postman|social worker|childminder|nanny"
    "|babysitter|priest|pastor|monk|politician|entrepreneur|freelancer|technician|welder|analyst|carer|caregiver"
    "|pensioner|retiree|housewife|stay at home (?:mom|mum|dad)"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_AGE = (
    rf"[0-9]{{1,3}}|(?:{_TENS})(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|{_TEENS}"
    "|five|six|seven|eight|nine"
)
_VERY = r"(?:(?:really|also|just|absolutely|quite|so|still|do|always|truly|actually|especially|mostly) )*"
_AFTER_JOB = r"(?=$| (?:at|in|for|and|from|by|but|now|since|here|too|so)\b)"
_THINGS = (
    "not|a|an|the|my|your|his|her|their|our|what|that|this|it|so|too|very|here|there|spelled|spelt|written|pronounced"
)
_AFTER_PLACES = compiled(
    r"\s(?:and|but|because|so|since|with|when|if|though|although|which|who|that|where|for|right now|at the moment"
    r"|these days|now|anymore|alone|my|i|it's|not|near|as|until|actually|today|together|what|how|last|this|next)\b"
)
_EMPTY_PLACES = compiled(
    r"(?:fear|hope|peace|pain|hell|love|harmony|it|this|that|there|here|work|home|night|nights|myself|fun"
    r"|a living|me|you|mistake|silence|poverty|luxury|exile|what|where|which|an?\b.*|my\b.*|your\b.*|this\b.*"
    r"|that\b.*|his\b.*|her\b.*|peace\b.*|fear\b.*|the (?:past|present|moment|future|middle|same|dark|end"
    r"|beginning|morning|evening|afternoon|back|front|way|kitchen|mood|shower|living room|weekend|weekends)\b.*)$"
)

ENGLISH = Grammar(
    rules=rules(
        (
            r"my (?:first |full |last )?name(?: is|'s) (?:(?:also|actually|really|just|simply) )?(?P<value>\S.*)",
            "name",
            Value.NAME,
            "The person's name is {value}.",
        ),
        (r"i'm (?:called|named) (?P<value>\S.*)", "name", Value.NAME, "The person's name is {value}."),
        (r"i am (?:called|named) (?P<value>\S.*)", "name", Value.NAME, "The person's name is {value}."),
        (
            r"(?:(?:you can|please|just) )*(?:call me|(?:everyone|everybody|people|they|friends"
            r"|my friends) calls? me)"
            r" (?P<value>\S.*)",
            "name",
            Value.NAME,
            "The person wants to be called {value}.",
        ),
        (
            r"i(?:'m| am) (?P<value>[a-z-]+),? (?:by the way|nice to meet you|pleased to meet you|good to meet you)",
            "name",
            Value.NAME,
            "The person's name is {value}.",
        ),
        (
            r"my favou?rite (?P<subject>[\w\x27 -]{1,40}?)(?: (?:is|are|was|were|would be|has to be)|\x27s)"
            r" (?P<value>\S.*)",
            "favorite {subject}",
            Value.THING,
            "The person's favorite {subject} is {value}.",
        ),
        (
            rf"my (?:(?P<which>older|younger|elder|big|little|late|ex|oldest|youngest) )?(?P<subject>{_KIN}|{_PET})"
            r"(?:'s name (?:is|was)|'s called|'s named| is called| is named| was called) (?P<value>\S.*)",
            "{which} {subject}'s name",
            Value.NAME,
            "The name of the person's {which} {subject} is {value}.",
        ),
        (
            rf"i(?: have|'ve| have got|'ve got) an? (?:\w+ )?(?P<subject>{_PET}|{_KIN}) (?:called|named)"
            r" (?P<value>\S.*)",
            "{subject}'s name",
            Value.NAME,
            "The person has a {subject} called {value}.",
        ),
        (
            rf"i(?: have|'ve| have got|'ve got) (?P<value>(?:{_MANY}) (?:(?!of\b|no\b)\w+ ){{0,2}}?(?:{_HAD}))",
            "has",
            Value.EXACT,
            "The person has {value}.",
        ),
        (
            r"i (?:(?:currently|now|still|actually|just|have) )*(?P<how>live|moved|am living) (?P<where>in|on"
            r"|near|to)"
            r" (?P<value>\S.*)",
            "lives in",
            Value.PLACE,
            "The person lives in {value}.",
        ),
        (r"i'm living in (?P<value>\S.*)", "lives in", Value.PLACE, "The person lives in {value}."),
        (
            r"i(?:'m| am| come|'m originally| am originally| originally come) from (?P<value>\S.*)",
            "comes from",
            Value.PLACE,
            "The person comes from {value}.",
        ),
        (
            r"i was born (?P<how>in|on|at) (?P<value>\S.*)",
            "born in",
            Value.WORKPLACE,
            "The person was born {how} {value}.",
        ),
        (
            r"my birthday(?: is|'s| was) (?:(?:on|in|the|on the) )?(?P<value>\S.*)",
            "birthday",
            Value.DATE,
            "The person's birthday is {value}.",
        ),
        (
            rf"i(?:'m| am| just turned| turned|'ve just turned) (?P<value>{_AGE})(?: years old| years of age"
            rf"|(?=$))",
            "age",
            Value.EXACT,
            "The person is {value} years old.",
        ),
        (r"i work as (?:an? |the )?(?P<value>\S.*)", "works as", Value.THING, "The person works as: {value}."),
        (
            rf"i(?:'m| am) an? (?P<value>(?:(?!not\b)[\w-]+ ){{0,2}}?(?:{_JOBS})){_AFTER_JOB}",
            "works as",
            Value.EXACT,
            "The person works as: {value}.",
        ),
        (
            r"i(?:'m| am) (?P<value>retired|unemployed|self employed|self-employed)(?=$| (?:and|but|now|since)\b)",
            "works as",
            Value.EXACT,
            "The person is {value}.",
        ),
        (
            r"i (?:currently |now )?work (?P<how>at|for|in) (?P<value>\S.*)",
            "works at",
            Value.WORKPLACE,
            "The person works {how} {value}.",
        ),
        (r"i(?:'m| am)? study(?:ing)? (?P<value>\S.*)", "studies", Value.THING, "The person studies {value}."),
        (r"i(?:'m| am) allergic to (?P<value>\S.*)", "allergic to", Value.THING, "The person is allergic to {value}."),
        (r"i(?:'m| am) (?:an? )?(?P<value>vegetarian|vegan)", "eats", Value.EXACT, "The person is {value}."),
        (
            r"i (?:play|'m learning to play) (?P<value>(?:the )?(?:piano|guitar|violin|cello|flute|drums|bass"
            r"|saxophone|trumpet|accordion|ukulele|harp|clarinet|chess|tennis|football|soccer|basketball"
            r"|volleyball|golf|rugby"
            r"|hockey|badminton|video games))",
            "plays",
            Value.EXACT,
            "The person plays {value}.",
        ),
        (
            rf"i {_VERY}(?:do not|don't|didn't ever|never) {_VERY}(?:like|love|enjoy) (?P<value>\S.*)",
            "dislikes",
            Value.THING,
            "The person does not like {value}.",
        ),
        (
            rf"i {_VERY}(?:hate|dislike|detest|can't stand|cannot stand|can not stand) (?P<value>\S.*)",
            "dislikes",
            Value.THING,
            "The person does not like {value}.",
        ),
        (
            rf"i {_VERY}(?:like|love|enjoy|adore) {_VERY}(?P<value>\S.*)",
            "likes",
            Value.THING,
            "The person likes {value}.",
        ),
        (
            r"i'm (?:really |a big |very )*(?:fond of|into|fan of) (?P<value>\S.*)",
            "likes",
            Value.THING,
            "The person likes {value}.",
        ),
        (
            r"i am (?:really |a big |very )*(?:fond of|into|fan of) (?P<value>\S.*)",
            "likes",
            Value.THING,
            "The person likes {value}.",
        ),
    ),
    asked=compiled(
        r"(?:please |can you |could you |would you |will you |i want you to |i'd like you to |try to "
        r"|you should )*(?:remember|don't forget|do not forget|never forget|keep in mind|bear in mind|make a note"
        r"|take note|note)(?: for me)?(?: please)?(?P<that> that\b|,|:| to\b)?,? (?P<value>\S.*)"
    ),
    not_asked=compiled(
        r"(?:when|how|what|who|where|why|which|whether|if|me|him|her|us|them|your?|it|this|that|those|these"
        r"|everything|anything|to (?:smile|breathe|live))\b|(?:my|the|your) [\w\x27]+(?: [\w\x27]+)?$"
    ),
    asked_sentence='The person asked you to remember: "{value}".',
    fillers=compiled(
        r"(?:(?:well|oh|ah|um|uh|er|hmm|hi|hello|hey|yes|yeah|yep|no|nope|ok|okay|right|so|and|but|also|then"
        r"|please|listen|look|actually|anyway|honestly|personally|basically|because|plus|there|again|sure"
        r"|of course|by the way|you know|i mean|to be honest|just so you know|for your information"
        r"|good (?:morning|evening|afternoon)|as for me|nice to meet you|thank you|thanks|like|today"
        r"|how are you(?: doing)?|how(?:'s| is) it going|how do you do|what's up|sorry)\b[\s,]*)+"
    ),
    questions=compiled(
        r"(?:do|does|did|is|are|am|was|were|can|could|would|will|should|shall|may|have|has|what|what's|whats|who"
        r"|whose|where|when|why|how|which|tell me (?:what|who|where|how|why|if)|guess)\b"
    ),
    hypotheses=compiled(
        r"(?:if|imagine|suppose|supposing|pretend|let's (?:say|pretend|imagine)|lets (?:say|pretend|imagine)"
        r"|say (?:that )?i|what if|unless|i wish|wish|in (?:the|a|this|that|my) (?:movie|film|book|song|game"
        r"|story|dream)|when i was|as if|repeat after me|translate|how do you say|for example|maybe|perhaps)\b"
    ),
    reporting=compiled(
        r"\b(?:said|says|say|told (?:me|him|her|us|them)|tells (?:me|him|her)|asked|asks|sang|sings|wrote|writes"
        r"|reads|goes|was like|is like|thinks|thought|claims|claimed|shouted|answered|replied|called|spell"
        r"|sentence|phrase|word|line)$"
    ),
    joints=compiled(
        r"\b(?:and|but|so|because|also|plus|then|although|though)(?= (?:i|i'm|im|i've|my|call me|you can call me"
        r"|please|remember|also i|also my|he|she|we|they|it|what|how|who|where|do|can)\b)"
    ),
    strong_starts=compiled(
        r"\b(?:my (?:first )?name is|i live in|i work as|my favou?rite \w+ is|i'm called|you can call me"
        r"|my birthday is)\b"
    ),
    embedding=compiled(
        r"\b(?:that|if|whether|said|say|says|saying|told|tell|tells|think|thinks|thought|know|knows|believe"
        r"|believes|guess|when|where|wish|imagine|suppose|pretend|asked|ask|how|why|what|who|not|never|song|sing"
        r"|sings|movie|film|book|he|she|they|until|like|before|than|as|guessed|forgot|forget|call|spell|write"
        r"|repeat|sentence)\b"
    ),
    ends={
        Value.NAME: compiled(
            r"\s(?:and|but|because|so|by|nice|pleased|what|how|from|i|the|like|with|who|as|for|or|is|in)\b"
        ),
        Value.PLACE: _AFTER_PLACES,
        Value.WORKPLACE: _AFTER_PLACES,
        Value.THING: compiled(
            r"\s(?:but|because|so|since|when|if|though|although|which|who|that|where|even|and (?:i|my|you|it|we"
            r"|he|she|what|how)|at the moment|these days|right now|what|do you|i|while|than|more than|as much)\b"
        ),
        Value.EXACT: compiled(r"(?!)"),
        Value.DATE: compiled(r"\s(?:and|but|because|so|i|which|when|what|how|do|you)\b"),
    },
    trailing=compiled(
        r"(?:\s(?:very much|so much|a lot|too much|too|as well|really|though|now|please|actually|the most|most"
        r"|best|by the way|a bit|right|you know|okay|ok|honestly|here|again|today|at all|either|already"
        r"|originally|and|or|very|the|a|an|is|to|of))+$"
    ),
    empty={
        Value.NAME: compiled(
            rf"(?:{_THINGS}|back|later|when|if|tomorrow|today|tonight|crazy|old|stupid|maybe|anytime|at|on|in"
            rf"|by|names|whatever"
            r"|again|soon|now|please|sometime|important|secret|difficult|hard|irrelevant|unknown|long|short"
            r"|common|rare|funny|fine|good|great|okay|ok|tired|happy|sad|hungry|sorry|ready|bored|sick|cold|well"
            r"|busy|sure|glad|lost|alone|home|back|done|free|bad|right|wrong|afraid|confused|nobody|no one|none"
            r"|mine|delighted|honored|honoured|something|anything|nothing|how|who|why|where|one|all|to|up|out"
            r"|over|first|last|only|still|i|is|you|me|and|or|of|from|for|as|like|with|about)$"
        ),
        Value.PLACE: _EMPTY_PLACES,
        Value.WORKPLACE: _EMPTY_PLACES,
        Value.THING: compiled(
            r"(?:it|that|this|them|him|her|you|me|us|one|so|what|how|when|where|who|why|if|to|the|a|an|some"
            r"|nothing|anything|something|everything|things|stuff|myself|yourself|life|my life|people|everybody"
            r"|everyone|nobody|all|both|none|no one|is|was|not|about|hell|most|best|more|less|too|being alive"
            r"|to say|living|to know)$|(?:it|that|this|how|what|when|if|myself|to (?:know|say|be here|die|think"
            r"|hear you|talk to you|complain|admit|interrupt|bother|disappoint))\b|.*\b(?:you|your|yours"
            r"|yourself)\b"
        ),
        Value.EXACT: compiled(r"(?!)"),
        Value.DATE: compiled(r"(?!)"),
    },
    dated=compiled(
        r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|christmas"
        r"|new year|halloween|[0-9]+(?:st|nd|rd|th)?)\b"
    ),
    relative_days={"today": 0, "tomorrow": 1, "yesterday": -1},
    third_person={
        "my": "their",
        "mine": "theirs",
        "me": "them",
        "i": "they",
        "myself": "themselves",
        "our": "their",
        "i'm": "they are",
        "am": "are",
        "we": "they",
    },
    second_person={
        "my": "your",
        "mine": "yours",
        "me": "you",
        "i": "you",
        "myself": "yourself",
        "our": "your",
        "i'm": "you're",
        "am": "are",
        "we": "you",
    },
)
