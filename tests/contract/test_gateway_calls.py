"""The gateway against the local Slack's strictness: what it sends is accepted, and what Slack answers has a meaning."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.playground import cast
from bot.playground.slack import LocalSlack
from bot.slack.app import make_client
from bot.slack.budget import Budget, OwnBudget, unpaced
from bot.slack.gateway import Gateway, RateLimited, SlackRefused, SlackUnavailable
from bot.slack.views import forms
from bot.slack.views.blocks import actions, button, context, header, option, section, select

HELP = "CHELP"


@pytest.fixture
def gateway(local: LocalSlack, api_url: str) -> Gateway:
    return Gateway(make_client(local.bot_token, f"{api_url}/api/"))


def section_with_fields(*texts: str) -> dict[str, Any]:
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": text} for text in texts]}


TOO_MUCH = {
    "a long text": [section("word " * 2_000)],
    "one endless word": [section("x" * 9_000)],
    "an empty text": [section("")],
    "many blocks": [section(f"line {n}") for n in range(80)],
    "many long blocks": [section("y" * 2_900) for _ in range(40)],
    "a long header": [header("h" * 400)],
    "many buttons": [actions(*(button("b" * 200, f"a.{n}", "v") for n in range(40)))],
    "much context": [context(*("c" * 4_000 for _ in range(15)))],
    "many fields": [section_with_fields(*("f" * 3_000 for _ in range(20)))],
    "many options": [actions(select("s", [option("o" * 200, n) for n in range(150)]))],
    "brackets": [section("&lt;" * 2_000)],
    "a cut link": [section("z" * 2_990 + "<https://example.com/a/very/long/path|a link>")],
}


@pytest.mark.parametrize("blocks", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_whatever_is_too_much_is_cut_and_accepted(
    gateway: Gateway, local: LocalSlack, blocks: list[dict[str, Any]]
) -> None:
    posted = gateway.post(HELP, "t" * 50_000, blocks, say_id=1, more="(cut)")
    gateway.update(posted, "u" * 50_000, blocks, more="(cut)")
    gateway.whisper(HELP, "UADA", "w" * 50_000, blocks)

    assert [message["ts"] for message in local.messages(HELP)] == [posted.ts]
    assert not [call for call in local.calls if call.error]


def test_a_message_always_has_words_for_notifications(gateway: Gateway, local: LocalSlack) -> None:
    gateway.post(HELP, "in short", [section("at length")], say_id=1)
    (message,) = local.messages(HELP)
    assert message["text"] == "in short"


def test_forms_and_home_are_cut_to_size(gateway: Gateway, local: LocalSlack, api_url: str) -> None:
    home = {"type": "home", "blocks": [section("z" * 2_000) for _ in range(140)]}
    gateway.publish_home("UADA", home)
    shown = local.home("UADA")
    assert shown is not None
    assert len(shown["blocks"]) <= 100

    view = forms.ask("a" * 5_000)
    view["title"]["text"] = "A title that is far too long for Slack"
    gateway.open_view(local.triggers.issue("UADA"), view)
    assert len(local.views("UADA")[-1]["title"]["text"]) <= 24


def test_a_trigger_serves_once(gateway: Gateway, local: LocalSlack) -> None:
    trigger = local.triggers.issue("UADA")
    gateway.open_view(trigger, forms.ask())
    with pytest.raises(SlackRefused) as refused:
        gateway.open_view(trigger, forms.ask())
    assert refused.value.method == "views.open"


def test_an_open_window_changes_and_a_closed_one_is_no_more(gateway: Gateway, local: LocalSlack) -> None:
    gateway.open_view(local.triggers.issue("UADA"), forms.ask())
    (window,) = local.views("UADA")

    gateway.update_view(window["id"], forms.ask("my VPN drops"))

    (changed,) = local.views("UADA")
    assert changed["id"] == window["id"]
    assert changed["blocks"][0]["element"]["initial_value"] == "my VPN drops"
    with pytest.raises(SlackRefused) as refused:
        gateway.update_view("VGONE", forms.ask())
    assert refused.value.method == "views.update"


def test_posts_in_threads_and_in_private(gateway: Gateway, local: LocalSlack) -> None:
    asked = local.say("UADA", HELP, "My VPN drops")
    gateway.post(HELP, "answer", None, say_id=1, thread_ts=asked)
    direct = gateway.open_direct("UADA")
    gateway.post(direct, "hello", None, say_id=2)
    gateway.whisper(HELP, "UELI", "only you", thread_ts=asked)

    assert [m["text"] for m in local.replies(HELP, asked)] == ["answer"]
    assert [m["text"] for m in local.messages(direct)] == ["hello"]
    assert [m["text"] for m in local.ephemerals("UELI")] == ["only you"]


@pytest.mark.parametrize("where", ["channel", "thread", "direct"])
def test_finds_its_own_message_by_its_mark_past_the_first_page(
    gateway: Gateway, local: LocalSlack, where: str
) -> None:
    gateway._budget = _free()
    channel = gateway.open_direct("UADA") if where == "direct" else HELP
    thread = local.say("UADA", HELP, "My VPN drops") if where == "thread" else None
    before = local.now().timestamp() - 60
    posted = gateway.post(channel, "mine", None, say_id=77, thread_ts=thread)
    for n in range(230):
        local.say("UADA", channel, f"noise {n}", thread)

    assert gateway.find_own_message(channel, 77, thread_ts=thread, oldest=before) == posted
    assert gateway.find_own_message(channel, 78, thread_ts=thread, oldest=before) is None


def test_reads_one_message_wherever_it_stands(gateway: Gateway, local: LocalSlack) -> None:
    top = local.say("UADA", HELP, "top")
    reply = local.say("UELI", HELP, "reply", top)
    for ts, text in ((top, "top"), (reply, "reply")):
        found = gateway.message(HELP, ts)
        assert found is not None
        assert (found["ts"], found["text"]) == (ts, text)
    assert gateway.message(HELP, "1803981600.999999") is None


def test_people_channels_links_and_itself(gateway: Gateway, local: LocalSlack) -> None:
    ts = local.say("UADA", HELP, "top")
    assert gateway.person("UADA")["tz"] == "Europe/London"
    assert {c["id"]: c["is_member"] for c in gateway.channels()}["CHELP"]
    assert gateway.permalink(HELP, ts).endswith(f"/archives/{HELP}/p{ts.replace('.', '')}")
    assert gateway.who_am_i()["user_id"] == cast.BOT_USER


# What Slack answers, and what it means to us


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        ({"error": "is_archived"}, SlackRefused),
        ({"error": "not_in_channel"}, SlackRefused),
        ({"error": "internal_error"}, SlackUnavailable),
        ({"error": "fatal_error"}, SlackUnavailable),
        ({"error": "service_unavailable"}, SlackUnavailable),
        ({"error": "ratelimited"}, RateLimited),
        ({"rate_limited": 7}, RateLimited),
        ({"http_status": 500}, SlackUnavailable),
        ({"http_status": 503}, SlackUnavailable),
        ({"drop": True}, SlackUnavailable),
        ({"drop_after_doing": True}, SlackUnavailable),
    ],
)
def test_every_bad_answer_has_its_meaning(
    gateway: Gateway, local: LocalSlack, fault: dict[str, Any], meaning: type[Exception]
) -> None:
    local.fail_next("chat.postMessage", **fault)
    with pytest.raises(meaning) as raised:
        gateway.post(HELP, "hello", None, say_id=1)
    if "rate_limited" in fault:
        assert raised.value.retry_after == 7  # type: ignore[attr-defined]
    assert len(local.messages(HELP)) == ("drop_after_doing" in fault)


def test_nothing_is_tried_again_by_itself(gateway: Gateway, local: LocalSlack) -> None:
    local.fail_next("chat.postMessage", http_status=503)
    with pytest.raises(SlackUnavailable):
        gateway.post(HELP, "hello", None, say_id=1)
    assert len([c for c in local.calls if c.method == "chat.postMessage"]) == 1


def test_a_bad_token_and_a_missing_scope_are_refusals(local: LocalSlack, api_url: str) -> None:
    stranger = Gateway(make_client("xoxb-playground-stranger", f"{api_url}/api/"))
    with pytest.raises(SlackRefused) as refused:
        stranger.who_am_i()
    assert refused.value.error == "invalid_auth"

    local.scopes.discard("chat:write")
    with pytest.raises(SlackRefused) as refused:
        Gateway(make_client(local.bot_token, f"{api_url}/api/")).post(HELP, "hello", None, say_id=1)
    assert refused.value.error == "missing_scope"


def test_slack_that_is_not_there_is_unavailable(local: LocalSlack) -> None:
    nobody = Gateway(make_client(local.bot_token, "http://127.0.0.1:9/api/"))
    with pytest.raises(SlackUnavailable):
        nobody.who_am_i()


# The budget


class Ticking:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _free() -> Budget:
    return OwnBudget(paces=unpaced)


def test_the_budget_says_how_long_to_wait_before_slack_has_to(gateway: Gateway, local: LocalSlack) -> None:
    gateway._budget = OwnBudget(Ticking())
    for n in range(4):
        gateway.post(HELP, f"{n}", None, say_id=n)
    with pytest.raises(RateLimited) as limited:
        gateway.post(HELP, "one too many", None, say_id=6)

    assert limited.value.retry_after == pytest.approx(1.0)
    assert len([c for c in local.calls if c.method == "chat.postMessage"]) == 4
    gateway.post("CDESK", "another channel", None, say_id=7)


def test_the_budget_fills_up_again() -> None:
    clock = Ticking()
    budget = OwnBudget(clock)
    spend: Callable[[], float] = lambda: budget.spend("T1", "chat.postMessage", HELP)  # noqa: E731
    assert [spend() for _ in range(4)] == [0.0] * 4
    assert spend() == pytest.approx(1.0)
    clock.now += 0.6
    assert spend() == pytest.approx(0.4)
    clock.now += 0.5
    assert spend() == 0.0
    clock.now += 3_600
    assert [spend() for _ in range(4)] == [0.0] * 4
    assert spend() > 0


def test_methods_share_no_budget() -> None:
    budget = OwnBudget(Ticking())
    while budget.spend("T1", "chat.update", HELP) == 0.0:
        continue
    assert budget.spend("T1", "chat.update", "COTHER") > 0, "an update's budget is the workspace's"
    assert budget.spend("T1", "views.publish", "") == 0.0
    assert budget.spend("T1", "auth.test", "") == 0.0


def test_whoever_waits_as_the_budget_says_is_never_turned_away_by_slack(
    gateway: Gateway, local: LocalSlack
) -> None:
    local.rates.on = True
    for n in range(4):
        gateway.post(HELP, f"{n}", None, say_id=n)
    with pytest.raises(RateLimited):
        gateway.post(HELP, "later", None, say_id=9)
    assert len(local.messages(HELP)) == 4
    assert not [call for call in local.calls if call.error]


def test_it_has_what_was_posted_and_not_what_slack_lost(gateway: Gateway, local: LocalSlack) -> None:
    card = gateway.post(HELP, "a card", None, say_id=1)
    notice = gateway.post(HELP, "under it", None, say_id=2, thread_ts=card.ts)
    local.fail_next("chat.postMessage", lost=True)
    lost = gateway.post(HELP, "gone", None, say_id=3)
    assert [gateway.has(posted) for posted in (card, notice, lost)] == [True, True, False]
    gateway.take_back(card)
    assert gateway.has(card), "replies hang on what was deleted, so its place is still known"


def test_looking_for_our_own_leaves_most_of_slack_s_patience_to_others(
    local: LocalSlack, api_url: str
) -> None:
    watch = 1_000.0
    gateway = Gateway(make_client(local.bot_token, f"{api_url}/api/"), budget=OwnBudget(lambda: watch))
    posted = gateway.post(HELP, "hello", None, say_id=1)
    for _ in range(5):
        assert gateway.has(posted)
    with pytest.raises(RateLimited) as limited:
        gateway.has(posted)
    assert limited.value.retry_after == pytest.approx(3.0)
    assert gateway.message(posted.channel, posted.ts) is not None, "who waits for something goes on"
    watch += 3
    assert gateway.has(posted)
