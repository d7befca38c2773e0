"""How often articles solved a ticket, and how often they did not, by what people said."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from triage.suggestions.models import Suggestion
from triage.vocabulary import Outcome


def outcome_counts(session: Session, article_ids: Iterable[int]) -> dict[int, dict[Outcome, int]]:
    """Article → outcome → on how many tickets people said so; only what was said, never silence."""
    rows = session.execute(
        select(Suggestion.article_id, Suggestion.outcome, func.count(Suggestion.ticket_id.distinct()))
        .where(
            Suggestion.article_id.in_(list(article_ids)),
            Suggestion.outcome.in_((Outcome.SOLVED, Outcome.NOT_HELPFUL)),
        )
        .group_by(Suggestion.article_id, Suggestion.outcome)
    )
    counted: dict[int, dict[Outcome, int]] = {}
    for article_id, outcome, count in rows:
        if outcome is not None:
            counted.setdefault(article_id, {})[outcome] = count
    return counted
