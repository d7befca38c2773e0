"""The decision: what a question is about and how urgent it is. Only its text is asked, never who wrote it."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from triage.classifier.explanation import moving_words
from triage.classifier.linear import Row
from triage.classifier.opinion import Opinion, opinion
from triage.classifier.outlook import Outlook, silence, together
from triage.classifier.pipeline import TrainedModel, readable
from triage.classifier.reader import Reader
from triage.classifier.rules import Judgement, judge, without_reassurance
from triage.classifier.verdict import Abstained, Confidence, Nearest, Reason, Verdict
from triage.vocabulary import Urgency

RULES_ONLY = "rules"
MOST_ALTERNATIVES = 3
MOST_NAMED_WORDS = 3
MOST_NEAREST = 3
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
    either: tuple[str, str] | None = None
    nearest: tuple[Nearest, ...] = ()


@dataclass(frozen=True)
class Classifier:
    """Rules and, if there is one, a model. `note` tells people why the usual model is not at work.

    With the sentence model that it was trained beside, it reads meaning as well; else it goes by words.
    """

    model: TrainedModel | None
    version: str
    note: str | None = None
    encoder: Reader | None = None

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
            either=category.either,
            nearest=category.nearest,
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
        seen = opinion(self.model, read, self.encoder)
        worded = np.array([bool(_HAS_WORD.search(text)) for text in read])
        urgencies = tuple(
            _raised(self.model, text, seen.rows[row], judgement).urgency if worded[row] else judgement.urgency
            for row, (text, judgement) in enumerate(zip(read, by_rule, strict=True))
        )
        sure = np.where(worded, seen.sure, 0.0)
        return Outlook(self.model.labels, seen.guesses.chances, sure, worded & seen.decided, urgencies)

    def _judge(self, read: str) -> tuple[_Category, Judgement]:
        by_rule = judge(read)
        if self.model is None:
            return _silent("The category model is missing, so only rules were used."), by_rule
        if not _HAS_WORD.search(read):
            return _silent("There are no words to tell the category from."), by_rule
        seen = opinion(self.model, [read], self.encoder)
        return _category(self.model, read, seen), _raised(self.model, read, seen.rows[0], by_rule)


def rules_only(note: str) -> Classifier:
    """What serves when no model can: urgency and human-first matters still work, the category stays open."""
    return Classifier(None, RULES_ONLY, note)


def _silent(reason: str) -> _Category:
    return _Category(None, 0.0, (), (), reason)


def _category(model: TrainedModel, read: str, seen: Opinion) -> _Category:
    chances = seen.guesses.chances[0]
    order = np.argsort(-chances, kind="stable")[:MOST_ALTERNATIVES]
    alternatives = tuple((model.labels[i], float(chances[i])) for i in order)
    best, decided = alternatives[0][0], bool(seen.decided[0])
    words = moving_words(model.ngrams, model.linear, read, seen.rows[0], best)
    return _Category(
        key=best if decided else None,
        sureness=float(seen.sure[0]),
        alternatives=alternatives,
        words=words,
        reason=_category_reason(model.names.get(best, best), words, decided=decided),
        either=seen.either(0, model.labels),
        nearest=seen.nearest(0, count=MOST_NEAREST),
    )


def _category_reason(name: str, words: tuple[tuple[str, float], ...], *, decided: bool) -> str:
    if not decided:
        return f"Nothing points clearly to one category; the nearest is {name}."
    if not words:
        return f"The wording as a whole is closest to {name}."
    return f"{_quoted(words)} {'points' if len(words) == 1 else 'point'} to {name}."


def _raised(model: TrainedModel, read: str, row: Row, by_rule: Judgement) -> Judgement:
    """The first alarm that rings and says more than the rules; "no rush" silences all but the critical one."""
    heard = without_reassurance(read)
    if heard != read:
        row = model.ngrams.row(heard)
    for raiser in model.raisers:
        if raiser.level.rank <= by_rule.urgency.rank or (
            by_rule.calmed and raiser.level is not Urgency.CRITICAL
        ):
            continue
        if float(raiser.linear.values([row])[0, 0]) < raiser.floor:
            continue
        words = moving_words(model.ngrams, raiser.linear, heard, row, "urgent")
        if len(words) >= FEWEST_ALARMING:
            sentence = f"It reads like messages whose urgency was {raiser.level}: {_quoted(words)}."
            reason = Reason(f"like_{raiser.level}", sentence, tuple(word for word, _ in words))
            return by_rule.raised(raiser.level, strength=raiser.precision, reason=reason)
    return by_rule


def _quoted(words: tuple[tuple[str, float], ...]) -> str:
    return ", ".join(f"“{word}”" for word, _ in words[:MOST_NAMED_WORDS])
