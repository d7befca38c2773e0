"""The clock of a promise, in business time: what it may never do, whatever the story."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from triage.sla.clock import BusinessTime, Flow, Moment, allowed, elapsed, reached_at
from triage.sla.closed_days import ClosedDays
from triage.sla.opening import parse_hours
from triage.vocabulary import Urgency

# The desks of other tests have threads that draw random numbers, which is not this test's doing.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the .random. module")

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = parse_hours(
    "Mon-Fri 09:00-12:00, Mon-Fri 13:00-17:00", BERLIN, ClosedDays(("DE-BE",), frozenset({date(2027, 3, 24)}))
)
TIME = BusinessTime(OFFICE, frozenset({Urgency.CRITICAL}))
HOUR = timedelta(hours=1)
TARGETS = {
    Urgency.LOW: 40 * HOUR,
    Urgency.MEDIUM: 24 * HOUR,
    Urgency.HIGH: 8 * HOUR,
    Urgency.CRITICAL: 4 * HOUR,
}
GRACE = timedelta(minutes=30)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


TUESDAY = berlin("2027-03-02T10:00")


def runs(at: datetime, urgency: Urgency = Urgency.MEDIUM, **more: bool) -> Moment:
    return Moment(at, Flow.RUNS, urgency, **more)


def due(story: Sequence[Moment], targets: dict[Urgency, timedelta] = TARGETS) -> datetime | None:
    return reached_at(story, TIME, allowed(story, TIME, targets, grace=GRACE))


# --- Small stories ----------------------------------------------------------------------------------


def test_only_opening_hours_count() -> None:
    story = [runs(TUESDAY)]
    assert elapsed(story, TIME, until=berlin("2027-03-03T10:00")) == 7 * HOUR
    assert elapsed(story, TIME, until=berlin("2027-03-02T12:40")) == 2 * HOUR, "nobody works at lunch"


def test_a_holiday_does_not_count() -> None:
    maundy_thursday = berlin("2027-03-25T15:00")
    assert due([runs(maundy_thursday, Urgency.HIGH)]) == berlin("2027-03-30T16:00"), "after Easter"


def test_critical_counts_at_night() -> None:
    night = berlin("2027-03-06T03:10")
    assert due([runs(night, Urgency.CRITICAL)]) == night + 4 * HOUR


def test_put_off_until_opening_even_a_critical_one_waits_for_it() -> None:
    story = [Moment(berlin("2027-03-06T03:10"), Flow.TO_OPENING, Urgency.CRITICAL)]
    assert due(story) == berlin("2027-03-08T09:00") + timedelta(days=1, hours=5), (
        "Monday is a holiday in Berlin"
    )


def test_on_hold_it_stands_still_and_nothing_is_due() -> None:
    story = [runs(TUESDAY, Urgency.HIGH), Moment(TUESDAY + HOUR, Flow.PAUSED, Urgency.HIGH)]
    assert due(story) is None
    assert elapsed(story, TIME, until=TUESDAY + timedelta(days=30)) == HOUR
    assert due([*story, runs(berlin("2027-03-03T09:00"), Urgency.HIGH)]) == berlin("2027-03-03T17:00")


def test_a_change_of_urgency_keeps_what_was_used_and_what_was_paused() -> None:
    story = [
        runs(TUESDAY, Urgency.LOW),
        Moment(TUESDAY + HOUR, Flow.PAUSED, Urgency.LOW),
        runs(berlin("2027-03-02T14:00"), Urgency.LOW),
        runs(berlin("2027-03-02T16:00"), Urgency.HIGH),
    ]
    # An hour before the pause and two after it: five of the eight are left, one of them today.
    assert due(story) == berlin("2027-03-03T14:00")


def test_raised_past_its_target_it_is_due_at_that_moment_and_not_before() -> None:
    raised = berlin("2027-03-04T16:00")
    assert due([runs(TUESDAY, Urgency.LOW), runs(raised, Urgency.HIGH)]) == raised


def test_reopened_it_goes_on_and_has_at_least_the_grace() -> None:
    solved = berlin("2027-03-03T10:45")
    story = [runs(TUESDAY, Urgency.HIGH), Moment(solved, Flow.OVER, Urgency.HIGH)]
    back = berlin("2027-03-08T16:45")  # a holiday: the grace begins the next morning
    assert elapsed(story, TIME, until=back) == timedelta(hours=7, minutes=45)
    assert due([*story, runs(back, Urgency.HIGH, reopened=True)]) == berlin("2027-03-09T09:30")


def test_reopened_early_the_rest_of_the_target_is_left() -> None:
    story = [
        runs(TUESDAY, Urgency.HIGH),
        Moment(TUESDAY + HOUR, Flow.OVER, Urgency.HIGH),
        runs(berlin("2027-03-09T09:00"), Urgency.HIGH, reopened=True),
    ]
    assert due(story) == berlin("2027-03-09T09:00") + timedelta(hours=8), "seven hours and lunch"


# --- What holds for every story ---------------------------------------------------------------------

_steps = st.tuples(
    st.integers(0, 4 * 24 * 60), st.sampled_from(Flow), st.sampled_from(Urgency), st.booleans()
)


@st.composite
def stories(draw: st.DrawFn) -> list[Moment]:
    at = TUESDAY + timedelta(days=draw(st.integers(0, 40)))
    story: list[Moment] = []
    for minutes, flow, urgency, reopened in draw(st.lists(_steps, min_size=1, max_size=7)):
        at += timedelta(minutes=minutes)
        was_over = bool(story) and story[-1].flow is Flow.OVER
        story.append(Moment(at, flow, urgency, reopened and was_over and flow is Flow.RUNS))
    return story


_minutes = st.integers(0, 60 * 24 * 60).map(lambda n: TUESDAY + timedelta(minutes=n))
THOROUGH = settings(max_examples=150, deadline=None)


@THOROUGH
@given(stories(), _minutes, _minutes, _minutes)
def test_it_is_additive_and_never_runs_backwards(
    story: list[Moment], a: datetime, b: datetime, c: datetime
) -> None:
    a, b, c = sorted((a, b, c))
    whole = elapsed(story, TIME, since=a, until=c)
    assert whole == elapsed(story, TIME, since=a, until=b) + elapsed(story, TIME, since=b, until=c)
    assert elapsed(story, TIME, until=a) <= elapsed(story, TIME, until=b) <= elapsed(story, TIME, until=c)
    assert timedelta(0) <= whole <= c - a


@THOROUGH
@given(stories(), _minutes, _minutes)
def test_it_does_not_grow_while_paused_or_over(story: list[Moment], a: datetime, b: datetime) -> None:
    a, b = sorted((a, b))
    for n, moment in enumerate(story):
        ends = story[n + 1].at if n + 1 < len(story) else b
        if moment.flow in (Flow.PAUSED, Flow.OVER):
            start, end = max(moment.at, a), min(ends, b)
            if start < end:
                assert elapsed(story, TIME, since=start, until=end) == timedelta(0)


@THOROUGH
@given(stories(), st.integers(1, 100))
def test_it_grows_by_at_most_the_time_that_passes_minute_by_minute(story: list[Moment], minutes: int) -> None:
    end = story[-1].at + timedelta(minutes=minutes)
    counted = timedelta(0)
    for n in range(minutes):
        at = story[-1].at + timedelta(minutes=n)
        last = story[-1]
        if last.flow in (Flow.RUNS, Flow.TO_OPENING) and TIME.hours(last).is_open(at):
            counted += timedelta(minutes=1)
    assert elapsed(story, TIME, since=story[-1].at, until=end) == counted


@THOROUGH
@given(stories(), st.integers(1, 50 * 60))
def test_when_it_is_reached_exactly_so_much_has_counted(story: list[Moment], minutes: int) -> None:
    amount = timedelta(minutes=minutes)
    at = reached_at(story, TIME, amount)
    if at is None:
        assert story[-1].flow in (Flow.PAUSED, Flow.OVER)
        assert elapsed(story, TIME, until=story[-1].at) < amount
        return
    assert elapsed(story, TIME, until=at) >= amount
    changed = any(one.urgency is not story[0].urgency for one in story)
    if not changed:
        assert elapsed(story, TIME, until=at) == amount
        assert elapsed(story, TIME, until=at - timedelta(seconds=1)) < amount


@THOROUGH
@given(stories(), st.sampled_from(Urgency), st.integers(0, 1000))
def test_a_change_of_urgency_changes_nothing_that_was(
    story: list[Moment], urgency: Urgency, minutes: int
) -> None:
    at = story[-1].at + timedelta(minutes=minutes)
    changed = [*story, Moment(at, story[-1].flow, urgency)]
    assert elapsed(changed, TIME, until=at) == elapsed(story, TIME, until=at)
    if not any(moment.reopened for moment in story):
        assert allowed(changed, TIME, TARGETS, grace=GRACE) == TARGETS[urgency]


@THOROUGH
@given(stories(), st.sampled_from(Urgency), st.integers(0, 20_000))
def test_a_reopened_one_is_never_due_before_the_grace_is_over(
    story: list[Moment], urgency: Urgency, minutes: int
) -> None:
    over = story[-1].at + timedelta(minutes=1)
    back = over + timedelta(minutes=minutes)
    again = [*story, Moment(over, Flow.OVER, urgency), Moment(back, Flow.RUNS, urgency, reopened=True)]
    due_at = due(again)
    assert due_at is not None
    assert elapsed(again, TIME, since=back, until=due_at) >= GRACE
    assert allowed(again, TIME, TARGETS, grace=GRACE) >= TARGETS[urgency]


@THOROUGH
@given(stories(), st.integers(1, 5000))
def test_a_hold_moves_the_due_moment_on_by_the_open_time_it_lasted(story: list[Moment], minutes: int) -> None:
    assume(story[-1].flow is Flow.RUNS)
    last, before = story[-1], due(story)
    assert before is not None
    held = [*story, Moment(last.at, Flow.PAUSED, last.urgency)]
    back = last.at + timedelta(minutes=minutes)
    after = due([*held, Moment(back, Flow.RUNS, last.urgency)])
    assert after is not None
    if before > last.at and after > back:
        hours = TIME.hours(last)
        assert hours.open_time(before, after) == hours.open_time(last.at, back)
