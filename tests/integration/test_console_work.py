"""Who may see what, articles to read, and work for admins: shown without people's words, retried once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from console_desk import NOW, TEAM, ConsoleDesk
from sqlalchemy import select

from bot.clock import system_clock
from bot.slack.inbox import InboxEvent
from bot.worker.failed import FailedWork
from bot.worker.pulse import beat
from triage.audit import AuditEntry
from triage.outbox import Occasion, Say
from triage.timers import Timer, TimerKind
from triage.vocabulary import SayState

CANARY = "my salary letter"


class Engine:
    """What the durable-work engine gave up."""

    def __init__(self) -> None:
        self.failures: list[FailedWork] = []
        self.retried: list[str] = []

    def failed(self) -> list[FailedWork]:
        return self.failures

    def retry(self, work: FailedWork) -> None:
        self.retried.append(work.workflow_id)

    def gave_up(self, workflow_id: str, kind: str = "handle_event") -> None:
        self.failures.append(FailedWork(workflow_id, kind, "IntegrityError", NOW))


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def desk(bare_engine: sa.Engine, engine: Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine, failed=engine.failed, retry=engine.retry)


def saying(desk: ConsoleDesk, state: SayState, *, attempts: int = 3, error: str | None = None) -> int:
    with desk.database.transaction() as session:
        say = Say(
            team_id=TEAM,
            occasion=Occasion.DIRECT,
            address="UADA",
            params={"text": CANARY},
            state=state,
            attempts=attempts,
            error=error,
            created_at=NOW,
        )
        session.add(say)
        session.flush()
        return say.id


def arrived(desk: ConsoleDesk, event_id: str) -> None:
    with desk.database.transaction() as session:
        session.add(
            InboxEvent(
                event_id=event_id, team_id=TEAM, type="message", body={"text": CANARY}, received_at=NOW
            )
        )


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("ben", "/", 200),
        ("ben", "/articles", 200),
        ("ben", "/work", 403),
        ("dee", "/", 200),
        ("dee", "/articles", 200),
        ("dee", "/work", 200),
        ("", "/", 401),
        ("", "/articles", 401),
        ("", "/work", 401),
        ("", "/tickets/1", 401),
    ],
)
def test_who_may_see_which_screen(desk: ConsoleDesk, who: str, path: str, status: int) -> None:
    assert desk.browser(who).get(path).status == status


def test_the_navigation_shows_only_what_may_be_opened(desk: ConsoleDesk) -> None:
    assert "Work" not in desk.browser("ben").get("/").text
    screens = "Queue Rota My on-call Look-ahead Promises Escalation Articles Gaps Models Label review Work"
    assert screens in desk.browser("dee").get("/").text


def test_a_refused_message_is_sent_on_its_way_again_once(desk: ConsoleDesk) -> None:
    say_id = saying(desk, SayState.FAILED, error="chat.postMessage: channel_not_found")
    dee = desk.browser("dee")
    page = dee.get("/work")
    assert "channel_not_found" in page.text

    first = dee.post("/work/retry", follow=True, back="/console/work", work=f"say:{say_id}")
    second = dee.post("/work/retry", follow=True, back="/console/work", work=f"say:{say_id}")

    assert "on its way again" in first.text
    assert second.status == 200
    with desk.database.reading() as session:
        say = session.get_one(Say, say_id)
        audited = list(session.scalars(select(AuditEntry.what)))
    assert (say.state, say.error) == (SayState.PENDING, None)
    assert desk.jobs.ids("deliver") == [f"say:{say_id}:3"]
    assert audited == ["work.retried"]


def test_a_sent_message_is_never_sent_again(desk: ConsoleDesk) -> None:
    say_id = saying(desk, SayState.SENT)
    dee = desk.browser("dee")
    dee.get("/work")

    page = dee.post("/work/retry", follow=True, back="/console/work", work=f"say:{say_id}")

    assert "nothing left to retry" in page.text
    assert not desk.jobs.enqueued


def test_a_message_that_hangs_is_looked_for_before_it_is_posted(desk: ConsoleDesk, engine: Engine) -> None:
    say_id = saying(desk, SayState.SENDING, attempts=5)
    engine.gave_up(f"say:{say_id}", "deliver")
    dee = desk.browser("dee")
    assert "IntegrityError" in dee.get("/work").text

    dee.post("/work/retry", work=f"say:{say_id}")

    with desk.database.reading() as session:
        assert session.get_one(Say, say_id).state == SayState.SENDING
    assert desk.jobs.ids("deliver") == [f"say:{say_id}:5"]


def test_agents_retry_nothing(desk: ConsoleDesk) -> None:
    say_id = saying(desk, SayState.FAILED)
    ben = desk.browser("ben")
    ben.get("/")

    for act in ("retry", "bury", "dig-up"):
        assert ben.post(f"/work/{act}", work=f"say:{say_id}").status == 403
    assert not desk.jobs.enqueued


def test_what_the_engine_gave_up_is_shown_and_started_anew(desk: ConsoleDesk, engine: Engine) -> None:
    arrived(desk, "Ev1")
    engine.gave_up("event:Ev1~2")
    dee = desk.browser("dee")
    assert "event:Ev1" in dee.get("/work").text

    done = dee.post("/work/retry", follow=True, back="/console/work", work="event:Ev1")
    assert "on its way again" in done.text
    dee.post("/work/retry", work="event:unknown")

    assert engine.retried == ["event:Ev1~2"]


def test_what_is_done_by_now_or_not_ours_is_no_failure(desk: ConsoleDesk, engine: Engine) -> None:
    sent = saying(desk, SayState.SENT)
    for odd in (
        f"say:{sent}",
        "say:987654",
        "event:gone",
        "timer:987654",
        "person:x",
        "fetch:T2:C1:1.0",
        "odd",
        "",
    ):
        engine.gave_up(odd)

    assert "Nothing failed" in desk.browser("dee").get("/work").text


def test_nothing_that_people_wrote_stands_on_the_work_screen(desk: ConsoleDesk, engine: Engine) -> None:
    ticket = desk.ticket(CANARY)
    saying(desk, SayState.FAILED, error="chat.postMessage: invalid_blocks")
    saying(desk, SayState.PENDING)
    arrived(desk, "Ev2")
    engine.gave_up("event:Ev2")
    with desk.database.transaction() as session:
        session.add(Timer(kind=TimerKind.PAGE_NEXT, ticket_id=ticket, generation=1, due_at=NOW))

    page = desk.browser("dee").get("/work")

    assert CANARY not in page.html
    assert "2 failed 1 message not sent yet 1 event to handle 1 timer overdue" in page.text
    assert "No worker has ever been seen" in page.text


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(0), "A worker is alive."),
        (timedelta(hours=4), "No worker has been heard of for 4 h"),
    ],
)
def test_a_worker_is_alive_by_the_real_clock_wherever_the_desk_s_was_moved(
    desk: ConsoleDesk, ago: timedelta, said: str
) -> None:
    desk.now = system_clock() + timedelta(hours=4)
    with desk.database.transaction() as session:
        beat(session, "local", now=system_clock() - ago)
    assert said in desk.browser("dee").get("/work").text


def test_articles_are_listed_filtered_and_read(desk: ConsoleDesk) -> None:
    article = desk.article(body="Press **Reconnect**.\n\n<script>alert(1)</script>")
    desk.article("Paper jam")
    ben = desk.browser("ben")

    assert "2 articles" in ben.get("/articles").text
    assert "Paper jam" not in ben.get("/articles?q=mobile&category=vpn&status=published").text
    assert "Clear the filters" in ben.get("/articles?q=nothing").text
    assert ben.get("/articles?status=nonsense&page=x").status == 200
    page = ben.get(f"/articles/{article}")
    assert "<strong>Reconnect</strong>" in page.html
    assert "<script>alert" not in page.html
    for words in ("vpn dies", "Reconnecting", "Error 628", "Revision 1", "0 tickets"):
        assert words in page.text


def test_what_is_put_away_stands_under_buried_until_it_is_dug_up(desk: ConsoleDesk) -> None:
    say_id = saying(desk, SayState.FAILED, error="chat.postMessage: channel_not_found")
    dee = desk.browser("dee")
    dee.get("/work")

    assert "Put away" in dee.post("/work/bury", follow=True, back="/console/work", work=f"say:{say_id}").text
    assert "Nothing failed" in dee.get("/work").text
    assert f"say:{say_id}" in dee.get("/work?show=buried").text
    assert "nothing left to retry" in dee.post("/work/retry", follow=True, work=f"say:{say_id}").text

    dee.post("/work/dig-up", work=f"say:{say_id}")
    assert f"say:{say_id}" in dee.get("/work?kind=say&show=failed").text
    history = dee.get(f"/work/say:{say_id}").text
    assert "It was put away by Dee" in history
    assert "It was dug up by Dee" in history


def test_filters_show_what_fits_and_survive_nonsense(desk: ConsoleDesk, engine: Engine) -> None:
    say_id = saying(desk, SayState.FAILED)
    arrived(desk, "Ev1")
    engine.gave_up("event:Ev1")
    dee = desk.browser("dee")

    assert f"say:{say_id}" not in dee.get("/work?kind=event").text.partition("On their way")[0]
    assert "Clear the filters" in dee.get("/work?kind=pager").text
    assert dee.get("/work?kind=nonsense&show=' OR 1").status == 200
    assert dee.get("/work/say:999999").status == 404
    assert dee.get("/work/nonsense").status == 404
