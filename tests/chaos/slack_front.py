"""The local Slack behind a door that can be shut: what it knows stays, nobody gets in."""

from bot.playground.server import Running, create_local_slack, serve
from bot.playground.slack import LocalSlack


class Front:
    """Always at the same address."""

    def __init__(self, local: LocalSlack) -> None:
        self.local = local
        self._app = create_local_slack(local)
        self._running: Running | None = serve(self._app)
        self.url = self._running.url
        self._port = int(self.url.rsplit(":", 1)[1])

    def shut(self) -> None:
        if self._running is not None:
            self.local.sockets.drop()
            self._running.stop()
            self._running = None

    def open(self) -> None:
        if self._running is None:
            self._running = serve(self._app, port=self._port)
