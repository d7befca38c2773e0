"""Whatever is pressed, sent or typed in one workspace's Slack: nothing of the other is shown, changed or named."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import edge_desk
import pytest
import sqlalchemy as sa
from console_desk import TEAM
from databases import prepared_engine
from edge_desk import EVENTS, Edge, at_home, chosen, event, press, submitted
from twin import CANARY, crossing, rows_of
from two_desks import OTHER, TwoDesks

from bot.slack import listening
from bot.slack.app import make_bolt
from bot.slack.gateway import Gateway
from bot.slack.listeners.oncall import _FOR_AGENTS, _FOR_EVERYBODY
from bot.slack.workspaces import Identity, OneWorkspace
from bot.web.app import make_web
from bot.worker.events import handle_event
from triage.tickets.models import Ticket, TicketMessage

PEOPLE = ("UADA", "UBEN", "UDEE")


class Windows:
    """Keeps the forms that would be opened."""

    def __init__(self) -> None:
        self.shown: list[Any] = []

    def open_view(self, _trigger_id: str, view: dict[str, Any]) -> None:
        self.shown.append(view)

    def update_view(self, _view_id: str, view: dict[str, Any]) -> None:
        self.shown.append(view)


class InSlack(TwoDesks):
    def __init__(self, engine: sa.Engine) -> None:
        super().__init__(engine)
        self.windows = Windows()
        me = Identity(TEAM, "UBOT", "BBOT", "https://desk.slack.example/")
        self.desk.workspaces = OneWorkspace(cast(Gateway, self.windows), me)
        bolt = make_bolt(self.desk, api_url="http://127.0.0.1:9/api/", signing_secret=edge_desk.SECRET)
        web = make_web(self.desk, bolt, signing_secret=edge_desk.SECRET)
        self.edge = Edge(cast(Any, SimpleNamespace(web=web, desk=self.desk)))
        with self.database.transaction() as session:
            ticket = session.scalars(sa.select(Ticket).order_by(Ticket.id)).first()
            assert ticket is not None
            # The very message that the samples of events are about.
            ticket.thread_ts = str(edge_desk.MESSAGE["ts"])
            place = {"team_id": TEAM, "channel_id": edge_desk.HELP, "ts": ticket.thread_ts}
            session.add(TicketMessage(ticket_id=ticket.id, text=ticket.question, **place))
        self.plant_the_twin()

    def sends(self, payload: dict[str, Any]) -> str:
        """What comes back, and what is opened."""
        self.windows.shown.clear()
        answer = self.edge.post_payload(_here(payload))
        assert answer.status_code in (200, 400), answer.text
        return answer.text + json.dumps(self.windows.shown)

    def types(self, user: str, command: str, text: str) -> str:
        fields = {"command": command, "text": text, "user_id": user, "team_id": TEAM, "channel_id": "CHELP"}
        self.windows.shown.clear()
        answer = self.edge.post_form(
            fields | {"trigger_id": "1.2.abc", "response_url": "https://x.example/1"}
        )
        assert answer.status_code == 200, answer.text
        return answer.text + json.dumps(self.windows.shown)


def _here(payload: dict[str, Any]) -> dict[str, Any]:
    """The samples come from a workspace of their own."""
    return dict(json.loads(json.dumps(payload).replace(edge_desk.TEAM, TEAM)))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    with prepared_engine(f"sqlite:///{tmp_path_factory.mktemp('slack') / 'two.sqlite'}") as engine:
        yield engine


@pytest.fixture
def desks(engine: sa.Engine) -> Iterator[InSlack]:
    desks = InSlack(engine)
    with desks.database.reading() as session:
        before = rows_of(session, OTHER)
    yield desks
    with desks.database.reading() as session:
        after = rows_of(session, OTHER)
        changed = {table for table in before.keys() | after.keys() if before.get(table) != after.get(table)}
        assert changed == set(), "rows of the other workspace"
        assert crossing(session) == []


def theirs(desks: InSlack) -> list[str]:
    """What a button could carry, with rows of the other workspace in it."""
    tickets = sorted(desks.twin.ids["ticket"].values())
    article = desks.id_of("article", twin=True)
    others = [desks.id_of(table, twin=True) for table in ("swap", "label_review", "article_flag", "person")]
    first = tickets[0]
    return [
        *(str(one) for one in (tickets[0], *others) if one),
        *(
            f"{first}:good",
            f"1:{first}",
            f"{first}:{article}",
            f"card.release:{first}",
            f"card.transfer:{first}",
        ),
        *(f"{first}:vpn", f"{first}:team", f"{article}:{first}"),
    ]


def named(kind: str) -> list[str]:
    return sorted({one.name for one in listening._LISTENERS if one.kind == kind})


def test_no_button_reaches_a_row_of_the_other_workspace(desks: InSlack) -> None:
    for name in named("action"):
        for value in theirs(desks):
            make = chosen if "more" in name else press
            assert CANARY not in desks.sends(make(name, value, user="UDEE")), f"{name} {value}"
        assert CANARY not in desks.sends(at_home(name, theirs(desks)[0], user="UBEN")), name


def test_no_form_reaches_a_row_of_the_other_workspace(desks: InSlack) -> None:
    article = str(desks.id_of("article", twin=True))
    values = {
        **edge_desk.RESOLVE_VALUES,
        **edge_desk.TRANSFER_VALUES,
        **edge_desk.ASK_VALUES,
        "article": {edge_desk.ids.ARTICLE_CHOICE: edge_desk._option(article)},
        "swap": {"swap": edge_desk._option(str(desks.id_of("swap", twin=True)))},
        "shift": {
            "shift": edge_desk._option(f"{desks.id_of('schedule', twin=True)}:primary:2027-03-05T09:00")
        },
        "tickets": {"tickets": {"selected_options": [{"value": theirs(desks)[0]}]}},
    }
    for name in named("view"):
        for value in theirs(desks)[:6]:
            told = desks.sends(submitted(name, values, metadata=value, user="UDEE"))
            assert CANARY not in told, f"{name} {value}"


def test_no_command_shows_anything_of_the_other_workspace(desks: InSlack) -> None:
    for user in PEOPLE:
        for word in (*_FOR_EVERYBODY, *_FOR_AGENTS, "help", "set <@UBEN> <@UDEE>"):
            assert CANARY not in desks.types(user, "/oncall", word), word
    assert CANARY not in desks.types("UADA", "/help-me", "my VPN drops on the train")


def test_no_menu_and_no_shortcut_offers_anything_of_the_other_workspace(desks: InSlack) -> None:
    for name in named("options"):
        asked = edge_desk._from("UBEN", "block_suggestion") | {
            "action_id": name,
            "block_id": "article",
            "value": "vpn",
            "view": {"id": "V2", "type": "modal", "private_metadata": theirs(desks)[0], "callback_id": ""},
        }
        assert CANARY not in desks.sends(asked), name
    for payload in edge_desk.interactions(int(theirs(desks)[0])).values():
        assert CANARY not in desks.sends(payload)


def test_no_event_touches_a_row_of_the_other_workspace(desks: InSlack) -> None:
    """The same channel and the same moment: an edit here is no edit there."""
    for inner in EVENTS.values():
        body = _here(event(inner))
        assert desks.edge.post_json(body).status_code == 200
        handle_event(str(body["event_id"]), desks.desk)
