"""What shows that somebody has had enough, whatever is to blame for it."""

# ruff: noqa: E501 (a pattern is easier to read unbroken)

from triage.care.tone_words.kinds import Feeling, Felt

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
