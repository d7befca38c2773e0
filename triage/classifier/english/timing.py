"""When it is needed: deadlines, hurry, people waiting, and "no rush"."""

# ruff: noqa: E501 (a pattern is easier to read unbroken)

_CLOCK = r"(?:\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|h|o'?clock)|\d{1,2}[:.]\d\d|noon|midday|midnight)"
_TIME = rf"(?:{_CLOCK}|\d{{1,2}}(?: sharp)?(?![\w%.,-]| ?(?:%|weeks?|days?|months?|years?|gb|mb|people|files|pages|times|mbit)))"
_TODAY = r"(?:today|tonight|this (?:morning|afternoon|evening)|right now|any minute|soon|shortly|now)"
_EVENT = (
    r"(?:presentation|pitch|demo|interview|exams?|hearing|webinar|board (?:meeting|call|day)|all[- ]hands|town hall|go[- ]live|launch|auditors?|signing|"
    r"closings?|concert|livestream|keynote|press (?:release|conference)|trial|lesson|lessons|workshop|flight|ceremony|doors open|handover|visit|departure|"
    r"courier|pickup|acceptance|review|delegation|inspector|negotiation|minister|finance close|closing day|reporting day|results day|funeral)"
)
_GROUPS = (
    r"(?:customers?|clients?|visitors|guests|patients?|passengers|parents|pupils|students|people|everyone|trucks?|lorr(?:y|ies)|drivers|auditors?|applicants|"
    r"attendees|doctors?|suppliers?|couriers?|carriers?|judges?|viewers|the judge|witness|callers|tenants|residents|pilots)"
)

REASSURANCE = (
    r"\b(?:nobody|no one|noone|none of us|nothing)(?: else)? (?:is|was|got|has been|were|are|gets) (?:\w+ )?(?:hurt|injured|harmed|affected|blocked|"
    r"in danger|lost|stopped|broken|waiting|urgent|critical)\b",
    r"\b(?:not|isn't|no) (?:\w+ ){0,2}(?:an )?(?:emergency|outage|incident)\b",
    r"\b(?:everything|all)(?: else)? (?:is |'s )?(?:good|fine|well|ok|okay|works)\b|\bthanks (?:everyone|everybody|all)\b",
)

PATTERNS = {
    "waiting": (
        (
            rf"\b{_GROUPS}\b.{{0,30}}\b(?:waiting(?! room\b)|waits?|queu(?:e|ing|es)|leaving|lined up|walk(?:ed|ing) out|escalating|expecting|standing|in the house|on hold|phone for)\b",
            r"\bthe queue (?:goes|is|reaches)\b|\bwaiting room is full\b",
            r"\b(?:we|i) (?:lose|lost|are losing|'re losing) (?:\w+ )?(?:customers?|orders|sales|money|what customers)\b|\borders (?:are )?down\b",
            r"\b(?:only take cash|cash only)\b|\bcustomers (?:can'?t|cannot|already)\b",
            r"\bsits? (?:here|in front)\b|\b(?:in front of|on stage|in the middle of) (?:the class|already|a shift|my)\b|\bon stage\b",
        ),
    ),
    "deadline": (
        (
            rf"\b(?:by|before|until|at|from|for) {_TIME}\b.{{0,25}}\b(?:today|tonight|sharp|this (?:morning|afternoon|evening))\b",
            rf"\b(?:today|tonight|this (?:morning|afternoon|evening)|deadline|due|cut-?off|submission)\b.{{0,30}}\b(?:at|by|before|until|till|is|to|:) {_CLOCK}",
            rf"\b(?:deadline|due|cut-?off|submission|pickup|departure|closing)\b.{{0,15}} {_CLOCK}",
            rf"\b(?:by|before|until|till|til) {_CLOCK}\b|\b(?:by|before|until) {_TIME}",
            rf"\b(?:starts?|begins?|due|opens?|closes|closing is|ends?|leaves?|goes|submitted|boarding|released?|must|comes|meets|printing|lecturing|expects it|"
            rf"published|announced|handed out|go with|going out|out|batch|arrives|chairing|from)\b.{{0,25}}\b(?:at|by|before|on|from|for) {_TIME}",
            rf"\b{_EVENT}\b.{{0,40}}(?:\b{_TODAY}\b|\bin (?:\d+|half|an|a quarter)\b|\b(?:at|from) {_TIME}|\({_CLOCK}|\btomorrow (?:at|morning)\b|\b(?:is )?here at\b)",
            rf"\b{_TODAY}(?:'s)?\b.{{0,40}}\b{_EVENT}\b",
            r"\b(?:by|before|until|till|til|at) (?:noon|midday|midnight|tonight|lunch(?: ?time)?|end of (?:the )?day|eod|close of business|cob|this (?:afternoon|evening)|"
            r"one o'?clock|half past|three|four|five|six)\b",
            r"\b(?:within the hour|half an hour|quarter of an hour|just about to start|it starts now|starts? now|started (?:\w+ ){0,2}minutes ago|it'?s started)\b",
            r"\bin (?:about |around |the next )?(?:an hour|one hour|two hours|five|ten|fifteen|twenty|thirty|\d+)(?: |-)?(?:minutes?|mins?|min)\b|\bin (?:about )?(?:an|one|two|\d) hours?\b",
            r"\b(?:must|has to|have to|needs? to|needs?|should|want\w*|expect\w*|due|paid|need it|delivery|deliver)\b.{0,50}\b(?:today|tonight|this (?:afternoon|evening)|now-?ish|before that)\b(?!.{0,20}\?)",
            r"\b(?:runs?|starts?|begins?|starting|beginning|goes|leaves?|releases?|scheduled|live|for|by) (?:\w+ )?(?:tonight|this (?:afternoon|evening))\b",
            r"\btonight'?s\b|\bstarted today\b|\b(?:today|this morning)\b.{0,30}\b(?:arrived|began)\b|\bbegan this morning\b",
            r"\btomorrow (?:morning|at \d|early)\b|\bdue tomorrow\b|\bdelivery tomorrow\b",
            r"\b(?:today|tonight) please\b|\bplease (?:\w+ ){0,3}today\b|\bhelp today\b",
            r"\b(?:on duty|on[- ]call|duty manager|night duty)\b",
            r"\bfirst day\b.{0,60}\b(?:today|sits?|sitting|trainer|waiting)\b|\bsits? here since\b",
        ),
    ),
    "hurry": (
        (
            r"\burgent(?:ly)? \w+|\w+ urgent(?:ly)?\b|\basap\b|\b(?:right|straight) ?away\b|\bimmediately\b|\bat once\b",
            r"\b(?:please|pls) hurry\b|\b(?:reset|please|restore|extend) (?:\w+ ){0,6}quickly\b",
            r"\b(?:as )?(?:fast|quick(?:ly)?) as (?:you can|possible|ever)\b|\bright now please\b|\bplease (?:\w+ ){0,3}right now\b|\bfix it now\b|\bneed (?:it|this|them) (?:back )?now\b",
            r"\bcan(?:'|no)?t wait\b|\bevery minute counts\b|\btime[- ]critical\b|\btop priority\b|\bhigh prio\w*|\bvery important\b|\bemergency!|\ban emergency\b",
            r"\beach minute\b|\bevery minute\b",
        ),
    ),
    "calm": (
        (
            r"\b(?:not|isn'?t|nothing|not very|not at all|not really|not super|not particularly) (?:that |so |too |is )?(?:urgent|pressing|time[- ]critical|critical|important)\b",
            r"\b(?:no|not in a|zero|without|not any) (?:real |big |great |particular )?(?:rush|hurry|urgency|stress|pressure|time pressure|deadline|drama|panic|worries|worry)\b",
            r"\bno need to (?:hurry|rush)\b|\bneedn'?t be (?:now|today|this minute)\b",
            r"\b(?:isn'?t|is not|not|doesn'?t|aren'?t) (?:really )?block(?:ing|er)?\b(?: me| us| anyone| anything)?",
            r"\b(?:low|lowest) (?:prio(?:rity)?|urgency|importance)\b|\b(?:prio(?:rity)?|urgency):? (?:is )?low\b",
            r"\bwhen(?:ever)? (?:you|someone|somebody|anyone|anybody) (?:\w+ )?(?:ha(?:s|ve)|gets?|finds?|comes?|are|is|pass\w*) (?:\w+ ){0,3}(?:time|chance|moment|minute|second|around|to it|by|free|bored|slot)\b",
            r"\bwhen(?:ever)? there(?:'s| is) (?:\w+ )?time\b|\bwhen it suits\b|\bwhen(?:ever)? convenient\b|\bat your (?:convenience|leisure)\b|\bwhenever(?: you\b|[.!]|$)",
            r"\bif (?:anybody|anyone|somebody|someone) passes\b",
            r"\b(?:some ?day|sometime|some time|at some point|one day|eventually)\b",
            r"\b(?:can|could|may|might) (?:easily |gladly |also )?wait\b(?! (?:long|any))",
            r"\b(?:plenty of|there is|there's|we have|we'?ve|i have|lots of) time\b",
            r"\b(?:nice[- ]to[- ]have|just (?:curious|wondering|asking|saying|reporting|letting you know|so you know|for fun|to know|for info|for my)|only (?:asking|annoying|cosmetic|"
            r"planning|browsing|in case|announce)|out of curiosity|asking for (?:a friend|the future)|just so you know)\b",
            r"\b(?:fyi|for your information|just info|for information)\b",
            r"\b(?:cosmetic|minor (?:thing|issue|point)|small thing|tiny thing|not a (?:big )?(?:problem|deal)|no big deal|not important|just tidying)\b",
            r"\b(?:next|coming) (?:month|quarter|year|spring|summer|autumn|winter) is (?:ok|fine|enough)\b|\bnot before (?:next|the)\b",
            r"\b(?:no action needed|nothing to be done|not needed (?:this week|soon|yet|now))\b",
        ),
    ),
    "wish": (
        (
            r"\b(?:would it be possible|is it possible|is there somewhere|do we have (?:a|any|spare)|could (?:i|we) (?:get|have|make)|am i allowed|is it (?:ok|okay|allowed) to)\b",
            r"\b(?:i'?d|i would|we'?d|we would) (?:like|love|prefer) (?:to|a|an|the)\b|\bwould love to\b",
            r"\b(?:suggestion|feature request|an idea|quick question|small question|question about|general question)\b",
            r"\b(?:how long are|how often do|who owns|what is the (?:process|limit)|what'?s the (?:process|name|procedure|limit))\b",
        ),
    ),
}
