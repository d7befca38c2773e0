"""What the on-call commands share: people, schedules and moments by name, and a workspace where the desk can speak."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.program import Stop
from bot.cli.workspace import the_workspace
from bot.database import Database
from bot.settings import Settings
from bot.slack import copy
from bot.slack.refusals import words_for
from bot.worker.engine import make_client
from triage.errors import NotAllowed, TriageError
from triage.oncall.plan import Schedule
from triage.oncall.plans import schedules
from triage.people.models import Person
from triage.vocabulary import DutyRole


@contextmanager
def speaking_workspace(settings: Settings) -> Iterator[tuple[Database, str]]:
    """The workspace, with the queue that messages to people go through. What the desk refuses is told in words."""
    with the_workspace(settings) as (database, team_id):
        jobs = make_client(settings.url)
        try:
            yield Database(database.engine, jobs), team_id
        finally:
            jobs.destroy()


@contextmanager
def refused_in_words() -> Iterator[None]:
    """A refusal of the desk as the command's one line."""
    try:
        yield
    except NotAllowed:
        raise Stop("That is not allowed.", "Ask an admin.") from None
    except TriageError as refused:
        said = getattr(refused, "sentence", "") or _in_slack_s_words(refused)
        what, _, remedy = said.partition(". ")
        raise Stop(f"{what[:1].upper()}{what[1:].rstrip('.')}.", remedy) from None


def _in_slack_s_words(refused: TriageError) -> str:
    """As people read it elsewhere; where nobody does, as the error tells it."""
    said = words_for(refused)
    return str(refused) if said == copy.WENT_WRONG else said


def everybody(session: Session, team_id: str) -> dict[int, Person]:
    """Also those who only ask: who once was on stands in the past."""
    return {person.id: person for person in session.scalars(select(Person).where(Person.team_id == team_id))}


def the_person(session: Session, team_id: str, named: str) -> Person:
    """By Slack id, by name, or by a part of it that fits one agent alone."""
    agents = [person for person in everybody(session, team_id).values() if person.answers]
    wanted = named.strip().removeprefix("@").casefold()
    for fits in (
        lambda person: wanted in (person.slack_id.casefold(), person.called.casefold()),
        lambda person: wanted in person.called.casefold().split(),
        lambda person: bool(wanted) and person.called.casefold().startswith(wanted),
    ):
        found = [person for person in agents if fits(person)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Stop(
                f"“{named}” could be {_list(found)}.", "Write the whole name, or the Slack id.", code=2
            )
    raise Stop(
        f"Nobody on the desk is called “{named}”.", f"On the desk: {_list(agents) or 'nobody yet'}.", code=2
    )


def _list(people: Sequence[Person]) -> str:
    return ", ".join(sorted(f"{person.called} ({person.slack_id})" for person in people))


def the_schedule(session: Session, team_id: str, named: str) -> Schedule:
    """By name; without one, the only one there is."""
    known = schedules(session, team_id)
    if not known:
        raise Stop(
            "There is no schedule yet.", "Import one: evenhand oncall import FILE, or make it in the console."
        )
    if not named and len(known) == 1:
        return known[0]
    found = [one for one in known if one.name.casefold() == named.strip().casefold()]
    if not found:
        said = f"There is no schedule “{named}”." if named else "Which schedule?"
        raise Stop(said, f"Schedules: {', '.join(one.name for one in known)}.", code=2)
    return found[0]


def the_role(named: str) -> DutyRole:
    try:
        return DutyRole(named.strip().lower())
    except ValueError:
        raise Stop(f"There is no role “{named}”.", f"Roles: {', '.join(DutyRole)}.", code=2) from None


def the_moment(text: str, zone: ZoneInfo, *, ends: bool = False) -> datetime:
    """“2027-03-01 09:00” or with an offset; a day alone is its beginning, and as an end the day is included."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        pass
    else:
        return datetime.combine(day + timedelta(days=ends), time(), zone).astimezone(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Stop(
            f"“{text}” is no moment.", "Write it like 2027-03-01 09:00, or a day alone.", code=2
        ) from None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def zone_of(team_zones: Sequence[ZoneInfo]) -> ZoneInfo:
    """The zone that times are said in: the schedules' where they share one, else UTC."""
    return team_zones[0] if len(set(team_zones)) == 1 else ZoneInfo("UTC")
