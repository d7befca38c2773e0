"""Zendesk Help Center against its real answers' shapes: pages, changes, drafts, audiences, and what goes wrong."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
from importing import NOW, TEAM, article, status
from pydantic import SecretStr
from requests import PreparedRequest

from bot.database import Database
from bot.outbound.fetching import Credential, Fetcher
from kb.importers.report import Report
from kb.importers.source import SourceTrouble
from kb.importers.sync import bring_in
from kb.importers.wish import Wish
from kb.importers.zendesk import Zendesk
from kb.models import ArticleStatus, Audience
from kb.queries import count_articles

BASE = "https://acme.zendesk.com"
API = f"{BASE}/api/v2/help_center"


def made(number: int, **other: Any) -> dict[str, Any]:
    return {
        "id": number,
        "title": f"Reset the router {number}",
        "body": f"<h2>Steps</h2><p>Hold the button for <b>{number}</b> seconds.</p><script>x()</script>",
        "html_url": f"{BASE}/hc/en-us/articles/{number}",
        "locale": "en-us",
        "section_id": 5,
        "label_names": ["router", "wifi"],
        "draft": False,
        "user_segment_id": None,
        "updated_at": "2027-02-01T10:00:00Z",
        **other,
    }


class HelpCenter:
    """Answers as Zendesk does, two articles a page; counts what it was asked."""

    def __init__(self, web: responses.RequestsMock, articles: list[dict[str, Any]]) -> None:
        self.articles, self.asked = articles, []  # type: ignore[var-annotated]
        self.troubles: dict[int, tuple[int, dict[str, str], str]] = {}  # the n-th list answer
        self.agents_only = False
        web.assert_all_requests_are_fired = False
        for place, answer in {
            "locales.json": {"locales": ["en-us", "de"], "default_locale": "en-us"},
            "en-us/categories.json": {"categories": [{"id": 1, "name": "Network"}]},
            "en-us/sections.json": {"sections": [{"id": 5, "name": "Routers", "category_id": 1}]},
            "user_segments.json": {
                "user_segments": [
                    {"id": 7, "user_type": "signed_in_users", "tags": []},
                    {"id": 8, "user_type": "staff"},
                    {"id": 9, "user_type": "signed_in_users", "tags": ["vip"]},
                ]
            },
        }.items():
            web.get(f"{API}/{place}", json=answer)
        web.add_callback("GET", f"{API}/en-us/articles.json", self._list)
        web.add_callback("GET", f"{API}/incremental/articles.json", self._changes)

    def _list(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        import json

        asked = parse_qs(urlsplit(str(request.url)).query)
        at = int(asked.get("page[after]", ["0"])[0])
        self.asked.append(at)
        if (trouble := self.troubles.pop(len(self.asked), None)) is not None:
            return trouble
        more = at + 2 < len(self.articles)
        following = f"{API}/en-us/articles.json?page%5Bafter%5D={at + 2}&page%5Bsize%5D=2"
        said = {
            "articles": self.articles[at : at + 2],
            "meta": {"has_more": more},
            "links": {"next": following if more else None},
        }
        return 200, {}, json.dumps(said)

    def _changes(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        import json

        if self.agents_only:
            return 403, {}, "{}"
        since = int(parse_qs(urlsplit(str(request.url)).query)["start_time"][0])
        self.asked.append(f"since {since}")
        changed = [one for one in self.articles if moment(one["updated_at"]) >= since]
        end = max([since, *(moment(one["updated_at"]) for one in changed)])
        following = f"{API}/incremental/articles.json?start_time={end}"
        return 200, {}, json.dumps({"articles": changed, "end_time": end, "next_page": following})


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.fixture
def web() -> Any:
    with responses.RequestsMock() as web:
        yield web


@pytest.fixture
def slept() -> list[float]:
    return []


def bring(database: Database, slept: list[float] | None = None, **wishes: Any) -> Report:
    credential = Credential(SecretStr("tok"), "ada@example.com/token")
    fetch = Fetcher(BASE, credential, clock=lambda: NOW, sleep=(slept if slept is not None else []).append)
    source = Zendesk(BASE, fetch, "en-us")
    return bring_in(database, source, TEAM, Wish("Import from zendesk", **wishes), clock=lambda: NOW)


def test_an_article_arrives_with_all_it_says(database: Database, web: responses.RequestsMock) -> None:
    HelpCenter(web, [made(1)])
    bring(database)
    seen = article(database, "reset-the-router-1")
    assert seen.body == "## Steps\n\nHold the button for **1** seconds."
    assert (seen.category, seen.language, seen.aliases) == ("Routers", "en", ("router", "wifi"))
    assert (seen.status, seen.audience) == (ArticleStatus.PUBLISHED, Audience.PUBLIC)
    assert web.calls[0].request.headers["Authorization"].startswith("Basic ")


def test_all_pages_are_read_and_the_second_time_nothing_is_written(
    database: Database, web: responses.RequestsMock
) -> None:
    center = HelpCenter(web, [made(n) for n in range(1, 6)])
    assert bring(database).created == 5
    assert center.asked == [0, 2, 4]
    again = bring(database, full=True)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 5)


def test_the_next_import_asks_for_changes_only(database: Database, web: responses.RequestsMock) -> None:
    center = HelpCenter(web, [made(n) for n in range(1, 6)])
    bring(database)
    center.asked.clear()
    center.articles[0] = made(1, body="<p>New.</p>", updated_at="2027-02-02T10:00:00Z")
    report = bring(database)
    assert center.asked == [f"since {moment('2027-02-01T10:00:00Z')}"]
    assert (report.updated, report.whole, report.archived.count) == (1, False, 0)
    assert article(database, "reset-the-router-1").body == "New."
    bring(database)
    assert center.asked[-1] == f"since {moment('2027-02-02T10:00:00Z')}"


def test_who_may_not_ask_for_changes_reads_everything(
    database: Database, web: responses.RequestsMock
) -> None:
    center = HelpCenter(web, [made(n) for n in range(1, 4)])
    bring(database)
    center.agents_only = True
    report = bring(database)
    assert (report.unchanged, report.whole) == (3, True)


def test_what_was_deleted_there_is_archived_by_a_whole_look(
    database: Database, web: responses.RequestsMock
) -> None:
    center = HelpCenter(web, [made(n) for n in range(1, 6)])
    bring(database)
    center.articles.pop()
    assert bring(database).archived.count == 0
    assert bring(database, full=True).archived.count == 1
    assert status(database, "reset-the-router-5") is ArticleStatus.ARCHIVED


def test_drafts_and_segments_decide_who_sees_it(database: Database, web: responses.RequestsMock) -> None:
    HelpCenter(
        web,
        [
            made(1, draft=True),
            made(2, user_segment_id=7),
            made(3, user_segment_id=8),
            made(4, user_segment_id=9),
            made(5, user_segment_id=None, user_segment_ids=[8, 7]),
        ],
    )
    bring(database)
    assert status(database, "reset-the-router-1") is ArticleStatus.DRAFT
    seen = [article(database, f"reset-the-router-{n}").audience for n in range(1, 6)]
    assert seen == ["public", "everyone", "agents", "agents", "everyone"]


def test_too_many_questions_and_stumbles_are_survived(
    database: Database, web: responses.RequestsMock, slept: list[float]
) -> None:
    center = HelpCenter(web, [made(n) for n in range(1, 6)])
    center.troubles = {2: (429, {"Retry-After": "9"}, ""), 3: (503, {}, "")}
    assert bring(database, slept).created == 5
    assert slept[0] == 9
    assert len(slept) == 2


def test_an_import_that_broke_off_asks_only_for_the_rest(
    database: Database, web: responses.RequestsMock
) -> None:
    center = HelpCenter(web, [made(n) for n in range(1, 8)])
    center.troubles = {3: (400, {}, "")}
    with pytest.raises(SourceTrouble):
        bring(database)
    with database.reading() as session:
        assert count_articles(session, TEAM) == 4
    center.asked.clear()
    report = bring(database)
    assert center.asked == [4, 6]
    assert (report.created, report.resumed) == (7, True)


def test_what_cannot_be_an_article_is_told(database: Database, web: responses.RequestsMock) -> None:
    HelpCenter(
        web,
        [
            made(1, body=None),
            made(2, body="<p>" + "long " * 250_000 + "</p>"),
            made(3, locale="fr", title="Le routeur"),
            made(4, body="<script>only this</script>"),
            made(5),
        ],
    )
    report = bring(database)
    assert report.created == 1
    assert {note.external_id: note.why for note in report.skipped.first} == {
        "1": "it has no text",
        "2": "its text is over 1,000,000 characters: split it into several articles",
        "3": "it is in another language (fr)",
        "4": "it has no text",
    }


@pytest.mark.parametrize(
    ("given", "locale"), [("", "en-us"), ("en", "en-us"), ("EN-US", "en-us"), ("de", "de")]
)
def test_the_language_finds_the_help_centre_s_own_name_for_it(
    web: responses.RequestsMock, given: str, locale: str
) -> None:
    HelpCenter(web, [])
    assert Zendesk(BASE, Fetcher(BASE), given).locale == locale


def test_a_language_that_is_not_there_is_told(web: responses.RequestsMock) -> None:
    HelpCenter(web, [])
    with pytest.raises(SourceTrouble, match="nothing in fr") as trouble:
        assert Zendesk(BASE, Fetcher(BASE), "fr").locale
    assert trouble.value.remedy == "It has en-us, de"


def test_a_list_that_leads_elsewhere_is_not_followed(database: Database, web: responses.RequestsMock) -> None:
    center = HelpCenter(web, [made(n) for n in range(1, 4)])
    evil = '{"articles": [], "meta": {"has_more": true}, "links": {"next": "https://evil.example/x"}}'
    center.troubles = {1: (200, {}, evil)}
    with pytest.raises(SourceTrouble, match="another server, evil"):
        bring(database)
