"""What a mail brings along besides its question: earlier mails, signatures, the small print below them.

Cut only where it looks like one line for line: a needless signature costs little, a question cut away costs a day.
"""

# ruff: noqa: E501 (a pattern is easier to read unbroken)

import re

_QUOTED_LINE = re.compile(r"^\s*>+ ?")
_ATTRIBUTION = re.compile(
    r"^\s*(?:On .{5,120} wrote:|Am .{5,120} schrieb .{0,80}:|Le .{5,120} a écrit ?:)\s*$", re.I
)
_EARLIER_MAIL = re.compile(
    r"^\s*(?:-{2,} ?(?:Original Message|Original-?Nachricht|Ursprüngliche Nachricht|Forwarded [Mm]essage|"
    r"Message d'origine|Mensaje original) ?-{2,}|_{10,})\s*$",
    re.I,
)
_MAIL_HEADER = re.compile(
    r"^\s*\*?(?:from|sent|to|cc|date|subject|von|gesendet|an|betreff|datum|de|envoyé|à|objet|para|asunto)\*? ?:\s*\S",
    re.I,
)
_HEADERS_IN_A_ROW = 3

_DASHES = re.compile(
    r"^(?:--|__+|sent from my \w.*|get outlook for .*|envoyé de mon .*|von meinem \w+ gesendet.*)\s*$", re.I
)
_SIGN_OFF = re.compile(
    r"^(?:(?:many |lots of )?(?:thanks|thank you)[\w ]{0,20}(?: and |, ))?"
    r"(?:(?:with )?(?:best|kind|kindest|warm|warmest|many)?\s*(?:regards|wishes|greetings)|all the best|cheers|sincerely(?: yours)?"
    r"|yours (?:sincerely|truly|faithfully)|respectfully|(?:mit )?(?:freundlichen|besten|vielen|lieben|herzlichen) grüßen|"
    r"(?:viele|liebe|beste|schöne|freundliche) grüße|mfg|lg|vg|br|kr|rgds|cordialement|bien à vous|saludos(?: cordiales)?|"
    r"atentamente|um abraço|atenciosamente|cordiali saluti|met vriendelijke groet(?:en)?)[ ,.!]*$",
    re.I,
)
_THANKS_LINE = re.compile(
    r"^(?:many |lots of )?(?:thanks|thank you|thx|danke(?: schön)?|vielen dank|merci(?: beaucoup)?|(?:muchas )?gracias|"
    r"(?:muito )?obrigad[oa])(?: (?:a lot|so much|very much|in advance|im voraus|d'avance|again|for (?:your|the) (?:help|support)))*[ ,.!]*$",
    re.I,
)
_SMALL_PRINT = re.compile(
    r"\b(?:confidential|intended recipient|disclaimer|privileged|think before you print|consider the environment|"
    r"inform the sender|please delete (?:it|this)|registered (?:office|in)|amtsgericht|handelsregister|vertraulich)\b",
    re.I,
)
_CONTACT = re.compile(
    r"(?:\b(?:tel|phone|mobile|mob|fax|ext|extension|e-?mail|web|room|building|floor|desk|office)\b[.:]?\s*[\w+(]"
    r"|\+\d[\d ()/.-]{6,}|\bwww\.|https?://|@[\w-]+\.|\|)",
    re.I,
)
_SMALL_WORDS = frozenset(
    "of and the for de la le du van von der den di da y & a at in dr. mr. ms. mrs.".split()  # noqa: SIM905
)
_LONGEST_LINE = 90
_MOST_LINES = 10
# Less of one's own than this (“see below”, “fyi”) points at the mail beneath, which then is the question.
_FEWEST_OWN_WORDS = 4

_WORD = re.compile(r"[^\W\d_]{2,}")


def without_letters(lines: list[str]) -> list[str]:
    """The lines a person wrote for this question. If nothing would be left, all of them, without quote marks."""
    before = _before_earlier_mail(lines)
    if len(before) < len(lines) and sum(len(_WORD.findall(line)) for line in before) < _FEWEST_OWN_WORDS:
        before = lines
    own = _without_signature(before)
    own = [line for line in own if not _QUOTED_LINE.match(line) and not _ATTRIBUTION.match(line)]
    if any(sign.isalnum() for line in own for sign in line):
        return own
    return [_QUOTED_LINE.sub("", line) for line in lines]


def _before_earlier_mail(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        if _EARLIER_MAIL.match(line) and any(rest.strip() for rest in lines[at + 1 :]):
            return lines[:at]
        heads = lines[at : at + _HEADERS_IN_A_ROW]
        if len(heads) == _HEADERS_IN_A_ROW and all(_MAIL_HEADER.match(head) for head in heads):
            return lines[:at]
    return lines


def _without_signature(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        plain = line.strip().strip("*_")
        if _DASHES.match(plain):
            return lines[:at]
        if at == 0 or not (_SIGN_OFF.match(plain) or _THANKS_LINE.match(plain)):
            continue
        rest = [below.strip() for below in lines[at + 1 :] if below.strip()]
        if len(rest) <= _MOST_LINES and all(_belongs_to_a_name(below) for below in rest):
            return lines[:at]
    return lines


def _belongs_to_a_name(line: str) -> bool:
    """A name, a job, an address, or small print; a sentence is none of these."""
    if _DASHES.match(line) or _SIGN_OFF.match(line) or _SMALL_PRINT.search(line):
        return True
    if len(line) > _LONGEST_LINE or line.endswith("?"):
        return False
    if _CONTACT.search(line):
        return True
    words = [word.strip(",;()") for word in line.split()]
    return len(words) <= 6 and all(
        word.lower() in _SMALL_WORDS or not word[:1].isalpha() or word[:1].isupper() for word in words
    )
