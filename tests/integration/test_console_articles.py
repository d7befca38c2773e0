"""The knowledge base in the console: the list, one article with all that is known, history, review, the tester."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from console_desk import NOW, TEAM, ConsoleDesk, Page
from sqlalchemy import select

from bot.web.console.article_review import months_later
from kb.articles import Content, Placement, draft, edit, publish
from kb.memory import SaidBy, remember, remembered
from kb.models import ArticleStatus, Audience
from kb.queries import get_article
from kb.review import FlagReason, open_flags, raise_flag
from kb.votes import Votes, votes
from triage.audit import AuditEntry
from triage.suggestions.models import Suggestion
from triage.vocabulary import Outcome

TODAY = NOW.date()


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine)


def article(
    desk: ConsoleDesk, title: str, body: str = "Do it.", *, published: bool = True, **place: object
) -> int:
    with desk.database.transaction() as session:
        placement = Placement(**({"category": "vpn"} | place))  # type: ignore[arg-type]
        made = draft(session, TEAM, Content(title, "", body), placement=placement, author="Dee", now=NOW)
        if published:
            publish(session, TEAM, made.id, now=NOW)
        return made.id


def flag(desk: ConsoleDesk, article_id: int, reason: FlagReason, detail: str = "") -> None:
    with desk.database.transaction() as session:
        raise_flag(session, TEAM, article_id, reason=reason, detail=detail, now=NOW)


def read(page: Page) -> str:
    """As somebody hears it: without a gap where a tag stood inside a word."""
    return " ".join(re.sub(r"<[^>]+>", "", page.html).split())


# The list


def test_the_list_is_filtered_by_all_that_an_article_is(desk: ConsoleDesk) -> None:
    article(desk, "For the desk", audience=Audience.AGENTS)
    article(desk, "Auf Deutsch", language="de", category="printing")
    article(desk, "Half written", published=False)
    ben = desk.browser("ben")

    def shown(query: str) -> list[str]:
        text = ben.get(f"/articles?{query}").text
        return [title for title in ("For the desk", "Auf Deutsch", "Half written") if title in text]

    assert shown("") == ["For the desk", "Auf Deutsch", "Half written"]
    assert shown("audience=agents") == ["For the desk"]
    assert shown("language=de&category=printing") == ["Auf Deutsch"]
    assert shown("status=draft") == ["Half written"]
    assert shown("language=fr") == []
    assert 'value="de" selected' in ben.get("/articles?language=de").html


def test_the_list_is_sorted_and_the_order_stays_in_the_address(desk: ConsoleDesk) -> None:
    article(desk, "Zebra")
    desk.now += timedelta(hours=1)
    with desk.database.transaction() as session:
        placement = Placement("vpn")
        draft(session, TEAM, Content("Ant", "", "x"), placement=placement, author="Dee", now=desk.now)
        session.flush()
        draft(
            session,
            TEAM,
            Content("bear", "", "x"),
            placement=placement,
            author="Dee",
            now=desk.now + timedelta(hours=1),
        )
    desk.now += timedelta(hours=2)
    ben = desk.browser("ben")

    def shown(query: str) -> list[str]:
        return re.findall(r">(Ant|bear|Zebra)</a>", ben.get(f"/articles{query}").html)

    assert shown("") == ["Ant", "bear", "Zebra"]
    assert shown("?order=changed") == ["bear", "Ant", "Zebra"]
    assert shown("?order=nonsense") == ["Ant", "bear", "Zebra"]
    page = ben.get("/articles?order=changed&category=vpn")
    assert 'name="order" value="changed"' in page.html
    assert "category=vpn&amp;order=title" in page.html or "order=title&amp;category=vpn" in page.html


def test_the_list_says_how_each_helps_and_what_is_due(desk: ConsoleDesk) -> None:
    helped = article(desk, "Helps", review_on=TODAY)
    flag(desk, helped, FlagReason.NEAR_DUPLICATE)
    ticket = desk.ticket()
    desk.decided(ticket, helped)
    with desk.database.transaction() as session:
        session.scalars(select(Suggestion)).one().outcome = Outcome.SOLVED
    for name, helpful in (("ben", "yes"), ("cleo", "yes"), ("dee", "no")):
        browser = desk.browser(name)
        browser.get(f"/articles/{helped}")
        browser.post(f"/articles/{helped}/vote", helpful=helpful)

    text = read(desk.browser("ben").get("/articles"))

    assert "Says much the same as another" in text
    assert "Review due" in text
    assert "Solved: 1" in text
    assert "Votes: Helpful for 2 ✓, not for 1 ✗" in text
    assert "To review 1" in text


# One article


def test_a_vote_can_be_changed_and_counts_once(desk: ConsoleDesk) -> None:
    vpn = desk.article()
    ben = desk.browser("ben")
    ben.get(f"/articles/{vpn}")

    ben.post(f"/articles/{vpn}/vote", helpful="yes")
    page = ben.post(f"/articles/{vpn}/vote", follow=True, helpful="no")

    assert "Thanks. Your vote counts" in page.text
    assert "0 helpful, 1 not" in page.text
    assert "✓ Not helpful" in page.text
    with desk.database.reading() as session:
        assert votes(session, TEAM, vpn) == Votes(0, 1)
    assert ben.post("/articles/987654/vote", helpful="yes").status == 404


def test_links_and_pictures_are_shown_as_what_they_are(desk: ConsoleDesk) -> None:
    vpn = desk.article(
        body="Get [the form](https://x.example/form.pdf), see ![the dialog](https://x.example/d.png) "
        "and [this](javascript:alert(1))."
    )
    page = desk.browser("ben").get(f"/articles/{vpn}")

    assert page.html.count('href="https://x.example/form.pdf"') == 2  # in its place and in the list
    assert "the dialog picture" in page.text
    assert "<img src=" not in page.html.split("<main")[1]
    assert 'href="javascript' not in page.html


def test_the_history_shows_what_changed_and_brings_it_back(desk: ConsoleDesk) -> None:
    vpn = desk.article(body="1. Reconnect.\n2. Wait a minute.")
    with desk.database.transaction() as session:
        old = get_article(session, TEAM, vpn)
        new = Content("VPN drops", old.summary, "1. Reconnect.\n2. Wait ten minutes.", old.aliases)
        edit(session, TEAM, vpn, new, based_on=1, author="Cleo", now=NOW + timedelta(hours=1))
    ben = desk.browser("ben")

    page = ben.get(f"/articles/{vpn}/history")

    text = read(page)
    assert "From revision 1 by dee" in text
    assert "Removed: 2. Wait a minute." in text
    assert "Added: 2. Wait ten minutes." in text
    assert "<mark>ten</mark>" in page.html
    assert "Removed: Error 628" in text
    assert "Both say the same" in ben.get(f"/articles/{vpn}/history?from=2&to=2").text
    assert ben.get(f"/articles/{vpn}/history?from=9").status == 404

    back = ben.post(f"/articles/{vpn}/revisions/1/restore", follow=True, based_on=2)

    assert "Revision 1 is back, as revision 3." in back.text
    with desk.database.reading() as session:
        now = get_article(session, TEAM, vpn)
    assert (now.title, now.codes, now.revision, now.author) == (old.title, old.codes, 3, "Ben")


def test_nothing_is_brought_back_over_somebody_elses_edit(desk: ConsoleDesk) -> None:
    vpn = desk.article()
    with desk.database.transaction() as session:
        for number in (1, 2):
            content = Content("VPN", "", f"Version {number}.")
            edit(session, TEAM, vpn, content, based_on=number, author="Cleo", now=NOW)
    ben = desk.browser("ben")
    ben.get(f"/articles/{vpn}/history")

    page = ben.post(
        f"/articles/{vpn}/revisions/1/restore",
        follow=True,
        based_on=2,
        back=f"/console/articles/{vpn}/history",
    )

    assert "Somebody saved this article" in page.text
    with desk.database.reading() as session:
        assert get_article(session, TEAM, vpn).revision == 3
    assert ben.post(f"/articles/{vpn}/revisions/7/restore", based_on=3).status == 404


def test_what_search_learned_is_shown_and_an_admin_makes_it_forget(desk: ConsoleDesk) -> None:
    vpn = desk.article()
    with desk.database.transaction() as session:
        for text, helped in (("it drops in the <b>tunnel</b>", True), ("printer is jammed", False)):
            remember(
                session, TEAM, text=text, article_id=vpn, helped=helped, said_by=SaidBy.REQUESTER, now=NOW
            )
    ben, dee = desk.browser("ben"), desk.browser("dee")

    page = ben.get(f"/articles/{vpn}")

    assert "Solved it drops in the" in page.text
    assert "<b>tunnel" not in page.html
    assert "Did not help printer is jammed" in page.text
    with desk.database.reading() as session:
        wrong = next(row.id for row in remembered(session, TEAM, vpn) if not row.helped)
    assert ben.post(f"/articles/{vpn}/learned/{wrong}/forget").status == 403
    dee.get(f"/articles/{vpn}")
    after = dee.post(f"/articles/{vpn}/learned/{wrong}/forget", follow=True)
    dee.post(f"/articles/{vpn}/learned/{wrong}/forget")

    assert "printer is jammed" not in after.text
    with desk.database.reading() as session:
        assert [row.text for row in remembered(session, TEAM, vpn)] == ["it drops in the <b>tunnel</b>"]
        assert list(session.scalars(select(AuditEntry.what))) == ["memory.forgotten"]


def test_an_admin_takes_back_what_was_learned_since_a_moment(desk: ConsoleDesk) -> None:
    vpn = desk.article()
    with desk.database.transaction() as session:
        for hours, text in ((5, "drops on the train"), (2, "drops in the tunnel"), (1, "drops at sea")):
            at = NOW - timedelta(hours=hours)
            remember(session, TEAM, text=text, article_id=vpn, helped=True, said_by=SaidBy.REQUESTER, now=at)
    ben, dee = desk.browser("ben"), desk.browser("dee")

    assert "drops at sea" in ben.get("/articles/learned").text
    assert "Take back" not in ben.get("/articles/learned").text
    assert ben.post("/articles/learned/roll-back", since="2027-03-02T07:00:00+00:00").status == 403

    # 08:00 in Berlin, where Dee is, is 07:00 UTC.
    counted = dee.get("/articles/learned?since=2027-03-02T08:00")
    assert "2 questions learned since" in counted.text
    since = re.search(r'name="since" value="(2027[^"]+\+00:00)"', counted.html)
    assert since is not None
    after = dee.post("/articles/learned/roll-back", follow=True, since=since[1])

    assert "Forgotten: 2 questions." in after.text
    assert "drops at sea" not in after.text
    assert "drops on the train" in after.text
    at = re.search(r'name="at" value="([^"]+)"', after.html)
    assert at is not None
    back = dee.post("/articles/learned/restore", follow=True, at=at[1])
    assert "Brought back: 2 questions." in back.text
    assert "drops at sea" in back.text
    with desk.database.reading() as session:
        audited = list(session.scalars(select(AuditEntry.what).order_by(AuditEntry.id)))
    assert audited == ["memory.rolled_back", "memory.restored"]


@pytest.mark.parametrize("since", ["", "yesterday", "2027-03-02T08:00", "9999-99-99", "0001-01-01T00:00"])
def test_a_moment_that_cannot_be_read_forgets_nothing(desk: ConsoleDesk, since: str) -> None:
    vpn = desk.article()
    with desk.database.transaction() as session:
        remember(session, TEAM, text="it drops", article_id=vpn, helped=True, said_by=SaidBy.AGENT, now=NOW)
    dee = desk.browser("dee")
    assert dee.get("/articles/learned", query_string={"since": since}).status == 200

    assert "Say since when." in dee.post("/articles/learned/roll-back", follow=True, since=since).text
    dee.post("/articles/learned/restore", at=since)

    with desk.database.reading() as session:
        assert len(remembered(session, TEAM, vpn)) == 1


# Review


def test_the_queue_shows_what_waits_and_settling_empties_it(desk: ConsoleDesk) -> None:
    due = article(desk, "Due today", review_on=TODAY)
    gone = article(desk, "Its source is gone")
    flag(desk, gone, FlagReason.SOURCE_GONE, "https://old.example <script>alert(1)</script>")
    article(desk, "A draft", published=False)
    ben = desk.browser("ben")

    page = ben.get("/articles/review")
    for words in ("To review 3", "Due today", "Its source is gone", "Gone where it came from", "A draft"):
        assert words in page.text
    assert "<script>alert" not in page.html

    with desk.database.reading() as session:
        (raised,) = open_flags(session, TEAM)[gone]
    back = "/console/articles/review"
    settled = ben.post(f"/articles/flags/{raised.id}/settle", follow=True, back=back)
    again = ben.post(f"/articles/flags/{raised.id}/settle", follow=True, back=back)
    right = ben.post(f"/articles/{due}/still-right", follow=True, back=back)

    assert "Settled." in settled.text
    assert "Somebody else settled this" in again.text
    assert "It comes up again on 2 September 2027." in right.text
    assert "To review 1" in right.text
    with desk.database.reading() as session:
        assert get_article(session, TEAM, due).review_on == date(2027, 9, 2)
        assert get_article(session, TEAM, due).status is ArticleStatus.PUBLISHED
    assert ben.post("/articles/987654/still-right").status == 404


def test_publishing_and_editing_settle_what_they_answer(desk: ConsoleDesk) -> None:
    fresh = article(desk, "From a ticket", published=False)
    tired = article(desk, "Stopped helping")
    for reason in (FlagReason.FROM_TICKET, FlagReason.CONFLICT):
        flag(desk, fresh, reason)
    for reason in (FlagReason.STOPPED_HELPING, FlagReason.CONFLICT):
        flag(desk, tired, reason)
    dee = desk.browser("dee")
    dee.get("/articles/review")

    dee.post(f"/articles/{fresh}/publish")
    dee.post(
        f"/articles/{tired}/edit",
        title="Helps again",
        body="Do that.",
        based_on=1,
        category="vpn",
        language="en",
        audience="everyone",
    )

    with desk.database.reading() as session:
        left = {key: [flag.reason for flag in found] for key, found in open_flags(session, TEAM).items()}
    assert left == {fresh: [FlagReason.CONFLICT], tired: [FlagReason.CONFLICT]}


def test_an_empty_queue_says_what_would_stand_there(desk: ConsoleDesk) -> None:
    assert "Nothing to review" in desk.browser("ben").get("/articles/review").text


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2027, 3, 2), date(2027, 9, 2)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2027, 12, 31), date(2028, 6, 30)),
    ],
)
def test_six_months_later_is_a_day_that_exists(day: date, later: date) -> None:
    assert months_later(day, 6) == later


# The tester


def test_the_tester_says_what_is_found_and_why(desk: ConsoleDesk) -> None:
    desk.article()
    for n in range(12):
        article(desk, f"Printer {n} is jammed", "Open the tray and pull the paper out.", category="printing")
    ben = desk.browser("ben")

    page = ben.get("/articles/try?q=my vpn dropps on mobile networks")

    assert "shown" in page.text
    assert "VPN drops on mobile networks" in page.text
    assert "dropps as drops" in read(page)
    assert "%" in page.text
    assert ben.get("/articles/try").status == 200


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("qzx wvut", "Nothing is shown."),
        ("🙂", "Nothing is shown."),
        ("x" * 5000, "Nothing is shown."),
        ("<script>alert(1)</script>", "Nothing is shown."),
    ],
)
def test_the_tester_explains_why_nothing_is_shown(desk: ConsoleDesk, question: str, said: str) -> None:
    ben = desk.browser("ben")
    assert "No article is published yet" in ben.get("/articles/try", query_string={"q": question}).text
    desk.article()
    desk.desk.indexes.forget(TEAM)

    page = ben.get("/articles/try", query_string={"q": question})

    assert said in page.text
    assert "<script>alert" not in page.html


def test_the_tester_says_when_no_article_is_in_the_language_of_the_question(desk: ConsoleDesk) -> None:
    desk.article()

    page = desk.browser("ben").get(
        "/articles/try?q=meine VPN Verbindung bricht im Zug immer wieder ab, was kann ich machen?"
    )

    assert "reads as German, and no article is written in it" in page.text


def test_the_tester_searches_for_whom_one_picks(desk: ConsoleDesk) -> None:
    article(desk, "Reset the firewall after hours", audience=Audience.AGENTS)
    article(desk, "Paper jam")
    ben = desk.browser("ben")

    link = ">Reset the firewall after hours</a>"
    question = "/articles/try?q=reset the firewall after hours"
    assert link not in ben.get(question).html
    assert link in ben.get(f"{question}&audience=agents").html


def test_requesters_see_none_of_it(desk: ConsoleDesk) -> None:
    vpn = desk.article()
    for path in ("/articles/review", "/articles/try", f"/articles/{vpn}/history", "/articles/new"):
        assert desk.browser("").get(path).status == 401
