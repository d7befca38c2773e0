"""The forms (modals): ask, resolve, pass on, hold, save as article."""

from collections.abc import Sequence

from bot.slack import copy, ids
from bot.slack.limits import OPTION_TEXT, OPTIONS, cut
from bot.slack.views.blocks import (
    Block,
    actions,
    button,
    context,
    escape,
    field,
    form,
    option,
    plain,
    quote,
    section,
    select,
)
from kb.articles import MAX_TITLE
from kb.queries import ArticleView
from triage.tickets.models import Category, Ticket
from triage.tickets.writing_up import Proposal
from triage.vocabulary import Urgency


def _text(action_id: str, *, multiline: bool = True, initial: str = "", longest: int = 0) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": action_id, "multiline": multiline}
    if longest:
        element["max_length"], initial = longest, initial[:longest]
    if initial:
        element["initial_value"] = initial
    return element


def _looked_up(action_id: str) -> Block:
    """A menu that asks us for its options at each letter."""
    return {
        "type": "external_select",
        "action_id": action_id,
        "min_query_length": 0,
        "placeholder": plain(copy.RESOLVE_ARTICLE_TYPE),
    }


def article_options(articles: Sequence[tuple[int, str]]) -> list[Block]:
    return [
        option(cut(title, OPTION_TEXT, markup=False), article_id) for article_id, title in articles[:OPTIONS]
    ]


def ask(initial: str = "") -> Block:
    question = field(copy.ASK_LABEL, "question", _text("text", initial=initial), hint=copy.ASK_HINT)
    return form(ids.ASK_FORM, copy.ASK_TITLE, copy.ASK_SUBMIT, [question])


def resolve(ticket: Ticket, categories: Sequence[Category], *, looks_like: str | None = None) -> Block:
    """Category and urgency come filled in with what the desk believes, or what the model recommends: confirming is one
    glance.

    The article is looked for by typing; before that, the menu offers what was suggested here.
    """
    chosen = ticket.category or (looks_like if looks_like in {c.key for c in categories} else None)
    category_select = select("category", [option(c.name, c.key) for c in categories], chosen=chosen)
    urgency_select = select(
        "urgency", [option(copy.URGENCY_NAME[u], u.value) for u in Urgency], chosen=ticket.urgency
    )
    blocks = [
        context(f"“{quote(ticket.question, 300)}”"),
        field(copy.RESOLVE_HOW, "how", _text("text"), hint=copy.RESOLVE_HOW_HINT),
        field(copy.RESOLVE_CATEGORY, "category", category_select),
        field(copy.RESOLVE_URGENCY, "urgency", urgency_select),
        field(copy.RESOLVE_ARTICLE, "article", _looked_up(ids.ARTICLE_CHOICE), optional=True),
    ]
    return form(ids.RESOLVE_FORM, copy.RESOLVE_TITLE, copy.RESOLVE_SUBMIT, blocks, metadata=str(ticket.id))


def transfer(ticket: Ticket) -> Block:
    people: Block = {"type": "users_select", "action_id": "person"}
    blocks = [
        context(f"“{quote(ticket.question, 300)}”"),
        field(copy.TRANSFER_TO, "to", people),
        field(copy.TRANSFER_WHY, "why", _text("text"), optional=True),
    ]
    return form(ids.TRANSFER_FORM, copy.TRANSFER_TITLE, copy.TRANSFER_SUBMIT, blocks, metadata=str(ticket.id))


def hold(ticket: Ticket) -> Block:
    blocks = [
        context(f"“{quote(ticket.question, 300)}”"),
        field(copy.HOLD_WHY, "why", _text("text", multiline=False), optional=True),
    ]
    return form(ids.HOLD_FORM, copy.HOLD_TITLE, copy.HOLD_SUBMIT, blocks, metadata=str(ticket.id))


def save_as_article(ticket_id: int, said: Proposal) -> Block:
    blocks = [
        context(copy.SAVE_INTRO),
        field(
            copy.SAVE_NAME,
            "title",
            _text("title", multiline=False, initial=said.title, longest=MAX_TITLE),
        ),
        field(copy.SAVE_BODY, "body", _text("body", initial=said.body)),
        field(copy.SAVE_ALIASES, "aliases", _text("aliases", initial="\n".join(said.aliases)), optional=True),
    ]
    return form(ids.ARTICLE_FORM, copy.SAVE_TITLE, copy.SAVE_SUBMIT, blocks, metadata=str(ticket_id))


def saved(article: ArticleView, *, fresh: bool, link: str) -> Block:
    """What there is now, and the way to it; without a console's address only where to look."""
    title = escape(article.title)
    text = (
        copy.SAVED.format(title=title)
        if fresh
        else copy.SAVED_BEFORE.format(title=title, state=copy.ARTICLE_STATE[article.status])
    )
    way = (
        actions(button(copy.BUTTON_OPEN_ARTICLE, ids.OPEN_ARTICLE, article.id, url=link))
        if link
        else context(copy.SAVED_WHERE)
    )
    return {
        "type": "modal",
        "title": plain(copy.SAVED_TITLE),
        "close": plain(copy.CLOSE),
        "blocks": [section(text), way],
    }
