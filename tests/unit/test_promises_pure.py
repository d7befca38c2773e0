"""Targets as they are written, a ticket's story as its timeline tells it, and months in which promises were kept."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.reports.promises import Kept, Outcome, kept_by_month
from triage.sla.clock import Flow, Moment
from triage.sla.opening import OpeningHours
from triage.sla.targets import BUILT_IN, PromisesRefused, in_words, parse_time, policy_from
from triage.tickets.promises import Line, reckoned, told
from triage.vocabulary import Promise, PromiseCourse, TicketStatus, Urgency

# The desks of other tests have threads that draw random numbers, which is not this test's doing.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the .random. module")

NOW = datetime(2027, 3, 2, 10, 0, tzinfo=UTC)
ALWAYS = OpeningHours(ZoneInfo("UTC"))


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


# --- Targets ----------------------------------------------------------------------------------------


@given(st.integers(1, 100_000))
def test_a_time_is_read_back_as_it_was_written(minutes: int) -> None:
    assert parse_time(in_words(timedelta(minutes=minutes))) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "minutes"), [("45m", 45), ("4h", 240), ("1h30m", 90), ("1 h 30 min", 90), ("90 MIN", 90)]
)
def test_times_as_people_write_them(text: str, minutes: int) -> None:
    assert parse_time(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", " ", "soon", "4", "-1h", "1.5h", "1d", "4h4h", "h", "٤h4"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_time(text)


def test_a_policy_is_read_back_as_it_was_written() -> None:
    assert policy_from(BUILT_IN.as_json(), version=0) == BUILT_IN


def refused(given: object) -> list[str]:
    with pytest.raises(PromisesRefused) as error:
        policy_from(given, version=1)
    return [str(problem) for problem in error.value.problems]


def test_every_problem_is_said_at_once_with_its_place() -> None:
    given = BUILT_IN.as_json()
    given["targets"]["high"]["first_response"] = "soon"
    given["targets"]["urgent"] = {}
    given["targets"]["low"]["colour"] = "red"
    given["grace"] = "20 h"
    problems = refused(given)
    assert len(problems) == 4
    assert "high first_response: “soon” is no time. Write it like 45 min, 4 h or 1 h 30 min." in problems
    assert any("“urgent” is not known here" in problem for problem in problems)
    assert any("low colour" in problem for problem in problems)
    assert any(problem.startswith("grace: 20 h is too long.") for problem in problems)


@pytest.mark.parametrize("given", [None, [], "", {}, {"targets": []}, {"targets": {"low": 3}}])
def test_something_else_altogether_is_refused_in_words(given: object) -> None:
    assert refused(given)


def test_critical_may_not_take_longer_than_high() -> None:
    given = BUILT_IN.as_json()
    given["targets"]["critical"]["resolution"] = "9 h"
    assert refused(given) == ["critical resolution: It takes longer than where it is only high. At most 8 h."]


# --- A ticket's story -------------------------------------------------------------------------------

ASKED = Line(after(0), "asked")
WAITS = Line(after(30), "escalate", TicketStatus.WAITING, Urgency.MEDIUM)


def test_the_clock_begins_when_a_person_is_asked_for() -> None:
    suggested = Line(after(1), "suggest", TicketStatus.SUGGESTED, Urgency.MEDIUM)
    known = told([ASKED, suggested, WAITS], Promise.FIRST_RESPONSE, usual=Urgency.LOW)
    assert known.story == (Moment(after(30), Flow.RUNS, Urgency.MEDIUM),)


def test_solved_by_an_article_nothing_was_promised() -> None:
    solved = Line(after(2), "resolve", TicketStatus.RESOLVED, Urgency.MEDIUM)
    assert told([ASKED, solved], Promise.RESOLUTION, usual=Urgency.LOW).story == ()


def test_lines_without_an_urgency_have_the_one_that_is_known_first() -> None:
    old = Line(after(5), "escalate", TicketStatus.WAITING)
    assert told([old], Promise.RESOLUTION, usual=Urgency.HIGH).story[0].urgency is Urgency.HIGH
    assert told([old, WAITS], Promise.RESOLUTION, usual=Urgency.HIGH).story[0].urgency is Urgency.MEDIUM


def test_a_met_first_response_stays_met_when_it_is_reopened() -> None:
    lines = [
        WAITS,
        Line(after(40), "first_response", by_agent=True),
        Line(after(60), "resolve", TicketStatus.RESOLVED, Urgency.MEDIUM, by_agent=True),
        Line(after(90), "reopen", TicketStatus.WAITING, Urgency.MEDIUM),
    ]
    first = told(lines, Promise.FIRST_RESPONSE, usual=Urgency.LOW)
    assert first.met_at == after(40)
    assert first.story[-1].flow is Flow.OVER
    solution = told(lines, Promise.RESOLUTION, usual=Urgency.LOW)
    assert solution.met_at is None
    assert solution.story[-1] == Moment(after(90), Flow.RUNS, Urgency.MEDIUM, reopened=True)


def test_two_lines_of_one_moment_never_turn_time_back() -> None:
    lines = [
        Line(after(50), "claim", TicketStatus.CLAIMED, Urgency.LOW),
        Line(after(45), "x", urgency=Urgency.HIGH),
    ]
    story = told(lines, Promise.RESOLUTION, usual=Urgency.LOW).story
    assert [moment.at for moment in story] == [after(50), after(50)]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 600), st.sampled_from(TicketStatus), st.sampled_from(Urgency), st.booleans()
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_timeline_is_reckoned_without_contradiction(
    steps: list[tuple[int, TicketStatus, Urgency, bool]],
) -> None:
    lines: list[Line] = []
    minutes = 0
    for wait, status, urgency, by_agent in steps:
        minutes += wait
        what = "reopen" if lines and lines[-1].status is TicketStatus.RESOLVED else "moved"
        lines.append(Line(after(minutes), what, status, urgency, by_agent))
    for promise in Promise:
        known = told(lines, promise, usual=Urgency.LOW)
        if not known.story:
            continue
        found = reckoned(known, promise, BUILT_IN, ALWAYS, now=after(minutes + 100))
        assert 0 <= found.spent_seconds <= (minutes + 100) * 60
        assert (found.over_at is None) is (found.course in (PromiseCourse.RUNNING, PromiseCourse.PAUSED))
        if found.due_at is not None and found.warn_at is not None:
            assert found.warn_at <= found.due_at
        if found.course is PromiseCourse.RUNNING:
            assert found.due_at is not None
        if found.course is PromiseCourse.MET:
            # Late is what used more than there was, and then it says since when.
            assert found.spent_seconds <= found.allowed_seconds or found.due_at is not None


# --- Months -----------------------------------------------------------------------------------------


def test_months_are_those_of_the_desk_s_zone() -> None:
    last_of_march = datetime(2027, 3, 31, 22, 30, tzinfo=UTC)  # April in Berlin
    ended = [
        Outcome(Promise.RESOLUTION, Urgency.HIGH, last_of_march, True),
        Outcome(Promise.RESOLUTION, Urgency.HIGH, last_of_march - timedelta(days=1), False),
        Outcome(Promise.RESOLUTION, Urgency.HIGH, last_of_march + timedelta(days=1), False),
    ]
    assert kept_by_month(ended, zone=ZoneInfo("Europe/Berlin")) == [
        Kept(Promise.RESOLUTION, Urgency.HIGH, date(2027, 3, 1), 0, 1),
        Kept(Promise.RESOLUTION, Urgency.HIGH, date(2027, 4, 1), 1, 2),
    ]
