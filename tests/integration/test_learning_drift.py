"""Drift as a desk sees it: whole weeks, its own zone, what the model said and what people said."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from factories import TEAM
from labelled_desk import ask, settle_with_vpn, tiny_model

from bot.database import Database
from triage.classifier.predict import Classifier, rules_only
from triage.learning.control import Chart
from triage.learning.drift import drift

# A Wednesday.
NOW = datetime(2027, 3, 3, 12, tzinfo=UTC)
WEEK = timedelta(weeks=1)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def settled(database: Database) -> Database:
    return settle_with_vpn(database)


def week(
    database: Database,
    back: int,
    *,
    question: str = "vpn tunnel drops",
    said: str = "vpn",
    predicted: str | None = "vpn",
    sure: float = 0.9,
) -> None:
    """Twelve tickets on the Wednesday so many weeks ago."""
    with database.transaction() as session:
        for number in range(12):
            at = NOW - back * WEEK + timedelta(minutes=number)
            ask(
                session,
                question,
                number=back * 100 + number,
                at=at,
                said=said,
                predicted=predicted if number else None,
                sure=sure,
            )


def charts(database: Database, classifier: Classifier | None = None) -> dict[str, Chart]:
    with database.reading() as session:
        model = classifier or Classifier(tiny_model(), "one")
        return {
            one.name: one for one in drift(session, TEAM, classifier=model, now=NOW, zone=BERLIN, weeks=8)
        }


def moved(found: dict[str, Chart]) -> Sequence[str]:
    return sorted(name for name, chart in found.items() if chart.moved_lately)


def test_a_quiet_desk_shows_every_figure_and_flags_nothing(settled: Database) -> None:
    for back in range(1, 9):
        week(settled, back)
    week(settled, 0, said="printing")
    found = charts(settled)
    assert set(found) == {"confidence", "abstention", "corrections", "vocabulary", "mix:printing", "mix:vpn"}
    assert moved(found) == []
    assert [point.count for point in found["abstention"].points] == [12] * 8
    assert found["abstention"].points[-1].value == pytest.approx(1 / 12)
    assert found["mix:vpn"].points[-1].value == 1.0
    assert found["confidence"].points[-1].name == "2027-02-22", "the running week is left out"


def test_a_new_world_is_seen_in_every_figure(settled: Database) -> None:
    for back in range(2, 9):
        week(settled, back, sure=0.9 + back / 1000)
    week(settled, 1, question="zebra quagga okapi giraffe", said="printing", sure=0.2)
    found = charts(settled)
    assert moved(found) == ["confidence", "corrections", "mix:printing", "mix:vpn", "vocabulary"]
    assert found["mix:printing"].points[-1].value == 1.0


def test_more_is_left_open(settled: Database) -> None:
    for back in range(2, 9):
        week(settled, back)
    week(settled, 1, predicted=None)
    assert "abstention" in moved(charts(settled))


def test_an_empty_desk_and_a_desk_of_rules_show_empty_charts(settled: Database) -> None:
    assert all(chart.centre is None for chart in charts(settled, rules_only("no model")).values())
    week(settled, 1)
    assert charts(settled, rules_only("no model"))["vocabulary"].points[-1].count == 0
