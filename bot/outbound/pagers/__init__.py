"""Services outside Slack that wake people: PagerDuty, Opsgenie, and any other through a signed webhook."""
