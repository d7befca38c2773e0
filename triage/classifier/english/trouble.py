"""What stops or endangers people, and what is said when many stand still."""

# ruff: noqa: E501 (a pattern is easier to read unbroken)

_CANNOT = r"\b(?:can'?t|can ?not|couldn'?t|could not|unable to|not able to|isn'?t able to|aren'?t able to|no longer|won'?t)\b"
_NOT_I = (
    r"(?<!\bi )(?<!\bi am )(?<!\bi'm )(?<!\bi’m )(?<!\bi still )(?<!\bi just )(?<!\bi also )(?<!\bi now )"
)
_IS_DOWN = (
    r"\b(?:down|dead|offline|outage|unreachable|frozen|freez(?:es?|ing)|standstill|unavailable|out of service|failure|"
    r"cut off|paralysed|kaput|collapsed)\b",
    r"\b(?:is|are|was|were|went|goes|going|seems?(?: to be)?) (?:\w+ ){0,2}(?:gone|dark|black|blocked|stuck|broken|out|empty|"
    r"locked|closed|standing)\b",
    r"\b(?:do|does|did|has|have|is|are|was|were)n'?t (?:\w+ ){0,2}(?:work|start|boot|open|load|print|connect|respond|"
    r"arriv|receiv|reach|transfer|sent|ring|show|updat|log|accept|give|launch|report|come|exist)\w*",
    r"\bnot (?:working|reachable|available|one of|opening|responding|transferred|arriving|loading|ringing|starting)\b",
    r"\b(?:lost|loses|losing|without|no) (?:\w+ ){0,2}(?:connection|network|access|link|internet|mails?|e-?mail|signal|"
    r"labels?|picture|sound|power|system|log-?ins?|view|contact|telephony|line to|data)\b",
    r"\b(?:kicked|locked|logged|shut|thrown) (?:\w+ )?(?:out|off)\b",
    r"\b(?:fail(?:s|ed|ing)|crash(?:es|ed|ing)?|reject(?:s|ed|ing)|abort(?:s|ed)|died|vanished|disappeared|stopped|stops|"
    r"halted|deleted|offboarded|deactivated|disconnected)\b",
    r"\b(?:reboot|boot|restart|login) loop\b",
    r"\bnothing (?:leaves|works?|arrives?|prints?|loads?|moves|goes|comes|is running|runs)\b",
    r"\bnone (?:arrive|work|print|open|start|connect)\w*|\bno \S+ (?:\w+ ){0,4}(?:starts|works|opens|exists?|prints|rings|arrives)\b",
    r"\b(?:white|blank|black|blue|red) (?:page|screens?|error)\b",
    r"\b(?:access denied|insufficient privileges|not authori[sz]ed|invalid credentials|no bootable|busy tone|spinning wheel)\b",
)
STOPPED = (_CANNOT, r"\b(?:nobody|no one|noone|none of (?:us|them))\b", *_IS_DOWN)

# What life and health hang on.
_LIFELINE = (
    r"\bpatients?\b",
    r"\b(?:hospitals?|clinics?|ward|wards|icu|intensive care|operating[- ](?:theatre|room|table)s?|surger(?:y|ies)|anaesthe\w+|"
    r"dialysis|ventilators?|maternity|resuscitation|care homes?|nursing homes?|hospice|emergency (?:room|department|admission|doctor))\b",
    r"\b(?:ambulances?|paramedics?|fire (?:brigade|department|fighters?|station|alarm panel)|rescue|coast ?guard)\b",
    r"\b(?:112|911|999|emergency) (?:dispatch\w*|number|calls?|line|hotline|services?|operators?|phones?|button|stop|cent(?:re|er)|address)\b",
    r"\b(?:nurse|doctor|panic|alarm|gas|smoke|distress)[- ](?:call|alarm|button|line|detection|detectors?|sensors?|system|service|emergency)\b",
    r"\b(?:blood|lab(?:oratory)? results|medication|medicines?|doses?|dosage|dosing|prescriptions?|insulin|vaccines?|oxygen|infusions?|chemotherapy)\b",
    r"\b(?:poison|overdose|stroke|cardiac|newborn|pagers)\b",
    r"\b(?:pumping stations?|power (?:station|plant|grid)|substation|water (?:works|treatment|supply)|chemical|nuclear|reactor|"
    r"refinery|gas leak|level crossings?|railway|trains|dispatchers|air traffic|control (?:room|office)|safety (?:program|system|controller))\b",
)
# Places and services where a fault costs the work of very many at once.
_BIG_PLACE = (
    r"\b(?:warehouses?|distribution cent(?:re|er)s?|plants?|factory|factories|production|assembly|conveyors?|belts?|sorting|parcel hub|hub|logistics|"
    r"shop floor|shops|stores|branches|markets|supermarkets?|tills|checkouts|cash (?:registers|desks|machines)|atms|card terminals|payment terminals|"
    r"courts?|courthouse|prison|police|border|customs|airport|airline|railway|trains|trams|metro|bus(?:es)?|ferr(?:y|ies)|harbour|port|toll|fleet|depot|cross-dock|"
    r"hospitals?|wards|clinics|pharmac(?:y|ies)|schools|university|campus|headquarters|town hall|city|county|region|election|polling stations|"
    r"halls?|mills|lathes|robots?|cells|presses|furnace|mine|line [a-z0-9]+|lines|night shift|shifts?|call cent(?:re|er)|hotline|dispatch|kitchens?|hotels?|bank|"
    r"the company|all systems|worldwide|webshop|online shop|web shop|data cent(?:re|er)|server room|core switch|backbone|file server|mail server|"
    r"domain controllers?|active directory|identity provider|gateway|cluster|storage|erp|sap|wms|mes|payment (?:system|service|server)|booking system)\b",
)
_AT_A_STANDSTILL = (
    r"\bstand(?:s|ing)? still\b|\bstanding since\b|\bstanding (?:idle|already|around)\b|\b(?:is|are|'s) standing\b",
    r"\b(?:stopped|stops|halted|idle|starves|grounded|standstill|outage|failure|dead|down|offline|frozen|freez(?:e|es|ing)|closed|collapsed)\b",
    r"\b(?:everything|nothing|nobody|no one)\b",
    rf"{_CANNOT} (?:\w+ )?(?:sell|ship|deliver|load|unload|leave|be loaded|pick|produce|serve)\b",
    # One person may have the wrong password.
    rf"{_NOT_I}{_CANNOT} (?:\w+ )?(?:pay|open|log|receive|start|run)\b",
    r"\bno (?:\w+[- ]){0,3}(?:connection|network|logins?|starts|works)\b",
    r"\bshutting down\b|\bdon'?t start\b|\bhave (?:just )?stopped\b",
)

PATTERNS = {
    "danger": (
        (
            r"\bsmoke\b(?! (?:break|alarm|detector|test))",
            r"\b(?:on|caught|catching|there is a|there's a) fire\b(?! (?:drill|alarm|door|wall))",
            r"\bflames?\b",
            r"\bevacuat\w+",
            r"\b(?:gas|chemical|ammonia|chlorine|acid) leak\w*",
            r"\bexplo(?:ded|sion)\b",
            r"\b(?:electric(?:al)? shock|electrocuted|got a shock)\b",
            r"\b(?:injured|injury|is hurt|are hurt|got hurt|bleeding|unconscious)\b",
            r"\b(?:not safe|(?<!blocked )unsafe(?! attachment)|real danger|in danger|life[- ]threatening|lives at risk|dangerous situation)\b",
            r"\bpeople (?:trapped|inside the (?:fence|machine|lift)|in the lift)\b|\btrapped in\b",
            r"\bwater(?:'s| is)? (?:\w+ ){0,3}(?:onto|into|on|over|through)\b.{0,40}\b(?:server|rack|ups|electric\w*|power)\b",
        ),
    ),
    "hazard": (
        (
            r"\b(?:swollen|bulging|bloated|leaking|puffed)\b(?: \w+){0,3} ?batter\w*",
            r"\bbatter\w+ (?:\w+ ){0,3}(?:swollen|bulging|bulges|bloated|swelling|leaking|puffed up|expanded)\b",
            r"\b(?:smell(?:s|ed|ing)?(?: of| like)? (?:burn\w*|smoke|plastic)|burn(?:t|ing) smell|sparks|sparking|scorch\w+|blew up|bang)\b",
            r"\btoo hot to touch\b",
        ),
    ),
    "pay": (
        (r"\b(?:payroll|wages?|salar(?:y|ies)|pay ?day|paychecks?)\b",),
        (
            r"\b(?:abort\w*|fail\w*|error|stuck|reject\w*|crash\w*|refus\w+|won'?t|can'?t|cannot|not|missing|stopp?\w*|"
            r"down|locked|hangs?|frozen|wrong|empty|twice)\b",
        ),
        (
            r"\b(?:today|tonight|now|this (?:morning|afternoon|evening)|noon|deadline|cut-?off|at once|immediately|"
            r"in (?:an|one|two|\d+) (?:hours?|minutes?|mins?)|won'?t (?:get|be paid)|\d{1,2}[:.]\d\d|\d{1,2} ?(?:am|pm))\b",
        ),
        (
            r"\b(?:run|runs|file|batch|transfer|system|payments?|bank|people|employees|staff|everyone|everybody|all|\d{2,}|salaries|wages)\b",
        ),
    ),
    "lifeline": (
        _LIFELINE,
        (
            *_IS_DOWN,
            r"\b(?:nobody|no one|none of us|we) (?:\w+ ){0,3}(?:can'?t|can ?not|see|reach|stop)\b",
            rf"{_CANNOT} (?:\w+ ){{0,2}}(?:reach|see|show|call|print|admit|treat|serve|access|get|find|receive|be reached)\b",
            r"\b(?:on paper|pen and paper|piling up|bounce[sd]?|swapped|drops|reads? wrong|mixed up)\b",
        ),
    ),
    "standstill": (
        (
            r"\bstand(?:s|ing)? still\b|\bstanding since\b|\bat a standstill\b",
            r"\b(?:people|staff|workers|shifts?|pickers|drivers|agents|colleagues|teams?|hall|crew|lines?|vans|trucks|halls) (?:\w+ ){0,3}"
            r"(?:idle|standing|stand around|standing around)\b",
            r"\beverything(?:'s| is| has)? (?:\w+ )?(?:stopped|stops|stands|standing|down|offline|dead)\b|\bnothing is running\b",
            r"\bdown for (?:everyone|everybody|all|the (?:whole|entire) (?:company|hospital|site|plant|group))\b",
            r"\b(?:for|to) (?:everyone|everybody|all(?: users| staff| employees)?) (?:in|at|across|of) (?:the )?(?:\w+ )?"
            r"(?:company|hospital|organi[sz]ation|firm|group|site|plant)\b",
            r"\b(?:webshop|online shop|website|web shop|customer portal) (?:\w+ ){0,2}(?:down|offline|unreachable|dead)\b",
            r"\bshops? (?:are|is|had to be) closed\b|\bsales stopped\b|\bcan'?t sell\b",
            r"\b(?:trucks?|lorr(?:y|ies)|drivers|carriers|vans|trailers|vessels?|containers)\b.{0,30}\b(?:can'?t|cannot|waiting|standing|stuck) ?"
            r"(?:leave|be loaded|be unloaded|at the (?:gate|ramps?|dock)|outside)\b",
        ),
    ),
    "site_down": (_BIG_PLACE, _AT_A_STANDSTILL),
    "perishable": (
        (
            r"\b(?:freezers?|cold (?:store|room|chain|storage)|refrigerat\w+|milk|vaccines?|fresh|frozen goods|hardens?|spoil\w*|"
            r"melt\w*|won'?t keep|livestock|animals|going warm)\b",
        ),
        (r"\b(?:alarm|temperature|stopped|down|offline|lost|no data|dead|power|isn'?t|can'?t|no one'?s)\b",),
        (
            r"\b(?:now|hour|minutes?|immediately|at once|spoil\w*|keep|hardens?|melt\w*|alarm|thaw\w*|everything|all|warm)\b",
        ),
    ),
    "stopped_many": (STOPPED,),
    "slow_many": (
        (
            r"\b(?:slow|slowly|laggy|crawling|drops|disconnect(?:s|ed)?|flaky|unstable|keeps|cuts out|every \d+ min\w*)\b",
        ),
    ),
    "stopped": (
        (
            r"\b(?:can'?t|can ?not|unable to|not able to) (?:\w+ )?(?:work|do (?:a single thing|anything|my (?:job|work))|continue|start my)\b",
            r"\b(?:cut off from|locked out of|no access to|zero access to|out of) (?:\w+, )?(?:everything|anything|all|work)\b",
            r"\b(?:completely|totally|entirely|fully) (?:stuck|blocked|locked out|cut off|dead|down|gone)\b",
            r"\b(?:i'?m|i am|we'?re|we are) (?:\w+ )?(?:stuck|stranded|dead in the water|cut off)\b",
            r"\b(?:blocking|blocks) (?:me|us|my work|our work|the (?:release|work|team))\b",
            r"\b(?:laptop|computer|pc|notebook|machine|workstation|macbook)(?:'s| is| was| went)? (?:\w+ ){0,3}(?:dead|died|bricked|unusable)\b",
            r"\b(?:no|without a|without any) (?:spare|other|second|replacement) (?:device|computer|laptop|machine|pc|phone|one)\b",
            r"\bno (?:computer|laptop) at all\b|\bno other (?:device|number|way)\b",
            r"\b(?:the|our|my) only (?:one|computer|pc|printer|person|engineer|phone|laptop|line|machine|doctor|operator|working)\b|\bi'?m the only\b",
            r"\bsit(?:ting|s)? (?:here since|around|idle|waiting)\b|\bnothing to do\b",
            r"\b(?:\d+|two|three|four|several) (?:weeks?|months?|days?) of work\b",
        ),
    ),
}
