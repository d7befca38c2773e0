"""Schedules as a YAML file that people like to read: names beside the ids, one thing a line, local times."""

from collections.abc import Iterator, Mapping

from triage.oncall.exchange import words
from triage.oncall.exchange.document import Document, Written
from triage.oncall.exchange.nodes import quoted
from triage.oncall.exchange.reading import VERSION
from triage.oncall.plan import Member, Override, Rotation
from triage.people.models import Person

_HEAD = """\
# On-call schedules of Evenhand. Times are local to the zone above them.
# Try a change first:  evenhand oncall import FILE --dry-run
"""


def to_yaml(document: Document, people: Mapping[int, Person]) -> str:
    """`people` holds at least everybody the document names."""
    lines = [_HEAD, f"evenhand: {VERSION}"]
    if document.group is not None:
        lines += ["", "# The desk's on-call list, in an order that only decides between equals.", "group:"]
        lines += [f"  - {_who(person, people)}" for person in document.group]
    if document.schedules or document.group is None:
        lines += ["", "schedules:" if document.schedules else "schedules: []"]
    for written in document.schedules:
        lines += _schedule(written, people)
    return "\n".join(lines) + "\n"


def _schedule(written: Written, people: Mapping[int, Person]) -> Iterator[str]:
    schedule = written.schedule
    yield f"  - name: {quoted(schedule.name)}"
    yield f"    zone: {schedule.zone.key}"
    if schedule.country:
        yield f"    holidays: {quoted('-'.join(part for part in (schedule.country, schedule.region) if part))}"
    if schedule.rotations:
        yield "    rotations:"
    for rotation in schedule.rotations:
        yield from _rotation(rotation, people)
    if written.overrides:
        yield "    overrides:"
    for override in written.overrides:
        yield from _override(override, written, people)


def _rotation(rotation: Rotation, people: Mapping[int, Person]) -> Iterator[str]:
    yield f"      - name: {quoted(rotation.name)}"
    yield f"        role: {rotation.role}"
    yield f"        layer: {rotation.layer}"
    yield f"        turn: {str(rotation.turn).replace('_', ' ')}"
    yield f"        every: {rotation.every}"
    yield f"        starts: {words.local_text(rotation.starts)}"
    if rotation.zone is not None:
        yield f"        zone: {rotation.zone.key}"
    if rotation.restrictions:
        yield "        only:"
    for restriction in rotation.restrictions:
        yield f"          - {words.restriction_text(restriction)}"
    yield "        members:" if rotation.members else "        members: []"
    for n, member in enumerate(rotation.members):
        again = member.person_id in {other.person_id for other in rotation.members[:n]}
        yield from _member(member, people, again=again)


def _member(member: Member, people: Mapping[int, Person], *, again: bool) -> Iterator[str]:
    if member.since is None and member.until is None and not again:
        yield f"          - {_who(member.person_id, people)}"
        return
    yield f"          - person: {_who(member.person_id, people)}"
    for key, day in (("since", member.since), ("until", member.until)):
        if day is not None:
            yield f"            {key}: {day.isoformat()}"
    if again:
        yield "            again: true"


def _override(override: Override, written: Written, people: Mapping[int, Person]) -> Iterator[str]:
    zone = written.schedule.zone
    yield f"      - kind: {override.kind}"
    yield f"        role: {override.role}"
    yield f"        start: {words.moment_text(override.start, zone)}"
    yield f"        end: {words.moment_text(override.end, zone)}"
    for key, person in (("person", override.person_id), ("instead_of", override.instead_of)):
        if person is not None:
            yield f"        {key}: {_who(person, people)}"


def _who(person_id: int, people: Mapping[int, Person]) -> str:
    person = people[person_id]
    name = "".join(letter for letter in person.name or "" if letter.isprintable())
    return f"{quoted(person.slack_id)}  # {name}" if name else quoted(person.slack_id)
