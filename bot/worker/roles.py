"""The durable side of roles from user groups: asked every few minutes, and not again for what the next time asks."""

import structlog

from bot.slack.desk import Desk
from bot.slack.gateway import SlackUnavailable
from bot.slack.role_reading import read_role_groups

log = structlog.get_logger(__name__)


def read_roles(team_id: str, desk: Desk) -> None:
    """Reads the groups as they are now: repeating it is safe. While Slack is away, the next turn is soon enough."""
    try:
        read_role_groups(desk, team_id)
    except SlackUnavailable:
        log.info("roles.next_time", team_id=team_id)
