"""The models in the console: what serves and waits, one with pictures, promoting and rolling back by pressing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from console_desk import NOW, TEAM, ConsoleDesk
from labelled_desk import add_model
from typer.testing import CliRunner, Result

from bot.cli import (
    main,  # noqa: F401  (importing it registers every command)
    model_promote,
)
from bot.cli.program import app
from bot.database import Database
from triage.audit import AuditEntry
from triage.classifier import registry
from triage.classifier.modes import mode_of
from triage.learning import runs
from triage.learning.report import Bin, ClassFigures, CurvePoint, Mixed, ModelReport, Slice, Step
from triage.vocabulary import LabelField, Mode


def report(accuracy: float) -> dict[str, Any]:
    half = Slice("C1", 20, accuracy, 0.7, 0.95)
    return ModelReport(
        messages=40,
        strays=2,
        since=NOW - timedelta(days=9),
        until=NOW,
        accuracy=accuracy,
        macro_f1=0.8,
        coverage=0.7,
        precision_decided=0.95,
        strays_left_alone=1.0,
        ece=0.02,
        brier=0.1,
        critical=0,
        critical_recall=None,
        critical_precision=None,
        per_class=(ClassFigures("vpn", 0.9, 0.8, 0.85, 20), ClassFigures("printing", 0.95, 0.9, 0.92, 20)),
        confusion=(Mixed("vpn", "printing", 4), Mixed("vpn", "vpn", 16), Mixed("printing", "printing", 20)),
        reliability=(Bin(0.9, 1.0, 40, 0.95, 0.9),),
        thresholds=(Step(0.0, 1.0, 0.9, 40), Step(0.5, 0.7, 0.95, 30)),
        by_channel=(half,),
        by_length=(),
        by_time=(),
        learning_curve=(CurvePoint(20, 0.8, 0.7), CurvePoint(40, 0.9, 0.8)),
    ).as_json()


def check(sentence: str, *, passed: bool, hard: bool = True) -> dict[str, Any]:
    return {
        "name": "overall",
        "passed": passed,
        "hard": hard,
        "measured": 0.0,
        "limit": 0.0,
        "sentence": sentence,
    }


def metrics(*, passed: bool = True, sentence: str = "It is right as often.") -> dict[str, Any]:
    gate = {
        "passed": passed,
        "checks": [check(sentence, passed=passed)],
        "audited": 40,
        "judged": 40,
        "enough": True,
    }
    return {
        "report": report(0.9),
        "champion_report": report(0.875),
        "gate": gate,
        "trouble": None,
        "doubts": 3,
        "megabytes": 1.25,
        "milliseconds": 2.5,
    }


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine)


def serving(desk: ConsoleDesk) -> str | None:
    with desk.database.reading() as session:
        version = registry.champion(session, TEAM)
        return version.name if version else None


def test_before_the_first_training_the_screen_says_what_will_come(desk: ConsoleDesk) -> None:
    page = desk.browser("dee").get("/models")
    assert "The starter model serves" in page.text
    assert "No model of your own yet" in page.text
    assert "Train now" in page.text
    assert "/console/models/review" in page.html


def test_an_agent_reads_and_cannot_press(desk: ConsoleDesk) -> None:
    add_model(desk.database, "one", metrics=metrics())
    ben = desk.browser("ben")
    assert "90.0%" in ben.get("/models").text
    assert "Train now" not in ben.get("/models").text
    assert "Promote" not in ben.get("/models/one/one").text
    for path in ("/models/train", "/models/one/one/promote", "/models/roll-back", "/models/modes"):
        assert ben.post(path).status == 403
    assert serving(desk) is None


def test_one_model_is_shown_beside_what_serves_with_pictures_and_the_gate(desk: ConsoleDesk) -> None:
    add_model(desk.database, "one", metrics=metrics())
    page = desk.browser("dee").get("/models/one/one")
    for words in (
        "90.0%",
        "87.5%",
        "It is right as often.",
        "Nothing speaks against it",
        "1.2 MB, 2.5 ms for the slowest of 100 decisions",
        "3 labels that it learned from look doubtful",
        "Mixed up most: VPN and remote access, taken for Printing 4 of 20 times",
        "More labels help",
        "Promote, instead of the starter model",
    ):
        assert words in page.text
    assert page.html.count('class="picture"') == 4
    assert "style=" not in page.html
    assert desk.browser("dee").get("/models/one/gone").status == 404


def test_an_admin_promotes_what_was_looked_at_and_rolls_it_back(desk: ConsoleDesk) -> None:
    add_model(desk.database, "one", metrics=metrics())
    dee = desk.browser("dee")
    dee.get("/models/one/one")

    page = dee.post("/models/one/one/promote", follow=True, instead_of="")
    assert "one serves from now on." in page.text
    assert serving(desk) == "one"

    page = dee.post("/models/roll-back", follow=True, instead_of="one")
    assert "The starter model serves again." in page.text
    assert serving(desk) is None
    with desk.database.reading() as session:
        told = list(session.scalars(sa.select(AuditEntry.what)))
    assert told == ["model.promoted", "model.rolled_back"]


def test_of_two_admins_at_once_the_second_is_told_and_changes_nothing(desk: ConsoleDesk) -> None:
    add_model(desk.database, "one", "two", metrics=metrics())
    dee = desk.browser("dee")
    dee.get("/models/one/two")
    dee.post("/models/one/one/promote", instead_of="")

    page = dee.post("/models/one/two/promote", follow=True, instead_of="", back="/console/models/one/two")

    assert "Somebody was quicker: another model serves by now." in page.text
    assert "Promote, instead of one" in page.text
    assert serving(desk) == "one"
    late = dee.post("/models/roll-back", follow=True, instead_of="two", back="/console/models")
    assert "Somebody was quicker" in late.text
    assert serving(desk) == "one"


def test_of_an_admin_here_and_one_at_the_terminal_in_the_same_moment_one_is_told(
    desk: ConsoleDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def here(_settings: object) -> Iterator[tuple[Database, str]]:
        yield desk.database, TEAM

    monkeypatch.setattr(model_promote, "the_workspace", here)
    add_model(desk.database, "one", "two", metrics=metrics())
    dee, both = desk.browser("dee"), Barrier(2)
    dee.get("/models/one/two")

    def in_console() -> str:
        both.wait(10)
        return dee.post("/models/one/two/promote", follow=True, instead_of="", back="/console/models").text

    def at_the_terminal() -> Result:
        both.wait(10)
        return CliRunner().invoke(app, ["model", "promote", "one", "--instead-of", "starter"])

    with ThreadPoolExecutor(2) as pool:
        page, said = pool.submit(in_console), pool.submit(at_the_terminal)
        told = ("Somebody was quicker" in page.result(), said.result().exit_code == 1)

    assert sorted(told) == [False, True], said.result().output
    if told[1]:
        assert "Another model serves by now, so nothing was changed." in said.result().stderr
    assert serving(desk) == ("one" if told[0] else "two")
    with desk.database.reading() as session:
        assert session.scalars(sa.select(AuditEntry.what)).all() == ["model.promoted"]


def test_one_whose_gate_failed_wants_a_reason(desk: ConsoleDesk) -> None:
    add_model(desk.database, "one", metrics=metrics(passed=False, sentence="It is worse by 5 points."))
    dee = desk.browser("dee")
    page = dee.get("/models/one/one")
    assert "Something speaks against it" in page.text
    assert "Why it may serve all the same" in page.text

    refused = dee.post("/models/one/one/promote", follow=True, instead_of="", back="/console/models/one/one")
    assert "One may not serve yet: It is worse by 5 points." in refused.text
    assert serving(desk) is None

    dee.post("/models/one/one/promote", instead_of="", despite="the window was odd")
    assert serving(desk) == "one"


def test_a_training_is_asked_for_once_and_the_page_looks_again_by_itself(desk: ConsoleDesk) -> None:
    dee = desk.browser("dee")
    dee.get("/models")
    page = dee.post("/models/train", follow=True)
    assert "A training is on its way." in page.text
    assert "Waits for its turn." in page.text
    assert 'http-equiv="refresh"' in page.html
    assert "Train now" not in page.text
    dee.post("/models/train")
    with desk.database.transaction() as session:
        (run,) = runs.runs(session, TEAM)
        runs.begin(session, run.id, now=NOW)
        runs.progressed(session, run.id, "Learning", 3, 5, now=NOW)
    assert "Learning: 3 of 5." in dee.get("/models").text


def test_modes_are_set_for_a_field_and_a_category_and_the_more_careful_holds(desk: ConsoleDesk) -> None:
    dee = desk.browser("dee")
    assert "Impact × urgency" in dee.get("/models/modes").text
    page = dee.post("/models/modes", follow=True, field="category", category="vpn", mode="recommend")
    assert "Set. It holds from the next question on." in page.text
    dee.post("/models/modes", field="category", category="", mode="monitor only")
    with desk.database.reading() as session:
        assert mode_of(session, TEAM, LabelField.CATEGORY, "vpn") is Mode.MONITOR
    for wrong in (
        {"field": "colour", "mode": "off"},
        {"field": "category", "mode": "off", "category": "gone"},
    ):
        dee.post("/models/modes", **wrong)
    with desk.database.reading() as session:
        assert mode_of(session, TEAM, LabelField.URGENCY) is Mode.DECIDE


def test_drift_without_tickets_says_that_it_is_too_early(desk: ConsoleDesk) -> None:
    assert "Too early to tell" in desk.browser("dee").get("/models/drift").text


def test_any_two_models_stand_side_by_side(desk: ConsoleDesk) -> None:
    add_model(desk.database, "one", metrics=metrics())
    assert "Compare with" not in desk.browser("ben").get("/models/one/one").text
    add_model(desk.database, "two", metrics=metrics() | {"report": report(0.8)})
    add_model(desk.database, "brought", metrics={})

    page = desk.browser("ben").get("/models/compare?one=one&other=two")
    for words in ("one: 90.0%", "two: 80.0%", "VPN and remote access", "two: 0.85"):
        assert words in page.text, words
    assert "brought has no report" in desk.browser("ben").get("/models/compare?one=one&other=brought").text
    assert "/models/compare" in desk.browser("ben").get("/models/one/one").html
    assert desk.browser("ben").get("/models/compare?one=one&other=nobody").status == 404


def test_where_there_is_one_model_nothing_is_compared(desk: ConsoleDesk) -> None:
    add_model(desk.database, "one", metrics=metrics())
    assert desk.browser("ben").get("/models/compare").status == 303
