"""What the desk counts. Labels are kinds and outcomes, never people or texts."""

from prometheus_client import Counter, Gauge, Histogram

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
PAGED_OUTSIDE = Counter(
    "evenhand_pager_calls_total", "Calls of pagers outside Slack", ["pager", "action", "outcome"]
)
DECISION_SECONDS = Histogram(
    "evenhand_decision_seconds", "Classify and search", buckets=(0.001, 0.002, 0.004, 0.008, 0.016, 0.05, 0.2)
)
WORK = Counter("evenhand_work_total", "Durable work", ["kind", "outcome"])
QUEUED = Gauge("evenhand_work_queued", "Durable work that waits", ["queue"])
