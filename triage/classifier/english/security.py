"""Attacks that are going on, and data, devices or accounts that may be in wrong hands."""

# ruff: noqa: E501 (a pattern is easier to read unbroken)

_NOW = (
    r"(?:right now|at (?:this|the) (?:very )?(?:moment|minute)|this (?:very )?(?:moment|minute|second)|as (?:i|we) (?:type|write|speak)|while (?:i|we)|"
    r"each (?:hour|minute)|every (?:minute|hour)|live|still|one after another|already|more and more)"
)
_FOE = r"(?:hackers?|attackers?|intruders?|fraudsters?|criminals|a stranger|strangers|(?:an? )?unknown (?:person|user)|someone|somebody(?: else)?)"
_PRIVATE = (
    r"(?:salary|salaries|wages|payslips?|medical|patient|sick notes?|health|grades|personal|confidential|contracts|customer data|card|passports?|"
    r"personnel|hr|bank details|credit card|private)"
)

PATTERNS = {
    "intruder": (
        (
            r"\bransom(?:ware| ?note)\b|\bhow_to_(?:pay|decrypt)\w*|\b(?:bitcoin|btc) (?:address|wallet)\b",
            r"\bencrypt(?:ion|ing) (?:virus|trojan)\b|\bask(?:s|ing)? for money\b|\bdemand\w* (?:a )?ransom\b",
            r"\bfiles? (?:\w+ ){0,6}(?:are|is|got|being|been|were) (?:\w+ )?encrypted\b|\bencrypt(?:ing|ed|s) (?:all|our|my|the) (?:\w+ )?files\b",
            r"\bfiles (?:\w+ ){0,6}(?:end|ending|renamed) (?:with|in|to) \.\w+|\bfiles\b.{0,50} \.\w+ (?:ending|extension)",
            r"\b(?:pay|paying|asks? for|asking for|want|wants|demand\w*|send) (?:[\d.,]+ ?|\w+ )?(?:bitcoins?|btc)\b|\bdata (?:\w+ )?(?:been|is|was|are) (?:\w+ )?encrypted\b",
            r"\b(?:former|ex-\w+|dismissed|fired|terminated|let (?:\w+ ){0,4}go)\b.{0,80}\b(?:deleting|wiping|copying|downloading|stealing)\b",
            r"\b(?:virus|malware|it'?s|worm|infection) (?:is |keeps )?(?:spreading|running through)\b",
            rf"\b{_FOE} (?:is |are |'s )?(?:\w+ ){{0,3}}(?:in|inside|into|on|control over|logged into) (?:\w+ ){{0,2}}"
            r"(?:server|systems?|network|console|payment|database|production|website|mailbox)\b",
            r"\b(?:creating|making|sending|approving|diverting|requesting) (?:\w+ ){0,2}(?:transfers|payments|wires)\b",
            r"\b(?:mails?|e-?mails|messages|spam) (?:\w+ ){0,3}(?:going out|being sent|are sent|goes out|go out) (?:\w+ ){0,3}(?:from|of|in) my\b",
            rf"\b(?:sending|sends) (?:\w+ )?(?:mails?|e-?mails|messages|spam|invoices|links)\b.{{0,80}}\b{_NOW}\b",
            rf"\b(?:hacked|compromised|leaked|taken over|stolen|fraud|breach)\b.{{0,70}}\b{_NOW}\b",
            rf"\b(?:used|controlled|read) by (?:somebody|someone|a stranger|an? unknown)\b.{{0,30}}\b{_NOW}",
            r"\b(?:deleting|wiping|copying|downloading|stealing|changing passwords)\b.{0,70}\b"
            + _NOW
            + r"\b|\b(?:as i type|at this minute).{0,40}\b(?:deleting|wiping)\b",
            r"\b(?:webshop|website|web site|payment page|checkout|homepage)\b.{0,60}\b(?:forwards?|redirects?|defaced|foreign site|card numbers)\b",
            r"\b(?:happening|going on) (?:live|right now|as we speak)\b|\b(?:under attack|ddos|live attack|being attacked)\b",
            r"\b(?:payment|transfer|\d+k)\b.{0,40}\b(?:asked|ordered|requested)\b.{0,60}\b(?:not (?:write|me|hers|his)|did not|didn'?t)\b",
        ),
    ),
    "open_to_all": (
        (
            r"\b(?:every(?:one|body)?|every \w+|anyone|anybody|all(?: \w+)?|the whole (?:company|school|world)|students?)\b.{0,30}\b(?:can|could|is able to) "
            r"(?:\w+ )?(?:see|read|open|edit|download|browse)\b",
            r"\b(?:visible|open|readable|accessible|exposed) (?:to|for|by) (?:all|everyone|everybody|anyone|the whole)\b",
        ),
        (rf"\b{_PRIVATE}\b",),
    ),
    "exposed": (
        (
            r"\b(?:clicked|clicking|pressed|pushed|tapped) (?:on )?(?:\w+ ){0,3}(?:link|attachment)\b",
            r"\bopened (?:\w+ ){0,3}(?:infected|suspicious|strange)?(?: )?attachments?\b|\battachments? i opened\b|\bdownloaded it and ran\b",
            r"\b(?:entered|typed|gave|given|submitted) (?:\w+ ){0,4}(?:password|passwords|credentials|codes?|card (?:number|details)|bank details|remote access)\b(?! wrong)",
            r"\b(?:laptop|phone|mobile|tablet|ipad|iphone|notebook|computer|device|usb stick|usb drive|bag|briefcase|hard ?drive)s? (?:\w+ ){0,5}(?:stolen|lost|taken|"
            r"missing|left (?:in|on) (?:the|a) (?:train|bus|taxi|plane|tram))\b",
            r"\b(?:stole|stolen|lost|left|missing) (?:\w+ ){0,3}(?:laptop|phone|mobile|tablet|ipad|iphone|notebook|usb|stick|work phone)\b",
            r"\b(?:burglary|break-in|broken into|robbed)\b",
            r"\b(?:sign-?ins?|log-?ins?|logged in|signed in|logs in|sessions?) (?:\w+ ){0,6}(?:from|in|show) (?:\w+ )?(?:another country|abroad|unknown|a country|"
            r"a place|a city|somewhere|russia|china|vietnam|nigeria|brazil|india|romania)",
            r"\blogs? in with my \w+",
            rf"\b{_FOE}\b(?: [\w']+){{0,6}} (?:signed|logged|got|gets|logs|signs|broke|breaks|is|was) (?:in|into|in to|on|onto) (?:to )?(?:my|our|his|her)\b",
            r"\b(?:sign(?:ed|s)?[- ]?ins?|log(?:ged|s)?[- ]?ins?)\b.{0,100}\b(?:wasn'?t me|not me|never been|isn'?t me|wasn'?t us|i was asleep|i (?:don'?t|do not) know)\b",
            r"\b(?:gave|given|let|allowed|granted) (?:\S+ ){0,8}(?:control|remote access|onto|into|take over|connect|on) (?:\w+ ){0,2}(?:my|our|the) (?:\w+ )?(?:computer|laptop|pc|machine|account|screen)\b",
            r"\bmy (?:mailbox|account|e-?mail(?: account)?|profile|phone) (?:is |keeps |has )(?:\w+ )?(?:sending|sent|writing|posting)\b",
            rf"\b{_FOE}\b.{{0,20}}\b(?:plugged|connected|attached|put) (?:\w+ ){{0,4}}(?:in|into|to|on|at)\b",
            r"\b(?:sent|mailed|forwarded|faxed|uploaded|e-?mailed) (?:\w+ ){0,8}(?:wrong|unintended) (?:person|recipient|address|customer|list|number|people|company|group|martin)\b",
            rf"\b(?:sent|mailed|forwarded)\b.{{0,40}}\b{_PRIVATE}\b.{{0,40}}\bwrong\b",
            r"\b(?:key|secret|token|password|passwords|credential)s? (?:\w+ ){0,6}(?:public|github|leaked|exposed|committed|posted)\b",
            r"\b(?:open web link|found it (?:in|on) google|publicly visible|in a public (?:forum|repo\w*))\b",
            r"\bi(?:'ve| have| was| am|'m)? (?:been )?hacked\b|\bmy account (?:is|was|has been) (?:hacked|compromised|taken over)\b|\baccount takeover\b",
            r"\bmalware\?|\bantivirus (?:is|can'?t be) (?:\w+ )?(?:switched|turned) o(?:ff|n)\b|\b(?:virus|trojan|malware) (?:is )?(?:running|active)\b",
            r"\bnever (?:made|created|set) that\b|\bsent items contain\b",
            r"\b(?:mouse|cursor|pointer|windows?|computer) (?:\w+ )?(?:moves?|moving|opens?|opening) (?:\w+ )?(?:alone|by itself|by themselves|on its own)\b",
            r"\b(?:former|ex-\w+|dismissed|fired|terminated|let go)\b.{0,80}\b(?:still (?:can|has|log|reads?|gets)|disable|immediately|access to customer)\b",
            r"\bother (?:firms|companies|customers)'? (?:invoices|data|orders)\b|\bwe paid\b.{0,40}\b(?:fraud|fake|wrong)|\bfraudsters?\b",
        ),
    ),
}
