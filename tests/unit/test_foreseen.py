"""What was judged before the transaction is used in it, and only by whom it was judged for."""

from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from kb.index import build_index
from triage.judge import Foreseen, Judge


@dataclass
class _Counting:
    """A classifier that counts whom it judged."""

    texts: list[str] = field(default_factory=list)

    def decide(self, text: str) -> Any:
        self.texts.append(text)
        return object()


@pytest.fixture
def judge() -> Judge:
    return Judge(cast(Any, _Counting()), build_index(()), foreseen=Foreseen())


def judged(judge: Judge) -> list[str]:
    return cast(_Counting, judge.classifier).texts


def test_what_was_foreseen_is_not_judged_twice(judge: Judge) -> None:
    judge.foresee("My VPN drops")
    judge.judge("My VPN drops")
    assert judged(judge) == ["My VPN drops"]


def test_it_is_used_once(judge: Judge) -> None:
    judge.foresee("My VPN drops")
    judge.judge("My VPN drops")
    judge.judge("My VPN drops")
    assert len(judged(judge)) == 2


def test_a_guest_is_judged_for_themself(judge: Judge) -> None:
    judge.foresee("My VPN drops")
    judge.judge("My VPN drops", guest=True)
    assert len(judged(judge)) == 2


def test_a_new_model_or_index_judges_again(judge: Judge) -> None:
    other = replace(judge, classifier=cast(Any, _Counting()))
    judge.foresee("My VPN drops")
    other.judge("My VPN drops")
    assert judged(other) == ["My VPN drops"]
    judge.foresee("My VPN drops")
    replace(judge, index=build_index(())).judge("My VPN drops")
    assert len(judged(judge)) == 3


def test_what_is_never_asked_for_is_forgotten(judge: Judge) -> None:
    few = replace(judge, foreseen=Foreseen(most=2))
    for text in ("one", "two", "three"):
        few.foresee(text)
    few.judge("one")
    assert judged(judge) == ["one", "two", "three", "one"]
