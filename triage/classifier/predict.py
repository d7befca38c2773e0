"""The decision: what a question is about and how urgent it is. Only its text is asked, never who wrote it."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from triage.classifier.explanation import moving_words
from triage.classifier.outlook import Outlook, silence, together
from triage.classifier.pipeline import (
    Guesses,
    TrainedModel,
    decision_values,
    guesses_from,
    readable,
    similarity_to_nearest,
    word_part,
)
from triage.classifier.rules import Judgement, judge, without_reassurance
from triage.classifier.verdict import Abstained, Confidence, Reason, Verdict
from triage.vocabulary import Urgency

RULES_ONLY = "rules"
MOST_ALTERNATIVES = 3
MOST_NAMED_WORDS = 3
# "Thanks everyone" shares a word with many an emergency; one or two words are no alarm.
FEWEST_ALARMING = 3

# Messages looked at in one go.
_AT_ONCE = 256

_HAS_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class _Category:
    """What the model alone says."""

    key: str | None
    sureness: float
    alternatives: tuple[tuple[str, float], ...]
    words: tuple[tuple[str, float], ...]
    reason: str


@dataclass(frozen=True)
class Classifier:
    """Rules and, if there is one, a model. `note` tells people why the usual model is not at work."""

    model: TrainedModel | None
    version: str
    note: str | None = None

    def decide(self, text: str) -> Verdict:
        began = time.perf_counter()
        read = readable(text)
        category, urgency = self._judge(read)
        reasons = [category.reason, *urgency.sentences]
        if self.note:
            reasons.append(self.note)
        return Verdict(
            category=category.key,
            urgency=urgency.urgency,
            confidence=Confidence(category.sureness, urgency.strength),
            abstained=Abstained(category.key is None, urgency.abstained),
            alternatives=category.alternatives,
            words=category.words,
            reasons=tuple(reasons),
            model_version=self.version,
            milliseconds=(time.perf_counter() - began) * 1000,
            needs_person=urgency.needs_person,
        )

    def look(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> Outlook:
        """The same decisions for many messages, without the words. `progress` is told how many are done."""
        parts = []
        for start in range(0, len(texts), _AT_ONCE):
            parts.append(self._look([readable(text) for text in texts[start : start + _AT_ONCE]]))
            if progress:
                progress(min(start + _AT_ONCE, len(texts)))
        return together(parts, self.model.labels if self.model else ())

    def _look(self, read: list[str]) -> Outlook:
        by_rule = [judge(text) for text in read]
        if self.model is None:
            return silence([judgement.urgency for judgement in by_rule])
        rows = csr_matrix(self.model.features.transform(read))
        worded = np.array([bool(_HAS_WORD.search(text)) for text in read])
        guesses = _guesses(self.model, rows)
        sure = np.where(worded, self.model.sureness(guesses), 0.0)
        urgencies = tuple(
            _raised(self.model, text, rows[row], judgement).urgency if worded[row] else judgement.urgency
            for row, (text, judgement) in enumerate(zip(read, by_rule, strict=True))
        )
        decided = worded & (sure >= self.model.calibration.floor)
        return Outlook(self.model.labels, guesses.chances, sure, decided, urgencies)

    def _judge(self, read: str) -> tuple[_Category, Judgement]:
        by_rule = judge(read)
        if self.model is None:
            return _silent("The category model is missing, so only rules were used."), by_rule
        if not _HAS_WORD.search(read):
            return _silent("There are no words to tell the category from."), by_rule
        row = csr_matrix(self.model.features.transform([read]))
        return _category(self.model, read, row), _raised(self.model, read, row, by_rule)


def rules_only(note: str) -> Classifier:
    """What serves when no model can: urgency and human-first matters still work, the category stays open."""
    return Classifier(None, RULES_ONLY, note)


def _silent(reason: str) -> _Category:
    return _Category(None, 0.0, (), (), reason)


def _category(model: TrainedModel, read: str, row: csr_matrix) -> _Category:
    guesses = _guesses(model, row)
    sure = float(model.sureness(guesses)[0])
    chances = guesses.chances[0]
    order = np.argsort(-chances, kind="stable")[:MOST_ALTERNATIVES]
    alternatives = tuple((model.labels[i], float(chances[i])) for i in order)
    best = alternatives[0][0]
    words = moving_words(model.features, model.linear, read, row, best)
    decided = sure >= model.calibration.floor
    reason = _category_reason(model.names.get(best, best), words, decided=decided)
    return _Category(best if decided else None, sure, alternatives, words, reason)


def _guesses(model: TrainedModel, rows: csr_matrix) -> Guesses:
    return guesses_from(
        decision_values(model.linear, rows),
        similarity_to_nearest(word_part(model.features, rows), model.examples),
        classes=[str(label) for label in model.linear.classes_],
        beta=model.calibration.beta,
    )


def _category_reason(name: str, words: tuple[tuple[str, float], ...], *, decided: bool) -> str:
    if not decided:
        return f"Nothing points clearly to one category; the nearest is {name}."
    if not words:
        return f"The wording as a whole is closest to {name}."
    return f"{_quoted(words)} {'points' if len(words) == 1 else 'point'} to {name}."


def _raised(model: TrainedModel, read: str, row: csr_matrix, by_rule: Judgement) -> Judgement:
    """The first alarm that rings and says more than the rules; "no rush" silences all but the critical one."""
    heard = without_reassurance(read)
    if heard != read:
        row = csr_matrix(model.features.transform([heard]))
    for raiser in model.raisers:
        if raiser.level.rank <= by_rule.urgency.rank or (
            by_rule.calmed and raiser.level is not Urgency.CRITICAL
        ):
            continue
        if float(decision_values(raiser.linear, row)[0, 1]) < raiser.floor:
            continue
        words = moving_words(model.features, raiser.linear, heard, row, True)
        if len(words) >= FEWEST_ALARMING:
            sentence = f"It reads like messages whose urgency was {raiser.level}: {_quoted(words)}."
            reason = Reason(f"like_{raiser.level}", sentence, tuple(word for word, _ in words))
            return by_rule.raised(raiser.level, strength=raiser.precision, reason=reason)
    return by_rule


def _quoted(words: tuple[tuple[str, float], ...]) -> str:
    return ", ".join(f"“{word}”" for word, _ in words[:MOST_NAMED_WORDS])
