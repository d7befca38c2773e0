"""The card in the agents' channel: one look tells what it is, how urgent, what was tried and who has it."""

from collections.abc import Sequence

from bot.slack import copy, ids
from bot.slack.facts import Facts
from bot.slack.views.asking import told_in_words
from bot.slack.views.blocks import (
    Block,
    actions,
    button,
    context,
    escape,
    mention,
    moment,
    option,
    overflow,
    quote,
    section,
    time_of_day,
)
from bot.slack.views.promises import in_short
from kb.text import from_slack
from triage.tickets.alike import OpenLike
from triage.tickets.solved_before import SolvedBefore
from triage.vocabulary import TicketStatus

_HELD = (TicketStatus.CLAIMED, TicketStatus.ON_HOLD)


def card(facts: Facts) -> tuple[str, list[Block]]:
    ticket = facts.ticket
    title = title_line(facts)
    about = [_asked(facts), _tried(facts)]
    if facts.reasons and facts.status is not TicketStatus.RESOLVED:
        about.append(_why(facts))
    if facts.reads_like:
        about.append(copy.CARD_READS_LIKE.format(urgency=copy.URGENCY_NAME[facts.reads_like].lower()))
    if facts.told:
        about.append(copy.CARD_TOLD.format(told=told_in_words(facts.told)))
    if facts.open_likes:
        about.append(_open_likes(facts.open_likes))
    blocks = [section(title), section(_quoted(ticket.question)), context("\n".join(about))]
    if facts.similar:
        blocks.append(context("\n".join([copy.CARD_SIMILAR, *(_similar(*one) for one in facts.similar)])))
    blocks.append(section(_standing(facts)))
    if buttons := _buttons(facts):
        blocks.append(actions(*buttons))
    fallback = copy.CARD_FALLBACK.format(
        urgency=copy.URGENCY_NAME[facts.urgency], quote=quote(ticket.question, 200)
    )
    return fallback, blocks


def title_line(facts: Facts) -> str:
    return copy.CARD_TITLE.format(
        mark=copy.URGENCY_MARK[facts.urgency],
        urgency=copy.URGENCY_NAME[facts.urgency],
        category=escape(facts.category or _guess(facts)),
        id=facts.ticket.id,
    )


def _guess(facts: Facts) -> str:
    """What the model may only recommend, said as such."""
    return copy.LOOKS_LIKE.format(category=facts.looks_like) if facts.looks_like else copy.NO_CATEGORY


def _quoted(question: str) -> str:
    lines = escape(from_slack(question)).splitlines() or [""]
    return "\n".join(f"> {line}" for line in lines)


def _asked(facts: Facts) -> str:
    person, when = mention(facts.requester.slack_id), moment(facts.ticket.asked_at)
    if facts.link:
        return copy.CARD_ASKED.format(person=person, when=when, link=facts.link)
    return copy.CARD_ASKED_WITHOUT_LINK.format(person=person, when=when)


def _tried(facts: Facts) -> str:
    if not facts.tried:
        return copy.CARD_NOTHING_TRIED
    return copy.CARD_TRIED.format(articles=", ".join(f"“{escape(row.title)}”" for row in facts.tried))


def _why(facts: Facts) -> str:
    """One line; the bars, all words and all that is like it stand in the console."""
    why = copy.CARD_WHY.format(reasons=escape(" ".join(facts.reasons[:3])))
    if facts.nearest:
        likes = (f"{like.called} ({escape(like.category)})" for like in facts.nearest[:2])
        why += " " + copy.CARD_MOST_LIKE.format(likes=", ".join(likes))
    if facts.console_link:
        why += " " + copy.CARD_WHOLE_WHY.format(link=facts.console_link)
    return why


def _open_likes(likes: Sequence[OpenLike]) -> str:
    """By their oldest: since when this has been going on."""
    since = time_of_day(likes[0].asked_at)
    if len(likes) == 1:
        return copy.CARD_ONE_OPEN_LIKE.format(when=since, id=likes[0].ticket_id)
    return copy.CARD_OPEN_LIKES.format(count=len(likes), when=since)


def _similar(solved: SolvedBefore, link: str | None) -> str:
    """What worked comes first: it is what one looks for."""
    worked = quote(solved.worked, 160) if solved.worked else copy.CARD_SIMILAR_ARTICLE
    if solved.article:
        worked += f" · {copy.CARD_SIMILAR_BY.format(title=escape(solved.article))}"
    about = [f"“{quote(solved.gist, 90)}”"] if solved.gist else []
    about += [copy.THREAD_LINK.format(link=link)] if link else []
    return f"• {worked}" + (f" ({', '.join(about)})" if about else "")


def _standing(facts: Facts) -> str:
    ticket = facts.ticket
    who = mention(facts.claimed_by.slack_id) if facts.claimed_by else ""
    match facts.status:
        case TicketStatus.CLAIMED:
            text = copy.CARD_CLAIMED.format(person=who, when=moment(ticket.claimed_at or ticket.asked_at))
        case TicketStatus.ON_HOLD:
            text = copy.CARD_ON_HOLD.format(person=who)
        case TicketStatus.RESOLVED:
            resolver = mention((facts.resolved_by or facts.requester).slack_id)
            if ticket.resolution:
                how = quote(ticket.resolution, 300)
                text = copy.CARD_RESOLVED.format(person=resolver, how=how)
            else:
                text = copy.CARD_SOLVED.format(person=resolver)
        case TicketStatus.CLOSED:
            text = copy.CARD_CLOSED if ticket.resolved_at else copy.CARD_WITHDRAWN
        case _:
            text = copy.CARD_WAITING.format(when=moment(ticket.escalated_at or ticket.asked_at))
    if facts.written_up:
        text += f"\n{copy.CARD_WRITTEN_UP.format(title=escape(facts.written_up))}"
    if facts.promise:
        text += f" · {in_short(facts.promise)}"
    if ticket.reopened:
        again = (
            copy.CARD_REOPENED_ONCE
            if ticket.reopened == 1
            else copy.CARD_REOPENED.format(count=ticket.reopened)
        )
        text += f" · {again}"
    return text


def _buttons(facts: Facts) -> list[Block]:
    ticket_id = facts.ticket.id
    if facts.status in _HELD:
        held = facts.status is TicketStatus.ON_HOLD
        return [
            button(copy.BUTTON_RESOLVE, ids.RESOLVE, ticket_id, primary=True),
            button(copy.BUTTON_RESUME, ids.RESUME, ticket_id)
            if held
            else button(copy.BUTTON_HOLD, ids.HOLD, ticket_id),
            overflow(
                ids.MORE,
                option(copy.BUTTON_TRANSFER, f"{ids.TRANSFER}:{ticket_id}"),
                option(copy.BUTTON_RELEASE, f"{ids.RELEASE}:{ticket_id}"),
            ),
        ]
    if facts.status is TicketStatus.RESOLVED:
        reopen = button(copy.BUTTON_REOPEN, ids.REOPEN, ticket_id)
        if not facts.can_be_written_up:
            return [reopen]
        return [reopen, button(copy.BUTTON_SAVE_AS_ARTICLE, ids.SAVE_AS_ARTICLE, ticket_id)]
    if facts.status is TicketStatus.CLOSED:
        return []
    return [button(copy.BUTTON_CLAIM, ids.CLAIM, ticket_id, primary=True)]
