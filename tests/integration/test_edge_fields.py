"""Each field of what Slack sends, left out or replaced: 2xx or 4xx, and what is stored can be acted on."""

from collections.abc import Iterator

import pytest
from edge_desk import COMMANDS, EVENTS, TEAM, Doc, Edge, broken, edge_running, event, fresh_ts, interactions

from bot.slack.inbox import InboxEvent
from triage.deleted import was_deleted
from triage.people.models import Person, Team


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    with edge_running(tmp_path_factory.mktemp("edge")) as edge:
        yield edge


@pytest.fixture(scope="module")
def ticket(edge: Edge) -> int:
    return edge.ticket()


def complaint(what: str, status: int, told: str) -> str | None:
    if not (200 <= status < 300 or 400 <= status < 500):
        return f"{status} for {what}"
    return f"a traceback for {what}" if "Traceback" in told else None


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_acknowledged_and_acted_on(edge: Edge, name: str) -> None:
    envelope = event(EVENTS[name])
    assert edge.post_json(envelope).status_code == 200
    assert edge.stored(envelope["event_id"])
    edge.act_on(envelope["event_id"])


# The others have the shape of one of these.
EVENT_SHAPES = (
    "message",
    "reply",
    "file_share",
    "message_changed",
    "message_deleted",
    "reaction_added",
    "app_home_opened",
    "user_change",
)


@pytest.mark.parametrize("name", EVENT_SHAPES)
def test_an_event_with_something_missing_or_odd(edge: Edge, name: str) -> None:
    """400, or acknowledged; and if it was stored, the worker must be able to act on it."""
    complaints = []
    for what, envelope in broken(event(EVENTS[name]), odd=1):
        inner = envelope.get("event")
        if isinstance(inner, dict) and inner.get("ts") and inner["ts"] == EVENTS[name].get("ts"):
            inner["ts"] = fresh_ts()
        if envelope.get("event_id") and "event_id" not in what:
            envelope["event_id"] = event({})["event_id"]
        answer = edge.post_json(envelope)
        complaints.append(complaint(what, answer.status_code, answer.get_data(as_text=True)))
        event_id = envelope.get("event_id")
        if isinstance(event_id, str) and answer.status_code == 200 and edge.stored(event_id):
            try:
                edge.act_on(event_id)
            except Exception as failure:  # noqa: BLE001  (all of them are told together)
                complaints.append(f"{type(failure).__name__}: {failure} for {what}")
    assert [said for said in complaints if said] == []


@pytest.mark.parametrize("name", interactions(0))
def test_an_interaction_is_acknowledged(edge: Edge, ticket: int, name: str) -> None:
    assert edge.post_payload(interactions(ticket)[name]).status_code == 200


# One of each shape; the others differ in a button's name only.
SHAPES = (
    "solved",
    "which_helped",
    "rate",
    "claim",
    "more_release",
    "resolve_form",
    "home_ask",
    "resolve",
    "transfer",
    "ask",
    "shortcut",
    "message_shortcut",
    "interactive_message",
    "block_suggestion",
)


@pytest.mark.parametrize("name", SHAPES)
def test_an_interaction_with_something_missing_or_odd(edge: Edge, ticket: int, name: str) -> None:
    complaints = []
    for what, payload in broken(interactions(ticket)[name], odd=1):
        answer = edge.post_payload(payload)
        complaints.append(complaint(what, answer.status_code, answer.get_data(as_text=True)))
    assert [said for said in complaints if said] == []


@pytest.mark.parametrize("name", ["help_me", "oncall_set", "unknown"])
def test_a_command_with_something_missing_or_odd(edge: Edge, name: str) -> None:
    complaints = []
    for what, fields in broken(dict(COMMANDS[name]), odd=1):
        told = {
            key: value.encode("utf-8", "replace") if isinstance(value, str) else value
            for key, value in fields.items()
        }
        answer = edge.post_form(told)
        complaints.append(complaint(what, answer.status_code, answer.get_data(as_text=True)))
    assert [said for said in complaints if said] == []


def test_after_all_that_there_is_one_workspace_and_everybody_has_a_name(edge: Edge) -> None:
    """Nothing broken has left a workspace “None” or a person without an id behind."""
    database = edge.assembly.desk.database
    with database.reading() as session:
        assert [team.id for team in session.query(Team)] == [TEAM]
        odd = [p.slack_id for p in session.query(Person) if not p.slack_id.startswith(("U", "W"))]
    assert odd == []


# --- Stored exactly when it should be ---------------------------------------------------------------


@pytest.mark.parametrize("missing", ["event_id", "team_id", "event"])
def test_an_envelope_without_its_essentials_is_refused(edge: Edge, missing: str) -> None:
    envelope = event(EVENTS["message"])
    before = edge.count(InboxEvent)
    del envelope[missing]
    assert edge.post_json(envelope).status_code == 400
    assert edge.count(InboxEvent) == before


@pytest.mark.parametrize("missing", ["channel", "ts", "type"])
def test_a_message_without_its_essentials_is_refused(edge: Edge, missing: str) -> None:
    envelope = event(EVENTS["message"])
    del envelope["event"][missing]
    assert edge.post_json(envelope).status_code == 400
    assert not edge.stored(envelope["event_id"])


NOT_WORTH_A_JOB: dict[str, Doc] = {
    "unknown type": {"type": "hologram_appeared", "user": "UADA"},
    "team_join": {"type": "team_join", "user": {"id": "UNEW"}},
    "dnd_updated_user": {"type": "dnd_updated_user", "user": "UADA", "dnd_status": {}},
    "member_joined_channel": {"type": "member_joined_channel", "user": "UADA", "channel": "CHELP"},
    "a bot's message": EVENTS["message"] | {"bot_id": "B1"},
    "bot_message": EVENTS["message"] | {"subtype": "bot_message"},
    "a bot's edit": EVENTS["message_changed"]
    | {"message": {"bot_id": "B1", "text": "x", "ts": "1748849400.000100"}},
}


@pytest.mark.parametrize("name", NOT_WORTH_A_JOB)
def test_what_nobody_acts_on_is_acknowledged_and_not_stored(edge: Edge, name: str) -> None:
    envelope = event(NOT_WORTH_A_JOB[name])
    assert edge.post_json(envelope).status_code == 200
    assert not edge.stored(envelope["event_id"])


def test_that_a_bot_s_message_was_deleted_is_remembered_and_makes_nobody_of_the_bot(edge: Edge) -> None:
    written = {"bot_id": "B1", "user": "UBOT", "text": "x", "ts": "1748849400.000100"}
    envelope = event(EVENTS["message_deleted"] | {"previous_message": written})
    people = edge.count(Person)
    assert edge.post_json(envelope).status_code == 200
    edge.act_on(envelope["event_id"])
    with edge.assembly.desk.database.reading() as session:
        assert was_deleted(session, TEAM, "CHELP", "1748849400.000100")
    assert edge.count(Person) == people


def test_an_event_of_an_unknown_kind_is_counted(edge: Edge) -> None:
    before = edge.client.get("/metrics").get_data(as_text=True).count("hologram_counted")
    edge.post_json(event({"type": "hologram_counted"}))
    after = edge.client.get("/metrics").get_data(as_text=True)
    assert before == 0
    assert 'evenhand_events_total{outcome="ignored",type="hologram_counted"} 1.0' in after
