"""Takes people's names out of what was written, before it is shown to those who had no part in it.

It knows the people of the workspace and nobody else, so a person still reads what becomes an article.
"""

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.text import redact
from triage.people.models import Person

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
_SOMEBODY = "somebody"
# “Al” and “Jo” are in too many words and sentences to be taken for a person.
_SHORTEST = 3


def without_names(text: str, *, involved: Iterable[str], others: Iterable[str] = ()) -> str:
    """Mentions and names become “somebody”.

    Of those involved every part of the name counts, written with a capital; of everybody else only the whole name
    in two words or more: many a first name is also a word.
    """
    text = _MENTION.sub(_SOMEBODY, text)
    folded = text.casefold()
    for name in sorted({*involved, *others}, key=lambda name: (-len(name), name)):
        if " " in name.strip() and name.casefold() in folded:
            text = re.sub(rf"(?<!\w){re.escape(name.strip())}(?!\w)", _SOMEBODY, text, flags=re.IGNORECASE)
    for part in sorted({part for name in involved for part in name.split() if len(part) >= _SHORTEST}):
        capital = part[0].upper() + part[1:]
        text = re.sub(rf"(?<!\w){re.escape(capital)}(?!\w)", _SOMEBODY, text)
    return text


def without_people(text: str, *, involved: Iterable[str], others: Iterable[str]) -> str:
    """The text without names, addresses, numbers and keys, as far as the tools go."""
    return redact(without_names(text, involved=involved, others=others))


def names_of(session: Session, team_id: str) -> list[str]:
    """The names of two words or more of everybody in the workspace."""
    names = session.scalars(select(Person.name).where(Person.team_id == team_id, Person.name.contains(" ")))
    return [name for name in names if name]
