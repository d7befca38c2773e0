"""Every refusal has words of its own: nobody is told "something went wrong" about a rule."""

import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import triage
from bot.cli.model import told_in_words
from bot.cli.model_history import file_in_words
from bot.cli.program import Stop
from bot.slack import copy
from bot.slack.refusals import words_for
from bot.web.console import words
from triage import errors
from triage.classifier import errors as model_errors
from triage.errors import TriageError
from triage.learning.history_columns import NoSuchColumn
from triage.learning.history_file import NoRows, UnreadableDates
from triage.learning.report_json import ReportUnreadable
from triage.learning.review import NothingToAnswer, OwnLabel
from triage.oncall.calendar.subscriptions import NoSuchFeed, TooManyFeeds
from triage.oncall.exchange.document import FileRefused, Wrong
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
    NoSuchFeed(),
    TooManyFeeds(),
    FileRefused([Wrong(3, "“every” is “often”", "Give a whole number from 1 to 99")]),
]
# Raised by commands and screens for administrators, which have sentences of their own; never in Slack.
OUTSIDE_SLACK = {
    "triage.classifier.errors",
    "triage.learning.fit_check",
    "triage.learning.history_columns",
    "triage.learning.history_file",
    "triage.learning.report_json",
    "triage.learning.retrain",
}
OF_FILES = [
    NoRows(),
    NoSuchColumn("text", ("body", "topic"), named="bdy", close="body"),
    UnreadableDates(3, "31st of May"),
]
OF_MODELS = [
    model_errors.ModelNotFound("one"),
    model_errors.NotPassed("one", ("It is worse.",)),
    model_errors.PromotedMeanwhile("one"),
    model_errors.AlreadyServes("one"),
    model_errors.NothingToRollBack(),
    model_errors.CategoriesGone("one", ("vpn",)),
    model_errors.ModelFileCleared("one"),
    model_errors.ModelFileMissing("one.skops"),
    model_errors.ModelFileDamaged("it was changed"),
    model_errors.ModelFileUntrusted(("os.system",)),
    model_errors.ModelFromAnotherVersion("scikit-learn", "1.0", "1.9"),
    ReportUnreadable("the kept report cannot be read: 'bins'"),
]


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


def test_each_kind_is_known_in_slack_or_told_by_the_commands() -> None:
    told = {type(sample) for sample in (*OF_FILES, *OF_MODELS)}
    elsewhere = {kind for kind in every_refusal() if kind.__module__ in OUTSIDE_SLACK}
    # Why nothing could be learned is told as it stands: "There is nothing to learn yet: ...".
    untold = {kind for kind in elsewhere - told if not issubclass(kind, model_errors.CannotTrain)}
    assert untold == {model_errors.ModelFileRefused}  # only ever raised as one of its kinds


@pytest.mark.parametrize("refused", OF_FILES, ids=str)
def test_a_bad_file_is_told_with_what_to_do(refused: TriageError) -> None:
    with pytest.raises(Stop) as stopped, file_in_words(Path("old.csv")):
        raise refused
    assert stopped.value.what.startswith(("old.csv", "3 dates in old.csv"))
    assert stopped.value.remedy


@pytest.mark.parametrize("refused", OF_MODELS, ids=str)
def test_what_is_wrong_with_a_model_is_told_by_commands_and_screens(refused: TriageError) -> None:
    with pytest.raises(Stop) as stopped, told_in_words():
        raise refused
    assert stopped.value.remedy
    assert words.refused(refused, {}) != copy.WENT_WRONG


def test_who_was_quicker_is_named() -> None:
    assert "<@UBEN>" in words_for(errors.AlreadyClaimed(7, "UBEN"))


def test_what_nobody_foresaw_still_gets_a_kind_sentence() -> None:
    assert words_for(TriageError("new")) == copy.WENT_WRONG


def test_every_sample_has_a_plain_message_for_the_log() -> None:
    assert [type(s).__name__ for s in SAMPLES if inspect.isclass(s)] == []
