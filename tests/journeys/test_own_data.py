"""Anybody may ask what the desk stores about them, and is told the way."""

from cast import Actor, Desk
from sqlalchemy import select

from bot.slack import copy
from triage.tickets.models import Ticket


def test_who_asks_for_their_data_is_told_the_way_and_opens_no_ticket(
    desk: Desk, ada: Actor, ben: Actor
) -> None:
    assert ada.types("/help-me My data") == copy.MY_DATA
    told = ben.types("/help-me my data")
    assert told == copy.MY_DATA or "/console/visits" in told
    desk.work_off()
    with desk.stage.desk.database.reading() as session:
        assert session.scalars(select(Ticket)).all() == []
