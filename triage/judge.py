"""What the desk makes of a text: the classifier's verdict and the articles that may solve it. Changes nothing."""

import logging
import threading
import time
from collections import OrderedDict
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


class Foreseen:
    """Judgements made before the transaction that needs them: nobody else waits for its turn to write meanwhile."""

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._lock = threading.Lock()
        # With what judged: the judgement of another model or of an older index counts for nothing.
        self._kept: OrderedDict[tuple[str, bool], tuple[Classifier, Index, Judgement]] = OrderedDict()

    def keep(self, judge: "Judge", text: str, guest: bool, judgement: Judgement) -> None:
        with self._lock:
            self._kept[text, guest] = (judge.classifier, judge.index, judgement)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def take(self, judge: "Judge", text: str, guest: bool) -> Judgement | None:
        with self._lock:
            classifier, index, judgement = self._kept.pop((text, guest), (None, None, None))
        return judgement if classifier is judge.classifier and index is judge.index else None


@dataclass(frozen=True)
class Judge:
    """What serves at this moment. Who asks is no input, but for what guests may read."""

    classifier: "Classifier"
    index: Index
    # The questions so far, by ticket number.
    asked: Likeness = NOTHING
    foreseen: Foreseen | None = None

    def foresee(self, text: str, *, guest: bool = False) -> None:
        """Judges what will be asked for in a moment."""
        if self.foreseen is not None:
            self.foreseen.keep(self, text, guest, self._judge(text, guest=guest))

    def judge(self, text: str, *, guest: bool = False) -> Judgement:
        known = self.foreseen.take(self, text, guest) if self.foreseen is not None else None
        return known or self._judge(text, guest=guest)

    def _judge(self, text: str, *, guest: bool) -> Judgement:
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
