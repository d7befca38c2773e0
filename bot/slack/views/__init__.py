"""How things look in Slack: pure functions from facts to Block Kit."""
