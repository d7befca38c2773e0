"""Words, names, addresses and tokens are planted in everything that people can write, and looked for in everything
that the desk's processes write beside its own tables: logs of every level and shape, metrics, health, error pages,
the engine's tables, and what a break prints. Ids are there; not one word is.
"""

import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
import sqlalchemy as sa
import structlog
from cast import TEAM, Actor, Desk
from databases import engine_table

from bot import logs
from bot.outbound.pagers.calling import PagerRefused, PagerTrouble, call
from bot.playground import cast as playground
from bot.reach import Reach
from bot.settings_running import LogFormat
from bot.slack import copy, ids
from bot.slack import events as slack_events
from kb.errors import ImportRefused
from kb.importers.markdown import MarkdownFolder
from kb.importers.sync import bring_in
from kb.importers.table import TableFile
from kb.importers.wish import Wish
from triage.escalation.policy_file import read_yaml
from triage.oncall.calendar.time_off import read_time_off
from triage.oncall.exchange.document import FileRefused
from triage.oncall.exchange.reading import from_yaml

BIRD = "kanarienvogel"
MAIL = "ada.kanari@secret.example"
PHONE = "+49 30 55501234"
TOKEN = "xoxb-4711-kanari-abcdef"
CARD = "4111 1111 1111 1111"
NAME = "Kanaria Vogelsang"
CANARY = f"{BIRD} {MAIL} {PHONE} {TOKEN} {CARD} password is kanari4711! of {NAME}"
# Whatever of it turns up, and in whatever spelling, gave something away.
TRACES = (BIRD, "kanari", "secret.example", "5550123", "4111 1111", "4111111111", "vogelsang")
ENGINE_TABLES = ("workflow_status", "operation_outputs", "notifications", "workflow_events", "streams")


@dataclass
class Everything:
    """What was written meanwhile, by where it was written."""

    readable: io.StringIO = field(default_factory=io.StringIO)
    as_json: io.StringIO = field(default_factory=io.StringIO)
    pages: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.as_json.getvalue().splitlines()]


@pytest.fixture
def everything(monkeypatch: pytest.MonkeyPatch) -> Iterator[Everything]:
    """Logs of both shapes at DEBUG, libraries included."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, {n: logging.getLogger(n).level for n in logs._QUIET})
    found = Everything()
    handlers = []
    for stream, shape in ((found.readable, LogFormat.CONSOLE), (found.as_json, LogFormat.JSON)):
        monkeypatch.setattr(sys, "stderr", stream)
        logs.configure("DEBUG", shape)
        handlers += root.handlers
    monkeypatch.undo()
    root.handlers[:] = handlers
    for name in logs._QUIET:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield found
    root.handlers[:], root.level = before[0], before[1]
    for name, level in before[2].items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


def test_nothing_that_people_write_leaves_the_desk_s_own_tables(
    desk: Desk,
    ada: Actor,
    ben: Actor,
    dee: Actor,
    everything: Everything,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    in_slack(desk, ada, ben)
    over_the_web(desk, ben, dee, everything)
    from_files(desk, tmp_path)
    to_pagers()
    engine_rows = when_everything_breaks(desk, ada, monkeypatch)

    for path in ("/metrics", "/healthz", "/readyz", f"/nowhere/{BIRD}"):
        everything.pages[path] = requests.get(f"{desk.stage.server.url}{path}", timeout=10).text
    out, err = capfd.readouterr()
    written = {
        "readable logs": everything.readable.getvalue(),
        "logs": everything.as_json.getvalue(),
        "standard output": out,
        "standard error": err,
        "the engine's tables": engine_rows,
        **everything.pages,
    }
    assert {where: found for where, text in written.items() if (found := traces(text))} == {}
    told = {line["event"] for line in everything.lines()}
    assert {"event.stored", "event.handled", "slack.pressed", "say.finished", "work.failed"} <= told
    assert "handle_event" in engine_rows
    assert "evenhand_events_total" in everything.pages["/metrics"]


def traces(text: str) -> list[str]:
    """The lines that give something away."""
    return [line[:400] for line in text.splitlines() if any(trace in line.lower() for trace in TRACES)]


# --- What people write ------------------------------------------------------------------------------


def in_slack(desk: Desk, ada: Actor, ben: Actor) -> None:
    desk.slack.workspace.add_user(_called(desk, NAME))
    question = ada.says(f"My VPN drops, says {CANARY}")
    ada.edits(question, f"My VPN drops on the train, says {CANARY}")
    ada.replies(question, f"It is urgent: {CANARY}")
    ada.writes_to_the_bot(f"My mailbox is full: {CANARY}")
    desk.slack.workspace.create_channel("CSIDE", BIRD, [ada.id, playground.BOT_USER], private=False)
    ada.says(f"<@{playground.BOT_USER}> {CANARY}", "CSIDE", raw=True)
    ada.types(f"/help-me {CANARY}")
    ada.types(f"/oncall {CANARY}")
    ada.uses_shortcut(ids.SHORTCUT_ASK)
    ada.submits(text=f"My laptop is slow. {CANARY}")
    ada.deletes(ada.says(f"Forget this: {CANARY}"))
    ben.types(f"/oncall set {CANARY}")
    if question.ticket.status == "suggested":
        question.clicks(copy.BUTTON_PERSON)
    ben.claims(question)
    ben.holds(question, f"waiting for {CANARY}")
    ben.resumes(question)
    ben.resolves(question, f"Told {CANARY} to restart.")
    ada.opens_home()


def _called(desk: Desk, name: str) -> Any:
    user = next(user for user in desk.slack.workspace.users() if user["id"] == "UADA")
    profile = user["profile"] | {"display_name": name, "real_name": name, "email": MAIL, "phone": PHONE}
    return user | {"real_name": name, "profile": profile}


def over_the_web(desk: Desk, ben: Actor, dee: Actor, everything: Everything) -> None:
    """Forms and questions of the console, its broken pages, and what reaches Slack's endpoint."""
    url = desk.stage.server.url
    with requests.Session() as browser:
        dee.types("/oncall console")
        for path in (
            "/console/",
            f"/console/articles?q={CANARY}",
            f"/console/search?q={CANARY}",
            f"/console/{CANARY}",
            f"/console/enter/{BIRD}",
            f"/calendar/{BIRD}.ics",
        ):
            answer = browser.get(url + path, timeout=10)
            # The page to sign in leads back to what was asked for.
            if answer.status_code >= 400 and "?" not in path:
                everything.pages[path.split("?")[0].partition(BIRD)[0] + " refused"] = _page(answer)
        for path in ("/console/articles/new", "/console/enter/x", "/slack/events", f"/slack/events?{BIRD}"):
            for body in (CANARY.encode(), json.dumps({"text": CANARY}).encode(), b"\xff" + CANARY.encode()):
                headers = {
                    "X-Slack-Signature": f"v0={BIRD}",
                    "X-Slack-Request-Timestamp": "1",
                    "Cookie": f"a={BIRD}",
                }
                answer = browser.post(url + path, data=body, headers=headers, timeout=10)
                everything.pages[f"post {path.partition('?')[0]} {len(body)}"] = _page(answer)


def _page(answer: requests.Response) -> str:
    return f"{answer.status_code} {answer.text}"


def from_files(desk: Desk, folder: Path) -> None:
    """Good ones, and ones with something wrong exactly where the words are."""
    good = folder / "good"
    good.mkdir()
    (good / "a.md").write_text(f"---\ntitle: {BIRD} sings\nowner: {NAME}\n---\n{CANARY}\n")
    bad = folder / "bad"
    bad.mkdir()
    (bad / "a.md").write_text(f"---\ntitle: [{CANARY}\n{BIRD}: {CANARY}\n---\n")
    (folder / "good.csv").write_text(f"title,body\n{BIRD} again,{CANARY}\n")
    (folder / "bad.csv").write_text(f'title,body\n"{CANARY},{CANARY}\n')
    (folder / "bad.jsonl").write_text(f'{{"title": "{CANARY}", "status": "{CANARY}"}}\n{CANARY}\n')
    for source in (
        MarkdownFolder(good),
        MarkdownFolder(bad),
        TableFile(folder / "good.csv"),
        TableFile(folder / "bad.csv"),
        TableFile(folder / "bad.jsonl"),
    ):
        with suppress(ImportRefused):
            bring_in(desk.database, source, TEAM, Wish("Import from a test"), clock=desk.stage.slack.now)
    event = f"BEGIN:VEVENT\nUID:{MAIL}\nSUMMARY:{CANARY}\nDTSTART:{CANARY}\nEND:VEVENT"
    calendar = f"BEGIN:VCALENDAR\n{event}\nEND:VCALENDAR\n"
    now = desk.stage.slack.now()
    for read in (
        lambda: read_time_off(calendar.encode(), ZoneInfo("UTC"), now=now),
        lambda: from_yaml(f"{BIRD}: [{CANARY}", {}),
        lambda: from_yaml(f"schedules:\n  - name: {CANARY}\n    {BIRD}: {CANARY}\n", {}),
        lambda: read_yaml(f"name: {CANARY}\n{BIRD}: {CANARY}\nlevels: [{CANARY}]", None),
    ):
        with pytest.raises((FileRefused, ValueError, Exception)):
            read()


def to_pagers() -> None:
    for url in (
        f"http://{BIRD}.invalid/{BIRD}?token={TOKEN}",
        f"http://127.0.0.1:9/{BIRD}",
        f"http://[{BIRD}/",
    ):
        with pytest.raises((PagerRefused, PagerTrouble)):
            call("POST", url, name="the webhook", json={"text": CANARY}, reach=Reach.allowing(["127.0.0.1"]))


# --- Everything breaks ------------------------------------------------------------------------------


def when_everything_breaks(desk: Desk, ada: Actor, monkeypatch: pytest.MonkeyPatch) -> str:
    """A fault of our own that quotes what was written, a database's, and one inside another; then all is mended."""
    faults = [
        RuntimeError(CANARY),
        sa.exc.IntegrityError(CANARY, {"text": CANARY}, ValueError(CANARY)),
        ExceptionGroup(
            CANARY, [KeyError(CANARY), UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, CANARY)]
        ),
        _chained(),
        Exception(CANARY),
    ]
    kept = slack_events.handle

    def broken(*_: Any) -> None:
        fault = faults.pop(0) if len(faults) > 1 else faults[0]
        fault.add_note(CANARY)
        raise fault

    monkeypatch.setattr(slack_events, "handle", broken)
    ada.slack.say("UADA", "CHELP", f"It breaks: {CANARY}")
    status = engine_table(desk.stage.assembly.sql, "workflow_status")

    def given_up() -> bool:
        with desk.database.reading() as session:
            return bool(session.scalar(sa.text(f"SELECT count(*) FROM {status} WHERE status = 'ERROR'")))

    desk.until(given_up)
    monkeypatch.setattr(slack_events, "handle", kept)
    rows = engine_rows(desk)
    with desk.database.transaction() as session:
        session.execute(sa.text("UPDATE inbox_event SET handled_at = received_at WHERE handled_at IS NULL"))
        session.execute(sa.text(f"DELETE FROM {status} WHERE status = 'ERROR'"))
    return rows


def _chained() -> Exception:
    try:
        try:
            raise LookupError(CANARY)
        except LookupError as inner:
            raise ValueError(CANARY) from inner
    except ValueError as outer:
        return outer


def engine_rows(desk: Desk) -> str:
    lines = []
    with desk.database.reading() as session:
        for name in ENGINE_TABLES:
            table = engine_table(desk.stage.assembly.sql, name)
            lines += [f"{name} {tuple(row)}" for row in session.execute(sa.text(f"SELECT * FROM {table}"))]
    return "\n".join(lines)
