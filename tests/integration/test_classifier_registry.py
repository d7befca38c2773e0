"""Which model serves: promoted by one of two admins, rolled back in one step; and what serves when a file is bad."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from factories import NOW, TEAM, person, settle
from sqlalchemy import delete, select, update

from bot.database import Database
from triage.audit import AuditEntry
from triage.classifier import artifacts, registry
from triage.classifier.current import CurrentClassifier
from triage.classifier.errors import (
    AlreadyServes,
    CategoriesGone,
    ModelFileCleared,
    ModelNotFound,
    NothingToRollBack,
    NotPassed,
    PromotedMeanwhile,
)
from triage.classifier.examples import Category, Example
from triage.classifier.models import ModelVersion
from triage.classifier.pipeline import TrainedModel
from triage.classifier.training import train
from triage.errors import NotAllowed
from triage.tickets import models as tickets
from triage.vocabulary import ModelState

PASSED = {"gate": {"passed": True, "checks": []}}
FAILED_CHECK = {"name": "recall", "passed": False, "hard": True, "sentence": "“VPN” is found less often."}
FAILED = {"gate": {"passed": False, "checks": [FAILED_CHECK]}}


@pytest.fixture(scope="module")
def model() -> TrainedModel:
    categories = (Category("vpn", "VPN", "tunnel"), Category("printing", "Printing", "toner, paper"))
    messages = [Example(f"vpn tunnel drops {i} times", "vpn") for i in range(6)]
    messages += [Example(f"printer jam in tray {i}", "printing") for i in range(6)]
    return train(messages, categories)


@pytest.fixture(scope="module")
def packed(model: TrainedModel) -> tuple[bytes, dict[str, Any]]:
    return artifacts.to_bytes(model)


@pytest.fixture
def settled(database: Database) -> Database:
    settle(database)
    with database.transaction() as session:
        session.add(tickets.Category(team_id=TEAM, key="vpn", name="VPN", description="tunnel"))
    return database


Add = Callable[..., None]


@pytest.fixture
def add(settled: Database, model: TrainedModel, packed: tuple[bytes, dict[str, Any]]) -> Add:
    def add(*names: str, metrics: dict[str, Any] = PASSED) -> None:
        with settled.transaction() as session:
            for name in names:
                registry.add(session, TEAM, model, packed=packed, name=name, metrics=metrics, now=NOW)

    return add


def promote(database: Database, name: str, instead_of: str | None = None, **more: Any) -> None:
    with database.transaction() as session:
        registry.promote(
            session, TEAM, name, instead_of=instead_of, by=person(session, "dee"), now=NOW, **more
        )


def roll_back(database: Database, instead_of: str, **more: Any) -> str | None:
    with database.transaction() as session:
        by = person(session, "dee")
        version = registry.roll_back(session, TEAM, instead_of=instead_of, by=by, now=NOW, **more)
        return version.name if version else None


def champion(database: Database) -> str | None:
    with database.reading() as session:
        version = registry.champion(session, TEAM)
        return version.name if version else None


def audited(database: Database) -> list[tuple[str, dict[str, Any]]]:
    with database.reading() as session:
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.what.startswith("model.")).order_by(AuditEntry.id)
        )
        return [(row.what, row.details) for row in rows]


def change(database: Database, name: str, **values: Any) -> None:
    with database.transaction() as session:
        session.execute(update(ModelVersion).where(ModelVersion.name == name).values(**values))


# Promoting


def test_a_new_model_waits_as_challenger(settled: Database, add: Add) -> None:
    add("one")
    assert champion(settled) is None
    with settled.reading() as session:
        assert [version.state for version in registry.versions(session, TEAM)] == [ModelState.CHALLENGER]


def test_promotion_moves_the_crown_and_is_noted(settled: Database, add: Add) -> None:
    add("one", "two")
    promote(settled, "one")
    promote(settled, "two", "one")
    assert champion(settled) == "two"
    with settled.reading() as session:
        assert registry.find(session, TEAM, "one").state == ModelState.RETIRED
        assert [one.by_id for one in registry.promotions(session, TEAM)] == [person(session, "dee").id] * 2
    assert audited(settled) == [
        ("model.promoted", {"model": "one", "instead_of": None}),
        ("model.promoted", {"model": "two", "instead_of": "one"}),
    ]


@pytest.mark.parametrize("instead_of", [None, "three"])
def test_of_two_admins_the_slower_one_is_told_and_nothing_changes(
    settled: Database, add: Add, instead_of: str | None
) -> None:
    add("one", "two")
    promote(settled, "one")
    with pytest.raises(PromotedMeanwhile):
        promote(settled, "two", instead_of)
    assert champion(settled) == "one"
    assert len(audited(settled)) == 1


@pytest.mark.parametrize("before", [None, "one"])
def test_two_admins_in_the_same_moment(settled: Database, add: Add, before: str | None) -> None:
    add("one", "two", "three")
    if before:
        promote(settled, before)
    together = Barrier(2)

    def press(name: str) -> bool:
        together.wait(10)
        try:
            promote(settled, name, before)
        except PromotedMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        won = dict(zip(("two", "three"), both.map(press, ("two", "three")), strict=True))
    assert sorted(won.values()) == [False, True]
    assert champion(settled) == next(name for name, did in won.items() if did)


def test_promoting_the_champion_again_changes_nothing(settled: Database, add: Add) -> None:
    add("one")
    promote(settled, "one")
    with pytest.raises(PromotedMeanwhile):
        promote(settled, "one")
    with pytest.raises(AlreadyServes):
        promote(settled, "one", "one")
    assert champion(settled) == "one"


def test_an_unknown_model_is_named(settled: Database) -> None:
    with pytest.raises(ModelNotFound, match="nowhere"):
        promote(settled, "nowhere")


def test_only_admins_promote_and_roll_back(settled: Database, add: Add) -> None:
    add("one")
    with settled.transaction() as session, pytest.raises(NotAllowed):
        registry.promote(session, TEAM, "one", instead_of=None, by=person(session, "ben"), now=NOW)
    promote(settled, "one")
    with settled.transaction() as session, pytest.raises(NotAllowed):
        registry.roll_back(session, TEAM, instead_of="one", by=person(session, "ben"), now=NOW)


# The gate


@pytest.mark.parametrize(
    ("metrics", "sentence"),
    [
        (FAILED, "“VPN” is found less often."),
        ({}, "never compared"),
        (PASSED | {"trouble": {"sentence": "30 of 100 labels differ."}}, "30 of 100 labels differ."),
    ],
)
def test_what_did_not_pass_needs_a_reason_that_is_kept(
    settled: Database, add: Add, metrics: dict[str, Any], sentence: str
) -> None:
    add("one", metrics=metrics)
    with pytest.raises(NotPassed, match=sentence):
        promote(settled, "one")
    promote(settled, "one", despite="We renamed VPN last week.")
    assert champion(settled) == "one"
    ((_, details),) = audited(settled)
    assert details["despite"] == "We renamed VPN last week."
    assert sentence in details["objections"][0]


def test_a_check_that_only_warns_stops_nobody(settled: Database, add: Add) -> None:
    warning = FAILED_CHECK | {"hard": False}
    add("one", metrics={"gate": {"passed": True, "checks": [warning]}})
    promote(settled, "one")
    assert champion(settled) == "one"


def test_a_model_of_deleted_categories_is_refused_whatever_the_reason(settled: Database, add: Add) -> None:
    add("one")
    with settled.transaction() as session:
        session.execute(delete(tickets.Category).where(tickets.Category.key == "vpn"))
    with pytest.raises(CategoriesGone, match="vpn"):
        promote(settled, "one", despite="please")


# Rolling back


def test_a_roll_back_goes_to_the_champion_before_and_then_to_the_starter(settled: Database, add: Add) -> None:
    add("one", "two")
    promote(settled, "one")
    promote(settled, "two", "one")
    assert roll_back(settled, "two") == "one"
    assert roll_back(settled, "one") is None
    assert champion(settled) is None
    with pytest.raises(NothingToRollBack):
        roll_back(settled, "one")
    assert [details.get("back_to") for _, details in audited(settled)] == [None, None, "one", "starter"]


def test_two_roll_backs_of_what_both_saw_are_one(settled: Database, add: Add) -> None:
    add("one", "two")
    promote(settled, "one")
    promote(settled, "two", "one")
    assert roll_back(settled, "two") == "one"
    with pytest.raises(PromotedMeanwhile):
        roll_back(settled, "two")
    assert champion(settled) == "one"


def test_what_was_rolled_back_may_serve_again(settled: Database, add: Add) -> None:
    add("one", "two")
    promote(settled, "one")
    promote(settled, "two", "one")
    roll_back(settled, "two")
    promote(settled, "two", "one")
    assert roll_back(settled, "two") == "one"


def test_what_was_let_in_for_a_reason_and_taken_back_needs_another(settled: Database, add: Add) -> None:
    add("one", metrics={"gate": {"passed": False, "checks": []}})
    promote(settled, "one", despite="We renamed VPN last week.")
    roll_back(settled, "one")
    with pytest.raises(NotPassed):
        promote(settled, "one")


def test_straight_back_to_the_starter(settled: Database, add: Add) -> None:
    add("one", "two")
    promote(settled, "one")
    promote(settled, "two", "one")
    assert roll_back(settled, "two", to_starter=True) is None
    promote(settled, "two")
    assert roll_back(settled, "two") is None, "the pile began anew"


def test_a_roll_back_passes_over_what_cannot_serve(settled: Database, add: Add) -> None:
    add("one", "two", "three")
    promote(settled, "one")
    promote(settled, "two", "one")
    promote(settled, "three", "two")
    change(settled, "two", cleared_at=NOW, weights=b"")
    assert roll_back(settled, "three") == "one"


# Old files


def test_old_files_are_cleared_and_figures_stay(settled: Database, add: Add) -> None:
    served = [f"served-{n}" for n in range(6)]
    add(*served[:1])
    promote(settled, served[0])
    for before, name in pairwise(served):
        add(name)
        promote(settled, name, before)
    waiting = [f"waiting-{n}" for n in range(7)]
    add(*waiting)

    with settled.reading() as session:
        kept = [one.name for one in registry.versions(session, TEAM) if one.cleared_at is None]
        assert registry.find(session, TEAM, "waiting-0").metrics == PASSED
    assert kept == waiting[:1:-1] + served[:1:-1]
    with pytest.raises(ModelFileCleared):
        promote(settled, "waiting-0", "served-5")
    back = []
    for _ in range(4):
        back.append(roll_back(settled, champion(settled) or ""))
    assert back == ["served-4", "served-3", "served-2", None]


# What serves


def serving(database: Database, current: CurrentClassifier | None = None, seconds: float = 0) -> Any:
    with database.reading() as session:
        return (current or CurrentClassifier()).for_team(session, TEAM, NOW + timedelta(seconds=seconds))


def test_a_team_without_a_champion_uses_the_starter_model(settled: Database) -> None:
    assert serving(settled).version.startswith("starter-")


def test_a_promotion_is_seen_within_a_second_and_not_asked_for_more_often(
    settled: Database, add: Add
) -> None:
    current = CurrentClassifier()
    add("one")
    before = serving(settled, current)
    promote(settled, "one")
    assert serving(settled, current, 0.9) is before
    after = serving(settled, current, 1)
    assert after.version == "one"
    assert serving(settled, current, 5) is after


def test_a_damaged_champion_leaves_the_version_before_and_says_so(settled: Database, add: Add) -> None:
    add("one", "two", "three")
    promote(settled, "one")
    promote(settled, "two", "one")
    promote(settled, "three", "two")
    for name in ("two", "three"):
        change(settled, name, weights=b"cut")
    verdict = serving(settled).decide("vpn tunnel drops 3 times")
    assert verdict.model_version == "one"
    assert any("three could not be used" in reason and "one serves" in reason for reason in verdict.reasons)


def test_without_one_before_the_starter_serves(settled: Database, add: Add) -> None:
    add("one")
    promote(settled, "one")
    change(settled, "one", weights=b"cut")
    verdict = serving(settled).decide("there is smoke in the hall")
    assert verdict.model_version.startswith("starter-")
    assert verdict.urgency == "critical"
    assert any("one could not be used" in reason for reason in verdict.reasons)


def test_a_stranger_s_model_and_one_of_another_version_are_not_used(settled: Database, add: Add) -> None:
    add("one")
    promote(settled, "one")
    for strange in ({"format": 99}, {}):
        change(settled, "one", description=strange)
        assert serving(settled).version.startswith("starter-")


def test_without_any_model_the_rules_serve(
    settled: Database, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    from triage.classifier import predict, starter

    monkeypatch.setattr(
        starter, "classifier", lambda _encoder: predict.rules_only("The starter model is missing.")
    )
    add("one")
    promote(settled, "one")
    change(settled, "one", weights=b"cut")
    verdict = serving(settled).decide("there is smoke in the hall")
    assert (verdict.category, verdict.urgency) == (None, "critical")
    assert any("one could not be used" in reason and "starter" in reason for reason in verdict.reasons)
