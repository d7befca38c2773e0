"""The queue and one ticket: filters, claims, actions, refusals said kindly, hostile text made harmless."""

import pytest
import sqlalchemy as sa
from console_desk import ConsoleDesk
from sqlalchemy import select

from triage.tickets import claims
from triage.tickets.models import Label, Ticket
from triage.vocabulary import TicketStatus, Urgency

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> "quoted" {{ 7*7 }} <@UBEN>'


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine)


def test_the_most_urgent_then_longest_waiting_comes_first(desk: ConsoleDesk) -> None:
    desk.ticket("young and slow", minutes_ago=1)
    desk.ticket("old and slow", minutes_ago=50)
    desk.ticket("everybody is stopped", urgency=Urgency.CRITICAL, minutes_ago=2)

    text = desk.browser("ben").get("/").text

    order = [text.index(words) for words in ("everybody is stopped", "old and slow", "young and slow")]
    assert order == sorted(order)


def test_filters_narrow_and_stay_in_the_address(desk: ConsoleDesk) -> None:
    desk.ticket("VPN drops on the train", urgency=Urgency.HIGH)
    jam = desk.ticket("Paper jam on floor 3", category="printing")
    desk.ticket("Screen flickers", status=TicketStatus.SUGGESTED)
    desk.ticket("Ben is on this", status=TicketStatus.CLAIMED, agent="ben")
    ben = desk.browser("ben")

    def shown(query: str) -> list[str]:
        text = ben.get(f"/?{query}").text
        return [
            words for words in ("VPN drops", "Paper jam", "Screen flickers", "Ben is on") if words in text
        ]

    assert shown("") == ["VPN drops", "Paper jam"]
    assert shown("category=printing") == ["Paper jam"]
    assert shown("urgency=high") == ["VPN drops"]
    assert shown("q=TRAIN+drops") == ["VPN drops"]
    assert shown("q=100%25") == []
    assert shown("show=mine") == ["Ben is on"]
    assert shown("show=open") == ["VPN drops", "Paper jam", "Screen flickers", "Ben is on"]
    assert shown(f"show=all&q=%23{jam}") == ["Paper jam"]
    page = ben.get("/?show=open&category=printing&order=oldest")
    assert 'value="printing" selected' in page.html
    assert 'value="oldest" selected' in page.html
    assert "/console/?show=open&amp;category=printing&amp;order=newest" in page.html


def test_each_group_says_how_many_and_links_to_them(desk: ConsoleDesk) -> None:
    desk.ticket("one")
    desk.ticket("two", status=TicketStatus.CLAIMED, agent="ben")

    text = desk.browser("ben").get("/").text

    assert "Waiting 1 Mine 1 Open 2 All" in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Nobody is waiting for a person"),
        ("?show=mine", "You have no tickets right now"),
        ("?show=open", "Nothing is open"),
        ("?show=all", "No tickets yet"),
        ("?q=nothing", "Clear the filters"),
        ("?page=7", "Go to the first page"),
    ],
)
def test_an_empty_list_says_what_to_do(desk: ConsoleDesk, query: str, said: str) -> None:
    assert said in desk.browser("ben").get(f"/{query}").text


def test_pages(desk: ConsoleDesk) -> None:
    for number in range(27):
        desk.ticket(f"question number {number}", minutes_ago=100 - number)
    ben = desk.browser("ben")

    first, second = ben.get("/"), ben.get("/?page=2")

    assert "1 to 25 of 27" in first.text
    assert "question number 24" in first.text
    assert 'rel="next"' in first.html
    assert "26 to 27 of 27" in second.text
    assert "question number 26" in second.text
    assert 'rel="next"' not in second.html


def test_claimed_from_the_queue(desk: ConsoleDesk) -> None:
    ticket = desk.ticket()
    ben = desk.browser("ben")
    ben.get("/?urgency=medium")

    answer = ben.post(f"/tickets/{ticket}/take", back="/console/?urgency=medium")

    assert answer.location == "/console/?urgency=medium"
    assert f"Ticket {ticket} is yours." in ben.get("/?urgency=medium").text
    assert desk.status(ticket) is TicketStatus.CLAIMED
    assert desk.jobs.ids("deliver")  # the requester is told


def test_of_two_claims_the_second_is_told_kindly_by_name(desk: ConsoleDesk) -> None:
    ticket = desk.ticket()
    ben, cleo = desk.browser("ben"), desk.browser("cleo")
    ben.get("/")
    cleo.get("/")

    ben.post(f"/tickets/{ticket}/take")
    late = cleo.post(f"/tickets/{ticket}/take", follow=True)

    assert "@Ben was a moment quicker and is on it already. Thanks for offering." in late.text
    assert "UBEN" not in late.text

    later = cleo.post(f"/tickets/{ticket}/claim")
    assert later.status == 409
    assert "@Ben was a moment quicker" in later.text


def test_a_ticket_tells_its_story(desk: ConsoleDesk) -> None:
    ticket = desk.ticket("VPN drops, says <@UCLEO>")
    desk.decided(ticket, desk.article())

    text = desk.browser("ben").get(f"/tickets/{ticket}").text

    for words in (
        "VPN drops, says @Cleo",
        "Ada asked in a help channel",
        "Ada asked for a person",
        "The bot answered",
        "Category: VPN and remote access",
        "91 %",
        "starter-1234abcd",
        "3.2 ms",
        "speaks against",
        "slow one person down",
        "VPN drops on mobile networks",
        "72 %",
        "the title says VPN drops",
    ):
        assert words in text


def test_the_life_of_a_ticket_by_clicking(desk: ConsoleDesk) -> None:
    ticket, article = desk.ticket(), desk.article()
    desk.decided(ticket, article)
    ben, cleo = desk.browser("ben"), desk.browser("cleo")
    ben.get("/")
    cleo.get("/")
    with desk.database.reading() as session:
        cleo_id = desk.someone(session, "cleo").id

    assert f"Ticket {ticket} is yours." in ben.post(f"/tickets/{ticket}/claim", follow=True).text
    assert "on hold" in ben.post(f"/tickets/{ticket}/hold", follow=True, reason="a cable is on order").text
    assert "goes on" in ben.post(f"/tickets/{ticket}/resume", follow=True).text
    assert "is with Cleo now" in ben.post(f"/tickets/{ticket}/transfer", follow=True, to=cleo_id).text
    assert "back in the queue" in cleo.post(f"/tickets/{ticket}/release", follow=True).text
    solved = ben.post(
        f"/tickets/{ticket}/resolve",
        follow=True,
        how="The old profile was still there.",
        category="vpn",
        urgency="high",
        article=article,
    )
    assert "is resolved" in solved.text
    assert "The old profile was still there." in solved.text
    assert "as predicted" in solved.text
    assert "corrected from Medium" in solved.text
    assert "solved it" in solved.text
    assert "open again" in cleo.post(f"/tickets/{ticket}/reopen", follow=True, reason="it is back").text
    with desk.database.reading() as session:
        labels = {str(row.field): row.value for row in session.scalars(select(Label))}
    assert labels == {"category": "vpn", "urgency": "high"}


def test_only_what_fits_the_status_is_offered(desk: ConsoleDesk) -> None:
    waiting, claimed = desk.ticket(), desk.ticket("other", status=TicketStatus.CLAIMED)
    ben = desk.browser("ben")

    offered = [
        {
            a
            for a in ("claim", "release", "hold", "resume", "transfer", "resolve", "reopen")
            if f'/{a}"' in page.html
        }
        for page in (ben.get(f"/tickets/{waiting}"), ben.get(f"/tickets/{claimed}"))
    ]

    assert offered == [{"claim", "resolve"}, {"release", "hold", "transfer", "resolve"}]


def test_a_refused_form_keeps_what_was_typed(desk: ConsoleDesk) -> None:
    ticket = desk.ticket()
    ben = desk.browser("ben")
    ben.get("/")

    empty = ben.post(f"/tickets/{ticket}/resolve", how="  ", category="vpn")
    unknown = ben.post(f"/tickets/{ticket}/resolve", how="It was <b>the cable</b>", category="gone")

    assert (empty.status, "Write in a sentence" in empty.text) == (409, True)
    assert "That category is gone" in unknown.text
    assert "It was &lt;b&gt;the cable&lt;/b&gt;" in unknown.html
    assert desk.status(ticket) is TicketStatus.WAITING
    assert ben.get(f"/tickets/{ticket}/resolve").location == f"/console/tickets/{ticket}"


@pytest.mark.parametrize("to", ["", "0", "987654", "x", "ada"])
def test_a_ticket_is_passed_to_agents_only(desk: ConsoleDesk, to: str) -> None:
    ticket = desk.ticket(status=TicketStatus.CLAIMED)
    if to == "ada":
        with desk.database.reading() as session:
            to = str(desk.someone(session, "ada").id)
    ben = desk.browser("ben")
    ben.get("/")

    page = ben.post(f"/tickets/{ticket}/transfer", to=to, reason="you know this")

    assert page.status == 409
    assert desk.status(ticket) is TicketStatus.CLAIMED


def test_what_no_longer_fits_is_said_and_changes_nothing(desk: ConsoleDesk) -> None:
    ticket = desk.ticket()
    ben = desk.browser("ben")
    ben.get("/")

    page = ben.post(f"/tickets/{ticket}/hold")

    assert "That no longer fits: this ticket is now “Waits for a person”." in page.text
    assert not desk.jobs.enqueued


def test_hostile_text_is_shown_and_does_nothing(desk: ConsoleDesk) -> None:
    ticket = desk.ticket(HOSTILE)
    ben = desk.browser("ben")

    for page in (
        ben.get("/"),
        ben.get(f"/tickets/{ticket}"),
        ben.get(f"/?q={HOSTILE}"),
        ben.get("/?category=%3Cb%3E"),
    ):
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html
        assert "49" not in page.text
        assert "<b>" not in page.html
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;" in ben.get(f"/tickets/{ticket}").html


def test_a_question_without_words_can_still_be_opened(desk: ConsoleDesk) -> None:
    desk.ticket(":tada:")

    assert "(no words)" in desk.browser("ben").get("/").text


@pytest.mark.parametrize(
    "path", ["/tickets/987654", "/tickets/x", "/nowhere", "/articles/987654", "/tickets/99999999999999999999"]
)
def test_what_is_not_there_is_said_plainly(desk: ConsoleDesk, path: str) -> None:
    page = desk.browser("ben").get(path)

    assert (page.status, "Nothing here" in page.text) == (404, True)


def test_an_action_is_undone_as_a_whole_when_it_breaks(
    desk: ConsoleDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = desk.ticket()
    ben = desk.browser("ben")
    ben.get("/")

    def breaks(*_args: object, **_more: object) -> None:
        raise RuntimeError("a text that nobody should see")

    monkeypatch.setattr(claims, "_tell", breaks)
    page = ben.post(f"/tickets/{ticket}/claim")

    assert page.status == 500
    assert "nobody should see" not in page.text
    # The rollback let go of the reader too; the page still knows whom it speaks to and where they can go on.
    assert [words in page.text for words in ("That did not work", "Ben", "Back to the queue")] == [True] * 3
    assert "is yours" not in ben.get("/").text
    with desk.database.reading() as session:
        assert session.get_one(Ticket, ticket).claimed_by_id is None
