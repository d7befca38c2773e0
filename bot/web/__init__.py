"""The web process: Slack's endpoint, health, metrics, and the console's screens."""
