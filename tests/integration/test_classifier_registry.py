"""Which model serves a team: starter, champion, or only rules when a file cannot be used."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, update
from sqlalchemy.orm import Session

from kb.base import Base
from triage.classifier import registry
from triage.classifier.current import CurrentClassifier
from triage.classifier.errors import ModelNotFound, PromotedMeanwhile
from triage.classifier.examples import Category, Example
from triage.classifier.models import ModelVersion
from triage.classifier.training import train
from triage.people.models import Team
from triage.vocabulary import ModelState

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
TEAM = "T1"


@pytest.fixture(scope="module")
def model():
    categories = (Category("vpn", "VPN", "tunnel"), Category("printing", "Printing", "toner, paper"))
    messages = [Example(f"vpn tunnel drops {i} times", "vpn") for i in range(6)]
    messages += [Example(f"printer jam in tray {i}", "printing") for i in range(6)]
    return train(messages, categories)


@pytest.fixture
def session():
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine, tables=[Team.__table__, ModelVersion.__table__])
    with Session(engine) as session:
        session.add(Team(id=TEAM, created_at=NOON))
        session.flush()
        yield session
    engine.dispose()


@pytest.fixture
def added(session, model):
    def add(name: str) -> ModelVersion:
        return registry.add(session, TEAM, model, name=name, metrics={"accuracy": 0.9}, now=NOON)

    return add


def test_a_new_model_waits_as_challenger(session, added):
    added("2025-03")
    assert registry.find(session, TEAM, "2025-03").state == ModelState.CHALLENGER
    assert registry.champion(session, TEAM) is None


def test_promotion_moves_the_crown(session, added):
    added("one")
    added("two")
    registry.promote(session, TEAM, "one", instead_of=None, now=NOON)
    registry.promote(session, TEAM, "two", instead_of="one", now=NOON)
    assert registry.champion(session, TEAM).name == "two"
    assert registry.find(session, TEAM, "one").state == ModelState.RETIRED


def test_rolling_back_is_promoting_an_older_model(session, added):
    added("one")
    added("two")
    registry.promote(session, TEAM, "one", instead_of=None, now=NOON)
    registry.promote(session, TEAM, "two", instead_of="one", now=NOON)
    registry.promote(session, TEAM, "one", instead_of="two", now=NOON)
    assert registry.champion(session, TEAM).name == "one"


@pytest.mark.parametrize("instead_of", [None, "three"])
def test_of_two_admins_the_slower_one_is_told_and_nothing_changes(session, added, instead_of):
    added("one")
    added("two")
    registry.promote(session, TEAM, "one", instead_of=None, now=NOON)
    with pytest.raises(PromotedMeanwhile):
        registry.promote(session, TEAM, "two", instead_of=instead_of, now=NOON)
    assert registry.champion(session, TEAM).name == "one"


def test_promoting_the_champion_again_changes_nothing(session, added):
    added("one")
    registry.promote(session, TEAM, "one", instead_of=None, now=NOON)
    with pytest.raises(PromotedMeanwhile):
        registry.promote(session, TEAM, "one", instead_of=None, now=NOON)
    assert registry.champion(session, TEAM).name == "one"


def test_an_unknown_model_is_named(session):
    with pytest.raises(ModelNotFound, match="nowhere"):
        registry.promote(session, TEAM, "nowhere", instead_of=None, now=NOON)


def test_a_team_without_a_champion_uses_the_starter_model(session):
    classifier = CurrentClassifier().for_team(session, TEAM, NOON)
    assert classifier.version.startswith("starter-")


def test_a_promotion_is_seen_within_a_second_and_not_asked_for_more_often(session, added):
    current = CurrentClassifier()
    added("one")
    before = current.for_team(session, TEAM, NOON)
    registry.promote(session, TEAM, "one", instead_of=None, now=NOON)
    assert current.for_team(session, TEAM, NOON + timedelta(milliseconds=900)) is before
    after = current.for_team(session, TEAM, NOON + timedelta(seconds=1))
    assert after.version == "one"
    assert current.for_team(session, TEAM, NOON + timedelta(seconds=5)) is after


def test_a_broken_champion_leaves_rules_and_says_so(session, added):
    added("one")
    registry.promote(session, TEAM, "one", instead_of=None, now=NOON)
    session.execute(update(ModelVersion).values(weights=b"cut"))
    session.expire_all()
    verdict = CurrentClassifier().for_team(session, TEAM, NOON).decide("there is smoke in the hall")
    assert verdict.category is None
    assert verdict.urgency == "critical"
    assert any("one could not be used" in reason for reason in verdict.reasons)
