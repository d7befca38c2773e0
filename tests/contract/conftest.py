"""The local Slack, served on a free port, and clients of it."""

from collections.abc import Iterator

import pytest
from playground_desk import BoltDesk, Recorder, bolt_app
from slack_bolt import App
from slack_sdk import WebClient

from bot.playground.server import create_local_slack, serve
from bot.playground.slack import LocalSlack


@pytest.fixture
def local() -> Iterator[LocalSlack]:
    slack = LocalSlack()
    yield slack
    slack.close()


@pytest.fixture
def api_url(local: LocalSlack) -> Iterator[str]:
    running = serve(create_local_slack(local))
    yield running.url
    running.stop()


@pytest.fixture
def web(local: LocalSlack, api_url: str) -> WebClient:
    return WebClient(token=local.bot_token, base_url=f"{api_url}/api/")


@pytest.fixture
def app(local: LocalSlack, api_url: str) -> App:
    return bolt_app(local, api_url)


@pytest.fixture
def desk(app: App, local: LocalSlack) -> Iterator[BoltDesk]:
    running = BoltDesk(app)
    local.deliver_to(f"{running.url}/slack/events")
    yield running
    local.settle()
    local.deliver_to(None)
    running.stop()


@pytest.fixture
def recorder(local: LocalSlack) -> Iterator[Recorder]:
    running = Recorder()
    local.delivery.retry_delays = (0.0, 0.02, 0.05)
    local.deliver_to(f"{running.url}/slack/events")
    yield running
    local.settle()
    local.deliver_to(None)
    running.stop()
