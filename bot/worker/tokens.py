"""Exchanges tokens that end soon, so that nobody waits for it; whoever meets an ended one first exchanges it too."""

import structlog

from bot.slack.gateway import SlackProblem
from bot.slack.installations import expiring, installation
from bot.slack.oauth import TokenExchange
from bot.worker.background import Background

log = structlog.get_logger(__name__)

LOOK_EVERY = 60.0


class TokenKeeper(Background):
    """One a worker. Of two that look at once, one exchanges each token."""

    def __init__(self, exchange: TokenExchange) -> None:
        super().__init__("tokens", every=LOOK_EVERY, first=2.0, humble=False)
        self._exchange = exchange

    def look(self) -> None:
        self.exchange_what_ends()

    def exchange_what_ends(self) -> int:
        """Says how many tokens were exchanged. One that Slack refuses does not keep the others from theirs."""
        database, now = self._exchange.database, self._exchange.clock()
        with database.reading() as session:
            ending = [(team_id, installation(session, team_id)) for team_id in expiring(session, now=now)]
        done = 0
        for team_id, row in ending:
            if row is None:
                continue
            try:
                self._exchange(team_id, str(row.sealed_bot_token))
            except SlackProblem as problem:
                log.warning("installation.not_refreshed", team_id=team_id, error=str(problem))
            else:
                done += 1
        return done
