"""On-call that protects people: shifts that change hands, a night's sleep, and what happens when it cannot be had."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.slack import copy_escalation, copy_oncall, ids
from bot.tour.steps import (
    ADA,
    BEN,
    CLEO,
    DEE,
    ELI,
    MORNING,
    NIGHT,
    WORKDAY,
    Journey,
    NotObserved,
    Step,
    Steps,
    seen,
    shown_text,
    title_of,
    wait_until,
)
from triage.oncall.absences import absences_of
from triage.oncall.overrides import add_override
from triage.oncall.plan import AbsenceKind
from triage.oncall.plans import on_duty
from triage.people.models import Person
from triage.people.roster import meet
from triage.vocabulary import DutyRole, OverrideKind

# So long nobody says anything where nothing is to be said.
_SILENCE_SECONDS = 1.0
# What every page has and no handoff, which tells of the same tickets.
_PAGE = f"[{copy_escalation.BUTTON_PASS}]"
_TONIGHT = timedelta(hours=6)


def swap_a_shift(steps: Steps) -> Iterator[Step]:
    """Four hours of Ben's furthest shift, so that a tour that is played again finds another one."""
    wait_until(steps.slack, WORKDAY)
    steps.begin()
    steps.slack.command(BEN, "/oncall swap")
    yield steps.step(BEN, "opens the form to offer a shift", lambda: title_of(steps, BEN))
    shift = [one for one in _options(steps, BEN, "shift") if f"|{DutyRole.PRIMARY}|" in one["value"]][-1]
    since = int(str(shift["value"]).rpartition("|")[2]) + int(timedelta(hours=1).total_seconds())
    until = since + int(timedelta(hours=4).total_seconds())
    steps.submit(BEN, shift=shift, people=[DEE], since=since, until=until)
    yield steps.step(BEN, "offers four hours of it", lambda: seen(_newest(steps, BEN, copy_oncall.OFFERED)))
    yield steps.step(
        DEE, "is asked, and nobody else", lambda: seen(steps.direct(DEE, f"[{copy_oncall.BUTTON_TAKE}]"))
    )
    asked = steps.direct(DEE, f"[{copy_oncall.BUTTON_TAKE}]")
    assert asked is not None
    steps.press(DEE, asked, ids.SWAP_TAKE)
    yield steps.step(DEE, "takes it", lambda: seen(_newest(steps, DEE, copy_oncall.YOURS)))
    yield steps.step(BEN, "reads who is on then", lambda: seen(_newest(steps, BEN, copy_oncall.TAKEN)))


def night_ticket_waits(steps: Steps) -> Iterator[Step]:
    wait_until(steps.slack, NIGHT)
    _put_on(steps, BEN)
    question = f"The blinds at desk {steps.room} no longer come down"
    ts = steps.say(ADA, question)
    yield steps.step(ADA, "asks in the middle of the night", lambda: seen(steps.reply(ts, "the desk's bot")))
    answer = steps.reply(ts, "the desk's bot")
    assert answer is not None
    steps.press(ADA, answer, ids.ASK_PERSON)
    yield steps.step(ADA, "reads when somebody will see it", lambda: seen(steps.reply(ts, "first in line")))
    steps.begin()
    yield steps.step("Everybody", "sleeps on", lambda: _silence(steps, f"desk {steps.room}"))
    wait_until(steps.slack, MORNING)
    steps.begin()
    yield steps.step(
        BEN, "is asked in his morning, once", lambda: _asked_once(steps, BEN, f"desk {steps.room}")
    )
    page = steps.direct(BEN, f"desk {steps.room}", "[Claim]")
    assert page is not None
    steps.press(BEN, page, ids.CLAIM)
    yield steps.step(BEN, "claims it", lambda: seen(steps.reply(ts, "<@UBEN> is on it")))


def critical_opens_rest(steps: Steps) -> Iterator[Step]:
    wait_until(steps.slack, NIGHT)
    _put_on(steps, BEN)
    hall = f"hall {steps.room}"
    steps.say(ELI, f"The whole warehouse can't scan parcels in {hall}, trucks are waiting")
    yield steps.step(
        BEN, "is woken, and reads why", lambda: seen(steps.direct(BEN, "Critical", hall, "You rest until"))
    )
    page = steps.direct(BEN, hall, _PAGE)
    assert page is not None
    steps.press(BEN, page, ids.ACKNOWLEDGE)
    yield steps.step(
        BEN, "acknowledges it", lambda: seen(steps.direct(BEN, hall, copy_escalation.PAGE_SEEN[:20]))
    )
    yield steps.step("The desk", "opens his rest", lambda: _rest(steps))
    yield steps.step("The card", "can be claimed", lambda: seen(steps.card(hall, "[Claim]")))
    card = steps.card(hall, "[Claim]")
    assert card is not None
    steps.press(BEN, card, ids.CLAIM)
    yield steps.step(BEN, "claims it", lambda: seen(steps.card(hall, "<@UBEN> is on it")))
    wait_until(steps.slack, MORNING)
    steps.slack.advance(minutes=30)
    question = f"The ice machine in the kitchen of floor {steps.room} drips"
    ts = steps.say(ADA, question)
    yield steps.step(ADA, "asks in the morning after", lambda: seen(steps.reply(ts, "the desk's bot")))
    answer = steps.reply(ts, "the desk's bot")
    assert answer is not None
    steps.press(ADA, answer, ids.ASK_PERSON)
    yield steps.step(BEN, "is left alone", lambda: _silence(steps, f"floor {steps.room}"))


def _put_on(steps: Steps, user: str) -> None:
    """Whoever's week it is by now, tonight this one is on: until then the tour has moved the clock by days."""
    with steps.desk.database.transaction() as session:
        team_id, now = steps.desk.own_team(), steps.desk.clock()
        person = meet(session, team_id, user, now=now)
        for shift in on_duty(session, team_id, at=now):
            if shift.role is DutyRole.PRIMARY and shift.person_id != person.id:
                add_override(
                    session,
                    shift.schedule_id,
                    kind=OverrideKind.REPLACE,
                    role=shift.role,
                    start=now,
                    end=min(shift.end, now + _TONIGHT),
                    person=person,
                    instead_of=session.get_one(Person, shift.person_id),
                    by=None,
                    now=now,
                )


# What is observed


def _options(steps: Steps, user: str, block: str) -> list[dict[str, Any]]:
    """What a menu of the form in front offers."""
    for one in steps.slack.views(user)[-1]["blocks"]:
        if one.get("block_id") == block:
            return list(one["element"]["options"])
    raise NotObserved(f"the form has no field {block}")


def _newest(steps: Steps, user: str, sentence: str) -> dict[str, Any] | None:
    """The newest direct message with the fixed part of a sentence."""
    fixed = max(sentence.replace("}", "{").split("{")[::2], key=len)
    return steps.direct(user, fixed.strip())


def _silence(steps: Steps, words: str) -> str | None:
    for user in (BEN, CLEO, DEE):
        if steps.direct(user, words, _PAGE) is not None:
            raise NotObserved(f"{user} was asked")
    return "nobody is asked" if steps.elapsed > _SILENCE_SECONDS else None


def _asked_once(steps: Steps, user: str, words: str) -> str | None:
    texts = map(shown_text, steps.slack.messages(steps.slack.dm(user)))
    found = [text for text in texts if words in text and _PAGE in text]
    if len(found) > 1:
        raise NotObserved(f"asked {len(found)} times")
    return found[0] if found else None


def _rest(steps: Steps) -> str | None:
    with steps.desk.database.reading() as session:
        ben = session.scalars(select(Person).where(Person.slack_id == BEN)).one()
        now = steps.desk.clock()
        for absence in absences_of(session, [ben.id], start=now, end=now + timedelta(days=1)):
            if absence.kind is AbsenceKind.REST:
                return f"until {absence.end:%H:%M} UTC nobody asks him"
    return None


JOURNEYS: tuple[Journey, ...] = (
    ("Swap a shift", swap_a_shift),
    ("A night ticket waits till morning", night_ticket_waits),
    ("A critical one pages and opens rest", critical_opens_rest),
)
