"""How each service wants to be told. None of them learns a question's words unless the desk chose so."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from urllib.parse import quote

from pydantic import SecretStr

from bot.clock import Clock, system_clock
from bot.outbound.pagers.calling import call
from bot.reach import Reach
from triage.escalation.alerts import Alert
from triage.escalation.tables import PagerAction
from triage.vocabulary import Urgency

_MOST_SUMMARY = 1_024
_MOST_MESSAGE = 130
_MOST_TEXT = 2_000
_SEVERITY = {
    Urgency.LOW: "info",
    Urgency.MEDIUM: "warning",
    Urgency.HIGH: "error",
    Urgency.CRITICAL: "critical",
}
_PRIORITY = {Urgency.LOW: "P5", Urgency.MEDIUM: "P3", Urgency.HIGH: "P2", Urgency.CRITICAL: "P1"}
SIGNATURE = "X-Evenhand-Signature"
TIMESTAMP = "X-Evenhand-Timestamp"


def headline(alert: Alert) -> str:
    """“Critical: VPN and remote access, ticket 12”; with the question behind it where it may leave the desk."""
    about = f"{alert.category}, " if alert.category else ""
    said = " ".join(alert.text.split())
    return f"{alert.urgency.capitalize()}: {about}ticket {alert.ticket_id}" + (f": {said}" if said else "")


@dataclass(frozen=True)
class PagerDuty:
    """Events API v2: trigger, acknowledge and resolve by one dedup_key."""

    key: SecretStr
    url: str = "https://events.pagerduty.com"
    clock: Clock = system_clock
    reach: Reach = field(default_factory=Reach)

    def send(self, alert: Alert) -> None:
        body: dict[str, object] = {
            "routing_key": self.key.get_secret_value(),
            "event_action": alert.action.value,
            "dedup_key": alert.key,
        }
        if alert.action is PagerAction.TRIGGER:
            body |= {
                "client": "Evenhand",
                "payload": {
                    "summary": headline(alert)[:_MOST_SUMMARY],
                    "source": "evenhand",
                    "severity": _SEVERITY[alert.urgency],
                    "timestamp": alert.at.isoformat(),
                    "class": alert.category,
                    "custom_details": {"ticket": alert.ticket_id, "urgency": alert.urgency.value},
                },
            }
            if alert.link:
                body |= {
                    "client_url": alert.link,
                    "links": [{"href": alert.link, "text": "Open the ticket"}],
                }
        call(
            "POST",
            f"{self.url.rstrip('/')}/v2/enqueue",
            name="PagerDuty",
            json=body,
            reach=self.reach,
            clock=self.clock,
        )


@dataclass(frozen=True)
class Opsgenie:
    """Alerts API: create, acknowledge and close by one alias."""

    key: SecretStr
    url: str = "https://api.opsgenie.com"
    clock: Clock = system_clock
    reach: Reach = field(default_factory=Reach)

    def send(self, alert: Alert) -> None:
        headers = {"Authorization": f"GenieKey {self.key.get_secret_value()}"}
        home = f"{self.url.rstrip('/')}/v2/alerts"
        if alert.action is PagerAction.TRIGGER:
            body = {
                "message": headline(alert)[:_MOST_MESSAGE],
                "alias": alert.key,
                "priority": _PRIORITY[alert.urgency],
                "source": "evenhand",
                "tags": ["evenhand", alert.urgency.value],
                "details": {"ticket": str(alert.ticket_id), "link": alert.link},
                "description": alert.text[:_MOST_TEXT],
            }
            call(
                "POST", home, name="Opsgenie", json=body, headers=headers, reach=self.reach, clock=self.clock
            )
            return
        verb = "acknowledge" if alert.action is PagerAction.ACKNOWLEDGE else "close"
        call(
            "POST",
            f"{home}/{quote(alert.key, safe='')}/{verb}",
            name="Opsgenie",
            json={"source": "evenhand"},
            headers=headers,
            params={"identifierType": "alias"},
            unknown_is_fine=True,
            reach=self.reach,
            clock=self.clock,
        )


@dataclass(frozen=True)
class Webhook:
    """Any other service: one JSON object, signed.

    `X-Evenhand-Signature` is `v1=` and the hex HMAC-SHA256, with the shared secret, of the `X-Evenhand-Timestamp`
    (seconds since 1970), a full stop, and the body as it was sent. A receiver compares it in constant time, and
    refuses what is more than five minutes old, so that nobody can send it a second time.
    """

    url: str
    secret: SecretStr
    clock: Clock = system_clock
    reach: Reach = field(default_factory=Reach)
    name: str = field(default="the webhook")

    def send(self, alert: Alert) -> None:
        told = {
            "version": 1,
            "action": alert.action.value,
            "key": alert.key,
            "ticket": alert.ticket_id,
            "urgency": alert.urgency.value,
            "category": alert.category,
            "summary": headline(alert)[:_MOST_SUMMARY],
            "link": alert.link,
            "at": alert.at.isoformat(),
        }
        if alert.text:
            told["text"] = alert.text[:_MOST_TEXT]
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        at = str(int(self.clock().timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            TIMESTAMP: at,
            SIGNATURE: f"v1={sign(self.secret, at, body)}",
            # The same for every try: a receiver that has it already may leave it at that.
            "Idempotency-Key": f"{alert.key}:{alert.action.value}",
        }
        call("POST", self.url, name=self.name, body=body, headers=headers, reach=self.reach, clock=self.clock)


def sign(secret: SecretStr, at: str, body: bytes) -> str:
    return hmac.new(secret.get_secret_value().encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
