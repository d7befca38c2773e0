"""How many decisions stay as they were when a question is sent with typos, markup, greetings, logs and the like:
`python tests/benchmarks/robust.py [FILE.jsonl …]`.

Beside each figure the same with nothing cleaned away, which is what the normaliser is worth. Without a file, both
hold-outs of the tests.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

from disturbances import ALL, disturbed  # noqa: E402

from triage.classifier import predict, starter  # noqa: E402
from triage.classifier.predict import Classifier  # noqa: E402
from triage.classifier.verdict import Verdict  # noqa: E402

FILES = (TESTS / "data" / "holdout.jsonl", TESTS / "data" / "outsiders.jsonl")


def unchanged(classifier: Classifier, texts: Sequence[str], kind: str) -> tuple[float, float, float]:
    """Shares of messages with the same category, the same urgency, and the same way to a person."""
    pairs = [(classifier.decide(text), classifier.decide(disturbed(kind, text))) for text in texts]
    return tuple(  # type: ignore[return-value]
        sum(look(before) == look(after) for before, after in pairs) / len(pairs)
        for look in (_category, _urgency, _person)
    )


def _category(verdict: Verdict) -> str | None:
    return verdict.category


def _urgency(verdict: Verdict) -> str:
    return str(verdict.urgency)


def _person(verdict: Verdict) -> bool:
    return verdict.needs_person is not None


def main(files: Sequence[Path]) -> None:
    texts = [json.loads(line)["text"] for file in files for line in file.read_text("utf-8").splitlines()]
    classifier = starter.classifier()
    cleaned = predict.readable
    say(f"{len(texts)} messages; share unchanged: category / urgency / a person first  (without cleaning)")
    for kind in ALL:
        with_it = unchanged(classifier, texts, kind)
        predict.readable = lambda text: text[:2_000]
        without = unchanged(classifier, texts, kind)
        predict.readable = cleaned
        say(f"{kind:16} {_shares(with_it)}  ({_shares(without)})")


def _shares(found: Sequence[float]) -> str:
    return " / ".join(f"{share:.3f}" for share in found)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or FILES)
