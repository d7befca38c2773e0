"""The demo and a headless Chromium. Without a Chromium these tests are skipped, and say so."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install -e .[test]")

from browsing import Playground, chromium, demo_in, find_chromium
from playwright.sync_api import Browser

from bot.demo import Demo

SKIPPED = (
    "no Chromium found, so nothing was tried in a browser: "
    "install chromium, or name one with EVENHAND_CHROMIUM"
)


@pytest.fixture(scope="module")
def executable() -> str:
    found = find_chromium()
    if found is None:
        pytest.skip(SKIPPED)
    return found


@pytest.fixture(scope="module")
def demo(executable: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo_in(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture(scope="module")
def browser(executable: str, demo: Demo) -> Iterator[Browser]:
    with chromium(executable) as browser:
        yield browser


@pytest.fixture
def playground_with(browser: Browser, demo: Demo) -> Iterator[Callable[..., Playground]]:
    """Opens the page in a window of one's own; at the end, no page may have complained or asked elsewhere."""
    opened: list[Playground] = []

    def make(**look: Any) -> Playground:
        opened.append(Playground(browser, demo, **look))
        return opened[-1]

    yield make
    for one in opened:
        one.close()
    assert [one.complaints for one in opened] == [[]] * len(opened)
    assert [one.elsewhere for one in opened] == [[]] * len(opened)


@pytest.fixture
def page(playground_with: Callable[..., Playground]) -> Playground:
    return playground_with().opens()
