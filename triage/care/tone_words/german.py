"""What is said at somebody, in German: a smaller list."""

# ruff: noqa: E501 (a pattern is easier to read unbroken)

from triage.care.tone_words.kinds import Kind, Said

_GAP = r"(?:[ ,]+[\w']+){0,5}?[ ,]+"
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
