"""The queue: what waits, what is mine, what is open; claimed from here."""

from flask import render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from bot.slack import copy_sla
from bot.web.console import words
from bot.web.console.listing import PAGE, Order, Show, Wanted, listed
from bot.web.console.shell import Console, Visit, back
from triage.people.access import Permission
from triage.tickets import claims, queries
from triage.tickets.lifecycle import sources
from triage.vocabulary import TicketAction, Urgency

_TITLES = {
    Show.WAITING: "Waiting",
    Show.MINE: "Mine",
    Show.OPEN: "Open",
    Show.ALL: "All",
}
_ORDERS = {
    Order.URGENCY: "Most urgent first",
    Order.OLDEST: "Oldest first",
    Order.NEWEST: "Newest first",
    Order.DUE: "Due first",
}


def add_to(console: Console) -> None:
    @console.screen("/", title="Queue", permission=Permission.SEE_QUEUE, order=10)
    def queue(visit: Visit) -> str:
        wanted = Wanted.read(request.args)
        found = listed(visit.session, visit.person, wanted, now=visit.now)
        categories = queries.categories(visit.session, visit.person.team_id)
        return render_template(
            "console/queue.html",
            wanted=wanted,
            found=found,
            first=(wanted.page - 1) * PAGE + 1,
            titles=_TITLES,
            orders=_ORDERS,
            urgencies=list(Urgency),
            states=copy_sla.STATE_NAME,
            promise_names=copy_sla.PROMISE_NAME,
            categories=categories,
            named={category.key: category.name for category in categories},
            names=visit.names(*(ticket.question for ticket in found.tickets)),
            claimable=sources(TicketAction.CLAIM) if visit.may(Permission.CLAIM) else frozenset(),
        )

    @console.action("/tickets/<int:ticket_id>/take", permission=Permission.SEE_QUEUE)
    def take(visit: Visit, ticket_id: int) -> Response:
        """Claims from the list, and stays there."""
        claims.claim(visit.session, ticket_id, agent=visit.person, policy=visit.policy, now=visit.now)
        done = words.DONE[TicketAction.CLAIM].format(id=ticket_id)
        there = url_for("console.ticket", ticket_id=ticket_id)
        visit.say(Markup('{} <a href="{}">Open it</a>').format(done, there))
        return back()
