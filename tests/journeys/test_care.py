"""What looks after agents, as they meet it: rest after a night, focus, breaks, limits, and nobody else reads of it.

Ben lives in Stockholm and Cleo in São Paulo; the stories begin on a Tuesday at three in the afternoon for him and at
eleven in the morning for her.
"""

import re
from datetime import time, timedelta

import pytest
from cast import Actor, Clock, Desk, Question, buttons, reads, shown_text
from seen import labelled
from sqlalchemy import select

from bot.slack import copy, copy_care, copy_escalation
from bot.slack.views.care import NOTICES
from triage.care.load import credit_cover
from triage.care.profile import Profile, Wishes, profile_of
from triage.care.rest import my_nights
from triage.care.tables import RestCredit
from triage.oncall.absences import absences_of, add_absence
from triage.oncall.rules import CareRules
from triage.tickets.models import TimelineEntry
from triage.vocabulary import AbsenceKind, CreditChoice, TicketStatus

VPN = "My VPN drops every ten minutes on the train"
PRINTER = "The printer on floor two prints blank pages"
CRITICAL = "The whole warehouse can't scan parcels, trucks are waiting"
ALSO_CRITICAL = "Nobody in the whole shop can take card payments, customers are waiting"
HARSH = "You are useless idiots, my VPN is broken again"


@pytest.fixture(autouse=True)
def afternoon(desk: Desk, clock: Clock) -> None:
    clock.advance(hours=4)


def asks(asker: Actor, text: str = VPN) -> Question:
    return asker.says(text).clicks(copy.BUTTON_PERSON)


def carried_much(desk: Desk, actor: Actor) -> None:
    """So much that the next ticket would go to anybody else."""
    with desk.database.transaction() as session:
        person = session.merge(actor.person)
        credit_cover(session, person, 6_000, rules=desk.stage.desk.rules.care, now=desk.slack.now())


def told(actor: Actor) -> list[str]:
    return [shown_text(message) for message in actor.direct_messages]


def presses(actor: Actor, label: str) -> None:
    """A button on the last message that has it."""
    message = next(m for m in reversed(actor.direct_messages) if label in [b.label for b in buttons(m)])
    actor.presses(message, labelled(buttons(message), label))


def test_a_night_acknowledgement_opens_rest_and_the_next_one_goes_to_somebody_else(
    desk: Desk, clock: Clock, ada: Actor, eli: Actor, ben: Actor, cleo: Actor
) -> None:
    carried_much(desk, cleo)
    clock.advance(hours=11, minutes=10)  # 02:10 in Stockholm
    eli.says(CRITICAL)
    assert ben.was_paged()

    presses(ben, copy_escalation.BUTTON_ACKNOWLEDGE)
    assert reads(copy_care.REST, told(ben)[-1])

    clock.advance(hours=10)  # 12:10 there: he rests until 13:10
    before = len(cleo.pages)
    ada.says(ALSO_CRITICAL)
    assert ben.was_paged()
    assert len(cleo.pages) == before + 1

    clock.advance(hours=1, minutes=1)
    before = len(ben.pages)
    asks(eli, PRINTER)
    assert len(ben.pages) == before + 1, "rested, and with less to carry"


def test_in_focus_time_it_goes_to_somebody_else(
    desk: Desk, clock: Clock, ada: Actor, eli: Actor, ben: Actor, cleo: Actor
) -> None:
    carried_much(desk, cleo)
    assert reads(copy_care.FOCUS_STARTED, ben.types("/oncall focus 25"))

    asks(ada)
    assert cleo.was_paged()
    assert not ben.pages

    clock.advance(minutes=26)
    asks(eli, PRINTER)
    assert len(ben.pages) >= 1


def test_something_critical_gets_through_focus_time_where_nobody_else_can(
    desk: Desk, eli: Actor, ben: Actor, cleo: Actor
) -> None:
    assert reads(copy_care.FOCUS_STARTED, ben.types("/oncall focus 25"))
    with desk.database.transaction() as session:
        now = desk.slack.now()
        away = session.merge(cleo.person)
        until = now.replace(day=now.day + 2)
        add_absence(session, away, kind=AbsenceKind.SICK, start=now, end=until, by=away, now=now)
    eli.says(CRITICAL)
    assert ben.was_paged()


def test_the_last_one_there_is_told_kindly_that_nobody_else_is(desk: Desk, ben: Actor, cleo: Actor) -> None:
    assert reads(copy_care.FOCUS_STARTED, cleo.types("/oncall focus 25"))
    assert ben.types("/oncall break") == copy_care.NOBODY_ELSE
    assert cleo.types("/oncall back") == copy_care.BACK
    assert reads(copy_care.BREAK_STARTED, ben.types("/oncall break"))


def test_past_their_limit_the_next_one_goes_to_somebody_else(
    desk: Desk, ada: Actor, eli: Actor, ben: Actor, cleo: Actor
) -> None:
    carried_much(desk, cleo)
    desk.rules(work_cap=1)
    ben.claims(asks(ada))
    asks(eli, PRINTER)
    assert cleo.was_paged()
    assert ben.was_paged()


def test_claiming_past_the_limit_is_their_own_choice(desk: Desk, ada: Actor, eli: Actor, ben: Actor) -> None:
    desk.rules(work_cap=1)
    first, second = asks(ada), asks(eli, PRINTER)
    ben.claims(first)
    ben.claims(second)
    assert second.status is TicketStatus.CLAIMED
    assert reads(copy_care.OVER_CAP, told(ben)[-1])


def test_after_a_hostile_one_a_break_is_offered_and_taken(
    desk: Desk, clock: Clock, ada: Actor, eli: Actor, ben: Actor, cleo: Actor
) -> None:
    carried_much(desk, cleo)
    harsh = asks(ada, HARSH)
    assert harsh.ticket.hostile
    ben.claims(harsh)
    clock.advance(minutes=3)
    ben.resolves(harsh)
    assert reads(copy_care.BREAK_AFTER_HOSTILE, told(ben)[-1])

    presses(ben, copy_care.BUTTON_BREAK)
    assert reads(copy_care.BREAK_STARTED, told(ben)[-1])
    asks(eli, PRINTER)
    assert cleo.was_paged()

    presses(ben, copy_care.BUTTON_BACK)
    assert told(ben)[-1] == copy_care.BACK


def test_a_third_hostile_one_in_a_row_goes_to_somebody_else(
    desk: Desk, clock: Clock, ada: Actor, eli: Actor, ben: Actor, cleo: Actor
) -> None:
    carried_much(desk, cleo)
    for asker in (ada, eli):
        harsh = asks(asker, HARSH)
        ben.claims(harsh)
        clock.advance(minutes=2)
        ben.resolves(harsh)
    assert ben.was_paged(times=2)

    asks(ada, HARSH)
    assert cleo.was_paged()
    assert ben.was_paged(times=2)

    asks(eli, PRINTER)
    assert ben.was_paged(times=3), "a calm one is his again"


def test_nobody_who_is_away_is_given_a_ticket(desk: Desk, ada: Actor, ben: Actor, cleo: Actor) -> None:
    with desk.database.transaction() as session:
        now = desk.slack.now()
        away = session.merge(cleo.person)
        until = now.replace(day=now.day + 2)
        add_absence(session, away, kind=AbsenceKind.SICK, start=now, end=until, by=away, now=now)
    question = asks(ada)
    ben.claims(question)
    (said,) = ben.transfers(question, cleo).values()
    assert reads(copy_care.NOT_THERE, said)
    assert "sick" not in said.lower()
    assert question.ticket.claimed_by_id == ben.person.id


def how_ben_works(desk: Desk, ben: Actor) -> Profile:
    with desk.database.reading() as session:
        return profile_of(session, session.merge(ben.person, load=False), rules=desk.stage.desk.rules.care)


def test_an_agent_says_how_they_work(desk: Desk, ben: Actor) -> None:
    ben.opens_home()
    ben.presses_in_home(copy_care.BUTTON_MY_CARE)
    assert ben.window == copy_care.CARE_TITLE
    said = {
        "working_hours": "Mon-Fri 08:00-16:00",
        "quiet_from": "21:00",
        "quiet_until": "06:30",
        "work_cap": "3",
        "skills": ["vpn"],
        "credit": "later",
        "nights": ["yes"],
    }
    assert ben.submits(**said) == {}

    saved = how_ben_works(desk, ben)
    assert saved.wishes == Wishes(
        "Mon-Fri 08:00-16:00", time(21), time(6, 30), 3, CreditChoice.LATER, opted_in_nights=True
    )
    assert saved.skills == {"vpn"}
    # Opened again, it says what was said.
    ben.presses_in_home(copy_care.BUTTON_MY_CARE)
    assert ben.submits() == {}
    assert how_ben_works(desk, ben) == saved


@pytest.mark.parametrize(
    ("field", "value"),
    [("working_hours", "nine to five"), ("quiet_from", "21:00"), ("work_cap", "50")],
)
def test_a_wish_that_cannot_be_kept_is_said_beside_its_field(
    desk: Desk, ben: Actor, field: str, value: str
) -> None:
    ben.opens_home()
    ben.presses_in_home(copy_care.BUTTON_MY_CARE)
    (where,) = ben.submits(**{field: value})
    assert where in (field, "quiet_until")
    assert how_ben_works(desk, ben).wishes == Wishes()


def worked_a_night(desk: Desk, actor: Actor, minutes: int) -> None:
    with desk.database.transaction() as session:
        row = RestCredit(
            person_id=actor.person.id,
            night=desk.slack.now().date(),
            minutes=minutes,
            choice=CreditChoice.LATER,
            kept=True,
            at=desk.slack.now(),
        )
        session.add(row)


def test_time_kept_for_later_becomes_time_off(desk: Desk, ben: Actor, cleo: Actor) -> None:
    ben.opens_home()
    assert copy_care.BUTTON_CREDIT not in [one.label for one in buttons(desk.slack.home(ben.id))]
    worked_a_night(desk, ben, minutes=90)
    ben.opens_home()
    ben.presses_in_home(copy_care.BUTTON_CREDIT)
    assert ben.window == copy_care.CREDIT_TITLE
    assert "minutes" in ben.submits(minutes="91")
    assert ben.submits(minutes="60") == {}
    assert reads(copy_care.CREDIT_TAKEN, told(ben)[-1])
    with desk.database.reading() as session:
        (off,) = absences_of(
            session, [ben.person.id], start=desk.slack.now(), end=desk.slack.now() + timedelta(days=2)
        )
        left = my_nights(session, ben.person, by=ben.person, rules=CareRules(), now=desk.slack.now()).left
    assert (off.kind, off.end - off.start) == (AbsenceKind.REST, timedelta(hours=1))
    assert left == timedelta(minutes=30)


# What tells of one person's load, rest or bad luck. The words of the ticket's own story are not among them.
TELLTALE = re.compile(
    r"\b(burden|load|hostil\w*|rests?|resting|break|focus|sick|limit|weigh\w*|fair share)\b", re.I
)


def test_nobody_else_reads_of_ones_load_rest_or_bad_luck(
    desk: Desk,
    clock: Clock,
    ada: Actor,
    eli: Actor,
    ben: Actor,
    cleo: Actor,
    dee: Actor,
    capfd: pytest.CaptureFixture[str],
) -> None:
    carried_much(desk, cleo)
    desk.rules(work_cap=1)
    both = [asks(asker, HARSH) for asker in (ada, eli)]
    for harsh in both:
        ben.claims(harsh)
    clock.advance(minutes=2)
    for harsh in both:
        ben.resolves(harsh)
    presses(ben, copy_care.BUTTON_BREAK)
    asks(ada, HARSH)
    clock.advance(hours=12)
    eli.says(CRITICAL)
    presses(ben, copy_escalation.BUTTON_ACKNOWLEDGE)
    asks(ada, PRINTER)

    private = {message["ts"] for message in ben.direct_messages}
    said = [shown_text(m) for m in desk.everything_said() if m["ts"] not in private]
    assert [text for text in said if TELLTALE.search(text.replace(HARSH, ""))] == []
    assert {row.params["notice"] for row in desk.messages if row.params.get("notice") in NOTICES} >= {
        "rest",
        "over_cap",
        "break_offer",
        "pause",
    }
    with desk.database.reading() as session:
        lines = session.scalars(select(TimelineEntry)).all()
        # That the words of a question are harsh is about the question, and its own line.
        told_of = [f"{line.reason} {line.details}" for line in lines if line.what not in ("harsh", "hostile")]
    assert [text for text in told_of if TELLTALE.search(text.replace("least_burden", ""))] == []
    logged = capfd.readouterr()
    people = (ben.id, f"person_id={ben.person.id}")
    about_ben = [line for line in (logged.out + logged.err).splitlines() if any(p in line for p in people)]
    assert [line for line in about_ben if TELLTALE.search(line)] == []
