"""A part that breaks costs its own service and no question: the search, the model, the index."""

from typing import Any

import pytest
from cast import Actor, Clock, Desk
from sqlalchemy import select, update

from bot.playground import cast as playground
from bot.worker.learning import Learner
from kb import current
from triage import judge
from triage.classifier import registry, starter
from triage.classifier.models import ModelVersion
from triage.classifier.predict import Classifier
from triage.outbox import Occasion, Say
from triage.vocabulary import ModelState

VPN = "My VPN drops every ten minutes on the train"
TEAM = playground.TEAM["id"]


def breaks(*_arguments: Any, **_more: Any) -> Any:
    raise MemoryError


def test_a_question_that_breaks_the_search_is_a_ticket_all_the_same(
    desk: Desk, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "consider", breaks)
    question = ada.says(VPN)
    assert len(question.answers) == 1
    assert question.articles == []


def test_a_question_that_breaks_the_model_is_a_ticket_without_a_category(
    desk: Desk, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Classifier, "decide", breaks)
    question = ada.says(VPN)
    assert len(question.answers) == 1
    assert question.ticket.category is None


def test_an_index_that_cannot_be_built_is_tried_again_and_questions_are_taken_meanwhile(
    desk: Desk, ada: Actor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = current.CurrentIndex()
    monkeypatch.setattr(current, "load_snapshot", breaks)
    with desk.database.reading() as session:
        assert len(fresh.for_team(session, TEAM, clock.now)) == 0
    monkeypatch.undo()
    clock.advance(seconds=31)
    with desk.database.reading() as session:
        assert len(fresh.for_team(session, TEAM, clock.now)) > 0


def test_the_desk_is_told_once_that_its_model_is_damaged_and_the_one_before_serves(
    desk: Desk, ada: Actor, clock: Clock
) -> None:
    serves, real = None, desk.stage.desk
    model = starter.classifier().model
    assert model is not None
    for name in ("one", "two"):
        with desk.database.transaction() as session:
            registry.add(session, TEAM, model, name=name, metrics={}, now=clock.now)
            registry.promote(session, TEAM, name, instead_of=serves, despite="a test", now=clock.now)
        serves = name
    with desk.database.transaction() as session:
        champion = ModelVersion.state == ModelState.CHAMPION
        session.execute(update(ModelVersion).where(champion).values(weights=b"cut off", sha256="0" * 64))
    clock.advance(seconds=2)

    question = ada.says(VPN)
    for _ in range(2):
        Learner(real).tell_trouble()
    desk.work_off()

    assert len(question.answers) == 1
    with desk.database.reading() as session:
        rows = session.scalars(select(Say).where(Say.occasion == Occasion.DESK_NEWS)).all()
        assert [row.params["notice"] for row in rows] == ["damaged"]
        assert "two could not be used" in rows[0].params["sentence"]
