"""Which of the lines that somebody writes within a minute belong to one question."""

import re

from sqlalchemy.orm import Session

from kb.text import from_slack
from triage.classifier.verdict import Verdict
from triage.tickets.human_first import is_human_first
from triage.tickets.models import Ticket
from triage.vocabulary import Urgency

# “it's the one in room 4” leans on the line before, whatever its own words would point to.
_POINTS_BACK = re.compile(
    r"\W*(?:(?:and|but|also|or|oh|ah|sorry|btw|ps)\W+)*"
    r"(?-i:(?!IT\b))(?:it|its|it['’]s|they|they['’]re|them"
    r"|this one|that one|that['’]s|the one|the same|same|because|since)\b",
    re.IGNORECASE,
)
# “on my laptop” says where; “on my laptop there is no sound in any meeting” could stand alone.
_SAYS_WHERE = re.compile(
    r"\W*(?:on|in|at|with|from|for|only|after|before|when|using)(?:\s+\S+){1,4}\s*", re.IGNORECASE
)


def goes_on(session: Session, ticket: Ticket, line: str, alone: Verdict) -> bool:
    """Whether a line may belong to this question; `alone` is what the line says by itself.

    A matter for a person alone shares its ticket with nothing: its words would stand in another one's card. And what
    is clearly about something else is a question of its own; so is an alarm, which must not be read as the end of a
    question about a ringtone.
    """
    if alone.needs_person is not None or is_human_first(session, ticket):
        return False
    if alone.urgency is Urgency.CRITICAL and ticket.urgency is not Urgency.CRITICAL and not leans_back(line):
        return False
    return alone.category is None or ticket.category in (None, alone.category) or leans_back(line)


def leans_back(line: str) -> bool:
    """True if the line only makes sense after another one."""
    plain = from_slack(line)
    return bool(_POINTS_BACK.match(plain) or _SAYS_WHERE.fullmatch(plain))
