"""Looks in Slack for what we said there and never heard again, and says once more what Slack has lost."""

from datetime import datetime

import structlog

from bot import request_id
from bot.metrics import LOOKED_FOR
from bot.slack.desk import Desk
from bot.slack.gateway import Posted, RateLimited, SlackRefused, SlackUnavailable
from bot.worker.background import Background
from triage import outbox_seen
from triage.deleted import was_deleted
from triage.outbox import Say
from triage.vocabulary import SayState

log = structlog.get_logger(__name__)

LOOK_EVERY = 5.0
# Told from the start: of a figure that comes up as one, Prometheus sees no increase.
for _outcome in ("said_again", "given_up"):
    LOOKED_FOR.labels(_outcome)


class Seeker(Background):
    """One a worker. Of two that look at once, one asks Slack for each message."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("seeker", every=LOOK_EVERY, humble=False)
        self._desk = desk

    def look(self) -> None:
        seek(self._desk)


def seek(desk: Desk) -> None:
    """One look at what should have come back by now, by the desk's clock, in each workspace."""
    now = desk.clock()
    with desk.database.reading() as session:
        teams = outbox_seen.unsure_teams(session, now=now)
    for team_id in teams:
        with desk.database.transaction() as session:
            _count("believed", outbox_seen.believe_old(session, team_id, now=now))
            unsure = outbox_seen.unsure(session, team_id, now=now)
        try:
            for row in unsure:
                with request_id.bound(row.request_id or request_id.made("seek")):
                    _settle(row, desk, now)
        except (RateLimited, SlackUnavailable) as later:
            log.info("seeker.waits", team_id=team_id, error=type(later).__name__)


def _settle(row: Say, desk: Desk, now: datetime) -> None:
    if outbox_seen.is_lost(row):
        _say_again(row, desk)
        return
    with desk.database.transaction() as session:
        if not outbox_seen.take_look(session, row, now=now):
            return
    there = _is_there(row, desk)
    with desk.database.transaction() as session:
        if there is False and outbox_seen.missed(session, row):
            outcome = "missed"
        else:
            outbox_seen.believe(session, row)
            outcome = "not_told" if there is None else "there"
    _count(outcome)
    log.info("say.looked_for", say_id=row.id, occasion=row.occasion, outcome=outcome)


def _is_there(row: Say, desk: Desk) -> bool | None:
    """None where Slack does not let us look: the app was taken off, or the bot was taken out of the channel."""
    try:
        return desk.gateway_for(row.team_id).has(Posted(str(row.sent_channel), str(row.sent_ts)))
    except SlackRefused as refused:
        log.info("say.not_told", say_id=row.id, error=refused.error)
        return None


def _say_again(row: Say, desk: Desk) -> None:
    with desk.database.transaction() as session:
        if was_deleted(session, row.team_id, str(row.sent_channel), str(row.sent_ts)):
            outbox_seen.believe(session, row)
            return
        state = outbox_seen.say_again(session, row)
    if state is SayState.FAILED:
        _count("given_up")
        log.error("say.lost_for_good", say_id=row.id, occasion=row.occasion, attempts=row.attempts)
    elif state is not None:
        _count("said_again")
        log.warning("say.lost", say_id=row.id, occasion=row.occasion, attempts=row.attempts)


def _count(outcome: str, times: int = 1) -> None:
    if times:
        LOOKED_FOR.labels(outcome).inc(times)
