"""An article read whole in a window, and whether it helped."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack import ids
from bot.slack.desk import Desk
from bot.slack.listening import Press, Reply, listener, number
from bot.slack.views import reading
from kb.errors import NoSuchArticle
from kb.models import ArticleStatus
from kb.queries import ArticleView, get_article
from kb.votes import said_by, vote
from triage.judge import readable_by


@listener("action", ids.READ)
def read_it_all(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    """The whole article in a window; guests read public ones only."""
    article = _readable(session, press)
    if article is None:
        return Reply(open_view=reading.gone())
    voted = said_by(session, article.id, press.person.slack_id)
    return Reply(open_view=reading.window(article.title, article.body, article_id=article.id, voted=voted))


@listener("action", ids.HELPFUL)
def helpful(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    return _voted(session, press, now, helpful=True)


@listener("action", ids.NOT_HELPFUL)
def not_helpful(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    return _voted(session, press, now, helpful=False)


def _voted(session: Session, press: Press, now: datetime, *, helpful: bool) -> Reply:
    """A vote on the article as such. What solved the question is said below the answer, and counts there."""
    article = _readable(session, press)
    if article is None:
        return Reply(update_view=reading.gone())
    voter, team_id = press.person.slack_id, press.person.team_id
    vote(session, team_id, article.id, voter=voter, helpful=helpful, now=now)
    return Reply(
        update_view=reading.window(article.title, article.body, article_id=article.id, voted=helpful)
    )


def _readable(session: Session, press: Press) -> ArticleView | None:
    """None where it is gone, or not for this person."""
    try:
        article = get_article(session, press.person.team_id, number(press.value))
    except NoSuchArticle:
        return None
    published = article.status is ArticleStatus.PUBLISHED
    return article if published and article.audience in readable_by(press.person) else None
