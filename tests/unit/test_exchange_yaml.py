"""Schedules as YAML: what is written is read back equal, and what is wrong is told with its line and the remedy."""

from datetime import UTC, date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.oncall.checking import problems
from triage.oncall.exchange.document import Document, FileRefused, Written, Wrong
from triage.oncall.exchange.nodes import MOST_CHARACTERS
from triage.oncall.exchange.reading import from_yaml
from triage.oncall.exchange.words import NotUnderstood, restriction, restriction_text
from triage.oncall.exchange.writing import to_yaml
from triage.oncall.plan import DutyRole, Member, Override, OverrideKind, Restriction, Rotation, Schedule, Turn
from triage.people.models import Person

PEOPLE = {
    number: Person(id=number, slack_id=slack_id, name=name)
    for number, slack_id, name in (
        (1, "UBEN", "Ben"),
        (2, "UCLEO", "Cleo # & : “Brücke”\nthe second"),
        (3, "UDEE", None),
        (4, "1E5", "Eli"),
    )
}
IDS = {person.slack_id: number for number, person in PEOPLE.items()}

GOOD = """\
evenhand: 1
group: [UBEN, UCLEO]
schedules:
  - name: Desk
    zone: Europe/Berlin
    holidays: DE-BE
    rotations:
      - name: Weekdays
        turn: week
        starts: 2027-03-01 09:00
        only:
          - Mon-Fri 09:00-17:00
        members:
          - UBEN  # Ben
          - person: UCLEO
            since: 2027-04-01
      - name: Nights
        role: secondary
        turn: business day
        every: 2
        starts: 2027-03-01 22:00
        only: ["22:00-06:00"]
        members: [UDEE]
    overrides:
      - kind: replace
        start: 2027-03-02 09:00
        end: 2027-03-02 17:00
        person: UCLEO
        instead_of: UBEN
"""


def refused(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(FileRefused) as caught:
        from_yaml(text, IDS)
    return [(wrong.line, wrong.what, wrong.remedy) for wrong in caught.value.wrong]


def wrong_in(text: str) -> tuple[Wrong, ...]:
    try:
        from_yaml(text, IDS)
    except FileRefused as refusal:
        return refusal.wrong
    return ()


def test_a_file_that_people_would_write_is_read() -> None:
    document = from_yaml(GOOD, IDS, "T1")

    (written,) = document.schedules
    weekdays, nights = written.schedule.rotations
    assert document.group == (1, 2)
    assert (written.schedule.zone, written.schedule.country, written.schedule.region) == (
        ZoneInfo("Europe/Berlin"),
        "DE",
        "BE",
    )
    assert weekdays.members == (Member(1), Member(2, since=date(2027, 4, 1)))
    assert weekdays.restrictions == (Restriction(frozenset(range(5)), time(9), time(17)),)
    assert (nights.role, nights.turn, nights.every) == (DutyRole.SECONDARY, Turn.BUSINESS_DAY, 2)
    assert nights.restrictions[0].weekdays == frozenset(range(7))
    # Without an offset, an override's times are local to the schedule.
    assert written.overrides[0].start == datetime(2027, 3, 2, 8, tzinfo=UTC)
    assert document.line(("schedules", 0, "rotations", 1, "every")) == 20


def test_everything_wrong_is_told_at_once_with_its_line() -> None:
    text = (
        GOOD.replace("zone: Europe/Berlin", "zone: Europe/Berln")
        .replace("turn: week", "turn: fortnight")
        .replace("Mon-Fri 09:00-17:00", "Mon-Fry 09:00-17:00")
        .replace("- UBEN  # Ben", "- UNOBODY")
        .replace("every: 2", "evry: 2")
        .replace("end: 2027-03-02 17:00", "end: 2027-03-01 17:00")
    )

    found = refused(text)

    assert [line for line, _, _ in found] == [5, 9, 12, 14, 20, 27]
    whats = [what for _, what, _ in found]
    assert "“Europe/Berln”" in whats[0]
    assert "Fry" in found[2][2]
    assert "UNOBODY" in whats[3]
    assert whats[4] == "Unknown key “evry”"
    assert "every" in found[4][2]
    assert "ends before it starts" in whats[5]
    assert all(remedy for _, _, remedy in found)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 0, "empty"),
        ("- a\n- b\n", 1, "key: value"),
        ("evenhand: 2\nschedules: []\n", 1, "version"),
        ("evenhand: 1\n", 1, "names no schedules"),
        ("schedules:\n  - name: A\n   zone: UTC\n", 3, "not YAML"),
        ("schedules: &all\n  - name: A\nmore: *all\n", 3, "another part"),
        ("schedules:\n  - <<: {name: A}\n", 2, "Unknown key"),
        ("schedules:\n  - name: A\n    name: B\n    zone: UTC\n", 3, "twice"),
        ("schedules:\n  - name: A\n    zone: UTC\n  - name: A\n    zone: UTC\n", 4, "already"),
        ("schedules:\n  - name: A\n    zone: ../../etc/passwd\n", 3, "means nothing"),
        ("schedules:\n  - name: !!python/object:os.system A\n    zone: UTC\n", 2, "one piece of text"),
        ("schedules:\n  - {name: A, zone: UTC, rotations: 5}\n", 2, "has to be a list"),
        ("group: [UBEN, UBEN]\n", 1, "twice"),
        ("a: \x07\n", 1, "character"),
        ("[" * 5000, 1, "nested too deeply"),
        ("a: " + "x" * MOST_CHARACTERS, 0, "longer than"),
    ],
)
def test_bad_input_is_refused_with_the_line(text: str, line: int, says: str) -> None:
    found = refused(text)
    assert any(there == line and says in what for there, what, _ in found), found


def test_somebody_twice_is_meant_only_where_the_file_says_so() -> None:
    twice = GOOD.replace("members: [UDEE]", "members: [UDEE, UBEN, UDEE]")
    assert refused(twice)[0][:2] == (23, "This person is a member here already")

    meant = GOOD.replace("members: [UDEE]", "members: [UDEE, UBEN, {person: UDEE, again: true}]")
    rotation = from_yaml(meant, IDS).schedules[0].schedule.rotations[1]
    assert [member.person_id for member in rotation.members] == [3, 1, 3]


def test_rules_that_cannot_be_are_told_with_their_line() -> None:
    overlapping = GOOD.replace("role: secondary", "role: primary").replace("22:00-06:00", "16:00-20:00")
    assert refused(overlapping)[0][0] == 17
    nowhere = GOOD.replace("DE-BE", "XX")
    ((line, what, _),) = refused(nowhere)
    assert (line, "XX" in what) == (6, True)


def test_aliases_cannot_multiply() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [*{last}, *{last}]\n" for last, name in pairwise("abcdefgh")
    )
    assert refused(bomb)[0][:2] == (2, "“*a” points at another part of the file")


@given(st.text(max_size=200) | st.text(alphabet="-:[]{}&*!|>'\"%@`#,? \nab01", max_size=120))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert all(wrong.what for wrong in wrong_in(text))


@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, min(len(GOOD), start + 30)))
    put = data.draw(
        st.text(max_size=8) | st.sampled_from(["\n", "  ", ": ", "- ", "null", "[", "*a", "&a ", "!!x "])
    )
    found = wrong_in(GOOD[:start] + put + GOOD[end:])
    assert all(0 <= wrong.line <= GOOD.count("\n") + 10 for wrong in found)


@given(
    st.builds(Restriction, st.frozensets(st.integers(0, 6), min_size=1), st.times(), st.times()).map(
        lambda one: Restriction(
            one.weekdays, one.start.replace(microsecond=0), one.end.replace(microsecond=0)
        )
    )
)
def test_a_restriction_reads_back(one: Restriction) -> None:
    assert restriction(restriction_text(one)) == one


@pytest.mark.parametrize(
    ("text", "days", "start", "end"),
    [
        ("Mon-Fri 09:00-17:00", {0, 1, 2, 3, 4}, time(9), time(17)),
        ("sat, sun 0:00-24:00", {5, 6}, time(0), time(0)),
        ("Friday - Monday 22:00 – 06:00", {4, 5, 6, 0}, time(22), time(6)),
        ("22:00-06:00", set(range(7)), time(22), time(6)),
    ],
)
def test_restrictions_are_written_as_people_say_them(
    text: str, days: set[int], start: time, end: time
) -> None:
    assert restriction(text) == Restriction(frozenset(days), start, end)


@pytest.mark.parametrize(
    "text", ["", "Mon", "25:00-26:00", "Mon-Fri", "9-17", "Foo 09:00-10:00", "Mon 09:00"]
)
def test_other_restrictions_are_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood):
        restriction(text)


# --- Round trip -------------------------------------------------------------------------------------

ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
).map(ZoneInfo)
TIMES = st.times().map(lambda at: at.replace(microsecond=0))
DATES = st.dates(date(2020, 1, 1), date(2040, 1, 1))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=0)
)
LOCAL = datetime(2000, 1, 1), datetime(2040, 1, 1)  # noqa: DTZ001
NAMES = st.text(min_size=1, max_size=20).filter(
    lambda name: bool(name.strip()) and name.isprintable() and not {"{", "}"} & set(name)
)


def members() -> st.SearchStrategy[Member]:
    return (
        st.tuples(st.sampled_from(list(PEOPLE)), st.none() | DATES, st.none() | DATES)
        .map(
            lambda drawn: Member(drawn[0], *(sorted(drawn[1:]) if None not in drawn else drawn[1:]))  # type: ignore[type-var]
        )
        .filter(lambda one: one.since is None or one.until is None or one.since < one.until)
    )


def rotations() -> st.SearchStrategy[Rotation]:
    return st.builds(
        Rotation,
        id=st.just(0),
        name=NAMES,
        role=st.sampled_from(DutyRole),
        layer=st.integers(1, 99),
        turn=st.sampled_from(Turn),
        every=st.integers(1, 12),
        starts=st.datetimes(*LOCAL).map(lambda at: at.replace(microsecond=0)),
        members=st.lists(members(), min_size=1, max_size=5).map(tuple),
        restrictions=st.lists(
            st.builds(Restriction, st.frozensets(st.integers(0, 6), min_size=1), TIMES, TIMES), max_size=3
        ).map(tuple),
        zone=st.none() | ZONES,
    )


@st.composite
def overrides(draw: st.DrawFn) -> Override:
    start, end = sorted(draw(st.tuples(MOMENTS, MOMENTS).filter(lambda two: two[0] != two[1])))
    kind = draw(st.sampled_from(OverrideKind))
    one, other = draw(st.permutations(list(PEOPLE)))[:2]
    away = other if kind in (OverrideKind.REMOVE, OverrideKind.REPLACE) else None
    comes = None if kind is OverrideKind.REMOVE else one
    return Override(0, kind, draw(st.sampled_from(DutyRole)), start, end, comes, away)


def schedules() -> st.SearchStrategy[Schedule]:
    return (
        st.builds(
            Schedule,
            id=st.just(0),
            team_id=st.just("T1"),
            name=NAMES,
            zone=ZONES,
            rotations=st.lists(rotations(), max_size=3, unique_by=lambda one: one.name).map(tuple),
            country=st.sampled_from(["", "DE"]),
        )
        .flatmap(
            lambda one: st.sampled_from(
                [one, Schedule(**{**vars(one), "region": "BE" if one.country else ""})]
            )
        )
        .filter(lambda one: not problems(one))
    )


@given(
    st.lists(
        st.builds(Written, schedules(), st.lists(overrides(), max_size=2).map(tuple)),
        max_size=2,
        unique_by=lambda one: one.schedule.name,
    ).map(tuple),
    st.none() | st.permutations(list(PEOPLE)).map(tuple),
)
def test_what_is_written_is_read_back_equal(
    written: tuple[Written, ...], group: tuple[int, ...] | None
) -> None:
    document = Document(written, group)
    assert from_yaml(to_yaml(document, PEOPLE), IDS, "T1") == document
