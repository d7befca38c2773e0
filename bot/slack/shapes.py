"""What a body from Slack must hold before anything acts on it: the fields that we read, and of which kind they are.

Fields that nobody reads may look as they like, so that Slack can add and change them. What does not fit is refused at
the door; behind it, nothing has to ask again whether a field is there.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

Id = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9_-]{0,31}$")]
EventId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
# Slack's stamps of messages: seconds, a point, and what makes them unique.
Ts = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,10}\.[0-9]{1,9}$")]
Name = Annotated[str, StringConstraints(max_length=255)]
Value = Annotated[str, StringConstraints(max_length=3_000)]
Text = str | None


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class _Named(_Shape):
    id: Id


class _Option(_Shape):
    value: Value


# --- Clicks, forms, shortcuts -----------------------------------------------------------------------


class _User(_Named):
    team_id: Id | None = None


class _Container(_Shape):
    channel_id: Id | None = None
    thread_ts: Ts | None = None


class _PressedMessage(_Shape):
    thread_ts: Ts | None = None


class _Pressed(_Shape):
    """What clicks, forms and shortcuts have in common."""

    user: _User
    team: _Named | None = None
    channel: _Named | None = None
    container: _Container | None = None
    trigger_id: Text = None
    callback_id: Text = None


class _Action(_Shape):
    action_id: Name
    value: Value | None = None
    selected_option: _Option | None = None


class _Surface(_Shape):
    id: Id | None = None
    type: Text = None


class _Click(_Pressed):
    actions: Annotated[list[_Action], Field(min_length=1)]
    message: _PressedMessage | None = None
    view: _Surface | None = None


class _Entered(_Shape):
    value: Text = None
    selected_option: _Option | None = None
    selected_user: Id | None = None


class _State(_Shape):
    values: dict[str, dict[str, _Entered]]


class _FormBlock(_Shape):
    type: Name
    block_id: Name


class _Form(_Shape):
    type: Name
    callback_id: Name
    private_metadata: Text = None
    state: _State
    blocks: list[_FormBlock]


class _Submission(_Pressed):
    view: _Form


class _Asking(_Shape):
    """The form in which somebody types."""

    private_metadata: Text = None


class _Suggestion(_Pressed):
    """Somebody types in a menu whose options we look up."""

    action_id: Name
    value: Value
    view: _Asking | None = None


class _Shortcut(_Pressed):
    callback_id: Name


class _File(_Shape):
    name: Text = None
    title: Text = None


class _Written(_Shape):
    """A message as somebody wrote it."""

    ts: Ts
    text: Text = None
    user: Id | None = None
    user_team: Id | None = None
    bot_id: Text = None
    subtype: Text = None
    thread_ts: Ts | None = None
    files: list[_File] | None = None


class _MessageShortcut(_Shortcut):
    channel: _Named
    message: _Written


_INTERACTIONS: dict[str, type[_Pressed]] = {
    "block_actions": _Click,
    "view_submission": _Submission,
    "block_suggestion": _Suggestion,
    "shortcut": _Shortcut,
    "message_action": _MessageShortcut,
}


class _Command(_Shape):
    command: Annotated[Name, StringConstraints(min_length=2)]
    team_id: Id
    user_id: Id
    channel_id: Id | None = None
    text: Text = None


# --- Events -----------------------------------------------------------------------------------------


class _Typed(_Shape):
    type: Annotated[Name, StringConstraints(min_length=1)]
    subtype: Text = None
    event_ts: Ts | None = None


class _Authorization(_Shape):
    team_id: Id | None = None


class _Envelope(_Shape):
    event_id: EventId
    team_id: Id
    event: _Typed
    authorizations: list[_Authorization] | None = None


class _Message(_Written):
    channel: Id
    channel_type: Text = None


class _Edited(_Shape):
    channel: Id
    message: _Written
    previous_message: _Written | None = None


class _Deleted(_Shape):
    channel: Id
    deleted_ts: Ts
    previous_message: _Written | None = None


class _MessageItem(_Shape):
    channel: Id
    ts: Ts


class _Item(_Shape):
    type: Name


class _Reaction(_Shape):
    user: Id
    reaction: Name
    item: _Item


class _ReactionToMessage(_Shape):
    item: _MessageItem


class _HomeOpened(_Shape):
    user: Id
    channel: Text = None
    tab: Text = None


class _Profile(_Shape):
    display_name: Text = None
    real_name: Text = None


class _ChangedUser(_Named):
    name: Text = None
    real_name: Text = None
    tz: Text = None
    profile: _Profile | None = None


class _UserChange(_Shape):
    user: _ChangedUser


_EVENTS: dict[str, type[_Shape]] = {
    "message": _Message,
    "message.file_share": _Message,
    "message.thread_broadcast": _Message,
    "message.message_changed": _Edited,
    "message.message_deleted": _Deleted,
    "app_mention": _Message,
    "reaction_added": _Reaction,
    "app_home_opened": _HomeOpened,
    "user_change": _UserChange,
}


# --- All of it --------------------------------------------------------------------------------------


class _Kind(_Shape):
    type: Name


_KINDS = {"event_callback", "url_verification", *_INTERACTIONS}


class Misshapen(ValueError):
    """The body cannot be acted on; `places` are the paths of what is missing or of the wrong kind."""

    def __init__(self, places: list[str]) -> None:
        super().__init__(", ".join(places))
        self.places = places


def acted_on(body: Mapping[str, Any]) -> bool:
    """Whether anybody here does something with a body of this kind; the others are only acknowledged."""
    return body["type"] in _KINDS if "type" in body else True


def check(body: Mapping[str, Any]) -> None:
    """Raises `Misshapen` unless it holds what we read of a body of its kind."""
    try:
        _check(body)
    except ValidationError as wrong:
        raise Misshapen([".".join(map(str, error["loc"])) for error in wrong.errors()][:5]) from None


def _check(body: Mapping[str, Any]) -> None:
    if "type" not in body and "ssl_check" in body:
        return
    if "type" not in body and "command" in body:
        _Command.model_validate(body)
        return
    kind = _Kind.model_validate(body).type
    if kind == "event_callback":
        _check_event(body)
    elif kind in _INTERACTIONS:
        pressed = _INTERACTIONS[kind].model_validate(body)
        if not (pressed.team or pressed.user.team_id):
            raise Misshapen(["team"])


def _check_event(body: Mapping[str, Any]) -> None:
    event = _Envelope.model_validate(body).event
    name = f"{event.type}.{event.subtype}" if event.type == "message" and event.subtype else event.type
    if shape := _EVENTS.get(name):
        seen = shape.model_validate(body["event"])
        if isinstance(seen, _Reaction) and seen.item.type == "message":
            _ReactionToMessage.model_validate(body["event"])
