"""Matters that a person should read before any article is shown."""

# ruff: noqa: E501 (a pattern is easier to read unbroken)

_RELATION = (
    r"(?:mother|father|mum|mom|dad|wife|husband|partner|son|daughter|child|baby|brother|sister|colleague|coworker|friend|"
    r"grandmother|grandfather|uncle|aunt)"
)

PATTERNS = {
    "harassment": (
        (
            r"\b(?:harass\w*|bull(?:y|ied|ying)|mobbing|discriminat\w+|racist|racism|sexist|groped|molest\w+)\b",
            r"\b(?:sexual|unwanted|inappropriate) (?:\w+ )?(?:comments?|remarks?|messages?|advances|touch\w*|pictures?|photos?)\b",
            r"\b(?:touched|stalk(?:s|ed|ing)|insult(?:s|ed|ing)?|humiliat\w+|yell(?:s|ed)? at|screams? at) (?:me|her|him|us)\b",
            r"\bcomplain about my (?:boss|manager|supervisor|team lead\w*|colleague)\b",
        ),
    ),
    "threat": (
        (
            r"\bthreat\w* (?:\w+ ){0,3}(?:me|us|her|him|to (?:hurt|kill|come))\b",
            r"\b(?:afraid|scared|frightened) (?:of (?:him|her|them|my)|for my|to (?:come|go|be|work))\b",
            r"\bdon'?t feel safe\b|\bfeel(?:ing)? unsafe\b|\bfear for (?:my|her|his|our)\b",
            r"\b(?:blackmail\w*|extort\w*)\b.{0,40}\bme\b",
            r"\b(?:kill|hurt|harm) (?:myself|himself|herself|themselves)\b|\bsuicid\w+|\bend my life\b|\bdon'?t want to live\b",
            r"\b(?:my \w+|he|she|someone) (?:\w+ ){0,2}(?:reads?|is reading|watch(?:es|ing)|spies|is spying|tracks?) (?:\w+ )?(?:on )?my "
            r"(?:private )?(?:messages|mails?|e-?mails|phone|location|screen)\b",
        ),
    ),
    "grief": (
        (
            rf"\b{_RELATION} (?:\w+ ){{0,3}}(?:passed away|died|was killed)\b",
            r"\b(?:passed away|bereave\w+|in mourning|condolences)\b",
            rf"\b(?:lost|death of|funeral (?:of|for)) (?:my|his|her|our) {_RELATION}\b|\bmy \w+'s funeral\b",
        ),
    ),
    "health": (
        (
            r"\b(?:panic attacks?|burn-?out|burned out|burnt out|depression|nervous breakdown|mental health|my chemotherapy|have cancer|my cancer|miscarriage|"
            r"i can'?t cope|i cannot cope|my diagnosis|i'?m breaking down)\b",
            r"\b(?:my|his|her) (?:sick note|medical (?:leave|certificate|record)|diagnosis)\b.{0,60}\b(?:everyone|visible|shared|read|leaked|manager|colleagues)\b",
        ),
    ),
    "pay_dispute": (
        (
            r"\b(?:my|his|her) (?:\w+ )?(?:pay|salary|wages?|paycheck|overtime)\b.{0,50}\b(?:wrong|missing|short|less|late|not (?:paid|arrived|come|there)|hasn'?t|"
            r"haven'?t|didn'?t|unpaid|too low|lower|incorrect|deducted)\b",
            r"\bi (?:have not|haven'?t|wasn'?t|was not|didn'?t|did not)(?: \w+)? (?:been |get |got |gotten )?paid\b",
            r"\b(?:underpaid|short[- ]paid|unpaid overtime|pay is short)\b",
        ),
    ),
}
