"""Every sentence of the console, and the reading of what people wrote in Slack."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.slack import refusals
from bot.web.console import words_escalation, words_oncall
from kb.errors import KbError, StaleRevision
from kb.memory import SaidBy
from kb.models import ArticleStatus, Audience
from kb.review import FlagReason
from kb.text import from_slack
from triage.classifier.errors import (
    AlreadyServes,
    CategoriesGone,
    ModelFileCleared,
    ModelFileRefused,
    ModelNotFound,
    NothingToRollBack,
    NotPassed,
    PromotedMeanwhile,
)
from triage.errors import NotAllowed, TriageError
from triage.learning.agreement import Astray
from triage.learning.report_json import ReportUnreadable
from triage.learning.review_table import Why
from triage.people.access import Permission
from triage.people.models import Person
from triage.reports.deflection import Change, Share
from triage.tickets.models import Label, TimelineEntry
from triage.vocabulary import Impact, LabelField, Outcome, Source, TicketAction
from triage.work_notes import NothingToRetry

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")

DONE: Final = {
    TicketAction.CLAIM: "Ticket {id} is yours.",
    TicketAction.RELEASE: "Ticket {id} is back in the queue, and the desk has been asked again.",
    TicketAction.TRANSFER: "Ticket {id} is with {person} now.",
    TicketAction.HOLD: "Ticket {id} is on hold.",
    TicketAction.RESUME: "Ticket {id} goes on, and it is yours.",
    TicketAction.RESOLVE: "Ticket {id} is resolved. The requester has been told.",
    TicketAction.REOPEN: "Ticket {id} is open again, and the desk has been asked.",
}
NOTHING_TO_RETRY: Final = (
    "There is nothing left to retry: it went out meanwhile, or somebody else pressed first."
)
PICK_SOMEBODY: Final = "Pick who should take it."
SIGNED_OUT: Final = "You are signed out."

SAVED_AS_ARTICLE: Final = "Saved as a draft. Read it over; nobody is shown it until it is published."
SAVED_BEFORE: Final = "There is an article from this already. Here it is."
CHANGED: Final = {
    Change.TOO_FEW: "too few to tell",
    Change.MORE: "more are solved without a person",
    Change.FEWER: "fewer are solved without a person",
    Change.UNCLEAR: "no clear change, it may be chance",
}

HAPPENED: Final = {
    "asked": "asked",
    "added": "wrote more",
    "alike": "compared it with what is open",
    "edited": "changed the question",
    "harsh": "read the words",
    "deleted": "deleted a message",
    "judged": "read it again",
    "asked_which": "asked back once",
    "chose": "said what it is about",
    "urgency": "weighed the urgency again",
    "told_impact": "said how far it reaches",
    "suggest": "answered",
    "not_quite": "pressed “Not quite”",
    "escalate": "asked for a person",
    "defer": "put it first in line for opening time",
    "open_desk": "put it in the queue",
    "paged": "asked an agent",
    "put_off": "said that it can wait",
    "asking_waits": "asks nobody yet",
    "level_skipped": "went past a level",
    "repeated": "began another round",
    "called_pager": "called a pager",
    "pager_failed": "could not call a pager",
    "acknowledged": "saw it",
    "seen_and_left": "asks on",
    "passed_on": "asks on",
    "calmed": "said that it is not urgent",
    "urgent_again": "said that it is urgent after all",
    "exhausted": "asked the whole desk",
    "claim": "claimed it",
    "release": "gave it back to the queue",
    "transfer": "passed it on",
    "hold": "put it on hold",
    "resume": "went on with it",
    "first_response": "replied for the first time",
    "replied": "wrote in the thread",
    "thanked": "said thanks",
    "resolve": "resolved it",
    "reopen": "reopened it",
    "close": "closed it",
    "lapse": "closed it",
    "withdraw": "withdrew it",
    "written_up": "wrote an article from it",
    "gap_drafted": "drafted an article for questions like it",
}
CAME_IN: Final = {
    Source.CHANNEL: "in a help channel",
    Source.MENTION: "by mentioning the bot",
    Source.DIRECT_MESSAGE: "in a direct message",
    Source.REACTION: "by a ticket reaction",
    Source.MESSAGE_SHORTCUT: "from a message’s menu",
    Source.GLOBAL_SHORTCUT: "from the shortcut menu",
    Source.COMMAND: "with /help-me",
    Source.HOME: "from the bot’s home page",
}
BECAME: Final = {
    Outcome.SOLVED: "solved it",
    Outcome.NOT_HELPFUL: "did not help",
    Outcome.IGNORED: "no answer",
    Outcome.CAME_BACK: "helped, but it came back",
}
FIELDS: Final = {LabelField.CATEGORY: "Category", LabelField.URGENCY: "Urgency"}
STATUS_OF_ARTICLE: Final = {
    ArticleStatus.DRAFT: "Draft",
    ArticleStatus.PUBLISHED: "Published",
    ArticleStatus.ARCHIVED: "Archived",
}
READERS: Final = {
    Audience.PUBLIC: "Everybody, guests too",
    Audience.EVERYONE: "Everybody at work",
    Audience.AGENTS: "The desk only",
}
LANGUAGES: Final = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "pt": "Portuguese",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
}
FIELD_OF_ARTICLE: Final = {
    "title": "Title",
    "summary": "Summary",
    "aliases": "Other wordings",
    "symptoms": "Symptoms",
    "codes": "Error codes",
    "body": "Text",
    "category": "Category",
    "audience": "Who may read it",
    "language": "Language",
    "owner": "Owner",
    "review_on": "Look at it again on",
}
PROMOTED: Final = "{model} serves from now on."
MODEL_ROLLED_BACK: Final = "{model} serves again."
TRAINING_ASKED: Final = "A training is on its way. It shows here how far it is."
MODE_SET: Final = "Set. It holds from the next question on."
_OTHER_SERVES: Final = (
    "Somebody was quicker: another model serves by now. Nothing was changed; look at it first."
)
_NOTHING_BEFORE: Final = "The starter model serves. There is nothing before it."
IMPACTS: Final = {Impact.ONE_PERSON: "One person", Impact.TEAM: "A team", Impact.EVERYONE: "Everyone"}
NO_TITLE: Final = "No title yet"
DRAFTED: Final = "The draft is saved. Nobody is shown it until it is published."
SAVED: Final = "Revision {number} is saved."
SAVED_LIVE: Final = "Revision {number} is saved, and people see it from now on."
NOTHING_CHANGED: Final = "Nothing was changed, so nothing was saved."
PUBLISHED: Final = "Published. Search finds it from now on."
ARCHIVED: Final = "Archived. Search no longer suggests it; its history stays."
MADE_A_DRAFT: Final = "It is a draft again. Search no longer suggests it."
RESTORED: Final = "Revision {old} is back, as revision {number}."
VOTED: Final = "Thanks. Your vote counts, and you can change it."
FORGOTTEN: Final = "Forgotten. Search no longer learns from this question."
WHICH_MOMENT: Final = "Say since when."
ROLLED_BACK: Final = "Forgotten: {questions}. Search no longer learns from that."
LEARNED_AGAIN: Final = "Brought back: {questions}."
WEIGHTS_ROLLED_BACK: Final = "Rolled back. Search ranks with the weights before them."
WEIGHTS_CHANGED: Final = (
    "Somebody was quicker: other weights serve by now. Nothing was changed; look at them first."
)
SIGN_OF_AN_ANSWER: Final = {
    "words": "Its words are the question’s",
    "words_gap": "… more than any other article’s",
    "phrasing": "A title or wording of it covers the question",
    "phrasing_match": "… and the question covers that wording",
    "coverage": "Its whole text covers the question",
    "letters": "Its titles look like the question, letter by letter",
    "letters_gap": "… more than any other article’s",
    "code": "It names the error code",
    "known": "The question’s words are known, not repaired",
    "rivals": "Many other articles fit as well",
    "length": "The question is long",
    "meaning": "Some part of it means the same",
    "meaning_gap": "… more than any other article",
    "meaning_phrasing": "A title or wording of it means the same",
    "meaning_phrasing_gap": "… more than any other article’s",
    "meaning_three": "Several of its titles and wordings mean the same",
    "meaning_three_gap": "… more than any other article’s",
    "memory_words": "It solved questions in such words before",
    "memory_meaning": "It solved questions of such meaning before",
    "popularity": "It solves more than other articles do",
}
LOOK_AGAIN: Final = "Good. It comes up again on {day}."
SETTLED: Final = "Settled."
SETTLED_BEFORE: Final = "Somebody else settled this a moment ago."
FLAGGED: Final = {
    FlagReason.STOPPED_HELPING: "Helps less than it should",
    FlagReason.NEAR_DUPLICATE: "Says much the same as another",
    FlagReason.FROM_TICKET: "Written from a ticket",
    FlagReason.SOURCE_GONE: "Gone where it came from",
    FlagReason.CONFLICT: "Changed here and at its source",
}
TOLD_BY: Final = {
    SaidBy.REQUESTER: "the person who asked",
    SaidBy.AGENT: "an agent",
    SaidBy.IMPORT: "an earlier desk",
}
NOTHING_PUBLISHED: Final = "No article is published yet, so there is nothing to find."
NOTHING_IN_LANGUAGE: Final = (
    "The question reads as {language}, and no article is written in it, "
    "so the bot says that instead of guessing."
)
NOTHING_SHARED: Final = "No article for these readers shares a word with the question, so nothing comes near."
NOTHING_SURE: Final = (
    "The nearest is “{title}”, with a chance of {chance}. Articles are shown from {cutoff} on, "
    "so the bot says that it has none."
)
_STALE: Final = (
    "Somebody saved this article while you were writing. Nothing is lost: both versions are below."
)
_NOT_AN_ARTICLE: Final = "This cannot be saved yet. The fields below say what is missing."

WHY_REVIEWED: Final = {
    Why.DOUBTFUL: "This label looks doubtful",
    Why.AUDIT: "A second look: new models are judged by it",
    Why.TEACHES: "One more label here teaches most",
}
REVIEWED: Final = "Noted: {category}."
REVIEW_SKIPPED: Final = "Skipped. A colleague is asked instead."
NONE_OF_THE_CATEGORIES: Final = "none of the categories"

_FORBIDDEN: Final = words_oncall.FORBIDDEN | {
    Permission.EDIT_ARTICLES: "Only the desk can write articles.",
    Permission.PUBLISH_ARTICLES: "Only admins publish and archive articles. Save a draft, and ask one of them.",
    Permission.ROLL_BACK_MEMORY: "Only admins can make search forget what it learned.",
    Permission.SEE_WORK: "Only admins can see the desk's work.",
    Permission.RETRY_WORK: "Only admins can retry work.",
    Permission.SEE_MODELS: "Only the desk can see the models.",
    Permission.CHANGE_MODELS: "Only admins can train models and say which one serves.",
    Permission.SEE_AUDIT: "Only admins can see who changed what.",
}
_FORBIDDEN_ELSE: Final = "Only the desk can see this."


def questions(count: int) -> str:
    return "1 question" if count == 1 else f"{count} questions"


def forbidden(permission: str) -> str:
    return next((words for known, words in _FORBIDDEN.items() if known == permission), _FORBIDDEN_ELSE)


def happened(entry: TimelineEntry) -> str:
    return HAPPENED.get(entry.what, entry.what.replace("_", " "))


def told(entry: TimelineEntry, source: Source) -> tuple[str, str]:
    """What happened and why, each said once; the reason is empty where it would only repeat."""
    what, reason = happened(entry), entry.reason
    if entry.what == "asked":
        return what, CAME_IN[source]
    if entry.what == "paged" and reason:
        return reason, ""
    return what, "" if reason == what else reason


def confirmed(label: Label) -> str:
    """A label beside what the model said."""
    if label.predicted is None:
        return "the model had no answer"
    return "as predicted" if label.predicted == label.value else "corrected from"


def refused(error: TriageError | KbError, names: Mapping[str, str]) -> str:
    """What the desk refuses, in the words that Slack shows, with names instead of mentions."""
    if isinstance(error, KbError):
        return _STALE if isinstance(error, StaleRevision) else _NOT_AN_ARTICLE
    if isinstance(error, NothingToRetry):
        return NOTHING_TO_RETRY
    if isinstance(error, PromotedMeanwhile):
        return _OTHER_SERVES
    if isinstance(error, NothingToRollBack):
        return _NOTHING_BEFORE
    if isinstance(
        error,
        AlreadyServes
        | ModelNotFound
        | NotPassed
        | CategoriesGone
        | ModelFileCleared
        | ModelFileRefused
        | ReportUnreadable,
    ):
        said = str(error)
        return said[0].upper() + said[1:].rstrip(".") + "."
    if (about_oncall := words_oncall.refused(error) or words_escalation.refused(error)) is not None:
        return about_oncall
    if isinstance(error, NotAllowed) and error.action in _FORBIDDEN:
        return forbidden(error.action)
    return plain(refusals.words_for(error), names)


def plain(text: str, names: Mapping[str, str]) -> str:
    """What somebody wrote in Slack as plain text; whoever is mentioned appears by name."""
    return from_slack(_MENTION.sub(lambda found: "@" + names.get(found[1], "somebody"), text))


def mentioned(session: Session, team_id: str, texts: Iterable[str]) -> dict[str, str]:
    """The names of everybody who is mentioned, by Slack id."""
    ids = {slack_id for text in texts for slack_id in _MENTION.findall(text)}
    if not ids:
        return {}
    people = session.scalars(select(Person).where(Person.team_id == team_id, Person.slack_id.in_(ids)))
    return {person.slack_id: person.called for person in people}


def astray(people: int) -> str:
    """How many people's labels differ a lot, for admins; who they are is known to nobody but themselves."""
    return Astray(people, ()).sentence


def minutes(cost: float) -> str:
    """“45 min” or “3.5 h”; no work at all is said in words."""
    if cost < 0.5:
        return "none yet"
    return f"{round(cost)} min" if cost < 90 else f"{cost / 60:.1f} h"


def share(part: Share) -> str:
    """“12 of 40, 30 % (18 to 45 %)”: the number first, because of few nobody can tell much."""
    if not part.of:
        return "none yet"
    low, high = part.range
    return f"{part.hits} of {part.of}, {part.share:.0%} ({low:.0%} to {high:.0%})".replace("%", " %")
