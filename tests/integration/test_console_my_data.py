"""Whoever signs in to the console can take along what is stored about them."""

import zipfile
from io import BytesIO

import pytest
import sqlalchemy as sa
from console_desk import ConsoleDesk

from triage.audit import AuditEntry


@pytest.fixture
def console(bare_engine: sa.Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine)


def test_one_s_own_data_is_one_press_away_and_nobody_else_s(console: ConsoleDesk) -> None:
    ben = console.browser("ben")
    assert "Take your data along" in ben.get("/visits").text
    answered = ben.client.post("/console/my-data", data={"csrf": ben.token})
    assert (answered.status_code, answered.mimetype) == (200, "application/zip")
    assert "attachment" in answered.headers["Content-Disposition"]
    with zipfile.ZipFile(BytesIO(answered.data)) as package:
        told = package.read("data.json").decode()
    assert "UBEN" in told
    assert "UCLEO" not in told
    with console.database.reading() as session:
        assert session.scalars(sa.select(AuditEntry.what)).all().count("person.exported") == 1


def test_a_stranger_s_page_cannot_fetch_it(console: ConsoleDesk) -> None:
    ben = console.browser("ben")
    assert ben.client.post("/console/my-data", data={"csrf": "wrong"}).status_code != 200
    assert ben.client.get("/console/my-data").status_code in (404, 405)
