"""The whole desk on a stage: the real Bolt app, the real worker and a local Slack, one database underneath.

Built once for each database, because the durable-work engine is one a process; between tests it is swept: a fresh
Slack, empty tables, the clock back at Tuesday morning.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from databases import CONTENT, empty, engine_table, hurry
from flask import Flask
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from bot.assembly import Assembly, assemble, introduce, prepare_database
from bot.demo import demo_settings
from bot.explain import explain
from bot.playground import cast
from bot.playground.cast import AppConfig
from bot.playground.server import Running, create_local_slack, serve
from bot.playground.slack import LocalSlack
from bot.runtime import working
from bot.settings import Settings
from bot.several import Calling
from bot.slack.budget import OwnBudget, unpaced
from bot.slack.inbox import InboxEvent
from bot.slack.manifest import manifest
from bot.slack.workspaces import OneWorkspace
from bot.worker import engine
from bot.worker.timers import wake_left, wake_overdue
from bot.worker.upkeep import keep_up
from triage.outbox import Say
from triage.timers import Timer
from triage.vocabulary import SayState

TUESDAY = datetime(2027, 3, 2, 10, 0, tzinfo=UTC)
PATIENCE_SECONDS = 45.0
# Tests wait for state, not for time: the worker looks often, and tries again soon.
POLL_SECONDS = 0.03
PAUSE_SECONDS = 0.02


class NeverDone(AssertionError):
    """Something was still on its way when patience ran out."""


_OURS = ("/slack/", "/console", "/calendar/", "/healthz", "/readyz", "/metrics")


class _Front:
    """One address for the desk and for the Slack of the test that runs: the desk's stays, Slack's is exchanged."""

    def __init__(self) -> None:
        self.desk: Flask | None = None
        self.slack: Flask | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        ours = environ["PATH_INFO"].startswith(_OURS)
        app = self.desk if ours else self.slack
        if app is None:
            return Response("not yet", status=503)(environ, start_response)
        return app(environ, start_response)


class Stage:
    assembly: Assembly
    slack: LocalSlack

    def __init__(self, url: str, folder: Path) -> None:
        self._front = _Front()
        self.server: Running = serve(self._front)  # type: ignore[arg-type]
        self._curtain_up = False
        self._new_slack()
        port = int(self.server.url.rsplit(":", 1)[1])
        given = Settings(data_folder=folder, database_url=url, poll_seconds=POLL_SECONDS)
        self.settings = demo_settings(given, port=port)
        prepare_database(self.settings, always=True)
        self.assembly = assemble(self.settings, clock=lambda: self.slack.now())
        hurry(self.assembly.sql)
        self.desk = self.assembly.desk
        # Slack's own limits are tested by themselves; here nobody waits for them.
        calling = Calling(self.settings.slack_api_url, OwnBudget(paces=unpaced))
        self.desk.workspaces = OneWorkspace(calling.gateway(cast.BOT_TOKEN))
        self._front.desk = self.assembly.web
        self._policy = self.desk.rules

    @contextmanager
    def running(self) -> Iterator["Stage"]:
        pauses = engine._FIRST_PAUSE, engine._LONGEST_PAUSE
        engine._FIRST_PAUSE = engine._LONGEST_PAUSE = PAUSE_SECONDS
        try:
            with working(self.assembly):
                self._curtain_up = True
                yield self
        finally:
            engine._FIRST_PAUSE, engine._LONGEST_PAUSE = pauses
            self.slack.close()
            self.server.stop()
            self.assembly.close()

    def sweep(self) -> None:
        """Before a test: nobody has said anything yet."""
        self._wait_quietly()
        self.slack.deliver_to(None)
        self.slack.close()
        self.desk.echoes.see_to_all()  # the next test's clock begins again, and with it the stamps of its messages
        self._new_slack()
        self._empty()
        self.desk.rules = self._policy
        vars(self.desk).pop("judge", None)  # a test may have said what the search finds
        self.desk.indexes.forget(cast.TEAM["id"])
        self.desk.asked.forget(cast.TEAM["id"])
        introduce(self.desk, self.settings)
        self.slack.deliver_to(f"{self.server.url}/slack/events")
        self.work_off()

    def _empty(self) -> None:
        """PostgreSQL stops one of two that wait for each other: whoever still writes for the last test ends."""
        for left in (2, 1, 0):
            try:
                return empty(self.assembly.sql, keep=CONTENT)
            except sa.exc.OperationalError:
                if not left:
                    raise

    def _new_slack(self) -> None:
        app = AppConfig.from_manifest(manifest(url=self.server.url))
        self.slack = LocalSlack(clock=lambda: TUESDAY, app=app)
        # Slack's own patience between deliveries is minutes; nothing here depends on how long it is.
        self.slack.delivery.retry_delays = (0.0, 0.02, 0.05)
        # Nor on how busy this machine is. What happens after three seconds is tested with the playground itself.
        self.slack.delivery.receipt = PATIENCE_SECONDS
        self.slack.on_clock_advanced(lambda _now: self._wake())
        self._front.slack = create_local_slack(
            self.slack, lambda channel, ts: explain(self.desk, cast.TEAM["id"], channel, ts)
        )

    def _wake(self) -> None:
        wake_overdue(self.desk)
        wake_left(self.desk)
        keep_up(self.desk)

    def _wait_quietly(self) -> None:
        """The test before may have failed with work left: it gets a moment, and is then swept away."""
        ends = time.monotonic() + 2.0
        while self.left_to_do() and time.monotonic() < ends:
            time.sleep(0.01)

    # Waiting for state, never for time

    def work_off(self) -> None:
        """Until nothing is left that is due: no event on its way, no message unsent, no timer unfired."""
        self.until(lambda: not self.left_to_do(), lambda: f"still to do: {self.left_to_do()}")

    def until(
        self, true: Callable[[], Any], otherwise: Callable[[], str] = lambda: "it never happened"
    ) -> Any:
        ends = time.monotonic() + PATIENCE_SECONDS
        while not (found := true()):
            if time.monotonic() > ends:
                raise NeverDone(otherwise())
            time.sleep(0.008)
        return found

    def left_to_do(self) -> dict[str, int]:
        if on_the_way := self.slack.delivery.undelivered():
            return {"events on their way": on_the_way}
        work = engine_table(self.assembly.sql, "workflow_status")
        with self.desk.database.reading() as session:
            counts = {
                "jobs": session.scalar(
                    sa.text(f"SELECT count(*) FROM {work} WHERE status IN ('ENQUEUED', 'PENDING')")
                ),
                "events": session.scalar(
                    select(func.count()).select_from(InboxEvent).where(InboxEvent.handled_at.is_(None))
                ),
                "messages": session.scalar(
                    select(func.count())
                    .select_from(Say)
                    .where(Say.state.in_((SayState.PENDING, SayState.SENDING)))
                ),
                "timers": session.scalar(
                    select(func.count())
                    .select_from(Timer)
                    .where(Timer.done_at.is_(None), Timer.due_at <= self.slack.now())
                ),
            }
        return {name: count for name, count in counts.items() if count}
