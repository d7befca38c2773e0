"""What the desk makes of a text: the classifier's verdict and the articles that may solve it. Changes nothing."""

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.index import Index
from kb.likeness import Likeness
from kb.models import Audience
from kb.search import DESK, EVERYBODY, GUESTS, Match, Search, consider
from triage.classifier.verdict import Abstained, Confidence, Verdict
from triage.people.models import Person
from triage.vocabulary import Urgency

if TYPE_CHECKING:
    from triage.classifier.predict import Classifier

# One more than is shown at first, so that "Not quite" has something left to offer.
_CONSIDERED = 4
NOTHING = Likeness.of(())
log = logging.getLogger(__name__)


def readable_by(person: Person) -> frozenset[Audience]:
    """Whose articles somebody may read: a guest public ones, agents their own as well."""
    if person.is_guest:
        return GUESTS
    return DESK if person.answers else EVERYBODY


@dataclass(frozen=True)
class Judgement:
    """`matches` reach the cut-off, best first; `below` were considered and kept back.

    `no_articles_in` names the question's language where no article is written in it, `articles_in` what there is.
    """

    verdict: Verdict
    matches: tuple[Match, ...]
    below: tuple[Match, ...]
    milliseconds: float
    no_articles_in: str | None = None
    articles_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judge:
    """What serves at this moment. Who asks is no input, but for what guests may read."""

    classifier: "Classifier"
    index: Index
    # The questions so far, by ticket number.
    asked: Likeness = NOTHING

    def judge(self, text: str, *, guest: bool = False) -> Judgement:
        started = time.perf_counter()
        verdict = self._decided(text)
        found = self._found(text, GUESTS if guest else EVERYBODY)
        milliseconds = (time.perf_counter() - started) * 1000
        if found is None:
            return Judgement(verdict, (), (), milliseconds)
        below = tuple(match for match in found.considered if not match.shown)
        missing = found.no_articles_in
        spoken = self.index.written_in if missing else ()
        return Judgement(verdict, found.shown, below, milliseconds, missing, spoken)

    def _decided(self, text: str) -> Verdict:
        try:
            return self.classifier.decide(text)
        except Exception:
            # Whoever asked must not pay for it: a person decides about this one.
            log.exception("Model %s breaks on a question", self.classifier.version)
            return Verdict(
                category=None,
                urgency=Urgency.MEDIUM,
                confidence=Confidence(0.0, 0.0),
                abstained=Abstained(category=True, urgency=True),
                alternatives=(),
                words=(),
                reasons=("The model could not read this question.",),
                model_version=self.classifier.version,
                milliseconds=0.0,
            )

    def _found(self, text: str, audience: frozenset[Audience]) -> Search | None:
        try:
            return consider(self.index, text, limit=_CONSIDERED, audience=audience)
        except Exception:
            log.exception("The search breaks on a question")
            return None
