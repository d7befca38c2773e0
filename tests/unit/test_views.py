"""How things look in Slack: for every status accepted by the strict local Slack, and a person's words powerless."""

import re
from datetime import timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from facts_by_hand import ADA, BEN, DEE, LINK, NASTY, NOW, category, facts, suggestion, ticket

from bot.playground import limits as slack
from bot.slack import copy, ids
from bot.slack.facts import Facts
from bot.slack.limits import fit_message, fit_view
from bot.slack.views import answer, card, forms, home, notices, pages
from bot.slack.views.home import Line
from bot.slack.views.pages import Paged
from triage.vocabulary import Outcome, TicketStatus, Urgency

THREE = tuple(suggestion(rank) for rank in (1, 2, 3))
NONE: tuple[Any, ...] = ()
NOTICES = (
    "handed_over",
    "deferred",
    "put_off",
    "claimed",
    "released",
    "transferred",
    "on_hold",
    "resumed",
    "resolved",
    "solved",
    "reopened",
)
CASES = list(product(TicketStatus, Urgency, (NONE, THREE[:1], THREE), ("VPN", None)))


def paged(**known: Any) -> Paged:
    """How it stands for an agent in Tokyo."""
    given = {"why": "You were asked because you're on shift.", "wait": timedelta(minutes=5)}
    rest = {"seen_for": timedelta(minutes=30), "rest_until": NOW + timedelta(hours=11)}
    return Paged(ZoneInfo("Asia/Tokyo"), NOW, **(given | rest | known))


def accepted(said: tuple[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The blocks, after the strict local Slack took them as they are: nothing had to be cut."""
    text, blocks = said
    assert fit_message(text, blocks)["blocks"] == blocks
    assert text.strip()
    slack.message_content({"text": text, "blocks": blocks})
    return blocks


def elements(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    inside = [e for block in blocks if block["type"] == "actions" for e in block["elements"]]
    return inside + [block["accessory"] for block in blocks if "accessory" in block]


def pressed(blocks: list[dict[str, Any]]) -> list[str]:
    """What there is to decide; reading a whole article decides nothing."""
    ids_there = [element["action_id"] for element in elements(blocks)]
    return [action_id for action_id in ids_there if not action_id.startswith(ids.READ)]


def texts(value: Any) -> list[str]:
    """Every mrkdwn text, wherever it stands."""
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        return own + [text for part in value.values() for text in texts(part)]
    return [text for part in value for text in texts(part)] if isinstance(value, list) else []


# Ours: mentions of the cast, moments, and links to the thread or the console.
_OURS = re.compile(rf"<(?:@U[A-Z]+|!date\^[^>]*|{re.escape(LINK)}\|[^<>]*|https://desk\.example/[^<>]*)>")


def powerless(text: str) -> bool:
    """Of Slack's marks only those remain that we wrote, and nobody is called who was only written about."""
    rest = re.sub(r"&(?:amp|lt|gt);", "", _OURS.sub("", text))
    # A quoted line begins with ">": that is ours as well.
    return not re.search(r"[<&]|[^\n]>", rest) and "<@UDEE>" not in text


# --- The answer -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "urgency", "shown", "about"), CASES)
def test_an_answer_for_every_status(
    status: TicketStatus, urgency: Urgency, shown: tuple[Any, ...], about: str | None
) -> None:
    blocks = accepted(answer.answer(facts(status, urgency=urgency, shown=shown, category=about)))
    assert len(pressed(blocks)) <= 3
    assert len(set(pressed(blocks))) == len(pressed(blocks))


@pytest.mark.parametrize("shown", [NONE, THREE])
@pytest.mark.parametrize("status", [TicketStatus.NEW, TicketStatus.SUGGESTED])
def test_the_way_to_a_person_is_always_the_last_button(status: TicketStatus, shown: tuple[Any, ...]) -> None:
    assert pressed(accepted(answer.answer(facts(status, shown=shown))))[-1] == ids.ASK_PERSON


def test_with_articles_there_are_three_buttons() -> None:
    assert pressed(accepted(answer.answer(facts(shown=THREE)))) == [ids.SOLVED, ids.NOT_QUITE, ids.ASK_PERSON]


def test_each_article_can_be_read_whole() -> None:
    _text, blocks = answer.answer(facts(shown=THREE))
    beside = [block["accessory"]["action_id"] for block in blocks if "accessory" in block]
    assert beside == [f"{ids.READ}.{rank}" for rank in (1, 2, 3)]


def test_without_an_article_it_says_so_and_offers_a_person() -> None:
    text, blocks = answer.answer(facts(shown=NONE))
    assert pressed(blocks) == [ids.ASK_PERSON]
    assert copy.NOTHING_FITS_NO_GUESS in text
    assert copy.NOTHING_FITS_NO_GUESS in str(blocks)


@pytest.mark.parametrize("shown", [NONE, THREE])
@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("status", [status for status in TicketStatus if status is not TicketStatus.CLOSED])
def test_a_matter_for_a_person_alone_is_answered_calmly(
    status: TicketStatus, urgency: Urgency, shown: tuple[Any, ...]
) -> None:
    known = facts(status, question="My manager harasses me", urgency=urgency, shown=shown, needs_person=True)
    text, blocks = answer.answer(known)
    said = text + str(accepted((text, blocks)))

    assert copy.HUMAN_FIRST in text
    assert "harasses" not in said
    assert not [words for words in copy.URGENCY_IN_WORDS.values() if words in said]
    assert copy.BUTTON_SOLVED not in said
    assert copy.SOLVED_THANKS not in said
    assert suggestion(1).title not in said
    if status in (TicketStatus.NEW, TicketStatus.SUGGESTED):
        assert pressed(blocks) == [ids.ASK_PERSON]


def test_the_question_is_said_back() -> None:
    text, blocks = answer.answer(facts())
    assert "My VPN drops every few minutes on the train" in text
    assert "My VPN drops every few minutes on the train" in blocks[0]["text"]["text"]


def test_where_nothing_tells_the_urgency_none_is_claimed() -> None:
    text, blocks = answer.answer(facts(urgency_known=False, urgency=Urgency.MEDIUM))
    assert copy.URGENCY_IN_WORDS[Urgency.MEDIUM] not in text + str(blocks)


def test_how_many_people_an_article_helped_is_said_only_if_somebody_said_so() -> None:
    (one,) = THREE[:1]
    assert copy.ONE_ARTICLE in str(answer.answer(facts(shown=(one,))))
    assert copy.FIXED_IT_FOR_ONE in str(answer.answer(facts(shown=(one,), solved_before={one.article_id: 1})))
    assert "14 people" in str(answer.answer(facts(shown=(one,), solved_before={one.article_id: 14})))


def test_after_hours_there_is_a_button_for_what_cannot_wait() -> None:
    blocks = accepted(answer.answer(facts(TicketStatus.DEFERRED)))
    assert ids.CANNOT_WAIT in pressed(blocks)


def test_of_several_articles_it_asks_which_one_helped() -> None:
    blocks = accepted(answer.answer(facts(TicketStatus.RESOLVED, shown=THREE)))
    assert pressed(blocks) == [f"{ids.WHICH_HELPED}.{rank}" for rank in (1, 2, 3)]


def test_once_it_is_known_which_article_helped_nothing_more_is_asked() -> None:
    shown = (suggestion(1), suggestion(2, outcome=Outcome.SOLVED))
    blocks = accepted(answer.answer(facts(TicketStatus.RESOLVED, shown=shown)))
    assert pressed(blocks) == []
    assert "VPN drops on mobile networks 2" in str(blocks[-1])


def test_a_withdrawn_question_is_not_repeated() -> None:
    text, blocks = answer.answer(facts(TicketStatus.CLOSED))
    assert "VPN" not in text + str(blocks)


# --- The card ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "urgency", "shown", "about"), CASES)
def test_a_card_for_every_status(
    status: TicketStatus, urgency: Urgency, shown: tuple[Any, ...], about: str | None
) -> None:
    known = facts(status, urgency=urgency, shown=shown, category=about, resolution="Removed the old profile.")
    blocks = accepted(card.card(known))
    assert copy.URGENCY_NAME[urgency] in blocks[0]["text"]["text"]
    assert len(pressed(blocks)) <= 3


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        (TicketStatus.NEW, [ids.CLAIM]),
        (TicketStatus.SUGGESTED, [ids.CLAIM]),
        (TicketStatus.WAITING, [ids.CLAIM]),
        (TicketStatus.DEFERRED, [ids.CLAIM]),
        (TicketStatus.CLAIMED, [ids.RESOLVE, ids.HOLD, ids.MORE]),
        (TicketStatus.ON_HOLD, [ids.RESOLVE, ids.RESUME, ids.MORE]),
        (TicketStatus.RESOLVED, [ids.REOPEN]),
        (TicketStatus.CLOSED, []),
    ],
)
def test_a_card_offers_what_the_status_allows(status: TicketStatus, buttons: list[str]) -> None:
    assert pressed(accepted(card.card(facts(status)))) == buttons


def test_a_card_tells_who_has_it() -> None:
    assert "<@UBEN>" in str(card.card(facts(TicketStatus.CLAIMED)))
    assert "<@UBEN>" in str(card.card(facts(TicketStatus.ON_HOLD)))


def test_a_card_without_a_link_has_no_empty_link() -> None:
    blocks = accepted(card.card(facts(TicketStatus.WAITING, link=None)))
    assert "<|" not in str(blocks)
    assert "None" not in str(blocks)


@pytest.mark.parametrize(("times", "said"), [(0, None), (1, "once"), (3, "3 times")])
def test_reopening_is_counted(times: int, said: str | None) -> None:
    words = str(card.card(facts(TicketStatus.WAITING, reopened=times)))
    assert ("eopened" in words) is bool(said)
    assert said is None or said in words


# --- Whatever people write --------------------------------------------------------------------------

NASTY_FACTS = [
    facts(
        status,
        question=NASTY,
        category=NASTY,
        reasons=(NASTY,),
        urgency_reasons=(NASTY,),
        resolution=NASTY,
        shown=tuple(suggestion(n, title=f"{n} {NASTY}", passage=NASTY, reasons=[NASTY]) for n in (1, 2)),
    )
    for status in TicketStatus
]


@pytest.mark.parametrize("known", NASTY_FACTS, ids=lambda known: known.status)
def test_nothing_that_a_person_wrote_means_anything_to_slack(known: Facts) -> None:
    page = pages.page(known, paged(words=(NASTY,), sure=0.9))
    passed = notices.passed_to_you(known, {"by": "UBEN", "reason": NASTY})
    said = [answer.answer(known), card.card(known), page, passed]
    lines = [text for fallback, blocks in said for text in (fallback, *texts(blocks))]
    params = {"who": "UBEN", "reason": NASTY}
    lines += [notices.opening(known), *(notices.thread_notice(name, known, params) for name in NOTICES)]
    line = Line(known.ticket, NASTY, LINK)
    lines += texts(home.home(BEN, mine=[line], queue=[line], waiting=[line], console=True))
    for form in (
        forms.hold(known.ticket),
        forms.transfer(known.ticket),
        forms.resolve(known.ticket, []),
    ):
        lines += texts(form)
    assert [line for line in lines if not powerless(line)] == []


@pytest.mark.parametrize("status", TicketStatus)
def test_the_longest_question_still_makes_a_message(status: TicketStatus) -> None:
    known = facts(status, question="word & <more> " * 3_000, resolution="x" * 4_000, shown=THREE)
    for text, blocks in (answer.answer(known), card.card(known)):
        slack.message_content(fit_message(text, blocks), updating=True)


@pytest.mark.parametrize("status", TicketStatus)
def test_a_question_of_nothing_but_markup_still_makes_a_message(status: TicketStatus) -> None:
    known = facts(status, question="<@UBEN> :tada:", resolution="")
    for text, blocks in (answer.answer(known), card.card(known)):
        slack.message_content(fit_message(text, blocks))


# --- Pages, notices, ratings ------------------------------------------------------------------------


@pytest.mark.parametrize("status", TicketStatus)
@pytest.mark.parametrize("link", [LINK, None])
@pytest.mark.parametrize("state", [{}, {"knew": True}, {"loud": True, "why": ""}, {"can_put_off": True}])
@pytest.mark.parametrize("seen", [{}, {"seen": True}, {"seen_by": "UCLEO"}])
def test_a_page_for_every_status(
    status: TicketStatus, link: str | None, state: dict[str, Any], seen: dict[str, Any]
) -> None:
    blocks = accepted(pages.page(facts(status, link=link), paged(**state, **seen)))
    if status is TicketStatus.WAITING:
        assert "16:30" in blocks[0]["text"]["text"], "the time is the reader's own"
        assert 1 <= len(pressed(blocks)) <= 3
        # Woken for it, one first says that one is awake, and claims then.
        assert ids.CLAIM in pressed(blocks) or (ids.ACKNOWLEDGE in pressed(blocks) and "can_put_off" in state)
    else:
        assert pressed(blocks) == [], "nothing is left to do for whoever was paged"


@pytest.mark.parametrize("name", NOTICES)
@pytest.mark.parametrize("who", ["UBEN", None])
@pytest.mark.parametrize("urgency", Urgency)
def test_every_notice_is_a_whole_sentence(name: str, who: str | None, urgency: Urgency) -> None:
    status = TicketStatus.DEFERRED if name in ("deferred", "put_off") else TicketStatus.WAITING
    known = facts(status, urgency=urgency, resolution="Removed the old profile.", resolved_by=BEN)
    said = notices.thread_notice(name, known, {"who": who, "reason": "the supplier answers tomorrow"})
    if who or name not in ("claimed", "transferred", "resumed"):
        assert said[0].isupper() or said.startswith("<@U")
    assert not re.search(r"\{(?!time\}|date_long_pretty\})", said)
    assert "None" not in said


def test_an_unknown_notice_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no notice"):
        notices.thread_notice("danced", facts(), {})


def test_nobody_on_call_says_what_to_do() -> None:
    assert "/oncall set" in notices.desk_notice("nobody_on_call", {})
    assert "<@UBEN>, <@UDEE>" in notices.desk_notice("exhausted", {"people": ["UBEN", "UDEE"]})


def test_a_rating_is_asked_once_and_then_noted() -> None:
    asked = accepted(notices.rating(7, None))
    assert pressed(asked) == [f"{ids.RATE}.{key}" for key in copy.RATINGS]
    noted = accepted(notices.rating(7, "good"))
    assert pressed(noted) == []


def test_passing_on_carries_the_reason() -> None:
    blocks = accepted(
        notices.passed_to_you(facts(TicketStatus.CLAIMED), {"by": "UDEE", "reason": "knows VPN"})
    )
    assert "knows VPN" in str(blocks)
    accepted(notices.passed_to_you(facts(TicketStatus.CLAIMED, link=None), {"by": "UDEE", "reason": ""}))


# --- Forms ------------------------------------------------------------------------------------------

MANY = [
    category(f"key{n}", f"Category number {n} with a rather long name that goes on and on and on")
    for n in range(130)
]


def test_every_form_is_accepted() -> None:
    row = ticket(TicketStatus.CLAIMED, category="mail")
    few = [category("vpn", "VPN"), category("mail", "Mail")]
    for form in (
        forms.ask(),
        forms.ask("my vpn drops"),
        forms.hold(row),
        forms.transfer(row),
        forms.resolve(row, few),
    ):
        assert fit_view(form) == form
        slack.view(form)


def test_a_form_with_more_categories_than_slack_takes_keeps_the_one_that_is_meant() -> None:
    form = fit_view(forms.resolve(ticket(category="key120"), MANY))
    kept = slack.view(form)["blocks"][2]["element"]
    assert kept["initial_option"]["value"] == "key120"


def test_the_form_begins_with_what_the_desk_believes() -> None:
    form = forms.resolve(ticket(category="mail", urgency=Urgency.LOW), [category("mail", "Mail")])
    chosen = [
        b["element"].get("initial_option", {}).get("value") for b in form["blocks"] if b["type"] == "input"
    ]
    assert chosen == [None, "mail", "low", None]


def test_a_category_that_is_gone_is_left_open() -> None:
    form = forms.resolve(ticket(category="gone"), [category("mail", "Mail")])
    slack.view(form)
    assert "initial_option" not in form["blocks"][2]["element"]


def test_a_form_knows_its_ticket() -> None:
    row = ticket(id=123456789)
    for form in (forms.hold(row), forms.transfer(row), forms.resolve(row, [category("a", "A")])):
        assert form["private_metadata"] == "123456789"


# --- App Home ---------------------------------------------------------------------------------------


def lines(*statuses: TicketStatus) -> list[Line]:
    return [Line(ticket(status, id=n), "VPN", LINK) for n, status in enumerate(statuses, 1)]


@pytest.mark.parametrize("who", [ADA, BEN, DEE], ids=["requester", "agent", "admin"])
@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("console", [True, False])
def test_app_home_for_everybody(who: Any, full: bool, console: bool) -> None:
    mine = lines(*TicketStatus) if full else []
    view = home.home(who, mine=mine, queue=mine, waiting=mine, console=console)
    assert fit_view(view) == view
    slack.view(view, home=True)


def test_a_requester_sees_no_queue_and_no_console() -> None:
    view = home.home(
        ADA, mine=[], queue=lines(TicketStatus.CLAIMED), waiting=lines(TicketStatus.WAITING), console=True
    )
    assert pressed(view["blocks"]) == [ids.HOME_ASK]


def test_an_agent_sees_what_waits_with_a_button_to_claim_it() -> None:
    view = home.home(BEN, mine=[], queue=[], waiting=lines(TicketStatus.WAITING), console=True)
    assert pressed(view["blocks"]) == [ids.HOME_ASK, ids.HOME_CONSOLE, ids.CLAIM]


def test_a_hundred_open_tickets_still_make_a_home() -> None:
    many = lines(*[TicketStatus.WAITING] * 100)
    slack.view(fit_view(home.home(BEN, mine=many, queue=many, waiting=many, console=True)), home=True)
