"""What the desk refuses, in kind words: the one place where errors become sentences."""

from datetime import datetime

from bot.slack import copy, copy_care, copy_escalation, copy_workspace
from bot.slack.refusals_oncall import words_for_oncall
from bot.slack.views.blocks import day_and_time, mention
from triage import errors
from triage.care.focus import NobodyElse
from triage.care.profile import ProfileRefused
from triage.learning.review import NothingToAnswer, OwnLabel
from triage.people.access import Permission
from triage.people.roster import LastAdmin
from triage.people.signin import TooManyLinks
from triage.tickets.paged import NothingToPassOn
from triage.work_notes import NothingToRetry
from triage.workspace_rules import RulesRefused


def words_for(refused: errors.TriageError) -> str:
    match refused:
        case errors.NotAllowed(action=Permission.SET_ONCALL):
            return copy.ONLY_ADMINS
        case errors.NotAllowed(
            action=(Permission.RESOLVE | Permission.RATE | Permission.ESCALATE | Permission.REOPEN)
        ):
            return copy.NOT_YOURS
        case errors.NotAllowed():
            return copy.NOT_ALLOWED
        case errors.AlreadyClaimed(claimed_by=str(owner)):
            return copy.ALREADY_CLAIMED.format(person=mention(owner))
        case errors.AlreadyClaimed():
            return copy.ALREADY_CLAIMED_BY_SOMEBODY
        case errors.CannotMove(status=status):
            return copy.CANNOT_MOVE.format(status=copy.STATUS_NAME[status])
        case errors.TicketNotFound():
            return copy.TICKET_GONE
        case errors.NotAnAgent(slack_id=slack_id):
            return copy.NOT_AN_AGENT.format(person=mention(slack_id))
        case LastAdmin(slack_id=slack_id):
            return copy.LAST_ADMIN.format(person=mention(slack_id))
        case errors.NotThere(slack_id=slack_id, until=datetime() as until):
            return copy_care.NOT_THERE.format(person=mention(slack_id), when=day_and_time(until))
        case errors.NotThere(slack_id=slack_id):
            return copy_care.NOT_THERE_NOW.format(person=mention(slack_id))
        case NobodyElse(until=datetime() as until):
            return copy_care.NOBODY_ELSE_BEFORE.format(until=day_and_time(until))
        case NobodyElse():
            return copy_care.NOBODY_ELSE
        case ProfileRefused(problem=problem):
            return f"{problem[0].upper()}{problem[1:]}."
        case errors.EmptyText(field="question"):
            return copy.EMPTY_QUESTION
        case errors.EmptyText(field="title"):
            return copy.NO_TITLE
        case errors.EmptyText(field="body"):
            return copy.NO_BODY
        case errors.EmptyText():
            return copy.EMPTY_RESOLUTION
        case errors.UnknownCategory():
            return copy.UNKNOWN_CATEGORY
        case errors.NothingToWriteUp():
            return copy.NOTHING_TO_WRITE_UP
        case errors.UnknownArticle():
            return copy.UNKNOWN_ARTICLE
        case NothingToPassOn():
            return copy_escalation.PASS_TOO_LATE
        case NothingToAnswer():
            return copy.REVIEW_QUICKER
        case OwnLabel():
            return copy.REVIEW_OWN
        case RulesRefused(field=name, problem=problem):
            return f"{copy_workspace.FIELD_NAME[name]}: {problem.rstrip('.')}."
        case NothingToRetry():
            return copy.NOTHING_TO_RETRY
        case TooManyLinks():
            return copy.SIGN_IN_TOO_OFTEN.format(time="15 minutes")
    return words_for_oncall(refused) or copy.WENT_WRONG
