"""Finds out what `evenhand kb import` was given, and opens it."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import SecretStr

from bot.cli.program import Stop
from bot.outbound.fetching import Credential, Fetcher
from bot.outbound.git import cloned
from bot.settings import Settings
from kb.importers.confluence import Confluence, space_of
from kb.importers.github import Repository
from kb.importers.markdown import MarkdownFolder
from kb.importers.source import Source
from kb.importers.table import TableFile
from kb.importers.wiki import Wiki
from kb.importers.zendesk import Zendesk

Waits = Callable[[str, float], None]


class Kind(StrEnum):
    MARKDOWN = "markdown"
    CSV = "csv"
    JSONL = "jsonl"
    ZENDESK = "zendesk"
    CONFLUENCE = "confluence"
    GITHUB = "github"
    WIKI = "wiki"


@dataclass(frozen=True)
class Given:
    """What somebody typed."""

    what: str
    kind: Kind | None
    language: str | None
    name: str

    @property
    def address(self) -> SplitResult:
        return urlsplit(self.what if "://" in self.what else f"https://{self.what}")


_TABLES = {
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
    ".jsonl": Kind.JSONL,
    ".ndjson": Kind.JSONL,
    ".json": Kind.JSONL,
}
_SITES: tuple[tuple[str, Kind], ...] = (
    (r"[^/]+\.zendesk\.com(?:/|$)|[^/]+/hc(?:/|$)", Kind.ZENDESK),
    (r"[^/]+\.atlassian\.net(?:/|$)|[^/]+/.*?(?:wiki/)?(?:spaces|display)/", Kind.CONFLUENCE),
    (r"github\.com/[^/]+/[^/]+(?:/wiki(?:/|$)|\.wiki\.git$)", Kind.WIKI),
    (r"github\.com/[^/]+/[^/]+", Kind.GITHUB),
)


def guess(what: str) -> Kind:
    """The kind of source by its looks alone."""
    bare = re.sub(r"^https?://", "", what)
    if "://" in what or not Path(what).exists():
        for pattern, kind in _SITES:
            if re.match(pattern, bare):
                return kind
    if "://" not in what:
        path = Path(what)
        found = [_TABLES[suffix.lower()] for suffix in path.suffixes[-2:] if suffix.lower() in _TABLES]
        if found:
            return found[0]
        if path.is_dir() or (path.is_file() and path.suffix.lower() == ".md"):
            return Kind.MARKDOWN
        if not path.exists():
            raise Stop(
                f"There is no file or folder {what}.", "Give a path, or an address with https://", code=2
            )
    raise Stop(f"It is not clear what {what} is.", f"Say it with --source: {', '.join(Kind)}", code=2)


def open_source(given: Given, settings: Settings, waits: Waits, stack: ExitStack) -> Source:
    """What has to be tidied away afterwards goes on the stack."""
    if "@" in given.address.netloc and not Path(given.what).exists():
        remedy = "Put it into the environment; evenhand kb import --help names the settings."
        raise Stop("The address holds a user name or a password.", remedy, code=2)
    kind = given.kind or guess(given.what)
    language = given.language or "en"
    match kind:
        case Kind.MARKDOWN:
            return MarkdownFolder(Path(given.what), language, given.name)
        case Kind.CSV | Kind.JSONL:
            return TableFile(Path(given.what), language, given.name)
        case Kind.ZENDESK:
            return _zendesk(given, settings, waits)
        case Kind.CONFLUENCE:
            return _confluence(given, settings, waits)
        case Kind.GITHUB:
            return _repository(given, settings, waits)
        case Kind.WIKI:
            return _wiki(given, settings, stack)


def _zendesk(given: Given, settings: Settings, waits: Waits) -> Source:
    base = f"{given.address.scheme}://{given.address.netloc}"
    named = "EVENHAND_ZENDESK_EMAIL and EVENHAND_ZENDESK_TOKEN"
    user = f"{settings.zendesk_email}/token" if settings.zendesk_email else ""
    fetch = Fetcher(
        base, _credential(settings.zendesk_token, user, named), named, settings.reach, waits=waits
    )
    in_address = re.match(r"/hc/([a-z]{2,3}(?:-[a-z0-9]+)*)(?:/|$)", given.address.path.lower())
    return Zendesk(base, fetch, given.language or (in_address[1] if in_address else ""))


def _confluence(given: Given, settings: Settings, waits: Waits) -> Source:
    base, space = space_of(given.address.geturl())
    named = "EVENHAND_CONFLUENCE_TOKEN, in the cloud also EVENHAND_CONFLUENCE_USER"
    credential = _credential(settings.confluence_token, settings.confluence_user, named)
    fetch = Fetcher(base, credential, named, settings.reach, waits=waits)
    return Confluence(base, unquote(space), fetch, given.language or "en")


def _repository(given: Given, settings: Settings, waits: Waits) -> Source:
    """OWNER/NAME, or the address of a repository or of a folder in it, also on a GitHub of one's own."""
    given_path = given.what if "://" not in given.what and not given.what.startswith("github.com") else ""
    address = urlsplit(f"https://github.com/{given_path}") if given_path else given.address
    found = re.fullmatch(r"/([^/]+/[^/]+?)(?:\.git)?(?:/(?:tree|blob)/([^/]+)(?:/(.*?))?)?/?", address.path)
    if not found:
        raise Stop(f"{given.what} is no repository.", "Write OWNER/NAME, or its address at GitHub.", code=2)
    site = f"{address.scheme}://{address.netloc}"
    api = "https://api.github.com" if address.netloc in ("github.com", "www.github.com") else f"{site}/api/v3"
    named = "EVENHAND_GITHUB_TOKEN"
    fetch = Fetcher(api, _credential(settings.github_token, "", named), named, settings.reach, waits=waits)
    name, ref, folder = found[1], found[2] or "HEAD", unquote(found[3] or "")
    return Repository(site, api, name, fetch, unquote(ref), folder, given.language or "en")


def _wiki(given: Given, settings: Settings, stack: ExitStack) -> Source:
    language = given.language or "en"
    folder = Path(given.what)
    if folder.is_dir():
        return Wiki(folder, given.name or folder.resolve().name, language=language)
    address = given.address
    found = re.fullmatch(r"/([^/]+/[^/]+?)(?:\.wiki)?(?:\.git)?(?:/wiki(?:/.*)?)?/?", address.path)
    if not found:
        raise Stop(
            f"{given.what} is no wiki.", "Give its address at GitHub, or a folder with a clone.", code=2
        )
    site = f"{address.scheme}://{address.netloc}/{found[1]}"
    credential = _credential(settings.github_token, "x-access-token", "EVENHAND_GITHUB_TOKEN")
    clone = stack.enter_context(cloned(f"{site}.wiki.git", settings.reach, credential))
    return Wiki(clone, f"{address.netloc}/{found[1]}", f"{site}/wiki", language)


def _credential(token: SecretStr | None, user: str, named: str) -> Credential | None:
    return Credential(token, user, named) if token is not None else None
