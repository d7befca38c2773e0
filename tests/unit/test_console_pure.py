"""The console's pure parts: times as people say them, bars, the state of the list in the address."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.web.console import times, words
from bot.web.console.decision import Bar, decision, percent
from bot.web.console.listing import Order, Show, Wanted
from triage.tickets.models import Prediction
from triage.vocabulary import Urgency

NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=-3), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=4), "4 min"),
        (timedelta(minutes=89), "89 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=12), "12 days"),
    ],
)
def test_an_age_is_said_in_one_unit(ago: timedelta, said: str) -> None:
    assert times.age(NOW - ago, NOW) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW, "10:00"),
        (datetime(2027, 3, 1, 23, 30, tzinfo=UTC), "00:30"),  # already today in Berlin
        (datetime(2027, 3, 1, 8, 0, tzinfo=UTC), "yesterday 09:00"),
        (datetime(2027, 1, 9, 8, 0, tzinfo=UTC), "9 Jan, 09:00"),
        (datetime(2026, 7, 9, 8, 0, tzinfo=UTC), "9 Jul 2026, 10:00"),
    ],
)
def test_a_moment_is_said_in_the_readers_zone(at: datetime, said: str) -> None:
    assert times.local(at, NOW, BERLIN) == said


def test_the_exact_moment_names_its_zone() -> None:
    assert times.exact(NOW, BERLIN) == "Tuesday 2 March 2027, 10:00:00 (Europe/Berlin)"


@pytest.mark.parametrize(
    ("chance", "said"), [(0, "0 %"), (0.004, "< 1 %"), (0.724, "72 %"), (0.998, "99 %"), (1, "100 %")]
)
def test_nearly_certain_is_not_said_as_certain(chance: float, said: str) -> None:
    assert percent(chance) == said


def test_a_bar_never_leaves_its_frame() -> None:
    assert [Bar("x", share, "").width for share in (-1, 0.5, 7)] == [0, 50, 100]


def test_a_verdict_of_an_older_version_is_still_shown() -> None:
    old = Prediction(
        ticket_id=1,
        at=NOW,
        model_version="old",
        category="vpn",
        urgency="high",
        category_confidence=0.8,
        urgency_confidence=0.5,
        verdict={},
        milliseconds=2.0,
    )

    shown = decision(old, {"vpn": "VPN"})

    assert (shown.category, shown.urgency, shown.words, shown.reasons) == ("VPN", Urgency.HIGH, (), ())
    assert shown.categories == (Bar("VPN", 0.8, "80 %", chosen=True),)


def test_the_address_says_only_what_is_unusual() -> None:
    wanted = Wanted.read({"show": "open", "q": " drops ", "urgency": "high", "page": "3"})

    assert wanted.query() == {"show": "open", "q": "drops", "urgency": "high"}
    assert wanted.query(page=4)["page"] == "4"
    assert Wanted.read({}).query() == {}
    assert Wanted.read(wanted.query(page=3)) == wanted


def test_what_is_not_understood_in_an_address_is_ignored() -> None:
    nonsense = {"show": "x", "urgency": "'; DROP", "order": "?", "page": "-1"}

    assert Wanted.read(nonsense) == Wanted()
    assert [Wanted.read({"page": page}).page for page in ("0", "", "²", "9" * 40, "007")] == [1, 1, 1, 1, 7]


def test_of_all_tickets_the_newest_come_first() -> None:
    assert Wanted.read({"show": "all"}).order is Order.NEWEST
    assert Wanted().query(show=Show.ALL) == {"show": "all"}


def test_mentions_appear_as_names() -> None:
    said = words.plain("<@UBEN> and <@UXY|old> said *no* &lt;b&gt;", {"UBEN": "Ben"})

    assert said == "@Ben and @somebody said no <b>"
