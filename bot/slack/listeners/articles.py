"""“Save as article” on the card of a resolved ticket."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack import ids
from bot.slack.desk import Desk
from bot.slack.listening import Press, Reply, listener
from bot.slack.views import forms
from triage.people.access import Permission, require
from triage.tickets import writing_up
from triage.tickets.transition import find


@listener("action", ids.SAVE_AS_ARTICLE)
def save_as_article(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    """The form, filled in; or, where somebody was quicker, the article that there is."""
    require(press.person.role, Permission.EDIT_ARTICLES)
    ticket = find(session, press.ticket_id, team_id=press.person.team_id)
    if known := writing_up.written_up(session, ticket):
        return Reply(open_view=forms.saved(known, fresh=False, link=desk.article_link(known.id)))
    said = writing_up.proposal(session, ticket, by=press.person)
    return Reply(open_view=forms.save_as_article(ticket.id, said))


@listener("action", ids.OPEN_ARTICLE)
def open_article(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    """A link button: Slack follows the link by itself and only wants a receipt."""


@listener("view", ids.ARTICLE_FORM)
def save(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    said = writing_up.Proposal(
        title=press.entered("title", "title"),
        aliases=tuple(press.entered("aliases", "aliases").splitlines()),
        body=press.entered("body", "body"),
    )
    article, fresh = writing_up.write_up(
        session, press.form_ticket_id, said, by=press.person, policy=press.policy, now=now
    )
    return Reply(update_view=forms.saved(article, fresh=fresh, link=desk.article_link(article.id)))
