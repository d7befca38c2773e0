"""One ticket: its story, the decision behind each answer, and what may be done with it."""

from collections.abc import Callable
from dataclasses import replace

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from bot.slack import copy_sla
from bot.slack.facts import thread_link
from bot.web.console import typed, words
from bot.web.console.beside import beside
from bot.web.console.decision import considered, decision
from bot.web.console.shell import Console, Page, Visit
from bot.web.console.ticket_promises import promised
from triage.errors import NotAnAgent
from triage.people.access import Permission
from triage.people.models import Person
from triage.suggestions.linking import named
from triage.tickets import claims, closing, queries
from triage.tickets.labels import looks_like
from triage.tickets.lifecycle import next_status
from triage.tickets.models import Ticket
from triage.tickets.transition import find
from triage.tickets.wording import told_to_requester
from triage.vocabulary import Role, TicketAction, TicketStatus, Urgency

_NEEDS = {
    TicketAction.CLAIM: Permission.CLAIM,
    TicketAction.RESOLVE: Permission.RESOLVE,
    TicketAction.RESUME: Permission.HOLD,
    TicketAction.HOLD: Permission.HOLD,
    TicketAction.TRANSFER: Permission.TRANSFER,
    TicketAction.RELEASE: Permission.RELEASE,
    TicketAction.REOPEN: Permission.REOPEN,
}


def add_to(console: Console) -> None:

    @console.page("/tickets/<int:ticket_id>", permission=Permission.SEE_TICKET)
    def ticket(visit: Visit, ticket_id: int) -> str:
        return ticket_page(console, visit, ticket_id)

    @console.page(
        "/tickets/<int:ticket_id>"
        "/<any(claim, release, hold, resume, transfer, resolve, reopen, save_as_article):_action>",
        permission=Permission.SEE_TICKET,
    )
    def ticket_again(visit: Visit, ticket_id: int, _action: str) -> Response:
        """The address of a form that was refused, loaded again."""
        return redirect(url_for("console.ticket", ticket_id=ticket_id))

    def refused(visit: Visit, ticket_id: int, said: str) -> tuple[str, int]:
        """The page once more, with what was typed still in its place."""
        return ticket_page(console, visit, ticket_id, said=said, tried=request.path.rsplit("/", 1)[-1]), 409

    def press(action: TicketAction) -> Callable[[Page], Page]:
        return console.action(
            f"/tickets/<int:ticket_id>/{action}", permission=Permission.SEE_TICKET, refused=refused
        )

    @press(TicketAction.CLAIM)
    def claim(visit: Visit, ticket_id: int) -> Response:
        claims.claim(visit.session, ticket_id, agent=visit.person, policy=visit.policy, now=visit.now)
        return _done(visit, TicketAction.CLAIM, ticket_id)

    @press(TicketAction.RELEASE)
    def release(visit: Visit, ticket_id: int) -> Response:
        claims.release(
            visit.session, ticket_id, agent=visit.person, policy=visit.policy, now=visit.now, reason=_reason()
        )
        return _done(visit, TicketAction.RELEASE, ticket_id)

    @press(TicketAction.HOLD)
    def hold(visit: Visit, ticket_id: int) -> Response:
        claims.hold(
            visit.session, ticket_id, agent=visit.person, policy=visit.policy, now=visit.now, reason=_reason()
        )
        return _done(visit, TicketAction.HOLD, ticket_id)

    @press(TicketAction.RESUME)
    def resume(visit: Visit, ticket_id: int) -> Response:
        claims.resume(visit.session, ticket_id, agent=visit.person, policy=visit.policy, now=visit.now)
        return _done(visit, TicketAction.RESUME, ticket_id)

    @press(TicketAction.TRANSFER)
    def transfer(visit: Visit, ticket_id: int) -> Response:
        to = _chosen(visit)
        claims.transfer(
            visit.session,
            ticket_id,
            agent=visit.person,
            to=to,
            policy=visit.policy,
            now=visit.now,
            reason=_reason(),
        )
        return _done(visit, TicketAction.TRANSFER, ticket_id, person=to.called)

    @press(TicketAction.RESOLVE)
    def resolve(visit: Visit, ticket_id: int) -> Response:
        closing.resolve(
            visit.session, ticket_id, _resolution(visit), by=visit.person, policy=visit.policy, now=visit.now
        )
        return _done(visit, TicketAction.RESOLVE, ticket_id)

    @press(TicketAction.REOPEN)
    def reopen(visit: Visit, ticket_id: int) -> Response:
        closing.reopen(
            visit.session, ticket_id, by=visit.person, policy=visit.policy, now=visit.now, reason=_reason()
        )
        return _done(visit, TicketAction.REOPEN, ticket_id)


def _done(visit: Visit, action: TicketAction, ticket_id: int, **more: str) -> Response:
    visit.say(words.DONE[action].format(id=ticket_id, **more))
    return redirect(url_for("console.ticket", ticket_id=ticket_id), 303)


def _reason() -> str:
    return request.form.get("reason", "").strip()


def _chosen(visit: Visit) -> Person:
    """Whom the form names; raises `NotAnAgent` where it names nobody of this workspace."""
    number = typed.number(request.form.get("to"))
    person = visit.session.get(Person, number) if number else None
    if person is None or person.team_id != visit.person.team_id:
        raise NotAnAgent("")
    return person


def _resolution(visit: Visit) -> closing.Resolution:
    """An article that was typed counts before one that was picked. Raises `UnknownArticle`."""
    form = request.form
    typed_article = form.get("article_named", "").strip()
    return closing.Resolution(
        how=form.get("how", ""),
        category=form.get("category", "")[:64],
        urgency=typed.one_of(Urgency, form.get("urgency")) or Urgency.MEDIUM,
        article_id=named(visit.session, visit.person.team_id, typed_article)
        if typed_article
        else typed.number(form.get("article")),
    )


def possible(ticket: Ticket, visit: Visit) -> list[TicketAction]:
    """What the life of a ticket and the permission table allow this reader, most likely first."""
    own = ticket.requester_id == visit.person.id
    return [
        action
        for action, permission in _NEEDS.items()
        if next_status(TicketStatus(ticket.status), action) and visit.may(permission, own_ticket=own)
    ]


def ticket_page(console: Console, visit: Visit, ticket_id: int, *, said: str = "", tried: str = "") -> str:
    """`said` is what was refused, `tried` the form that it was in."""
    session, team_id = visit.session, visit.person.team_id
    ticket = find(session, ticket_id, team_id=team_id)
    story = queries.story(session, ticket)
    if ticket.requester_id == visit.person.id:
        story = replace(story, timeline=told_to_requester(story.timeline))
    categories = queries.categories(session, team_id)
    named = {category.key: category.name for category in categories}
    reasons = [entry.reason for entry in story.timeline]
    return render_template(
        "console/ticket.html",
        story=story,
        ticket=ticket,
        categories=categories,
        named=named,
        looks_like=looks_like(session, ticket),
        urgencies=list(Urgency),
        agents=_others(visit, ticket),
        actions=possible(ticket, visit),
        decisions=[decision(row, named) for row in reversed(story.predictions)],
        considered=[considered(row) for row in story.suggestions],
        labelled_by=_labelled_by(visit, story),
        beside=beside(console.desk, visit, ticket),
        promised=promised(visit, ticket, opening=visit.policy.opening),
        states=copy_sla.STATE_NAME,
        names=visit.names(ticket.question, ticket.resolution or "", *reasons),
        thread=thread_link(console.desk.team_url(ticket.team_id), ticket),
        said=said,
        tried=tried,
        entered=request.form,
    )


def _others(visit: Visit, ticket: Ticket) -> list[Person]:
    """Who else could take it."""
    people = visit.session.scalars(
        select(Person)
        .where(
            Person.team_id == ticket.team_id,
            Person.role != Role.REQUESTER,
            Person.id.is_distinct_from(ticket.claimed_by_id),
        )
        .order_by(Person.name)
    )
    return list(people)


def _labelled_by(visit: Visit, story: queries.Story) -> dict[int, Person]:
    ids = {label.by_id for label in story.labels}
    return {person.id: person for person in visit.session.scalars(select(Person).where(Person.id.in_(ids)))}
