"""The pagers that the settings name, ready to be called."""

from bot.clock import Clock
from bot.outbound.pagers.services import Opsgenie, PagerDuty, Webhook
from bot.settings import Settings
from triage.escalation.alerts import Pager


def pagers(settings: Settings, clock: Clock) -> dict[str, Pager]:
    """By the names under which a policy knows them."""
    reach = settings.reach
    found: dict[str, Pager] = {}
    if settings.pager_pagerduty_key is not None:
        found["pagerduty"] = PagerDuty(
            settings.pager_pagerduty_key, settings.pager_pagerduty_url, clock, reach
        )
    if settings.pager_opsgenie_key is not None:
        found["opsgenie"] = Opsgenie(settings.pager_opsgenie_key, settings.pager_opsgenie_url, clock, reach)
    if settings.pager_webhook_url and settings.pager_webhook_secret is not None:
        found["webhook"] = Webhook(settings.pager_webhook_url, settings.pager_webhook_secret, clock, reach)
    return found
