"""The report of a model: its figures by hand, and that it can be kept and read again."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from triage.classifier.errors import TooFewExamples
from triage.classifier.outlook import Outlook, silence
from triage.learning.curve import learning_curve
from triage.learning.report import Mixed, ModelReport, report, worst_mixed
from triage.learning.report_json import ReportUnreadable
from triage.vocabulary import Urgency

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Message:
    category: str | None
    text: str = "my vpn drops"
    urgency: Urgency | None = None
    at: datetime = MONDAY
    channel_id: str | None = "C1"


def outlook(*guesses: tuple[str, float], urgencies: tuple[Urgency, ...] = (), floor: float = 0.5) -> Outlook:
    labels = ("mail", "vpn")
    chances = np.array([[0.9, 0.1] if label == "mail" else [0.1, 0.9] for label, _ in guesses])
    sure = np.array([chance for _, chance in guesses])
    return Outlook(labels, chances, sure, sure >= floor, urgencies or (Urgency.LOW,) * len(guesses))


def test_the_figures_are_those_one_counts_by_hand() -> None:
    made = report(
        outlook(("vpn", 0.95), ("vpn", 0.85), ("mail", 0.65), ("mail", 0.35), ("vpn", 0.75)),
        [Message("vpn"), Message("vpn"), Message("vpn"), Message("mail"), Message(None)],
    )
    assert (made.messages, made.strays) == (4, 1)
    assert made.accuracy == 3 / 4
    assert made.coverage == 3 / 4
    assert made.precision_decided == 2 / 4  # the stray was decided, which is wrong
    assert made.strays_left_alone == 0
    vpn = next(figures for figures in made.per_class if figures.category == "vpn")
    assert (vpn.precision, vpn.recall, vpn.messages) == (1.0, pytest.approx(2 / 3), 3)
    assert made.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)
    assert made.confusion == (Mixed("mail", "mail", 1), Mixed("vpn", "mail", 1), Mixed("vpn", "vpn", 2))
    assert made.brier == pytest.approx((0.05**2 + 0.15**2 + 0.65**2 + 0.65**2 + 0.75**2) / 5)


def test_reliability_says_how_many_messages_each_point_stands_on() -> None:
    made = report(
        outlook(("vpn", 0.92), ("vpn", 0.98), ("mail", 0.15)),
        [Message("vpn"), Message("mail"), Message("mail")],
    )
    assert [(one.low, one.messages, one.right) for one in made.reliability] == [(0.1, 1, 1.0), (0.9, 2, 0.5)]
    assert made.reliability[1].sure == pytest.approx(0.95)


def test_a_higher_threshold_decides_less_and_is_right_more_often() -> None:
    made = report(outlook(("vpn", 0.9), ("vpn", 0.4)), [Message("vpn"), Message("mail")])
    first, last = made.thresholds[0], made.thresholds[-4]
    assert (first.threshold, first.coverage, first.precision) == (0.0, 1.0, 0.5)
    assert (last.threshold, last.coverage, last.precision, last.decided) == (0.8, 0.5, 1.0, 1)


def test_critical_messages_that_were_seen_and_alarms_that_were_right() -> None:
    levels = (Urgency.CRITICAL, Urgency.CRITICAL, Urgency.LOW)
    said = [Message("vpn", urgency=level) for level in (Urgency.CRITICAL, Urgency.LOW, Urgency.CRITICAL)]
    made = report(outlook(*[("vpn", 0.9)] * 3, urgencies=levels), said)
    assert (made.critical, made.critical_recall, made.critical_precision) == (2, 0.5, 0.5)


def test_without_critical_messages_nothing_is_claimed_about_them() -> None:
    made = report(outlook(("vpn", 0.9)), [Message("vpn")])
    assert (made.critical, made.critical_recall, made.critical_precision) == (0, None, None)


def test_slices_by_channel_length_and_the_desk_s_own_time_of_day() -> None:
    messages = [
        Message("vpn", channel_id="C2"),
        Message("vpn", channel_id=None, text="word " * 50),
        Message("vpn", channel_id="C2", at=MONDAY + timedelta(hours=9)),
    ]
    made = report(outlook(("vpn", 0.9), ("mail", 0.9), ("vpn", 0.2)), messages, zone=ZoneInfo("Asia/Tokyo"))
    assert [(one.name, one.messages, one.accuracy) for one in made.by_channel] == [
        ("C2", 2, 1.0),
        ("elsewhere", 1, 0.0),
    ]
    assert [(one.name, one.messages) for one in made.by_length] == [
        ("up to 5 words", 2),
        ("more than 40 words", 1),
    ]
    # 08:00 in London is five in the afternoon in Tokyo; nine hours later it is the night.
    assert [(one.name, one.messages) for one in made.by_time] == [
        ("night, 0 to 6", 1),
        ("afternoon, 12 to 18", 2),
    ]


def test_a_report_without_a_model_or_without_messages_is_a_report() -> None:
    rules = report(silence([Urgency.LOW]), [Message("vpn")])
    assert (rules.accuracy, rules.coverage, rules.confusion) == (0.0, 0.0, (Mixed("vpn", "", 1),))
    nothing = report(silence([]), [])
    assert (nothing.messages, nothing.ece, nothing.brier, nothing.since) == (0, 0.0, 0.0, None)


def test_a_kept_report_is_read_again() -> None:
    made = report(outlook(("vpn", 0.9), ("mail", 0.5)), [Message("vpn", urgency=Urgency.LOW), Message("vpn")])
    assert ModelReport.from_json(made.as_json()) == made


def test_a_damaged_report_is_refused_in_words() -> None:
    kept = report(outlook(("vpn", 0.9)), [Message("vpn")]).as_json()
    del kept["reliability"]
    with pytest.raises(ReportUnreadable, match="reliability"):
        ModelReport.from_json(kept)


def test_the_pairs_mixed_up_most_come_first() -> None:
    made = report(
        outlook(("vpn", 0.9), ("vpn", 0.9), ("mail", 0.9), ("vpn", 0.9)),
        [Message("mail"), Message("mail"), Message("vpn"), Message("vpn")],
    )
    assert worst_mixed(made, count=5) == (Mixed("mail", "vpn", 2), Mixed("vpn", "mail", 1))


def test_the_curve_leaves_out_what_is_too_little_to_learn_from() -> None:
    learned: list[int] = []

    def train_and_look(part: object) -> Outlook:
        assert isinstance(part, list)
        if len(part) < 5:
            raise TooFewExamples(len(part), 5)
        learned.append(len(part))
        return outlook(("vpn", 0.9))

    points = learning_curve(
        [Message("vpn")] * 20, [Message("vpn")], train_and_look, seed=7, whole=outlook(("mail", 0.9))
    )
    assert [(point.messages, point.accuracy) for point in points] == [
        (5, 1.0),
        (10, 1.0),
        (15, 1.0),
        (20, 0.0),
    ]
    assert learned == [5, 10, 15]
