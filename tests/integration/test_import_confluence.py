"""Confluence in the cloud and on a server: pages by links, labels, restrictions, and the storage format."""

from typing import Any

import pytest
import responses
from importing import NOW, TEAM, article
from pydantic import SecretStr

from bot.database import Database
from bot.outbound.fetching import Credential, Fetcher
from kb.importers.confluence import Confluence, space_of
from kb.importers.report import Report
from kb.importers.source import SourceTrouble
from kb.importers.sync import bring_in
from kb.importers.wish import Wish
from kb.models import Audience

CLOUD = "https://acme.atlassian.net/wiki"
SERVER = "https://docs.acme.example/confluence"
NOBODY: dict[str, Any] = {"user": {"results": []}, "group": {"results": []}}
SOME: dict[str, Any] = {"user": {"results": []}, "group": {"results": [{"name": "hr"}]}}


def page(number: int, *, version: int = 1, body: str = "Do this.", **other: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "title": f"Badge lost {number}",
        "version": {"number": version},
        "body": {"storage": {"value": f"<p>{body}</p>"}},
        "metadata": {"labels": {"results": [{"name": "lost-badge"}, {"name": "door"}]}},
        "ancestors": [{"id": "100", "title": "IT Home"}, {"id": "101", "title": "Access"}],
        "restrictions": {"read": {"restrictions": NOBODY}},
        "_links": {"webui": f"/spaces/IT/pages/{number}/Badge"},
        **other,
    }


def bring(database: Database, base: str = CLOUD) -> Report:
    fetch = Fetcher(
        base, Credential(SecretStr("tok"), "ada@acme.example"), clock=lambda: NOW, sleep=lambda _: None
    )
    return bring_in(database, Confluence(base, "IT", fetch), TEAM, Wish("Import"), clock=lambda: NOW)


@pytest.fixture
def web() -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as web:
        for base in (CLOUD, SERVER):
            for above in ("100", "101"):
                web.get(
                    f"{base}/rest/api/content/{above}/restriction/byOperation/read",
                    json={"restrictions": NOBODY},
                )
        yield web


def answer(web: responses.RequestsMock, base: str, *pages: list[dict[str, Any]]) -> None:
    """A list of pages, one answer each; the next one is named as Confluence does, without the context."""
    place = f"{base}/rest/api/content" + ("/search" if base == CLOUD else "")
    for number, results in enumerate(pages):
        links: dict[str, str] = {"base": base}
        if number + 1 < len(pages):
            links["next"] = f"{place.removeprefix(base)}?cursor={number + 1}"
        said = {"results": results, "_links": links}
        if number:
            query = responses.matchers.query_param_matcher({"cursor": str(number)})
            web.get(place, json=said, match=[query])
        else:
            query = responses.matchers.query_param_matcher({"limit": "50"}, strict_match=False)
            web.get(place, json=said, match=[query])


@pytest.mark.parametrize("base", [CLOUD, SERVER])
def test_all_pages_of_a_space_arrive(database: Database, web: responses.RequestsMock, base: str) -> None:
    answer(web, base, [page(1), page(2)], [page(3)])
    assert bring(database, base).created == 3
    seen = article(database, "badge-lost-1")
    assert (seen.body, seen.category) == ("Do this.", "Access")
    assert seen.aliases == ("door", "lost badge")
    assert seen.audience is Audience.EVERYONE
    asked = str(web.calls[0].request.url)
    assert ("cql=" in asked) == (base == CLOUD)
    assert "body.storage,version,metadata.labels,ancestors" in asked


def test_a_new_version_is_read_and_an_old_one_is_not(database: Database, web: responses.RequestsMock) -> None:
    answer(web, CLOUD, [page(1), page(2)])
    bring(database)
    web.remove("GET", f"{CLOUD}/rest/api/content/search")
    answer(web, CLOUD, [page(1, version=2, body="Do that."), page(2)])
    report = bring(database)
    assert (report.updated, report.unchanged) == (1, 1)
    assert article(database, "badge-lost-1").body == "Do that."


def test_what_only_some_may_read_stays_with_the_desk(database: Database, web: responses.RequestsMock) -> None:
    web.remove("GET", f"{CLOUD}/rest/api/content/101/restriction/byOperation/read")
    web.get(f"{CLOUD}/rest/api/content/101/restriction/byOperation/read", json={"restrictions": SOME})
    home = [{"id": "100", "title": "IT Home"}]
    answer(
        web,
        CLOUD,
        [
            page(1, ancestors=home),
            page(2, ancestors=home, restrictions={"read": {"restrictions": SOME}}),
            page(3),
            page(4, ancestors=[*home, {"id": "999", "title": "Secret"}]),
        ],
    )
    web.get(f"{CLOUD}/rest/api/content/999/restriction/byOperation/read", status=404)
    bring(database)
    seen = [article(database, f"badge-lost-{n}").audience for n in (1, 2, 3, 4)]
    assert seen == ["everyone", "agents", "agents", "agents"]


def test_a_restriction_that_comes_later_is_a_change(database: Database, web: responses.RequestsMock) -> None:
    answer(web, CLOUD, [page(1)])
    bring(database)
    web.remove("GET", f"{CLOUD}/rest/api/content/search")
    answer(web, CLOUD, [page(1, restrictions={"read": {"restrictions": SOME}})])
    assert bring(database).updated == 1
    assert article(database, "badge-lost-1").audience is Audience.AGENTS


@pytest.mark.parametrize(
    ("address", "base", "space"),
    [
        ("https://acme.atlassian.net/wiki/spaces/IT/overview", CLOUD, "IT"),
        ("https://acme.atlassian.net/wiki/spaces/~712020/pages/1/X", CLOUD, "~712020"),
        ("https://docs.acme.example/confluence/display/HELP/Printers", SERVER, "HELP"),
        ("https://docs.acme.example/confluence/spaces/HELP/pages/5", SERVER, "HELP"),
        ("https://docs.acme.example/display/HELP", "https://docs.acme.example", "HELP"),
    ],
)
def test_the_space_is_read_out_of_any_of_its_addresses(address: str, base: str, space: str) -> None:
    assert space_of(address) == (base, space)


def test_an_address_without_a_space_is_refused() -> None:
    with pytest.raises(SourceTrouble, match="which space"):
        space_of("https://acme.atlassian.net/wiki/home")


def test_a_counted_list_that_was_cut_off_archives_nothing(
    database: Database, web: responses.RequestsMock
) -> None:
    """The pages moved up by one meanwhile, so the third is not met; it is still there."""
    answer(web, SERVER, [page(1), page(2)], [page(3), page(4)])
    bring(database, SERVER)
    place = f"{SERVER}/rest/api/content"
    web.remove("GET", place)
    following = {"base": SERVER, "next": "/rest/api/content?start=2"}
    web.get(place, json={"results": [page(1), page(2)], "_links": following}, match=[_asks(limit="50")])
    web.get(place, status=400, match=[_asks(start="2")])
    with pytest.raises(SourceTrouble):
        bring(database, SERVER)
    web.replace("GET", place, json={"results": [page(4)], "_links": {}}, match=[_asks(start="2")])
    report = bring(database, SERVER)
    assert (report.resumed, report.whole, report.archived.count) == (True, False, 0)


def _asks(**query: str) -> Any:
    return responses.matchers.query_param_matcher(query, strict_match=False)
