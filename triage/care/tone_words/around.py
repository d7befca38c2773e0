"""What only sounds harsh: said about oneself, told of somebody else, denied, or said to a thing."""

# ruff: noqa: E501 (a pattern is easier to read unbroken)

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
