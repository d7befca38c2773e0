"""The bookkeeping of what Slack has shown us: who looks, for what, how often, and when it is believed."""

from datetime import datetime, timedelta

import pytest
from factories import NOW, TEAM, settle
from sqlalchemy.orm import Session

from bot.database import Database
from bot.worker.work_list import list_work
from triage import outbox_seen
from triage.outbox import Occasion, Say, say
from triage.outbox_seen import LOOK_AFTER, LOOK_AGAIN_AFTER, MOST_POSTS, Stood
from triage.people.models import Team
from triage.vocabulary import SayState

DUE = NOW + LOOK_AFTER


@pytest.fixture
def session(database: Database) -> Session:
    settle(database)
    with database.transaction() as session:
        session.add(Team(id="T2", created_at=NOW))
    with database.transaction() as session:
        yield session


def posted(session: Session, ts: str = "1.1", *, channel: str = "CHELP", team: str = TEAM) -> Say:
    row = say(session, Occasion.NOTICE, team_id=team, address=channel, now=NOW, notice="claimed")
    row.state, row.sent_at, row.attempts = SayState.SENT, NOW, 1
    row.sent_channel, row.sent_ts, row.look_for_at = channel, ts, DUE
    session.flush()
    return row


def unsure(session: Session, now: datetime, team: str = TEAM) -> list[str | None]:
    return [row.sent_ts for row in outbox_seen.unsure(session, team, now=now)]


def test_what_came_back_is_settled_in_its_own_workspace_and_channel(session: Session) -> None:
    ours = [posted(session), posted(session, channel="CDESK"), posted(session, team="T2")]
    assert outbox_seen.note_seen(session, [Stood(TEAM, "CHELP", "1.1"), Stood(TEAM, "CDESK", "9.9")]) == 1
    for row in ours:
        session.refresh(row)
    assert [row.look_for_at is None for row in ours] == [True, False, False]
    assert set(outbox_seen.unsure_teams(session, now=DUE)) == {TEAM, "T2"}


def test_nothing_is_looked_for_before_its_time_nor_what_was_sent_before_there_was_one(
    session: Session,
) -> None:
    posted(session)
    posted(session, "2.2").look_for_at = None
    assert unsure(session, DUE - timedelta(seconds=1)) == []
    assert unsure(session, DUE) == ["1.1"]


def test_of_two_workers_one_looks(session: Session) -> None:
    row = posted(session)
    session.expunge(row)
    assert outbox_seen.take_look(session, row, now=DUE)
    row.look_for_at = DUE  # as the other worker has read it
    assert not outbox_seen.take_look(session, row, now=DUE)
    assert unsure(session, DUE) == []
    assert unsure(session, DUE + LOOK_AGAIN_AFTER) == ["1.1"]


def test_what_comes_back_while_it_is_looked_for_is_not_missed(session: Session) -> None:
    row = posted(session)
    session.expunge(row)
    outbox_seen.take_look(session, row, now=DUE)
    outbox_seen.note_seen(session, [Stood(TEAM, "CHELP", "1.1")])
    assert not outbox_seen.missed(session, row)
    assert outbox_seen.say_again(session, row) is None


def test_what_was_missed_goes_first_and_then_each_channel_has_its_turn(session: Session) -> None:
    for ts in ("1.1", "2.2", "3.3"):
        posted(session, ts)
    posted(session, "4.4", channel="CDESK")
    for ts in ("5.5", "6.6"):
        row = posted(session, ts, channel="CDESK")
        row.look_for_at = DUE + timedelta(seconds=1)
    row.missed = 1
    session.flush()
    assert unsure(session, DUE + timedelta(seconds=1)) == ["6.6", "1.1", "4.4", "2.2", "5.5", "3.3"]


def test_what_nobody_could_look_for_is_believed_after_a_day_unless_it_was_missed(session: Session) -> None:
    posted(session)
    posted(session, "2.2").missed = 1
    assert outbox_seen.believe_old(session, TEAM, now=NOW + timedelta(hours=23)) == 0
    later = NOW + timedelta(hours=25)
    assert outbox_seen.believe_old(session, TEAM, now=later) == 1
    assert unsure(session, later) == ["2.2"]


def test_it_is_posted_a_few_times_and_then_somebody_has_to_see_to_it(session: Session) -> None:
    row = posted(session)
    for turn in range(1, MOST_POSTS + 1):
        assert not outbox_seen.is_lost(row)
        assert outbox_seen.missed(session, row)
        session.refresh(row)
        assert outbox_seen.is_lost(row)
        state = outbox_seen.say_again(session, row)
        session.refresh(row)
        assert state is row.state is (SayState.FAILED if turn == MOST_POSTS else SayState.SENDING)
        row.state, row.look_for_at = SayState.SENT, DUE
        session.flush()


def test_what_is_said_again_hangs_since_slack_lost_it(session: Session) -> None:
    row = posted(session)
    row.missed, row.sent_at = 1, NOW + timedelta(hours=2)
    session.flush()
    assert outbox_seen.say_again(session, row) is SayState.SENDING
    session.refresh(row)

    def hanging(minutes: int) -> list[datetime]:
        found = list_work(session, TEAM, [], now=row.sent_at + timedelta(minutes=minutes))
        return [item.since for item in found]

    assert hanging(minutes=1) == []
    assert hanging(minutes=11) == [row.sent_at]
