"""What the desk counts. Labels are kinds and outcomes, never people or texts."""

from datetime import UTC, datetime

from prometheus_client import REGISTRY, Counter, Gauge, Histogram

EVENTS = Counter("evenhand_events_total", "Events that Slack delivered", ["type", "outcome"])
CLICKS = Counter("evenhand_interactions_total", "Clicks, forms, shortcuts and commands", ["name", "outcome"])
ACK_SECONDS = Histogram(
    "evenhand_ack_seconds",
    "Time until Slack got its receipt",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3),
)
REFUSED = Counter(
    "evenhand_refused_requests_total", "Requests that were not from Slack, or malformed", ["why"]
)
SLACK_CALLS = Counter("evenhand_slack_calls_total", "Calls of Slack's Web API", ["method", "outcome"])
SAID = Counter("evenhand_messages_total", "Messages on their way to Slack", ["occasion", "outcome"])
LOOKED_FOR = Counter(
    "evenhand_messages_looked_for_total",
    "Messages that Slack took and did not show us again, by what came of looking for them there",
    ["outcome"],
)
PAGED_OUTSIDE = Counter(
    "evenhand_pager_calls_total", "Calls of pagers outside Slack", ["pager", "action", "outcome"]
)
DECISION_SECONDS = Histogram(
    "evenhand_decision_seconds", "Classify and search", buckets=(0.001, 0.002, 0.004, 0.008, 0.016, 0.05, 0.2)
)
WORK = Counter("evenhand_work_total", "Durable work", ["kind", "outcome"])
ANSWER_SECONDS = Histogram(
    "evenhand_answer_seconds",
    "From a question to its answer in Slack",
    buckets=(0.25, 0.5, 1, 1.5, 2, 3, 5, 10, 30, 60, 300),
)
MESSAGE_SECONDS = Histogram(
    "evenhand_message_seconds",
    "From when something was to be said until Slack had it",
    ["occasion"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300),
)
SLACK_CALL_SECONDS = Histogram(
    "evenhand_slack_call_seconds",
    "How long Slack took",
    ["method"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10),
)
HELD_BACK = Counter(
    "evenhand_slack_held_back_total", "Calls that were put off, to stay within Slack's limits", ["method"]
)
_LAST_CALL = "evenhand_slack_last_call_timestamp_seconds"
LAST_CALL = Gauge(_LAST_CALL, "When Slack last answered, or last failed to", ["outcome"])


def last_slack_call(outcome: str) -> datetime | None:
    """When this process was last `answered` by Slack, or last `failed` to be; None where neither happened."""
    seconds = REGISTRY.get_sample_value(_LAST_CALL, {"outcome": outcome})
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
