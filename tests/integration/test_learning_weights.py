"""Weights that a desk fits to its own outcomes: what they are fitted to, when, by whom, and the way back."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from another_process import searching
from factories import NOW, TEAM, person, settle, waiting
from sqlalchemy import select, update

from bot.database import Database
from bot.slack.desk import Desk
from bot.worker.weights import Resting, WeightFitter
from kb import own_weights
from kb.articles import Content, Placement, archive, draft, publish
from kb.current import CurrentIndex
from kb.memory import RememberedQuestion, SaidBy, forget, remember
from kb.models import Audience
from kb.own_weights import Judgement, Standing, adopt, fittings
from kb.ranker import Ranker, shipped_rankers
from kb.refit import Refit
from triage.audit import AuditEntry
from triage.learning.weights import count_outcomes, is_due, keep, lessons, roll_back
from triage.suggestions.models import Suggestion
from triage.tickets.models import Prediction, Ticket
from triage.vocabulary import Outcome, TicketStatus, Urgency

# What it is called in articles, and what people call it.
THINGS = {
    "printer": "the paper thing",
    "scanner": "the copying machine",
    "laptop": "my notebook",
    "badge": "the door card",
    "tunnel": "working from home",
    "mailbox": "my letters",
    "payslip": "money at the end of the month",
    "headset": "what I wear on my ears",
    "screen": "the big display",
    "phone": "my mobile",
}
WAYS = ("", "hello, ", "since today ", "help please: ", "again, ", "for my team, ")
SAME = Judgement(mrr=0.6, log_loss=0.4, false_show=0.1)
# As if somebody had made the desk trust nothing any more.
CARELESS = replace(shipped_rankers().lexical, weights=shipped_rankers().lexical.weights * 0.2)


@pytest.fixture
def settled(database: Database) -> Database:
    settle(database)
    return database


def article(database: Database, title: str, *, audience: Audience = Audience.EVERYONE) -> int:
    with database.transaction() as session:
        content = Content(title, "", f"What to do: {title}.")
        made = draft(session, TEAM, content, placement=Placement(audience=audience), author="dee", now=NOW)
        publish(session, TEAM, made.id, now=NOW)
        return made.id


def solved(
    database: Database,
    text: str,
    article_id: int,
    *,
    at: datetime = NOW,
    ticket: int | None = None,
    helped: bool = True,
) -> None:
    with database.transaction() as session:
        remember(
            session,
            TEAM,
            text=text,
            article_id=article_id,
            helped=helped,
            said_by=SaidBy.REQUESTER,
            ticket_id=ticket,
            now=at,
        )


def resolved(database: Database, question: str, *, number: int, how: str | None = "Did it by hand.") -> int:
    """An agent told how it was solved, and named no article."""
    ticket_id = waiting(database, ts=f"18039816{number:02d}.000100")
    with database.transaction() as session:
        changes = {
            "question": question,
            "status": TicketStatus.RESOLVED,
            "resolution": how,
            "resolved_at": NOW,
        }
        session.execute(update(Ticket).where(Ticket.id == ticket_id).values(**changes))
    return ticket_id


def suggested(database: Database, ticket_id: int, article_id: int, outcome: Outcome | None) -> None:
    with database.transaction() as session:
        session.add(
            Suggestion(
                ticket_id=ticket_id,
                article_id=article_id,
                revision=1,
                rank=1,
                title="t",
                passage="p",
                chance=0.6,
                reasons=[],
                shown_in_round=1,
                good_enough=True,
                outcome=outcome,
            )
        )


@pytest.fixture
def learned(settled: Database) -> Database:
    """Sixty outcomes; what ranks so far trusts nothing."""
    articles = {thing: article(settled, f"The {thing} is broken") for thing in THINGS}
    with settled.transaction() as session:
        for number, (way, thing) in enumerate((way, thing) for way in WAYS for thing in THINGS):
            remember(
                session,
                TEAM,
                text=f"{way}{THINGS[thing]} is broken",
                article_id=articles[thing],
                helped=True,
                said_by=SaidBy.REQUESTER,
                now=NOW - timedelta(minutes=60 - number),
            )
        adopt(session, TEAM, CARELESS, by_meaning=False, outcomes=40, before=SAME, after=SAME, now=NOW)
    return settled


def desk(database: Database) -> Desk:
    return Desk(database, lambda: NOW, None, None, indexes=CurrentIndex(reading=database.reading))  # type: ignore[arg-type]  # no rules and no Slack are needed


def serving(database: Database) -> Ranker | None:
    with database.reading() as session:
        return own_weights.serving(session, TEAM, by_meaning=False)


def audited(database: Database) -> list[str]:
    with database.reading() as session:
        own = select(AuditEntry.what).where(AuditEntry.what.startswith("weights."))
        return list(session.scalars(own.order_by(AuditEntry.id)))


# What there is to learn from


def test_confirmed_questions_are_learned_from_oldest_first(settled: Database) -> None:
    vpn = article(settled, "VPN drops")
    for_the_desk = article(settled, "Reset a badge", audience=Audience.AGENTS)
    old = article(settled, "Old")
    solved(settled, "second", vpn, at=NOW - timedelta(hours=1))
    solved(settled, "first", vpn, at=NOW - timedelta(hours=2))
    solved(settled, "of the desk's own", for_the_desk)
    solved(settled, "of what is gone", old)
    solved(settled, "did not help", vpn, helped=False)
    solved(settled, "forgotten", vpn)
    with settled.transaction() as session:
        archive(session, TEAM, old, now=NOW)
        last = session.scalars(select(RememberedQuestion.id).order_by(RememberedQuestion.id.desc())).first()
        assert last is not None
        forget(session, TEAM, last, now=NOW)

    with settled.reading() as session:
        found = lessons(session, TEAM, by_meaning=False)
        assert count_outcomes(session, TEAM) == 2

    assert [one.text for one in found.solved] == ["first", "second"]
    assert all(one.solved_by == {vpn} for one in found.solved)
    assert (found.outcomes, len(found), found.unsolved) == (2, 2, ())


def test_what_one_ticket_taught_does_not_answer_its_own_question(settled: Database) -> None:
    vpn, other = article(settled, "VPN drops"), article(settled, "Other")
    solved(settled, "it drops", other, ticket=7, helped=False)
    solved(settled, "it drops", vpn, ticket=7)
    solved(settled, "it drops too", vpn, ticket=8)

    with settled.reading() as session:
        (first, second) = lessons(session, TEAM, by_meaning=False).solved

    assert (len(first.own), len(second.own)) == (2, 1)
    assert not first.own & second.own


def test_questions_that_people_had_to_solve_are_learned_from_and_silence_is_not(settled: Database) -> None:
    vpn = article(settled, "VPN drops")
    solved(settled, "vpn drops", vpn, at=NOW - timedelta(days=1))
    resolved(settled, "nothing was found for ada@example.com", number=1)
    did_not_help = resolved(settled, "it did not help", number=2)
    suggested(settled, did_not_help, vpn, Outcome.NOT_HELPFUL)
    solved(settled, "it did not help", vpn, ticket=did_not_help, helped=False)
    suggested(settled, resolved(settled, "nobody said anything", number=3), vpn, None)
    suggested(settled, resolved(settled, "an agent named it", number=4), vpn, Outcome.SOLVED)
    resolved(settled, "the requester solved it", number=5, how=None)
    private = resolved(settled, "my father died", number=6)
    with settled.transaction() as session:
        session.add(
            Prediction(
                ticket_id=private,
                at=NOW,
                model_version="m",
                category=None,
                urgency=Urgency.MEDIUM,
                category_confidence=0.1,
                urgency_confidence=0.1,
                verdict={"needs_person": {"rule": "grief", "sentence": "I am sorry."}},
                milliseconds=1.0,
            )
        )

    with settled.reading() as session:
        found = lessons(session, TEAM, by_meaning=False).unsolved

    assert [one.text for one in found] == ["nothing was found for", "it did not help"]
    assert [len(one.own) for one in found] == [0, 1]
    assert [(one.weight, one.solved_by) for one in found] == [(1.0, frozenset())] * 2


def test_weights_are_due_with_enough_outcomes_and_again_with_a_quarter_more(settled: Database) -> None:
    vpn = article(settled, "VPN drops")

    def due() -> bool:
        with settled.reading() as session:
            return is_due(session, TEAM, by_meaning=False)

    def more(count: int) -> None:
        with settled.transaction() as session:
            for number in range(count):
                text = f"question {number}"
                remember(session, TEAM, text=text, article_id=vpn, helped=True, said_by=SaidBy.AGENT, now=NOW)

    def fitted(adopted: bool) -> None:
        with settled.transaction() as session:
            found = lessons(session, TEAM, by_meaning=False)
            result = Refit(CARELESS, SAME, SAME, len(found.solved), adopted, "so")
            assert keep(session, TEAM, result, found, by_meaning=False, by=None, now=NOW)

    more(49)
    assert not due()
    more(1)
    assert due()
    fitted(adopted=False)
    assert not due(), "a refused fitting counts"
    more(12)
    assert not due()
    more(1)
    assert due()
    fitted(adopted=True)
    assert not due()
    with settled.transaction() as session:
        assert roll_back(session, TEAM, by_meaning=False, by=person(session, "dee"), now=NOW)
    assert not due(), "what was rolled back does not come back by itself"
    with settled.reading() as session:
        kept = fittings(session, TEAM, by_meaning=False)
    assert [(one.outcomes, one.adopted, one.retired_at) for one in kept] == [
        (63, True, NOW),
        (50, False, None),
    ]
    assert serving(settled) is None
    assert audited(settled) == ["weights.adopted", "weights.rolled_back"]


# In the background


def test_a_worker_fits_what_is_due_once(learned: Database) -> None:
    worker = WeightFitter(desk(learned))

    assert worker.fit_where_due() == 1
    assert worker.fit_where_due() == 0

    with learned.reading() as session:
        newest = fittings(session, TEAM, by_meaning=False)[0]
    assert newest.adopted, newest.why
    assert (newest.outcomes, newest.why) == (60, "not worse on the latest outcomes")
    assert newest.after.log_loss < newest.before.log_loss
    now = serving(learned)
    assert now is not None
    assert now.weights.tolist() != pytest.approx(CARELESS.weights.tolist())
    assert audited(learned) == ["weights.adopted"]


@pytest.fixture
def says(bare_engine: sa.Engine, learned: Database) -> Iterator[Callable[[], str]]:
    with searching(bare_engine, "the printer is broken", "chance") as says:
        yield says


def test_another_process_ranks_with_them_and_after_a_roll_back_as_before(
    learned: Database, says: Callable[[], str]
) -> None:
    before = says()
    assert WeightFitter(desk(learned)).fit_where_due() == 1
    assert says() != before
    with learned.transaction() as session:
        assert roll_back(session, TEAM, by_meaning=False, by=None, now=NOW)
    assert says() == before


def test_of_two_that_fit_at_once_the_first_is_kept(learned: Database) -> None:
    with learned.reading() as session:
        mine, theirs = (lessons(session, TEAM, by_meaning=False) for _ in range(2))
    result = Refit(CARELESS, SAME, SAME, 60, True, "so")

    with learned.transaction() as session:
        assert keep(session, TEAM, result, mine, by_meaning=False, by=None, now=NOW)
    with learned.transaction() as session:
        assert not keep(session, TEAM, result, theirs, by_meaning=False, by=None, now=NOW)

    assert audited(learned) == ["weights.adopted"]


def test_a_fitting_and_a_roll_back_in_the_same_moment_do_not_both_win(learned: Database) -> None:
    with learned.reading() as session:
        begun = lessons(session, TEAM, by_meaning=False)
    together = Barrier(2)

    def kept() -> bool:
        together.wait(10)
        with learned.transaction() as session:
            result = Refit(CARELESS, SAME, SAME, 60, True, "so")
            return keep(session, TEAM, result, begun, by_meaning=False, by=None, now=NOW)

    def rolled_back() -> bool:
        together.wait(10)
        with learned.transaction() as session:
            return roll_back(
                session, TEAM, by_meaning=False, by=None, now=NOW, fitting_id=begun.standing.serving
            )

    with ThreadPoolExecutor(2) as both:
        answers = [both.submit(kept), both.submit(rolled_back)]
        assert sorted(answer.result(20) for answer in answers) == [False, True]


def test_what_was_fitted_while_somebody_rolled_back_is_not_kept(learned: Database) -> None:
    with learned.reading() as session:
        begun = lessons(session, TEAM, by_meaning=False)
    with learned.transaction() as session:
        assert roll_back(session, TEAM, by_meaning=False, by=None, now=NOW)
    with learned.transaction() as session:
        result = Refit(CARELESS, SAME, SAME, 60, True, "so")
        assert not keep(session, TEAM, result, begun, by_meaning=False, by=None, now=NOW)
    assert serving(learned) is None


def test_of_two_who_roll_back_what_they_see_one_wins(learned: Database) -> None:
    with learned.transaction() as session:
        adopt(session, TEAM, CARELESS, by_meaning=False, outcomes=50, before=SAME, after=SAME, now=NOW)
    with learned.reading() as session:
        seen = Standing.read(session, TEAM, by_meaning=False).serving
    answers = []
    for _ in range(2):
        with learned.transaction() as session:
            answers.append(roll_back(session, TEAM, by_meaning=False, by=None, now=NOW, fitting_id=seen))
    assert answers == [True, False]
    assert serving(learned) is not None, "the weights before are still there"


def test_a_worker_that_is_told_to_stop_leaves_off_and_changes_nothing(
    learned: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.worker.weights.FIRST_LOOK", 0.01)
    worker = WeightFitter(desk(learned))
    steps: list[int] = []
    rest = Resting.__call__

    def rest_and_stop(self: Resting, done: int) -> None:
        steps.append(done)
        if done == 3:
            worker._stop_asked.set()
        rest(self, done)

    monkeypatch.setattr(Resting, "__call__", rest_and_stop)
    worker.start()
    worker.join(20)

    assert not worker.is_alive()
    assert steps == [1, 2, 3]
    with learned.reading() as session:
        assert len(fittings(session, TEAM, by_meaning=False)) == 1


def test_a_worker_goes_on_after_trouble(learned: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.worker.weights.FIRST_LOOK", 0.01)
    monkeypatch.setattr("bot.worker.weights.LOOK_EVERY", 0.01)
    worker, troubles = WeightFitter(desk(learned)), [OSError("the database is away")]

    def fit_where_due() -> int:
        if troubles:
            raise troubles.pop()
        worker._stop_asked.set()
        return WeightFitter.fit_where_due(worker)

    monkeypatch.setattr(worker, "fit_where_due", fit_where_due)
    worker.start()
    worker.join(20)
    assert not worker.is_alive()
    assert not troubles
