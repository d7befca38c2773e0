"""Erasing knows every column of every table that can hold a person or a text."""

import sqlalchemy as sa

from bot.tables import metadata
from triage.privacy.tables import TREATMENTS
from triage.privacy.treatment import wordless

# Made by the machine for each request, wherever they stand.
_OF_THE_REQUEST = ("request_id", "trace")


def can_hold_a_person(column: sa.Column[object]) -> bool:
    if column.name in _OF_THE_REQUEST:
        return False
    if any(key.target_fullname == "person.id" for key in column.foreign_keys):
        return True
    return isinstance(column.type, sa.String | sa.Text | sa.JSON | sa.LargeBinary) and not isinstance(
        column.type, sa.Enum
    )


def test_a_new_table_says_what_erasing_a_person_does_to_it() -> None:
    assert set(metadata.tables) == set(TREATMENTS), (
        "a new table: say in triage/privacy/tables.py what happens to it"
    )


def test_every_column_that_can_hold_a_person_or_text_is_treated() -> None:
    forgotten = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if can_hold_a_person(column) and column.name not in TREATMENTS[table.name].columns
    ]
    assert forgotten == [], "say in triage/privacy/tables.py what erasing a person does to these"


def test_no_column_is_treated_that_is_not_there() -> None:
    unknown = [
        f"{name}.{column}"
        for name, treatment in TREATMENTS.items()
        for column in {*treatment.columns, *(link.column for link in treatment.theirs)}
        if column not in metadata.tables[name].columns
    ]
    assert unknown == []


def test_a_verdict_keeps_what_was_decided_and_loses_the_words() -> None:
    verdict = {
        "category": "vpn",
        "confidence": {"category": 0.9, "urgency": 0.5},
        "words": [{"word": "zebra", "weight": 1}],
        "reasons": ["the words “zebra crossing”"],
        "nearest": [{"ref": "ticket:1", "category": "vpn", "likeness": 0.9}],
        "needs_person": {"rule": "safety", "sentence": "Somebody may be hurt", "words": ["zebra"]},
    }
    kept = wordless(verdict)
    assert "zebra" not in str(kept)
    assert (kept["category"], kept["needs_person"]["rule"]) == ("vpn", "safety")
