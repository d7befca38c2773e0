"""What a message about a ticket needs to know, read once from the database for the views."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.slack.nearest import Like, nearest
from kb.likeness import Likeness
from triage.people.models import Person
from triage.policy import Policy
from triage.sla.timers import Standing, standings
from triage.suggestions import offers
from triage.suggestions.models import Suggestion
from triage.tickets import alike, impact, queries, writing_up
from triage.tickets.alike import OpenLike
from triage.tickets.choosing import CategoryChoice
from triage.tickets.impact import ToldImpact
from triage.tickets.models import Category, Prediction, Ticket, TimelineEntry
from triage.tickets.solved_before import SolvedBefore, solved_before
from triage.timers import waits_until
from triage.vocabulary import OPEN_STATUSES, Outcome, TicketStatus, Urgency
from triage.workspace_rules import Rules, WorkspaceRules, rules_in

_AN_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Facts:
    """`link` leads to the thread in Slack; None while there is none.

    Where `urgency_known` is false, nothing in the words told how urgent it is, and nobody should claim to know.
    """

    ticket: Ticket
    requester: Person
    claimed_by: Person | None
    resolved_by: Person | None
    category: str | None
    reasons: tuple[str, ...]
    urgency_reasons: tuple[str, ...]
    urgency_known: bool
    needs_person: bool
    shown: tuple[Suggestion, ...]
    tried: tuple[Suggestion, ...]
    solved_before: dict[int, int]
    usual_wait: Callable[[], timedelta]
    opens_at: datetime | None
    handover_after: timedelta
    handover_after_nothing: timedelta
    page_next_after: timedelta
    link: str | None
    # Whether the desk opens at `opens_at`; where it is open anyway, it is only when somebody is asked.
    opens_then: bool = True
    # The question's language where no article is written in it, and the languages that there are.
    no_articles_in: str | None = None
    articles_in: tuple[str, ...] = ()
    # The two categories, key and name, between which the asker is still to say.
    either: tuple[tuple[str, str], ...] = ()
    # Whether they are asked who is affected and whether they can work, and what they said.
    asks_impact: bool = False
    told: ToldImpact | None = None
    # For the desk's eyes alone.
    looks_like: str | None = None  # a category that the model may only recommend
    reads_like: Urgency | None = None
    open_likes: tuple[OpenLike, ...] = ()
    similar: tuple[tuple[SolvedBefore, str | None], ...] = ()  # with the way to the thread
    nearest: tuple[Like, ...] = ()  # labelled tickets of this desk
    promise: Standing | None = None  # the one that is due next
    console_link: str | None = None
    written_up: str | None = None
    can_be_written_up: bool = False

    @cached_property
    def wait(self) -> timedelta:
        """Worked out where it is told: most messages do not."""
        return self.usual_wait()

    @property
    def status(self) -> TicketStatus:
        return self.ticket.status

    @property
    def urgency(self) -> Urgency:
        return self.ticket.urgency

    @property
    def helped(self) -> Suggestion | None:
        return next((row for row in self.tried if row.outcome == Outcome.SOLVED), None)


_NEWEST_VERDICT = (
    select(Prediction.verdict)
    .where(Prediction.ticket_id == Ticket.id)
    .order_by(Prediction.id.desc())
    .limit(1)
    .scalar_subquery()
)
# A ticket, and what stands beside it once at most, in one statement: each message about it asks this.
_ABOUT = (
    select(Ticket, Person, Category, ToldImpact, CategoryChoice, _NEWEST_VERDICT, WorkspaceRules)
    .select_from(Ticket)
    .join(Person, Person.id == Ticket.requester_id)
    .outerjoin(WorkspaceRules, WorkspaceRules.team_id == Ticket.team_id)
    .outerjoin(Category, (Category.team_id == Ticket.team_id) & (Category.key == Ticket.category))
    .outerjoin(ToldImpact, ToldImpact.ticket_id == Ticket.id)
    .outerjoin(CategoryChoice, CategoryChoice.ticket_id == Ticket.id)
    .where(Ticket.id == bindparam("ticket_id"))
)


def facts(
    session: Session,
    ticket_id: int,
    *,
    policy_by: Callable[[Rules], Policy],
    team_url: str | None,
    now: datetime,
) -> Facts:
    """`policy_by` gives the rules that count, by what the workspace set of them."""
    ticket, requester, category, told, choice, newest, rules = session.execute(
        _ABOUT, {"ticket_id": ticket_id}
    ).one()
    policy = policy_by(rules_in(rules))
    tried = offers.tried(session, ticket)
    shown = offers.newest_round(tried)
    verdict = newest or {}
    needs_person = verdict.get("needs_person") is not None
    opens_at = _opens_at(session, ticket, policy=policy, now=now)
    return Facts(
        ticket=ticket,
        requester=requester,
        claimed_by=_person(session, ticket.claimed_by_id),
        resolved_by=_person(session, _resolver(session, ticket)),
        category=category.name if category else None,
        reasons=tuple(verdict.get("reasons", ())),
        urgency_reasons=tuple(verdict.get("reasons", ())[1:]),
        urgency_known=not verdict.get("abstained", {}).get("urgency", False)
        or ticket.urgency.value != verdict["urgency"],
        needs_person=needs_person,
        shown=tuple(shown),
        tried=tuple(tried),
        solved_before={row.article_id: offers.times_solved(session, row.article_id) for row in shown},
        usual_wait=lambda: queries.usual_wait(session, ticket.team_id, policy=policy, now=now),
        opens_at=opens_at,
        opens_then=opens_at is not None and not policy.opening.is_open(opens_at - _AN_INSTANT),
        handover_after=policy.handover_after,
        handover_after_nothing=policy.handover_after_nothing,
        page_next_after=policy.page_next_after,
        link=thread_link(team_url, ticket),
        no_articles_in=verdict.get("no_articles_in"),
        articles_in=tuple(verdict.get("articles_in", ())),
        either=_either(session, ticket, choice),
        asks_impact=not needs_person and impact.would_matter(ticket, told, verdict),
        told=told,
        looks_like=_looks_like(session, ticket, verdict),
        reads_like=_reads_like(ticket, verdict),
    )


def _resolver(session: Session, ticket: Ticket) -> int | None:
    """Whose act the last resolution was; most tickets that are spoken of never had one."""
    if ticket.resolved_at is None and not ticket.reopened:
        return None
    resolved = (TimelineEntry.ticket_id == ticket.id, TimelineEntry.status == TicketStatus.RESOLVED)
    return session.scalars(
        select(TimelineEntry.actor_id).where(*resolved).order_by(TimelineEntry.id.desc()).limit(1)
    ).first()


def _person(session: Session, person_id: int | None) -> Person | None:
    return session.get(Person, person_id) if person_id is not None else None


def _opens_at(session: Session, ticket: Ticket, *, policy: Policy, now: datetime) -> datetime | None:
    """When somebody is asked; a ticket that waits for that knows it best."""
    if ticket.status is TicketStatus.DEFERRED and (asked_at := waits_until(session, ticket)) is not None:
        return asked_at
    return None if policy.opening.is_open(now) else policy.opening.next_opening(now)


def _looks_like(session: Session, ticket: Ticket, verdict: dict[str, Any]) -> str | None:
    """Until a person chose."""
    key = None if ticket.category else verdict.get("looks_like")
    category = session.get(Category, (ticket.team_id, key)) if key else None
    return category.name if category else None


def _reads_like(ticket: Ticket, verdict: dict[str, Any]) -> Urgency | None:
    urgency = Urgency(verdict["reads_like"]) if "reads_like" in verdict else None
    return urgency if urgency is not None and urgency.rank > ticket.urgency.rank else None


def _either(session: Session, ticket: Ticket, asked: CategoryChoice | None) -> tuple[tuple[str, str], ...]:
    """Nothing left to ask where they answered, a later reading decided, or one of the two was deleted."""
    if asked is None or asked.chosen is not None or ticket.category is not None:
        return ()
    found = [session.get(Category, (ticket.team_id, key)) for key in (asked.first, asked.second)]
    return tuple((one.key, one.name) for one in found if one) if all(found) else ()


def for_the_desk(
    session: Session,
    known: Facts,
    asked: Likeness,
    *,
    policy: Policy,
    team_url: str | None,
    now: datetime,
    console_link: str | None = None,
) -> Facts:
    """The same with what only agents see: open tickets like it, solved ones with what worked, its article."""
    ticket = known.ticket
    promise = standings(session, [ticket.id], now=now).get(ticket.id)
    known = replace(known, console_link=console_link, promise=promise)
    if ticket.status not in OPEN_STATUSES:
        article = writing_up.written_up(session, ticket)
        return replace(
            known,
            written_up=article.title if article else None,
            can_be_written_up=article is not None
            or (known.helped is None and writing_up.can_be_written_up(session, ticket)),
        )
    if known.needs_person:
        return known
    similar = solved_before(session, ticket, asked, help_channels=policy.help_channels)
    return replace(
        known,
        open_likes=tuple(alike.open_likes(session, ticket.id)),
        similar=tuple((one, thread_link(team_url, one)) for one in similar),
        nearest=tuple(like for like in _labelled(session, ticket) if like.ticket_id),
    )


def _labelled(session: Session, ticket: Ticket) -> tuple[Like, ...]:
    names = {category.key: category.name for category in queries.categories(session, ticket.team_id)}
    return nearest(_newest(session, ticket), names)


def thread_link(team_url: str | None, ticket: Ticket | SolvedBefore) -> str | None:
    if not team_url or not ticket.channel_id or not ticket.thread_ts:
        return None
    return f"{team_url.rstrip('/')}/archives/{ticket.channel_id}/p{ticket.thread_ts.replace('.', '')}"


def _newest(session: Session, ticket: Ticket) -> dict[str, Any]:
    return (
        session.scalars(
            select(Prediction.verdict)
            .where(Prediction.ticket_id == ticket.id)
            .order_by(Prediction.id.desc())
            .limit(1)
        ).first()
        or {}
    )
