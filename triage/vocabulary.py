"""Every word with a fixed set of values, one meaning a line."""

from enum import StrEnum


class Role(StrEnum):
    REQUESTER = "requester"  # asks
    AGENT = "agent"  # answers
    ADMIN = "admin"  # answers, and may change policies, people and models


class RoleFrom(StrEnum):
    """What gave somebody their role, and so what may take it away."""

    HAND = "hand"  # an admin, or being put on call; stays until an admin changes it
    SETTINGS = "settings"  # the settings name them
    GROUP = "group"  # they are in the Slack user group; gone with it


class Urgency(StrEnum):
    LOW = "low"  # annoying; whenever there is time
    MEDIUM = "medium"  # slows one person down
    HIGH = "high"  # stops one person, or slows many
    CRITICAL = "critical"  # stops many, or touches safety, security or pay

    @property
    def rank(self) -> int:
        return list(Urgency).index(self)


class Impact(StrEnum):
    ONE_PERSON = "one_person"
    TEAM = "team"
    EVERYONE = "everyone"


class TicketStatus(StrEnum):
    NEW = "new"  # asked; nothing said yet
    SUGGESTED = "suggested"  # answered by the bot, or told that no article fits
    WAITING = "waiting"  # a person was asked for
    DEFERRED = "deferred"  # a person was asked for while the desk is closed
    CLAIMED = "claimed"  # an agent is on it
    ON_HOLD = "on_hold"  # an agent waits for somebody else
    RESOLVED = "resolved"  # work done; can be reopened
    CLOSED = "closed"  # reopen window over, or withdrawn


OPEN_STATUSES = frozenset(
    {
        TicketStatus.NEW,
        TicketStatus.SUGGESTED,
        TicketStatus.WAITING,
        TicketStatus.DEFERRED,
        TicketStatus.CLAIMED,
        TicketStatus.ON_HOLD,
    }
)


class TicketAction(StrEnum):
    """What moves a ticket from one status to another."""

    SUGGEST = "suggest"  # the bot answered
    ESCALATE = "escalate"  # a person is asked for
    DEFER = "defer"  # a person is asked for, but the desk is closed
    PUT_OFF = "put_off"  # an agent was asked at night and says that it can wait
    OPEN_DESK = "open_desk"  # the desk opened again
    CLAIM = "claim"
    RELEASE = "release"
    TRANSFER = "transfer"
    HOLD = "hold"
    RESUME = "resume"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"
    LAPSE = "lapse"  # thanked for the answer and did not come back
    WITHDRAW = "withdraw"  # the requester deleted the question before anyone answered


class Source(StrEnum):
    """How a ticket came in."""

    CHANNEL = "channel"
    MENTION = "mention"
    DIRECT_MESSAGE = "direct_message"
    REACTION = "reaction"
    MESSAGE_SHORTCUT = "message_shortcut"
    GLOBAL_SHORTCUT = "global_shortcut"
    COMMAND = "command"
    HOME = "home"


class Outcome(StrEnum):
    """What became of a suggestion."""

    SOLVED = "solved"
    NOT_HELPFUL = "not_helpful"
    IGNORED = "ignored"
    CAME_BACK = "came_back"  # said to solve it, and then the ticket was reopened


class LabelField(StrEnum):
    CATEGORY = "category"
    URGENCY = "urgency"


class LabelSource(StrEnum):
    """Where a person said what a message is about."""

    RESOLVED = "resolved"  # an agent, in the form that resolves a ticket
    CHOSEN = "chosen"  # the requester, asked once between categories
    REVIEWED = "reviewed"  # an agent, in the review queue
    PAGED = "paged"  # an agent who was asked at night
    IMPORTED = "imported"  # somebody at the desk before this one


class ModelState(StrEnum):
    CHAMPION = "champion"  # serves
    CHALLENGER = "challenger"  # trained and waiting
    RETIRED = "retired"  # served once; can come back


class Mode(StrEnum):
    """What the desk does with what a model says about one field. Later ones are more careful."""

    DECIDE = "decide"  # the ticket gets it
    RECOMMEND = "recommend"  # agents see it, and choose
    MONITOR = "monitor only"  # kept, and shown on the model screens alone
    OFF = "off"  # not asked at all

    @property
    def care(self) -> int:
        return list(Mode).index(self)


class RunState(StrEnum):
    """The life of one training."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"  # a challenger came of it
    REFUSED = "refused"  # nothing can be learned from these labels; the run says why
    FAILED = "failed"  # a fault of ours, or the process ended again and again


class SayState(StrEnum):
    """The life of a message on its way to Slack."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class DutyRole(StrEnum):
    """What somebody does on a shift."""

    PRIMARY = "primary"  # asked first
    SECONDARY = "secondary"  # asked where the primary can't
    SHADOW = "shadow"  # learns: sees what the primary is asked, and is never asked


class OverrideKind(StrEnum):
    ADD = "add"  # somebody is on as well; where a turn has somebody on, they take its place
    REMOVE = "remove"  # somebody is off, and nobody stands in
    REPLACE = "replace"  # one stands in for another
    COVER = "cover"  # the same, as a favour: a swap's half, or help in an emergency


class AbsenceKind(StrEnum):
    """Why somebody is not available. Shown to its owner alone."""

    TIME_OFF = "time_off"
    SICK = "sick"
    REST = "rest"  # after work at night
    LEARNING = "learning"
    PROTECTED = "protected"


class SwapState(StrEnum):
    OFFERED = "offered"  # the owner asks, and is on until somebody accepts
    ACCEPTED = "accepted"  # both agreed: the shift is the taker's
    WITHDRAWN = "withdrawn"  # the owner took it back
    ASK_AGAIN = "ask_again"  # the rota changed under it: the owner has to offer it anew
    LAPSED = "lapsed"  # nobody took it in time, and the owner stays on
    UNDONE = "undone"  # emergency cover that was taken back


class TargetKind(StrEnum):
    """Whom a level of an escalation asks."""

    PERSON = "person"
    ON_SHIFT = "on_shift"  # whoever is on a schedule now, in one role
    GROUP = "group"  # the desk's on-call list
    PAGER = "pager"  # a service outside Slack


class Promise(StrEnum):
    """What the desk promises with a target."""

    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"


class PromiseState(StrEnum):
    """How a promise stands."""

    FINE = "fine"
    SOON = "soon"
    LATE = "late"


class PromiseCourse(StrEnum):
    """Where a promise is on its way."""

    RUNNING = "running"
    PAUSED = "paused"  # somebody else has to do something first
    MET = "met"  # in time or not
    VOID = "void"  # over without it: solved or withdrawn before it was needed


class PauseKind(StrEnum):
    """Why an agent at work is left alone for a while."""

    FOCUS = "focus"  # works on something without being asked
    BREAK = "break"


class BurdenKind(StrEnum):
    """What somebody carried."""

    HANDLED = "handled"  # had a ticket
    PAGED = "paged"  # was asked, whoever took it
    COVERED = "covered"  # stood in for somebody


class CreditChoice(StrEnum):
    """What becomes of the time that somebody worked at night, as they choose themselves."""

    REST = "rest"  # they rest so much longer
    LATER = "later"  # they take it another time
