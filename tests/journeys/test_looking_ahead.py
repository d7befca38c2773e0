"""What is wrong on the rota in two weeks, an admin reads in Slack today, and never again."""

from cast import TEAM, Actor, Clock, Desk, shown_text
from rota import day, office, schedule

from bot.slack import copy_schedules as words
from triage.oncall.absences import add_absence
from triage.oncall.plan import AbsenceKind


def told(actor: Actor) -> list[str]:
    shown = [shown_text(message) for message in actor.direct_messages]
    return [text for text in shown if text.startswith((words.LOOK_AHEAD, words.LOOK_AHEAD_ONE))]


def test_an_admin_hears_of_a_gap_once_and_not_why(
    desk: Desk, clock: Clock, ben: Actor, cleo: Actor, dee: Actor
) -> None:
    people = [actor.person for actor in (ben, cleo)]
    with desk.database.transaction() as session:
        schedule(session, TEAM, office(people), now=desk.slack.now())
        add_absence(
            session,
            people[0],
            kind=AbsenceKind.SICK,
            start=day(0, 0),
            end=day(12, 0),
            by=people[0],
            now=desk.slack.now(),
        )

    clock.advance(hours=5)  # in New York, where Dee lives, it is morning
    assert len(told(dee)) == 1
    assert "Nobody is on for" in told(dee)[0]
    assert "sick" not in told(dee)[0].lower()
    assert not told(ben)

    clock.advance(hours=24)
    assert len(told(dee)) == 1
