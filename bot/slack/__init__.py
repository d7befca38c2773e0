"""The Slack side of the desk: what comes in, what is said, and how it looks there."""
