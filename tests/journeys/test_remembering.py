"""What people say about articles is remembered at once; silence, and what a reopened ticket had said, is not."""

from cast import TEAM, Actor, Clock, Desk, Question
from sqlalchemy import select

from bot.slack import copy, ids
from kb.memory import RememberedQuestion, SaidBy
from kb.queries import get_article
from triage.vocabulary import Outcome, TicketStatus

ONE = "forgot-password"
OTHER = "account-locked-out"


def article(desk: Desk, slug: str) -> int:
    with desk.database.reading() as session:
        return get_article(session, TEAM, slug).id


def learned(desk: Desk) -> list[tuple[int, bool, SaidBy, int | None]]:
    """Article, whether it helped, who said so and where it stood; what was forgotten is not among it."""
    with desk.database.reading() as session:
        rows = session.scalars(
            select(RememberedQuestion)
            .where(RememberedQuestion.forgotten_at.is_(None))
            .order_by(RememberedQuestion.id)
        )
        return [(row.article_id, row.helped, row.said_by, row.rank) for row in rows]


def waits_for_ben(ada: Actor, ben: Actor, text: str = "I can't sign in any more") -> Question:
    question = ada.says(text).clicks(copy.BUTTON_PERSON)
    ben.claims(question)
    return question


def test_that_solved_it_is_remembered(desk: Desk, ada: Actor) -> None:
    desk.finds(ONE)

    ada.says("I can't sign in any more, mail me at ada@example.com").clicks(copy.BUTTON_SOLVED)

    assert learned(desk) == [(article(desk, ONE), True, SaidBy.REQUESTER, 1)]
    with desk.database.reading() as session:
        assert "example.com" not in session.scalars(select(RememberedQuestion.text)).one()


def test_not_quite_is_remembered_too(desk: Desk, ada: Actor) -> None:
    desk.finds(ONE, next_best=OTHER)
    question = ada.says("I can't sign in any more").clicks(copy.BUTTON_NOT_QUITE)
    assert learned(desk) == [(article(desk, ONE), False, SaidBy.REQUESTER, 1)]

    question.clicks(copy.BUTTON_SOLVED)
    assert learned(desk)[1:] == [(article(desk, OTHER), True, SaidBy.REQUESTER, 2)]


def test_of_several_the_one_that_is_named_is_remembered(desk: Desk, ada: Actor) -> None:
    desk.finds(ONE, OTHER)
    question = ada.says("I can't sign in any more").clicks(copy.BUTTON_SOLVED)
    assert learned(desk) == [], "which one, nobody said yet"

    question.clicks(question.articles[1])

    assert learned(desk) == [(article(desk, OTHER), True, SaidBy.REQUESTER, 2)]


def test_silence_and_a_person_teach_nothing(desk: Desk, clock: Clock, ada: Actor, ben: Actor) -> None:
    desk.finds(ONE)
    question = ada.says("I can't sign in any more")
    clock.advance(minutes=31)
    ben.claims(question)
    ben.resolves(question, "Reset it by hand.")

    assert learned(desk) == []


def test_an_agent_names_any_published_article_suggested_or_not(desk: Desk, ada: Actor, ben: Actor) -> None:
    desk.finds()
    question = waits_for_ben(ada, ben)

    assert ben.resolves(question, "Sent the article.", article_typed="locked out") == {}

    wanted = article(desk, OTHER)
    (row,) = [s for s in question.story.suggestions if s.outcome is Outcome.SOLVED]
    assert (row.article_id, row.shown_in_round) == (wanted, None)
    assert learned(desk) == [(wanted, True, SaidBy.AGENT, None)]


def test_the_menu_begins_with_what_was_suggested_and_survives_a_typo(
    desk: Desk, ada: Actor, ben: Actor
) -> None:
    desk.finds(ONE)
    question = waits_for_ben(ada, ben)
    ben.clicks_card(question, copy.BUTTON_RESOLVE)

    def offered(typed: str) -> list[int]:
        return [int(option["value"]) for option in desk.slack.options(ben.id, ids.ARTICLE_CHOICE, typed)]

    assert offered("")[0] == article(desk, ONE)
    assert article(desk, OTHER) in offered("acount locked")


def test_the_menu_offers_nothing_to_who_does_not_answer(desk: Desk, ada: Actor, ben: Actor) -> None:
    desk.finds(ONE)
    question = waits_for_ben(ada, ben)
    ben.clicks_card(question, copy.BUTTON_RESOLVE)
    view = desk.slack.views(ben.id)[-1]
    payload = desk.slack.interactions._from_person(ada.id, "block_suggestion") | {
        "view": view,
        "action_id": ids.ARTICLE_CHOICE,
        "block_id": "article",
        "value": "",
    }

    answer = desk.slack.delivery.interact(payload)

    assert (answer.ok, answer.body) == (True, {"options": []})


def test_reopening_takes_it_back(desk: Desk, ada: Actor) -> None:
    desk.finds(ONE)
    question = ada.says("I can't sign in any more").clicks(copy.BUTTON_SOLVED)

    ada.replies(question, "no, it is locked again")

    assert question.status is TicketStatus.WAITING
    assert [s.outcome for s in question.story.suggestions] == [Outcome.CAME_BACK]
    assert learned(desk) == [], "not known to be wrong, but no longer confirmed"


def test_what_solved_it_in_the_end_counts(desk: Desk, ada: Actor, ben: Actor) -> None:
    desk.finds(ONE)
    question = ada.says("I can't sign in any more").clicks(copy.BUTTON_SOLVED)
    ada.replies(question, "no, it is locked again")
    ben.claims(question)

    ben.resolves(question, "It was the same, done again.", article=article(desk, ONE))

    assert [s.outcome for s in question.story.suggestions] == [Outcome.SOLVED]
    assert learned(desk) == [(article(desk, ONE), True, SaidBy.AGENT, 1)]
