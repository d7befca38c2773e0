"""What stands beside a ticket for the agent: open ones like it, solved ones with what worked, and its article."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack.desk import Desk
from bot.web.console.shell import Visit
from kb.queries import ArticleView
from triage.people.access import Permission
from triage.tickets import writing_up
from triage.tickets.alike import OpenLike, open_likes
from triage.tickets.human_first import is_human_first
from triage.tickets.models import Ticket
from triage.tickets.solved_before import SolvedBefore, solved_before
from triage.tickets.writing_up import Proposal


@dataclass(frozen=True)
class Beside:
    """`proposal` is what the form to save an article begins with; None where there is nothing to save."""

    open_likes: Sequence[OpenLike] = ()
    similar: Sequence[SolvedBefore] = ()
    article: ArticleView | None = None
    proposal: Proposal | None = None


def beside(desk: Desk, visit: Visit, ticket: Ticket) -> Beside:
    session = visit.session
    # Whoever asked it may read the page; what other people asked is for the desk.
    if not visit.may(Permission.SEE_QUEUE) or is_human_first(session, ticket):
        return Beside()
    asked = desk.asked.for_team(session, ticket.team_id)
    article = writing_up.written_up(session, ticket)
    may_write = (
        article is None
        and visit.may(Permission.EDIT_ARTICLES)
        and writing_up.can_be_written_up(session, ticket)
    )
    return Beside(
        open_likes=open_likes(session, ticket.id),
        similar=solved_before(session, ticket, asked, help_channels=visit.policy.help_channels),
        article=article,
        proposal=writing_up.proposal(session, ticket, by=visit.person) if may_write else None,
    )
