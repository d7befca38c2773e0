"""The readers of what comes from outside. Each takes any text and must end soon, with a result or a refusal of its own.

A target raises `AssertionError` where something came out that must not, and lets every surprise of the reader through.
"""

import json
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.slack import shapes
from bot.web.console.slack_look import mrkdwn
from bot.web.slack import Refused, _deeper_than, _object
from kb.errors import ImportRefused
from kb.importers.frontmatter import read_article
from kb.importers.html import to_markdown
from kb.importers.loose import read_loose
from kb.importers.storage import to_html as confluence_to_html
from kb.importers.table import TableFile
from kb.mrkdwn import from_slack
from kb.redaction import redact
from kb.render import escape, to_html, to_mrkdwn
from kb.text import clean, tokens
from triage.classifier.archive import unpack
from triage.classifier.errors import ModelFileDamaged, ModelFileUntrusted
from triage.escalation.policies import PolicyRefused
from triage.escalation.policy_file import line_of, read_yaml
from triage.oncall.calendar.time_off import read_time_off
from triage.oncall.exchange.document import FileRefused
from triage.oncall.exchange.foreign import loaded, mapping_of
from triage.oncall.exchange.reading import from_yaml

NOW = datetime(2027, 3, 2, 10, 0, tzinfo=UTC)
# What may run, load or call somebody when a page or a message is shown.
_LIVE_HTML = re.compile(
    r"<\s*(?:script|img|iframe|object|embed|svg|math|style|link|meta|form|base)\b"
    r"|<[^>]*\son\w+\s*=|<[^>]*(?:href|src)\s*=\s*[\"']?\s*(?:javascript|data|vbscript):",
    re.IGNORECASE,
)
_LIVE_MRKDWN = re.compile(r"<(?:!|@|#)")


class _Names:
    """A workspace in which nobody is known."""

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_: None


def event_body(text: str) -> None:
    try:
        body = _object(text)
    except Refused:
        return
    assert not _deeper_than(64, body)
    try:
        shapes.check(body)
    except shapes.Misshapen:
        return
    shapes.acted_on(body)


def event_text(text: str) -> None:
    """What somebody wrote, in an event that is whole otherwise."""
    said = {"type": "message", "channel": "C1", "user": "U1", "ts": "1.000001", "text": text}
    event_body(json.dumps({"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": said}))


def slack_text(text: str) -> None:
    plain = from_slack(text)
    tokens(clean(plain))
    redact(plain)
    shown = escape(plain)
    assert not _LIVE_MRKDWN.search(shown), shown
    page = str(mrkdwn(text))
    assert not _LIVE_HTML.search(page), page


def markdown(text: str) -> None:
    page = to_html(text)
    assert not _LIVE_HTML.search(page), page
    shown = to_mrkdwn(text)
    assert not _LIVE_MRKDWN.search(shown), shown


def html(text: str) -> None:
    page = to_html(to_markdown(text, base="https://help.example/a"))
    assert not _LIVE_HTML.search(page), page


def confluence(text: str) -> None:
    markdown(to_markdown(confluence_to_html(text, page_address=lambda space, title: "", attachments="")))


def front_matter(text: str) -> None:
    path = _file("a.md", text)
    read_article(path, shown_as=Path("a.md"))
    read_loose("a.md", text, pages="https://x.example/", files="https://x.example/", language="en")


def csv(text: str) -> None:
    _table("a.csv", text)


def jsonl(text: str) -> None:
    _table("a.jsonl", text)


def _table(name: str, text: str) -> None:
    source = TableFile(_file(name, text))
    with suppress(ImportRefused):
        source.check()


def schedules(text: str) -> None:
    for read in (lambda: from_yaml(text, {}), lambda: mapping_of(text), lambda: loaded(text)):
        with suppress(FileRefused):
            read()


def policy(text: str) -> None:
    try:
        read_yaml(text, _Names())  # type: ignore[arg-type]
    except PolicyRefused:
        line_of(text, ("levels", 0, "targets", 0))


def calendar(text: str) -> None:
    with suppress(FileRefused):
        read_time_off(text.encode("utf-8", "replace"), ZoneInfo("Europe/Berlin"), now=NOW)


def event_of_calendar(text: str) -> None:
    """Lines of an event, in a calendar that is whole otherwise."""
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20270301T080000Z\r\n"
    calendar(f"{head}{text}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")


def model(text: str) -> None:
    with suppress(ModelFileDamaged, ModelFileUntrusted):
        unpack(text.encode("latin-1", "replace"))


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="evenhand-fuzz-"))


def _file(name: str, text: str) -> Path:
    path = _folder() / name
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return path


TARGETS: dict[str, Callable[[str], None]] = {
    target.__name__: target
    for target in (
        event_body, event_text, slack_text, markdown, html, confluence, front_matter, csv, jsonl, schedules, policy,
        calendar, event_of_calendar, model,
    )
}  # fmt: skip
