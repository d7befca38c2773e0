"""Whatever somebody writes, it calls nobody, links nowhere and breaks nothing."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from cast import Actor, Desk, shown_text

from bot.slack import copy
from triage.vocabulary import TicketStatus

HOSTILE = (
    "<!channel> <!here> <@UBEN> my *printer_ is ~dead `now`: "
    "<https://evil.example/login|https://bank.example> &lt;!everyone&gt; <!subteam^S1>"
)
LIVE = re.compile(r"<(?:!(?:channel|here|everyone|subteam)|@UBEN|https?://evil)")


def texts(message: dict[str, Any]) -> Iterator[str]:
    """Every text that Slack would read as markup: the fallback and all mrkdwn."""
    yield message.get("text", "")
    stack: list[Any] = [message.get("blocks", [])]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += node
        elif isinstance(node, dict):
            if node.get("type") == "mrkdwn":
                yield node["text"]
            stack += node.values()


def assert_harmless(*messages: dict[str, Any]) -> None:
    for message in messages:
        for text in texts(message):
            assert not LIVE.search(text), text
            assert "&amp;lt;" not in text, "escaped twice"


def test_it_is_quoted_without_effect_in_answer_card_page_and_home(
    desk: Desk, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    question = ada.says(HOSTILE, raw=True)
    ben.opens_home()
    if question.status is TicketStatus.SUGGESTED:
        question.clicks(copy.BUTTON_PERSON)

    assert ben.pages
    assert_harmless(*question.answers, question.card, *ben.pages)
    assert_harmless(cleo.opens_home(), ada.opens_home())
    assert "bank.example" in shown_text(question.card), "what was written can be read"


def test_it_is_harmless_from_a_form_too(desk: Desk, ada: Actor) -> None:
    ada.types(f"/help-me {HOSTILE.replace('&lt;!everyone&gt; ', '')}")
    question = ada.last_direct_question()
    opening = desk.slack.message(question.channel, question.ts)
    assert_harmless(opening, *question.answers)


def test_what_an_agent_writes_in_a_form_calls_nobody_either(
    desk: Desk, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    question = ada.says("My VPN drops all the time").clicks(copy.BUTTON_PERSON)
    cleo.claims(question)
    cleo.holds(question, "<!channel> look <https://evil.example|here>")
    cleo.resumes(question)
    cleo.transfers(question, ben, "<!here> yours")
    ben.resolves(question, "<!channel> done & dusted <https://evil.example|see>")

    quoted = [m for m in question.thread if m.get("bot_id")]
    for message in [question.card, *quoted, *cleo.direct_messages, *ben.direct_messages]:
        for text in texts(message):
            assert "<!channel" not in text
            assert "<!here" not in text
            assert "<https://evil" not in text
    assert any("done &amp; dusted" in text for m in quoted for text in texts(m))


@pytest.mark.parametrize(
    "text",
    [
        "printer " * 5_000,
        "x" * 40_000,
        "<" * 3_900,
        "&" * 3_900,
        "🔥" * 4_000,
        "line\n" * 2_000,
        "`" * 2_000 + "*_~" * 500,
    ],
    ids=["40,000 characters", "one long word", "brackets", "ampersands", "emoji", "lines", "marks"],
)
def test_a_very_long_or_strange_question_is_answered_and_shown(desk: Desk, ada: Actor, text: str) -> None:
    question = ada.says(text, raw=True)
    assert len(question.answers) == 1

    question.clicks(copy.BUTTON_PERSON)

    assert question.status is TicketStatus.WAITING
    assert len(question.cards) == 1
    assert not [m for m in desk.messages if m.error], "Slack refused nothing"


def test_a_very_long_resolution_is_told(desk: Desk, ada: Actor, ben: Actor) -> None:
    question = ada.says("My VPN drops all the time").clicks(copy.BUTTON_PERSON)
    ben.claims(question)

    assert ben.resolves(question, "It was the router. " * 150) == {}

    assert question.status is TicketStatus.RESOLVED
    assert any("It was the router." in text for text in question.said)
    assert not [m for m in desk.messages if m.error]
