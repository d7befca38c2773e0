"""How far the model may speak: decided, recommended to agents, only monitored, or off; and rules always speak."""

from cast import TEAM, Actor, Desk, shown_text
from sqlalchemy import select

from bot.slack import copy
from triage.classifier.modes import set_mode
from triage.tickets.models import Label, Prediction, Ticket
from triage.vocabulary import LabelField, Mode, Urgency

PRINTER = "The printer on floor 2 has a paper jam, it prints nothing"


def says(desk: Desk, dee: Actor, mode: Mode, *, field: LabelField = LabelField.CATEGORY) -> None:
    with desk.database.transaction() as session:
        set_mode(session, TEAM, field, mode, by=dee.person, now=desk.stage.slack.now())


def ticket_and_prediction(desk: Desk) -> tuple[Ticket, Prediction]:
    with desk.database.reading() as session:
        ticket = session.scalars(select(Ticket).order_by(Ticket.id.desc())).first()
        prediction = session.scalars(select(Prediction).order_by(Prediction.id.desc())).first()
        assert ticket is not None
        assert prediction is not None
        return ticket, prediction


def test_recommended_the_agent_sees_it_and_confirms_with_one_press(
    desk: Desk, ada: Actor, ben: Actor, dee: Actor
) -> None:
    says(desk, dee, Mode.RECOMMEND)
    question = ada.says(PRINTER)
    ticket, prediction = ticket_and_prediction(desk)
    assert (ticket.category, prediction.category) == (None, "printing")
    assert "rinting" not in question.answer.split("\n")[0]

    question.clicks(copy.BUTTON_PERSON)
    assert "looks like Print" in shown_text(question.card)
    ben.claims(question)
    ben.resolves(question, "Took the paper out.")

    with desk.database.reading() as session:
        label = session.scalars(select(Label).where(Label.field == LabelField.CATEGORY)).one()
    assert (label.value, label.predicted) == ("printing", "printing")


def test_monitored_it_is_kept_and_shown_to_nobody(desk: Desk, ada: Actor, dee: Actor) -> None:
    says(desk, dee, Mode.MONITOR)
    question = ada.says(PRINTER)
    question.clicks(copy.BUTTON_PERSON)
    ticket, prediction = ticket_and_prediction(desk)
    assert (ticket.category, prediction.category) == (None, None)
    assert prediction.verdict["unseen"]["best"] == "printing"
    assert "no category yet" in shown_text(question.card)
    assert "points to" not in shown_text(question.card)


def test_switched_off_nothing_is_predicted(desk: Desk, ada: Actor, dee: Actor) -> None:
    says(desk, dee, Mode.OFF)
    ada.says(PRINTER)
    _, prediction = ticket_and_prediction(desk)
    assert prediction.category is None
    assert not prediction.verdict["alternatives"]
    assert "unseen" not in prediction.verdict


def test_with_urgency_off_smoke_is_still_critical(desk: Desk, ada: Actor, dee: Actor) -> None:
    says(desk, dee, Mode.OFF, field=LabelField.URGENCY)
    ada.says("There is smoke coming out of the server room")
    ticket, _ = ticket_and_prediction(desk)
    assert ticket.urgency is Urgency.CRITICAL
