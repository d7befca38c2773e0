"""A browser on the playground: finds a Chromium, and does on the page what people do there."""

import os
import re
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect, sync_playwright
from sqlalchemy import func, select

from bot.demo import Demo, demo_running
from bot.playground.clock import MovableClock
from bot.playground.state import State
from bot.settings import Settings
from bot.slack.inbox import InboxEvent
from triage.outbox import Say
from triage.vocabulary import SayState

NAMES = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PEOPLE = {"Ada": "UADA", "Ben": "UBEN", "Cleo": "UCLEO", "Dee": "UDEE", "Eli": "UELI"}
CHANNELS = {"#help": "CHELP", "#desk": "CDESK", "#random": "CRANDOM"}
PATIENCE_MS = 45_000

expect.set_options(timeout=PATIENCE_MS)


def find_chromium() -> str | None:
    """The browser of this machine: the one that EVENHAND_CHROMIUM names, else the first that is installed."""
    named = os.environ.get("EVENHAND_CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else NAMES)), None)


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(SWITCHES))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def demo_in(folder: Path) -> Iterator[Demo]:
    """The whole demo on a free port, with everything it keeps in this folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(data_folder=folder, slack_bot_token=None, slack_app_token=None, database_url="")
    _begin_in_the_daytime(folder / "playground.sqlite")
    with demo_running(settings, port=port, state_file=folder / "playground.sqlite") as demo:
        yield demo


def _begin_in_the_daytime(state_file: Path) -> None:
    """On the next weekday, while both agents are at work: at night they are left alone, whenever these tests run."""
    now = datetime.now(UTC)
    then = now.replace(hour=14, minute=0, second=0, microsecond=0)
    while then < now or then.weekday() >= 5:
        then += timedelta(days=1)
    state = State(state_file)
    MovableClock(lambda: now, state).advance(then - now)
    state.close()


def let_it_work(demo: Demo) -> None:
    """Waits until the desk has acted on everything that was said, and has said everything it had to say."""
    patience = time.monotonic() + PATIENCE_MS / 1000
    demo.slack.settle()
    while _is_busy(demo):
        if time.monotonic() > patience:
            raise TimeoutError("the desk is still at work")
        time.sleep(0.05)


def _is_busy(demo: Demo) -> bool:
    with demo.assembly.desk.database.reading() as session:
        unread = session.scalar(select(func.count()).where(InboxEvent.handled_at.is_(None)))
        unsaid = session.scalar(
            select(func.count()).where(Say.state.in_((SayState.PENDING, SayState.SENDING)))
        )
    return bool(unread or unsaid)


class Playground:
    """The page, and everything that it should not do: errors in the console, requests to elsewhere."""

    def __init__(self, browser: Browser, demo: Demo, **look: Any) -> None:
        self.demo = demo
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **look})
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.context.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} {message.location}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self.demo.url + "/", "data:", "about:")):
            self.elsewhere.append(request.url)

    def close(self) -> None:
        self.context.close()

    # Going places

    def opens(self, place: str = "") -> "Playground":
        """`place` is what stands behind the # in the address."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.demo.page}{'#' if place else ''}{place}")
        shown = self.page.get_by_test_id("home-view") if "home=1" in place else self.channel
        expect(shown.locator("> *").first).to_be_attached()
        expect(self.page.locator("body[data-me]")).to_be_attached()
        return self

    def becomes(self, name: str) -> None:
        self.page.locator(f'[data-testid="persona"][data-user="{PEOPLE[name]}"]').click()
        expect(self.page.locator(f'body[data-me="{PEOPLE[name]}"]')).to_be_attached()

    def goes_to(self, channel: str) -> None:
        self.page.locator(f'.place[data-channel="{CHANNELS[channel]}"]').click()
        expect(self.page.get_by_test_id("title")).to_have_text(channel)

    def goes_home(self) -> Locator:
        self.page.get_by_test_id("home").click()
        home = self.page.get_by_test_id("home-view")
        expect(home.get_by_text("Your desk")).to_be_visible()
        return home

    def opens_thread_of(self, question: str) -> Locator:
        self.message(question).get_by_test_id("replies").click()
        expect(self.thread).to_be_visible()
        return self.thread

    # Seeing

    @property
    def channel(self) -> Locator:
        return self.page.get_by_test_id("messages")

    @property
    def thread(self) -> Locator:
        return self.page.get_by_test_id("thread")

    @property
    def drawer(self) -> Locator:
        return self.page.get_by_test_id("why")

    @property
    def form(self) -> Locator:
        return self.page.get_by_test_id("modal")

    def message(self, words: str) -> Locator:
        return self.channel.get_by_test_id("message").filter(has_text=words)

    def reads(self, words: str | re.Pattern[str], place: Locator | None = None) -> None:
        expect((place or self.thread).get_by_text(words).last).to_be_visible()

    # Doing

    def asks(self, question: str) -> None:
        """What one person writes within a minute is one question, so the clock goes on first."""
        self.demo.slack.advance(minutes=2)
        self.page.get_by_test_id("composer").fill(question)
        self.page.get_by_test_id("send").click()
        expect(self.message(question).get_by_test_id("replies")).to_be_visible()

    def replies(self, words: str) -> None:
        self.page.get_by_test_id("thread-composer").fill(words)
        self.page.get_by_test_id("thread-send").click()
        self.reads(words)

    def presses(self, label: str, place: Locator | None = None) -> None:
        (place or self.thread).get_by_role("button", name=label, exact=True).last.click()


def screen_overflow(page: Page) -> list[str]:
    """Panes that are wider than the window shows, by their name."""
    return list(
        page.evaluate(
            """() => [document.documentElement, ...document.querySelectorAll(
                 '.sidebar, .chat, .thread, .drawer, .feed, .home, .tabs, .dialog[open], .dialog[open] .modal-body')]
               .filter(one => one.scrollWidth > one.clientWidth + 1)
               .map(one => `${one.tagName} ${one.className}: ${one.scrollWidth} > ${one.clientWidth}`)"""
        )
    )
