"""A second workspace that is the first one's twin: the same Slack ids, channels and moments, and other words.

Every row of the first is copied, whatever the table, and everything somebody could read in the copy carries a canary.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.tables import metadata

CANARY = "zzcanary"
THEIRS = "-theirs"
# What Slack calls things is the same in both; so is what the desk looks things up by.
_SAME = frozenset(
    {
        *(
            "slack_id",
            "state",
            "channel_id",
            "thread_ts",
            "ts",
            "card_channel",
            "card_ts",
            "sent_channel",
            "sent_ts",
        ),
        *("address", "time_zone", "zone", "key", "category", "voter", "app_id", "bot_user_id", "bot_id"),
        *("desk_channel", "help_channels", "opening_hours", "holidays", "closed_days", "country", "place"),
        *("admin_group", "agent_group"),
        *(
            "starts",
            "restrictions",
            "occurrence",
            "language",
            "promise",
            "field",
            "group_id",
            "method",
            "channel",
            "request_id",
            "trace",
            "region",
        ),
    }
)
# References that no key in the database guards.
_REFERS = {"schedule_id": "schedule", "counter_schedule_id": "schedule", "absence_id": "absence"}
_NOT_COPIED = frozenset({"heartbeat", "effect", "sign_in_state", "sign_in_try", "slack_budget", "work_note"})
_PROSE = 4


class Twin:
    """`ids` tells which row of the other workspace stands for which of the first: `ids["ticket"][1]`."""

    def __init__(self, session: Session, team: str, twin: str) -> None:
        self._session, self.team, self.twin = session, team, twin
        self.ids: dict[str, dict[Any, Any]] = {"team": {team: twin}}
        self.copied: dict[str, int] = {}
        for table in metadata.sorted_tables:
            if table.name not in _NOT_COPIED:
                self.copied[table.name] = self._copy(table)

    def _copy(self, table: sa.Table) -> int:
        count = 0
        for row in self._session.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings():
            if (values := self._of_the_twin(table, dict(row))) is None:
                continue
            made = self._session.connection().execute(sa.insert(table).values(values)).inserted_primary_key
            keys = [column.name for column in table.primary_key.columns]
            if made is not None and len(keys) == 1:
                self.ids.setdefault(table.name, {})[row[keys[0]]] = made[0]
            count += 1
        return count

    def _of_the_twin(self, table: sa.Table, row: dict[str, Any]) -> dict[str, Any] | None:
        """None for a row that is not the first workspace's."""
        if table.name == "team":
            return row | {"id": self.twin} if row["id"] == self.team else None
        values, ours = {}, False
        for column in table.columns:
            value = row[column.name]
            target = next((key.column.table.name for key in column.foreign_keys), _REFERS.get(column.name))
            if column.name == "team_id":
                ours = ours or value == self.team
                value = self.twin
            elif target is not None and value is not None:
                if value not in self.ids.get(target, {}):
                    return None
                ours, value = True, self.ids[target][value]
            elif column.primary_key and isinstance(column.type, sa.Integer):
                if len(table.primary_key.columns) == 1:
                    continue
            else:
                value = self._marked(column, value)
            values[column.name] = value
        return values if ours else None

    def _marked(self, column: sa.Column[Any], value: Any) -> Any:
        if column.name in _SAME or isinstance(column.type, sa.Enum):
            return value
        if str(column) == "model_version.name":
            return f"{value}{THEIRS}"  # stands in addresses, and comes back in what is said about a wrong one
        if isinstance(column.type, sa.JSON):
            return _marked_inside(value)
        if isinstance(column.type, sa.String) and isinstance(value, str):
            room = (column.type.length or 10_000) - len(CANARY) - 1
            return f"{value[:room]} {CANARY}" if column.type.length is None or room > _PROSE else value
        return value


def _marked_inside(value: Any) -> Any:
    """Sentences; what is one word may be a name that the program goes by."""
    match value:
        case dict():
            return {key: _marked_inside(inner) for key, inner in value.items()}
        case list():
            return [_marked_inside(inner) for inner in value]
        case str() if " " in value:
            return f"{value} {CANARY}"
    return value


def rows_of(session: Session, team: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is the workspace's, by itself or by what it refers to."""
    ours: dict[str, set[Any]] = {"team": {team}}
    found: dict[str, list[tuple[Any, ...]]] = {}
    for table in metadata.sorted_tables:
        keys = [column.name for column in table.primary_key.columns]
        for row in session.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings():
            if _belongs(table, row, team, ours):
                found.setdefault(table.name, []).append(tuple(row.values()))
                if len(keys) == 1:
                    ours.setdefault(table.name, set()).add(row[keys[0]])
    return found


def _belongs(table: sa.Table, row: Any, team: str, ours: dict[str, set[Any]]) -> bool:
    if table.name == "team":
        return bool(row["id"] == team)
    if "team_id" in table.columns:
        return bool(row["team_id"] == team)
    return any(
        row[column.name] in ours.get(key.column.table.name, ())
        for column in table.columns
        for key in column.foreign_keys
    )


def crossing(session: Session) -> list[str]:
    """Rows of one workspace that refer to rows of another."""
    teams: dict[str, dict[Any, str]] = {}
    found = []
    for table in metadata.sorted_tables:
        keys = [column.name for column in table.primary_key.columns]
        for row in session.execute(sa.select(table)).mappings():
            referred = {
                f"{table.name}.{column.name}": teams[key.column.table.name].get(row[column.name])
                for column in table.columns
                for key in column.foreign_keys
                if key.column.table.name in teams and row[column.name] is not None
            }
            referred["team_id"] = row["id"] if table.name == "team" else row.get("team_id")
            known = {team for team in referred.values() if team is not None}
            if len(known) > 1:
                found.append(f"{table.name} {[row[key] for key in keys]}: {referred}")
            if len(known) == 1 and len(keys) == 1:
                teams.setdefault(table.name, {})[row[keys[0]]] = known.pop()
    return found
