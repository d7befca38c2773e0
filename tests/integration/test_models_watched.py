"""What looks after the models: shadow, the guard, the automatic mode, the month and its reminder."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from factories import NOW, POLICY, TEAM, person
from labelled_desk import PASSED, add_model, ask, messages, promote, settle_with_vpn, teach
from sqlalchemy import func, select, update

from bot.database import Database
from bot.slack.desk import Desk
from bot.slack.views.news import desk_news
from bot.worker.learning import Learner
from kb.current import CurrentIndex
from triage.audit import AuditEntry
from triage.classifier import registry
from triage.classifier.models import ModelVersion
from triage.classifier.modes import mode_of, modes, set_mode
from triage.learning import automatic, guard, monthly, reminder, runs, shadow
from triage.learning.shadow import ShadowPrediction, Side
from triage.outbox import Occasion, Say
from triage.policy import LearningPolicy, Policy
from triage.tickets.models import Label
from triage.vocabulary import LabelField, LabelSource, Mode, RunState

CATEGORY = LabelField.CATEGORY
DAY = timedelta(days=1)
AUTOMATIC = replace(POLICY, learning=LearningPolicy(promote_automatically=True))


@pytest.fixture
def settled(database: Database) -> Database:
    return settle_with_vpn(database)


def desk(database: Database, policy: Policy = POLICY, at: datetime = NOW) -> Desk:
    return Desk(database, lambda: at, policy, None, indexes=CurrentIndex(reading=database.reading))  # type: ignore[arg-type]  # no Slack is needed


def said(database: Database) -> list[str]:
    """What the desk's channel is told."""
    with database.reading() as session:
        rows = session.scalars(select(Say).where(Say.occasion == Occasion.DESK_NEWS).order_by(Say.id))
        return [desk_news(row.params) for row in rows]


def mode(database: Database, category: str) -> Mode:
    with database.reading() as session:
        return mode_of(session, TEAM, CATEGORY, category)


def decisions(
    database: Database,
    right: int,
    wrong: int,
    *,
    first: int = 0,
    at: datetime = NOW,
    labelled_at: datetime = NOW,
    version: str = "one",
) -> None:
    """Tickets that the model called VPN, and what Ben made of them."""
    with database.transaction() as session:
        for number in range(right + wrong):
            ask(
                session,
                f"vpn {number}",
                number=first + number,
                at=at,
                said="vpn" if number < right else "printing",
                predicted="vpn",
                version=version,
                labelled_at=labelled_at,
            )


# In shadow


def live(database: Database, count: int, *, predicted: str | None = None) -> None:
    """Tickets after the challenger was trained; what served had `predicted`, people said the truth."""
    with database.transaction() as session:
        for number, (question, key) in enumerate(messages(count)):
            at = NOW + timedelta(minutes=number)
            ask(
                session,
                question,
                number=500 + number,
                at=at,
                said=key,
                predicted=predicted or key,
                version="starter-1",
            )


def test_a_challenger_judges_what_came_after_it_in_small_steps(settled: Database) -> None:
    teach(settled, 6)
    add_model(settled, "one")
    live(settled, 10)
    learner = Learner(desk(settled))
    assert [learner.judge_some(), learner.judge_some(), learner.judge_some()] == [8, 2, 0]
    with settled.reading() as session:
        seen = session.scalars(select(ShadowPrediction).order_by(ShadowPrediction.id)).all()
        figures = shadow.figures(session, registry.find(session, TEAM, "one"))
    assert len(seen) == 10
    assert {row.category for row in seen} == {"vpn", "printing"}
    assert (figures.tickets, figures.labelled, figures.same) == (10, 10, 10)
    assert figures.champion == Side(10, 10, 10)
    assert figures.challenger.guessed_right == 10


def test_where_people_differ_the_truth_in_shadow_is_what_most_of_them_say(settled: Database) -> None:
    add_model(settled, "one")
    live(settled, 1)
    Learner(desk(settled)).judge_some()
    with settled.transaction() as session:
        ticket_id = session.scalars(select(ShadowPrediction.ticket_id)).one()
        challenger = registry.find(session, TEAM, "one")
        (said_first,) = shadow.confirmed(session, challenger).values()
        for name, value in (("cleo", said_first), ("dee", "pay")):
            session.add(
                Label(
                    ticket_id=ticket_id,
                    field=CATEGORY,
                    value=value,
                    source=LabelSource.REVIEWED,
                    by_id=person(session, name).id,
                    at=NOW + DAY,
                )
            )
        session.flush()
        assert shadow.confirmed(session, challenger) == {ticket_id: said_first}


def test_two_workers_keep_each_ticket_once(settled: Database) -> None:
    add_model(settled, "one")
    live(settled, 8)
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: Learner(desk(settled)).judge_some(), range(2)))
    with settled.reading() as session:
        assert session.scalar(select(func.count()).select_from(ShadowPrediction)) == 8


def test_what_was_trained_before_the_champion_is_not_in_shadow(settled: Database) -> None:
    add_model(settled, "one", "two")
    promote(settled, "two")
    with settled.reading() as session:
        assert shadow.newest_challenger(session, TEAM) is None
    add_model(settled, "three")
    with settled.reading() as session:
        challenger = shadow.newest_challenger(session, TEAM)
    assert challenger is not None
    assert challenger.name == "three"


def test_a_challenger_with_a_damaged_file_is_left_alone(settled: Database) -> None:
    add_model(settled, "one")
    live(settled, 2)
    with settled.transaction() as session:
        session.execute(update(ModelVersion).values(weights=b"cut"))
    learner = Learner(desk(settled))
    assert [learner.judge_some(), learner.judge_some()] == [0, 0]


# The guard


def watched(database: Database, *, version: str = "one", policy: Policy = POLICY) -> list[str]:
    with database.transaction() as session:
        return guard.watch(session, TEAM, version=version, policy=policy, now=NOW + DAY)


@pytest.fixture
def serving(settled: Database) -> Database:
    add_model(settled, "one", "two", at=NOW - DAY)
    promote(settled, "one", at=NOW - DAY)
    return settled


def test_a_category_that_is_surely_below_its_floor_is_only_recommended(serving: Database) -> None:
    decisions(serving, right=10, wrong=20)
    assert watched(serving) == ["vpn"]
    assert (mode(serving, "vpn"), mode(serving, "printing")) == (Mode.RECOMMEND, Mode.DECIDE)
    (news,) = said(serving)
    assert "right about *VPN* in 10 of 30 tickets" in news
    with serving.reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.what == "mode.guarded"))
    assert entry.details["category"] == "vpn"
    assert watched(serving) == [], "said once"
    assert len(said(serving)) == 1


@pytest.mark.parametrize(
    ("right", "wrong"), [(22, 8), (0, 19), (30, 0)], ids=["perhaps as good", "too few to tell", "good"]
)
def test_who_is_not_surely_below_the_floor_goes_on(serving: Database, right: int, wrong: int) -> None:
    decisions(serving, right, wrong)
    assert watched(serving) == []
    assert mode(serving, "vpn") is Mode.DECIDE


def test_labels_from_before_it_served_and_of_other_versions_do_not_count(serving: Database) -> None:
    decisions(serving, 0, 30, at=NOW - 3 * DAY, labelled_at=NOW - 2 * DAY)
    assert watched(serving) == []
    assert watched(serving, version="starter-1") == []


def test_two_workers_say_it_once(serving: Database) -> None:
    decisions(serving, right=10, wrong=20)
    with ThreadPoolExecutor(2) as both:
        dropped = list(both.map(lambda _: watched(serving), range(2)))
    assert sorted(dropped) == [[], ["vpn"]]
    assert len(said(serving)) == 1


def test_an_admin_lets_it_decide_again_and_only_newer_labels_count(serving: Database) -> None:
    decisions(serving, right=10, wrong=20)
    watched(serving)
    later = NOW + 2 * DAY
    with serving.transaction() as session:
        by = person(session, "dee")
        assert set_mode(session, TEAM, CATEGORY, Mode.DECIDE, by=by, now=later, category="vpn")
        assert not set_mode(session, TEAM, CATEGORY, Mode.DECIDE, by=by, now=later, category="vpn")
    assert watched(serving) == []
    decisions(serving, 0, 25, first=100, labelled_at=later + DAY)
    assert watched(serving) == ["vpn"]


def test_letting_decide_what_decides_already_writes_nothing(serving: Database) -> None:
    decisions(serving, right=10, wrong=20)
    with serving.transaction() as session:
        by = person(session, "dee")
        assert not set_mode(session, TEAM, CATEGORY, Mode.DECIDE, by=by, now=NOW + DAY, category="vpn")
        assert modes(session, TEAM) == []
    assert watched(serving) == ["vpn"], "what people said before still counts"


def test_another_version_begins_with_a_clean_slate(serving: Database) -> None:
    decisions(serving, right=10, wrong=20)
    watched(serving)
    promote(serving, "two", "one", at=NOW + DAY)
    assert mode(serving, "vpn") is Mode.DECIDE


def test_after_a_roll_back_to_the_starter_only_newer_labels_count(serving: Database) -> None:
    decisions(serving, right=10, wrong=20, version="starter-1")
    with serving.transaction() as session:
        registry.roll_back(session, TEAM, instead_of="one", now=NOW + DAY, to_starter=True)
    assert watched(serving, version="starter-1") == []
    decisions(serving, 0, 25, first=100, labelled_at=NOW + 2 * DAY, version="starter-1")
    assert watched(serving, version="starter-1") == ["vpn"]


def test_what_an_admin_had_set_outlives_a_promotion(serving: Database) -> None:
    with serving.transaction() as session:
        set_mode(session, TEAM, CATEGORY, Mode.OFF, by=person(session, "dee"), now=NOW, category="vpn")
    promote(serving, "two", "one")
    assert mode(serving, "vpn") is Mode.OFF


@pytest.mark.parametrize("judged", [1, 5, 20, 400])
def test_the_bounds_hold_the_share_and_narrow_with_more_cases(judged: int) -> None:
    low, high = guard.bounds(judged, judged)
    assert 0 <= low < high <= 1
    low, high = guard.bounds(0, judged)
    assert (low, high) == (0.0, pytest.approx(high))
    assert (
        guard.bounds(judged // 2, judged)[1] - guard.bounds(judged // 2, judged)[0] > (1 / judged) ** 0.5 / 4
    )


# Without an admin


def automatically(database: Database, policy: Policy = AUTOMATIC) -> str | None:
    with database.transaction() as session:
        return automatic.promote_if_due(session, TEAM, policy=policy, now=NOW + DAY)


def in_shadow(database: Database, *, champion: str | None = None, metrics: dict[str, Any] = PASSED) -> None:
    add_model(database, "one", metrics=metrics)
    live(database, shadow.ENOUGH, predicted=champion)
    learner = Learner(desk(database))
    while learner.judge_some():
        pass


def test_the_automatic_mode_promotes_what_two_witnesses_speak_for(settled: Database) -> None:
    in_shadow(settled)
    assert automatically(settled, POLICY) is None, "off unless wanted"
    assert automatically(settled) == "one"
    (news,) = said(settled)
    assert "*one* in place of starter" in news
    assert automatically(settled) is None


@pytest.mark.parametrize(
    "metrics",
    [
        {"gate": {"passed": True, "enough": False, "checks": []}},
        {"gate": {"passed": False, "enough": True, "checks": []}},
        PASSED | {"trouble": {"sentence": "30 of 100 labels differ."}},
        {},
    ],
)
def test_the_automatic_mode_wants_the_whole_gate(settled: Database, metrics: dict[str, Any]) -> None:
    in_shadow(settled, metrics=metrics)
    assert automatically(settled) is None


def test_the_automatic_mode_waits_for_live_tickets(settled: Database) -> None:
    add_model(settled, "one")
    live(settled, 8)
    Learner(desk(settled)).judge_some()
    assert automatically(settled) is None
    with settled.reading() as session:
        version = registry.find(session, TEAM, "one")
        assert "8 of 50 live tickets" in automatic.hindrances(session, version)[0]


def test_behind_on_live_tickets_it_is_not_promoted(settled: Database) -> None:
    in_shadow(settled)
    with settled.transaction() as session:
        session.execute(update(ShadowPrediction).values(category="printing"))
    assert automatically(settled) is None


# The month and its reminder


def test_the_month_asks_for_one_training(settled: Database) -> None:
    teach(settled, 30)

    def due(at: datetime) -> str | None:
        with settled.transaction() as session:
            run = monthly.request_if_due(session, TEAM, policy=POLICY, now=at)
            return run.month if run else None

    assert due(NOW) == "2027-03"
    assert due(NOW) is None, "it goes on"
    with settled.transaction() as session:
        runs.end(session, runs.runs(session, TEAM)[0].id, RunState.REFUSED, now=NOW)
    assert due(NOW) is None, "once a month"
    assert due(NOW + 31 * DAY) is None, "nothing new was labelled"
    assert settled.jobs.enqueued == [f"train:{run_of(settled)}"]  # type: ignore[attr-defined]


def run_of(database: Database) -> int:
    with database.reading() as session:
        (run,) = runs.runs(session, TEAM)
        return run.id


def test_two_workers_ask_for_one_monthly_training(settled: Database) -> None:
    teach(settled, 30)
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: Learner(desk(settled)).look_after(), range(2)))
    assert run_of(settled)


def test_a_desk_that_does_not_want_it_is_left_alone(settled: Database) -> None:
    teach(settled, 30)
    never = replace(POLICY, learning=LearningPolicy(monthly=False))
    with settled.transaction() as session:
        assert monthly.request_if_due(session, TEAM, policy=never, now=NOW) is None


def test_the_reminder_tells_how_many_labels_wait_and_what_they_may_bring(settled: Database) -> None:
    teach(settled, 120)
    curve = [{"messages": n, "accuracy": 1 - 2 / n**0.5} for n in (25, 50, 75, 100)]
    add_model(settled, "one", metrics=PASSED | {"report": {"learning_curve": curve}})
    with settled.reading() as session:
        found = reminder.reminder(session, TEAM)
    assert (found.new, found.total) == (120, 120)
    assert found.gain == pytest.approx(2 / 100**0.5 - 2 / 220**0.5, abs=1e-6)
    assert (
        found.sentence == "120 new confirmed labels since the last training; expected gain: about 6.5 points."
    )


def test_reminded_at_most_once_a_month_and_not_while_one_trains(settled: Database) -> None:
    teach(settled, 120)

    def remind(at: datetime) -> bool:
        with settled.transaction() as session:
            return reminder.remind_once_a_month(session, TEAM, policy=POLICY, now=at)

    assert [remind(NOW), remind(NOW + DAY), remind(NOW + 31 * DAY)] == [True, False, True]
    with settled.transaction() as session:
        runs.request_training(session, TEAM, by=None, why="asked", now=NOW)
    assert not remind(NOW + 62 * DAY)
    assert [news.startswith("120 new confirmed labels") for news in said(settled)] == [True, True]


@pytest.mark.parametrize(
    ("curve", "gain"),
    [([], None), ([(10, 0.5), (20, 0.6)], None), ([(10, 0.9), (20, 0.8), (40, 0.7)], 0.0)],
    ids=["no curve", "too few points", "a curve that falls"],
)
def test_what_a_curve_cannot_tell_is_not_promised(curve: list[tuple[int, float]], gain: float | None) -> None:
    assert reminder.expected_gain(curve, now=40, then=80) == gain
