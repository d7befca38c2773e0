"""Old tickets from before this desk, brought in to learn from: everything or nothing a batch, and twice is once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from triage.audit import record
from triage.classifier.examples import Category as Described
from triage.classifier.rules import judge
from triage.effects import insert_once
from triage.learning.history_file import PastRow
from triage.learning.history_names import Names, key_of
from triage.people.models import Person
from triage.tickets.models import Category, Label, PastTicket
from triage.vocabulary import LabelField, LabelSource

# Eight values a row; PostgreSQL takes 65,535 in one statement, SQLite half of that.
BATCH = 2_000


@dataclass(frozen=True)
class Brought:
    """What an import did. A ticket that was there already may still get a label that it had not."""

    new: int = 0
    already: int = 0
    without_text: int = 0
    for_a_person: int = 0
    categories: int = 0
    urgencies: int = 0

    def __add__(self, other: "Brought") -> "Brought":
        return Brought(
            self.new + other.new,
            self.already + other.already,
            self.without_text + other.without_text,
            self.for_a_person + other.for_a_person,
            self.categories + other.categories,
            self.urgencies + other.urgencies,
        )


@dataclass(frozen=True)
class Ready:
    """A row whose text is redacted and cleaned, which takes a while and needs no transaction.

    Without a text it is not written: it is there already, it says nothing, or it is a matter for a person alone.
    """

    row: PastRow
    text: str
    for_a_person: bool = False


def categories_of(session: Session, team_id: str) -> tuple[Described, ...]:
    """The desk's categories as learning knows them."""
    rows = session.scalars(select(Category).where(Category.team_id == team_id).order_by(Category.key))
    return tuple(Described(row.key, row.name, row.description) for row in rows)


def make_ready(session: Session, team_id: str, rows: Sequence[PastRow]) -> tuple[Ready, ...]:
    """Reads only those anew that are not there yet, so that a repeated import is quick."""
    there = _there(session, team_id, [row.key for row in rows])
    return tuple(Ready(row, "") if row.key in there else _read(row) for row in rows)


def bring_in(
    session: Session, team_id: str, rows: Sequence[Ready], names: Names, *, now: datetime
) -> Brought:
    """One batch. Rows that are there already stay as they are; labels that are new or another are added."""
    there = _there(session, team_id, [one.row.key for one in rows])
    fresh = [one for one in rows if one.text and one.row.key not in there]
    made = _insert(session, team_id, fresh, now=now)
    # What another import wrote in this moment is there now.
    all_ids = there | made | _there(session, team_id, [o.row.key for o in fresh if o.row.key not in made])
    labelled = _label(session, [one.row for one in rows], all_ids, names, now=now)
    return Brought(
        new=len(made),
        already=len(all_ids) - len(made),
        without_text=sum(one.row.key not in all_ids and not one.for_a_person for one in rows),
        for_a_person=sum(one.for_a_person for one in rows),
        categories=labelled[LabelField.CATEGORY],
        urgencies=labelled[LabelField.URGENCY],
    )


def foresee(session: Session, team_id: str, rows: Sequence[Ready], names: Names) -> Brought:
    """What `bring_in` would do with one batch; labels only of what would be new. Writes nothing."""
    there = _there(session, team_id, [one.row.key for one in rows])
    fresh = [one.row for one in rows if one.text and one.row.key not in there]
    private = sum(one.for_a_person for one in rows)
    return Brought(
        new=len(fresh),
        already=len(there),
        without_text=len(rows) - len(fresh) - len(there) - private,
        for_a_person=private,
        categories=sum(row.category in names.categories for row in fresh),
        urgencies=sum(row.urgency in names.urgencies for row in fresh),
    )


def _read(row: PastRow) -> Ready:
    text = row.readable()
    private = judge(text).needs_person is not None
    return Ready(row, "" if private else text, for_a_person=private)


def create_categories(
    session: Session, team_id: str, names: Iterable[str], *, by: Person | None, now: datetime
) -> dict[str, str]:
    """Old name → key of the category made for it. Names that differ in their spelling alone are one."""
    made: dict[str, str] = {}
    spelt: dict[str, str] = {}
    taken = set(session.scalars(select(Category.key).where(Category.team_id == team_id)))
    for name in names:
        if alike := spelt.get(key_of(name, ())):
            made[name] = alike
            continue
        key = spelt.setdefault(key_of(name, ()), key_of(name, taken))
        taken.add(key)
        if insert_once(session, Category, team_id=team_id, key=key, name=name[:120], description=""):
            record(session, "category.created", by=by, team_id=team_id, now=now, key=key)
        made[name] = key
    return made


def note_import(
    session: Session, team_id: str, brought: Brought, *, by: Person | None, now: datetime
) -> None:
    """Says in the audit that history was imported, and how much of it."""
    record(
        session,
        "history.imported",
        by=by,
        team_id=team_id,
        now=now,
        new=brought.new,
        already=brought.already,
        categories=brought.categories,
    )


def _there(session: Session, team_id: str, keys: Sequence[str]) -> dict[str, int]:
    if not keys:
        return {}
    of_these = (PastTicket.team_id == team_id, PastTicket.key.in_(keys))
    return {key: id_ for key, id_ in session.execute(select(PastTicket.key, PastTicket.id).where(*of_these))}


def _insert(session: Session, team_id: str, rows: Sequence[Ready], *, now: datetime) -> dict[str, int]:
    """The new rows' ids by key, without those that another import was quicker to write."""
    if not rows:
        return {}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = [
        {
            "team_id": team_id,
            "key": one.row.key,
            "text": one.text,
            "category": one.row.category,
            "urgency": one.row.urgency,
            "channel": one.row.channel,
            # A clock that was wrong there must not make it the newest of all here.
            "asked_at": None if one.row.asked_at and one.row.asked_at > now else one.row.asked_at,
            "imported_at": now,
        }
        for one in rows
    ]
    written = session.execute(
        dialect.insert(PastTicket)
        .values(values)
        .on_conflict_do_nothing()
        .returning(PastTicket.key, PastTicket.id)
    )
    return {key: id_ for key, id_ in written}


def _label(
    session: Session, rows: Sequence[PastRow], ids: Mapping[str, int], names: Names, *, now: datetime
) -> dict[LabelField, int]:
    """Adds what the old desk said, unless it was said before. A better mapping may say it differently."""
    before = _imported(session, list(ids.values()))
    labels: list[dict[str, Any]] = []
    added = dict.fromkeys(LabelField, 0)
    for row in rows:
        said = {
            LabelField.CATEGORY: names.categories.get(row.category),
            LabelField.URGENCY: names.urgencies.get(row.urgency),
        }
        for field, value in said.items():
            past_id = ids.get(row.key)
            if past_id is None or value is None or before.get((past_id, field)) == value:
                continue
            added[field] += 1
            labels.append(
                {
                    "past_id": past_id,
                    "field": field,
                    "value": str(value),
                    "source": LabelSource.IMPORTED,
                    "at": now,
                }
            )
    if labels:
        session.execute(insert(Label), labels)
    return added


def _imported(session: Session, past_ids: Sequence[int]) -> dict[tuple[int, LabelField], str]:
    """The newest imported label of each."""
    if not past_ids:
        return {}
    rows = session.execute(
        select(Label.past_id, Label.field, Label.value)
        .where(Label.past_id.in_(past_ids), Label.source == LabelSource.IMPORTED)
        .order_by(Label.id)
    )
    return {(past_id, field): value for past_id, field, value in rows if past_id is not None}
