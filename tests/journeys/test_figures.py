"""What Prometheus is told about a desk at work: true to the database, bounded, and without people or their words."""

import pytest
from cast import Actor, Desk
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

from bot.clock import system_clock
from bot.slack import copy
from bot.web.figures import DeskFigures
from bot.worker.pulse import beat

VPN = "My VPN drops every ten minutes on the train"


@pytest.fixture
def figures(desk: Desk) -> "Figures":
    return Figures(desk)


class Figures:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def scraped(self) -> dict[str, Metric]:
        text = self._desk.stage.assembly.web.test_client().get("/metrics").get_data(as_text=True)
        return {family.name: family for family in text_string_to_metric_families(text)}

    def value(self, name: str, **labels: str) -> float | None:
        """Asked anew, past what is kept."""
        families = DeskFigures(self._desk.stage.desk).collect()
        samples = [sample for family in families for sample in family.samples]
        return next((s.value for s in samples if s.name == name and labels.items() <= s.labels.items()), None)


def test_open_tickets_and_answers_are_counted(figures: Figures, desk: Desk, ada: Actor) -> None:
    before = figures.value("evenhand_answer_seconds_count") or 0
    ada.says(VPN)
    ada.says("The label printer prints every second label blank").clicks(copy.BUTTON_PERSON)
    with desk.database.transaction() as session:
        beat(session, "local", now=system_clock())

    assert figures.value("evenhand_answer_seconds_count") == before + 2
    assert figures.value("evenhand_open_tickets", status="suggested") == 1
    assert figures.value("evenhand_open_tickets", status="waiting") == 1
    assert figures.value("evenhand_decisions_last_day", outcome="decided") is not None
    assert (figures.value("evenhand_workers_alive") or 0) >= 1


def test_failed_work_is_counted_by_kind_until_it_is_mended(figures: Figures, desk: Desk, ada: Actor) -> None:
    assert figures.value("evenhand_failed_work", kind="say", standing="failed") == 0
    desk.slack.fail_next("chat.postMessage", error="is_archived")
    ada.says(VPN)
    assert figures.value("evenhand_failed_work", kind="say", standing="failed") == 1


def test_what_slack_held_up_is_counted(figures: Figures, desk: Desk, ada: Actor) -> None:
    limited = {"method": "chat.postMessage", "outcome": "rate_limited"}
    before = figures.value("evenhand_slack_calls_total", **limited) or 0
    desk.slack.fail_next("chat.postMessage", rate_limited=0)
    ada.says(VPN)
    assert figures.value("evenhand_slack_calls_total", **limited) == before + 1


def test_labels_are_few_and_name_nobody(figures: Figures, ada: Actor) -> None:
    ada.says(VPN)
    found = figures.scraped()
    values = {v for family in found.values() for sample in family.samples for v in sample.labels.values()}
    assert ada.person.slack_id not in values
    assert not [value for value in values if "VPN" in value or len(value) > 64]
    ours = [family for name, family in found.items() if name.startswith("evenhand_")]
    assert max(len(family.samples) for family in ours) < 600


def test_metrics_keep_to_prometheus_conventions(figures: Figures) -> None:
    for name, family in figures.scraped().items():
        if not name.startswith("evenhand_"):
            continue
        assert family.documentation, name
        if family.type == "histogram":
            assert name.endswith("_seconds"), name
        if family.type == "gauge":
            assert not name.endswith("_total"), name
