"""Matters that a person should read before any article is shown."""

# ruff: noqa: E501 (a pattern is easier to read unbroken)

_RELATION = (
    r"(?:mother|father|mum|mom|dad|parents?|wife|husband|partner|girlfriend|boyfriend|fianc[eé]e?|son|daughter|child|baby|kid|brother|sister|"
    r"colleague|coworker|co-worker|team ?mate|friend|grandmother|grandfather|grandma|grandpa|uncle|aunt|cousin|nephew|niece)"
)
_BOSS = (
    r"(?:boss|manager|supervisor|director|chief|foreman|team ?lead(?:er)?|shift ?lead(?:er)?|department head|head|colleagues?|co-?workers?|teammates?|"
    r"trainer|ex|man|guy|woman|customer|client|driver|patient|teacher|he|she|they|people|person|somebody|someone)"
)
_ME = r"(?:me|us|him|her|my (?:colleague|coworker|friend|trainee))"
_ORIGIN = (
    r"(?:skin|colou?r|race|religion|faith|headscarf|hijab|accent|body|weight|looks|gender|sex|sexuality|disability|wheelchair|stutter|origin|"
    r"nationality|country|pregnancy|sex)"
)
_FAMILY = r"(?:mother|father|mum|mom|dad|parents?|wife|husband|partner|girlfriend|boyfriend|son|daughter|child|kids?|baby|brother|sister|grandma|grandpa)"
_BODY = r"(?:body|legs?|back|breasts?|chest|bottom|butt|shoulders?|waist|hair|knee|thighs?|neck|hips?)"
_NOT_A_MACHINE = r"(?<!\bapp )(?<!system )(?<!printer )(?<!program )(?<!laptop )(?<!computer )(?<!screen )(?<!outlook )(?<!excel )(?<!teams )(?<!phone )(?<!scanner )(?<!\bit )(?<!\bpc )"
_GROUP = r"(?:women|girls|men|foreigners|immigrants|refugees|gays|lesbians|blacks|whites|muslims|jews|christians|old people|disabled people|mothers)"
_LIFE = r"(?:here|alive|around|in this world)"
_WEIGHS = r"(?:boss|manager|team ?lead\w*|colleagues?|coworkers?|pressure|stress|work(?:load)?|job|everything|people|bullying|customers|shifts?|overtime|home|life)"
_PAY = r"(?:pay|salary|wages?|paycheck|pay ?slip|overtime|bonus|holiday pay|sick pay|commission)"

PATTERNS = {
    "harassment": (
        (
            r"\b(?:harass\w*|bull(?:y|ied|ies|ying)|mobbing|mobbed|discriminat\w+|racist|racism|sexist|groped|gropes|molest\w+)\b",
            r"\b(?:sexual|unwanted|inappropriate) (?:\w+ )?(?:comments?|remarks?|messages?|advances|touch\w*|pictures?|photos?|jokes?)\b",
            r"\b(?:dirty|naked|nude|obscene|lewd|intimate|disgusting) (?:\w+ )?(?:pictures?|photos?|pics|messages?|videos?|jokes?|comments?|remarks?)\b",
            rf"\b{_NOT_A_MACHINE}(?:stalk(?:s|ed|ing)|insult(?:s|ed|ing)?|humiliat\w+|belittl\w+|mock(?:s|ed|ing)?|degrad\w+|spits? at|spat at|stares? at|staring at|"
            rf"(?:slap|hit|push|kick|punch|chok|shov|beat|attack)(?:s|es|ed|ped|ing|ping)?|ask(?:s|ed|ing)? (?=\w+ out\b)|flirt(?:s|ed|ing)? with|leer(?:s|ed|ing)? at|"
            rf"(?:picks|picking|picked) on|(?:makes?|making|made) fun of|(?:laughs?|laughing|laughed) at) {_ME}\b",
            rf"\b{_NOT_A_MACHINE}(?:shout|yell|scream|swear|curse|bark|snap)(?:s|ed|ing)? (?:and \w+ )?at {_ME}\b",
            rf"\b(?:touch|grab|grop|hug|kiss|rub)(?:s|es|ed|bed|ing|bing)? (?:me\b|my {_BODY}\b)",
            rf"\b(?:hands?|fingers?|arms?) (?:on|around|under|over) my (?:{_BODY}|skirt|shirt)\b|\b(?:cat-?call|wolf-?whistl|whistl)\w* (?:at|and|when|after)\b",
            r"\b(?:slurs?|nasty (?:remarks?|comments?|messages?)|gossip\w*|rumou?rs|lies) about (?:me|us|her|him)\b|\b(?:a|racial|ethnic|homophobic) slurs?\b|\bnasty (?:remarks?|comments?)\b",
            rf"\b{_GROUP} (?:can'?t|cannot|should ?n'?t|should not|don'?t belong|do not belong|are too|aren'?t able)\b",
            r"\b(?:behind my back|called names|(?:excluded|left out|isolated|ignored) (?:on purpose|by (?:my|the) (?:team|colleagues?|boss|group|others))|excluded from .{0,30} on purpose|"
            r"silent treatment|frozen out)\b",
            rf"\bcall(?:s|ed|ing)? {_ME} (?:(?:an?|the|so|only|always|really) )*(?:stupid|idiot|idiots|useless|dumb|lazy|retard\w*|names|fat|ugly|worthless|incompetent|"
            r"bitch|whore|slut|loser|failure|moron|\w*ist)\b",
            rf"\b(?:jokes?|comments?|remarks?|laugh\w*) (?:\w+ )?(?:about|on|at) (?:my|his|her|their|our) (?:\w+ )?{_ORIGIN}\b",
            rf"\bbecause (?:of my {_ORIGIN}|i(?:'?m| am) (?:a woman|black|gay|lesbian|trans|muslim|jewish|foreign|a foreigner|pregnant|disabled|old))\b",
            r"\bcomplain(?:t|ing)? about (?:my|our|the|a) (?:\w+ )?(?:boss|manager|supervisor|team ?lead\w*|colleague|coworker|behaviou?r)\b",
            rf"\bmy {_BOSS} (?:\w+ ){{0,3}}(?:humiliates|insults|belittles|bullies|threatens|mocks|intimidates|isolates|abuses|hits|harasses)\b",
            r"\btreats? me like (?:dirt|garbage|rubbish|trash|shit|a slave|a child|air)\b",
        ),
    ),
    "threat": (
        (
            r"\bthreat\w* (?:\w+ ){0,3}(?:me|us|her|him|to (?:hurt|kill|come))\b",
            r"\b(?:afraid|scared|frightened|terrified) (?:of (?:him|her|them|my)|for my|to (?:come|go|be|work|walk|leave))\b",
            r"\bdon'?t feel safe\b|\bfeel(?:ing)? unsafe\b|\bfear for (?:my|her|his|our)\b",
            r"\b(?:blackmail\w*|extort\w*)\b.{0,40}\bme\b",
            r"\b(?:kill|hurt|harm|hurting|harming|killing) (?:myself|himself|herself|themselves)\b|\bsuicid\w+|\b(?:end|ending|take|taking) (?:my|it|his|her) (?:own )?(?:life|all)\b",
            rf"\b(?:don'?t|do not|didn'?t) (?:\w+ )?(?:want|wish) to (?:live|(?:be|stay|wake up) {_LIFE}|wake up|go on)\b(?! (?:with|at (?:this|the) (?:company|firm|office|desk)))",
            r"\b(?:think(?:ing)?|thought|thoughts) (?:\w+ )?(?:about|of) (?:ending it|dying|death)\b|\bi (?:just |really )?(?:want|wish) to (?:die|be dead|disappear)\b|\bbetter off without me\b|"
            r"\bno (?:reason|point) (?:\w+ )?(?:to|in) (?:live|living|life|go on|going on)\b|\b(?:see|is|find) no way out\b|\b(?:don'?t|can'?t|cannot) see (?:a|any) way out\b",
            r"\b(?:notes?|letters?|flowers|gifts?) (?:\w+ )?(?:at|on|in|under) my (?:car|door|desk|locker|home|house|windscreen)\b|\bwait(?:s|ing)? for me (?:after|outside|at|in|behind|every)\b|"
            r"\bknows where (?:i|my \w+) (?:lives?|works?)\b",
            r"\bmy ex\b.{0,60}\b(?:waits?|waiting|follow\w*|stands|standing|turned up|shows? up|showed up|calls|keeps|knows where|threat\w*|outside)\b",
            r"\b(?:follows|following|followed) (?:me|her|him) (?:home|to (?:the|my)|after|around)\b",
            r"\b(?:my \w+|he|she|someone) (?:\w+ ){0,2}(?:reads?|is reading|watch(?:es|ing)|spies|is spying|tracks?) (?:\w+ )?(?:on )?my "
            r"(?:private )?(?:messages|mails?|e-?mails|chats?|phone|location|screen)\b(?! entries)",
        ),
    ),
    "grief": (
        (
            rf"\b{_RELATION} (?:\w+ ){{0,3}}(?:passed away|died|was killed|is dying|took (?:his|her) (?:own )?life)\b",
            r"\b(?:passed away|bereave\w+|in mourning|condolences|stillb\w+)\b",
            rf"\b(?:lost|losing|death of|funeral (?:of|for)|buried|burying) (?:my|his|her|our) (?:\w+ )?{_RELATION}\b|\b(?:my|our|his|her) \w+'s (?:funeral|death)\b",
            r"\b(?:death|funeral) in (?:my|the|our) family\b",
        ),
    ),
    "health": (
        (
            r"\b(?:panic attacks?|burn-?out|burned out|burnt out|depression|nervous breakdown|mental health|my chemotherapy|have cancer|my cancer|miscarriage|"
            r"i can'?t cope|i cannot cope|my diagnosis|i'?m breaking down|heart attack|self-?harm|anxiety attacks?|my (?:therap(?:ist|y)|psychologist|psychiatrist|addiction)|rehab|alcoholic|drinking problem|drinking at work|i'?m pregnant|i am pregnant|can'?t stop (?:crying|shaking)|(?:throw|throwing) up)\b",
            r"\b(?:i'?m|i am|i feel|i've been|he is|she is) (?:\w+ )?(?:depressed|suicidal|exhausted and|at my limit|in tears|falling apart|mentally)\b",
            rf"\b(?:i|my {_RELATION}) (?:am|is|was|'m|have been|has been|got|just got|was just|fell) (?:\w+ )?(?:diagnosed|(?:seriously|terminally|gravely|very|badly|mentally) (?:ill|sick)|"
            r"in (?:the )?(?:hospital|hospice|intensive care))\b",
            r"\bi(?:'ve| have)? (?:been |am |just |keep |only )*(?:cr(?:y|ied|ying)|sob(?:bing)?) (?:\w+ ){0,3}(?:at|every|in|before|after|all|because|on|during)\b",
            rf"\bi (?:really |just |simply |honestly )?(?:can'?t|cannot|can not) (?:take|do|stand|bear|handle) (?:it|this)\b.{{0,60}}\b{_WEIGHS}\b|\b{_WEIGHS}\b.{{0,60}}\bi (?:really |just |simply |honestly )?"
            r"(?:can'?t|cannot|can not) (?:take|do|stand|bear|handle) (?:it|this|any)\b",
            rf"\bmy {_FAMILY}\b.{{0,40}}\b(?:had an? (?:\w+ )?(?:accident|stroke|seizure)|is in (?:the )?(?:hospital|icu|hospice|intensive care)|taken to hospital|(?:surgery|operation) (?:today|tomorrow))\b",
            r"\b(?:read|reads|reading|showed|shows|told|shared|posted|printed|discussed) (?:out |everyone |everybody |them |about )?my (?:sick note|diagnosis|illness|medical \w+|doctor'?s note|pregnancy)\b",
            r"\bi (?:can'?t|cannot) go on (?:like this|any ?more|living)\b",
            r"\b(?:my|his|her) (?:sick note|medical (?:leave|certificate|record)|diagnosis)\b.{0,60}\b(?:everyone|visible|shared|read|leaked|manager|colleagues)\b",
        ),
    ),
    "pay_dispute": (
        (
            rf"\b(?:my|his|her) (?:\w+ )?{_PAY}\b.{{0,50}}\b(?:wrong(?! program)|missing|short|less|late|not (?:paid|arrived|come|there|counted)|hasn'?t|"
            r"haven'?t|didn'?t|unpaid|too low|lower|incorrect|deducted|cut|reduced|always zero)\b(?! (?:program|window|app|language|format))",
            r"\bi (?:have not|haven'?t|wasn'?t|was not|didn'?t|did not|still have not)(?: \w+)? (?:been |get |got |gotten )?paid\b",
            rf"\b(?:not|n't|never) (?:\w+ )?(?:gotten|got|received|receive|get|seen) (?:\w+ )?(?:my|any|our) (?:\w+ ){{0,2}}{_PAY}\b",
            rf"\b(?:took|taken|takes|deducted|docked|cut|missing|subtracted) (?:[\w€$£.,]+ ){{0,4}}(?:from|of|off) my (?:\w+ )?{_PAY}\b",
            rf"\b{_PAY}\b.{{0,40}}\b(?:not|n't|never|nothing) (?:\w+ ){{0,3}}on my (?:bank )?account\b",
            r"\b(?:can'?t|cannot|not able to|unable to) pay (?:my|the|our) (?:rent|bills?|mortgage|loan|food|electricity)\b",
            r"\b(?:underpaid|short[- ]paid|unpaid overtime|pay is short|paid me too (?:little|much)|paid too little|owes? me|(?:only )?paid me (?:only |just )?for|still waiting for my (?:\w+ )?(?:pay|salary|wages?|bonus|money))\b",
        ),
    ),
}
