"""What is said at somebody, in English."""

# ruff: noqa: E501 (a pattern is easier to read unbroken)

from triage.care.tone_words.kinds import Kind, Said

# --- Whom ---------------------------------------------------------------------------------------------

_YOU = r"(?:you|u|ya|y'all|yourselves)(?: (?:people|guys|lot|all|both|folks|there))?"
_ARE = (
    r"(?:'re|'ve been| are| r|re| were| must be| have to be| do you have to be| can you be| have always been)"
)
_DESK = (
    r"(?:itdesk|(?:the|this|your|our|that) (?:whole |entire )?(?:it|it (?:team|department|desk|support|guys|people)|(?:tech )?support|(?:help|service) ?desk|desk|team|department)|helpdesk|"
    r"who(?:so)?ever|which ever|(?:the|that|your) (?:person|guy|bloke|woman|man|girl|lady|colleague|agent|technician|boss)(?: who| that)?|none of you|all of you|every one of you|"
    r"any(?:one|body) (?:there|in (?:it|itdesk|support))|nobody there|those people|(?:it|itdesk) (?:people|guys|department|team))"
)
_FILL = r"(?:[ ,]+(?:\w+ly|all|just|such|an?|the|bunch|pack|load|of|complete|total|absolute|utter|even|so|too|that|always|in|it|itdesk|or|and|deaf|blind|mad|crazy|support|there)){0,5}"
_GAP = r"(?:[ ,]+[\w']+){0,5}?[ ,]+"

# --- What ---------------------------------------------------------------------------------------------

_ONE = (
    r"(?:idiot|moron|imbecile|cretin|dimwit|half-?wit|nitwit|twit|twerp|jerk|(?:ass|arse)hole|asshat|bastard|cunt|dumb ?ass|jackass|smart ?ass|loser|muppet|coward|liar|"
    r"wanker|tosser|prick|dickhead|douche(?:bag)?|retard|dunce|simpleton|knobhead|pillock|plonker|blockhead|airhead|shithead|(?:mother)?fucker|fuckwit|slacker)"
)
_SEVERAL = rf"(?:{_ONE}s|{_ONE}es|bitches|numpties|sons of bitches|fools|dummies)"
_NAME = rf"(?:{_ONE}|{_SEVERAL}|bitch|numpty|son of a bitch|parasites?|scum|pigs|dicks)"
_LETTERS_OF_NAMES = (
    *(
        "idiot",
        "moron",
        "imbecil",
        "cretin",
        "wit",
        "twerp",
        "jerk",
        "hole",
        "ass",
        "bastard",
        "cunt",
        "loser",
    ),
    *(
        "muppet",
        "coward",
        "liar",
        "wank",
        "toss",
        "prick",
        "dick",
        "douche",
        "retard",
        "dunce",
        "simpleton",
        "knob",
    ),
    *(
        "pillock",
        "plonker",
        "blockhead",
        "airhead",
        "fucker",
        "slacker",
        "bitch",
        "numpt",
        "fools",
        "dummies",
    ),
    *("scum", "pig", "parasit"),
)
_MILD_NAME = r"(?:fool|clowns?|failures?|joke|disgrace|amateurs|bureaucrats?|crooks|thieves|trash|garbage|laughing stock|waste of (?:space|oxygen|money|air)|parrots?|sloths?|kindergarten|cow|circus)"
_BEING = (
    r"(?:useless|incompetent|incompetence|incapable|stupid|dumb|pathetic|worthless|lazy|hopeless|clueless|brain ?dead|brainless|ignorant|arrogant|disgusting|inept|deaf|blind|dense|too thick|thick|"
    r"rubbish|crap|shite?|full of (?:shit|it|crap)|a bunch of|the worst|worst|retarded|mad|insane|out of your minds?|no (?:clue|idea)|(?:faintest|slightest) (?:idea|clue))"
)
_SWEAR = r"(?:fuck\w*|shit\w*|damn(?:ed)?|goddamn|bloody|crap\w*|bullshit|frigging|freaking|effing|piss\w*)"
_WORK = r"(?:job|jobs|work|duty)"

ENGLISH: tuple[Said, ...] = (
    Said(Kind.INSULT, 0.9, rf"\b{_YOU}{_ARE}?{_GAP}?(?:[ ,]*)(?:{_NAME})\b"),
    Said(Kind.INSULT, 0.85, rf"\b{_YOU}{_ARE}{_GAP}(?:{_MILD_NAME}|{_BEING})\b"),
    Said(
        Kind.INSULT,
        0.8,
        rf"\b(?:are|r|were) {_YOU}(?:{_GAP}?[ ,]*{_NAME}|{_FILL}[ ,]*(?:{_MILD_NAME}|(?!mad\b){_BEING}))\b",
    ),
    Said(Kind.INSULT, 0.8, rf"\byou {_BEING}\b(?! (?:when|to me|how|that|so)\b)"),
    Said(
        Kind.INSULT,
        0.8,
        rf"\b{_DESK}(?:{_GAP}|[ ,]+)(?:is|are|was|were|must be|should be)?{_GAP}?[ ,]*(?:{_NAME}|{_MILD_NAME}|(?!mad\b|insane\b|deaf\b|blind\b|dense\b|worst\b|no idea\b|rubbish\b|crap\b|shit\b){_BEING})\b",
    ),
    Said(
        Kind.INSULT,
        0.7,
        r"\b(?:useless|incompetent|stupid|dumb|pathetic|lazy|worthless|shitty|crappy|clueless|hopeless) (?:\w+ )?(?:people|lot|team|support|helpdesk|help ?desk|desk|department|itdesk|colleagues?|staff|person|fools?|guys|agents?)\b",
    ),
    Said(
        Kind.INSULT,
        0.7,
        rf"\b(?:your|you) (?:{_SWEAR} )?(?:useless|incompetent|stupid|dumb|pathetic|lazy|worthless|shitty|crappy|idiotic|moronic|ridiculous) (?:bot|articles?|answers?|excuses?|rules|questions?|tickets?|surveys?|brains?|heads?)\b",
    ),
    Said(
        Kind.INSULT,
        0.65,
        rf"\b{_SEVERAL}\b|(?:^|[,:;] ?|\b(?:you|that|this|which|what|hey|hello|some|such an?|only an?|(?:complete|total|absolute|utter|real|bloody|fucking|stupid|little)) ){_NAME}\b(?!')",
        near=_LETTERS_OF_NAMES,
    ),
    Said(
        Kind.INSULT,
        0.7,
        rf"\b(?:bunch|pack|load|lot|team|full|bag) of (?:\w+ )?(?:{_NAME}|{_MILD_NAME}|incompetents?|lazy|useless)\b",
    ),
    Said(Kind.INSULT, 0.75, r"\byour (?:own )?(?:incompetence|stupidity|arrogance|laziness|ignorance)\b"),
    Said(
        Kind.INSULT,
        0.7,
        r"\b(?:you|they) make me (?:sick|puke|vomit)\b|\bi hate (?:you|every one of you)\b|\byour (?:mother|mom|mum|mama)\b.{0,20}\b(?:ashamed|whore|is|was|would)\b",
    ),
    Said(
        Kind.SWEARING_AT,
        0.95,
        r"\b(?<!the )(?:fuck|screw|damn|sod|bugger) (?:you|u|ya|off|yourself|yourselves|the lot of you|all of you|this (?:desk|team|support))\b|\bf u\b",
    ),
    Said(
        Kind.SWEARING_AT,
        0.9,
        r"\b(?:piss|bugger|sod|naff|eff) off\b|\b(?:go|burn|rot) (?:to|in) hell\b|\bdrop dead\b|\bget stuffed\b|\bup yours\b|\bstfu\b|\beat (?:shit|dirt)\b|\bbite me\b|\bkiss my (?:ass|arse)\b|\bsuck (?:it|my)\b",
    ),
    Said(
        Kind.SWEARING_AT,
        0.8,
        r"(?:^|[,.;:!?] ?|\b(?:just|please|so|and|now|hey) )shut (?:up|your|the fuck up)\b(?! the)|\bshut (?:your (?:mouth|face|trap)|the fuck up)\b|^get lost\b|\bshove (?:it|your|that|this)\b|\bstick it (?:up|where)\b",
        near=("shut", "get lost", "shove", "stick"),
    ),
    Said(
        Kind.SWEARING_AT,
        0.7,
        r"\b(?:get|got|move|haul|lift) (?:off )?your (?:\w+ )?(?:ass|arse|asses|arses|butts?|backsides?|bums?)\b|\bpull your finger out\b|\bget off your\b",
        near=(
            "your ass",
            "your arse",
            "your b",
            "your lazy",
            "finger",
            "get off your",
            "your fat",
            "your damn",
            "your fucking",
        ),
    ),
    Said(
        Kind.THREAT,
        0.95,
        r"\bi(?:'ll| will| am going to|'m going to|'m gonna| swear i'?ll?| could| want to|'d like to) (?:\w+ )?(?:kill|hurt|punch|slap|strangle|smash|break|beat|hit|stab|choke|wring|end|destroy|find|hunt|crush|kick) (?:you|u|your|one of you|all of you|every one of you|him|her|them|somebody|someone)\b(?! (?:a|an|the|some|another|time|details|later|when|tomorrow)\b)",
    ),
    Said(
        Kind.THREAT,
        0.8,
        r"\b(?:you(?:'ll| will)|you are going to) (?:regret|be sorry|pay for|wish you)\b|\bmake you (?:regret|pay|suffer|sorry)\b|\bwatch your backs?\b|\b(?:i|we) know where you (?:live|sit|work|park)\b|\byou'?d better (?:run|hide|watch)\b",
    ),
    Said(
        Kind.THREAT,
        0.75,
        r"\b(?:have|get|see|make sure|ensure|hope|want)\b.{0,30}\b(?:you|yours?|all of you|every one of you|they|one of you|he|she)\b.{0,14}\b(?:fired|sacked|lose your jobs?|kicked out|never works? here)\b|\byou never work here\b|\bcost you your jobs?\b|\b(?:i(?:'ll| will)) have your (?:head|job|ass)s?\b|\bheads will roll\b",
        near=("fire", "sack", "lose your job", "kicked", "work", "job", "ass", "head"),
    ),
    Said(
        Kind.THREAT,
        0.7,
        r"\b(?:should|must|ought to|deserves? to|needs? to) (?:all )?(?:be|get) (?:fired|sacked|shot|thrown out)\b",
    ),
    Said(
        Kind.THREAT,
        0.7,
        r"\bcom(?:e|ing) (?:down|over|up) (?:there|to you)\b.{0,30}\b(?:and|then)\b.{0,30}\b(?:you|regret|smash|break|trouble|drag)\b",
    ),
    Said(
        Kind.CONTEMPT,
        0.65,
        rf"\b(?:do|doing) (?:your|ur) (?:{_SWEAR} )?{_WORK}\b(?! (?:well|great))|\bdo (?:some|any|actual|real) work for a change\b|\bdo some work\b",
    ),
    Said(
        Kind.CONTEMPT,
        0.65,
        r"\bwhat (?:do|are|the hell do) (?:we|they|i) (?:even )?pay(?:ing)? you\b|\bwhat are you (?:even )?(?:paid|good) for\b|\bdo (?:you|u)(?: people| guys| lot)?(?: actually| even)? get paid (?:for|to)\b|\bwho hired you\b|\bhow did you (?:even )?get (?:this|that) job\b",
    ),
    Said(
        Kind.CONTEMPT,
        0.65,
        r"\b(?:learn|know how) to read\b|\bcan(?:'?t| ?not) you (?:even )?read\b|\bcan you even read\b|\bis reading (?:part|too)\b|\bdraw you a picture\b|(?:^|[,.;!?] ?|\b(?:just|and|please) )grow up\b|\bget a (?:brain|life|clue)\b",
        near=("read", "picture", "grow", "brain", "life", "clue"),
    ),
    Said(
        Kind.CONTEMPT,
        0.7,
        r"\b(?:trained )?(?:monkeys?|chimps?|apes?|houseplants?|toddlers?|grandmother|grandma|child|kid|dog|parrots?)\b.{0,20}\b(?:could|can|would|does)\b.{0,25}\b(?:better|do|run|fix|answered|sooner|faster)\b",
    ),
    Said(
        Kind.CONTEMPT,
        0.65,
        r"\bsick (?:and tired )?of (?:you|your|dealing with you|this desk)\b|\bhad (?:it|enough) (?:with|of) (?:you|your)\b|\bfed up with (?:you|your|all of you)\b|\btired of (?:you|your)\b",
    ),
    Said(
        Kind.CONTEMPT,
        0.6,
        r"\bshame on you\b|\b(?:you|be) (?:should be )?ashamed of (?:yoursel(?:f|ves))\b|\bhow dare you\b|\bdon't you dare\b|\byou(?:'ve)? lied\b|\bstop lying\b",
    ),
    Said(
        Kind.CONTEMPT,
        0.6,
        r"\bstop wasting (?:my|our) time\b|\b(?:you|u)\b.{0,15}\bwast(?:e|ing|ed) (?:my|our|everybody's) (?:\w+ )?(?:time|day|morning|life)\b|\bthanks (?:a lot )?for (?:nothing|wasting)\b|\bfor wasting my\b",
    ),
    Said(
        Kind.CONTEMPT,
        0.6,
        r"\bgeniuses\b|\b(?:nice|great|good|brilliant) (?:work|job),? (?:einstein|genius|sherlock|guys|boys)\b|\bwhich genius\b|\bslow clap\b|\bchampions who\b",
    ),
    Said(
        Kind.CONTEMPT,
        0.6,
        r"\b(?:is|are|isn't) (?:there )?(?:any(?:one|body)|somebody|someone)\b.{0,25}\b(?:with a brain|competent|able to think|who can think|a clue)\b|\b(?:nobody|no one|none of you)\b.{0,20}\b(?:able to think|has a (?:clue|brain)|can think|knows? anything)\b|\biq (?:above|over|of)\b|\bsome(?:body|one) (?:who can think|competent)\b",
    ),
    Said(
        Kind.CONTEMPT,
        0.6,
        r"\byou(?: people| guys| lot)? (?:never|always) (?:do anything|manage|screw|mess|break|do nothing|ruin|get anything)\b|\bcan you (?:actually )?do anything right\b|\bjust sit (?:there|around)\b|\b(?:you|they) (?:sit|do nothing) (?:all day|there)\b",
    ),
    Said(
        Kind.CONTEMPT,
        0.6,
        r"\b(?:are you|you(?:'re| are)?) (?:all )?(?:sleeping|asleep|napping)\b|\bgot? out of bed\b|\binterrupt your (?:nap|break|coffee)\b|\bget out of bed\b|\bwhat(?:'s| is|s) wrong with you\b|\b(?:something|anything) wrong with you\b",
    ),
    Said(
        Kind.CONTEMPT,
        0.55,
        r"\bdo us (?:all )?a favou?r and (?:quit|leave|resign)\b|\byou(?:'re| are) (?:all )?the same\b|\byou people\b.{0,40}\b(?:always|never|paid|worse|ever)\b|\bas competent as\b|\bworst (?:it|itdesk|support|helpdesk|desk|service|team)\b",
    ),
    Said(
        Kind.CONTEMPT,
        0.55,
        r"\b(?:you|u) (?:\w+ )?(?:broke|ruined|wrecked|destroyed|killed) (?:it|everything|my|our|the)\b.{0,40}(?:!|\bagain\b|\bidiot|\bfix it\b)|\bhow (?:stupid|dumb|thick|lazy|blind|hard) (?:can|do) (?:you|one|someone)\b",
    ),
    Said(
        Kind.CONTEMPT,
        0.55,
        r"\b(?:you|u|your)\b.{0,20}\b(?:couldn't|can't) (?:even )?(?:find|spell|fix|tie|count)\b|\bdirt\b.{0,20}\bcan't even\b|\byou (?:treat|treated) us like (?:dirt|garbage|idiots)\b|\bdon't give me that (?:crap|shit|bull\w*|nonsense)\b",
    ),
    Said(
        Kind.CONTEMPT,
        0.5,
        r"\bwast(?:e of|ing) (?:space|oxygen|air)\b|\b(?:bonus|medal|prize|award) for (?:every|each|ignoring|doing nothing)\b|\bignor(?:e|ing) (?:us|me|tickets) (?:is|must be) your\b|\bspare me your\b|\bsave your (?:excuses|breath)\b",
    ),
    Said(
        Kind.HEAT,
        0.35,
        rf"\b(?:you|your|u|you're)\b.{{0,60}}\b{_SWEAR}\b|\b{_SWEAR}\b.{{0,60}}\b(?:you|your|u|you're)\b",
    ),
    Said(Kind.HEAT, 0.3, r"\byou (?:people|lot)\b"),
    Said(
        Kind.HEAT,
        0.35,
        rf"(?:^|[,.;!] ?)(?:just )?(?:fix|do|get|give|reset|answer|open|send|move)\b.{{0,40}}\b{_SWEAR}\b",
    ),
    Said(
        Kind.HEAT,
        0.25,
        r"\byour (?:excuses|incompet\w+|attitude)\b|\bor else\b|\bat least one of you\b|\bfor once\b|\bhonestly\?",
    ),
)
