"""Who is asked next. Properties over any candidates, and small stories for the order of the rules."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from triage.oncall.protection import Rule, forbidden, hindrances, hostile_enough
from triage.oncall.router import Ask, Routed, Standing, route
from triage.oncall.rules import CareRules
from triage.vocabulary import Urgency

RULES = CareRules()
NOW = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)
SOON = NOW + timedelta(hours=1)
CALM = Ask(Urgency.MEDIUM, "vpn")
CRITICAL = Ask(Urgency.CRITICAL, "vpn")

UNTIL = st.sampled_from([None, None, None, NOW - timedelta(hours=1), NOW, SOON])
ASKS = st.builds(
    Ask,
    urgency=st.sampled_from(Urgency),
    category=st.sampled_from([None, "vpn", "printing"]),
    hostile=st.booleans(),
    after_hours=st.booleans(),
    cannot_wait=st.sampled_from([False, False, True]),
)
STANDINGS = st.lists(
    st.builds(
        Standing,
        person_id=st.integers(1, 9),
        on_shift=st.booleans(),
        knows=st.sampled_from([frozenset(), frozenset({"vpn"})]),
        open_claims=st.integers(0, 7),
        cap=st.integers(1, 5),
        burden=st.sampled_from([0.0, 5.0, 100.0, 101.0, 500.0]),
        absent_until=UNTIL,
        resting_until=UNTIL,
        quiet_until=UNTIL,
        focus_until=UNTIL,
        break_until=UNTIL,
        hostile_taken=st.lists(
            st.integers(0, 400).map(lambda minutes: NOW - timedelta(minutes=minutes)), max_size=4
        ).map(tuple),
        hostile_running=st.integers(0, 3),
        hours_this_week=st.sampled_from([0.0, 40.0, 48.0, 60.0]),
        last_asked=st.sampled_from([None, NOW - timedelta(hours=5), NOW - timedelta(minutes=5)]),
        working=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda standing: standing.person_id,
)


def decide(ask: Ask, standings: list[Standing], *, last_resort: bool = False) -> Routed:
    return route(ask, standings, rules=RULES, now=NOW, last_resort=last_resort)


def chosen(routed: Routed, standings: list[Standing]) -> Standing | None:
    return next((s for s in standings if s.person_id == routed.person_id), None)


@given(ASKS, STANDINGS, st.booleans())
def test_absent_people_are_never_asked(ask: Ask, standings: list[Standing], last_resort: bool) -> None:
    one = chosen(decide(ask, standings, last_resort=last_resort), standings)
    assert one is None or one.absent_until is None or one.absent_until <= NOW


@given(ASKS, STANDINGS, st.booleans())
def test_resting_people_are_only_the_last_resort_on_critical(
    ask: Ask, standings: list[Standing], last_resort: bool
) -> None:
    one = chosen(decide(ask, standings, last_resort=last_resort), standings)
    if one is not None and one.resting_until is not None and one.resting_until > NOW:
        assert last_resort
        assert ask.pressing
        others = [s for s in standings if not s.absent_until or s.absent_until <= NOW]
        assert all(s.resting_until and s.resting_until > NOW for s in others), "somebody rested was there"


@given(ASKS, STANDINGS, st.booleans())
def test_in_quiet_hours_only_what_cannot_wait_is_asked(
    ask: Ask, standings: list[Standing], last_resort: bool
) -> None:
    one = chosen(decide(ask, standings, last_resort=last_resort), standings)
    if one is not None and one.quiet_until is not None and one.quiet_until > NOW:
        assert ask.pressing


@settings(suppress_health_check=[HealthCheck.filter_too_much])  # few have just had enough
@given(ASKS, STANDINGS)
def test_no_third_hostile_one_in_a_row_while_somebody_else_can(ask: Ask, standings: list[Standing]) -> None:
    ask = replace(ask, hostile=True)
    one = chosen(decide(ask, standings), standings)
    assume(one is not None and hostile_enough(one, rules=RULES, now=NOW))
    assert one is not None
    # Somebody at home in the evening is no "somebody else" for a person on shift.
    there = [
        s
        for s in standings
        if forbidden(ask, s, now=NOW) is None
        and (s.on_shift or s.working or not (one.on_shift or one.working))
    ]
    assert all(hostile_enough(s, rules=RULES, now=NOW) for s in there)


@given(ASKS, STANDINGS)
def test_of_those_who_are_as_free_the_least_burdened_is_asked(ask: Ask, standings: list[Standing]) -> None:
    one = chosen(decide(ask, standings), standings)
    assume(one is not None)
    assert one is not None
    free = [
        s
        for s in standings
        if forbidden(ask, s, now=NOW) is None and not hindrances(ask, s, rules=RULES, now=NOW)
    ]
    if free:
        least = min(s.burden for s in free)
        assert one in free
        assert one.burden <= least + max(RULES.near_tie_minutes, RULES.near_tie_share * least)


@given(ASKS, STANDINGS, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_the_candidates_changes_nothing(
    ask: Ask, standings: list[Standing], random: object, last_resort: bool
) -> None:
    shuffled = list(standings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decide(ask, standings, last_resort=last_resort) == decide(ask, shuffled, last_resort=last_resort)


@given(ASKS, STANDINGS, st.booleans())
def test_somebody_is_found_wherever_anybody_may_be_asked(
    ask: Ask, standings: list[Standing], last_resort: bool
) -> None:
    may = [s for s in standings if forbidden(ask, s, now=NOW, last_resort=last_resort) is None]
    assert (decide(ask, standings, last_resort=last_resort).person_id is not None) == bool(may)


@given(ASKS, STANDINGS, st.booleans())
def test_everybody_is_the_choice_or_as_free_or_passed_over_by_a_rule(
    ask: Ask, standings: list[Standing], last_resort: bool
) -> None:
    routed = decide(ask, standings, last_resort=last_resort)
    passed = [p.person_id for p in routed.passed_over]
    assert len(passed) == len(set(passed))
    assert routed.person_id not in passed
    assert len(standings) == len(passed) + routed.details["eligible"]


# Words that would tell one agent about another, or the whole desk about one.
TELLTALE = re.compile(
    r"least|light|heav|burden|load|hostil|rest|absent|break|focus|quiet|other|than|%|\d", re.I
)


@given(ASKS, STANDINGS, st.booleans())
def test_the_reason_compares_nobody_and_tells_of_nobody_s_load(
    ask: Ask, standings: list[Standing], last_resort: bool
) -> None:
    """It stands in the timeline, which the whole desk reads."""
    routed = decide(ask, standings, last_resort=last_resort)
    assert routed.reason
    assert not TELLTALE.search(routed.reason)
    assert not TELLTALE.search(routed.because.replace("else", "").replace("the last resort", ""))
    assert set(routed.details) <= {"considered", "eligible", "by"}
    assert set(routed.details.get("by", [])) <= {"last_resort", "on_shift", "least_burden", "knows"}


# --- Small stories ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hindered", "rule"),
    [
        (Standing(1, focus_until=SOON), Rule.FOCUS),
        (Standing(1, break_until=SOON), Rule.BREAK),
        (Standing(1, open_claims=5), Rule.CAP),
        (Standing(1, hours_this_week=48), Rule.WEEK),
        (Standing(1, on_shift=False), Rule.OFF_SHIFT),
    ],
)
def test_it_goes_to_somebody_else_while_there_is_one(hindered: Standing, rule: Rule) -> None:
    routed = decide(CALM, [hindered, Standing(2, burden=400)])
    assert routed.person_id == 2
    assert [(p.person_id, p.rule) for p in routed.passed_over] == [(1, rule)]
    assert decide(CALM, [hindered]).person_id == 1


def test_a_colleague_off_duty_is_left_alone_with_what_can_wait() -> None:
    off = Standing(2, on_shift=False, working=False)
    assert decide(CALM, [off]).person_id is None
    assert decide(CALM, [Standing(1, focus_until=SOON), off]).person_id == 1
    assert decide(CRITICAL, [off]).person_id == 2
    assert decide(CRITICAL, [Standing(1, break_until=SOON, open_claims=9), off]).person_id == 1


def test_skill_decides_only_between_equals() -> None:
    knows = frozenset({"vpn"})
    assert decide(CALM, [Standing(1, burden=100), Standing(2, burden=110, knows=knows)]).person_id == 2
    assert decide(CALM, [Standing(1, burden=100), Standing(2, burden=200, knows=knows)]).person_id == 1


def test_among_equals_who_was_asked_longest_ago() -> None:
    recent = Standing(1, last_asked=NOW - timedelta(minutes=5))
    assert decide(CALM, [recent, Standing(2, last_asked=NOW - timedelta(hours=5))]).person_id == 2
    assert decide(CALM, [recent, Standing(3)]).person_id == 3


def test_where_all_have_enough_open_it_goes_to_whoever_has_least() -> None:
    busy = [Standing(1, open_claims=7), Standing(2, open_claims=5, burden=300)]
    assert decide(CALM, busy).person_id == 2


def test_what_can_wait_goes_to_a_colleague_at_work_once_the_shift_has_its_hands_full() -> None:
    full, colleague = Standing(1, open_claims=5), Standing(2, on_shift=False, open_claims=4, burden=900)
    assert decide(CALM, [full, colleague]).person_id == 2
    assert decide(CRITICAL, [full, colleague]).person_id == 1
    at_home = replace(colleague, working=False)
    assert decide(CALM, [full, at_home]).person_id == 1


def test_where_everybody_is_full_all_who_are_at_work_share_it_and_breaks_are_kept() -> None:
    on_shift, colleague = Standing(1, open_claims=8), Standing(2, on_shift=False, open_claims=6)
    assert decide(CALM, [on_shift, colleague]).person_id == 2
    assert decide(CALM, [on_shift, replace(colleague, break_until=SOON)]).person_id == 1
    assert decide(CALM, [on_shift, replace(colleague, open_claims=8)]).person_id == 1


def test_the_reason_says_what_holds_for_the_one_who_is_asked() -> None:
    routed = decide(CALM, [Standing(1, knows=frozenset({"vpn"}))])
    assert routed.reason == (
        "You were asked because you're on shift, it's your turn in the fair order, and you know this topic."
    )


def test_nobody_at_all() -> None:
    assert decide(CRITICAL, []).person_id is None
