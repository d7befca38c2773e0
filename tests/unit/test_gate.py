"""The gate: a challenger that is worse is kept out, one that is not gets in, and every figure is said in words."""

import json

import pytest
from outlooks import messages_of, outlook_of

from triage.classifier.outlook import Outlook, silence
from triage.learning.bootstrap import lowest, share
from triage.learning.gate import GateReport, GateSettings, compare
from triage.learning.gate_checks import allowed_loss
from triage.vocabulary import Urgency

LABELS = ("vpn", "printing", "pay", "sign_in", "hardware")
TRUTH = messages_of(LABELS, 1_000)
GOOD = outlook_of(TRUTH, LABELS, wrong=0.1)


def judged(challenger: Outlook, champion: Outlook = GOOD, **more: object) -> GateReport:
    settings = {"audited": 1_000, "megabytes": 3.0, "milliseconds": 4.0} | more
    return compare(champion, challenger, settings.pop("truth", TRUTH), **settings)  # type: ignore[arg-type]


def failed(report: GateReport) -> list[str]:
    return [check.name for check in report.refusals]


def test_a_challenger_that_is_better_gets_in_by_itself() -> None:
    report = judged(outlook_of(TRUTH, LABELS, wrong=0.05, seed=2))
    assert report.passed
    assert report.automatic
    assert report.sentence == "Nothing speaks against it."


def test_the_same_model_again_gets_in() -> None:
    assert judged(GOOD).automatic


def test_a_challenger_that_is_clearly_worse_stays_out() -> None:
    report = judged(outlook_of(TRUTH, LABELS, wrong=0.16, seed=2))
    assert "overall" in failed(report)
    assert not report.automatic


def test_one_lost_category_keeps_out_what_is_better_in_all_others() -> None:
    right = [label != "pay" or place % 4 > 0 for place, label in enumerate(TRUTH)]
    report = judged(outlook_of(TRUTH, LABELS, right_at=right, wrong=0.05), names={"pay": "Pay and leave"})
    assert "recall" in failed(report)
    assert "Pay and leave loses" in next(c.sentence for c in report.checks if c.name == "recall")


def test_a_category_that_everything_is_put_into_fails_by_its_precision() -> None:
    guesses = ["hardware" if place % 12 == 0 else label for place, label in enumerate(TRUTH)]
    champion = outlook_of(TRUTH, LABELS, wrong=0.02, sure=0.95)
    challenger = outlook_of(guesses, LABELS, wrong=0.0, sure=0.95)
    assert "precision" in failed(judged(challenger, champion))


def test_one_or_two_messages_of_a_small_category_are_luck() -> None:
    truth = ["vpn"] * 300 + ["printing"] * 300 + ["pay"] * 5
    champion = outlook_of(truth, LABELS, wrong=0.0, sure=0.97)
    challenger = outlook_of(truth, LABELS, right_at=[True] * 603 + [False] * 2, sure=0.97)
    report = judged(challenger, champion, truth=truth)
    assert report.passed
    recall = next(check for check in report.checks if check.name == "recall")
    assert "One category has fewer than 10 messages here" in recall.sentence


def test_a_small_window_leaves_it_to_an_admin() -> None:
    report = judged(outlook_of(TRUTH, LABELS, wrong=0.05, seed=2), audited=120)
    assert report.passed
    assert not report.automatic
    assert [check.name for check in report.warnings] == ["audited"]
    assert "an admin may look and decide" in report.warnings[0].sentence


def test_nothing_gets_in_unjudged() -> None:
    empty = outlook_of([], LABELS)
    report = judged(empty, empty, truth=[], audited=0)
    assert failed(report) == ["overall"]
    assert not report.automatic


def test_more_messages_allow_less_loss() -> None:
    settings = GateSettings()
    allowed = [allowed_loss(count, settings) for count in (50, 500, 2_000, 8_000, 50_000)]
    assert allowed == pytest.approx([0.02, 0.02, 0.01, 0.005, 0.005])


def test_a_critical_message_that_is_no_longer_found_keeps_it_out() -> None:
    said = [Urgency.CRITICAL] * 20 + [Urgency.LOW] * 980
    before = outlook_of(TRUTH, LABELS, urgencies=said)
    after = outlook_of(TRUTH, LABELS, urgencies=[Urgency.HIGH] * 2 + said[2:])
    assert failed(judged(after, before, urgencies=said)) == ["critical"]
    assert failed(judged(before, after, urgencies=said)) == []


def test_what_the_champion_misses_too_is_a_warning_and_no_refusal() -> None:
    said = [Urgency.CRITICAL] * 20 + [Urgency.LOW] * 980
    both = outlook_of(TRUTH, LABELS, urgencies=[Urgency.HIGH] * 3 + said[3:])
    report = judged(both, both, urgencies=said)
    assert report.passed
    assert [check.name for check in report.warnings] == ["critical", "critical_floor"]


def test_no_critical_message_found_is_never_called_fine() -> None:
    said = [Urgency.CRITICAL] * 11 + [Urgency.LOW] * 989
    blind = outlook_of(TRUTH, LABELS, urgencies=[Urgency.LOW] * 1_000)
    report = judged(blind, blind, urgencies=said)
    warning = report.warnings[0].sentence
    assert report.passed
    assert "It calls none of 11 critical messages critical, before none" in warning
    assert "the others would wait like any question" in warning


def test_less_than_is_promised_says_why_it_passes() -> None:
    truth = ["vpn", "printing"] * 9
    model = outlook_of(truth, LABELS, right_at=[True] * 16 + [False] * 2, sure=0.9)
    few = next(c.sentence for c in judged(model, model, truth=truth).checks if c.name == "decided")
    assert "right in 88.9 %" in few
    assert "With so few decisions (18) that may be bad luck." in few
    worse = outlook_of(TRUTH, LABELS, wrong=0.3, sure=0.7)
    many = next(c.sentence for c in judged(worse, worse).checks if c.name == "decided")
    assert "What serves does not keep that either" in many


def test_messages_without_a_category_are_named_where_they_count() -> None:
    truth = [*TRUTH[:500], *[None] * 200]
    model = outlook_of(truth, LABELS, wrong=0.1)
    overall = next(c.sentence for c in judged(model, model, truth=truth).checks if c.name == "overall")
    assert "of 700 messages (for the 200 without a category it is right to leave them alone)" in overall


def test_chances_that_promise_too_much_keep_it_out() -> None:
    boastful = outlook_of(TRUTH, LABELS, wrong=0.1, sure=0.999, seed=1)
    assert failed(judged(boastful)) == ["calibration"]
    assert judged(boastful, boastful).passed, "the champion boasts as much"


def test_size_and_slowness_keep_it_out() -> None:
    assert failed(judged(GOOD, megabytes=21.0)) == ["size"]
    assert failed(judged(GOOD, milliseconds=9.0)) == ["latency"]
    assert judged(GOOD, milliseconds=30.0, by_meaning=True).passed


def test_what_belongs_nowhere_is_right_when_the_model_keeps_quiet() -> None:
    truth = [*TRUTH[:500], *[None] * 200]
    quiet = outlook_of(truth, LABELS, wrong=0.1)
    loud = Outlook(quiet.labels, quiet.chances, quiet.sure, quiet.decided | True, quiet.urgencies)
    assert judged(quiet, quiet, truth=truth).passed
    assert "overall" in failed(judged(loud, quiet, truth=truth))


def test_a_new_category_is_no_loss_and_a_first_model_has_nothing_to_beat() -> None:
    without = outlook_of(TRUTH, LABELS[:-1], wrong=0.1)
    assert judged(GOOD, without).passed
    assert "recall" in failed(judged(without, GOOD)), "a category that the challenger has lost"
    assert judged(GOOD, silence([Urgency.MEDIUM] * len(TRUTH))).passed


def test_ten_copies_of_a_message_are_one_piece_of_evidence() -> None:
    before = share(GOOD.sure > 0)
    worse = share(GOOD.sure > 0)
    worse.hits[:20] = 0
    alone = lowest(before, worse, certainty=0.9, seed=7)
    together = lowest(before, worse, families=[0] * 20 + list(range(1, 981)), certainty=0.9, seed=7)
    assert together < alone < 0


def test_the_report_is_the_same_each_time_and_survives_storing() -> None:
    challenger = outlook_of(TRUTH, LABELS, wrong=0.12, seed=5)
    report = judged(challenger)
    assert report == judged(challenger)
    assert GateReport.from_json(json.loads(json.dumps(report.as_json()))) == report


def test_outlooks_of_other_messages_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="not the same"):
        judged(outlook_of(TRUTH[:10], LABELS))


def test_a_hundred_categories_and_ten_thousand_messages_are_no_trouble() -> None:
    labels = [f"c{number}" for number in range(150)]
    truth = messages_of(labels, 10_000)
    champion = outlook_of(truth, labels, wrong=0.1, seed=1)
    assert judged(outlook_of(truth, labels, wrong=0.09, seed=2), champion, truth=truth).passed
