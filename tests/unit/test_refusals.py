"""Every refusal has words of its own: nobody is told "something went wrong" about a rule."""

import importlib
import inspect
import pkgutil

import pytest

import triage
from bot.slack import copy
from bot.slack.refusals import words_for
from triage import errors
from triage.errors import TriageError
from triage.learning.review import NothingToAnswer, OwnLabel
from triage.outbox_retry import NothingToRetry
from triage.people.access import Permission
from triage.people.signin import TooManyLinks
from triage.vocabulary import TicketAction, TicketStatus

SAMPLES: list[TriageError] = [
    *(errors.NotAllowed(permission) for permission in Permission),
    errors.TicketNotFound(7),
    *(errors.CannotMove(7, status, TicketAction.CLAIM) for status in TicketStatus),
    errors.AlreadyClaimed(7, "UBEN"),
    errors.AlreadyClaimed(7, None),
    errors.EmptyText("question"),
    errors.EmptyText("how"),
    errors.UnknownCategory("gone"),
    errors.UnknownArticle("gone"),
    errors.NothingToWriteUp(7),
    errors.NotAnAgent("UADA"),
    TooManyLinks(),
    NothingToRetry("message 7"),
    NothingToAnswer(7),
    OwnLabel(7),
]
# Raised by commands for administrators, which show the error's own sentence; never in Slack.
OUTSIDE_SLACK = {"triage.classifier.errors"}


def every_refusal() -> set[type[TriageError]]:
    for module in pkgutil.walk_packages(triage.__path__, "triage."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, open_ends = set(), [TriageError]
    while open_ends:
        kind = open_ends.pop()
        found.add(kind)
        open_ends += kind.__subclasses__()
    return {kind for kind in found - {TriageError} if kind.__module__.startswith("triage.")}


def test_every_kind_of_refusal_is_tried_here() -> None:
    missing = every_refusal() - {type(sample) for sample in SAMPLES}
    assert {kind for kind in missing if kind.__module__ not in OUTSIDE_SLACK} == set()


@pytest.mark.parametrize("refused", SAMPLES, ids=str)
def test_each_has_words_of_its_own(refused: TriageError) -> None:
    assert words_for(refused) != copy.WENT_WRONG


@pytest.mark.parametrize("refused", SAMPLES, ids=str)
def test_the_words_are_complete_and_for_people(refused: TriageError) -> None:
    words = words_for(refused)
    assert "{" not in words
    assert "None" not in words
    assert not any(status.value in words.split() for status in TicketStatus if "_" in status.value)


def test_who_was_quicker_is_named() -> None:
    assert "<@UBEN>" in words_for(errors.AlreadyClaimed(7, "UBEN"))


def test_what_nobody_foresaw_still_gets_a_kind_sentence() -> None:
    assert words_for(TriageError("new")) == copy.WENT_WRONG


def test_every_sample_has_a_plain_message_for_the_log() -> None:
    assert [type(s).__name__ for s in SAMPLES if inspect.isclass(s)] == []
