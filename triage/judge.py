"""What the desk makes of a text: the classifier's verdict and the articles that may solve it. Changes nothing."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.index import Index
from kb.likeness import Likeness
from kb.models import Audience
from kb.search import DESK, EVERYBODY, GUESTS, Match, consider
from triage.classifier.verdict import Verdict
from triage.people.models import Person

if TYPE_CHECKING:
    from triage.classifier.predict import Classifier

# One more than is shown at first, so that "Not quite" has something left to offer.
_CONSIDERED = 4
NOTHING = Likeness.of(())


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
        verdict = self.classifier.decide(text)
        found = consider(self.index, text, limit=_CONSIDERED, audience=GUESTS if guest else EVERYBODY)
        milliseconds = (time.perf_counter() - started) * 1000
        below = tuple(match for match in found.considered if not match.shown)
        missing = found.no_articles_in
        spoken = self.index.written_in if missing else ()
        return Judgement(verdict, found.shown, below, milliseconds, missing, spoken)
