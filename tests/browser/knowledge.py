"""A knowledge base with something of everything, and the console's screens that show it."""

from datetime import timedelta

from playwright.sync_api import Browser, Page, expect

from bot.demo import Demo
from bot.playground import cast
from kb.articles import Content, Placement, draft, edit
from kb.memory import SaidBy, remember
from kb.own_weights import Judgement, adopt
from kb.queries import get_article
from kb.ranker import shipped_rankers
from kb.review import FlagReason, raise_flag, still_right
from kb.votes import vote

TEAM = str(cast.TEAM["id"])
SLUG = "vpn-drops-on-mobile-networks"
TYPO = "my vpn dorps on the tarin"


def fill(demo: Demo) -> dict[str, str]:
    """Name → path of every screen of the knowledge base, none of them empty."""
    desk, now = demo.assembly.desk, demo.slack.now()
    with desk.database.transaction() as session:
        vpn = get_article(session, TEAM, SLUG)
        changed = (
            vpn.body.replace("ten seconds", "half a minute")
            + "\n\nSee [the form](https://example.com/form.pdf)."
        )
        content = Content(
            vpn.title, vpn.summary, changed, vpn.aliases, vpn.symptoms, (*vpn.codes, "Error 720")
        )
        edit(session, TEAM, vpn.id, content, based_on=vpn.revision, author="Cleo Marchetti", now=now)
        for voter, helpful in (("UADA", True), ("UELI", True), ("UBEN", False)):
            vote(session, TEAM, vpn.id, voter=voter, helpful=helpful, now=now)
        detail = "2 of the newest 14 said that it solved their question."
        raise_flag(session, TEAM, vpn.id, reason=FlagReason.STOPPED_HELPING, detail=detail, now=now)
        for text, helped in (
            ("it always goes away in the tunnel", True),
            ("sap says the licence is used up", False),
        ):
            remember(
                session, TEAM, text=text, article_id=vpn.id, helped=helped, said_by=SaidBy.REQUESTER, now=now
            )
        before, after = Judgement(0.61, 0.67, 0.03), Judgement(0.66, 0.6, 0.1)
        for by_meaning in (False, True):
            own = shipped_rankers().fitting(by_meaning=by_meaning)
            adopt(session, TEAM, own, by_meaning=by_meaning, outcomes=64, before=before, after=after, now=now)
        due = get_article(session, TEAM, "mailbox-full")
        yesterday = (now - timedelta(days=1)).date()
        still_right(session, TEAM, due.id, look_again=yesterday, by="Dee", now=now)
        fresh = draft(
            session,
            TEAM,
            Content("Label printer prints every second label blank", "", "1. Take the roll out."),
            placement=Placement("printing"),
            author="Ben Lindqvist",
            now=now,
        )
        raise_flag(session, TEAM, fresh.id, reason=FlagReason.FROM_TICKET, detail="Ticket 3", now=now)
        article = f"/console/articles/{vpn.id}"
    return {
        "articles": "/console/articles",
        "article": article,
        "history": f"{article}/history",
        "editor": f"{article}/edit",
        "new": "/console/articles/new",
        "learned": "/console/articles/learned?since=2026-01-01T08:00",
        "review": "/console/articles/review",
        "try": f"/console/articles/try?q={TYPO}",
        "try-nothing": "/console/articles/try?q=the coffee machine is out of beans",
    }


def signed_in(browser: Browser, demo: Demo, name: str = "Dee", **look: object) -> Page:
    """A window of one's own on the console."""
    page = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **look}).new_page()  # type: ignore[arg-type]
    page.goto(f"{demo.url}/console/")
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("navigation", name="Screens")).to_be_visible()
    return page


def conflicted(page: Page, demo: Demo, path: str) -> None:
    """The editor, after somebody else was quicker."""
    page.goto(f"{demo.url}{path}")
    article_id = int(path.split("/")[3])
    with demo.assembly.desk.database.transaction() as session:
        saved = get_article(session, TEAM, article_id)
        theirs = Content(saved.title, saved.summary, saved.body.replace("VPN", "company VPN"))
        edit(
            session,
            TEAM,
            article_id,
            theirs,
            based_on=saved.revision,
            author="Ben Lindqvist",
            now=demo.slack.now(),
        )
    page.get_by_label("Text, in Markdown").fill("## Try this first\n1. Wait a minute.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="saved revision")).to_be_visible()


def filled_in_badly(page: Page, demo: Demo) -> None:
    """The editor, sent with something missing."""
    page.goto(f"{demo.url}/console/articles/new")
    page.get_by_label("Owner").fill("somebody")
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_text("Give it a title").first).to_be_visible()
