"""How many it hits: words for everybody, for a team, and for what a number may count."""

# ruff: noqa: E501 (a pattern is easier to read unbroken)

PEOPLE = (
    r"(?:people|ppl|persons?|users?|staff|employees?|colleagues|agents?|engineers?|pickers?|workers?|drivers?|cashiers?|"
    r"nurses?|doctors?|seats?|devices?|terminals?|handhelds?|scanners?|pcs|computers?|tablets?|machines|tills?|desks|"
    r"of us|operators?|trainees?|traders?|customers?|members|students?|pupils|callers?|clerks?|advis[eo]rs?|teachers?|"
    r"technicians?|mailboxes|accounts|vans|trucks)"
)
# A few of these are already many people.
SITES = (
    r"(?:shops|stores|branches|sites|wards|hospitals|clinics|care homes|homes|plants|factories|production lines|lines|"
    r"halls|buildings|markets|depots|schools|warehouses|stations|counters|departments|regions|countries)"
)
BRACKETED = r"(?:team|department|dept|staff|crew|care|colleagues|studio|office|users|people|class|branch)(?: \w+){0,3} \((?:about |around |ca\.? |~ ?)?(\d{1,5})\)"

_NOT_PEOPLE = (
    r"(?!mails|e-?mails|files|jobs|appointments|meetings|contacts|pages|folders|notes|messages|documents|photos|pictures|"
    r"settings|bookmarks|this|times|cables|access|is|was|has|invoices|prices|tasks|columns|days|always|letters|calls|"
    r"versions|links|tabs|cases|rights|tickets|things|rows|orders|invitations|accounts|seconds|minutes|hours|weeks|months|mornings|evenings|nights|mondays|fridays)"
)
_PLACE = (
    r"(?:company|firm|organi[sz]ation|hospital|warehouse|plant|factory|site|store|building|school|campus|ward|department|"
    r"hall|floor|office|branch|shift|fleet|city|region|production|group|business|shop|headquarters|hq|airport|tunnel|"
    r"distribution cent(?:re|er)|depot|terminal|harbour|port|network|file server|wing|country)"
)

EVERYONE = (
    r"\b(?:everyone|everybody|everywhere|anywhere|worldwide|globally|nationwide)\b",
    r"\b(?:company|site|hospital|campus|plant|group|office|country|city|organi[sz]ation)[- ]?wide\b",
    r"\ball of (?:us|them)\b|\b(?:for|by|of|to|affects|hits) all\b(?! (?:the|my|these|those|of|day|intents))",
    r"\b(?:nobody|no one|noone|not one|none|no \w+)(?: of \w+)?(?: \w+){0,8} (?:can|could|is able|are able|gets?|receives?)\b"
    r"(?! (?:hear|see|add|remember|open my|find my) )",
    r"\b(?:accepts?|lets?) (?:nobody|no one|anybody|anyone)\b|\bno one'?s\b",
    rf"\b(?:whole|entire|complete) (?:\w+[- ]){{0,3}}{_PLACE}\b",
    rf"\b(?:all|every|any|each)(?: of)?(?: the| our)?(?: \d+| \w+teen| two| three| four| five| six| seven| eight| nine| ten| eleven| twelve)? "
    rf"{_NOT_PEOPLE}(?!my\b)(?:\w+[- ]){{0,2}}{_NOT_PEOPLE}(?:\w{{3,}}s|staff|people|personnel|department|ward|shop|store|branch|"
    r"site|till|counter|employee|user|pupil|student|customer|device|room|machine|line|floor|phone|sender|caller|bed)\b",
    r"\bhundreds of|\bthousands of|\bdozens of\b",
    r"\b(?:at|in|across|from|to) (?:the )?(?:headquarters|hq)\b",
)
TEAM = (
    r"\b(?:my|our|the (?:whole|entire)|whole|entire) (?:\w+[- ]){0,2}(?:team|crew|studio|department|dept|class|shift)\b",
    r"\b(?:both|three|four|five|six|seven|eight|nine|ten|several|multiple) (?:of )?(?:\w+ ){0,2}"
    r"(?:us|people|colleagues|users|agents|doctors|engineers|drivers|teachers|bookkeepers|pcs|computers)\b",
)
