"""What can go wrong on the desk. Each error carries the facts; the edge finds the words."""

from datetime import datetime

from triage.vocabulary import TicketAction, TicketStatus


class TriageError(Exception):
    """Something the desk refuses, with a reason that a person can be told."""


class NotAllowed(TriageError):
    """This person may not do that."""

    def __init__(self, action: str) -> None:
        super().__init__(f"not allowed: {action}")
        self.action = action


class TicketNotFound(TriageError):
    def __init__(self, ticket_id: int) -> None:
        super().__init__(f"no ticket {ticket_id}")
        self.ticket_id = ticket_id


class CannotMove(TriageError):
    """The ticket's status does not allow this action, or somebody else was quicker."""

    def __init__(self, ticket_id: int, status: TicketStatus, action: TicketAction) -> None:
        super().__init__(f"ticket {ticket_id} is {status}: cannot {action}")
        self.ticket_id, self.status, self.action = ticket_id, status, action


class AlreadyClaimed(TriageError):
    """Another agent was quicker."""

    def __init__(self, ticket_id: int, claimed_by: str | None) -> None:
        super().__init__(f"ticket {ticket_id} is claimed by {claimed_by}")
        self.ticket_id, self.claimed_by = ticket_id, claimed_by


class EmptyText(TriageError):
    """A text that has to say something says nothing."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is empty")
        self.field = field


class UnknownCategory(TriageError):
    def __init__(self, key: str) -> None:
        super().__init__(f"no category {key}")
        self.key = key


class NothingToWriteUp(TriageError):
    """No article can come of this ticket: nobody wrote how it was solved, or it is nobody else's business."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__(f"ticket {ticket_id} holds nothing for an article")
        self.ticket_id = ticket_id


class UnknownArticle(TriageError):
    """An article was named that is not among the published ones."""

    field = "article"

    def __init__(self, named: str) -> None:
        super().__init__(f"no published article {named!r}")
        self.named = named


class NotAnAgent(TriageError):
    """A person who does not answer tickets was named where an agent is needed."""

    def __init__(self, slack_id: str) -> None:
        super().__init__(f"{slack_id} is not an agent")
        self.slack_id = slack_id


class NotThere(TriageError):
    """Somebody who is away was to be given a ticket. Why they are away is nobody's business."""

    def __init__(self, slack_id: str, until: datetime | None) -> None:
        super().__init__(f"{slack_id} is away")
        self.slack_id, self.until = slack_id, until
