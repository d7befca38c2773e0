"""Policies as values: what is refused, how they are kept and written as YAML, and moments as people write them."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.escalation.checking import Known, clash, problems
from triage.escalation.moments import parse_moment
from triage.escalation.policies import PolicyRefused
from triage.escalation.policy_file import Names, as_yaml, line_of, read_yaml
from triage.escalation.values import EscalationPolicy, How, Level, Target, policy_from
from triage.vocabulary import DutyRole, TargetKind, Urgency

# The desks of other tests have threads that draw random numbers, which is not this test's doing.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the .random. module")

NAMES = Names({"UBEN": 1, "UCLEO": 2}, {"Weekdays": 7, "Nights": 8})
KNOWN = Known(frozenset({1, 2}), frozenset({7, 8}), frozenset({"vpn", "printing"}), frozenset({"opsgenie"}))
GROUP = Level((Target(TargetKind.GROUP),))

targets = st.one_of(
    st.builds(Target, st.just(TargetKind.PERSON), person_id=st.sampled_from([1, 2])),
    st.builds(
        Target,
        st.just(TargetKind.ON_SHIFT),
        schedule_id=st.sampled_from([None, 7, 8]),
        role=st.sampled_from(DutyRole),
    ),
    st.just(Target(TargetKind.GROUP)),
    st.just(Target(TargetKind.PAGER, pager="opsgenie")),
)
levels = st.builds(
    Level,
    st.lists(targets, min_size=1, max_size=4, unique=True).map(tuple),
    how=st.sampled_from(How),
    wait=st.integers(1, 1440).map(lambda minutes: timedelta(minutes=minutes)),
    tries=st.integers(0, 5),
)
policies = st.builds(
    EscalationPolicy,
    st.text("abcdefgh Äü“:-#", min_size=1, max_size=20).map(str.strip).filter(bool),
    st.lists(levels, min_size=1, max_size=4).map(tuple),
    urgencies=st.frozensets(st.sampled_from(Urgency)),
    categories=st.frozensets(st.sampled_from(["vpn", "printing"])),
    repeats=st.integers(0, 9),
    again_after=st.integers(1, 1440).map(lambda minutes: timedelta(minutes=minutes)),
)


@given(policies)
def test_what_is_kept_comes_back_equal(policy: EscalationPolicy) -> None:
    assert policy_from(policy.as_json()) == policy


@given(policies)
def test_what_is_written_as_yaml_comes_back_equal(policy: EscalationPolicy) -> None:
    assert read_yaml(as_yaml(policy, NAMES), NAMES) == policy
    assert problems(policy, KNOWN) == []


def policy(*levels: Level, **changes: Any) -> EscalationPolicy:
    return EscalationPolicy(**({"name": "Nights", "levels": levels or (GROUP,)} | changes))


REFUSED = {
    "no name": policy(name=" "),
    "the desk's own name": policy(name="built in"),
    "no level": EscalationPolicy("Nights", ()),
    "a level that asks nobody": policy(Level(())),
    "no time to answer": policy(Level(GROUP.targets, wait=timedelta(0))),
    "days to answer": policy(Level(GROUP.targets, wait=timedelta(days=2))),
    "somebody who answers nothing": policy(Level((Target(TargetKind.PERSON, person_id=3),))),
    "no such schedule": policy(Level((Target(TargetKind.ON_SHIFT, schedule_id=9),))),
    "no such pager": policy(Level((Target(TargetKind.PAGER, pager="beeper"),))),
    "no such category": policy(categories=frozenset({"parking"})),
    "too often": policy(repeats=10),
    "the same twice": policy(Level((*GROUP.targets, *GROUP.targets))),
    "too many levels": policy(*[GROUP] * 13),
}


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED.keys())
def test_what_can_not_be_followed_is_refused_with_a_remedy(wrong: EscalationPolicy) -> None:
    found = problems(wrong, KNOWN)
    assert found
    assert all(problem.what and problem.remedy.endswith(".") for problem in found)


def test_two_policies_for_the_same_tickets_clash_and_a_more_exact_one_does_not() -> None:
    nights, all_of_it = policy(urgencies=frozenset({Urgency.CRITICAL})), policy(name="All")
    also = policy(name="Also", urgencies=frozenset({Urgency.CRITICAL, Urgency.HIGH}))
    vpn = policy(name="VPN", categories=frozenset({"vpn"}))
    assert clash(nights, also) is not None
    assert clash(nights, all_of_it) is None
    assert clash(all_of_it, policy(name="Another")) is not None
    assert clash(vpn, policy(name="Printing", categories=frozenset({"printing"}))) is None


WRONG_YAML = {
    "levels:\n  - ask: [group]\n    minuts: 5\nname: N": ("minuts", 3),
    "name: N\nlevels:\n  - ask:\n      - person: UNOBODY": ("UNOBODY", 4),
    "name: N\nlevels:\n  - ask: [{on_shift: Weekend}]": ("Weekend", 3),
    "name: N\nurgencies: [urgent]\nlevels: [{ask: [group]}]": ("urgent", 2),
    "name: N\nlevels: group": ("list", 2),
    "name: N\nlevels:\n  - ask: [group]\n    minutes: soon": ("soon", 4),
    "- just a list": ("named fields", None),
    "name: [": ("YAML", None),
}


@pytest.mark.parametrize(("text", "named"), WRONG_YAML.items())
def test_a_wrong_file_is_refused_with_the_line(text: str, named: tuple[str, int | None]) -> None:
    with pytest.raises(PolicyRefused) as refused:
        read_yaml(text, NAMES)
    word, line = named
    (problem,) = refused.value.problems
    assert word in problem.what
    assert line in (None, line_of(text, problem.path))


@given(st.text(max_size=60))
def test_no_file_makes_it_stumble(text: str) -> None:
    with suppress(PolicyRefused):
        read_yaml(text, NAMES)


SATURDAY = datetime(2027, 3, 6, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("Sunday 03:10", datetime(2027, 3, 7, 2, 10, tzinfo=UTC)),
        ("sat 12:00", datetime(2027, 3, 13, 11, 0, tzinfo=UTC)),
        ("Sat 20:00", datetime(2027, 3, 6, 19, 0, tzinfo=UTC)),
        ("tomorrow 3:10", datetime(2027, 3, 7, 2, 10, tzinfo=UTC)),
        ("2027-07-01 09:00", datetime(2027, 7, 1, 7, 0, tzinfo=UTC)),
        ("now", SATURDAY),
    ],
)
def test_moments_are_read_in_the_desk_s_zone(said: str, then: datetime) -> None:
    assert parse_moment(said, ZoneInfo("Europe/Berlin"), now=SATURDAY) == then


@pytest.mark.parametrize("said", ["", "soon", "Sunday", "Someday 03:10", "Sunday 25:00", "2027-13-01 09:00"])
def test_what_is_no_moment_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        parse_moment(said, ZoneInfo("UTC"), now=SATURDAY)
