"""What whoever comes on and whoever leaves read at the end of a shift, and the forms around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack import copy, ids
from bot.slack import copy_oncall as words
from bot.slack.views.blocks import (
    Block,
    actions,
    bullet,
    button,
    context,
    escape,
    field,
    form,
    mention,
    moment,
    quote,
    section,
    span,
    time_of_day,
)
from triage.care.digest import Digest, OpenTicket
from triage.care.handoff import MOST_IN_A_NOTE
from triage.policy import Policy
from triage.tickets.models import Ticket
from triage.vocabulary import PromiseState, TicketStatus

_TICKETS = 10
_NOTES = 8
_ARTICLES = 5
# Slack drops spaces at the beginning of a line.
_INDENT = "\u2003"


@dataclass(frozen=True)
class HandoffFacts:
    """A handoff as one of the two reads it. `thanked`: this reader did already."""

    id: int
    digest: Digest
    people: Mapping[int, str]
    leaver: str
    incomer: str
    by_hand: bool
    settled: bool
    returns_at: datetime
    silent_until: datetime | None
    thanked: bool


def for_the_incomer(facts: HandoffFacts) -> tuple[str, list[Block]]:
    said = words.HANDOFF_BY_HAND if facts.by_hand else words.HANDOFF_FOR_YOU
    line = said.format(person=facts.leaver)
    blocks = [section(line), *_digest(facts)]
    buttons = []
    if facts.digest.left and not facts.settled:
        count = _tickets(facts.digest.left)
        buttons.append(
            button(words.BUTTON_TAKE_OVER.format(count=count), ids.HANDOFF_TAKE_OVER, facts.id, primary=True)
        )
        blocks.append(context(words.HANDOFF_BACK.format(person=facts.leaver, time=_at(facts))))
    if not facts.thanked:
        buttons.append(button(words.BUTTON_THANKS, ids.HANDOFF_THANKS, facts.id))
    return line, [*blocks, actions(*buttons)] if buttons else blocks


def for_the_leaver(facts: HandoffFacts) -> tuple[str, list[Block]]:
    """The last word until the next shift."""
    line = words.HANDOFF_GOODBYE
    blocks = [section(line)]
    if facts.silent_until is not None:
        blocks.append(context(words.HANDOFF_SILENCE.format(until=moment(facts.silent_until))))
    blocks += _digest(facts)
    buttons = []
    if facts.digest.left and not facts.settled:
        back = words.HANDOFF_BACK_NOBODY.format(time=_at(facts))
        blocks.append(context(back))
        buttons.append(button(words.BUTTON_NOTES, ids.HANDOFF_NOTES, facts.id))
    if facts.incomer and not facts.thanked:
        buttons.append(button(words.BUTTON_THANK_NEXT, ids.HANDOFF_THANKS, facts.id))
    return line, [*blocks, actions(*buttons)] if buttons else blocks


def _at(facts: HandoffFacts) -> str:
    return time_of_day(facts.returns_at)


def _tickets(count: int) -> str:
    return words.ONE_TICKET if count == 1 else words.TICKETS.format(count=count)


# --- The digest -------------------------------------------------------------------------------------


def _digest(facts: HandoffFacts) -> list[Block]:
    parts = [_open(facts), _day(facts.digest), _watch(facts.digest)]
    return [section(part) for part in parts if part]


def _open(facts: HandoffFacts) -> str:
    tickets = facts.digest.tickets
    if not tickets:
        return words.HANDOFF_NONE_OPEN
    lines = [words.HANDOFF_OPEN.format(count=len(tickets))]
    for one in tickets[:_TICKETS]:
        lines += _ticket(one, facts.people)
    if len(tickets) > _TICKETS:
        lines.append(words.HANDOFF_MORE.format(count=len(tickets) - _TICKETS))
    return "\n".join(lines)


def _ticket(one: OpenTicket, people: Mapping[int, str]) -> list[str]:
    ticket = one.ticket
    owner = people.get(one.owner_id or 0)
    said = words.HANDOFF_TICKET.format(
        urgency=copy.URGENCY_NAME[ticket.urgency],
        quote=quote(ticket.question, 90),
        owner=words.HANDOFF_WITH.format(person=owner) if owner else words.HANDOFF_UNOWNED,
    )
    lines = [bullet(said)]
    if one.step:
        said = words.HANDOFF_ON_HOLD if ticket.status is TicketStatus.ON_HOLD else words.HANDOFF_NEXT
        lines.append(_INDENT + said.format(reason=quote(one.step, 200)))
    if one.promise is not None and one.promise.due_at is not None:
        late = one.promise.state is PromiseState.LATE
        due = words.HANDOFF_LATE if late else words.HANDOFF_PROMISED
        lines.append(_INDENT + due.format(time=moment(one.promise.due_at)))
    return lines


def _day(digest: Digest) -> str:
    lines = []
    if digest.patterns:
        found = ", ".join(f"{escape(one.category)} ({one.count})" for one in digest.patterns[:5])
        lines.append(words.HANDOFF_PATTERNS.format(patterns=found))
    if digest.articles:
        listed = ", ".join(f"“{escape(title)}”" for title in digest.articles[:_ARTICLES])
        lines.append(words.HANDOFF_ARTICLES.format(articles=listed))
    return "\n".join(lines)


def _watch(digest: Digest) -> str:
    lines = [bullet(escape(digest.watch))] if digest.watch else []
    lines += [
        bullet(words.HANDOFF_ALIKE.format(count=one.count, quote=quote(one.question, 90)))
        for one in digest.alike
    ]
    lines += [
        bullet(words.HANDOFF_NOT_HELPING.format(category=escape(one.category), count=one.count))
        for one in digest.not_helping
    ]
    return "\n".join([words.HANDOFF_WATCHING, *lines]) if lines else ""


# --- Forms ------------------------------------------------------------------------------------------


def handoff_form(tickets: Sequence[Ticket], policy: Policy) -> Block:
    people: Block = {"type": "users_select", "action_id": "person"}
    wait = span(policy.care.handoff_waits)
    blocks = [
        context(words.HANDOFF_INTRO.format(time=wait)),
        field(words.HANDOFF_TO, "to", people, optional=True, hint=words.HANDOFF_TO_HINT),
        *_notes(tickets, {}),
        _watching(""),
    ]
    return form(ids.HANDOFF_FORM, words.HANDOFF_TITLE, words.HANDOFF_SUBMIT, blocks)


def notes_form(handoff_id: int, tickets: Sequence[Ticket], said: Mapping[int, str], watch: str) -> Block:
    return form(
        ids.HANDOFF_NOTES_FORM,
        words.HANDOFF_NOTES_TITLE,
        words.HANDOFF_NOTES_SUBMIT,
        [*_notes(tickets, said), _watching(watch)],
        metadata=str(handoff_id),
    )


def _notes(tickets: Sequence[Ticket], said: Mapping[int, str]) -> list[Block]:
    """One line for each; of very many the first ones."""
    return [
        field(
            words.HANDOFF_NOTE.format(quote=_plain(ticket)),
            f"ticket:{ticket.id}",
            _line(f"ticket:{ticket.id}", said.get(ticket.id, "")),
            optional=True,
        )
        for ticket in tickets[:_NOTES]
    ]


def _plain(ticket: Ticket) -> str:
    """For a label, which shows no markup."""
    text = " ".join(ticket.question.split())
    return text if len(text) <= 60 else f"{text[:59].rsplit(' ', 1)[0]}…"


def _watching(watch: str) -> Block:
    return field(words.HANDOFF_WATCH, "watch", _line("watch", watch), optional=True)


def _line(action_id: str, initial: str) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": action_id, "max_length": MOST_IN_A_NOTE}
    if initial:
        element["initial_value"] = initial
    return element


def thanks(slack_id: str) -> tuple[str, list[Block]]:
    line = words.THANKS.format(person=mention(slack_id))
    return line, [section(line)]
