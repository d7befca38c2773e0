"""The editor: drafts, revisions, what is missing said by field, two people at once, and who may do what."""

import re

import pytest
import sqlalchemy as sa
from console_desk import TEAM, ConsoleDesk, Page
from sqlalchemy import select

from kb.models import ArticleStatus
from kb.queries import ArticleView, get_article, get_history, list_articles
from triage.audit import AuditEntry

FIELDS = {
    "title": "VPN drops on mobile networks",
    "summary": "Keep the VPN up.",
    "body": "## Try\n1. Reconnect.",
    "aliases": "vpn dies",
    "symptoms": "Reconnecting",
    "codes": "Error 628",
    "category": "vpn",
    "audience": "everyone",
    "language": "en",
    "owner": "",
    "review_on": "",
}
HOSTILE = (
    '<script>alert(1)</script> <img src=x onerror="go()"> [x](javascript:alert(1)) '
    "<!channel> <@UBEN> {{ 7*7 }} ![p](https://elsewhere.example/p.png)"
)


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine)


def read(desk: ConsoleDesk, article_id: int) -> ArticleView:
    with desk.database.reading() as session:
        return get_article(session, TEAM, article_id)


def hidden(page: Page, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.html)
    assert found, name
    return found[1]


def test_an_agent_drafts_and_an_admin_publishes(desk: ConsoleDesk) -> None:
    ben, dee = desk.browser("ben"), desk.browser("dee")
    ben.get("/articles/new")

    answer = ben.post(
        "/articles/new",
        **(FIELDS | {"aliases": "vpn dies\r\n\r\n vpn gone \r\nvpn dies", "review_on": "2027-09-01"}),
    )

    article_id = int(answer.location.rsplit("/", 1)[1])
    article = read(desk, article_id)
    assert article.status is ArticleStatus.DRAFT
    assert (article.aliases, article.author) == (("vpn dies", "vpn gone"), "Ben")
    assert str(article.review_on) == "2027-09-01"
    assert "Nobody is shown it until it is published" in ben.get(f"/articles/{article_id}").text
    assert ben.post(f"/articles/{article_id}/publish").status == 403
    assert ben.post("/articles/new", **FIELDS, publish="1").status == 403
    with desk.database.reading() as session:
        assert len(list_articles(session, TEAM)) == 1

    dee.get(f"/articles/{article_id}")
    assert "Published." in dee.post(f"/articles/{article_id}/publish", follow=True).text
    assert read(desk, article_id).status is ArticleStatus.PUBLISHED
    dee.post(f"/articles/{article_id}/publish")
    dee.post(f"/articles/{article_id}/archive")
    dee.post(f"/articles/{article_id}/draft")
    assert read(desk, article_id).status is ArticleStatus.DRAFT
    with desk.database.reading() as session:
        audited = list(session.scalars(select(AuditEntry.what).order_by(AuditEntry.id)))
    assert audited == ["article.drafted", "article.published", "article.archived", "article.made_a_draft"]


def test_an_edit_of_a_published_article_is_seen_at_once(desk: ConsoleDesk) -> None:
    article = desk.article()
    ben = desk.browser("ben")
    page = ben.get(f"/articles/{article}/edit")
    assert 'value="VPN drops on mobile networks"' in page.html

    saved = ben.post(f"/articles/{article}/edit", follow=True, **(FIELDS | {"owner": "network"}), based_on=1)

    assert "Revision 2 is saved, and people see it" in saved.text
    assert read(desk, article).owner == "network"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "  ", "Give it a title"),
        ("title", "x" * 301, "The title has 301 characters; 300 fit."),
        ("body", "", "Write what to do."),
        ("category", "gone", "This category is gone."),
        ("language", "klingon", "Pick the language"),
        ("audience", "the world", "Pick who may read it."),
        ("owner", "o" * 121, "At most 120 characters fit."),
        ("review_on", "next summer", "Write the day like 2027-06-30."),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(
    desk: ConsoleDesk, field: str, value: str, said: str
) -> None:
    ben = desk.browser("ben")
    ben.get("/articles/new")

    page = ben.post("/articles/new", **(FIELDS | {"summary": "Typed with care.", field: value}))

    assert page.status == 422
    assert said in page.text
    assert "Typed with care." in page.text
    assert f'id="{field}-problem"' in page.html
    assert 'aria-invalid="true"' in page.html
    with desk.database.reading() as session:
        assert list_articles(session, TEAM) == []


def test_two_people_at_once_lose_nothing_and_choose(desk: ConsoleDesk) -> None:
    article = desk.article()
    ben, cleo = desk.browser("ben"), desk.browser("cleo")
    ben.get(f"/articles/{article}/edit")
    cleo.get(f"/articles/{article}/edit")
    ben.post(
        f"/articles/{article}/edit", **(FIELDS | {"body": "## Try\n1. Restart it."}), based_on=1, began_at=1
    )

    late = cleo.post(
        f"/articles/{article}/edit", **(FIELDS | {"body": "## Try\n1. Wait."}), based_on=1, began_at=1
    )

    assert late.status == 409
    assert "Ben saved revision 2 first" in late.text
    said = " ".join(re.sub(r"<[^>]+>", "", late.html).split())
    assert "Removed: 1. Reconnect." in said
    assert "Added: 1. Restart it." in said
    assert "1. Wait." in late.html
    assert "Save both together" not in late.text  # the same field
    assert read(desk, article).body == "## Try\n1. Restart it."
    assert (hidden(late, "based_on"), hidden(late, "began_at")) == ("2", "1")

    cleo.post(f"/articles/{article}/edit", **(FIELDS | {"body": "## Try\n1. Wait."}), based_on=2, began_at=1)

    assert read(desk, article).body == "## Try\n1. Wait."
    with desk.database.reading() as session:
        authors = [revision.author for revision in get_history(session, TEAM, article)]
    assert authors == ["Cleo", "Ben", "dee"]


def test_changes_to_different_parts_are_saved_together(desk: ConsoleDesk) -> None:
    article = desk.article()
    ben, cleo = desk.browser("ben"), desk.browser("cleo")
    ben.get(f"/articles/{article}/edit")
    cleo.get(f"/articles/{article}/edit")
    ben.post(f"/articles/{article}/edit", **(FIELDS | {"summary": "Stay online."}), based_on=1, began_at=1)
    mine = FIELDS | {"codes": "Error 628\nError 691"}

    late = cleo.post(f"/articles/{article}/edit", **mine, based_on=1, began_at=1)
    assert "Save both together" in late.text
    cleo.post(f"/articles/{article}/edit", **mine, based_on=2, began_at=1, both="1")

    now = read(desk, article)
    assert (now.summary, now.codes, now.revision) == ("Stay online.", ("Error 628", "Error 691"), 3)


def test_saving_what_is_the_same_makes_no_revision(desk: ConsoleDesk) -> None:
    article = desk.article()
    ben = desk.browser("ben")
    ben.get(f"/articles/{article}/edit")

    page = ben.post(f"/articles/{article}/edit", follow=True, **FIELDS, based_on=1)

    assert "Nothing was changed" in page.text
    assert read(desk, article).revision == 1


def test_an_agent_opens_no_published_article_to_more_people(desk: ConsoleDesk) -> None:
    article = desk.article()
    ben, dee = desk.browser("ben"), desk.browser("dee")
    for browser in (ben, dee):
        browser.get(f"/articles/{article}/edit")
    wider = FIELDS | {"audience": "public"}

    refused = ben.post(f"/articles/{article}/edit", **wider, based_on=1)
    assert refused.status == 422
    assert "only an admin can open it to more people" in refused.text
    assert (
        ben.post(f"/articles/{article}/edit", **(FIELDS | {"audience": "agents"}), based_on=1).status == 303
    )
    assert dee.post(f"/articles/{article}/edit", **wider, based_on=2).status == 303
    assert read(desk, article).audience == "public"


def test_a_preview_shows_slack_and_the_web_and_saves_nothing(desk: ConsoleDesk) -> None:
    article = desk.article()
    ben = desk.browser("ben")
    ben.get(f"/articles/{article}/edit")
    changed = FIELDS | {
        "body": "## New\nPress **Reconnect** <now> & `wait`.\n\n> a quote\n\n```\nping a\n```"
    }

    page = ben.post("/articles/preview", **changed, article=article, based_on=1, began_at=1)
    only = ben.post("/articles/preview", **changed, only="1")

    assert page.status == 200
    for html in (page.html, only.html):
        assert "<strong>Reconnect</strong> &lt;now&gt; &amp; <code>wait</code>" in html
        assert "<blockquote>a quote</blockquote>" in html
        assert "<pre><code>ping a</code></pre>" in html
        assert "Read it all" in html
    assert "<html" not in only.html
    assert "## New" in page.html
    assert read(desk, article).revision == 1


def test_hostile_markdown_does_nothing_anywhere(desk: ConsoleDesk) -> None:
    ben = desk.browser("ben")
    ben.get("/articles/new")
    hostile = dict.fromkeys(("title", "summary", "body", "aliases", "symptoms", "codes"), HOSTILE)

    preview = ben.post("/articles/preview", **(FIELDS | hostile | {"owner": "<b>x"}))
    answer = ben.post("/articles/new", **(FIELDS | hostile | {"owner": "<b>x\x00"}))
    article = int(answer.location.rsplit("/", 1)[1])

    pages = [
        preview,
        ben.get(f"/articles/{article}"),
        ben.get(f"/articles/{article}/edit"),
        ben.get("/articles"),
    ]
    for page in pages:
        assert page.status == 200
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html
        assert 'src="https://elsewhere' not in page.html
        assert 'href="javascript' not in page.html
        assert "49" not in re.sub(r"\d{3,}", "", page.text)


def test_no_form_counts_without_its_token(desk: ConsoleDesk) -> None:
    article = desk.article()
    dee = desk.browser("dee")
    dee.get("/articles/new")
    dee.token = "somebody else's"

    for path in (
        "/articles/new",
        f"/articles/{article}/edit",
        f"/articles/{article}/archive",
        "/articles/preview",
    ):
        assert dee.post(path, **FIELDS, based_on=1).status == 400, path
    assert (read(desk, article).revision, read(desk, article).status) == (1, ArticleStatus.PUBLISHED)


def test_nothing_is_written_in_an_article_that_is_not_there(desk: ConsoleDesk) -> None:
    dee = desk.browser("dee")
    dee.get("/articles/new")

    assert dee.get("/articles/987654/edit").status == 404
    assert dee.post("/articles/987654/edit", **FIELDS, based_on=1).status == 404
    assert dee.post("/articles/987654/publish").status == 404


def test_an_article_of_a_million_characters_is_kept_whole_and_shown_in_part(desk: ConsoleDesk) -> None:
    desk.app.config.update(MAX_CONTENT_LENGTH=4_000_000, MAX_FORM_MEMORY_SIZE=4_000_000)
    ben = desk.browser("ben")
    ben.get("/articles/new")
    body = ("Turn it off and on again. " * 40_000)[:1_000_000].strip()

    answer = ben.post("/articles/new", **(FIELDS | {"body": body}))

    article = int(answer.location.rsplit("/", 1)[1])
    assert read(desk, article).body == body
    assert "characters are not shown here" in ben.get(f"/articles/{article}").text
    assert ben.post("/articles/new", **(FIELDS | {"body": "x" * 1_000_001})).status == 422
    too_much = ben.post("/articles/new", **(FIELDS | {"body": "x" * 4_000_001}))
    assert too_much.status == 413
    assert "That is too long" in too_much.text
