"""A desk behind its HTTP endpoint and nothing else: no worker, no Slack; and samples of all that Slack sends."""

import copy
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from databases import hurry
from pydantic import SecretStr
from slack_sdk.signature import SignatureVerifier
from werkzeug.test import TestResponse

from bot.assembly import Assembly, assemble, prepare_database
from bot.settings import Settings
from bot.slack import ids
from bot.slack.inbox import InboxEvent
from bot.worker.events import handle_event
from triage.people.models import Person
from triage.tickets.models import Ticket
from triage.vocabulary import Role

SECRET = "an-edge-test-secret"
TEAM, ADA, BEN, HELP, DESK = "TEDGE", "UADA", "UBEN", "CHELP", "CDESK"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
_numbers = count(1)

Doc = dict[str, Any]


class Edge:
    """Posts to `/slack/events` as Slack does."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.client = assembly.web.test_client()
        self._signer = SignatureVerifier(SECRET)

    def post(
        self, body: str | bytes, content_type: str | None = JSON, *, headers: dict[str, str] | None = None
    ) -> TestResponse:
        data = body.encode() if isinstance(body, str) else body
        stamp = str(int(time.time()))
        signed = {
            "X-Slack-Request-Timestamp": stamp,
            # The verifier decodes bytes, and the test wants to sign what is no UTF-8: then as Latin-1.
            "X-Slack-Signature": self._signature(data, stamp),
        }
        return self.client.post(
            "/slack/events", data=data, content_type=content_type, headers=signed | (headers or {})
        )

    def _signature(self, data: bytes, stamp: str) -> str:
        try:
            return self._signer.generate_signature(timestamp=stamp, body=data.decode()) or ""
        except UnicodeDecodeError:
            return "v0=" + "0" * 64

    def post_json(self, body: Any, **more: Any) -> TestResponse:
        return self.post(json.dumps(body), JSON, **more)

    def post_payload(self, payload: Any) -> TestResponse:
        return self.post(urlencode({"payload": json.dumps(payload)}), FORM)

    def post_form(self, fields: Any) -> TestResponse:
        return self.post(urlencode(fields), FORM)

    def stored(self, event_id: object) -> bool:
        with self.assembly.desk.database.reading() as session:
            return session.get(InboxEvent, str(event_id)) is not None

    def count(self, table: type[Any]) -> int:
        with self.assembly.desk.database.reading() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0

    def act_on(self, event_id: object) -> None:
        """What the worker does with a stored event."""
        handle_event(str(event_id), self.assembly.desk)

    def ticket(self) -> int:
        """A ticket of Ada's that waits for a person; Ben is an agent."""
        envelope = event(MESSAGE | {"ts": fresh_ts(), "text": f"the printer {next(_numbers)} is on fire"})
        assert self.post_json(envelope).status_code == 200
        self.act_on(envelope["event_id"])
        with self.assembly.desk.database.transaction() as session:
            session.execute(sa.update(Person).where(Person.slack_id == BEN).values(role=Role.AGENT))
            return session.scalars(sa.select(Ticket.id).order_by(Ticket.id.desc())).first() or 0


@contextmanager
def edge_running(folder: Path) -> Iterator[Edge]:
    settings = Settings(
        data_folder=folder,
        database_url=f"sqlite:///{folder / 'edge.sqlite'}",
        slack_bot_token=SecretStr("xoxb-edge"),
        slack_signing_secret=SecretStr(SECRET),
        slack_app_token=None,
        slack_api_url="http://127.0.0.1:9/api/",  # nobody listens there
        desk_channel=DESK,
        help_channels=(HELP,),
        public_url="https://desk.example.com",
    )
    prepare_database(settings, always=True)
    assembly = assemble(settings)
    hurry(assembly.sql)
    try:
        edge = Edge(assembly)
        edge.post_payload(press("card.claim", user=BEN))  # Ben is met, and the workspace written down
        yield edge
    finally:
        assembly.close()


# --- Samples ----------------------------------------------------------------------------------------


def fresh_ts() -> str:
    return f"{int(time.time()) - 3600 + next(_numbers)}.{next(_numbers):06d}"


def event(inner: Doc, **changes: Any) -> Doc:
    """The envelope that Slack puts around an event."""
    return {
        "token": "verification",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": "AEDGE",
        "event": copy.deepcopy(inner),
        "type": "event_callback",
        "event_id": f"Ev{next(_numbers):08d}",
        "event_time": 1748849400,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": "UBOT",
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-edge",
    } | changes


MESSAGE: Doc = {
    "type": "message",
    "user": ADA,
    "ts": "1748849400.000100",
    "client_msg_id": "b9a8",
    "text": "My VPN drops every few minutes on the train",
    "team": TEAM,
    "user_team": TEAM,
    "blocks": [{"type": "rich_text", "block_id": "x", "elements": []}],
    "channel": HELP,
    "event_ts": "1748849400.000100",
    "channel_type": "channel",
}
REPLY: Doc = MESSAGE | {"ts": "1748849500.000100", "thread_ts": "1748849400.000100"}
FILE: Doc = MESSAGE | {
    "subtype": "file_share",
    "text": "",
    "ts": "1748849600.000100",
    "files": [{"id": "F1", "name": "error.png", "title": "The error"}],
}
CHANGED: Doc = {
    "type": "message",
    "subtype": "message_changed",
    "channel": HELP,
    "ts": "1748849700.000100",
    "event_ts": "1748849700.000100",
    "channel_type": "channel",
    "message": {"type": "message", "user": ADA, "text": "My VPN drops on the bus", "ts": "1748849400.000100"},
    "previous_message": {"type": "message", "user": ADA, "text": "My VPN drops", "ts": "1748849400.000100"},
}
DELETED: Doc = {
    "type": "message",
    "subtype": "message_deleted",
    "channel": HELP,
    "ts": "1748849800.000100",
    "deleted_ts": "1748849400.000100",
    "event_ts": "1748849800.000100",
    "channel_type": "channel",
    "previous_message": {"type": "message", "user": ADA, "text": "My VPN drops", "ts": "1748849400.000100"},
}
MENTION: Doc = {
    "type": "app_mention",
    "user": ADA,
    "text": "<@UBOT> my mailbox is full",
    "ts": "1748849900.000100",
    "channel": "CRANDOM",
    "event_ts": "1748849900.000100",
    "team": TEAM,
}
REACTION: Doc = {
    "type": "reaction_added",
    "user": ADA,
    "reaction": "ticket",
    "item_user": BEN,
    "item": {"type": "message", "channel": "CRANDOM", "ts": "1748849400.000200"},
    "event_ts": "1748849910.000100",
}
HOME: Doc = {
    "type": "app_home_opened",
    "user": ADA,
    "channel": "D1",
    "tab": "home",
    "event_ts": "1748849920.000100",
}
RENAMED: Doc = {
    "type": "user_change",
    "user": {
        "id": ADA,
        "team_id": TEAM,
        "name": "ada",
        "real_name": "Ada Lovelace",
        "tz": "Europe/London",
        "profile": {"display_name": "ada", "real_name": "Ada Lovelace"},
    },
    "event_ts": "1748849930.000100",
}
REVOKED: Doc = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UBOT"]}}
REMOVED: Doc = {"type": "app_uninstalled"}
JOINED: Doc = MESSAGE | {"subtype": "channel_join", "text": "has joined"}

EVENTS: dict[str, Doc] = {
    "message": MESSAGE,
    "direct_message": MESSAGE | {"channel": "D1", "channel_type": "im", "ts": "1748849401.000100"},
    "reply": REPLY,
    "file_share": FILE,
    "message_changed": CHANGED,
    "message_deleted": DELETED,
    "channel_join": JOINED,
    "app_mention": MENTION,
    "reaction_added": REACTION,
    "app_home_opened": HOME,
    "user_change": RENAMED,
    "tokens_revoked": REVOKED,
    "app_uninstalled": REMOVED,
}


def _from(user: str, kind: str) -> Doc:
    return {
        "type": kind,
        "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": TEAM},
        "api_app_id": "AEDGE",
        "token": "verification",
        "trigger_id": "1.2.abc",
        "team": {"id": TEAM, "domain": "edge"},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def press(action_id: str, value: str = "1", *, user: str = ADA, **action: Any) -> Doc:
    """A click on a button or menu of a message in the help channel."""
    return _from(user, "block_actions") | {
        "container": {
            "type": "message",
            "message_ts": "1748849410.000100",
            "channel_id": HELP,
            "is_ephemeral": False,
            "thread_ts": "1748849400.000100",
        },
        "channel": {"id": HELP, "name": "help"},
        "message": {
            "type": "message",
            "ts": "1748849410.000100",
            "thread_ts": "1748849400.000100",
            "text": "answer",
            "bot_id": "B1",
        },
        "state": {"values": {}},
        "response_url": "https://hooks.slack.example/actions/1",
        "actions": [
            {
                "action_id": action_id,
                "block_id": "b1",
                "type": "button",
                "value": value,
                "text": {"type": "plain_text", "text": "Press"},
                "action_ts": "1748849420.000100",
            }
            | action
        ],
    }


def chosen(action_id: str, value: str, *, user: str = BEN) -> Doc:
    """A choice in the menu on the card."""
    option = {"text": {"type": "plain_text", "text": "x"}, "value": value}
    clicked = press(action_id, user=user, type="overflow", selected_option=option)
    del clicked["actions"][0]["value"]
    return clicked


def at_home(action_id: str, value: str, *, user: str = ADA) -> Doc:
    """A click in App Home."""
    clicked = press(action_id, value, user=user)
    for name in ("message", "channel", "response_url"):
        del clicked[name]
    view = {"id": "V1", "type": "home", "callback_id": "", "private_metadata": "", "state": {"values": {}}}
    return clicked | {"container": {"type": "view", "view_id": "V1"}, "view": view | {"blocks": []}}


def submitted(callback_id: str, values: Doc, *, metadata: str = "1", user: str = BEN) -> Doc:
    """A form that was sent."""
    blocks = [
        {
            "type": "input",
            "block_id": block_id,
            "label": {"type": "plain_text", "text": block_id},
            "element": {"type": "plain_text_input", "action_id": next(iter(fields))},
        }
        for block_id, fields in values.items()
    ]
    return _from(user, "view_submission") | {
        "view": {
            "id": "V2",
            "type": "modal",
            "callback_id": callback_id,
            "private_metadata": metadata,
            "title": {"type": "plain_text", "text": "Form"},
            "state": {"values": copy.deepcopy(values)},
            "blocks": blocks,
            "hash": "1.2",
        },
        "response_urls": [],
    }


def _option(value: str) -> Doc:
    return {
        "type": "static_select",
        "selected_option": {"text": {"type": "plain_text", "text": value}, "value": value},
    }


RESOLVE_VALUES: Doc = {
    "how": {"text": {"type": "plain_text_input", "value": "The old profile was still installed"}},
    "category": {"category": _option("vpn")},
    "urgency": {"urgency": _option("high")},
    "article": {ids.ARTICLE_CHOICE: _option("1")},
}
TRANSFER_VALUES: Doc = {
    "to": {"person": {"type": "users_select", "selected_user": BEN}},
    "why": {"text": {"type": "plain_text_input", "value": None}},
}
HOLD_VALUES: Doc = {"why": {"text": {"type": "plain_text_input", "value": "waiting for parts"}}}
ASK_VALUES: Doc = {"question": {"text": {"type": "plain_text_input", "value": "my screen flickers"}}}


def interactions(ticket: int) -> dict[str, Doc]:
    """One of each, about this ticket."""
    number = str(ticket)
    return {
        "solved": press("answer.solved", number),
        "not_quite": press("answer.not_quite", f"1:{number}"),
        "ask_person": press("answer.ask_person", number),
        "cannot_wait": press("answer.cannot_wait", number),
        "which_helped": press("answer.which_helped.1", f"{number}:1"),
        "rate": press("rating.rate.good", f"{number}:good"),
        "claim": press("card.claim", number, user=BEN),
        "claim_by_a_requester": press("card.claim", number),
        "release": press("card.release", number, user=BEN),
        "resume": press("card.resume", number, user=BEN),
        "reopen": press("card.reopen", number, user=BEN),
        "more_release": chosen("card.more", f"card.release:{number}"),
        "more_transfer": chosen("card.more", f"card.transfer:{number}"),
        "resolve_form": press("card.resolve", number, user=BEN),
        "hold_form": press("card.hold", number, user=BEN),
        "open_thread": press("card.open_thread", number, user=BEN),
        "home_ask": at_home("home.ask", "ask"),
        "home_claim": at_home("card.claim", number, user=BEN),
        "home_console": at_home("home.console", "console", user=BEN),
        "unknown_action": press("last.year", number),
        "resolve": submitted("form.resolve", RESOLVE_VALUES, metadata=number),
        "transfer": submitted("form.transfer", TRANSFER_VALUES, metadata=number),
        "hold": submitted("form.hold", HOLD_VALUES, metadata=number),
        "ask": submitted("form.ask", ASK_VALUES, metadata="", user=ADA),
        "unknown_form": submitted("form.gone", ASK_VALUES),
        "view_closed": submitted("form.hold", HOLD_VALUES) | {"type": "view_closed", "is_cleared": False},
        "shortcut": _from(ADA, "shortcut") | {"callback_id": "shortcut.ask", "action_ts": "1748849420.1"},
        "message_shortcut": _from(BEN, "message_action")
        | {
            "callback_id": "shortcut.message",
            "action_ts": "1748849420.1",
            "message_ts": "1748849400.000300",
            "channel": {"id": "CRANDOM", "name": "random"},
            "message": {
                "type": "message",
                "user": ADA,
                "ts": "1748849400.000300",
                "text": "the beamer shows no picture",
            },
            "response_url": "https://hooks.slack.example/app/1",
        },
        "block_suggestion": _from(BEN, "block_suggestion")
        | {
            "action_id": ids.ARTICLE_CHOICE,
            "block_id": "article",
            "value": "vp",
            "container": {"type": "view", "view_id": "V"},
            "view": {"type": "modal", "private_metadata": number},
        },
        "dialog_submission": _from(ADA, "dialog_submission") | {"callback_id": "old", "submission": {}},
        "interactive_message": _from(ADA, "interactive_message") | {"callback_id": "old", "actions": [{}]},
        "unknown_type": _from(ADA, "hologram"),
    }


def command(name: str, text: str = "", *, user: str = ADA) -> dict[str, str]:
    return {
        "token": "verification",
        "team_id": TEAM,
        "team_domain": "edge",
        "channel_id": HELP,
        "channel_name": "help",
        "user_id": user,
        "user_name": user.lower(),
        "command": name,
        "text": text,
        "api_app_id": "AEDGE",
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.example/commands/1",
        "trigger_id": "1.2.abc",
    }


COMMANDS: dict[str, dict[str, str]] = {
    "help_me": command("/help-me", "my vpn drops on the train"),
    "help_me_empty": command("/help-me"),
    "help_me_hello": command("/help-me", "hello"),
    "oncall": command("/oncall"),
    "oncall_set": command("/oncall", "set <@UBEN|ben>"),
    "oncall_console": command("/oncall", "console", user=BEN),
    "oncall_other": command("/oncall", "dance"),
    "unknown": command("/gone", "x"),
}


# --- Broken samples ---------------------------------------------------------------------------------

_GONE = object()
# What might stand where something else was expected.
_ODD: tuple[Any, ...] = (
    None,
    "",
    0,
    -1,
    10**30,
    1.5,
    True,
    [],
    {},
    [1],
    ["x"],
    {"id": 5},
    "x" * 5_000,
    "nul\x00inside",
    "half \ud83d character",
    "nan",
    "1e999",
    "-",
    "٣.٣",
    "9" * 5_000,
)


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside, the containers too."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield (*here, key)
        yield from paths(part, (*here, key))


def broken(sample: Doc, *, odd: int) -> Iterator[tuple[str, Doc]]:
    """The sample with each field in turn left out, and replaced by `odd` other things that do not belong there."""
    for turn, path in enumerate(paths(sample)):
        for replacement in (_GONE, *(_ODD[(turn + n * 7) % len(_ODD)] for n in range(odd))):
            changed = copy.deepcopy(sample)
            owner: Any = changed
            for key in path[:-1]:
                owner = owner[key]
            if replacement is _GONE:
                del owner[path[-1]]
            else:
                owner[path[-1]] = replacement
            put = "left out" if replacement is _GONE else repr(replacement)[:20]
            yield f"{'.'.join(map(str, path))} = {put}", changed
