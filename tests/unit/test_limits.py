"""Slack's limits: whatever comes in, the strict local Slack takes what goes out, and nothing is cut in half."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground import limits as slack
from bot.playground.errors import SlackError
from bot.slack import limits
from bot.slack.limits import cut, fit_message, fit_view

# The desks of other tests have threads that draw random numbers, which is not this test's doing.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the .random. module")

UNHURRIED = settings(deadline=None, max_examples=25)
MORE = "(the rest stands in the thread)"

# --- What can come in -------------------------------------------------------------------------------

_words = st.sampled_from(
    [
        "vpn",
        "drops",
        "ü",
        "🚆",
        "a" * 90,
        "\n",
        "",
        "&amp;",
        "&lt;",
        "&gt;",
        "&amp;amp;",
        "<@UADA>",
        "<#C1|help>",
        "<https://desk.example.com/a?b=1&amp;c=2|open the thread of this ticket>",
        "<!here>",
        "<!date^1750000000^{date_short_pretty} at {time}|15 Jun 15:06 UTC>",
        "<https://x.example/" + "y" * 400 + ">",
    ]
)
_mrkdwn = st.lists(_words, max_size=20).map(" ".join)
_plain = st.text(max_size=40)
# Drawn short and grown in the test, so that a failing case can still be read.
_times = st.sampled_from([1, 1, 3, 20, 100])


def grown(value: Any, times: int) -> Any:
    """The same with every text repeated."""
    if isinstance(value, list):
        return [grown(part, times) for part in value]
    if isinstance(value, dict):
        return {
            key: " ".join([part] * times)
            if key in ("text", "initial_value") and isinstance(part, str)
            else grown(part, times)
            for key, part in value.items()
        }
    return value


def _text(content: st.SearchStrategy[str], kind: str) -> st.SearchStrategy[dict[str, Any]]:
    return content.map(lambda text: {"type": kind, "text": text})


_mrkdwn_text, _plain_text = _text(_mrkdwn, "mrkdwn"), _text(_plain, "plain_text")
_option = st.builds(
    lambda text, value: {"text": text, "value": str(value)}, _plain_text, st.integers(0, 10**6)
)


def _options(most: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(_option, min_size=1, max_size=most, unique_by=lambda option: option["value"])


@st.composite
def _menu(draw: st.DrawFn) -> dict[str, Any]:
    options = draw(_options(12))
    menu: dict[str, Any] = {"type": "static_select", "action_id": draw(_ids), "options": options}
    if draw(st.booleans()):
        menu["initial_option"] = draw(st.sampled_from(options))
    if draw(st.booleans()):
        menu["placeholder"] = draw(_plain_text)
    return menu


_ids = st.integers(0, 10**9).map(lambda n: f"action.{n}")
_button = st.builds(
    lambda text, action_id: {"type": "button", "text": text, "action_id": action_id, "value": "1"},
    _plain_text,
    _ids,
)
_overflow = st.builds(
    lambda options, action_id: {"type": "overflow", "action_id": action_id, "options": options},
    _options(8),
    _ids,
)
_input_element = st.builds(
    lambda initial, action_id: {
        "type": "plain_text_input",
        "action_id": action_id,
        "multiline": True,
        "initial_value": initial,
    },
    _plain,
    _ids,
)
_section = st.builds(
    lambda text, fields, accessory: {
        "type": "section",
        "text": text,
        **({"fields": fields} if fields else {}),
        **({"accessory": accessory} if accessory else {}),
    },
    _mrkdwn_text,
    st.lists(_mrkdwn_text, max_size=12),
    st.none() | _button | _menu(),
)
_block = st.one_of(
    _section,
    st.just({"type": "divider"}),
    _plain_text.map(lambda text: {"type": "header", "text": text}),
    st.lists(_mrkdwn_text, min_size=1, max_size=13).map(lambda texts: {"type": "context", "elements": texts}),
    st.lists(_button | _overflow | _menu(), min_size=1, max_size=8, unique_by=lambda e: e["action_id"]).map(
        lambda elements: {"type": "actions", "elements": elements}
    ),
)
_blocks = st.lists(_block, min_size=1, max_size=6)
_copies = st.sampled_from([1, 1, 9, 30])
_input = st.builds(
    lambda label, hint, element: {"type": "input", "label": label, "hint": hint, "element": element},
    _plain_text,
    _plain_text,
    _input_element | _menu(),
)

# --- Within every limit -----------------------------------------------------------------------------


def accepted(message: dict[str, Any]) -> dict[str, Any]:
    """What the local Slack keeps; it is as strict as Slack, also when a message is changed."""
    slack.message_content(message, updating=True)
    return slack.message_content(message)


@UNHURRIED
@given(_mrkdwn, _blocks, _copies, _times, st.sampled_from(["", MORE]))
def test_every_message_is_accepted(
    text: str, blocks: list[dict[str, Any]], copies: int, times: int, more: str
) -> None:
    try:
        content = accepted(fit_message(text * times, grown(blocks * copies, times), more=more))
    except SlackError as refused:
        pytest.fail(f"{refused.error} {refused.messages[:3]}")
    assert content["text"].strip(), "a message of blocks needs a text for notifications"


@UNHURRIED
@given(_mrkdwn, _times, st.sampled_from(["", MORE]))
def test_a_message_without_blocks_is_accepted(text: str, times: int, more: str) -> None:
    accepted(fit_message(text * times, None, more=more))


@UNHURRIED
@given(_plain_text, st.lists(_input, min_size=1, max_size=6), _plain_text, _times)
def test_every_form_is_accepted(
    title: dict[str, Any], blocks: list[dict[str, Any]], submit: dict[str, Any], times: int
) -> None:
    view = {"type": "modal", "callback_id": "f", "title": title, "submit": submit, "blocks": blocks}
    try:
        slack.view(fit_view(grown(view, times)))
    except SlackError as refused:
        pytest.fail(f"{refused.error} {refused.messages[:3]}")


@UNHURRIED
@given(_blocks, _copies, _times)
def test_every_app_home_is_accepted(blocks: list[dict[str, Any]], copies: int, times: int) -> None:
    # Slack also refuses a view of more than 250 kB; a hundred grown menus are not what this is about.
    try:
        slack.view(fit_view({"type": "home", "blocks": grown(blocks, times) * min(copies, 9)}), home=True)
    except SlackError as refused:
        if refused.error != "view_too_large":
            pytest.fail(f"{refused.error} {refused.messages[:3]}")


@UNHURRIED
@given(_mrkdwn, _blocks)
def test_fitting_leaves_the_given_blocks_alone(text: str, blocks: list[dict[str, Any]]) -> None:
    before = repr(blocks)
    fit_message(text, blocks, more=MORE)
    assert repr(blocks) == before


def test_more_buttons_than_slack_takes() -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Claim"}, "value": "1"}
    elements = [button | {"action_id": f"a{n}"} for n in range(40)]
    content = accepted(fit_message("x", [{"type": "actions", "elements": elements}]))
    assert len(content["blocks"][0]["elements"]) == 25


def test_what_fits_is_not_changed() -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Claimed by <@UBEN>"}}]
    assert fit_message("Claimed", blocks) == {"text": "Claimed", "blocks": blocks}


def test_the_figures_are_those_that_slack_documents() -> None:
    documented = {
        "SECTION_TEXT": 3000,
        "FIELD_TEXT": 2000,
        "FIELDS": 10,
        "HEADER_TEXT": 150,
        "ACTIONS": 25,
        "CONTEXT": 10,
        "BUTTON_TEXT": 75,
        "OPTION_TEXT": 75,
        "OPTIONS": 100,
        "TITLE": 24,
        "BLOCKS_IN_MESSAGE": 50,
        "BLOCKS_IN_VIEW": 100,
        "MESSAGE_TEXT": 4000,
    }
    assert {name: getattr(limits, name) for name in documented} == documented


# --- Cutting ----------------------------------------------------------------------------------------

_WHOLE = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);")


def stray_signs(text: str) -> str:
    """What is left of `<`, `>` and `&` once every whole link and entity is taken away."""
    return re.sub(r"[^<>&]", "", _WHOLE.sub("", text))


@UNHURRIED
@given(_mrkdwn, st.integers(1, 400), st.sampled_from(["", MORE]))
def test_no_entity_and_no_link_is_cut_in_half(text: str, limit: int, more: str) -> None:
    assert stray_signs(cut(text, limit, more=more)) == ""


@given(st.text(), st.integers(1, 60), st.text(max_size=80))
def test_never_longer_than_the_limit(text: str, limit: int, more: str) -> None:
    assert len(cut(text, limit, more=more)) <= limit


@given(st.text(max_size=50))
def test_a_text_within_the_limit_stays_as_it_is(text: str) -> None:
    assert cut(text, 50) == text


def test_a_long_text_is_cut_at_a_word_and_leads_to_the_rest() -> None:
    text = "the printer on the second floor shows offline " * 100
    shown = cut(text, 200, more=MORE)
    assert shown.endswith(f"… {MORE}")
    assert text.startswith(shown.removesuffix(f"… {MORE}") + " ")


def test_a_link_whose_label_has_spaces_stays_whole_or_goes() -> None:
    link = "<https://desk.example.com|open the thread of this ticket>"
    for limit in range(20, 120):
        shown = cut(f"Ada asked a moment ago · {link} and then some more words", limit)
        assert link in shown or "<" not in shown


def test_a_long_word_without_a_space_is_cut_anyway() -> None:
    assert cut("a" * 100, 10) == "a" * 9 + "…"


def test_in_plain_text_a_bracket_is_only_a_bracket() -> None:
    """Slack reads no links in plain text: what follows a "<" there is not thrown away."""
    button = {"type": "button", "text": {"type": "plain_text", "text": "<" + "b" * 100}, "action_id": "a"}
    fitted = fit_message("x", [{"type": "actions", "elements": [button]}])["blocks"][0]["elements"][0]
    assert fitted["text"]["text"] == "<" + "b" * 73 + "…"


# --- What stays -------------------------------------------------------------------------------------


def test_the_buttons_survive_too_many_blocks() -> None:
    buttons = {"type": "actions", "elements": []}
    blocks = [{"type": "divider"} for _ in range(80)] + [buttons]
    fitted = fit_message("x", blocks, more=MORE)["blocks"]
    assert len(fitted) == 50
    assert fitted[-1]["type"] == "actions"
    assert fitted[-2] == {"type": "context", "elements": [{"type": "mrkdwn", "text": MORE}]}


def test_a_chosen_option_past_the_hundredth_stays_on_offer() -> None:
    options = [{"text": {"type": "plain_text", "text": f"Category {n}"}, "value": str(n)} for n in range(120)]
    menu = {"type": "static_select", "action_id": "a", "options": options, "initial_option": options[110]}
    block = {"type": "input", "label": {"type": "plain_text", "text": "Category"}, "element": menu}
    fitted = limits.fit_blocks([block], limit=100)[0]["element"]
    assert len(fitted["options"]) == 100
    assert fitted["initial_option"] in fitted["options"]


def test_short_texts_stay_when_a_long_one_is_shortened() -> None:
    short = {"type": "section", "text": {"type": "mrkdwn", "text": "Waits for a person"}}
    long = [{"type": "section", "text": {"type": "mrkdwn", "text": "word " * 600}} for _ in range(6)]
    assert short in fit_message("x", [*long, short])["blocks"]
