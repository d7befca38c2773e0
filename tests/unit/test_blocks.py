"""Escaping and the small pieces of Block Kit: a person's words can mean nothing to Slack."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.blocks import check_blocks
from bot.playground.checking import Check
from bot.slack.views import blocks as pieces
from bot.slack.views.blocks import escape, quote, span

# The desks of other tests have threads that draw random numbers, which is not this test's doing.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the .random. module")

_ENTITY = re.compile(r"&(?:amp|lt|gt);")
_nasty = st.lists(
    st.sampled_from(
        [
            "<!channel>",
            "<@UADA>",
            "<https://evil.example|the console>",
            "&lt;!here&gt;",
            "&",
            "&amp;lt;",
            "<",
            ">",
            "*bold*",
            "_it_",
            "~no~",
            "`code`",
            "```\nblock\n```",
            ":tada:",
            "\n",
            " ",
            "vpn",
            "ü🚆",
            "> quoted",
        ]
    ),
    max_size=20,
).map("".join)


def powerless(text: str) -> bool:
    """No `<`, no `>`, and no `&` that is not one of the three entities."""
    return not re.search(r"[<>&]", _ENTITY.sub("", text))


@settings(deadline=None)
@given(st.text() | _nasty)
def test_what_is_escaped_means_nothing_to_slack(text: str) -> None:
    assert powerless(escape(text))


@settings(deadline=None)
@given(st.text())
def test_slack_shows_exactly_what_was_escaped(text: str) -> None:
    shown = escape(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert shown == text


@settings(deadline=None)
@given(st.text() | _nasty, st.integers(1, 300))
def test_a_quote_means_nothing_to_slack_and_is_one_line(text: str, limit: int) -> None:
    quoted = quote(text, limit)
    assert powerless(quoted)
    assert not re.search(r"[*_~`\n\r]", quoted)


@settings(deadline=None)
@given(st.text() | _nasty, st.integers(1, 300))
def test_a_quote_is_no_longer_than_asked_for(text: str, limit: int) -> None:
    shown = _ENTITY.sub("x", quote(text, limit))
    assert len(shown) <= limit + 1  # and the ellipsis


def test_a_quote_is_cut_at_a_word() -> None:
    assert quote("the vpn drops on the train", 12) == "the vpn…"


def test_a_quote_says_what_the_person_saw() -> None:
    assert (
        quote("<https://x.example|this page> is &lt;broken&gt; for <@UBEN>")
        == "this page is &lt;broken&gt; for"
    )


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(seconds=3), "1 minute"),
        (timedelta(seconds=90), "2 minutes"),
        (timedelta(minutes=20), "20 minutes"),
        (timedelta(minutes=89), "89 minutes"),
        (timedelta(minutes=90), "2 hours"),
        (timedelta(hours=35), "35 hours"),
        (timedelta(hours=36), "2 days"),
        (timedelta(days=7), "7 days"),
    ],
)
def test_a_span_is_rounded_to_what_a_person_would_say(time: timedelta, said: str) -> None:
    assert span(time) == said


@settings(deadline=None)
@given(st.timedeltas(timedelta(0), timedelta(days=400)))
def test_no_span_is_nothing_and_none_is_a_single_plural(time: timedelta) -> None:
    number, unit = span(time).split()
    assert int(number) >= 1
    assert (unit == "minute") == (number == "1")


def test_a_moment_carries_its_utc_time_for_old_clients() -> None:
    at = datetime(2025, 6, 2, 7, 30, tzinfo=UTC)
    assert pieces.moment(at) == "<!date^1748849400^{date_short_pretty} at {time}|02 Jun 07:30 UTC>"
    assert pieces.day_and_time(at) == (
        "<!date^1748849400^{date_long_pretty} at {time}|Monday 02 Jun 07:30 UTC>"
    )
    assert pieces.time_of_day(at) == "<!date^1748849400^{time}|07:30 UTC>"


def test_every_piece_is_accepted() -> None:
    button = pieces.button("Claim", "card.claim", 7, primary=True)
    link = pieces.button("Open", "card.open", 7, url="https://x.example")
    menu = pieces.select(
        "category", [pieces.option("VPN", "vpn"), pieces.option("Mail", "mail")], chosen="mail"
    )
    more = pieces.overflow("card.more", pieces.option("Release", "release:7"))
    blocks = [
        pieces.header("Your desk"),
        pieces.divider(),
        pieces.section("text", accessory=button, block_id="b"),
        pieces.context("one", "two"),
        pieces.actions(button, link, more),
        pieces.field("Category", "category", menu, optional=True, hint="which"),
    ]
    check = Check()
    check_blocks(check, blocks, "modal", "/blocks")
    assert check.messages == []


def test_a_choice_that_is_gone_is_not_preselected() -> None:
    assert "initial_option" not in pieces.select("category", [pieces.option("VPN", "vpn")], chosen="mail")
