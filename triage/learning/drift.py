"""Does the desk's world still look like the one the model was trained on? Week by week, with control limits."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from triage.learning.control import Chart, Week, mean_chart, share_chart
from triage.tickets.human_first import human_first
from triage.tickets.labels import Said, standing
from triage.tickets.models import Category, Label, Prediction, Ticket
from triage.vocabulary import LabelField

if TYPE_CHECKING:
    from triage.classifier.predict import Classifier

WEEKS = 26
# Of a busy week so many messages are enough to tell how strange their words are.
READ = 200

# Of a message: how many words, and how many of them the model has never seen.
Strangeness = Callable[[str], tuple[int, int]]
# Of a week's tickets: how many have it, of how many.
Counted = Callable[[Sequence["Seen"]], tuple[int, int]]


@dataclass(frozen=True)
class Seen:
    """One ticket, as far as drift looks at it: what the model said, what people said, how strange its words are."""

    week: str
    sure: float
    decided: str | None
    said: str | None
    words: int = 0
    unknown: int = 0


def charts(seen: Sequence[Seen], weeks: Sequence[str], names: Mapping[str, str]) -> tuple[Chart, ...]:
    """One for each figure, and one for the share of each category in what people said. `names` by key."""
    by_week: dict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        by_week[one.week].append(one)

    def shares(counted: Counted) -> list[Week]:
        made = ((week, *counted(by_week[week])) for week in weeks)
        return [Week(week, part / whole if whole else 0.0, whole) for week, part, whole in made]

    sure = [Week(week, _mean([one.sure for one in by_week[week]]), len(by_week[week])) for week in weeks]
    return (
        mean_chart("confidence", "How sure the model is", sure),
        share_chart("abstention", "Left open by the model", shares(_left_open)),
        share_chart("corrections", "Decisions that people corrected", shares(_corrected)),
        share_chart("vocabulary", "Words the model does not know", shares(_strange)),
        *(
            share_chart(f"mix:{key}", f"Share of {name}", shares(partial(_labelled, key=key)))
            for key, name in names.items()
        ),
    )


def drift(
    session: Session,
    team_id: str,
    *,
    classifier: "Classifier",
    now: datetime,
    zone: tzinfo,
    weeks: int = WEEKS,
) -> tuple[Chart, ...]:
    """Weeks begin on Monday in the desk's own zone; the running one, half-full, is left out."""
    monday = _monday(now.astimezone(zone))
    starts = [monday - timedelta(weeks=back) for back in range(weeks, 0, -1)]
    labels = [f"{start:%Y-%m-%d}" for start in starts]
    seen = _seen(session, team_id, _strangeness(classifier), since=starts[0], until=monday, zone=zone)
    names = session.execute(
        select(Category.key, Category.name).where(Category.team_id == team_id).order_by(Category.key)
    )
    return charts(seen, labels, {key: name for key, name in names})


def _left_open(week: Sequence[Seen]) -> tuple[int, int]:
    return sum(one.decided is None for one in week), len(week)


def _corrected(week: Sequence[Seen]) -> tuple[int, int]:
    judged = [one for one in week if one.decided is not None and one.said is not None]
    return sum(one.decided != one.said for one in judged), len(judged)


def _strange(week: Sequence[Seen]) -> tuple[int, int]:
    return sum(one.unknown for one in week), sum(one.words for one in week)


def _labelled(week: Sequence[Seen], *, key: str) -> tuple[int, int]:
    labelled = [one for one in week if one.said is not None]
    return sum(one.said == key for one in labelled), len(labelled)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _monday(local: datetime) -> datetime:
    return (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def _strangeness(classifier: "Classifier") -> Strangeness:
    """As the model itself reads; without one no word is strange."""
    if classifier.model is None:
        return lambda _question: (0, 0)
    from triage.classifier.ngrams import folded, words_of
    from triage.classifier.pipeline import readable

    known = classifier.model.ngrams.words.columns

    def count(question: str) -> tuple[int, int]:
        words = [word for word in words_of(folded(readable(question))) if not word.isdigit()]
        return len(words), sum(word not in known for word in words)

    return count


def _seen(
    session: Session,
    team_id: str,
    strangeness: Strangeness,
    *,
    since: datetime,
    until: datetime,
    zone: tzinfo,
) -> list[Seen]:
    said = _said(session, team_id, since=since)
    newest = select(func.max(Prediction.id)).group_by(Prediction.ticket_id)
    # Under a name of its own: whether a matter is for a person is asked of the same table.
    last = aliased(Prediction)
    rows = session.execute(
        select(Ticket.id, Ticket.asked_at, Ticket.question, last.category, last.category_confidence)
        .join(last, last.ticket_id == Ticket.id)
        .where(
            Ticket.team_id == team_id,
            Ticket.asked_at >= since,
            Ticket.asked_at < until,
            last.id.in_(newest),
            ~human_first(),
        )
        .order_by(Ticket.id)
    )
    read: dict[str, int] = defaultdict(int)
    found = []
    for ticket_id, asked_at, question, decided, sure in rows:
        week = f"{_monday(asked_at.astimezone(zone)):%Y-%m-%d}"
        read[week] += 1
        words, unknown = strangeness(question) if read[week] <= READ else (0, 0)
        found.append(Seen(week, sure, decided, said.get(ticket_id), words, unknown))
    return found


def _said(session: Session, team_id: str, *, since: datetime) -> dict[int, str]:
    """What stands of the labels of each ticket."""
    rows = session.execute(
        select(Ticket.id, Label.value, Label.by_id, Label.at, Label.id)
        .join(Label, Label.ticket_id == Ticket.id)
        .where(Ticket.team_id == team_id, Ticket.asked_at >= since, Label.field == LabelField.CATEGORY)
    )
    words: dict[int, list[Said]] = defaultdict(list)
    for ticket_id, value, by, at, number in rows:
        words[ticket_id].append(Said(value, by, at, number))
    stand = {ticket_id: standing(said) for ticket_id, said in words.items()}
    return {ticket_id: one.value for ticket_id, one in stand.items() if one is not None}
