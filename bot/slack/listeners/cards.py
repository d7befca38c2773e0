"""What agents press: claim, release, pass on, hold, resolve, reopen."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack import ids
from bot.slack.desk import Desk
from bot.slack.listening import Press, Reply, Unreadable, listener, number
from bot.slack.views import forms
from triage.people.access import Permission, require
from triage.people.roster import meet
from triage.suggestions.linking import to_link
from triage.tickets import claims, closing, queries
from triage.tickets.labels import looks_like
from triage.tickets.models import Ticket
from triage.tickets.transition import find
from triage.vocabulary import Urgency


@listener("action", ids.CLAIM)
def claim(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    claims.claim(session, press.ticket_id, agent=press.person, policy=press.policy, now=now)


@listener("action", ids.RELEASE)
def release(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    claims.release(session, press.ticket_id, agent=press.person, policy=press.policy, now=now)


@listener("action", ids.RESUME)
def resume(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    claims.resume(session, press.ticket_id, agent=press.person, policy=press.policy, now=now)


@listener("action", ids.REOPEN)
def reopen(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    closing.reopen(
        session, press.ticket_id, by=press.person, policy=press.policy, now=now, reason="pressed reopen"
    )


@listener("action", ids.OPEN_THREAD)
def open_thread(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    """A link button: Slack follows the link by itself and only wants a receipt."""


@listener("action", ids.MORE)
def more(session: Session, press: Press, desk: Desk, now: datetime) -> Reply | None:
    """The menu on the card carries the button's name in its value."""
    if press.value.startswith(ids.TRANSFER):
        return transfer_form(session, press, desk, now)
    release(session, press, desk, now)
    return None


@listener("action", ids.RESOLVE)
def resolve_form(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    ticket = _for_agents(session, press, Permission.RESOLVE)
    categories = queries.categories(session, ticket.team_id)
    return Reply(open_view=forms.resolve(ticket, categories, looks_like=looks_like(session, ticket)))


@listener("options", ids.ARTICLE_CHOICE)
def articles_to_link(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    """What was suggested on the ticket; once somebody types, every published article that fits."""
    require(press.person.role, Permission.RESOLVE)
    team_id = press.person.team_id
    ticket = find(session, press.form_ticket_id, team_id=team_id)
    index = desk.indexes.for_team(session, team_id, now)
    return Reply(options=forms.article_options(to_link(session, ticket, press.text, index)))


@listener("action", ids.TRANSFER)
def transfer_form(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    return Reply(open_view=forms.transfer(_for_agents(session, press, Permission.TRANSFER)))


@listener("action", ids.HOLD)
def hold_form(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    return Reply(open_view=forms.hold(_for_agents(session, press, Permission.HOLD)))


def _for_agents(session: Session, press: Press, permission: Permission) -> Ticket:
    require(press.person.role, permission)
    return find(session, press.ticket_id, team_id=press.person.team_id)


@listener("view", ids.RESOLVE_FORM)
def resolve(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    article, urgency = press.entered("article", ids.ARTICLE_CHOICE), press.entered("urgency", "urgency")
    if urgency not in set(Urgency):
        raise Unreadable("no urgency was chosen")
    resolution = closing.Resolution(
        how=press.entered("how", "text"),
        category=press.entered("category", "category"),
        urgency=Urgency(urgency),
        article_id=number(article) if article else None,
    )
    closing.resolve(session, press.form_ticket_id, resolution, by=press.person, policy=press.policy, now=now)


@listener("view", ids.TRANSFER_FORM)
def transfer(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    if not (slack_id := press.entered("to", "person")):
        raise Unreadable("nobody was chosen")
    to = meet(session, press.person.team_id, slack_id, now=now)
    claims.transfer(
        session,
        press.form_ticket_id,
        agent=press.person,
        to=to,
        policy=press.policy,
        now=now,
        reason=press.entered("why", "text"),
    )


@listener("view", ids.HOLD_FORM)
def hold(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    claims.hold(
        session,
        press.form_ticket_id,
        agent=press.person,
        policy=press.policy,
        now=now,
        reason=press.entered("why", "text"),
    )
