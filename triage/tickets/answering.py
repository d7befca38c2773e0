"""What the desk makes of a question: a verdict, articles or honestly none, and a person where one is needed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, null, select
from sqlalchemy.orm import Session

from kb.language import language_name
from kb.search import Match
from triage.classifier.heeding import Heeded, heed
from triage.classifier.modes import ModelMode, Modes
from triage.classifier.verdict import Verdict
from triage.escalation import engine
from triage.judge import Judge, Judgement
from triage.outbox import Occasion, say_in_thread
from triage.people.models import Person
from triage.policy import Policy
from triage.suggestions import offers
from triage.suggestions.models import Suggestion
from triage.tickets import alike, choosing, impact, promises
from triage.tickets.models import Category, Prediction, Ticket
from triage.tickets.transition import move, note
from triage.timers import TimerKind, cancel_timers, set_timer
from triage.vocabulary import TicketAction, TicketStatus, Urgency


@dataclass(frozen=True)
class Reading:
    """What a question says: the judgement as far as the desk heeds it, and what the rules alone found."""

    judgement: Judgement
    heeded: Heeded
    by_rules: dict[str, str]

    @property
    def verdict(self) -> Verdict:
        return self.heeded.verdict

    @property
    def matches(self) -> tuple[Match, ...]:
        """What may be shown: where a person is needed, nothing."""
        return () if self.verdict.needs_person else self.judgement.matches


def read(session: Session, ticket: Ticket, requester: Person, *, judge: Judge) -> Reading:
    """Reads the question as it stands, and changes nothing: the ticket may not be written down yet."""
    judged = judge.judge(ticket.question, guest=requester.is_guest)
    heeded = _heeded(session, ticket, judged.verdict)
    return Reading(
        replace(judged, verdict=heeded.verdict), heeded, by_rules=impact.said_by_rules(ticket.question)
    )


def answer(
    session: Session,
    ticket: Ticket,
    requester: Person,
    reading: Reading,
    *,
    judge: Judge,
    policy: Policy,
    now: datetime,
) -> None:
    """Answers a new question in one message, by a reading that the ticket already has its category and urgency of."""
    _keep(session, ticket, reading, now=now)
    shown = offers.offer_first(session, ticket, reading.matches, below=reading.judgement.below)
    _link(session, ticket, reading.verdict, alike.link_first, judge=judge, policy=policy, now=now)
    say_in_thread(session, Occasion.ANSWER, ticket, requester=requester, now=now)
    if reason := _needs_a_person(reading.judgement):
        _escalate(session, ticket, requester, reading.verdict, reason=reason, policy=policy, now=now)
        return
    move(session, ticket, TicketAction.SUGGEST, policy=policy, now=now, reason=_summary(shown))
    _set_handover(session, ticket, shown, policy=policy, now=now)


def answer_again(
    session: Session, ticket: Ticket, requester: Person, *, judge: Judge, policy: Policy, now: datetime
) -> None:
    """The question changed after it was answered: the same message is brought up to date."""
    reading = read(session, ticket, requester, judge=judge)
    verdict = reading.verdict
    # What the asker said that it is about stands.
    ticket.category = choosing.chosen(session, ticket) or verdict.category
    # The model may raise what a person or an earlier reading said; lowering needs a person.
    if verdict.urgency.rank > ticket.urgency.rank or not ticket.generation:
        ticket.urgency = verdict.urgency
    impact.heard_again(session, ticket, verdict, reading.by_rules)
    _keep(session, ticket, reading, now=now)
    offers.offer(session, ticket, reading.matches, below=reading.judgement.below)
    _link(session, ticket, verdict, alike.link, judge=judge, policy=policy, now=now)
    say_in_thread(session, Occasion.ANSWER_REFRESH, ticket, requester=requester, now=now)
    promises.reckon(session, ticket, policy=policy, now=now)
    if ticket.status not in (TicketStatus.SUGGESTED, TicketStatus.DEFERRED):
        engine.refresh_card(session, ticket, policy=policy, now=now)
        return
    if ticket.status is TicketStatus.DEFERRED and not _cannot_wait(verdict):
        return
    if reason := _needs_a_person(reading.judgement):
        _escalate(session, ticket, requester, verdict, reason=reason, policy=policy, now=now)
        return
    cancel_timers(session, ticket, now=now)
    shown = offers.shown(session, ticket)
    _set_handover(session, ticket, shown, policy=policy, now=now)
    note(session, ticket, "judged", now=now, reason=_summary(shown))


def _keep(session: Session, ticket: Ticket, reading: Reading, *, now: datetime) -> None:
    """The reading as it was, and the question that it leaves to the asker."""
    verdict, heeded = reading.verdict, reading.heeded
    session.add(
        Prediction(
            ticket_id=ticket.id,
            at=now,
            model_version=verdict.model_version,
            category=heeded.category,
            urgency=verdict.urgency,
            category_confidence=verdict.confidence.category,
            urgency_confidence=verdict.confidence.urgency,
            verdict=verdict.as_json() | heeded.as_json() | _languages(reading.judgement) | reading.by_rules,
            milliseconds=reading.judgement.milliseconds,
        )
    )
    choosing.ask(session, ticket, verdict, now=now)


def _heeded(session: Session, ticket: Ticket, verdict: Verdict) -> Heeded:
    """As far as the desk's modes let the model speak."""
    modes, categories = _modes_and_categories(session, ticket.team_id)
    return heed(
        verdict,
        modes,
        categories=categories,
        by_rules=lambda: impact.read_by_rules(ticket.question),
    )


def _modes_and_categories(session: Session, team_id: str) -> tuple[Modes, set[str]]:
    rows = session.execute(_MODES_AND_CATEGORIES, {"team_id": team_id}).all()
    modes = Modes({(row.field, row.category): row.mode for row in rows if row.field is not None})
    return modes, {row.category for row in rows if row.field is None}


# Each question asks for both. A category stands there without a field.
_MODES_AND_CATEGORIES = (
    select(ModelMode.field, ModelMode.category, ModelMode.mode)
    .where(ModelMode.team_id == bindparam("team_id"))
    .union_all(select(null(), Category.key, null()).where(Category.team_id == bindparam("team_id")))
)


def _languages(judgement: Judgement) -> dict[str, object]:
    """Kept with the verdict, because the answer tells the asker so."""
    if judgement.no_articles_in is None:
        return {}
    return {"no_articles_in": judgement.no_articles_in, "articles_in": list(judgement.articles_in)}


def _link(
    session: Session,
    ticket: Ticket,
    verdict: Verdict,
    link: Callable[..., list[int]],
    *,
    judge: Judge,
    policy: Policy,
    now: datetime,
) -> None:
    """To the open questions like it. The card of the first one tells how many there are by now; the cards of all the
    others would be hundreds of changes in a spike."""
    if verdict.needs_person is not None:
        return
    if others := link(session, ticket, judge.asked, now=now):
        engine.refresh_card(session, session.get_one(Ticket, min(others)), policy=policy, now=now)


def _escalate(
    session: Session,
    ticket: Ticket,
    requester: Person,
    verdict: Verdict,
    *,
    reason: str,
    policy: Policy,
    now: datetime,
) -> None:
    """At once, and whatever the hour where this is critical, or a matter for a person alone. The answer says so."""
    engine.escalate(
        session,
        ticket,
        requester,
        reason=reason,
        policy=policy,
        now=now,
        quietly=True,
        # What is critical pages by itself, and whoever is woken may find that it is not.
        cannot_wait=verdict.needs_person is not None,
    )


def _cannot_wait(verdict: Verdict) -> bool:
    return verdict.needs_person is not None or verdict.urgency is Urgency.CRITICAL


def _needs_a_person(judgement: Judgement) -> str | None:
    verdict = judgement.verdict
    if verdict.needs_person is not None:
        return verdict.needs_person.sentence
    if verdict.urgency is Urgency.CRITICAL:
        return "critical: " + "; ".join(verdict.reasons[:2])
    if judgement.no_articles_in is not None:
        return f"asked in {language_name(judgement.no_articles_in)}, and no article is written in it"
    return None


def _summary(shown: Sequence[Suggestion | Match]) -> str:
    if not shown:
        return "no article fits well enough"
    return "suggested " + ", ".join(f"“{row.title}”" for row in shown)


def _set_handover(
    session: Session, ticket: Ticket, shown: Sequence[Suggestion | Match], *, policy: Policy, now: datetime
) -> None:
    wait = policy.handover_after if shown else policy.handover_after_nothing
    set_timer(session, TimerKind.HANDOVER, ticket, due_at=now + wait, now=now)
