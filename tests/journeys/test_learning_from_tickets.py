"""What a solved ticket gives to the next one: a draft of an article, and what worked, on the agent's card."""

import pytest
from cast import TEAM, Actor, Clock, Desk, Question, buttons, labelled, reads, shown_text
from sqlalchemy import select

from bot.demo import DESK_CHANNEL
from bot.slack import copy
from kb.articles import archive, publish
from kb.models import Article, ArticleStatus
from kb.queries import ArticleView
from triage.audit import AuditEntry
from triage.reports.deflection import Change, Share
from triage.reports.gap_drafts import draft_for_gap
from triage.reports.gaps import written
from triage.tickets.models import Ticket
from triage.tickets.writing_up import TicketArticle, written_up

ASKED = "The label printer in Leeds prints every second label blank. Mail me at ada.l@example.com, says Ada"


@pytest.fixture
def solved(desk: Desk, ada: Actor, ben: Actor) -> Question:
    """Ben wrote how it was solved."""
    desk.finds()
    question = ada.says(ASKED).clicks(copy.BUTTON_PERSON)
    ben.claims(question)
    ben.resolves(question, "Ben cleaned the print head and called +44 20 7946 0958.", category="hardware")
    return question


def article_from(desk: Desk, question: Question) -> ArticleView | None:
    with desk.database.reading() as session:
        return written_up(session, session.get_one(Ticket, question.ticket.id))


def prefilled(desk: Desk, actor: Actor) -> dict[str, str]:
    blocks = desk.slack.views(actor.id)[-1]["blocks"]
    return {b["block_id"]: b["element"].get("initial_value", "") for b in blocks if b["type"] == "input"}


def test_an_agent_makes_an_article_of_what_was_solved(desk: Desk, solved: Question, ben: Actor) -> None:
    ben.clicks_card(solved, copy.BUTTON_SAVE_AS_ARTICLE)

    form = prefilled(desk, ben)
    assert form["title"] == "The label printer in Leeds prints every second label blank"
    assert "[e-mail]" in form["aliases"]
    assert form["body"] == "somebody cleaned the print head and called [phone]."
    assert "Ada" not in str(form), "who asked is nobody's business"

    complaints = ben.submits(title="Label printer prints blanks", body="Clean the print head.\n\nTest it.")

    assert complaints == {}
    article = article_from(desk, solved)
    assert article is not None
    assert article.status is ArticleStatus.DRAFT
    assert (article.title, article.body) == (
        "Label printer prints blanks",
        "Clean the print head.\n\nTest it.",
    )
    assert article.aliases
    assert (article.category, article.owner, article.author) == ("hardware", ben.person.name, ben.person.name)
    assert "written_up" in solved.happened
    assert reads(copy.CARD_WRITTEN_UP, shown_text(solved.card))
    with desk.database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.what == "article.drafted"))
        assert entry.details == {"article_id": article.id, "ticket_id": solved.ticket.id}


def test_the_form_tells_where_the_draft_is(desk: Desk, solved: Question, ben: Actor) -> None:
    ben.clicks_card(solved, copy.BUTTON_SAVE_AS_ARTICLE)
    ben.submits()

    view = desk.slack.views(ben.id)[-1]

    assert reads(copy.SAVED, shown_text(view))
    article = article_from(desk, solved)
    assert article is not None
    (link,) = [e["url"] for b in view["blocks"] for e in b.get("elements", ())]
    assert link.endswith(f"/console/articles/{article.id}")


def test_once_a_ticket_the_second_press_shows_what_there_is(
    desk: Desk, solved: Question, ben: Actor, cleo: Actor
) -> None:
    ben.clicks_card(solved, copy.BUTTON_SAVE_AS_ARTICLE)
    cleo.clicks_card(solved, copy.BUTTON_SAVE_AS_ARTICLE)

    ben.submits(title="Ben's article")
    cleo.submits(title="Cleo's article")

    with desk.database.reading() as session:
        assert len(session.scalars(select(TicketArticle)).all()) == 1
        drafts = session.scalars(
            select(Article.id).where(Article.slug.in_(("ben-s-article", "cleo-s-article")))
        )
        assert len(drafts.all()) == 1
    assert reads(copy.SAVED_BEFORE, shown_text(desk.slack.views(cleo.id)[-1]))
    assert "Ben's article" in shown_text(desk.slack.views(cleo.id)[-1])

    cleo.clicks_card(solved, copy.BUTTON_SAVE_AS_ARTICLE)
    assert cleo.window == copy.SAVED_TITLE, "no form any more"


def test_an_article_needs_a_title_and_something_to_do(desk: Desk, solved: Question, ben: Actor) -> None:
    ben.clicks_card(solved, copy.BUTTON_SAVE_AS_ARTICLE)

    assert ben.submits(title="   ") == {"title": copy.NO_TITLE}
    assert ben.submits(title="Blank labels", body=" \n ") == {"body": copy.NO_BODY}
    assert article_from(desk, solved) is None


def test_only_the_desk_writes_articles(desk: Desk, solved: Question, eli: Actor) -> None:
    desk.slack.join(eli.id, DESK_CHANNEL)
    eli.presses_stale(solved.card, labelled(buttons(solved.card), copy.BUTTON_SAVE_AS_ARTICLE))

    assert eli.was_whispered(copy.NOT_ALLOWED)
    assert not eli.window


def test_where_nobody_wrote_how_there_is_nothing_to_save(desk: Desk, ada: Actor, ben: Actor) -> None:
    desk.finds()
    question = ada.says("The label printer prints every second label blank").clicks(copy.BUTTON_PERSON)
    ben.claims(question)
    question.clicks(copy.BUTTON_SOLVED)

    assert [b.label for b in buttons(question.card)] == [copy.BUTTON_REOPEN]


def test_a_matter_for_a_person_alone_makes_no_article(desk: Desk, ada: Actor, ben: Actor) -> None:
    question = ada.says("My manager keeps harassing me and I am afraid to come to work")
    ben.claims(question)
    ben.resolves(question, "Ada talks to the counsellor on Monday.", category="hardware")

    assert [b.label for b in buttons(question.card)] == [copy.BUTTON_REOPEN]


# --- Similar solved tickets -------------------------------------------------------------------------


def test_the_card_tells_what_worked_before(desk: Desk, solved: Question, eli: Actor) -> None:
    again = eli.says("Our label printer prints each second label blank").clicks(copy.BUTTON_PERSON)

    card = shown_text(again.card)
    assert copy.CARD_SIMILAR in card
    assert "somebody cleaned the print head and called [phone]" in card
    assert "The label printer in Leeds" in card, "asked before everybody, in the help channel"
    assert f"p{solved.ts.replace('.', '')}" in card, "the way to the thread"
    assert "Ada" not in card
    assert copy.CARD_SIMILAR not in " ".join(again.said), "the desk alone sees it"


def test_of_a_private_question_only_the_resolution_is_shown(
    desk: Desk, ada: Actor, eli: Actor, ben: Actor
) -> None:
    desk.finds()
    private = ada.writes_to_the_bot("The label printer in my secret project room prints blank labels")
    private.clicks(copy.BUTTON_PERSON)
    ben.claims(private)
    ben.resolves(private, "Cleaned the print head.", category="hardware")

    card = shown_text(eli.says("The label printer prints blank labels").clicks(copy.BUTTON_PERSON).card)

    assert "Cleaned the print head." in card
    assert "secret" not in card
    assert f"p{private.ts.replace('.', '')}" not in card


def test_what_was_reopened_worked_for_nobody(desk: Desk, solved: Question, ada: Actor, eli: Actor) -> None:
    ada.replies(solved, "It is back, every second label is blank")

    again = eli.says("Our label printer prints each second label blank").clicks(copy.BUTTON_PERSON)

    assert copy.CARD_SIMILAR not in shown_text(again.card)


def test_a_matter_for_a_person_alone_is_shown_beside_no_other(
    desk: Desk, ada: Actor, eli: Actor, ben: Actor
) -> None:
    desk.finds()
    first = ada.says("My manager keeps harassing me and I am afraid to come to work")
    second = eli.says("My manager keeps harassing me and I am afraid to come to work")

    assert "alike" not in second.happened
    ben.claims(first)
    ben.resolves(first, "Talks to the counsellor on Monday.", category="hardware")
    ben.claims(second)
    assert "counsellor" not in shown_text(second.card)


# --- Open ones like it ------------------------------------------------------------------------------


def test_open_questions_like_each_other_are_linked_for_the_desk(
    desk: Desk, ada: Actor, eli: Actor, dee: Actor
) -> None:
    desk.finds()
    first = ada.says("The VPN drops every few minutes since this morning").clicks(copy.BUTTON_PERSON)
    second = eli.says("VPN drops every few minutes here too").clicks(copy.BUTTON_PERSON)
    third = dee.says("my vpn drops every few minutes").clicks(copy.BUTTON_PERSON)

    assert "alike" not in first.happened
    assert second.happened.count("alike") == third.happened.count("alike") == 1
    assert reads(copy.CARD_ONE_OPEN_LIKE, shown_text(second.card))
    assert reads(copy.CARD_OPEN_LIKES.format(count=2, when="{when}"), shown_text(third.card))
    for question in (first, second, third):
        assert not any("like this" in text for text in question.said), "nobody hears of another's question"


def test_the_first_card_learns_that_others_have_it_too(desk: Desk, ada: Actor, eli: Actor) -> None:
    desk.finds()
    first = ada.says("The VPN drops every few minutes since this morning").clicks(copy.BUTTON_PERSON)

    eli.says("VPN drops every few minutes here too")

    assert reads(copy.CARD_ONE_OPEN_LIKE, shown_text(first.card))


def test_a_solved_one_is_no_spike(desk: Desk, ada: Actor, eli: Actor) -> None:
    desk.finds()
    ada.says("The VPN drops every few minutes since this morning").clicks(copy.BUTTON_PERSON).clicks(
        copy.BUTTON_SOLVED
    )

    again = eli.says("VPN drops every few minutes here too").clicks(copy.BUTTON_PERSON)

    assert "alike" not in again.happened


# --- Gaps -------------------------------------------------------------------------------------------


def test_what_an_article_changed_is_counted_by_what_people_said(
    desk: Desk, clock: Clock, ada: Actor, eli: Actor, dee: Actor, ben: Actor
) -> None:
    """Two needed a person before. Since then three said that it is solved, and one of them came back."""
    desk.finds()
    before = [
        ada.says("The parking gate does not open with my badge").clicks(copy.BUTTON_PERSON),
        eli.says("My badge does not open the parking gate").clicks(copy.BUTTON_PERSON),
    ]
    for question in before:
        ben.claims(question)
        ben.resolves(question, "Renewed the badge.", category="hardware")
    clock.advance(minutes=5)
    with desk.database.transaction() as session:
        ids = [question.ticket.id for question in before]
        article, _ = draft_for_gap(session, TEAM, ids, by=ben.person, now=clock.now)
        publish(session, TEAM, article.id, now=clock.now)
    assert "gap_drafted" in before[0].happened

    clock.advance(hours=1)
    desk.finds("forgot-password")
    asked = [
        who.says("my badge does not open the gate of the parking").clicks(copy.BUTTON_SOLVED)
        for who in (ada, eli, dee)
    ]
    ada.replies(asked[0], "no, the gate stays shut")
    clock.advance(hours=73)

    with desk.database.transaction() as session:
        (item,) = written(session, TEAM, now=clock.now)
        archive(session, TEAM, article.id, now=clock.now)
    assert item.deflection is not None
    assert item.deflection.before == Share(0, 2)
    assert item.deflection.after == Share(2, 3)
    assert item.deflection.change is Change.TOO_FEW
