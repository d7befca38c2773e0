"""Trainings: one at a time, begun again after a crash, refused in words, and a challenger at the end."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from factories import NOW, TEAM, person
from labelled_desk import add_model, promote, settle_with_vpn, teach
from sqlalchemy import delete, func, select, update

from bot.database import Database
from bot.worker import training
from bot.worker.training import Trainer
from triage.audit import AuditEntry
from triage.classifier import registry
from triage.classifier.current import CurrentClassifier
from triage.classifier.predict import Classifier
from triage.classifier.rules import judge
from triage.errors import NotAllowed
from triage.learning import runs
from triage.learning.review_table import LabelReview, Why
from triage.learning.runs import SILENT_AFTER, TrainingRun, request_training
from triage.tickets.labels import add_label
from triage.tickets.models import Category, Label
from triage.vocabulary import LabelField, LabelSource, RunState, Urgency


@pytest.fixture
def settled(database: Database) -> Database:
    return settle_with_vpn(database)


def trainer(database: Database) -> Trainer:
    return Trainer(database, CurrentClassifier(), lambda: NOW)


def ask_for(database: Database, who: str | None = "dee", **more: Any) -> int:
    with database.transaction() as session:
        by = person(session, who) if who else None
        return request_training(session, TEAM, by=by, why="asked", now=NOW, **more).id


def run(database: Database, run_id: int) -> TrainingRun:
    with database.reading() as session:
        return session.get_one(TrainingRun, run_id)


def trained(database: Database) -> TrainingRun:
    run_id = ask_for(database)
    trainer(database).train(run_id)
    return run(database, run_id)


# Asking for one


def test_whoever_asks_while_one_goes_on_gets_that_one(settled: Database) -> None:
    first = ask_for(settled)
    assert ask_for(settled) == first
    assert settled.jobs.enqueued == [f"train:{first}"]  # type: ignore[attr-defined]  # the stand-in's


def test_two_who_ask_in_the_same_moment_get_one_run(settled: Database) -> None:
    together = Barrier(2)

    def press(_: int) -> int:
        together.wait(10)
        return ask_for(settled)

    with ThreadPoolExecutor(2) as both:
        assert len(set(both.map(press, range(2)))) == 1
    with settled.reading() as session:
        assert session.scalar(select(func.count()).select_from(TrainingRun)) == 1
        assert session.scalar(select(func.count()).where(AuditEntry.what == "training.asked")) == 1


def test_only_an_admin_asks(settled: Database) -> None:
    with pytest.raises(NotAllowed):
        ask_for(settled, "ben")


def test_a_run_that_fell_silent_makes_room_for_the_next(settled: Database) -> None:
    first = ask_for(settled)
    with settled.transaction() as session:
        runs.begin(session, first, now=NOW - SILENT_AFTER - timedelta(seconds=1))
    second = ask_for(settled)
    assert second != first
    assert run(settled, first).state is RunState.FAILED


# What comes of one


def test_a_training_ends_with_a_challenger_and_all_its_figures(settled: Database) -> None:
    teach(settled)
    seen: list[str] = []
    run_id = ask_for(settled)
    trainer(settled).train(run_id, watch=lambda step, _done, _total: seen.append(step))

    done = run(settled, run_id)
    assert (done.state, done.error, done.labels, done.attempts) == (RunState.DONE, "", 80, 1)
    assert list(dict.fromkeys(seen)) == [
        "Reading the labels",
        "Learning",
        "Learning words",
        "Judging the new one",
        "Judging what serves",
        "Checking the labels",
        "What more labels bring",
    ]
    with settled.reading() as session:
        (version,) = registry.versions(session, TEAM)
        assert (version.name, version.state) == (done.model, "challenger")
        assert version.metrics["dataset"] == done.dataset_hash
        assert version.metrics["report"]["accuracy"] > 0.9
        assert version.metrics["gate"]["checks"]
        assert version.metrics["report"]["learning_curve"]
        assert (
            CurrentClassifier().of_version(session, version.id).decide("vpn tunnel is down").category == "vpn"
        )


def test_the_same_labels_and_seed_give_the_same_challenger(settled: Database) -> None:
    teach(settled)
    first, second = trained(settled), trained(settled)
    with settled.reading() as session:
        one, other = registry.versions(session, TEAM)
        current = CurrentClassifier()
        texts = ["vpn tunnel is down", "paper jam", "where is lunch?"]
        views = [current.of_version(session, version.id).look(texts) for version in (one, other)]
    assert first.dataset_hash == second.dataset_hash
    assert one.metrics["report"] == other.metrics["report"]
    assert (views[0].chances == views[1].chances).all()
    assert first.model != second.model


def test_a_second_call_finds_the_run_ended(settled: Database) -> None:
    teach(settled)
    done = trained(settled)
    trainer(settled).train(done.id)
    with settled.reading() as session:
        assert len(registry.versions(session, TEAM)) == 1
    assert run(settled, done.id).attempts == 1


def train_beside_a_doubtful_label(settled: Database) -> None:
    """It came after the champion, and is most likely wrong."""
    teach(settled)
    add_model(settled, "one", at=NOW - timedelta(days=11))
    promote(settled, "one")
    with settled.transaction() as session:
        late = select(func.max(Label.id)).scalar_subquery()
        session.execute(update(Label).where(Label.id == late).values(value="vpn"))
    trained(settled)


def test_labels_that_came_since_the_champion_are_looked_at_again(settled: Database) -> None:
    train_beside_a_doubtful_label(settled)
    with settled.reading() as session:
        metrics = registry.versions(session, TEAM)[0].metrics
    assert [doubt["said"] for doubt in metrics["doubtful"]] == ["vpn"]


def test_the_review_asks_about_what_looks_doubtful_as_soon_as_the_training_is_done(settled: Database) -> None:
    train_beside_a_doubtful_label(settled)
    with settled.reading() as session:
        (doubtful,) = registry.versions(session, TEAM)[0].metrics["doubtful"]
        first = session.scalars(select(LabelReview).order_by(LabelReview.place).limit(1)).one()
    assert (f"ticket:{first.ticket_id}", first.why) == (doubtful["ref"], Why.DOUBTFUL)


def test_a_review_that_cannot_be_filled_takes_no_challenger_away(
    settled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise OSError("the disk is full")

    monkeypatch.setattr(training, "fill_review", broken)
    teach(settled)
    assert trained(settled).state is RunState.DONE


@pytest.mark.parametrize("audited", [0, 30])
def test_a_batch_is_measured_by_where_two_people_agree(
    settled: Database, audited: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def note(*_: object, **how: Any) -> None:
        asked.append(how)

    monkeypatch.setattr("triage.learning.retrain.batch_trouble", note)
    teach(settled, by=("ben", "cleo"))
    with settled.transaction() as session:
        agreed = select(Label.ticket_id).distinct().order_by(Label.ticket_id).limit(audited)
        cleo = person(session, "cleo").id
        session.execute(delete(Label).where(Label.by_id == cleo, Label.ticket_id.not_in(agreed)))
    trained(settled)
    (how,) = asked
    assert (how["earlier"] is not None) == bool(audited)
    assert how["names"]["vpn"] == "VPN"


# The desk's own alarms


def teach_urgency(database: Database, urgency_of: Mapping[str, Urgency]) -> None:
    """What agents left in the resolve form, beside each category."""
    with database.transaction() as session:
        ben = person(session, "ben")
        rows = session.execute(select(Label.ticket_id, Label.value)).all()
        for ticket_id, category in rows:
            if urgency := urgency_of.get(category):
                add_label(
                    session,
                    ticket_id=ticket_id,
                    field=LabelField.URGENCY,
                    value=urgency,
                    predicted=None,
                    by=ben,
                    source=LabelSource.RESOLVED,
                    now=NOW - timedelta(days=10),
                )


def challenger(database: Database) -> Classifier:
    assert trained(database).state is RunState.DONE
    with database.reading() as session:
        (version,) = registry.versions(session, TEAM)
        return CurrentClassifier().of_version(session, version.id)


def test_a_desk_whose_labels_teach_it_gets_an_alarm_that_raises_and_never_lowers(settled: Database) -> None:
    teach(settled)
    teach_urgency(settled, {"vpn": Urgency.HIGH, "printing": Urgency.LOW})
    learned = challenger(settled)

    assert [raiser.level for raiser in learned.model.raisers] == [Urgency.HIGH]
    heard = learned.decide("vpn tunnel drops and I cannot reach Lyon")
    assert judge("vpn tunnel drops and I cannot reach Lyon").urgency is Urgency.MEDIUM
    assert heard.urgency is Urgency.HIGH
    assert "It reads like messages whose urgency was high" in " ".join(heard.reasons)
    for text in (
        "toner is empty in Graz",  # always called low, which is no reason to lower
        "there is smoke in the printer room in Graz",
        "nobody in the warehouse can print, 60 people wait",
        "no rush, paper is stuck in Oslo",
    ):
        assert learned.decide(text).urgency.rank >= judge(text).urgency.rank


def test_where_all_that_is_labelled_is_urgent_there_is_nothing_to_tell_apart(settled: Database) -> None:
    teach(settled)
    teach_urgency(settled, {"vpn": Urgency.HIGH})
    assert challenger(settled).model.raisers == ()


# What cannot be learned from


@pytest.mark.parametrize(
    ("count", "sentence"), [(0, "no later labels"), (2, "no later labels"), (8, "at least")]
)
def test_too_few_labels_end_a_run_in_a_sentence(
    settled: Database, count: int, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.learning.retrain.OWN_ENOUGH", 0)
    teach(settled, count)
    ended = trained(settled)
    assert ended.state is RunState.REFUSED
    assert sentence in ended.error
    with settled.reading() as session:
        assert registry.versions(session, TEAM) == []


def test_one_category_only_is_refused(settled: Database) -> None:
    teach(settled)
    with settled.transaction() as session:
        session.execute(update(Label).values(value="vpn"))
    ended = trained(settled)
    assert ended.state is RunState.REFUSED
    assert "at least two categories" in ended.error


def test_labels_of_a_deleted_category_are_left_out(settled: Database) -> None:
    teach(settled)
    with settled.transaction() as session:
        session.add(Category(team_id=TEAM, key="wifi", name="Wi-Fi", description="wireless"))
        first = select(func.min(Label.id)).scalar_subquery()
        session.execute(update(Label).where(Label.id == first).values(value="parking"))
    ended = trained(settled)
    assert (ended.state, ended.labels) == (RunState.DONE, 79)


# Trouble on the way


def test_killed_half_way_it_begins_again_and_comes_to_the_same(
    settled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    teach(settled)
    run_id = ask_for(settled)

    class Killed(BaseException):
        """As if the process had gone."""

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(training, "keep", killed)
        with pytest.raises(Killed):
            trainer(settled).train(run_id)
    assert run(settled, run_id).state is RunState.RUNNING
    with settled.reading() as session:
        assert registry.versions(session, TEAM) == []

    trainer(settled).train(run_id)
    ended = run(settled, run_id)
    assert (ended.state, ended.attempts) == (RunState.DONE, 2)
    with settled.reading() as session:
        assert len(registry.versions(session, TEAM)) == 1


def test_a_run_that_takes_the_process_down_each_time_is_given_up(settled: Database) -> None:
    run_id = ask_for(settled)
    with settled.transaction() as session:
        for _ in range(runs.MOST_ATTEMPTS):
            assert runs.begin(session, run_id, now=NOW)
    trainer(settled).train(run_id)
    assert run(settled, run_id).state is RunState.FAILED


def test_a_fault_of_ours_ends_the_run_so_that_the_next_can_begin(
    settled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(training, "retrain", broken)
    ended = trained(settled)
    assert (ended.state, ended.error) == (RunState.FAILED, "A fault of the program: ZeroDivisionError.")
    assert ask_for(settled) != ended.id


def test_stopped_by_hand_it_does_not_keep_the_next_one_waiting(
    settled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "in_background", interrupted)
    run_id = ask_for(settled, as_work=False)
    with pytest.raises(KeyboardInterrupt):
        trainer(settled).train(run_id)
    assert (run(settled, run_id).state, run(settled, run_id).error) == (RunState.FAILED, "Stopped by hand.")
    assert settled.jobs.enqueued == []  # type: ignore[attr-defined]  # the stand-in's


def test_a_run_that_was_ended_meanwhile_is_left_off(
    settled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    teach(settled)
    monkeypatch.setattr(training, "TELL_EVERY", 0.0)
    run_id = ask_for(settled)

    def end(step: str, _done: int, _total: int) -> None:
        if step == "Judging what serves":
            with settled.transaction() as session:
                runs.end(session, run_id, RunState.FAILED, error="somebody ended it", now=NOW)

    trainer(settled).train(run_id, watch=end)
    assert run(settled, run_id).error == "somebody ended it"
    with settled.reading() as session:
        assert registry.versions(session, TEAM) == []


def test_a_database_that_is_away_is_waited_for(settled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise sa.exc.OperationalError("select", {}, Exception("away"))

    monkeypatch.setattr(training, "gather", away)
    run_id = ask_for(settled)
    with pytest.raises(sa.exc.OperationalError):
        trainer(settled).train(run_id)
    assert run(settled, run_id).goes_on


def test_two_that_train_the_same_run_keep_one_challenger(settled: Database) -> None:
    teach(settled)
    run_id = ask_for(settled)
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: trainer(settled).train(run_id), range(2)))
    with settled.reading() as session:
        assert len(registry.versions(session, TEAM)) == 1
    assert run(settled, run_id).state is RunState.DONE
