"""How matters for a person sound: weights of single words, for what no pattern was written for.

People speak of being hurt, afraid or cheated in more ways than rules can list. Learned from messages written for it
(`starter/person_first.jsonl`) beside ordinary ones; small enough to be read, and only ever asks for a person: it
changes no urgency and no category. Its floor lets one in a hundred ordinary messages through, measured on messages
it had not seen: a needless "a person reads this" costs a minute, an article in such an hour costs trust.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from kb.text import clean, is_stop_word, tokens

FILE = Path(__file__).parent / "english" / "sound.json"
FALSE_ALARMS = 0.01
# Below this many known words it is another language, or too little to go by.
FEWEST_KNOWN = 4
MOST_NAMED = 3
TELLING = 0.3
_FOLDS = 5
_READ_AT_MOST = 2_000


@dataclass(frozen=True)
class Sound:
    weights: dict[str, float]
    bias: float
    floor: float
    learned_from: str  # a digest of the messages, to tell stale weights from current ones

    def hears(self, text: str) -> tuple[str, ...]:
        """The words that make it sound like a matter for a person, strongest first; none if it does not.

        “I”, “me” and “he” count, but nobody is sent to a person for them alone.
        """
        known = {word: self.weights[word] for word in tokens(text) if word in self.weights}
        if len(known) < FEWEST_KNOWN:
            return ()
        if sum(known.values()) / math.sqrt(len(known)) + self.bias < self.floor:
            return ()
        telling = [word for word in known if known[word] >= TELLING and not is_stop_word(word)]
        return tuple(sorted(telling, key=lambda word: -known[word])[:MOST_NAMED])


@lru_cache(maxsize=1)
def shipped() -> Sound:
    return Sound(**json.loads(FILE.read_text(encoding="utf-8")))


def learn(
    personal: Sequence[str], ordinary: Sequence[str], near_misses: Sequence[str] = (), *, seed: int = 7
) -> Sound:
    """Weights and floor; deterministic. Near misses teach, but are no measure of what people write every day.

    scikit-learn is only needed here, not where messages are read.
    """
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import Normalizer
    from sklearn.svm import LinearSVC

    texts = [readable(text) for text in (*personal, *ordinary, *near_misses)]
    is_personal = np.arange(len(texts)) < len(personal)
    everyday = slice(len(personal), len(personal) + len(ordinary))
    words = CountVectorizer(tokenizer=tokens, token_pattern=None, binary=True)
    linear = LinearSVC(C=1.0, class_weight="balanced", random_state=seed)
    model = make_pipeline(words, Normalizer(), linear)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    unseen = cross_val_predict(model, texts, is_personal, cv=folds, method="decision_function")
    floor = float(np.quantile(unseen[everyday], 1 - FALSE_ALARMS))
    model.fit(texts, is_personal)
    weights = zip(words.get_feature_names_out(), linear.coef_[0], strict=True)
    return Sound(
        weights={str(word): round(float(weight), 3) for word, weight in weights},
        bias=round(float(linear.intercept_[0]), 3),
        floor=round(floor, 3),
        learned_from=digest(personal, ordinary, near_misses),
    )


def digest(*messages: Sequence[str]) -> str:
    canonical = json.dumps([list(group) for group in messages], ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def readable(text: str) -> str:
    return clean(text)[:_READ_AT_MOST].lower()


def write(sound: Sound, file: Path = FILE) -> None:
    # One weight a line: a change of the messages shows what it changed.
    file.write_text(json.dumps(asdict(sound), ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
