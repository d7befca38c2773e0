"""`evenhand oncall off import`: time off from somebody's own calendar, as a file or at an address."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from bot.cli.oncall_off import off
from bot.cli.oncall_people import refused_in_words, speaking_workspace, the_person
from bot.cli.program import Stop, command, err, out
from bot.clock import system_clock
from bot.outbound.fetching import Fetcher
from bot.reach import Reach
from bot.settings import load
from kb.importers.source import SourceTrouble
from triage.oncall.calendar.taking_over import TakenOver, take_over
from triage.oncall.calendar.time_off import MOST_BYTES, Read, read_time_off
from triage.oncall.exchange.document import FileRefused
from triage.people.models import Person
from triage.vocabulary import AbsenceKind


class _OnlyLooked(Exception):
    """Rolls back what --dry-run tried."""


@command(off, "import")
def off_import(
    calendar: Annotated[
        str, typer.Argument(metavar="FILE|URL", help="An iCalendar file (.ics), or https://… of one.")
    ],
    person: Annotated[str, typer.Option(help="Whose time off it is: a name or a Slack id.")],
    kind: Annotated[AbsenceKind, typer.Option(help="What kind of time off. Only they will see it.")] = (
        AbsenceKind.TIME_OFF
    ),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
    ] = False,
) -> None:
    """Take over time off for a year ahead. Run it again after changes: what moved is moved, what went is removed.

    Titles, places and guests are not read. From an address, what is missing there is removed here; a file only
    speaks of the events in it.
    """
    if kind is AbsenceKind.REST:
        raise Stop("Rest follows from work at night, and from no calendar.", "Leave --kind out.", code=2)
    settings = load()
    text, url = _text(calendar, settings.reach)
    now = system_clock()
    with speaking_workspace(settings) as (database, team_id), refused_in_words():
        taken: TakenOver | None = None
        try:
            with database.transaction() as session:
                whose = the_person(session, team_id, person)
                name, read = whose.called, _read(text, whose, calendar, now)
                taken = take_over(session, whose, read, url=url, kind=kind, by=None, now=now)
                if dry_run:
                    raise _OnlyLooked
        except _OnlyLooked:
            pass
    if taken is not None:
        _show(taken, name, dry_run=dry_run)


def _read(text: bytes, whose: Person, calendar: str, now: datetime) -> Read:
    try:
        return read_time_off(text, ZoneInfo(whose.time_zone), now=now)
    except FileRefused as refused:
        for wrong in refused.wrong:
            err.print(f"  {wrong}", markup=False, soft_wrap=True)
        raise Stop(f"Nothing was changed: {calendar} cannot be read, as listed above.", code=2) from None


def _text(calendar: str, reach: Reach) -> tuple[bytes, str]:
    """The calendar, and its address where it has one."""
    if "://" not in calendar:
        return _file(Path(calendar)), ""
    # webcal is what calendars call https.
    url = calendar.replace("webcal://", "https://", 1)
    address = urlsplit(url)
    if address.scheme != "https":
        raise Stop("The address is not protected.", "Write it with https://, or save the file first.", code=2)
    try:
        fetch = Fetcher(f"{address.scheme}://{address.netloc}", reach=reach)
        return fetch(url, headers={"Accept": "text/calendar"}).body, url
    except SourceTrouble as trouble:
        what = str(trouble).rstrip(".")
        raise Stop(
            f"Nothing was changed: {what}.", "Look whether the address is right, or try later."
        ) from None


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as trouble:
        raise Stop(
            f"{path} cannot be read ({trouble.strerror}).", "Give the path of a file.", code=2
        ) from None


def _show(taken: TakenOver, whose: str, *, dry_run: bool) -> None:
    counts = f"{taken.added} added, {taken.moved} moved, {taken.removed} removed, {taken.same} unchanged"
    out.print(f"Time off of {escape(whose)}: {counts}.", soft_wrap=True)
    if dry_run:
        out.print("Nothing was changed. To do it, run the same without --dry-run.")
