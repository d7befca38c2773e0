"""A challenger judges live tickets unseen, and is compared with what served as people confirm what was right."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, exists, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime
from triage.classifier.models import ModelVersion
from triage.effects import insert_once
from triage.tickets.human_first import human_first
from triage.tickets.labels import Said, standing
from triage.tickets.models import Label, Prediction, Ticket
from triage.vocabulary import LabelField, ModelState

if TYPE_CHECKING:
    from triage.classifier.outlook import Outlook

# Fewer confirmed tickets than these tell nothing about which of two models is better.
ENOUGH = 50
# How much a challenger may be behind before they disagree.
_SLACK = 0.02


class ShadowPrediction(Base):
    """What a challenger would have said about a ticket. Nobody but the model screens reads it."""

    __tablename__ = "shadow_prediction"
    __table_args__ = (
        UniqueConstraint("model_id", "ticket_id"),
        Index("ix_shadow_prediction_ticket_id", "ticket_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    # The best guess, decided or not.
    category: Mapped[str | None] = mapped_column(String(64))
    sure: Mapped[float]
    decided: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Side:
    """One of two models on the same tickets: of those that people confirmed, how many it got right."""

    decided: int
    guessed_right: int
    decided_right: int


@dataclass(frozen=True)
class ShadowFigures:
    """`tickets` were judged by both; `labelled` of them were confirmed or corrected by a person since."""

    tickets: int
    labelled: int
    same: int
    champion: Side
    challenger: Side

    @property
    def agrees(self) -> bool:
        """Enough confirmed tickets, and the challenger is not behind on them, in guesses and in decisions."""
        if self.labelled < ENOUGH:
            return False
        allowed = _SLACK * self.labelled
        return (
            self.challenger.guessed_right >= self.champion.guessed_right - allowed
            and self.challenger.decided_right >= self.champion.decided_right - allowed
        )


def newest_challenger(session: Session, team_id: str) -> ModelVersion | None:
    """The one that is in shadow: trained after whatever serves, and its file still there."""
    newest = session.scalars(
        select(ModelVersion)
        .where(
            ModelVersion.team_id == team_id,
            ModelVersion.state.in_((ModelState.CHALLENGER, ModelState.CHAMPION)),
        )
        .order_by(ModelVersion.id.desc())
        .limit(1)
    ).first()
    if newest is None or newest.state != ModelState.CHALLENGER or newest.cleared_at is not None:
        return None
    return newest


def unjudged(session: Session, challenger: ModelVersion, *, most: int) -> list[tuple[int, str]]:
    """Tickets asked since it was trained that it has not seen, oldest first; never matters for a person alone."""
    seen = exists().where(ShadowPrediction.ticket_id == Ticket.id, ShadowPrediction.model_id == challenger.id)
    rows = session.execute(
        select(Ticket.id, Ticket.question)
        .where(
            Ticket.team_id == challenger.team_id,
            Ticket.asked_at >= challenger.created_at,
            exists().where(Prediction.ticket_id == Ticket.id),
            ~seen,
            ~human_first(),
        )
        .order_by(Ticket.id)
        .limit(most)
    )
    return [(row.id, row.question) for row in rows]


def keep(
    session: Session,
    challenger: ModelVersion,
    ticket_ids: Sequence[int],
    outlook: "Outlook",
    *,
    now: datetime,
) -> int:
    """Two processes that judged the same ticket keep it once."""
    return sum(
        insert_once(
            session,
            ShadowPrediction,
            model_id=challenger.id,
            ticket_id=ticket_id,
            category=best,
            sure=float(sure),
            decided=bool(decided),
            at=now,
        )
        for ticket_id, best, sure, decided in zip(
            ticket_ids, outlook.best, outlook.sure, outlook.decided, strict=True
        )
    )


def figures(session: Session, challenger: ModelVersion) -> ShadowFigures:
    """Both on the tickets that the challenger judged in shadow."""
    unseen = {
        row.ticket_id: row
        for row in session.scalars(select(ShadowPrediction).where(ShadowPrediction.model_id == challenger.id))
    }
    said = served(
        session, select(ShadowPrediction.ticket_id).where(ShadowPrediction.model_id == challenger.id)
    )
    truth = confirmed(session, challenger)
    both = [ticket_id for ticket_id in unseen if ticket_id in said]
    judged = [ticket_id for ticket_id in both if ticket_id in truth]
    return ShadowFigures(
        tickets=len(both),
        labelled=len(judged),
        same=sum(said[t].guess == unseen[t].category for t in both),
        champion=_side([(said[t].guess, said[t].decided, truth[t]) for t in judged]),
        challenger=_side([(unseen[t].category, unseen[t].decided, truth[t]) for t in judged]),
    )


@dataclass(frozen=True)
class Served:
    """What the serving model had said: its best guess, and whether it decided."""

    guess: str | None
    decided: bool


def served(session: Session, ticket_ids: Select[int]) -> dict[int, Served]:
    """The newest prediction of each ticket."""
    newest = (
        select(func.max(Prediction.id))
        .where(Prediction.ticket_id.in_(ticket_ids))
        .group_by(Prediction.ticket_id)
    )
    found = {}
    for row in session.execute(
        select(Prediction.ticket_id, Prediction.category, Prediction.verdict).where(Prediction.id.in_(newest))
    ):
        found[row.ticket_id] = Served(row.category or _best(row.verdict), row.category is not None)
    return found


def confirmed(session: Session, challenger: ModelVersion) -> dict[int, str]:
    """What stands of all that was said about each ticket that was judged in shadow, as training takes it."""
    rows = session.execute(
        select(Label.ticket_id, Label.id, Label.value, Label.by_id, Label.at)
        .join(ShadowPrediction, ShadowPrediction.ticket_id == Label.ticket_id)
        .where(ShadowPrediction.model_id == challenger.id, Label.field == LabelField.CATEGORY)
    )
    said: dict[int, list[Said]] = defaultdict(list)
    for ticket_id, number, value, by, at in rows:
        if ticket_id is not None:
            said[ticket_id].append(Said(value, by, at, number))
    return {ticket_id: stands.value for ticket_id, words in said.items() if (stands := standing(words))}


def _best(verdict: Mapping[str, object]) -> str | None:
    unseen = verdict.get("unseen")
    if isinstance(unseen, dict):
        return unseen.get("best")
    alternatives = verdict.get("alternatives")
    first = alternatives[0] if isinstance(alternatives, list) and alternatives else {}
    return first.get("category")


def _side(rows: Sequence[tuple[str | None, bool, str]]) -> Side:
    return Side(
        decided=sum(decided for _, decided, _ in rows),
        guessed_right=sum(guess == right for guess, _, right in rows),
        decided_right=sum(decided and guess == right for guess, decided, right in rows),
    )
