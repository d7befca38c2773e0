"""Gaps in the console, articles made from tickets, and what stands beside a ticket."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from console_desk import TEAM, ConsoleDesk
from sqlalchemy import select

from kb.articles import publish
from kb.models import ArticleStatus
from kb.queries import get_article
from kb.review import FlagReason, open_flags
from triage.reports.models import GapArticle
from triage.suggestions.models import Suggestion
from triage.tickets import closing
from triage.tickets.models import Ticket
from triage.tickets.writing_up import TicketArticle
from triage.vocabulary import Outcome, TicketStatus, Urgency

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine)


def asks(desk: ConsoleDesk, name: str, question: str, **more: object) -> int:
    """Somebody asks and waits; Ada where nobody else is named."""
    ticket_id = desk.ticket(question, **more)  # type: ignore[arg-type]
    with desk.database.transaction() as session:
        session.get_one(Ticket, ticket_id).requester_id = desk.someone(session, name).id
    return ticket_id


def solved(desk: ConsoleDesk, ticket_id: int, how: str, *, article_id: int | None = None) -> None:
    with desk.database.transaction() as session:
        closing.resolve(
            session,
            ticket_id,
            closing.Resolution(how, "vpn", Urgency.MEDIUM, article_id),
            by=desk.someone(session, "ben"),
            policy=desk.desk.rules,
            now=desk.now,
        )


def badge_gap(desk: ConsoleDesk) -> list[int]:
    """Three people cannot get their badge to open the gate; one of them took Ben half an hour."""
    first = asks(
        desk, "ada", "My badge does not open the parking gate", minutes_ago=90, status=TicketStatus.CLAIMED
    )
    second = asks(
        desk, "cleo", "Parking gate does not open with my badge, mail dee@example.com", minutes_ago=60
    )
    third = asks(desk, "dee", "badge will not open the gate of the parking", minutes_ago=30)
    desk.ticket("Where is the canteen menu for next week", minutes_ago=20)
    return [first, second, third]


def test_a_gap_is_shown_with_people_and_time_and_what_one_alone_asked_is_not(desk: ConsoleDesk) -> None:
    first, *_ = badge_gap(desk)
    solved(desk, first, "Renewed the badge.")

    text = desk.browser("ben").get("/gaps").text

    assert "3 questions" in text
    assert "badge" in text
    assert "parking" in text
    assert "90 min" in text or "1.5 h" in text
    assert "canteen" not in text
    assert "dee@example.com" not in text


def test_an_empty_screen_says_when_there_is_a_gap(desk: ConsoleDesk) -> None:
    assert "two people or more ask about the same thing" in desk.browser("ben").get("/gaps").text


def test_requesters_do_not_see_gaps(desk: ConsoleDesk) -> None:
    assert desk.browser().get("/gaps").status != 200


def test_one_tap_drafts_the_article_and_a_second_shows_it(desk: ConsoleDesk) -> None:
    ids = badge_gap(desk)
    solved(desk, ids[0], "Ben renewed the badge of Ada, call +44 20 7946 0958.")
    ben, cleo = desk.browser("ben"), desk.browser("cleo")
    ben.get("/gaps")
    cleo.get("/gaps")
    tickets = ",".join(map(str, ids))

    answer = ben.post("/gaps/draft", tickets=tickets)
    again = cleo.post("/gaps/draft", tickets=tickets)

    assert answer.status == again.status == 303
    assert answer.location == again.location
    with desk.database.reading() as session:
        links = session.scalars(select(GapArticle)).all()
        (article_id,) = {link.article_id for link in links}
        assert sorted(link.ticket_id for link in links) == ids
        article = get_article(session, TEAM, article_id)
        (flag,) = open_flags(session, TEAM)[article_id]
    assert article.status is ArticleStatus.DRAFT
    assert article.owner == "Ben"
    assert article.body == "somebody renewed the badge of somebody, call [phone]."
    assert "dee@example.com" not in str(article)
    assert len(article.aliases) == 2
    assert flag.reason is FlagReason.FROM_TICKET
    assert "Draft" in ben.get("/gaps").text


def test_tickets_that_are_not_there_draft_nothing(desk: ConsoleDesk) -> None:
    ben = desk.browser("ben")
    ben.get("/gaps")

    for tickets in ("", "x", "1,2,999999", "-1", "9" * 30):
        assert ben.post("/gaps/draft", tickets=tickets).status in (302, 303)

    with desk.database.reading() as session:
        assert session.scalars(select(GapArticle)).all() == []


def test_after_publishing_the_screen_says_what_changed_or_that_it_is_too_early(desk: ConsoleDesk) -> None:
    ids = badge_gap(desk)
    ben = desk.browser("ben")
    ben.get("/gaps")
    ben.post("/gaps/draft", tickets=",".join(map(str, ids)))
    assert "It is not published yet" in ben.get("/gaps").text
    with desk.database.transaction() as session:
        article_id = session.scalars(select(GapArticle.article_id)).first()
        assert article_id is not None
        publish(session, TEAM, article_id, now=desk.now)

    text = ben.get("/gaps").text

    assert "0 of 3, 0 %" in text
    assert "none yet" in text
    assert "too few to tell" in text


# --- Beside a ticket --------------------------------------------------------------------------------


def test_a_solved_ticket_becomes_an_article_from_its_page(desk: ConsoleDesk) -> None:
    ticket = desk.ticket("VPN drops on the train, I am Ada", status=TicketStatus.CLAIMED)
    solved(desk, ticket, "Removed the old profile.\n\nThen reconnected.")
    ben = desk.browser("ben")
    page = ben.get(f"/tickets/{ticket}")
    assert "VPN drops on the train, I am somebody" in page.html

    refused = ben.post(f"/tickets/{ticket}/save_as_article", title="  ", body="Half <written>")
    assert refused.status == 409
    assert "Give it a title." in refused.text
    assert "Half &lt;written&gt;" in refused.html, "nothing that was typed is lost"

    answer = ben.post(
        f"/tickets/{ticket}/save_as_article", title="VPN drops", body="Remove\r\nit.", aliases="a\r\nb\r\n"
    )

    with desk.database.reading() as session:
        article_id = session.scalars(select(TicketArticle.article_id)).one()
        article = get_article(session, TEAM, article_id)
    assert answer.location.endswith(f"/console/articles/{article_id}")
    assert (article.title, article.body, article.aliases) == ("VPN drops", "Remove\nit.", ("a", "b"))
    text = ben.get(f"/tickets/{ticket}").text
    assert "Article from this ticket VPN drops Draft" in text
    assert "wrote an article from it" in text
    assert "Names, numbers and keys" not in text


def test_a_page_shows_what_worked_before_and_what_is_open(desk: ConsoleDesk) -> None:
    before = desk.ticket("VPN drops on the train every day", minutes_ago=60)
    solved(desk, before, f"Removed the old profile. {HOSTILE}")
    now = desk.ticket("VPN drops on the train")

    page = desk.browser("cleo").get(f"/tickets/{now}")

    assert "Like this, and solved" in page.text
    assert "Removed the old profile." in page.text
    assert "<script>alert" not in page.html
    assert "every day" not in page.text, "not asked in a channel of the desk's"


def test_any_published_article_can_be_named_when_resolving(desk: ConsoleDesk) -> None:
    article_id = desk.article("Reset the token", "Do it.")
    ticket = desk.ticket("VPN drops", status=TicketStatus.CLAIMED)
    ben = desk.browser("ben")
    ben.get(f"/tickets/{ticket}")
    said = {"how": "Done.", "category": "vpn", "urgency": "low"}

    refused = ben.post(f"/tickets/{ticket}/resolve", **said, article_named="Reset everything")
    assert refused.status == 409
    assert "I can't find that among the published articles" in refused.text.replace("&#39;", "'")
    assert desk.status(ticket) is TicketStatus.CLAIMED

    ben.post(f"/tickets/{ticket}/resolve", **said, article_named="reset the TOKEN")

    with desk.database.reading() as session:
        row = session.scalars(select(Suggestion).where(Suggestion.ticket_id == ticket)).one()
    assert (row.article_id, row.outcome) == (article_id, Outcome.SOLVED)
    assert "named by whoever resolved it" in ben.get(f"/tickets/{ticket}").text


def test_an_article_that_stops_helping_is_flagged(desk: ConsoleDesk) -> None:
    from kb.memory import SaidBy
    from triage.suggestions import outcomes

    article_id = desk.article()
    for minute in range(12):
        ticket = desk.ticket(f"VPN drops {minute}", minutes_ago=minute, status=TicketStatus.SUGGESTED)
        desk.decided(ticket, article_id)
        with desk.database.transaction() as session:
            at = desk.now + timedelta(minutes=minute)
            outcomes.not_helpful(session, session.get_one(Ticket, ticket), said_by=SaidBy.REQUESTER, now=at)

    with desk.database.reading() as session:
        (flag,) = open_flags(session, TEAM)[article_id]
    assert flag.reason is FlagReason.STOPPED_HELPING
    assert flag.detail.startswith("It solved 0 of the last ")
