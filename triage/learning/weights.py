"""The ranker's weights, fitted again to what this desk's people confirmed: rarely, and taken only if not worse."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from kb import own_weights
from kb.index import Index
from kb.memory import RememberedQuestion
from kb.models import Article, ArticleStatus, Audience
from kb.own_weights import Standing
from kb.ranker import Ranker, shipped_rankers
from kb.refit import LEAST_OUTCOMES, Example, Refit, refit
from kb.text import clean, redact
from triage.audit import record
from triage.people.models import Person
from triage.suggestions.models import Suggestion
from triage.tickets.human_first import human_first
from triage.tickets.models import Ticket
from triage.vocabulary import Outcome, TicketStatus

_GROWN = 1.25
# The newest ones; more would take long and tell the same.
_MOST_SOLVED, _MOST_UNSOLVED = 5_000, 500
_AT_ONCE = 500
_LONGEST = 2_000  # characters of a question, as the memory keeps


@dataclass(frozen=True)
class Lessons:
    """What there is to learn from, oldest first. `standing` tells later whether somebody else was quicker."""

    solved: tuple[Example, ...]
    unsolved: tuple[Example, ...]
    outcomes: int
    before: Ranker
    standing: Standing

    def __len__(self) -> int:
        """How many questions are looked at."""
        return len(self.solved) + len(self.unsolved)


def is_due(session: Session, team_id: str, *, by_meaning: bool) -> bool:
    """Whether there are enough outcomes, and a quarter more than at the last fitting, adopted or not."""
    outcomes = count_outcomes(session, team_id)
    last = own_weights.fittings(session, team_id, by_meaning=by_meaning, limit=1)
    return outcomes >= LEAST_OUTCOMES and (not last or outcomes >= _GROWN * last[0].outcomes)


def count_outcomes(session: Session, team_id: str) -> int:
    """How many questions people said an article solved, of those that everybody may find."""
    return (
        session.scalar(
            select(func.count()).select_from(RememberedQuestion).join(Article).where(*_helped(team_id))
        )
        or 0
    )


def lessons(session: Session, team_id: str, *, by_meaning: bool) -> Lessons:
    """Reads all that a fitting needs, so that it can take its time without the session."""
    rows = session.execute(
        select(
            RememberedQuestion.id,
            RememberedQuestion.ticket_id,
            RememberedQuestion.article_id,
            RememberedQuestion.text,
            RememberedQuestion.at,
        )
        .join(Article)
        .where(*_helped(team_id))
        .order_by(RememberedQuestion.at.desc(), RememberedQuestion.id.desc())
        .limit(_MOST_SOLVED)
    ).all()[::-1]
    unsolved, of = _unsolved(session, team_id, since=rows[0].at) if rows else ([], 0)
    tickets = {row.ticket_id for row in rows if row.ticket_id is not None} | {
        ticket_id for ticket_id, _ in unsolved
    }
    own = _rows_of(session, team_id, tickets)
    return Lessons(
        solved=tuple(
            Example(row.text, frozenset({row.article_id}), frozenset({row.id, *own.get(row.ticket_id, ())}))
            for row in rows
        ),
        unsolved=tuple(
            # Not all are looked at, but a chance of 0.7 is to be right seven times of ten among all.
            Example(text, own=frozenset(own.get(ticket_id, ())), weight=of / len(unsolved))
            for ticket_id, text in unsolved
        ),
        outcomes=count_outcomes(session, team_id),
        before=own_weights.serving(session, team_id, by_meaning=by_meaning)
        or shipped_rankers().fitting(by_meaning=by_meaning),
        standing=Standing.read(session, team_id, by_meaning=by_meaning),
    )


def fit_to(index: Index, learned: Lessons, *, progress: Callable[[int], None] | None = None) -> Refit:
    """`index` searches as the lessons' desk does, by words or by meaning. Raises `TooFew`."""
    return refit(index, learned.solved, learned.unsolved, before=learned.before, progress=progress)


def keep(
    session: Session,
    team_id: str,
    fitted: Refit,
    learned: Lessons,
    *,
    by_meaning: bool,
    by: Person | None,
    now: datetime,
) -> bool:
    """Remembers the fitting; if it was adopted, it serves from now on. False if somebody else was quicker."""
    kept = own_weights.keep(
        session,
        team_id,
        fitted.ranker,
        by_meaning=by_meaning,
        outcomes=learned.outcomes,
        before=fitted.before,
        after=fitted.after,
        adopted=fitted.adopted,
        why=fitted.why,
        since=learned.standing,
        now=now,
    )
    if kept and fitted.adopted:
        _note(
            session,
            "weights.adopted",
            team_id,
            by_meaning=by_meaning,
            by=by,
            now=now,
            outcomes=learned.outcomes,
        )
    return kept


def roll_back(
    session: Session,
    team_id: str,
    *,
    by_meaning: bool,
    by: Person | None,
    now: datetime,
    fitting_id: int | None = None,
) -> bool:
    """Back to the weights before. False if somebody did so already: what they see is not what serves."""
    done = own_weights.retire(session, team_id, by_meaning=by_meaning, now=now, fitting_id=fitting_id)
    if done:
        _note(session, "weights.rolled_back", team_id, by_meaning=by_meaning, by=by, now=now)
    return done


def _note(
    session: Session,
    what: str,
    team_id: str,
    *,
    by_meaning: bool,
    by: Person | None,
    now: datetime,
    **details: int,
) -> None:
    record(session, what, by=by, team_id=team_id, now=now, by_meaning=by_meaning, **details)


def _helped(team_id: str) -> list[ColumnElement[bool]]:
    return [
        RememberedQuestion.team_id == team_id,
        RememberedQuestion.helped.is_(True),
        RememberedQuestion.forgotten_at.is_(None),
        # What those who ask are never shown cannot be ranked for them.
        Article.status == ArticleStatus.PUBLISHED,
        Article.audience != Audience.AGENTS,
    ]


def _unsolved(session: Session, team_id: str, *, since: datetime) -> tuple[Sequence[tuple[int, str]], int]:
    """Newest questions, oldest of them first, and how many there are in all: an agent told how they were solved, and
    named no article, and of each that had been shown the requester had said that it did not help.
    """
    of_it = Suggestion.ticket_id == Ticket.id
    credited = exists().where(of_it, Suggestion.outcome == Outcome.SOLVED)
    # Silence about an article says nothing, here neither.
    in_silence = exists().where(
        of_it,
        Suggestion.shown_in_round.is_not(None),
        Suggestion.outcome.is_distinct_from(Outcome.NOT_HELPFUL),
    )
    wanted = (
        Ticket.team_id == team_id,
        Ticket.asked_at >= since,
        Ticket.status.in_((TicketStatus.RESOLVED, TicketStatus.CLOSED)),
        Ticket.resolution.is_not(None),
        ~credited,
        ~in_silence,
        ~human_first(),
    )
    newest = (
        select(Ticket.id, Ticket.question).where(*wanted).order_by(Ticket.id.desc()).limit(_MOST_UNSOLVED)
    )
    found = [(id_, redact(clean(question))[:_LONGEST]) for id_, question in session.execute(newest)]
    return found[::-1], session.scalar(select(func.count()).select_from(Ticket).where(*wanted)) or 0


def _rows_of(session: Session, team_id: str, ticket_ids: Collection[int]) -> dict[int, list[int]]:
    """Ticket → all that the memory has of it, what did not help among it."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    wanted = sorted(ticket_ids)
    for first in range(0, len(wanted), _AT_ONCE):
        rows = session.execute(
            select(RememberedQuestion.ticket_id, RememberedQuestion.id).where(
                RememberedQuestion.team_id == team_id,
                RememberedQuestion.ticket_id.in_(wanted[first : first + _AT_ONCE]),
            )
        )
        for ticket_id, id_ in rows:
            if ticket_id is not None:
                found[ticket_id].append(id_)
    return found
