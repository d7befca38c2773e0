"""Every refusal has words of its own: nobody is told "something went wrong" about a rule."""

import importlib
import inspect
import pkgutil
import re
from datetime import UTC, datetime, timedelta
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
from triage.care.focus import NobodyElse
from triage.care.handoff import HandoffNotFound
from triage.care.profile import ProfileRefused
from triage.care.rest import NotEnoughCredit
from triage.classifier import errors as model_errors
from triage.errors import TriageError
from triage.escalation import checking as policy_checking
from triage.escalation.policies import NoSuchPolicy, PolicyChanged, PolicyRefused
from triage.learning.history_columns import NoSuchColumn
from triage.learning.history_file import NoRows, UnreadableDates
from triage.learning.report_json import ReportUnreadable
from triage.learning.review import NothingToAnswer, OwnLabel
from triage.oncall import checking, swap_errors
from triage.oncall.absences import AbsenceRefused
from triage.oncall.calendar.subscriptions import NoSuchFeed, TooManyFeeds
from triage.oncall.exchange.document import FileRefused, Wrong
from triage.oncall.overrides import OverrideRefused
from triage.oncall.plans import NoSuchSchedule
from triage.oncall.swap_checks import Hindrance
from triage.people.access import Permission
from triage.people.roster import LastAdmin
from triage.people.signin import TooManyLinks
from triage.sla import targets
from triage.sla.versions import PromisesChanged
from triage.tickets.paged import NothingToPassOn
from triage.vocabulary import SwapState, TicketAction, TicketStatus
from triage.work_notes import NothingToRetry
from triage.workspace_rules import RulesRefused

# Slack itself fills in the day and time, for each reader's zone.
_WHEN = re.compile(r"<!date[^>]*>")
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
    LastAdmin("UDEE"),
    TooManyLinks(),
    NothingToRetry("message 7"),
    NothingToAnswer(7),
    OwnLabel(7),
    NoSuchFeed(),
    TooManyFeeds(),
    FileRefused([Wrong(3, "“every” is “often”", "Give a whole number from 1 to 99")]),
    errors.NotThere("UBEN", datetime(2027, 3, 2, 18, tzinfo=UTC)),
    errors.NotThere("UBEN", None),
    NobodyElse(),
    NobodyElse(datetime(2027, 3, 2, 18, tzinfo=UTC)),
    HandoffNotFound(7),
    ProfileRefused("work_cap", "choose between 1 and 20 tickets"),
    NotEnoughCredit(timedelta(minutes=45)),
    NotEnoughCredit(timedelta(0)),
    AbsenceRefused("Time off ends after it begins."),
    OverrideRefused("This is over already. Choose a time to come."),
    checking.ScheduleRefused(
        [checking.Problem(("zone",), "There is no zone “Mars”.", "Write Europe/Berlin.")]
    ),
    NoSuchSchedule("Weekly"),
    swap_errors.SwapNotFound(7),
    swap_errors.SwapTaken(7),
    *(swap_errors.SwapOver(7, state) for state in SwapState),
    *(swap_errors.SwapNotPossible(reason) for reason in Hindrance),
    swap_errors.SwapNotPossible(Hindrance.RESTING, yours=False),
    swap_errors.NotYourShift(),
    swap_errors.OutsideTheShift(),
    NothingToPassOn(),
    RulesRefused("desk_channel", "Choose a channel."),
]
# Raised by commands and screens for administrators, which have sentences of their own; never in Slack.
OUTSIDE_SLACK = {
    "triage.classifier.errors",
    "triage.escalation.policies",
    "triage.learning.fit_check",
    "triage.learning.history_columns",
    "triage.learning.history_file",
    "triage.learning.report_json",
    "triage.learning.retrain",
    "triage.sla.targets",
    "triage.sla.versions",
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
OF_SETTINGS = [
    NoSuchPolicy("Standard"),
    PolicyChanged("Standard"),
    PolicyRefused([policy_checking.Problem(("levels", 0), "nobody is named", "Name somebody.")]),
    targets.PromisesRefused([targets.Problem(("high",), "“soon” is no time.", "Write 4h.")]),
    PromisesChanged(3),
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
    assert "{" not in _WHEN.sub("", words)
    assert "None" not in words
    assert not any(status.value in words.split() for status in TicketStatus if "_" in status.value)


def test_each_kind_is_known_in_slack_or_told_by_the_commands() -> None:
    told = {type(sample) for sample in (*OF_FILES, *OF_MODELS, *OF_SETTINGS)}
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


@pytest.mark.parametrize("refused", OF_SETTINGS, ids=lambda one: type(one).__name__)
def test_settings_that_cannot_be_are_told_by_the_screens(refused: TriageError) -> None:
    said = words.refused(refused, {})
    assert said != copy.WENT_WRONG
    assert "None" not in said


def test_who_was_quicker_is_named() -> None:
    assert "<@UBEN>" in words_for(errors.AlreadyClaimed(7, "UBEN"))


def test_what_nobody_foresaw_still_gets_a_kind_sentence() -> None:
    assert words_for(TriageError("new")) == copy.WENT_WRONG


def test_every_sample_has_a_plain_message_for_the_log() -> None:
    assert [type(s).__name__ for s in SAMPLES if inspect.isclass(s)] == []
