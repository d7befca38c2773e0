"""The words behind the reading of tone: what is said at somebody, what only sounds like it, and what is felt.

Patterns meet one sentence in lower case, with plain apostrophes, masked letters put back, and the department called
“itdesk” where it was written in capitals. A find weighs between 0 and 1; finds add up as doubts that shrink.
"""

# ruff: noqa: E501 (a pattern is easier to read unbroken)

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a find is; the words of the first four are said at somebody."""

    INSULT = "insult"
    SWEARING_AT = "swearing at somebody"
    THREAT = "threat"
    CONTEMPT = "contempt"
    HEAT = "heat"  # counts beside one of the others, and never alone


@dataclass(frozen=True)
class Said:
    kind: Kind
    weight: float
    pattern: str
    # Where set: letters of which some must be there. Looking for them first makes the long patterns quick.
    near: tuple[str, ...] = ()


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

_IHR = r"(?:ihr|du|sie|euch|dich)"
_BAD_NAME_DE = (
    r"(?:(?:voll|vollblut|ober)?(?:idiot(?:en)?|trottel|deppen|honks)|vollpfosten|schwachk(?:o|ö|oe)pfe?|dummk(?:o|ö|oe)pfe?|hohlk(?:o|ö|oe)pfe?|penner|nichtsk(?:o|ö|oe)nner|"
    r"arschl(?:o|ö|oe)cher|arschloch|wichser|spacken?|faulpelze|mistkerle?|drecks(?:ack|säcke|kerle?)|schlampen?|hurensöhne?|bl(?:o|ö|oe)dm(?:a|ä|ae)nner|vollhorst)"
)
_NAME_DE = rf"(?:{_BAD_NAME_DE}|pfosten|pfeifen|flaschen|versager|s(?:a|ä|ae)cke|clowns?|stümper|l(?:u|ü|ue)gner|faulenzer|dilettanten)"
_BEING_DE = r"(?:unf(?:a|ä|ae)hig|inkompetent\w*|bescheuert|bl(?:o|ö|oe)d|dumm|d(?:a|ä|ae)mlich|faul|hirnlos|hirntot|behindert|bekloppt|zu nichts zu gebrauchen|das letzte|nutzlos|peinlich|erb(?:a|ä|ae)rmlich|blind|taub|keine ahnung|arrogant|ein witz|lachnummer)"

GERMAN: tuple[Said, ...] = (
    Said(
        Kind.INSULT,
        0.85,
        rf"\b{_IHR}\b{_GAP}?[ ,]*{_NAME_DE}\b|\b(?:welcher|welche|so ein|was f(?:u|ü|ue)r|lauter|ein haufen|haufen|solche) (?:\w+ )?{_NAME_DE}\b",
    ),
    Said(
        Kind.INSULT,
        0.8,
        rf"\b(?:ihr (?:seid|wart|habt)|du bist|sie sind|seid ihr|bist du|sind sie|habt ihr)\b{_GAP}?[ ,]*{_BEING_DE}\b",
    ),
    Said(
        Kind.INSULT,
        0.7,
        rf"\b(?:euer|eure|eurer|die|der) (?:\w+ )?(?:support|helpdesk|it|itdesk|it-abteilung|team|hotline|laden|abteilung)\b{_GAP}?[ ,]*(?:ist|sind|seid)?{_GAP}?[ ,]*(?:das letzte|unf(?:a|ä|ae)hig|inkompetent\w*|ein witz|lachnummer|nutzlos|{_NAME_DE})\b",
    ),
    Said(
        Kind.INSULT,
        0.6,
        rf"\b{_BAD_NAME_DE}\b|\b(?:inkompetente[rn]?|unf(?:a|ä|ae)hige[rn]?|fauler?|nutzloser?) (?:haufen|bande|verein|truppe|laden|leute|s(?:a|ä|ae)cke)\b",
    ),
    Said(
        Kind.SWEARING_AT,
        0.9,
        r"\bfick(?:t)? (?:dich|euch)\b|\bverpiss(?:t)? (?:dich|euch)\b|\bleck(?:t)? mich\b|\bhalt(?:et)? (?:die|den|euer|dein) (?:klappe|fresse|schnauze|maul|mund)\b|\bgeh(?:t)? (?:sterben|zur h(?:o|ö|oe)lle|scheissen|scheißen)\b|\bschnauze[!.]|\bam arsch lecken\b",
    ),
    Said(
        Kind.THREAT,
        0.85,
        r"\b(?:ihr|du|sie) (?:werdet|wirst|werden) (?:das|es|euch|dich)?\b.{0,12}\b(?:bereuen|b(?:u|ü|ue)ssen|b(?:u|ü|ue)ßen|noch sehen)\b|\bich (?:mach|mache|bring|bringe|hau|schlag|schlage) (?:dich|euch)\b|\bdann knallt'?s\b|\b(?:fliegt|rausfliegt|gefeuert|rausgeworfen)\b.{0,12}$|\bich weiß wo (?:du|ihr)\b",
    ),
    Said(
        Kind.CONTEMPT,
        0.65,
        r"\b(?:macht|mach) (?:endlich |mal |doch )*(?:eure|euren|deine|deinen) (?:arbeit|job)\b|\bwof(?:u|ü|ue)r (?:werdet|wirst|werden) (?:ihr|du|sie)\b.{0,20}\bbezahlt\b|\bdanke f(?:u|ü|ue)r (?:nichts|garnichts|gar nichts)\b|\b(?:ihr|du) (?:genies?|experten|helden)\b|\bzu (?:bl(?:o|ö|oe)d|dumm|faul|d(?:a|ä|ae)mlich) (?:zum|um)\b|\bsch(?:a|ä|ae)mt euch\b|\bkriegt ihr (?:eigentlich |überhaupt )?(?:irgend)?(?:et)?was (?:hin|auf die reihe)\b",
    ),
    Said(
        Kind.HEAT,
        0.35,
        r"\b(?:ihr|euch|euer|eure|dein|deine)\b.{0,50}\b(?:schei(?:ß|ss)\w*|mist\w*|verdammt\w*|drecks\w*)\b",
    ),
)

# --- What only sounds like it -------------------------------------------------------------------------

# Whoever speaks about themselves insults nobody else.
SELF = r"\b(?:i(?:'m| am| was| feel| felt| must be| look)|am i|(?:calls?|called|makes?|made) me(?: feel| look)?|myself|my own|ich (?:bin|war|f(?:u|ü|ue)hl\w* mich)|bin ich)\b(?:[ ,]+(?:such|just|like|an?|the|so|really|probably|being|look|feeling|feel|too|completely|total|ein(?:e|en)?|echt|wohl|nur|vermutlich|that|or|and|old|bloody|complete|absolute|the)){0,4}[ ,]*$"

# Somebody else said it, wrote it or did it: a report, for which a person is asked at once.
REPORTED = (
    r"(?<!\byou )(?<!\bi )(?<!\bu )(?<!\bwe )(?<!\bwhat i )\b(?:says?|said|saying|told (?:me|us|her|him|that)|tells (?:me|us)|wrote|writes?|writing|written|call(?:s|ed|ing)? (?:me|us|her|him|them|our|my|each)|shout(?:s|ed|ing)?|"
    r"yell(?:s|ed|ing)?|scream(?:s|ed|ing)?|swore|swears|curse[sd]?|threat\w*|insult(?:s|ed|ing)?|bull(?:y|ied|ying|ies)|harass\w*|mobb\w*|messages? (?:like|saying|that)|mails?|emails?|e-mails?|pop-?up|voicemail|transcript|subject|"
    r"screensaver|note|comments?|shows?|literally|reads|lautet|steht|named?|titled?|variable|filter|ransom|sagt\w*|meinte|schrieb\w*|geschrieben|genannt|nennt|nennen|nannte|beschimpf\w*|bedroh\w*|i was (?:called|told)|was called)\b"
)
DENIED = r"\b(?:not|isn't|aren't|ain't|wasn't|weren't|don't think|nobody is|no|nicht|kein\w*|hardly|never said|nobody said)\b(?! (?:only|just|even))"
DENIED_BEFORE = r"\b(?:not|never|don't|didn't|isn't|won't|wouldn't|nobody|without|nicht) (?:\w+ )?(?:say\w*|said|call\w*|think\w*|mean\w*|imply\w*|implying|suggest\w*|accus\w*|blam\w*|want to say|sagen|behaupten|meine)\b[^.!?]{0,30}$"

# A thing that is cursed is no person: “you stupid printer”, “this useless piece of junk”.
THING = r"^[ ]?(?:thing|printer|laptop|computer|pc|machine|app|software|program|system|vpn|outlook|excel|teams|word|mouse|keyboard|screen|monitor|scanner|phone|headset|wifi|network|server|error|message|dialog|box|button|question|mistake|typo|website|page|update|update|password|account|flag|wire|cable|terminal|variable|token)s?\b"

# --- What is felt -------------------------------------------------------------------------------------


class Feeling(StrEnum):
    """What the asker lets through, as far as the answer's first line can meet it."""

    PRESSED = "pressed"  # worried, under pressure
    AGAIN = "again"  # it came back, once too often
    LOST_TIME = "lost time"  # hours or days went into it, or nobody answered
    UPSET = "upset"  # cross or at the end of their patience; the reason is not told


@dataclass(frozen=True)
class Felt:
    feeling: Feeling
    weight: float
    pattern: str


_TIMES = r"(?:second|third|fourth|fifth|sixth|tenth|hundredth|umpteenth|nth|2nd|3rd|4th|5th|6th|\d+th|\d+(?:st|nd|rd|th))"
FELT: tuple[Felt, ...] = (
    Felt(
        Feeling.PRESSED,
        0.7,
        r"\b(?:i'm|i am|im|we're|we are|getting|so|really|very|i feel|feeling) (?:\w+ ){0,2}(?:stressed|desperate|panick(?:ing|ed)|in (?:a )?panic|worried sick|overwhelmed|helpless|scared|freaking out|close to tears|in tears|worried about|anxious|hopeless)\b|\bdesperate\b|\bpanick?ing\b|\babout to cry\b|\bclose to tears\b|\bdesperately\b",
    ),
    Felt(
        Feeling.PRESSED,
        0.55,
        r"\bplease,? please,? (?:help|fix|can|do|i|unlock|someone|somebody|just)\b|\bi beg (?:you|of you)\b|\bi'm begging\b|\bmy nerves\b|\bso stressful\b|\bverzweifelt\b|\bpanik\b|\bich flehe\b|\bbitte,? bitte\b|\bam ende meiner kr(?:a|ä|ae)fte\b",
    ),
    Felt(
        Feeling.PRESSED,
        0.25,
        r"\bplease help\b|\bdeadline\b|\bno time for this\b|\bhelp me please\b|\bbitte helft\b",
    ),
    Felt(
        Feeling.UPSET,
        0.2,
        r"^why\b|\bwhy (?:is|does|do|can't|won't)\b|\beverything again\b|\bomg\b|\bno time for this\b|\bwarum\b",
    ),
    Felt(
        Feeling.AGAIN,
        0.65,
        rf"(?:^|[.!;:] )for the {_TIMES} time\b|\b{_TIMES} time (?:this (?:week|month)|in a row|already|now)\b|\bevery (?:single )?(?:day|morning|time) the same\b|\bnot again\b|\bzum (?:\w+ten|x-?ten|hundertsten) mal\b|\bimmer (?:wieder )?(?:das|der|die)selbe\w*\b.{0, 20}\b(?:mist|drama|theater)\b",
    ),
    Felt(
        Feeling.AGAIN,
        0.3,
        rf"\bfor the {_TIMES} time\b|\b{_TIMES} time (?:today|tonight)\b|\b(?:over and over|ugh+|gr+r+)\b|\bagain(?: and again)?(?:[!.,?]|$)|\bonce again\b|\byet again\b|\bstill (?:not|nothing|doesn't|does not|broken|isn't|no)\b|\bkeeps? (?:happening|crashing|freezing|popping)\b|\bschon wieder\b|\bimmer noch\b|\bst(?:a|ä|ae)ndig\b|\bevery (?:single )?(?:day|morning|call|hour)\b|\bdaily\b",
    ),
    Felt(
        Feeling.LOST_TIME,
        0.6,
        r"\b(?:been|i'm|am|spent|spend|wasted?|lost|took|takes?) (?:\w+ ){0,4}(?:hours|days|weeks|(?:whole|entire|half (?:a|my|the)) (?:day|morning|afternoon|week))\b.{0,60}\b(?:nothing|still|without|trying|waiting|on this|to no|cry|scream|no one|nobody)\b|\bwast(?:ed|ing) (?:my|the|an?|half)\b.{0,15}\b(?:day|morning|afternoon|hours?|time|week)\b|\bate my (?:whole |entire )?(?:morning|day|afternoon)\b",
    ),
    Felt(
        Feeling.LOST_TIME,
        0.6,
        r"\b(?:nobody|no one|noone|none) (?:has |have |ever |even )*(?:answer\w*|repl\w*|respond\w*|cares?|helps?|helped|bothers?|called|came)\b|\bwaiting (?:since|for (?:days|weeks|hours|\w+ (?:days|weeks|hours)))\b|\bno (?:answer|reply|response) (?:for|since)\b|\bkeiner (?:meldet|antwortet|hilft|k(?:u|ü|ue)mmert)\b|\bniemand (?:meldet|antwortet|hilft)\b|\bich warte seit\b|\bseit (?:stunden|tagen|wochen)\b",
    ),
    Felt(
        Feeling.UPSET,
        0.75,
        r"\b(?:so |really |very |extremely |incredibly |how |getting )*(?:frustrat(?:ed|ing)|infuriating|maddening|exasperat\w+|fed up)\b|\bat (?:my|the end of my) (?:wits?'? ?end|wit's end|tether|rope)\b|\blosing my (?:mind|patience|nerves|temper)\b|\b(?:driv(?:es?|ing)|sends?|makes?) me (?:crazy|nuts|mad|insane|up the wall|cry|furious)\b|\b(?:i'm|i am|im) (?:\w+ )?(?:so |really |very )*(?:angry|upset|annoyed|fed up|sick of|tired of|furious|over it|livid)\b",
    ),
    Felt(
        Feeling.UPSET,
        0.6,
        r"\b(?:sick|tired|sick and tired) of (?:this|the|it|these|having|that)\b|\b(?:really|so|very|super|extremely) annoy\w+\b|\bannoying as\b|\bi give up\b|\bi(?:'ve| have) had (?:enough\b|it (?:with|up)\b|it[.!])|\bcan(?:'?t| ?not) (?:take|stand|bear|believe) (?:it|this|that)\b|\bgoing (?:crazy|insane|mad|nuts)\b|\bwant to (?:scream|cry)\b|\bi(?:'m going to| could) scream\b|\bgett?ing on my nerves\b|\bdisappointed\b|\bunacceptable\b|\bnot acceptable\b|\bthis is ridiculous\b|\bit(?:'s| is) ridiculous\b|\bso over it\b",
    ),
    Felt(
        Feeling.UPSET,
        0.55,
        r"\bi (?:hate|loathe|despise) (?:this|the|my|that|it|outlook|teams|excel|windows|sap)\b|\bworst (?:software|program|app|system|tool|thing|laptop|morning|day)\b|\bterrible (?:day|morning)\b|\bout of the window\b|\bpiece of (?:junk|crap|shit|garbage|rubbish)\b|\bhow (?:is|am|are) (?:anyone|anybody|i|we|one) supposed to\b|\bdrives me\b|\bnervt\b|\bgenervt\b|\bkotzt mich\b|\bschnauze voll\b|\bes reicht\b|\bich dreh(?:e)? (?:noch |gleich )?durch\b|\bzum (?:kotzen|verzweifeln|heulen)\b|\bstinksauer\b|\bwahnsinnig\b",
    ),
    Felt(
        Feeling.UPSET,
        0.5,
        r"\b(?:wtf|ffs|argh+|aargh\w*|omfg|for (?:fuck|god|heaven|pete)'?s sake)\b|\b(?:fuck|shit|bugger|schei(?:ß|ss)e|verdammt|mist)(?:[!,.]|$| (?:my|the|this|i)\b)",
    ),
    Felt(
        Feeling.UPSET,
        0.5,
        r"\b(?:fuck\w*|shitty|damn(?:ed)?|goddamn|bloody|crappy|crap|bullshit|frigging|freaking|(?<!feel )(?<!'m )(?<!so )(?<!really )stupid(?= \w)|idiotic|useless|blöde[rsn]?|bl(?:o|oe)de[rsn]?|schei(?:ß|ss)\w*|verdammte\w*|drecks\w*)\b(?! question| frage| error code)",
    ),
)
