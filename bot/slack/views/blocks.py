"""Small pieces of Block Kit, and the escaping of everything that a person wrote."""

from datetime import datetime, timedelta
from typing import Any

from bot.slack import copy
from kb.text import from_slack

Block = dict[str, Any]


def escape(text: str) -> str:
    """Makes what a person wrote mean nothing to Slack: no mention, no link, no entity of theirs works."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quote(text: str, limit: int = 140) -> str:
    """A person's words in one line, plain and escaped, cut at a word."""
    plain = " ".join(from_slack(text).split())
    if len(plain) > limit:
        plain = plain[:limit].rsplit(" ", 1)[0].rstrip() + "…"
    # Formatting marks would turn half of our own sentence bold.
    for mark in "*_~`":
        plain = plain.replace(mark, "")
    return escape(plain)


def mention(slack_id: str) -> str:
    return f"<@{slack_id}>"


def section(text: str, *, accessory: Block | None = None, block_id: str | None = None) -> Block:
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    if accessory:
        block["accessory"] = accessory
    if block_id:
        block["block_id"] = block_id
    return block


def in_parts(text: str, limit: int = 2_900) -> list[str]:
    """A long text in pieces that each fit a section, parted between paragraphs or lines where that can be done."""
    parts: list[str] = []
    while len(text) > limit:
        at = max(text.rfind("\n\n", 0, limit), 0) or max(text.rfind("\n", 0, limit), 0) or limit
        parts.append(text[:at].rstrip())
        text = text[at:].lstrip("\n")
    return [part for part in (*parts, text) if part.strip()]


def bullet(text: str) -> str:
    """One line of a list."""
    return f"• {text}"


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text} for text in texts]}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text)}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def button(label: str, action_id: str, value: object, *, primary: bool = False, url: str = "") -> Block:
    block: Block = {"type": "button", "text": plain(label), "action_id": action_id, "value": str(value)}
    if primary:
        block["style"] = "primary"
    if url:
        block["url"] = url
    return block


def option(label: str, value: object) -> Block:
    return {"text": plain(label), "value": str(value)}


def overflow(action_id: str, *options: Block) -> Block:
    return {"type": "overflow", "action_id": action_id, "options": list(options)}


def select(
    action_id: str, options: list[Block], *, chosen: str | None = None, placeholder: str = ""
) -> Block:
    block: Block = {"type": "static_select", "action_id": action_id, "options": options}
    if placeholder:
        block["placeholder"] = plain(placeholder)
    initial = [o for o in options if o["value"] == chosen]
    if initial:
        block["initial_option"] = initial[0]
    return block


def field(label: str, block_id: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint)
    return block


def moment(at: datetime) -> str:
    """A moment that Slack shows in each reader's own zone."""
    fallback = at.strftime("%d %b %H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def day_and_time(at: datetime) -> str:
    """The same with the day of the week, where somebody reckons with it: “Monday, January 19th, 2026 at 09:00”."""
    fallback = at.strftime("%A %d %b %H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{{date_long_pretty}} at {{time}}|{fallback}>"


def time_of_day(at: datetime) -> str:
    return f"<!date^{int(at.timestamp())}^{{time}}|{at:%H:%M} UTC>"


def span(time: timedelta) -> str:
    """“about 20 minutes” without the “about”: rounded to what a person would say."""
    minutes = max(1, round(time.total_seconds() / 60))
    if minutes < 90:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    hours = round(minutes / 60)
    return f"{hours} hours" if hours < 36 else f"{round(hours / 24)} days"


def form(callback_id: str, title: str, submit: str, blocks: list[Block], *, metadata: str = "") -> Block:
    """A window with fields; `metadata` comes back with what was entered."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain(submit),
        "close": plain(copy.CANCEL),
        "private_metadata": metadata,
        "blocks": blocks,
    }
