"""Work that failed or was lost is seen, and done once more when somebody says so."""

from typing import Any

import pytest
import sqlalchemy as sa
from cast import TEAM, Actor, Clock, Desk
from databases import engine_table
from sqlalchemy.orm import Session

from bot.demo import HELP_CHANNEL
from bot.slack import copy
from bot.slack.inbox import InboxEvent
from bot.worker import timers as firing
from bot.worker.failed import failed_work, retry_work
from bot.worker.timers import fire_timer, reconcile
from bot.worker.work_acts import WorkActs
from bot.worker.work_list import Item, Standing, Wanted, list_work
from triage.errors import NotAllowed
from triage.escalation.alerts import trigger
from triage.outbox import Occasion, Say
from triage.tickets.models import Ticket
from triage.timers import Timer
from triage.vocabulary import SayState, TicketStatus
from triage.work import HandleEvent, enqueue
from triage.work_notes import Happened, NothingToRetry, notes_of

VPN = "My VPN drops every ten minutes on the train"


def refused_answer(desk: Desk, ada: Actor) -> Say:
    desk.slack.fail_next("chat.postMessage", error="is_archived")
    ada.says(VPN)
    (row,) = [m for m in desk.messages if m.occasion is Occasion.ANSWER]
    assert row.state is SayState.FAILED
    return row


def acts(desk: Desk, session: Session, by: Actor) -> WorkActs:
    failed = failed_work(desk.stage.assembly.jobs)
    return WorkActs(session, by.person.team_id, failed, by=by.person, now=desk.slack.now())


def again(desk: Desk, say_id: int, by: Actor) -> None:
    with desk.database.transaction() as session:
        acts(desk, session, by).retry(f"say:{say_id}")


def listed(desk: Desk, *standings: Standing) -> list[Item]:
    failed = failed_work(desk.stage.assembly.jobs)
    wanted = Wanted(standings=frozenset(standings)) if standings else Wanted()
    with desk.database.reading() as session:
        return list_work(session, TEAM, failed, wanted=wanted, now=desk.slack.now())


def history(desk: Desk, name: str) -> list[Happened]:
    with desk.database.reading() as session:
        return [note.what for note in notes_of(session, name)]


def test_a_refused_message_goes_out_when_an_admin_says_so(desk: Desk, ada: Actor, dee: Actor) -> None:
    row = refused_answer(desk, ada)

    again(desk, row.id, dee)
    desk.work_off()

    (posted,) = [m for m in desk.slack.replies(HELP_CHANNEL, desk.only_ticket.thread_ts) if m.get("bot_id")]
    assert posted["ts"] == desk.messages[0].sent_ts


def test_only_admins_send_again_and_only_once(desk: Desk, ada: Actor, ben: Actor, dee: Actor) -> None:
    row = refused_answer(desk, ada)
    with pytest.raises(NotAllowed):
        again(desk, row.id, ben)

    again(desk, row.id, dee)
    desk.work_off()
    with pytest.raises(NothingToRetry):
        again(desk, row.id, dee)

    assert len(desk.slack.replies(HELP_CHANNEL, desk.only_ticket.thread_ts)) == 1


def test_a_fault_of_our_own_is_tried_a_few_times_then_shown_by_name_and_tried_anew(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def breaks(_session: Any, timer_id: int, **_: Any) -> bool:
        tried.append(timer_id)
        raise LookupError(f"a bug, and a secret: {VPN}")

    question = ada.says(VPN)
    with monkeypatch.context() as patch:
        patch.setattr(firing, "fire", breaks)
        desk.slack.advance(minutes=31)
        (failed,) = desk.until(lambda: failed_work(desk.stage.assembly.jobs))
    assert (failed.kind, failed.error) == ("fire_timer", "LookupError")
    assert len(tried) == 5
    assert question.status is TicketStatus.SUGGESTED

    retry_work(desk.stage.assembly.jobs, failed)
    retry_work(desk.stage.assembly.jobs, failed)
    desk.work_off()

    assert question.status is TicketStatus.WAITING
    assert ben.was_paged()
    assert failed_work(desk.stage.assembly.jobs) == []


def jobs(desk: Desk, where: str) -> int:
    table = engine_table(desk.database.engine, "workflow_status")
    with desk.database.reading() as session:
        return session.scalar(sa.text(f"SELECT count(*) FROM {table} WHERE {where}")) or 0


def test_the_same_work_asked_for_twice_is_one_job(desk: Desk) -> None:
    for _ in range(2):
        with desk.database.transaction() as session:
            enqueue(session, HandleEvent("EvNone"))
            enqueue(session, HandleEvent("EvNone"))
    desk.work_off()
    assert jobs(desk, "workflow_uuid = 'event:EvNone'") == 1


def loses(desk: Desk, where: str) -> None:
    table = engine_table(desk.database.engine, "workflow_status")
    with desk.database.transaction() as session:
        session.execute(sa.text(f"DELETE FROM {table} WHERE {where}"))


def test_a_message_whose_job_was_lost_goes_out_after_the_next_start(desk: Desk, ada: Actor) -> None:
    question = ada.says(VPN)
    (row,) = desk.messages
    with desk.database.transaction() as session:
        session.get_one(Say, row.id).state = SayState.SENDING
    loses(desk, f"workflow_uuid = 'say:{row.id}'")

    reconcile(desk.stage.desk)
    desk.work_off()

    assert len(question.answers) == 1, "it was found, not said again"
    assert desk.messages[0].state is SayState.SENT


def test_a_timer_whose_job_was_lost_fires_all_the_same(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor
) -> None:
    question = ada.says(VPN)
    loses(desk, "name = 'fire_timer'")

    clock.advance(minutes=31)

    assert question.status is TicketStatus.WAITING
    assert ben.was_paged()


@pytest.mark.parametrize("press", [copy.BUTTON_PERSON, copy.BUTTON_SOLVED])
def test_every_timer_fired_twice_has_one_effect(desk: Desk, clock: Clock, ada: Actor, press: str) -> None:
    question = ada.says(VPN).clicks(press)
    clock.advance(hours=24 * 8)
    before = question.happened
    with desk.database.reading() as session:
        done = list(session.scalars(sa.select(Timer.id).where(Timer.done_at.is_not(None))))

    for timer_id in done:
        fire_timer(timer_id, desk.stage.desk)
    desk.work_off()

    assert question.happened == before


def test_messages_of_another_workspace_are_not_ours_to_send(desk: Desk, ada: Actor) -> None:
    row = refused_answer(desk, ada)
    for act in (WorkActs.retry, WorkActs.bury, WorkActs.dig_up):
        with pytest.raises(NothingToRetry), desk.database.transaction() as session:
            act(WorkActs(session, f"{TEAM}2", [], by=None, now=desk.slack.now()), f"say:{row.id}")


def test_the_history_of_a_message_survives_its_retries(desk: Desk, ada: Actor, dee: Actor) -> None:
    row = refused_answer(desk, ada)
    desk.slack.fail_next("chat.postMessage", error="not_in_channel")
    again(desk, row.id, dee)
    desk.work_off()

    (item,) = listed(desk)
    assert (item.name, item.standing, item.attempts) == (f"say:{row.id}", Standing.FAILED, 2)
    assert item.error == "chat.postMessage: not_in_channel"
    assert history(desk, item.name) == [Happened.REFUSED, Happened.RETRIED, Happened.REFUSED]
    assert VPN not in repr(item)


def test_what_was_buried_stays_down_through_a_start_until_it_is_dug_up(
    desk: Desk, ada: Actor, dee: Actor
) -> None:
    question = ada.says(VPN)
    (row,) = desk.messages
    with desk.database.transaction() as session:
        session.get_one(Say, row.id).state = SayState.SENDING
    loses(desk, f"workflow_uuid = 'say:{row.id}'")
    desk.slack.advance(minutes=11)
    with desk.database.transaction() as session:
        acts(desk, session, dee).bury(f"say:{row.id}")

    reconcile(desk.stage.desk)
    desk.work_off()
    assert listed(desk) == []
    assert [item.name for item in listed(desk, Standing.BURIED)] == [f"say:{row.id}"]

    with desk.database.transaction() as session:
        acts(desk, session, dee).dig_up(f"say:{row.id}")
    again(desk, row.id, dee)
    desk.work_off()
    assert len(question.answers) == 1, "it was being sent when it was buried, so it was looked for first"
    assert desk.messages[0].state is SayState.SENT


def test_a_buried_event_and_a_buried_timer_are_left_alone(
    desk: Desk, clock: Clock, ada: Actor, dee: Actor
) -> None:
    question = ada.says(VPN)
    with desk.database.transaction() as session:
        session.execute(sa.update(InboxEvent).values(handled_at=None))
    desk.slack.advance(minutes=3)
    (event,) = [item for item in listed(desk) if item.standing is Standing.HANGS]
    with desk.database.transaction() as session:
        acts(desk, session, dee).bury(event.name)
    reconcile(desk.stage.desk)
    desk.work_off()
    assert listed(desk) == []

    with desk.database.transaction() as session:
        acts(desk, session, dee).dig_up(event.name)
    assert [item.name for item in listed(desk)] == [event.name]
    with desk.database.transaction() as session:
        session.execute(sa.update(InboxEvent).values(handled_at=desk.slack.now()))
    assert len(question.answers) == 1


def test_nobody_is_woken_for_a_ticket_that_somebody_took(
    desk: Desk, ada: Actor, ben: Actor, dee: Actor
) -> None:
    question = ada.says("The label printer prints every second label blank").clicks(copy.BUTTON_PERSON)
    with desk.database.transaction() as session:
        trigger(session, session.get_one(Ticket, question.ticket.id), "gone", now=desk.slack.now())
    desk.work_off()
    (item,) = listed(desk)
    assert (item.kind, item.standing) == ("pager", Standing.FAILED)

    ben.claims(question)
    with pytest.raises(NothingToRetry), desk.database.transaction() as session:
        acts(desk, session, dee).retry(item.name)


def test_an_answer_that_somebody_deleted_is_not_brought_up_to_date(desk: Desk, ada: Actor) -> None:
    question = ada.says(VPN)
    desk.slack.fail_next("chat.update", error="message_not_found", times=5)
    question.clicks(copy.BUTTON_PERSON)
    assert question.status is TicketStatus.WAITING
    assert not [m for m in desk.messages if m.state is SayState.FAILED]
